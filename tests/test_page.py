"""The page as a file: whole in itself, allowed nothing, small; and its walker, run by node, decides as the engine."""

from __future__ import annotations

import base64
import datetime
import hashlib
import itertools
import json
import random
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import cakwizard as package
from cakwizard.deciding.countries import country_names, understand_country
from cakwizard.deciding.decide import decide, offered
from cakwizard.deciding.verdict import Verdict
from cakwizard.errors import AnswerError
from cakwizard.exporting.page import make_page, script_json
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import ALWAYS, Window
from tests import judging
from tests.conftest import SMALL, TODAY, Cakwizard

PARTS = Path(package.__file__).parent / "exporting" / "page"


def page_of(tree: DecisionTree, language: str = "nl", **options: Any) -> str:
    """Return the text of a page."""
    return make_page(tree, language, today=TODAY, **options).decode()


def data_of(page: str) -> Any:
    """Return what the script of a page reads."""
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


def test_the_script_stays_small() -> None:
    """All JavaScript together is at most 500 lines: what can be written beforehand is written by Python."""
    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in PARTS.glob("*.js")) <= 500


def test_a_page_needs_nothing_and_may_nothing(tree: DecisionTree) -> None:
    """The page names no other file, and its policy allows its own script and style by their hash and nothing else."""
    page = page_of(tree)
    assert not re.findall(r"<(?:link|img|iframe|object|embed|base|form action)\b", page)
    assert not re.findall(r"<[^>]* (?:src|style|on\w+)=", page)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    rules = dict(rule.split(" ", 1) for rule in unescape(policy).split("; "))
    for name, tag in (("script-src", "script"), ("style-src", "style")):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert rules.pop(name) == f"'sha256-{digest}'"
    assert rules == {"default-src": "'none'", "form-action": "'none'", "base-uri": "'none'"}


def test_it_opens_in_the_language_asked_for(small: DecisionTree) -> None:
    """The language asked for comes first, with the other; the same rules on the same day give the same bytes."""
    page = page_of(small, "en")
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>Small tree</title>" in page
    assert data_of(page)["languages"] == ["en", "nl"]
    assert data_of(page)["questions"]["stay"]["text"] == ["Which paper does she have?", "Welk papier heeft zij?"]
    assert page_of(small) == page_of(small)


def test_it_can_start_for_one_provider_on_one_day(small: DecisionTree, cakwizard: Cakwizard) -> None:
    """`only` (an id, label or synonym) and `date` preset the conversation; who or what does not exist is refused."""
    data = data_of(page_of(small, only="verloskundige", date=datetime.date(2025, 5, 1)))
    assert (data["preset"], data["only"], data["date"]) == ("provider", "midwife", "2025-05-01")
    picked = ("--only", "verloskundige", "--date", "2025-05-01")
    assert data_of(cakwizard("export", "html", "--tree", str(SMALL), *picked).out) == data
    data = data_of(page_of(small))
    assert (data["only"], data["date"]) == (None, None)
    with pytest.raises(AnswerError, match="midwive"):
        page_of(small, only="midwive")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_a_script_every_question_is_there(tree: DecisionTree, language: str) -> None:
    """A device that runs no script shows the questions of today and where they lead, as text."""
    (outline,) = re.findall(r"<noscript>(.*?)</noscript>", page_of(tree, language), re.DOTALL)
    for key in ("payer", "nationality", "stay", "maternity_care"):
        assert tree.questions[key].text[language] in unescape(outline)


def test_no_text_ends_the_data() -> None:
    """Whatever a text holds, the data in the page neither ends its element nor opens another."""
    text = "</script><!-- <script> & \u2028 ]]>"
    written = script_json({"text": text})
    assert not set("<>&\u2028") & set(written)
    assert json.loads(written) == {"text": text}


def test_countries_leave_open_what_they_do_in_the_program(tree: DecisionTree) -> None:
    """Every country of the list on the page leaves the same answers open as the same country typed in the program."""
    question = tree.questions["nationality"]
    countries = data_of(page_of(tree))["questions"]["nationality"]["countries"]
    assert len(countries) == len(country_names("nl"))
    for one in countries:
        understood = understand_country(question, one["name"][0], "nl")
        assert understood is not None
        assert set(one["options"]) == understood.options, one["name"]
    poland = next(one for one in countries if one["name"] == ["Polen", "Poland"])
    assert {"pl", "polen", "poland", "poolse", "polish"} <= set(poland["words"].split())


def test_the_page_knows_how_old_its_rules_are_and_can_be_mailed(tree: DecisionTree) -> None:
    """The days by which a browser tells how old the rules are, are the tree's; the page is under half a megabyte."""
    ages = data_of(page_of(tree))["ages"]
    assert ages["checked"] == tree.checked_until.isoformat()
    assert {"name": ["SOV", "SOV"], "end": "2027-02-28"} in ages["ends"]
    assert ages["newest"] == max(one.speaks_to for one in tree.sources.values())
    assert len(page_of(tree).encode()) < 500_000


# -- the walker against `decide` on many cases -----------------------------------------------

CASES = {"small": 60, "bundled": 40, "very many": 2000}

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
                "date": one.due.isoformat() if one.due else None,
                "late": one.late if one.due else None,
                "advice": [advice.id for advice in one.advice],
                "routes": [route_of(route) for route in one.routes],
            }
            for one in verdict.possible
        ],
        "refused": refused,
        "to_ask": list(verdict.to_ask),
        "left": verdict.questions_left,
        "decide_next": verdict.decide_next,
        "nearest": route_of(verdict.nearest) if verdict.nearest else None,
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
    found = judging.node("page_decide.mjs", json.dumps(job).encode())
    expected = [told(tree, *case) for case in cases]
    for case, one, other in zip(cases, expected, found, strict=True):
        assert other == one, case
    if which == "very many":
        assert {len(verdict["possible"]) for verdict in expected} >= {0, 1, 2}
        decided = {verdict["possible"][0]["id"] for verdict in expected if len(verdict["possible"]) == 1}
        assert decided == set(tree.outcomes)
        assert any(verdict["refused"] for verdict in expected)
