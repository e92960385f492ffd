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
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import networkx as nx

from cakwizard.comparing.spans import care_spans, day_in, spans
from cakwizard.deciding.days import due, percent_on
from cakwizard.deciding.verdict import Answers
from cakwizard.tree.records import Certainty, DecisionTree

__all__ = ["BUDGET", "NOT_OFFERED", "NO_RULE", "Difference", "End", "Pair", "Side", "SideBySide", "Step", "Unlike"]
__all__ += ["advice_at", "changed_places", "differences", "unlike"]

BUDGET = 50_000
"""How many pairs of places are looked at before nothing is claimed any more."""

NO_RULE = "(no rule)"
"""Where a walk ends that no rule covers on the day."""
NOT_OFFERED = "(not offered)"
"""Where a walk ends whose answer one of the trees does not offer."""

_BREADTH = 500  # pairs are looked at in the order of their distance from the start
_NONE: frozenset[str] = frozenset()
_Reach = Callable[["nx.MultiDiGraph[str]", str], Iterable[str]]


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


class _Lead(NamedTuple):
    target: str
    certainty: int = 0
    advice: frozenset[str] = _NONE


class Side:
    """One tree on one day of care and of claiming."""

    def __init__(self, tree: DecisionTree, care_date: datetime.date, claim_date: datetime.date) -> None:
        self.tree, self.care_date, self.claim_date = tree, care_date, claim_date
        self._leads: dict[str, dict[str, _Lead]] = {}
        self._asked: dict[str, frozenset[str]] = {}

    def asks(self, place: str) -> str | None:
        """Return the question asked at a place, or None where a walk has ended."""
        node = self.tree.nodes.get(place)
        return None if node is None else node.question

    def asks_below(self, place: str, question: str) -> bool:
        """Tell whether a walk on from a place can be asked a question."""
        if place not in self._asked:
            below = {place} | around(self.tree, [place], nx.descendants)
            self._asked[place] = frozenset(self.tree.nodes[one].question for one in below if one in self.tree.nodes)
        return question in self._asked[place]

    def leads(self, place: str) -> Mapping[str, _Lead]:
        """Return by option where it leads from a place."""
        found = self._leads.get(place)
        if found is None:
            found = self._leads[place] = {}
            for route in self.tree.routes(place) if place in self.tree.nodes else ():
                if self.care_date in route.window:
                    advice = self._holding(route.advice)
                    certainty = max([route.certainty, *(self.tree.advice[key].certainty for key in advice)])
                    found[route.option] = _Lead(route.target, certainty, advice)
                else:
                    found.setdefault(route.option, _Lead(NO_RULE))
        return found

    def end(self, place: str, certainty: int = 0, advice: frozenset[str] = _NONE) -> End:
        """Return what a walk comes to that met this certainty and advice on its way."""
        outcome = self.tree.outcomes.get(place)
        if outcome is None:
            return End(place)
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
    """An answer that leads on in both trees, or is asked in the new one only, or skipped there."""

    kind: Literal["leads", "asks", "skips", "ahead"]
    question: str
    option: str


class Pair(NamedTuple):
    """Where one walk stands in both trees, and what it has met that can still matter.

    `ahead` holds the answers given in the old tree that the new one has yet to ask for.
    """

    old: str
    new: str
    old_met: tuple[int, frozenset[str]] = (0, _NONE)
    new_met: tuple[int, frozenset[str]] = (0, _NONE)
    ahead: frozenset[tuple[str, str]] = frozenset()
    asks_differ: bool = False

    @property
    def together(self) -> bool:
        """Tell whether both walks stand at the same place and know the same."""
        return self.old == self.new and self.old_met == self.new_met and not self.ahead


