"""A second opinion: replay the JSON of `walk` on the tree at hand.

A receipt comes from somebody else, so it is read strictly: what a receipt does not
hold is refused, which also keeps out whatever could say who the patient is.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from typing import NoReturn

from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.receipt_shape import Refused
from cakwizard.receipt_shape import check_shape

__all__ = ["MAX_BYTES", "Receipt", "read_receipt"]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 16

_HINT = "give what 'cakwizard walk --json' wrote"
_DIGITS = 15
# Strings are skipped as a whole, so that a bracket in a text counts for nothing.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt says: the answers and dates to replay, and what was decided then.

    `data` is the whole of it, with the keys and types of the JSON of `walk`.
    """

    answers: Mapping[str, frozenset[str]]
    care_date: datetime.date
    claim_date: datetime.date
    data: Mapping[str, Any]


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
        check_shape(data)
        _refuse_contradictions(data)
    except Refused as refused:
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
        raise Refused("a key stands twice in one object")
    return result


def _no_number(word: str) -> NoReturn:
    raise Refused(f"{word} is not a number")


def _integer(word: str) -> int:
    if len(word) > _DIGITS:
        raise Refused("a number is too long")
    return int(word)


def _number(word: str) -> float:
    number = float(word) if len(word) <= 2 * _DIGITS else math.inf
    if not math.isfinite(number):
        raise Refused("a number is too large or too long")
    return number


def _refuse_contradictions(data: Mapping[str, Any]) -> None:
    """Refuse a receipt whose parts cannot all be true."""
    status, outcome, possible = data["status"], data["outcome"], data["possible"]
    expected = {"decided": len(possible) == 1, "open": len(possible) > 1, "out_of_range": not possible}
    if not expected[status] or (outcome is not None) != (status == "decided"):
        raise Refused(f"its status is '{status}', but its outcomes say otherwise")
    if outcome is not None and {**outcome, "path": possible[0]["path"]} != possible[0]:
        raise Refused("'outcome' and 'possible' are not the same")
    if "answers" not in data and status != "decided":
        raise Refused("the receipt has no 'answers'")
    if data["claim_date"] < data["care_date"]:
        raise Refused("its claim date lies before its date of care")
