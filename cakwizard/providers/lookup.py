"""Find contracted providers by what a midwife types.

What was typed is understood in a fixed order: as the name of a provider, as places and words of names, as the
beginning of a place; only where nothing is found are slips of the keys forgiven. Whatever was assumed on the way is in
the result. That nothing is found says nothing about today: the list may be old.

A place is known by all its names, and by none of another place: `data/places.csv` says what spelling alone cannot.
"""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from cakwizard.errors import UsageError, harmless, unknown
from cakwizard.providers.reading import KINDS, Provider, fault

# No name in any list comes near it.
_MAX_LENGTH = 200
# The longest names of places ('Ouderkerk aan de Amstel') have four words.
_PLACE_WORDS = 4
# What people call the kinds. Many a hospital does not have 'ziekenhuis' in its name, so such a word finds every
# provider of the kind besides names that hold it.
_KIND_WORDS = {
    "pharmacy": {"apotheek", "apotheken", "pharmacy", "pharmacies"},
    "hospital": {"ziekenhuis", "ziekenhuizen", "hospital", "hospitals"},
    "mental_health": {"ggz"},
    "long_term_care": {"wlz"},
    "aids": {"hulpmiddelen"},
}
# Readers pass over these.
_APOSTROPHES = str.maketrans("", "", "'\u2018\u2019\u201a\u201b`\u00b4\u02bb\u02bc\u2032")
# Letters that have no accent to take off, although readers see one.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})


@lru_cache(maxsize=8192)
def fold(text: str) -> tuple[str, ...]:
    """Return the words of `text` with everything evened out that readers pass over: case, accents, IJ, B.V."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).replace("&", " en ").casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).translate(_LETTERS)
    # Initials are one word however they are pointed: 'B.V.', 'B V', 'BV'.
    plain = re.sub(r"\b(\w)[\W_]+(?=\w\b)", r"\1", plain)
    found = re.findall(r"[^\W_]+", plain)
    return tuple("sint" if word == "st" else word.replace("ij", "y") for word in found)


@lru_cache(maxsize=8192)
def place_key(place: str) -> str:
    """Return what all spellings of one place have in common: Alphen aan den Rijn, Alphen a/d Rijn, alphen ad rijn."""
    return re.sub(r"(?<=\S) (?:aan|ad)(?: (?:de|den|het))?\b| ", "", " ".join(fold(place)))


@cache
def _names(*why: str) -> Mapping[str, list[str]]:
    """Return from `data/places.csv` what each name means, by its key.

    The rows are: `right_name` (the list misspells the place, or writes it otherwise), `other_name`, `part_of` (who asks
    for the one gets the other too) and `elsewhere` (a place that is not in the lists, but would be taken for another).
    """
    found = defaultdict[str, list[str]](list)
    for row in csv.DictReader((files("cakwizard") / "data" / "places.csv").read_text("utf-8").splitlines()):
        if row["why"] in why:
            found[place_key(row["name"])].append(row["means"])
    return found


@lru_cache(maxsize=8192)
def right_name(place: str) -> str:
    """Return the right name of a place of a list: of 'Wezen' Wezep."""
    return _names("right_name").get(place_key(place), [place])[0]


def close(asked: str, known: Iterable[str]) -> set[str]:
    """Return the words that are nearest misspellings of `asked`: a letter too many, too few or wrong, or two swapped.

    The shorter the word, the fewer slips are forgiven, since a short word with a letter changed is soon another word.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    # Of 4 letters one, of 6 two, of 14 three.
    found = process.extract(asked, list(known), scorer=OSA.distance, score_cutoff=3, limit=None)
    fitting = [(word, slips) for word, slips, _ in found if slips <= bisect((4, 6, 14), min(len(word), len(asked)))]
    return {word for word, slips in fitting if slips == fitting[0][1]}