class SideBySide:
    """Two trees on one day of care and of claiming.

    Args:
        changed: The places that are not the same in both on every day.
        budget: How many pairs may be looked at; `complete` says whether that was enough.
    """

    def __init__(self, old: Side, new: Side, changed: Iterable[str], budget: int = BUDGET) -> None:
        self.old, self.new, self.budget = old, new, budget
        self.start = Pair(old.tree.start, new.tree.start)
        self.steps: dict[Pair, list[tuple[Step, Pair]]] = {}
        self.came_from: dict[Pair, tuple[Pair, Step] | None] = {self.start: None}
        self.complete = True
        today = {place for place in changed if self._differs(place)}
        self.differ_below, below = set(today), set(today)
        for tree in (old.tree, new.tree):
            self.differ_below |= around(tree, today, nx.ancestors)
            below |= around(tree, today, nx.descendants)
        self._relevant = frozenset(key for side in (old, new) for key in advice_at(side.tree, below))

    def _differs(self, place: str) -> bool:
        sides = (self.old, self.new)
        gists = [(side.asks(place), side.leads(place), side.end(place), place in side.tree.outcomes) for side in sides]
        return gists[0] != gists[1]

    def ends(self, pair: Pair) -> tuple[End, End] | None:
        """Return what a walk comes to in both trees when it stands at a pair, or None while it goes on."""
        if pair.old in self.old.tree.nodes or pair.new in self.new.tree.nodes:
            return None
        return self.old.end(pair.old, *pair.old_met), self.new.end(pair.new, *pair.new_met)

    def pairs(self) -> Iterator[Pair]:
        """Yield each pair that a walk can meet, the short walks first; `steps` then holds how they hang together."""
        waiting = deque([self.start])
        while waiting:
            if len(self.steps) >= self.budget:
                self.complete = False
                return
            # Where the pairs multiply, the first walk that ends says more than another short one.
            pair = waiting.popleft() if len(self.steps) < _BREADTH else waiting.pop()
            same = pair.together and not pair.asks_differ and pair.old not in self.differ_below
            self.steps[pair] = [] if same else list(self._onward(pair))
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
        asked = [step for step in reversed(steps) if step.kind in ("leads", "skips")]
        return {step.question: frozenset({step.option}) for step in asked}

    def _onward(self, pair: Pair) -> Iterator[tuple[Step, Pair]]:
        asked_old, asked_new, given = self.old.asks(pair.old), self.new.asks(pair.new), dict(pair.ahead)
        if asked_new is not None and asked_new in given:
            option = given[asked_new]
            rest = pair._replace(ahead=pair.ahead - {(asked_new, option)})
            yield Step("ahead", asked_new, option), self._new(rest, option)
        elif asked_old is not None and asked_old == asked_new:
            for option in dict.fromkeys((*self.old.leads(pair.old), *self.new.leads(pair.new))):
                yield Step("leads", asked_old, option), self._new(self._old(pair, option), option)
        elif asked_new is not None and not self.old.asks_below(pair.old, asked_new):
            for option in self.new.leads(pair.new):
                yield Step("asks", asked_new, option), self._new(pair, option)._replace(asks_differ=True)
        elif asked_old is not None and self.new.asks_below(pair.new, asked_old):
            for option in self.old.leads(pair.old):
                ahead = pair.ahead | {(asked_old, option)}
                yield Step("leads", asked_old, option), self._old(pair, option)._replace(ahead=ahead)
        elif asked_old is not None:
            for option in self.old.leads(pair.old):
                yield Step("skips", asked_old, option), self._old(pair, option)._replace(asks_differ=True)

    def _old(self, pair: Pair, option: str) -> Pair:
        lead = self.old.leads(pair.old).get(option, _Lead(NOT_OFFERED))
        return pair._replace(old=lead.target, old_met=self._met(pair.old_met, lead))

    def _new(self, pair: Pair, option: str) -> Pair:
        lead = self.new.leads(pair.new).get(option, _Lead(NOT_OFFERED))
        pair = pair._replace(new=lead.target, new_met=self._met(pair.new_met, lead))
        # What the new tree will not ask for any more need not be remembered, unless the walk is held against it.
        ahead = frozenset(one for one in pair.ahead if self.new.asks_below(pair.new, one[0])) if pair.ahead else _AHEAD
        return pair if ahead == pair.ahead else pair._replace(ahead=ahead, asks_differ=True)

    def _met(self, met: tuple[int, frozenset[str]], lead: _Lead) -> tuple[int, frozenset[str]]:
        return max(met[0], lead.certainty), met[1] | (lead.advice & self._relevant)


