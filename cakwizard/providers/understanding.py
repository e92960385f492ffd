"""Work out what the words of a query mean: places, and words of names.

Every way to understand them is an attempt with a cost; the cheapest that finds
anything wins, and of equal ones the first. Slips of the keys are forgiven only
where nothing is found without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from cakwizard.providers.lists import Provider
from cakwizard.providers.places import PlaceIndex
from cakwizard.providers.places import Reading
from cakwizard.providers.spelling import alike
from cakwizard.providers.spelling import compact
from cakwizard.providers.spelling import fold

__all__ = ["Attempt", "in_places", "near_places", "understand"]

# The longest names of places ('Ouderkerk aan de Amstel') have four words.
_PLACE_WORDS = 5
# Longer queries are taken by the letter: guessing at each run of words takes too long.
_GUESSED_WORDS = 6
# What a word costs that is not a word of the name; a slip costs more than either.
_BEGINNING = 1
_INSIDE = 2
_SLIP = 10
_NAME_PARTS = re.compile(r"[\s/()&-]+")
# What people call the kinds. Many a hospital does not have 'ziekenhuis' in its
# name, so such a word finds every provider of the kind besides names that hold it.
_KIND_WORDS = {
    "apotheek": "pharmacy",
    "apotheken": "pharmacy",
    "pharmacy": "pharmacy",
    "pharmacies": "pharmacy",
    "ziekenhuis": "hospital",
    "ziekenhuizen": "hospital",
    "hospital": "hospital",
    "hospitals": "hospital",
    "ggz": "mental_health",
    "wlz": "long_term_care",
    "hulpmiddelen": "aids",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to understand the words: what it finds and at what cost."""

    cost: int
    readings: tuple[Reading, ...]
    words: tuple[str, ...]
    providers: tuple[Provider, ...] = ()


def in_places(index: PlaceIndex, base: tuple[Provider, ...], readings: Iterable[Reading]) -> tuple[Provider, ...]:
    """Return the providers of `base` in any of the places that were read."""
    keys = frozenset(key for reading in readings for key in index.keys_of(reading))
    return tuple(entry for entry in base if index.key_of(entry.place) in keys)


def understand(index: PlaceIndex, base: tuple[Provider, ...], pieces: tuple[str, ...]) -> Attempt:
    """Return the cheapest way to understand the words; of equal ones the first."""
    whole = fold(" ".join(pieces))
    same_name = tuple(entry for entry in base if fold(entry.name) == whole)
    if same_name:
        return Attempt(0, (), pieces, same_name)
    known, rest = _known_places(index, pieces)
    named = _attempt(index, base, known, rest, slips=False)
    attempts = [named] if known else []
    short = len(pieces) <= _GUESSED_WORDS
    # A place that is guessed is the only one: beside 'Amsterdam' the word 'Zuid'
    # is more of Amsterdam, and not Zuidlaren as well.
    attempts += (
        _attempt(index, base, (reading,), others, slips=False, cost=_BEGINNING)
        for asked, others in _spans(pieces)
        if short and (reading := index.begun(asked))
    )
    attempts.append(_attempt(index, base, (), pieces, slips=False))
    found = [attempt for attempt in attempts if attempt.providers]
    if not found and short:
        found = [attempt for attempt in _with_slips(index, base, pieces) if attempt.providers]
    return min(found, key=lambda attempt: attempt.cost) if found else named


def _with_slips(index: PlaceIndex, base: tuple[Provider, ...], pieces: tuple[str, ...]) -> Iterator[Attempt]:
    """Yield the ways to understand the words when slips of the keys are forgiven."""
    known, rest = _known_places(index, pieces)
    for asked, others in _spans(pieces):
        misspelt = index.misspelt(asked)
        if misspelt:
            reading, slips = misspelt
            yield _attempt(index, base, (reading,), others, slips=True, cost=slips * _SLIP)
    yield _attempt(index, base, known, rest, slips=True)
    if known:
        attempt = _attempt(index, base, (), pieces, slips=True)
        # A place that is spelt right is never taken for a misspelt name.
        spelt_right = {word for reading in known for word in reading.asked.split(" ")}
        if not spelt_right.intersection(reading.asked for reading in attempt.readings):
            yield attempt


