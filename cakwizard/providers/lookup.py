"""Find contracted providers by what a midwife types.

Exact beats other forms of the same spelling, these beat other names, and only
where nothing else is found are slips of the keys forgiven. Whatever was assumed
on the way is in the result. That nothing is found says nothing about today: the
list may be old, and only the CAK's own list tells who has a contract now.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass

from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.errors import nearest
from cakwizard.providers.lists import KINDS
from cakwizard.providers.lists import Provider
from cakwizard.providers.places import PlaceIndex
from cakwizard.providers.places import Reading
from cakwizard.providers.spelling import fold
from cakwizard.providers.spelling import visible
from cakwizard.providers.understanding import Attempt
from cakwizard.providers.understanding import in_places
from cakwizard.providers.understanding import near_places
from cakwizard.providers.understanding import understand

__all__ = ["MAX_LENGTH", "Found", "PlaceGroup", "find_providers"]

MAX_LENGTH = 200
"""Longest query in characters; no name in any list comes near it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceGroup:
    """The providers found in one place.

    Attributes:
        place: Its right name.
        published: The other spellings under which the list has it, if any.
        providers: In the order of `KINDS`, within a kind in that of the list.
    """

    place: str
    published: tuple[str, ...]
    providers: tuple[Provider, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look-up gave.

    Attributes:
        groups: The providers by place, places in alphabetical order.
        readings: How places and misspelt words were understood; those that are
            `assumed` must be shown.
        name_words: The words that were looked up in names, as typed.
        near_places: When nothing was found: the right names of places in the list
            that are near in spelling, nearest first.
    """

    groups: tuple[PlaceGroup, ...]
    readings: tuple[Reading, ...]
    name_words: tuple[str, ...]
    near_places: tuple[str, ...]

    @property
    def matches(self) -> tuple[Provider, ...]:
        """Return all providers found, in the order of the groups."""
        return tuple(provider for group in self.groups for provider in group.providers)


def find_providers(
    providers: Iterable[Provider],
    words: Sequence[str] = (),
    kind: str | None = None,
    place: str | None = None,
) -> Found:
    """Return the providers that fit all that is asked.

    Args:
        providers: The list to look in.
        words: What was typed, in words or in one string: names of places, which
            filter on place, and parts of names. Two places mean either.
        kind: One of `KINDS`, or None for all.
        place: A place to filter on, or None for all.

    Raises:
        UsageError: When the kind does not exist or the query is too long.
    """
    everything = tuple(providers)
    _check(words, kind, place)
    index = PlaceIndex(everything)
    base = tuple(entry for entry in everything if kind is None or entry.kind == kind)
    there = frozenset(index.key_of(entry.place) for entry in base)
    readings: tuple[Reading, ...] = ()
    near: list[tuple[float, str]] = []
    if place is not None:
        wanted = visible(place)
        reading = _place(index, wanted)
        if reading is None or reading.how == "spelling":
            near += index.near(wanted, there)
        readings = (reading,) if reading else ()
        base = in_places(index, base, readings) if reading else ()
    attempt = Attempt(0, (), (), base)
    pieces = tuple(piece for word in words for piece in visible(word).split(" ") if fold(piece))
    if pieces and base:
        attempt = understand(index, base, pieces)
        if not attempt.providers:
            near += near_places(index, attempt, there)
    elif not pieces and any(word.strip() for word in words):
        # Nothing but punctuation was typed, which is not the same as no words.
        attempt = Attempt(0, (), tuple(filter(None, map(visible, words))))
    found = attempt.providers
    near_names = (name for _, name in sorted(near, key=lambda pair: (-pair[0], pair[1])))
    return Found(
        groups=_grouped(index, found),
        readings=readings + attempt.readings,
        name_words=attempt.words,
        near_places=() if found else tuple(dict.fromkeys(near_names))[:5],
    )


def _check(words: Sequence[str], kind: str | None, place: str | None) -> None:
    """Raise what makes the question one that cannot be asked."""
    issues = []
    if kind is not None and kind not in KINDS:
        near = nearest(kind, KINDS)
        hint = f"did you mean '{near}'?" if near else f"the kinds are: {', '.join(KINDS)}"
        issues.append(Issue(message=f"there is no kind '{visible(kind[:60])}'", hint=hint))
    if sum(map(len, words)) > MAX_LENGTH or len(words) > MAX_LENGTH or len(place or "") > MAX_LENGTH:
        issues.append(Issue(message=f"the query is longer than {MAX_LENGTH} characters", hint="give a few words of it"))
    if issues:
        raise UsageError(issues)


def _place(index: PlaceIndex, asked: str) -> Reading | None:
    """Return the place that `asked` means, guessing where it must."""
    reading = index.named(asked) or index.begun(asked)
    if reading is None and (misspelt := index.misspelt(asked)):
        reading = misspelt[0]
    return reading


def _grouped(index: PlaceIndex, found: tuple[Provider, ...]) -> tuple[PlaceGroup, ...]:
    """Return the providers by place, in the order of a Dutch index."""
    by_place: dict[str, list[Provider]] = {}
    for entry in sorted(found, key=lambda entry: KINDS.index(entry.kind)):
        by_place.setdefault(index.key_of(entry.place), []).append(entry)
    groups = []
    for key, entries in by_place.items():
        place = index.right[key]
        published = tuple(sorted({entry.place for entry in entries} - {place}))
        groups.append(PlaceGroup(place=place, published=published, providers=tuple(entries)))
    return tuple(sorted(groups, key=lambda group: _alphabetical(group.place)))


def _alphabetical(place: str) -> str:
    """Return a key that sorts as readers expect: accents and case do not count."""
    plain = unicodedata.normalize("NFKD", place.casefold())
    return "".join(character for character in plain if character.isalnum() or character == " ")