_AHEAD: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """Answers and dates that come to something else in two trees."""

    answers: Answers
    care_date: datetime.date
    claim_date: datetime.date


def differences(old: DecisionTree, new: DecisionTree, budget: int = BUDGET) -> Iterator[Difference | None]:
    """Yield walks that come to something else, those near the day of the rules and the short ones first.

    When the budget is spent None is yielded, and what follows is not known.
    """
    changed = changed_places(old, new)
    for care_date, claim_date in _days(old, new, changed) if changed or old.start != new.start else ():
        walks = SideBySide(Side(old, care_date, claim_date), Side(new, care_date, claim_date), changed, budget)
        for pair in walks.pairs():
            ends = walks.ends(pair)
            if ends is not None and (ends[0] != ends[1] or pair.asks_differ or pair.ahead):
                yield Difference(walks.answers(pair), care_date, claim_date)
        budget -= len(walks.steps)
        if not walks.complete:
            yield None
            return


def changed_places(old: DecisionTree, new: DecisionTree) -> frozenset[str]:
    """Return the nodes and outcomes that are not the same in both trees; where they stand in a file does not count."""
    changed = {key for key in old.advice.keys() | new.advice.keys() if _advice_gist(old, key) != _advice_gist(new, key)}
    places = old.nodes.keys() | new.nodes.keys() | old.outcomes.keys() | new.outcomes.keys()
    return frozenset(
        place
        for place in places
        if _gist(old, place) != _gist(new, place) or not changed.isdisjoint(advice_at(old, [place]))
    )


def _advice_gist(tree: DecisionTree, key: str) -> object:
    one = tree.advice.get(key)
    return one and (one.window, one.by_claim_date, one.certainty)


def _gist(tree: DecisionTree, place: str) -> object:
    """Return what a walk can notice of a node or an outcome."""
    if place in tree.nodes:
        routes = tree.routes(place)
        gists = {(one.option, one.target, one.window, one.certainty, frozenset(one.advice)) for one in routes}
        return tree.nodes[place].question, gists
    one = tree.outcomes.get(place)
    deadline = one and one.deadline and (one.deadline.months, one.deadline.start, one.deadline.undated)
    return one and (one.scheme, one.percent, one.maximum, one.contract, one.certainty, deadline, frozenset(one.advice))


def around(tree: DecisionTree, places: Iterable[str], reach: _Reach) -> set[str]:
    """Return what lies above (`nx.ancestors`) or below (`nx.descendants`) any of the places."""
    return set().union(*(reach(tree.graph, place) for place in places if place in tree.graph))


def advice_at(tree: DecisionTree, places: Iterable[str]) -> Iterator[str]:
    """Yield the advice that nodes and outcomes give."""
    for place in places:
        if place in tree.nodes:
            for route in tree.routes(place):
                yield from route.advice
        elif place in tree.outcomes:
            yield from tree.outcomes[place].advice


def _days(old: DecisionTree, new: DecisionTree, changed: Iterable[str]) -> list[tuple[datetime.date, datetime.date]]:
    """Return days of care and of claiming of which one stands for every other, nearest to the rules' own day first.

    The day of claiming matters only through advice that can differ.
    """
    wish = old.checked_until
    windows = []
    for tree in (old, new):
        advice = dict.fromkeys(advice_at(tree, {*changed, *around(tree, changed, nx.descendants)}))
        windows += [tree.advice[key].window for key in advice if tree.advice[key].by_claim_date]
    pairs = set()
    for care in care_spans(old, new):
        for claim in spans(windows):
            care_date = day_in(care, wish)
            claim_date = day_in(claim, max(wish, care_date))
            if claim_date < care_date:
                # Care is not claimed before it was given; an earlier day of the span may do.
                care_date = day_in(care, claim_date)
            if care_date <= claim_date:
                pairs.add((care_date, claim_date))
    return sorted(pairs, key=lambda pair: (abs((pair[0] - wish).days) + abs((pair[1] - wish).days), pair))
