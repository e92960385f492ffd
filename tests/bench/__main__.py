"""Measure what users run, by processor time, in turn with what it is held against; print one table.

Peers get their best form: `zen.compile_expression` and compiled machines, made beforehand. One that is not installed
is said to be so: `pip install transitions python-statemachine zen-engine`.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import importlib.metadata
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pexpect

from cakwizard.deciding.decide import decide
from cakwizard.loading import load
from tests.bench.large import large_tree
from tests.bench.peers import peers

DAY = datetime.date(2026, 11, 10)
CASE = {"payer": "nobody", "nationality": "other", "stay": "none", "provider": "midwife", "maternity_care": "maternity"}
WALK = ["walk", "--json", "--date", str(DAY), *(f"--set={question}={option}" for question, option in CASE.items())]
Measure = Callable[[], float]


def called(work: Callable[[], object], count: int = 1) -> float:
    """Return the processor seconds of a call."""
    start = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - start) / count


def process(*command: str) -> float:
    """Return the processor seconds of a whole process."""
    environment, quiet = {**os.environ, "CAKWIZARD_LANG": "nl"}, subprocess.DEVNULL
    started = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode not in (0, 3):
        raise RuntimeError(f"{' '.join(command)} ended with {started.returncode}")
    return used.ru_utime + used.ru_stime


def first_question() -> float:
    """Return the processor seconds of a conversation up to its first question, in a pseudo-terminal."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    screen = pexpect.spawn(sys.executable, ["-m", "cakwizard", "--as", "midwife"], dimensions=(24, 80), timeout=30)
    screen.expect("Wie kan of moet")
    screen.sendintr()
    screen.expect(pexpect.EOF)
    screen.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def imports(*names: str) -> float:
    """Return the processor seconds of a process that only imports."""
    return process(sys.executable, "-c", f"import {', '.join(names)}")


def batch(count: int) -> float:
    """Return the processor seconds of that many cases from one CSV file to another."""
    rows = [(*CASE.values(), DAY), ("nobody", "PL", "", "midwife", "", DAY), ("dutch_policy", "", "", "", "", DAY)]
    with tempfile.TemporaryDirectory() as folder:
        cases, out = Path(folder, "cases.csv"), Path(folder, "out.csv")
        with cases.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow((*CASE, "care_date", "note"))
            writer.writerows((*rows[number % 3], number) for number in range(count))
        return process(sys.executable, "-m", "cakwizard", "walk", "--batch", str(cases), "-o", str(out))


def rows(count: int) -> Iterator[tuple[str, Measure, str, Measure | None]]:
    """Yield what is measured: in words, the measure, and what it is held against."""
    tree = load()
    answers = {question: frozenset({option}) for question, option in CASE.items()}
    everything = lambda: (v := decide(tree, {}, DAY), v.next_question, v.questions_left, v.decide_next)  # noqa: E731
    yield "a decided case", partial(called, lambda: decide(tree, answers, DAY), 200), "", None
    yield "a case with every answer open, and what to ask", partial(called, everything, 20), "", None
    large = large_tree(100)
    what = f"the same, {large.graph.number_of_edges()} edges"
    yield what, partial(called, lambda: decide(large, {}, DAY).to_ask), "", None
    walked = ("networkx", "yaml", "click")
    walk = partial(process, sys.executable, "-m", "cakwizard", *WALK)
    yield "walk --json", walk, f"import {' '.join(walked)}", partial(imports, *walked)
    asked = (*walked, "questionary", "rich.console")
    yield "the first question on the screen", first_question, f"import {' '.join(asked)}", partial(imports, *asked)
    yield f"{count:,} cases from CSV to CSV", partial(batch, count), "", None
    for name, ours, theirs in peers():
        yield "4,096 walks through 6 questions", partial(called, ours), name, partial(called, theirs)


def main() -> None:
    """Print the table: medians of processor time, measured in turn."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--cases", type=int, default=100_000)
    options = parser.parse_args()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("networkx", "questionary", "rich"))
    print(f"Python {sys.version.split()[0]}, {versions}; processor milliseconds, medians of {options.times} in turn")
    for what, ours, name, theirs in rows(options.cases):
        times: list[tuple[float, float]] = []
        for _ in range(options.times if "CSV" not in what else 1):
            times.append((ours(), theirs() if theirs else 0.0))
        mine, other = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
        against: Any = f"{other:10.3f} {name}  ratio {mine / other:.2f}" if theirs else ""
        print(f"{what:50} {mine:10.3f} {against}".rstrip())


if __name__ == "__main__":
    main()
