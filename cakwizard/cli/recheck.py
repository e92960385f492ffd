"""`cakwizard recheck`: write the day on which sources were read again, and list those that are due."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cakwizard.cli import common
from cakwizard.cli.helping import Spoken
from cakwizard.errors import UsageError, spoken, unknown
from cakwizard.words import words

if TYPE_CHECKING:
    from cakwizard.tree.records import DecisionTree


@click.command("recheck", cls=Spoken, help="help.recheck.long")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--outcome", "outcomes", metavar="ID", multiple=True, help="help.recheck.outcome")
@click.option("--only", "options", metavar="OPTION", multiple=True, help="help.recheck.only")
@click.option("--list", "listed", is_flag=True, help="help.recheck.list")
@click.option("--on", "on", metavar="DAY", help="help.recheck.on")
@common.tree_option
@common.lang_option
def command(given: Any) -> None:
    """Write the day at the sources that are named, or list what is due when none is or with `--list`."""
    from cakwizard.checking.ages import sources_towards
    from cakwizard.deciding.answers import parse_day
    from cakwizard.files import read_text, write_whole
    from cakwizard.loading import bundled_file, load
    from cakwizard.saying.phrases import format_date

    say = words(given.language)
    day = parse_day(given.on, "--on") if given.on else common.today()
    tree = load(given.tree_file)
    preset = tree.questions[tree.preset].options if tree.preset else {}
    chosen = {_known(key, tree.sources) for key in given.sources}
    chosen = chosen.union(*(sources_towards(tree, outcome=_known(key, tree.outcomes)) for key in given.outcomes))
    chosen = chosen.union(*(sources_towards(tree, option=_known(key, preset)) for key in given.options))
    if chosen and not given.listed:
        file = Path(given.tree_file) if given.tree_file else bundled_file()
        if file is None:
            raise UsageError(spoken("recheck.no_file"))
        written = format_date(day, given.language)
        if day > common.today():
            raise UsageError(spoken("recheck.in_future", day=written))
        text = read_text(file)
        changed = _with_days(text, str(file), chosen, day)
        if changed != text:
            # A file that is edited on purpose may be overwritten; its line ends stay as they are.
            write_whole(file, changed.encode(), force=True)
        common.out(say("recheck.written", count=len(chosen), day=written, names=", ".join(sorted(chosen))))
        tree = load(given.tree_file)
    common.out(_due(tree, day, chosen if given.listed and chosen else None, given.language))


def _known(key: str, known: Collection[str]) -> str:
    if key not in known:
        raise UsageError(unknown("recheck.unknown", key, known))
    return key


def _with_days(text: str, file: str, sources: Collection[str], day: datetime.date) -> str:
    """Return the text with the day written at `checked` of sources; nothing else of it changes."""
    from cakwizard.tree.reading import Reader

    reader = Reader(file, text)

    def within(node: Any) -> dict[str, Any]:
        return {key: value for key, _, value in reader.items(node, file, ids=False)}

    records = within(within(reader.root())["sources"])
    days = [within(node)["checked"] for key, node in records.items() if key in sources]
    for node in reversed(days):
        text = f"{text[: node.start_mark.index]}{day}{text[node.end_mark.index :]}"
    return text


def _due(tree: DecisionTree, day: datetime.date, only: Collection[str] | None, language: str) -> str:
    """Return the sources that are due, a line each, with how to write that they were read."""
    from cakwizard.checking.ages import due_sources
    from cakwizard.saying.phrases import format_date

    say = words(language)
    found = due_sources(tree, day, only)
    if not found:
        return say("recheck.none_due", day=format_date(day, language))
    lines = [say("recheck.due", count=len(found), day=format_date(day, language))]
    for one in found:
        lines.append(f"{format_date(one.day, language):>10}  {one.id:<20}  {tree.sources[one.id].title[language]}")
    return "\n".join(lines)
