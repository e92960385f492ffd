"""`cakwizard diff`: what is different between two trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cakwizard.cli import common
from cakwizard.cli.helping import Spoken, say
from cakwizard.errors import FileError, TreeError

if TYPE_CHECKING:
    from cakwizard.testing.running import Run
    from cakwizard.tree.records import DecisionTree


_FORMS = click.Choice(["text", "markdown", "json"])


@click.command("diff", cls=Spoken, help="help.diff.long")
@click.argument("old", metavar="OLD.yaml", type=common.FILE)
@click.argument("new", metavar="NEW.yaml", type=common.FILE)
@click.option("--format", "form", type=_FORMS, default="text", help="help.diff.format")
@click.option("--walks", "walk_files", metavar="FILE", type=common.FILE, multiple=True, help="help.diff.walks")
@common.lang_option
def command(given: Any) -> int:
    """Leave with 0 when nothing changed, 1 when something did, 2 when there is nothing to compare: as diff does."""
    from cakwizard.comparing.diff import compare
    from cakwizard.comparing.telling import Part, as_json, parts, written
    from cakwizard.testing.running import failure_text

    trees, language = (_tree(given.old), _tree(given.new)), given.language
    found = compare(*trees)
    saved, broken = _broken(given.walk_files, *trees) if given.walk_files else (0, [])
    if given.form == "json":
        cases = [{"name": run.case.name, "place": str(run.case.location)} for run in broken]
        common.write_json({**as_json(found), "saved": {"total": saved, "broken": cases}})
    else:
        told = list(parts(found, language))
        if given.walk_files:
            failures = [tuple(failure_text(run, language).splitlines()) for run in broken]
            entries = [(run.case.name, run.case.location, why) for run, why in zip(broken, failures, strict=True)]
            told.append(Part(say("diff.saved", count=len(broken), total=saved), tuple(entries)))
        common.out_lines(written(told, given.form).splitlines())
    return 1 if found.turns or found.changes or broken else 0


def _tree(file: str) -> DecisionTree:
    """Return the tree in a file; one with faults is no difference, so it does not leave with 1."""
    try:
        return common.load_named(file)
    except TreeError as error:
        raise FileError(error.issues) from None


def _broken(paths: tuple[str, ...], old: DecisionTree, new: DecisionTree) -> tuple[int, list[Run]]:
    """Return how many cases there are, and those that hold with the old tree and not with the new one."""
    from cakwizard.testing.running import run_case
    from cakwizard.testing.walkfile import load_walks

    files: Any = zip(load_walks(paths, old), load_walks(paths, new), strict=True)
    pairs = [pair for before, after in files for pair in zip(before.cases, after.cases, strict=True)]
    runs = [(run_case(old, before), run_case(new, after)) for before, after in pairs]
    return len(runs), [after for before, after in runs if before.passed and not after.passed]
