"""What of a tree has ended on a day, will end soon, or was last read long ago. Nothing here reads a clock."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from typing import NamedTuple

from cakwizard.checking.ended import is_succeeded, used_on, walked_on
from cakwizard.checking.unused import used
from cakwizard.deciding.days import months_after
from cakwizard.errors import Issue, Location
from cakwizard.tree.records import DecisionTree

UNREAD_DAYS, UNREAD_MONTHS, ENDING_DAYS = 180, 18, 60


class Unread(NamedTuple):
    """A source that is to be read again: when it was last read, and whether it should not be used any more."""

    day: datetime.date
    id: str
    over: bool


def due_sources(tree: DecisionTree, on: datetime.date, only: Collection[str] | None = None) -> list[Unread]:
    """Return the sources that are to be read again on a day, those read longest ago first.

    Args:
        only: Of which sources; of all that the tree uses when None. What cannot change is never due.
    """
    keys = used(tree)["sources"] if only is None else only
    found = [
        Unread(source.checked, source.id, months_after(source.checked, UNREAD_MONTHS) <= on)
        for source in map(tree.sources.__getitem__, keys)
        if (on - source.checked).days >= UNREAD_DAYS and tree.source_kinds[source.kind].ages
    ]
    return sorted(found, key=lambda one: (one.day, tree.sources[one.id].location))


def old(tree: DecisionTree, on: datetime.date) -> Iterator[tuple[Issue, bool]]:
    """CW050, CW051, CW052: yield what is old on a day, and whether it should not be used any more."""
    for day, key, over in due_sources(tree, on):
        message = f"source '{key}' was last read on {day}, {_days((on - day).days)} before"
        hint = f"read the source again, then run 'cakwizard recheck {key}'"
        yield Issue(message, tree.sources[key].location, hint, "CW051", values={"day": str(day)}), over
    for what, last, location in _ending(tree, on):
        left = (last - on).days if last else ENDING_DAYS + 1
        if left < 0:
            message, hint, code = f"{what} ended on {last}", "say what holds now, and until when", "CW050"
        elif left <= ENDING_DAYS:
            message, hint = f"{what} ends on {last}, in {_days(left)}", "find out what holds after that day"
            code = "CW052"
        else:
            continue
        yield Issue(message, location, hint, code, values={"day": str(last)}), left < 0


def _ending(tree: DecisionTree, on: datetime.date) -> Iterator[tuple[str, datetime.date | None, Location]]:
    """Yield the last day of everything that walks on a day meet.

    What none meets has ended without harm, and so has a scheme of which every row has a successor that decides.
    """
    met, routes = walked_on(tree, on)
    # What says that a scheme ends need not be said to end as well.
    excused = {source for scheme in tree.schemes.values() for source in scheme.end_sources}
    for source in map(tree.sources.__getitem__, used_on(tree, met, routes, on)["sources"] - excused):
        yield f"source '{source.id}'", source.valid_until, source.location
    for outcome in map(tree.outcomes.__getitem__, met & tree.outcomes.keys()):
        yield f"outcome '{outcome.id}'", outcome.valid_until, outcome.location
    for key, scheme in tree.schemes.items():
        after = max(on, (scheme.valid_until or on) + datetime.timedelta(days=1))
        if scheme.valid_until and not is_succeeded(tree, key, after):
            yield f"scheme '{key}'", scheme.valid_until, scheme.location
    by_end = sorted(tree.routes(), key=lambda route: route.window.end or datetime.date.max)
    for (node, option), route in {(one.node, one.option): one for one in by_end if one.node in met}.items():
        yield f"option '{node}.{option}'", route.window.end, route.location


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
