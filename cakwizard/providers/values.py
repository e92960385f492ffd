"""What each value of a provider may be; shared by files and pasted text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from cakwizard.errors import nearest
from cakwizard.providers.lists import KINDS

__all__ = ["MAX_LENGTH", "quoted", "value_faults"]

MAX_LENGTH = 200

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


def value_faults(column: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the value of a column, each with the way out."""
    if not value.isprintable():
        unseen = next(character for character in value if not character.isprintable())
        yield f"the {column} holds the invisible character U+{ord(unseen):04X}", f"delete it, or type the {column} anew"
    elif not value:
        yield f"the {column} is missing", f"fill in the {column}, or delete the line"
    elif len(value) > MAX_LENGTH:
        yield f"the {column} is longer than {MAX_LENGTH} characters", "check the quotes and delimiters of the line"
    elif column == "kind" and value not in KINDS:
        near = nearest(value, KINDS)
        hint = f"did you mean '{near}'?" if near else f"the kinds are: {', '.join(KINDS)}"
        yield f"there is no kind {quoted(value)}", hint
    elif column == "date" and not _is_date(value):
        hint = "write YYYY, YYYY-MM or YYYY-MM-DD (in Excel give the column the format Text first)"
        yield f"{quoted(value)} is not a date", hint


def _is_date(value: str) -> bool:
    """Tell whether `value` is a date in ISO 8601, possibly without day or month."""
    match = _DATE.fullmatch(value)
    if match is None:
        return False
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def quoted(value: str) -> str:
    """Return `value` in quotes, without what cannot be seen, cut where it is long."""
    seen = "".join(character for character in value if character.isprintable())
    return f"'{seen[:60]}…'" if len(seen) > 60 else f"'{seen}'"
