"""`cakwizard export`: write the tree as a chart, a page, a diagram or data."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import click

from cakwizard.cli import common
from cakwizard.cli.helping import Spoken
from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Verdict
from cakwizard.errors import FileError, UsageError, spoken
from cakwizard.exporting import FORMATS, format_of
from cakwizard.exporting.drawing import Drawing, Mark, make_drawing
from cakwizard.exporting.factsheet import make_factsheet
from cakwizard.exporting.page import make_page
from cakwizard.files import write_whole
from cakwizard.saying.phrases import format_date
from cakwizard.testing.coverage import edge_id, walked
from cakwizard.testing.walkfile import load_walks
from cakwizard.tree.records import DecisionTree, Route


def part_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a part of the tree and mark something in it."""
    for option in (
        common.tree_option,
        common.lang_option,
        click.option("--coverage", metavar="WALKS.yaml", type=common.FILE, multiple=True, help="help.export.coverage"),
        click.option("--highlight", metavar="ANSWERS.yaml", type=common.FILE, help="help.export.highlight"),
        click.option("--until", metavar="QUESTION|NODE", help="help.export.until"),
        click.option("--from", "start", metavar="QUESTION|NODE", help="help.export.from"),
        click.option("--all-dates", is_flag=True, help="help.export.all_dates"),
        common.date_option,
        click.option("--only", metavar="OPTION", help="help.export.only"),
    ):
        function = option(function)
    return function


def _name_formats(_context: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    return [one for one in FORMATS if one.startswith(typed)]


@click.command("export", cls=Spoken, help="help.export.long")
@click.argument("name", metavar="FORMAT", required=False, shell_complete=_name_formats)
@click.option("-o", "--output", metavar="FILE", type=common.FILE, help="help.export.output")
@part_options
@click.option("--dpi", type=click.IntRange(36, 1200), default=150, metavar="N", help="help.export.dpi")
@click.option("--since", metavar="OLD.yaml", type=common.FILE, help="help.export.since")
@common.force_option
def export(given: Any) -> None:
    """Write one format to a file or to standard output."""
    name, file = given.name, given.output if given.output != "-" else None
    if given.since is not None and name != "factsheet":
        raise UsageError(spoken("export.since_alone"))
    form = format_of(name, file)
    if not form.maker and (given.highlight or given.coverage):
        one = "--highlight" if given.highlight else "--coverage"
        raise UsageError(spoken("walk.together", one=one, other=form.name))
    if form.binary and file is None and sys.stdout.isatty():
        raise UsageError(spoken("export.not_text", format=form.name, file=f"tree{form.suffixes[0]}"))
    if form.name == "factsheet":
        tree, old = common.load_named(given.tree_file), common.load_named(given.since) if given.since else None
        paper = PurePath(file or "").suffix.lower() == ".pdf"
        data = make_factsheet(tree, common.language_of(tree, given.language), paper=paper, since=old)
    elif form.name == "html":
        # Without a day the page takes the one on which it is opened.
        tree, day = common.load_named(given.tree_file), _day(given) if given.care_date else None
        data = make_page(tree, given.language, only=given.only, date=day, today=common.today())
    else:
        data = form.make(the_drawing(given), dpi=given.dpi)
    if file is not None:
        read = (given.tree_file, given.since, given.highlight, *given.coverage)
        inputs = [one for one in read if one not in (None, "-")]
        write_whole(file, data, kind=form.is_kind, force=given.force, inputs=inputs)
    elif sys.stdout.isatty():
        common.out(data.decode())
    else:
        # Into a pipe or a file: these bytes exactly, whatever the terminal's encoding.
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _day(given: Any) -> datetime.date | None:
    """Return the day of care that is drawn: the one given, else today; None for all dates."""
    day: datetime.date | None = given.care_date
    if day and given.all_dates:
        raise UsageError(spoken("walk.together", one="--date", other="--all-dates"))
    return day or (None if given.all_dates else common.today())


def the_drawing(given: Any) -> Drawing:
    """Return the drawing that the options ask for."""
    tree, day = common.load_named(given.tree_file), _day(given)
    language, marks = common.language_of(tree, given.language), dict[Mark, frozenset[Route]]()
    if given.highlight is not None:
        verdict = _case(tree, given, language)
        day, marks["case"] = None if given.all_dates else verdict.care_date, frozenset(verdict.open_routes)
    if given.coverage:
        marks["unwalked"] = _unwalked(tree, given.coverage)
    return make_drawing(tree, language, day=day, only=given.only, start=given.start, until=given.until, marks=marks)


def _case(tree: DecisionTree, given: Any, language: str) -> Verdict:
    """Return the verdict on the answers in a file, on its own day unless another is given."""
    found = common.read_case(given.highlight, tree, language)
    day, _ = common.the_dates(given.care_date or found.care_date, found.claim_date)
    verdict = decide(tree, found.answers, day)
    if not verdict.open_routes:
        raise UsageError(spoken("export.leads_nowhere", file=given.highlight, date=format_date(day, language)))
    return verdict


def _unwalked(tree: DecisionTree, files: tuple[str, ...]) -> frozenset[Route]:
    """Return the edges that no case in walk files takes."""
    cases = [case for one in load_walks(files, tree) for case in one.cases]
    if issues := [issue for case in cases for issue in case.issues]:
        raise FileError(issues)
    verdicts = [decide(tree, case.answers, case.care_date, case.claim_date) for case in cases]
    met = set().union(*map(walked, verdicts))
    return frozenset(route for route in tree.routes() if ("edges", edge_id(route)) not in met)
