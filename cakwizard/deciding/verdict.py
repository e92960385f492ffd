"""What a tree says about answers on a date: what is still possible, and what is still worth asking.

A verdict is the part of the tree's graph that can still be walked; `decide` makes it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any, Literal, NamedTuple

import networkx as nx

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
class Possible:
    """An outcome that is still possible, on the dates of the verdict.

    Attributes:
        certainty: The weakest on any open path to it, its own and that of its advice included.
        percent: In whole percents; None when not known.
        due: The last day to claim; None when it is not known.
        late: Whether that has passed.
        advice: What the outcome and the open paths to it advise on these dates, by kind in the tree's order, each in
            the order of its list. Within a numbered kind that of the paths comes first, since who else pays is seen
            to before the claim; within any other the outcome's own.
        path: One shortest open path to it; `routes` are its edges.
    """

    outcome: Outcome
    certainty: Certainty
    percent: Decimal | None
    due: datetime.date | None
    late: bool
    advice: tuple[Advice, ...]
    path: tuple[Step, ...]
    routes: tuple[Route, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Verdict:
    """What a tree says about answers on a date.

    Attributes:
        path: A shortest open path when decided; else the steps from the start that all open paths share.
        possible: The outcomes still possible, in the order of the file.
        unused: Questions answered that no open path asks.
        nearest: When nothing is open, the route that is open on the nearest other day.
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
    nearest: Route | None
    open_routes: tuple[Route, ...]

    @property
    def outcome(self) -> Possible | None:
        """Return the one outcome left, or None."""
        return self.possible[0] if self.status == "decided" else None

    @property
    def ends(self) -> tuple[str, ...]:
        """Return the ids of the outcomes still possible."""
        return tuple(one.outcome.id for one in self.possible)

    @cached_property
    def open(self) -> nx.MultiDiGraph[str]:
        """Return the part of the tree's graph that can still be walked."""
        edges: list[Any] = [(route.node, route.target, route.key) for route in self.open_routes]
        return self.tree.graph.edge_subgraph(edges)

    @cached_property
    def to_ask(self) -> tuple[str, ...]:
        """Return the unanswered questions that can still change something, in walking order.

        Two routes are alike when they lead to nodes that are alike and add the same doubt and advice. A node whose
        options are all alike need not be asked.
        """
        tree = self.tree
        # What a node comes to: an outcome, what its options all come to, or else the first node with such options.
        comes_to: dict[str, object] = dict(zip(tree.outcomes, tree.outcomes, strict=True))
        first_with: dict[object, str] = {}
        matters: list[str] = []
        for key, routes in reversed(routes_by_node(self.open_routes).items()):
            question = tree.nodes[key].question
            offered = {route.option for route in tree.routes(key)} & self.answers.get(
                question, tree.questions[question].options.keys()
            )
            options: dict[str, object] = dict.fromkeys(offered)  # None: no route on this date
            for route in routes:
                advice = [one for one in route.advice if tree.advice[one].holds(self.care_date, self.claim_date)]
                plain = comes_to[route.target]
                options[route.option] = (plain, route.certainty, *advice) if advice or route.certainty else plain
            if len(set(options.values())) == 1:
                (comes_to[key],) = set(options.values())
            else:
                comes_to[key] = first_with.setdefault(frozenset(options.items()), key)
                matters.append(question)
        return tuple(dict.fromkeys(question for question in reversed(matters) if question not in self.answers))

    @property
    def next_question(self) -> str | None:
        """Return the question to ask now, or None when no answer can change anything any more."""
        return self.to_ask[0] if self.to_ask else None

    @cached_property
    def questions_left(self) -> int:
        """Return the largest number of questions still asked on any one open path.

        Where paths run side by side (an answer was left open), all questions that matter are asked.
        """
        weighted: nx.DiGraph[str] = nx.DiGraph()
        for key, routes in routes_by_node(self.open_routes).items():
            question = self.tree.nodes[key].question
            if question in self.answers and len(routes) > 1:
                return len(self.to_ask)
            weighted.add_edges_from(((key, route.target) for route in routes), weight=question in self.to_ask)
        return int(nx.dag_longest_path_length(weighted))

    @cached_property
    def decide_next(self) -> str | None:
        """Return the question whose options leave the fewest outcomes on average, or None when not open."""
        if self.status != "open":
            return None
        tree = self.tree
        # A set of outcomes is a number with a bit for each: of the whole tree this takes a fifth of the time of sets.
        below = Counter({one.outcome.id: 1 << number for number, one in enumerate(self.possible)})
        for route in reversed(self.open_routes):
            below[route.node] |= below[route.target]

        def left(question: str) -> tuple[float, int]:
            around, elsewhere, by_option = {tree.start}, 0, Counter[str]()
            for route in self.open_routes:
                if route.node not in around:
                    continue
                if tree.nodes[route.node].question == question:
                    by_option[route.option] |= below[route.target]
                elif route.target in tree.outcomes:
                    elsewhere |= below[route.target]
                else:
                    around.add(route.target)
            sizes = [(one | elsewhere).bit_count() for one in by_option.values()]
            return sum(sizes) / len(sizes), max(sizes)

        several = (
            key for key, routes in routes_by_node(self.open_routes).items() if len({one.option for one in routes}) > 1
        )
        return min(dict.fromkeys(tree.nodes[key].question for key in several), key=left, default=None)


def routes_by_node(routes: Iterable[Route]) -> dict[str, list[Route]]:
    """Return routes in walking order by the node that they leave."""
    return {node: list(leaving) for node, leaving in groupby(routes, key=lambda route: route.node)}
