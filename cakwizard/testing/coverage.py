"""Which nodes, edges, outcomes and windows of a tree the cases walk, and the shortest walks that are missing.

An edge is an option at a node during one window. It counts as walked when a case that is decided takes it on every
path that its answers leave open: an answer left open walks only what its paths share. A window is that of an edge,
walked with the edge, or that of a piece of advice, walked when a decided case shows the advice. What no walk can
reach on any date does not count; it is listed apart.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import networkx as nx

from cakwizard.comparing.between import care_spans, day_in
from cakwizard.deciding.verdict import Answers, Verdict, decide
from cakwizard.errors import Location
from cakwizard.testing.recording import case_of, name_of
from cakwizard.testing.walkfile import Case
from cakwizard.tree.records import ALWAYS, Advice, DecisionTree, Route, Window

__all__ = ["KINDS", "Coverage", "Item", "case_along", "edge_id", "missing_walks", "walked"]

KINDS = ("nodes", "edges", "outcomes", "windows")

_END = "(end)"  # behind every outcome; no id is written so
Met = tuple[str, str]
"""A kind and the id of something of that kind."""


class Item(NamedTuple):
    """Something that can be walked: of an edge `group` is its node and `what` its option."""

    kind: str
    id: str
    group: str
    what: str
    location: Location


def edge_id(route: Route) -> str:
    """Return what names a route within its tree."""
    return f"{route.node} {route.key}"


def walked(verdict: Verdict) -> set[Met]:
    """Return what a case walks: what every open path takes, when it is decided."""
    if verdict.outcome is None:
        return set()
    outcome = verdict.outcome.outcome
    routes = _on_every_path(verdict)
    met = {("nodes", route.node) for route in routes} | {("outcomes", outcome.id)}
    for route in routes:
        met |= {("edges", edge_id(route))} | ({("windows", edge_id(route))} if route.window != ALWAYS else set())
    certain = {*outcome.advice, *(key for route in routes for key in route.advice)}
    return met | {("windows", one.id) for one in verdict.outcome.advice if one.window != ALWAYS and one.id in certain}


def _on_every_path(verdict: Verdict) -> list[Route]:
    """Return the routes that every open path takes, found by counting paths instead of listing them."""
    before: dict[str, int] = {verdict.tree.start: 1}
    for route in verdict.open_routes:
        before[route.target] = before.get(route.target, 0) + before[route.node]
    after: dict[str, int] = dict.fromkeys(verdict.tree.outcomes, 1)
    for route in reversed(verdict.open_routes):
        after[route.node] = after.get(route.node, 0) + after[route.target]
    every = after.get(verdict.tree.start, 0)
    return [route for route in verdict.open_routes if before[route.node] * after[route.target] == every]


class Ways:
    """The walks on one day that stands for a span of days: the part of the tree's graph that they take."""

    def __init__(self, tree: DecisionTree, span: Window, only: Answers) -> None:
        self.tree, self.span = tree, span
        self.day = day_in(span, tree.checked_until)
        self.graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        self.graph.add_nodes_from((tree.start, _END))
        for route in tree.routes():
            allowed = only.get(tree.nodes[route.node].question)
            if self.day in route.window and (allowed is None or route.option in allowed):
                self.graph.add_edge(route.node, route.target, route.key, route=route)
        self.graph.add_edges_from((key, _END) for key in tree.outcomes if key in self.graph)
        reached, leading = nx.descendants(self.graph, tree.start), nx.ancestors(self.graph, _END)
        alive = (reached & leading) | {tree.start, _END}
        self.graph.remove_nodes_from([key for key in self.graph if key not in alive])
        self.up: dict[str, int] = nx.single_source_shortest_path_length(self.graph, tree.start)
        self.down: dict[str, int] = nx.single_source_shortest_path_length(self.graph.reverse(copy=False), _END)

    @property
    def routes(self) -> Iterator[Route]:
        """Yield every route on a walk."""
        for _, _, data in self.graph.edges(data=True):
            if "route" in data:
                yield data["route"]

    def length(self, route: Route) -> int:
        """Return how many questions the shortest walk through a route asks."""
        return self.up[route.node] + self.down[route.target]

    def through(self, route: Route | None, to: str, wished: Iterable[str] = ()) -> list[Route]:
        """Return the shortest walk that takes a route, or that ends at an outcome (`to`).

        Args:
            wished: Of walks that are as short, the one with most of these edges is taken.
        """
        wished = frozenset(wished)
        if route is None:
            return self._shortest(self.tree.start, to, wished)
        return [
            *self._shortest(self.tree.start, route.node, wished),
            route,
            *self._shortest(route.target, _END, wished),
        ]

    def _shortest(self, start: str, end: str, wished: frozenset[str]) -> list[Route]:
        def best(parallel: Mapping[str, Mapping[str, Any]]) -> Route | None:
            routes = [data.get("route") for data in parallel.values()]
            return next((one for one in routes if one is not None and edge_id(one) in wished), routes[0])

        def weight(_: str, __: str, parallel: Mapping[str, Mapping[str, Any]]) -> float:
            route = best(parallel)
            return 1 - (0.001 if route is not None and edge_id(route) in wished else 0)

        places = nx.shortest_path(self.graph, start, end, weight=weight if wished else None)
        found = (best(self.graph[one][other]) for one, other in pairwise(places))
        return [route for route in found if route is not None]

    def days_for(self, advice: Advice) -> tuple[datetime.date, datetime.date] | None:
        """Return a day of care in the span, and one of claiming, on which advice is shown; None when there is none."""
        usual = max(self.day, self.tree.checked_until)
        if not advice.by_claim_date:
            return (self.day, usual) if self.day in advice.window else None
        care = self.day if advice.window.end is None else min(self.day, advice.window.end)
        # Care is not claimed before it was given.
        return (care, max(care, day_in(advice.window, usual))) if care in self.span else None


