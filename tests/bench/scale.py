"""What a tree of 1,000, 10,000 and 100,000 nodes costs, each step in a process of its own.

`python -m tests.bench.scale STEP NODES` runs one step and prints seconds of the processor
and the peak of memory in MB; the table compares ten times the nodes with ten times the cost.
"""

from __future__ import annotations

import datetime
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from collections.abc import Iterator

import yaml

from cakwizard import checking
from cakwizard.cli import collect_seldom
from cakwizard.loading import read_tree
from cakwizard.model import DecisionTree
from cakwizard.walking import decide
from cakwizard.yaml_reader import no_collecting
from tests.bench.measuring import Row
from tests.bench.trees import DAY
from tests.bench.trees import large

__all__ = ["rows"]

SIZES = (1_000, 10_000, 100_000)
PROPORTION = 12
COMPOSING = 4
MOST_TIMES = 5


def rows(times: int = MOST_TIMES) -> Iterator[Row]:
    """Yield a row per step and size."""
    composed: dict[int, float] = {}
    for step in STEPS:
        # In turn, so that whatever else the machine does falls on all sizes alike.
        runs = [[_apart(step, size) for size in SIZES] for _ in range(min(times, MOST_TIMES))]
        before: tuple[float, float] | None = None
        for number, size in enumerate(SIZES):
            seconds = statistics.median(run[number][0] for run in runs)
            memory = statistics.median(run[number][1] for run in runs)
            yield Row(
                what=f"{step}, {size:,} nodes",
                ours=f"{seconds:.2f} s, {memory:.0f} MB",
                against=f"{before[0]:.2f} s, {before[1]:.0f} MB for a tenth" if before else "",
                ratio=max(seconds / before[0], memory / before[1]) if before else None,
                most=PROPORTION if size == SIZES[-1] else None,
            )
            before = seconds, memory
            if step == "compose":
                composed[size] = seconds
            if step == "load":
                yield Row(
                    what=f"load, {size:,} nodes",
                    ours=f"{seconds:.2f} s",
                    against=f"{composed[size]:.2f} s yaml.compose",
                    ratio=seconds / composed[size],
                    most=COMPOSING,
                )


def _apart(step: str, size: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.bench.scale", step, str(size)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, memory = ran.stdout.split()
    return float(seconds), float(memory)


def _verdict(tree: DecisionTree) -> object:
    verdict = decide(tree, {}, datetime.date.fromisoformat(DAY))
    return verdict.next_question, verdict.decide_next, verdict.questions_left


def _coverage(tree: DecisionTree) -> object:
    from cakwizard.scripts.coverage import coverage_of
    from cakwizard.scripts.walkfile import read_cases

    answers, place = {}, tree.start
    while place in tree.nodes:
        answers[tree.nodes[place].question] = "a"
        place = next(tree.routes(place)).target
    given = ", ".join(f"{question}: {option}" for question, option in answers.items())
    walks = f"- name: one\n  care_date: {DAY}\n  answers: {{{given}}}\n  expect: {{outcome: {place}}}\n"
    covered = coverage_of(tree, read_cases(walks, "walks.yaml", tree))
    return [covered.percent(kind) for kind in ("nodes", "edges", "outcomes", "windows")]


def _mermaid(tree: DecisionTree) -> object:
    from cakwizard.exporting import find_format
    from cakwizard.exporting.drawing import draw

    return find_format("mermaid").make(draw(tree, "nl"))


STEPS: dict[str, Callable[[DecisionTree], object] | None] = {
    "compose": None,
    "load": None,
    "check": lambda tree: (checking.errors(tree), checking.warnings(tree)),
    "verdict": _verdict,
    "coverage": _coverage,
    "export mermaid": _mermaid,
}


def main() -> None:
    """Run one step; only the step counts, in seconds of the processor, and the memory is that of all it needs."""
    step, size = sys.argv[1], int(sys.argv[2])
    collect_seldom()
    text = large(size)
    start = time.process_time()
    if step == "compose":
        # As in the loader, without which composing alone takes longer than all of it.
        with no_collecting():
            yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    else:
        tree = read_tree(text, "large.yaml")
        work = STEPS[step]
        if work is not None:
            start = time.process_time()
            work(tree)
    seconds = time.process_time() - start
    sys.stdout.write(f"{seconds} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}\n")


if __name__ == "__main__":
    main()
