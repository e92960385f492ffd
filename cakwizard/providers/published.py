"""Read a list of the CAK that was pasted as text.

Pasted text is read leniently, line by line, with a reason for each line that
is not an entry: the page around a list is easily copied with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.providers.lists import Provider
from cakwizard.providers.spelling import tidy
from cakwizard.providers.values import MAX_LENGTH
from cakwizard.providers.values import value_faults

__all__ = ["ParsedList", "Reason", "RejectedLine", "parse_published_list"]

Reason = Literal["no_comma", "no_place", "no_name", "too_long", "unprintable", "repeated"]

_LINE_END = re.compile(r"\r\n|\n|\r")
_BULLET = re.compile(r"\A[•·*\u2013-] +")


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedLine:
    """A line of pasted text that is not an entry; `line` counts from 1."""

    line: int
    text: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedList:
    """What pasted text holds: the entries in its order, and the other lines."""

    entries: tuple[Provider, ...]
    rejected: tuple[RejectedLine, ...]


def parse_published_list(
    text: str,
    kind: str,
    list: str,  # noqa: A002 (the argument fills the field of this name)
    date: str,
) -> ParsedList:
    """Read one list of the CAK pasted as text: lines 'Place, Name' under headings 'A', 'B'…

    Args:
        text: The list; blank lines, headings of one letter and bullets are passed over.
        kind: What the list holds, one of `KINDS`.
        list: Id to give to the list.
        date: Date of the list: YYYY, YYYY-MM or YYYY-MM-DD.

    Raises:
        UsageError: When `kind`, `list` or `date` is not valid.
    """
    list = tidy(list)  # noqa: A001
    wrong = [
        Issue(message=message, hint=hint)
        for column, value in (("kind", kind), ("list", list), ("date", date))
        for message, hint in value_faults(column, value)
    ]
    if wrong:
        raise UsageError(wrong)
    entries: dict[Provider, None] = {}
    rejected = []
    for number, line in enumerate(_LINE_END.split(text), start=1):
        shown = _BULLET.sub("", tidy(line), count=1)
        if not shown or (len(shown) == 1 and shown.isalpha()):
            continue
        place, comma, name = shown.partition(",")
        place, name = place.rstrip(" "), name.lstrip(" ")
        provider = Provider(name=name, place=place, kind=kind, list=list, date=date) if comma else None
        reason: Reason | None = None
        if not shown.isprintable():
            reason = "unprintable"
        elif provider is None:
            reason = "no_comma"
        elif not place:
            reason = "no_place"
        elif not name:
            reason = "no_name"
        elif max(len(place), len(name)) > MAX_LENGTH:
            reason = "too_long"
        elif provider in entries:
            reason = "repeated"
        if provider is None or reason:
            rejected.append(RejectedLine(line=number, text=shown, reason=reason or "no_comma"))
        else:
            entries[provider] = None
    return ParsedList(entries=tuple(entries), rejected=tuple(rejected))
