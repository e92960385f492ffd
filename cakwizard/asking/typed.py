"""What somebody typed may mean.

Choices are found by letter, number, or words with slips forgiven, the best first; days as people say them: "gisteren",
"vorige week", "12 november", "12-11-2026".
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from statistics import fmean

from cakwizard.asking.protocol import Choice, Command, Prompt
from cakwizard.deciding.countries import fold, unaccented, words_of
from cakwizard.deciding.days import months_after
from cakwizard.words import LANGUAGES, words

_SIGNS = {"?": Command.EXPLAIN, "<": Command.BACK}
# Pieces shorter than three letters are found at the beginning of a word only.
_INSIDE = 3
_LONGEST = 200  # So much of what was typed is matched.
_FORGIVING = 4
_ALIKE = 75.0
_EXACT, _BEGINS, _SURE, _FOUND = 100.0, 90.0, 85.0, 80.0
_DAY = datetime.timedelta(days=1)
# A day without its year is the one just past, unless that lies so far back that the coming one may be meant.
_RECENT = 183


@dataclass(frozen=True, slots=True)
class Matches:
    """What was typed comes to.

    Attributes:
        choices: Those to show, the best first when `narrowed`.
        pointed: The number of the best of them; None when none is pointed at.
        read: What a sentence is understood as, where not all of it is in the label or the synonyms of a choice.
        meant: The one that it can only be: named by letter, number or all of its words, or the only one that fits.
        command: The program's own word that was typed.
    """

    choices: tuple[Choice, ...]
    pointed: int | None = None
    narrowed: bool = False
    read: Sequence[tuple[str, str]] = ()
    meant: Choice | None = None
    command: Command | None = None


def match(typed: str, prompt: Prompt) -> Matches:
    """Return the choices of a prompt that fit what was typed."""
    typed, sentence = typed[:_LONGEST], typed
    choices, word = prompt.choices, fold(typed)
    command = _SIGNS.get(typed.strip()) or _program_word(word)
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
    best, first = scored[0] if scored else (0.0, None)
    if best < _SURE and prompt.reads is not None and (read := prompt.reads(sentence)):
        return Matches((), read=read)
    clear = best >= _EXACT or (best >= _SURE and len(scored) == 1)
    found = tuple(one for _, one in scored)
    return Matches(found, 0 if found else None, narrowed=True, meant=first if clear else None)


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


def _program_word(folded: str) -> Command | None:
    """Return what a word of the program says, in any language, so that "back" works in a Dutch conversation."""
    for say, command in product(map(words, LANGUAGES), Command):
        if folded in map(fold, say.list(f"ask.words.{command.value}")):
            return command
    return None


def spoken_days(typed: str, today: datetime.date) -> tuple[datetime.date, ...]:
    """Return the day that somebody typed, the two that it may be, or nothing when it is none.

    Dutch and English are both understood, whatever the language of the conversation.
    """
    said = re.findall(r"[^-/.,\s]+", unaccented(typed))
    try:
        return _relative(said, today) or _dated(said, today)
    except (ValueError, OverflowError):
        return ()


def _relative(said: list[str], today: datetime.date) -> tuple[datetime.date, ...]:
    whole = " ".join(said)
    for say in map(words, LANGUAGES):
        for back in (0, 1, 2, 7, -1):
            if whole in say.list(f"days.{back}"):
                return (today - back * _DAY,)
        if whole in say.list("days.month"):
            return (months_after(today, -1),)
        match said:
            case [count, unit, "geleden" | "ago"]:
                for name, days in (("days", 1), ("weeks", 7), ("months", 0)):
                    if unit in say.list(f"days.{name}"):
                        numbers = say.list("days.numbers")
                        number = numbers.index(count) + 1 if count in numbers else _digits(count)
                        if not 0 < number < 1000:
                            return ()
                        return (today - number * days * _DAY if days else months_after(today, -number),)
            case [*before, name] if name in say.list("days.week") and " ".join(before) in ("", *say.list("days.last")):
                ago = (today.weekday() - say.list("days.week").index(name)) % 7 or 7
                last = today - ago * _DAY
                # On a Tuesday "last Monday" may be yesterday, or the one before.
                either = bool(before) and before[0] not in say.list("days.past") and ago < 7
                return (last - 7 * _DAY, last) if either else (last,)
    return ()


def _dated(said: list[str], today: datetime.date) -> tuple[datetime.date, ...]:
    if len(said) == 3 and len(said[0]) == 4 and said[0].isdigit():
        said = said[::-1]
    elif len(said) > 1 and not said[0][0].isdigit():
        said = [said[1], said[0], *said[2:]]
    if len(said) not in (2, 3):
        return ()
    day, month = _digits(re.sub(r"(?<=\d)(st|nd|rd|th|e|de|ste)$", "", said[0])), _month(said[1])
    if len(said) == 3:
        # A year of two digits leaves open which part is the day.
        return (datetime.date(_digits(said[2]), month, day),) if len(said[2]) == 4 else ()
    year = today.year if datetime.date(today.year, month, day) <= today else today.year - 1
    past, coming = (datetime.date(one, month, day) for one in (year, year + 1))
    return (past,) if (today - past).days <= _RECENT else (past, coming)


def _month(word: str) -> int:
    named = [pair for language in LANGUAGES for pair in enumerate(words(language).list("days.month_names"), 1)]
    found = {number for number, name in [*named, (3, "mrt")] if len(word) > 2 and unaccented(name).startswith(word)}
    return found.pop() if len(found) == 1 else _digits(word)


def _digits(word: str) -> int:
    if not (word.isascii() and word.isdigit()):
        raise ValueError(word)
    return int(word)
