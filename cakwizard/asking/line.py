"""The conversation over plain lines: for a screen reader, a braille line, a slow connection, a script.

A question, its numbered choices, one prompt. Nothing moves, nothing is drawn
again, no escape sequence is written, and nothing is said twice unless asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from cakwizard.asking.matching import Misunderstood
from cakwizard.asking.matching import several
from cakwizard.asking.matching import understand
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import EndOfInput
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.protocol import Reply
from cakwizard.asking.signals import end_if_asked
from cakwizard.asking.wording import choice_lines
from cakwizard.asking.wording import misunderstood
from cakwizard.asking.wording import printable
from cakwizard.asking.wording import takes
from cakwizard.asking.wording import window_width
from cakwizard.interface import words
from cakwizard.rendering import Block
from cakwizard.rendering import lines_of

__all__ = ["LineAsker"]

LONGEST_LINE = 4000


class LineAsker:
    """Asks on one stream and reads from another, a line at a time."""

    def __init__(
        self, reader: IO[str], writer: IO[str], language: str, *, echo: bool = False, wrap: bool = True
    ) -> None:
        """Ask in a language.

        Args:
            echo: Write what was read behind the prompt, where no terminal shows it, so that the whole reads back.
            wrap: Break lines at the width of the window; in a file or a pipe they are left whole.
        """
        self._reader = reader
        self._writer = writer
        self._say = words(language)
        self._language = language
        self._echo = echo
        self._wrap = wrap
        self._hinted = False
        self._blank = True

    def ask(self, prompt: Prompt) -> Reply:
        """Put the question, then read until the answer is clear."""
        if prompt.again:
            self._gap()
            self._put(prompt.text)
        else:
            self._put_question(prompt)
            if not self._hinted:
                self._put(self._say("line.hint"))
                self._hinted = True
            if prompt.empty is not None:
                self._put(self._say("line.leave"))
        while True:
            typed = self._read(self._say("line.prompt"))
            if not typed.strip():
                if prompt.empty is not None:
                    return prompt.empty
                self._put(f"{self._say('line.nothing')} {takes(prompt, self._language)}")
                continue
            reply = understand(typed, prompt)
            if isinstance(reply, Misunderstood):
                self._put(misunderstood(reply, prompt, self._language))
            elif reply is Command.REPEAT:
                self._put_question(prompt)
            else:
                return reply

    def pick_several(self, prompt: Prompt) -> frozenset[str] | Command:
        """Put the question, then read a list of choices; an empty line is none."""
        self._put_question(prompt)
        self._put(self._say("line.several"))
        while True:
            typed = self._read(self._say("line.prompt"))
            if not typed.strip():
                return frozenset()
            reply = several(typed, prompt)
            if isinstance(reply, Misunderstood):
                self._put(misunderstood(reply, prompt, self._language))
            elif reply is Command.REPEAT:
                self._put_question(prompt)
            else:
                return reply

    def ask_text(self, text: str) -> str:
        """Put the question and read one line."""
        self._gap()
        self._put(text)
        return self._read(self._say("line.prompt")).strip()

    def say(self, text: str) -> None:
        """Say one paragraph."""
        self.show([Block(text)])

    def show(self, blocks: Iterable[Block]) -> None:
        """Show headings and paragraphs after an empty line."""
        self._gap()
        for line, _ in lines_of(blocks, self._width()):
            self._write(line)

    def _put_question(self, prompt: Prompt) -> None:
        self._gap()
        if prompt.progress:
            self._put(prompt.progress)
        self._put(prompt.text)
        for sign, text in choice_lines(prompt):
            for line, _ in lines_of([Block(text, "item", sign)], self._width()):
                self._write(line)

    def _put(self, text: str) -> None:
        for line, _ in lines_of([Block(text)], self._width()):
            self._write(line)

    def _gap(self) -> None:
        if not self._blank:
            self._write("")

    def _write(self, line: str) -> None:
        self._blank = not line
        self._writer.write(f"{line}\n")

    def _read(self, label: str) -> str:
        self._writer.write(label)
        self._writer.flush()
        end_if_asked()
        line = self._reader.readline(LONGEST_LINE)
        whole = line
        while whole and not whole.endswith("\n") and len(whole) == LONGEST_LINE:
            # What does not fit on a line is no answer to the next question either.
            whole = self._reader.readline(LONGEST_LINE)
        typed = printable(line.rstrip("\r\n"))
        if not line or self._echo:
            self._writer.write(f"{typed}\n")
        self._blank = False
        if not line:
            raise EndOfInput
        return typed

    def _width(self) -> int | None:
        # The last column stays free: some terminals go on to the next line by themselves.
        return window_width(self._writer) - 1 if self._wrap else None
