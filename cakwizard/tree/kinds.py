"""Sorts of value, by which the fields of records are declared: `text: Text = kinds.text("what it is for", most=70)`."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import yaml

from cakwizard.tree.reading import Reader, called, parse_date
from cakwizard.tree.values import ALWAYS, NOTHING, Certainty, Text, Value, Window, Words

Schema = dict[str, Any]
EMPTY: Schema = {"enum": [None, "", "~", "null"]}
_ONE_DAY = datetime.timedelta(days=1)
_NUMBER = r"-?\d{1,12}(\.\d{1,6})?"


@dataclass(frozen=True)
class Kind:
    """A sort of value, or a field of that sort."""

    read: Callable[[Reader, Any, str], Any]  # of a node, by words for messages that say what it is; None: unreadable
    schema: Schema  # what an editor is told of it
    called: str  # on the reference page
    blank: Any = None  # what is in place of a value that must be there and is not, or cannot be read
    required: bool = True
    about: str = ""
    most: int = 0  # how many characters a text may have
    into: str = ""  # the attribute of the record
    refers: str = ""  # the block, or either block, that an id, or each id of a list, names
    record: Record | None = None  # what a nested record, or each of several, is made of

    def __call__(self, about: str = "", *, key: str = "", most: int = 0, **absent: Any) -> Any:
        """Return a field of a dataclass that must be in the file, by another key if that is given."""
        return field(metadata={key: replace(self, about=about, most=most)}, **absent)

    def opt(self, about: str = "", default: Any = None, **said: Any) -> Any:
        """Return a field of a dataclass that may be absent from the file."""
        return replace(self, required=False)(about, **said, default_factory=lambda: default)


class Record:
    """What is read into a dataclass: the kinds of its fields by their keys in the file, and of others beside them."""

    def __init__(self, make: Any, **beside: Any) -> None:
        self.make = make
        self.called = re.sub("(?<=[a-z])(?=[A-Z])", " ", make.__name__).lower()
        self.fields: dict[str, Kind] = {}
        for name, one in ({one.name: one for one in fields(make)} | beside).items():
            for key, kind in one.metadata.items():
                self.fields[key or name] = replace(kind, into=name)
        self.required = [key for key, kind in self.fields.items() if kind.required]
        self.optional = [key for key, kind in self.fields.items() if not kind.required]

    def values(self, f: Reader, node: yaml.Node, what: str) -> dict[str, Any]:
        """Return by attribute what a node holds; what may be absent and is, is left out."""
        return self.take(f, f.fields(node, what, self.required, self.optional), what)

    def take(self, f: Reader, there: Mapping[str, yaml.Node], what: str) -> dict[str, Any]:
        """Return the values of fields by attribute; two days become a window."""
        found: dict[str, Any] = {}
        days: dict[str, Any] = {}
        for key, kind in self.fields.items():
            value = kind.read(f, there[key], f"'{key}' of {what}") if key in there else None
            if kind.into == "window":
                days[key] = value
            elif value is not None or kind.required:
                found[kind.into] = kind.blank if value is None else value
        if any(days.values()):
            (_, start), (last, end) = days.items()
            found["window"] = Window(start, end)
            if start and end and end < start:
                message = f"{what} ends ({end}) before it begins ({start})"
                f.report("CW027", there[last], message, "correct one of the two days")
        return found

    def one(self, f: Reader, node: yaml.Node, field: str, key: str | None = None, at: Any = None) -> Any:
        """Return the record that a node holds: the value of a field, or of one of its keys."""
        what = self.called + ("" if key is None else f" '{key}'") + "".join(field.partition(" of ")[1:])
        found = {} if key is None else {"id": key}
        return self.make(**found, **self.values(f, node, what), location=f.place(at or node))

    @property
    def schema(self) -> Schema:
        """Return the JSON Schema of the record."""
        properties = {
            key: {**(kind.schema if kind.required else {"anyOf": [kind.schema, EMPTY]}), "description": kind.about}
            for key, kind in self.fields.items()
        }
        return {"type": "object", "additionalProperties": False, "required": self.required, "properties": properties}


def check_windows(f: Reader, parts: Iterable[tuple[Window, yaml.Node]], what: str) -> None:
    """Report days on which two of the windows hold, and days between them on which none does."""
    found = sorted(parts, key=lambda part: part[0].start or datetime.date.min)
    if any(window.start and window.end and window.end < window.start for window, _ in found):
        return  # said already, and the rest would follow from it
    for (earlier, node), (later, next_node) in itertools.pairwise(found):
        end, start = earlier.end, later.start
        if node is next_node:
            continue  # rows of one schedule, which are checked where they are
        if end is None or start is None or start <= end:
            message = f"{what} has two rows on {start or end or 'every day'}"
            f.report("CW018", next_node, message, "let one end the day before the other begins")
        elif start > end + _ONE_DAY:
            message = f"{what} has nothing from {end + _ONE_DAY} until {start - _ONE_DAY}"
            f.report("CW019", next_node, message, "let the next begin the day after one ends")


def define(name: str) -> Schema:
    """Return the schema that refers to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def many(schema: Schema) -> Schema:
    """Return the schema of one thing or a list of them."""
    return {"anyOf": [schema, {"type": "array", "items": schema}]}


