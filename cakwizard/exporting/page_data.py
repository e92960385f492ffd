"""The tree as the data inside the page: every sentence written, every route compiled, in each language of the page.

What Python can settle beforehand is settled here (which advice stands in which section, placeholders, headings,
sources, names of countries), so that the script only walks and picks.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

from cakwizard.checking.ages import ENDING_DAYS, UNREAD_DAYS
from cakwizard.deciding.countries import country_names, fold, said_countries
from cakwizard.deciding.days import Due
from cakwizard.deciding.verdict import Possible
from cakwizard.saying.phrases import certainty_text, deadline_forms, ended, format_value, seen_texts
from cakwizard.saying.sections import Section, advice_for, make_outcome_sections, worded
from cakwizard.tree.records import Advice, Certainty, DecisionTree, Outcome, Question, Text, Window
from cakwizard.words import LANGUAGES, words

__all__ = ["languages_of", "page_data", "script_json"]

Data = dict[str, Any]

_SECTIONS = ("steps", "ask", "referral", "documents", "mind")
_SAID = ("answer", *_SECTIONS, "change", "possible", "sources")
_HOLE = datetime.date(1, 1, 1)


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
        everything = self._everything()
        return {
            "languages": self.languages,
            "words": [
                words(language).table["page"]
                | {f"card.{key}": said for key, said in words(language).table["card"].items()}
                for language in self.languages
            ],
            "title": self.text(tree.title),
            "authority": self.text(tree.authority),
            "certainty": [[certainty_text(one, language) for language in self.languages] for one in Certainty],
            "certain": [[words(language)(f"sections.{one.name}") for language in self.languages] for one in Certainty],
            "start": tree.start,
            "preset": tree.preset,
            "only": preset,
            "date": date and date.isoformat(),
            "ages": self.ages(),
            "meanwhile": tree.meanwhile,
            "questions": {key: self.question(one) for key, one in tree.questions.items()},
            "nodes": {
                key: {
                    "question": tree.nodes[key].question,
                    "outside": {option: self.text(text) for option, text in tree.nodes[key].outside.items()},
                    "routes": [
                        {"node": key, "option": one.option, "target": one.target, "certainty": int(one.certainty)}
                        | {"advice": one.advice, "sources": one.sources}
                        | _window(one.window)
                        for one in tree.routes(key)
                    ],
                }
                for key in tree.order
                if key in tree.nodes
            },
            "outcomes": {key: self.outcome(one) for key, one in tree.outcomes.items()},
            "advice": self.advice(),
            "sections": everything["sections"],
            "sources": everything["sources"],
        }

    def text(self, text: Text | None) -> list[str] | None:
        return None if text is None else [text[language] for language in self.languages]

    def texts(self, record: Any, *fields: str) -> Data:
        return {field: self.text(getattr(record, field)) for field in fields}

    def _everything(self) -> dict[str, Data]:
        """Return the headings of all sections, and all sources: of an outcome that says all that the tree can say."""
        tree = self.tree
        one = next(iter(tree.outcomes.values()))
        whole = dataclasses.replace(
            one, advice=tuple(tree.advice), referrals=tuple(tree.referrals), sources=tuple(tree.sources)
        )
        found = [
            {part.id: part for part in make_outcome_sections(tree, whole, language, on=tree.checked_until)}
            for language in self.languages
        ]
        sources = [{item.sources[0]: item for item in parts["sources"].items} for parts in found]
        return {
            "sections": {key: self.section(key, [parts.get(key) for parts in found]) for key in _SAID},
            "sources": {
                key: {
                    "title": [by[key].text for by in sources],
                    "line": [by[key].more for by in sources],
                    # Only addresses of the web become links.
                    "url": item.link if item.link.startswith(("https://", "http://")) else "",
                }
                for key, item in sources[0].items()
            },
        }

    def section(self, key: str, parts: list[Section | None]) -> Data:
        """Return the heading of a section: that of the tree where it has one, else our own."""
        heading = [
            part.heading if part else words(language)(f"sections.{key}", authority=self.tree.authority[language])
            for part, language in zip(parts, self.languages, strict=True)
        ]
        return {"heading": heading} | {
            name: any(getattr(part, name, False) for part in parts) for name in ("numbered", "checklist")
        }

    def ages(self) -> Data:
        """Return the days by which the browser tells how old the rules are on the day on which it is opened."""
        tree = self.tree
        return {
            "edition": tree.edition,
            "checked": tree.checked_until.isoformat(),
            "newest": max((one.speaks_to for one in tree.sources.values()), default=""),
            "unread_days": UNREAD_DAYS,
            "ending_days": ENDING_DAYS,
            "ends": [
                {"name": self.text(one.short), "end": one.valid_until.isoformat()}
                for one in tree.schemes.values()
                if one.valid_until
            ],
        }

    def question(self, one: Question) -> Data:
        options = {key: self.texts(option, "text", "explain", "help") for key, option in one.options.items()}
        said = self.texts(one, "text", "short", "help", "find_out")
        return {**said, "options": options, "countries": self.countries(one)}

    def countries(self, question: Question) -> list[Data] | None:
        """Return every country with its names, all words that mean it, and the options that it leaves open."""
        if question.countries is None:
            return None
        names = {language: country_names(language) for language in self.languages}
        found: dict[str, set[str]] = {code: {code.casefold()} for code in names[self.languages[0]]}
        for word, country in (pair for one in self.languages for pair in said_countries(question, one)):
            for code in country.codes:
                found[code].add(word)
        usual = frozenset({question.otherwise} if question.otherwise else question.options)
        return [
            {
                "name": [by.get(code, code) for by in names.values()],
                "words": " ".join(sorted(said | {fold(by[code]) for by in names.values() if code in by})),
                "options": [one for one in question.options if one in question.countries.get(code, usual)],
            }
            for code, said in found.items()
        ]

    def outcome(self, one: Outcome) -> Data:
        tree, scheme = self.tree, self.tree.schemes[one.scheme]
        contract = tree.contracts[one.contract] if one.contract is not None else None
        referrals = (tree.referrals[key] for key in one.referrals)
        cited = (tree.sources[key] for key in one.sources)
        ageing = [source for source in cited if tree.source_kinds[source.kind].ages]
        return {
            "scheme": self.text(scheme.short),
            "claimable": scheme.claimable,
            "unpaid": scheme.group == "patient",
            **self.texts(one, "title", "pays", "more"),
            "certainty": int(one.certainty),
            "percent": [
                {"text": [format_value(amount.value, language) for language in self.languages]} | _window(amount.window)
                for amount in one.percent
            ],
            "maximum": one.maximum,
            "contract": contract and self.text(contract.text),
            "conditions": contract and self.text(contract.more),
            "deadline": one.deadline
            and {"months": one.deadline.months, "start": one.deadline.start, "undated": one.deadline.undated},
            "term": self.term(one),
            "advice": one.advice,
            "referrals": [
                {
                    "text": [ended(text) for text in self.text(referral.text) or ()],
                    "more": self.text(referral.letter),
                    "sources": referral.sources,
                }
                for referral in referrals
            ],
            "sources": one.sources,
            "seen": [", ".join(seen_texts(tree, one.sources, language)) for language in self.languages],
            "checked": min((source.checked.isoformat() for source in ageing), default="9999-12-31"),
        }

    def term(self, outcome: Outcome) -> Data:
        """Return what is said of the deadline in time and too late, with a hole for the day."""
        found: Data = {}
        for key, late in (("due", False), ("late", True)):
            when = outcome.deadline and Due(
                months=outcome.deadline.months,
                start=outcome.deadline.start,
                date=None if outcome.deadline.undated else _HOLE,
                late=late,
            )
            possible = _possible(outcome, due=when or None)
            forms = [deadline_forms(self.tree, possible, language) for language in self.languages]
            found[key] = [form[0].replace("1-1-0001", "{date}") for form in forms] if all(forms) else None
        return found

    def advice(self) -> Data:
        """Return all advice with the section it stands in; what names no section of its own is something to mind."""
        rank = {kind: number for number, kind in enumerate(self.tree.advice_kinds)}
        everything = sorted(self.tree.advice.values(), key=lambda one: rank[one.kind])
        outcome = next(iter(self.tree.outcomes.values()))
        places: dict[str, Data] = {}
        for section in _SECTIONS:
            found = advice_for(section, _possible(outcome, advice=tuple(everything)))
            kinds = list(dict.fromkeys(one.kind for one in found))
            places |= {one.id: {"section": section, "place": kinds.index(one.kind)} for one in found}
        return {
            one.id: {
                "id": one.id,
                "kind": one.kind,
                "rank": rank[one.kind],
                "numbered": self.tree.advice_kinds[one.kind].numbered,
                **places[one.id],
                "text": [worded(one, language).text for language in self.languages],
                "more": [worded(one, language).more for language in self.languages] if one.more else None,
                "sources": one.sources,
                "ours": one.ours,
                "note": one.note,
                "by_claim": one.by_claim_date,
                "certainty": int(one.certainty),
                **_window(one.window),
            }
            for one in self.tree.advice.values()
        }


def _window(window: Window) -> Data:
    return {"from": window.start and window.start.isoformat(), "to": window.end and window.end.isoformat()}


def _possible(outcome: Outcome, *, due: Due | None = None, advice: tuple[Advice, ...] = ()) -> Possible:
    """Return an outcome as if it were decided, for what words it."""
    return Possible(
        outcome=outcome, certainty=outcome.certainty, percent=None, due=due, advice=advice, path=(), routes=()
    )
