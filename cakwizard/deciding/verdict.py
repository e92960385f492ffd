"""Decide which outcomes are still open, given what has been answered.

A verdict is the part of the tree's graph that can still be walked. Answers are kept by question, so going back,
changing one and resuming are the same call with other answers. Nothing here prints, asks or reads a clock.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, NamedTuple

import networkx as nx

from cakwizard.deciding import questions
from cakwizard.deciding.days import Due, due, percent_on
from cakwizard.errors import AnswerError
from cakwizard.tree.records import Advice, DecisionTree, Outcome, Route
from cakwizard.tree.values import ALWAYS, Certainty

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
        return questions.to_ask(self)

    @property
    def next_question(self) -> str | None:
        """Return the question to ask now, or None when no answer can change anything any more."""
        return self.to_ask[0] if self.to_ask else None

    @cached_property
    def questions_left(self) -> int:
        """Return how many questions at most are still to be asked."""
        return questions.questions_left(self)

    @cached_property
    def decide_next(self) -> str | None:
        """Return the question whose answer would narrow the outcomes most, or None when not open."""
        return questions.narrows_most(self) if self.status == "open" else None


class _Reached:
    """What is known of a node or outcome while the open paths to it are followed."""

    __slots__ = ("advice", "certainty", "depth", "via")

    def __init__(self) -> None:
        self.certainty = Certainty.settled
        self.advice: dict[str, None] = {}
        self.depth = 0
        self.via: Route | None = None


def decide(
    tree: DecisionTree, answers: Answers, care_date: datetime.date, claim_date: datetime.date | None = None
) -> Verdict:
    """Return which outcomes the answers leave possible for care given on a day.

    Every edge is visited at most once, however many paths there are.

    Args:
        tree: A tree without faults.
        answers: The options still open, by question.
        care_date: The day of care, which picks the routes.
        claim_date: The day of claiming, which picks some advice; the day of care when None.

    Raises:
        AnswerError: A question or option does not exist, or is not offered on any open path.
    """
    _refuse_unknown(tree, answers)
    claim_date = claim_date or care_date
    # The graph's own dictionaries: the views on them that networkx shows take a third of the whole time.
    graph: Any = tree.graph
    records, onward = graph._node, graph._adj
    reached: defaultdict[str, _Reached] = defaultdict(_Reached, {tree.start: _Reached()})
    followed: list[Route] = []
    missed: list[Missed] = []
    asked: dict[str, set[str]] = {}
    for key in tree.order:
        here = reached.get(key)
        if here is None or key in tree.outcomes:
            continue
        question = records[key]["record"].question
        allowed = answers.get(question)
        options = asked.setdefault(question, set()) if allowed is not None else None
        for parallel in onward[key].values():
            for data in parallel.values():
                route: Route = data["route"]
                if options is not None:
                    options.add(route.option)
                    if allowed is not None and route.option not in allowed:
                        continue
                if route.window is ALWAYS or care_date in route.window:
                    followed.append(route)
                    _follow(route, here, reached[route.target])
                else:
                    missed.append(Missed(question=question, route=route))
    _refuse_unoffered(tree, answers, asked)
    open_routes = _leading_to_outcomes(followed, tree)
    found = [(outcome, reached[key]) for key, outcome in tree.outcomes.items() if key in reached]
    possible = tuple(
        possible_on(tree, outcome, care_date, claim_date, there.certainty, there.advice, _shortest(there, reached))
        for outcome, there in found
    )
    status: Status = "decided" if len(possible) == 1 else "open" if possible else "out_of_range"
    return Verdict(
        tree=tree,
        answers=answers,
        care_date=care_date,
        claim_date=claim_date,
        status=status,
        path=possible[0].path if status == "decided" else _shared_path(tree, open_routes or followed, answers),
        possible=possible,
        unused=tuple(question for question in answers if question not in asked),
        nearest=min(missed, key=lambda one: one.route.window.distance(care_date)) if missed and not possible else None,
        open_routes=open_routes,
    )


def allowed_routes(tree: DecisionTree, answers: Answers) -> Iterator[Route]:
    """Yield the routes that answers leave open on any day, in walking order."""
    reached = {tree.start}
    for key in tree.order:
        if key in reached and key not in tree.outcomes:
            allowed = answers.get(tree.nodes[key].question)
            for route in tree.routes(key):
                if allowed is None or route.option in allowed:
                    reached.add(route.target)
                    yield route


def offered(tree: DecisionTree, question: str, answers: Answers) -> tuple[str, ...]:
    """Return the options of `question` at the nodes that the other answers leave open, in the file's order."""
    others = {asked: given for asked, given in answers.items() if asked != question}
    found = {one.option for one in allowed_routes(tree, others) if tree.nodes[one.node].question == question}
    return tuple(option for option in tree.questions[question].options if option in found)


