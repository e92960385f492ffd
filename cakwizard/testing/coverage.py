"""Which nodes, edges, outcomes and windows of a tree the cases walk, and the shortest walks that are missing.

An edge is an option at a node during one window. It counts as walked when a case that is decided takes it on every
path that its answers leave open: an answer left open walks only what its paths share. A window is that of an edge,
walked with the edge, or that of a piece of advice, walked when a decided case shows the advice. What no walk can
reach on any date does not count; it is listed apart.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from typing import NamedTuple

from cakwizard.comparing.walker import Days, advice_at
from cakwizard.deciding.days import care_spans, day_in
from cakwizard.deciding.decide import decide
from cakwizard.deciding.decide import walked as walkable
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.errors import Location
from cakwizard.testing.recording import case_of
from cakwizard.testing.running import on_every_path
from cakwizard.testing.walkfile import Case
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.tree.values import ALWAYS, Window

KINDS = ("nodes", "edges", "outcomes", "windows")
Met = tuple[str, str]
"""A kind and the id of something of that kind."""


class Item(NamedTuple):
    """Something that can be walked; `group` is the node of an edge or the advice of a window, and else empty."""

    kind: str
    id: str
    group: str
    what: str
    location: Location


class Way(NamedTuple):
    """A walk to something, which of its steps meets it, and the days; the one of the lowest rank is the shortest."""

    walk: tuple[Route, ...]
    depth: int
    days: Days
    rank: tuple[int, int]


def edge_id(route: Route) -> str:
    """Return what names a route within its tree."""
    return f"{route.node} {route.key}"


def walked(verdict: Verdict) -> set[Met]:
    """Return what a case walks: what every open path takes, when it is decided."""
    if verdict.outcome is None:
        return set()
    outcome, routes = verdict.outcome.outcome, on_every_path(verdict)
    certain = {*outcome.advice, *(key for route in routes for key in route.advice)}
    advice = [one for one in verdict.outcome.advice if one.window != ALWAYS and one.id in certain]
    met = {one for route in routes for one in _met_at(route)} | {("outcomes", outcome.id)}
    return met | {("windows", one.id) for one in advice}


def _met_at(route: Route) -> Iterator[Met]:
    yield "nodes", route.node
    yield "edges", edge_id(route)
    if route.window != ALWAYS:
        yield "windows", edge_id(route)


class Coverage:
    """What cases walk of a tree.

    Attributes:
        ways: The shortest to all that a walk can meet, over the options in `only` where a question has any there.
        items: By kind what a walk can meet, in the order of the file.
        missing: By kind what of these no case meets.
        never: What no walk can meet on any date; nothing when only some answers matter.
    """

    def __init__(self, tree: DecisionTree, met: Collection[Met], only: Answers | None = None) -> None:
        self.tree, self.met = tree, met
        self.ways: dict[Met, Way] = {}
        for span in care_spans(tree):
            day = day_in(span, tree.checked_until)
            for walk, depth in _walks_on(tree, day, only or {}):
                for one, days in _meets(tree, walk[depth], span, day):
                    way = Way(walk, depth, days, (len(walk), abs((days[0] - tree.checked_until).days)))
                    self.ways[one] = min(self.ways.get(one, way), way, key=lambda one: one.rank)
        every = list(_items(tree))
        alive = [one for one in every if one[:2] in self.ways]
        self.items = {kind: [one for one in alive if one.kind == kind] for kind in KINDS}
        self.missing = {kind: [one for one in self.items[kind] if one[:2] not in met] for kind in KINDS}
        self.never = [] if only else [one for one in every if one[:2] not in self.ways]

    def numbers(self, kind: str) -> tuple[int, int, float]:
        """Return how many are walked, of how many, and the percentage, cut to a tenth so that 100 means all."""
        total = len(self.items[kind])
        done = total - len(self.missing[kind])
        return done, total, done * 1000 // total / 10 if total else 100.0


def _items(tree: DecisionTree) -> Iterator[Item]:
    """Yield all that cases can walk, in the order of the file."""
    yield from (Item("nodes", key, "", key, node.location) for key, node in tree.nodes.items())
    for route in tree.routes():
        for kind, key in _met_at(route):
            if kind != "nodes":
                yield Item(kind, key, route.node, route.key.replace("@", " "), route.location)
    yield from (Item("outcomes", key, "", key, outcome.location) for key, outcome in tree.outcomes.items())
    used = set(advice_at(tree, tree.graph))
    for key, one in tree.advice.items():
        if key in used and one.window != ALWAYS:
            yield Item("windows", key, key, f"{one.window.start or ''}..{one.window.end or ''}", one.location)


def _walks_on(tree: DecisionTree, day: datetime.date, only: Answers) -> Iterator[tuple[tuple[Route, ...], int]]:
    """Yield for each route that walks take on a day a shortest one through it, and its place there."""

    def is_open(route: Route) -> bool:
        return day in route.window and route.option in only.get(tree.nodes[route.node].question, {route.option})

    routes = list(walkable(tree, is_open))
    before: dict[str, tuple[Route, ...]] = {tree.start: ()}
    for route in routes:
        way = (*before[route.node], route)
        before[route.target] = min(before.get(route.target, way), way, key=len)
    after: dict[str, tuple[Route, ...]] = dict.fromkeys(tree.outcomes, ())
    for route in reversed(routes):
        if route.target in after:
            way = (route, *after[route.target])
            after[route.node] = min(way, after.get(route.node, way), key=len)
    for route in tree.routes():
        if is_open(route) and route.node in before and route.target in after:
            yield (*before[route.node], route, *after[route.target]), len(before[route.node])


def _meets(tree: DecisionTree, route: Route, span: Window, day: datetime.date) -> Iterator[tuple[Met, Days]]:
    """Yield what a walk through a route meets there, and the days of care and of claiming on which it does."""
    usual = (day, max(day, tree.checked_until))
    outcome = tree.outcomes.get(route.target)
    yield from ((one, usual) for one in _met_at(route))
    if outcome is not None:
        yield ("outcomes", outcome.id), usual
    for key in (*route.advice, *(outcome.advice if outcome else ())):
        one, care_date = tree.advice[key], day
        if one.by_claim_date and one.window.end is not None:
            # Care is not claimed before it was given.
            care_date = min(day, one.window.end)
        days = (care_date, max(care_date, day_in(one.window, usual[1]))) if one.by_claim_date else usual
        if one.window != ALWAYS and care_date in span and one.holds(*days):
            yield ("windows", key), days


def missing_walks(coverage: Coverage) -> list[Case]:
    """Return cases that walk all that is not walked yet.

    Each takes the shortest walk to something missing, on the day up to which the rules were checked where that can
    be, else on the nearest day. What lies deepest comes first, since its walk meets much of the rest. Nodes and
    outcomes need no walks of their own: who walks every edge meets them all.
    """
    cases: list[Case] = []
    tree, todo = coverage.tree, {one[:2] for kind in ("edges", "windows") for one in coverage.missing[kind]}
    for met, way in sorted(coverage.ways.items(), key=lambda one: -one[1].depth):
        if met in todo:
            answers = {tree.nodes[route.node].question: frozenset({route.option}) for route in way.walk}
            verdict = decide(tree, answers, *way.days)
            cases.append(case_of(verdict))
            todo -= walked(verdict)
    return cases
