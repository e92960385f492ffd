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

from cakwizard.comparing.between import Days, advice_at
from cakwizard.deciding.days import care_spans, day_in
from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.errors import Location
from cakwizard.testing.recording import case_of, name_of
from cakwizard.testing.running import on_every_path
from cakwizard.testing.walkfile import Case
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.tree.values import ALWAYS, Window

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
    routes = on_every_path(verdict)
    met = {("nodes", route.node) for route in routes} | {("outcomes", outcome.id)}
    for route in routes:
        met |= {("edges", edge_id(route))} | ({("windows", edge_id(route))} if route.window != ALWAYS else set())
    certain = {*outcome.advice, *(key for route in routes for key in route.advice)}
    return met | {("windows", one.id) for one in verdict.outcome.advice if one.window != ALWAYS and one.id in certain}


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
        edges: Any = self.graph.edges(data="route")
        for _, _, route in edges:
            if route is not None:
                yield route

    def through(self, route: Route) -> list[Route]:
        """Return the shortest walk that takes a route."""
        before = nx.shortest_path(self.graph, self.tree.start, route.node)
        after = nx.shortest_path(self.graph, route.target, _END)[:-1]
        parts = ([self.graph[one][other] for one, other in pairwise(part)] for part in (before, after))
        first, last = ([next(iter(edges.values()))["route"] for edges in part] for part in parts)
        return [*first, route, *last]

    def meets(self, route: Route) -> Iterator[tuple[Met, Days]]:
        """Yield what a walk through a route meets there, and the days of care and of claiming on which it does."""
        usual = (self.day, max(self.day, self.tree.checked_until))
        outcome = self.tree.outcomes.get(route.target)
        yield ("nodes", route.node), usual
        yield ("edges", edge_id(route)), usual
        if route.window != ALWAYS:
            yield ("windows", edge_id(route)), usual
        if outcome is not None:
            yield ("outcomes", outcome.id), usual
        for key in (*route.advice, *(outcome.advice if outcome else ())):
            window = self.tree.advice[key].window
            if not self.tree.advice[key].by_claim_date:
                days = usual if self.day in window else None
            else:
                care = self.day if window.end is None else min(self.day, window.end)
                # Care is not claimed before it was given.
                days = (care, max(care, day_in(window, usual[1]))) if care in self.span else None
            if window != ALWAYS and days is not None:
                yield ("windows", key), days


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
        return {met for ways in self.ways for route in ways.routes for met, _ in ways.meets(route)}

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
            for kind in ("edges", "windows") if route.window != ALWAYS else ("edges",):
                yield Item(kind, edge_id(route), route.node, route.key.replace("@", " "), route.location)
        yield from (Item("outcomes", key, key, "", outcome.location) for key, outcome in tree.outcomes.items())
        used = set(advice_at(tree, tree.graph))
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
    tree, cases = coverage.tree, list[Case]()
    todo = {one[:2] for kind in ("edges", "windows") for one in coverage.missing(kind)}
    best: dict[Met, tuple[tuple[int, int], Ways, Route, Days]] = {}
    for ways in coverage.ways:
        for route in ways.routes:
            length = ways.up[route.node] + ways.down[route.target]
            for met, days in ways.meets(route):
                rank = (length, abs((days[0] - tree.checked_until).days))
                if met in todo and (met not in best or rank < best[met][0]):
                    best[met] = rank, ways, route, days
    for met, (_, ways, route, days) in sorted(best.items(), key=lambda one: -one[1][1].up[one[1][2].node]):
        if met in todo:
            cases.append(case_along(tree, ways.through(route), *days))
            todo -= walked(decide(tree, cases[-1].answers, *days))
    return cases


def case_along(tree: DecisionTree, path: Iterable[Route], care_date: datetime.date, claim_date: datetime.date) -> Case:
    """Return the case that answers along a path, with what comes of it as what is expected."""
    answers = {tree.nodes[route.node].question: frozenset({route.option}) for route in path}
    verdict = decide(tree, answers, care_date, claim_date)
    return case_of(verdict, name_of(tree, answers, care_date, claim_date))
