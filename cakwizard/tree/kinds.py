"""Sorts of value: how each is read, what an editor is told of it, and what its reference page says.

Only `tree` itself uses them.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import yaml

from cakwizard.tree import records as r
from cakwizard.tree.reading import Reader, parse_date

Schema = dict[str, Any]
_COUNTRY = re.compile("[A-Z]{2}")
ONE_DAY = datetime.timedelta(days=1)
NOTHING: Mapping[str, Any] = MappingProxyType({})
EMPTY: Schema = {"enum": [None, "", "~", "null"]}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A sort of value, or a field of that sort.

    Attributes:
        read: Reads a node; the words say what it is, for messages. None when it cannot be read.
        schema: What an editor is told of it.
        called: What it is called on the reference page.
        absent: What the record holds where it is absent, or cannot be read.
        about: What a field is for.
        most: How many characters a text may have.
        into: The attribute of the record, where that has another name.
        refers: The block that an id, or each id of a list, names.
        record: What a nested record is made of.
    """

    read: Callable[[Reading, Any, str], Any]
    schema: Schema
    called: str
    required: bool = True
    absent: Any = None
    about: str = ""
    most: int = 0
    into: str = ""
    refers: str = ""
    record: Record | None = None

    def __call__(self, about: str = "", **more: Any) -> Kind:
        """Return a field of this kind."""
        return replace(self, about=about, **more)

    def opt(self, about: str = "", **more: Any) -> Kind:
        """Return a field of this kind that may be absent."""
        return replace(self, about=about, **{"required": False, "absent": None} | more)


@dataclass
class Reading:
    """One file being read: what is in it, and the records read so far, by block."""

    read: Reader
    items: dict[str, list[tuple[str, yaml.Node, yaml.Node]]] = field(default_factory=dict)
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)
    blocks: dict[str, dict[str, Any]] = field(default_factory=dict)
    inline: dict[str, Any] = field(default_factory=dict)
    routes: list[r.Route] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def known(self, word: str, node: yaml.Node, what: str, block: str, code: str = "CW022") -> bool:
        """Tell whether a block has an id; report it when not."""
        there: Collection[str] = self.ids.get(block, {})
        if word not in there:
            message = f"{what} names {block.replace('_', ' ').removesuffix('s')} '{word}', which does not exist"
            self.read.report(code, node, message, self.read.maybe(word, there))
        return word in there


def define(name: str) -> Schema:
    """Return the schema that refers to a definition."""
    return {"$ref": f"#/$defs/{name}"}


class Record:
    """A record: the class that is made of it, what it is called, and its fields."""

    def __init__(self, make: Callable[..., Any], called: str, about: str = "", /, **fields: Kind) -> None:
        self.make, self.called, self.about, self.fields = make, called, about, fields
        self.required = [name for name, kind in fields.items() if kind.required]
        self.optional = [name for name, kind in fields.items() if not kind.required]

    def values(self, f: Reading, node: yaml.Node, what: str) -> dict[str, Any]:
        """Return the values of the fields in a node, by attribute."""
        return self.take(f, f.read.fields(node, what, self.required, self.optional), what)

    def take(self, f: Reading, there: Mapping[str, yaml.Node], what: str) -> dict[str, Any]:
        """Return the values of fields by attribute; two days become a window."""
        found = {}
        for name, kind in self.fields.items():
            value = kind.read(f, there[name], f"'{name}' of {what}") if name in there else None
            found[kind.into or name] = kind.absent if value is None else value
        for first, last in (("valid_from", "valid_until"), ("from", "until")):
            if first in self.fields:
                found["window"] = _window(f, there.get(last), found.pop(first), found.pop(last), what)
        return found

    def one(self, f: Reading, key: str, at: yaml.Node, node: yaml.Node, of: str = "") -> Any:
        """Return the record that a node holds."""
        name = {"id": key} if key else {}
        what = f"{self.called} '{key}'{of}" if key else f"{self.called}{of}"
        return self.make(**name, **self.values(f, node, what), location=f.read.place(at))

    @property
    def schema(self) -> Schema:
        """Return the JSON Schema of the record."""
        properties = {
            name: {**(kind.schema if kind.required else {"anyOf": [kind.schema, EMPTY]}), "description": kind.about}
            for name, kind in self.fields.items()
        }
        return {"type": "object", "additionalProperties": False, "required": self.required, "properties": properties}


def _window(f: Reading, node: yaml.Node | None, start: Any, end: Any, what: str) -> r.Window:
    if node is not None and start and end and end < start:
        f.read.report("CW027", node, f"{what} ends ({end}) before it begins ({start})", "correct one of the two days")
    return r.Window(start, end) if start or end else r.ALWAYS


def check_windows(f: Reading, parts: Iterable[tuple[r.Window, yaml.Node]], what: str) -> None:
    """Report days on which two of the windows hold, and days between them on which none does."""
    found = sorted(parts, key=lambda part: part[0].start or datetime.date.min)
    if any(window.start and window.end and window.end < window.start for window, _ in found):
        return  # said already, and the rest would follow from it
    for (earlier, node), (later, next_node) in itertools.pairwise(found):
        if node is next_node:  # rows of one schedule, which are checked where they are
            continue
        end, start = earlier.end, later.start
        if end is None or start is None or start <= end:
            message = f"{what} has two rows on {start or end or 'every day'}"
            f.read.report("CW018", next_node, message, "let one end the day before the other begins")
        elif start > end + ONE_DAY:
            message = f"{what} has nothing from {end + ONE_DAY} until {start - ONE_DAY}"
            f.read.report("CW019", next_node, message, "let the next begin the day after one ends")


