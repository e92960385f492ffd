"""Random walks, and what must be true of any of them whatever the rules say.

A walk answers, leaves open ("I do not know"), goes back, changes an answer and the dates, as people do. After each
step it is held against a second, simple way to find the outcomes, and against what the contract promises of every
tree: opening an answer only adds outcomes, the order of answers and the language do not matter, a date on which no
rule holds gives no scheme, no question is asked twice, and nothing fails.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from cakwizard.deciding.days import care_spans
from cakwizard.deciding.decide import decide, offered
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.errors import AnswerError
from cakwizard.showing.as_json import verdict_to_dict
from cakwizard.showing.text import full_text
from cakwizard.testing.walkfile import Case
from cakwizard.tree.records import DecisionTree

_MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """A promise that does not hold (`outcomes`, `opening`, `order`, `language`, `twice`, `exception`), and a case."""

    promise: str
    detail: str
    case: Case


class Walk(NamedTuple):
    """What is known after a step."""

    answers: Answers
    care_date: datetime.date
    claim_date: datetime.date

    def decide(self, tree: DecisionTree) -> Verdict:
        """Return what the tree says of it."""
        return decide(tree, *self)

    def having(self, answers: Answers) -> Walk:
        """Return the same with other answers."""
        return self._replace(answers=answers)


def crawl(
    tree: DecisionTree, count: int, seed: int, progress: Callable[[int], None] = lambda done: None
) -> Iterator[Fault]:
    """Walk at random and yield what does not hold, each promise once; the same seed gives the same walks."""
    days = [day for span in care_spans(tree) for day in (span.start, span.end) if day is not None]
    days += [tree.checked_until, datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)]
    told: set[str] = set()
    for number in range(count):
        progress(number)
        pick = random.Random(f"{seed} {number}")  # noqa: S311 - the same walks every time is what is wanted
        for walk in conversation(tree, pick, days):
            broken = next(_broken(tree, walk, pick), None)
            if broken is not None and broken[0] not in told:
                told.add(broken[0])
                yield _fault(tree, walk, *broken, f"random walk {number} of seed {seed}: {broken[0]}", pick)


def conversation(tree: DecisionTree, pick: random.Random, days: list[datetime.date]) -> Iterator[Walk]:
    """Yield the answers and dates of one conversation after each of its steps.

    What the keys of a conversation do is done to the answers: back drops the last, a change puts another in its
    place, and what no longer fits falls away.
    """
    answers: dict[str, frozenset[str]] = {}
    care_date = pick.choice(days)
    claim_date = max(care_date, pick.choice(days))
    for _ in range(_MOST_STEPS):
        walk = Walk(dict(answers), care_date, claim_date)
        yield walk
        try:
            verdict = walk.decide(tree)
        except AnswerError as error:
            # An answer that is no longer offered after a change falls away.
            del answers[error.question]
            continue
        except Exception:
            return  # `_broken` has told of it
        for unused in verdict.unused if verdict.possible else ():
            answers.pop(unused, None)
        (step,) = pick.choices(("answer", "unknown", "back", "change", "dates"), (60, 10, 10, 10, 10))
        question = verdict.next_question
        if step == "dates":
            care_date = pick.choice(days)
            claim_date = max(care_date, pick.choice(days))
        elif step == "back" and answers:
            answers.popitem()
        else:
            question = pick.choice([*answers]) if step == "change" and answers else question
            if question is None:
                return
            answers.pop(question, None)
            known = [*tree.questions[question].options]
            options = known if step == "unknown" else [pick.choice(offered(tree, question, answers) or known)]
            answers[question] = frozenset(options)


def _broken(tree: DecisionTree, walk: Walk, pick: random.Random) -> Iterator[tuple[str, str]]:
    """Yield which promise a walk breaks, and how."""
    try:
        verdict = walk.decide(tree)
        here = {one.outcome.id for one in verdict.possible}
        ends = _ends(tree, walk)
        if ends != here:
            yield "outcomes", f"{', '.join(sorted(here)) or '-'}; {', '.join(sorted(ends)) or '-'}"
        if verdict.next_question in walk.answers:
            yield "twice", str(verdict.next_question)
        shuffled = dict(pick.sample([*walk.answers.items()], len(walk.answers)))
        plain = _plain(verdict, tree.languages[0])
        if _plain(walk.having(shuffled).decide(tree), tree.languages[0]) != plain:
            yield "order", ", ".join(shuffled)
        for question in walk.answers:
            opened = walk.having({**walk.answers, question: frozenset(tree.questions[question].options)})
            lost = here - {one.outcome.id for one in opened.decide(tree).possible}
            if lost:
                yield "opening", f"{question}: {', '.join(sorted(lost))}"
        for language in tree.languages:
            if _plain(verdict, language) != plain:
                yield "language", language
            if verdict.next_question is None:
                full_text(verdict, language, today=walk.claim_date)
    except AnswerError:
        return
    except Exception as error:
        yield "exception", f"{type(error).__name__}: {error}"


def _plain(verdict: Verdict, language: str) -> dict[str, Any]:
    found = verdict_to_dict(verdict, language, ids_only=True)
    return {**found, "unused": {*found["unused"]}}


def _ends(tree: DecisionTree, walk: Walk) -> set[str]:
    """Return the outcomes that a walk leaves possible, found without the engine."""
    reached, ahead = {tree.start}, [tree.start]
    while ahead:
        place = ahead.pop()
        for route in tree.routes(place) if place in tree.nodes else ():
            allowed = walk.answers.get(tree.nodes[place].question, {route.option})
            if walk.care_date in route.window and route.option in allowed and route.target not in reached:
                reached.add(route.target)
                ahead.append(route.target)
    return reached & tree.outcomes.keys()


def _fault(tree: DecisionTree, walk: Walk, promise: str, detail: str, name: str, pick: random.Random) -> Fault:
    """Return a broken promise with a case that has as few of the answers as still break it."""
    for question in walk.answers:
        fewer = walk.having({key: one for key, one in walk.answers.items() if key != question})
        if promise in (one for one, _ in _broken(tree, fewer, pick)):
            walk = fewer
    ends = [key for key in tree.outcomes if key in _ends(tree, walk)]
    expect: dict[str, object] = {"possible": tuple(ends)} if ends else {"status": "out_of_range"}
    location = tree.nodes[tree.start].location
    return Fault(promise, detail, Case(name=name, expect=expect, location=location, **walk._asdict()))
