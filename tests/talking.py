"""Three ways to hold a conversation in tests: keys at a menu, lines, and the program itself in a pseudo-terminal."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from fcntl import ioctl
from functools import cache
from typing import Any

import pyte
from prompt_toolkit.application import application
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from cakwizard.asking.after import Consultation
from cakwizard.asking.line import LineAsker
from cakwizard.asking.menu import MenuAsker
from cakwizard.asking.protocol import EndOfInput, Prompt, Reply
from cakwizard.asking.question import plain
from cakwizard.asking.session import Session, answers_text
from cakwizard.providers.reading import Provider
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL, TODAY

# Every menu makes the same stock keys anew, which takes longer than a question.
application.load_key_bindings = cache(application.load_key_bindings)  # type: ignore[attr-defined] # not exported
# What Esc alone means is only known when something else follows; the last key here does nothing.
ENTER, ESC, UP, DOWN, LEFT, CTRL_C, CTRL_D = "\r", "\x1b\x00", "\x1b[A", "\x1b[B", "\x1b[D", "\x03", "\x04"

PROVIDERS = (
    Provider(name="Apotheek De Hoek", place="Utrecht", kind="pharmacy", list="test", date="2026-08-01"),
    Provider(name="Apotheek Noord", place="Groningen", kind="pharmacy", list="test", date="2026-08-01"),
    Provider(name="Gasthuis Oost", place="Amsterdam", kind="hospital", list="test", date="2026-08-01"),
    Provider(name="Sint Jan", place="Utrecht", kind="hospital", list="test", date="2026-08-01"),
)


class Talk:
    """What a conversation came to: the session, the last screen or all that was written, what was copied and saved."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.saved: dict[str, str] = {}
        self.copied: list[str] = []
        self.written = ""
        self.screen = ""

    def save(self, session: Session, file: str) -> str:
        """Keep answers in memory."""
        self.saved[file] = answers_text(session)
        return f"saved {file}"

    @property
    def outcome(self) -> str:
        """Return the outcome's id, or the status."""
        found = self.session.verdict.outcome
        return found.outcome.id if found is not None else self.session.verdict.status


class Terminal(io.StringIO):
    """A stream that passes for a terminal."""

    def isatty(self) -> bool:
        """Tell that it is one."""
        return True


def _session(tree: DecisionTree, language: str, midwife: bool, **more: Any) -> Session:
    preset = {tree.preset: frozenset({"midwife"})} if midwife and tree.preset else {}
    return Session(tree, language, today=TODAY, preset=preset, **more)


def at_menu(
    tree: DecisionTree, keys: str, *, language: str = "nl", size: tuple[int, int] = (80, 24), midwife: bool = True,
    session: Session | None = None,
) -> Talk:  # fmt: skip
    """Press keys at a conversation in a window, all at once, and return what stands on its screen when they are up."""
    talk = Talk(session or _session(tree, language, midwife))
    stream = Terminal()

    class Asker(MenuAsker):
        def copy(self, text: str) -> bool:
            talk.copied.append(text)
            return super().copy(text)

        def _run(self, page: Any) -> Any:
            try:
                return super()._run(page)
            except EndOfInput:
                # Keys and the end come at once here; a person sees what the last key did.
                stream.write("\x1b[H\x1b[2J" + plain(page.draw(*size)).replace("\n", "\r\n"))
                raise

    with create_pipe_input() as pipe:
        output = Vt100_Output(stream, lambda: Size(rows=size[1], columns=size[0]), term="xterm", enable_cpr=False)
        asker = Asker(stream, talk.session.language, ExitStack(), keys=pipe, screen=output)
        pipe.send_text(keys)
        pipe.close()
        Consultation(asker, talk.session, talk.save, lambda: PROVIDERS).run()
    talk.written = stream.getvalue()
    talk.screen = shown(talk.written, size)
    return talk


