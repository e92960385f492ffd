"""The program in a terminal: what is typed, also ahead and while it starts, how it looks, and how one leaves it."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from cakwizard.asking.protocol import Choice, Command, Prompt
from cakwizard.asking.typed import match
from cakwizard.deciding.answers import read_answers
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL
from tests.talking import CTRL_C, CTRL_D, DOWN, ENTER, Window, at_menu

PAYERS = Prompt(
    text="Wie betaalt?",
    choices=(
        Choice(id="nobody", label="Niemand, of maar een deel", key="n", also=("onverzekerd", "niet verzekerd")),
        Choice(id="policy", label="Zorgverzekering in Nederland", explain="ook met premieschuld", key="z"),
        Choice(id="coa", label="COA (asielopvang)", explain="RMA-pas of een brief van het COA", key="c"),
        Choice(id="four", label="4 weken of korter", key="v"),
        Choice(id="?", label="Weet ik niet", key="w", command=Command.UNKNOWN),
    ),
    commands=frozenset(Command),
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("n", "nobody* policy coa four ?"),
        ("4", "nobody policy coa four* ?"),
        ("5", "nobody policy coa four ?*"),
        ("2", "nobody policy* coa four ?"),
        ("", "nobody policy coa four ?"),
        ("9", ""),
        ("x", ""),
        ("ni", "nobody* ?"),
        ("zorg", "policy*"),
        ("verzekering", "policy*"),
        ("onverz", "nobody*"),
        ("niet verz", "nobody*"),
        ("premie", "policy*"),
        ("RMA", "coa*"),
        ("zorgverzekernig", "policy*"),
        ("premieshculd", "policy*"),
        ("onverzekert", "nobody* policy"),
        ("zon", ""),
        ("nederland zorg", "policy*"),
        ("niemand premie", ""),
        ("weet", "?*"),
    ],
)
def test_filter(typed: str, found: str) -> None:
    """A letter and a number point; any part of label, explanation and synonym narrows, slips forgiven, best first."""
    shown = match(typed, PAYERS)
    ids = [f"{one.id}{'*' * (number == shown.pointed)}" for number, one in enumerate(shown.choices)]
    assert " ".join(ids) == found


def test_words_of_the_program_in_each_language() -> None:
    """The program's own words are understood in both languages, where no choice is called so."""
    assert {word: match(word, PAYERS).command for word in ("terug", "back", "waarom", "stop", "datum", "coa")} == {
        "terug": Command.BACK, "back": Command.BACK, "waarom": Command.EXPLAIN, "stop": Command.STOP,
        "datum": Command.DATE, "coa": None,
    }  # fmt: skip
    called = Prompt(text="?", choices=(Choice(id="a", label="Terug"),), commands=frozenset(Command))
    assert match("terug", called).command is None


# -- typing ahead ------------------------------------------------------------------------


def importing(library: str, deed: str) -> list[str]:
    """Return the command of a program over the small tree that does something when it comes to import a library."""
    program = f"""
import os, sys
sys.argv = ["cakwizard", "--tree", {str(SMALL)!r}]
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == {library!r}:
            {deed}
            sys.meta_path.remove(self)
sys.meta_path.insert(0, Watch())
from cakwizard.cli import main
main()
"""
    return [sys.executable, "-c", program]


KEYS = f"n{ENTER}ghana{ENTER}g{ENTER}{DOWN}{ENTER}q"


@pytest.fixture(scope="module")
def in_peace() -> str:
    """What stands on the screen after a conversation in which each key waits for its question."""
    window = Window()
    for wanted, keys in (("betalen?", "n"), ("❯ n", ENTER), ("nationaliteit", "ghana"), ("❯ Ghana", ENTER)):
        window.wait_for(wanted)
        window.type(keys)
    for wanted, keys in (("papier", f"g{ENTER}"), ("Wie geeft", f"{DOWN}{ENTER}"), ("q Stoppen", "q")):
        window.wait_for(wanted)
        window.type(keys)
    assert window.end() == 0
    return window.text()


@pytest.mark.parametrize(
    ("milliseconds", "drawn"),
    [
        (0, False),
        pytest.param(20, False, marks=pytest.mark.slow),
        pytest.param(50, False, marks=pytest.mark.slow),
        (0, True),
    ],
)
def test_no_key_is_lost_and_the_outcome_stays(in_peace: str, milliseconds: int, drawn: bool) -> None:
    """All keys at once, or however fast, also before anything is drawn, give the same trail and card."""
    window = Window()
    if drawn:
        window.wait_for("betalen?")
    for keys in [KEYS] if not milliseconds else [*KEYS.replace(DOWN, "¶")]:
        window.type(keys.replace("¶", DOWN))
        time.sleep(milliseconds / 1000)
    assert window.end() == 0
    assert window.text() == in_peace
    assert "OVV · onverzekerbare vreemdelingen" in in_peace
    assert in_peace.startswith("✓ Betaler        Niemand, of maar een deel\n✓ Nationaliteit  Ghana")
    assert in_peace.endswith("╯")


