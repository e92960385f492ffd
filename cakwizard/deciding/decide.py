"""Decide which outcomes are still open, given what has been answered.

A verdict is the part of the tree's graph that can still be walked. Answers are kept by question, so going back,
changing one and resuming are the same call with other answers. Nothing here prints, asks or reads a clock.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from cakwizard.deciding.days import care_windows, last_day, percent_on, spans
from cakwizard.deciding.verdict import Answers, Possible, Status, Step, Verdict, routes_by_node
from cakwizard.errors import AnswerError
from cakwizard.tree.records import DecisionTree, Outcome, Route
from cakwizard.tree.values import Certainty


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
    for question, options in answers.items():
        if question not in tree.questions:
            raise AnswerError(question, None, list(tree.questions))
        known = tree.questions[question].options
        if not options <= known.keys():
            raise AnswerError(question, min(options - known.keys()), list(known))
    claim_date = claim_date or care_date
    asked: dict[str, set[str]] = {}
    missed: list[Route] = []

    def is_open(route: Route) -> bool:
        question = tree.nodes[route.node].question
        asked.setdefault(question, set()).add(route.option)
        if question in answers and route.option not in answers[question]:
            return False
        if care_date not in route.window:
            missed.append(route)
            return False
        return True

    followed = list(walked(tree, is_open))
    _refuse_unoffered(tree, answers, asked)
    # What is met on any path to a node or an outcome, and the first of the shortest paths to it.
    certainty: defaultdict[str, Certainty] = defaultdict(lambda: Certainty.settled)
    advice: defaultdict[str, dict[str, None]] = defaultdict(dict)
    paths: dict[str, tuple[Route, ...]] = {tree.start: ()}
    for route in followed:
        node, target = route.node, route.target
        certainty[target] = max(certainty[target], certainty[node], route.certainty)
        advice[target] = {**advice[target], **advice[node], **dict.fromkeys(route.advice)}
        path = (*paths[node], route)
        if len(path) < len(paths.setdefault(target, path)):
            paths[target] = path
    possible = tuple(
        possible_on(tree, outcome, care_date, claim_date, certainty[key], advice[key], paths[key])
        for key, outcome in tree.outcomes.items()
        if key in paths
    )
    # What is followed without reaching an outcome ends on a date.
    alive = set(tree.outcomes)
    for route in reversed(followed):
        alive |= {route.node} if route.target in alive else set()
    open_routes = tuple(route for route in followed if route.target in alive)
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
        nearest=min(missed, key=lambda route: route.window.distance(care_date)) if missed and not possible else None,
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


def allowed_routes(tree: DecisionTree, answers: Answers, on: datetime.date | None = None) -> Iterator[Route]:
    """Yield the routes that answers leave open on a day, or on any, in walking order."""

    def allowed(route: Route) -> bool:
        options = answers.get(tree.nodes[route.node].question, {route.option})
        return route.option in options and (on is None or on in route.window)

    return walked(tree, allowed)


def offered(tree: DecisionTree, question: str, answers: Answers, on: datetime.date | None = None) -> tuple[str, ...]:
    """Return the options of `question` at the nodes that the other answers leave open on a day, or on any."""
    others = {asked: given for asked, given in answers.items() if asked != question}
    reached = {tree.start, *(one.target for one in allowed_routes(tree, others, on))}
    found = {one.option for one in tree.routes() if one.node in reached and tree.nodes[one.node].question == question}
    return tuple(option for option in tree.questions[question].options if option in found)


def _refuse_unoffered(tree: DecisionTree, answers: Answers, asked: Mapping[str, set[str]]) -> None:
    """Refuse an option that no open path offers; "I do not know" names no option, so it cannot name a wrong one."""
    for question, options in asked.items():
        known, given = tree.questions[question].options, answers.get(question, frozenset())
        absent = [option for option in known if option in given and option not in options]
        if absent and len(given) < len(known):
            raise AnswerError(question, absent[0], [option for option in known if option in options])


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
    kinds = tree.advice_kinds
    found = [tree.advice[key] for key in dict.fromkeys((*outcome.advice, *advice))]
    valid = [one for one in found if one.holds(care_date, claim_date)]
    valid.sort(key=lambda one: ([*kinds].index(one.kind), kinds[one.kind].numbered and one.id in outcome.advice))
    due = last_day(outcome, care_date)
    return Possible(
        outcome=outcome,
        certainty=max([certainty, outcome.certainty, *(one.certainty for one in valid)]),
        percent=percent_on(outcome, care_date),
        due=due,
        late=due is not None and claim_date > due,
        advice=tuple(valid),
        path=tuple(Step(tree.nodes[route.node].question, route.option) for route in routes),
        routes=routes,
    )


class Decider:
    """Decides many cases by one tree: what it cannot tell apart is decided once, and remembered.

    Between two days on which a rule begins or ends every date gives the same outcome, share and certainty.
    """

    def __init__(self, tree: DecisionTree) -> None:
        ours = [key for key, advice in tree.advice.items() if advice.certainty]
        care = care_windows(tree, tree.routes(), tree.outcomes, ours)
        claim = (tree.advice[key].window for key in ours if tree.advice[key].by_claim_date)
        self._firsts = [[one.start or datetime.date.min for one in spans(windows)] for windows in (care, claim)]
        self._decide = lru_cache(20_000)(lambda answers, *days: decide(tree, dict(answers), *days))

    def decide(
        self, answers: Answers, care_date: datetime.date, claim_date: datetime.date
    ) -> tuple[Verdict, datetime.date | None]:
        """Return the verdict, and the last day to claim; faults are those of `decide`.

        The verdict's own dates and deadlines, and the advice that says nothing about its certainty, may be those of
        another case.
        """
        days = zip(self._firsts, (care_date, claim_date), strict=True)
        spelled = (firsts[bisect_right(firsts, day) - 1] for firsts, day in days)
        verdict: Verdict = self._decide(tuple(answers.items()), *spelled)
        return verdict, last_day(verdict.outcome.outcome, care_date) if verdict.outcome else None
