"""Arguments, consoles and exit status; the only part of the program that prints."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import click

from cakwizard import __version__
from cakwizard.cli import common
from cakwizard.cli.common import SpokenHelp, say
from cakwizard.errors import MAX_ISSUES, CakwizardError, Issue, UsageError, spoken, unknown
from cakwizard.words import pick_language

COMMANDS = {"walk": "walk", "test": "test", "check": "check", "recheck": "check", "diff": "test", "export": "export"}
COMMANDS |= {"tree": "export", "show": "export", "providers": "providers", "verify": "test"}
"""By command, in the order in which help names them, the module that holds it."""


class _Commands(SpokenHelp, click.Group):
    """A group whose commands are imported when they are called, so that `--version` and `--help` stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            if cmd_name.startswith("-") or ctx.resilient_parsing:
                return None
            raise UsageError(unknown("no_such_command", cmd_name, COMMANDS))
        module = importlib.import_module(f"cakwizard.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # Without importing them.
        with formatter.section(say("help.commands")):
            formatter.write_dl([(name, say(f"help.{name}.short")) for name in self.list_commands(ctx)])


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    help="help.main",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="cakwizard %(version)s", help="help.option.version")
@click.option("--lang", type=click.Choice(["nl", "en"]), help="help.option.lang")
@click.option("--as", "preset", metavar="OPTION", envvar="CAKWIZARD_AS", help="help.option.as")
@common.date_option
@common.claim_date_option
@common.tree_option
@click.option("--line", is_flag=True, help="help.option.line")
@click.option("--answers", "answers_file", metavar="FILE", type=common.FILE, help="help.option.answers")
@click.option("--save", "save_file", metavar="FILE", type=common.FILE, help="help.option.save")
@click.option("--save-walk", metavar="FILE", type=common.FILE, help="help.option.save_walk")
@common.providers_option
@common.form_option
@common.full_option
@common.force_option
@click.pass_context
def group(ctx: click.Context, /, **options: Any) -> int:
    """Start the conversation when no command is given; what is given before a command is given to it."""
    if ctx.invoked_subcommand is None:
        from cakwizard.cli import converse

        return converse.run(SimpleNamespace(**options))
    given = {name: options[name] for name in common.SHARED if options[name]}
    ctx.default_map = dict.fromkeys(COMMANDS, given | {"language": pick_language(options["lang"])})
    return 0


def main(arguments: list[str] | None = None) -> None:
    """Run the program and leave with its exit status.

    0 decided or done, 1 the tree or its tests fail, 2 wrong usage, 3 open or out of range, 130 interrupted.
    """
    say.arguments = sys.argv[1:] if arguments is None else list(arguments)
    common.prepare()
    failure: OSError | None = None
    try:
        status = group.main(say.arguments, prog_name="cakwizard", standalone_mode=False)
    except click.ClickException as fault:
        status = _tell([common.usage_issue(fault)], fault.exit_code)
    except CakwizardError as fault:
        status = _tell(fault.issues, fault.exit_status)
    except (KeyboardInterrupt, click.Abort):
        status = _tell([spoken("errors.interrupted")], 130, say("errors.interrupted"))
    except SystemExit as leave:
        # click and rich leave with 1 when nobody reads along any more (`| head`): that is no fault.
        status = 0 if leave.code == 1 else leave.code
    except OSError as fault:
        # The system refused to read or write something, mostly standard output.
        status, failure = None, fault
    failure = common.finish() or failure
    if failure is not None and status != 2:
        common.err(say("errors.system", reason=failure.strerror or str(failure)))
        status = 2
    sys.exit(status)


def _tell(issues: Sequence[Issue], status: int, text: str | None = None) -> int:
    """Tell what is wrong to people, and under `--json` to the program that reads along; return the exit status."""
    more, language = len(issues) - MAX_ISSUES, say.words().language
    lines = [one.told(language) for one in issues[:MAX_ISSUES]] + ([say("faults.more", count=more)] if more > 0 else [])
    common.err(text or "\n".join(lines))
    if "--json" in say.arguments:
        told = [common.issue_data(one, language) for one in issues]
        common.out(json.dumps({"format": 2, "error": {"status": status, "issues": told}}))
    return status
