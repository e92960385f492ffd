"""Read a list of providers from a CSV file.

The file is read strictly, since an entry that is silently dropped or shifted
by a column would send a patient to the wrong door. All faults are reported in
one go.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.providers.lists import Provider
from cakwizard.providers.spelling import tidy
from cakwizard.providers.values import quoted
from cakwizard.providers.values import value_faults

__all__ = ["COLUMNS", "MAX_BYTES", "providers_from_bytes", "read_providers"]

COLUMNS = ("name", "place", "kind", "list", "date")
MAX_BYTES = 1_000_000
MAX_ISSUES = 200
MAX_LINE = 10_000
MAX_FIELDS = 100

_LINE_END = re.compile(r"\r\n|\n|\r")
_SAVE_AS = "in Excel save it as 'CSV UTF-8 (delimited)'"
_HEADER = f"the first line must be: {','.join(COLUMNS)} (or the same with semicolons)"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """What stands between two delimiters; `column` counts from 1."""

    text: str
    column: int
    width: int


def read_providers(path: str | os.PathLike[str]) -> tuple[Provider, ...]:
    """Read the CSV file at `path`: comma or semicolon, UTF-8 with or without BOM.

    Raises:
        FileError: With every fault of the file, each at its line and column.
    """
    file = os.fspath(path)
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(
            Issue(
                message=f"cannot read the providers in {quoted(file)}: {reason}",
                hint="check the name after --providers",
            )
        ) from error
    return providers_from_bytes(data, file=file)


def providers_from_bytes(data: bytes, *, file: str) -> tuple[Provider, ...]:
    """Read providers from the bytes of a CSV file; `file` is its name in messages.

    Raises:
        FileError: As `read_providers`.
    """
    lines = _LINE_END.split(_decode(data, file))
    delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
    order = _read_header(lines[0], delimiter, file)
    issues: list[Issue] = []
    entries: dict[Provider, int] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip(delimiter):
            continue
        fields = _split(line, delimiter)
        # Excel writes a row that was emptied as delimiters only.
        if fields is not None and not any(field.text for field in fields):
            continue
        found = list(_row_issues(line, fields, order, Location(file, number)))
        if not found and fields is not None:
            provider = _provider(fields, order)
            first = entries.setdefault(provider, number)
            if first != number:
                found.append(
                    Issue(
                        message=f"'{provider.name}' in '{provider.place}' stands here again",
                        location=Location(file, number, 1, max(1, len(line))),
                        hint=f"delete this line or line {first}",
                        source_line=line,
                    )
                )
        issues += found
        if len(issues) > MAX_ISSUES:
            more = f"there are more faults from line {number} on"
            issues[MAX_ISSUES:] = [Issue(message=more, hint="mend the first ones and read the file again")]
            break
    if not issues and not entries:
        issues.append(
            Issue(message="the list has no providers", location=Location(file), hint="add one provider per line")
        )
    if issues:
        raise FileError(issues)
    return tuple(entries)


def _decode(data: bytes, file: str) -> str:
    """Return the text of the file, or raise what keeps it from being text."""
    if len(data) > MAX_BYTES:
        message, hint = f"the file is larger than {MAX_BYTES:,} bytes", "give a list of providers in CSV"
        raise FileError(Issue(message=message, location=Location(file), hint=hint))
    if data.startswith(b"PK\x03\x04"):
        message, hint = "this is a workbook or another zipped file, not CSV", _SAVE_AS
        raise FileError(Issue(message=message, location=Location(file), hint=hint))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec has taken a byte order mark off already, hence its own object.
        before = error.object[: error.start].decode("utf-8", errors="replace")
        line = len(_LINE_END.findall(before)) + 1
        column = len(_LINE_END.split(before)[-1]) + 1
        message = f"the file is not UTF-8: byte 0x{error.object[error.start]:02x} cannot be read"
        raise FileError(Issue(message=message, location=Location(file, line, column), hint=_SAVE_AS)) from error


def _split(line: str, delimiter: str) -> list[_Field] | None:
    """Return the fields of one line, or None when it is too long or a quote is not closed.

    A line is read on its own, so a forgotten quote spoils one line and not the
    rest of the file; a name that runs over two lines is a fault anyway.
    """
    if len(line) > MAX_LINE:
        return None
    pattern = re.compile(rf'(?:"((?:[^"]|"")*)"|([^"{delimiter}][^{delimiter}]*)?)(?:{delimiter}|\Z)')
    fields = []
    position = 0
    while True:
        match = pattern.match(line, position)
        if match is None:
            return None
        in_quotes, bare = match.groups()
        text = in_quotes.replace('""', '"') if in_quotes is not None else bare or ""
        width = max(1, len(match[0].removesuffix(delimiter)))
        fields.append(_Field(text=tidy(text), column=position + 1, width=width))
        if not match[0].endswith(delimiter):
            return fields
        if len(fields) > MAX_FIELDS:
            return None
        position = match.end()


def _read_header(line: str, delimiter: str, file: str) -> dict[str, int]:
    """Return at which position each column stands, or raise what the header lacks."""
    fields = _split(line, delimiter)
    names = [field.text.casefold() for field in fields or ()]
    missing = [column for column in COLUMNS if column not in names]
    faults = [f"column '{column}' is missing" for column in missing]
    faults += [f"column '{column}' stands twice" for column in COLUMNS if names.count(column) > 1]
    unknown = [name for name in names if name not in COLUMNS]
    if len(missing) < len(COLUMNS):
        faults += [f"column {quoted(name)} is not known" for name in dict.fromkeys(unknown)]
    else:
        faults = ["the first line does not name the columns"]
    if faults:
        location = Location(file, 1, 1, max(1, len(line)))
        shown = line if line.isprintable() else None
        raise FileError(
            Issue(message=fault, location=location, hint=_HEADER, source_line=shown) for fault in faults[:MAX_ISSUES]
        )
    return {name: position for position, name in enumerate(names)}


def _row_issues(line: str, fields: list[_Field] | None, order: dict[str, int], at: Location) -> Iterator[Issue]:
    """Yield everything that is wrong with one row."""
    shown = line if line.isprintable() else None
    whole = at._replace(width=max(1, len(line)))
    if len(line) > MAX_LINE:
        message, hint = f"the line is longer than {MAX_LINE:,} characters", "write one provider per line"
        yield Issue(message=message, location=whole, hint=hint, source_line=shown)
        return
    if fields is None:
        hint = "close the quote, and write a quote inside a name twice"
        yield Issue(message="a quote is not closed", location=whole, hint=hint, source_line=shown)
        return
    if len(fields) != len(order):
        message = f"the line has {len(fields)} columns instead of {len(order)}"
        hint = 'a name that holds the delimiter must stand in quotes: "Apotheek De Brug, Centrum"'
        yield Issue(message=message, location=whole, hint=hint, source_line=shown)
        return
    for column, position in order.items():
        field = fields[position]
        for message, hint in value_faults(column, field.text):
            place = at._replace(column=field.column, width=field.width)
            yield Issue(message=message, location=place, hint=hint, source_line=shown)


def _provider(fields: list[_Field], order: dict[str, int]) -> Provider:
    """Return the provider that a faultless row describes."""
    value = {column: fields[position].text for column, position in order.items()}
    return Provider(
        name=value["name"], place=value["place"], kind=value["kind"], list=value["list"], date=value["date"]
    )
