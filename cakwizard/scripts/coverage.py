"""Which nodes, edges, outcomes and windows of a tree the cases walk.

An edge is an option at a node during one window. It counts as walked when a case
that is decided takes it on every path that its answers leave open: a case with a
single path walks the whole of it, an answer left open walks only what its paths
share. A window is that of an edge, walked with the edge, or that of a piece of
advice, walked when a decided case shows the advice.

What no walk can reach on any date does not count; it is listed apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cakwizard.errors import Location
from cakwizard.model import ALWAYS
from cakwizard.model import Advice
from cakwizard.model import DecisionTree
from cakwizard.model import Route
from cakwizard.scripts.running import run_case
from cakwizard.scripts.walkfile import Case
from cakwizard.scripts.ways import EdgeId
from cakwizard.scripts.ways import Ways
from cakwizard.scripts.ways import care_spans
from cakwizard.scripts.ways import days_for
from cakwizard.scripts.ways import edge_id
from cakwizard.scripts.ways import ways_in
from cakwizard.walking import Verdict

__all__ = ["KINDS", "Coverage", "Item", "coverage_of", "coverage_of_verdicts"]

KINDS = ("nodes", "edges", "outcomes", "windows")

Item = EdgeId | str
"""A node, an outcome or a piece of advice by its id, or an edge."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Coverage:
    """What the cases walk: the ids of nodes, edges, outcomes and windows."""

    tree: DecisionTree
    nodes: frozenset[str]
    edges: frozenset[EdgeId]
    outcomes: frozenset[str]
    windows: frozenset[Item]

    @cached_property
    def routes(self) -> Mapping[EdgeId, Route]:
        """Return every route of the tree by what names it, in the order of the file."""
        return {edge_id(route): route for route in self.tree.routes()}

    @cached_property
    def ways(self) -> list[Ways]:
        """Return the shortest ways for each span of days in which the rules are the same, in order."""
        return [ways_in(self.tree, span) for span in care_spans(self.tree)]

    @cached_property
    def existing(self) -> Mapping[str, tuple[Item, ...]]:
        """Return by kind all there is, in the order of the file."""
        tree = self.tree
        timed: list[Item] = [key for key, route in self.routes.items() if route.window != ALWAYS]
        timed += [one.id for one in _used_advice(tree) if one.window != ALWAYS]
        return {
            "nodes": tuple(tree.nodes),
            "edges": tuple(self.routes),
            "outcomes": tuple(tree.outcomes),
            "windows": tuple(timed),
        }

    @cached_property
    def never(self) -> Mapping[str, frozenset[Item]]:
        """Return by kind what no walk can meet on any date."""
        alive = {id(route) for ways in self.ways for route in ways.alive}
        dead = frozenset(key for key, route in self.routes.items() if id(route) not in alive)
        places = {place for ways in self.ways for place in ways.up if place in ways.down}
        shown = {key for ways in self.ways for key in _advice_shown(self.tree, ways)}
        return {
            "nodes": frozenset(self.tree.nodes.keys() - places),
            "edges": dead,
            "outcomes": frozenset(self.tree.outcomes.keys() - places),
            "windows": frozenset(
                key for key in self.existing["windows"] if (key in dead if isinstance(key, tuple) else key not in shown)
            ),
        }

    def walked(self, kind: str) -> frozenset[Item]:
        """Return what is walked of one kind."""
        found: frozenset[Item] = getattr(self, kind)
        return found

    def total(self, kind: str) -> int:
        """Return how many of one kind a walk can meet."""
        return len(self.existing[kind]) - len(self.never[kind])

    def missing(self, kind: str) -> list[Item]:
        """Return what a walk can meet and no case does, in the order of the file."""
        return [key for key in self.existing[kind] if key not in self.walked(kind) and key not in self.never[kind]]

    def percent(self, kind: str) -> float:
        """Return how much is walked, cut to a tenth so that 100 means all."""
        total = self.total(kind)
        return 100.0 if not total else (total - len(self.missing(kind))) * 1000 // total / 10

    def location(self, kind: str, item: Item) -> Location:
        """Return where something stands in the file."""
        if isinstance(item, tuple):
            return self.routes[item].location
        if kind == "nodes":
            return self.tree.nodes[item].location
        return (self.tree.outcomes[item] if kind == "outcomes" else self.tree.advice[item]).location

    def describe(self, kind: str, item: Item) -> str:
        """Return something in a few words, by its ids."""
        if isinstance(item, tuple):
            route = self.routes[item]
            return f"{route.node}: {route.key.replace('@', ' ')} -> {route.target}"
        window = self.tree.advice[item].window if kind == "windows" else ALWAYS
        return item if window == ALWAYS else f"{item} {window.start or ''}..{window.end or ''}"


def coverage_of(tree: DecisionTree, cases: Iterable[Case]) -> Coverage:
    """Return what the cases walk; one whose answers do not exist walks nothing."""
    runs = (run_case(tree, case) for case in cases)
    return coverage_of_verdicts(tree, (run.verdict for run in runs if run.verdict is not None))


def coverage_of_verdicts(tree: DecisionTree, verdicts: Iterable[Verdict]) -> Coverage:
    """Return what cases walk that have been decided already."""
    edges: set[EdgeId] = set()
    places: set[str] = set()
    advice: set[str] = set()
    for verdict in verdicts:
        if verdict.outcome is None:
            continue
        routes = _on_every_path(verdict)
        edges.update(edge_id(route) for route in routes)
        places.update(route.node for route in routes)
        places.add(verdict.outcome.outcome.id)
        certain = {*verdict.outcome.outcome.advice, *(one for route in routes for one in route.advice)}
        advice.update(one.id for one in verdict.outcome.advice if one.id in certain)
    timed: set[Item] = {edge_id(route) for route in tree.routes() if route.window != ALWAYS}
    timed |= {one.id for one in tree.advice.values() if one.window != ALWAYS}
    return Coverage(
        tree=tree,
        nodes=frozenset(places & tree.nodes.keys()),
        edges=frozenset(edges),
        outcomes=frozenset(places & tree.outcomes.keys()),
        windows=frozenset(timed & (edges | advice)),
    )


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


def _used_advice(tree: DecisionTree) -> list[Advice]:
    used = {one for outcome in tree.outcomes.values() for one in outcome.advice}
    used |= {one for route in tree.routes() for one in route.advice}
    return [one for one in tree.advice.values() if one.id in used]


def _advice_shown(tree: DecisionTree, ways: Ways) -> set[str]:
    """Return the advice that some walk shows when care was given in a span, whatever the day of claiming."""
    found = {one for route in ways.alive for one in route.advice}
    found |= {one for key, outcome in tree.outcomes.items() if key in ways.up for one in outcome.advice}
    return {one for one in found if days_for(tree.advice[one], ways) is not None}
