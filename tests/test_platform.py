"""The program wherever it runs: other systems, encodings, windows and standard streams."""

from __future__ import annotations

import ast
import asyncio
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cakwizard.asking.clipboard import can_copy
from cakwizard.asking.signals import Terminated
from cakwizard.interface import pick_language
from cakwizard.writing import write_atomically
from tests.conftest import ROOT
from tests.conftest import SMALL
from tests.conftest import TODAY
from tests.conftest import Cakwizard

posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")

POSIX_ONLY = frozenset(
    "fcntl termios tty pty pwd grp resource syslog readline curses crypt nis posix spwd select_epoll".split()
)
POSIX_CALLS = frozenset(
    "SIGKILL SIGHUP SIGALRM SIGWINCH SIGPIPE SIGTSTP fork forkpty getuid geteuid setuid chown mkfifo killpg setsid "
    "fchmod O_NOFOLLOW O_CLOEXEC O_TMPFILE sysconf uname getpgrp tcgetpgrp".split()
)
CLOSED = "Standard output is closed: nothing can be shown.\n"
FULL = "Reading or writing failed: No space left on device.\n"


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command in which $C is the program and $T a small tree, in English, on a fixed day."""
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "CAKWIZARD"))}
    surroundings |= {"C": f"{sys.executable} -m cakwizard", "T": str(SMALL), "PYTHONPATH": str(ROOT)}
    surroundings |= {"CAKWIZARD_TODAY": TODAY, "CAKWIZARD_LANG": "en", **environment}
    return subprocess.run(
        ["bash", "-c", command],
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        errors="replace",
    )


def test_no_module_needs_posix() -> None:
    """What only POSIX has is imported and called nowhere in the program, or where its absence is cared for."""
    for file in (ROOT / "cakwizard").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        guarded = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.Try) and node.handlers
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if id(node) in guarded:
                continue
            names = [alias.name for alias in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not POSIX_ONLY & set(names), f"{file}:{node.lineno}"
            if isinstance(node, ast.Attribute):
                assert node.attr not in POSIX_CALLS, f"{file}:{node.lineno} uses {node.attr}"


def test_every_text_file_is_opened_with_an_encoding() -> None:
    """A Windows computer would otherwise read and write its own code page."""
    for file in (ROOT / "cakwizard").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            words = {keyword.arg for keyword in node.keywords}
            if name in ("read_text", "write_text") and isinstance(node.func, ast.Attribute):
                owner = ast.unparse(node.func.value)
                ours = owner in ("common",)
                assert ours or "encoding" in words, f"{file}:{node.lineno}"
            if name == "open" and not ast.unparse(node.func).startswith("os."):
                modes = [
                    one.value
                    for one in [*node.args, *(k.value for k in node.keywords)]
                    if isinstance(one, ast.Constant)
                ]
                binary = any(isinstance(mode, str) and "b" in mode and len(mode) <= 3 for mode in modes)
                assert binary or "encoding" in words, f"{file}:{node.lineno}"


def test_files_are_written_with_line_feeds(tmp_path: Path, cakwizard: Cakwizard) -> None:
    """A file that the program writes is the same on every system, byte for byte."""
    typed = "ja\neuropese\nstop\n"
    kept, cases = tmp_path / "kept.yaml", tmp_path / "mine.walks.yaml"
    files = ("--save", str(kept), "--save-walk", str(cases))
    assert cakwizard("--line", "--tree", str(SMALL), *files, stdin=typed).status == 0
    assert cakwizard("export", "mermaid", "--tree", str(SMALL), "-o", str(tmp_path / "tree.mmd")).status == 0
    for file in (kept, cases, tmp_path / "tree.mmd"):
        assert b"\r" not in file.read_bytes()
        assert file.read_bytes().endswith(b"\n")


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["Unix", "Windows", "old Mac"])
def test_files_from_other_systems_are_read(start: str, end: str, tmp_path: Path, cakwizard: Cakwizard) -> None:
    """A tree, answers and cases saved by any editor decide the same."""

    def saved(name: str, text: str) -> str:
        (tmp_path / name).write_bytes((start + text.replace("\n", end)).encode())
        return str(tmp_path / name)

    tree = saved("tree.yaml", SMALL.read_text(encoding="utf-8"))
    answers = saved("answers.yaml", "care_date: 2026-01-10\nanswers:\n  resident: yes\n  nationality: PL\n")
    cases = saved(
        "a.walks.yaml", "- name: a\n  answers: {resident: yes, nationality: PL}\n  expect: {scheme: insurer}\n"
    )
    ran = cakwizard("walk", answers, "--tree", tree)
    assert ran.status == 0
    assert "Zorgverzekeraar: De verzekeraar betaalt" in ran.out
    assert cakwizard("test", cases, "--tree", tree).status == 0
    assert cakwizard("--line", "--tree", tree, stdin=end.join(["ja", "europese", "stop", ""])).status == 0


def test_a_path_with_backslashes_is_named_as_it_was_given(cakwizard: Cakwizard) -> None:
    """A path as Windows writes it stands in the message letter by letter."""
    ran = cakwizard("walk", "C:\\Users\\ann\\antwoorden.yaml", "--lang", "nl")
    assert ran.status == 2
    assert "C:\\Users\\ann\\antwoorden.yaml" in ran.err


def test_on_windows_the_language_is_that_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LANG the system's own setting counts, as `English_United States` or `Dutch_Netherlands`."""
    spoken = {}
    for found in ("English_United States", "Dutch_Netherlands", None):
        # Only as long as it must be: with another name nothing else here can find a file.
        with monkeypatch.context() as patched:
            patched.setattr(os, "name", "nt")
            patched.setattr("locale.getlocale", lambda found=found: (found, "1252"))
            spoken[found] = pick_language(None, {})
    assert spoken == {"English_United States": "en", "Dutch_Netherlands": "nl", None: "nl"}


