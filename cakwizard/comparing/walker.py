"""Two trees walked side by side with the same answers: what `diff`, `test --mutants` and `verify` rest on.

A pair of places that was met before with as much known is not walked again, and where both trees are the same from a
pair on it is not walked on: the work grows with what differs, not with the number of walks. Where the two ask
questions in another order the pairs multiply; a budget bounds that, and past it nothing is claimed.

Compared is what a case can expect of a walk: the outcome with its amounts and contract, certainty, advice, a date
without a rule, and which questions are asked. Sources and wordings are not.
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

import networkx as nx

from cakwizard.comparing.between import Between, Days, routes_at
from cakwizard.deciding.days import due, percent_on
from cakwizard.deciding.verdict import Answers
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Certainty

BUDGET = 50_000
"""How many pairs of places are looked at before nothing is claimed any more."""

NO_RULE = "(no rule)"
"""Where a walk ends that no rule covers on the day."""
NOT_OFFERED = "(not offered)"
"""Where a walk ends whose answer one of the trees does not offer; the question stands behind it while walking."""

_BREADTH = 500  # pairs are looked at in the order of their distance from the start
_NONE: frozenset[str] = frozenset()


class End(NamedTuple):
    """What a walk comes to; amounts and days as in JSON, so that an end can be read from there as well."""

    outcome: str
    scheme: str | None = None
    percent: str | None = None
    maximum: bool = False
    contract: str | None = None
    deadline: tuple[object, ...] | None = None  # months, start, last day, late
    certainty: str | None = None
    advice: frozenset[str] = _NONE


class Unlike(NamedTuple):
    """One respect in which two ends differ; of advice, which is gone and which is new."""

    field: str
    old: object
    new: object


def unlike(old: End, new: End) -> tuple[Unlike, ...]:
    """Return in what two ends differ; when the outcome does, that alone."""
    fields = End._fields[:1] if old.outcome != new.outcome else End._fields[1:-1]
    found = (Unlike(field, getattr(old, field), getattr(new, field)) for field in fields)
    advice = Unlike("advice", old.advice - new.advice, new.advice - old.advice)
    return tuple(one for one in (*found, *([advice] if len(fields) > 1 else [])) if one.old != one.new)


def _not_offered(question: str) -> str:
    return f"{NOT_OFFERED} {question}"


class _Lead(NamedTuple):
    target: str
    certainty: int = 0
    advice: frozenset[str] = _NONE


class Side:
    """One tree on one day of care and of claiming.

    Args:
        like: Another tree on those days; only the `changed` places, and those above them, are not the same there.
    """

    def __init__(
        self,
        tree: DecisionTree,
        care_date: datetime.date,
        claim_date: datetime.date,
        like: Side | None = None,
        changed: Collection[str] = (),
    ) -> None:
        self.tree, self.care_date, self.claim_date = tree, care_date, claim_date
        self._like, self._changed = like, changed
        self._leads: dict[str, dict[str, _Lead]] = {}
        self._asked: dict[str, frozenset[str]] = {}
        self._least: dict[str, int] = {}

    def asks(self, place: str) -> str | None:
        """Return the question asked at a place, or None where a walk has ended."""
        node = self.tree.nodes.get(place)
        return None if node is None else node.question

    def asks_below(self, place: str, question: str) -> bool:
        """Tell whether a walk on from a place is or can be asked a question."""
        if place not in self._asked:
            below = {place} | (nx.descendants(self.tree.graph, place) if place in self.tree.graph else set())
            self._asked[place] = frozenset(self.tree.nodes[one].question for one in below if one in self.tree.nodes)
        return question in self._asked[place]

    def offers(self, place: str, question: str) -> Collection[str]:
        """Return the options of a question that a walk on from a place may be offered."""
        if self.asks(place) == question:
            return self.leads(place)
        return self.tree.questions[question].options if self.asks_below(place, question) else ()

    def answered(
        self, stand: Stand, question: str, option: str, relevant: frozenset[str]
    ) -> tuple[Stand, Collection[str]]:
        """Return where a walk goes with one more answer, and the questions answered that it will never be asked."""
        given = {**dict(stand.given), question: option}
        place, certainty, advice, _ = stand
        while (asked := self.asks(place)) is not None and asked in given:
            lead = self.leads(place).get(given.pop(asked), _Lead(_not_offered(asked)))
            # What every walk on from there is unsure of is known before it is met.
            place, certainty = lead.target, max(certainty, lead.certainty, self.least(lead.target))
            advice |= lead.advice & relevant
        waiting = frozenset((key, one) for key, one in given.items() if self.asks_below(place, key))
        return Stand(place, certainty, advice, waiting), given.keys() - dict(waiting).keys()

    def leads(self, place: str) -> Mapping[str, _Lead]:
        """Return by option where it leads from a place."""
        if self._like is not None and place not in self._changed:
            return self._like.leads(place)
        found = self._leads.get(place)
        if found is None:
            found = self._leads[place] = {}
            for route in routes_at(self.tree, place):
                if self.care_date in route.window:
                    advice = self._holding(route.advice)
                    certainty = max([route.certainty, *(self.tree.advice[key].certainty for key in advice)])
                    found[route.option] = _Lead(route.target, certainty, advice)
                else:
                    found.setdefault(route.option, _Lead(NO_RULE))
        return found

    def least(self, place: str) -> int:
        """Return how unsure every walk on from a place ends at least."""
        if self._like is not None and place not in self._changed:
            return self._like.least(place)
        found = self._least.get(place)
        if found is None:
            if place in self.tree.outcomes:
                found = Certainty[self.end(place).certainty or "settled"]
            else:
                found = min([max(one.certainty, self.least(one.target)) for one in self.leads(place).values()] or [0])
            self._least[place] = found
        return found

    def end(self, place: str, certainty: int = 0, advice: frozenset[str] = _NONE) -> End:
        """Return what a walk comes to that met this certainty and advice on its way."""
        outcome = self.tree.outcomes.get(place)
        if outcome is None:
            return End(NO_RULE if place == NO_RULE else NOT_OFFERED)
        own = self._holding(outcome.advice)
        percent = percent_on(outcome, self.care_date)
        last = due(outcome.deadline, self.care_date, self.claim_date) if outcome.deadline else None
        return End(
            outcome=outcome.id,
            scheme=outcome.scheme,
            percent=None if percent is None else f"{percent.normalize():f}",
            maximum=outcome.maximum,
            contract=outcome.contract,
            deadline=(last.months, last.start, last.date and last.date.isoformat(), last.late) if last else None,
            certainty=Certainty(
                max([certainty, outcome.certainty, *(self.tree.advice[key].certainty for key in own)])
            ).name,
            advice=advice | own,
        )

    def _holding(self, advice: Iterable[str]) -> frozenset[str]:
        return frozenset(key for key in advice if self.tree.advice[key].holds(self.care_date, self.claim_date))


class Step(NamedTuple):
    """An answer that both trees ask for, or only the new one (`asks`), or only the old one (`skips`)."""

    kind: Literal["leads", "asks", "skips"]
    question: str
    option: str


class Stand(NamedTuple):
    """Where a walk stands in one tree, what it met that can still matter, and answers that are yet to be asked for."""

    place: str
    certainty: int = 0
    advice: frozenset[str] = _NONE
    given: frozenset[tuple[str, str]] = frozenset()


class Pair(NamedTuple):
    """Where one walk stands in both trees, and whether one of them asked it what the other will not ask."""

    old: Stand
    new: Stand
    asks_differ: bool = False

    @property
    def together(self) -> bool:
        """Tell whether both walks stand at the same place and know the same."""
        return self.old == self.new and not self.old.given


class SideBySide:
    """Two trees on one day of care and of claiming.

    Args:
        between: What is not the same in both on every day.
        budget: How many pairs may be looked at; `complete` says whether that was enough.
    """

    def __init__(self, old: Side, new: Side, between: Between, budget: int = BUDGET) -> None:
        self.old, self.new, self.between, self.budget = old, new, between, budget
        self.start = Pair(Stand(old.tree.start), Stand(new.tree.start))
        self.steps: dict[Pair, list[tuple[Step, Pair]]] = {}
        self.came_from: dict[Pair, tuple[Pair, Step] | None] = {self.start: None}
        self.complete = True
        self._differs_today = any(map(self._differs, between.places))

    def _differs(self, place: str) -> bool:
        sides = (self.old, self.new)
        gists = [(side.asks(place), side.leads(place), side.end(place), place in side.tree.outcomes) for side in sides]
        return gists[0] != gists[1]

    def _is_same(self, pair: Pair) -> bool:
        """Tell whether nothing on from a pair can differ any more."""
        below = self._differs_today and pair.old.place in self.between.above
        return pair.together and not pair.asks_differ and not below

    def ends(self, pair: Pair) -> tuple[End, End] | None:
        """Return what a walk comes to in both trees when it stands at a pair, or None while it goes on."""
        if pair.old.place in self.old.tree.nodes or pair.new.place in self.new.tree.nodes:
            return None
        return self.old.end(*pair.old[:3]), self.new.end(*pair.new[:3])

    def pairs(self) -> Iterator[Pair]:
        """Yield each pair that a walk can meet, the short walks first; `steps` then holds how they hang together."""
        waiting = deque([self.start])
        while waiting:
            if len(self.steps) >= self.budget:
                self.complete = False
                return
            # Where the pairs multiply, the first walk that ends says more than another short one.
            pair = waiting.popleft() if len(self.steps) < _BREADTH else waiting.pop()
            self.steps[pair] = [] if self._is_same(pair) else list(self._onward(pair))
            for step, onward in self.steps[pair]:
                if onward not in self.came_from:
                    self.came_from[onward] = (pair, step)
                    waiting.append(onward)
            yield pair

    def answers(self, pair: Pair) -> Answers:
        """Return the answers in the old tree of one walk to a pair that was yielded."""
        steps, found = [], self.came_from[pair]
        while found is not None:
            steps.append(found[1])
            found = self.came_from[found[0]]
        return {step.question: frozenset({step.option}) for step in reversed(steps) if step.kind != "asks"}

    def _onward(self, pair: Pair) -> Iterator[tuple[Step, Pair]]:
        sides = ((self.old, pair.old), (self.new, pair.new))
        asked, question = (side.asks(stand.place) for side, stand in sides)
        if question is None or (asked is not None and self.old.asks_below(pair.old.place, question)):
            question = asked
        if question is None:
            return
        in_old, in_new = (side.asks_below(stand.place, question) for side, stand in sides)
        kind: Literal["leads", "asks", "skips"] = "asks" if not in_old else "leads" if in_new else "skips"
        for option in dict.fromkeys(one for side, stand in sides for one in side.offers(stand.place, question)):
            old, not_old = self.old.answered(pair.old, question, option, self.between.relevant)
            new, not_new = self.new.answered(pair.new, question, option, self.between.relevant)
            # An answer that is offered by no tree that asks for it is none.
            if old.place not in map(_not_offered, not_new) and new.place not in map(_not_offered, not_old):
                differ = pair.asks_differ or bool(not_old or not_new)
                yield Step(kind, question, option), Pair(old, new, differ)


def differences(
    old: DecisionTree, new: DecisionTree, budget: int = BUDGET, sides: dict[Days, Side] | None = None
) -> Iterator[tuple[Answers, Days] | None]:
    """Yield answers and dates that come to something else, those near the day of the rules and the short ones first.

    When the budget is spent None is yielded, and what follows is not known.

    Args:
        sides: Keeps what was found of the old tree, for who compares many with it.
    """
    between, sides = Between(old, new), {} if sides is None else sides
    for days in between.days() if between.places or old.start != new.start else ():
        before = sides.setdefault(days, Side(old, *days))
        walks = SideBySide(before, Side(new, *days, before, between.above), between, budget)
        for pair in walks.pairs():
            ends = walks.ends(pair)
            if ends is not None and (ends[0] != ends[1] or pair.asks_differ):
                yield walks.answers(pair), days
        budget -= len(walks.steps)
        if not walks.complete:
            yield None
            return
