"""A verdict on one screen: the six facts that somebody in a hurry needs, each as a sentence short by itself.

A card holds words, not places on a screen: for each fact its sentences, the most important first, and where a
sentence can be said shorter its shorter forms. What draws the card takes as much of it as the window holds.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cakwizard.checking.ages import due_sources
from cakwizard.deciding.decide import decide, offered
from cakwizard.deciding.verdict import Possible, Verdict
from cakwizard.saying.phrases import (
    certainty_text,
    deadline_forms,
    format_date,
    headline,
    month_text,
    outcome_text,
    percent_text,
    seen_texts,
)
from cakwizard.saying.sections import Sentence, advice_for, nearest_text, worded
from cakwizard.tree.records import Advice, DecisionTree
from cakwizard.tree.values import Certainty, Text
from cakwizard.words import words

Kind = Literal["decided", "late", "unsettled", "open", "out_of_range"]

MOST = {"steps": 3, "referral": 2, "mind": 6, "meanwhile": 3}
"""How many sentences of a fact a card holds; the rest is counted and stands behind a key."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_ADDRESS = re.compile(r"https?://[^\s“”<>]+")


@dataclass(frozen=True, slots=True)
class CardItem:
    """One sentence; `forms` say the same, the longest first, and `link` is an address behind it."""

    forms: tuple[str, ...]
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One fact of the card.

    Attributes:
        behind: How many sentences there are beyond `items`, behind a key.
        essential: That a sentence of it is always shown.
        pinned: That it is the last that is, where the others may be left behind a key.
    """

    id: str
    label: str
    items: tuple[CardItem, ...]
    behind: int = 0
    numbered: bool = False
    essential: bool = True
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """What one answer (or several that come to the same) to the question to find out leads to."""

    answers: tuple[str, ...]
    then: tuple[str, ...]
    pays: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on the screen.

    Attributes:
        title: The scheme in short, or what a card without one is about.
        name: What tells the outcome from others of the scheme.
        lead: Scheme and share in one sentence; empty where nothing is decided.
        unpaid: That the patient pays, or nobody.
        foot: The date of care and how old the rules are, the fullest form first.
        old: That the rules should be read again, which the foot says.
    """

    kind: Kind
    language: str
    title: str
    name: str = ""
    certainty: Certainty | None = None
    certainty_text: str = ""
    lead: str = ""
    unpaid: bool = False
    rows: tuple[CardRow, ...] = ()
    branches: tuple[Branch, ...] = ()
    foot: tuple[str, ...] = ()
    old: bool = False

    def row(self, key: str) -> CardRow | None:
        """Return the row with an id, if the card has it."""
        return next((row for row in self.rows if row.id == key), None)


def make_card(verdict: Verdict, language: str, *, today: datetime.date, assumed: bool = False) -> Card:
    """Return the card of a verdict.

    Args:
        today: The day on which it is shown.
        assumed: Whether the day of care was not given but taken to be today.
    """
    if verdict.outcome is not None:
        return _decided(verdict, verdict.outcome, language, today)
    if verdict.possible:
        return _open(verdict, language, today)
    return _out_of_range(verdict, language, today)


def _row(
    key: str, items: Iterable[CardItem], language: str, *, behind: int | None = None, pinned: bool = False
) -> CardRow:
    """Return a row with as many items as a card holds, the rest counted."""
    found = tuple(items)
    shown = found[: MOST.get(key, 2)]
    return CardRow(
        id=key,
        label=words(language)(f"card.{key}"),
        items=shown,
        behind=len(found) - len(shown) if behind is None else behind,
        numbered=key == "steps",
        essential=key != "mind",
        pinned=pinned,
    )


def _item(sentence: Sentence) -> CardItem:
    found = _ADDRESS.search(sentence.more)
    return CardItem((sentence.text,), found.group().rstrip(".,;:)") if found else "")


def _forms(text: Text, more: Text | None, language: str, most: int) -> tuple[str, ...]:
    """Return a text with the first sentence beyond it, if both are not longer than `most`, by itself, and its first."""
    short = text[language]
    beyond = _SENTENCE_END.split(more[language], maxsplit=1)[0] if more else ""
    both = f"{short}{'' if short.endswith(('.', '?', '!')) else '.'} {beyond}"
    forms = [both] if beyond and len(both) <= most else []
    return tuple(dict.fromkeys([*forms, short, _SENTENCE_END.split(short, maxsplit=1)[0]]))


