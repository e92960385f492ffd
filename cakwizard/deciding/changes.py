"""Find what would change an outcome: another answer, or another date of care.

Everything here is `decide` asked again with other answers or on another day, so what is found is exact by the rules of
the tree.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from cakwizard.deciding.days import care_windows, spans
from cakwizard.deciding.decide import allowed_routes, decide, offered
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.errors import AnswerError
from cakwizard.tree.records import DecisionTree, Outcome, Route
from cakwizard.tree.values import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Another answer to one question, and what follows from it.

    Attributes:
        options: The answers that all have this consequence.
        verdict: What is decided, or still possible, with one of them; answers that are not offered then are left out.
    """

    question: str
    options: frozenset[str]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDate:
    """A spell of days of care on which the same answers give something else.

    Attributes:
        differs: Whether the outcome is another (or its share or certainty), or only what to do or to have together.
    """

    window: Window
    verdict: Verdict
    differs: Literal["outcome", "advice"]


def decide_fitting(
    tree: DecisionTree, answers: Answers, care_date: datetime.date, claim_date: datetime.date
) -> Verdict:
    """Return the verdict on the answers that fit: those that the others leave no room for are taken out."""
    fitting = dict(answers)
    while True:
        try:
            return decide(tree, fitting, care_date, claim_date)
        except AnswerError as error:
            del fitting[error.question]


def leads(verdict: Verdict, question: str) -> Iterator[tuple[str, Verdict]]:
    """Yield each answer that can be given to a question, given the others, with the verdict that it leads to."""
    for option in offered(verdict.tree, question, verdict.answers, verdict.care_date):
        answers = {**verdict.answers, question: frozenset({option})}
        yield option, decide_fitting(verdict.tree, answers, verdict.care_date, verdict.claim_date)


def changes(verdict: Verdict) -> tuple[Change, ...]:
    """Return for each answer on the path of an outcome the nearest other answers that give another outcome.

    Nearest is what leaves the fewest questions to ask, then the fewest outcomes possible; of equals the first in the
    file. An answer that was left open is left out.
    """
    if verdict.outcome is None:
        return ()
    others: dict[str, dict[tuple[str, ...], tuple[Verdict, list[str]]]] = defaultdict(dict)
    for question in (step.question for step in verdict.outcome.path if step.question in verdict.answers):
        for option, after in leads(verdict, question):
            if option not in verdict.answers[question] and after.possible and after.ends != verdict.ends:
                others[question].setdefault(after.ends, (after, []))[1].append(option)
    found = []
    for question, by_ends in others.items():
        nearest, options = min(by_ends.values(), key=lambda one: (one[0].questions_left, len(one[0].possible)))
        found.append(Change(question=question, options=frozenset(options), verdict=nearest))
    return tuple(found)


def other_dates(verdict: Verdict) -> tuple[OtherDate, ...]:
    """Return the spells of days on which the same answers give something else, earliest first.

    Days on which the tree has no rule, or on which an answer is not offered, are left out.
    """
    here, found = _worth(verdict), []
    tree, routes = verdict.tree, list(allowed_routes(verdict.tree, verdict.answers))
    ends = {route.target for route in routes} & tree.outcomes.keys()
    giving: list[Route | Outcome] = [*routes, *(tree.outcomes[end] for end in ends)]
    advice = {key for one in giving for key in one.advice}
    tried = [(window, _on(verdict, window)) for window in spans(care_windows(tree, routes, ends, advice))]
    for what, group in groupby(tried, key=lambda pair: pair[1] and _worth(pair[1])):
        (first, other), *_ = spell = list(group)
        last, _ = spell[-1]
        if other is not None and what is not None and what != here and other.possible:
            window = Window(first.start, last.end)
            differs: Literal["outcome", "advice"] = "outcome" if what[0] != here[0] else "advice"
            found.append(OtherDate(window=window, verdict=other, differs=differs))
    return tuple(found)


def _on(verdict: Verdict, window: Window) -> Verdict | None:
    """Return what the same answers give on the days of a window, or None where one is not offered then."""
    if verdict.care_date in window:
        return verdict
    day = window.start or window.end or verdict.care_date
    try:
        return decide(verdict.tree, verdict.answers, day, max(day, verdict.claim_date))
    except AnswerError:
        return None


def _worth(verdict: Verdict) -> tuple[object, object]:
    """Return what counts as another outcome (which, how much, how sure), and what counts as other advice.

    That is what to do and what to have together; what is only to be known does not count.
    """
    kinds = verdict.tree.advice_kinds
    ends = [(one.outcome.id, one.percent, one.certainty) for one in verdict.possible]
    advised = [
        one.id
        for possible in verdict.possible
        for one in possible.advice
        if not (one.by_claim_date or one.note) and (kinds[one.kind].numbered or kinds[one.kind].checklist)
    ]
    return ends, advised
