"""What the keys do to a list of choices, from the first key to Enter.

What is typed is kept and shown, and narrows the list; the best is pointed at, and Enter takes what is pointed at.
Nothing is pointed at before a key has done so, so that Enter alone, or pressed twice, never answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from cakwizard.asking.filtering import Matches, match
from cakwizard.asking.protocol import Answer, Choice, Command, Prompt, Reply, Typed
from cakwizard.words import words

__all__ = ["Chooser"]

_LONGEST = 500


class Chooser:
    """A list from which one choice is taken, or several are ticked, or a line of text.

    Attributes:
        typed: What stands on the input line.
        shown: The choices in sight.
        pointed: The number of the one that is pointed at, or None.
        ticked: Where several can be taken, the ids of those that are.
        note: What has to be said about the last key.
        explaining: Whether the explanation is open.
        read: What the text typed is understood as, where any text is taken.
    """

    def __init__(self, prompt: Prompt, language: str) -> None:
        """Prepare the list."""
        self.prompt = prompt
        self.several = prompt.ticked is not None
        self.ticked = set(prompt.ticked or ())
        self.explaining = False
        self.note = ""
        self._say = words(language)
        self.retype("")

    @property
    def choice(self) -> Choice | None:
        """Return the choice that is pointed at."""
        return None if self.pointed is None else self.shown[self.pointed]

    def type(self, text: str) -> None:
        """Add what was typed or pasted."""
        self.retype((self.typed + "".join(char for char in text if char.isprintable()))[:_LONGEST])

    def retype(self, typed: str) -> None:
        """Match what is typed now, and point at the best."""
        self.typed, self.note = typed, ""
        self.matches = match(typed, self.prompt)
        self.read: Sequence[tuple[str, str]] = ()
        if self.prompt.reads is not None and not self._plain(self.matches):
            self.read = self.prompt.reads(typed)
        self.shown = () if self.read else self.matches.choices
        self.pointed: int | None = None if self.read else self.matches.pointed
        if self.several and self.pointed is None and self.shown:
            self.pointed = 0

    def point(self, number: int) -> None:
        """Point at a choice in sight; what is past the end is its beginning."""
        self.note = ""
        if self.shown:
            self.pointed = number % len(self.shown)

    def move(self, step: int) -> None:
        """Point at the next choice (1), or the one before (-1)."""
        first = 0 if step > 0 else -1
        self.point(first if self.pointed is None else self.pointed + step)

    def space(self) -> None:
        """Tick what is pointed at, where several can be taken; else a blank is typed."""
        if self.several and self.choice is not None:
            self._tick(self.choice)
        else:
            self.type(" ")

    def enter(self) -> Reply | None:
        """Return what is taken, or None when nothing is yet."""
        command = self.matches.command
        if command is Command.EXPLAIN:
            self.retype("")
            self.explaining = True
        elif command is Command.REPEAT:
            self.retype("")
        elif command is not None:
            return command
        elif self.several:
            if not self.typed:
                return Answer(choices=frozenset(self.ticked))
            if self.choice is None:
                self.note = self._say("menu.unfit")
            else:
                self._tick(self.choice)
        elif self.choice is not None:
            return self.choice.reply
        elif self.prompt.free and self.typed.strip():
            return Typed(self.typed.strip())
        else:
            self.note = self._say("menu.unfit" if self.typed.strip() else "menu.nothing")
        return None

    def escape(self) -> Reply | None:
        """Wipe out what is typed, or close the explanation, or else go back."""
        if self.typed:
            self.retype("")
        elif self.explaining:
            self.explaining = False
        elif Command.BACK in self.prompt.commands:
            return Command.BACK
        return None

    def _plain(self, matches: Matches) -> bool:
        """Tell whether nothing was typed but a choice or a word of the program."""
        keyed = bool(self.prompt.choices) and not matches.narrowed
        return not self.typed.strip() or matches.command is not None or matches.sure or keyed

    def _tick(self, choice: Choice) -> None:
        self.ticked ^= {choice.id}
        if self.typed:
            self.retype("")
            self.pointed = self.prompt.choices.index(choice)
