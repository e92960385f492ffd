"""`cakwizard check` and `recheck`: every fault of a tree, what its author should know, and which sources were read."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from cakwizard import checking, loading
from cakwizard.checking.ages import due_sources, sources_towards
from cakwizard.cli import common
from cakwizard.cli.common import Spoken, say
from cakwizard.deciding.answers import preset_option
from cakwizard.errors import FileError, Issue, UsageError, spoken, unknown
from cakwizard.files import read_text, write_whole
from cakwizard.saying.phrases import format_date
from cakwizard.tree.format import format_page, tree_schema
from cakwizard.tree.reading import Reader
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import NOWHERE

_SHOWN = 5


@click.command("check", cls=Spoken, help="help.check.long")
@click.argument("file", metavar="[FILE]", type=common.FILE, required=False)
@common.tree_option
@click.option("--on", **common.DAY, help="help.check.on")
@click.option("--verbose", "-v", is_flag=True, help="help.check.verbose")
@click.option("--json", "as_json", is_flag=True, help="help.check.json")
@click.option("--github", "as_github", is_flag=True, help="help.check.github")
@click.option("--explain", metavar="CODE", help="help.check.explain")
@click.option("--schema", is_flag=True, help="help.check.schema")
@click.option("--format-help", is_flag=True, help="help.check.format_help")
@common.lang_option
def check(given: Any) -> int:
    """Leave with 0 when there is no error, 1 when there is one, 2 on wrong usage."""
    language = given.language
    if given.explain is not None:
        if (code := given.explain.upper()) not in checking.pages():
            raise UsageError(unknown("check.no_such_check", code, checking.pages()))
        common.out(checking.page_text(code, language))
    elif given.schema:
        common.write_json(tree_schema())
    elif given.format_help:
        common.out(format_page())
    else:
        name, issues, tree = _check(given.file or given.tree_file, given.on)
        wrong = sum(one.severity == "error" for one in issues)
        counts = {"errors": wrong, "warnings": len(issues) - wrong}
        if given.as_json:
            common.write_json({"format": 2, "file": name, **counts, "issues": [*map(_as_dict, issues)]})
        elif given.as_github:
            common.out("\n".join(map(_as_annotation, issues)))
        else:
            lines = map(str, issues) if given.verbose else _grouped(issues, language)
            common.out("\n".join([*lines, f"{name}: {_summary(tree, language, **counts)}"]))
        return 1 if wrong else 0
    return 0


def _check(file: str | None, on: datetime.date | None) -> tuple[str, list[Issue], DecisionTree | None]:
    """Return the name of the file, everything there is to say of it, and the tree if it can be used."""
    try:
        name, text = loading.bundled_text() if file is None else (file, read_text(file))
    except FileError as error:
        if not all(one.code for one in error.issues):
            raise
        return str(file), list(error.issues), None
    tree, issues = loading.tree_and_issues(text, name)
    if issues or tree is None:
        # Warnings would mostly follow from the errors.
        return name, issues, None
    return name, checking.warnings(tree, on or common.today(), strict=on is not None), tree


def _grouped(issues: Iterable[Issue], language: str) -> Iterator[str]:
    """Yield errors whole, and a line for all warnings (and whatever is old) of one kind and day."""
    groups: dict[tuple[str, str, str], list[Issue]] = defaultdict(list)
    for one in issues:
        if one.severity == "error" and "day" not in one.values:
            yield str(one)
        else:
            groups[one.severity, one.code, one.values.get("day", "")].append(one)
    for (severity, code, day), found in groups.items():
        lines = ", ".join(map(_line, found[:_SHOWN]))
        if len(found) > _SHOWN:
            lines = say("check.and_more", lines=lines, count=len(found) - _SHOWN)
        title = checking.pages()[code]["title"][language] + (f" ({format_date(day, language)})" if day else "")
        place = found[0].location or NOWHERE
        head = f"{place.file}:{place.line}: {say(f'faults.{severity}')}[{code}]: {title}"
        yield f"{head}: {say('check.lines', lines=lines, count=len(found))}"


def _summary(tree: DecisionTree | None, language: str, errors: int, warnings: int) -> str:
    if tree is None:
        return f"{say('check.error', count=errors)}, {say('check.warnings_later')}"
    counts = {"error": errors, "warning": warnings, "question": len(tree.questions), "node": len(tree.nodes)}
    counts |= {"route": tree.graph.number_of_edges(), "outcome": len(tree.outcomes)}
    return ", ".join(say(f"check.{key}", count=count) for key, count in counts.items())


def _line(one: Issue) -> str:
    """Return the number of the line of an issue, and the id there if it is about one."""
    place = one.location or NOWHERE
    word = (one.source_line or "")[place.column - 1 :][: place.width]
    return f"{place.line} ({word})" if word.isidentifier() else str(place.line)


def _as_dict(one: Issue) -> dict[str, Any]:
    return {"severity": one.severity, "width": (one.location or NOWHERE).width, **common.issue_data(one, "en")}


def _as_annotation(one: Issue) -> str:
    """Return an issue as the line by which GitHub Actions marks a place in a change."""
    place = one.location or NOWHERE
    properties: dict[str, object] = {"file": Path(place.file).as_posix(), "line": place.line, "col": place.column}
    properties |= {"endColumn": place.column + place.width - 1, "title": one.code}
    listed = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in properties.items())
    hint = f"\nhint: {one.hint}" if one.hint else ""
    return f"::{one.severity} {listed}::{_escaped(one.message + hint)}"


def _escaped(text: str, also: str = "") -> str:
    """Return a text in which no line break starts another command."""
    for char in f"%\r\n{also}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text


@click.command("recheck", cls=Spoken, help="help.recheck.long")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--outcome", "outcomes", metavar="ID", multiple=True, help="help.recheck.outcome")
@click.option("--only", "options", metavar="OPTION", multiple=True, help="help.recheck.only")
@click.option("--list", "listed", is_flag=True, help="help.recheck.list")
@click.option("--on", **common.DAY, help="help.recheck.on")
@common.tree_option
@common.lang_option
def recheck(given: Any) -> None:
    """Write the day at the sources that are named, or list what is due when none is or with `--list`."""
    language, day = given.language, given.on or common.today()
    tree = loading.load(given.tree_file)
    chosen = {_there(key, tree.sources) for key in given.sources}
    chosen = chosen.union(*(sources_towards(tree, outcome=_there(key, tree.outcomes)) for key in given.outcomes))
    chosen = chosen.union(*(sources_towards(tree, option=preset_option(tree, key, "--only")) for key in given.options))
    if chosen and not given.listed:
        file = Path(given.tree_file) if given.tree_file else loading.bundled_file()
        if file is None:
            raise UsageError(spoken("recheck.no_file"))
        written = format_date(day, language)
        if day > common.today():
            raise UsageError(spoken("recheck.in_future", day=written))
        text = read_text(file)
        changed = _with_days(text, str(file), chosen, day)
        if changed != text:
            # A file that is edited on purpose may be overwritten; its line ends stay as they are.
            write_whole(file, changed.encode(), force=True)
        common.out(say("recheck.written", count=len(chosen), day=written, names=", ".join(sorted(chosen))))
        tree = loading.load(given.tree_file)
    due = due_sources(tree, day, chosen if given.listed and chosen else None)
    lines = [say("recheck.due" if due else "recheck.none_due", count=len(due), day=format_date(day, language))]
    for one in due:
        lines.append(f"{format_date(one.checked, language):>10}  {one.id:<20}  {one.title[language]}")
    common.out("\n".join(lines))


def _there(key: str, known: Collection[str]) -> str:
    if key not in known:
        raise UsageError(unknown("recheck.unknown", key, known))
    return key


def _with_days(text: str, file: str, sources: Collection[str], day: datetime.date) -> str:
    """Return the text with the day written at `checked` of sources; nothing else of it changes."""
    reader = Reader(file, text)

    def within(node: Any) -> dict[str, Any]:
        return {key: value for key, _, value in reader.items(node, file, ids=False)}

    records = within(within(reader.root())["sources"])
    days = [within(node)["checked"] for key, node in records.items() if key in sources]
    for node in reversed(days):
        text = f"{text[: node.start_mark.index]}{day}{text[node.end_mark.index :]}"
    return text
