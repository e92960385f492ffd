"""The answer on one screen: every outcome fits the window and tells what somebody in a hurry needs."""

from __future__ import annotations

import datetime
import io
import os
import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from cakwizard.asking.question import plain as shown
from cakwizard.asking.reader import Reader
from cakwizard.deciding.verdict import Verdict
from cakwizard.saying.card import Card, make_card
from cakwizard.saying.phrases import format_date, headline
from cakwizard.saying.sections import make_sections
from cakwizard.showing.terminal import THEME, draw_card, plain
from cakwizard.showing.text import card_text, full_text
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Text
from tests.conftest import TODAY, assert_screen
from tests.made import decided, verdicts

# Of the window, the rows that the keys, the trail and the prompt leave to the card; and where there are many keys.
SIZES = {"80x24": (80, 19), "40x20": (40, 16), "120x40": (120, 35)}
FEWEST = {"80x24": (80, 17), "40x20": (40, 14), "120x40": (120, 33)}


def drawn(card: Card, width: int, height: int | None = None) -> list[str]:
    """Return the rows of a card as rich prints them."""
    console = Console(record=True, width=width, theme=THEME, file=io.StringIO(), color_system=None)
    console.print(draw_card(card, width, height))
    return console.export_text().splitlines()


def coloured(card: Card) -> str:
    """Return what a terminal with colours gets of a card."""
    console = Console(width=80, theme=THEME, file=io.StringIO(), force_terminal=True, color_system="standard")
    with console.capture() as written:
        console.print(draw_card(card, 80, 19))
    return written.get()


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
def cards(tree: DecisionTree, language: str, every: bool = False) -> list[tuple[Verdict, Card]]:
    """Return a card of each kind for every outcome, or every other card that some way into an outcome gives."""
    found = [(verdict, make_card(verdict, language, today=TODAY)) for verdict in verdicts(tree)]
    same = {repr(card) if every else (card.title, card.name, card.kind): (verdict, card) for verdict, card in found}
    return list(same.values())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_every_outcome_fits(tree: DecisionTree, every: bool, language: str, size: str) -> None:
    """Every outcome tells all of the six facts that it has in the window, in whole sentences, in no longer row."""
    width, height = FEWEST[size]
    told = set()
    for verdict, card in cards(tree, language, every):
        assert verdict.outcome is not None
        outcome = verdict.outcome.outcome
        told.add(outcome.id)
        facts = {row.id for row in card.rows}
        assert "steps" in facts
        assert ("contract" in facts) == (outcome.contract is not None)
        assert ("referral" in facts) == any(one.kind == "referral" for one in verdict.outcome.advice)
        assert ("deadline" in facts) == (outcome.deadline is not None or tree.schemes[outcome.scheme].claimable)
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
    answers, day = {"payer": "nobody", "nationality": "dutch", "provider": "gp"}, datetime.date(2025, 3, 31)
    card = make_card(decided(small, day, datetime.date(2026, 4, 1), **answers), "nl", today=TODAY)
    assert card.kind == "late"
    assert "\x1b[31m╭" in coloured(card)
    assert "✗ Te laat: moest binnen zijn op 31-3-2026. Vraag het loket of het nog kan." in inside(drawn(card, 80), 80)
    in_time = decided(small, day, datetime.date(2026, 3, 31), **answers)
    assert make_card(in_time, "nl", today=TODAY).kind == "decided"


def test_unsettled_is_a_question_to_send(small: DecisionTree) -> None:
    """Where nothing is decided the card says what to do meanwhile, gives the question for the authority, and why."""
    card = make_card(decided(small, payer="nobody", nationality="other", stay="asylum"), "nl", today=TODAY)
    assert card.kind == "unsettled"
    assert [row.id for row in card.rows] == ["meanwhile", "steps", "why"]
    said = inside(drawn(card, 80, 19), 80)
    assert "Stel het loket deze vraag: “Patiënt vroeg asiel en heeft geen dekking." in said
    assert said.count("Geef de zorg die nodig is") == 1
    assert "De wet en het loket zeggen iets anders." in said


