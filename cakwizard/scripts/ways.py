"""The shortest walk to each place of a tree, day by day.

Between two dates that a window names nothing changes, so one day of each such
span stands for all. On one day the tree has no windows any more, and the shortest
walk through an edge is the shortest way to it and the shortest way on.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cakwizard.model import Advice
from cakwizard.model import DecisionTree
from cakwizard.model import Route
from cakwizard.model import Window
from cakwizard.walking import walking_order

__all__ = ["EdgeId", "Ways", "care_spans", "claim_spans", "day_in", "days_for", "edge_id", "spans", "ways_in"]

EdgeId = tuple[str, str]
"""An edge: its node, and the key of its route."""

ONE_DAY = datetime.timedelta(days=1)


def edge_id(route: Route) -> EdgeId:
    """Return what names a route within its tree."""
    return route.node, route.key


def spans(windows: Iterable[Window]) -> list[Window]:
    """Return the spans of days within which none of the windows opens or closes, in order."""
    starts = set()
    for window in windows:
        if window.start is not None and window.start > datetime.date.min:
            starts.add(window.start)
        if window.end is not None and window.end < datetime.date.max:
            starts.add(window.end + ONE_DAY)
    firsts = [None, *sorted(starts)]
    lasts = [*(start - ONE_DAY for start in sorted(starts)), None]
    return [Window(first, last) for first, last in zip(firsts, lasts, strict=True)]


def care_spans(*trees: DecisionTree) -> list[Window]:
    """Return the spans of the day of care over which nothing in the trees changes."""
    windows = [route.window for tree in trees for route in tree.routes()]
    windows += [one.window for tree in trees for one in tree.advice.values() if not one.by_claim_date]
    return spans(windows)


def claim_spans(*trees: DecisionTree, only: Collection[str]) -> list[Window]:
    """Return the spans of the day of claiming over which none of the named advice changes."""
    advice = (tree.advice[key] for tree in trees for key in only if key in tree.advice)
    return spans(one.window for one in advice if one.by_claim_date)


def day_in(window: Window, wish: datetime.date) -> datetime.date:
    """Return the day of the window that lies nearest to the one wished for."""
    if window.start is not None and wish < window.start:
        return window.start
    if window.end is not None and wish > window.end:
        return window.end
    return wish


class Way(NamedTuple):
    """A way to a place or on from it: how many questions, less the wished edges among them, the route nearest by."""

    questions: int
    less: int
    via: Route | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The shortest ways on one day, between places that lie on a walk to an outcome.

    Attributes:
        span: The days on which the ways are the same.
        day: The one of them that stands for all.
        alive: Every route that is on such a walk, in walking order.
        up: By place the way to it, whose route comes last.
        down: By place the way on from it, whose route comes first.
    """

    span: Window
    day: datetime.date
    alive: tuple[Route, ...]
    up: dict[str, Way]
    down: dict[str, Way]

    def length(self, route: Route) -> int:
        """Return how many questions the shortest walk through a route asks."""
        return self.up[route.node].questions + 1 + self.down[route.target].questions

    def to(self, place: str) -> list[Route]:
        """Return the shortest way from the start to a place."""
        path = []
        via = self.up[place].via
        while via is not None:
            path.append(via)
            via = self.up[via.node].via
        return path[::-1]

    def through(self, route: Route) -> list[Route]:
        """Return the shortest walk that takes a route."""
        path = [*self.to(route.node), route]
        via = self.down[route.target].via
        while via is not None:
            path.append(via)
            via = self.down[via.target].via
        return path


def days_for(advice: Advice, ways: Ways) -> tuple[datetime.date, datetime.date | None] | None:
    """Return a day of care in the span, and of claiming where it matters, on which a piece of advice is shown.

    None when there is none: care is not claimed before it was given.
    """
    if not advice.by_claim_date:
        return (ways.day, None) if ways.day in advice.window else None
    last = advice.window.end
    if last is not None and ways.span.start is not None and ways.span.start > last:
        return None
    care = ways.day if last is None or ways.day <= last else last
    claim = day_in(advice.window, max(care, ways.day))
    return care, max(claim, care)


def ways_in(tree: DecisionTree, span: Window, wished: Collection[EdgeId] = ()) -> Ways:
    """Return the shortest ways in a span of days; of two that are as short, the one with more of the wished edges.

    The day nearest to that up to which the rules were checked stands for the span.
    """
    day = day_in(span, tree.checked_until)
    places = walking_order(tree)
    nowhere = Way(0, 0, None)
    down = dict.fromkeys(tree.outcomes, nowhere)
    open_routes = [
        route
        for place in places.values()
        for routes in place.routes.values()
        for route in routes
        if day in route.window
    ]
    gains = [int(edge_id(route) in wished) if wished else 0 for route in open_routes]
    for route, gain in zip(reversed(open_routes), reversed(gains), strict=True):
        after = down.get(route.target)
        if after is not None:
            questions, less = after.questions + 1, after.less - gain
            known = down.get(route.node)
            if known is None or (questions, less) < (known.questions, known.less):
                down[route.node] = Way(questions, less, route)
    up = {tree.start: nowhere}
    alive = []
    for route, gain in zip(open_routes, gains, strict=True):
        before = up.get(route.node)
        if before is None or route.target not in down:
            continue
        alive.append(route)
        questions, less = before.questions + 1, before.less - gain
        known = up.get(route.target)
        if known is None or (questions, less) < (known.questions, known.less):
            up[route.target] = Way(questions, less, route)
    return Ways(span=span, day=day, alive=tuple(alive), up=up, down=down)
