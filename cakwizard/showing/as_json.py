"""A verdict as plain data: JSON format 2 of `cakwizard walk --json`, and its schema.

What a key means stays within a format; keys may be added, and are then named in the changelog. Ids are those of the
tree's edition. The verdict can be decided again from `answers` and the two dates alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from importlib.resources import files
from typing import Any

from cakwizard.deciding.decide import offered
from cakwizard.deciding.verdict import Possible, Verdict
from cakwizard.saying.phrases import fill, outcome_text
from cakwizard.tree.records import Advice, Source

FORMAT = 2

SCHEMA: Mapping[str, Any] = json.loads((files("cakwizard") / "data" / "walk.schema.json").read_text("utf-8"))
"""The JSON Schema of what `cakwizard walk --json` writes, faults included."""

_TEXTS = frozenset(("title", "pays", "text", "more", "sources", "help", "key", "explain"))


def verdict_to_dict(verdict: Verdict, language: str, *, ids_only: bool = False) -> dict[str, Any]:
    """Return a verdict as plain data (dicts, lists, strings, numbers, booleans, None).

    Args:
        verdict: What `decide` returned.
        language: Of the texts, "nl" or "en".
        ids_only: Leave out texts and sources; ids, numbers and dates stay.
    """
    tree, nearest = verdict.tree, verdict.nearest
    meanwhile = [tree.advice[key] for key in tree.meanwhile] if verdict.status == "open" else []
    meanwhile = [advice for advice in meanwhile if advice.holds(verdict.care_date, verdict.claim_date)]
    found: dict[str, Any] = {
        "format": FORMAT,
        "tree": {"edition": tree.edition, "checked_until": tree.checked_until.isoformat(), "sha256": tree.sha256},
        "status": verdict.status,
        "care_date": verdict.care_date.isoformat(),
        "claim_date": verdict.claim_date.isoformat(),
        "answers": {
            question: options[0] if len(options) == 1 else options
            for question, given in verdict.answers.items()
            if (options := [option for option in tree.questions[question].options if option in given])
        },
        "path": [step._asdict() for step in verdict.path],
        "outcome": verdict.outcome and _outcome(verdict.outcome, language),
        "possible": [
            {**_outcome(one, language), "path": [step._asdict() for step in one.path]} for one in verdict.possible
        ],
        "meanwhile": _advice(meanwhile, language),
        "decide_next": verdict.decide_next,
        "next": _next(verdict, language),
        "nearest": nearest
        and {
            "question": tree.nodes[nearest.node].question,
            "option": nearest.option,
            "from": nearest.window.start and nearest.window.start.isoformat(),
            "until": nearest.window.end and nearest.window.end.isoformat(),
        },
        "unused": list(verdict.unused),
    }
    if ids_only:
        return found | {key: _ids(found[key]) for key in ("outcome", "possible", "meanwhile", "next")}
    records: list[Any] = []
    for one in verdict.possible:
        records += [one.outcome, one.outcome.deadline, *one.routes, *one.advice]
    used = [tree.sources[key] for record in (*records, *meanwhile) if record is not None for key in record.sources]
    return found | {"sources": {source.id: _source(source, language) for source in used}}


def plain_number(value: Decimal | None) -> int | float | None:
    """Return an amount as JSON has numbers."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _ids(data: Any) -> Any:
    """Return data without what is there to be read by people."""
    if isinstance(data, dict):
        return {key: _ids(value) for key, value in data.items() if key not in _TEXTS}
    return [_ids(one) for one in data] if isinstance(data, list) else data


def facts(possible: Possible) -> dict[str, Any]:
    """Return what an outcome comes to on its dates, as plain data without texts."""
    outcome, due = possible.outcome, possible.due
    return {
        "id": outcome.id,
        "scheme": outcome.scheme,
        "percent": plain_number(possible.percent),
        "maximum": outcome.maximum,
        "certainty": possible.certainty.name,
        "contract": outcome.contract,
        "deadline": due
        and {"months": due.months, "from": due.start, "date": due.date and due.date.isoformat(), "late": due.late},
    }


def _outcome(possible: Possible, language: str) -> dict[str, Any]:
    outcome = possible.outcome
    return {
        **facts(possible),
        "title": outcome_text(possible, outcome.title, language),
        "pays": outcome_text(possible, outcome.pays, language),
        "advice": _advice(possible.advice, language),
    }


def _advice(advice: Iterable[Advice], language: str) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "text": fill(one.text, language, one.values),
            "more": one.more and fill(one.more, language, one.values),
            "sources": list(one.sources),
        }
        for one in advice
    ]


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


def _source(source: Source, language: str) -> dict[str, str | None]:
    return {
        "title": source.title[language],
        "publisher": source.publisher,
        "url": source.url,
        "date": source.date or None,
        "checked": source.checked.isoformat(),
    }
