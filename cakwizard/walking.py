"""Decide which outcomes are still open, given what has been answered.

Answers are kept by question, so going back, changing one and resuming are the
same call with other answers. Nothing here prints, asks, or reads a clock.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from typing import NamedTuple
from weakref import WeakKeyDictionary

from cakwizard.errors import AnswerError
from cakwizard.model import ALWAYS
from cakwizard.model import Advice
from cakwizard.model import Certainty
from cakwizard.model import DecisionTree
from cakwizard.model import Outcome
from cakwizard.model import Route

__all__ = [
    "Answers",
    "Missed",
    "Place",
    "Possible",
    "Step",
    "Verdict",
    "deadline_date",
    "decide",
    "follow",
    "months_after",
    "offered",
    "walking_order",
]

Answers = Mapping[str, frozenset[str]]
"""By question id the options still open; a question that is not in it has not been answered."""

Status = Literal["decided", "open", "out_of_range"]

# Weighing every question against every other is quadratic. Up to this many edge
# visits all are weighed; a larger tree weighs those that come first.
_WEIGHING_BUDGET = 400_000


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
    """An outcome that is still possible.

    Attributes:
        certainty: The weakest on any open path to it, its own included.
        advice: What the open paths to it and the outcome itself advise, valid on the dates.
        path: One shortest open path to it.
    """

    outcome: Outcome
    certainty: Certainty
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
        nearest: When nothing is open, the route nearest in time.
        open_routes: Every route on an open path, in walking order.
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
        """Return the question whose answer would narrow the outcomes most, or None when decided."""
        return _narrows_most(self) if self.status == "open" else None


class Place(NamedTuple):
    """A node as it is walked: its question and its routes by option, in the file's order."""

    question: str
    routes: Mapping[str, Sequence[Route]]


_places: WeakKeyDictionary[DecisionTree, dict[str, Place]] = WeakKeyDictionary()


def walking_order(tree: DecisionTree) -> dict[str, Place]:
    """Return the nodes of the tree in an order in which every node comes after those that lead to it.

    Where the edges leave the order free it is that of the file. Kept per tree, since
    making it costs more than a walk.
    """
    found = _places.get(tree)
    if found is None:
        found = {}
        for key in tree.order:
            if key in tree.nodes:
                by_option: dict[str, tuple[Route, ...]] = {}
                for route in tree.onward.get(key, ()):
                    by_option[route.option] = (*by_option.get(route.option, ()), route)
                question = tree.nodes[key].question
                options = tree.questions[question].options
                found[key] = Place(question, {option: by_option[option] for option in options if option in by_option})
        _places[tree] = found
    return found


class _Reached:
    """What is known of a node or outcome while the open paths to it are followed."""

    __slots__ = ("advice", "certainty", "depth", "via", "ways")

    def __init__(self) -> None:
        self.certainty = Certainty.settled
        self.advice: dict[str, None] = {}
        self.depth = 0
        self.via: Route | None = None
        self.ways = 0


def offered(tree: DecisionTree, question: str, answers: Answers) -> tuple[str, ...]:
    """Return the options of `question` at the nodes that the other answers leave open, in the file's order."""
    others = {key: value for key, value in answers.items() if key != question}
    reached = _reachable(tree, others)
    places = walking_order(tree)
    found = {
        option for key in reached if key in places and places[key].question == question for option in places[key].routes
    }
    return tuple(option for option in tree.questions[question].options if option in found)


def _reachable(tree: DecisionTree, answers: Answers) -> set[str]:
    """Return the nodes and outcomes that the answers leave open on any date."""
    reached = {tree.start}
    for key, place in walking_order(tree).items():
        if key in reached:
            allowed = answers.get(place.question)
            for option, routes in place.routes.items():
                if allowed is None or option in allowed:
                    reached.update(route.target for route in routes)
    return reached


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
    places = walking_order(tree)
    reached: dict[str, _Reached] = {tree.start: _Reached()}
    followed: list[Route] = []
    missed: list[Missed] = []
    asked: dict[str, set[str]] = {}
    for key, place in places.items():
        here = reached.get(key)
        if here is None:
            continue
        allowed = answers.get(place.question)
        if allowed is not None:
            asked.setdefault(place.question, set()).update(place.routes)
        for option, routes in place.routes.items():
            if allowed is not None and option not in allowed:
                continue
            for route in routes:
                if route.window is ALWAYS or care_date in route.window:
                    followed.append(route)
                    _follow(route, here, reached)
                else:
                    missed.append(Missed(question=place.question, route=route))
    for question, options in asked.items():
        known = tree.questions[question].options
        # "I do not know" names no option, so it cannot name one that is not offered here.
        absent = [option for option in known if option in answers[question] and option not in options]
        if absent and len(answers[question]) < len(known):
            raise AnswerError(question, absent[0], [option for option in known if option in options])
    open_routes = _leading_to_outcomes(followed, tree)
    possible = tuple(
        _possible(tree, outcome, reached, care_date, claim_date)
        for key, outcome in tree.outcomes.items()
        if key in reached
    )
    status: Status = "decided" if len(possible) == 1 else "open" if possible else "out_of_range"
    return Verdict(
        tree=tree,
        answers=answers,
        care_date=care_date,
        claim_date=claim_date,
        status=status,
        path=possible[0].path if status == "decided" else _shared_path(tree, places, open_routes or followed, answers),
        possible=possible,
        unused=tuple(question for question in answers if question not in asked),
        nearest=min(missed, key=lambda one: one.route.window.distance(care_date)) if missed and not possible else None,
        open_routes=open_routes,
    )


