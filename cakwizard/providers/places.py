"""Know a place by all its names, and by none of another place.

`data/places.csv` says what spelling alone cannot: that the list's 'Wezen' is
Wezep, that 's-Gravenhage is Den Haag, that Sittard is a part of Sittard-Geleen,
and that Bergen is a place of its own and no misspelt Beugen.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from functools import cached_property
from typing import Literal
from typing import NamedTuple

from cakwizard.providers.lists import Provider
from cakwizard.providers.spelling import alike
from cakwizard.providers.spelling import distance
from cakwizard.providers.spelling import place_key
from cakwizard.providers.spelling import tidy

__all__ = ["How", "PlaceIndex", "Reading"]

How = Literal["exact", "form", "other_name", "beginning", "spelling"]

# A shorter beginning fits too many places to be meant as one of them.
_BEGINNING = 4
_NEAR_PLACES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How something asked was understood.

    Attributes:
        asked: As it was typed.
        taken: What it was taken for: right names of places, or one word of a name.
        how: `exact`; `form` (other case, accents, hyphens, 'a/d', IJ or Y);
            `other_name`; `beginning` (the only place that begins so); `spelling`
            (slips of the keys).
    """

    asked: str
    taken: tuple[str, ...]
    how: How

    @property
    def assumed(self) -> bool:
        """Tell whether the reader must be shown what was assumed."""
        return self.how in {"other_name", "beginning", "spelling"}


class _Names(NamedTuple):
    """The data file, by key of the name."""

    right: Mapping[str, str]
    means: Mapping[str, tuple[str, ...]]
    elsewhere: frozenset[str]


@cache
def _names() -> _Names:
    """Return what `data/places.csv` says.

    Each row says why it is there: `right_name` (the list misspells the place, or
    writes it otherwise), `other_name`, `part_of` (the one lies in the other, so
    who asks for the one gets the other too) or `elsewhere` (a place that is not
    in the list, but would be taken for one that is).
    """
    from importlib.resources import files

    text = (files("cakwizard") / "data" / "places.csv").read_text(encoding="utf-8")
    right: dict[str, str] = {}
    means: dict[str, tuple[str, ...]] = {}
    elsewhere: set[str] = set()
    for row in csv.DictReader(text.splitlines()):
        key = place_key(row["name"])
        if row["why"] == "right_name":
            right[key] = row["means"]
        elif row["why"] == "elsewhere":
            elsewhere.add(key)
        else:
            means[key] = (*means.get(key, ()), row["means"])
    return _Names(right, means, frozenset(elsewhere))


class PlaceIndex:
    """The places of a list of providers, found by what somebody typed.

    Attributes:
        right: The right name of each place, by key.
    """

    def __init__(self, providers: Iterable[Provider]) -> None:
        """Bring the published spellings of one place together."""
        published: dict[str, Counter[str]] = {}
        for provider in providers:
            published.setdefault(self.key_of(provider.place), Counter())[provider.place] += 1
        names = _names().right
        self.right: dict[str, str] = {
            key: next((names[place_key(spelling)] for spelling in spellings if place_key(spelling) in names), "")
            or spellings.most_common(1)[0][0]
            for key, spellings in published.items()
        }
        self._exact = {spelling: key for key, spellings in published.items() for spelling in spellings}
        self._exact |= {name: key for key, name in self.right.items()}
        # A misspelt place is also found by the key of its misspelling.
        self._keys = {place_key(spelling): key for spelling, key in self._exact.items()}

    @staticmethod
    def key_of(place: str) -> str:
        """Return the key of the right name of a published place."""
        key = place_key(place)
        return place_key(_names().right.get(key, place))

    def keys_of(self, reading: Reading) -> frozenset[str]:
        """Return the keys of the places that a reading took."""
        return frozenset(self.key_of(place) for place in reading.taken)

    def named(self, asked: str) -> Reading | None:
        """Return the place that `asked` names, without guessing."""
        asked = tidy(asked)
        key = self._exact.get(asked)
        how: How = "exact"
        if key is None:
            key = self._keys.get(place_key(asked))
            how = "form"
        also = [name for name in _names().means.get(place_key(asked), ()) if self.key_of(name) in self.right]
        if key is not None:
            return Reading(asked=asked, taken=(self.right[key], *also), how=how)
        return Reading(asked=asked, taken=tuple(also), how="other_name") if also else None

    def elsewhere(self, asked: str) -> bool:
        """Tell whether `asked` is the right name of a place that is not in the list."""
        key = place_key(asked)
        return key in _names().elsewhere and key not in self._keys

    def begun(self, asked: str) -> Reading | None:
        """Return the one place that begins with `asked`, if there is just one."""
        key = place_key(asked)
        if len(key) < _BEGINNING or self.elsewhere(asked):
            return None
        found = {self._keys[known] for known in self._keys if known.startswith(key)}
        if len(found) != 1:
            return None
        return Reading(asked=tidy(asked), taken=(self.right[found.pop()],), how="beginning")

    def misspelt(self, asked: str) -> tuple[Reading, int] | None:
        """Return the place that lies nearest in spelling and by how many slips.

        None when no place is near enough, when two are equally near, and when
        `asked` is the right name of a place that is not in the list: that its
        name resembles another's is no reason to send somebody there.
        """
        key = place_key(asked)
        if not key or key in self._candidates or self.elsewhere(asked):
            return None
        slips: dict[tuple[str, ...], int] = {}
        for known, names in self._candidates.items():
            found = alike(key, known)
            if found is not None:
                slips[names] = min(found, slips.get(names, found))
        if not slips:
            return None
        fewest = min(slips.values())
        nearest = [names for names, count in slips.items() if count == fewest]
        if len(nearest) > 1:
            return None
        return Reading(asked=tidy(asked), taken=nearest[0], how="spelling"), fewest

    def near(self, asked: str, among: frozenset[str] | None = None) -> list[tuple[float, str]]:
        """Return the places nearest to `asked` in spelling, each after how near it is.

        Args:
            asked: What was typed.
            among: Keys of the places that count; all when None.
        """
        key = place_key(asked)
        if len(key) < 2:
            return []
        scores: dict[str, float] = {}
        for known, names in self._candidates.items():
            longer = max(len(key), len(known))
            score = 1 - distance(key, known, longer * 2 // 5) / longer
            if min(len(key), len(known)) >= _BEGINNING and (known.startswith(key) or key.startswith(known)):
                score = max(score, 0.9)
            for name in names:
                if score >= 0.6 and (among is None or self.key_of(name) in among):
                    scores[name] = max(score, scores.get(name, 0))
        ranked = sorted(((score, name) for name, score in scores.items()), key=lambda pair: (-pair[0], pair[1]))
        return ranked[:_NEAR_PLACES]

    @cached_property
    def _candidates(self) -> dict[str, tuple[str, ...]]:
        """Return every key that can be misspelt, with the places that it stands for."""
        candidates: dict[str, tuple[str, ...]] = {known: (self.right[key],) for known, key in self._keys.items()}
        for key, names in _names().means.items():
            here = tuple(name for name in names if self.key_of(name) in self.right)
            if here and key not in candidates:
                candidates[key] = here
        return candidates
