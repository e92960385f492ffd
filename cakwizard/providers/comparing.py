"""Hold a newer list against an older one: what is new, gone or respelt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cakwizard.providers.lists import Provider
from cakwizard.providers.places import PlaceIndex
from cakwizard.providers.spelling import alike
from cakwizard.providers.spelling import fold

__all__ = ["ListComparison", "Respelling", "compare_lists"]

# As many as any pair of names is forgiven, see `alike`.
_MOST_SLIPS = 3
# Words that come and go in front of or behind a name that stays the same.
_LEGAL_WORDS = frozenset({"bv", "coop", "cooperatie", "nv", "stg", "stichting", "vof"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Respelling:
    """One provider whose name or place is written otherwise in the newer list."""

    old: Provider
    new: Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class ListComparison:
    """What changed from one list to another, each part in the order of its list.

    Attributes:
        new: Only in the newer list.
        gone: Only in the older list.
        respelt: In both, written otherwise.
        unchanged: How many entries are letter by letter the same.
    """

    new: tuple[Provider, ...]
    gone: tuple[Provider, ...]
    respelt: tuple[Respelling, ...]
    unchanged: int


def compare_lists(old: Iterable[Provider], new: Iterable[Provider]) -> ListComparison:
    """Return what changed; id and date of the lists do not count.

    Entries are respelt versions of each other when they are of one kind, and
    either lie in one place under names that are the same or close in spelling,
    or have one name in places that are close in spelling, each of which stands
    in one list only (Haren and Haaren in both lists are two places).
    """
    before, after = tuple(old), tuple(new)
    gone, unchanged = _without(before, after)
    fresh, _ = _without(after, before)
    one_list = _places(before) ^ _places(after)
    respelt: list[Respelling] = []
    # With growing numbers, so that the closest spellings find each other first.
    for slips in range(_MOST_SLIPS + 1):
        gone, fresh, pairs = _paired(gone, fresh, one_list, slips)
        respelt += pairs
    return ListComparison(new=tuple(fresh), gone=tuple(gone), respelt=tuple(respelt), unchanged=unchanged)


def _places(entries: Iterable[Provider]) -> set[str]:
    """Return the keys of the places that occur."""
    return {PlaceIndex.key_of(entry.place) for entry in entries}


def _identity(entry: Provider) -> tuple[str, str, str]:
    """Return what makes two entries letter by letter the same."""
    return entry.kind, entry.place, entry.name


def _without(entries: Iterable[Provider], others: Iterable[Provider]) -> tuple[list[Provider], int]:
    """Return the entries that are not in the other list, and how many are."""
    left = Counter(map(_identity, others))
    rest = []
    shared = 0
    for entry in entries:
        if left[_identity(entry)]:
            left[_identity(entry)] -= 1
            shared += 1
        else:
            rest.append(entry)
    return rest, shared


def _paired(
    gone: list[Provider], fresh: list[Provider], one_list: set[str], slips: int
) -> tuple[list[Provider], list[Provider], list[Respelling]]:
    """Pair entries that lie at most `slips` apart; return what is left of both lists, and the pairs."""
    by_place: dict[tuple[str, str], list[Provider]] = {}
    by_name: dict[tuple[str, tuple[str, ...]], list[Provider]] = {}
    for entry in fresh:
        by_place.setdefault((entry.kind, PlaceIndex.key_of(entry.place)), []).append(entry)
        by_name.setdefault((entry.kind, _words(entry)), []).append(entry)
    taken: set[int] = set()
    rest = []
    pairs = []
    for entry in gone:
        place = PlaceIndex.key_of(entry.place)
        near = [other for other in by_place.get((entry.kind, place), ()) if _near_name(entry, other, slips)]
        if place in one_list:
            namesakes = by_name.get((entry.kind, _words(entry)), ())
            near += [other for other in namesakes if _near_place(entry, other, one_list, slips)]
        match = next((other for other in near if id(other) not in taken), None)
        if match:
            taken.add(id(match))
            pairs.append(Respelling(old=entry, new=match))
        else:
            rest.append(entry)
    return rest, [entry for entry in fresh if id(entry) not in taken], pairs


def _words(entry: Provider) -> tuple[str, ...]:
    """Return the words of the name that tell it from others."""
    return tuple(word for word in fold(entry.name) if word not in _LEGAL_WORDS) or fold(entry.name)


def _near_name(one: Provider, other: Provider, slips: int) -> bool:
    """Tell whether two names are at most so many slips apart.

    Only the words that differ are compared: two pharmacies of one chain share
    most of their letters and are two pharmacies all the same.
    """
    words, others = Counter(_words(one)), Counter(_words(other))
    first, second = "".join((words - others).elements()), "".join((others - words).elements())
    if first == second or "".join(_words(one)) == "".join(_words(other)):
        return True
    found = alike(first, second)
    return found is not None and found <= slips


def _near_place(one: Provider, other: Provider, one_list: set[str], slips: int) -> bool:
    """Tell whether two entries lie in places at most so many slips apart."""
    place = PlaceIndex.key_of(other.place)
    found = alike(PlaceIndex.key_of(one.place), place)
    return place in one_list and found is not None and found <= slips
