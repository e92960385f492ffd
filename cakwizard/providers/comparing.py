"""Hold a newer list against an older one: what is new, gone or respelt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from cakwizard.providers.lists import Provider
from cakwizard.providers.places import PlaceIndex, close, fold

# Words that come and go in front of or behind a name that stays the same.
_LEGAL_WORDS = frozenset({"bv", "coop", "cooperatie", "nv", "stg", "stichting", "vof"})


class ListComparison(NamedTuple):
    """What changed from one list to another: entries, in the order of their list, and how many stayed the same."""

    new: list[Provider]
    gone: list[Provider]
    respelt: list[tuple[Provider, Provider]]
    unchanged: int


def compare_lists(old: Iterable[Provider], new: Iterable[Provider]) -> ListComparison:
    """Return what changed; id and date of the lists do not count.

    Entries are respelt versions of each other when they are of one kind, and either are in one place under names that
    are the same or close in spelling, or have one name in places that are close in spelling, each of which is in one
    list only (Haren and Haaren in both lists are two places).
    """
    before, after = list(old), list(new)
    places = {PlaceIndex.key_of(one.place) for one in before} ^ {PlaceIndex.key_of(one.place) for one in after}
    gone, fresh = _without(before, after), _without(after, before)
    found = ListComparison(fresh, gone, [], len(before) - len(gone))
    # The same but for case and form first, so that the closest find each other.
    for guess in (False, True):
        for one in [*gone]:
            other = next((other for other in fresh if _is_respelt(one, other, places, guess=guess)), None)
            if other is not None:
                found.respelt.append((one, other))
                gone.remove(one)
                fresh.remove(other)
    return found


def _without(entries: list[Provider], others: list[Provider]) -> list[Provider]:
    left = Counter((one.kind, one.place, one.name) for one in others)
    rest = []
    for one in entries:
        left[key := (one.kind, one.place, one.name)] -= 1
        if left[key] < 0:
            rest.append(one)
    return rest


def _is_respelt(one: Provider, other: Provider, places: set[str], *, guess: bool) -> bool:
    """Tell whether two entries are one provider: the same once evened out, or by a guess but for slips of the keys."""
    here, there = PlaceIndex.key_of(one.place), PlaceIndex.key_of(other.place)
    words, others = _words(one), _words(other)
    # Only the words that differ are compared: two pharmacies of one chain share most of their letters.
    first, second = "".join((words - others).elements()), "".join((others - words).elements())
    same_name = first == second or "".join(words.elements()) == "".join(others.elements())
    same_place = here == there or (guess and same_name and {here, there} <= places and bool(close(here, [there])))
    same_name = same_name or (guess and bool(first and close(first, [second])))
    return one.kind == other.kind and same_place and same_name


def _words(one: Provider) -> Counter[str]:
    """Return the words of the name that tell it from others."""
    return Counter(word for word in fold(one.name) if word not in _LEGAL_WORDS) or Counter(fold(one.name))
