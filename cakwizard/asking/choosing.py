"""What the keys do to a list of choices, from the first key to Enter.

What is typed is kept and shown, and narrows the list; the best is pointed at, and Enter takes what is pointed at.
Nothing is pointed at before a key has done so, so that Enter alone, or pressed twice, never answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from cakwizard.asking.filtering import match
from cakwizard.asking.protocol import Answer, Choice, Command, Prompt, Reply
from cakwizard.words import words

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
        self.pointed: int | None = None
        self._say = words(language)
        self._retype("")

    @property
    def choice(self) -> Choice | None:
        """Return the choice that is pointed at."""
        return None if self.pointed is None else self.shown[self.pointed]

    def press(self, key: str) -> Reply | None:
        """Act on a key by its name, or on what it types; return what is taken, or None while nothing is.

        `Command.EXPLAIN` leaves the question for its whole explanation.
        """
        reply: Reply | None = None
        match key:
            case "down" | "tab":
                self.point(0 if self.pointed is None else self.pointed + 1)
            case "up" | "s-tab":
                self.point(-1 if self.pointed is None else self.pointed - 1)
            case "home" | "pageup":
                self.point(0)
            case "end" | "pagedown":
                self.point(-1)
            case "backspace":
                self._retype(self.typed[:-1])
            case "c-u":
                self._retype("")
            case "right":
                pass
            case "enter":
                reply = self._enter()
            case "escape" | "left":
                reply = self._escape()
            case " " if self.several and self.choice is not None:
                self._tick(self.choice)
            case "?" if self.prompt.explanation is not None and not (self.typed and self.prompt.free):
                reply = Command.EXPLAIN if self.explaining else None
                self.explaining = True
            case _:
                self._retype((self.typed + "".join(char for char in key if char.isprintable()))[:_LONGEST])
        return reply

    def point(self, number: int) -> None:
        """Point at a choice in sight; what is past the end is its beginning."""
        self.note = ""
        if self.shown:
            self.pointed = number % len(self.shown)

    def _retype(self, typed: str) -> None:
        """Match what is typed now, and point at the best."""
        self.typed, self.note = typed, ""
        found = self.matches = match(typed, self.prompt)
        # A letter, a number, a word of the program or all of a choice's words say nothing else.
        keyed = bool(self.prompt.choices) and not found.narrowed
        other = typed.strip() and found.command is None and not found.sure and not keyed
        self.read: Sequence[tuple[str, str]] = self.prompt.reads(typed) if self.prompt.reads and other else ()
        self.shown = () if self.read else found.choices
        self.pointed = None if self.read else found.pointed
        if self.several and self.pointed is None and self.shown:
            self.pointed = 0

    def _enter(self) -> Reply | None:
        command = self.matches.command
        if command in (Command.EXPLAIN, Command.REPEAT):
            self._retype("")
            self.explaining = command is Command.EXPLAIN
        elif command is not None:
            return command
        elif self.several and not self.typed:
            return Answer(choices=frozenset(self.ticked))
        elif self.choice is not None:
            if not self.several:
                return self.choice.reply
            self._tick(self.choice)
        elif self.prompt.free and (text := self.typed.strip() or self.prompt.proposed) and not self.several:
            return text
        else:
            self.note = self._say("menu.unfit" if self.typed.strip() else "menu.nothing")
        return None

    def _escape(self) -> Reply | None:
        """Wipe out what is typed, or close the explanation, or else go back."""
        if self.typed or self.explaining:
            self.explaining = self.explaining and bool(self.typed)
            self._retype("")
        elif Command.BACK in self.prompt.commands:
            return Command.BACK
        return None

    def _tick(self, choice: Choice) -> None:
        self.note = ""
        self.ticked ^= {choice.id}
        if self.typed:
            self._retype("")
            self.pointed = self.prompt.choices.index(choice)
