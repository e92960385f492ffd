"""What `cakwizard test` says, in words and as data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cakwizard.testing.coverage import KINDS, Coverage
from cakwizard.testing.mutants import Mutant
from cakwizard.testing.recording import case_yaml, unique_name
from cakwizard.testing.running import Run, failure_text, problem_text
from cakwizard.testing.survivors import MutantReport, groups_of
from cakwizard.testing.walkfile import Case
from cakwizard.tree.records import DecisionTree
from cakwizard.words import words

__all__ = ["cases_yaml", "coverage_json", "coverage_lines", "mutants_json", "mutants_lines", "run_json", "run_lines"]


_MOST_NAMES = 8


def run_lines(runs: Sequence[Run], language: str) -> list[str]:
    """Return each failure with its reason, and how many cases pass and fail."""
    say, lines = words(language), []
    for run in runs:
        if not run.passed:
            lines.append(say("test.failed", place=run.case.location, name=run.case.name))
            lines += [failure_text(run, language), ""]
    failures = sum(not run.passed for run in runs)
    lines.append(say("test.passed", count=len(runs) - failures))
    return [*lines, say("test.failures", count=failures)] if failures else lines


def coverage_lines(coverage: Coverage, least: Mapping[str, float], top: int, language: str) -> list[str]:
    """Return a table, and what is not walked with its place: edges and windows by their node."""
    say = words(language)
    names = {kind: say(f"test.coverage.{kind}") for kind in KINDS}
    width = max(map(len, names.values()))
    heads = [say(f"test.coverage.{key}") for key in ("walked", "all", "percent")]
    lines = ["", say("test.coverage.heading", file=coverage.tree.file)]
    lines.append(f"{'':{width}}  {heads[0]:>10} {heads[1]:>6} {heads[2]:>6}")
    groups, seen = [], set[tuple[str, str]]()
    for kind in KINDS:
        total, missing = len(coverage.items[kind]), coverage.missing(kind)
        lines.append(f"{names[kind]:{width}}  {total - len(missing):>10} {total:>6} {coverage.percent(kind):>6}")
        together: dict[str, list[Any]] = defaultdict(list)
        for item in missing:
            # A window of an edge is missing with its edge.
            if kind != "windows" or ("edges", item.id) not in seen:
                together[item.group if item.what else ""].append(item)
        seen |= {one[:2] for one in missing}
        for group, items in together.items():
            of = sum(one.group == group for one in coverage.items[kind])
            said = say("test.coverage.group", count=len(items), of=of or total, kind=names[kind], group=group)
            parts = _listed([one.what or one.id for one in items], top)
            groups.append((len(items), f"  {items[0].location}: {said.strip()}: {parts}"))
    if groups:
        shown = [text for _, text in sorted(groups, key=lambda group: -group[0])]
        lines += ["", say("test.coverage.missing"), *_top(shown, top, language)]
    if coverage.never:
        never = [f"  {one.location}: {names[one.kind]}: {one.id}" for one in coverage.never]
        lines += ["", say("test.coverage.never"), *_top(never, top, language)]
    for kind, number in least.items():
        if coverage.percent(kind) < number:
            percent = coverage.percent(kind)
            lines += ["", say("test.coverage.below", what=names[kind], percent=percent, least=f"{number:g}")]
    return lines


def mutants_lines(report: MutantReport, tree: DecisionTree, top: int, language: str) -> list[str]:
    """Return what became of the mutants; those that no case notices together by node and sort of mistake."""
    say = words(language)
    counts = {"killed": report.killed, "survived": report.survivors, "equivalent": report.equivalent}
    found = {key: len(value) for key, value in counts.items()}
    lines = ["", say("test.mutants.heading", file=tree.file), say("test.mutants.counts", all=report.total, **found)]
    shown = []
    for group in groups_of(tree, [one.mutant for one in report.survivors]):
        kind = "node" if group.place in tree.nodes else "record"
        values = {"count": len(group.names), "of": group.of, "place": group.place, "names": _listed(group.names, top)}
        text = say(f"test.mutants.{kind}.{group.kind}", **values)
        shown.append(f"  {group.mutants[0].location}: {text}")
    lines += ["", say("test.mutants.survived"), *_top(shown, top, language)] if shown else []
    if report.unsettled:
        lines += ["", say("test.mutants.unsettled", count=len(report.unsettled))]
    return lines


def _top(lines: list[str], top: int, language: str) -> list[str]:
    more = len(lines) - top if top else 0
    return [*lines[:top], f"  {words(language)('test.more', count=more)}"] if more > 0 else lines


def _listed(names: Sequence[str], top: int) -> str:
    return ", ".join(names if not top or len(names) <= _MOST_NAMES else [*names[:_MOST_NAMES], "…"])


def cases_yaml(cases: Iterable[Case], tree: DecisionTree, taken: Collection[str]) -> str:
    """Return cases as lines of a walk file, under names that are not taken."""
    names, parts = set(taken), []
    for case in cases:
        name = unique_name(case.name, names)
        names.add(name)
        parts.append(case_yaml(replace(case, name=name), tree, dates=False))
    return "".join(parts)


def run_json(run: Run, language: str) -> dict[str, Any]:
    """Return a case: its place, whether it passed, and what did not come as expected."""
    return {
        "file": run.case.location.file,
        "line": run.case.location.line,
        "name": run.case.name,
        "tags": list(run.case.tags),
        "passed": run.passed,
        "problems": [
            {
                "key": problem.key,
                "expected": problem.expected,
                "came": problem.came,
                "missing": list(problem.missing),
                "extra": list(problem.extra),
                "text": problem_text(problem, language),
            }
            for problem in run.problems
        ],
        "path": [
            {"place": str(route.location), "node": route.node, "option": route.option, "turn": route is run.turn}
            for route in run.path
        ],
    }


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """Return by kind what is walked and what is not."""
    return {
        kind: {
            "walked": len(coverage.items[kind]) - len(coverage.missing(kind)),
            "all": len(coverage.items[kind]),
            "percent": coverage.percent(kind),
            "missing": [{"place": str(one.location), "id": one.id} for one in coverage.missing(kind)],
            "never": [one.id for one in coverage.never if one.kind == kind],
        }
        for kind in KINDS
    }


def mutants_json(report: MutantReport) -> dict[str, Any]:
    """Return what became of the mutants."""
    return {
        "all": report.total,
        "killed": len(report.killed),
        "survived": [_mutant(one.mutant) for one in report.survivors],
        "equivalent": [_mutant(one) for one in report.equivalent],
        "unsettled": [_mutant(one) for one in report.unsettled],
    }


def _mutant(mutant: Mutant) -> dict[str, str]:
    return {"kind": mutant.kind, "place": str(mutant.location), "what": mutant.what}
