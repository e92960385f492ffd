"""The outcome as plain text and Markdown, to paste."""

from __future__ import annotations

import base64
import datetime
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from cakwizard.formats import MAX_CLIPBOARD
from cakwizard.formats import clipboard_sequence
from cakwizard.formats import format_verdict
from cakwizard.formats import message_text
from cakwizard.interface import words
from cakwizard.loading import load_tree
from cakwizard.model import DecisionTree
from cakwizard.rendering import Block
from cakwizard.walking import decide
from tests.conftest import Cakwizard

TREES = Path(__file__).parent / "trees"
DAY = datetime.date(2025, 12, 1)
MIDWIFE = ("--set", "provider=midwife", "--date", "2025-12-01", "--claim-date", "2025-12-01")

TEXT = """\
Regeling A: 100% van de rekening

Wie betaalt wat?
- Het loket betaalt 100%. [1]

Hoe zeker is dit?
- {settled}

Wat u nu doet
1. Stuur het formulier op. [1]

Contract
- U hebt geen contract nodig. [1]

Meesturen
[ ] De rekening [1]
[ ] De brief van de *huisarts* [1]
- Toestemming hoeft niet. [1]

Op tijd
- Een termijn om te declareren is niet bekend. Declareer zo snel mogelijk.

Wat zou dit veranderen? (volgens deze regels)
- Bij "Apotheek" op de vraag "Wie geeft de zorg?" en "Nee" op "Hebt u een contract met het loket?": \
Geen regeling: Eerst een contract.

Bronnen
1. De bladzijde (Loket, oktober 2022). https://example.org/the_page

Datum van de zorg: 1 december 2025.
Regels nagekeken tot 8 januari 2026 (uitgave 1).
Alleen om te testen.

Waar dit op berust: uw antwoorden
- Wie geeft de zorg? Verloskundige

Beslist met uitgave 1 van de regels (sha256 {sha256}).
"""

MARKDOWN = """\
# Scheme A: 100% of the bill

## Who pays what?

- The desk pays 100%. \\[1\\]

## How sure is this?

- {settled}

## What to do now

1. Send the form. \\[1\\]

## Contract

- You need no contract. \\[1\\]

## Documents

- [ ] The bill \\[1\\]
- [ ] The letter of the \\*GP\\* \\[1\\]
- No consent is needed. \\[1\\]

## In time

- No time limit for claiming is known. Claim as soon as you can.

## What would change this? (by these rules)

- With "Pharmacy" to the question "Who gives the care?" and "No" to "Do you have a contract with the desk?": \
No scheme: A contract first.

## Sources

1. The page (Loket, October 2022). <https://example.org/the_page>

Date of care: 1 December 2025.

Rules checked up to 8 January 2026 (edition 1).

For tests only.

## What this rests on: your answers

- Who gives the care? Midwife

Decided by edition 1 of the rules (sha256 {sha256}).
"""


@pytest.fixture(scope="module")
def referral() -> DecisionTree:
    """A tree with a checklist, a message and signs that Markdown gives a meaning."""
    return load_tree(TREES / "referral.yaml")


def test_an_outcome_as_text(cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch, referral: DecisionTree) -> None:
    """The text holds the outcome, boxes to tick, the sources, the dates, the answers and the edition."""
    monkeypatch.setenv("CAKWIZARD_TODAY", "2026-02-01")
    ran = cakwizard("walk", "--tree", str(TREES / "referral.yaml"), *MIDWIFE, "--format", "text")
    assert ran.out == TEXT.format(
        sha256=referral.sha256[:12], settled=words("nl")("outcome.settled", authority="het loket")
    )
    assert (ran.status, ran.err) == (0, "")


def test_an_outcome_as_markdown(cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch, referral: DecisionTree) -> None:
    """The Markdown says the same with headings, lists, boxes and links."""
    monkeypatch.setenv("CAKWIZARD_TODAY", "2026-02-01")
    tree = str(TREES / "referral.yaml")
    ran = cakwizard("walk", "--tree", tree, *MIDWIFE, "--format", "markdown", "--lang", "en")
    assert ran.out == MARKDOWN.format(
        sha256=referral.sha256[:12], settled=words("en")("outcome.settled", authority="the desk")
    )


def test_json_and_format_exclude_each_other(cakwizard: Cakwizard) -> None:
    """Asking for JSON and for text at once is wrong usage, and nothing is written."""
    ran = cakwizard("walk", "--json", "--format", "text")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "error: --json and --format both say how to write the outcome\nhint: give one of them\n"


def test_an_open_verdict_as_text(small: DecisionTree) -> None:
    """What is not decided yet names what is possible, what was left open, and the same edition."""
    given = {"resident": frozenset({"yes"}), "nationality": frozenset({"fled", "other"})}
    text = format_verdict(decide(small, given, datetime.date(2022, 5, 1)), "text", "en", assumed=False, today=DAY)
    assert "2 outcomes are still possible" in text.splitlines()[0]
    assert "- What is her nationality? one of these: Fled / Other" in text.splitlines()
    assert text.splitlines()[-1] == f"Decided by edition 1 of the rules (sha256 {small.sha256[:12]})."


