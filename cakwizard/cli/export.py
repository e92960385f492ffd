"""`cakwizard export`: write the tree as a chart, a page, a diagram or data."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

import click

from cakwizard.cli import common, streams
from cakwizard.cli.helping import SpokenHelp
from cakwizard.errors import UsageError, spoken
from cakwizard.exporting import FORMATS, NAMES, Format, format_of

if TYPE_CHECKING:
    from cakwizard.exporting.drawing import Drawing
    from cakwizard.tree.records import DecisionTree

__all__ = ["command", "part_options", "the_drawing"]


def part_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a part of the tree."""
    for option in (
        common.tree_option,
        common.lang_option,
        click.option("--until", metavar="QUESTION|NODE", help="help.export.until"),
        click.option("--from", "start", metavar="QUESTION|NODE", help="help.export.from"),
        click.option("--all-dates", is_flag=True, help="help.export.all_dates"),
        common.date_option,
        click.option("--only", metavar="OPTION", help="help.export.only"),
    ):
        function = option(function)
    return function


def _name_formats(_context: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    return [one for one in NAMES if one.startswith(typed)]


@click.command("export", cls=SpokenHelp, help="help.export.long")
@click.argument("name", metavar="FORMAT", required=False, shell_complete=_name_formats)
@click.option("-o", "--output", metavar="FILE", type=common.FILE, help="help.export.output")
@part_options
@click.option("--dpi", type=click.IntRange(36, 1200), default=150, metavar="N", help="help.export.dpi")
@click.option("--since", metavar="OLD.yaml", type=common.FILE, help="help.export.since")
@common.force_option
def command(*, name: str | None, output: str | None, dpi: int, since: str | None, force: bool, **parts: Any) -> None:
    """Write one format to a file or to standard output."""
    file = output if output != "-" else None
    if since is not None and name != "factsheet":
        raise UsageError(spoken("export.since_alone"))
    if name == "factsheet":
        form, data = _factsheet(file, since, parts)
    else:
        form = format_of(name, file)
        if form.binary and file is None and sys.stdout.isatty():
            raise UsageError(spoken("export.not_text", format=form.name, file=f"tree{form.suffixes[0]}"))
        data = _page(parts) if form.name == "html" else form.make(the_drawing(**parts), dpi=dpi)
    if file is not None:
        from cakwizard.files import write_whole

        read = [one for one in (parts["tree_file"], since) if one is not None]
        write_whole(file, data, kind=form.is_kind, force=force, inputs=read)
    elif sys.stdout.isatty():
        streams.out(data.decode())
    else:
        # Into a pipe or a file: these bytes exactly, whatever the terminal's encoding.
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _day(care_date: str | None, *, all_dates: bool) -> datetime.date | None:
    """Return the day of care that is drawn: the one given, else today; None for all dates."""
    from cakwizard.deciding.answers import parse_day

    if care_date is None:
        return None if all_dates else common.today()
    if all_dates:
        raise UsageError(spoken("walk.together", one="--date", other="--all-dates"))
    return parse_day(care_date, "--date")


def the_drawing(
    *,
    tree_file: str | None,
    language: str,
    care_date: str | None,
    all_dates: bool,
    only: str | None,
    start: str | None,
    until: str | None,
) -> Drawing:
    """Return the drawing that the options ask for."""
    from cakwizard.exporting.merging import make_drawing
    from cakwizard.exporting.part import find_part

    tree, day = common.load_named(tree_file), _day(care_date, all_dates=all_dates)
    return make_drawing(find_part(tree, _spoken(tree, language), day=day, only=only, start=start, until=until))


def _spoken(tree: DecisionTree, language: str) -> str:
    return language if language in tree.languages else tree.languages[0]


def _page(parts: dict[str, Any]) -> bytes:
    """Return the page, on which a conversation can be held; without a day it takes the one on which it is opened."""
    from cakwizard.exporting.page import make_page

    day = _day(parts["care_date"], all_dates=parts["all_dates"]) if parts["care_date"] else None
    tree = common.load_named(parts["tree_file"])
    return make_page(tree, parts["language"], only=parts["only"], date=day, today=common.today())


def _factsheet(file: str | None, since: str | None, parts: dict[str, Any]) -> tuple[Format, bytes]:
    """Return the fact sheets to sign, as a page or for paper."""
    from cakwizard.exporting.factsheet import make_factsheet

    suffix = PurePath(file).suffix.lower() if file else ".html"
    kind: Literal["html", "pdf"] = "pdf" if suffix == ".pdf" else "html"
    form = FORMATS[kind]
    if file is not None and suffix not in form.suffixes:
        raise UsageError(spoken("export.other_ending", given=file, format="factsheet", ends=".html / .pdf"))
    tree = common.load_named(parts["tree_file"])
    old = common.load_named(since) if since else None
    return form, make_factsheet(tree, _spoken(tree, parts["language"]), form=kind, since=old)
