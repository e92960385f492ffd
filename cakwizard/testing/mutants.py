"""Trees with one small mistake each, as an author could make it.

A mistake is one in a line of the file: what a line says of several options, or a schedule of many edges, changes for
all of them. Which mistakes are made is fixed, so two runs over one tree make the same mutants. A mistake in edges is
made in one copy of the tree's graph and taken out again; nothing else of the tree is made anew.
"""

from __future__ import annotations

import datetime
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import networkx as nx

from cakwizard.errors import Location
from cakwizard.tree.records import Advice, DecisionTree, Outcome, Route
from cakwizard.tree.values import ALWAYS, Certainty, Window

_ONE_DAY = datetime.timedelta(days=1)
_FULL, _LESS = Decimal(100), Decimal(80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake.

    Attributes:
        kind: `swap`, `retarget`, `drop_option`, `date`, `percent`, `certainty` or `advice`.
        what: The mistake in words.
        place: The node, outcome or piece of advice that it is in; of a schedule the first of its nodes.
        edges: Routes and what becomes of each; None when it is gone.
        record: The outcome or the piece of advice with the mistake in it.
        detail: The day, the piece of advice or the percentage that it is about.
    """

    kind: str
    what: str
    location: Location
    place: str
    edges: tuple[tuple[Route, Route | None], ...] = ()
    record: Outcome | Advice | None = None
    detail: str = ""

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Return the nodes and options whose routes it changes."""
        return tuple(dict.fromkeys((route.node, route.option) for route, _ in self.edges))


class Workbench:
    """A tree and one copy of its graph, in which one mistake at a time is made."""

    def __init__(self, tree: DecisionTree) -> None:
        self.tree = tree
        self._graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(tree.graph)

    @contextmanager
    def with_mistake(self, mutant: Mutant) -> Iterator[DecisionTree]:
        """Give the tree with a mistake in it, which holds until the next is made.

        The order of the graph stays right: a mutant leads from a node only to what its own edges led to, or to an
        outcome, behind which there is nothing.
        """
        tree = self.tree
        if isinstance(mutant.record, Outcome):
            yield replace(tree, outcomes=MappingProxyType({**tree.outcomes, mutant.place: mutant.record}))
        elif mutant.record is not None:
            yield replace(tree, advice=MappingProxyType({**tree.advice, mutant.place: mutant.record}))
        else:
            # By identity: two routes with equal fields can be at one node of a mutant only, never of a tree.
            changed = {id(route): other for route, other in mutant.edges}
            nodes = {route.node: list(tree.routes(route.node)) for route, _ in mutant.edges}
            for node, routes in nodes.items():
                self._put(node, filter(None, (changed.get(id(route), route) for route in routes)))
            try:
                yield replace(tree, graph=self._graph)
            finally:
                for node, routes in nodes.items():
                    self._put(node, routes)

    def _put(self, node: str, routes: Iterable[Route]) -> None:
        self._graph.remove_edges_from(list(self._graph.out_edges(node, keys=True)))
        for route in routes:
            self._graph.add_edge(node, route.target, route.key, route=route)


def mutants_of(tree: DecisionTree) -> Iterator[Mutant]:
    """Yield every mutant of a tree, by kind of mistake and then in the order of the file."""
    for make in (_swaps, _retargets, _drops, _dates, _less_said, _percents, _advice_dates):
        yield from make(tree)


def _edges(kind: str, what: str, new: Mapping[Route, Route | None], detail: str = "") -> Mutant:
    first = next(iter(new))
    what, edges = f"node '{first.node}': {what}", tuple(new.items())
    return Mutant(kind=kind, what=what, location=first.location, place=first.node, edges=edges, detail=detail)


def _record(kind: str, what: str, record: Outcome | Advice, other: Outcome | Advice, detail: str = "") -> Mutant:
    return Mutant(kind=kind, what=what, location=record.location, place=record.id, record=other, detail=detail)


def _together(routes: Iterable[Route], key: Callable[[Route], object]) -> list[list[Route]]:
    """Return routes that have something in common, in order of time."""
    found: dict[object, list[Route]] = defaultdict(list)
    for route in routes:
        found[key(route)].append(route)
    return [sorted(one, key=lambda route: route.window.start or datetime.date.min) for one in found.values()]


def _by_option(tree: DecisionTree, node: str) -> list[list[Route]]:
    return _together(tree.routes(node), lambda route: route.option)


def _swaps(tree: DecisionTree) -> Iterator[Mutant]:
    """Two options of a node change places, with everything at them."""
    for node in tree.nodes:
        for ones, twos in itertools.combinations(_by_option(tree, node), 2):
            one, two = ones[0].option, twos[0].option
            new: dict[Route, Route | None] = {route: replace(route, option=two) for route in ones}
            new |= {route: replace(route, option=one) for route in twos}
            yield _edges("swap", f"'{one}' and '{two}' change places", new)


def _retargets(tree: DecisionTree) -> Iterator[Mutant]:
    """An option leads where a neighbour leads, or to the outcome that comes next in the file."""
    # What lies behind a neighbour asks nothing that lies before it, so no path of a mutant goes round or meets a
    # question twice.
    outcomes = list(tree.outcomes)
    for node in tree.nodes:
        ways = _together(tree.routes(node), lambda route: (route.option, route.target))
        for number, routes in enumerate(ways):
            old = routes[0].target
            others = (one[0].target for one in [*ways[number + 1 :], *ways[:number]])
            neighbour = next((target for target in others if target != old), None)
            after = outcomes.index(old) + 1 if old in tree.outcomes else 0
            following = next((target for target in [*outcomes[after:], *outcomes] if target != old), None)
            for target in dict.fromkeys((neighbour, following)):
                if target is not None:
                    what = f"{_name(routes)} leads to '{target}' instead of '{old}'"
                    yield _edges("retarget", what, {route: replace(route, target=target) for route in routes})


def _drops(tree: DecisionTree) -> Iterator[Mutant]:
    """An option is missing; the last one cannot be, since a node without options is no tree that is read."""
    for node in tree.nodes:
        options = _by_option(tree, node)
        for routes in options if len(options) > 1 else ():
            yield _edges("drop_option", f"option '{routes[0].option}' is gone", dict.fromkeys(routes))


def _dates(tree: DecisionTree) -> Iterator[Mutant]:
    """The day on which one window ends and the next begins moves by a day, in a line or in a schedule."""
    by_option = {id(routes[0]): routes for node in tree.nodes for routes in _by_option(tree, node)}.values()
    alike: dict[object, list[Route]] = defaultdict(list)
    for routes in by_option:
        windows = tuple(route.window for route in routes)
        # Windows that many edges have in common are those of a schedule; a single one is that of its line.
        alike[windows if len(windows) > 1 else (windows, routes[0].node, routes[0].location)] += routes
    for routes in alike.values():
        firsts = {first for route in routes for first in _firsts(route.window)}
        for first, days in itertools.product(sorted(firsts), (_ONE_DAY, -_ONE_DAY)):
            moved = {route: _moved(route.window, first, days) for route in routes}
            new = {
                route: None if window is None else replace(route, window=window)
                for route, window in moved.items()
                if window != route.window
            }
            also = len({(route.node, route.option) for route in new}) - 1
            named = f"'{routes[0].option}'{f' and {also} more' if also else ''}"
            yield _edges("date", f"at {named} {first} becomes {first + days}", new, str(first))


def _less_said(tree: DecisionTree) -> Iterator[Mutant]:
    """A line, during a schedule a row of it, or an outcome is less certain, or no longer gives a piece of advice."""
    for routes in _together(tree.routes(), lambda route: (route.node, route.location, route.window)):
        for kind, what, change, detail in _lesser(routes[0]):
            new = {route: replace(route, **change) for route in routes}
            yield _edges(kind, f"{_name(routes)} {what}", new, detail)
    for outcome in tree.outcomes.values():
        for kind, what, change, detail in _lesser(outcome):
            yield _record(kind, f"outcome '{outcome.id}' {what}", outcome, replace(outcome, **change), detail)


def _lesser(record: Route | Outcome) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    if record.certainty < Certainty.unsettled:
        less = Certainty(record.certainty + 1)
        yield "certainty", f"is {less.name} instead of {record.certainty.name}", {"certainty": less}, ""
    for key in record.advice:
        rest = tuple(one for one in record.advice if one != key)
        yield "advice", f"no longer gives advice '{key}'", {"advice": rest}, key


def _percents(tree: DecisionTree) -> Iterator[Mutant]:
    """An outcome pays another percentage."""
    for outcome in tree.outcomes.values():
        for number, amount in enumerate(outcome.percent):
            other = _LESS if amount.value != _LESS else _FULL
            amounts = (*outcome.percent[:number], replace(amount, value=other), *outcome.percent[number + 1 :])
            what = f"outcome '{outcome.id}' pays {other} % instead of {amount.value} %"
            yield _record("percent", what, outcome, replace(outcome, percent=amounts), f"{amount.value}%")


def _advice_dates(tree: DecisionTree) -> Iterator[Mutant]:
    """The day from which, or until which, a piece of advice holds moves by a day."""
    for advice in tree.advice.values():
        for first, days in itertools.product(_firsts(advice.window), (_ONE_DAY, -_ONE_DAY)):
            window = _moved(advice.window, first, days)
            if window is not None:
                what = f"advice '{advice.id}': {first} becomes {first + days}"
                yield _record("date", what, advice, replace(advice, window=window), str(first))


def _name(routes: list[Route]) -> str:
    """Return the options of routes in words, with their days where it is about one window."""
    options = ", ".join(dict.fromkeys(f"'{route.option}'" for route in routes))
    window = routes[0].window
    alike = all(route.window == window for route in routes) and window != ALWAYS
    return f"{options} ({window.start or ''}..{window.end or ''})" if alike else options


def _firsts(window: Window) -> list[datetime.date]:
    """Return the day on which a window opens and the one after it closes, save at the ends of the calendar."""
    ends = [window.start] if window.start is not None else []
    if window.end is not None and window.end < datetime.date.max:
        ends.append(window.end + _ONE_DAY)
    return [day for day in ends if datetime.date.min < day < datetime.date.max]


def _moved(window: Window, first: datetime.date, days: datetime.timedelta) -> Window | None:
    """Return a window that opens on `first`, or closes the day before, with that moved; None when no day is left."""
    start = window.start + days if window.start == first else window.start
    end = window.end + days if window.end == first - _ONE_DAY else window.end
    return None if start is not None and end is not None and end < start else Window(start, end)
