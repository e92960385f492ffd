"""What was added, taken out or changed in the records of a tree, wherever they are in the file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cakwizard.errors import Location
from cakwizard.tree.format import every_record
from cakwizard.tree.records import ALWAYS, Amount, Certainty, DecisionTree, Route, Text, Window

SORTS = ("route", "amount", "date", "certainty", "text", "advice", "source", "added", "removed", "other")

_ID = re.compile(r"'([^']+)'")
_Fields = dict[str, tuple[str, str]]  # by field its sort and what it says


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is different.

    Attributes:
        sort: One of `SORTS`: what sort of thing changed, or that all of it was added or removed.
        kind: What it belongs to: `tree`, `outcome`, `route`, `advice`…
        id: The id of that; of an option its question and a dot before it, of a route its node, and its days behind.
        field: The field, with the language of a text behind a dot; empty when all was added or removed.
        old, new: What it said and says; where a route leads, when all of that was added or removed.
        location: In the new tree, or in the old one when it was removed.
    """

    sort: str
    kind: str
    id: str
    field: str
    old: str | None
    new: str | None
    location: Location


def changes(old: DecisionTree, new: DecisionTree) -> Iterator[Change]:
    """Yield everything that differs between the records of two trees."""
    before, after = dict(_records(old)), dict(_records(new))
    # A route whose days changed is one that changed: what is left over of an option is matched in order of time.
    for key in [key for key in before if key not in after and key[0] == "route"]:
        option = key[1].partition("@")[0]
        fresh = (one for one in after if one not in before and one[0] == key[0] and one[1].partition("@")[0] == option)
        if (moved := next(fresh, None)) is not None:
            after[key] = after.pop(moved)
    for key in dict.fromkeys((*before, *after)):
        kind, name = key
        was, now = before.get(key), after.get(key)
        location = getattr((now or was or [None])[0], "location", Location(new.file))
        if was and now:
            fields = was[1], now[1]
            for field in dict.fromkeys((*fields[0], *fields[1])):
                one, other = (side.get(field) for side in fields)
                if one != other:
                    sort = (other or one or ("",))[0]
                    values = {"old": one and one[1], "new": other and other[1]}
                    yield Change(sort=sort, kind=kind, id=name, field=field, location=location, **values)
        else:
            led = [side and side[1].get("target", ("", None))[1] for side in (was, now)]
            sort = "removed" if was else "added"
            yield Change(sort=sort, kind=kind, id=name, field="", old=led[0], new=led[1], location=location)


def _records(tree: DecisionTree) -> Iterator[tuple[tuple[str, str], tuple[Any, _Fields]]]:
    """Yield the kind and id of each record with what it says."""
    for what, kind, record in every_record(tree):
        name = ".".join(reversed(_ID.findall(what)))
        if isinstance(record, Route) and record.window != ALWAYS:
            name += record.key.removeprefix(record.option)
        fields: _Fields = {}
        for field, value in kind.fields.items():
            attribute = value.into or field
            # A record inside a record comes by itself.
            if value.record is None and hasattr(record, attribute):
                fields |= _flat(attribute, getattr(record, attribute))
        yield (kind.called, name), (record, fields | _flat("", getattr(record, "window", None)))
    for key, text in tree.deadline_starts.items():
        yield ("deadline start", key), (text, _flat("text", text))


def _flat(name: str, value: Any) -> _Fields:
    """Return one field as words, or several when it holds several."""
    if value is None or value is False:
        return {}
    if isinstance(value, Text):
        return {f"{name}.{language}": ("text", words) for language, words in value.by_language.items()}
    if isinstance(value, Window):
        return _flat("valid_from", value.start) | _flat("valid_until", value.end)
    if isinstance(value, Certainty):
        return {name: ("certainty", value.name)}
    if isinstance(value, datetime.date):
        return {name: ("date", value.isoformat())}
    if isinstance(value, Mapping):
        return {key: one for part, inner in value.items() for key, one in _flat(f"{name}.{part}", inner).items()}
    if isinstance(value, Amount):
        days = [f"{key} {day}" for key, (_, day) in _flat("", value.window).items()]
        return {name: ("amount", " ".join([f"{value.value:f}", *days]))}
    if isinstance(value, (tuple, frozenset)):
        parts = [_flat("", one)[""] for one in (sorted(value) if isinstance(value, frozenset) else value)]
        sort = "source" if name.endswith("sources") else name if name == "advice" else parts[0][0] if parts else ""
        return {name: (sort, ", ".join(part[1] for part in parts))} if parts else {}
    if isinstance(value, (Decimal, int)) and value is not True:
        return {name: ("amount", str(value))}
    sort = "route" if name in ("target", "question", "start") else "date" if name in ("date", "speaks_to") else "other"
    return {
        name: ("text" if name in ("publisher", "url") else sort, str(value).lower() if value is True else str(value))
    }
