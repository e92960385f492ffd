"""A chain of 60 questions that each split and join again: everything must answer at once."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cakwizard.exporting import FORMATS
from tests.bench.measuring import Row
from tests.bench.startup import ENVIRONMENT
from tests.bench.startup import PROGRAM
from tests.bench.trees import diamonds

__all__ = ["rows"]

COUNT = 60
SECONDS = 3
PATIENCE = 300


def rows(times: int = 1) -> Iterator[Row]:
    """Yield a row per command on a chain in which every answer to every question matters."""
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "old.yaml": diamonds(COUNT, advised=True),
            "new.yaml": diamonds(COUNT, advised=True, turned=COUNT // 2),
            "one.walks.yaml": _walk(),
        }
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        tree = ["--tree", "old.yaml"]
        yield _row(folder, ["walk", "--json", *tree], 3)
        yield _row(folder, ["--line", *tree], 3, typed="d\n" * COUNT)
        yield _row(folder, ["check", "old.yaml"], 0)
        yield _row(folder, ["diff", "old.yaml", "new.yaml"], 1)
        yield _row(folder, ["test", "one.walks.yaml", "--coverage", *tree], 0)
        yield _row(folder, ["test", "one.walks.yaml", "--mutants", *tree], 1)
        yield _row(folder, ["tree", *tree], 0)
        yield _row(folder, ["show", "n0", *tree], 0)
        for name in FORMATS:
            yield _row(folder, ["export", name, "-o", f"drawn.{name}", *tree], 0)


def _walk() -> str:
    answers = ", ".join(f"q{number}: a" for number in range(COUNT))
    return f"- name: one\n  answers: {{{answers}}}\n  expect: {{outcome: o0}}\n"


def _row(folder: str, arguments: list[str], expected: int, *, typed: str = "") -> Row:
    start = time.perf_counter()
    ran = subprocess.run(
        [PROGRAM, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **ENVIRONMENT, "CAKWIZARD_LANG": "en"},
        timeout=PATIENCE,
        check=False,
    )
    seconds = time.perf_counter() - start
    assert ran.returncode == expected, f"{arguments} ended with {ran.returncode}: {ran.stderr}"
    return Row(
        what=" ".join(word for word in arguments if not word.startswith("old") and word not in ("--tree", "-o")),
        ours=f"{seconds:.2f} s",
        against=f"{SECONDS} s",
        ratio=seconds / SECONDS,
        most=1,
    )
