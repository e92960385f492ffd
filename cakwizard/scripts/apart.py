"""A walk on which two trees differ, or the certainty that there is none.

Both trees are walked side by side with the same answers. A pair of places that
was met before with as much known is not walked again, so the work grows with the
number of places and not with that of paths. Where the two ask questions in another
order the pairs multiply; a budget bounds that, and past it nothing is claimed.

Compared is what a walk can expect: the outcome with its percentage and contract,
certainty, advice, dates without a rule, and which questions are asked. Sources
and wordings are not.
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from typing import NamedTuple

from cakwizard.model import DecisionTree
from cakwizard.model import Outcome
from cakwizard.scripts.unlike import above
from cakwizard.scripts.unlike import advice_below
from cakwizard.scripts.unlike import asked_below
from cakwizard.scripts.unlike import changed
from cakwizard.scripts.ways import care_spans
from cakwizard.scripts.ways import claim_spans
from cakwizard.scripts.ways import day_in
from cakwizard.walking import walking_order

__all__ = ["BREADTH", "BUDGET", "Difference", "differences"]

BUDGET = 50_000
"""How many pairs of places are looked at before nothing is claimed any more."""

BREADTH = 500
"""How many of them are looked at in the order of their distance from the start."""

_OUT = "(out of range)"
_NOT_OFFERED = "(not offered)"

Answers = dict[str, frozenset[str]]
_Days = tuple[datetime.date, datetime.date]


class Difference(NamedTuple):
    """Answers and dates that lead to something else in the two trees."""

    answers: Answers
    care_date: datetime.date
    claim_date: datetime.date


class _Pair(NamedTuple):
    """Where one walk stands in both trees, and what it has met that can still matter."""

    left: str
    right: str
    left_certainty: int
    right_certainty: int
    left_advice: frozenset[str]
    right_advice: frozenset[str]
    questions_differ: bool
    ahead: frozenset[tuple[str, str]]  # answers given on the left, still to be asked on the right


@dataclass(slots=True)
class _Day:
    """The two trees on one day of care and of claiming."""

    left: _Side
    right: _Side
    differ_below: set[str]
    relevant: frozenset[str]


class _Side:
    """One tree on one day: where an option leads, and with what."""

    def __init__(self, tree: DecisionTree, below: Mapping[str, frozenset[str]], days: _Days) -> None:
        self.tree = tree
        self.places = walking_order(tree)
        self.below = below
        self.care_date, claim_date = days
        self.valid = frozenset(
            key
            for key, one in tree.advice.items()
            if (claim_date if one.by_claim_date else self.care_date) in one.window
        )

    def question(self, place: str) -> str | None:
        found = self.places.get(place)
        return None if found is None else found.question

    def step(self, place: str, option: str) -> tuple[str, int, frozenset[str]]:
        """Return the place that an option leads to, the certainty of the way and its advice."""
        routes = self.places[place].routes.get(option)
        if routes is None:
            return _NOT_OFFERED, 0, frozenset()
        for route in routes:
            if self.care_date in route.window:
                return route.target, route.certainty, self.valid.intersection(route.advice) if route.advice else _NONE
        return _OUT, 0, _NONE

    def end(self, place: str, certainty: int, advice: frozenset[str]) -> object:
        """Return all that a walk can expect of where it ended."""
        outcome = self.tree.outcomes.get(place)
        if outcome is None:
            return place
        return _shown(outcome), max(certainty, outcome.certainty), advice | self.valid.intersection(outcome.advice)


_NONE: frozenset[str] = frozenset()


def _shown(outcome: Outcome) -> object:
    return outcome.id, outcome.scheme, outcome.percent, outcome.maximum, outcome.contract


def differences(one: DecisionTree, other: DecisionTree, budget: int = BUDGET) -> Iterator[Difference | Literal[False]]:
    """Yield walks on which two trees differ, those near the day of the rules and the short ones first.

    The trees must have the same questions and start at the same node. When the budget
    is spent False is yielded, and what follows is not known.
    """
    differing = changed(one, other)
    relevant = frozenset(advice_below(one, differing) | advice_below(other, differing))
    differ_below = above(one, differing) | above(other, differing)
    below_one, below_other = asked_below(one), asked_below(other)
    for days in _days(one, other, relevant):
        day = _Day(
            left=_Side(one, below_one, days),
            right=_Side(other, below_other, days),
            differ_below=differ_below,
            relevant=relevant,
        )
        for answers in _on_day(day, one.start):
            if isinstance(answers, int):
                budget -= answers
                if budget <= 0:
                    yield False
                    return
            else:
                yield Difference(answers, *days)


def _days(one: DecisionTree, other: DecisionTree, relevant: frozenset[str]) -> list[_Days]:
    """Return days of care and of claiming of which one stands for every other, nearest first.

    The day of claiming matters only through advice that can differ.
    """
    wish = one.checked_until
    pairs = set()
    claims = claim_spans(one, other, only=relevant)
    for care in care_spans(one, other):
        for claim in claims:
            care_date = day_in(care, wish)
            claim_date = day_in(claim, max(wish, care_date))
            if claim_date < care_date:
                # Care is not claimed before it was given; an earlier day of the span may do.
                care_date = day_in(care, claim_date)
            if care_date <= claim_date:
                pairs.add((care_date, claim_date))
    return sorted(pairs, key=lambda pair: (abs((pair[0] - wish).days) + abs((pair[1] - wish).days), pair))


def _on_day(day: _Day, start: str) -> Iterator[Answers | int]:
    """Yield the answers of walks that end differently, and now and then how many pairs were looked at."""
    first = _Pair(start, start, 0, 0, _NONE, _NONE, False, frozenset())
    came_from: dict[_Pair, tuple[_Pair, str, str] | None] = {first: None}
    ahead = deque([first])
    looked = 0
    while ahead:
        # The short walks first; where the pairs multiply, the first walk that ends.
        pair = ahead.popleft() if looked < BREADTH else ahead.pop()
        looked += 1
        yield 1
        if pair.left not in day.left.places and pair.right not in day.right.places:
            left = day.left.end(pair.left, pair.left_certainty, pair.left_advice)
            right = day.right.end(pair.right, pair.right_certainty, pair.right_advice)
            if left != right or pair.questions_differ or pair.ahead:
                yield _answers(pair, came_from)
            continue
        for question, option, onward in _onward(day, pair):
            if onward not in came_from and not _is_same(day, onward):
                came_from[onward] = (pair, question, option)
                ahead.append(onward)


def _is_same(day: _Day, pair: _Pair) -> bool:
    """Tell whether nothing below a pair can differ any more."""
    return (
        pair.left == pair.right
        and pair.left not in day.differ_below
        and pair.left_certainty == pair.right_certainty
        and pair.left_advice == pair.right_advice
        and not pair.questions_differ
        and not pair.ahead
    )


def _onward(day: _Day, pair: _Pair) -> Iterator[tuple[str, str, _Pair]]:
    """Yield where each answer leads from a pair: question, option, and the pair behind them.

    An empty question says that the walk on the left was not asked anything.
    """
    asks_left, asks_right = day.left.question(pair.left), day.right.question(pair.right)
    given = dict(pair.ahead)
    if asks_right is not None and asks_right in given:
        rest = pair.ahead - {(asks_right, given[asks_right])}
        yield "", "", _right(day, pair, given[asks_right])._replace(ahead=rest)
    elif asks_left is not None:
        for option in day.left.places[pair.left].routes:
            onward = _left(day, pair, option)
            if asks_left == asks_right:
                onward = _right(day, onward, option)
            elif asks_left in day.right.below.get(pair.right, ()):
                onward = onward._replace(ahead=pair.ahead | {(asks_left, option)})
            else:
                onward = onward._replace(questions_differ=True)
            yield asks_left, option, onward
    else:
        for option in day.right.places[pair.right].routes:
            yield "", "", _right(day, pair, option)._replace(questions_differ=True)


def _left(day: _Day, pair: _Pair, option: str) -> _Pair:
    target, certainty, advice = day.left.step(pair.left, option)
    return pair._replace(
        left=target,
        left_certainty=max(pair.left_certainty, certainty),
        left_advice=pair.left_advice | (advice & day.relevant),
    )


def _right(day: _Day, pair: _Pair, option: str) -> _Pair:
    target, certainty, advice = day.right.step(pair.right, option)
    return pair._replace(
        right=target,
        right_certainty=max(pair.right_certainty, certainty),
        right_advice=pair.right_advice | (advice & day.relevant),
    )


def _answers(pair: _Pair, came_from: Mapping[_Pair, tuple[_Pair, str, str] | None]) -> Answers:
    steps = []
    step = came_from[pair]
    while step is not None:
        before, question, option = step
        if question:
            steps.append((question, option))
        step = came_from[before]
    return {question: frozenset({option}) for question, option in reversed(steps)}
