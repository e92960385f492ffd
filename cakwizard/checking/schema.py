"""The JSON Schema (2020-12) of a tree, by which an editor helps to write one.

It says what can be said of a file without looking through it: keys, shapes,
ids, dates, numbers. Whether what is named exists, and all that concerns the ways
through the tree, only `check` can say.

Scalars are taken both as the text that stands in the file, as this program reads
them, and as what a YAML editor makes of that text: `80` and "80", `true` and "true".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cakwizard.model import PROVIDER_KINDS
from cakwizard.model import Certainty

__all__ = ["tree_schema"]

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ID = "^[a-z][a-z0-9_]*$"
_DAY = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_PART_OF_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"

# An optional key without a value counts as absent.
_EMPTY: Schema = {"enum": [None, "", "~", "null"]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _optional(schema: Schema) -> Schema:
    return {"anyOf": [schema, _EMPTY]}


def _fields(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None, about: str = "") -> Schema:
    """Return the schema of a mapping whose keys the format fixes."""
    found: Schema = {
        "type": "object",
        "properties": {**required, **{key: _optional(schema) for key, schema in (optional or {}).items()}},
        "required": list(required),
        "additionalProperties": False,
    }
    return {"description": about, **found} if about else found


def _block(record: Schema, about: str = "") -> Schema:
    """Return the schema of a mapping whose keys are ids."""
    found: Schema = {"type": "object", "propertyNames": _ref("id"), "additionalProperties": record}
    return {"description": about, **found} if about else found


def _one_or_more(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "items": schema}]}


def _number(pattern: str, **limits: float) -> Schema:
    return {"anyOf": [{"type": "number", **limits}, {"type": "string", "pattern": pattern}]}


_WINDOW: Mapping[str, Schema] = {"valid_from": _ref("day"), "valid_until": _ref("day")}

_DEFINITIONS: Mapping[str, Schema] = {
    "id": {"type": "string", "pattern": _ID, "description": "small letters, digits and _, a letter first"},
    # A name may look like a number or a switch to a YAML editor.
    "word": {"type": ["string", "number", "boolean"], "not": _EMPTY},
    "words": {
        "anyOf": [_ref("word"), {"type": "array", "items": _ref("word"), "uniqueItems": True}],
        "description": "ids, in a list or one alone",
    },
    "text": {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean"], "not": {"pattern": r"^\s*$"}},
        "not": {"additionalProperties": _EMPTY},
        "description": "the same in every language of the tree: {nl: …, en: …}",
    },
    "day": {"type": "string", "pattern": _DAY, "description": "a day, as in 2026-01-31"},
    "flag": {"enum": [True, False, "true", "false"]},
    "certainty": {"enum": [*Certainty.__members__], "description": "how sure this is"},
    "months": _number(r"^0*[1-9]\d{0,3}(\.0{1,6})?$", minimum=1, maximum=1200, multipleOf=1),
    "percent": _number(r"^0*(100(\.0{1,6})?|\d{1,2}(\.\d{1,6})?)$", minimum=0, maximum=100),
    "value": {"type": ["string", "number", "boolean", "null"]},
    "route": _fields(
        {"to": _ref("word")},
        {
            **_WINDOW,
            "certainty": _ref("certainty"),
            "advice": _ref("words"),
            "sources": _ref("words"),
            "outside": _ref("text"),
        },
        "where an option leads",
    ),
    "scheduled": _fields(
        {"to": _ref("word"), "sources": _ref("words")},
        {**_WINDOW, "certainty": _ref("certainty"), "advice": _ref("words")},
    ),
    "option": _fields(
        {"text": _ref("text"), "key": _ref("text")},
        {"help": _ref("text"), "within_months": _ref("months"), "after_months": _ref("months")},
    ),
}


def _properties() -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Return the keys at the top of a file: those that must be there, and the others."""
    text, words, word, day = _ref("text"), _ref("words"), _ref("word"), _ref("day")
    required = {
        "format": {"enum": [1, "1"], "description": "the version of this format"},
        "edition": word,
        "checked_until": {**day, "description": "the day on which the rules were last held against their sources"},
        "title": text,
        "origin": {**text, "description": "where the rules come from, and what they are not"},
        "authority": {**text, "description": "who decides in the end"},
        "languages": {
            "anyOf": [word, {"type": "array", "items": word, "minItems": 1, "uniqueItems": True}],
            "description": "the first is used when another is asked for",
        },
        "start": {**word, "description": "the node where a walk begins"},
        "questions": _block(
            _fields(
                {"text": text, "options": _block(_ref("option"))},
                {
                    "help": text,
                    "find_out": text,
                    "countries": {
                        "type": "object",
                        "propertyNames": _ref("id"),
                        "additionalProperties": _one_or_more({"type": "string", "pattern": "^[A-Z]{2}$"}),
                    },
                    "otherwise": word,
                    "names": {"type": "object", "additionalProperties": _ref("value")},
                },
            ),
            "what can be asked, with the options to choose from",
        ),
        "nodes": _block(
            _fields(
                {"asks": word, "to": _block(_one_or_more({"anyOf": [word, _ref("route")]}))},
                {"certainty": _ref("certainty"), "sources": words},
            ),
            "the places where a question is asked, and where each option leads",
        ),
        "outcomes": _block(
            _fields(
                {"scheme": word, "certainty": _ref("certainty"), "title": text, "pays": text, "sources": words},
                {
                    "percent": _ref("percent"),
                    "maximum": _ref("flag"),
                    "contract": word,
                    "deadline": _fields({"months": _ref("months"), "start": word}, {"sources": words}),
                    "advice": words,
                    "ask": text,
                    "valid_until": day,
                    "referrals": words,
                    "message": word,
                },
            ),
            "where a walk can end",
        ),
        "advice": _block(
            _fields(
                {"kind": word, "text": text, "sources": words},
                {**_WINDOW, "by_claim_date": _ref("flag"), "note": _ref("flag"), "values": _block(_ref("value"))},
            ),
            "what an outcome or a route tells people to do or to mind",
        ),
        "schemes": _block(
            _fields(
                {"name": text},
                {"shape": word, "color": word, "claimable": _ref("flag"), "valid_until": day, "end_sources": words},
            ),
            "who can pay",
        ),
        "advice_kinds": _block(
            _fields(
                {"heading": text},
                {"numbered": _ref("flag"), "holds": {"enum": ["contract", "deadline"]}, "checklist": _ref("flag")},
            ),
            "the headings under which advice is shown, in that order",
        ),
        "source_kinds": _block(_fields({"name": text, "supports": _ref("certainty")})),
        "sources": _block(
            _fields(
                {"title": text, "publisher": word, "url": word, "kind": word},
                {
                    "date": {"type": ["string", "integer"], "pattern": _PART_OF_DATE},
                    "dated": text,
                    "checked": day,
                    "valid_until": day,
                },
            ),
            "what the rules rest on",
        ),
    }
    optional = {
        "preset": {**word, "description": "the question that can be answered beforehand"},
        "longest_path": _number(r"^\d{1,12}(\.0{1,6})?$", minimum=1, multipleOf=1),
        "schedules": _block(_one_or_more(_ref("scheduled")), "where options lead that change on the same days"),
        "contracts": _block(_fields({"text": text})),
        "deadline_starts": _block(text),
        "glossary": _block(_fields({"name": text, "text": text}, {"sources": words})),
        "referrals": _block(
            _fields(
                {"text": text, "sources": words},
                {"kind": {"enum": list(PROVIDER_KINDS)}, "letter": text, "advice": words},
            ),
            "where a patient may be sent",
        ),
        "messages": _block(
            _fields({"heading": text, "text": text, "fields": _block(text), "sources": words}),
            "what can be filled in and sent",
        ),
    }
    return required, optional


def tree_schema() -> Schema:
    """Return the schema of a whole file."""
    return {
        "$schema": DIALECT,
        "title": "A decision tree for cakwizard, format 1",
        **_fields(*_properties()),
        "$defs": dict(_DEFINITIONS),
    }
