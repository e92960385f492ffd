"""Details on demand: the reader over the card."""

from __future__ import annotations

import pytest

from cakwizard.asking.question import plain as shown
from cakwizard.asking.reader import Reader, styled
from cakwizard.saying.sections import Section, Sentence
from cakwizard.showing.terminal import make_console, plain
from cakwizard.tree.records import DecisionTree
from tests.talking import DOWN, ENTER, ESC, LEFT, Talk, at_menu

RIGHT = "\x1b[C"


def reading(small: DecisionTree, keys: str, size: tuple[int, int] = (80, 24)) -> Talk:
    """Press keys in the reader that opens over the card of a woman without papers."""
    return at_menu(small, f"n{ENTER}ghana{ENTER}g{ENTER}s{keys}", size=size)


def test_reading(small: DecisionTree) -> None:
    """Arrows turn the tabs, `k` copies the part that is open, Esc goes back to the card that still stands there."""
    first = reading(small, "").screen
    assert "[Stappen]" in first
    assert "1. Vraag of zij of een ander kan betalen. [1]" in first
    assert "│    Declareer alleen de rest." in first
    assert "k kopieert dit · Esc terug naar de kaart" in first
    turned = reading(small, f"{RIGHT}k")
    assert "In de verwijsbrief: “Patiënt valt onder de OVV.”" in turned.screen
    assert "gekopieerd" in turned.screen
    assert turned.copied[0].startswith("Verwijzen")
    assert "[Dagen]" in reading(small, LEFT + LEFT).screen
    assert "q Stoppen" in reading(small, ESC).screen
    assert reading(small, f"x{DOWN}\x1b[A \x1b[5~\x1b[6~\x1b[H\x1b[F\rq").screen == reading(small, ESC).screen


@pytest.mark.parametrize("size", [(1, 1), (11, 5), (12, 6), (40, 20), (200, 60)])
def test_any_size(small: DecisionTree, size: tuple[int, int]) -> None:
    """A window of any size is filled, one column and one row included."""
    screen = reading(small, "", size).screen
    assert max(map(len, screen.splitlines())) <= size[0]
    assert size[0] < 40 or ("[Stappen]" in screen and "Esc terug" in screen)


def test_scrolling_reaches_the_end() -> None:
    """A long part is read to its last sentence, and the frame says where one is."""
    items = tuple(Sentence(f"Zin {number} {'x' * 40}") for number in range(30))
    reader = Reader([Section(id="steps", heading="Stappen", items=items, numbered=True)], "nl", "Kop")
    top = shown(reader.draw(40, 20))
    assert "Zin 0 " in top
    assert f"1-16 van {len(reader.lines)} " in top
    reader.press("end")
    end = shown(reader.draw(40, 20))
    assert "Zin 29 " in end
    assert f"-{len(reader.lines)} van {len(reader.lines)} " in end


def test_links_open_and_close() -> None:
    """An address is a link that ends where it ends, also when only a part of the window is drawn anew."""
    console = make_console(width=60)
    lines = console.render_lines(plain("Zie https://example.org/wet voor meer"), console.options.update(width=60))
    (row,), (again,) = styled(lines), styled(lines)
    escapes = [text for style, text in row if style == "[ZeroWidthEscape]"]
    assert escapes == ["\x1b]8;;https://example.org/wet\x1b\\", "\x1b]8;;\x1b\\"]
    linked = [style for style, text in row if text == "https://example.org/wet"]
    assert linked
    assert linked != [style for style, text in again if text == "https://example.org/wet"]
