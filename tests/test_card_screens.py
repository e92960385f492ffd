"""Golden screens: what a midwife sees at the moments that matter. Look at them: tests/screens/*.txt."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path

import pytest

from cakwizard.asking.question import plain
from cakwizard.asking.reader import Reader
from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Verdict
from cakwizard.saying.card import make_card
from cakwizard.saying.phrases import headline
from cakwizard.saying.sections import make_sections
from cakwizard.showing.text import card_text, full_text
from cakwizard.tree.records import DecisionTree
from tests.conftest import TODAY, assert_screen
from tests.made import verdicts
from tests.test_card import SIZES, drawn

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
    answers = {question: frozenset({option}) for question, option in (one.split("=") for one in given.split())}
    return decide(tree, answers, care, TODAY)


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
    reader = Reader(sections, language, headline(tree, verdict.outcome, language), tab)
    assert_screen(f"reader-{tab}-{width}x{height}-{language}", plain(reader.draw(width, height)))


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
