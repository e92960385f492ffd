"""The conversation over plain lines: for a screen reader, a braille line, a slow connection, a script.

A question, its choices, one prompt. Nothing moves, nothing is drawn again, no escape sequence is written, and nothing
is said twice unless asked for. What could mean two things is refused, since nothing here is pointed at.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import IO

from cakwizard.asking.protocol import Answer, Command, EndOfInput, Outcome, Prompt, Reply
from cakwizard.asking.typed import Matches, match
from cakwizard.saying.card import Card
from cakwizard.saying.phrases import ended
from cakwizard.saying.sections import Section
from cakwizard.showing.text import card_text, section_text, wrapped
from cakwizard.words import words

_LONGEST = 4000
_NAMED = 6  # So many choices that fit what was typed are named.


class LineAsker:
    """Asks on one stream and reads from another, a line at a time."""

    copies = False

    def __init__(self, reader: IO[str], writer: IO[str], language: str, *, headline: bool = False) -> None:
        """Ask in a language; with `headline` a card is only named, because the whole of it goes elsewhere in the end.

        What was read is written behind the prompt where no terminal shows it, so that the whole reads back; lines are
        broken at the width of a window, and in a file or a pipe left whole.
        """
        self._reader, self._writer, self._headline = reader, writer, headline
        self._language, self._say = language, words(language)
        self._told: set[str] = set()
        self._card: Card | None = None
        self._blank = True

    def ask(self, prompt: Prompt) -> Reply:
        """Put the question, then read until the answer is clear."""
        self._put_question(prompt)
        while (reply := self._understood(self._read(), prompt)) is None or reply is Command.REPEAT:
            if reply is Command.REPEAT:
                self._put_question(prompt)
        return reply

    def offer(self, outcome: Outcome) -> str:
        """Say the card and the letters, and read one of them."""
        say, letters = self._say, [*outcome.keys]
        self._begin(outcome)
        if outcome.card != self._card:
            self._put_card(outcome.card)
            self._put(say("line.letters", letters=", ".join(letters[:-1]), last=letters[-1]))
        meant = {letter: letter for letter in letters} | dict.fromkeys(["<", *say.list("ask.words.back")], "back")
        meant |= dict.fromkeys(say.list("ask.words.stop"), say("after.leave.key"))
        while (typed := self._read().strip().casefold()) not in meant:
            if typed == "?":
                self._put(*(f"{letter}: {text}" for letter, (text, _) in outcome.keys.items()))
            elif typed in say.list("ask.words.repeat"):
                self._put_card(outcome.card)
            else:
                self._put(say("line.no_letter", typed=typed[:60]) if typed else say("line.nothing"))
        return meant[typed]

    def read(self, sections: Sequence[Section], heading: str, start: str = "") -> None:
        """Say one section, or all where none is named."""
        for section in [one for one in sections if one.id == start] or sections:
            self._gap()
            self._write(section_text(section, sections, self._language, width=self._width()))

    def copy(self, text: str) -> bool:
        """Return that nothing can be copied."""
        return False

    def close(self, outcome: Outcome) -> None:
        """Say what was found, unless it is what was said last."""
        if outcome.card != self._card:
            self._begin(outcome)
            self._put_card(outcome.card)

    # Understanding.

    def _understood(self, typed: str, prompt: Prompt) -> Reply | None:
        """Return what was meant, or None when it is not clear, which is said then."""
        found, text = match(typed, prompt), typed.strip() or prompt.proposed
        if found.command is Command.EXPLAIN and prompt.explanation is not None:
            self.read(prompt.explanation(), prompt.text)
        elif found.command is not None:
            return found.command
        elif prompt.ticked is not None:
            return self._several(typed, prompt.ticked, prompt)
        elif not text:
            self._put(f"{self._say('line.nothing')} {self._takes(prompt)}")
        elif found.meant is not None:
            return found.meant.reply
        elif found.read or (prompt.free and not found.choices):
            return text
        else:
            self._refuse(text, found, prompt)
        return None

    def _several(self, typed: str, ticked: frozenset[str], prompt: Prompt) -> Reply | None:
        """Return which choices are ticked after a list of letters or numbers; an empty line changes none."""
        parts = [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]
        if len(parts) == 1 and all(len(word) == 1 or word.isdigit() for word in typed.split()):
            parts = typed.split()
        for part in parts:
            found = match(part, prompt)
            if found.meant is None:
                self._refuse(part, found, prompt)
                return None
            ticked ^= {found.meant.id}
        if prompt.tally is not None and parts:
            self._put(f"{prompt.tally(ticked)}.")
        return Answer(choices=ticked)

    def _refuse(self, text: str, found: Matches, prompt: Prompt) -> None:
        """Say that what was typed fits no choice, or which ones it fits."""
        shown, more = text[:60], len(found.choices) - _NAMED
        if found.choices and found.narrowed:
            named = "; ".join(one.label for one in found.choices[:_NAMED])
            rest = self._say("line.more", count=more) if more > 0 else ""
            self._put(self._say("line.either", typed=shown, choices=f"{named}{rest}"))
        else:
            self._put(f"{self._say('line.unfit', typed=shown)} {self._takes(prompt)}")

    def _takes(self, prompt: Prompt) -> str:
        letters = ", ".join(one.key or str(number) for number, one in enumerate(prompt.choices, 1))
        choose = self._say("line.takes", letters=letters) if letters else ""
        country = self._say("line.takes_country") if prompt.find is not None and letters else ""
        return " ".join(filter(None, (choose, _sentence(prompt.free), country)))

    # Writing.

    def _put_question(self, prompt: Prompt) -> None:
        self._gap()
        self._put(*(_sentence(text.replace("  ", ": ")) for text in prompt.head if text not in self._told))
        self._begin(prompt)
        self._put(f"{_sentence(prompt.progress)} {prompt.text}")
        ticks = prompt.ticked is not None
        for number, one in enumerate(prompt.choices, 1):
            sign = str(number) if ticks else one.key or str(number)
            self._put(f"{sign}: {one.label}{f'; {one.explain}' if one.explain else ''}")
        hint = ("confirm" if prompt.ticked else "several") if ticks else "hint" if prompt.choices else "typed"
        if ticks or hint not in self._told:
            self._put(self._say(f"line.{hint}"))
        self._told |= {*prompt.head, hint}
        self._put(_sentence(prompt.free))

    def _begin(self, one: Prompt | Outcome) -> None:
        """Say what has to be said first, and at the very first what was answered before the conversation."""
        self._gap()
        self._put(*one.notes, *(f"✓ {name}: {answer}" for name, answer in one.trail if "trail" not in self._told))
        self._told.add("trail")

    def _put_card(self, card: Card) -> None:
        self._card = card
        text = card_text(card, self._width())
        self._write(text.splitlines()[0] if self._headline and card.certainty is not None else text)

    def _put(self, *texts: str) -> None:
        for text in filter(None, texts):
            self._write("\n".join(wrapped(text, self._width())))

    def _gap(self) -> None:
        if not self._blank:
            self._write("\n")
        self._blank = True

    def _write(self, text: str) -> None:
        self._blank = False
        self._writer.write(text if text.endswith("\n") else f"{text}\n")

    def _read(self) -> str:
        self._writer.write(self._say("line.prompt"))
        self._writer.flush()
        line = self._reader.readline()
        typed = "".join(filter(str.isprintable, line[:_LONGEST]))
        if not line or not self._reader.isatty():
            self._writer.write(f"{typed}\n")
        self._blank = False
        if not line:
            raise EndOfInput
        return typed

    def _width(self) -> int | None:
        if not self._writer.isatty():
            return None
        # The last column stays free: some terminals go on to the next line by themselves.
        return (os.get_terminal_size(self._writer.fileno()).columns or 80) - 1


def _sentence(text: str) -> str:
    return ended(f"{text[:1].upper()}{text[1:]}") if text else ""
