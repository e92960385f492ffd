"""What the keys do to a list of choices, from the first key to Enter.

What is typed is kept and shown, and narrows the list; the best is pointed at, and Enter takes what is pointed at.
Nothing is pointed at before a key has done so, so that Enter alone, or pressed twice, never answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from cakwizard.asking.protocol import Answer, Choice, Command, Prompt, Reply
from cakwizard.deciding.countries import fold as letters
from cakwizard.words import LANGUAGES, words

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


# Which choices fit what has been typed, the best first.

_SIGNS = {"?": Command.EXPLAIN, "<": Command.BACK}
_WORD = re.compile(r"[^\W_]+")
# One letter is a key or the beginning of a word; shorter pieces than three are found at beginnings only.
_INSIDE = 3
_FORGIVING = 4
_ALIKE = 75.0
_LONGEST_MATCHED = 200
_EXACT, _SURE, _FOUND = 100.0, 85.0, 80.0


@dataclass(frozen=True, slots=True)
class Matches:
    """What was typed comes to.

    Attributes:
        choices: Those to show, the best first when `narrowed`.
        pointed: The number of the best of them; None when none is pointed at.
        exact: What was typed is the whole label or a synonym of the best.
        sure: All that was typed stands in the label or the synonyms of the best.
        command: The program's own word that was typed.
    """

    choices: tuple[Choice, ...]
    pointed: int | None = None
    narrowed: bool = False
    exact: bool = False
    sure: bool = False
    command: Command | None = None


def fold(text: str) -> str:
    """Return `text` without accents and in small letters, to compare what people type."""
    if text.isascii():
        return text.casefold()
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))


def match(typed: str, prompt: Prompt) -> Matches:
    """Return the choices of a prompt that fit what was typed."""
    choices = prompt.choices
    word = letters(typed[:_LONGEST_MATCHED])
    command = _SIGNS.get(typed.strip()) or _program_words().get(word)
    command = command if command in prompt.commands else None
    if not word:
        return Matches(choices or tuple(prompt.find("") if prompt.find is not None else ()), command=command)
    keyed = [number for number, one in enumerate(choices) if one.key and fold(one.key) == word]
    if not keyed and re.fullmatch(r"\W*[1-9]\d{0,2}\W*", typed, re.ASCII) and int(word) <= len(choices):
        begun = [one for one in choices if word in fold(one.label).split()]
        # "4" is no number of a choice while the words of one hold a four.
        keyed = [int(word) - 1] if not begun or begun == [choices[int(word) - 1]] else []
    if keyed:
        return Matches(choices, keyed[0])
    exact = tuple(one for one in choices if letters(one.label) == word)
    if command is not None and not exact:
        return Matches(choices, command=command)
    scored = _scored(typed[:_LONGEST_MATCHED], prompt)
    found = tuple(one for _, one in scored)
    best = scored[0][0] if scored else 0.0
    return Matches(found, 0 if found else None, narrowed=True, exact=best >= _EXACT, sure=best >= _SURE)


def _scored(typed: str, prompt: Prompt) -> list[tuple[float, Choice]]:
    """Return the choices that fit with how well they do, the best first."""
    tokens = _WORD.findall(fold(typed))
    if len(letters(typed)) == 1:
        # One letter says too little for more than the beginning of a label: `j` is never "Nee".
        return [(90.0, one) for one in prompt.choices if letters(one.label).startswith(letters(typed))]
    for forgiving in (False, True):
        scored = [(score, one) for one in prompt.choices if (score := _score(tokens, typed, one, forgiving))]
        if prompt.find is not None and not forgiving:
            # Those come in the order of their own look-up, behind a choice that begins so.
            for number, one in enumerate(prompt.find(typed)):
                named = any(letters(word) == letters(typed) for word in (one.label, *one.also))
                scored.append((_EXACT if named else _FOUND - number / 100, one))
        if scored:
            break
    return sorted(scored, key=lambda pair: -pair[0])


def _score(tokens: Sequence[str], typed: str, choice: Choice, forgiving: bool) -> float:
    """Return how well a choice fits, 0 for not at all: every word typed must be found in it."""
    whole = letters(typed)
    label, explain = _words_of(choice.label), _words_of(choice.explain)
    also = tuple(word for phrase in choice.also for word in _words_of(phrase))
    if any(letters(text) == whole for text in (choice.label, *choice.also)):
        return _EXACT
    score = 0.0
    for token in tokens:
        best = max(
            _word_score(token, label, forgiving),
            _word_score(token, also, forgiving) - 4,
            _word_score(token, explain, forgiving) - 8,
        )
        if best <= 0:
            return 0.0
        score += best
    begins = 5.0 if letters(choice.label).startswith(whole) else 0.0
    return score / len(tokens) + begins if tokens else 0.0


def _word_score(token: str, found: Sequence[str], forgiving: bool) -> float:
    if any(word.startswith(token) for word in found):
        return 90.0
    if len(token) >= _INSIDE and any(token in word for word in found):
        return 85.0
    if forgiving and len(token) >= _FORGIVING:
        from rapidfuzz import fuzz, process

        # The ends of long compounds differ; their beginning is what people type.
        near = process.extractOne(token, [word[: len(token) + 2] for word in found], scorer=fuzz.ratio)
        return near[1] * 0.8 if near is not None and near[1] >= _ALIKE else -100.0
    return -100.0


@cache
def _program_words() -> dict[str, Command]:
    """Return the program's own words in every language, so that "back" works in a Dutch conversation."""
    return {
        letters(word): command
        for language in LANGUAGES
        for command in Command
        for word in words(language).list(f"ask.words.{command.value}")
    }


@lru_cache(maxsize=1024)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))