def follow(tree: DecisionTree, answers: Answers, care_date: datetime.date) -> Outcome | None:
    """Return the outcome in which a walk ends that answers every question it meets with one option.

    For many cases at once: what `decide` says of such a case, without what it says beside it.

    Returns:
        None where an answer misses, is open or is not offered, and where there is no route on that day.
    """
    places = walking_order(tree)
    key = tree.start
    while (place := places.get(key)) is not None:
        given = answers.get(place.question, ())
        if len(given) != 1:
            return None
        (option,) = given
        for route in place.routes.get(option, ()):
            if route.window is ALWAYS or care_date in route.window:
                key = route.target
                break
        else:
            return None
    return tree.outcomes[key]


def _refuse_unknown(tree: DecisionTree, answers: Answers) -> None:
    for question, options in answers.items():
        if question not in tree.questions:
            raise AnswerError(question, None, list(tree.questions))
        known = tree.questions[question].options
        if not options <= known.keys():
            raise AnswerError(question, min(options - known.keys()), list(known))


def _follow(route: Route, here: _Reached, reached: dict[str, _Reached]) -> None:
    """Carry what is known at the start of a route to its target."""
    there = reached.get(route.target)
    if there is None:
        there = reached[route.target] = _Reached()
        there.depth = here.depth + 1
        there.via = route
        # Most routes add no advice: the mapping is then shared, not copied.
        there.advice = here.advice if not route.advice else {**here.advice, **dict.fromkeys(route.advice)}
    else:
        if here.depth + 1 < there.depth:
            there.depth, there.via = here.depth + 1, route
        if route.advice or here.advice is not there.advice:
            there.advice = {**there.advice, **here.advice, **dict.fromkeys(route.advice)}
    there.certainty = max(there.certainty, here.certainty, route.certainty)
    there.ways += 1


def _leading_to_outcomes(followed: list[Route], tree: DecisionTree) -> tuple[Route, ...]:
    """Return the followed routes from which an outcome is reached; the others end on a date."""
    alive: set[str] = set(tree.outcomes)
    kept = []
    for route in reversed(followed):
        if route.target in alive:
            alive.add(route.node)
            kept.append(route)
    return tuple(reversed(kept))


def _shared_path(
    tree: DecisionTree, places: Mapping[str, Place], routes: Sequence[Route], answers: Answers
) -> tuple[Step, ...]:
    """Return the steps from the start up to where the open paths part or an answer is missing."""
    onward: dict[str, list[Route]] = {}
    for route in routes:
        onward.setdefault(route.node, []).append(route)
    steps: list[Step] = []
    key = tree.start
    while key in places and len(onward.get(key, ())) == 1 and places[key].question in answers:
        (route,) = onward[key]
        steps.append(Step(places[key].question, route.option))
        key = route.target
    return tuple(steps)


def _possible(
    tree: DecisionTree,
    outcome: Outcome,
    reached: Mapping[str, _Reached],
    care_date: datetime.date,
    claim_date: datetime.date,
) -> Possible:
    there = reached[outcome.id]
    routes: list[Route] = []
    via = there.via
    while via is not None:
        routes.append(via)
        via = reached[via.node].via
    routes.reverse()
    advice = (tree.advice[key] for key in dict.fromkeys((*there.advice, *outcome.advice)))
    order = {kind: number for number, kind in enumerate(tree.advice_kinds)}
    valid = [one for one in advice if (claim_date if one.by_claim_date else care_date) in one.window]
    return Possible(
        outcome=outcome,
        certainty=max(there.certainty, outcome.certainty),
        advice=tuple(sorted(valid, key=lambda one: order[one.kind])),
        path=tuple(Step(tree.nodes[route.node].question, route.option) for route in routes),
        routes=tuple(routes),
    )


