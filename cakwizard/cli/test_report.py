"""What `cakwizard test` says, as plain text and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cakwizard.interface import words
from cakwizard.model import DecisionTree
from cakwizard.scripts.coverage import KINDS
from cakwizard.scripts.coverage import Coverage
from cakwizard.scripts.missing import missing_walks
from cakwizard.scripts.mutants import Mutant
from cakwizard.scripts.recording import case_yaml
from cakwizard.scripts.recording import unique_name
from cakwizard.scripts.reporting import failure_text
from cakwizard.scripts.reporting import problem_text
from cakwizard.scripts.running import Run
from cakwizard.scripts.survivors import MutantReport
from cakwizard.scripts.walkfile import Case

__all__ = ["coverage_json", "coverage_text", "mutants_json", "mutants_text", "run_json", "runs_text"]


def runs_text(runs: Sequence[Run], language: str) -> str:
    """Return each failure with its reason, and how many cases pass and fail."""
    say = words(language)
    parts = []
    for run in runs:
        if not run.passed:
            head = say("test.failed", place=run.case.location, name=run.case.name)
            parts.append(f"{head}\n{textwrap.indent(failure_text(run, language), '  ')}\n\n")
    failures = sum(not run.passed for run in runs)
    parts.append(say("test.passed", count=len(runs) - failures) + "\n")
    if failures:
        parts.append(say("test.failures", count=failures) + "\n")
    return "".join(parts)


def coverage_text(coverage: Coverage, low: Mapping[str, float], taken: Collection[str], language: str) -> str:
    """Return a table, what is not walked with its place, and the missing walks."""
    say = words(language)
    names = {kind: say(f"test.coverage.{kind}") for kind in KINDS}
    width = max(map(len, names.values()))
    heads = [say(f"test.coverage.{key}") for key in ("walked", "all", "percent")]
    lines = ["", say("test.coverage.heading"), f"{'':{width}}  {heads[0]:>10} {heads[1]:>6} {heads[2]:>6}"]
    for kind in KINDS:
        walked = coverage.total(kind) - len(coverage.missing(kind))
        share = f"{walked:>10} {coverage.total(kind):>6} {coverage.percent(kind):>6}"
        lines.append(f"{names[kind]:{width}}  {share}")
    for heading, found in (
        ("missing", {kind: coverage.missing(kind) for kind in KINDS}),
        ("never", {kind: [key for key in coverage.existing[kind] if key in coverage.never[kind]] for kind in KINDS}),
    ):
        if any(found.values()):
            lines += ["", say(f"test.coverage.{heading}")]
            lines += [
                f"  {coverage.location(kind, key)}: {names[kind]}: {coverage.describe(kind, key)}"
                for kind in KINDS
                for key in found[kind]
            ]
    lines += _walks(missing_walks(coverage), coverage.tree, taken, say("test.coverage.walks"))
    for kind, least in low.items():
        lines += ["", say("test.coverage.below", what=names[kind], percent=coverage.percent(kind), least=f"{least:g}")]
    return "\n".join(lines) + "\n"


def mutants_text(report: MutantReport, tree: DecisionTree, taken: Collection[str], language: str) -> str:
    """Return what became of the mutants, those that matter with their places, and walks that would notice them."""
    say = words(language)
    counts = {
        "all": report.total,
        "killed": len(report.killed),
        "survived": len(report.survivors),
        "equivalent": len(report.equivalent),
        "unsettled": len(report.unsettled),
    }
    lines = ["", say("test.mutants.heading"), say("test.mutants.counts", **counts)]
    for heading, mutants in (
        ("survived", [one.mutant for one in report.survivors]),
        ("unsettled", report.unsettled),
        ("equivalent", report.equivalent),
    ):
        if mutants:
            lines += ["", say(f"test.mutants.{heading}"), *(f"  {one.location}: {one.what}" for one in mutants)]
    lines += _walks((one.case for one in report.survivors), tree, taken, say("test.mutants.walks"))
    return "\n".join(lines) + "\n"


def _walks(cases: Iterable[Case], tree: DecisionTree, taken: Collection[str], heading: str) -> list[str]:
    text = _yaml(cases, tree, taken)
    return ["", heading, "", text.rstrip("\n")] if text else []


def _yaml(cases: Iterable[Case], tree: DecisionTree, taken: Collection[str]) -> str:
    """Return cases as lines of a walk file, each once, under names that are not taken."""
    names = set(taken)
    parts = []
    for case in {id(case): case for case in cases}.values():
        name = unique_name(case.name, names)
        names.add(name)
        parts.append(case_yaml(replace(case, name=name), tree, dates=False))
    return "".join(parts)


# -- JSON ---------------------------------------------------------------------


def run_json(run: Run, language: str) -> dict[str, Any]:
    """Return a case: its place, whether it passed, and what did not come as expected."""
    return {
        "file": run.case.location.file,
        "line": run.case.location.line,
        "name": run.case.name,
        "passed": run.passed,
        "problems": [
            {
                "key": problem.key,
                "expected": problem.expected,
                "came": problem.came,
                "text": problem_text(problem, language),
            }
            for problem in run.problems
        ],
        "path": [
            {"place": str(route.location), "node": route.node, "option": route.option, "turn": route is run.turn}
            for route in run.path
        ],
    }


def coverage_json(coverage: Coverage, taken: Collection[str]) -> dict[str, Any]:
    """Return by kind what is walked and what is not, and the missing walks as YAML."""
    kinds = {
        kind: {
            "walked": coverage.total(kind) - len(coverage.missing(kind)),
            "all": coverage.total(kind),
            "percent": coverage.percent(kind),
            "missing": [
                {"place": str(coverage.location(kind, key)), "what": coverage.describe(kind, key)}
                for key in coverage.missing(kind)
            ],
            "never": [coverage.describe(kind, key) for key in coverage.existing[kind] if key in coverage.never[kind]],
        }
        for kind in KINDS
    }
    return {**kinds, "walks": _yaml(missing_walks(coverage), coverage.tree, taken)}


def mutants_json(report: MutantReport, tree: DecisionTree, taken: Collection[str]) -> dict[str, Any]:
    """Return what became of the mutants, and walks as YAML that would notice the others."""
    return {
        "all": report.total,
        "killed": len(report.killed),
        "survived": [_mutant(one.mutant) for one in report.survivors],
        "equivalent": [_mutant(one) for one in report.equivalent],
        "unsettled": [_mutant(one) for one in report.unsettled],
        "walks": _yaml((one.case for one in report.survivors), tree, taken),
    }


def _mutant(mutant: Mutant) -> dict[str, str]:
    return {"kind": mutant.kind, "place": str(mutant.location), "what": mutant.what}
