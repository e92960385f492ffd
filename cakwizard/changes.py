"""What would change an outcome: another answer, or another date of care.

Everything here is `decide` asked again with other answers or another day, so what
is said is exact by the rules of the tree. Nothing here prints or knows a language.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal
from typing import NamedTuple

from cakwizard.errors import AnswerError
from cakwizard.model import Route
from cakwizard.model import Window
from cakwizard.walking import Step
from cakwizard.walking import Verdict
from cakwizard.walking import decide
from cakwizard.walking import walking_order

__all__ = ["Change", "OtherDate", "nearest_changes", "other_dates"]

# A larger tree than any person reads still answers at once: at most so many answers
# are varied, so many spells of time are tried, and in a large tree no condition is
# tried for whether it could be left out.
MAX_CHANGES = 40
MAX_SPELLS = 40
_SMALL = 20_000

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One other answer and what follows from it.

    Attributes:
        question: A question on the path.
        option: The other answer to it.
        also: What must be answered besides, since it was not asked, was left open, or is not offered so there.
        verdict: What is decided then.
    """

    question: str
    option: str
    also: tuple[Step, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDate:
    """A spell of days on which the same answers give something else.

    Attributes:
        window: The days.
        verdict: What is decided when care is given on one of them.
        differs: Whether the outcome is another, or only what is to be done or to be had together.
    """

    window: Window
    verdict: Verdict
    differs: Literal["outcome", "advice"]


class _Completion(NamedTuple):
    """How a walk goes on from a node so that most answers given are kept."""

    kept: int
    fewer: int
    onward: Route | None


def nearest_changes(verdict: Verdict) -> tuple[Change, ...]:
    """Return for each answer on the path the nearest other answer that gives another outcome.

    Nearest is the answer after which most of the other answers can be kept; of equal
    ones that which asks least besides, then the first in the file. An answer that
    cannot change the outcome is left out, and so is one that was left open.
    """
    found = verdict.outcome
    if found is None:
        return ()
    places = walking_order(verdict.tree)
    completions = _completions(verdict, found.outcome.id)
    changes = []
    for number, route in enumerate(found.routes):
        question = places[route.node].question
        given = verdict.answers.get(question)
        if given is None:
            continue
        others = [
            other
            for option, routes in places[route.node].routes.items()
            if option not in given
            for other in routes
            if verdict.care_date in other.window and other.target in completions
        ]
        if others:
            best = max(others, key=lambda other: completions[other.target][:2])
            changes.append(_change(verdict, number, question, best, completions))
        if len(changes) == MAX_CHANGES:
            break
    return tuple(changes)


def _completions(verdict: Verdict, unwanted: str) -> Mapping[str, _Completion]:
    """Return the best completion from every node from which another outcome than `unwanted` is reached."""
    tree = verdict.tree
    found = {key: _Completion(0, 0, None) for key in tree.outcomes if key != unwanted}
    for key, place in reversed(walking_order(tree).items()):
        given = verdict.answers.get(place.question, frozenset())
        on_this_day = [
            route for routes in place.routes.values() for route in routes if verdict.care_date in route.window
        ]
        # An answer given stands wherever it is offered: only then is it the one other answer that changes the outcome.
        best: _Completion | None = None
        for route in [one for one in on_this_day if one.option in given] or on_this_day:
            after = found.get(route.target)
            if after is not None:
                kept = len(given) == 1 and route.option in given
                one = _Completion(after.kept + kept, after.fewer - (not kept), route)
                if best is None or one[:2] > best[:2]:
                    best = one
        if best is not None:
            found[key] = best
    return found


def _change(
    verdict: Verdict, number: int, question: str, route: Route, completions: Mapping[str, _Completion]
) -> Change:
    """Return the change that taking `route` at the step with this number of the path brings."""
    tree, answers = verdict.tree, verdict.answers
    earlier = verdict.path[:number]
    pinned = {step.question: frozenset({step.option}) for step in (*earlier, Step(question, route.option))}
    also = [step for step in earlier if step.question not in answers or len(answers[step.question]) > 1]
    onward = completions[route.target].onward
    while onward is not None:
        step = Step(tree.nodes[onward.node].question, onward.option)
        pinned[step.question] = frozenset({step.option})
        if answers.get(step.question) != pinned[step.question]:
            also.append(step)
        onward = completions[onward.target].onward
    decided = decide(tree, pinned, verdict.care_date, verdict.claim_date)
    if len(tree.edges) <= _SMALL:
        for step in tuple(also):
            # What the first answers left open may well stay open.
            opened = {key: value for key, value in pinned.items() if key != step.question}
            if step.question in answers and step.option in answers[step.question]:
                opened[step.question] = answers[step.question]
            try:
                looser = decide(tree, opened, verdict.care_date, verdict.claim_date)
            except AnswerError:
                # One of several options left open is not offered there, so the question must be answered anew.
                continue
            if _outcomes(looser) == _outcomes(decided):
                pinned, decided = opened, looser
                also.remove(step)
    return Change(question=question, option=route.option, also=tuple(also), verdict=decided)


def other_dates(verdict: Verdict) -> tuple[OtherDate, ...]:
    """Return the spells of days on which the same answers give something else, earliest first.

    Days on which the tree has no rule, or on which an answer is not offered, are left out.
    """
    here = (_outcomes(verdict), _advised(verdict))
    found = []
    spells = sorted(_spells(verdict), key=lambda window: window.distance(verdict.care_date))[:MAX_SPELLS]
    spells.sort(key=lambda window: window.start or datetime.date.min)
    tried = [(window, _on(verdict, window)) for window in spells]
    for what, group in groupby(tried, key=lambda pair: pair[1] and (_outcomes(pair[1]), _advised(pair[1]))):
        windows = list(group)
        (first, other), (last, _) = windows[0], windows[-1]
        if other is not None and what is not None and what != here and other.possible:
            window = Window(first.start, last.end)
            differs: Literal["outcome", "advice"] = "outcome" if what[0] != here[0] else "advice"
            found.append(OtherDate(window=window, verdict=other, differs=differs))
    return tuple(found)


def _spells(verdict: Verdict) -> Iterator[Window]:
    """Yield the spells of days during which nothing that the answers can use changes."""
    starts = sorted(set(_starts(verdict)))
    if not starts:
        return
    yield Window(None, starts[0] - ONE_DAY)
    for number, start in enumerate(starts):
        yield Window(start, starts[number + 1] - ONE_DAY if number + 1 < len(starts) else None)


def _starts(verdict: Verdict) -> Iterator[datetime.date]:
    """Yield every day on which a route or an advice that the answers can use begins to hold or no longer holds."""
    tree = verdict.tree
    reached = {tree.start}
    advice: set[str] = set()
    windows = []
    for key, place in walking_order(tree).items():
        given = verdict.answers.get(place.question)
        if key in reached:
            for option, routes in place.routes.items():
                for route in routes if given is None or option in given else ():
                    reached.add(route.target)
                    advice.update(route.advice)
                    windows.append(route.window)
    for key, outcome in tree.outcomes.items():
        if key in reached:
            advice.update(outcome.advice)
    windows += [tree.advice[key].window for key in advice if not tree.advice[key].by_claim_date]
    for window in windows:
        if window.start is not None and window.start > datetime.date.min:
            yield window.start
        if window.end is not None and window.end < datetime.date.max:
            yield window.end + ONE_DAY


def _on(verdict: Verdict, window: Window) -> Verdict | None:
    """Return what the same answers give on the days of a window, or None where one is not offered then."""
    if verdict.care_date in window:
        return verdict
    day = window.start or window.end or verdict.care_date
    try:
        return decide(verdict.tree, verdict.answers, day, max(day, verdict.claim_date))
    except AnswerError:
        return None


def _outcomes(verdict: Verdict) -> tuple[str, ...]:
    return tuple(one.outcome.id for one in verdict.possible)


def _advised(verdict: Verdict) -> tuple[tuple[str, ...], ...]:
    """Return what is to be done and to be had together, by outcome; what is only to be known does not count."""
    kinds = verdict.tree.advice_kinds
    return tuple(
        tuple(
            one.id
            for one in possible.advice
            if not (one.by_claim_date or one.note) and (kinds[one.kind].numbered or kinds[one.kind].checklist)
        )
        for possible in verdict.possible
    )
