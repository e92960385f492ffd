"""The answer on one screen: every outcome fits the window and tells what somebody in a hurry needs."""

from __future__ import annotations

import datetime
import io
import re
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import pytest
from rich.cells import cell_len
from rich.console import Console

from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Verdict
from cakwizard.saying.card import Card, make_card
from cakwizard.saying.phrases import format_date
from cakwizard.showing.terminal import STYLES, THEME, draw_card, plain, prompt_styles
from cakwizard.showing.text import card_text
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Text
from tests.conftest import TODAY
from tests.made import verdicts

# Of the window, the rows that the keys, the trail and the prompt leave to the card; and where there are many keys.
SIZES = {"80x24": (80, 19), "40x20": (40, 16), "120x40": (120, 35)}
FEWEST = {"80x24": (80, 17), "40x20": (40, 14), "120x40": (120, 33)}


def drawn(card: Card, width: int, height: int | None = None) -> list[str]:
    """Return the rows of a card as rich prints them."""
    console = Console(record=True, width=width, theme=THEME, file=io.StringIO(), color_system=None)
    console.print(draw_card(card, width, height))
    return console.export_text().splitlines()


def inside(rows: list[str], width: int) -> str:
    """Return what stands in a card's frame as one line; of two columns the left one and then the right one."""
    texts = [row[2:-2] for row in rows[1:-1]]
    if width >= 110:
        columns = [re.search(r"(?:^|\s)(Let op|Mind)\s*$", texts[0])] if texts else []
        if columns and columns[0]:
            split = columns[0].start(1)
            texts = [text[:split] for text in texts] + [text[split:] for text in texts]
    return " ".join(" ".join(texts).split())


@cache
def cards(tree: DecisionTree, language: str) -> list[tuple[Verdict, Card]]:
    """Return a card for every way into every outcome; what would be the same card again is left out."""
    found = [(verdict, make_card(verdict, language, today=TODAY)) for verdict in verdicts(tree)]
    return list({repr(card): (verdict, card) for verdict, card in found}.values())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_outcome_fits(tree: DecisionTree, language: str, size: str) -> None:
    """Every outcome tells all of the six facts that it has in the window, in whole sentences, in no longer row."""
    width, height = FEWEST[size]
    told = set()
    for verdict, card in cards(tree, language):
        assert verdict.outcome is not None
        outcome = verdict.outcome.outcome
        told.add(outcome.id)
        assert card.row("steps") is not None
        assert (card.row("contract") is not None) == (outcome.contract is not None)
        assert (card.row("referral") is not None) == any(one.kind == "referral" for one in verdict.outcome.advice)
        assert (card.row("deadline") is not None) == (
            outcome.deadline is not None or tree.schemes[outcome.scheme].claimable
        )
        rows = drawn(card, width, height)
        where = f"{outcome.id} on {verdict.care_date}, claimed {verdict.claim_date}\n" + "\n".join(rows)
        assert len(rows) <= height, where
        assert {cell_len(row) for row in rows} == {width}, where
        assert card.title in rows[0], where
        assert card.certainty_text in rows[0], where
        assert format_date(verdict.care_date, language) in rows[-1] or card.foot[-1] in rows[-1], where
        said = inside(rows, width)
        assert " ".join(card.lead.split()) in said, where
        for row in card.rows:
            if row.id != "mind":
                assert row.heading in said, where
                first = row.items[-1 if row.pinned else 0]
                assert any(" ".join(form.split()) in said for form in (first.text, *first.shorter)), where
        assert "…" not in said, where
    assert told == set(tree.outcomes)


@pytest.mark.parametrize("width", [80, 120])
def test_a_tall_window_shows_more(tree: DecisionTree, width: int) -> None:
    """With room to spare a card shows all its sentences, of what to mind the first, and counts what is behind."""
    for _, card in cards(tree, "nl"):
        said = inside(drawn(card, width), width)
        for row in card.rows:
            shown = row.items[: 2 if row.id == "mind" and width < 110 else None]
            assert all(" ".join(item.text.split()) in said for item in shown), (card.title, card.name, row.id)
            behind = row.behind + len(row.items) - len(shown)
            assert not behind or f"+{behind}" in said, (card.title, card.name, row.id)