def ref(block: str) -> Kind:
    """Return the kind of an id of a record in a block."""

    def read(f: Reader, node: yaml.Node, what: str) -> Any:
        found = f.word(node, what)
        return found if found is not None and f.known(found, node, what, block) else None

    return Kind(read, define("word"), f"id in {block}", refers=block, blank="")


def refs(block: str) -> Kind:
    """Return the kind of a list of ids of records in a block."""

    def read(f: Reader, node: yaml.Node, what: str) -> Any:
        return tuple(word for word, item in f.words(node, what) if f.known(word, item, what, block))

    return Kind(read, define("words"), f"ids in {block}", refers=block, blank=())


def parsed(parse: Callable[[str], Any], schema: Schema, called: str, *said: str, blank: Any = None) -> Kind:
    """Return the kind of what a function makes of a word; `said` is as for `Reader.parsed`."""
    return Kind(lambda f, node, what: f.parsed(node, what, parse, *said), schema, called, blank)


def choice(*words: str, make: Callable[[str], Any] = str, blank: Any = None) -> Kind:
    """Return the kind of one of a few words."""
    called = " or ".join(words)
    said = (", which does not exist", f"write {called}", "CW022")
    return parsed(lambda word: make(word) if word in words else None, {"enum": [*words]}, called, *said, blank=blank)


def shaped(
    pattern: str, called: str, example: str, *, make: Callable[[str], Any] = str, blank: Any = "", **limits: Any
) -> Kind:
    """Return the kind of a word of a form of its own; `limits` tell an editor of the same where it reads a number."""
    schema = {"type": ["string", "number"] if limits else "string", "pattern": f"^({pattern})$", **limits}
    parse = lambda word: make(word) if re.fullmatch(pattern, word) else None  # noqa: E731
    return parsed(parse, schema, called, f", which is not a {called}", f"write it as {example}", blank=blank)


def mapping(kind: Kind, block: str = "", *, ids: bool = True) -> Kind:
    """Return the kind of a mapping from names of the author's own to values of a kind; `block` is what it is named."""

    def read(f: Reader, node: yaml.Node, what: str) -> Any:
        before, behind = (f"{called(block)} ", "") if block else ("", f" of {what}")
        items = f.items(node, what, ids=ids)
        return MappingProxyType({key: kind.read(f, one, f"{before}'{key}'{behind}") for key, _, one in items})

    schema = {"type": "object", "additionalProperties": kind.schema}
    return Kind(read, schema, f"name: {kind.called}", blank=NOTHING)


def nested(make: type) -> Kind:
    """Return the kind of a record inside a record."""
    record = Record(make)
    return Kind(record.one, record.schema, record.called, record=record)


def by_id(make: type | Record, one: Callable[..., Any] | None = None) -> Kind:
    """Return the kind of several records by id, each read by a function if that is given."""
    record = make if isinstance(make, Record) else Record(make)
    one = one or record.one

    def read(f: Reader, node: yaml.Node, what: str) -> Any:
        return MappingProxyType({key: one(f, value, what, key, at) for key, at, value in f.items(node, what)})

    schema = {"type": "object", "propertyNames": define("id"), "additionalProperties": record.schema}
    return Kind(read, schema, f"{record.called}s by id", blank=NOTHING, record=record)


def rows(make: type, value: Kind | None = None) -> Kind:
    """Return the kind of records that each hold in a window, or, if there is one, of a value that always holds."""
    row = Record(make)

    def read(f: Reader, node: yaml.Node, what: str) -> Any:
        if value is not None and isinstance(node, yaml.ScalarNode):
            always = value.read(f, node, what)
            return () if always is None else (make(value=always),)
        found = [(make(**row.values(f, one, f"a row of {what}")), one) for one in f.listed(node)]
        check_windows(f, [(one.window, at) for one, at in found], what)
        return tuple(one for one, _ in found)

    if value is None:
        return Kind(read, many(row.schema), "rows")
    schema = {"anyOf": [value.schema, {"type": "array", "items": row.schema}]}
    return Kind(read, schema, f"{value.called}, or rows of {', '.join(row.fields)}")


