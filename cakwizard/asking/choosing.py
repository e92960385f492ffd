"""Which choices fit what has been typed: by letter, number, or words with slips forgiven; the best first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean

from cakwizard.asking.protocol import Choice, Command, Prompt
from cakwizard.deciding.countries import fold, words_of
from cakwizard.words import LANGUAGES, words

_SIGNS = {"?": Command.EXPLAIN, "<": Command.BACK}
# Pieces shorter than three letters are found at the beginning of a word only.
_INSIDE = 3
_LONGEST = 200  # So much of what was typed is matched.
_FORGIVING = 4
_ALIKE = 75.0
_EXACT, _BEGINS, _SURE, _FOUND = 100.0, 90.0, 85.0, 80.0


@dataclass(frozen=True, slots=True)
class Matches:
    """What was typed comes to.

    Attributes:
        choices: Those to show, the best first when `narrowed`.
        pointed: The number of the best of them; None when none is pointed at.
        loose: It may say something else, since not all of it stands in the label or the synonyms of the best.
        meant: The one that it can only be: named by letter, number or all of its words, or the only one that fits.
        command: The program's own word that was typed.
    """

    choices: tuple[Choice, ...]
    pointed: int | None = None
    narrowed: bool = False
    loose: bool = False
    meant: Choice | None = None
    command: Command | None = None


def match(typed: str, prompt: Prompt) -> Matches:
    """Return the choices of a prompt that fit what was typed."""
    typed = typed[:_LONGEST]
    choices, word = prompt.choices, fold(typed)
    command = _SIGNS.get(typed.strip()) or _program_words().get(word)
    command = command if command in prompt.commands else None
    if not word:
        return Matches(choices or tuple(prompt.find("") if prompt.find is not None else ()), command=command)
    keyed = [number for number, one in enumerate(choices) if one.key and fold(one.key) == word]
    if not keyed and re.fullmatch(r"\W*[1-9]\d{0,2}\W*", typed, re.ASCII) and int(word) <= len(choices):
        begun = [one for one in choices if word in words_of(one.label)]
        # "4" is no number of a choice while the words of one hold a four.
        keyed = [int(word) - 1] if not begun or begun == [choices[int(word) - 1]] else []
    if keyed:
        return Matches(choices, keyed[0], meant=choices[keyed[0]])
    if command is not None and all(fold(one.label) != word for one in choices):
        return Matches(choices, command=command)
    scored = _scored(typed, prompt)
    if not scored:
        return Matches((), narrowed=True, loose=True)
    best, first = scored[0]
    clear = best >= _EXACT or (best >= _SURE and len(scored) == 1)
    found = tuple(one for _, one in scored)
    return Matches(found, 0, narrowed=True, loose=best < _SURE, meant=first if clear else None)


def _scored(typed: str, prompt: Prompt) -> list[tuple[float, Choice]]:
    """Return the choices that fit with how well they do, the best first."""
    whole = fold(typed)
    if len(whole) == 1:
        # One letter says too little for more than the beginning of a label: `j` is never "Nee".
        return [(_BEGINS, one) for one in prompt.choices if fold(one.label).startswith(whole)]
    for forgiving in (False, True):
        scored = [(_score(typed, one, forgiving), one) for one in prompt.choices]
        if prompt.find is not None and not forgiving:
            # Those come in the order of their own look-up, behind a choice that begins so.
            for number, one in enumerate(prompt.find(typed)):
                named = whole in map(fold, (one.label, *one.also))
                scored.append((_EXACT if named else _FOUND - number / 100, one))
        if found := [pair for pair in scored if pair[0]]:
            return sorted(found, key=lambda pair: -pair[0])
    return []


def _score(typed: str, choice: Choice, forgiving: bool) -> float:
    """Return how well a choice fits, 0 for not at all: every word typed must be found in it."""
    whole = fold(typed)
    if whole in map(fold, (choice.label, *choice.also)):
        return _EXACT
    places = ((choice.label, 0), (" ".join(choice.also), 4), (choice.explain, 8))
    known = [(words_of(text), less) for text, less in places]
    scores = [max(_word_score(token, found, forgiving) - less for found, less in known) for token in words_of(typed)]
    if not scores or min(scores) <= 0:
        return 0.0
    return fmean(scores) + (5.0 if fold(choice.label).startswith(whole) else 0.0)


def _word_score(token: str, found: Sequence[str], forgiving: bool) -> float:
    if any(word.startswith(token) for word in found):
        return _BEGINS
    if len(token) >= _INSIDE and any(token in word for word in found):
        return _SURE
    if forgiving and len(token) >= _FORGIVING:
        from rapidfuzz import fuzz, process

        # The ends of long compounds differ; their beginning is what people type.
        begun = [word[: len(token) + 2] for word in found]
        near = process.extractOne(token, begun, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return near[1] * 0.8 if near is not None else 0.0
    return 0.0


@cache
def _program_words() -> dict[str, Command]:
    """Return the program's own words in every language, so that "back" works in a Dutch conversation."""
    return {
        fold(word): command
        for language in LANGUAGES
        for command in Command
        for word in words(language).list(f"ask.words.{command.value}")
    }
