"""What did somebody mean who typed this? Never a guess.

A number, a letter, the words of a choice or their beginning, a country, or one
of the program's own words. What fits two of these that differ is refused.
"""

from __future__ import annotations

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
    chosen = _by_number_or_letter(word, prompt.choices)
    if chosen is not None:
        # "4" is no answer while both the fourth choice and one that begins with "4" could be meant.
        others = [one for one in prompt.choices if word.isdigit() and one is not chosen and _begins(one, word)]
        return _taken(chosen) if not others else Misunderstood(typed, (chosen.text, *(one.text for one in others)))
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
    whole = understand(typed, prompt)
    if isinstance(whole, Command):
        return whole
    if isinstance(whole, Answer):
        return whole.choices
    parts = [part for part in typed.replace(";", ",").split(",") if part.strip()]
    if len(parts) == 1:
        parts = typed.split()
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


def _by_number_or_letter(word: str, choices: tuple[Choice, ...]) -> Choice | None:
    if word.isascii() and word.isdigit() and len(word) < SHORTEST_BEGINNING + 2:
        number = int(word)
        return choices[number - 1] if 1 <= number <= len(choices) and word[0] != "0" else None
    return next((one for one in choices if one.key and one.key == word), None)


def _begins(choice: Choice, word: str) -> bool:
    return same_words(choice.text).startswith(word)


def _taken(choice: Choice) -> Reply:
    return choice.command or Answer(choices=frozenset({choice.id}))
