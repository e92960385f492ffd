"""`cakwizard diff` and `verify`: what is different between two trees, and a second opinion on what was decided."""

from __future__ import annotations

from typing import Any

import click

from cakwizard.cli import common
from cakwizard.cli.helping import Spoken, say
from cakwizard.comparing.diff import compare
from cakwizard.comparing.telling import as_json, parts, written
from cakwizard.comparing.verify import read_receipt, replay
from cakwizard.errors import FileError, TreeError
from cakwizard.testing.running import Run, failure_text, run_case
from cakwizard.testing.walkfile import load_walks
from cakwizard.tree.records import DecisionTree

_EXIT = {"same": 0, "changed": 1, "undecidable": 3}
_FORMS = click.Choice(["text", "markdown", "json"])


@click.command("diff", cls=Spoken, help="help.diff.long")
@click.argument("old", metavar="OLD.yaml", type=common.FILE)
@click.argument("new", metavar="NEW.yaml", type=common.FILE)
@click.option("--format", "form", type=_FORMS, default="text", help="help.diff.format")
@click.option("--walks", "walk_files", metavar="FILE", type=common.FILE, multiple=True, help="help.diff.walks")
@common.lang_option
def diff(given: Any) -> int:
    """Leave with 0 when nothing changed, 1 when something did, 2 when there is nothing to compare: as diff does."""
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
            told.append((say("diff.saved", count=len(broken), total=saved), entries))
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
    files: Any = zip(load_walks(paths, old), load_walks(paths, new), strict=True)
    pairs = [pair for before, after in files for pair in zip(before.cases, after.cases, strict=True)]
    runs = [(run_case(old, before), run_case(new, after)) for before, after in pairs]
    return len(runs), [after for before, after in runs if before.passed and not after.passed]


@click.command("verify", cls=Spoken, help="help.verify.long")
@click.argument("receipt_file", metavar="RECEIPT.json|-", type=common.FILE)
@common.tree_option
@common.lang_option
def verify(given: Any) -> int:
    """Leave with 0 when the same is decided, 1 when it changed, 3 when it can no longer be decided."""
    receipt = read_receipt(*common.read_input(given.receipt_file), given.language)
    found = replay(receipt, common.load_named(given.tree_file), given.language)
    common.out_lines([found.sentence, *found.notes])
    return _EXIT[found.status]
