"""`cakwizard export`: write the tree as a picture, a page, an outline or data."""

from __future__ import annotations

import sys
from collections.abc import Callable
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

import click

from cakwizard.answers import MAX_ANSWER_BYTES
from cakwizard.answers import parse_day
from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp
from cakwizard.cli.helping import name_files
from cakwizard.errors import CakwizardError
from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.exporting import FORMATS
from cakwizard.exporting import Format
from cakwizard.exporting import find_format
from cakwizard.exporting import format_of_file
from cakwizard.interface import pick_language

if TYPE_CHECKING:
    from cakwizard.exporting.drawing import Drawing
    from cakwizard.exporting.drawing import Edge
    from cakwizard.model import DecisionTree

__all__ = ["command", "part_options", "the_drawing"]


def part_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a part of the tree and mark something in it."""
    for option in reversed(
        (
            click.option("--from", "start", metavar="NODE", help="help.export.start"),
            click.option("--only", metavar="OPTION", help="help.export.only"),
            click.option("--date", "day", metavar="YYYY-MM-DD", help="help.export.date"),
            click.option("--until", metavar="QUESTION", help="help.export.until"),
            click.option(
                "--highlight", metavar="ANSWERS.yaml", shell_complete=name_files, help="help.export.highlight"
            ),
            click.option(
                "--coverage",
                "walks",
                metavar="WALKS.yaml",
                shell_complete=name_files,
                multiple=True,
                help="help.export.coverage",
            ),
            click.option("--lang", type=click.Choice(["nl", "en"]), help="help.option.lang"),
            click.option("--tree", "tree_file", metavar="FILE", shell_complete=name_files, help="help.option.tree"),
        )
    ):
        function = option(function)
    return function


def _name_formats(_context: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    return [one for one in FORMATS if one.startswith(typed)]


@click.command("export", cls=SpokenHelp, help="help.export.long")
@click.argument("name", metavar="[FORMAT]", required=False, shell_complete=_name_formats)
@click.option("-o", "--output", metavar="FILE", shell_complete=name_files, help="help.export.output")
@click.option("--direction", type=click.Choice(["LR", "TB"]), help="help.export.direction")
@part_options
@click.pass_context
def command(ctx: click.Context, /, name: str | None, output: str | None, direction: str | None, **parts: Any) -> None:
    """Write one format to a file or to standard output."""
    form = _form(name, output)
    to_file = output is not None and output != "-"
    if form.binary and not to_file and sys.stdout.isatty():
        raise UsageError(
            Issue(
                message=f"{form.name} is not text and would garble the screen", hint=f"add '-o tree{form.suffixes[0]}'"
            )
        )
    data = form.make(the_drawing(ctx, direction=direction, **parts))
    if to_file:
        common.write_atomically(str(output), data)
    elif sys.stdout.isatty():
        common.write_text(data.decode())
    else:
        # Into a pipe or a file: these bytes exactly, whatever the terminal's encoding.
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _form(name: str | None, output: str | None) -> Format:
    if name is not None:
        try:
            return find_format(name)
        except UsageError:
            if output is None and "." in name:
                raise UsageError(
                    Issue(message=f"'{name}' is a file, not a format", hint=f"write '-o {name}'")
                ) from None
            raise
    if output is None or output == "-":
        raise UsageError(
            Issue(message="which format?", hint=f"name one: {', '.join(FORMATS)}; or give a file with '-o'")
        )
    return format_of_file(output)


def the_drawing(
    ctx: click.Context,
    *,
    start: str | None,
    only: str | None,
    day: str | None,
    until: str | None,
    highlight: str | None,
    walks: Sequence[str],
    lang: str | None,
    tree_file: str | None,
    direction: Any = None,
) -> Drawing:
    """Return the drawing that the options ask for; those given before the command count as well."""
    from cakwizard.exporting.drawing import draw

    outer = ctx.parent.params if ctx.parent else {}
    tree = common.the_tree(tree_file or outer.get("tree_file"))
    language = pick_language(lang or outer.get("lang"))
    day = day or outer.get("care_date")
    return draw(
        tree,
        language if language in tree.languages else tree.languages[0],
        start=start,
        only=only,
        date=parse_day(day, "--date") if day else None,
        until=until,
        direction=direction,
        highlighted=_walk(tree, highlight, day) if highlight else (),
        covered=_covered(tree, walks) if walks else None,
    )


def _walk(tree: DecisionTree, file: str, day: str | None) -> frozenset[Edge]:
    """Return the edges that are open for the answers in a file."""
    from cakwizard.answers import read_answers
    from cakwizard.exporting.drawing import edge_of
    from cakwizard.walking import decide

    text = common.read_input(file, limit=MAX_ANSWER_BYTES)
    given = read_answers(text, "<stdin>" if file == "-" else file, tree)
    dates = common.the_dates(day, None, given.care_date, given.claim_date)
    verdict = decide(tree, given.answers, dates.care_date, dates.claim_date)
    if not verdict.open_routes:
        raise CakwizardError(
            Issue(
                message=f"the answers in '{file}' lead nowhere on {dates.care_date}",
                hint="give another date with '--date'",
            )
        )
    return frozenset(edge_of(route) for route in verdict.open_routes)


def _covered(tree: DecisionTree, files: Sequence[str]) -> frozenset[Edge]:
    """Return the edges that the cases in walk files take."""
    from cakwizard.exporting.drawing import edge_of
    from cakwizard.scripts.coverage import coverage_of
    from cakwizard.scripts.walkfile import load_cases

    walked = coverage_of(tree, load_cases(files, tree)).edges
    return frozenset(edge_of(route) for route in tree.routes() if (route.node, route.key) in walked)
