"""Sorts of value, by which the fields of records are declared: `text: Text = kinds.text("what it is for", most=70)`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import yaml

from cakwizard.tree.fields import Kind, Reading, Record, check_windows, define, many
from cakwizard.tree.reading import parse_date
from cakwizard.tree.values import ALWAYS, NOTHING, Certainty, Text


def ref(block: str) -> Kind:
    """Return the kind of an id of a record in a block."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        found = f.word(node, what)
        return found if found is not None and f.known(found, node, what, block) else None

    return Kind(read, define("word"), f"id in {block}", refers=block, blank="")


def refs(block: str, code: str = "CW022") -> Kind:
    """Return the kind of a list of ids of records in a block."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        return tuple(word for word, item in f.words(node, what) if f.known(word, item, what, block, code))

    return Kind(read, define("words"), f"ids in {block}", refers=block, blank=())


def choice(*words: str, make: Callable[[str], Any] = str, blank: Any = None) -> Kind:
    """Return the kind of one of a few words."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        parse = lambda word: make(word) if word in words else None  # noqa: E731
        return f.parsed(node, what, parse, ", which does not exist", f"write {called}", "CW022")

    called = " or ".join(words)
    return Kind(read, {"enum": [*words]}, called, blank=blank)


def shaped(
    pattern: str, called: str, example: str, *, make: Callable[[str], Any] = str, blank: Any = "", **limits: Any
) -> Kind:
    """Return the kind of a word of a form of its own; `limits` tell an editor of the same where it reads a number."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        parse = lambda word: make(word) if re.fullmatch(pattern, word) else None  # noqa: E731
        return f.parsed(node, what, parse, f", which is not a {called}", f"write it as {example}")

    types = ["string", "number"] if limits else "string"
    return Kind(read, {"type": types, "pattern": f"^({pattern})$", **limits}, called, blank=blank)


def mapping(kind: Kind, *, ids: bool = True) -> Kind:
    """Return the kind of a mapping from names of the author's own to values of a kind."""

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        items = f.items(node, what, ids=ids)
        return MappingProxyType({key: kind.read(f, one, f"'{key}' of {what}") for key, _, one in items})

    schema = {"type": "object", "additionalProperties": kind.schema}
    return Kind(read, schema, f"name: {kind.called}", blank=NOTHING, item=kind)


def nested(make: type) -> Kind:
    """Return the kind of a record inside a record."""
    record = Record(make)

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        return record.one(f, "", node, node, f" of {what.split(' of ', 1)[1]}")

    return Kind(read, record.schema, record.called, record=record)


def by_id(make: type | Record) -> Kind:
    """Return the kind of several records by id."""
    record = make if isinstance(make, Record) else Record(make)

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        of = f" of {what.split(' of ', 1)[1]}"
        return MappingProxyType({key: record.one(f, key, at, one, of) for key, at, one in f.items(node, what)})

    schema = {"type": "object", "propertyNames": define("id"), "additionalProperties": record.schema}
    return Kind(read, schema, f"{record.called}s by id", blank=NOTHING, record=record)


def leads(route: Record) -> Kind:
    """Return the kind of where each option leads, which is read with the whole node."""
    schema = {"type": "object", "additionalProperties": many({"anyOf": [define("word"), route.schema]})}
    return Kind(lambda f, node, what: node, schema, "by option")


def rows(make: type) -> Kind:
    """Return the kind of records that hold one after the other, each in its window."""
    row = Record(make)

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        found = [(make(**row.values(f, one, f"a row of {what}")), one) for one in f.listed(node)]
        check_windows(f, [(one.window, at) for one, at in found], what)
        return tuple(one for one, _ in found)

    return Kind(read, many(row.schema), "rows")


def by_window(make: type, value: Kind) -> Kind:
    """Return the kind of a value that always holds, or of rows that each hold in a window."""
    several = rows(make)

    def read(f: Reading, node: yaml.Node, what: str) -> Any:
        plain = isinstance(node, yaml.ScalarNode)
        found = (make(value=value.read(f, node, what)),) if plain else several.read(f, node, what)
        return tuple(one for one in found if one.value is not None)

    row = Record(make)
    schema = {"anyOf": [value.schema, {"type": "array", "items": row.schema}]}
    return Kind(read, schema, f"{value.called}, or rows of {', '.join(row.fields)}")


