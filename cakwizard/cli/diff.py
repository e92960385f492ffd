"""`cakwizard diff`: what is different between two trees."""

from __future__ import annotations

import click

from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp
from cakwizard.cli.helping import name_files
from cakwizard.errors import FileError
from cakwizard.errors import TreeError
from cakwizard.interface import pick_language
from cakwizard.loading import load_tree
from cakwizard.model import DecisionTree

__all__ = ["command"]


@click.command("diff", cls=SpokenHelp, help="help.diff.long")
@click.argument("old", metavar="OLD.yaml", shell_complete=name_files)
@click.argument("new", metavar="NEW.yaml", shell_complete=name_files)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="help.diff.format",
)
@click.option("--walks", "walk_files", metavar="FILE", shell_complete=name_files, multiple=True, help="help.diff.walks")
@click.option("--lang", type=click.Choice(["nl", "en"]), help="help.option.lang")
@click.pass_context
def command(ctx: click.Context, old: str, new: str, form: str, walk_files: tuple[str, ...], lang: str | None) -> None:
    """Leave with 0 when nothing changed, 1 when something did, 2 when there is nothing to compare: as diff does."""
    from cakwizard.diffing import compare
    from cakwizard.diffing import reporting

    outer = ctx.parent.params if ctx.parent else {}
    language = pick_language(lang or outer.get("lang"))
    difference = compare(_tree(old), _tree(new), walk_files)
    if form == "json":
        common.write_json(reporting.as_json(difference))
    elif form == "markdown":
        common.write_text(reporting.as_markdown(difference, language))
    else:
        common.write_text(reporting.as_text(difference, language))
    ctx.exit(0 if difference.is_empty else 1)


def _tree(file: str) -> DecisionTree:
    """Return the tree in a file; one with faults is no difference, so it does not leave with 1."""
    try:
        return load_tree(file)
    except TreeError as error:
        raise FileError(error.issues) from None
