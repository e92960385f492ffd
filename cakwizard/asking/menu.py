"""The conversation as a menu: arrows, letters, numbers or the beginning of the words.

The questions and answers are printed like a chat and stay on the screen; only
the choices below them are drawn again while somebody types, and go when the
answer is there. questionary makes the list and its pointer. Its own keys, which
let `j` and `ja` land on "Nee", its own drawing, which cuts long lines, and its
first choice, which Enter alone would take, are replaced here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any
from typing import TextIO

from cakwizard.asking.choosing import Chooser
from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import EndOfInput
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.protocol import Reply
from cakwizard.asking.signals import menu_on_screen
from cakwizard.asking.wording import printable
from cakwizard.asking.wording import window_width
from cakwizard.interface import words
from cakwizard.rendering import Block
from cakwizard.rendering import print_blocks

__all__ = ["MenuAsker"]

# Longer lines are harder to read than they are wide.
WIDEST = 80
ANSWER_SIGN = ">"


class MenuAsker:
    """Asks in a terminal with a menu."""

    def __init__(self, stream: TextIO, language: str, *, keys: Any = None, screen: Any = None) -> None:
        """Ask in a language, on the terminal that `stream` writes to.

        Args:
            keys: A prompt_toolkit input to read keys from; standard input when None.
            screen: A prompt_toolkit output to draw on; the stream when None.
        """
        # The position of the cursor is not needed, and asking a terminal for it leaves rubbish on some.
        os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        from prompt_toolkit.output import create_output

        self._stream = stream
        self._say = words(language)
        self._language = language
        self._keys = keys
        self._screen = screen if screen is not None else create_output(stdout=stream)
        self._first = True
        self._hinted = False

    def ask(self, prompt: Prompt) -> Reply:
        """Print the question, let one choice be made, print the answer."""
        self._print_question(prompt)
        reply = self._choose(prompt)
        if isinstance(reply, Answer):
            text = reply.country or "; ".join(one.text for one in prompt.choices if one.id in reply.choices)
        else:
            text = next((one.text for one in prompt.choices if one.command is reply), self._command_word(reply))
        self._print([Block(text, "item", ANSWER_SIGN)])
        return reply

    def pick_several(self, prompt: Prompt) -> frozenset[str] | Command:
        """Print the question, let any number of choices be crossed, print them."""
        self._print_question(prompt)
        reply = self._choose(prompt, several=True)
        if isinstance(reply, Answer):
            texts = [one.text for one in prompt.choices if one.id in reply.choices]
            self._print([Block("; ".join(texts) or self._say("menu.none"), "item", ANSWER_SIGN)])
            return reply.choices
        self._print([Block(self._command_word(reply), "item", ANSWER_SIGN)])
        return reply

    def ask_text(self, text: str) -> str:
        """Print the question and read one line."""
        import questionary

        self.say(text)
        question = questionary.text("", qmark=ANSWER_SIGN, input=self._keys, output=self._screen, erase_when_done=True)
        try:
            with menu_on_screen():
                typed = printable(str(question.unsafe_ask())).strip()
        except EOFError:
            raise EndOfInput from None
        if typed:
            self._print([Block(typed, "item", ANSWER_SIGN)])
        return typed

    def say(self, text: str) -> None:
        """Say one paragraph."""
        self.show([Block(text)])

    def show(self, blocks: Iterable[Block]) -> None:
        """Show headings and paragraphs after an empty line."""
        if not self._first:
            self._stream.write("\n")
        self._first = False
        self._print(blocks)

    def _print_question(self, prompt: Prompt) -> None:
        question = Block(prompt.text, "question")
        before = prompt.reminder or ((prompt.progress,) if not prompt.again else ())
        self.show([*(Block(text) for text in before if text), question])

    def _print(self, blocks: Iterable[Block]) -> None:
        print_blocks(blocks, self._stream, width=self._width())
        self._stream.flush()

    def _choose(self, prompt: Prompt, *, several: bool = False) -> Reply:
        chooser = Chooser(
            prompt,
            self._language,
            several=several,
            hint=not self._hinted,
            keys=self._keys,
            screen=self._screen,
            above=len(prompt.text) // self._width() + 2,
        )
        self._hinted = True
        try:
            with menu_on_screen():
                return chooser.run()
        except EOFError:
            raise EndOfInput from None

    def _command_word(self, command: Command | Answer) -> str:
        return self._say.list(f"ask.words.{command.value}")[0] if isinstance(command, Command) else ""

    def _width(self) -> int:
        return min(window_width(self._stream) - 1, WIDEST)
