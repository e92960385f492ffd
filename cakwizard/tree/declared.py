"""What the records of a tree are made of, and what a tree declares: its sources, schemes, contracts, kinds of advice.

All are frozen. Nothing here knows the subject of a tree.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from cakwizard.errors import Location

__all__ = [
    "ALWAYS",
    "NOTHING",
    "NOWHERE",
    "PROVIDER_KINDS",
    "AdviceKind",
    "Certainty",
    "Contract",
    "Scheme",
    "SchemeGroup",
    "Source",
    "SourceKind",
    "Text",
    "Value",
    "Window",
    "Words",
]

Value = Decimal | datetime.date | str
"""What a `{placeholder}` in a text stands for: an amount, a date or a word."""

Words = Mapping[str, tuple[str, ...]]
"""By language, words or phrases as people type them."""

NOWHERE = Location("", 0, 0)
NOTHING: Mapping[str, Any] = MappingProxyType({})

PROVIDER_KINDS = ("pharmacy", "hospital", "mental_health", "long_term_care", "aids")
"""The kinds of provider that lists of contracted providers tell apart."""


class Certainty(IntEnum):
    """How sure a rule is; the larger, the weaker, so the weakest on a path is its maximum."""

    settled = 0
    likely = 1
    unsettled = 2


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in each language of the tree."""

    by_language: Mapping[str, str]
    location: Location = NOWHERE

    def __getitem__(self, language: str) -> str:
        """Return the text in `language`, or in the tree's first language."""
        found = self.by_language.get(language)
        return found if found is not None else next(iter(self.by_language.values()), "")

    def __hash__(self) -> int:
        """Hash by content, so that records that hold texts can be members of a set."""
        return hash(tuple(self.by_language.items()))


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a rule holds, both ends included; None is open."""

    start: datetime.date | None = None
    end: datetime.date | None = None

    def __contains__(self, day: datetime.date) -> bool:
        """Tell whether the rule holds on `day`."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def __and__(self, other: Window) -> Window | None:
        """Return the days that lie in both windows, or None when there is none."""
        start = max(filter(None, (self.start, other.start)), default=None)
        end = min(filter(None, (self.end, other.end)), default=None)
        return None if start and end and end < start else Window(start, end)

    def distance(self, day: datetime.date) -> int:
        """Return how many days `day` lies outside the window; 0 inside."""
        if self.start is not None and day < self.start:
            return (self.start - day).days
        if self.end is not None and day > self.end:
            return (day - self.end).days
        return 0


ALWAYS = Window()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """What a source is (a law, a public body's page, …), in words, and the certainty it can carry.

    `short` names it in the foot of a card; `ages` says whether such a text can change, so that it must be read again.
    """

    id: str
    name: Text
    short: Text
    supports: Certainty
    ages: bool = True
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text that a rule rests on.

    Attributes:
        date: Its own date as ISO 8601, possibly only year, or year and month; empty when unknown.
        speaks_to: The newest day (month, year) for which it is known to have said so, written likewise.
        checked: The day on which somebody last held the rules against it.
        dated: In words how sure its date is.
    """

    id: str
    title: Text
    publisher: str
    url: str
    kind: str
    date: str
    speaks_to: str
    checked: datetime.date
    dated: Text | None = None
    valid_until: datetime.date | None = None
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeGroup:
    """Schemes that diagrams draw in one colour; `color` is `#rrggbb`."""

    id: str
    name: Text
    color: str
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Who pays: its short name (OVV), its whole name, and when it ends.

    `claimable` says that a provider declares costs under it; `end_sources` carry `valid_until`.
    """

    id: str
    short: Text
    name: Text
    group: str
    claimable: bool = False
    valid_until: datetime.date | None = None
    end_sources: tuple[str, ...] = ()
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Whether a contract is needed: in a few words, and all there is to say."""

    id: str
    text: Text
    more: Text | None = None
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceKind:
    """A heading under which advice is shown; kinds are shown in the tree's order.

    `checklist` says that its advice is a list of things to have together, drawn with a box to tick.
    """

    id: str
    heading: Text
    numbered: bool = False
    checklist: bool = False
    location: Location = NOWHERE
