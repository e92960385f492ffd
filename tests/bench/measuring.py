"""Measure two things in turn, so that what else the machine does falls on both."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Measure", "Row", "Seconds", "in_turn", "process", "table", "timed"]


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long something took: on the clock, and of the processor."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    Attributes:
        ratio: What is to be compared with `most`; None where there is nothing to compare.
        most: The largest ratio that meets the aim.
        note: What else there is to know, such as the spread.
    """

    what: str
    ours: str
    against: str
    ratio: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def met(self) -> str:
        """Return whether the aim is met, as it is shown."""
        if self.ratio is None or self.most is None:
            return ""
        return "met" if self.ratio <= self.most else "MISSED"


Measure = Callable[[], Seconds]


def in_turn(ours: Measure, other: Measure, times: int) -> tuple[Seconds, Seconds, float]:
    """Return the medians of both after one round that does not count, and the spread of the other one.

    The spread is the width of the middle half in parts of the median: what the machine does by itself.
    """
    ours(), other()
    rounds = [(ours(), other()) for _ in range(times)]
    walls = [round_[1].wall for round_ in rounds]
    first, middle, third = statistics.quantiles(walls, n=4)
    return _median([one for one, _ in rounds]), _median([one for _, one in rounds]), (third - first) / middle


def _median(found: Sequence[Seconds]) -> Seconds:
    return Seconds(statistics.median(one.wall for one in found), statistics.median(one.cpu for one in found))


def process(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Seconds:
    """Return how long a whole process takes, from starting it until it has gone."""
    start = time.perf_counter()
    started = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    _, status, used = os.wait4(started.pid, 0)
    wall = time.perf_counter() - start
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode not in (0, 3):
        raise RuntimeError(f"{' '.join(command)} ended with {started.returncode}")
    return Seconds(wall, used.ru_utime + used.ru_stime)


def timed(work: Callable[[], object]) -> Seconds:
    """Return how long a call takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Seconds(time.perf_counter() - wall, time.process_time() - cpu)


def table(title: str, rows: Sequence[Row]) -> str:
    """Return the rows as a table of plain text."""
    head = ("what", "cakwizard", "against", "ratio", "aim", "", "note")
    cells = [
        (
            row.what,
            row.ours,
            row.against,
            "" if row.ratio is None else f"{row.ratio:.2f}",
            "" if row.most is None else f"<= {row.most:g}",
            row.met,
            row.note,
        )
        for row in rows
    ]
    widths = [max(len(line[number]) for line in (head, *cells)) for number in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in (head, *cells)]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join(line.rstrip() for line in (title, "", lines[0], rule, *lines[1:])) + "\n"
