"""`cakwizard recheck`: write the day on which sources were read again, and list those that are due."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp
from cakwizard.errors import UsageError, spoken, unknown
from cakwizard.words import words

if TYPE_CHECKING:
    from cakwizard.tree.records import DecisionTree


@click.command("recheck", cls=SpokenHelp, help="help.recheck.long")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--outcome", "outcomes", metavar="ID", multiple=True, help="help.recheck.outcome")
@click.option("--only", "options", metavar="OPTION", multiple=True, help="help.recheck.only")
@click.option("--list", "listed", is_flag=True, help="help.recheck.list")
@click.option("--on", "on", metavar="DAY", help="help.recheck.on")
@common.tree_option
@common.lang_option
def command(
    sources: tuple[str, ...],
    outcomes: tuple[str, ...],
    options: tuple[str, ...],
    listed: bool,
    on: str | None,
    tree_file: str | None,
    language: str,
) -> None:
    """Write the day at the sources that are named, or list what is due when none is or with `--list`."""
    from cakwizard.deciding.answers import parse_day
    from cakwizard.files import read_text, write_whole
    from cakwizard.loading import bundled_file, load
    from cakwizard.saying.phrases import format_date

    say = words(language)
    day = parse_day(on, "--on") if on else common.today()
    tree = load(tree_file)
    chosen = _chosen(tree, sources, outcomes, options)
    if chosen and not listed:
        file = Path(tree_file) if tree_file else bundled_file()
        if file is None:
            raise UsageError(spoken("recheck.no_file"))
        if day > common.today():
            raise UsageError(spoken("recheck.in_future", day=format_date(day, language)))
        text = read_text(file)
        changed = _with_days(text, str(file), chosen, day)
        if changed != text:
            # A file that is edited on purpose may be overwritten; its line ends stay as they are.
            write_whole(file, changed.encode(), force=True)
        common.out(
            say("recheck.written", count=len(chosen), day=format_date(day, language), names=", ".join(sorted(chosen)))
        )
        tree = load(tree_file)
    common.out(_due(tree, day, chosen if listed and chosen else None, language))


def _chosen(
    tree: DecisionTree, sources: Iterable[str], outcomes: Iterable[str], options: Iterable[str]
) -> frozenset[str]:
    """Return the sources that are named, that an outcome rests on, and that an option of the preset meets."""
    from cakwizard.checking.ages import sources_towards

    preset = tree.questions[tree.preset].options if tree.preset else {}
    found = {_known(key, tree.sources) for key in sources}
    found = found.union(*(sources_towards(tree, outcome=_known(key, tree.outcomes)) for key in outcomes))
    return frozenset(found.union(*(sources_towards(tree, option=_known(key, preset)) for key in options)))


def _known(key: str, known: Collection[str]) -> str:
    if key not in known:
        raise UsageError(unknown("recheck.unknown", key, known))
    return key


def _with_days(text: str, file: str, sources: Collection[str], day: datetime.date) -> str:
    """Return the text with the day written at `checked` of sources; nothing else of it changes."""
    from cakwizard.tree.reading import Reader

    reader = Reader(file, text)
    blocks = {key: node for key, _, node in reader.items(reader.root(), "the tree", ids=False)}
    places = []
    for key, _, node in reader.items(blocks["sources"], "'sources'"):
        if key in sources:
            fields = {name: value for name, _, value in reader.items(node, key, ids=False)}
            places.append(reader.place(fields["checked"]))
    lines = text.splitlines(keepends=True)
    for place in reversed(places):
        line, start = lines[place.line - 1], place.column - 1
        lines[place.line - 1] = f"{line[:start]}{day}{line[start + place.width :]}"
    return "".join(lines)


def _due(tree: DecisionTree, day: datetime.date, only: Collection[str] | None, language: str) -> str:
    """Return the sources that are due, a line each, with how to write that they were read."""
    from cakwizard.checking.ages import due_sources
    from cakwizard.saying.phrases import format_date

    say = words(language)
    found = due_sources(tree, day, only)
    if not found:
        return say("recheck.none_due", day=format_date(day, language))
    rows = [
        f"{format_date(one.day, language):>10}  {one.id:<20}  {tree.sources[one.id].title[language]}" for one in found
    ]
    return "\n".join([say("recheck.due", count=len(found), day=format_date(day, language)), *rows])
