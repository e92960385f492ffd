"""The format for editors (JSON Schema) and for people (a page), both from its table."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from cakwizard.tree.format import AMOUNT, BLOCKS, FORMAT, HEAD, OPTIONAL, ROUTE, ROW
from cakwizard.tree.kinds import EMPTY, Kind, Record, Schema, define

__all__ = ["format_page", "tree_schema"]

_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"


def tree_schema() -> Schema:
    """Return the JSON Schema (2020-12) of a tree file, by which an editor helps to write one.

    Scalars are taken both as the text that is in the file and as what a YAML editor makes of it: `80` and "80". Whether
    what is named exists, and all that concerns the ways through the tree, only `check` can say.
    """
    blocks: dict[str, Any] = {}
    for name, block in BLOCKS.items():
        of_ids = {"type": "object", "propertyNames": define("id"), "description": block.about}
        record = block.schema if isinstance(block, Record) else block.schema["additionalProperties"]
        blocks[name] = {**of_ids, "additionalProperties": record}
    head = HEAD.schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A decision tree for cakwizard, format {FORMAT}",
        **head,
        "required": [*head["required"], *(name for name in BLOCKS if name not in OPTIONAL)],
        "properties": head["properties"] | blocks,
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, Schema]:
    scalar = {"type": ["string", "number", "boolean"]}
    word = {**scalar, "not": EMPTY}
    advice = {"anyOf": [define("word"), BLOCKS["advice"].schema]}
    inline: Any = advice["anyOf"][1]
    inline["properties"] = {"id": define("id"), **inline["properties"]}
    inline["required"] = ["id", *inline["required"]]

    def many(schema: Schema) -> Schema:
        return {"anyOf": [schema, {"type": "array", "items": schema}]}

    def amount(pattern: str, **limits: float) -> Schema:
        return {"anyOf": [{"type": "number", **limits}, {"type": "string", "pattern": f"^{pattern}$"}]}

    return {
        "id": {"type": "string", "pattern": "^(?!unknown$)[a-z][a-z0-9_]*$"},
        "word": word,
        "words": {"anyOf": [define("word"), {"type": "array", "items": define("word"), "uniqueItems": True}]},
        "text": {
            "type": "object",
            "additionalProperties": {**scalar, "pattern": r"\S"},
            "minProperties": 1,
        },
        "phrases": {"type": "object", "additionalProperties": define("words")},
        "date": {"type": "string", "pattern": f"^{_DAY}$"},
        "part_of_date": {"type": ["string", "integer"], "pattern": rf"^(\d{{4}}|\d{{4}}-(0[1-9]|1[0-2])|{_DAY})$"},
        "flag": {"enum": [True, False, "true", "false"]},
        "value": scalar,
        "percent": amount(r"(100|\d{1,2})(\.\d{1,6})?", minimum=0, maximum=100),
        "months": amount(r"[1-9]\d{0,3}", minimum=1, maximum=1200, multipleOf=1),
        "questions": amount(r"[1-9]\d{0,11}", minimum=1, multipleOf=1),
        "amounts": {"anyOf": [define("percent"), {"type": "array", "items": AMOUNT.schema}]},
        "advice_list": many(advice),
        "rows": many(ROW.schema),
        "to": {"type": "object", "additionalProperties": many({"anyOf": [define("word"), ROUTE.schema]})},
    }


def format_page() -> str:
    """Return the reference page of the format, for who writes or reads a tree file."""
    lines = [f"A tree file, format {FORMAT}", "", "At the top, then in blocks of records by id:"]
    lines += _fields(HEAD)
    for name, block in BLOCKS.items():
        optional = " (optional)" if name in OPTIONAL else ""
        lines += ["", *_wrapped(f"{name}{optional}: {block.about}", "")]
        lines += _fields(block) if isinstance(block, Record) else [f"  {block.called}"]
        nested = [kind.record for kind in block.fields.values() if kind.record] if isinstance(block, Record) else []
        for record in {"nodes": [ROUTE], "schedules": [ROW], "outcomes": [*nested, AMOUNT]}.get(name, nested):
            lines += ["", f"  {record.called} in {name}:", *(f"  {line}" for line in _fields(record))]
    return "\n".join(lines) + "\n"


def _fields(record: Record) -> Iterator[str]:
    for name, kind in record.fields.items():
        yield from _wrapped(f"  {name:<15} {_sort(kind)}{': ' if kind.about else ''}{kind.about}", " " * 18)


def _sort(kind: Kind) -> str:
    most = f" of at most {kind.most} characters" if kind.most else ""
    return f"{kind.called}{most}{'' if kind.required else ' (optional)'}"


def _wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(line, 86, subsequent_indent=indent, break_on_hyphens=False)
