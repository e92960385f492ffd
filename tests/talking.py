"""The conversations that the tests hold, and three ways to hold them: on lines, in a terminal, by heart."""

from __future__ import annotations

import datetime
import io
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from fcntl import ioctl
from pathlib import Path

import pyte

from cakwizard.asking.matching import Misunderstood
from cakwizard.asking.matching import several
from cakwizard.asking.matching import understand
from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import EndOfInput
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.protocol import Reply
from cakwizard.cli import main
from cakwizard.interface import words
from cakwizard.rendering import Block

TREES = Path(__file__).parent / "trees"
SMALL = TREES / "small.yaml"
TODAY = datetime.date(2026, 2, 1)

RESUMED = """\
care_date: 2026-01-10
answers: {payer: nobody, nationality: other, stay: study, colour: red, paid_work: perhaps}
"""


@dataclass(frozen=True, kw_only=True)
class Talk:
    """One conversation: what is on the command line, and what is typed at each prompt.

    A tuple is typed where several choices may be taken. `corrected` marks those in which something is taken back.
    """

    typed: Sequence[str | tuple[str, ...]]
    arguments: Sequence[str] = ()
    files: dict[str, str] = field(default_factory=dict)
    corrected: bool = False
    status: int = 0


TALKS = {
    "insured": Talk(arguments=["--as", "midwife"], typed=["z", "stop"]),
    "no_papers": Talk(arguments=["--as", "midwife"], typed=["n", "o", "g", "z", "stop"]),
    "polish_woman": Talk(arguments=["--as", "verloskundige"], typed=["niemand", "Polen", "langer", "1", "stop"]),
    "ukrainian": Talk(
        arguments=["--as", "midwife", "--date", "2022-06-30"],
        typed=["8", "oekraine", "b", "geen recht", "zwangerschap", "stop"],
        status=3,
    ),
    "in_english": Talk(
        arguments=["--lang", "en", "--as", "gp"], typed=["nobody", "Ghana", "no right", "no", "yes", "sources", "leave"]
    ),
    "not_known": Talk(
        arguments=["--as", "midwife"],
        typed=["n", "o", "weet ik niet", ("2", "3", "4", "5", "6", "7", "8"), "z", "stop"],
    ),
    "still_open": Talk(
        arguments=["--as", "midwife"], typed=["n", "o", "w", ("2", "3", "4", "6", "7", "8"), "w", "z", "stop"], status=3
    ),
    "unsettled": Talk(arguments=["--as", "midwife"], typed=["n", "o", "g", "nipt", "stop"]),
    "misunderstood": Talk(
        typed=["ja", "waarom", "niemand", "x", "frankrik", "frankrijk", "langer", "huis", "j", "stop"],
    ),
    "back": Talk(
        arguments=["--as", "midwife"],
        typed=["terug", "n", "o", "w", "terug", "back", "n", "l", "<", "k", "stop"],
        corrected=True,
    ),
    "changed": Talk(
        arguments=["--as", "midwife"],
        typed=["n", "o", "g", "z", "antwoord veranderen", "3", "n", "l", "a", "terug", "stop"],
        corrected=True,
    ),
    "another_date": Talk(
        arguments=["--as", "midwife", "--date", "2008-12-31"],
        typed=["n", "o", "g", "d", "31 februari 2010", "1-1-2009", "z", "opnieuw", "z", "terug", "j", "stop"],
        corrected=True,
    ),
    "resumed": Talk(
        arguments=["--answers", "begun.yaml", "--save", "kept.yaml"],
        files={"begun.yaml": RESUMED},
        typed=["n", "verloskundige", "z", "stop"],
    ),
    "cut_short": Talk(arguments=["--as", "midwife"], typed=["n", "o", "stop"], status=3),
}


def on_lines(talk: Talk, monkeypatch, arguments: Sequence[str] = ("--line",), *, end: str = "") -> tuple[str, int]:
    """Hold a conversation with everything typed on standard input; return all that was written, and the status."""
    lines = "".join(f"{one if isinstance(one, str) else ', '.join(one)}\n" for one in talk.typed)
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines + end))
    monkeypatch.setattr(sys, "stdout", written)
    monkeypatch.setattr(sys, "stderr", written)
    try:
        main([*arguments, *talk.arguments])
    except SystemExit as leave:
        return written.getvalue(), int(str(leave.code))
    raise AssertionError("the program did not leave")


