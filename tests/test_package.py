"""What one installs: README.md's commands and example, the built wheel, and what the program touches."""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.readme import COMMANDS as README_COMMANDS
from tests.readme import README, command

ROOT = Path(__file__).parent.parent
CASE: tuple[str, ...] = ("walk", "--json", "--set", "payer=nobody", "--set", "nationality=Ghana", "--set", "stay=none")
CASE += ("--set", "provider=midwife", "--set", "maternity_care=maternity", "--date", "2022-11-10")

# Reports every socket, every other program and every file that is opened while the program runs.
WATCHED = """
import json, os, sys
seen = []
def watch(event, arguments):
    if event.split(".")[0] in ("socket", "urllib", "http", "ftplib", "smtplib", "webbrowser", "ctypes"):
        seen.append([event, repr(arguments)])
    elif event.startswith(("subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork")):
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
LURE = "see https://example.invalid/x file:///etc/passwd ../../secret.txt $(touch pwned) `touch pwned`"
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("walk", "answers.yaml", "--tree", "tree.yaml"),
    ("walk", "answers.yaml", "--tree", "tree.yaml", "--json"),
    ("--line", "--tree", "tree.yaml", "--save", "kept.yaml"),
    ("check", "--tree", "tree.yaml"),
    ("providers", "amsterdam"),
    *(("export", form, "--tree", "tree.yaml", "-o", f"tree.{form}") for form in ("mermaid", "json", "html", "svg")),
)


def run(*command: str | Path, cwd: Path, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a program outside the checkout, with nothing of this environment on its path."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    words = [str(word) for word in command]
    return subprocess.run(
        words, cwd=cwd, env={**env, **environ}, input=stdin, capture_output=True, encoding="utf-8", check=False
    )


def test_the_python_example_runs() -> None:
    """The lines of Python in the README give what stands below them."""
    (example,) = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    test = doctest.DocTestParser().get_doctest(example, {}, "README.md", str(README), 0)
    results = doctest.DocTestRunner().run(test)
    assert results.attempted > 5
    assert results.failed == 0


def test_both_commands_install_what_was_tested() -> None:
    """Whoever types a command of the README gets the versions of the lock, with Python and pip alone."""
    for name in README_COMMANDS:
        assert "pip install -q -c constraints.txt" in command(name)
        assert command(name).startswith("python3 -m venv .venv && ")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, cwd=folder)
    if built.returncode:
        if os.environ.get("CAKWIZARD_JUDGES") == "1":
            pytest.fail(built.stderr)
        pytest.skip(f"no wheel can be built here (is the package index within reach?): {built.stderr[-200:]}")
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_carries_all_it_needs_and_no_tests(wheel: Path) -> None:
    """The tree, the words, the lists and the page's parts travel inside the wheel; the tests do not."""
    names = zipfile.ZipFile(wheel).namelist()
    needed = ("decision_tree.yaml", "words/nl.toml", "words/en.toml", "data/providers.csv", "py.typed")
    assert {f"cakwizard/{name}" for name in needed} <= set(names)
    assert not [name for name in names if name.startswith("tests/")]


@pytest.mark.slow
def test_the_wheel_runs_in_an_empty_environment_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    """Installed with its dependencies alone, the program decides a case and finds a provider from any folder."""
    venv.create(tmp_path / "environment", with_pip=True)
    scripts = tmp_path / "environment" / ("Scripts" if os.name == "nt" else "bin")
    lock = ROOT / "constraints.txt"
    installed = run(scripts / "python", "-m", "pip", "install", "-q", "-c", lock, wheel, cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    ran = run(scripts / "cakwizard", *CASE, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["outcome"]["scheme"] == "ovv"
    found = run(scripts / "cakwizard", "providers", "Leeuwarden", "--json", cwd=tmp_path)
    assert len(json.loads(found.stdout)) > 3, found.stderr


@pytest.mark.slow
def test_the_wheel_runs_without_being_unpacked(wheel: Path, tmp_path: Path) -> None:
    """Put on the path as a zip, the program still finds its tree, its words and its lists."""
    for arguments in (CASE, ("providers", "Leeuwarden", "--json"), ("--help",)):
        ran = run(sys.executable, "-m", "cakwizard", *arguments, cwd=tmp_path, PYTHONPATH=str(wheel))
        assert ran.returncode == 0, ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_uses_no_network_runs_nothing_and_opens_only_what_was_named(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """No socket, no other program, no file but the program's own and those on the command line."""
    text = (ROOT / "tests" / "trees" / "small.yaml").read_text(encoding="utf-8")
    (tmp_path / "tree.yaml").write_text(text.replace("Kleine boom", LURE), encoding="utf-8")
    (tmp_path / "answers.yaml").write_text("answers: {}\n", encoding="utf-8")
    ran = run(sys.executable, "-c", WATCHED, "seen.json", *arguments, cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert ran.returncode in (0, 3), ran.stderr
    seen = json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))
    assert [one for one in seen if one[0] != "open"] == []
    own = (sys.prefix, sys.base_prefix, str(ROOT), str(tmp_path), "/dev/", "/proc/", "/sys/", "/usr/", "/etc/", "<")
    opened = [os.path.normpath(tmp_path / what) for event, what in seen if event == "open"]
    assert [name for name in opened if not name.startswith(own)] == []
    assert not {"/etc/passwd", "/etc/shadow"} & set(opened)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.slow
def test_the_watch_is_not_blind(tmp_path: Path) -> None:
    """A socket and a program that are used are seen by what watches the other tests."""
    code = WATCHED.replace(
        "from cakwizard.cli import main",
        "def main(words):\n    import socket, subprocess\n    socket.socket().close()\n"
        "    subprocess.run([sys.executable, '-V'], check=True)",
    )
    run(sys.executable, "-c", code, "seen.json", cwd=tmp_path)
    events = {event for event, _ in json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))}
    assert {"socket.__new__", "subprocess.Popen"} <= events
