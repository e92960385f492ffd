"""Days as people say them: "gisteren", "vorige week", "12 november", "12-11-2026"."""

from __future__ import annotations

import datetime
import re

from cakwizard.deciding.countries import unaccented
from cakwizard.deciding.days import months_after
from cakwizard.words import LANGUAGES, words

_DAY = datetime.timedelta(days=1)
# A day without its year is the one just past, unless that lies so far back that the coming one may be meant.
_RECENT = 183


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
