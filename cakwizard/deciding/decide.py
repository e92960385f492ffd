"""Decide which outcomes are still open, given what has been answered, and find what would change that.

Answers are kept by question, so going back, changing one and resuming are the same call with other answers. So is
what would change an outcome (another answer, or another date of care): it is exact by the rules of the tree.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Literal

from cakwizard.deciding.days import care_windows, last_day, percent_on, spans
from cakwizard.deciding.verdict import Answers, Possible, Status, Step, Verdict, routes_by_node
from cakwizard.errors import AnswerError
from cakwizard.tree.records import DecisionTree, Outcome, Route
from cakwizard.tree.values import Certainty, Window


def decide(
    tree: DecisionTree, answers: Answers, care_date: datetime.date, claim_date: datetime.date | None = None
) -> Verdict:
    """Return which outcomes the answers leave possible for care given on a day, and claimed then or on another.

    Every edge is visited at most once, however many paths there are.

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
    # An option that no open path offers is refused; "I do not know" names no option, so it cannot name a wrong one.
    for question, there in asked.items():
        known, given = tree.questions[question].options, answers.get(question, frozenset())
        absent = [option for option in known if option in given and option not in there]
        if absent and len(given) < len(known):
            raise AnswerError(question, absent[0], [option for option in known if option in there])
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Another answer to one question, and what follows from it.

    Attributes:
        options: The answers that all have this consequence.
        verdict: What is decided, or still possible, with one of them; answers that are not offered then are left out.
    """

    question: str
    options: frozenset[str]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDate:
    """A spell of days of care on which the same answers give something else.

    Attributes:
        differs: Whether the outcome is another (or its share or certainty), or only what to do or to have together.
    """

    window: Window
    verdict: Verdict
    differs: Literal["outcome", "advice"]


def decide_fitting(
    tree: DecisionTree, answers: Answers, care_date: datetime.date, claim_date: datetime.date
) -> Verdict:
    """Return the verdict on the answers that fit: those that the others leave no room for are taken out."""
    fitting = dict(answers)
    while True:
        try:
            return decide(tree, fitting, care_date, claim_date)
        except AnswerError as error:
            del fitting[error.question]


def leads(verdict: Verdict, question: str) -> Iterator[tuple[str, Verdict]]:
    """Yield each answer that can be given to a question, given the others, with the verdict that it leads to."""
    for option in offered(verdict.tree, question, verdict.answers, verdict.care_date):
        answers = {**verdict.answers, question: frozenset({option})}
        yield option, decide_fitting(verdict.tree, answers, verdict.care_date, verdict.claim_date)


def changes(verdict: Verdict) -> tuple[Change, ...]:
    """Return for each answer on the path of an outcome the nearest other answers that give another outcome.

    Nearest is what leaves the fewest questions to ask, then the fewest outcomes possible; of equals the first in the
    file. An answer that was left open is left out.
    """
    if verdict.outcome is None:
        return ()
    others: dict[str, dict[tuple[str, ...], tuple[Verdict, list[str]]]] = defaultdict(dict)
    for question in (step.question for step in verdict.outcome.path if step.question in verdict.answers):
        for option, after in leads(verdict, question):
            if option not in verdict.answers[question] and after.possible and after.ends != verdict.ends:
                others[question].setdefault(after.ends, (after, []))[1].append(option)
    found = []
    for question, by_ends in others.items():
        nearest, options = min(by_ends.values(), key=lambda one: (one[0].questions_left, len(one[0].possible)))
        found.append(Change(question=question, options=frozenset(options), verdict=nearest))
    return tuple(found)


def other_dates(verdict: Verdict) -> tuple[OtherDate, ...]:
    """Return the spells of days on which the same answers give something else, earliest first.

    Days on which the tree has no rule, or on which an answer is not offered, are left out.
    """
    here, found = _worth(verdict), []
    tree, routes = verdict.tree, list(allowed_routes(verdict.tree, verdict.answers))
    ends = {route.target for route in routes} & tree.outcomes.keys()
    giving: list[Route | Outcome] = [*routes, *(tree.outcomes[end] for end in ends)]
    advice = {key for one in giving for key in one.advice}
    tried = [(window, _on(verdict, window)) for window in spans(care_windows(tree, routes, ends, advice))]
    for what, group in groupby(tried, key=lambda pair: pair[1] and _worth(pair[1])):
        (first, other), *_ = spell = list(group)
        last, _ = spell[-1]
        if other is not None and what is not None and what != here and other.possible:
            window = Window(first.start, last.end)
            differs: Literal["outcome", "advice"] = "outcome" if what[0] != here[0] else "advice"
            found.append(OtherDate(window=window, verdict=other, differs=differs))
    return tuple(found)


def _on(verdict: Verdict, window: Window) -> Verdict | None:
    """Return what the same answers give on the days of a window, or None where one is not offered then."""
    if verdict.care_date in window:
        return verdict
    day = window.start or window.end or verdict.care_date
    try:
        return decide(verdict.tree, verdict.answers, day, max(day, verdict.claim_date))
    except AnswerError:
        return None


def _worth(verdict: Verdict) -> tuple[object, object]:
    """Return what counts as another outcome (which, how much, how sure), and what counts as other advice.

    That is what to do and what to have together; what is only to be known does not count.
    """
    kinds = verdict.tree.advice_kinds
    ends = [(one.outcome.id, one.percent, one.certainty) for one in verdict.possible]
    advised = [
        one.id
        for possible in verdict.possible
        for one in possible.advice
        if not (one.by_claim_date or one.note) and (kinds[one.kind].numbered or kinds[one.kind].checklist)
    ]
    return ends, advised
