"""Find contracted providers by what a midwife types.

What was typed is understood in a fixed order: as the name of a provider, as places and words of names, as the
beginning of a place; only where nothing is found are slips of the keys forgiven. Whatever was assumed on the way is in
the result. That nothing is found says nothing about today: the list may be old.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cakwizard.errors import UsageError, harmless, unknown
from cakwizard.providers.places import PlaceIndex, Reading, close, fold, place_key
from cakwizard.providers.reading import KINDS, Provider, fault

# No name in any list comes near it.
_MAX_LENGTH = 200
# The longest names of places ('Ouderkerk aan de Amstel') have four words.
_PLACE_WORDS = 4
# In a longer query no misspelt place is looked for: every run of its words would have to be tried.
_GUESSED_WORDS = 6
# What people call the kinds. Many a hospital does not have 'ziekenhuis' in its name, so such a word finds every
# provider of the kind besides names that hold it.
_KIND_WORDS = {
    "pharmacy": {"apotheek", "apotheken", "pharmacy", "pharmacies"},
    "hospital": {"ziekenhuis", "ziekenhuizen", "hospital", "hospitals"},
    "mental_health": {"ggz"},
    "long_term_care": {"wlz"},
    "aids": {"hulpmiddelen"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look-up gave.

    Attributes:
        providers: By place in alphabetical order, within a place by kind.
        readings: How places and misspelt words were understood; those that are `assumed` must be shown.
        near_places: When nothing was found: places of the list that were named, or are near in spelling.
    """

    providers: tuple[Provider, ...] = ()
    readings: tuple[Reading, ...] = ()
    near_places: tuple[str, ...] = ()


# Providers, each after the key of its place.
_Entries = list[tuple[str, Provider]]


@lru_cache(maxsize=4)
def _directory(providers: tuple[Provider, ...]) -> tuple[PlaceIndex, _Entries]:
    """Return the places of a list and its entries in order; made once, and asked for every key that is pressed."""
    index = PlaceIndex(providers)
    entries = [(index.key_of(one.place), one) for one in providers]
    return index, sorted(entries, key=lambda pair: (pair[0], KINDS.index(pair[1].kind)))


def find_by_place(typed: str, kind: str | None, providers: tuple[Provider, ...]) -> list[Provider]:
    """Return who fits what has been typed so far, places that begin so first: quick enough for every key.

    Of each word the beginning of a place or of a word of the name is enough; where nothing fits, it is looked up as a
    whole query. Nothing typed gives the whole list.

    Args:
        providers: The same tuple each time, so that its places are worked out once.
    """
    index, entries = _directory(providers)
    typed = typed[:_MAX_LENGTH]
    there = index.begun(typed)
    begun = {token: index.begun(token) for token in fold(typed)}
    found = [
        (place not in there, number, one)
        for number, (place, one) in enumerate(entries)
        if kind in {None, one.kind}
        and (place in there or all(place in begun[token] or _fits(token, one) for token in begun))
    ]
    return [one for *_, one in sorted(found)] if found else [*find_providers(providers, [typed], kind).providers]


