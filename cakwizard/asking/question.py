"""A question on the screen: what the keys do to its choices, and how it is drawn in a window of any size.

What is typed is kept and shown, and narrows the list; the best is pointed at, and Enter takes what is pointed at.
Nothing is pointed at before a key has done so, so that Enter alone, or pressed twice, never answers.

All that is drawn fits the window. What has no room goes in this order: blank rows, the trail but for one row, the
head, the trail, the progress; then the list scrolls. Nothing is cut off in the midst of a word that matters.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from cakwizard.asking.protocol import Answer, Choice, Command, Prompt, Reply
from cakwizard.asking.typed import match
from cakwizard.words import words

Row = list[tuple[str, str]]
"""Pieces of a row: the name of a style in `showing.terminal.STYLES` ("" for none) or of prompt_toolkit, and a text."""

POINTER = "❯"
# Behind it the cell on which the cursor stands.
CURSOR: Row = [("[SetCursorPosition]", ""), ("", " ")]
NARROW = 60
EXPLAINED_ROWS = 6  # of an explanation at most; the whole is read on a screen of its own

_DROPPED = ("gap3", "gap0", "gap2", "gap1", "trail", "head", "trail", "hint", "progress")
_FEWEST_CHOICES = 3  # rows of the list at the least
_FEW = 2  # Where more explanations than this have no room behind their label, none stands there.
_LONGEST = 500


class Question:
    """A list from which one choice is taken, or several are ticked, or a line of text.

    `pointed` is the number of the choice that is pointed at among those shown, or None, and `read` what the text typed
    is understood as, where any text is taken.
    """

    def __init__(self, prompt: Prompt, language: str) -> None:
        self.prompt = prompt
        self.several = prompt.ticked is not None
        self.ticked = prompt.ticked or frozenset()
        self.explaining = False
        self.pointed: int | None = None
        self._say = words(language)
        self._retype("")

    @property
    def _choice(self) -> Choice | None:
        return None if self.pointed is None else self.shown[self.pointed]

    def press(self, key: str) -> Reply | None:
        """Act on a key by its name, or on what it types; return what is taken, or None while nothing is.

        `Command.EXPLAIN` leaves the question for its whole explanation.
        """
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
                return self._enter()
            case "escape" | "left":
                return self._escape()
            case " " if self.several and self._choice is not None:
                self._tick(self._choice)
            case "?" if self.prompt.explanation is not None and not (self.typed and self.prompt.free):
                again, self.explaining = self.explaining, True
                return Command.EXPLAIN if again else None
            case _:
                self._retype((self.typed + "".join(filter(str.isprintable, key)))[:_LONGEST])
        return None

    def point(self, number: int) -> None:
        """Point at a choice in sight; what is past the end is its beginning."""
        self.note = ""
        if self.shown:
            self.pointed = number % len(self.shown)

    def _retype(self, typed: str) -> None:
        """Match what is typed now, and point at the best."""
        self.typed, self.note = typed, ""
        found = match(typed, self.prompt)
        self.shown, self.pointed, self.read = found.choices, found.pointed, found.read
        self.narrowed, self.command = found.narrowed, found.command
        if self.several and self.pointed is None and self.shown:
            self.pointed = 0

    def _enter(self) -> Reply | None:
        text = self.typed.strip() or self.prompt.proposed
        if self.command in (Command.EXPLAIN, Command.REPEAT):
            self.explaining = self.command is Command.EXPLAIN
            self._retype("")
        elif self.command is not None:
            return self.command
        elif self.several and not self.typed:
            return Answer(choices=self.ticked)
        elif self._choice is not None:
            if not self.several:
                return self._choice.reply
            self._tick(self._choice)
        elif self.prompt.free and text and not self.several:
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

    # Drawing.

    def draw(self, width: int, height: int) -> list[Row]:
        """Return the question with its choices and what was typed, in a window of a size."""
        prompt, width, height = self.prompt, max(1, width), max(1, height)
        choices = self._list(width)
        blocks: dict[str, list[Row]] = {
            "head": _head(prompt.head, width),
            "gap0": [[]] if prompt.trail else [],
            "trail": [step_row(step, width) for step in prompt.trail],
            "gap1": [[]],
            "notes": [row for note in prompt.notes for row in wrap(note, width, "mind")],
            "progress": wrap(prompt.progress, width, "help"),
            "question": wrap(prompt.text, width, "heading"),
            "hint": wrap(prompt.free, width, "help") if prompt.choices else [],
            "explanation": self._explanation(width),
            "gap2": [[]] if choices else [],
            "list": [row for rows in choices for row in rows],
            "gap3": [[]],
            "keys": self._keys(width),
            "input": [[("key", f"{POINTER} "), ("", self.typed[-max(1, width - 3) :]), *CURSOR]],
        }

        def too_many() -> int:
            return max(0, sum(map(len, blocks.values())) - height)

        for name in _DROPPED:
            if too_many():
                shorter = name == "trail" and len(blocks["trail"]) > 1
                blocks[name] = trail_row(prompt.trail, width) if shorter else []
        if too_many():
            # What is beside the labels is said by ? as well.
            choices = self._list(width, explained=False)
            blocks["list"] = [row for rows in choices for row in rows]
        blocks["list"] = self._scrolled(choices, len(blocks["list"]) - too_many())
        # In a tiny window its end is seen, with the list and what is typed.
        return [row for block in blocks.values() for row in block][-height:]

    def _explanation(self, width: int) -> list[Row]:
        if not self.explaining or self.prompt.explanation is None:
            return []
        pointed = self._choice.pointed if self._choice is not None else ""
        texts = [pointed, *(one.text for one in self.prompt.explanation()[0].items)]
        rows = [[("help", "│ "), *row] for text in texts for row in wrap(text, width - 2)]
        if len(rows) > EXPLAINED_ROWS:
            rows[EXPLAINED_ROWS - 1 :] = [[("help", "│ "), ("", self._say("menu.more_help"))]]
        return rows

    def _list(self, width: int, *, explained: bool = True) -> list[list[Row]]:
        """Return the rows of each choice in sight, or of what the sentence typed is understood as."""
        if self.read:
            wide = max(len(name) for name, _ in self.read) + 2
            found = [(name, row) for name, text in self.read for row in wrap(text, width - wide - 2)]
            return [[[("done", "✓ "), ("help", name.ljust(wide)), *row]] for name, row in found]
        choices, room = [*self.prompt.choices, *self.shown], width - (8 if self.several else 4)
        behind = [one for one in choices if one.explain]
        fitting = [one for one in behind if len(one.label) + 2 + len(one.explain) <= room]
        beside = 0
        if fitting and len(behind) - len(fitting) <= _FEW:
            # A label that reaches into this column has its explanation right behind it.
            widest = max(len(one.explain) for one in fitting)
            beside = min(max(len(one.label) for one in choices) + 2, room - widest)
        return [self._rows(number, width, room, beside, explained) for number in range(len(self.shown))]

    def _rows(self, number: int, width: int, room: int, beside: int, explained: bool) -> list[Row]:
        """Return a choice; its explanation stands at the column `beside`, or below it if it is pointed at."""
        one, pointed = self.shown[number], number == self.pointed
        style = "pointed" if pointed else ""
        counted = not self.narrowed and not one.takes and number < 9
        key = one.key or (str(number + 1) if counted else " " if any(other.key for other in self.shown) else "")
        box = ("[x] " if one.id in self.ticked else "[ ] ") if self.several else ""
        begin: Row = [(style, f"{POINTER if pointed else ' '} {box}"), (style or "key", f"{key} " if key else "")]
        indent = sum(len(text) for _, text in begin)
        lines = wrap(one.label, width - indent, style) or [[]]
        rows = [begin + lines[0], *([("", " " * indent), *line] for line in lines[1:])]
        if one.explain and beside and len(one.label) + 2 + len(one.explain) <= room:
            rows[-1].append(("help", " " * max(2, beside - sum(len(text) for _, text in lines[-1])) + one.explain))
        elif pointed and explained:
            rows += [[("help", " " * indent), *line] for line in wrap(one.explain, width - indent, "help")]
        return rows

    def _scrolled(self, choices: list[list[Row]], room: int) -> list[Row]:
        """Return the part of the list around what is pointed at, with a row that counts what lies outside."""
        rows = [row for choice in choices for row in choice]
        if len(rows) <= room:
            return rows
        first = sum(map(len, choices[: self.pointed or 0]))
        last = first if self.pointed is None else first + len(choices[self.pointed]) - 1
        inner = max(_FEWEST_CHOICES, room) - 1
        start = max(0, min(max(first - inner // 3, last - inner + 1), len(rows) - inner, first))
        outside = self._say("menu.scrolled", above=start, below=len(rows) - start - inner)
        return [*rows[start : start + inner], [("help", outside)]]

    def _keys(self, width: int) -> list[Row]:
        """Return the row that says which keys do something now, without the least of them where it has no room."""
        prompt, shown, say = self.prompt, len(self.shown), self._say
        if self.note:
            return wrap(self.note, width, "mind")
        own = {"free": prompt.free, "found": say("menu.found", count=shown)}
        own["tally"] = prompt.tally(self.ticked) if prompt.tally is not None else ""
        names = ["help"] if prompt.explanation is not None else []
        names += ["back"] if Command.BACK in prompt.commands else []
        if self.read:
            names = ["read", "wipe"]
        elif self.typed and self.narrowed:
            first = "free" if prompt.free and not shown else "found"
            names = [first, "enter", "wipe"] if shown or prompt.free else [first, "wipe"]
        elif self.several:
            names = [*(["tally", "space"] if own["tally"] else ["tick"]), "done", *names]
        elif prompt.choices:
            names = ["letter", "enter", "filter", *(["date"] if Command.DATE in prompt.commands else []), *names]
        else:
            names = ["free" if prompt.free else "filter", "enter", *names]

        def text(name: str) -> str:
            short = width < NARROW and say.has(f"menu.short.{name}")
            return own[name] if name in own else say(f"menu.{'short' if short else 'key'}.{name}")

        for name in ("filter", "date", "letter", "help"):
            if len(" · ".join(map(text, names))) > width and name in names:
                names.remove(name)
        return wrap(" · ".join(map(text, names)), width, "help")


def plain(rows: Iterable[Row]) -> str:
    """Return rows as text without styles."""
    return "\n".join("".join(text for style, text in row if style != "[ZeroWidthEscape]").rstrip() for row in rows)


def wrap(text: str, width: int, style: str = "") -> list[Row]:
    """Return a text as rows, none of an empty one; one column is enough."""
    return [[(style, line)] for line in textwrap.wrap(text, max(1, width), break_on_hyphens=False)]


def trail_row(trail: Sequence[tuple[str, str]], width: int) -> list[Row]:
    """Return the answers in a word or two each on one row: without the questions, or the last of them, if need be."""
    answers = [(name, re.split(r"[,;(]", answer)[0].strip()) for name, answer in trail]
    for start, named in [(0, True), *((start, False) for start in range(len(trail)))]:
        row: Row = [("done", "✓ … " if start else "✓ ")]
        for number, (name, answer) in enumerate(answers[start:]):
            row += [("help", " · " if number else ""), ("help", f"{name} " if named else ""), ("", answer)]
        if trail and sum(len(text) for _, text in row) <= width:
            return [row]
    return []


def step_row(step: tuple[str, str], width: int) -> Row:
    """Return one answer of the trail; a long one ends in an ellipsis, since it is only a reminder."""
    name, answer = step
    room = max(1, width - 17)
    shown = answer if len(answer) <= room else f"{answer[: room - 1]}…"
    return [("done", "✓ "), ("help", name.ljust(15)), ("", shown)] if width > 20 else [("done", f"✓ {name}"[:width])]


def _head(head: tuple[str, str], width: int) -> list[Row]:
    title, facts = head
    name = title.split("  ")[0]
    for left in (title, name, ""):
        if len(left) + 2 + len(facts) <= width:
            return [[("key", name if left else ""), ("", left[len(name) :]), ("help", facts.rjust(width - len(left)))]]
    return wrap(facts, width, "help")
