"""Help: complete, and in the language that was asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import click
import pytest

from cakwizard.cli import COMMANDS
from cakwizard.cli import group


def ran(*arguments: str, **environment: str) -> str:
    """Return what the program writes."""
    done = subprocess.run(
        [sys.executable, "-m", "cakwizard", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "100", **environment},
        timeout=60,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_speaks_the_language_that_was_asked_for(command: str) -> None:
    """Every command tells in Dutch and in English how it is used, with the options that click adds."""
    arguments = [command] if command else []
    dutch, english = ran("--lang", "nl", *arguments, "-h"), ran("--lang", "en", *arguments, "-h")
    assert dutch.startswith(f"Gebruik: cakwizard {command}".rstrip())
    assert english.startswith(f"Usage: cakwizard {command}".rstrip())
    assert "Opties:" in dutch
    assert "Options:" in english
    assert dutch.rstrip().endswith("Toon deze hulp.") or (not command and "Toon deze hulp." in dutch)
    assert "Show this help." in english
    assert "Show this" not in dutch


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_does(command: str) -> None:
    """No option stands in the help without a sentence, and no sentence is the name of one."""
    record = group.get_command(click.Context(group), command)
    assert record is not None
    with click.Context(record, info_name=command) as context:
        shown = record.get_help(context)
        options = [one for one in record.get_params(context) if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help or not one.help.endswith(".")] == []
    assert "help." not in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("typed", "kind", "expected"),
    [
        ("cakwizard ver", "plain", "verify"),
        ("cakwizard walk --la", "plain", "--lang"),
        ("cakwizard export sv", "plain", "svg"),
        ("cakwizard verify rec", "file", "rec"),
        ("cakwizard walk --tree ru", "file", "ru"),
    ],
)
def test_shells_complete(shell: str, typed: str, kind: str, expected: str) -> None:
    """Bash, zsh and fish complete commands, options and formats, and themselves the names of files."""
    words = typed.split()
    last = words[-1] if shell == "fish" else str(len(words) - 1)
    offered = ran(COMP_WORDS=typed, COMP_CWORD=last, _CAKWIZARD_COMPLETE=f"{shell}_complete")
    assert re.split(r"[,\s]", offered)[:2] == [kind, expected]