def shown(written: str, size: tuple[int, int]) -> str:
    """Return what stands on a screen of a size after all that was written."""
    screen = pyte.Screen(*size)
    # What is not for the screen (OSC 8, OSC 52) pyte would show in part.
    pyte.Stream(screen).feed(re.sub(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)", "", written))
    return "\n".join(line.rstrip() for line in screen.display).rstrip()


def choose(prompt: Prompt, keys: str, language: str = "nl") -> Reply | str:
    """Press keys at one question; return what it gave, or "end" when they did not answer it."""
    with create_pipe_input() as pipe:
        output = Vt100_Output(io.StringIO(), lambda: Size(rows=24, columns=80), term="xterm", enable_cpr=False)
        pipe.send_text(keys + CTRL_D)
        try:
            return MenuAsker(Terminal(), language, ExitStack(), keys=pipe, screen=output).ask(prompt)
        except EndOfInput:
            return "end"


def on_lines(
    tree: DecisionTree, *typed: str, language: str = "nl", midwife: bool = True, session: Session | None = None
) -> Talk:
    """Hold a conversation on lines, and return all that was written."""
    talk = Talk(session or _session(tree, language, midwife))
    writer = io.StringIO()
    asker = LineAsker(io.StringIO("".join(f"{one}\n" for one in typed)), writer, talk.session.language)
    conversation = Consultation(asker, talk.session, talk.save, lambda: PROVIDERS)
    conversation.run()
    asker.close(conversation.outcome())
    talk.written = writer.getvalue()
    return talk


class Window:
    """The program itself in a pseudo-terminal, and what can be seen of it.

    It is forked, not started anew, so that a dozen conversations take seconds. What a `command` starts is alone: a
    signal meets it without the handlers and libraries of whatever runs the tests.
    """

    def __init__(
        self, *arguments: str, size: tuple[int, int] = (80, 24), command: Sequence[str] = (), **environ: str
    ) -> None:
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.written = b""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            _be_the_program(["--tree", str(SMALL), *arguments], size, command, environ)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._fd, keys.encode())

    def wait_for(self, wanted: str | Callable[[str], bool]) -> str:
        """Read until a text stands on the screen, and return the screen."""
        there = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        until = time.monotonic() + 30
        while not there(self.text()):
            assert time.monotonic() < until, f"waited in vain for {wanted}:\n{self.text()}"
            assert self._read(0.2) is not None, f"the program has gone; it left:\n{self.text()}"
        return self.text()

    def resize(self, width: int, height: int) -> None:
        """Make the window another size, which leaves what stands on it where it was."""
        self._screen.resize(height, width)
        ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def text(self) -> str:
        """Return what stands on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    def close(self) -> int:
        """Close the terminal under the program, and return its exit status."""
        os.close(self._fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def end(self) -> int:
        """Read to the end and return the exit status, negative for a signal."""
        while self._read(30):
            pass
        return self.close()

    def _read(self, seconds: float) -> bool | None:
        """Read what comes; return whether anything did, or None when nothing will any more."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self._fd, 65536)
        except OSError:
            # The other side has closed the terminal.
            return None
        self.written += piece
        self._stream.feed(re.sub(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)", b"", piece))
        return bool(piece) or None


def _be_the_program(
    arguments: Sequence[str], size: tuple[int, int], command: Sequence[str], environ: dict[str, str]
) -> None:
    """Run the program on the terminal in this forked process, and never return."""
    status = 70
    try:
        ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *size[::-1], 0, 0))
        for name in [name for name in os.environ if name.startswith("CAKWIZARD")]:
            del os.environ[name]
        for name in ("COLUMNS", "LINES", "ACCESSIBLE", "NO_COLOR"):
            os.environ.pop(name, None)
        os.environ.update(TERM="xterm", CAKWIZARD_TODAY=str(TODAY), LANG="nl_NL.UTF-8", **environ)
        # What runs the tests may have set signals aside, and a program that is started takes that over.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL if command or number != signal.SIGINT else signal.default_int_handler)
        if command:
            os.execvp(command[0], list(command))  # noqa: S606 - no shell is wanted
        from cakwizard.cli import main

        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        main(list(arguments))
    except SystemExit as leave:
        status = int(str(leave.code))
    finally:
        os._exit(status)
