"""What a tree says about answers on a date: what is still possible, and what is still worth asking.

A verdict is the part of the tree's graph that can still be walked; `decide` makes it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_
from typing import Any, Literal, NamedTuple

import networkx as nx

from cakwizard.deciding.days import Due
from cakwizard.tree.records import Advice, DecisionTree, Outcome, Route
from cakwizard.tree.values import Certainty

Answers = Mapping[str, frozenset[str]]
"""By question id the options still open; a question that is not in it has not been answered."""

Status = Literal["decided", "open", "out_of_range"]


class Step(NamedTuple):
    """One answer on a path."""

    question: str
    option: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A route that would have been open on another date of care."""

    question: str
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """An outcome that is still possible, on the dates of the verdict.

    Attributes:
        certainty: The weakest on any open path to it, its own and that of its advice included.
        percent: In whole percents; None when not known.
        due: Until when can be claimed; None when no term is known.
        advice: What the outcome and the open paths to it advise on these dates, by kind in the tree's order, each in
            the order of its list. Within a numbered kind that of the paths comes first, since who else pays is seen
            to before the claim; within any other the outcome's own.
        path: One shortest open path to it; `routes` are its edges.
    """

    outcome: Outcome
    certainty: Certainty
    percent: Decimal | None
    due: Due | None
    advice: tuple[Advice, ...]
    path: tuple[Step, ...]
    routes: tuple[Route, ...]

    @property
    def late(self) -> bool:
        """Tell whether the last day to claim has passed."""
        return self.due is not None and self.due.late is True


@dataclass(frozen=True, eq=False, kw_only=True)
class Verdict:
    """What a tree says about answers on a date.

    Attributes:
        path: A shortest open path when decided; else the steps from the start that all open paths share.
        possible: The outcomes still possible, in the order of the file.
        unused: Questions answered that no open path asks.
        nearest: When nothing is open, the route nearest in time.
        open_routes: Every edge on an open path, in walking order.
    """

    tree: DecisionTree
    answers: Answers
    care_date: datetime.date
    claim_date: datetime.date
    status: Status
    path: tuple[Step, ...]
    possible: tuple[Possible, ...]
    unused: tuple[str, ...]
    nearest: Missed | None
    open_routes: tuple[Route, ...]

    @property
    def outcome(self) -> Possible | None:
        """Return the one outcome left, or None."""
        return self.possible[0] if self.status == "decided" else None

    @cached_property
    def open(self) -> nx.MultiDiGraph[str]:
        """Return the part of the tree's graph that can still be walked."""
        edges: list[Any] = [(route.node, route.target, route.key) for route in self.open_routes]
        return self.tree.graph.edge_subgraph(edges)

    @cached_property
    def to_ask(self) -> tuple[str, ...]:
        """Return the unanswered questions that can still change something, in walking order."""
        return _to_ask(self)

    @property
    def next_question(self) -> str | None:
        """Return the question to ask now, or None when no answer can change anything any more."""
        return self.to_ask[0] if self.to_ask else None

    @cached_property
    def questions_left(self) -> int:
        """Return how many questions at most are still to be asked."""
        return _questions_left(self)

    @cached_property
    def decide_next(self) -> str | None:
        """Return the question whose answer would narrow the outcomes most, or None when not open."""
        return _narrows_most(self) if self.status == "open" else None


def routes_by_node(routes: Iterable[Route]) -> dict[str, list[Route]]:
    """Return the routes by the node that they leave."""
    onward: dict[str, list[Route]] = {}
    for route in routes:
        onward.setdefault(route.node, []).append(route)
    return onward


def _to_ask(verdict: Verdict) -> tuple[str, ...]:
    """Return the unanswered questions that matter.

    Two routes are alike when they lead to nodes that are alike and add the same doubt and advice. A node whose options
    are all alike need not be asked.
    """
    tree = verdict.tree
    kinds: dict[object, int] = {}
    kind_of = {key: kinds.setdefault(key, len(kinds)) for key in tree.outcomes}
    ended = kinds.setdefault("no route on this date", len(kinds))
    open_nodes = {tree.start} | {route.target for route in verdict.open_routes}
    matters: set[str] = set()
    for key in reversed(tree.order):
        if key not in open_nodes or key in tree.outcomes:
            continue
        allowed = verdict.answers.get(tree.nodes[key].question)
        seen: dict[str, int] = {}
        for route in tree.routes(key):
            if allowed is not None and route.option not in allowed:
                continue
            seen.setdefault(route.option, ended)
            if verdict.care_date in route.window and route.target in kind_of:
                holding = tuple(
                    key for key in route.advice if tree.advice[key].holds(verdict.care_date, verdict.claim_date)
                )
                adds = (route.certainty, holding)
                plain = kind_of[route.target]
                seen[route.option] = plain if adds == (0, ()) else kinds.setdefault((plain, adds), len(kinds))
        if len(set(seen.values())) == 1:
            (kind_of[key],) = set(seen.values())
        else:
            kind_of[key] = kinds.setdefault(tuple(sorted(seen.items())), len(kinds))
            matters.add(key)
    found = {tree.nodes[key].question: None for key in tree.order if key in matters}
    return tuple(question for question in found if question not in verdict.answers)


def _questions_left(verdict: Verdict) -> int:
    """Return the largest number of questions still asked on any one open path.

    Where paths run side by side (an answer was left open) the questions of all are asked, so it is then that of all
    questions that matter.
    """
    tree, asked = verdict.tree, set(verdict.to_ask)
    side_by_side = any(
        tree.nodes[node].question in verdict.answers and len(routes) > 1
        for node, routes in routes_by_node(verdict.open_routes).items()
    )
    if side_by_side or not verdict.open_routes:
        return len(asked)
    weighted: nx.DiGraph[str] = nx.DiGraph()
    weighted.add_edges_from(
        (route.node, route.target, {"weight": int(tree.nodes[route.node].question in asked)})
        for route in verdict.open_routes
    )
    return int(nx.dag_longest_path_length(weighted))


def _narrows_most(verdict: Verdict) -> str | None:
    """Return the open question that leaves the fewest outcomes on average over its options."""
    tree = verdict.tree
    leaving = routes_by_node(verdict.open_routes)
    order = [key for key in tree.order if key in leaving]
    # A set of outcomes is a number with a bit for each: of the whole tree this takes a fifth of the time of sets.
    below = {one.outcome.id: 1 << number for number, one in enumerate(verdict.possible)}
    for key in reversed(order):
        below[key] = reduce(or_, (below[route.target] for route in leaving[key]))
    candidates = dict.fromkeys(
        tree.nodes[key].question for key in order if len({route.option for route in leaving[key]}) > 1
    )
    weights: list[tuple[float, int, int, str]] = []
    for number, question in enumerate(candidates):
        around, elsewhere = {tree.start}, 0
        by_option: dict[str, int] = {}
        for key in order:
            for route in leaving[key] if key in around else ():
                if tree.nodes[key].question == question:
                    by_option[route.option] = by_option.get(route.option, 0) | below[route.target]
                elif route.target in tree.outcomes:
                    elsewhere |= below[route.target]
                else:
                    around.add(route.target)
        sizes = [(left | elsewhere).bit_count() for left in by_option.values()]
        weights.append((sum(sizes) / len(sizes), max(sizes), number, question))
    return min(weights)[3] if weights else None