def test_nothing_is_there_twice_after_a_resize() -> None:
    """A window that is made smaller and larger during a question or at the card shows each row once."""
    window = Window()
    window.wait_for("betalen?")
    for size in ((50, 14), (30, 8), (100, 30)):
        window.resize(*size)
        window.wait_for(lambda text: text.count("❯") == text.count("betalen?") == text.count("Niemand") == 1)
    window.type(f"z{ENTER}")
    for size in ((60, 20), (90, 30)):
        window.wait_for("q Stop")
        window.resize(*size)
        window.wait_for(lambda text: text.count("De zorgverzekering betaalt.") == 1 and "Stop" in text)
    window.resize(1, 1)
    window.type("q")
    assert window.end() == 0


def test_the_question_is_there_before_the_menu_is() -> None:
    """The first question's text is written before the libraries that draw the menu are imported."""
    window = Window(command=importing("prompt_toolkit", "sys.stderr.write('\\x1b[20;1H' + name + ' comes')"))
    window.wait_for(lambda text: "betalen?" in text and b" comes" in window.written)
    window.type(CTRL_C)
    assert window.end() == 130
    before, comes, _ = window.written.decode().partition(" comes")
    assert comes
    assert "Wie kan of moet de zorg betalen?" in before


def test_colours(small: DecisionTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours are the terminal's own sixteen, and with NO_COLOR there are none; nothing is said by them alone."""
    coloured = at_menu(small, DOWN).written
    assert ";36" in coloured
    assert "[38;" not in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    window = Window("--as", "midwife", NO_COLOR="1")
    window.wait_for("betalen?")
    window.type(f"z{ENTER}")
    window.wait_for("De zorgverzekering betaalt.")
    window.type("q")
    assert window.end() == 0
    assert re.findall(rb"\x1b\[(?:\d+;)*3[0-7](?:;\d+)*m", window.written) == []


# -- leaving --------------------------------------------------------------------------------

FIRST = {(): "betalen?", ("--line",): "Uw antwoord:"}
SECOND = {(): "nationaliteit heeft", ("--line",): "Gevlucht uit"}


def asked_twice(file: Path, *mode: str, alone: bool = False) -> Window:
    """Return a conversation in which the first question was answered, at the second."""
    arguments = ["--save", str(file), *mode]
    command = [sys.executable, "-m", "cakwizard", "--tree", str(SMALL), *arguments] if alone else []
    window = Window(*arguments, command=command)
    window.wait_for(FIRST[mode])
    window.type(f"n{ENTER}")
    window.wait_for(SECOND[mode])
    return window


@pytest.mark.parametrize(
    ("mode", "name", "status"),
    [
        ((), "SIGTERM", 143),
        ((), CTRL_C, 130),
        ((), CTRL_D, 3),
        (("--line",), "SIGTERM", 143),
        (("--line",), CTRL_C, 130),
    ],
)
def test_whoever_goes_keeps(mode: tuple[str, ...], name: str, status: int, tmp_path: Path, small: DecisionTree) -> None:
    """Ctrl-C, Ctrl-D and a request to end keep what --save was promised, and say so."""
    file = tmp_path / "later.yaml"
    window = asked_twice(file, *mode, alone=(mode, name) == ((), "SIGTERM"))
    if name.startswith("SIG"):
        os.kill(window.pid, getattr(signal, name))
    else:
        window.type(name)
    assert window.end() == status
    assert read_answers(file.read_text(), str(file), small).answers == {"payer": frozenset({"nobody"})}
    assert file.stat().st_mode & 0o777 == 0o600
    text = window.text()
    assert "Traceback" not in text
    assert "Uw antwoorden staan in" in text
    for on, off in ((b"\x1b[?1049l", b"\x1b[?1049h"), (b"\x1b[?7h", b"\x1b[?7l"), (b"\x1b[?25h", b"\x1b[?25l")):
        assert window.written.rfind(on) >= window.written.rfind(off), "the terminal is given back as it was"


def test_a_terminal_that_is_gone(tmp_path: Path, small: DecisionTree) -> None:
    """Also when nothing can be written any more, the answers are kept."""
    file = tmp_path / "later.yaml"
    window = asked_twice(file)
    window.close()
    assert read_answers(file.read_text(), str(file), small).answers == {"payer": frozenset({"nobody"})}


def test_ctrl_c_while_the_menu_is_made() -> None:
    """Ctrl-C while the libraries of the menu are imported ends in one sentence."""
    window = Window(command=importing("prompt_toolkit.application", f"os.kill(os.getpid(), {int(signal.SIGINT)})"))
    assert window.end() == 130
    assert window.text().strip() == "Gestopt. Niets is bewaard of verstuurd."


def test_the_outcome_goes_to_a_file(tmp_path: Path) -> None:
    """`cakwizard > advies.txt` asks in the terminal and writes the card alone to the file."""
    file = tmp_path / "advies.txt"
    window = Window(command=["/bin/sh", "-c", f"{sys.executable} -m cakwizard --tree {SMALL} > {file}"])
    window.wait_for("betalen?")
    window.type(f"z{ENTER}q")
    assert window.end() == 0
    assert file.read_text().startswith("Verzekeraar, de verzekeraar. Zeker.\nDe zorgverzekering betaalt.\n")
