"""Print what everything costs, beside what it is compared with: `python -m tests.bench [PART …]`."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys

from tests.bench.measuring import table

PARTS = {
    "startup": "From a cold start: whole processes, in turn, medians",
    "decisions": "Decisions on one tree (six questions deep, three answers each, all 729 paths), in turn, medians",
    "scale": "Generated trees: seconds of the processor and peak of memory, each step in a process of its own",
    "diamonds": "A chain of 60 diamonds, 3^60 paths: whole processes",
}


def main() -> None:
    """Run the parts that were asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []], help=", ".join(PARTS))
    parser.add_argument("--times", type=int, default=25, help="how often each pair is measured (25)")
    options = parser.parse_args()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    sys.stdout.write(f"Python {platform.python_version()}, {os.cpu_count()} processors, load before: {load}\n\n")
    missed = 0
    for part in options.parts or PARTS:
        rows = list(importlib.import_module(f"tests.bench.{part}").rows(options.times))
        missed += sum(row.met == "MISSED" for row in rows)
        sys.stdout.write(table(PARTS[part], rows) + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"aims missed: {missed}\n")


if __name__ == "__main__":
    main()