def number(name: str, what: str, example: str, fits: Callable[[Decimal], bool], make: Callable[[Decimal], Any]) -> Kind:
    """Return the kind of a number that must fit."""

    def read(f: Reading, node: yaml.Node, what_it_is: str) -> Any:
        found = f.read.number(node, what_it_is)
        if found is not None and not fits(found):
            f.read.report("CW009", node, f"{what_it_is} is {found}, which is not a {what}", f"write it as {example}")
        return make(found) if found is not None and fits(found) else None

    return Kind(read=read, schema=define(name), called=what)


def ref(block: str) -> Kind:
    """Return the kind of an id of a record in a block."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        found = f.read.word(node, what)
        return found if found is not None and f.known(found, node, what, block) else None

    return Kind(read=read, schema=define("word"), called=f"id in {block}", refers=block, absent="")


def refs(block: str, code: str = "CW022") -> Kind:
    """Return the kind of a list of ids of records in a block."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        return tuple(word for word, item in f.read.words(node, what) if f.known(word, item, what, block, code))

    return Kind(read=read, schema=define("words"), called=f"ids in {block}", refers=block, absent=())


def choice(*words: str, make: Callable[[str], Any] = str) -> Kind:
    """Return the kind of one of a few words."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        found = f.read.word(node, what)
        if found is None or found in words:
            return None if found is None else make(found)
        f.read.report("CW022", node, f"{what} is '{found}', which does not exist", f"write {' or '.join(words)}")
        return None

    return Kind(read=read, schema={"enum": [*words]}, called=" or ".join(words))


def shaped(pattern: str, called: str, example: str) -> Kind:
    """Return the kind of a word of a form of its own, so that what shows it need not distrust it."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        found = f.read.word(node, what)
        if found is None or re.fullmatch(pattern, found):
            return found
        f.read.report("CW009", node, f"{what} is '{found}', which is not a {called}", f"write it as {example}")
        return None

    return Kind(read=read, schema={"type": "string", "pattern": f"^{pattern}$"}, called=called, absent="")


def mapping(kind: Kind, *, ids: bool = True) -> Kind:
    """Return the kind of a mapping from names of the author's own to values of a kind."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        items = f.read.items(node, what, ids=ids)
        return MappingProxyType({key: kind.read(f, one, f"'{key}' of {what}") for key, _, one in items})

    schema = {"type": "object", "additionalProperties": kind.schema}
    return Kind(read=read, schema=schema, called=f"name: {kind.called}", absent=NOTHING)


def nested(record: Record, *, many: bool = False) -> Kind:
    """Return the kind of a record inside a record, or of several by id."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        of = f" of {what.split(' of ', 1)[1]}"
        if not many:
            return record.one(f, "", node, node, of)
        return MappingProxyType({key: record.one(f, key, at, one, of) for key, at, one in f.read.items(node, what)})

    schema = {"type": "object", "propertyNames": define("id"), "additionalProperties": record.schema}
    called = f"{record.called}s by id" if many else record.called
    return Kind(
        read=read,
        schema=schema if many else record.schema,
        called=called,
        absent=NOTHING if many else None,
        record=record,
    )


def _part_of_date(f: Reading, node: yaml.Node, what: str) -> str:
    found = f.read.word(node, what) or ""
    if parse_date(found + {4: "-01-01", 7: "-01"}.get(len(found), "")) is None:
        f.read.report("CW009", node, f"{what} is '{found}', which is not a date", "write 2026-01-31, 2026-01 or 2026")
        return ""
    return found


def _countries(f: Reading, node: yaml.Node, what: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for option, _, listed in f.read.items(node, what):
        for code, place in f.read.words(listed, f"countries of '{option}'"):
            if not _COUNTRY.fullmatch(code):
                f.read.report("CW029", place, f"'{code}' is not a country code", "write two capitals, as in NL")
            found.setdefault(code, set()).add(option)
    return MappingProxyType({code: frozenset(options) for code, options in found.items()})


def _plain(name: str, called: str = "", **more: Any) -> Kind:
    """Return the kind that a method of the reader reads."""
    read = lambda f, node, what: getattr(f.read, name)(node, what)  # noqa: E731
    return Kind(read=read, schema=define(name), called=called or name, **more)


word = _plain("word", absent="")
text = _plain("text", absent=r.Text(NOTHING))
day = _plain("date", "day", absent=datetime.date.min)
flag = _plain("flag", "true or false", absent=False, required=False)
value = _plain("value", "amount, day or word")
phrases = _plain("phrases", "phrases by language", absent=NOTHING, required=False)
letters = replace(text, read=lambda f, node, what: f.read.text(node, what).by_language, absent=NOTHING, into="keys")
address = shaped(r"https?://[^\s<>\"]+", "web address", "https://…")
color = shaped("#[0-9a-fA-F]{6}", "colour", "#005ea5")
raw = Kind(read=lambda f, node, what: node, schema={}, called="by option")
percent = number("percent", "percentage", "80", lambda n: 0 <= n <= 100, lambda n: n)
months = replace(number("months", "number of months", "12", lambda n: n == int(n) and 1 <= n <= 1200, int), absent=0)
questions = number("questions", "number of questions", "8", lambda n: n == int(n) and n >= 1, int)
certainty = choice(*r.Certainty.__members__, make=r.Certainty.__getitem__)
certain = certainty(absent=r.Certainty.settled)
part_of_date = Kind(read=_part_of_date, schema=define("part_of_date"), called="day, month or year", absent="")
countries = Kind(read=_countries, schema={"type": "object"}, called="option: [country codes]")