def advice_list(make: type) -> Kind:
    """Return the kind of a list of advice: by id, by a run (`+name`), or written in the list itself."""
    record = Record(make)

    def inline(f: Reading, node: yaml.MappingNode, what: str) -> list[str]:
        own = {key.value: (key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        at, named = own.get("id", (node, None))
        rest = yaml.MappingNode("", [pair for pair in node.value if pair[0] is not at], node.start_mark, node.end_mark)
        if not isinstance(named, yaml.ScalarNode):
            f.report("CW004", node, f"advice in {what} has no 'id'", "add 'id: …'")
            return []
        ((key, *_),) = f.items(yaml.MappingNode("", [(named, rest)], node.start_mark, node.end_mark), what)
        if key in f.nodes["advice"] or key in f.inline:
            f.report("CW002", named, f"there is other advice with the id '{key}'", "give it another id")
        f.inline[key] = record.one(f, key, named, rest)
        return [key]

    def read(f: Reading, node: yaml.Node, what: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for item in f.listed(node):
            keys: Sequence[str] = ()
            if isinstance(item, yaml.MappingNode):
                keys = inline(f, item, what)
            elif (word := f.word(item, what)) is not None:
                if not word.startswith("+"):
                    keys = [word] if f.known(word, item, what, "advice", "CW021") else []
                elif f.known(word[1:], item, what, "runs", "CW021"):
                    keys = f.blocks["runs"].get(word[1:], ())
                    f.used.add(word[1:])
            for key in keys:
                if key in found:
                    f.report("CW002", item, f"'{key}' is in {what} twice", "keep one")
                found[key] = None
        return tuple(found)

    called = "ids in advice, +run, or advice itself"
    return Kind(read, define("advice_list"), called, blank=(), refers="advice")


def window(first: str = "valid_from", last: str = "valid_until") -> Any:
    """Return a field for the days on which a record holds, which are under two keys in the file."""
    days = {first: "the first day on which it holds", last: "the last"}
    kinds = {key: replace(day, about=about, required=False) for key, about in days.items()}
    return field(default=ALWAYS, metadata=kinds)


def _part_of_date(f: Reading, node: yaml.Node, what: str) -> str | None:
    parse = lambda word: word if parse_date(word + {4: "-01-01", 7: "-01"}.get(len(word), "")) else None  # noqa: E731
    return f.parsed(node, what, parse, ", which is not a date", "write 2026-01-31, 2026-01 or 2026")


def _countries(f: Reading, node: yaml.Node, what: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for option, _, listed in f.items(node, what):
        for code, place in f.words(listed, f"countries of '{option}'"):
            if not re.fullmatch("[A-Z]{2}", code):
                f.report("CW029", place, f"'{code}' is not a country code", "write two capitals, as in NL")
            found.setdefault(code, set()).add(option)
    return MappingProxyType({code: frozenset(options) for code, options in found.items()})


def _target(f: Reading, node: yaml.Node, what: str) -> str | None:
    found = f.word(node, what)
    known = [*f.nodes["nodes"], *f.nodes["outcomes"]]
    if found is None or found in known:
        return found
    message = f"{what.split(' of ', 1)[1]} leads to '{found}', which is neither a node nor an outcome"
    f.report("CW012", node, message, f.maybe(found, known))
    return None


word = Kind(Reading.word, define("word"), "word", "")
text = Kind(Reading.text, define("text"), "text", Text(NOTHING))
letters = replace(text, read=lambda f, node, what: f.text(node, what).by_language, blank=NOTHING)
day = Kind(Reading.date, define("date"), "day", datetime.date.min)
flag = Kind(Reading.flag, define("flag"), "true or false")
value = Kind(Reading.value, define("value"), "amount, day or word")
phrases = Kind(Reading.phrases, define("phrases"), "phrases by language")
address = shaped(r"https?://[^\s<>\"]+", "web address", "https://…")
color = shaped("#[0-9a-fA-F]{6}", "colour", "#005ea5")
percent = shaped(r"100|\d{1,2}(\.\d{1,6})?", "percentage", "80", make=Decimal, blank=None, minimum=0, maximum=100)
months = shaped(r"[1-9]\d{0,3}", "number of months", "12", make=int, blank=0, minimum=1, multipleOf=1)
questions = shaped(r"[1-9]\d{0,8}", "number of questions", "8", make=int, minimum=1, multipleOf=1)
certainty = choice(*Certainty.__members__, make=Certainty.__getitem__, blank=Certainty.settled)
part_of_date = Kind(_part_of_date, define("part_of_date"), "day, month or year")
sources = refs("sources", "CW020")
target = Kind(_target, define("word"), "id of a node or an outcome", blank="")
countries = Kind(_countries, {"type": "object"}, "option: [country codes]")
languages = Kind(lambda f, node, what: f.languages, define("words"), "list, as [nl, en]")
