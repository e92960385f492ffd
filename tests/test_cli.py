"""The command line as a whole: help, exit statuses, languages, hostile arguments, streams that fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import click
import pytest

from cakwizard import __version__
from cakwizard.cli import COMMANDS, group
from cakwizard.words import words
from tests.conftest import SMALL, Cakwizard

MAIN = (sys.executable, "-m", "cakwizard")
WALK = (*MAIN, "walk", "--tree", str(SMALL), "--set", "payer=policy")


def test_nothing_heavy_is_imported_to_show_help() -> None:
    """`--version` and `--help` stay quick: none of the libraries that take long to import."""
    code = (
        "import sys\nfrom cakwizard.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n"
        "    print(sorted({'networkx', 'yaml', 'rich', 'babel', 'questionary', 'rapidfuzz'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_both_languages(command: str, cakwizard: Cakwizard) -> None:
    """Each option is explained, in words and not by a key, in the language asked for."""
    texts = []
    for language, usage in (("nl", "Gebruik: "), ("en", "Usage: ")):
        ran = cakwizard(command, "--help", "--lang", language)
        assert ran.status == 0
        assert ran.out.startswith(f"{usage}cakwizard {command}")
        assert not re.search(r"\bhelp\.\w", ran.out)
        texts.append(ran.out)
    assert texts[0] != texts[1]
    record = group.get_command(click.Context(group), command)
    assert record is not None
    explained = [one for one in record.params if isinstance(one, click.Option) and not one.hidden]
    assert [one.name for one in explained if not one.help] == []


def test_the_main_help_names_every_command_and_the_version_is_told(cakwizard: Cakwizard) -> None:
    """Whoever types `cakwizard --help` sees what there is, and `--version` which it is."""
    shown = cakwizard("--help").out
    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []
    assert cakwizard("--version").out == f"cakwizard {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("wlak",), "bedoelt u 'walk'?"),
        (("--lagn", "nl"), "bedoelt u '--lang'?"),
        (("--lang", "de"), "nl, en"),
        (("--lang",), "--lang"),
        (("walk", "--sett", "a=b"), "bedoelt u '--set'?"),
        (("walk", "--format", "pdf"), "text, markdown"),
        (("walk", "--date"), "--date"),
        (("walk", "--json=yes"), "--json"),
        (("diff",), "ontbreekt"),
    ],
)
def test_wrong_arguments_are_told_in_the_users_language(
    arguments: tuple[str, ...], said: str, cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What click finds wrong is said in Dutch, and in English to whoever speaks that."""
    ran = cakwizard(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.startswith("fout: ")
    assert not {"Error", "Usage", "No such", "requires"} & set(ran.err.replace(":", " ").split())
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert cakwizard(*arguments).err.startswith("error: ")


HOSTILE = [
    "\x1b[2J\x07",
    "\u202egnp",
    "a\nb",
    "x" * 20_000,
    "[bold]x[/bold]",
    "{0}",
    "%s",
    "'; rm",
    "\udcff",
    "--",
    "=",
]


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_are_shown_harmless(word: str, cakwizard: Cakwizard) -> None:
    """Whatever is given as answer, date, file or command: one sentence of bounded length, nothing that steers."""
    for arguments in (
        ("walk", "--tree", str(SMALL), "--set", f"payer={word}"),
        ("walk", "--tree", str(SMALL), "--set", f"{word}=x"),
        ("walk", "--tree", str(SMALL), "--set", f"nationality={word}"),
        ("walk", "--tree", str(SMALL), "--date", word),
        ("walk", "--tree", word),
        ("walk", "--tree", str(SMALL), word),
        (f"a{word}",),
        ("--format", word, "walk"),
        (f"--x{word}",),
    ):
        ran = cakwizard(*arguments)
        assert ran.status in (0, 2, 3), (arguments, ran)
        assert "Traceback" not in ran.err
        assert not {"\x1b", "\x07", "\u202e"} & set(ran.out + ran.err)
        assert len(ran.err) < 20_000


def test_an_interrupt_ends_in_one_sentence(cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while a command works: status 130 and no traceback."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cakwizard.cli.walk.decide", stop)
    ran = cakwizard("walk", "--tree", str(SMALL))
    assert (ran.status, ran.err) == (130, "\nGestopt. Niets is bewaard of verstuurd.\n")


def shell(command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell in which $W walks."""
    env = {**os.environ, "CAKWIZARD_LANG": "nl", "W": " ".join(WALK), **environ}
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=env, timeout=60)


def test_output_that_is_full_is_told_and_a_reader_that_goes_away_is_no_fault() -> None:
    """A full disk is told with status 2; `| head -1` ends quietly."""
    full = shell("$W >/dev/full")
    assert full.returncode == 2
    assert "Lezen of schrijven lukte niet" in full.stderr
    assert "Traceback" not in full.stderr
    ran = shell("$W --json | head -1; exit ${PIPESTATUS[0]}")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "{\n", "")


def test_closed_and_narrow_streams_are_no_traceback() -> None:
    """Where nothing can be read or told the exit status does; an ASCII terminal lacks some letters only."""
    ran = shell("$W - <&- >&-")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert shell("$W --date x 2>&-").returncode == 2
    ran = shell("$W --full", PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "verzekeraar" in ran.stdout


def test_a_shell_completes_commands_and_options(cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be typed next is offered with its help in the user's language."""
    from click.testing import CliRunner

    env = {"_CAKWIZARD_COMPLETE": "zsh_complete", "COMP_WORDS": "cakwizard wa", "COMP_CWORD": "1", "LANG": "nl_NL"}
    ran = CliRunner().invoke(group, [], prog_name="cakwizard", env=env)
    assert ran.output.splitlines()[:3] == [
        "plain",
        "walk",
        words("nl")("help.walk.short"),
    ]
