"""Details on demand: the full-screen reader, driven as a person does, in a real pseudo-terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from cakwizard.asking.reader import fragments, read
from cakwizard.deciding.verdict import decide
from cakwizard.saying.sections import Section, Sentence, make_sections
from cakwizard.showing.terminal import make_console, plain
from cakwizard.tree.records import DecisionTree
from tests.reaching import TODAY

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals are not on every system")
pyte = pytest.importorskip("pyte")

PROGRAM = """
import datetime, sys
from cakwizard.asking.reader import read
from cakwizard.deciding.verdict import decide
from cakwizard.loading import load
from cakwizard.saying.sections import make_sections

answers = {"payer": "nobody", "nationality": "other", "stay": "none", "provider": "midwife"}
day = datetime.date(2026, 11, 24)
verdict = decide(load("tests/trees/small.yaml"), {key: frozenset({one}) for key, one in answers.items()}, day)
print("de kaart")
copied = []
try:
    sections = make_sections(verdict, "nl", today=day)
    read(sections, "nl", heading="OVV · 100%", copy=lambda text: copied.append(text) or True)
    print("terug", copied)
except KeyboardInterrupt:
    print("weg")
"""


class Window:
    """A pseudo-terminal with the program in it, and what can be seen of it."""

    def __init__(self, width: int, height: int, **environ: str) -> None:
        import os

        self.screen = pyte.Screen(width, height)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            sys.executable,
            ["-c", PROGRAM],
            dimensions=(height, width),
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "TERM": "xterm-256color", **environ},
        )

    def seen(self, wanted: str) -> str:
        """Wait until a text stands on the screen and nothing more comes, and return all of the screen."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                piece = self.child.read_nonblocking(65536, timeout=0.1)
            except pexpect.TIMEOUT:
                if wanted in self.text():
                    break
                continue
            except pexpect.EOF:
                break
            self.raw += piece
            self.stream.feed(piece)
        assert wanted in self.text(), self.text()
        return self.text()

    def text(self) -> str:
        """Return what stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def resize(self, width: int, height: int) -> None:
        """Make the window another size."""
        self.child.setwinsize(height, width)
        self.screen.resize(height, width)
        self.screen.reset()


@pytest.fixture
def window() -> Iterator[Window]:
    """A window of 80x24."""
    opened = Window(80, 24)
    yield opened
    opened.child.close(force=True)


def test_reading(window: Window) -> None:
    """Arrows turn the tabs, `k` copies the part that is open, Esc goes back to the card that still stands there."""
    first = window.seen("[Stappen]")
    assert "1. Vraag of zij of een ander kan betalen. [1]" in first
    assert "│    Declareer alleen de rest." in first
    assert "k kopieert dit · Esc terug naar de kaart" in first
    assert "\x1b[?1049h" in window.raw.decode()
    window.child.send("\x1b[C")
    assert "In de verwijsbrief: “Patiënt valt onder de OVV.”" in window.seen("[Verwijzen]")
    window.child.send("k")
    window.seen("gekopieerd")
    window.child.send("\x1b[D\x1b[D\x1b[D")
    assert "Dag van de zorg: 24-11-2026." in window.seen("[Dagen]")
    window.child.send("\x1b")
    window.seen("terug ['Verwijzen")
    assert "\x1b[?1049l" in window.raw.decode()


def test_any_size(window: Window) -> None:
    """A window that changes its size is filled anew, one column and one row included."""
    window.seen("[Stappen]")
    window.resize(40, 20)
    narrow = window.seen("Esc terug")
    assert "betalen. [1]" in narrow
    assert max(map(len, narrow.splitlines())) <= 40
    for size in ((1, 1), (11, 5), (12, 6), (200, 60)):
        window.resize(*size)
        time.sleep(0.1)
    assert "k kopieert dit" in window.seen("[Stappen]")
    window.child.send("\x03")
    window.seen("weg")
    assert "Traceback" not in window.raw.decode()


def test_without_colour() -> None:
    """NO_COLOR takes the colours and nothing else away."""
    plain_window = Window(40, 20, NO_COLOR="1")
    assert "[Stappen]" in plain_window.seen("Esc terug")
    assert b"\x1b[36m" not in plain_window.raw
    plain_window.child.close(force=True)


@pytest.mark.parametrize("end", ["\x1b", "q", "\x04"])
def test_every_way_back(small: DecisionTree, end: str) -> None:
    """Esc, q and Ctrl-D go back; keys that mean nothing do nothing; without sections nothing is opened."""
    sections = make_sections(decide(small, {}, TODAY), "en", today=TODAY)
    copied: list[str] = []
    with create_pipe_input() as keys:
        keys.send_text("x\t\x1b[Z\x1b[B\x1b[A \x1b[5~\x1b[6~\x1b[H\x1b[F\rk" + end)
        read(sections, "en", heading="open", start="nowhere", copy=copied.append, keys=keys, screen=DummyOutput())
    assert copied[0].startswith("What to do meanwhile\n1. Give the care")
    read((), "en", heading="nothing")


def test_scrolling_reaches_the_end() -> None:
    """A long part is read to its last sentence, and the frame says where one is."""
    from cakwizard.asking.reader import _Reader

    items = tuple(Sentence(f"Zin {number} {'x' * 40}") for number in range(30))
    reader = _Reader([Section(id="steps", heading="Stappen", items=items, numbered=True)], "nl", "Kop", "steps", None)
    top = "".join(text for _, text, *_ in reader.draw(40, 20))
    assert "Zin 0 " in top
    assert f"1-16 van {len(reader.lines)} " in top
    reader.move(len(reader.lines))
    end = "".join(text for _, text, *_ in reader.draw(40, 20))
    assert "Zin 29 " in end
    assert f"-{len(reader.lines)} van {len(reader.lines)} " in end


def test_links_open_and_close() -> None:
    """An address is a link that ends where it ends, also when only a part of the window is drawn anew."""
    console = make_console(width=60)
    lines = console.render_lines(plain("Zie https://example.org/wet voor meer"), console.options.update(width=60))
    pieces = fragments(lines)
    escapes = [text for style, text, *_ in pieces if style == "[ZeroWidthEscape]"]
    assert escapes == ["\x1b]8;;https://example.org/wet\x1b\\", "\x1b]8;;\x1b\\"]
    again = fragments(lines)
    linked = [style for style, text, *_ in pieces if text == "https://example.org/wet"]
    assert linked
    assert linked != [style for style, text, *_ in again if text == "https://example.org/wet"]