class Recorder:
    """An asker that knows what will be typed, and writes the chat down without any window."""

    def __init__(self, typed: Iterable[str | tuple[str, ...]], language: str) -> None:
        self.chat = ""
        self.at_prompt: list[tuple[str, Prompt]] = []
        self._typed = iter(typed)
        self._say = words(language)

    def ask(self, prompt: Prompt) -> Reply:
        """Answer with what comes next."""
        self._put(*(prompt.reminder or (() if prompt.again else (prompt.progress,))), prompt.text)
        while True:
            self.at_prompt.append((self.chat, prompt))
            typed = next(self._typed, None)
            if typed is None:
                raise EndOfInput
            assert isinstance(typed, str)
            reply = understand(typed, prompt)
            if not isinstance(reply, Misunderstood):
                break
        if isinstance(reply, Answer):
            said = reply.country or "; ".join(one.text for one in prompt.choices if one.id in reply.choices)
        else:
            said = next((one.text for one in prompt.choices if one.command is reply), self._word(reply))
        self._put(f"> {said}")
        return reply

    def pick_several(self, prompt: Prompt) -> frozenset[str] | Command:
        """Choose what comes next, which may be several."""
        self._put(prompt.text)
        self.at_prompt.append((self.chat, prompt))
        typed = next(self._typed)
        reply = several(typed if isinstance(typed, str) else ",".join(typed), prompt)
        assert not isinstance(reply, Misunderstood)
        if isinstance(reply, Command):
            self._put(f"> {self._word(reply)}")
        else:
            self._put("> " + "; ".join(one.text for one in prompt.choices if one.id in reply))
        return reply

    def ask_text(self, text: str) -> str:
        """Type what comes next."""
        self._put(text)
        self.at_prompt.append((self.chat, Prompt(text=text, choices=())))
        typed = next(self._typed)
        assert isinstance(typed, str)
        self._put(f"> {typed}")
        return typed

    def say(self, text: str) -> None:
        """Write a paragraph down."""
        self._put(text)

    def show(self, blocks: Iterable[Block]) -> None:
        """Write blocks down."""
        for block in blocks:
            self._put(f"{block.sign} {block.text}")

    def _word(self, command: Command) -> str:
        return self._say.list(f"ask.words.{command.value}")[0]

    def _put(self, *texts: str) -> None:
        self.chat += "".join("".join(text.split()) for text in texts)


class Window:
    """The program in a real pseudo-terminal, and what a person sees there, scrolled back to the start.

    The program is forked, not started anew, so that a dozen conversations take seconds.
    With `anew` it is started anew: a signal must meet the program alone, without the
    threads and handlers of whatever runs the tests.
    """

    def __init__(self, arguments: Sequence[str], *, columns: int, rows: int, folder: Path, anew: bool = False) -> None:
        self.screen = pyte.HistoryScreen(columns, rows, history=10_000, ratio=0.5)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self._away: list[str] = []
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            _be_the_program(arguments, columns, rows, folder, anew)

    def text(self) -> str:
        """Return all lines, those that scrolled away first."""
        for line in list(self.screen.history.top)[len(self._away) :]:
            self._away.append("".join(line[column].data for column in range(self.screen.columns)))
        return "\n".join(line.rstrip() for line in [*self._away, *self.screen.display]).rstrip()

    def run_together(self) -> str:
        """Return what is on the screen without any blanks, so that where lines break does not matter."""
        return "".join(self.text().split())

    def wait_for(self, reached: object, *, seconds: float = 15) -> None:
        """Read until `reached()` is true, or fail with what is on the screen."""
        assert callable(reached)
        until = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < until, f"waited in vain; on the screen is:\n{self.text()}"
            # Looking at the screen costs more than reading: look when nothing more comes for the moment.
            while self._read(0.02):
                pass

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._fd, keys.encode())

    def leave(self) -> int:
        """Read to the end and return the exit status."""
        while self._read(10):
            pass
        os.close(self._fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self, seconds: float) -> bool:
        if not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            # The other side has closed the terminal.
            return False
        self.written += data
        self._stream.feed(data)
        return bool(data)


def _be_the_program(arguments: Sequence[str], columns: int, rows: int, folder: Path, anew: bool) -> None:
    """Run the program on the terminal in this forked process, and never return."""
    status = 70
    try:
        ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        for name in ("COLUMNS", "LINES", "ACCESSIBLE", "CAKWIZARD_AS", "CAKWIZARD_LINE"):
            os.environ.pop(name, None)
        os.environ.update(TERM="xterm", NO_COLOR="1", CAKWIZARD_TODAY=TODAY.isoformat(), LANG="nl_NL.UTF-8")
        os.chdir(folder)
        # What runs the tests may have set signals aside, and a program that is started takes that over.
        signal.signal(signal.SIGINT, signal.SIG_DFL if anew else signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if anew:
            os.execv(sys.executable, [sys.executable, "-m", "cakwizard", *arguments])  # noqa: S606 - no shell is wanted
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        main(list(arguments))
    except SystemExit as leave:
        status = int(str(leave.code))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
