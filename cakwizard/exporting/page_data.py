"""The tree as the data inside the page: everything its conversation decides and says.

Whatever Python can settle beforehand is settled here (placeholders, source lines,
the order of walking), so that the script has less to repeat.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from cakwizard.countries import country_names
from cakwizard.expiry import ENDING_DAYS
from cakwizard.expiry import MAX_NAMES
from cakwizard.expiry import UNCHECKED_DAYS
from cakwizard.interface import LANGUAGES
from cakwizard.interface import words
from cakwizard.model import Advice
from cakwizard.model import DecisionTree
from cakwizard.model import Outcome
from cakwizard.model import Question
from cakwizard.model import Route
from cakwizard.model import Scheme
from cakwizard.model import Source
from cakwizard.model import Text
from cakwizard.model import Value
from cakwizard.model import Window
from cakwizard.presenting import source_line
from cakwizard.walking import walking_order
from cakwizard.wording import fill
from cakwizard.wording import format_date

__all__ = ["languages_of", "page_data", "script_json"]

Data = dict[str, Any]

_TABLES = ("outcome", "change", "expiry", "page")


def languages_of(tree: DecisionTree) -> tuple[str, ...]:
    """Return the languages that both the tree and the program speak; both of the program's when there is none."""
    return tuple(language for language in LANGUAGES if language in tree.languages) or LANGUAGES


def script_json(data: Data) -> str:
    """Return JSON that can stand inside a script element: no text in it can end or open one."""
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def page_data(tree: DecisionTree, language: str) -> Data:
    """Return all that the script needs; lists keep the order of the file."""
    maker = _Maker(tree)
    has_countries = any(question.countries is not None for question in tree.questions.values())
    return {
        "language": language if language in maker.languages else maker.languages[0],
        "languages": maker.languages,
        "words": {key: {name: words(key).table[name] for name in _TABLES} for key in maker.languages},
        "months": {
            key: [format_date(f"2000-{month:02}", key).split()[0] for month in range(1, 13)] for key in maker.languages
        },
        "ending_days": ENDING_DAYS,
        "unchecked_days": UNCHECKED_DAYS,
        "max_names": MAX_NAMES,
        "tree": {
            "edition": tree.edition,
            "checked_until": tree.checked_until.isoformat(),
            "sha256": tree.sha256,
            "start": tree.start,
            "preset": tree.preset,
            "title": maker.text(tree.title),
            "origin": maker.text(tree.origin),
            "authority": maker.text(tree.authority),
        },
        "questions": [maker.question(one) for one in tree.questions.values()],
        "nodes": [
            {
                "id": key,
                "question": place.question,
                "outside": [[option, maker.text(text)] for option, text in tree.nodes[key].outside.items()],
                "options": [[option, [_route(one) for one in routes]] for option, routes in place.routes.items()],
            }
            for key, place in walking_order(tree).items()
        ],
        "outcomes": [maker.outcome(one) for one in tree.outcomes.values()],
        "advice": [maker.advice(one) for one in tree.advice.values()],
        "advice_kinds": [
            {
                "id": one.id,
                "heading": maker.text(one.heading),
                "numbered": one.numbered,
                "checklist": one.checklist,
                "holds": one.holds,
            }
            for one in tree.advice_kinds.values()
        ],
        "schemes": [
            {"id": one.id, "name": maker.text(one.name), "claimable": one.claimable, **_expiry(one)}
            for one in tree.schemes.values()
        ],
        "contracts": [{"id": one.id, "text": maker.text(one.text)} for one in tree.contracts.values()],
        "sources": [
            {
                "id": one.id,
                "title": maker.text(one.title),
                "url": one.url,
                "line": {key: source_line(tree, one.id, key) for key in maker.languages},
                "checked": one.checked.isoformat(),
                **_expiry(one),
            }
            for one in tree.sources.values()
        ],
        "countries": _countries() if has_countries else [],
    }


class _Maker:
    """Makes records whose texts are in every language of the page."""

    def __init__(self, tree: DecisionTree) -> None:
        self.tree = tree
        self.languages = languages_of(tree)

    def text(self, text: Text) -> dict[str, str]:
        return {language: text[language] for language in self.languages}

    def maybe(self, text: Text | None) -> dict[str, str] | None:
        return None if text is None else self.text(text)

    def question(self, one: Question) -> Data:
        return {
            "id": one.id,
            "text": self.text(one.text),
            "help": self.maybe(one.help),
            "find_out": self.maybe(one.find_out),
            "options": [
                {
                    "id": option.id,
                    "text": self.text(option.text),
                    "help": self.maybe(option.help),
                    "within_months": option.within_months,
                    "after_months": option.after_months,
                }
                for option in one.options.values()
            ],
            "countries": None
            if one.countries is None
            else [[code, _in_order(options, one.options)] for code, options in one.countries.items()],
            "otherwise": one.otherwise,
            "names": list(one.names.items()),
        }

    def outcome(self, one: Outcome) -> Data:
        values: dict[str, Value] = {} if one.percent is None else {"percent": one.percent}
        percent = one.percent
        return {
            "id": one.id,
            "scheme": one.scheme,
            "certainty": int(one.certainty),
            "percent": None if percent is None else int(percent) if percent == int(percent) else float(percent),
            "maximum": one.maximum,
            "contract": one.contract,
            "deadline": None
            if one.deadline is None
            else {
                "months": one.deadline.months,
                "start": one.deadline.start,
                "start_text": self.text(self.tree.deadline_starts[one.deadline.start]),
                "sources": one.deadline.sources,
            },
            "title": {key: fill(one.title, key, values) for key in self.languages},
            "pays": {key: fill(one.pays, key, values) for key in self.languages},
            "ask": None if one.ask is None else {key: fill(one.ask, key, values) for key in self.languages},
            "advice": one.advice,
            "sources": one.sources,
            **_expiry(one),
        }

    def advice(self, one: Advice) -> Data:
        return {
            "id": one.id,
            "kind": one.kind,
            "text": {key: fill(one.text, key, one.values) for key in self.languages},
            "sources": one.sources,
            "by_claim_date": one.by_claim_date,
            "note": one.note,
            **_window(one.window),
        }


def _route(route: Route) -> Data:
    return {
        "target": route.target,
        "certainty": int(route.certainty),
        "sources": route.sources,
        "advice": route.advice,
        **_window(route.window),
    }


def _window(window: Window) -> Data:
    return {
        "start": None if window.start is None else window.start.isoformat(),
        "end": None if window.end is None else window.end.isoformat(),
    }


def _expiry(record: Source | Scheme | Outcome) -> Data:
    """Return the last day of a record, and its place in the file, by which warnings are sorted."""
    last = record.valid_until
    place = (record.location.line, record.location.column)
    return {"valid_until": None if last is None else last.isoformat(), "place": place}


def _in_order(options: frozenset[str], known: Iterable[str]) -> list[str]:
    """Return the options in the order of their question, since a set has none and the page must not differ."""
    return [option for option in known if option in options]


def _countries() -> list[Data]:
    named = {language: country_names(language) for language in LANGUAGES}
    return [
        {"id": code, **{language: named[language].get(code, name) for language in LANGUAGES}}
        for code, name in named["en"].items()
    ]
