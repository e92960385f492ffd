"""Following one complete walk gives what deciding gives, without the rest."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

import pytest

from cakwizard.errors import AnswerError
from cakwizard.model import DecisionTree
from cakwizard.walking import decide
from cakwizard.walking import follow
from cakwizard.walking import walking_order

DAYS = [datetime.date.fromisoformat(day) for day in ("2016-06-01", "2022-02-28", "2022-07-01", "2026-11-21")]

Given = dict[str, frozenset[str]]


def complete_walks(tree: DecisionTree, day: datetime.date) -> Iterator[Given]:
    """Yield the answers of every walk from the start to an outcome on a day."""
    places = walking_order(tree)

    def onward(key: str, given: Given) -> Iterator[Given]:
        if key in tree.outcomes:
            yield given
            return
        for option, routes in places[key].routes.items():
            for route in routes:
                if day in route.window:
                    yield from onward(route.target, {**given, places[key].question: frozenset({option})})

    yield from onward(tree.start, {})


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_complete_walk_ends_where_deciding_it_ends(
    tree: DecisionTree, small: DecisionTree, day: datetime.date
) -> None:
    """For each walk of either tree on a day, following and deciding name one and the same outcome."""
    for one in (tree, small):
        for given in complete_walks(one, day):
            decided = decide(one, given, day).outcome
            assert decided is not None
            assert follow(one, given, day) is decided.outcome


def test_what_is_followed_is_what_is_decided_whatever_the_answers(tree: DecisionTree) -> None:
    """Where answers are drawn by lot, following gives nothing or what deciding gives."""
    lot = random.Random(7)  # noqa: S311 - nothing is kept secret here
    ended = 0
    for _ in range(1500):
        day = lot.choice(DAYS)
        asked = [question for question in tree.questions if lot.random() < 0.95]
        given = {question: frozenset({lot.choice(list(tree.questions[question].options))}) for question in asked}
        found = follow(tree, given, day)
        try:
            decided = decide(tree, given, day).outcome
        except AnswerError:
            assert found is None
            continue
        ended += found is not None
        assert found is None or (decided is not None and found is decided.outcome)
    assert ended > 100


def test_nothing_is_followed_past_an_answer_that_is_not_there(small: DecisionTree) -> None:
    """A missing, an open and an absent answer, and a day without a route, end the walk without an outcome."""
    yes, other = frozenset({"yes"}), frozenset({"other"})
    day = datetime.date(2022, 6, 30)
    assert follow(small, {}, day) is None
    assert follow(small, {"resident": frozenset({"yes", "no"})}, day) is None
    assert follow(small, {"resident": yes, "nationality": frozenset({"martian"})}, day) is None
    complete = {"resident": yes, "nationality": other, "provider": frozenset({"midwife"})}
    assert follow(small, complete, day) is small.outcomes["scheme_a_full"]
    assert follow(small, complete, datetime.date(1999, 1, 1)) is None
