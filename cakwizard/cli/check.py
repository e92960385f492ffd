"""`cakwizard check`: every fault of a tree, and what its author should know."""

from __future__ import annotations

import datetime

import click

from cakwizard import checking
from cakwizard.answers import parse_day
from cakwizard.checking.pages import page_text
from cakwizard.checking.pages import pages
from cakwizard.checking.places import issue
from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp
from cakwizard.cli.helping import name_files
from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.errors import nearest
from cakwizard.loading import bundled_text
from cakwizard.loading import read_text
from cakwizard.loading import tree_and_issues
from cakwizard.model import DecisionTree

__all__ = ["command"]

CODES = {"ended": "CW050", "unchecked": "CW051", "ends": "CW052"}
HINTS = {
    "ended": "say what holds now, and until when",
    "unchecked": "read the source again, and change the day on which it was checked",
    "ends": "find out what holds after that day",
}


@click.command("check", cls=SpokenHelp, help="help.check.long")
@click.argument("file", metavar="[FILE]", shell_complete=name_files, required=False)
@click.option("--on", "on", metavar="YYYY-MM-DD", help="help.check.on")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="help.check.format"
)
@click.option("--explain", metavar="CODE", help="help.check.explain")
@click.option("--schema", is_flag=True, help="help.check.schema")
@click.pass_context
def command(ctx: click.Context, file: str | None, on: str | None, form: str, explain: str | None, schema: bool) -> None:
    """Leave with 0 when there is no error, 1 when there is one, 2 on wrong usage."""
    if explain is not None:
        common.write_text(_page(explain))
        return
    if schema:
        from cakwizard.checking.schema import tree_schema

        common.write_json(tree_schema())
        return
    outer = ctx.parent.params if ctx.parent else {}
    name, issues, tree = _check(file or outer.get("tree_file"), parse_day(on, "--on") if on else None)
    wrong = sum(one.severity == "error" for one in issues)
    if form == "json":
        common.write_json(_as_json(name, issues))
    elif form == "github":
        common.write_text("".join(_as_annotation(one) for one in issues))
    else:
        common.write_text(_as_text(name, issues, tree))
    ctx.exit(1 if wrong else 0)


def _page(code: str) -> str:
    page = pages().get(code.upper())
    if page is None:
        near = nearest(code, pages())
        raise UsageError(
            Issue(
                message=f"there is no check '{code}'; the checks are: {', '.join(pages())}",
                hint=f"did you mean '{near}'?" if near else None,
            )
        )
    return page_text(page)


def _check(file: str | None, on: datetime.date | None) -> tuple[str, list[Issue], DecisionTree | None]:
    """Return the name of the file, everything there is to say of it, and the tree if it can be used.

    What an author should know is only looked for in a tree without errors, since it
    would mostly follow from them.
    """
    try:
        name, text = bundled_text() if file is None else (file, read_text(file))
    except FileError as error:
        # Whatever has a code is a fault in the file; the others say that there is none to read.
        if not all(one.code for one in error.issues):
            raise
        return str(file), list(error.issues), None
    tree, issues = tree_and_issues(text, name)
    if issues:
        return name, issues, None
    if tree is not None:
        issues = checking.by_place(name, [*checking.warnings(tree), *_old(tree, on)])
    return name, issues, tree


def _old(tree: DecisionTree, on: datetime.date | None) -> list[Issue]:
    """Return what is old: as an error for a day that was asked for, as a warning for today."""
    from cakwizard.expiry import expiring
    from cakwizard.expiry import sentences

    return [
        issue(
            tree,
            "error" if on is not None and notice.over else "warning",
            CODES[notice.kind],
            notice.location,
            sentences([notice], "en")[0].removesuffix("."),
            HINTS[notice.kind],
        )
        for notice in expiring(tree, on or common.today())
    ]


def _as_text(name: str, issues: list[Issue], tree: DecisionTree | None) -> str:
    """Return every issue with its line and caret, and a last line that sums up."""
    wrong = sum(one.severity == "error" for one in issues)
    counts = [_count(wrong, "error")]
    if tree is None:
        counts.append("warnings are looked for when there is none")
    else:
        counts += [
            _count(len(issues) - wrong, "warning"),
            _count(len(tree.questions), "question"),
            _count(len(tree.nodes), "node"),
            _count(len(tree.edges), "route"),
            _count(len(tree.outcomes), "outcome"),
        ]
    return "\n".join([*map(str, issues), f"{name}: {', '.join(counts)}"]) + "\n"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _as_json(name: str, issues: list[Issue]) -> dict[str, object]:
    return {
        "format": 1,
        "file": name,
        "errors": sum(one.severity == "error" for one in issues),
        "warnings": sum(one.severity == "warning" for one in issues),
        "issues": [
            {
                "code": one.code,
                "severity": one.severity,
                "message": one.message,
                "file": one.location.file if one.location else name,
                "line": one.location.line if one.location else None,
                "column": one.location.column if one.location else None,
                "width": one.location.width if one.location else None,
                "hint": one.hint,
            }
            for one in issues
        ],
    }


def _as_annotation(one: Issue) -> str:
    """Return an issue as the line by which GitHub Actions marks a place in a change."""
    properties = []
    if one.location is not None:
        place = one.location
        end = place.column + place.width - 1
        properties = [
            f"file={_property(place.file)}",
            f"line={place.line}",
            f"col={place.column}",
            f"endColumn={end}",
        ]
    properties.append(f"title={_property(one.code or one.severity)}")
    message = one.message + (f"\nhint: {one.hint}" if one.hint else "")
    return f"::{one.severity} {','.join(properties)}::{_data(message)}\n"


def _data(text: str) -> str:
    """Return text as the data of a workflow command, in which a line break would start another command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