def test_a_console_of_an_old_code_page_shows_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter that code page 437 or ASCII lacks is replaced; the rest is there, and the status is right."""
    from cakwizard.cli import main

    monkeypatch.setenv("CAKWIZARD_TODAY", TODAY)
    for encoding in ("cp437", "cp1252", "ascii"):
        screen = io.BytesIO()
        monkeypatch.setattr(
            sys, "stdin", io.TextIOWrapper(io.BytesIO("één\nja\neuropese\nstop\n".encode(encoding, "replace")))
        )
        written = io.TextIOWrapper(screen, encoding=encoding, write_through=True)
        monkeypatch.setattr(sys, "stdout", written)
        monkeypatch.setattr(sys, "stderr", written)
        with pytest.raises(SystemExit) as left:
            main(["--line", "--lang", "nl", "--tree", str(SMALL)])
        assert left.value.code == 0
        assert "De verzekeraar betaalt" in screen.getvalue().decode(encoding)


def test_without_a_terminal_nothing_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard streams that are closed are no terminal to put a text on the clipboard with."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert can_copy() is False


# -- surroundings --------------------------------------------------------------------


@posix
@pytest.mark.parametrize(
    "surroundings",
    [
        {"LC_ALL": "C"},
        {"LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "nl_NL.ISO-8859-1"},
        {"COLUMNS": "20"},
        {"COLUMNS": "1"},
        {"TERM": ""},
        {"TERM": "dumb"},
        {"TERM": "nonsense"},
        {"NO_COLOR": "1", "FORCE_COLOR": "1"},
        {"HOME": "/nonexistent", "TMPDIR": "/nonexistent"},
    ],
    ids=lambda given: ",".join(f"{key}={value}" for key, value in given.items()),
)
def test_odd_surroundings_change_no_decision(surroundings: dict[str, str]) -> None:
    """In any locale, encoding, window and terminal the same is decided, without a word on standard error."""
    done = shell(
        "unset TERM; $C walk --tree $T --set resident=yes --set nationality=PL --lang nl && "
        "printf 'ja\\neuropese\\nstop\\n' | $C --line --tree $T --lang nl 2>&1 && "
        "$C show resident --tree $T --lang nl",
        **surroundings,
    )
    # The shell itself warns of a locale that it does not have.
    assert [line for line in done.stderr.splitlines() if not line.startswith("bash: warning")] == []
    assert done.returncode == 0
    assert done.stdout.count("De verzekeraar betaalt") + done.stdout.count("De verzekeraar\nbetaalt") >= 1
    assert "\x1b" not in done.stdout or "FORCE_COLOR" in surroundings


@posix
@pytest.mark.parametrize(
    ("command", "status", "error"),
    [
        ("$C --version >&-", 2, CLOSED),
        ("$C --help >&-", 2, CLOSED),
        ("$C walk --tree $T --set resident=yes >&-", 2, CLOSED),
        ("$C walk --tree $T --json >&-", 2, CLOSED),
        ("$C check $T >&-", 2, CLOSED),
        ("$C export mermaid --tree $T >&-", 2, CLOSED),
        ("$C --version > /dev/full", 2, FULL),
        ("$C walk --tree $T --set resident=yes > /dev/full", 2, FULL),
        ("$C walk --tree $T --json > /dev/full", 2, FULL),
        ("$C tree --tree $T > /dev/full", 2, FULL),
        ("$C providers amsterdam > /dev/full", 2, FULL),
        ("$C export html --tree $T > /dev/full", 2, FULL),
        ("$C walk missing.yaml 2>&-", 2, ""),
        ("$C walk missing.yaml 2> /dev/full", 2, ""),
        ("$C walk --no-such-option 2>&-", 2, ""),
        ("$C walk missing.yaml 2>&- >&- <&-", 2, ""),
        ("$C --line --tree $T 2>&- >&- <&-", 3, ""),
        ("$C --line --tree $T 2> /dev/full", 2, ""),
        (
            "$C walk --tree $T - <&-",
            2,
            "error: standard input is closed\nhint: give a file, or send one in: … - < FILE\n",
        ),
        (
            "$C --tree $T <&-",
            2,
            "cakwizard asks questions and needs a terminal for that. "
            "Use 'cakwizard walk' with a file of answers, or 'cakwizard --line'.\n",
        ),
    ],
)
def test_a_closed_or_full_stream_gives_one_sentence(command: str, status: int, error: str) -> None:
    """Never a traceback: one sentence where anybody can read it, and exit status 2 when something got lost."""
    done = shell(command)
    assert done.returncode == status
    assert done.stderr == error


@posix
@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "--version",
        "walk --tree $T",
        "walk --tree $T --json",
        "tree --all",
        "providers a",
        "export dot",
        "check",
    ],
)
def test_a_reader_that_goes_away_is_no_fault(arguments: str) -> None:
    """`| head` ends the program without a word, and never with 1, which would say that the tree is at fault."""
    done = shell(f"(sleep 0.1; $C {arguments}; echo $? >&2) | true; exit 0")
    assert done.stderr == "0\n"


@posix
def test_input_that_is_closed_ends_the_conversation_with_what_is_known() -> None:
    """Without anybody to answer, line mode says what is still possible and leaves with 3."""
    done = shell("$C --line --tree $T <&-")
    assert done.returncode == 3
    assert "You stop here. This is known so far." in done.stderr
    assert "Traceback" not in done.stderr


@posix
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"])
@pytest.mark.parametrize("answered", [0, 1, 2, 3])
def test_a_signal_at_any_question_ends_in_order(
    number: signal.Signals, status: int, answered: int, tmp_path: Path
) -> None:
    """Ctrl-C and the system's request to end keep the answers if that was asked for, at every question."""
    kept = tmp_path / "kept.yaml"
    command = [sys.executable, "-m", "cakwizard", "--line", "--lang", "en", "--tree", str(SMALL), "--save", str(kept)]
    environment = {**os.environ, "CAKWIZARD_TODAY": TODAY, "PYTHONUNBUFFERED": "1"}
    environment.pop("CAKWIZARD_AS", None)
    typed = ["yes", "other", "g"][:answered]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as child:
        assert child.stdin is not None
        assert child.stderr is not None
        written = b""
        for number_of_prompts in range(answered + 1):
            while written.count(b"Your answer: ") <= number_of_prompts:
                chunk = os.read(child.stderr.fileno(), 65536)
                assert chunk, written
                written += chunk
            if number_of_prompts < answered:
                child.stdin.write(f"{typed[number_of_prompts]}\n".encode())
                child.stdin.flush()
        # The prompt is written just before reading starts.
        time.sleep(0.05)
        child.send_signal(number)
        written += child.stderr.read()
        assert child.wait(10) == status
    assert b"Traceback" not in written
    assert f"--answers {kept}".encode() in written
    assert len(kept.read_text(encoding="utf-8").splitlines()) == (2 if not answered else 2 + answered)


