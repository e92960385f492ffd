"""What did somebody mean who typed this? Never a guess.

A number, a letter, the words of a choice or their beginning, a country, or one
of the program's own words. What fits two of these that differ is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Choice
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.protocol import Reply
from cakwizard.interface import LANGUAGES
from cakwizard.interface import words
from cakwizard.wording import fold
from cakwizard.wording import same_words

__all__ = ["Misunderstood", "command_in", "letters", "several", "understand"]

# One letter is a key or nothing: a beginning has to say more than that.
SHORTEST_BEGINNING = 2
_NUMBER = re.compile(r"\W*([1-9][0-9]{0,3})\W*")
_SIGNS = {"?": Command.WHY, "<": Command.BACK}


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """Nothing fits what was typed, or more than one thing does: then `either` holds their texts."""

    typed: str
    either: tuple[str, ...] = ()


@cache
def _program_words() -> dict[str, Command]:
    """Return the program's own words in every language, so that "back" works in a Dutch conversation."""
    found: dict[str, Command] = {}
    for language in LANGUAGES:
        for command in Command:
            for word in words(language).list(f"ask.words.{command.value}"):
                found[same_words(word)] = command
    return found


def command_in(typed: str) -> Command | None:
    """Return the command that somebody typed where free text is asked for, or None."""
    return _SIGNS.get(typed.strip()) or _program_words().get(same_words(typed))


def understand(typed: str, prompt: Prompt) -> Reply | Misunderstood:
    """Return what was meant, or that it is not clear."""
    sign = _SIGNS.get(typed.strip())
    if sign is not None and sign in prompt.commands:
        return sign
    word = same_words(typed)
    if not word:
        return Misunderstood(typed)
    number = _number(typed)
    if number is not None and 1 <= number <= len(prompt.choices):
        chosen = prompt.choices[number - 1]
        # "4" is no answer while both the fourth choice and "4 months or less" could be meant.
        others = [one for one in prompt.choices if one is not chosen and _first_word(one) == word]
        return _taken(chosen) if not others else Misunderstood(typed, (chosen.text, *(one.text for one in others)))
    lettered = next((one for one in prompt.choices if one.key and one.key == word), None)
    if lettered is not None:
        return _taken(lettered)
    exact = [one for one in prompt.choices if same_words(one.text) == word]
    begun = [one for one in prompt.choices if len(word) >= SHORTEST_BEGINNING and _begins(one, word)]
    meant: dict[Reply, str] = {_taken(one): one.text for one in exact or begun}
    command = _program_words().get(word)
    if command is not None and command in prompt.commands:
        if not exact:
            # "Stop" said as a whole word is the program's, whatever a longer wording begins with.
            return command
        meant[command] = typed.strip()
    country = prompt.country(typed) if prompt.country is not None and not exact else None
    if country:
        answer = Answer(choices=country, country=typed.strip())
        if {reply.choices for reply in meant if isinstance(reply, Answer)} in (set(), {country}):
            return answer
        meant[answer] = ", ".join(one.text for one in prompt.choices if one.id in country)
    if len(meant) == 1:
        return next(iter(meant))
    return Misunderstood(typed, tuple(meant.values()))


def several(typed: str, prompt: Prompt) -> frozenset[str] | Command | Misunderstood:
    """Return the choices in a list of numbers, letters or words with commas between them.

    Letters and numbers may also be parted by blanks alone.
    """
    parts = [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]
    if len(parts) == 1 and all(len(word) == 1 or word.isdigit() for word in typed.split()):
        parts = typed.split()
    if not parts:
        return Misunderstood(typed)
    if len(parts) == 1:
        whole = understand(typed, prompt)
        return whole.choices if isinstance(whole, Answer) else whole
    exact = [one for one in prompt.choices if same_words(one.text) == same_words(typed)]
    if exact:
        # The words of a choice may hold a comma themselves.
        return frozenset(one.id for one in exact)
    found: set[str] = set()
    for part in parts:
        reply = understand(part, prompt)
        if isinstance(reply, Misunderstood):
            return reply
        if isinstance(reply, Command):
            return Misunderstood(part)
        found |= reply.choices
    return frozenset(found)


def letters(texts: list[tuple[str, str]], taken: str = "") -> list[str]:
    """Return a letter for each wish and text: the wish when it is free, else the first free letter of the text.

    A text whose letters are all gone gets none; its number remains.
    """
    used = set(taken)
    result = []
    for wish, text in texts:
        free = [char for char in wish + fold(text) if char.isalpha() and char.isascii() and char not in used]
        result.append(free[0] if free else "")
        used.update(result[-1])
    return result


def _number(typed: str) -> int | None:
    """Return the number typed, perhaps with a sign around it; "1 2" and "1,2" are not twelve."""
    found = _NUMBER.fullmatch(typed)
    return int(found.group(1)) if found else None


def _first_word(choice: Choice) -> str:
    return same_words(choice.text.split()[0]) if choice.text.split() else ""


def _begins(choice: Choice, word: str) -> bool:
    return same_words(choice.text).startswith(word)


def _taken(choice: Choice) -> Reply:
    return choice.command or Answer(choices=frozenset({choice.id}))
