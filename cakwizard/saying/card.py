"""A verdict on one screen: the six facts that somebody in a hurry needs, each as a sentence short by itself.

A card holds words, not places on a screen: for each fact its sentences, the most important first, and where a
sentence can be said shorter its shorter forms. What draws the card takes as much of it as the window holds.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cakwizard.checking.ages import due_sources
from cakwizard.deciding.decide import leads
from cakwizard.deciding.verdict import Possible, Verdict
from cakwizard.saying.phrases import (
    certainty_text,
    deadline_forms,
    ended,
    ending,
    format_date,
    outcome_text,
    percent_text,
    seen_texts,
)
from cakwizard.saying.sections import Section, Sentence, advice_for, nearest_text, worded
from cakwizard.tree.records import Advice
from cakwizard.tree.values import Certainty, Text
from cakwizard.words import in_digits, words

_MOST = {"steps": 3, "mind": 6, "meanwhile": 3}
"""How many sentences of a fact a card holds where that is not two; the rest is counted and is behind a key."""

_Facts = Mapping[str, Sequence[Advice | Sentence]]
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True, slots=True)
class Branch:
    """What one answer (or several that come to the same) to the question to find out leads to."""

    answers: tuple[str, ...]
    then: tuple[str, ...]
    pays: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is on the screen."""

    kind: Literal["decided", "late", "unsettled", "open", "out_of_range"]
    language: str
    title: str  # The scheme in short, or what a card without one is about.
    name: str = ""  # What tells the outcome from others of the scheme.
    certainty: Certainty | None = None
    certainty_text: str = ""
    lead: str = ""  # Scheme and share in one sentence; empty where nothing is decided.
    unpaid: bool = False  # That the patient pays, or nobody.
    rows: tuple[Section, ...]  # The facts; all but "mind" always show a sentence.
    branches: tuple[Branch, ...] = ()
    foot: tuple[str, ...]  # The date of care and how old the rules are, the fullest form first.
    old: bool = False  # That the rules should be read again, which the foot says.


def make_card(verdict: Verdict, language: str, *, today: datetime.date) -> Card:
    """Return the card of a verdict as it is shown on a day."""
    if verdict.outcome is not None:
        return _decided(verdict, verdict.outcome, language, today)
    tree, say, some = verdict.tree, words(language), bool(verdict.possible)
    asked = [tree.questions[verdict.decide_next]] if verdict.decide_next is not None else []
    rows: _Facts = {
        "meanwhile": [tree.advice[key] for key in tree.meanwhile],
        "find_out": [_forms(one.text, one.find_out, language, 160) for one in asked],
        "nearest": [_sentence(f"{one.text} {one.more}".strip(), one.more) for one in nearest_text(verdict, language)],
    }
    return Card(
        kind="open" if some else "out_of_range",
        language=language,
        title=say("card.open", count=len(verdict.possible)) if some else say("card.out_of_range"),
        lead="" if some else say("card.out_of_range_lead", date=format_date(verdict.care_date, language)),
        rows=tuple(_rows(rows, language)),
        branches=tuple(_branches(verdict, language)),
        foot=_foot(verdict, today, language),
    )


def _rows(facts: _Facts, language: str, *, unsaid: int = 0, pinned: bool = False) -> Iterator[Section]:
    """Yield of each fact as many sentences as a card holds; the rest, and what is `unsaid` of "mind", is counted."""
    for key, items in facts.items():
        found = [one if isinstance(one, Sentence) else worded(one, language) for one in items]
        most, steps = _MOST.get(key, 2), key == "steps"
        if found:
            yield Section(
                id=key,
                heading=words(language)(f"card.{key}"),
                items=tuple(found[:most]),
                numbered=steps,
                behind=len(found[most:]) + (unsaid if key == "mind" else 0),
                pinned=pinned and steps,
            )


def _sentence(*forms: str) -> Sentence:
    """Return a sentence that has shorter forms, from the longest on; what is empty is none."""
    text, *shorter = dict.fromkeys(filter(None, forms))
    return Sentence(text, shorter=tuple(shorter))


def _forms(text: Text, more: Text | None, language: str, most: int) -> Sentence:
    """Return a text with the first sentence beyond it, if both are not longer than `most`, by itself, and its first."""
    short = text[language]
    beyond = _SENTENCE_END.split(more[language], maxsplit=1)[0] if more else ""
    both = f"{ended(short)} {beyond}"
    whole = both if beyond and len(both) <= most else ""
    return _sentence(whole, short, _SENTENCE_END.split(short, maxsplit=1)[0])