class PlaceIndex:
    """The places of a list of providers, found by what somebody typed."""

    def __init__(self, published: Iterable[str]) -> None:
        """Bring together by its key what each name of these places means: the right names of one or more."""
        right, known = dict.fromkeys(map(right_name, published)), defaultdict[str, set[str]](set)
        for name in right:
            known[place_key(name)].add(name)
        for key, means in _names("right_name", "other_name", "part_of").items():
            known[key] |= right.keys() & means
        self.known = {key: frozenset(names) for key, names in known.items() if names}

    def named(self, asked: str) -> frozenset[str]:
        """Return the places that `asked` names, without guessing."""
        return self.known.get(place_key(asked), frozenset())

    def elsewhere(self, asked: str) -> bool:
        """Tell whether `asked` is the right name of a place that is not in the list."""
        return place_key(asked) in _names("elsewhere").keys() - self.known.keys()

    def begun(self, asked: str) -> frozenset[str]:
        """Return all places of which a name begins so."""
        key = place_key(asked)
        return frozenset().union(*(self.known[name] for name in self.known if key and name.startswith(key)))

    def begun_alone(self, asked: str) -> frozenset[str]:
        """Return the only place that begins so; a shorter beginning fits too many to be meant as one of them."""
        key = place_key(asked)
        return _only(self.known[name] for name in self.known if len(key) > 3 and name.startswith(key))

    def guessed(self, asked: str) -> frozenset[str]:
        """Return the place that was meant: the only one that begins so, or the nearest in spelling.

        Nothing when two are equally near, or when `asked` is the right name of a place that is not in the list: that
        its name resembles another's is no reason to send somebody there.
        """
        if self.elsewhere(asked) or self.named(asked):
            return frozenset()
        return self.begun_alone(asked) or _only(self.known[name] for name in close(place_key(asked), self.known))

    def near(self, asked: str) -> list[str]:
        """Return the places nearest in spelling, nearest first."""
        from rapidfuzz import fuzz, process

        found = process.extract(place_key(asked), list(self.known), scorer=fuzz.WRatio, score_cutoff=65, limit=8)
        return [place for name, _, _ in found for place in sorted(self.known[name])]


def _only(meant: Iterable[frozenset[str]]) -> frozenset[str]:
    found = set(meant)
    return found.pop() if len(found) == 1 else frozenset()


class Reading(NamedTuple):
    """What was typed, and the places or words it was taken for; `assumed` if that is more than another form of it."""

    asked: str
    taken: tuple[str, ...]
    assumed: bool


class Found(NamedTuple):
    """What a look-up gave."""

    providers: tuple[Provider, ...]  # By place in alphabetical order, within a place by kind.
    readings: tuple[Reading, ...]  # How places and misspelt words were understood; `assumed` ones must be shown.
    near_places: tuple[str, ...]  # When nothing was found: places of the list that were named, or are near in spelling.


# Words of a query: those that were read as a place, if any, and the others.
_Parts = tuple[tuple[Reading, ...], tuple[str, ...]]
# What one way to understand a query gives, and how it read it.
_Way = tuple[list[Provider], Sequence[Reading]]


@lru_cache(maxsize=4)
def _directory(providers: tuple[Provider, ...]) -> tuple[PlaceIndex, list[Provider]]:
    """Return the places of a list and its entries in order; made once, and asked for every key that is pressed."""
    entries = sorted(providers, key=lambda one: (place_key(right_name(one.place)), KINDS.index(one.kind)))
    return PlaceIndex(one.place for one in providers), entries


def find_by_place(typed: str, providers: tuple[Provider, ...]) -> Sequence[Provider]:
    """Return who fits what has been typed so far, places that begin so first: quick enough for every key.

    Of each word the beginning of a place or of a word of the name is enough; where nothing fits, it is looked up as a
    whole query. Nothing typed gives the whole list.
    """
    index, entries = _directory(providers)
    typed = typed[:_MAX_LENGTH]
    there, begun = index.begun(typed), {token: index.begun(token) for token in fold(typed)}
    first = [one for one in entries if right_name(one.place) in there]
    fitting = (all(right_name(one.place) in begun[token] or _fits(token, one) for token in begun) for one in entries)
    others = [one for one in itertools.compress(entries, fitting) if right_name(one.place) not in there]
    return first + others or find_providers(providers, [typed]).providers


