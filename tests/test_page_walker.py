"""The page decides as the engine does: its walker, run by node, against `decide` on many cases."""

from __future__ import annotations

import datetime
import itertools
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cakwizard.deciding.decide import decide, offered
from cakwizard.deciding.verdict import Verdict
from cakwizard.errors import AnswerError
from cakwizard.exporting.page import make_page
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import ALWAYS, Window
from tests import judging
from tests.conftest import TODAY

CASES = {"small": 150, "bundled": 60, "very many": 2000}

Answers = Mapping[str, frozenset[str]]


def settled(
    tree: DecisionTree, answers: Answers, care: datetime.date, claim: datetime.date
) -> tuple[Verdict, list[str]]:
    """Return the verdict, and the questions whose answers no open path offers and which are therefore left out."""
    left, refused = dict(answers), list[str]()
    while True:
        try:
            return decide(tree, left, care, claim), refused
        except AnswerError as fault:
            del left[fault.question]
            refused.append(fault.question)


def told(tree: DecisionTree, answers: Answers, care: datetime.date, claim: datetime.date) -> dict[str, Any]:
    """Return what the engine says of a case, in the shape in which the page answers."""
    verdict, refused = settled(tree, answers, care, claim)

    def route_of(route: Any) -> list[Any]:
        return [route.node, route.option, route.window.start and route.window.start.isoformat()]

    return {
        "possible": [
            {
                "id": one.outcome.id,
                "certainty": int(one.certainty),
                "percent": None if one.percent is None else float(one.percent),
                "date": one.due.date.isoformat() if one.due and one.due.date else None,
                "late": one.due.late if one.due else None,
                "advice": [advice.id for advice in one.advice],
                "routes": [route_of(route) for route in one.routes],
            }
            for one in verdict.possible
        ],
        "refused": refused,
        "to_ask": list(verdict.to_ask),
        "left": verdict.questions_left,
        "decide_next": verdict.decide_next,
        "nearest": route_of(verdict.nearest.route) if verdict.nearest else None,
        "offered": {key: list(offered(tree, key, verdict.answers)) for key in tree.questions},
    }


def way_to(tree: DecisionTree, outcome: str, chance: random.Random) -> tuple[dict[str, str], Window]:
    """Return the answers of a way to an outcome, and the days of care on which it holds."""
    while True:
        key, answers, days = outcome, dict[str, str](), ALWAYS
        while key != tree.start:
            edges: list[Any] = list(tree.graph.in_edges(key, data="route"))
            found = [(route, both) for *_, route in edges if (both := days & route.window) is not None]
            if not found:
                break
            route, days = chance.choice(found)
            key = route.node
            answers[tree.nodes[key].question] = route.option
        else:
            return dict(reversed(answers.items())), days


def random_cases(tree: DecisionTree, seed: int) -> Iterator[tuple[Answers, datetime.date, datetime.date]]:
    """Yield ways to every outcome in turn, with answers left out, opened or changed, on days near every window."""
    chance = random.Random(seed)  # noqa: S311 - the same cases on every run
    days = [day for route in tree.routes() for day in (route.window.start, route.window.end) if day]
    days += [day for one in tree.advice.values() for day in (one.window.start, one.window.end) if day]
    days += [TODAY, datetime.date(2024, 2, 29), datetime.date(1950, 1, 1), datetime.date(2090, 12, 31)]
    for outcome in itertools.cycle(tree.outcomes):
        way, window = way_to(tree, outcome, chance)
        answers = {question: frozenset({option}) for question, option in way.items()}
        for question in chance.sample(list(way), min(len(way), chance.choice([0, 0, 1, 2]))):
            options = list(tree.questions[question].options)
            some = frozenset(chance.sample(options, chance.choice([1, min(2, len(options)), len(options)])))
            answers[question] = some if chance.random() < 0.7 else answers[question] | some
        if chance.random() < 0.3:
            del answers[chance.choice(list(answers))]
        care = chance.choice([day for day in (window.start, window.end, TODAY) if day])
        if chance.random() < 0.3:
            care = chance.choice(days) + datetime.timedelta(days=chance.choice([-400, -1, 0, 1, 31]))
        yield answers, care, care + datetime.timedelta(days=chance.choice([0, 1, 200, 365, 366, 5000]))


@pytest.mark.parametrize("which", ["small", "bundled", pytest.param("very many", marks=pytest.mark.slow)])
def test_the_page_decides_as_the_engine_does(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Outcomes, certainty, share, deadline, advice and next question are those of `decide` in very many cases."""
    tree: DecisionTree = request.getfixturevalue("small" if which == "small" else "tree")
    page = tmp_path / "page.html"
    page.write_bytes(make_page(tree, "nl", today=TODAY))
    source = random_cases(tree, seed=2026)
    cases = [next(source) for _ in range(CASES[which])]
    job = {
        "html": str(page),
        "cases": [
            {
                "answers": {key: sorted(options) for key, options in answers.items()},
                "care": care.isoformat(),
                "claim": claim.isoformat(),
            }
            for answers, care, claim in cases
        ],
    }
    script = str(judging.JUDGES / "page_decide.mjs")
    found = json.loads(judging.run(judging.program("node"), script, given=json.dumps(job).encode()))
    expected = [told(tree, *case) for case in cases]
    for case, one, other in zip(cases, expected, found, strict=True):
        assert other == one, case
    if which == "very many":
        assert {len(verdict["possible"]) for verdict in expected} >= {0, 1, 2}
        decided = {verdict["possible"][0]["id"] for verdict in expected if len(verdict["possible"]) == 1}
        assert decided == set(tree.outcomes)
        assert any(verdict["refused"] for verdict in expected)
