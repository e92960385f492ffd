"""What one process used: its work in seconds and its memory in megabytes."""

from __future__ import annotations

import subprocess
import sys
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
