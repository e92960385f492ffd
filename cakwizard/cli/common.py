"""What several commands share: their options, the tree, the dates, JSON."""

from __future__ import annotations

import datetime
import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from cakwizard.errors import harmless
from cakwizard.files import MAX_BYTES, decode_text, read_text

if TYPE_CHECKING:
    from cakwizard.deciding.answers import AnswerFile
    from cakwizard.deciding.countries import Country
    from cakwizard.tree.records import DecisionTree

Day = datetime.date | None

FILE = click.Path(readable=False)
"""The name of a file, for shells that complete it; whether it can be read is said by `files`."""

SHARED = ("care_date", "claim_date", "tree_file", "providers_file", "form", "full", "force")
"""What may also be given before the command (`cakwizard --tree FILE walk`), as `--lang` may."""


def _as_day(_context: click.Context, param: click.Parameter, word: str | None) -> Day:
    from cakwizard.deciding.answers import parse_day

    return parse_day(word, param.opts[0]) if word else None


lang_option = click.option("--lang", "language", type=click.Choice(["nl", "en"]), help="help.option.lang")
"""Gives `language`: nl or en."""
tree_option = click.option("--tree", "tree_file", metavar="FILE", type=FILE, help="help.option.tree")
DAY: Any = {"metavar": "DAY", "callback": _as_day}
"""What makes an option that of a day: its value is a date."""
date_option = click.option("--date", "care_date", **DAY, help="help.option.date")
claim_date_option = click.option("--claim-date", **DAY, help="help.option.claim_date")
_FORMS = click.Choice(["text", "markdown", "svg"])
form_option = click.option("--format", "form", type=_FORMS, help="help.option.format")
full_option = click.option("--full", is_flag=True, help="help.option.full")
force_option = click.option("--force", is_flag=True, help="help.option.force")
_providers: Any = {"envvar": "CAKWIZARD_PROVIDERS", "type": FILE, "help": "help.option.providers"}
providers_option = click.option("--providers", "providers_file", metavar="FILE.csv", **_providers)


def today() -> datetime.date:
    """Return today in local time; the only place of the program that reads a clock.

    CAKWIZARD_TODAY (YYYY-MM-DD) stands in for it, for reproducible transcripts and tests.
    """
    from cakwizard.deciding.answers import parse_day

    given = os.environ.get("CAKWIZARD_TODAY")
    return parse_day(given, "CAKWIZARD_TODAY") if given else datetime.date.today()


def text_width() -> int:
    """Return how many characters a line of text may have on standard output: the window's, or 80."""
    return max(20, min(shutil.get_terminal_size().columns, 100)) if sys.stdout.isatty() else 80


def load_named(file: str | None) -> DecisionTree:
    """Return the tree in a file, or the one that comes with the program; only who needs one waits for what reads it."""
    from cakwizard.loading import load

    return load(file)


def language_of(tree: DecisionTree, asked: str) -> str:
    """Return the language asked for, or the first of a tree that does not speak it."""
    return asked if asked in tree.languages else tree.languages[0]


def the_dates(care: Day, claim: Day) -> tuple[datetime.date, datetime.date]:
    """Return the dates to decide on: care of today where not given, claimed today, or when still to come on its day.

    Raises:
        UsageError: The claim lies before the care.
    """
    from cakwizard.deciding.answers import check_dates

    care_date = care or today()
    claim_date = claim or max(today(), care_date)
    check_dates(care_date, claim_date)
    return care_date, claim_date


def read_case(file: str, tree: DecisionTree, language: str, taken: list[Country] | None = None) -> AnswerFile:
    """Return what a file of answers holds, or standard input for `-`; `taken` is that of `read_answers`."""
    from cakwizard.deciding.answers import read_answers

    return read_answers(*read_input(file), tree, taken, language)


def write_json(data: Any) -> None:
    """Write JSON to standard output, in ASCII so that every encoding carries it."""
    out(json.dumps(data, indent=2))


# Long lines of a report on a terminal: broken between words and hung under where they begin; pipes get them whole.


def out_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output; one that holds line ends is laid out already."""
    out("\n".join(map(_fitted, lines) if sys.stdout.isatty() else lines))


def _fitted(line: str) -> str:
    from cakwizard.showing.text import wrapped

    if "\n" in line:
        return line
    indent = len(line) - len(line.lstrip())
    first, *rest = wrapped(line, text_width() - indent - 2)
    return "\n".join([" " * indent + first, *(" " * (indent + 2) + one for one in rest)])


# Standard input, output and error as they come: open, closed, full, in any encoding.


def prepare() -> None:
    """Put nothing in place of a closed stream, and let a letter that an encoding lacks be replaced."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def out(text: str) -> None:
    """Write lines to standard output; what steers a terminal is replaced."""
    sys.stdout.write(harmless(text).rstrip("\n") + "\n")


def err(text: str) -> None:
    """Write a message to standard error; where that is impossible, the exit status must do."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        sys.stderr.write(harmless(text).rstrip("\n") + "\n")
        sys.stderr.flush()


def read_input(file: str) -> tuple[str, str]:
    """Return the text of a file, or of standard input for `-`, and what it is called; or raise `FileError`."""
    if file != "-":
        return read_text(file), file
    return decode_text(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>"), "<stdin>"


def finish() -> OSError | None:
    """Write out what was held back; return why that failed, if anybody is left who should know."""
    try:
        sys.stdout.flush()
    except OSError as fault:
        # The interpreter flushes once more at the end, which must say nothing.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return None if isinstance(fault, BrokenPipeError) else fault
    return None


# How far a long job is: a bar on a terminal, nothing anywhere else.


@contextmanager
def progress(text: str, total: float | None = 1) -> Iterator[Callable[[float], None]]:
    """Draw a bar on standard error while the job runs, if that is a terminal; it is gone afterwards.

    Yields:
        What to call with how much is done, of `total`; where that is not known the bar only shows that it goes on.
    """
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=total)
        yield lambda done: bar.update(task, completed=done)
