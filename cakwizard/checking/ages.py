"""What of a tree has ended on a day, will end soon, or was last read long ago. Nothing here reads a clock."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cakwizard.checking.ended import is_succeeded, used_by, walked_on
from cakwizard.checking.fault import Fault
from cakwizard.checking.unused import used
from cakwizard.deciding.days import months_after
from cakwizard.errors import Location
from cakwizard.tree.records import DecisionTree

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
            seen: dict[str, Any] = {"day": source.checked, "days": days, "over": over, "location": source.location}
            found.append(Notice(kind="unread", subject="source", id=key, **seen))
    return sorted(found, key=lambda notice: (notice.day, notice.location))


def expiring(tree: DecisionTree, on: datetime.date) -> list[Notice]:
    """Return everything that is old on a day, in the order of the file.

    What no walk on that day meets has ended without harm, and so has a scheme of which every row has a successor that
    decides.
    """
    met, routes = walked_on(tree, on)
    found = due_sources(tree, on)
    for key in used_by(tree, met, routes, on)["sources"]:
        # What says that a scheme ends need not be said to end as well.
        if not any(key in scheme.end_sources for scheme in tree.schemes.values()):
            found += _end(on, tree.sources[key].valid_until, "source", key, tree.sources[key].location)
    for key in met & tree.outcomes.keys():
        found += _end(on, tree.outcomes[key].valid_until, "outcome", key, tree.outcomes[key].location)
    for key, scheme in tree.schemes.items():
        after = max(on, (scheme.valid_until or on) + datetime.timedelta(days=1))
        if scheme.valid_until and not is_succeeded(tree, key, after):
            found += _end(on, scheme.valid_until, "scheme", key, scheme.location)
    by_end = sorted(tree.routes(), key=lambda route: route.window.end or datetime.date.max)
    for (node, option), route in {(route.node, route.option): route for route in by_end}.items():
        if node in met:
            found += _end(on, route.window.end, "option", f"{node}.{option}", route.location)
    return sorted(found, key=lambda notice: (notice.location, notice.kind))


def _end(on: datetime.date, last: datetime.date | None, subject: str, key: str, place: Location) -> Iterator[Notice]:
    if last is not None and (last - on).days <= ENDING_DAYS:
        over = last < on
        kind: Literal["ended", "ends"] = "ended" if over else "ends"
        yield Notice(
            kind=kind, subject=subject, id=key, day=last, days=abs((on - last).days), over=over, location=place
        )


def old(tree: DecisionTree, on: datetime.date) -> Iterator[tuple[Fault, bool]]:
    """CW050, CW051, CW052: yield what is old, and whether it should not be used any more."""
    for one in expiring(tree, on):
        hint = _HINTS[one.kind].format(id=one.id)
        yield Fault(_CODES[one.kind], one.location, one.sentence, hint, one.day), one.over
