"""Know a place by all its names, and by none of another place.

`data/places.csv` says what spelling alone cannot: that the list's 'Wezen' is Wezep, that 's-Gravenhage is Den Haag,
that Sittard is a part of Sittard-Geleen, and that Bergen is a place of its own and no misspelt Beugen.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from cakwizard.providers.reading import Provider

# Readers pass over these.
_APOSTROPHES = str.maketrans("", "", "'\u2018\u2019\u201a\u201b`\u00b4\u02bb\u02bc\u2032")
# Letters that have no accent to take off, although readers see one.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})
# A shorter beginning fits too many places to be meant as one of them.
_BEGINNING = 4


@lru_cache(maxsize=8192)
def fold(text: str) -> tuple[str, ...]:
    """Return the words of `text` with everything evened out that readers pass over: case, accents, IJ, B.V."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).replace("&", " en ")).casefold()
    if not plain.isascii():
        # Casefolding can bring accents back (of a capital I with a dot), so they go last.
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in plain if not unicodedata.combining(char)).translate(_LETTERS)
    # Initials are one word however they are pointed: 'B.V.', 'B V', 'BV'.
    plain = re.sub(r"\b(\w)[\W_]+(?=\w\b)", r"\1", plain)
    found = re.findall(r"[^\W_]+", plain)
    return tuple("sint" if word == "st" else word.replace("ij", "y") for word in found)


@lru_cache(maxsize=8192)
def place_key(place: str) -> str:
    """Return what all spellings of one place have in common: Alphen aan den Rijn, Alphen a/d Rijn, alphen ad rijn."""
    return re.sub(r"(?<=\S) (?:aan|ad)(?: (?:de|den|het))?\b| ", "", " ".join(fold(place)))


class Reading(NamedTuple):
    """What was typed, and the places or words it was taken for; `assumed` if that is more than another form of it."""

    asked: str
    taken: tuple[str, ...]
    assumed: bool = False


@cache
def _names(*why: str) -> Mapping[str, tuple[str, ...]]:
    """Return from `data/places.csv` what each name means, by its key.

    Args:
        why: The rows to read: `right_name` (the list misspells the place, or writes it otherwise), `other_name`,
            `part_of` (the one lies in the other, so who asks for the one gets the other too) or `elsewhere` (a place
            that is not in the lists, but would be taken for one that is).
    """
    from importlib.resources import files

    text = (files("cakwizard") / "data" / "places.csv").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        if row["why"] in why:
            key = place_key(row["name"])
            found[key] = (*found.get(key, ()), row["means"])
    return found


def close(asked: str, known: Iterable[str]) -> dict[str, int]:
    """Return the words that are misspellings of `asked`, each with how many slips it is away.

    A slip is a letter too many, too few or wrong, or two neighbours swapped. The shorter the word, the fewer are
    forgiven, since a short word with a letter changed is soon another word.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    def forgiven(length: int) -> int:
        return 0 if length < 4 else 1 if length < 6 else 2 if length < 14 else 3

    found = process.extract(asked, list(known), scorer=OSA.distance, score_cutoff=forgiven(len(asked)), limit=None)
    return {word: int(slips) for word, slips, _ in found if slips <= forgiven(min(len(word), len(asked)))}


class PlaceIndex:
    """The places of a list of providers, found by what somebody typed.

    Attributes:
        right: The right name of each place, by key.
        known: The keys of the places that a name means, by the key of that name.
    """

    def __init__(self, providers: Iterable[Provider]) -> None:
        """Bring the published spellings of one place together."""
        published: dict[str, Counter[str]] = {}
        for one in providers:
            published.setdefault(self.key_of(one.place), Counter())[one.place] += 1
        right = _names("right_name")
        self.right = {
            key: next((right[one][0] for one in map(place_key, names) if one in right), names.most_common(1)[0][0])
            for key, names in published.items()
        }
        self.known = {place_key(name): (key,) for key, names in published.items() for name in (*names, self.right[key])}
        for name, means in _names("other_name", "part_of").items():
            here = [key for key in map(place_key, means) if key in self.right]
            if here:
                self.known[name] = tuple(dict.fromkeys((*self.known.get(name, ()), *here)))

    @staticmethod
    def key_of(place: str) -> str:
        """Return the key of the right name of a published place."""
        key = place_key(place)
        right = _names("right_name").get(key)
        return place_key(right[0]) if right else key

    def named(self, asked: str) -> frozenset[str]:
        """Return the keys of the places that `asked` names, without guessing."""
        return frozenset(self.known.get(place_key(asked), ()))

    def elsewhere(self, asked: str) -> bool:
        """Tell whether `asked` is the right name of a place that is not in the list."""
        key = place_key(asked)
        return key in _names("elsewhere") and key not in self.known

    def begun(self, asked: str) -> frozenset[str]:
        """Return the keys of all places of which a name begins so."""
        key = place_key(asked)
        return frozenset(place for name in self.known if key and name.startswith(key) for place in self.known[name])

    def begun_alone(self, asked: str) -> frozenset[str]:
        """Return the keys of the only place that begins so."""
        key = place_key(asked)
        meant = {self.known[name] for name in self.known if len(key) >= _BEGINNING and name.startswith(key)}
        return frozenset(meant.pop()) if len(meant) == 1 else frozenset()

    def guessed(self, asked: str) -> frozenset[str]:
        """Return the keys of the place that was meant: the only one that begins so, or the nearest in spelling.

        Nothing when two are equally near, or when `asked` is the right name of a place that is not in the list: that
        its name resembles another's is no reason to send somebody there.
        """
        key = place_key(asked)
        if self.elsewhere(asked) or key in self.known:
            return frozenset()
        near = close(key, self.known)
        meant = {self.known[name] for name, count in near.items() if count == min(near.values())}
        return self.begun_alone(asked) or (frozenset(meant.pop()) if len(meant) == 1 else frozenset())

    def near(self, asked: str) -> list[str]:
        """Return the keys of the places nearest in spelling, nearest first."""
        from rapidfuzz import fuzz, process

        found = process.extract(place_key(asked), list(self.known), scorer=fuzz.WRatio, score_cutoff=65, limit=8)
        return [place for name, _, _ in found for place in self.known[name]]
