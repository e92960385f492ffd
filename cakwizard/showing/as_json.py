"""A verdict as plain data: JSON format 2 of `cakwizard walk --json`, and its schema.

What a key means stays within a format; keys may be added, and are then named in the changelog. Ids are those of the
tree's edition. The verdict can be decided again from `answers` and the two dates alone.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from importlib.resources import files
from typing import Any

from cakwizard.deciding.decide import offered
from cakwizard.deciding.verdict import Possible, Step, Verdict
from cakwizard.errors import Location
from cakwizard.saying.phrases import fill, outcome_text
from cakwizard.tree.records import Advice
from cakwizard.tree.values import Text, Window

SCHEMA: Mapping[str, Any] = json.loads((files("cakwizard") / "data" / "walk.schema.json").read_text("utf-8"))
"""The JSON Schema of what `cakwizard walk --json` writes, faults included."""

_TEXTS = frozenset(("title", "pays", "text", "more", "sources", "help", "key", "explain"))


def verdict_to_dict(verdict: Verdict, language: str, *, ids_only: bool = False) -> dict[str, Any]:
    """Return what `decide` returned as plain data (dicts, lists, strings, numbers, booleans, None).

    Texts are in `language`, "nl" or "en"; with `ids_only` they are left out, and sources too.
    """
    tree, nearest = verdict.tree, verdict.nearest
    meanwhile = [tree.advice[key] for key in tree.meanwhile] if verdict.status == "open" else []
    meanwhile = [advice for advice in meanwhile if advice.holds(verdict.care_date, verdict.claim_date)]
    possible = [_outcome(one, language) for one in verdict.possible]
    found: dict[str, Any] = {
        "format": 2,
        "tree": {"edition": tree.edition, "checked_until": tree.checked_until, "sha256": tree.sha256},
        "status": verdict.status,
        "care_date": verdict.care_date,
        "claim_date": verdict.claim_date,
        "answers": {
            question: options[0] if len(options) == 1 else options
            for question, given in verdict.answers.items()
            if (options := [option for option in tree.questions[question].options if option in given])
        },
        "path": verdict.path,
        "outcome": possible[0] if verdict.outcome else None,
        "possible": [{**told, "path": one.path} for told, one in zip(possible, verdict.possible, strict=True)],
        "meanwhile": [_advice(one, language) for one in meanwhile],
        "decide_next": verdict.decide_next,
        "next": _next(verdict, language),
        "nearest": nearest
        and {"question": tree.nodes[nearest.node].question, "option": nearest.option, **plain(nearest.window)},
        "unused": verdict.unused,
    }
    if ids_only:
        return {key: _ids(plain(value)) for key, value in found.items()}
    records: list[Any] = []
    for one in verdict.possible:
        records += [one.outcome, one.outcome.deadline, *one.routes, *one.advice]
    used = {key: tree.sources[key] for record in (*records, *meanwhile) if record for key in record.sources}
    found["sources"] = {
        key: {"title": one.title[language], "publisher": one.publisher, "url": one.url}
        | {"date": one.date or None, "checked": one.checked}
        for key, one in used.items()
    }
    return {key: plain(value) for key, value in found.items()}


def _ids(data: Any) -> Any:
    """Return data without what is there to be read by people."""
    if isinstance(data, dict):
        return {key: _ids(value) for key, value in data.items() if key not in _TEXTS}
    return [_ids(one) for one in data] if isinstance(data, list) else data


def facts(possible: Possible) -> dict[str, Any]:
    """Return what an outcome comes to on its dates, as plain data without texts."""
    outcome, deadline = possible.outcome, possible.outcome.deadline
    late = possible.late if possible.due else None
    return {
        "id": outcome.id,
        "scheme": outcome.scheme,
        "percent": plain(possible.percent),
        "maximum": outcome.maximum,
        "certainty": possible.certainty.name,
        "contract": outcome.contract,
        "deadline": deadline
        and {"months": deadline.months, "from": deadline.start, "date": plain(possible.due), "late": late},
    }


def _outcome(possible: Possible, language: str) -> dict[str, Any]:
    outcome = possible.outcome
    return {
        **facts(possible),
        "title": outcome_text(possible, outcome.title, language),
        "pays": outcome_text(possible, outcome.pays, language),
        "advice": [_advice(one, language) for one in possible.advice],
    }


def _advice(one: Advice, language: str) -> dict[str, Any]:
    texts = {"text": one.text, "more": one.more}
    told = {key: text and fill(text, language, one.values) for key, text in texts.items()}
    return {"id": one.id, "kind": one.kind, **told, "sources": one.sources}


def _next(verdict: Verdict, language: str) -> dict[str, Any] | None:
    """Return the question to ask now with the answers that are offered, so that another program can ask it."""
    if verdict.next_question is None:
        return None
    question = verdict.tree.questions[verdict.next_question]
    options = [question.options[key] for key in offered(verdict.tree, question.id, verdict.answers)]
    return {
        "question": question.id,
        "country": question.countries is not None,
        "left": verdict.questions_left,
        "text": question.text[language],
        "help": question.help and question.help[language],
        "options": [
            {
                "id": option.id,
                "key": option.keys.get(language),
                "text": option.text[language],
                "explain": option.explain and option.explain[language],
            }
            for option in options
        ],
    }


def plain(value: Any, languages: Sequence[str] = ()) -> Any:
    """Return a record as what JSON knows; where in the file it stood is left out.

    With `languages` a text becomes a list in this order, and a certainty a number; without, a mapping and a name.
    """
    if value is None or isinstance(value, str):
        return value  # most are: told first, this takes half the time
    if isinstance(value, Text):
        return [value[language] for language in languages] or dict(value.by_language)
    if isinstance(value, Window):
        return {"from": plain(value.start), "until": plain(value.end)}
    if isinstance(value, Enum):
        return value.value if languages else value.name
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Step):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {key: plain(one, languages) for key, one in value.items()}
    if isinstance(value, (tuple, list, Set)):
        return [plain(one, languages) for one in (sorted(value) if isinstance(value, Set) else value)]
    if is_dataclass(value):
        found = {field.name: getattr(value, field.name) for field in fields(value)}
        return {key: plain(one, languages) for key, one in found.items() if not isinstance(one, Location)}
    return value
