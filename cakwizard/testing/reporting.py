"""What `cakwizard test` says, in words and as data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from cakwizard.testing.coverage import KINDS, Coverage, Item
from cakwizard.testing.running import Run, failure_text, problem_text
from cakwizard.testing.survivors import MutantReport, groups_of
from cakwizard.tree.records import DecisionTree
from cakwizard.words import words

__all__ = ["coverage_json", "coverage_lines", "mutants_json", "mutants_lines", "run_json", "run_lines"]

_MOST_NAMES = 8


def run_lines(runs: Sequence[Run], language: str) -> list[str]:
    """Return each failure with its reason, and how many cases pass and fail."""
    say, lines = words(language), []
    failed = [run for run in runs if not run.passed]
    for run in failed:
        lines += [say("test.failed", place=run.case.location, name=run.case.name), failure_text(run, language), ""]
    lines.append(say("test.passed", count=len(runs) - len(failed)))
    return [*lines, say("test.failures", count=len(failed))] if failed else lines


def coverage_lines(coverage: Coverage, least: Mapping[str, float], top: int, language: str) -> list[str]:
    """Return a table, and what is not walked with its place: edges and windows by their node."""
    say = words(language)
    names = {kind: say(f"test.coverage.{kind}") for kind in KINDS}
    width = max(map(len, names.values()))
    heads = [say(f"test.coverage.{key}") for key in ("walked", "all", "percent")]
    lines = ["", say("test.coverage.heading", file=coverage.tree.file)]
    lines.append(f"{'':{width}}  {heads[0]:>10} {heads[1]:>6} {heads[2]:>6}")
    groups: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for kind in KINDS:
        total, missing = len(coverage.items[kind]), coverage.missing(kind)
        lines.append(f"{names[kind]:{width}}  {total - len(missing):>10} {total:>6} {coverage.percent(kind):>6}")
        for item in missing:
            # A window of an edge is missing with its edge.
            if kind != "windows" or item.id in coverage.tree.advice:
                groups[kind, item.group if item.what else ""].append(item)
    told = []
    for (kind, group), items in sorted(groups.items(), key=lambda found: -len(found[1])):
        of = sum(group in ("", one.group) for one in coverage.items[kind])
        said = say("test.coverage.group", count=len(items), of=of, kind=names[kind], group=group).strip()
        told.append(f"  {items[0].location}: {said}: {_listed([one.what or one.id for one in items], top)}")
    never = [f"  {one.location}: {names[one.kind]}: {one.id}" for one in coverage.never]
    for key, found in (("missing", told), ("never", never)):
        lines += ["", say(f"test.coverage.{key}"), *_top(found, top, language)] if found else []
    for kind, number in least.items():
        percent = coverage.percent(kind)
        below = say("test.coverage.below", what=names[kind], percent=percent, least=f"{number:g}")
        lines += ["", below] if percent < number else []
    return lines


def mutants_lines(report: MutantReport, tree: DecisionTree, top: int, language: str) -> list[str]:
    """Return what became of the mutants; those that no case notices together by node and sort of mistake."""
    say = words(language)
    found = {"killed": len(report.killed), "survived": len(report.survivors), "equivalent": len(report.equivalent)}
    lines = ["", say("test.mutants.heading", file=tree.file), say("test.mutants.counts", all=report.total, **found)]
    told = []
    for group in groups_of(tree, [one.mutant for one in report.survivors]):
        key = f"test.mutants.{'node' if group.place in tree.nodes else 'record'}.{group.kind}"
        names = _listed(group.names, top)
        text = say(key, count=len(group.names), of=group.of, place=group.place, names=names)
        told.append(f"  {group.mutants[0].location}: {text}")
    lines += ["", say("test.mutants.survived"), *_top(told, top, language)] if told else []
    return lines + (["", say("test.mutants.unsettled", count=len(report.unsettled))] if report.unsettled else [])


def _top(lines: list[str], top: int, language: str) -> list[str]:
    more = len(lines) - top if top else 0
    return [*lines[:top], f"  {words(language)('test.more', count=more)}"] if more > 0 else lines


def _listed(names: Sequence[str], top: int) -> str:
    return ", ".join(names if not top or len(names) <= _MOST_NAMES else [*names[:_MOST_NAMES], "…"])


def run_json(run: Run, language: str) -> dict[str, Any]:
    """Return a case: its place, whether it passed, and what did not come as expected."""
    where = {"file": run.case.location.file, "line": run.case.location.line}
    problems = [{**asdict(one), "text": problem_text(one, language)} for one in run.problems]
    path = [
        {"place": str(route.location), "node": route.node, "option": route.option, "turn": route is run.turn}
        for route in run.path
    ]
    told = {"name": run.case.name, "tags": run.case.tags, "passed": run.passed}
    return {**where, **told, "problems": problems, "path": path}


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """Return by kind what is walked and what is not."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        total, missing = len(coverage.items[kind]), coverage.missing(kind)
        numbers = {"walked": total - len(missing), "all": total, "percent": coverage.percent(kind)}
        never = [one.id for one in coverage.never if one.kind == kind]
        listed = [{"place": str(one.location), "id": one.id} for one in missing]
        found[kind] = {**numbers, "missing": listed, "never": never}
    return found


def mutants_json(report: MutantReport) -> dict[str, Any]:
    """Return what became of the mutants."""
    kinds = {"survived": [one.mutant for one in report.survivors]}
    kinds |= {"equivalent": [*report.equivalent], "unsettled": [*report.unsettled]}
    told = {
        key: [{"kind": one.kind, "place": str(one.location), "what": one.what} for one in found]
        for key, found in kinds.items()
    }
    return {"all": report.total, "killed": len(report.killed), **told}