def test_late_is_told_by_frame_and_words(small: DecisionTree) -> None:
    """A claim after the last day has a card of its own, in red and in words."""
    answers = {"payer": frozenset({"nobody"}), "nationality": frozenset({"dutch"}), "provider": frozenset({"gp"})}
    card = make_card(decide(small, answers, datetime.date(2025, 3, 31), datetime.date(2026, 4, 1)), "nl", today=TODAY)
    assert card.kind == "late"
    console = Console(width=80, theme=THEME, file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(draw_card(card, 80, 19))
    assert isinstance(console.file, io.StringIO)
    assert "\x1b[31m╭" in console.file.getvalue()
    assert "✗ Te laat: moest binnen zijn op 31-3-2026. Vraag het loket of het nog kan." in inside(drawn(card, 80), 80)
    in_time = make_card(
        decide(small, answers, datetime.date(2025, 3, 31), datetime.date(2026, 3, 31)), "nl", today=TODAY
    )
    assert in_time.kind == "decided"


def test_unsettled_is_a_question_to_send(small: DecisionTree) -> None:
    """Where nothing is decided the card says what to do meanwhile, gives the question for the authority, and why."""
    answers = {"payer": frozenset({"nobody"}), "nationality": frozenset({"other"}), "stay": frozenset({"asylum"})}
    card = make_card(decide(small, answers, TODAY), "nl", today=TODAY)
    assert card.kind == "unsettled"
    assert [row.id for row in card.rows] == ["meanwhile", "steps", "why"]
    said = inside(drawn(card, 80, 19), 80)
    assert "Stel het loket deze vraag: “Patiënt vroeg asiel en heeft geen dekking." in said
    assert said.count("Geef de zorg die nodig is") == 1
    assert "De wet en het loket zeggen iets anders." in said


def test_open_is_a_table(small: DecisionTree) -> None:
    """Where several outcomes are open the card says what to find out and what each answer leads to."""
    answers = {"payer": frozenset({"nobody"}), "nationality": frozenset({"other"}), "provider": frozenset({"gp"})}
    verdict = decide(small, answers, TODAY)
    card = make_card(verdict, "nl", today=TODAY)
    assert card.kind == "open"
    assert len(card.branches) == 3
    for size in SIZES.values():
        said = inside(drawn(card, *size), 80)
        assert "Zoek eerst uit Welk papier heeft zij?" in said
        assert all(branch.answers[0] in said for branch in card.branches)
        assert said.count("100%") == 1
    everything = make_card(decide(small, {}, TODAY), "nl", today=TODAY)
    assert [branch.pays for branch in everything.branches] == ["?", "", "0%"]


def test_open_fits_whatever_is_open(tree: DecisionTree) -> None:
    """A card of open outcomes fits the window after any first answer, and names how many rows are left."""
    start = tree.nodes[tree.start].question
    given = [{}, *({start: frozenset({option})} for option in tree.questions[start].options)]
    for answers in given:
        verdict = decide(tree, answers, TODAY)
        for language in ("nl", "en"):
            card = make_card(verdict, language, today=TODAY)
            for name, (width, height) in SIZES.items():
                rows = drawn(card, width, height)
                assert len(rows) <= height, (answers, name, "\n".join(rows))
                assert card.kind != "open" or card.branches


def test_out_of_range_names_the_nearest(small: DecisionTree) -> None:
    """On a day without a rule the card says when there is one, and what the tree says of it."""
    answers = {"payer": frozenset({"nobody"}), "nationality": frozenset({"fled"})}
    before = decide(small, {**answers, "provider": frozenset({"midwife"})}, datetime.date(2016, 5, 1))
    card = make_card(before, "en", today=TODAY)
    assert card.kind == "out_of_range"
    said = inside(drawn(card, 80, 19), 80)
    assert "For care on 1-5-2016 this program knows no rule here." in said
    assert "From 1-3-2017 on there is a rule." in said


def test_foot_says_how_old_the_rule_is(small: DecisionTree) -> None:
    """The foot tells the day of care, whether that is today, and until when the newest source of each kind speaks."""
    answers = {"payer": frozenset({"nobody"}), "nationality": frozenset({"fled"})}
    card = make_card(decide(small, answers, TODAY), "nl", today=TODAY)
    assert card.foot[0] == "zorg 24-11-2026 (vandaag) · wet gezien tot 9-8-2026"
    assert card.foot[-1] == "zorg vandaag"
    earlier = make_card(decide(small, answers, datetime.date(2026, 1, 2), TODAY), "nl", today=TODAY)
    assert earlier.foot[0].startswith("zorg 2-1-2026 ·")


@pytest.mark.parametrize(("width", "height"), [(1, 1), (8, 3), (11, 5), (39, 1), (200, 4)])
def test_no_window_is_too_small(small: DecisionTree, width: int, height: int) -> None:
    """A card is drawn in any window, however small."""
    for answers in ({}, {"payer": frozenset({"policy"})}):
        assert drawn(make_card(decide(small, answers, TODAY), "nl", today=TODAY), width, height)


def test_hostile_text_stays_text(small: DecisionTree) -> None:
    """Markup and escape codes in a tree are shown as text and steer nothing."""
    hostile = "[red]boom[/red] \x1b[2J\x1b]8;;https://evil.example\x07klik [link=https://evil.example]hier[/link]"
    outcome = replace(small.outcomes["insurer"], pays=Text({"nl": hostile}), title=Text({"nl": "[bold]x[/bold]"}))
    small_with = replace(small, outcomes=MappingProxyType({**small.outcomes, "insurer": outcome}))
    card = make_card(decide(small_with, {"payer": frozenset({"policy"})}, TODAY), "nl", today=TODAY)
    console = Console(width=80, theme=THEME, file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(draw_card(card, 80, 19))
    assert isinstance(console.file, io.StringIO)
    out = console.file.getvalue()
    assert "[red]boom[/red]" in out
    assert "[bold]x[/bold]" in out
    assert "\x1b[2J" not in out
    assert "\x1b]8;;https://evil.example\x07" not in out
    assert "\x1b" not in card_text(card)


def test_address_is_a_link_and_never_broken() -> None:
    """An address too long for its row is shown by its host, and leads to the whole."""
    address = "https://wetten.overheid.nl/BWBR0018450/2026-01-01#Artikel122a"
    whole, short = plain(f"Zie {address}.", 80), plain(f"Zie {address}.", 30)
    assert (whole.plain, short.plain) == (f"Zie {address}.", "Zie wetten.overheid.nl.")
    assert {getattr(span.style, "link", None) for text in (whole, short) for span in text.spans} == {address}


def test_one_theme_for_both_libraries() -> None:
    """prompt_toolkit gets the same colours as rich, all of the sixteen that suit a light and a dark window."""
    from prompt_toolkit.styles import Style

    styles = prompt_styles()
    assert set(styles) == set(STYLES) <= set(THEME.styles)
    assert Style.from_dict(styles)
    assert styles["key"] == "bold ansicyan"
