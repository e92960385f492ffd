"""The conversation over plain lines: for a screen reader, a braille line, a slow connection, a script.

A question, its choices, one prompt. Nothing moves, nothing is drawn again, no escape sequence is written, and nothing
is said twice unless asked for. What could mean two things is refused, since nothing here is pointed at.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from typing import IO

from cakwizard.asking.filtering import Matches, match
from cakwizard.asking.protocol import Answer, Choice, Command, EndOfInput, Outcome, Prompt, Reply, Typed
from cakwizard.asking.signals import end_if_asked
from cakwizard.saying.card import Card
from cakwizard.saying.sections import Section
from cakwizard.showing.text import card_text, section_text, wrapped
from cakwizard.words import words

__all__ = ["LineAsker"]

_LONGEST_LINE = 4000
_NAMED = 6
"""So many choices that fit what was typed are named."""


class LineAsker:
    """Asks on one stream and reads from another, a line at a time."""

    copies = False

    def __init__(self, reader: IO[str], writer: IO[str], language: str, *, headline: bool = False) -> None:
        """Ask in a language.

        What was read is written behind the prompt where no terminal shows it, so that the whole reads back; lines are
        broken at the width of a window, and in a file or a pipe left whole.

        Args:
            headline: Say only what a card is about, because the whole of it goes elsewhere in the end.
        """
        self._reader = reader
        self._writer = writer
        self._say = words(language)
        self._language = language
        self._echo = not reader.isatty()
        self._wrap = writer.isatty()
        self._headline = headline
        self._head: tuple[str, str] = ("", "")
        self._hinted: set[str] = set()
        self._card: Card | None = None
        self._blank = True
        self._begun = False

    def ask(self, prompt: Prompt) -> Reply:
        """Put the question, then read until the answer is clear."""
        self._put_question(prompt)
        while True:
            typed = self._read(self._say("line.prompt"))
            reply = self._several(typed, prompt) if prompt.ticked is not None else self._understood(typed, prompt)
            if reply is Command.REPEAT:
                self._put_question(prompt, whole=True)
            elif reply is not None:
                return reply

    def offer(self, outcome: Outcome) -> str:
        """Say the card and the letters, and read one of them."""
        self._gap()
        self._put(*outcome.notes)
        self._begin(outcome.trail)
        letters = [one.key for one in outcome.keys]
        if outcome.card is not self._card:
            self._put_card(outcome.card)
            shown = ", ".join(letters[:-1])
            self._put(self._say("line.letters", letters=shown, last=letters[-1]))
        while True:
            typed = self._read(self._say("line.prompt")).strip()
            known = {one.key.casefold(): one.key for one in outcome.keys} | {"<": "back"}
            known |= dict.fromkeys(self._say.list("ask.words.stop"), self._say("after.leave.key"))
            known |= dict.fromkeys(self._say.list("ask.words.back"), "back")
            if typed.casefold() in known:
                return known[typed.casefold()]
            if typed == "?":
                self._put(*(f"{one.key}: {one.text}" for one in outcome.keys))
            elif typed.casefold() in self._say.list("ask.words.repeat"):
                self._put_card(outcome.card)
            else:
                self._put(self._say("line.no_letter", typed=typed[:60]) if typed else self._say("line.nothing"))

    def read(self, sections: Sequence[Section], heading: str, start: str = "") -> None:
        """Say one section, or all where none is named."""
        for section in [one for one in sections if one.id == start] or sections:
            self._gap()
            self._write_all(section_text(section, sections, self._language, width=self._width()))

    def copy(self, text: str) -> bool:
        """Say that nothing was copied: only an escape sequence could."""
        return False

    def close(self, outcome: Outcome | None) -> None:
        """Say what was found, unless it is what was said last."""
        if outcome is None:
            return
        if outcome.card is not self._card:
            self._gap()
            self._put(*outcome.notes)
            self._put_card(outcome.card)
        elif outcome.notes:
            self._put(*outcome.notes)

    def _begin(self, trail: Sequence[tuple[str, str]]) -> None:
        """Say what was answered before the conversation began; what is answered in it is known."""
        if not self._begun:
            self._put(*(f"✓ {name}: {answer}" for name, answer in trail))
        self._begun = True

    def _put_card(self, card: Card) -> None:
        self._card = card
        text = card_text(card, self._width())
        self._write_all(text.splitlines()[0] if self._headline and card.certainty is not None else text)

    # Understanding.

    def _understood(self, typed: str, prompt: Prompt) -> Reply | None:
        """Return what was meant, or None when it is not clear, which is said then."""
        found = match(typed, prompt)
        if found.command is Command.EXPLAIN and prompt.explanation is not None:
            sections = prompt.explanation()
            self.read(sections, prompt.text)
            return None
        if found.command is not None:
            return found.command
        if not typed.strip():
            self._put(f"{self._say('line.nothing')} {self._takes(prompt)}")
            return None
        loose = not found.sure and (found.narrowed or not prompt.choices)
        if prompt.reads is not None and loose and prompt.reads(typed):
            return Typed(typed.strip())
        choice = _meant(found)
        if choice is not None:
            return choice.reply
        if prompt.free and not found.choices:
            return Typed(typed.strip())
        self._put(self._unclear(typed, found, prompt))
        return None

    def _several(self, typed: str, prompt: Prompt) -> Reply | None:
        """Return which choices are ticked by a list of letters or numbers; an empty line ticks none more."""
        whole = match(typed, prompt)
        if whole.command is not None:
            return whole.command
        ticked = set(prompt.ticked or ())
        parts = [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]
        if len(parts) == 1 and all(len(word) == 1 or word.isdigit() for word in typed.split()):
            parts = typed.split()
        for part in parts:
            found = match(part, prompt)
            choice = _meant(found)
            if choice is None:
                self._put(self._unclear(part, found, prompt))
                return None
            ticked ^= {choice.id}
        if prompt.tally is not None and parts:
            self._put(f"{prompt.tally(frozenset(ticked))}.")
        return Answer(choices=frozenset(ticked))

    def _unclear(self, typed: str, found: Matches, prompt: Prompt) -> str:
        shown = typed.strip()[:60]
        if found.choices and found.narrowed:
            named = "; ".join(one.label for one in found.choices[:_NAMED])
            more = self._say("line.more", count=len(found.choices) - _NAMED) if len(found.choices) > _NAMED else ""
            return self._say("line.either", typed=shown, choices=f"{named}{more}")
        return f"{self._say('line.unfit', typed=shown)} {self._takes(prompt)}"

    def _takes(self, prompt: Prompt) -> str:
        """Return what can be typed at this prompt."""
        letters = ", ".join(one.key or str(number) for number, one in enumerate(prompt.choices, 1))
        texts = [self._say("line.takes", letters=letters)] if letters else []
        texts += [f"{prompt.free[:1].upper()}{prompt.free[1:]}."] if prompt.free else []
        return " ".join(texts + ([self._say("line.takes_country")] if prompt.find is not None and letters else []))

    # Writing.

    def _put_question(self, prompt: Prompt, *, whole: bool = False) -> None:
        self._gap()
        if prompt.head != self._head:
            title, facts = prompt.head[0].replace("  ", ": "), prompt.head[1]
            texts = (facts,) if prompt.head[0] == self._head[0] else (title, facts)
            self._head = prompt.head
            self._put(" ".join(f"{text[:1].upper()}{text[1:]}." for text in texts))
            self._gap()
        self._put(*prompt.notes)
        self._begin(prompt.trail)
        if prompt.again and not whole:
            self._put(prompt.text)
            return
        self._put(" ".join(filter(None, (f"{prompt.progress}." if prompt.progress else "", prompt.text))))
        ticks = prompt.ticked is not None
        for number, one in enumerate(prompt.choices, 1):
            sign = str(number) if ticks else one.key or str(number)
            self._put(f"{sign}: {one.label}{f'; {one.explain}' if one.explain else ''}")
        hint = ("confirm" if prompt.ticked else "several") if ticks else "typed" if not prompt.choices else "hint"
        if hint not in self._hinted or ticks:
            self._hinted.add(hint)
            self._put(self._say(f"line.{hint}"))
        if prompt.free and not whole:
            self._put(f"{prompt.free[:1].upper()}{prompt.free[1:]}.")

    def _put(self, *texts: str) -> None:
        for text in texts:
            for line in wrapped(text, self._width()):
                self._write(line)

    def _gap(self) -> None:
        if not self._blank:
            self._write("")

    def _write_all(self, text: str) -> None:
        for line in text.splitlines():
            self._write(line)

    def _write(self, line: str) -> None:
        self._blank = not line
        self._writer.write(f"{line}\n")

    def _read(self, label: str) -> str:
        self._writer.write(label)
        self._writer.flush()
        end_if_asked()
        line = self._reader.readline(_LONGEST_LINE)
        whole = line
        while whole and not whole.endswith("\n") and len(whole) == _LONGEST_LINE:
            # What does not fit on a line is no answer to the next question either.
            whole = self._reader.readline(_LONGEST_LINE)
        typed = "".join(char for char in line.rstrip("\r\n") if char.isprintable())
        if not line or self._echo:
            self._writer.write(f"{typed}\n")
        self._blank = False
        if not line:
            raise EndOfInput
        return typed

    def _width(self) -> int | None:
        if not self._wrap:
            return None
        try:
            columns = os.get_terminal_size(self._writer.fileno()).columns or 0
        except (OSError, ValueError):
            columns = 0
        # The last column stays free: some terminals go on to the next line by themselves.
        return (columns or shutil.get_terminal_size().columns) - 1


def _meant(found: Matches) -> Choice | None:
    """Return the one choice that was meant: named by letter, number or all of its words, or the only one that fits."""
    if found.pointed is None:
        return None
    best = found.choices[found.pointed]
    if not found.narrowed or found.exact or (found.sure and len(found.choices) == 1):
        return best
    return None
