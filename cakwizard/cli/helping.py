"""Help and faults in the language of the user, looked up when somebody needs them.

Most calls show neither, and reading all words of the program takes longer than everything else that `--version` does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cakwizard.errors import MAX_ISSUES, CakwizardError, Issue, UsageError
from cakwizard.words import LANGUAGES, Words, pick_language, words

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["SpokenHelp", "fault_text", "in_words", "say", "usage_issue"]


class _Say:
    """The words of the program in the language that was asked for, which is needed before click has read it.

    Attributes:
        arguments: Those of the program.
    """

    def __init__(self) -> None:
        self.arguments: list[str] = sys.argv[1:]

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence under `key` with its placeholders filled."""
        return self.words()(key, **values)

    def has(self, key: str) -> bool:
        """Tell whether there is a sentence under `key`."""
        return self.words().has(key)

    def words(self) -> Words:
        """Return all words in the language that the arguments ask for."""
        asked = None
        for number, argument in enumerate(self.arguments):
            if argument == "--lang" and number + 1 < len(self.arguments):
                asked = self.arguments[number + 1]
            elif argument.startswith("--lang="):
                asked = argument.partition("=")[2]
        return words(pick_language(asked if asked in LANGUAGES else None))


say = _Say()


def fault_text(fault: CakwizardError) -> str:
    """Return every issue of a fault as a sentence with its place and the way out."""
    lines = [in_words(issue) for issue in fault.issues[:MAX_ISSUES]]
    more = len(fault.issues) - MAX_ISSUES
    return "\n".join([*lines, say("faults.more", count=more)] if more > 0 else lines)


def in_words(issue: Issue) -> str:
    """Return a fault in the language of the user if anybody can cause it; an author's faults are in English."""
    message, hint = said(issue)
    if not issue.key:
        return str(issue)
    return issue.worded(say(f"faults.{issue.severity}"), message, say("faults.hint"), hint)


def said(issue: Issue) -> tuple[str, str | None]:
    """Return message and hint: the words under `faults.<key>` and `faults.<key>_hint`, or under a key with dots."""
    if not issue.key:
        return issue.message, issue.hint
    key = issue.key if "." in issue.key else f"faults.{issue.key}"
    hint = say(f"{key}_hint", **issue.values) if say.has(f"{key}_hint") else None
    if issue.values.get("near"):
        hint = say("faults.near", near=issue.values["near"])
    return say(key, **issue.values), hint


def usage_issue(fault: click.ClickException) -> Issue:
    """Return what click found wrong in the arguments as a fault in our own words."""
    key, values = "wrong_usage", {"reason": fault.format_message()}
    if isinstance(fault, click.NoSuchOption):
        near = fault.possibilities[0] if fault.possibilities else ""
        key, values = "no_such_option", {"given": fault.option_name, "near": near}
    elif isinstance(fault, click.MissingParameter) and fault.param is not None:
        key, values = "missing_argument", {"what": fault.param.human_readable_name}
    elif isinstance(fault, click.BadOptionUsage):
        key, values = "bad_option", {"what": fault.option_name}
    elif isinstance(fault, click.BadParameter) and fault.param is not None:
        what, kind = fault.param.opts[-1], fault.param.type
        choices = ", ".join(map(str, kind.choices)) if isinstance(kind, click.Choice) else kind.name
        key, values = "bad_value", {"what": what, "offered": choices}
    return Issue(message=fault.format_message(), key=key, values=values)


class SpokenHelp(click.Command):
    """A command whose help, and that of its options, may be the key of a sentence."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; what is left over is a fault in our own words."""
        if isinstance(self, click.Group):
            return super().parse_args(ctx, args)
        ctx.allow_extra_args = True
        left = super().parse_args(ctx, args)
        if left and not ctx.resilient_parsing:
            message = f"'{left[0]}' is one argument too many"
            raise UsageError(Issue(message=message, key="one_too_many", values={"given": left[0]}))
        return left

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


def _spoken(text: str) -> str:
    """Return a text of which the first word may be the key of a sentence."""
    key, gap, rest = text.partition("  ")
    return say(key) + gap + rest if say.has(key) else text
