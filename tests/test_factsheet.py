"""Fact sheets to sign: every sentence of every outcome with its source, and since an older tree only what differs."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from pypdf import PdfReader

from cakwizard.exporting.factsheet import make_factsheet
from cakwizard.saying.phrases import ended
from cakwizard.saying.sections import worded
from cakwizard.tree.records import DecisionTree
from tests.made import tree_with, without_routes


def sheets_of(
    tree: DecisionTree, language: str = "nl", since: DecisionTree | None = None
) -> tuple[str, list[str], str]:
    """Return the words of the head, of the sheet of each outcome, and of the rules, without markup."""
    page = make_factsheet(tree, language, since=since).decode()
    head, *sheets = page.split("<section>")[1:]
    words = [" ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split()) for part in (head, *sheets)]
    has_rules = "R1." in words[-1] or "De regels op de wegen Klopt" in words[-1]
    return words[0], words[1:-1] if has_rules else words[1:], words[-1] if has_rules else ""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_sentence_of_an_outcome_is_on_its_sheet(tree: DecisionTree, language: str) -> None:
    """The sheet of an outcome holds all its advice, whatever the day, with boxes to tick and a place to sign."""
    head, sheets, rules = sheets_of(tree, language)
    assert len(sheets) == len(tree.outcomes)
    for outcome, sheet in zip(tree.outcomes.values(), sheets, strict=True):
        assert outcome.title[language] in sheet
        for key in outcome.advice:
            sentence = worded(tree.advice[key], language)
            text = f"{ended(sentence.text)} {sentence.more}" if sentence.more else sentence.text
            assert " ".join(text.split()) in sheet
        assert sheet.count("☐") >= len(outcome.advice) + 2
        assert ("Handtekening" if language == "nl" else "Signature") in sheet
    assert rules.count("☐") == tree.graph.number_of_edges()
    assert tree.edition in head
    assert tree.sha256[:12] in head


def test_a_sheet_says_how_one_gets_there_and_by_what(small: DecisionTree) -> None:
    """Ways in answers with rules and days; claims with certainty and source, one for each span of a share."""
    _, sheets, rules = sheets_of(small)
    sheet = next(sheet for sheet in sheets if "SOV · subsidie voor onverzekerden" in sheet)
    assert "Betaler: Niemand, of maar een deel (R1); Nationaliteit: Nederlandse (R5)" in sheet
    assert "(van 1-3-2017 t/m 28-2-2018)" in sheet
    assert "Er zijn meer wegen; de laatste stap is een van R" in sheet
    assert re.search(r"Het loket betaalt 100% van wat open blijft\. \(100%\) zeker S\d \(maart 2017\)", sheet)
    assert "Meld haar bij het meldpunt. (t/m 28-2-2018) (alleen op sommige wegen)" in sheet
    assert "R1. Wie kan of moet de zorg betalen? Niemand, of maar een deel → Welke nationaliteit" in rules
    _, sheets, _ = sheets_of(small)
    part = next(part for part in sheets if "andere zorg, een deel" in part)
    assert "betaalt hooguit 80%. (max. 80%, t/m 31-12-2027)" in part
    assert "betaalt hooguit 75%. (max. 75%, vanaf 1-1-2028)" in part


def test_since_an_older_tree_only_what_differs(small: DecisionTree) -> None:
    """Only outcomes that say something else have a sheet, with what is new and gone; since itself there is none."""
    new = tree_with(
        ("Het kind valt er ook onder.", "Het kind hoort erbij."),
        ('edition: "1"', 'edition: "2"'),
        ("patient: {to: patient, advice", "patient: {to: patient, certainty: likely, advice"),
    )
    head, sheets, rules = sheets_of(new, since=small)
    assert "Alleen wat anders is dan in uitgave 1: 1 uitkomst." in head
    (sheet,) = sheets
    assert "Let op: Het kind hoort erbij." in sheet
    assert "Wat er niet meer staat Let op: Het kind valt er ook onder." in sheet
    assert sheet.count("☐") == 3
    assert rules.count("☐") == 1
    assert "waarschijnlijk" in rules
    none, no_sheets, no_rules = sheets_of(small, since=small)
    assert "0 uitkomsten" in none
    assert (no_sheets, no_rules) == ([], "")
    less = without_routes(small, [next(small.routes())])
    assert sheets_of(small, since=less)[2].count("☐") == 1


def test_as_pdf_for_paper(small: DecisionTree) -> None:
    """The PDF has a sheet of paper or more for each outcome, can be searched, and is tagged for who listens to it."""
    made = PdfReader(io.BytesIO(make_factsheet(small, "nl", paper=True)))
    root: Any = made.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    texts = [" ".join(page.extract_text().split()) for page in made.pages]
    for outcome in small.outcomes.values():
        assert any(text.startswith("Uitkomst") and outcome.title["nl"] in text for text in texts)
    assert "Fingerprint" not in texts[0]
    assert "Vingerafdruk" in texts[0]
