"""Each call imports what it uses and no more, since importing takes most of its time."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT

HEAVY = {
    "babel",
    "click",
    "difflib",
    "graphviz",
    "hypothesis",
    "importlib.metadata",
    "importlib.resources",
    "json",
    "networkx",
    "prompt_toolkit",
    "pytest",
    "questionary",
    "rich",
    "socket",
    "tomllib",
    "yaml",
}

# Tells on leaving, on a descriptor of its own, what the call has imported.
TELLING = """
import atexit, os, sys
told = int(sys.argv.pop(1))
atexit.register(lambda: os.write(told, " ".join(sys.modules).encode()))
from cakwizard.cli import main
main(sys.argv[1:])
"""


def imported(arguments: Sequence[str], environment: dict[str, str]) -> set[str]:
    """Return which of the heavy modules a call of the program has imported when it is over."""
    reading, writing = os.pipe()
    try:
        ran = subprocess.run(
            [sys.executable, "-c", TELLING, str(writing), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            pass_fds=[writing],
            env={**os.environ, "CAKWIZARD_TODAY": "2026-11-21", **environment},
            check=False,
        )
        assert ran.returncode in (0, 3), ran.stderr.decode()
        os.close(writing)
        writing = -1
        with open(reading, encoding="utf-8", closefd=False) as told:
            return HEAVY & set(told.read().split())
    finally:
        os.close(reading)
        if writing != -1:
            os.close(writing)


WALK = ["walk", "--set", "payer=dutch_policy"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--version"], {"click"}),
        (["--help"], {"click", "tomllib"}),
        (["walk", "--help"], {"click", "json", "tomllib", "yaml"}),
        ([*WALK, "--json"], {"click", "json", "yaml"}),
        ([*WALK, "--format", "markdown"], {"click", "json", "tomllib", "yaml"}),
        (WALK, {"click", "json", "rich", "tomllib", "yaml"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_call_imports_only_what_it_uses(arguments: list[str], expected: set[str], tmp_path: Path) -> None:
    """Neither help nor a walk imports the graph library or the menu; JSON needs no screen and no words."""
    assert imported(arguments, {"CAKWIZARD_LANG": "nl"}) == expected


def test_the_conversation_imports_no_graph_and_no_countries_before_its_first_question() -> None:
    """Before the first question stands there, a menu imports what draws it and nothing for what may come later."""
    told, telling = os.pipe()
    pid, screen = pty.fork()
    if pid == 0:  # pragma: no cover - the other process
        os.close(told)
        os.environ.update({"CAKWIZARD_TODAY": "2026-11-21", "CAKWIZARD_LANG": "nl", "TERM": "xterm"})
        os.chdir(ROOT)
        os.set_inheritable(telling, True)
        os.execv(sys.executable, [sys.executable, "-c", TELLING, str(telling)])  # noqa: S606 - the program itself
    os.close(telling)
    seen = b""
    try:
        while b"Welke" not in seen and b"Is er" not in seen:
            assert select.select([screen], [], [], 30)[0], seen
            seen += os.read(screen, 65536)
        os.write(screen, b"\x03")
        while select.select([screen], [], [], 10)[0]:
            try:
                seen += os.read(screen, 65536)
            except OSError:
                break
    finally:
        os.close(screen)
        os.waitpid(pid, 0)
    with open(told, encoding="utf-8") as lines:  # noqa: PTH123 - a descriptor has no path
        modules = set(lines.read().split())
    assert HEAVY & modules == {
        "click",
        "json",
        "prompt_toolkit",
        "questionary",
        "rich",
        "socket",
        "tomllib",
        "yaml",
    }
