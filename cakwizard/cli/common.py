"""What commands share: words and help in the language of the user, options, dates, standard streams."""

from __future__ import annotations

import datetime
import io
import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import click

from cakwizard.errors import Issue, UsageError, harmless, spoken
from cakwizard.files import MAX_BYTES, decode_text, read_text
from cakwizard.words import Words, pick_language, words

SHARED = ("care_date", "claim_date", "tree_file", "providers_file", "form", "full", "force")
"""What may also be given before the command (`cakwizard --tree FILE walk`), as `--lang` may."""


class _Say:
    """The words of the program in the language that its arguments ask for, needed before click has read them."""

    arguments: Sequence[str] = sys.argv[1:]

    def __call__(self, key: str, **values: object) -> str:
        return self.words()(key, **values)

    def words(self) -> Words:
        asked = re.findall("\0--lang[=\0](nl|en)(?=\0)", "\0".join(["", *self.arguments, ""]))
        return words(pick_language(asked[-1] if asked else None))


say = _Say()


def usage_issue(fault: click.ClickException) -> Issue:
    """Return what click found wrong in the arguments as a fault in our own words."""
    if isinstance(fault, click.NoSuchOption):
        return spoken("no_such_option", given=fault.option_name, near=next(iter(fault.possibilities or ()), ""))
    if isinstance(fault, click.MissingParameter) and fault.param is not None:
        return spoken("missing_argument", what=fault.param.human_readable_name)
    if isinstance(fault, click.BadOptionUsage):
        return spoken("bad_option", what=fault.option_name)
    if isinstance(fault, click.BadParameter) and fault.param is not None:
        what, kind = fault.param.opts[-1], fault.param.type
        choices = ", ".join(map(str, kind.choices)) if isinstance(kind, click.Choice) else kind.name
        return spoken("bad_value", what=what, offered=choices)
    return spoken("wrong_usage", reason=fault.format_message())


def issue_data(issue: Issue, language: str) -> dict[str, Any]:
    """Return a fault as a program reads it."""
    (message, hint), place = issue.said(language), issue.location
    where = {key: place and getattr(place, key) for key in ("file", "line", "column")}
    return {"message": message, "hint": hint, "code": issue.code or issue.key or None, **where}


class SpokenHelp(click.Command):
    """A command whose help, and that of its options, is the key of a sentence, which few calls need to read."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the whole help; click's own words would be English."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=say("help.usage"))
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(self.help or ""))
        rows = [one.get_help_record(ctx) for one in self.get_params(ctx) if isinstance(one, click.Option)]
        with formatter.section(say("help.options")):
            formatter.write_dl([(option, _in_words(text)) for option, text in filter(None, rows)])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, which click would explain in English."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "help.option.help"
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return what a shell shows beside this command."""
        return say(f"help.{self.name}.short")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Return what can be typed next; some shells show the help beside it."""
        found = super().shell_complete(ctx, incomplete)
        for item in found:
            item.help = item.help and _in_words(item.help)
        return found


class Spoken(SpokenHelp):
    """A command that gets all that was given as one record, and returns the exit status."""

    allow_extra_args = True

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an argument too many is a fault in our own words."""
        if ctx.args:
            raise UsageError(spoken("one_too_many", given=ctx.args[0]))
        run: Any = self.callback
        return run(SimpleNamespace(**ctx.params))


def _in_words(text: str) -> str:
    """Return a text of which the first word may be the key of a sentence."""
    key, gap, rest = text.partition("  ")
    return say(key) + gap + rest if key.startswith("help.") else text


def _as_day(_context: click.Context, param: click.Parameter, word: str | None) -> datetime.date | None:
    from cakwizard.deciding.answers import parse_day

    return parse_day(word, param.opts[0]) if word else None


FILE = click.Path(readable=False)
"""The name of a file, for shells that complete it; whether it can be read is said by `files`."""
DAY: Any = {"metavar": "DAY", "callback": _as_day}
"""What makes an option that of a day: its value is a date."""
_FORMS = click.Choice(["text", "markdown", "svg"])
_PROVIDERS: Any = {"envvar": "CAKWIZARD_PROVIDERS", "type": FILE, "help": "help.option.providers"}

lang_option = click.option("--lang", "language", type=click.Choice(["nl", "en"]), help="help.option.lang")
tree_option = click.option("--tree", "tree_file", metavar="FILE", type=FILE, help="help.option.tree")
date_option = click.option("--date", "care_date", **DAY, help="help.option.date")
claim_date_option = click.option("--claim-date", **DAY, help="help.option.claim_date")
form_option = click.option("--format", "form", type=_FORMS, help="help.option.format")
full_option = click.option("--full", is_flag=True, help="help.option.full")
force_option = click.option("--force", is_flag=True, help="help.option.force")
providers_option = click.option("--providers", "providers_file", metavar="FILE.csv", **_PROVIDERS)


def today() -> datetime.date:
    """Return CAKWIZARD_TODAY, for transcripts and tests, or today in local time; nothing else reads a clock."""
    from cakwizard.deciding.answers import parse_day

    given = os.environ.get("CAKWIZARD_TODAY")
    return parse_day(given, "CAKWIZARD_TODAY") if given else datetime.date.today()


def the_dates(care: datetime.date | None, claim: datetime.date | None) -> tuple[datetime.date, datetime.date]:
    """Return the dates to decide on: care of today where not given, claimed today, or when still to come on its day."""
    from cakwizard.deciding.answers import check_dates

    care_date = care or today()
    claim_date = claim or max(today(), care_date)
    check_dates(care_date, claim_date)
    return care_date, claim_date


def prepare() -> None:
    """Put nothing in place of a closed stream, and let a letter that an encoding lacks be replaced."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def read_input(file: str) -> tuple[str, str]:
    """Return the text of a file, or of standard input for `-`, and what it is called; or raise `FileError`."""
    if file != "-":
        return read_text(file), file
    return decode_text(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>"), "<stdin>"


def out(text: str) -> None:
    """Write lines to standard output; what steers a terminal is replaced."""
    sys.stdout.write(harmless(text).rstrip("\n") + "\n")


def write_json(data: Any) -> None:
    """Write JSON to standard output, in ASCII so that every encoding carries it."""
    out(json.dumps(data, indent=2))


def text_width() -> int:
    """Return how many characters a line of text may have on standard output: the window's, or 80."""
    return max(20, min(shutil.get_terminal_size().columns, 100)) if sys.stdout.isatty() else 80


def out_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output; on a terminal a long one is broken and hung under where it begins."""
    wrapper = textwrap.TextWrapper(text_width(), break_long_words=False, break_on_hyphens=False)
    rows: list[str] = []
    for line in lines:
        wrapper.subsequent_indent = " " * (len(line) - len(line.lstrip()) + 2)
        # One that holds line ends is laid out already.
        whole = "\n" in line or len(line) <= wrapper.width or not sys.stdout.isatty()
        rows += [line] if whole else wrapper.wrap(line)
    out("\n".join(rows))


def err(text: str) -> None:
    """Write a message to standard error; where that is impossible, the exit status must do."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        sys.stderr.write(harmless(text).rstrip("\n") + "\n")
        sys.stderr.flush()


@contextmanager
def progress(text: str, total: float | None = 1) -> Iterator[Callable[[float], None]]:
    """Draw a bar on standard error while a long job runs, if that is a terminal; it is gone afterwards.

    What it gives is to be called with how much is done, of `total`; where that is None it only shows that it goes on.
    """
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=total)
        yield lambda done: bar.update(task, completed=done)


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
