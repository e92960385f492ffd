"""A second opinion: replay the JSON of `walk` on the tree at hand.

A receipt comes from somebody else, so it is read strictly: what a receipt does not
hold is refused, which also keeps out whatever could say who the patient is.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from typing import NoReturn

from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.yaml_reader import parse_date

__all__ = ["MAX_BYTES", "Receipt", "read_receipt"]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 16
MAX_TEXT = 10_000
MAX_ITEMS = 10_000

_HINT = "give what 'cakwizard walk --json' wrote"
_ID = re.compile(r"[a-z][a-z0-9_]{0,199}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_DIGITS = 15
# Strings are skipped as a whole, so that a bracket in a text counts for nothing.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)

Check = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt says: the answers and dates to replay, and what was decided then.

    `data` is the whole of it, with the keys and types of the JSON of `walk`.
    """

    answers: Mapping[str, frozenset[str]]
    care_date: datetime.date
    claim_date: datetime.date
    data: Mapping[str, Any]


class _Refused(Exception):  # noqa: N818 - becomes a FileError before it leaves this module
    """Something in the JSON is not as a receipt has it."""


def read_receipt(text: str, file: str) -> Receipt:
    """Return what a receipt holds.

    Raises:
        FileError: It is not JSON, or not a receipt; says what is wrong and where.
    """
    _refuse_depth(text, file)
    try:
        data = json.loads(
            text,
            object_pairs_hook=_without_repeats,
            parse_constant=_no_number,
            parse_int=_integer,
            parse_float=_number,
        )
        _receipt(data, "the receipt")
        _refuse_contradictions(data)
    except _Refused as refused:
        raise FileError(
            Issue(message=f"this is not a receipt: {refused}", location=Location(file), hint=_HINT)
        ) from None
    except json.JSONDecodeError as error:
        place = Location(file, error.lineno, error.colno)
        raise FileError(Issue(message=f"this is not JSON: {error.msg}", location=place, hint=_HINT)) from None
    # The path of a decided case holds the answers too, so a receipt without them still serves.
    answers = data.get("answers", {step["question"]: step["option"] for step in data["path"]})
    return Receipt(
        answers={
            question: frozenset([given] if isinstance(given, str) else given) for question, given in answers.items()
        },
        care_date=datetime.date.fromisoformat(data["care_date"]),
        claim_date=datetime.date.fromisoformat(data["claim_date"]),
        data=data,
    )


def _refuse_depth(text: str, file: str) -> None:
    depth = 0
    for match in _TOKEN.finditer(text):
        if match.group() in ("[", "{"):
            depth += 1
        elif match.group() in ("]", "}"):
            depth -= 1
        if depth > MAX_DEPTH:
            message = f"this is not a receipt: it is nested more than {MAX_DEPTH} levels deep"
            line = text.count("\n", 0, match.start()) + 1
            raise FileError(Issue(message=message, location=Location(file, line), hint=_HINT))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise _Refused("a key stands twice in one object")
    return result


def _no_number(word: str) -> NoReturn:
    raise _Refused(f"{word} is not a number")


def _integer(word: str) -> int:
    if len(word) > _DIGITS:
        raise _Refused("a number is too long")
    return int(word)


def _number(word: str) -> float:
    number = float(word) if len(word) <= 2 * _DIGITS else math.inf
    if not math.isfinite(number):
        raise _Refused("a number is too large or too long")
    return number


# -- what a receipt is made of -------------------------------------------------


def _shown(value: object) -> str:
    """Return a value for a message: short, and without what could harm a terminal."""
    word = json.dumps(value, ensure_ascii=True)
    return word if len(word) <= 60 else f"{word[:60]}…"


def _object(fields: Mapping[str, Check], *, optional: str | None = None) -> Check:
    """Return a check for an object with exactly these fields, of which one may be absent."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise _Refused(f"{where} must be an object, not {_shown(value)}")
        for key in value:
            if key not in fields:
                raise _Refused(f"{where} holds {_shown(key)}, which no receipt holds")
        for key, check_field in fields.items():
            if key not in value:
                if key == optional:
                    continue
                raise _Refused(f"{where} has no '{key}'")
            check_field(value[key], f"'{key}' of {where}" if where != "the receipt" else f"'{key}'")

    return check


def _list(check_item: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise _Refused(f"{where} must be a list, not {_shown(value)}")
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
            raise _Refused(f"{where} is {_shown(value)}, not one of {', '.join(map(str, words))}")

    return check


def _text(value: Any, where: str) -> None:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise _Refused(f"{where} must be a text, not {_shown(value)}")
    if not value.isprintable():
        unseen = next(character for character in value if not character.isprintable())
        raise _Refused(f"{where} holds the unprintable character U+{ord(unseen):04X}")


def _id(value: Any, where: str) -> None:
    if not isinstance(value, str) or not _ID.match(value):
        raise _Refused(f"{where} is {_shown(value)}, which is not an id")


def _day(value: Any, where: str) -> None:
    if not isinstance(value, str) or parse_date(value) is None:
        raise _Refused(f"{where} is {_shown(value)}, which is not a date")


def _hash(value: Any, where: str) -> None:
    if not isinstance(value, str) or not _HASH.match(value):
        raise _Refused(f"{where} is {_shown(value)}, which is not a SHA-256")


def _amount(value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Refused(f"{where} must be a number, not {_shown(value)}")


def _flag(value: Any, where: str) -> None:
    if not isinstance(value, bool):
        raise _Refused(f"{where} must be true or false, not {_shown(value)}")


def _answers(value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise _Refused(f"{where} must be an object, not {_shown(value)}")
    for question, given in value.items():
        _id(question, f"a question in {where}")
        options = [given] if isinstance(given, str) else given
        if not isinstance(options, list) or not options:
            raise _Refused(f"the answer to '{question}' must be an option or a list of options, not {_shown(given)}")
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


def _refuse_contradictions(data: Mapping[str, Any]) -> None:
    """Refuse a receipt whose parts cannot all be true."""
    status, outcome, possible = data["status"], data["outcome"], data["possible"]
    expected = {"decided": len(possible) == 1, "open": len(possible) > 1, "out_of_range": not possible}
    if not expected[status] or (outcome is not None) != (status == "decided"):
        raise _Refused(f"its status is '{status}', but its outcomes say otherwise")
    if outcome is not None and {**outcome, "path": possible[0]["path"]} != possible[0]:
        raise _Refused("'outcome' and 'possible' are not the same")
    if "answers" not in data and status != "decided":
        raise _Refused("the receipt has no 'answers'")
    if data["claim_date"] < data["care_date"]:
        raise _Refused("its claim date lies before its date of care")
