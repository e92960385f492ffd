"""The tree as one page for a telephone: the conversation, and without a script all of it as text.

The page needs no network and is allowed none: its policy names the hashes of its own script and style and forbids all
else. It is whole in itself, so that it can be mailed around; how old its rules are is told on the day it is opened.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from cakwizard.checking.ages import ENDING_DAYS, UNREAD_DAYS
from cakwizard.deciding.countries import country_names, fold, said_countries
from cakwizard.deciding.days import Due
from cakwizard.deciding.verdict import Possible
from cakwizard.exporting.data import plain, web_address
from cakwizard.exporting.diagrams import outline_text
from cakwizard.exporting.making import make_drawing
from cakwizard.saying.phrases import certainty_text, deadline_forms, ended, format_date, seen_texts
from cakwizard.saying.sections import advice_for, make_outcome_sections, worded
from cakwizard.tree.records import Advice, DecisionTree, Option, Outcome, Question
from cakwizard.tree.values import ALWAYS, Certainty
from cakwizard.words import LANGUAGES, words

_SCRIPTS = ("walker.js", "page.js")
_HOLE = re.compile("@([A-Z_]+)@")


def make_page(
    tree: DecisionTree,
    language: str,
    *,
    only: str | None = None,
    date: datetime.date | None = None,
    today: datetime.date,
) -> bytes:
    """Return the page; it opens in `language` and can be switched to the other.

    Args:
        only: The answer to the tree's preset question with which the conversation starts, by its id, label or synonym.
        date: The day of care with which it starts; the day on which the page is opened when None.
        today: The day on which it is made.
    """
    languages = languages_of(tree, language)
    first = languages[0]
    say = words(first)
    style, script = "\n" + asset("page.css"), "\n" + "\n".join(asset(name) for name in _SCRIPTS)
    age = say("page.age_now", date=format_date(tree.checked_until, first), edition=tree.edition)
    drawing = make_drawing(tree, first, day=date or today, only=only)
    filling = {
        "LANGUAGE": first,
        "POLICY": policy(script=script, style=style),
        "STYLE": style,
        "TITLE": escape(tree.title[first]),
        "LANGUAGES": " ".join(
            f'<button type="button" lang="{one}" data-lang="{one}">{escape(words(one)("page.language"))}</button>'
            for one in languages
        ),
        "AGE": escape(f"{age} {say('page.made', date=format_date(today, first))}"),
        "NO_SCRIPT": escape(say("page.no_script")),
        "OUTLINE": escape(outline_text(drawing)),
        "DISCLAIMER": escape(say("page.disclaimer")),
        "PRIVATE": escape(say("page.private")),
        "DATA": script_json(page_data(tree, languages, preset=drawing.preset, date=date)),
        "SCRIPT": script,
    }
    return filled("template.html", filling)


def filled(template: str, filling: Mapping[str, str]) -> bytes:
    """Return a template of this package with its holes filled, in one pass: a text like a hole is never filled."""
    return _HOLE.sub(lambda found: filling[found.group(1)], asset(template)).encode()


@cache
def asset(name: str) -> str:
    """Return the text of a file from `page/`."""
    return (resources.files(__package__) / "page" / name).read_text(encoding="utf-8")


def policy(*, style: str, script: str = "") -> str:
    """Return the content security policy: nothing is loaded, sent or run but what is in the page."""
    parts = ["default-src 'none'", f"style-src '{_hash(style)}'", "form-action 'none'", "base-uri 'none'"]
    return "; ".join([*parts, *([f"script-src '{_hash(script)}'"] if script else [])])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


# The tree as the data inside the page: every sentence written, every route compiled, in each language of the page.

Data = dict[str, Any]

_SECTIONS = ("steps", "ask", "referral", "documents", "mind")
_NO_DAY = datetime.date(1, 1, 1)


def languages_of(tree: DecisionTree, first: str) -> tuple[str, ...]:
    """Return the languages that both the tree and the program speak, `first` in front if it is one."""
    found = [one for one in LANGUAGES if one in tree.languages] or list(LANGUAGES)
    return tuple(sorted(found, key=lambda one: one != first))


def script_json(data: Data) -> str:
    """Return JSON that can be inside a script element: no text in it can end or open one."""
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def page_data(
    tree: DecisionTree, languages: tuple[str, ...], *, preset: str | None, date: datetime.date | None
) -> Data:
    """Return all that the script needs; lists keep the order of the tree.

    Args:
        preset: The answer to the tree's preset question that the page starts with.
        date: The day of care that it starts with; the day on which it is opened when None.
    """
    return _Compiler(tree, languages).data(preset, date)


@dataclasses.dataclass(frozen=True)
class _Compiler:
    tree: DecisionTree
    languages: tuple[str, ...]

    def data(self, preset: str | None, date: datetime.date | None) -> Data:
        tree = self.tree
        said = [words(one).table for one in self.languages]
        return {
            "languages": self.languages,
            "words": [one["page"] | {f"card.{key}": text for key, text in one["card"].items()} for one in said],
            "title": self.plain(tree.title),
            "authority": self.plain(tree.authority),
            "certainty": [[certainty_text(one, language) for language in self.languages] for one in Certainty],
            "certain": [[words(language)(f"sections.{one.name}") for language in self.languages] for one in Certainty],
            "start": tree.start,
            "preset": tree.preset,
            "only": preset,
            "date": self.plain(date),
            "ages": self.ages(),
            "meanwhile": tree.meanwhile,
            "questions": {key: self.question(one) for key, one in tree.questions.items()},
            "nodes": {
                key: self.plain(tree.nodes[key]) | {"routes": self.plain([*tree.routes(key)])}
                for key in tree.order
                if key in tree.nodes
            },
            "outcomes": {key: self.outcome(one) for key, one in tree.outcomes.items()},
            "advice": self.advice(),
            **self.headings_and_sources(),
        }

    def plain(self, value: Any) -> Any:
        return plain(value, self.languages)

    def headings_and_sources(self) -> Data:
        """Return the headings of all sections, and all sources: of an outcome that says all that the tree can say."""
        lasting = {key: dataclasses.replace(one, window=ALWAYS) for key, one in self.tree.advice.items()}
        tree = dataclasses.replace(self.tree, advice=lasting)
        whole = dataclasses.replace(
            next(iter(tree.outcomes.values())),
            advice=tuple(tree.advice),
            referrals=tuple(tree.referrals),
            sources=tuple(tree.sources),
        )
        found = [
            {part.id: part for part in make_outcome_sections(tree, whole, language, on=tree.checked_until)}
            for language in self.languages
        ]
        sections: Data = {
            key: {"heading": [parts[key].heading for parts in found]}
            | {"numbered": part.numbered, "checklist": part.checklist}
            for key, part in found[0].items()
        }
        for key in ("change", "possible"):
            sections[key] = {"heading": [words(language)(f"sections.{key}") for language in self.languages]}
        sources = {
            same[0].sources[0]: {
                "title": [item.text for item in same],
                "line": [item.more for item in same],
                "url": web_address(same[0].link),
            }
            for same in zip(*(parts["sources"].items for parts in found), strict=True)
        }
        return {"sections": sections, "sources": sources}

    def ages(self) -> Data:
        """Return the days by which the browser tells how old the rules are on the day on which it is opened."""
        tree = self.tree
        ending = [one for one in tree.schemes.values() if one.valid_until]
        return {
            "edition": tree.edition,
            "checked": self.plain(tree.checked_until),
            "newest": max((one.speaks_to for one in tree.sources.values()), default=""),
            "unread_days": UNREAD_DAYS,
            "ending_days": ENDING_DAYS,
            "ends": [{"name": self.plain(one.short), "end": self.plain(one.valid_until)} for one in ending],
        }

    def question(self, one: Question) -> Data:
        def texts(record: Question | Option, *fields: str) -> Data:
            return {field: self.plain(getattr(record, field)) for field in fields}

        options = {key: texts(option, "text", "explain", "help") for key, option in one.options.items()}
        return texts(one, "text", "short", "help", "find_out") | {
            "options": options,
            "countries": self.countries(one) if one.countries is not None else None,
        }

    def countries(self, question: Question) -> list[Data]:
        """Return every country with its names, all words that mean it, and the options that it leaves open."""
        names = {language: country_names(language) for language in self.languages}
        found: dict[str, set[str]] = {code: {code.casefold()} for code in names[self.languages[0]]}
        for word, country in (pair for one in self.languages for pair in said_countries(question, one)):
            for code in country.codes:
                found[code].add(word)
        usual = frozenset({question.otherwise} if question.otherwise else question.options)
        open_to = question.countries or {}
        return [
            {
                "name": [by.get(code, code) for by in names.values()],
                "words": " ".join(sorted(said | {fold(by[code]) for by in names.values() if code in by})),
                "options": [one for one in question.options if one in open_to.get(code, usual)],
            }
            for code, said in found.items()
        ]

    def outcome(self, one: Outcome) -> Data:
        tree, scheme = self.tree, self.tree.schemes[one.scheme]
        contract = tree.contracts[one.contract] if one.contract is not None else None
        cited = (tree.sources[key] for key in one.sources)
        ageing = [source for source in cited if tree.source_kinds[source.kind].ages]
        own: Data = self.plain(one)
        return own | {
            "scheme": self.plain(scheme.short),
            "claimable": scheme.claimable,
            "unpaid": scheme.group == "patient",
            "contract": contract and self.plain(contract.text),
            "conditions": contract and self.plain(contract.more),
            "term": {key: self.term(one, late=key == "late") for key in ("due", "late")},
            "referrals": [
                {
                    "text": [ended(text) for text in self.plain(referral.text)],
                    "more": self.plain(referral.letter),
                    "sources": referral.sources,
                }
                for referral in (tree.referrals[key] for key in one.referrals)
            ],
            "seen": [", ".join(seen_texts(tree, one.sources, language)) for language in self.languages],
            "checked": min((source.checked.isoformat() for source in ageing), default="9999-12-31"),
        }

    def term(self, outcome: Outcome, *, late: bool) -> list[str] | None:
        """Return what is said of the deadline in time or too late, with a hole for the day."""
        when = outcome.deadline and Due(
            months=outcome.deadline.months,
            start=outcome.deadline.start,
            date=None if outcome.deadline.undated else _NO_DAY,
            late=late,
        )
        possible = as_possible(outcome, due=when or None)
        forms = [deadline_forms(self.tree, possible, language) for language in self.languages]
        return [form[0].replace("1-1-0001", "{date}") for form in forms] if all(forms) else None

    def advice(self) -> Data:
        """Return all advice with the section it stands in; what names no section of its own is something to mind."""
        kinds = self.tree.advice_kinds
        rank = {kind: number for number, kind in enumerate(kinds)}
        ranked = sorted(self.tree.advice.values(), key=lambda one: rank[one.kind])
        everything = as_possible(next(iter(self.tree.outcomes.values())), advice=tuple(ranked))
        found: Data = {}
        for section in _SECTIONS:
            held = advice_for(section, everything)
            places = {kind: place for place, kind in enumerate(dict.fromkeys(one.kind for one in held))}
            for one in held:
                said = [worded(one, language) for language in self.languages]
                found[one.id] = self.plain(one) | {
                    "rank": rank[one.kind],
                    "numbered": kinds[one.kind].numbered,
                    "section": section,
                    "place": places[one.kind],
                    "text": [sentence.text for sentence in said],
                    "more": [sentence.more for sentence in said],
                }
        return found


def as_possible(outcome: Outcome, *, due: Due | None = None, advice: tuple[Advice, ...] = ()) -> Possible:
    """Return an outcome as if it were decided, for what words it."""
    return Possible(
        outcome=outcome, certainty=outcome.certainty, percent=None, due=due, advice=advice, path=(), routes=()
    )
