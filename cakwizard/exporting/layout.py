"""Runs the layout program: the one from the Python package, else the system's Graphviz."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from cakwizard.errors import CakwizardError
from cakwizard.errors import Issue

__all__ = ["LayoutError", "run_layout"]

TIMEOUT = 60
"""Seconds; the layout of a large tree takes one."""


class LayoutError(CakwizardError):
    """No layout program could draw the picture."""


def _programs() -> Iterator[str]:
    """Yield the programs to try, the surest first."""
    name = "graphviz-pure.exe" if os.name == "nt" else "graphviz-pure"
    # The package holds a program and no Python code; it lies with the environment's scripts.
    for folder in dict.fromkeys((sysconfig.get_path("scripts"), str(Path(sys.executable).parent))):
        if (found := Path(folder) / name).is_file():
            yield str(found)
    for other in ("graphviz-pure", "dot"):
        if path := shutil.which(other):
            yield path


def run_layout(dot: str, output: str, *options: str) -> bytes:
    """Return the drawing of a DOT text as `svg` or `png`.

    Raises:
        LayoutError: No program is there, or none of them could draw it.
    """
    tried = []
    for program in dict.fromkeys(_programs()):
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program without a shell; the text goes through standard input
                [program, f"-T{output}", *options],
                input=dot.encode(),
                capture_output=True,
                timeout=TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            tried.append(f"{program}: {_reason(error)}")
            continue
        if done.returncode == 0 and done.stdout:
            return done.stdout
        complaint = done.stderr.decode(errors="replace").strip().splitlines()
        tried.append(f"{program}: {complaint[-1] if complaint else f'ended with status {done.returncode}'}")
    raise LayoutError(
        Issue(
            message="the picture cannot be drawn: "
            + ("; ".join(tried) or "neither graphviz-pure nor Graphviz is installed"),
            hint="'pip install graphviz-pure' or install Graphviz; mermaid, dot, html and outline need neither",
        )
    )


def _reason(error: OSError | subprocess.TimeoutExpired) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"took more than {TIMEOUT} seconds"
    return error.strerror or str(error)
