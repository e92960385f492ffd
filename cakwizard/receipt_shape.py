"""What a receipt is made of: which keys, and what stands under each.

Whatever a receipt does not hold is refused, and nothing is said but the first thing that is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

from cakwizard.yaml_reader import parse_date

__all__ = ["Refused", "check_shape"]

MAX_TEXT = 10_000
MAX_ITEMS = 10_000

_ID = re.compile(r"[a-z][a-z0-9_]{0,199}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")

Check = Callable[[Any, str], Any]


class Refused(Exception):  # noqa: N818 - becomes a FileError where receipts are read
    """Something in the JSON is not as a receipt has it."""


def _shown(value: object) -> str:
    """Return a value for a message: short, and without what could harm a terminal."""
    word = json.dumps(value, ensure_ascii=True)
    return word if len(word) <= 60 else f"{word[:60]}…"


def _object(fields: Mapping[str, Check], *, optional: str | None = None) -> Check:
    """Return a check for an object with exactly these fields, of which one may be absent."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise Refused(f"{where} must be an object, not {_shown(value)}")
        for key in value:
            if key not in fields:
                raise Refused(f"{where} holds {_shown(key)}, which no receipt holds")
        for key, check_field in fields.items():
            if key not in value:
                if key == optional:
                    continue
                raise Refused(f"{where} has no '{key}'")
            check_field(value[key], f"'{key}' of {where}" if where != "the receipt" else f"'{key}'")

    return check


def _list(check_item: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise Refused(f"{where} must be a list, not {_shown(value)}")
        for number, item in enumerate(value, 1):
            check_item(item, f"item {number} of {where}")

    return check


def _or_null(check_value: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if value is not None:
            check_value(value, where)

    return check


def _one_of(*words: str | int) -> Check:
    def check(value: Any, where: str) -> None:
        if isinstance(value, bool) or value not in words:
            raise Refused(f"{where} is {_shown(value)}, not one of {', '.join(map(str, words))}")

    return check


def _text(value: Any, where: str) -> None:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise Refused(f"{where} must be a text, not {_shown(value)}")
    if not value.isprintable():
        unseen = next(character for character in value if not character.isprintable())
        raise Refused(f"{where} holds the unprintable character U+{ord(unseen):04X}")


def _id(value: Any, where: str) -> None:
    if not isinstance(value, str) or not _ID.match(value):
        raise Refused(f"{where} is {_shown(value)}, which is not an id")


def _day(value: Any, where: str) -> None:
    if not isinstance(value, str) or parse_date(value) is None:
        raise Refused(f"{where} is {_shown(value)}, which is not a date")


def _hash(value: Any, where: str) -> None:
    if not isinstance(value, str) or not _HASH.match(value):
        raise Refused(f"{where} is {_shown(value)}, which is not a SHA-256")


def _amount(value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{where} must be a number, not {_shown(value)}")


def _flag(value: Any, where: str) -> None:
    if not isinstance(value, bool):
        raise Refused(f"{where} must be true or false, not {_shown(value)}")


def _answers(value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise Refused(f"{where} must be an object, not {_shown(value)}")
    for question, given in value.items():
        _id(question, f"a question in {where}")
        options = [given] if isinstance(given, str) else given
        if not isinstance(options, list) or not options:
            raise Refused(f"the answer to '{question}' must be an option or a list of options, not {_shown(given)}")
        for option in options:
            _id(option, f"the answer to '{question}'")


_STEP = _object({"question": _id, "option": _id})
_OUTCOME: Mapping[str, Check] = {
    "id": _id,
    "scheme": _id,
    "percent": _or_null(_amount),
    "maximum": _flag,
    "certainty": _one_of("settled", "likely", "unsettled"),
    "contract": _or_null(_id),
    "deadline": _or_null(_object({"months": _amount, "from": _id, "date": _day})),
    "title": _text,
    "advice": _list(_object({"id": _id, "kind": _id, "text": _text, "sources": _list(_id)})),
}
_receipt = _object(
    {
        "format": _one_of(1),
        "tree": _object({"edition": _text, "checked_until": _day, "sha256": _hash}),
        "status": _one_of("decided", "open", "out_of_range"),
        "care_date": _day,
        "claim_date": _day,
        "path": _list(_STEP),
        "outcome": _or_null(_object(_OUTCOME)),
        "possible": _list(_object({**_OUTCOME, "path": _list(_STEP)})),
        "decide_next": _or_null(_id),
        "nearest": _or_null(_object({"question": _id, "option": _id, "from": _or_null(_day), "until": _or_null(_day)})),
        "unused": _list(_id),
        "answers": _answers,
    },
    optional="answers",
)


def check_shape(data: Any) -> None:
    """Hold what was read from JSON against the shape of a receipt.

    Raises:
        Refused: Something is not as a receipt has it; says what and where.
    """
    _receipt(data, "the receipt")
