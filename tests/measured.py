"""What one process used: its work in seconds and its memory in megabytes; and how slow the machine is."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# A process is counted with the memory of the one it was split off from. Tests run in a
# large one, so a small one stands between and measures.
_BETWEEN = """
import pathlib, resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
size = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
pathlib.Path(sys.argv[1]).write_text(f"{used.ru_utime + used.ru_stime} {size}")
sys.exit(status)
"""

# Seconds for a million additions where the limits were set, when nothing else ran.
_USUAL = 0.06


@dataclass(frozen=True)
class Measured:
    """What a program left behind and what it used."""

    status: int
    out: str
    err: str
    seconds: float
    megabytes: float


def measured(*command: str, cwd: Path, scratch: Path) -> Measured:
    """Run a command to its end; `seconds` is work, not waiting, so that other programs do not count."""
    note = scratch / "used"
    ran = subprocess.run(
        [sys.executable, "-c", _BETWEEN, str(note), *command],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    seconds, megabytes = map(float, note.read_text().split())
    return Measured(ran.returncode, ran.stdout, ran.stderr, seconds, megabytes)


def slowness() -> float:
    """Return how many times longer than where the limits were set plain Python takes here and now, 1 at least.

    A machine that is shared halves its pace for minutes, in processor time as well: a limit
    in seconds is meant for one that is not.
    """
    spent = []
    for _ in range(5):
        start = time.process_time()
        total = 0
        for number in range(1_000_000):
            total += number
        spent.append(time.process_time() - start)
    return max(1.0, statistics.median(spent) / _USUAL)