def test_open_is_a_table(small: DecisionTree) -> None:
    """Where several outcomes are open the card says what to find out and what each answer leads to."""
    verdict = decided(small, payer="nobody", nationality="other", provider="gp")
    card = make_card(verdict, "nl", today=TODAY)
    assert card.kind == "open"
    assert len(card.branches) == 3
    for size in SIZES.values():
        said = inside(drawn(card, *size), 80)
        assert "Zoek eerst uit Welk papier heeft zij?" in said
        assert all(branch.answers[0] in said for branch in card.branches)
        assert said.count("100%") == 1
    everything = make_card(decided(small), "nl", today=TODAY)
    assert [branch.pays for branch in everything.branches] == ["?", "", "0%"]


def test_open_fits_whatever_is_open(tree: DecisionTree) -> None:
    """A card of open outcomes fits the window after any first answer, and names how many rows are left."""
    start = tree.nodes[tree.start].question
    # A nationality may leave no room for another answer.
    beforehand = {start: "nobody", "insurance_duty": "not_obliged", "provider": "dentist"}
    for answers in ({}, beforehand, *({start: option} for option in tree.questions[start].options)):
        verdict = decided(tree, **answers)
        for language in ("nl", "en"):
            card = make_card(verdict, language, today=TODAY)
            for name, (width, height) in SIZES.items():
                rows = drawn(card, width, height)
                assert len(rows) <= height, (answers, name, "\n".join(rows))
                assert card.kind != "open" or card.branches


def test_out_of_range_names_the_nearest(small: DecisionTree) -> None:
    """On a day without a rule the card says when there is one, and what the tree says of it."""
    before = decided(small, datetime.date(2016, 5, 1), payer="nobody", nationality="fled", provider="midwife")
    card = make_card(before, "en", today=TODAY)
    assert card.kind == "out_of_range"
    said = inside(drawn(card, 80, 19), 80)
    assert "For care on 1-5-2016 this program knows no rule here." in said
    assert "From 1-3-2017 on there is a rule." in said


def test_foot_says_how_old_the_rule_is(small: DecisionTree) -> None:
    """The foot tells the day of care, whether that is today, and until when the newest source of each kind speaks."""
    answers = {"payer": "nobody", "nationality": "fled"}
    card = make_card(decided(small, **answers), "nl", today=TODAY)
    assert card.foot[0] == "zorg 24-11-2026 (vandaag) · wet gezien tot 9-8-2026"
    assert card.foot[-1] == "zorg vandaag"
    earlier = make_card(decided(small, datetime.date(2026, 1, 2), TODAY, **answers), "nl", today=TODAY)
    assert earlier.foot[0].startswith("zorg 2-1-2026 ·")


@pytest.mark.parametrize(("width", "height"), [(1, 1), (8, 3), (11, 5), (39, 1), (200, 4)])
def test_no_window_is_too_small(small: DecisionTree, width: int, height: int) -> None:
    """A card is drawn in any window, however small."""
    for verdict in (decided(small), decided(small, payer="policy")):
        assert drawn(make_card(verdict, "nl", today=TODAY), width, height)


def test_hostile_text_stays_text(small: DecisionTree) -> None:
    """Markup and escape codes in a tree are shown as text and steer nothing."""
    hostile = "[red]boom[/red] \x1b[2J\x1b]8;;https://evil.example\x07klik [link=https://evil.example]hier[/link]"
    outcome = replace(small.outcomes["insurer"], pays=Text({"nl": hostile}), title=Text({"nl": "[bold]x[/bold]"}))
    hostile_tree = replace(small, outcomes={**small.outcomes, "insurer": outcome})
    card = make_card(decided(hostile_tree, payer="policy"), "nl", today=TODAY)
    out = coloured(card)
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


# -- golden screens: what a midwife sees at the moments that matter; look at them in tests/screens

ROOT = Path(__file__).parent.parent
NO_PAPERS = "payer=nobody nationality=other stay=none provider=midwife maternity_care=maternity"
POLISH = "payer=nobody nationality=eu_efta_uk insurance_duty=over_4_months provider=midwife maternity_care=maternity"
ASYLUM = "nationality=other stay=waiting waiting_for=asylum paid_work=no may_wait=yes provider=midwife"
MOMENTS = {
    "no-papers": (NO_PAPERS, TODAY),
    "polish": (POLISH, TODAY),
    "polish-late": (POLISH, datetime.date(2025, 2, 10)),
    "asylum": (f"payer=nobody {ASYLUM}", TODAY),
    "paper-unknown": (NO_PAPERS.replace("stay=none ", ""), TODAY),
    "nothing-known": ("provider=midwife", TODAY),
    "too-early": ("payer=rmo", datetime.date(2021, 5, 1)),
    "insured": ("payer=dutch_policy", TODAY),
    "gp": ("payer=nobody nationality=other stay=none provider=gp pregnancy_related=no in_package=yes", TODAY),
}
CARDS = [
    *((moment, "80x24", "nl") for moment in MOMENTS),
    *((moment, "40x20", "nl") for moment in ("no-papers", "polish-late", "asylum", "paper-unknown", "too-early")),
    *((moment, "120x40", "nl") for moment in ("no-papers", "asylum", "nothing-known")),
    *((moment, size, "en") for moment in ("no-papers", "asylum") for size in ("80x24", "40x20")),
    ("polish-late", "80x24", "en"),
]