@dataclass(frozen=True, eq=False, kw_only=True)
class Coverage:
    """What the cases walk.

    Attributes:
        met: What is walked, by kind and id.
        only: Where only some answers matter, by question: what no such walk can meet is left out.
    """

    tree: DecisionTree
    met: frozenset[Met]
    only: Answers = field(default_factory=dict)

    @cached_property
    def ways(self) -> list[Ways]:
        """Return the walks for each span of days in which the rules are the same, in order."""
        return [Ways(self.tree, span, self.only) for span in care_spans(self.tree)]

    @cached_property
    def _alive(self) -> set[Met]:
        found: set[Met] = set()
        for ways in self.ways:
            found |= {("nodes" if key in self.tree.nodes else "outcomes", key) for key in ways.graph}
            given = {key for route in ways.routes for key in route.advice}
            given |= {key for place in ways.graph if place in self.tree.outcomes for key in self._own(place)}
            found |= {("windows", key) for key in given if ways.days_for(self.tree.advice[key]) is not None}
            found |= {(kind, edge_id(route)) for route in ways.routes for kind in ("edges", "windows")}
        return found

    def _own(self, outcome: str) -> tuple[str, ...]:
        return self.tree.outcomes[outcome].advice

    @cached_property
    def items(self) -> Mapping[str, tuple[Item, ...]]:
        """Return by kind what a walk can meet, in the order of the file."""
        alive = [one for one in self._all() if one[:2] in self._alive]
        return {kind: tuple(one for one in alive if one.kind == kind) for kind in KINDS}

    @cached_property
    def never(self) -> tuple[Item, ...]:
        """Return what no walk can meet on any date; nothing when only some answers matter."""
        return () if self.only else tuple(one for one in self._all() if one[:2] not in self._alive)

    def _all(self) -> Iterator[Item]:
        tree = self.tree
        yield from (Item("nodes", key, key, "", node.location) for key, node in tree.nodes.items())
        for route in tree.routes():
            what = route.key.replace("@", " ")
            yield Item("edges", edge_id(route), route.node, what, route.location)
            if route.window != ALWAYS:
                yield Item("windows", edge_id(route), route.node, what, route.location)
        yield from (Item("outcomes", key, key, "", outcome.location) for key, outcome in tree.outcomes.items())
        used = {key for route in tree.routes() for key in route.advice}
        used |= {key for outcome in tree.outcomes for key in self._own(outcome)}
        for key, one in tree.advice.items():
            if key in used and one.window != ALWAYS:
                what = f"{one.window.start or ''}..{one.window.end or ''}"
                yield Item("windows", key, key, what, one.location)

    def missing(self, kind: str) -> list[Item]:
        """Return what a walk can meet and no case does, in the order of the file."""
        return [one for one in self.items[kind] if one[:2] not in self.met]

    def percent(self, kind: str) -> float:
        """Return how much is walked, cut to a tenth so that 100 means all."""
        total = len(self.items[kind])
        return 100.0 if not total else (total - len(self.missing(kind))) * 1000 // total / 10