def _meanwhile(tree: DecisionTree, language: str, *, but: Collection[Advice] = ()) -> CardRow:
    advice = (tree.advice[key] for key in tree.meanwhile)
    return _row("meanwhile", (_item(worded(one, language)) for one in advice if one not in but), language)


def _decided(verdict: Verdict, possible: Possible, language: str, today: datetime.date) -> Card:
    tree, outcome = verdict.tree, possible.outcome
    scheme = tree.schemes[outcome.scheme]
    unsettled = possible.certainty is Certainty.unsettled
    # Where not even the scheme is known, what to do meanwhile comes first, and the sentence of the outcome says why.
    undecided = unsettled and not scheme.claimable
    lead = outcome_text(possible, outcome.pays, language)
    rows = [_meanwhile(tree, language, but=advice_for("referral", possible))] if undecided else []
    if outcome.contract is not None:
        contract = tree.contracts[outcome.contract]
        forms = _forms(contract.text, contract.more, language, 100)
        rows.append(_row("contract", [CardItem(forms)], language))
    rows.append(_steps(tree, possible, language, said=tree.meanwhile if undecided else ()))
    rows.append(_row("referral", _advice("referral", possible, language), language))
    rows.append(_deadline(tree, possible, language))
    rows.append(_row("why", [CardItem((lead,))] if undecided else [], language))
    rows.append(_mind(possible, language))
    return Card(
        kind="late" if possible.late else "unsettled" if unsettled else "decided",
        language=language,
        title=scheme.short[language],
        name=outcome_text(possible, outcome.title, language),
        certainty=possible.certainty,
        certainty_text=certainty_text(possible.certainty, language),
        lead="" if undecided else lead,
        unpaid=scheme.group == "patient",
        rows=tuple(row for row in rows if row.items),
        foot=_foot(verdict, today, language, outcome.sources),
        old=bool(due_sources(tree, today, outcome.sources)),
    )


def _deadline(tree: DecisionTree, possible: Possible, language: str) -> CardRow:
    """Return until when can be claimed, and what to know of it where there is a term."""
    forms = deadline_forms(tree, possible, language)
    known = [one for one in possible.advice if one.kind == "deadline"] if possible.due and not possible.late else []
    items = [CardItem(forms)] if forms else []
    return _row("deadline", [*items, *(_item(worded(one, language)) for one in known)], language, behind=0)


def _mind(possible: Possible, language: str) -> CardRow:
    """Return what to mind; contract and deadline have rows of their own, but what is known of them stands there too."""
    every = advice_for("mind", possible)
    items = [_item(worded(one, language)) for one in every if one.kind not in ("contract", "deadline")]
    return _row("mind", items, language, behind=len(every) - len(items[: MOST["mind"]]))


def _advice(key: str, possible: Possible, language: str, said: Collection[str] = ()) -> list[CardItem]:
    return [_item(worded(one, language)) for one in advice_for(key, possible) if one.id not in said]


def _steps(tree: DecisionTree, possible: Possible, language: str, said: Collection[str]) -> CardRow:
    """Return what to do now, but for what is `said` above.

    The question for the authority is the last thing to do; where nothing is settled it is what the card is about.
    """
    say, steps = words(language), _advice("steps", possible, language, said)
    asks = []
    for advice in advice_for("ask", possible)[:1]:
        ask = worded(advice, language)
        questions = [text for text in (ask.more, ask.text) if text.endswith("?")]
        forms = [say("card.ask", authority=tree.authority[language], question=text) for text in questions]
        asks.append(CardItem((*forms, *([] if ask.text in questions else [ask.text]))))
    kept = MOST["steps"] - len(asks)
    pinned = bool(asks) and possible.certainty is Certainty.unsettled
    return _row("steps", [*steps[:kept], *asks], language, behind=max(0, len(steps) - kept), pinned=pinned)


