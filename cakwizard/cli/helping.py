"""Help and faults in the language of the user, looked up when somebody needs them.

Most calls show neither, and reading all words of the program takes longer than everything else that `--version` does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

from cakwizard.errors import Issue, UsageError, spoken
from cakwizard.words import Words, pick_language, words

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class _Say:
    """The words of the program in the language that its arguments ask for, needed before click has read them."""

    arguments: Sequence[str] = sys.argv[1:]

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence under `key` with its placeholders filled."""
        return self.words()(key, **values)

    def words(self) -> Words:
        """Return all words in the language that the arguments ask for."""
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


class SpokenHelp(click.Command):
    """A command whose help, and that of its options, is the key of a sentence."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the whole help; click's own words would be English."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=say("help.usage"))
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(self.help or ""))
        rows = [one.get_help_record(ctx) for one in self.get_params(ctx) if isinstance(one, click.Option)]
        with formatter.section(say("help.options")):
            formatter.write_dl([(option, _spoken(text)) for option, text in filter(None, rows)])
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

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return what can be typed next; some shells show the help beside it."""
        found = super().shell_complete(ctx, incomplete)
        for item in found:
            item.help = item.help and _spoken(item.help)
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


def _spoken(text: str) -> str:
    """Return a text of which the first word may be the key of a sentence."""
    key, gap, rest = text.partition("  ")
    return say(key) + gap + rest if key.startswith("help.") else text