def find_providers(
    providers: tuple[Provider, ...], words: Sequence[str] = (), kind: str | None = None, place: str | None = None
) -> Found:
    """Return the providers that fit all that is asked; the words name a place, or are parts of names.

    Raises `UsageError` when the kind does not exist or the query is too long.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(unknown("faults.providers.no_kind", kind, KINDS))
    if sum(map(len, words)) > _MAX_LENGTH or len(place or "") > _MAX_LENGTH:
        raise UsageError(fault("query", most=str(_MAX_LENGTH)))
    index, entries = _directory(providers)
    everybody = [one for one in entries if kind in {None, one.kind}]
    pieces = tuple(piece for word in words for piece in harmless(word).split() if fold(piece))
    there = frozenset[str]() if place is None else index.named(place) or index.guessed(place)
    base = [one for one in everybody if place is None or right_name(one.place) in there]
    if not pieces and any(word.strip() for word in words):
        # Nothing but punctuation was typed, which is not the same as no words.
        base = []
    found, readings = next((way for way in _ways(index, base, pieces) if way[0]), ([], ()))
    near: dict[str, None] = {}
    if not found and not there:
        asked = [place] if place is not None else [" ".join(pieces), *pieces]
        named = [name for (reading,), _ in _places(index, pieces, index.named) for name in reading.taken]
        near = dict.fromkeys(named or [name for word in asked if len(word) > 1 for name in index.near(word)])
    if place is not None and there:
        readings = (_reading(place, there), *readings)
    known = {right_name(one.place) for one in everybody}
    return Found(tuple(found), tuple(readings), tuple(name for name in near if name in known)[:5])


def _ways(index: PlaceIndex, base: list[Provider], pieces: tuple[str, ...]) -> Iterator[_Way]:
    """Yield what each way to understand the words gives, the surest first."""
    whole = fold(" ".join(pieces))
    named = [*_places(index, pieces, index.named)][:1]
    yield [one for one in base if fold(one.name) == whole], ()
    yield from (_by_name(base, *parts) for parts in named)
    yield [one for one in base if {*whole} <= {*fold(one.name)}], ()
    anywhere: _Parts = ((), pieces)
    yield from (_by_name(base, *parts) for parts in [*_places(index, pieces, index.begun_alone), anywhere])
    guesses = [*_places(index, pieces, index.guessed), *(named or [anywhere])]
    yield from (_by_name(base, *parts, slips=True) for parts in guesses)


def _places(index: PlaceIndex, pieces: tuple[str, ...], how: Callable[[str], frozenset[str]]) -> Iterator[_Parts]:
    """Yield each run of words that is a place by `how`, longest first, with the other words.

    Of a place that is not in the list no part names one: 'Elst Utrecht' is a village in a province, neither the other
    Elst nor the city.
    """
    for length in range(min(_PLACE_WORDS, len(pieces)), 0, -1):
        for start in range(len(pieces) - length + 1):
            asked = " ".join(pieces[start : start + length])
            if index.elsewhere(asked):
                return
            if names := how(asked):
                yield (_reading(asked, names),), pieces[:start] + pieces[start + length :]


def _reading(asked: str, names: frozenset[str]) -> Reading:
    return Reading(harmless(asked), tuple(sorted(names)), place_key(asked) not in map(place_key, names))


def _by_name(base: list[Provider], places: Sequence[Reading], words: tuple[str, ...], *, slips: bool = False) -> _Way:
    """Return who is in the place (anywhere if none) and has all the words in the name."""
    here = [one for one in base if all(right_name(one.place) in place.taken for place in places)]
    vocabulary = {word for one in here for word in fold(one.name)}
    readings = list(places)
    for typed, token in [(word, token) for word in words for token in fold(word)]:
        fitting = [one for one in here if _fits(token, one)]
        if not fitting and slips and (near := close(token, vocabulary)):
            fitting = [one for one in here if not near.isdisjoint(fold(one.name))]
            readings.append(Reading(typed, tuple(sorted(near)), assumed=True))
        here = fitting
    return here, readings


def _fits(token: str, one: Provider) -> bool:
    """Tell whether a word is said by a name: begins a word of it, is within it, or names its kind."""
    names = fold(one.name)
    begun = len(token) > 1 and any(name.startswith(token) for name in names)
    # 'Tweesteden' and 'Canisius Wilhelmina' may be written as one word or as two.
    within = len(token) > 2 and token in "".join(names)
    return begun or within or token in names or token in _KIND_WORDS[one.kind]