@posix
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"])
@pytest.mark.parametrize(
    ("answered", "moment"), [(0, "at once"), (0, "later"), (1, "at once"), (2, "at once"), (3, "at once")]
)
def test_a_signal_at_any_question_of_the_menu_ends_in_order(
    number: signal.Signals, status: int, answered: int, moment: str, tmp_path: Path
) -> None:
    """In a terminal too: while the menu is drawn or when it waits, the program leaves with a sentence."""
    # The terminals of the tests need POSIX.
    from tests.talking import Window

    window = Window(["--tree", str(SMALL)], columns=80, rows=40, folder=tmp_path, anew=True)
    asked = ["Woont", "nationaliteit", "geeft", "zwangerschap"]
    for question, key in zip(asked[:answered], ["j", "a", "h"], strict=False):
        window.wait_for(lambda question=question: question in window.text() and "Uw antwoord:" in window.text())
        window.type(f"{key}\r")
    window.wait_for(lambda: asked[answered] in window.text())
    if moment == "later":
        window.wait_for(lambda: "Uw antwoord:" in window.text().rsplit(asked[answered], 1)[1])
        time.sleep(0.1)
    os.kill(window.pid, number)
    assert window.leave() == status
    assert "Gestopt. Er is niets bewaard of verstuurd." in window.text()
    assert "Traceback" not in window.text()
    assert "Unhandled" not in window.text()


def test_a_request_to_end_passes_through_the_loop_of_the_menu() -> None:
    """Whatever asyncio is doing when the request comes, the request comes out: it is never reported and dropped."""

    async def menu() -> None:
        def ask_to_end() -> None:
            raise Terminated

        asyncio.get_running_loop().call_soon(ask_to_end)
        await asyncio.sleep(10)

    with pytest.raises(Terminated):
        asyncio.run(menu())


@posix
def test_a_device_is_written_to_and_never_replaced() -> None:
    """`-o /dev/stdout` and `-o /dev/null` do what they say, also for root."""
    done = shell(
        "E='$C export mermaid --tree $T'; eval $E -o /dev/stdout | head -1; eval $E -o /dev/null; test -c /dev/null"
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout != ""


def test_what_is_no_text_in_a_name_is_a_clear_message(tmp_path: Path) -> None:
    """A name that no system takes gives a message, not a traceback."""
    from cakwizard.errors import FileError

    with pytest.raises(FileError) as caught:
        write_atomically(f"{tmp_path}/a\0b", b"")
    assert "embedded null" in str(caught.value)
    assert "\0" not in str(caught.value)
