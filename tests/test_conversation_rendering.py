from __future__ import annotations

import datetime
import io

import pytest

from cakwizard.rendering import Block
from cakwizard.rendering import lines_of
from cakwizard.rendering import plain_text
from cakwizard.rendering import print_blocks
from cakwizard.rendering import verdict_blocks
from cakwizard.rendering import wrapped
from cakwizard.walking import decide
from tests.talking import TODAY

CASES = [
    {},
    {"payer": "nobody", "nationality": "other", "stay": "none", "provider": "midwife", "maternity_care": "maternity"},
    {"payer": "nobody", "nationality": "other", "stay": "none", "provider": "midwife"},
    {"payer": "dutch_policy"},
]


def blocks_of(tree, case: dict[str, str], language: str, day: datetime.date = TODAY) -> list[Block]:
    """Return the verdict about a case as blocks."""
    answers = {question: frozenset({option}) for question, option in case.items()}
    return list(verdict_blocks(decide(tree, answers, day), language, assumed=True, today=TODAY))


@pytest.mark.parametrize("width", [80, 40, 20])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("case", CASES)
def test_any_width(tree, case, language, width):
    """At 80, 40 and 20 columns a verdict says the same, and only addresses and long words are wider."""
    blocks = blocks_of(tree, case, language)
    lines = [line for line, _ in lines_of(blocks, width)]
    assert "".join("".join(lines).split()) == "".join(plain_text(blocks).split())
    too_wide = [line for line in lines if len(line) > width]
    assert [line for line in too_wide if max(map(len, line.split())) + len("10. ") <= width] == []
    assert [line for line in lines if line != line.rstrip()] == []


def test_in_a_file_there_is_no_decoration(tree):
    """What goes to a file or a pipe holds no escape sequence and no blanks at the end of a line."""
    stream = io.StringIO()
    print_blocks(blocks_of(tree, CASES[1], "nl"), stream, width=60)
    assert "\x1b" not in stream.getvalue()
    assert [line for line in stream.getvalue().splitlines() if line != line.rstrip()] == []


def test_texts_are_no_markup():
    """Brackets in a text are shown as they stand, whatever they hold."""
    stream = io.StringIO()
    print_blocks([Block("[red]rood[/red] [bold"), Block("{x}", "item", "-")], stream, width=60)
    assert stream.getvalue() == "[red]rood[/red] [bold\n- {x}\n"


def test_lines_hang_under_their_sign():
    """The second line of an item stands under the first, not under its number."""
    assert wrapped("een twee drie vier", 12, first="10. ") == ["10. een twee", "    drie", "    vier"]


def test_a_long_word_stays_whole():
    """An address is never broken by the program, so that it can be copied."""
    assert wrapped("zie https://example.org/een/lang/adres", 12, first="- ") == [
        "- zie",
        "  https://example.org/een/lang/adres",
    ]


def test_what_is_possible_is_counted_when_there_is_much(tree):
    """Many possible outcomes are counted per scheme; a dozen at most are listed, each with what is still uncertain."""
    text = plain_text(blocks_of(tree, {}, "nl"))
    assert "OVV (onverzekerbare vreemdelingen): " in text
    assert "als: " not in text
    few = plain_text(blocks_of(tree, CASES[2], "nl"))
    assert "   als: Om welke zorg gaat het? Abortus\n" in few
    assert "Wie geeft de zorg?" not in few


def test_out_of_range_names_the_nearest_rule(small):
    """Outside every window the date and the nearest rule are named, and nothing else is claimed."""
    blocks = blocks_of(small, {"resident": "yes", "nationality": "other"}, "nl", datetime.date(2016, 1, 1))
    assert plain_text(blocks) == (
        "Voor deze datum kent dit programma geen regel.\n"
        "\n"
        "Datum van de zorg: 1 januari 2016.\n"
        "De dichtstbijzijnde regel gold van 1 maart 2017 tot en met 28 februari 2022.\n"
    )
