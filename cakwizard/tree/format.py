"""What a tree file is made of: its head, and its blocks of records by id."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from cakwizard.tree import kinds as k
from cakwizard.tree import records as r
from cakwizard.tree.fields import EMPTY, Record, Schema, define, many

ROUTE = Record(
    r.Route,
    during=k.ref("schedules").opt("one route for each row of this schedule"),
    outside=k.text.opt("what to say on a day on which no route of the option holds", most=250),
)

NODE = Record(
    r.Node,
    certainty=k.certainty.opt("of routes that have none of their own"),
    sources=k.sources.opt("of routes that have none of their own"),
    to=k.leads(ROUTE)("where it leads, a route, or a list of routes; several options with commas"),
)
HEAD = Record(r.Head, "tree")
TREE = Record(
    r.DecisionTree,
    nodes=k.by_id(NODE)("where a question is asked, and where each option leads"),
    schedules=k.mapping(k.rows(r.Row)).opt("days that many routes share: each row is a part of the time, for 'during'"),
    runs=k.mapping(k.refs("advice", "CW021")).opt(
        "advice that several lists have in the same order: +name stands for all of it"
    ),
)
BLOCKS = {key: kind for key, kind in TREE.fields.items() if key not in HEAD.fields}


def every_record(tree: r.DecisionTree) -> Iterator[tuple[str, Record, Any]]:
    """Yield everything in a tree with what it is called and what it is made of, records inside records too."""
    yield "the tree", HEAD, tree
    for name, block in BLOCKS.items():
        if block.record:
            for key, one in getattr(tree, name).items():
                yield from _with_nested(f"{block.record.called} '{key}'", block.record, one)
    for route in tree.routes():
        yield f"option '{route.option}' of node '{route.node}'", ROUTE, route


def _with_nested(what: str, record: Record, one: Any) -> Iterator[tuple[str, Record, Any]]:
    yield what, record, one
    for kind in record.fields.values():
        if kind.record and (inner := getattr(one, kind.into)):
            parts = inner.items() if isinstance(inner, Mapping) else [("", inner)]
            for key, part in parts:
                name = f" '{key}'" if key else ""
                yield f"{kind.record.called}{name} of {what}", kind.record, part


# The format for editors (JSON Schema) and for people (a page), both from the kinds of its records.

_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"


def tree_schema() -> Schema:
    """Return the JSON Schema (2020-12) of a tree file, by which an editor helps to write one.

    Scalars are taken both as the text that is in the file and as what a YAML editor makes of it: `80` and "80". Whether
    what is named exists, and all that concerns the ways through the tree, only `check` can say.
    """
    head = HEAD.schema
    scalar: Schema = {"type": ["string", "number", "boolean"]}
    advice: Any = BLOCKS["advice"].schema["additionalProperties"]
    advice = {
        **advice,
        "properties": {"id": define("id")} | advice["properties"],
        "required": ["id", *advice["required"]],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A decision tree for cakwizard, format 2",
        **head,
        "required": [*head["required"], *(name for name, block in BLOCKS.items() if block.required)],
        "properties": head["properties"]
        | {
            name: {**block.schema, "propertyNames": define("id"), "description": block.about}
            for name, block in BLOCKS.items()
        },
        "$defs": {
            "id": {"type": "string", "pattern": "^(?!unknown$)[a-z][a-z0-9_]*$"},
            "word": {**scalar, "not": EMPTY},
            "words": many(define("word")) | {"uniqueItems": True},
            "text": {"type": "object", "additionalProperties": {**scalar, "pattern": r"\S"}, "minProperties": 1},
            "phrases": {"type": "object", "additionalProperties": define("words")},
            "date": {"type": "string", "pattern": f"^{_DAY}$"},
            "part_of_date": {"type": ["string", "integer"], "pattern": rf"^(\d{{4}}|\d{{4}}-(0[1-9]|1[0-2])|{_DAY})$"},
            "flag": {"enum": [True, False, "true", "false"]},
            "value": scalar,
            "advice_list": many({"anyOf": [define("word"), advice]}),
        },
    }


def format_page() -> str:
    """Return the reference page of the format, for who writes or reads a tree file."""
    lines = ["A tree file, format 2", "", "At the top, then in blocks of records by id:"]
    lines += _fields(HEAD)
    for name, block in BLOCKS.items():
        lines += ["", *_wrapped(f"{name}{'' if block.required else ' (optional)'}: {block.about}", "")]
        lines += _fields(block.record) if block.record else [f"  {block.called}"]
        inside = [kind.record for kind in block.record.fields.values() if kind.record] if block.record else []
        inside += {"nodes": [ROUTE], "schedules": [Record(r.Row)], "outcomes": [Record(r.Amount)]}.get(name, [])
        for record in inside:
            lines += ["", f"  {record.called} in {name}:", *(f"  {line}" for line in _fields(record))]
    return "\n".join(lines) + "\n"


def _fields(record: Record) -> Iterator[str]:
    for key, kind in record.fields.items():
        most = f" of at most {kind.most} characters" if kind.most else ""
        sort = f"{kind.called}{most}{'' if kind.required else ' (optional)'}"
        yield from _wrapped(f"  {key:<15} {sort}{': ' if kind.about else ''}{kind.about}", " " * 18)


def _wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(line, 86, subsequent_indent=indent, break_on_hyphens=False)