def _spans(pieces: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each run of words that could be a place, longest first, with the other words."""
    for length in range(min(_PLACE_WORDS, len(pieces)), 0, -1):
        for start in range(len(pieces) - length + 1):
            yield " ".join(pieces[start : start + length]), pieces[:start] + pieces[start + length :]


def _known_places(index: PlaceIndex, pieces: tuple[str, ...]) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
    """Return the places that are named in the words, and the words that name none.

    Of a place that is not in the list no part names one: 'Elst Utrecht' is a
    village in a province, neither the other Elst nor the city.
    """
    readings: list[Reading] = []
    rest: list[str] = []
    position = 0
    while position < len(pieces):
        for length in range(min(_PLACE_WORDS, len(pieces) - position), 0, -1):
            asked = " ".join(pieces[position : position + length])
            if reading := index.named(asked):
                readings.append(reading)
            elif index.elsewhere(asked):
                rest += pieces[position : position + length]
            else:
                continue
            position += length
            break
        else:
            rest.append(pieces[position])
            position += 1
    return tuple(dict.fromkeys(readings)), tuple(rest)


def _attempt(
    index: PlaceIndex,
    base: tuple[Provider, ...],
    places: tuple[Reading, ...],
    words: tuple[str, ...],
    *,
    slips: bool,
    cost: int = 0,
) -> Attempt:
    """Return what is found in `places` (anywhere if none) by `words` of the name.

    Of the providers that fit, only those that fit best are found: a word that
    stands in a name is not mixed with names that merely resemble it.
    """
    here = in_places(index, base, places) if places else base
    if not words:
        return Attempt(cost, places, (), here)
    tokens = fold(" ".join(words))
    vocabulary = {word for entry in here for word in fold(entry.name)}
    costs = {token: _word_costs(token, vocabulary, slips=slips) for token in tokens}
    fits: list[tuple[int, Provider]] = []
    for entry in here:
        fit = 0
        for token, known in costs.items():
            one = _cost(token, known, entry)
            if one is None:
                break
            fit += one
        else:
            fits.append((fit, entry))
    if not fits:
        return Attempt(cost, places, words)
    best = min(fit for fit, _ in fits)
    found = tuple(entry for fit, entry in fits if fit == best)
    return Attempt(cost + best, places + _words_taken(words, costs, found), words, found)


def _word_costs(token: str, vocabulary: set[str], *, slips: bool) -> dict[str, int]:
    """Return the words of names that `token` can mean, with what each costs."""
    costs = {}
    for word in vocabulary:
        if word == token:
            costs[word] = 0
        elif len(token) > 1 and word.startswith(token):
            costs[word] = _BEGINNING
        elif len(token) > 2 and token in word:
            costs[word] = _INSIDE
        elif slips and (found := alike(token, word)) is not None:
            costs[word] = found * _SLIP
    return costs


def _cost(token: str, costs: dict[str, int], entry: Provider) -> int | None:
    """Return what it costs to take `token` for a word of the entry's name, or None."""
    if _KIND_WORDS.get(token) == entry.kind:
        return 0
    found = [costs[word] for word in fold(entry.name) if word in costs]
    # 'Tweesteden' and 'Canisius Wilhelmina' may be written as one word or as two.
    if not found and len(token) > 3 and token in compact(entry.name):
        return _INSIDE
    return min(found, default=None)


def _words_taken(
    typed: tuple[str, ...], costs: dict[str, dict[str, int]], found: tuple[Provider, ...]
) -> tuple[Reading, ...]:
    """Return for each misspelt word what it was taken for, both as they were written."""
    as_typed = {token: piece for piece in typed for token in fold(piece)}
    readings = []
    for token, known in costs.items():
        if _KIND_WORDS.get(token) in {entry.kind for entry in found}:
            continue
        words = {word for entry in found for word in fold(entry.name) if word in known}
        if words and all(known[word] >= _SLIP for word in words):
            written = dict.fromkeys(_written(entry, words) for entry in found)
            readings.append(Reading(asked=as_typed.get(token, token), taken=tuple(written), how="spelling"))
    return tuple(readings)


def _written(entry: Provider, words: set[str]) -> str:
    """Return the part of the entry's name that is one of the folded `words`."""
    parts = _NAME_PARTS.split(entry.name)
    return next((part for part in parts if words.intersection(fold(part))), entry.name)


def near_places(index: PlaceIndex, attempt: Attempt, there: frozenset[str]) -> list[tuple[float, str]]:
    """Return the places near to what was typed; where one was named, that alone."""
    named = [(2.0, name) for reading in attempt.readings for name in reading.taken if index.key_of(name) in there]
    words = attempt.words[:_GUESSED_WORDS]
    return named or [pair for asked in {" ".join(words), *words} for pair in index.near(asked, there)]
