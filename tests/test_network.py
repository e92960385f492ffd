"""What the program touches outside itself: no network, no program but the one that draws, no file but those named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.conftest import SMALL
from tests.conftest import TODAY

pytestmark = pytest.mark.slow

WATCHED = """
import atexit, json, os, sys
seen = []
def watch(event, arguments):
    if event.split(".")[0] in ("socket", "urllib", "http", "ftplib", "smtplib", "webbrowser", "ctypes", "winreg"):
        seen.append([event, repr(arguments)])
    elif event.startswith(("subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile",
                           "os.fork", "pty.")):
        seen.append([event, repr(arguments)])
    elif event == "open" and isinstance(arguments[0], (str, bytes)):
        seen.append([event, os.fsdecode(arguments[0])])
sys.addaudithook(watch)
from cakwizard.cli import main
status = 0
try:
    main(sys.argv[2:])
except SystemExit as leave:
    status = leave.code
finally:
    with open(sys.argv[1], "w", encoding="utf-8") as report:
        json.dump(seen, report)
sys.exit(status)
"""

WALKS = """\
- {name: a, answers: {resident: yes, nationality: PL}, expect: {scheme: insurer}}
"""
# Things that a careless program would fetch, open, import or run.
LURES = ("https://example.invalid/x", "file:///etc/passwd", "../../secret.txt", "/etc/shadow", "$(touch pwned)")
LURE = "see https://example.invalid/x file:///etc/passwd ../../secret.txt /etc/shadow $(touch pwned) `touch pwned`"

COMMANDS = {
    "walk": ("walk", "answers.yaml", "--tree", "tree.yaml"),
    "walk as JSON": ("walk", "answers.yaml", "--tree", "tree.yaml", "--json"),
    "walk as Markdown": ("walk", "answers.yaml", "--tree", "tree.yaml", "--format", "markdown"),
    "conversation": ("--line", "--tree", "tree.yaml", "--save", "kept.yaml"),
    "bundled conversation": ("--line", "--as", "midwife"),
    "check": ("check", "tree.yaml"),
    "test": ("test", "mine.walks.yaml", "--tree", "tree.yaml", "--coverage", "--mutants", "--junit", "out.xml"),
    "diff": ("diff", "tree.yaml", str(SMALL)),
    "show": ("show", "law", "--tree", "tree.yaml"),
    "tree": ("tree", "--tree", "tree.yaml", "--all"),
    "providers": ("providers", "amsterdam"),
    "providers read in": ("providers", "--read", "pasted.txt", "--kind", "pharmacy", "--write", "new.csv"),
    "verify": ("verify", "receipt.json", "--tree", "tree.yaml"),
    "help": ("--help",),
}


def formats() -> list[str]:
    """Return the names of every format that can be exported."""
    from cakwizard.exporting import FORMATS

    return list(FORMATS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of each kind, and a tree that names paths, addresses and commands."""
    text = SMALL.read_text(encoding="utf-8")
    text = text.replace("nl: Kleine boom", f"nl: '{LURE}'").replace("en: For tests only.", f"en: '{LURE}'")
    text = text.replace("nl: Het gaat om de plek waar zij nu woont.", f"nl: '{LURE}'")
    (tmp_path / "tree.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "answers.yaml").write_text("answers: {resident: yes, nationality: other}\n", encoding="utf-8")
    (tmp_path / "mine.walks.yaml").write_text(WALKS, encoding="utf-8")
    (tmp_path / "pasted.txt").write_text(f"Arnhem, De Eenhoorn\n{LURE}, {LURE}\n", encoding="utf-8")
    made = run(tmp_path, "walk", "answers.yaml", "--tree", "tree.yaml", "--json")
    (tmp_path / "receipt.json").write_text(made.stdout, encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program under watch; what it touched is in seen.json."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CAKWIZARD_TODAY": TODAY, "CAKWIZARD_LANG": "nl"}
    return subprocess.run(
        [sys.executable, "-c", WATCHED, "seen.json", *arguments],
        cwd=folder,
        env=environment,
        input="ja\nwaarom\nandere\nv\nbronnen\nstop\n",
        capture_output=True,
        text=True,
        check=False,
    )


def touched(folder: Path) -> list[tuple[str, str]]:
    """Return what was touched by the last run."""
    return [(event, what) for event, what in json.loads((folder / "seen.json").read_text(encoding="utf-8"))]


def strangers(folder: Path) -> list[str]:
    """Return the files opened that belong neither to Python, nor to the program, nor to this folder."""
    own = (sys.prefix, sys.base_prefix, str(ROOT), str(folder), "/dev/null", "/dev/tty", "/usr/share", "/usr/lib")
    system = ("/etc/localtime", "/etc/mime.types", "/proc/", "/dev/urandom", "/sys/", "/etc/ld.so")
    names = [os.path.join(folder, what) for event, what in touched(folder) if event == "open"]  # noqa: PTH118
    return [name for name in map(os.path.normpath, names) if not name.startswith((*own, *system))]


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_command_uses_no_network_runs_nothing_and_opens_only_what_was_named(
    arguments: tuple[str, ...], folder: Path
) -> None:
    """No socket, no other program, no file but the program's own and those on the command line."""
    ran = run(folder, *arguments)
    assert ran.returncode in (0, 1, 3), ran.stderr
    assert "Traceback" not in ran.stderr
    assert [what for what in touched(folder) if what[0] != "open"] == []
    assert strangers(folder) == []
    assert not (folder / "pwned").exists()


@pytest.mark.parametrize("name", formats())
def test_an_export_uses_no_network_and_runs_nothing_but_the_program_that_draws(name: str, folder: Path) -> None:
    """A picture is drawn by `dot` without a shell; every other format is made by the program alone."""
    ran = run(folder, "export", name, "--tree", "tree.yaml", "-o", "tree.out")
    assert ran.returncode == 0, ran.stderr
    others = [what for what in touched(folder) if what[0] != "open"]
    assert [event for event, _ in others if event not in ("subprocess.Popen", "os.posix_spawn", "os.fork")] == []
    assert all("graphviz" in what or "dot" in what for _, what in others)
    assert not [what for _, what in others if any(lure in what for lure in LURES)]
    assert strangers(folder) == []
    assert not (folder / "pwned").exists()


def test_the_watch_sees_a_socket_and_a_program(tmp_path: Path) -> None:
    """The judge of all this is not blind."""
    code = WATCHED.replace(
        "from cakwizard.cli import main",
        "def main(arguments):\n    import socket, subprocess\n    socket.socket().close()\n"
        "    subprocess.run([sys.executable, '-V'], check=True)\n    open('/etc/hostname', 'a').close()",
    )
    subprocess.run([sys.executable, "-c", code, "seen.json"], cwd=tmp_path, check=False, capture_output=True)
    events = {event for event, _ in touched(tmp_path)}
    assert "socket.__new__" in events
    assert "subprocess.Popen" in events
    assert strangers(tmp_path) == ["/etc/hostname"]
