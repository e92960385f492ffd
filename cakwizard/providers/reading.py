"""Read a list of providers: a CSV file strictly, a list pasted from the CAK's page leniently.

An entry of a file that is silently dropped or shifted by a column would send a patient to the wrong door, so every
fault is told. The page around a list is easily copied with it, so of pasted text each line that is no entry is told
with its reason.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from cakwizard.errors import FileError, Issue, Location, UsageError, nearest, spoken
from cakwizard.files import read_text

KINDS = ("pharmacy", "hospital", "mental_health", "long_term_care", "aids")
"""Every kind of provider, in the order in which the CAK publishes the lists."""

_MAX_VALUE = 200
# ISO 8601, possibly without day or month.
_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_LINE_END = re.compile(r"\r\n|\n|\r")
_BULLET = re.compile(r"\A[•·*\u2013-] +")
# Written out, since `\s` would also take control characters for blanks.
_BLANKS = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# What a spreadsheet takes for the beginning of a formula, and what marks a cell of ours as text.
_FORMULA = ("=", "+", "-", "@")


class Provider(NamedTuple):
    """One entry of a list of providers that have a contract with the CAK; as published, and so maybe misspelt."""

    name: str
    place: str
    kind: str  # One of `KINDS`.
    list: str  # The id of the list.
    date: str  # That of the list, in ISO 8601, possibly only year, or year and month.


Rejected = tuple[int, str, str]
"""A line that is no entry: its number, the reason, the line."""


@cache
def bundled_providers() -> tuple[Provider, ...]:
    """Return the entries of the five lists that come with the program."""
    text = (files("cakwizard") / "data" / "providers.csv").read_text("utf-8")
    return providers_from_text(text, file="providers.csv")


def read_providers(path: str | Path) -> tuple[Provider, ...]:
    """Read a CSV file with commas or semicolons, or raise `FileError` with every fault of it, each at its line."""
    return providers_from_text(read_text(path), file=str(path))


def providers_from_text(text: str, *, file: str) -> tuple[Provider, ...]:
    """Read providers from the text of a CSV file; `file` is its name in messages."""
    lines = _LINE_END.split(text)
    delimiter, header = _header(lines[0])
    if sorted(header) != sorted(Provider._fields):
        raise FileError(fault("header", Location(file), lines[0], columns=",".join(Provider._fields)))
    issues: list[Issue] = []
    entries: dict[Provider, int] = {}
    for number, line in enumerate(lines[1:], 2):
        # Excel writes a row that was emptied as delimiters only.
        if not line.strip(f"{delimiter} \t"):
            continue
        place = Location(file, number, width=len(line))
        cells = _cells(line, delimiter)
        if cells is None or len(cells) != len(header):
            key = "quote" if cells is None else "columns"
            issues.append(fault(key, place, line, count=len(cells or ()), expected=len(header)))
            continue
        provider = Provider(**dict(zip(header, cells, strict=True)))
        found = [one for column in provider._asdict().items() for one in _value_faults(*column, place, line)]
        if provider in entries:
            found = [fault("again", place, line, given=provider.name, first=entries[provider])]
        elif not found:
            entries[provider] = number
        issues += found
    if issues or not entries:
        raise FileError(issues or fault("empty", Location(file)))
    return tuple(entries)


def parse_published_list(
    text: str, kind: str, name: str, date: str
) -> tuple[tuple[Provider, ...], tuple[Rejected, ...]]:
    """Read one list of the CAK pasted as text, by a name: lines 'Place, Name' under headings 'A', 'B'…

    Blank lines, headings of one letter and bullets are passed over. Raises `UsageError` for a wrong kind or date.
    """
    if wrong := [*_value_faults("kind", kind), *_value_faults("date", date)]:
        raise UsageError(wrong)
    entries: dict[Provider, None] = {}
    rejected = []
    for number, line in enumerate(_LINE_END.split(text), 1):
        shown = _BULLET.sub("", _tidy(line), count=1)
        if not shown or (len(shown) == 1 and shown.isalpha()):
            continue
        place, comma, called = (part.strip(" ") for part in shown.partition(","))
        provider = Provider(called, place, kind, name, date)
        wrong_with_it = {
            "unprintable": not shown.isprintable(),
            "no_comma": not comma,
            "no_place": not place,
            "no_name": not called,
            "too_long": len(shown) > 2 * _MAX_VALUE,
            "repeated": provider in entries,
        }
        if any(wrong_with_it.values()):
            rejected.append((number, next(filter(wrong_with_it.__getitem__, wrong_with_it)), shown))
        else:
            entries[provider] = None
    return tuple(entries), tuple(rejected)


def as_csv(providers: Iterable[Provider]) -> str:
    """Write providers as `read_providers` reads them; an apostrophe keeps a spreadsheet from running a cell."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(Provider._fields)
    for one in providers:
        writer.writerow([f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell for cell in one])
    return stream.getvalue()


def is_list(head: bytes) -> bool:
    """Tell from its first bytes whether a file is a list of providers, which a newer one may replace."""
    first = _LINE_END.split(head.decode("utf-8-sig", errors="replace"))[0]
    return sorted(_header(first)[1]) == sorted(Provider._fields)


def _header(line: str) -> tuple[str, list[str]]:
    """Return what is between the cells of a file with this first line, and the names of its columns."""
    delimiter = ";" if line.count(";") > line.count(",") else ","
    return delimiter, [name.casefold() for name in _cells(line, delimiter) or ()]


def _cells(line: str, delimiter: str) -> list[str] | None:
    """Return what is in the cells of one line, or None when a quote is not closed, which spoils that line alone."""
    try:
        row = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None
    cells = [_tidy(cell) for cell in row]
    return [cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell for cell in cells]


def _tidy(text: str) -> str:
    return _BLANKS.sub(" ", text).strip(" ")


def _value_faults(column: str, value: str, place: Location | None = None, line: str | None = None) -> Iterator[Issue]:
    shown = value[:60]
    if not value.isprintable():
        yield fault("invisible", place, None, column=column)
    elif not value:
        yield fault("missing", place, line, column=column)
    elif len(value) > _MAX_VALUE:
        yield fault("long", place, None, column=column, most=_MAX_VALUE)
    elif column == "kind" and value not in KINDS:
        yield fault("no_kind", place, line, given=shown, offered=", ".join(KINDS), near=nearest(value, KINDS) or "")
    elif column == "date" and not _DATE.fullmatch(value):
        yield fault("no_date", place, line, given=shown)


def fault(key: str, place: Location | None = None, line: str | None = None, **values: object) -> Issue:
    """Return a fault of a list, or of what was asked of it."""
    return spoken(f"faults.providers.{key}", place, line if line and line.isprintable() else None, **values)