def case(tree: DecisionTree, moment: str) -> Verdict:
    """Decide one of the moments."""
    given, care = MOMENTS[moment]
    return decided(tree, care, TODAY, **dict(one.split("=") for one in given.split()))


@pytest.mark.parametrize(("moment", "size", "language"), CARDS)
def test_card(tree: DecisionTree, moment: str, size: str, language: str) -> None:
    """The card of a moment looks as it did when somebody last looked at it."""
    verdict = case(tree, moment)
    card = make_card(verdict, language, today=TODAY)
    assert_screen(f"card-{moment}-{size}-{language}", "\n".join(drawn(card, *SIZES[size])))


@pytest.mark.parametrize(
    ("tab", "width", "height", "language"),
    [("steps", 80, 24, "nl"), ("mind", 40, 20, "nl"), ("sources", 40, 20, "nl"), ("change", 120, 40, "en")],
)
def test_reader(tree: DecisionTree, tab: str, width: int, height: int, language: str) -> None:
    """A tab of the reader looks as it did when somebody last looked at it."""
    verdict = case(tree, "no-papers")
    assert verdict.outcome is not None
    sections = make_sections(verdict, language, today=TODAY)
    reader = Reader(sections, language, headline(tree, verdict.outcome, language), tab, bool)
    assert_screen(f"reader-{tab}-{width}x{height}-{language}", shown(reader.draw(width, height)))


def test_text(tree: DecisionTree) -> None:
    """The card in sentences, and all there is to say in Markdown, read as they did."""
    verdict = case(tree, "no-papers")
    assert_screen("text-no-papers-nl", card_text(make_card(verdict, "nl", today=TODAY)))
    assert_screen("text-paper-unknown-en", card_text(make_card(case(tree, "paper-unknown"), "en", today=TODAY)))
    assert_screen("full-no-papers-nl", full_text(verdict, "nl", "markdown", today=TODAY))


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 20)])
@pytest.mark.slow
def test_in_a_pseudo_terminal(tree: DecisionTree, width: int, height: int) -> None:
    """On a real terminal, in colour and with links, the card of every outcome stands on the screen as it was drawn."""
    pexpect, pyte = pytest.importorskip("pexpect"), pytest.importorskip("pyte")
    room = height - 5
    program = f"""
from cakwizard.loading import load
from cakwizard.saying.card import make_card
from cakwizard.showing.terminal import draw_card, make_console
from tests.conftest import TODAY
from tests.made import verdicts
console = make_console()
for verdict in {{one.possible[0].outcome.id: one for one in verdicts(load())}}.values():
    print(end="\\x1b[H\\x1b[2J")
    console.print(draw_card(make_card(verdict, "nl", today=TODAY), console.width, {room}))
    print(end="\\x1b_next", flush=True)
"""
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(width)}
    child = pexpect.spawn(
        sys.executable, ["-c", program], dimensions=(height, width), env=environ, cwd=ROOT, timeout=60
    )
    pieces = child.read().split(b"\x1b_next")[:-1]
    cases = {one.possible[0].outcome.id: one for one in verdicts(tree)}
    assert len(pieces) == len(cases)
    for piece, verdict in zip(pieces, cases.values(), strict=True):
        screen = pyte.Screen(width, height)
        pyte.ByteStream(screen).feed(piece)
        expected = drawn(make_card(verdict, "nl", today=TODAY), width, room)
        assert [row.rstrip() for row in screen.display[: len(expected)]] == expected
        assert not "".join(screen.display[len(expected) :]).strip()
        assert b"\x1b[36m" in piece or b"\x1b[31m" in piece or b"\x1b[33m" in piece