def _refuse_unknown(tree: DecisionTree, answers: Answers) -> None:
    for question, options in answers.items():
        if question not in tree.questions:
            raise AnswerError(question, None, list(tree.questions))
        known = tree.questions[question].options
        if not options <= known.keys():
            raise AnswerError(question, min(options - known.keys()), list(known))


def _refuse_unoffered(tree: DecisionTree, answers: Answers, asked: Mapping[str, set[str]]) -> None:
    """Refuse an option that no open path offers; "I do not know" names no option, so it cannot name a wrong one."""
    for question, options in asked.items():
        known = tree.questions[question].options
        absent = [option for option in known if option in answers[question] and option not in options]
        if absent and len(answers[question]) < len(known):
            raise AnswerError(question, absent[0], [option for option in known if option in options])


def _follow(route: Route, here: _Reached, there: _Reached) -> None:
    """Carry what is known at the start of a route to its target."""
    if there.via is None or here.depth + 1 < there.depth:
        there.depth, there.via = here.depth + 1, route
    there.advice = {**there.advice, **here.advice, **dict.fromkeys(route.advice)}
    there.certainty = max(there.certainty, here.certainty, route.certainty)


def _shortest(there: _Reached, reached: Mapping[str, _Reached]) -> tuple[Route, ...]:
    """Return the routes by which something was reached first."""
    routes: list[Route] = []
    while there.via is not None:
        routes.append(there.via)
        there = reached[there.via.node]
    return tuple(reversed(routes))


def _leading_to_outcomes(followed: list[Route], tree: DecisionTree) -> tuple[Route, ...]:
    """Return the followed routes from which an outcome is reached; the others end on a date."""
    alive: set[str] = set(tree.outcomes)
    kept = []
    for route in reversed(followed):
        if route.target in alive:
            alive.add(route.node)
            kept.append(route)
    return tuple(reversed(kept))


def _shared_path(tree: DecisionTree, routes: Iterable[Route], answers: Answers) -> tuple[Step, ...]:
    """Return the steps from the start up to where the open paths part or an answer is missing."""
    onward = questions.onward(routes)
    steps: list[Step] = []
    key = tree.start
    while len(onward.get(key, ())) == 1 and (question := tree.nodes[key].question) in answers:
        (route,) = onward[key]
        steps.append(Step(question, route.option))
        key = route.target
    return tuple(steps)


def possible_on(
    tree: DecisionTree,
    outcome: Outcome,
    care_date: datetime.date,
    claim_date: datetime.date,
    certainty: Certainty = Certainty.settled,
    advice: Iterable[str] = (),
    routes: tuple[Route, ...] = (),
) -> Possible:
    """Return an outcome as it is on two days; `certainty`, `advice` and `routes` are those of the paths to it."""
    kinds = list(tree.advice_kinds)
    valid = sorted(
        (
            one
            for key in dict.fromkeys((*outcome.advice, *advice))
            if (one := tree.advice[key]).holds(care_date, claim_date)
        ),
        key=lambda one: (kinds.index(one.kind), tree.advice_kinds[one.kind].numbered and one.id in outcome.advice),
    )
    return Possible(
        outcome=outcome,
        certainty=max([certainty, outcome.certainty, *(one.certainty for one in valid)]),
        percent=percent_on(outcome, care_date),
        due=None if outcome.deadline is None else due(outcome.deadline, care_date, claim_date),
        advice=tuple(valid),
        path=tuple(Step(tree.nodes[route.node].question, route.option) for route in routes),
        routes=routes,
    )
