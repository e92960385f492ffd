"""The paths to each outcome of a drawing: counted exactly, and the first few of them.

A path is one row of answers that holds on some day. Days between two dates that a
window names are alike, so paths are counted per span of days; one that holds in
several spans holds in all between them, and is counted once by taking off those
that hold in a span and the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from cakwizard.exporting.drawing import Drawing
from cakwizard.model import ALWAYS
from cakwizard.model import Route
from cakwizard.model import Window
from cakwizard.scripts.ways import spans
from cakwizard.walking import walking_order

__all__ = ["PathCount", "Paths"]

MAX_STEPS = 20_000


class PathCount(Counter[str]):
    """How many paths lead to each node and outcome."""


class Paths:
    """The paths of a drawing.

    Attributes:
        to: How many paths lead to each node and outcome.
        by: How many paths to its target go through each route.
    """

    def __init__(self, drawing: Drawing) -> None:
        """Count all paths at once: an addition per edge and span of days."""
        self.drawing = drawing
        self.order = [key for key in walking_order(drawing.tree) if key in drawing.names]
        self.leaving: dict[str, list[Route]] = {key: [] for key in self.order}
        self.arriving: dict[str, list[Route]] = {key: [] for key in drawing.names}
        for route in drawing.routes():
            self.leaving[route.node].append(route)
            self.arriving[route.target].append(route)
        self.to = PathCount()
        self.by: Counter[tuple[str, str]] = Counter()
        found = spans(route.window for routes in self.leaving.values() for route in routes)
        for number, span in enumerate(found):
            self._count([span], 1)
            if number:
                self._count([found[number - 1], span], -1)

    def _count(self, days: list[Window], sign: int) -> None:
        ways: dict[str, int] = {self.drawing.start: 1}
        for key in self.order:
            here = ways.get(key, 0)
            if not here:
                continue
            for route in self.leaving[key]:
                if all(route.window & span is not None for span in days):
                    ways[route.target] = ways.get(route.target, 0) + here
                    self.by[route.node, route.key] += sign * here
        for key, count in ways.items():
            self.to[key] += sign * count

    def first(self, key: str, limit: int) -> list[tuple[tuple[Route, ...], Window]]:
        """Return the first paths to an outcome, each with the days on which it holds."""
        found = []
        for number, path in enumerate(self._backwards(key)):
            if path is not None:
                found.append(path)
            if len(found) == limit or number == MAX_STEPS:
                break
        return found

    def _backwards(self, key: str) -> Iterator[tuple[tuple[Route, ...], Window] | None]:
        """Yield the paths to a place, and None for each step taken, so that a search can be given up."""
        stack: list[tuple[str, Any, Window]] = [(key, None, ALWAYS)]
        while stack:
            place, behind, window = stack.pop()
            if place == self.drawing.start:
                path = []
                while behind is not None:
                    route, behind = behind
                    path.append(route)
                yield tuple(path), window
                continue
            yield None
            for route in reversed(self.arriving[place]):
                days = window & route.window
                if days is not None and self.by[route.node, route.key]:
                    stack.append((route.node, (route, behind), days))
