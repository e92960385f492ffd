"""What of a tree has ended on a day, will end soon, or was last read long ago. Nothing here reads a clock."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cakwizard.checking.ended import is_succeeded, reached_on, sources_on
from cakwizard.checking.fault import Fault
from cakwizard.checking.unused import used
from cakwizard.deciding.days import months_after
from cakwizard.errors import Location
from cakwizard.tree.records import DecisionTree, Route

__all__ = ["ENDING_DAYS", "UNREAD_DAYS", "UNREAD_MONTHS", "Notice", "due_sources", "expiring", "old"]

UNREAD_DAYS, UNREAD_MONTHS, ENDING_DAYS = 180, 18, 60
_HINTS = {
    "ended": "say what holds now, and until when",
    "unread": "read the source again, then run 'cakwizard recheck {id}'",
    "ends": "find out what holds after that day",
}
_CODES = {"ended": "CW050", "unread": "CW051", "ends": "CW052"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing of a tree that is old.

    Attributes:
        subject: What it is: `source`, `scheme`, `outcome` or `option`.
        id: Its id; of an option the node and the option with a dot between.
        day: Its last day, or the day on which it was last read.
        days: How many days lie between that day and the one asked about.
        over: Whether it should not be used any more: ended, or not read for eighteen months.
    """

    kind: Literal["ended", "ends", "unread"]
    subject: str
    id: str
    day: datetime.date
    days: int
    over: bool
    location: Location

    @property
    def sentence(self) -> str:
        """Return it in English, for who keeps the file."""
        days = f"{self.days} day{'' if self.days == 1 else 's'}"
        if self.kind == "unread":
            return f"{self.subject} '{self.id}' was last read on {self.day}, {days} before"
        when = f"ended on {self.day}" if self.over else f"ends on {self.day}, in {days}"
        return f"{self.subject} '{self.id}' {when}"


def due_sources(tree: DecisionTree, on: datetime.date, only: Collection[str] | None = None) -> list[Notice]:
    """Return the sources that are to be read again on a day, those read longest ago first.

    Args:
        only: Of which sources; of all that the tree uses when None. What cannot change is never due.
    """
    found = []
    for key in used(tree)["sources"] if only is None else only:
        source = tree.sources[key]
        kind = tree.source_kinds.get(source.kind)
        days = (on - source.checked).days
        if days >= UNREAD_DAYS and (kind is None or kind.ages):
            over = months_after(source.checked, UNREAD_MONTHS) <= on
            found.append(_notice("unread", "source", key, source.checked, days, source.location, over=over))
    return sorted(found, key=lambda notice: (notice.day, notice.location))


def expiring(tree: DecisionTree, on: datetime.date) -> list[Notice]:
    """Return everything that is old on a day, in the order of the file.

    What no walk on that day meets has ended without harm, and so has a scheme of which every row has a successor that
    decides.
    """
    found = due_sources(tree, on)
    # What says that a scheme ends need not be said to end as well.
    said = {source for scheme in tree.schemes.values() for source in scheme.end_sources}
    reached, sources = reached_on(tree, on), sources_on(tree, on) - said
    for key, source in tree.sources.items():
        if key in sources:
            found += _end(on, source.valid_until, "source", key, source.location)
    for key, outcome in tree.outcomes.items():
        if key in reached:
            found += _end(on, outcome.valid_until, "outcome", key, outcome.location)
    for key, scheme in tree.schemes.items():
        if scheme.valid_until and not is_succeeded(tree, key, max(on, scheme.valid_until + datetime.timedelta(days=1))):
            found += _end(on, scheme.valid_until, "scheme", key, scheme.location)
    last: dict[tuple[str, str], Route] = {}
    for route in tree.routes():
        known = last.setdefault((route.node, route.option), route)
        if (known.window.end or datetime.date.max) < (route.window.end or datetime.date.max):
            last[route.node, route.option] = route
    for (node, option), route in last.items():
        if node in reached:
            found += _end(on, route.window.end, "option", f"{node}.{option}", route.location)
    return sorted(found, key=lambda notice: (notice.location, notice.kind))


def _end(on: datetime.date, last: datetime.date | None, subject: str, key: str, location: Location) -> Iterator[Notice]:
    if last is not None and (last - on).days <= ENDING_DAYS:
        kind: Any = "ended" if last < on else "ends"
        yield _notice(kind, subject, key, last, abs((on - last).days), location, over=last < on)


def _notice(
    kind: Any, subject: str, key: str, day: datetime.date, days: int, location: Location, *, over: bool
) -> Notice:
    return Notice(kind=kind, subject=subject, id=key, day=day, days=days, over=over, location=location)


def old(tree: DecisionTree, on: datetime.date) -> Iterator[tuple[Fault, bool]]:
    """CW050, CW051, CW052: yield what is old, and whether it should not be used any more."""
    for one in expiring(tree, on):
        hint = _HINTS[one.kind].format(id=one.id)
        yield Fault(_CODES[one.kind], one.location, one.sentence, hint, one.day), one.over