def test_unknown_is_said_in_words(small: DecisionTree) -> None:
    """An answer that leaves every option open is "I do not know", not a list of all of them."""
    given = {"resident": frozenset({"no"}), "provider": frozenset({"midwife", "gp"})}
    text = format_verdict(decide(small, given, DAY), "text", "en", assumed=False, today=DAY)
    assert "- Who gives the care? I do not know" in text.splitlines()


def test_unused_answers_are_not_what_it_rests_on(small: DecisionTree) -> None:
    """An answer that was not asked for is not among the answers that the outcome rests on."""
    given = {"resident": frozenset({"yes"}), "nationality": frozenset({"dutch"}), "pregnant": frozenset({"yes"})}
    text = format_verdict(decide(small, given, DAY), "text", "nl", assumed=False, today=DAY)
    assert "zwangerschap" not in text.split("Waar dit op berust")[1]


def test_nothing_says_who_the_patient_is(tree: DecisionTree, cakwizard: Cakwizard) -> None:
    """A country that was typed does not come back: only the group is kept."""
    ran = cakwizard("walk", "--set", "payer=nobody", "--set", "nationality=Ghana", "--format", "text")
    assert "Ghana" not in ran.out
    assert "Overige landen" in ran.out


def test_markdown_shows_every_text_as_it_stands(tree: DecisionTree) -> None:
    """Whatever signs a text holds, a reader of Markdown shows the same words, and every address is a link."""
    shown = 0
    answers: dict[str, frozenset[str]] = {}
    for option in ("dutch_policy", "coa", "rmo", "foreign_cover", "custody", "exempt", "patient"):
        answers["payer"] = frozenset({option})
        verdict = decide(tree, answers, DAY)
        text = format_verdict(verdict, "text", "nl", assumed=False, today=DAY)
        html = MarkdownIt().render(format_verdict(verdict, "markdown", "nl", assumed=False, today=DAY))
        for address in re.findall(r"https?://\S+", text):
            assert f'href="{address.replace("&", "&amp;")}"' in html
            shown += 1
        assert _words(re.sub(r"<[^>]+>", " ", html)) == _words(re.sub(r"(?m)^(- |\d+\. )", "", text))
    assert shown > 10


@pytest.mark.parametrize(
    "text",
    [
        "- dash",
        "1. one",
        "2) two",
        "+ plus",
        "= is",
        "# no heading",
        "*a* _b_ [c](d) <e> `f` |g| ~h~ &amp; \\i",
        "> said",
    ],
)
def test_markdown_signs_are_escaped(text: str) -> None:
    """A text that begins or is filled with the signs of Markdown is still one item with that very text."""
    from cakwizard.formats import FORMATS

    tokens = MarkdownIt().parse(FORMATS["markdown"]([Block(text, "item", "-")]))
    shown = [child.content for token in tokens for child in token.children or ()]
    assert "".join(shown) == text
    assert [token.type for token in tokens].count("list_item_open") == 1


def _words(text: str) -> list[str]:
    """Return the words of a text, without the marks that HTML writes otherwise."""
    for written, meant in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(written, meant)
    return text.split()


# -- clipboard and messages --------------------------------------------------------


def test_clipboard_sequence_holds_the_text() -> None:
    """The sequence is OSC 52 with the text in base64, and nothing else."""
    sequence = clipboard_sequence("Geboorte: één € 5\n")
    assert sequence is not None
    match = re.fullmatch("\x1b]52;c;([A-Za-z0-9+/=]+)\x07", sequence)
    assert match is not None
    assert base64.b64decode(match[1]).decode() == "Geboorte: één € 5\n"


def test_a_text_too_long_for_the_clipboard_is_not_sent() -> None:
    """A text that terminals would cut off gives no sequence at all."""
    longest = MAX_CLIPBOARD // 4 * 3
    assert clipboard_sequence("a" * longest) is not None
    assert clipboard_sequence("a" * (longest + 1)) is None


def test_a_message_to_fill_in(referral: DecisionTree) -> None:
    """A message has its opening and a line for each thing to fill in, and is empty of any name."""
    assert message_text(referral.messages["contract_request"], "nl") == (
        "Ik wil graag een contract met u sluiten.\n"
        "\n"
        "Naam van de praktijk: ______\n"
        "AGB-code: ______\n"
        "Datum vanaf wanneer: ______\n"
    )


def test_the_contract_request_asks_for_the_seven_data(tree: DecisionTree) -> None:
    """The ready-made contract request has a line for exactly the data that the CAK asks for."""
    assert list(tree.messages["contract_request"].fields) == [
        "name",
        "agb",
        "address",
        "contact",
        "email",
        "phone",
        "since",
    ]
