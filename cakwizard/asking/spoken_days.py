"""Days as people say them: "gisteren", "vorige week", "12 november", "12-11-2026"."""

from __future__ import annotations

import datetime
import re

from cakwizard.deciding.countries import unaccented
from cakwizard.deciding.days import months_after
from cakwizard.saying.phrases import format_date
from cakwizard.words import LANGUAGES, words

_DAY = datetime.timedelta(days=1)
# A day without its year is the one just past, unless that lies so far back that the coming one may be meant.
_RECENT = 183


def spoken_days(typed: str, today: datetime.date) -> tuple[datetime.date, ...]:
    """Return the day that somebody typed, the two that it may be, or nothing when it is none.

    Dutch and English are both understood, whatever the language of the conversation.
    """
    parts = [part for part in re.split(r"[-/.,\s]+", unaccented(typed.strip())) if part]
    try:
        return _relative(" ".join(parts), today) or _dated(parts, today)
    except (ValueError, OverflowError):
        return ()


def _relative(said: str, today: datetime.date) -> tuple[datetime.date, ...]:
    for language in LANGUAGES:
        say = words(language)
        for back in (0, 1, 2, 7, -1):
            if said in say.list(f"days.{back}"):
                return (today - back * _DAY,)
        if said in say.list("days.month"):
            return (months_after(today, -1),)
        for unit, days in (("days", 1), ("weeks", 7), ("months", 0)):
            found = re.fullmatch(rf"(\w+) (?:{'|'.join(say.list(f'days.{unit}'))}) (?:geleden|ago)", said, re.ASCII)
            if found is not None and (count := _number(found[1], say.list("days.numbers"))):
                return (today - count * days * _DAY if days else months_after(today, -count),)
        *before, name = said.split() or [""]
        if name in say.list("days.week") and " ".join(before) in ("", *say.list("days.last")):
            ago = (today.weekday() - say.list("days.week").index(name)) % 7 or 7
            last = today - ago * _DAY
            # On a Tuesday "last Monday" may be yesterday, or the one before.
            either = bool(before) and before[0] not in say.list("days.past") and ago < 7
            return (last - 7 * _DAY, last) if either else (last,)
    return ()


def _dated(parts: list[str], today: datetime.date) -> tuple[datetime.date, ...]:
    if len(parts) == 3 and len(parts[0]) == 4:
        parts.reverse()
    if len(parts) >= 2 and not parts[0][:1].isdigit():
        parts[:2] = [parts[1], parts[0]]
    if len(parts) not in (2, 3):
        return ()
    day, month = _digits(re.sub(r"(?<=\d)(st|nd|rd|th|e|de|ste)$", "", parts[0])), _month(parts[1])
    if len(parts) == 3:
        # A year of two digits leaves open which part is the day.
        return (datetime.date(_digits(parts[2]), month, day),) if len(parts[2]) == 4 else ()
    year = today.year if datetime.date(today.year, month, day) <= today else today.year - 1
    past, coming = (datetime.date(one, month, day) for one in (year, year + 1))
    return (past,) if (today - past).days <= _RECENT else (past, coming)


def _month(word: str) -> int:
    if not word.isalpha():
        return _digits(word)
    names = [
        (unaccented(format_date(f"2000-{number:02}", language).split()[0]), number)
        for language in LANGUAGES
        for number in range(1, 13)
    ]
    found = {number for name, number in [*names, ("mrt", 3)] if len(word) > 2 and name.startswith(word)}
    return found.pop() if len(found) == 1 else 0


def _digits(word: str) -> int:
    if not (word.isascii() and word.isdigit()):
        raise ValueError(word)
    return int(word)


def _number(word: str, names: list[str]) -> int:
    return names.index(word) + 1 if word in names else int(word) if word.isdigit() and len(word) < 4 else 0
