"""`cakwizard export`: write the tree as a chart, a page, a diagram or data."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

import click

from cakwizard.cli import common, streams
from cakwizard.cli.helping import SpokenHelp, say
from cakwizard.errors import CakwizardError, Issue, UsageError
from cakwizard.exporting import NAMES, Format, find_format, format_of

if TYPE_CHECKING:
    from cakwizard.exporting.drawing import Drawing
    from cakwizard.exporting.part import Edge
    from cakwizard.tree.records import DecisionTree

__all__ = ["command", "part_options", "the_drawing"]


def part_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a part of the tree and mark something in it."""
    for option in reversed(
        (
            click.option("--only", metavar="OPTION", help="help.export.only"),
            common.date_option,
            click.option("--all-dates", is_flag=True, help="help.export.all_dates"),
            click.option("--from", "start", metavar="QUESTION|NODE", help="help.export.from"),
            click.option("--until", metavar="QUESTION|NODE", help="help.export.until"),
            click.option("--highlight", metavar="ANSWERS.yaml", type=common.FILE, help="help.export.highlight"),
            click.option(
                "--coverage", metavar="WALKS.yaml", type=common.FILE, multiple=True, help="help.export.coverage"
            ),
            common.lang_option,
            common.tree_option,
        )
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
        raise UsageError(Issue(message="--since belongs to a fact sheet", key="export.since_alone"))
    if name == "factsheet":
        form, data = _factsheet(file, since, parts)
    else:
        form = format_of(name, file)
        _refuse_screen(form, file)
        data = _page(parts) if form.name == "html" else form.make(the_drawing(**parts), dpi=dpi)
    if file is not None:
        from cakwizard.files import write_whole

        read = [parts["tree_file"], parts["highlight"], since, *parts["coverage"]]
        write_whole(file, data, kind=form.is_kind, force=force, inputs=[one for one in read if one not in (None, "-")])
    elif sys.stdout.isatty():
        streams.out(data.decode())
    else:
        # Into a pipe or a file: these bytes exactly, whatever the terminal's encoding.
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _refuse_screen(form: Format, file: str | None) -> None:
    if form.binary and file is None and sys.stdout.isatty():
        values = {"format": form.name, "file": f"tree{form.suffixes[0]}"}
        raise UsageError(Issue(message=f"{form.name} is not text", key="export.not_text", values=values))


def _day(parts: dict[str, Any]) -> datetime.date | None:
    """Return the day of care that is drawn: the one given, else today; None for all dates."""
    from cakwizard.deciding.answers import parse_day

    if parts["all_dates"]:
        if parts["care_date"]:
            values = {"one": "--date", "other": "--all-dates"}
            raise UsageError(
                Issue(message="a day and all dates exclude one another", key="walk.together", values=values)
            )
        return None
    return parse_day(parts["care_date"], "--date") if parts["care_date"] else common.today()


def the_drawing(**parts: Any) -> Drawing:
    """Return the drawing that the options ask for."""
    from cakwizard.exporting.merging import make_drawing
    from cakwizard.exporting.part import find_part

    tree, day = common.load_named(parts["tree_file"]), _day(parts)
    language = _spoken(tree, parts["language"])
    marked, mark_word = frozenset[Any](), ""
    if parts["highlight"]:
        marked, day = _walk(tree, parts["highlight"], day, language, given=bool(parts["care_date"]))
        mark_word = "export.walked"
    elif parts["coverage"]:
        marked, mark_word = _not_walked(tree, parts["coverage"]), "export.not_walked"
    part = find_part(
        tree,
        language,
        day=day,
        only=parts["only"],
        start=parts["start"],
        until=parts["until"],
        marked=marked,
        mark_word=say(mark_word) if mark_word else "",
    )
    return make_drawing(part)


def _spoken(tree: DecisionTree, language: str) -> str:
    return language if language in tree.languages else tree.languages[0]


def _walk(
    tree: DecisionTree, file: str, day: datetime.date | None, language: str, *, given: bool
) -> tuple[frozenset[Edge], datetime.date | None]:
    """Return the edges that are open for the answers in a file, and the day to draw: that of the file unless given."""
    from cakwizard.deciding.answers import MAX_ANSWER_BYTES, read_answers
    from cakwizard.deciding.verdict import decide
    from cakwizard.exporting.part import edge_of
    from cakwizard.saying.phrases import format_date

    text = streams.read_input(file, limit=MAX_ANSWER_BYTES)
    found = read_answers(text, "<stdin>" if file == "-" else file, tree, [], language)
    care_date = (day if given else found.care_date or day) or common.today()
    verdict = decide(tree, found.answers, care_date)
    if not verdict.open_routes:
        values = {"file": file, "date": format_date(care_date, language)}
        message = f"the answers in '{file}' lead nowhere on {care_date}"
        raise CakwizardError(Issue(message=message, key="export.leads_nowhere", values=values))
    return frozenset(map(edge_of, verdict.open_routes)), None if day is None else care_date


def _not_walked(tree: DecisionTree, files: tuple[str, ...]) -> frozenset[Edge]:
    """Return the edges that no case in walk files takes."""
    from cakwizard.deciding.verdict import decide
    from cakwizard.exporting.part import edge_of
    from cakwizard.testing.coverage import edge_id, walked
    from cakwizard.testing.walkfile import load_walks

    met: set[tuple[str, str]] = set()
    for one in load_walks(files, tree):
        for case in one.cases:
            met |= walked(decide(tree, case.answers, case.care_date, case.claim_date))
    return frozenset(edge_of(route) for route in tree.routes() if ("edges", edge_id(route)) not in met)


def _page(parts: dict[str, Any]) -> bytes:
    """Return the page, on which a conversation can be held; without a day it takes the one on which it is opened."""
    from cakwizard.exporting.page import make_page

    day = _day(parts) if parts["care_date"] else None
    tree = common.load_named(parts["tree_file"])
    return make_page(tree, parts["language"], only=parts["only"], date=day, today=common.today())


def _factsheet(file: str | None, since: str | None, parts: dict[str, Any]) -> tuple[Format, bytes]:
    """Return the fact sheets to sign, as a page or for paper."""
    from cakwizard.exporting.factsheet import make_factsheet

    suffix = PurePath(file).suffix.lower() if file else ".html"
    kind: Literal["html", "pdf"] = "pdf" if suffix == ".pdf" else "html"
    form = find_format(kind)
    if file is not None and suffix not in form.suffixes:
        values = {"given": file, "format": "factsheet", "ends": ".html / .pdf"}
        raise UsageError(Issue(message="a fact sheet ends in .html or .pdf", key="export.other_ending", values=values))
    tree = common.load_named(parts["tree_file"])
    old = common.load_named(since) if since else None
    return form, make_factsheet(tree, _spoken(tree, parts["language"]), form=kind, since=old)