def advice_list(make: type) -> Kind:
    """Return the kind of a list of advice: by id, by a run (`+name`), or written in the list itself."""
    record = Record(make)

    def inline(f: Reader, node: yaml.MappingNode, what: str) -> Sequence[str]:
        named = next((value for key, value in node.value if key.value == "id"), None)
        rest = yaml.MappingNode("", [one for one in node.value if one[1] is not named], node.start_mark, node.end_mark)
        if not isinstance(named, yaml.ScalarNode):
            f.report("CW004", node, f"advice in {what} has no 'id'", "add 'id: …'")
            return ()
        ((key, *_),) = f.items(yaml.MappingNode("", [(named, rest)], node.start_mark, node.end_mark), what)
        if key in f.ids["advice"] or key in f.inline:
            f.report("CW002", named, f"there is other advice with the id '{key}'", "give it another id")
        f.inline[key] = record.one(f, rest, "", key, named)
        return [key]

    def read(f: Reader, node: yaml.Node, what: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for item in f.listed(node):
            keys: Sequence[str] = ()
            if isinstance(item, yaml.MappingNode):
                keys = inline(f, item, what)
            elif (word := f.word(item, what)) is not None and word.startswith("+"):
                f.used.add(word[1:])
                keys = f.blocks["runs"][word[1:]] if f.known(word[1:], item, what, "runs") else ()
            elif word is not None and f.known(word, item, what, "advice"):
                keys = [word]
            for key in keys:
                if key in found:
                    f.report("CW002", item, f"'{key}' is in {what} twice", "keep one")
                found[key] = None
        return tuple(found)

    return Kind(read, define("advice_list"), "ids in advice, +run, or advice itself", blank=(), refers="advice")


def window(first: str = "valid_from", last: str = "valid_until") -> Any:
    """Return a field for the days on which a record holds, which are under two keys in the file."""
    days = {first: "the first day on which it holds", last: "the last"}
    kinds = {key: replace(day, about=about, required=False) for key, about in days.items()}
    return field(default=ALWAYS, metadata=kinds)


def _countries(f: Reader, node: yaml.Node, what: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for option, _, listed in f.items(node, what):
        for code, place in f.words(listed, f"countries of '{option}'"):
            if not re.fullmatch("[A-Z]{2}", code):
                f.report("CW029", place, f"'{code}' is not a country code", "write two capitals, as in NL")
            found.setdefault(code, set()).add(option)
    return MappingProxyType({code: frozenset(options) for code, options in found.items()})


def _target(f: Reader, node: yaml.Node, what: str) -> str | None:
    found = f.word(node, what)
    known = [*f.ids["nodes"], *f.ids["outcomes"]]
    if found is None or found in known:
        return found
    message = f"{what.split(' of ', 1)[1]} leads to '{found}', which is neither a node nor an outcome"
    f.report("CW012", node, message, f.maybe(found, known))
    return None


def _text(f: Reader, node: yaml.Node, what: str) -> Text:
    if not isinstance(node, yaml.MappingNode):
        f.report("CW005", node, f"{what} must have a text per language (`{{nl: …, en: …}}`)")
        return Text({})
    found = f.fields(node, what, (), f.languages)
    by_language = {one: " ".join((f.word(found.get(one), what) or "").split()) for one in f.languages}
    for language, words in by_language.items():
        if not words:
            f.report("CW011", node, f"{what} has no text in '{language}'", f"add '{language}: …'")
    return Text({one: words for one, words in by_language.items() if words}, f.place(node))


def _phrases(f: Reader, node: yaml.Node, what: str) -> Words:
    lists = f.fields(node, what, (), f.languages)
    found = {one: f.words(listed, f"{what} in '{one}'") for one, listed in lists.items()}
    return MappingProxyType({one: tuple(word for word, _ in words) for one, words in found.items()})


def _value(f: Reader, node: yaml.Node, what: str) -> Value:
    word = f.word(node, what) or ""
    return parse_date(word) or (Decimal(word) if re.fullmatch(_NUMBER, word) else word)


word = Kind(Reader.word, define("word"), "word", "")
text = Kind(_text, define("text"), "text", Text(NOTHING))
letters = replace(text, read=lambda f, node, what: _text(f, node, what).by_language, blank=NOTHING)
_NO_DATE = ", which is not a date"
day = parsed(parse_date, define("date"), "day", _NO_DATE, "write it as 2026-01-31", blank=datetime.date.min)
part_of_date = parsed(
    lambda word: word if parse_date(word + {4: "-01-01", 7: "-01"}.get(len(word), "")) else None,
    define("part_of_date"),
    "day, month or year",
    _NO_DATE,
    "write 2026-01-31, 2026-01 or 2026",
)
flag = parsed({"true": True, "false": False}.get, define("flag"), "true or false", "", "write true or false")
value = Kind(_value, define("value"), "amount, day or word")
phrases = Kind(_phrases, define("phrases"), "phrases by language")
address = shaped(r"https?://[^\s<>\"]+", "web address", "https://…")
color = shaped("#[0-9a-fA-F]{6}", "colour", "#005ea5")
number = shaped(_NUMBER, "number", "80 or 4.70", make=Decimal, blank=None)
percent = shaped(r"100|\d{1,2}(\.\d{1,6})?", "percentage", "80", make=Decimal, blank=Decimal(0), minimum=0, maximum=100)
months = shaped(r"[1-9]\d{0,3}", "number of months", "12", make=int, blank=0, minimum=1, multipleOf=1)
questions = shaped(r"[1-9]\d{0,8}", "number of questions", "8", make=int, minimum=1, multipleOf=1)
certainty = choice(*Certainty.__members__, make=Certainty.__getitem__, blank=Certainty.settled)
sources = refs("sources")
target = Kind(_target, define("word"), "id of a node or an outcome", blank="", refers="nodes outcomes")
countries = Kind(_countries, {"type": "object"}, "option: [country codes]")
languages = Kind(lambda f, node, what: f.languages, define("words"), "list, as [nl, en]")
