"""How the field of a record is declared, read, and told to editors and people."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import yaml

from cakwizard.tree.reading import Reader
from cakwizard.tree.values import Window

Schema = dict[str, Any]
EMPTY: Schema = {"enum": [None, "", "~", "null"]}
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """A sort of value, or a field of that sort.

    Attributes:
        read: Reads a node; the words say what it is, for messages. None when it cannot be read.
        schema: What an editor is told of it.
        called: What it is called on the reference page.
        blank: What is in place of a value that must be there and is not, or cannot be read.
        about: What a field is for.
        most: How many characters a text may have.
        into: The attribute of the record.
        refers: The block that an id, or each id of a list, names.
        record: What a nested record, or each of several, is made of.
        item: The kind of each value of a mapping.
    """

    read: Callable[[Reading, Any, str], Any]
    schema: Schema
    called: str
    blank: Any = None
    required: bool = True
    about: str = ""
    most: int = 0
    into: str = ""
    refers: str = ""
    record: Record | None = None
    item: Any = None

    def __call__(self, about: str = "", *, key: str = "", most: int = 0) -> Any:
        """Return a field of a dataclass that must be in the file, by another key if that is given."""
        return field(metadata={key: replace(self, about=about, most=most)})

    def opt(self, about: str = "", default: Any = None, *, key: str = "", most: int = 0) -> Any:
        """Return a field of a dataclass that may be absent from the file."""
        kind = replace(self, about=about, most=most, required=False)
        return field(default_factory=lambda: default, metadata={key: kind})


class Reading(Reader):
    """A tree's file being read: its nodes (of the key and the value) by block and id, and the records made so far."""

    def __init__(self, file: str, text: str) -> None:
        super().__init__(file, text)
        self.nodes: dict[str, dict[str, tuple[yaml.Node, yaml.Node]]] = {}
        self.blocks: dict[str, dict[str, Any]] = {}
        self.inline: dict[str, Any] = {}
        self.used: set[str] = set()

    def known(self, word: str, node: yaml.Node, what: str, block: str, code: str = "CW022") -> bool:
        """Tell whether a block has an id; report it when not."""
        there: Collection[str] = self.nodes.get(block, {})
        if word not in there:
            message = f"{what} names {called(block)} '{word}', which does not exist"
            self.report(code, node, message, self.maybe(word, there))
        return word in there


class Record:
    """What is read into a dataclass: the kinds of its fields by their keys in the file, and of others beside them."""

    def __init__(self, make: Any, called: str = "", **beside: Any) -> None:
        self.make = make
        self.called = called or re.sub("(?<=[a-z])(?=[A-Z])", " ", make.__name__).lower()
        declared = {one.name: one.metadata for one in fields(make)}
        declared |= {name: one.metadata for name, one in beside.items()}
        self.fields: dict[str, Kind] = {
            key or name: replace(kind, into=name) for name, kinds in declared.items() for key, kind in kinds.items()
        }
        self.required = [key for key, kind in self.fields.items() if kind.required]
        self.optional = [key for key, kind in self.fields.items() if not kind.required]

    def values(self, f: Reading, node: yaml.Node, what: str) -> dict[str, Any]:
        """Return by attribute what a node holds; what may be absent and is, is left out."""
        return self.take(f, f.fields(node, what, self.required, self.optional), what)

    def take(self, f: Reading, there: Mapping[str, yaml.Node], what: str) -> dict[str, Any]:
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

    def one(self, f: Reading, key: str, at: yaml.Node, node: yaml.Node, of: str = "") -> Any:
        """Return the record that a node holds."""
        name = {"id": key} if key else {}
        what = f"{self.called} '{key}'{of}" if key else f"{self.called}{of}"
        return self.make(**name, **self.values(f, node, what), location=f.place(at))

    @property
    def schema(self) -> Schema:
        """Return the JSON Schema of the record."""
        properties = {
            key: {**(kind.schema if kind.required else {"anyOf": [kind.schema, EMPTY]}), "description": kind.about}
            for key, kind in self.fields.items()
        }
        return {"type": "object", "additionalProperties": False, "required": self.required, "properties": properties}


def check_windows(f: Reading, parts: Iterable[tuple[Window, yaml.Node]], what: str) -> None:
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
            f.report("CW018", next_node, message, "let one end the day before the other begins")
        elif start > end + _ONE_DAY:
            message = f"{what} has nothing from {end + _ONE_DAY} until {start - _ONE_DAY}"
            f.report("CW019", next_node, message, "let the next begin the day after one ends")


def called(block: str) -> str:
    """Return what one of the records of a block is called."""
    return block.replace("_", " ").removesuffix("s")


def define(name: str) -> Schema:
    """Return the schema that refers to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def many(schema: Schema) -> Schema:
    """Return the schema of one thing or a list of them."""
    return {"anyOf": [schema, {"type": "array", "items": schema}]}
