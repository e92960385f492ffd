"""How long it takes to be there: whole processes against bare imports of what they stand on."""

from __future__ import annotations

import datetime
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

from cakwizard.loading import bundled_tree
from tests.bench.measuring import Measure
from tests.bench.measuring import Row
from tests.bench.measuring import Seconds
from tests.bench.measuring import in_turn
from tests.bench.measuring import process
from tests.test_follow import complete_walks

__all__ = ["rows"]

# Beside the interpreter that runs this, not behind its links: that is where pip puts it.
PROGRAM = str(Path(sys.executable).parent / "cakwizard")
ENVIRONMENT = {"CAKWIZARD_TODAY": "2026-11-21", "CAKWIZARD_LANG": "nl", "TERM": "xterm-256color"}
ESCAPE = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")
PATIENCE = 30


def rows(times: int = 25) -> Iterator[Row]:
    """Yield a row per pair."""
    tree = bundled_tree()
    case = max(complete_walks(tree, datetime.date(2026, 11, 21)), key=len)
    answers = [f"--set={question}={option}" for question, (option,) in case.items()]
    question = tree.questions[tree.nodes[tree.start].question].text["nl"]
    yield _row("--version", times, _program("--version"), "click", 1.3)
    yield _row(
        f"walk --json, {len(case)} answers", times, _program("walk", "--json", *answers), "networkx, yaml, click", 1.25
    )
    yield _row(
        "first question on the screen",
        times,
        lambda: first_sight([PROGRAM], question),
        "networkx, yaml, click, questionary, rich.console",
        1.25,
    )


def _program(*arguments: str) -> Measure:
    return lambda: process([PROGRAM, *arguments], ENVIRONMENT)


def _row(what: str, times: int, ours: Measure, imports: str, most: float) -> Row:
    bare = [sys.executable, "-c", f"import {imports}"]
    here, there, spread = in_turn(ours, lambda: process(bare, ENVIRONMENT), times)
    return Row(
        what=what,
        ours=f"{here.wall * 1000:.0f} ms",
        against=f"{there.wall * 1000:.0f} ms import {imports}",
        ratio=here.wall / there.wall,
        most=most,
        note=f"processor {here.cpu * 1000:.0f}/{there.cpu * 1000:.0f} ms = {here.cpu / there.cpu:.2f}, "
        f"spread {spread:.0%}",
    )


def first_sight(command: list[str], text: str) -> Seconds:
    """Return how long it takes until a text stands on the screen of a terminal of 80 columns."""
    # A long question is broken over lines, so its beginning must do.
    wanted = text[:40].rsplit(" ", 1)[0].encode()
    start = time.perf_counter()
    pid, screen = pty.fork()
    if pid == 0:  # pragma: no cover - this is the other process
        os.environ.update(ENVIRONMENT)
        os.execv(command[0], command)  # noqa: S606 - the program itself
    ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""
    try:
        while wanted not in ESCAPE.sub(b"", seen):
            ready, _, _ = select.select([screen], [], [], PATIENCE)
            if not ready:
                raise RuntimeError(f"'{text}' did not come: {seen!r}")
            seen += os.read(screen, 65536)
        wall = time.perf_counter() - start
    finally:
        os.kill(pid, 9)
        _, _, used = os.wait4(pid, 0)
        os.close(screen)
    return Seconds(wall, used.ru_utime + used.ru_stime)