def _to_ask(verdict: Verdict) -> tuple[str, ...]:
    """Return the unanswered questions that matter.

    Two routes are alike when they lead to places that are alike and add the same
    doubt and advice. A node whose options are all alike need not be asked.
    """
    tree = verdict.tree
    places = walking_order(tree)
    kinds: dict[object, int] = {}
    kind_of = {key: kinds.setdefault(key, len(kinds)) for key in tree.outcomes}
    ended = kinds.setdefault("no route on this date", len(kinds))
    open_nodes = {tree.start} | {route.target for route in verdict.open_routes}
    matters: set[str] = set()
    for key in reversed(list(places)):
        if key not in open_nodes:
            continue
        place = places[key]
        allowed = verdict.answers.get(place.question)
        seen: dict[str, int] = {}
        for option, routes in place.routes.items():
            if allowed is None or option in allowed:
                route = next((one for one in routes if verdict.care_date in one.window), None)
                seen[option] = ended
                if route is not None and route.target in kind_of:
                    adds = (route.certainty, _valid(verdict, route.advice))
                    plain = kind_of[route.target]
                    seen[option] = plain if adds == (0, ()) else kinds.setdefault((plain, adds), len(kinds))
        if len(set(seen.values())) == 1:
            (kind_of[key],) = set(seen.values())
        else:
            kind_of[key] = kinds.setdefault(tuple(seen.items()), len(kinds))
            matters.add(key)
    found = {places[key].question: None for key in places if key in matters}
    return tuple(question for question in found if question not in verdict.answers)


def _valid(verdict: Verdict, advice: Sequence[str]) -> tuple[str, ...]:
    """Return the advice that holds on the dates of the verdict."""
    records = (verdict.tree.advice[key] for key in advice)
    return tuple(
        one.id for one in records if (verdict.claim_date if one.by_claim_date else verdict.care_date) in one.window
    )


def _questions_left(verdict: Verdict) -> int:
    """Return the largest number of questions still asked on any one open path.

    Where paths run side by side (an answer was left open) the questions of all are
    asked, so the number is then that of all questions that matter.
    """
    tree = verdict.tree
    to_ask = set(verdict.to_ask)
    places = walking_order(tree)
    onward: dict[str, list[Route]] = {}
    for route in verdict.open_routes:
        onward.setdefault(route.node, []).append(route)
    left: dict[str, int] = {}
    side_by_side = False
    for key in reversed(list(places)):
        if key in onward:
            question = places[key].question
            left[key] = max(left.get(route.target, 0) for route in onward[key]) + (question in to_ask)
            side_by_side = side_by_side or (question in verdict.answers and len(onward[key]) > 1)
    return len(to_ask) if side_by_side else left.get(tree.start, 0)


def _narrows_most(verdict: Verdict) -> str | None:
    """Return the open question that leaves the fewest outcomes on average over its options."""
    tree = verdict.tree
    places = walking_order(tree)
    onward: dict[str, list[Route]] = {}
    for route in verdict.open_routes:
        onward.setdefault(route.node, []).append(route)
    bit_of = {one.outcome.id: 1 << number for number, one in enumerate(verdict.possible)}
    below: dict[str, int] = dict(bit_of)
    for key in reversed(list(places)):
        if key in onward:
            below[key] = 0
            for route in onward[key]:
                below[key] |= below[route.target]
    at: dict[str, list[str]] = {}
    for key in places:
        if key in onward and len({route.option for route in onward[key]}) > 1:
            at.setdefault(places[key].question, []).append(key)
    candidates = list(at)[: max(1, _WEIGHING_BUDGET // max(1, len(verdict.open_routes)))]
    order = [key for key in places if key in onward]
    best: tuple[float, int, int] | None = None
    answer: str | None = None
    for number, question in enumerate(candidates):
        around = {tree.start}
        elsewhere = 0
        by_option: dict[str, int] = {}
        for key in order:
            if key not in around:
                continue
            if places[key].question == question:
                for route in onward[key]:
                    by_option[route.option] = by_option.get(route.option, 0) | below[route.target]
                continue
            for route in onward[key]:
                around.add(route.target)
                elsewhere |= bit_of.get(route.target, 0)
        sizes = [(mask | elsewhere).bit_count() for mask in by_option.values()]
        weight = (sum(sizes) / len(sizes), max(sizes), number)
        if best is None or weight < best:
            best, answer = weight, question
    return answer


def deadline_date(outcome: Outcome, day: datetime.date) -> datetime.date | None:
    """Return the last day on which can be claimed when the term starts on `day`, or None when no term is known."""
    return None if outcome.deadline is None else months_after(day, outcome.deadline.months)


def months_after(day: datetime.date, months: int) -> datetime.date:
    """Return the day that lies a number of months after `day`.

    Twelve months after 29 February is 28 February: the last day of that month.
    Past the year 9999 there are no days; what lies there is its last one.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > datetime.MAXYEAR:
        return datetime.date.max
    month += 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
