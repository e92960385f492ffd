"""`cakwizard test`: run walk files, and say what they leave untested."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp
from cakwizard.cli.helping import name_files
from cakwizard.cli.test_report import coverage_json
from cakwizard.cli.test_report import coverage_text
from cakwizard.cli.test_report import mutants_json
from cakwizard.cli.test_report import mutants_text
from cakwizard.cli.test_report import run_json
from cakwizard.cli.test_report import runs_text
from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.interface import pick_language
from cakwizard.scripts.coverage import KINDS
from cakwizard.scripts.coverage import Coverage
from cakwizard.scripts.coverage import coverage_of_verdicts
from cakwizard.scripts.junit import junit_xml
from cakwizard.scripts.running import run_case
from cakwizard.scripts.survivors import MutantReport
from cakwizard.scripts.survivors import try_mutants
from cakwizard.scripts.walkfile import SUFFIX
from cakwizard.scripts.walkfile import load_cases

__all__ = ["command"]

FOLDER = Path("tests", "walks")


@click.command("test", cls=SpokenHelp, help="help.test.long")
@click.argument("files", metavar="[FILES]...", shell_complete=name_files, nargs=-1)
@click.option("--tree", "tree_file", metavar="FILE", shell_complete=name_files, help="help.option.tree")
@click.option("--junit", metavar="FILE", shell_complete=name_files, help="help.test.junit")
@click.option("--coverage", "with_coverage", is_flag=True, help="help.test.coverage")
@click.option("--fail-under", metavar="[KIND=]N", multiple=True, help="help.test.fail_under")
@click.option("--mutants", "with_mutants", is_flag=True, help="help.test.mutants")
@click.option("--json", "as_json", is_flag=True, help="help.option.json")
@click.option("--lang", type=click.Choice(["nl", "en"]), help="help.option.lang")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    tree_file: str | None,
    junit: str | None,
    with_coverage: bool,
    fail_under: tuple[str, ...],
    with_mutants: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Run cases and leave with 1 when one fails, coverage is too low or a mutant goes unnoticed."""
    outer = ctx.parent.params if ctx.parent else {}
    least = _least(fail_under)
    paths = _walk_files(files)
    tree = common.the_tree(tree_file or outer.get("tree_file"))
    cases = load_cases(paths, tree)
    language = pick_language(lang or outer.get("lang"))
    runs = [run_case(tree, case) for case in cases]
    coverage: Coverage | None = None
    if with_coverage or least:
        coverage = coverage_of_verdicts(tree, (run.verdict for run in runs if run.verdict is not None))
    mutants: MutantReport | None = try_mutants(tree, cases) if with_mutants else None
    if junit is not None:
        common.write_atomically(junit, junit_xml(runs, language))
    low = {} if coverage is None else {kind: n for kind, n in least.items() if coverage.percent(kind) < n}
    taken = {case.name for case in cases}
    if as_json:
        data: dict[str, Any] = {
            "format": 1,
            "tree": {"file": tree.file, "edition": tree.edition, "sha256": tree.sha256},
            "cases": [run_json(run, language) for run in runs],
            "coverage": coverage and coverage_json(coverage, taken),
            "below": low,
            "mutants": mutants and mutants_json(mutants, tree, taken),
        }
        common.write_json(data)
    else:
        common.write_text(runs_text(runs, language))
        if coverage is not None:
            common.write_text(coverage_text(coverage, low, taken, language))
        if mutants is not None:
            common.write_text(mutants_text(mutants, tree, taken, language))
    failed = any(not run.passed for run in runs) or bool(low) or bool(mutants and mutants.survivors)
    ctx.exit(1 if failed else 0)


def _walk_files(given: Sequence[str]) -> list[str]:
    """Return the walk files named, those in the folders named, or those of the checkout one stands in."""
    if not given:
        found = _in_folder(FOLDER)
        if not found:
            issue = Issue(
                message=f"there is no walk file in '{FOLDER.as_posix()}' here",
                hint=f"name one or more: cakwizard test mine{SUFFIX}",
            )
            raise UsageError(issue)
        return found
    paths: list[str] = []
    for name in given:
        folder = Path(name)
        if folder.is_dir():
            inside = _in_folder(folder)
            if not inside:
                raise FileError(Issue(message=f"there is no file '*{SUFFIX}' in folder '{name}'"))
            paths += inside
        else:
            paths.append(name)
    # A file that is named twice would count twice.
    return list(dict.fromkeys(paths))


def _in_folder(folder: Path) -> list[str]:
    return sorted(path.as_posix() for path in folder.glob(f"*{SUFFIX}") if path.is_file())


def _least(given: Iterable[str]) -> dict[str, float]:
    """Return by kind the least percentage that was asked for."""
    least: dict[str, float] = {}
    for word in given:
        kind, sign, number = word.rpartition("=")
        if sign and kind not in KINDS:
            hint = f"the kinds are: {', '.join(KINDS)}"
            raise UsageError(Issue(message=f"--fail-under knows no '{kind}'", hint=hint))
        try:
            percent = float(number)
        except ValueError:
            percent = -1.0
        if not 0 <= percent <= 100:
            issue = Issue(message=f"--fail-under is '{word}'", hint="write a percentage, as in 100 or edges=90")
            raise UsageError(issue)
        least |= dict.fromkeys([kind] if sign else KINDS, percent)
    return least
