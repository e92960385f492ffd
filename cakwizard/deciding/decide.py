"""Decide which outcomes are still open, given what has been answered.

A verdict is the part of the tree's graph that can still be walked. Answers are kept by question, so going back,
changing one and resuming are the same call with other answers. Nothing here prints, asks or reads a clock.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cakwizard.deciding.days import due, percent_on
from cakwizard.deciding.verdict import Answers, Missed, Possible, Status, Step, Verdict, routes_by_node
from cakwizard.errors import AnswerError
from cakwizard.tree.records import DecisionTree, Outcome, Route
from cakwizard.tree.values import ALWAYS, Certainty


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


def walked(tree: DecisionTree, keep: Callable[[Route], bool], starts: Iterable[str] | None = None) -> Iterator[Route]:
    """Yield the routes that walks over those kept can take from the start (or other nodes), in walking order."""
    reached = {tree.start} if starts is None else set(starts)
    for key in tree.order:
        for route in tree.routes(key) if key in reached else ():
            if keep(route):
                reached.add(route.target)
                yield route


def allowed_routes(tree: DecisionTree, answers: Answers) -> Iterator[Route]:
    """Yield the routes that answers leave open on any day, in walking order."""
    return walked(tree, lambda route: route.option in answers.get(tree.nodes[route.node].question, {route.option}))


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
    leaving = routes_by_node(routes)
    steps: list[Step] = []
    key = tree.start
    while len(leaving.get(key, ())) == 1 and (question := tree.nodes[key].question) in answers:
        (route,) = leaving[key]
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
