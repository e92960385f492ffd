from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from cakwizard.deciding.answers import read_answers
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL
from tests.talking import CTRL_C, CTRL_D, ENTER, Window, anew

FIRST = {(): "betalen?", ("--line",): "Uw antwoord:"}
SECOND = {(): "nationaliteit heeft", ("--line",): "Gevlucht uit"}


def asked_twice(file: Path, *mode: str, alone: bool = True) -> Window:
    """Return a conversation in which the first question was answered, at the second."""
    arguments = ["--save", str(file), *mode]
    window = Window(command=anew(*arguments)) if alone else Window(*arguments)
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
    window = asked_twice(file, *mode, alone=name.startswith("SIG"))
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
    script = f"""
import os, sys
sys.argv = ["cakwizard", "--tree", {str(SMALL)!r}]
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "prompt_toolkit.application":
            os.kill(os.getpid(), {int(signal.SIGINT)})
sys.meta_path.insert(0, Watch())
from cakwizard.cli import main
main()
"""
    window = Window(command=[sys.executable, "-c", script])
    assert window.end() == 130
    assert window.text().strip() == "Gestopt. Er is niets bewaard of verstuurd."


def test_the_outcome_goes_to_a_file(tmp_path: Path) -> None:
    """`cakwizard > advies.txt` asks in the terminal and writes the card alone to the file."""
    file = tmp_path / "advies.txt"
    window = Window(command=["/bin/sh", "-c", f"{sys.executable} -m cakwizard --tree {SMALL} > {file}"])
    window.wait_for("betalen?")
    window.type(f"z{ENTER}q")
    assert window.end() == 0
    assert file.read_text().startswith("Verzekeraar, de verzekeraar. Zeker.\nDe zorgverzekering betaalt.\n")