def find_providers(
    providers: Iterable[Provider], words: Sequence[str] = (), kind: str | None = None, place: str | None = None
) -> Found:
    """Return the providers that fit all that is asked.

    Args:
        words: What was typed, in words or in one string: a place, and parts of names.
        kind, place: Where to look; None for everywhere.

    Raises:
        UsageError: When the kind does not exist or the query is too long.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(unknown("faults.providers.no_kind", kind, KINDS))
    if sum(map(len, words)) > _MAX_LENGTH or len(place or "") > _MAX_LENGTH:
        raise UsageError(fault("query", most=str(_MAX_LENGTH)))
    index, entries = _directory(tuple(providers))
    everybody = [pair for pair in entries if kind in {None, pair[1].kind}]
    pieces = tuple(piece for word in words for piece in harmless(word).split() if fold(piece))
    keys = frozenset[str]() if place is None else index.named(place) or index.guessed(place)
    base = [pair for pair in everybody if place is None or pair[0] in keys]
    if not pieces and any(word.strip() for word in words):
        # Nothing but punctuation was typed, which is not the same as no words.
        base = []
    found, readings = next((way for way in _ways(index, base, pieces) if way[0]), ([], ()))
    near: Iterable[str] = ()
    if not found and not keys:
        asked = [place] if place is not None else [" ".join(pieces), *pieces[:_GUESSED_WORDS]]
        named = [index.key_of(name) for one, _ in _places(index, pieces, index.named) for name in one.taken]
        wanted = named or [key for word in asked if len(word) > 1 for key in index.near(word)]
        near = dict.fromkeys(index.right[key] for key in wanted if any(key == there for there, _ in everybody))
    if place is not None and keys:
        readings = (_reading(index, place, keys), *readings)
    return Found(providers=tuple(one for _, one in found), readings=tuple(readings), near_places=tuple(near)[:5])


def _ways(index: PlaceIndex, base: _Entries, pieces: tuple[str, ...]) -> Iterator[tuple[_Entries, Sequence[Reading]]]:
    """Yield what each way to understand the words gives, the surest first."""
    if not pieces:
        yield base, ()
    whole = fold(" ".join(pieces))
    yield [pair for pair in base if fold(pair[1].name) == whole], ()
    named = list(_places(index, pieces, index.named))
    for reading, others in named[:1]:
        yield _by_name(index, base, (reading,), others)
    yield [pair for pair in base if {*whole} <= {*fold(pair[1].name)}], ()
    short = pieces if len(pieces) <= _GUESSED_WORDS else ()
    for reading, others in _places(index, short, index.begun_alone):
        yield _by_name(index, base, (reading,), others)
    yield _by_name(index, base, (), pieces)
    guesses = list(_places(index, short, index.guessed))
    for slips in (False, True):
        for reading, others in guesses:
            yield _by_name(index, base, (reading,), others, slips=slips)
    for reading, others in named[:1] if short else ():
        yield _by_name(index, base, (reading,), others, slips=True)
    if not named:
        yield _by_name(index, base, (), short, slips=True)


def _places(
    index: PlaceIndex, pieces: tuple[str, ...], how: Callable[[str], frozenset[str]]
) -> Iterator[tuple[Reading, tuple[str, ...]]]:
    """Yield each run of words that is a place by `how`, longest first, with the other words.

    Of a place that is not in the list no part names one: 'Elst Utrecht' is a village in a province, neither the other
    Elst nor the city.
    """
    for length in range(min(_PLACE_WORDS, len(pieces)), 0, -1):
        for start in range(len(pieces) - length + 1):
            asked = " ".join(pieces[start : start + length])
            if index.elsewhere(asked):
                return
            if keys := how(asked):
                yield _reading(index, asked, keys), pieces[:start] + pieces[start + length :]


def _reading(index: PlaceIndex, asked: str, keys: frozenset[str]) -> Reading:
    names = tuple(sorted(index.right[key] for key in keys))
    return Reading(harmless(asked), names, assumed=place_key(asked) not in map(place_key, names))


def _by_name(
    index: PlaceIndex, base: _Entries, places: Sequence[Reading], words: tuple[str, ...], *, slips: bool = False
) -> tuple[_Entries, Sequence[Reading]]:
    """Return who is in one of the places (anywhere if none) and has all the words in the name."""
    keys = {key for reading in places for key in map(index.key_of, reading.taken)}
    here = [pair for pair in base if not places or pair[0] in keys]
    vocabulary = {word for _, one in here for word in fold(one.name)}
    readings = list(places)
    for typed, token in [(word, token) for word in words for token in fold(word)]:
        fitting = [pair for pair in here if _fits(token, pair[1])]
        if not fitting and slips and (near := close(token, vocabulary)):
            meant = {word for word, count in near.items() if count == min(near.values())}
            fitting = [pair for pair in here if not meant.isdisjoint(fold(pair[1].name))]
            readings.append(Reading(harmless(typed), tuple(sorted(meant)), assumed=True))
        here = fitting
    return here, readings


def _fits(token: str, one: Provider) -> bool:
    """Tell whether a word is said by a name: begins a word of it, is within it, or names its kind."""
    names = fold(one.name)
    return (
        token in _KIND_WORDS[one.kind]
        or token in names
        or (len(token) > 1 and any(name.startswith(token) for name in names))
        # 'Tweesteden' and 'Canisius Wilhelmina' may be written as one word or as two.
        or (len(token) > 2 and token in "".join(names))
    )