def missing_walks(coverage: Coverage) -> list[Case]:
    """Return cases that walk all that is not walked yet.

    Each takes the shortest walk to something missing, on the day up to which the rules were checked where that can
    be, else on the nearest day. What lies deepest comes first, since its walk meets much of the rest. Nodes and
    outcomes need no walks of their own: who walks every edge meets them all.
    """
    tree = coverage.tree
    cases: list[Case] = []
    todo = {one.id for one in coverage.missing("edges")}
    best: dict[str, tuple[int, int, Ways, Route]] = {}
    for ways in coverage.ways:
        away = abs((ways.day - tree.checked_until).days)
        for route in ways.routes:
            edge = edge_id(route)
            if edge in todo and (edge not in best or (ways.length(route), away) < best[edge][:2]):
                best[edge] = (ways.length(route), away, ways, route)
    for _, _, ways, route in sorted(best.values(), key=lambda one: (-one[2].up[one[3].node], one[3].location)):
        if edge_id(route) in todo:
            path = ways.through(route, _END, todo)
            todo.difference_update(map(edge_id, path))
            cases.append(case_along(tree, path, ways.day))
    shown = {key for case in cases for key in _advice(case)}
    for item in coverage.missing("windows"):
        if item.id in tree.advice and item.id not in shown and (case := _showing(coverage, item.id)) is not None:
            shown.update(_advice(case))
            cases.append(case)
    return cases


def case_along(
    tree: DecisionTree, path: Iterable[Route], care_date: datetime.date, claim_date: datetime.date | None = None
) -> Case:
    """Return the case that answers along a path, with what comes of it as what is expected."""
    answers = {tree.nodes[route.node].question: frozenset({route.option}) for route in path}
    days = care_date, claim_date or max(care_date, tree.checked_until)
    return case_of(decide(tree, answers, *days), name_of(tree, answers, *days))


def _showing(coverage: Coverage, key: str) -> Case | None:
    """Return the shortest case that shows a piece of advice."""
    tree = coverage.tree
    found: list[tuple[int, int, int, Ways, Route | None, str, tuple[datetime.date, datetime.date]]] = []
    for ways in coverage.ways:
        days = ways.days_for(tree.advice[key])
        if days is None:
            continue
        away = abs((days[0] - tree.checked_until).days)
        found += [
            (ways.length(one), away, len(found), ways, one, _END, days) for one in ways.routes if key in one.advice
        ]
        for place, outcome in tree.outcomes.items():
            if place in ways.graph and key in outcome.advice:
                found.append((ways.up[place], away, len(found), ways, None, place, days))
    if not found:
        return None
    *_, ways, route, place, days = min(found, key=lambda one: one[:3])
    return case_along(tree, ways.through(route, place), *days)


def _advice(case: Case) -> tuple[str, ...]:
    value = case.expect.get("advice", ())
    return value if isinstance(value, tuple) else ()
