"""A verdict as plain data: JSON format 2 of `cakwizard walk --json`, and its schema.

What a key means stays within a format; keys may be added, and are then named in the changelog. Ids are those of the
tree's edition. The verdict can be decided again from `answers` and the two dates alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any

from cakwizard.deciding.verdict import Possible, Step, Verdict, offered
from cakwizard.saying.phrases import fill, outcome_text
from cakwizard.tree.records import Advice, Certainty, Source

__all__ = ["FORMAT", "SCHEMA", "plain_number", "verdict_to_dict"]

FORMAT = 2

SCHEMA: Mapping[str, Any] = json.loads((files("cakwizard") / "data" / "walk.schema.json").read_text("utf-8"))
"""The JSON Schema of what `cakwizard walk --json` writes, faults included."""


def verdict_to_dict(verdict: Verdict, language: str, *, ids_only: bool = False) -> dict[str, Any]:
    """Return a verdict as plain data (dicts, lists, strings, numbers, booleans, None).

    Args:
        verdict: What `decide` returned.
        language: Of the texts, "nl" or "en".
        ids_only: Leave out texts and sources; ids, numbers and dates stay.
    """
    tree, nearest = verdict.tree, verdict.nearest
    one = None if verdict.outcome is None else _outcome(verdict.outcome, language, ids_only)
    meanwhile = [tree.advice[key] for key in tree.meanwhile] if verdict.status == "open" else []
    meanwhile = [advice for advice in meanwhile if advice.holds(verdict.care_date, verdict.claim_date)]
    found: dict[str, Any] = {
        "format": FORMAT,
        "tree": {
            "edition": tree.edition,
            "checked_until": tree.checked_until.isoformat(),
            "sha256": tree.sha256,
        },
        "status": verdict.status,
        "care_date": verdict.care_date.isoformat(),
        "claim_date": verdict.claim_date.isoformat(),
        "answers": {
            question: options[0] if len(options) == 1 else options
            for question, given in verdict.answers.items()
            if (options := [option for option in tree.questions[question].options if option in given])
        },
        "path": _path(verdict.path),
        "outcome": one,
        "possible": [
            {**_outcome(possible, language, ids_only), "path": _path(possible.path)} for possible in verdict.possible
        ],
        "meanwhile": _advice(meanwhile, language, ids_only),
        "decide_next": verdict.decide_next,
        "next": _next(verdict, language, ids_only),
        "nearest": None
        if nearest is None
        else {
            "question": nearest.question,
            "option": nearest.route.option,
            "from": nearest.route.window.start and nearest.route.window.start.isoformat(),
            "until": nearest.route.window.end and nearest.route.window.end.isoformat(),
        },
        "unused": list(verdict.unused),
    }
    if not ids_only:
        used = _sources(verdict.possible, meanwhile)
        found["sources"] = {key: _source(tree.sources[key], language) for key in used}
    return found


def plain_number(value: Decimal | None) -> int | float | None:
    """Return an amount as JSON has numbers."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _path(steps: Sequence[Step]) -> list[dict[str, str]]:
    return [{"question": step.question, "option": step.option} for step in steps]


def _outcome(possible: Possible, language: str, ids_only: bool) -> dict[str, Any]:
    outcome, due = possible.outcome, possible.due
    found: dict[str, Any] = {
        "id": outcome.id,
        "scheme": outcome.scheme,
        "percent": plain_number(possible.percent),
        "maximum": outcome.maximum,
        "certainty": Certainty(possible.certainty).name,
        "contract": outcome.contract,
        "deadline": due
        and {"months": due.months, "from": due.start, "date": due.date and due.date.isoformat(), "late": due.late},
    }
    if not ids_only:
        found["title"] = outcome_text(possible, outcome.title, language)
        found["pays"] = outcome_text(possible, outcome.pays, language)
    return found | {"advice": _advice(possible.advice, language, ids_only)}


def _advice(advice: Iterable[Advice], language: str, ids_only: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in advice:
        row: dict[str, Any] = {"id": one.id, "kind": one.kind}
        if not ids_only:
            row["text"] = fill(one.text, language, one.values)
            row["more"] = one.more and fill(one.more, language, one.values)
            row["sources"] = list(one.sources)
        found.append(row)
    return found


def _next(verdict: Verdict, language: str, ids_only: bool) -> dict[str, Any] | None:
    """Return the question to ask now with the answers that are offered, so that another program can ask it."""
    if verdict.next_question is None:
        return None
    question = verdict.tree.questions[verdict.next_question]
    options = [question.options[key] for key in offered(verdict.tree, question.id, verdict.answers)]
    found = {"question": question.id, "country": question.countries is not None, "left": verdict.questions_left}
    if ids_only:
        return {**found, "options": [{"id": option.id} for option in options]}
    return {
        **found,
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


def _sources(possible: Iterable[Possible], meanwhile: Iterable[Advice]) -> dict[str, None]:
    used: dict[str, None] = {}
    for one in possible:
        deadline = one.outcome.deadline
        for ids in (
            one.outcome.sources,
            deadline.sources if deadline else (),
            *(route.sources for route in one.routes),
        ):
            used |= dict.fromkeys(ids)
        used |= dict.fromkeys(source for advice in one.advice for source in advice.sources)
    return used | dict.fromkeys(source for advice in meanwhile for source in advice.sources)


def _source(source: Source, language: str) -> dict[str, str | None]:
    return {
        "title": source.title[language],
        "publisher": source.publisher,
        "url": source.url,
        "date": source.date or None,
        "checked": source.checked.isoformat(),
    }
