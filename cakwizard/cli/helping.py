"""Help in the language of the user, looked up when somebody asks for help.

Most calls of the program show none, and reading all its words takes longer than
everything else that `--version` does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cakwizard.interface import Words
from cakwizard.interface import pick_language
from cakwizard.interface import words

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["SpokenHelp", "name_files", "say"]


def _asked_language() -> str:
    """Return the language for help texts, which are made before click has read the arguments."""
    asked = None
    for number, argument in enumerate(sys.argv):
        if argument == "--lang" and number + 1 < len(sys.argv):
            asked = sys.argv[number + 1]
        elif argument.startswith("--lang="):
            asked = argument.partition("=")[2]
    return pick_language(asked)


class _Say:
    """The words of the program in the language that was asked for, read when the first is needed."""

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence under `key` with its placeholders filled."""
        return self._words()(key, **values)

    def has(self, key: str) -> bool:
        """Tell whether there is a sentence under `key`."""
        return self._words().has(key)

    def _words(self) -> Words:
        return words(_asked_language())


say = _Say()


def name_files(_context: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Let the shell complete the name of a file; click would offer nothing."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type="file")]


class SpokenHelp(click.Command):
    """A command whose help, and that of its options, may be the key of a sentence."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the whole help."""
        self._speak()
        return super().get_help(ctx)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the whole help; click's own words would be English."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=say("help.usage"))
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and those that click adds in the same language."""
        rows = []
        for one in self.get_params(ctx):
            if not isinstance(one, click.Option):
                continue
            for name in ("help", "version"):
                if f"--{name}" in one.opts:
                    one.help = say(f"help.option.{name}")
            record = one.get_help_record(ctx)
            if record is not None:
                rows.append(record)
        with formatter.section(say("help.options")):
            formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return what a shell shows beside this command."""
        return say(f"help.{self.name}.short")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return what can be typed next; some shells show the help beside it."""
        self._speak()
        return super().shell_complete(ctx, incomplete)

    def _speak(self) -> None:
        # The keys are kept, so that the next one to ask may speak another language.
        keys: dict[str | None, str | None] = self.__dict__.setdefault("_keys", {})
        spoken: list[click.Command | click.Option] = [
            self,
            *(one for one in self.params if isinstance(one, click.Option)),
        ]
        for one in spoken:
            key = keys.setdefault(None if one is self else one.name, one.help)
            one.help = say(key) if key is not None and say.has(key) else key
