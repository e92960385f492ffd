"""The page as a file: whole in itself, allowed nothing, in both languages, small."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import cakwizard
from cakwizard.deciding.countries import country_names, understand_country
from cakwizard.errors import UsageError
from cakwizard.exporting.page import make_page, script_json
from cakwizard.tree.records import DecisionTree
from tests.conftest import TODAY

PARTS = Path(cakwizard.__file__).parent / "exporting" / "page"


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


def test_a_page_is_the_same_each_time(small: DecisionTree) -> None:
    """The same tree on the same day gives the same bytes, so that a new page means new rules."""
    assert page_of(small) == page_of(small)


def test_it_opens_in_the_language_asked_for(small: DecisionTree) -> None:
    """The language asked for comes first; the other is in the page as well."""
    page = page_of(small, "en")
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>Small tree</title>" in page
    assert data_of(page)["languages"] == ["en", "nl"]
    assert data_of(page)["questions"]["stay"]["text"] == ["Which paper does she have?", "Welk papier heeft zij?"]


def test_it_can_start_for_one_provider_on_one_day(small: DecisionTree) -> None:
    """`only` (an id, label or synonym) and `date` preset the conversation; who or what does not exist is refused."""
    data = data_of(page_of(small, only="verloskundige", date=datetime.date(2025, 5, 1)))
    assert (data["preset"], data["only"], data["date"]) == ("provider", "midwife", "2025-05-01")
    data = data_of(page_of(small))
    assert (data["only"], data["date"]) == (None, None)
    with pytest.raises(UsageError, match="midwive"):
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


def test_the_page_knows_how_old_its_rules_are(tree: DecisionTree) -> None:
    """The days by which a browser tells how old the rules are, are those of the tree."""
    ages = data_of(page_of(tree))["ages"]
    assert ages["checked"] == tree.checked_until.isoformat()
    assert {"name": ["SOV", "SOV"], "end": "2027-02-28"} in ages["ends"]
    assert ages["newest"] == max(one.speaks_to for one in tree.sources.values())


def test_a_page_can_be_mailed(tree: DecisionTree) -> None:
    """The whole page is smaller than half a megabyte."""
    assert len(page_of(tree).encode()) < 500_000
