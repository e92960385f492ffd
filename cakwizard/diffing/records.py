"""What was added, taken out or changed in the records of a tree."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from typing import Literal

from cakwizard.errors import Location
from cakwizard.model import Certainty
from cakwizard.model import DecisionTree
from cakwizard.model import Route
from cakwizard.model import Text
from cakwizard.model import Window

__all__ = ["Change", "Sort", "changes"]

Sort = Literal["added", "removed", "text", "amount", "date", "certainty", "source", "advice", "route", "other"]

_SKIPPED = frozenset({"id", "location", "node", "option", "options", "outside"})
_HEAD = ("edition", "checked_until", "title", "origin", "authority", "languages", "start", "preset", "longest_path")
_BLOCKS = (
    ("outcome", "outcomes"),
    ("advice", "advice"),
    ("scheme", "schemes"),
    ("contract", "contracts"),
    ("referral", "referrals"),
    ("message", "messages"),
    ("advice kind", "advice_kinds"),
    ("deadline start", "deadline_starts"),
    ("term", "glossary"),
    ("source kind", "source_kinds"),
    ("source", "sources"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is different.

    Attributes:
        sort: What sort of thing changed, or that all of it was added or removed.
        kind: What it belongs to: `outcome`, `advice`, `source`…
        id: The id of that; of an option its question and a dot before it, of a route its node
            and, where it has them, its days in the old tree behind it.
        field: The field, with the language of a text behind a dot; empty when all was added or removed.
        location: Where it stands in the new tree, or in the old one when it was removed.
    """

    sort: Sort
    kind: str
    id: str
    field: str
    old: str | None
    new: str | None
    location: Location


def changes(old: DecisionTree, new: DecisionTree) -> Iterator[Change]:
    """Yield everything that differs between the records of two trees."""
    for name in _HEAD:
        place = Location(new.file)
        yield from _values("head", "", place, _flat(name, getattr(old, name)), _flat(name, getattr(new, name)))
    yield from _records("question", old.questions, new.questions)
    options = [
        {f"{question.id}.{key}": one for question in tree.questions.values() for key, one in question.options.items()}
        for tree in (old, new)
    ]
    yield from _records("option", *options)
    yield from _records("node", old.nodes, new.nodes)
    yield from _routes(old, new)
    for kind, block in _BLOCKS:
        yield from _records(kind, getattr(old, block), getattr(new, block))


def _records(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield _whole("removed", kind, key, old[key].location)
        elif key not in old:
            yield _whole("added", kind, key, new[key].location)
        elif old[key] is not new[key]:
            yield from _values(kind, key, new[key].location, _fields(old[key]), _fields(new[key]))


def _whole(sort: Literal["added", "removed"], kind: str, key: str, location: Location, about: str = "") -> Change:
    old, new = (about or None, None) if sort == "removed" else (None, about or None)
    return Change(sort=sort, kind=kind, id=key, field="", old=old, new=new, location=location)


def _routes(old: DecisionTree, new: DecisionTree) -> Iterator[Change]:
    """Yield what differs between routes; windows of one option are matched by their days, then in order of time."""
    sides = [_by_option(tree) for tree in (old, new)]
    for key in dict.fromkeys((*sides[0], *sides[1])):
        before, after = (side.get(key, []) for side in sides)
        what = ".".join(key)
        pairs: list[tuple[Route | None, Route | None]] = []
        for route in list(before):
            same = next((one for one in after if one.window == route.window), None)
            if same is not None:
                before.remove(route)
                after.remove(same)
                pairs.append((route, same))
        pairs += itertools.zip_longest(before, after)
        for was, now in pairs:
            if was is not None and now is not None:
                yield from _values("route", f"{was.node}.{was.key}", now.location, _fields(was), _fields(now))
            elif was is not None:
                yield _whole("removed", "route", what, was.location, _named(was))
            elif now is not None:
                yield _whole("added", "route", what, now.location, _named(now))


def _by_option(tree: DecisionTree) -> dict[tuple[str, str], list[Route]]:
    found: dict[tuple[str, str], list[Route]] = defaultdict(list)
    for route in tree.routes():
        found[route.node, route.option].append(route)
    for routes in found.values():
        routes.sort(key=lambda route: route.window.start or datetime.date.min)
    return found


def _named(route: Route) -> str:
    days = ""
    if route.window.start:
        days += f" from {route.window.start}"
    if route.window.end:
        days += f" until {route.window.end}"
    return route.target + days


def _values(
    kind: str, key: str, location: Location, old: Mapping[str, tuple[Sort, str]], new: Mapping[str, tuple[Sort, str]]
) -> Iterator[Change]:
    for field in dict.fromkeys((*old, *new)):
        before, after = old.get(field), new.get(field)
        if before != after:
            sort = (after or before or ("other", ""))[0]
            yield Change(
                sort=sort,
                kind=kind,
                id=key,
                field=field,
                old=before and before[1],
                new=after and after[1],
                location=location,
            )


def _fields(record: Any) -> dict[str, tuple[Sort, str]]:
    """Return what a record says, by field."""
    if isinstance(record, Text):
        return _flat("text", record)
    found: dict[str, tuple[Sort, str]] = {}
    for field in dataclasses.fields(record):
        if field.name not in _SKIPPED:
            found |= _flat(field.name, getattr(record, field.name))
    if hasattr(record, "outside"):
        for option, text in record.outside.items():
            found |= _flat(f"outside.{option}", text)
    return found


def _flat(name: str, value: Any) -> dict[str, tuple[Sort, str]]:
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
        found: dict[str, tuple[Sort, str]] = {}
        for key, one in value.items():
            found |= _flat(f"{name}.{key}", one)
        return found
    if dataclasses.is_dataclass(value):
        return {f"{name}.{key}": what for key, what in _fields(value).items()}
    if isinstance(value, (tuple, frozenset)):
        listed = sorted(value) if isinstance(value, frozenset) else value
        return {name: (_sort(name, listed), ", ".join(listed))} if listed else {}
    return {name: (_sort(name, value), str(value).lower() if isinstance(value, bool) else str(value))}


def _sort(name: str, value: object) -> Sort:
    """Return what sort of thing a field is."""
    if name.endswith("sources"):
        return "source"
    if isinstance(value, Sequence) and name == "advice":
        return "advice"
    if name in ("target", "question"):
        return "route"
    if name == "date":
        return "date"
    if isinstance(value, (Decimal, int)) and not isinstance(value, bool):
        return "amount"
    return "text" if name in ("publisher", "url") else "other"
