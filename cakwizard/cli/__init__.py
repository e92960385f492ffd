"""Arguments, consoles and exit status; the only part of the program that prints.

Each command lives in a module of its own and is imported when it is called, so
that `--version` and `--help` stay quick.
"""

from __future__ import annotations

import errno
import gc
import importlib
import io
import sys
from typing import Any

import click

from cakwizard import __version__
from cakwizard.cli import streams
from cakwizard.cli.helping import SpokenHelp
from cakwizard.cli.helping import name_files
from cakwizard.cli.helping import say
from cakwizard.errors import MAX_ISSUES
from cakwizard.errors import CakwizardError
from cakwizard.errors import Issue

__all__ = ["collect_seldom", "group", "main", "say"]

COMMANDS = ("walk", "test", "check", "diff", "export", "tree", "show", "providers", "verify")


class _Commands(SpokenHelp, click.Group):
    """A group whose commands are imported when they are called."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the arguments, which may already write (`--help`)."""
        with streams.noticing_gone_readers():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with streams.noticing_gone_readers():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which help names them."""
        return [name for name in COMMANDS if say.has(f"help.{name}.short")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return its `command`."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"cakwizard.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a fault of the program, not of its user
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        rows = [(name, say(f"help.{name}.short")) for name in self.list_commands(ctx)]
        with formatter.section(say("help.commands")):
            formatter.write_dl(rows)


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    help="help.main",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="cakwizard", message="%(prog)s %(version)s")
@click.option("--lang", type=click.Choice(["nl", "en"]), help="help.option.lang")
@click.option("--as", "preset", metavar="OPTION", envvar="CAKWIZARD_AS", help="help.option.as")
@click.option("--date", "care_date", metavar="YYYY-MM-DD", help="help.option.date")
@click.option("--claim-date", metavar="YYYY-MM-DD", help="help.option.claim_date")
@click.option("--tree", "tree_file", metavar="FILE", shell_complete=name_files, help="help.option.tree")
@click.option("--line", is_flag=True, help="help.option.line")
@click.option("--answers", "answers_file", metavar="FILE", shell_complete=name_files, help="help.option.answers")
@click.option("--save", "save_file", metavar="FILE", shell_complete=name_files, help="help.option.save")
@click.option("--save-walk", metavar="FILE", shell_complete=name_files, help="help.option.save_walk")
@click.option(
    "--providers",
    "providers_file",
    metavar="FILE.csv",
    envvar="CAKWIZARD_PROVIDERS",
    shell_complete=name_files,
    help="help.option.providers",
)
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), help="help.option.format")
@click.pass_context
def group(ctx: click.Context, /, **options: Any) -> None:
    """Start the conversation when no command is given."""
    if ctx.invoked_subcommand is None:
        from cakwizard.cli import converse

        ctx.exit(converse.run(**options))


def main(arguments: list[str] | None = None) -> None:
    """Run the program and leave with its exit status.

    0 decided or done, 1 the tree or its tests fail, 2 wrong usage, 3 open or out of range, 130 interrupted.
    """
    streams.prepare()
    collect_seldom()
    try:
        status = group.main(arguments, prog_name="cakwizard", standalone_mode=False)
    except click.exceptions.Exit as leave:
        status = leave.exit_code
    except click.ClickException as fault:
        shown = io.StringIO()
        fault.show(shown)
        streams.tell(shown.getvalue().rstrip("\n"))
        status = fault.exit_code
    except CakwizardError as fault:
        streams.tell("\n".join([*map(_in_words, fault.issues[:MAX_ISSUES]), *fault.more()]))
        status = fault.exit_status
    except (KeyboardInterrupt, click.Abort):
        streams.tell(say("errors.interrupted"))
        status = 130
    except streams.ReaderGone:
        # Nobody is left to tell.
        status = 0
    except OSError as fault:
        status = _tell_failure(fault)
    unwritten = streams.finish()
    if unwritten is not None and status != 2:
        status = _tell_failure(unwritten)
    sys.exit(status if isinstance(status, int) else 0)


def _in_words(issue: Issue) -> str:
    """Return a fault in the language of the user if anybody can cause it; an author's faults are in English."""
    if not issue.key:
        return str(issue)
    hint = say(f"faults.{issue.key}_hint") if say.has(f"faults.{issue.key}_hint") else None
    if issue.values.get("near"):
        hint = say("faults.near", near=issue.values["near"])
    message = say(f"faults.{issue.key}", **issue.values) if issue.values else say(f"faults.{issue.key}")
    return issue.worded(say("faults.error"), message, say("faults.hint"), hint)


def _tell_failure(fault: OSError) -> int:
    """Say that the system refused to read or write something, mostly standard output, and return the exit status."""
    if fault.errno == errno.EBADF:
        streams.tell(say("errors.closed"))
    else:
        streams.tell(say("errors.system", reason=streams.reason(fault)))
    return 2


def collect_seldom() -> None:
    """Look for garbage once in a hundred thousand new objects instead of seven hundred, and only among these.

    Nearly all that a call makes (modules, a tree) is kept until it ends, and looking
    through it again and again costs a tenth of the time, of a large tree a third.
    """
    gc.set_threshold(100_000, 1_000, 1_000)
