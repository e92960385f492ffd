"""Which nodes, edges, outcomes and windows of a tree the cases walk, and the shortest walks that are missing.

An edge is an option at a node during one window. It counts as walked when a case that is decided takes it on every
path that its answers leave open: an answer left open walks only what its paths share. A window is that of an edge,
walked with the edge, or that of a piece of advice, walked when a decided case shows the advice. What no walk can
reach on any date does not count; it is listed apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from cakwizard.comparing.walker import Days, advice_at
from cakwizard.deciding.days import care_spans, day_in
from cakwizard.deciding.decide import allowed_routes, decide
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.errors import Location
from cakwizard.testing.running import case_of, on_every_path
from cakwizard.testing.walkfile import Case
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.tree.values import ALWAYS, NOTHING, Window

KINDS = ("nodes", "edges", "outcomes", "windows")
Met = tuple[str, str]
"""A kind and the id of something of that kind."""
Way = tuple[tuple[Route, ...], Days]
"""A walk to something, and the days on which it meets that."""


class Item(NamedTuple):
    """Something that can be walked; `group` is the node of an edge or the advice of a window, and else empty."""

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

    def __init__(self, tree: DecisionTree, met: Collection[Met], only: Answers = NOTHING) -> None:
        self.tree, self.met = tree, met
        self.ways: dict[Met, Way] = {}
        for span in sorted(care_spans(tree), key=lambda span: span.distance(tree.checked_until)):
            for way, one in _ways_in(tree, span, only):
                # Those near the day of the rules come first, so another is better only when it is shorter.
                if one not in self.ways or len(way[0]) < len(self.ways[one][0]):
                    self.ways[one] = way
        every = list(_items(tree))
        self.items = {kind: [one for one in every if one.kind == kind and one[:2] in self.ways] for kind in KINDS}
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


def _ways_in(tree: DecisionTree, span: Window, only: Answers) -> Iterator[tuple[Way, Met]]:
    """Yield a shortest way through each route that walks take on the days of a span, with all that it meets there."""
    day = day_in(span, tree.checked_until)
    usual = (day, max(day, tree.checked_until))
    routes = list(allowed_routes(tree, only, day))
    before: dict[str, tuple[Route, ...]] = {tree.start: ()}
    for route in routes:
        walk = (*before[route.node], route)
        before[route.target] = min(before.get(route.target, walk), walk, key=len)
    after: dict[str, tuple[Route, ...]] = dict.fromkeys(tree.outcomes, ())
    for route in reversed(routes):
        if route.target in after:
            walk = (route, *after[route.target])
            after[route.node] = min(walk, after.get(route.node, walk), key=len)
    for route in routes:
        if route.target not in after:
            continue
        walk = (*before[route.node], route, *after[route.target])
        outcome = tree.outcomes.get(route.target)
        for met in (*_met_at(route), *([("outcomes", outcome.id)] if outcome else ())):
            yield (walk, usual), met
        for key in (*route.advice, *(outcome.advice if outcome else ())):
            one = tree.advice[key]
            claim_date = day_in(one.window, usual[1]) if one.by_claim_date else usual[1]
            care_date = min(day, claim_date)  # care is not claimed before it was given
            if one.window != ALWAYS and care_date in span and one.holds(care_date, claim_date):
                yield (walk, (care_date, claim_date)), ("windows", key)


def missing_walks(coverage: Coverage) -> list[Case]:
    """Return cases that walk all that is not walked yet, by the shortest walks, near the day of the rules.

    What needs the longest comes first, since that meets much of the rest. Nodes and outcomes need no walks of their
    own: who walks every edge meets them all.
    """
    cases: list[Case] = []
    tree, todo = coverage.tree, {one[:2] for kind in ("edges", "windows") for one in coverage.missing[kind]}
    for met, (walk, days) in sorted(coverage.ways.items(), key=lambda one: -len(one[1][0])):
        if met in todo:
            answers = {tree.nodes[route.node].question: frozenset({route.option}) for route in walk}
            verdict = decide(tree, answers, *days)
            cases.append(case_of(verdict))
            todo -= walked(verdict)
    return cases
