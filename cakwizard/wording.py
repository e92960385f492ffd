"""Words for people: placeholders filled, dates and amounts in their language."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from cakwizard.model import Text
from cakwizard.model import Value

__all__ = ["PLACEHOLDER", "UNKNOWN_KEYS", "fill", "fold", "format_count", "format_date", "format_value", "same_words"]

MAX_BITS = 128

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")

UNKNOWN_KEYS: Mapping[str, str] = {"nl": "w", "en": "d"}
"""The letter of "weet ik niet" and "don't know"; no option may take it."""

_MONTHS: Mapping[str, str] = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def fill(text: Text, language: str, values: Mapping[str, Value]) -> str:
    """Return the text with its placeholders filled; one without a value stays as it is."""

    def replace(match: re.Match[str]) -> str:
        value = values.get(match.group(1))
        return match.group() if value is None else format_value(value, language)

    return PLACEHOLDER.sub(replace, text[language])


def format_value(value: Value, language: str) -> str:
    """Return an amount, a date or a word as it is written in `language`."""
    if isinstance(value, datetime.date):
        return format_date(value, language)
    if isinstance(value, Decimal):
        return str(value).replace(".", ",") if language == "nl" else str(value)
    return value


def format_date(day: datetime.date | str, language: str) -> str:
    """Return a day in words ("3 maart 2026"); a partial ISO date gives only its month and year, or year."""
    months = _MONTHS.get(language, _MONTHS["en"]).split()
    parts = [int(part) for part in (day if isinstance(day, str) else day.isoformat()).split("-")]
    words = [str(parts[0])]
    if len(parts) > 1:
        words.insert(0, months[parts[1] - 1])
    if len(parts) > 2:
        words.insert(0, str(parts[2]))
    return " ".join(words)


def format_count(count: int) -> str:
    """Return a number of ways or walks in digits, or as a power of ten where it has too many to read or to write."""
    return f"{count:,}" if count.bit_length() <= MAX_BITS else f"10^{count.bit_length() * 30103 // 100000}"


def fold(text: str) -> str:
    """Return `text` without accents and in small letters, to compare what people type."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def same_words(text: str) -> str:
    """Return only the letters and digits of `text`, folded: case, accents, spaces and signs do not matter."""
    return "".join(char for char in fold(text) if char.isalnum())