def _foot(verdict: Verdict, today: datetime.date, language: str, sources: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the day of care and how old the rules are, from all of it down to the day alone."""
    say = words(language)
    day = format_date(verdict.care_date, language)
    short = whole = say("card.care", date=day)
    if verdict.care_date == today:
        whole, short = say("card.care_today", date=day), say("card.today")
    claim = ""
    if verdict.claim_date not in (today, verdict.care_date):
        claim = say("card.claim", date=format_date(verdict.claim_date, language))
    seen = seen_texts(verdict.tree, sources, language)
    brief = seen_texts(verdict.tree, sources, language, brief=True)[:1]
    if due := due_sources(verdict.tree, today, sources):
        seen = (say("card.unread", date=format_date(due[0].day, language)), *seen)
        brief = (say("card.unread_brief", date=month_text(due[0].day)),)
    parts: list[tuple[str, ...]] = [(whole, claim, ", ".join(seen[:count])) for count in range(len(seen), 0, -1)]
    parts += [(short, claim, *brief), (short, *brief)] if seen else []
    parts += [(whole, claim), (short, claim), (short,)]
    return tuple(dict.fromkeys(" · ".join(filter(None, part)) for part in parts))


def _open(verdict: Verdict, language: str, today: datetime.date) -> Card:
    tree, say = verdict.tree, words(language)
    rows = [_meanwhile(tree, language)]
    if verdict.decide_next is not None:
        question = tree.questions[verdict.decide_next]
        forms = _forms(question.text, question.find_out, language, 160)
        rows.append(_row("find_out", [CardItem(forms)], language))
    return Card(
        kind="open",
        language=language,
        title=say("card.open", count=len(verdict.possible)),
        rows=tuple(row for row in rows if row.items),
        branches=_branches(verdict, language),
        foot=_foot(verdict, today, language),
    )


def _branches(verdict: Verdict, language: str) -> tuple[Branch, ...]:
    """Return what the answers to the question to find out lead to, those that come to the same together."""
    tree, key = verdict.tree, verdict.decide_next
    if key is None:
        return ()
    allowed = verdict.answers.get(key, frozenset(tree.questions[key].options))
    grouped: dict[tuple[str, ...], tuple[list[str], Verdict]] = {}
    for option in offered(tree, key, verdict.answers):
        if option in allowed:
            answers = {**verdict.answers, key: frozenset({option})}
            then = decide(tree, answers, verdict.care_date, verdict.claim_date)
            ends = tuple(one.outcome.id for one in then.possible)
            label = tree.questions[key].options[option].text[language]
            grouped.setdefault(ends, ([], then))[0].append(label)
    return tuple(Branch(tuple(labels), *_ends(then, language)) for labels, then in grouped.values())


def _ends(verdict: Verdict, language: str) -> tuple[tuple[str, ...], str]:
    """Return where a verdict ends and what is paid there."""
    say, schemes = words(language), verdict.tree.schemes
    if not verdict.possible:
        return (say("card.no_rule"),), "?"
    shares = {percent_text(one.percent, language, maximum=one.outcome.maximum) for one in verdict.possible}
    pays = shares.pop() if len(shares) == 1 else "?"
    if pays == "?" and all(one.percent is None and one.certainty < Certainty.unsettled for one in verdict.possible):
        # Somebody else pays, and nobody claims a share.
        pays = ""
    names = list(dict.fromkeys(schemes[one.outcome.scheme].short[language] for one in verdict.possible))
    if verdict.outcome is not None:
        return (headline(verdict.tree, verdict.outcome, language), names[0]), pays
    if len(names) == 1:
        return (names[0],), pays
    still = say("card.still", count=len(verdict.possible))
    if len(names) > 4:
        return (still,), pays
    named = say("card.or", first=", ".join(names[:-1]), second=names[-1])
    return (named,) if len(names) < 4 else (named, still), pays


def _out_of_range(verdict: Verdict, language: str, today: datetime.date) -> Card:
    say = words(language)
    nearest = nearest_text(verdict, language)
    rows = [_meanwhile(verdict.tree, language)]
    if nearest is not None:
        forms = (f"{nearest.text} {nearest.more}", nearest.more) if nearest.more else (nearest.text,)
        rows.append(_row("nearest", [CardItem(forms)], language))
    return Card(
        kind="out_of_range",
        language=language,
        title=say("card.out_of_range"),
        lead=say("card.out_of_range_lead", date=format_date(verdict.care_date, language)),
        rows=tuple(row for row in rows if row.items),
        foot=_foot(verdict, today, language),
    )