def _decided(verdict: Verdict, possible: Possible, language: str, today: datetime.date) -> Card:
    tree, say, outcome = verdict.tree, words(language), possible.outcome
    scheme, unsettled = tree.schemes[outcome.scheme], possible.certainty is Certainty.unsettled
    lead = outcome_text(possible, outcome.pays, language)
    steps, referral, mind, asks = (advice_for(key, possible) for key in ("steps", "referral", "mind", "ask"))
    contracts = [tree.contracts[outcome.contract]] if outcome.contract is not None else []
    meanwhile, why = list[Advice](), list[Sentence]()
    # Where not even the scheme is known, what to do meanwhile comes first, and the sentence of the outcome says why.
    if unsettled and not scheme.claimable:
        meanwhile = [one for one in map(tree.advice.__getitem__, tree.meanwhile) if one not in referral]
        steps = [one for one in steps if one.id not in tree.meanwhile]
        lead, why = "", [Sentence(lead)]
    # The question for the authority is the last thing to do; where nothing is settled it is what the card is about.
    asked = []
    for ask in (worded(one, language) for one in asks[:1]):
        questions = [text for text in (ask.more, ask.text) if text.endswith("?")]
        whole = [say("card.ask", authority=tree.authority[language], question=text) for text in questions]
        asked.append(_sentence(*whole, "" if ask.text in questions else ask.text))
    kept = _MOST["steps"] - len(asked)
    forms = deadline_forms(tree, possible, language)
    term = [one for one in mind if one.kind == "deadline" and possible.outcome.deadline and not possible.late]
    # Contract and deadline have rows of their own, but what is known of them is behind the key of this one as well.
    other = [one for one in mind if one.kind not in ("contract", "deadline")]
    rows: _Facts = {
        "meanwhile": meanwhile,
        "contract": [_forms(one.text, one.more, language, 100) for one in contracts],
        "steps": [*steps[:kept], *asked, *steps[kept:]],
        "referral": referral,
        "deadline": [*([_sentence(*forms)] if forms else []), *term[:1]],
        "why": why,
        "mind": other,
    }
    return Card(
        kind="late" if possible.late else "unsettled" if unsettled else "decided",
        language=language,
        title=scheme.short[language],
        name=outcome_text(possible, outcome.title, language),
        certainty=possible.certainty,
        certainty_text=certainty_text(possible.certainty, language),
        lead=lead,
        unpaid=scheme.group == "patient",
        rows=tuple(_rows(rows, language, unsaid=len(mind) - len(other), pinned=bool(asked) and unsettled)),
        foot=_foot(verdict, today, language, outcome.sources),
        old=bool(due_sources(tree, today, outcome.sources)),
    )


def _foot(verdict: Verdict, today: datetime.date, language: str, sources: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the day of care and how old the rules are, from all of it down to the day alone."""
    say = words(language)
    day = format_date(verdict.care_date, language)
    short = whole = say("card.care", date=day)
    if verdict.care_date == today:
        whole, short = say("card.care_today", date=day), say("card.today")
    claimed = verdict.claim_date not in (today, verdict.care_date)
    claim = say("card.claim", date=format_date(verdict.claim_date, language)) if claimed else ""
    seen = seen_texts(verdict.tree, sources, language)
    brief = seen_texts(verdict.tree, sources, language, brief=True)[:1]
    if due := due_sources(verdict.tree, today, sources):
        seen = (say("card.unread", date=format_date(due[0].checked, language)), *seen)
        brief = (say("card.unread_brief", date=in_digits(f"{due[0].checked:%Y-%m}")),)
    parts: list[tuple[str, ...]] = [(whole, claim, ", ".join(seen[:count])) for count in range(len(seen), 0, -1)]
    parts += [(short, claim, *brief), (short, *brief)] if seen else []
    parts += [(whole, claim), (short, claim), (short,)]
    return tuple(dict.fromkeys(" · ".join(filter(None, part)) for part in parts))


def _branches(verdict: Verdict, language: str) -> Iterator[Branch]:
    """Yield what the answers to the question to find out lead to, those that come to the same together."""
    key = verdict.decide_next
    if key is None:
        return
    options = verdict.tree.questions[key].options
    alike: dict[tuple[str, ...], tuple[list[str], Verdict]] = {}
    for option, then in leads(verdict, key):
        if option in verdict.answers.get(key, options):
            alike.setdefault(then.ends, ([], then))[0].append(options[option].text[language])
    yield from (Branch(tuple(labels), *_ends(then, language)) for labels, then in alike.values())


def _ends(verdict: Verdict, language: str) -> tuple[tuple[str, ...], str]:
    """Return where a verdict ends, the fullest form first, and what is paid there."""
    tree, possible, whole = verdict.tree, verdict.possible, ending(verdict, language)
    if not possible:
        return (whole,), "?"
    shares = {percent_text(one.percent, language, maximum=one.outcome.maximum) for one in possible}
    pays = shares.pop() if len(shares) == 1 else "?"
    if pays == "?" and all(one.percent is None and one.certainty < Certainty.unsettled for one in possible):
        # Somebody else pays, and nobody claims a share.
        pays = ""
    *others, last = dict.fromkeys(tree.schemes[one.outcome.scheme].short[language] for one in possible)
    if verdict.outcome is not None:
        return (whole, last), pays
    named = words(language)("card.or", first=", ".join(others), second=last) if others else last
    return (named,) if len(others) < 3 else (named, whole) if len(others) == 3 else (whole,), pays
