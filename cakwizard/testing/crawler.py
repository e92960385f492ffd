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
from typing import Any, NamedTuple

import networkx as nx

from cakwizard.deciding.days import care_spans
from cakwizard.deciding.decide import decide, offered
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.errors import AnswerError
from cakwizard.showing.as_json import verdict_to_dict
from cakwizard.showing.text import full_text
from cakwizard.testing.walkfile import Case
from cakwizard.tree.records import DecisionTree

_MOST_STEPS = 60


class Fault(NamedTuple):
    """A promise that does not hold (`outcomes`, `opening`, `order`, `language`, `twice`, `exception`), and a case."""

    promise: str
    detail: str
    case: Case


class Walk(NamedTuple):
    """What is known after a step."""

    answers: Answers
    care_date: datetime.date
    claim_date: datetime.date


def crawl(
    tree: DecisionTree, count: int, seed: int, progress: Callable[[int], None] = lambda done: None
) -> list[Fault]:
    """Walk at random and return what does not hold, each promise once; the same seed gives the same walks."""
    days = [day for span in care_spans(tree) for day in (span.start, span.end) if day]
    days += [tree.checked_until, datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)]
    faults: dict[str, Fault] = {}
    for number in range(count):
        progress(number)
        pick = random.Random(f"{seed} {number}")  # noqa: S311 - the same walks every time is what is wanted
        for walk in conversation(tree, pick, days):
            for promise, detail in _broken(tree, walk, pick):
                if promise not in faults:
                    name = f"random walk {number} of seed {seed}: {promise}"
                    faults[promise] = Fault(promise, detail, _shortest(tree, walk, promise, name, pick))
    return [*faults.values()]


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
            verdict = decide(tree, *walk)
        except AnswerError as error:
            del answers[error.question]  # which is no longer offered after a change
            continue
        except Exception:
            return  # `_broken` has told of it
        for unused in verdict.unused if verdict.possible else ():
            answers.pop(unused, None)
        (step,) = pick.choices(("answer", "unknown", "back", "change", "dates"), (60, 10, 10, 10, 10))
        if step == "dates":
            care_date = pick.choice(days)
            claim_date = max(care_date, pick.choice(days))
        elif step == "back" and answers:
            answers.popitem()
        else:
            question = pick.choice([*answers]) if step == "change" and answers else verdict.next_question
            if question is None:
                return
            answers.pop(question, None)
            known = tree.questions[question].options
            options = known if step == "unknown" else [pick.choice(offered(tree, question, answers) or [*known])]
            answers[question] = frozenset(options)


def _broken(tree: DecisionTree, walk: Walk, pick: random.Random) -> Iterator[tuple[str, str]]:
    """Yield which promise a walk breaks, and how."""
    try:
        try:
            verdict = decide(tree, *walk)
        except AnswerError:
            return  # No walk: an answer in it is not offered.
        here = {one.outcome.id for one in verdict.possible}
        ends = _ends(tree, walk)
        if {*ends} != here:
            yield "outcomes", f"{', '.join(sorted(here)) or '-'}; {', '.join(sorted(ends)) or '-'}"
        if verdict.next_question in walk.answers:
            yield "twice", str(verdict.next_question)
        shuffled = dict(pick.sample([*walk.answers.items()], len(walk.answers)))
        plain = _plain(verdict, tree.languages[0])
        if _plain(decide(tree, *walk._replace(answers=shuffled)), tree.languages[0]) != plain:
            yield "order", ", ".join(shuffled)
        for question in walk.answers:
            opened = {**walk.answers, question: frozenset(tree.questions[question].options)}
            possible = decide(tree, *walk._replace(answers=opened)).possible
            if lost := here - {one.outcome.id for one in possible}:
                yield "opening", f"{question}: {', '.join(sorted(lost))}"
        for language in tree.languages:
            if _plain(verdict, language) != plain:
                yield "language", language
            if verdict.next_question is None:
                full_text(verdict, language, today=walk.claim_date)
    except Exception as error:
        yield "exception", f"{type(error).__name__}: {error}"


def _plain(verdict: Verdict, language: str) -> dict[str, Any]:
    found = verdict_to_dict(verdict, language, ids_only=True)
    return {**found, "unused": {*found["unused"]}}


def _ends(tree: DecisionTree, walk: Walk) -> list[str]:
    """Return the outcomes that a walk leaves possible, in the order of the file, found without the engine."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(tree.start)
    for route in tree.routes():
        options = walk.answers.get(tree.nodes[route.node].question, {route.option})
        if route.option in options and walk.care_date in route.window:
            graph.add_edge(route.node, route.target)
    reached = nx.descendants(graph, tree.start)
    return [key for key in tree.outcomes if key in reached]


def _shortest(tree: DecisionTree, walk: Walk, promise: str, name: str, pick: random.Random) -> Case:
    """Return a walk that breaks a promise as a case, with as few of the answers as still break it."""
    for question in walk.answers:
        fewer = walk._replace(answers={key: one for key, one in walk.answers.items() if key != question})
        if promise in dict(_broken(tree, fewer, pick)):
            walk = fewer
    ends = tuple(_ends(tree, walk))
    expect: dict[str, object] = {"possible": ends} if ends else {"status": "out_of_range"}
    return Case(name=name, expect=expect, location=tree.nodes[tree.start].location, **walk._asdict())
