"""What records are made of: texts, days on which something holds, and how sure it is."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from cakwizard.errors import Location

Value = Decimal | datetime.date | str  # what a `{placeholder}` in a text stands for
Words = Mapping[str, tuple[str, ...]]  # by language, words or phrases as people type them
NOWHERE = Location("", 0, 0)
NOTHING: Mapping[str, Any] = MappingProxyType({})


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
        return self.by_language.get(language) or next(iter(self.by_language.values()), "")


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a rule holds, both ends included; None is open."""

    start: datetime.date | None = None
    end: datetime.date | None = None

    def __contains__(self, day: datetime.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def __and__(self, other: Window) -> Window | None:
        """Return the days that lie in both windows, or None when there is none."""
        start = max(filter(None, (self.start, other.start)), default=None)
        end = min(filter(None, (self.end, other.end)), default=None)
        return None if start and end and end < start else Window(start, end)

    def distance(self, day: datetime.date) -> int:
        """Return how many days `day` lies outside the window; 0 inside."""
        return max(0, (self.start - day).days if self.start else 0, (day - self.end).days if self.end else 0)


ALWAYS = Window()
