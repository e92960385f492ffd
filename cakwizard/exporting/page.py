"""The tree as one page for a telephone: the conversation, and without a script all of it as text.

The page needs no network and is allowed none: its policy names the hashes of its own script and style and forbids all
else. It is whole in itself, so that it can be mailed around; how old its rules are is told on the day it is opened.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from importlib import resources
from typing import Any

from cakwizard.checking.ages import ENDING_DAYS, UNREAD_DAYS
from cakwizard.deciding.countries import country_names, fold, said_countries
from cakwizard.deciding.decide import possible_on
from cakwizard.exporting.diagrams import outline_text
from cakwizard.exporting.drawing import Drawing
from cakwizard.saying.phrases import certainty_text, deadline_forms, format_date, seen_texts
from cakwizard.saying.sections import advice_for, make_outcome_sections
from cakwizard.showing.as_json import plain
from cakwizard.tree.records import DecisionTree, Outcome, Question
from cakwizard.tree.values import ALWAYS, Certainty
from cakwizard.words import LANGUAGES, words

_HOLE = re.compile("@([A-Z_]+)@")


def make_page(
    tree: DecisionTree,
    language: str,
    *,
    only: str | None = None,
    date: datetime.date | None = None,
    today: datetime.date,
) -> bytes:
    """Return the page as it is made `today`; it opens in `language` and can be switched to the other.

    The conversation starts with care on `date`, or else on the day on which the page is opened, and with `only` (an id,
    label or synonym) as the answer to the tree's preset question.
    """
    both = [one for one in LANGUAGES if one in tree.languages] or LANGUAGES
    first, *_ = languages = sorted(both, key=lambda one: one != language)
    say = words(first)
    age = say("page.age_now", date=format_date(tree.checked_until, first), edition=tree.edition)
    drawing = Drawing(tree, first, day=date or today, only=only)
    holes = {
        "LANGUAGES": " ".join(
            f'<button type="button" lang="{one}" data-lang="{one}">{escape(words(one)("page.language"))}</button>'
            for one in languages
        ),
        "AGE": escape(f"{age} {say('page.made', date=format_date(today, first))}"),
        "NO_SCRIPT": escape(say("page.no_script")),
        "OUTLINE": escape(outline_text(drawing)),
        "DISCLAIMER": escape(say("page.disclaimer")),
        "PRIVATE": escape(say("page.private")),
        "DATA": script_json(plain(_data(tree, languages, drawing.preset, date), languages)),
    }
    return filled("page", first, tree.title[first], holes, scripts=("walker.js", "page.js"))


def filled(name: str, language: str, title: str, holes: dict[str, str], scripts: Iterable[str] = ()) -> bytes:
    """Return a page of HTML of the template, style and scripts of this package.

    Its policy is that nothing is loaded, sent or run but these. All holes are filled in one pass: a text like a hole is
    never filled.
    """
    inline = {"script": "\n" + "\n".join(map(asset, scripts))} if scripts else {}
    inline["style"] = "\n" + asset(f"{name}.css")
    policy = ["default-src 'none'", "form-action 'none'", "base-uri 'none'"]
    for kind, text in inline.items():
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
        policy.append(f"{kind}-src 'sha256-{digest}'")
    filling = {kind.upper(): text for kind, text in inline.items()} | holes
    filling |= {"LANGUAGE": language, "TITLE": escape(title), "POLICY": "; ".join(policy)}
    return _HOLE.sub(lambda found: filling[found.group(1)], asset(f"{name}.html")).encode()


def asset(name: str) -> str:
    """Return the text of a file from `page/`."""
    return (resources.files(__package__) / "page" / name).read_text(encoding="utf-8")


# The tree as the data inside the page: every sentence written, every route compiled, in each language of the page.

Data = dict[str, Any]

_AS_IT_IS = ("title", "authority", "start", "preset", "meanwhile", "schemes", "contracts")
_SECTIONS = ("steps", "ask", "referral", "documents", "mind")
_FIRST, _LAST = datetime.date.min, datetime.date.max


def script_json(data: Data) -> str:
    """Return JSON that can be inside a script element: no text in it can end or open one."""
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _data(tree: DecisionTree, languages: Sequence[str], preset: str | None, date: datetime.date | None) -> Data:
    said = [words(language) for language in languages]
    return {
        "languages": languages,
        "words": [one.table["page"] | {f"card.{key}": text for key, text in one.table["card"].items()} for one in said],
        **{name: getattr(tree, name) for name in _AS_IT_IS},
        "certainty": [[certainty_text(one, language) for language in languages] for one in Certainty],
        "certain": [[say(f"sections.{one.name}") for say in said] for one in Certainty],
        "only": preset,
        "date": date,
        # The days by which the browser tells how old the rules are on the day on which it is opened.
        "ages": {
            "edition": tree.edition,
            "checked": tree.checked_until,
            "newest": max((one.speaks_to for one in tree.sources.values()), default=""),
            "unread_days": UNREAD_DAYS,
            "ending_days": ENDING_DAYS,
            "ends": [{"name": one.short, "end": one.valid_until} for one in tree.schemes.values() if one.valid_until],
        },
        "questions": {key: _question(one, languages) for key, one in tree.questions.items()},
        "nodes": {
            key: plain(tree.nodes[key], languages) | {"routes": [*tree.routes(key)]}
            for key in tree.order
            if key in tree.nodes
        },
        "outcomes": {key: _outcome(tree, one, languages) for key, one in tree.outcomes.items()},
        **_everything(tree, languages),
    }


def _question(question: Question, languages: Sequence[str]) -> Data:
    """Return a question, with every country, all words that mean it, and the options that it leaves open."""
    own: Data = plain(question, languages)
    if question.countries is None:
        return own
    names = [country_names(language) for language in languages]
    known = {code: {code.casefold(), *(fold(by[code]) for by in names if code in by)} for code in names[0]}
    for word, country in said_countries(question, languages[0]):
        for code in country.codes:
            known[code].add(word)
    usual = {question.otherwise} if question.otherwise else question.options
    own["countries"] = [
        {
            "name": [by.get(code, code) for by in names],
            "words": " ".join(sorted(said)),
            "options": [one for one in question.options if one in question.countries.get(code, usual)],
        }
        for code, said in known.items()
    ]
    return own


def _outcome(tree: DecisionTree, outcome: Outcome, languages: Sequence[str]) -> Data:
    cited = (tree.sources[key] for key in outcome.sources)
    own: Data = plain(outcome, languages)
    return own | {
        "term": {"due": _term(tree, outcome, languages, _FIRST), "late": _term(tree, outcome, languages, _LAST)},
        "seen": [", ".join(seen_texts(tree, outcome.sources, language)) for language in languages],
        "checked": min((one.checked for one in cited if tree.source_kinds[one.kind].ages), default=_LAST),
    }


def _term(tree: DecisionTree, outcome: Outcome, languages: Sequence[str], claimed: datetime.date) -> list[str] | None:
    """Return what is said of the deadline of care on the first day, claimed on another, with a hole for its last."""
    possible = possible_on(tree, outcome, _FIRST, claimed)
    hole = format_date(possible.due, languages[0]) if possible.due else "{date}"
    forms = [deadline_forms(tree, possible, language) for language in languages]
    return [form[0].replace(hole, "{date}") for form in forms] if all(forms) else None


def _everything(tree: DecisionTree, languages: Sequence[str]) -> Data:
    """Return headings, advice, referrals and sources: the sections of an outcome that says all that the tree can."""
    on, ranks = tree.checked_until, list(tree.advice_kinds)
    lasting = replace(tree, advice={key: replace(one, window=ALWAYS) for key, one in tree.advice.items()})
    every: Any = {name: tuple(getattr(tree, name)) for name in ("advice", "referrals", "sources")}
    whole = replace(next(iter(tree.outcomes.values())), **every)
    parts = [{one.id: one for one in make_outcome_sections(lasting, whole, each, on=on)} for each in languages]
    headings: Data = {
        key: {"heading": [by[key].heading for by in parts], "numbered": part.numbered, "checklist": part.checklist}
        for key, part in parts[0].items()
    }
    for key in ("change", "possible"):
        headings[key] = {"heading": [words(language)(f"sections.{key}") for language in languages]}
    told: dict[str, list[Data]] = {
        key: [
            plain(same[0]) | {"text": [one.text for one in same], "more": [one.more for one in same]}
            for same in zip(*(by[key].items for by in parts), strict=True)
        ]
        for key in parts[0]
    }
    advice: Data = {}
    for section in _SECTIONS:
        held = advice_for(section, possible_on(lasting, whole, on, on))
        places = [one.kind for one in held]
        for one, sentence in zip(held, told.get(section, ()), strict=False):
            place = {"section": section, "place": places.index(one.kind), "rank": ranks.index(one.kind)}
            numbered = {"numbered": tree.advice_kinds[one.kind].numbered}
            advice[one.id] = plain(tree.advice[one.id], languages) | sentence | place | numbered
    return {
        "sections": headings,
        "advice": advice,
        # In their section they stand behind the advice.
        "referrals": dict(zip(tree.referrals, told.get("referral", [])[-len(tree.referrals) :], strict=False)),
        "sources": {one["sources"][0]: one for one in told["sources"]},
    }
