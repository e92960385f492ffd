"""Two trees walked side by side with the same answers: what `diff` and `test --mutants` rest on.

A pair of places that was met before with as much known is not walked again, and where both trees are the same from a
pair on it is not walked on: the work grows with what differs, not with the number of walks. Where the two ask
questions in another order the pairs multiply; a budget bounds that, and past it nothing is claimed.

Compared is what a case can expect of a walk: the outcome with its amounts and contract, certainty, advice, a date
without a rule, and which questions are asked. Sources and wordings are not.
"""

from __future__ import annotations

import datetime
import itertools
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from typing import Any, Literal, NamedTuple

import networkx as nx

from cakwizard.deciding.days import care_windows, day_in, spans
from cakwizard.deciding.decide import possible_on
from cakwizard.deciding.verdict import Answers
from cakwizard.showing.as_json import facts
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Certainty, Window

BUDGET = 50_000
"""How many pairs of places are looked at before nothing is claimed any more."""

NO_RULE = "(no rule)"
"""Where a walk ends that no rule covers on the day."""
NOT_OFFERED = "(not offered)"
"""Where a walk ends whose answer one of the trees does not offer; the question stands behind it while walking."""

Days = tuple[datetime.date, datetime.date]
"""A day of care and one of claiming."""

_NONE: frozenset[str] = frozenset()


class End(NamedTuple):
    """What a walk comes to; amounts and days as in JSON."""

    outcome: str
    scheme: str | None = None
    percent: str | None = None
    maximum: bool = False
    contract: str | None = None
    deadline: tuple[object, ...] | None = None  # months, start, last day, late
    certainty: str | None = None
    advice: frozenset[str] = _NONE


def end_of(one: Mapping[str, Any], advice: Iterable[str]) -> End:
    """Return an end from an outcome as it is in JSON, and ids of advice."""
    percent = None if one["percent"] is None else str(one["percent"])
    deadline = one["deadline"] and tuple(one["deadline"][key] for key in ("months", "from", "date", "late"))
    fields = (one["id"], one["scheme"], percent, one["maximum"], one["contract"], deadline, one["certainty"])
    return End(*fields, advice=frozenset(advice))


class Unlike(NamedTuple):
    """One respect in which two ends differ; of advice, which is gone and which is new."""

    field: str
    old: object
    new: object


def unlike(old: End, new: End) -> tuple[Unlike, ...]:
    """Return in what two ends differ; when the outcome does, that alone."""
    if old.outcome != new.outcome:
        return (Unlike("outcome", old.outcome, new.outcome),)
    advice = old.advice - new.advice, new.advice - old.advice
    pairs = [*zip(old[:-1], new[:-1], strict=True), advice]
    return tuple(Unlike(field, *pair) for field, pair in zip(End._fields, pairs, strict=True) if pair[0] != pair[1])


class _Lead(NamedTuple):
    target: str
    certainty: int = 0
    advice: frozenset[str] = _NONE


class Stand(NamedTuple):
    """Where a walk stands in one tree, what it met that can still matter, and answers that are yet to be asked for."""

    place: str
    certainty: int = 0
    advice: frozenset[str] = _NONE
    given: frozenset[tuple[str, str]] = frozenset()


class Side:
    """One tree on one day of care and of claiming.

    Args:
        like: Another tree on those days; only in and above the `changed` places it is not the same.

    Attributes:
        asks: By node its question.
        leads: By node and option where it leads.
        ends: By outcome what a walk comes to there, whatever it met.
        asked: By node the questions that a walk on from there can be asked, its own too, be it on another day.
        least: How unsure every walk on from a node or an outcome ends at least.
    """

    def __init__(
        self,
        tree: DecisionTree,
        care_date: datetime.date,
        claim_date: datetime.date,
        like: Side | None = None,
        changed: Collection[str] = (),
    ) -> None:
        self.tree = tree
        self.asks = {key: node.question for key, node in tree.nodes.items()}
        self.leads: dict[str, dict[str, _Lead]] = {} if like is None else {**like.leads}
        self.ends: dict[str, End] = {} if like is None else {**like.ends}
        self.asked: dict[str, frozenset[str]] = {} if like is None else {**like.asked}
        self.least: dict[str, int] = {} if like is None else {**like.least}
        for place in reversed(tree.order):
            if like is not None and place not in changed:
                continue
            if place in tree.outcomes:
                possible = possible_on(tree, tree.outcomes[place], care_date, claim_date)
                self.ends[place] = end_of(facts(possible), (one.id for one in possible.advice))
                self.least[place] = possible.certainty
                continue
            leads: dict[str, _Lead] = {}
            below = {self.asks[place]}
            for route in tree.routes(place):
                below |= self.asked.get(route.target, _NONE)
                if care_date in route.window:
                    advice = [tree.advice[key] for key in route.advice]
                    advice = [one for one in advice if one.holds(care_date, claim_date)]
                    certainty = max([route.certainty, *(one.certainty for one in advice)])
                    leads[route.option] = _Lead(route.target, certainty, frozenset(one.id for one in advice))
                else:
                    leads.setdefault(route.option, _Lead(NO_RULE))
            self.leads[place], self.asked[place] = leads, frozenset(below)
            self.least[place] = min(max(one.certainty, self.least.get(one.target, 0)) for one in leads.values())

    def asks_below(self, place: str, question: str) -> bool:
        """Tell whether a walk on from a place is or can be asked a question."""
        return question in self.asked.get(place, ())

    def offers(self, place: str, question: str) -> Iterable[str]:
        """Return the options of a question that a walk on from a place may be offered."""
        if self.asks.get(place) == question:
            return self.leads[place]
        return self.tree.questions[question].options if self.asks_below(place, question) else ()

    def answered(
        self, stand: Stand, question: str, option: str, relevant: frozenset[str]
    ) -> tuple[Stand, Collection[str]]:
        """Return where a walk goes with one more answer, and the questions answered that it will never be asked."""
        given = {**dict(stand.given), question: option}
        place, certainty, advice, _ = stand
        while (asked := self.asks.get(place)) is not None and asked in given:
            lead = self.leads[place].get(given.pop(asked), _Lead(_not_offered(asked)))
            # What every walk on from there is unsure of is known before it is met.
            place, certainty = lead.target, max(certainty, lead.certainty, self.least.get(lead.target, 0))
            advice |= lead.advice & relevant
        waiting = frozenset(one for one in given.items() if self.asks_below(place, one[0]))
        return Stand(place, certainty, advice, waiting), given.keys() - dict(waiting).keys()

    def end(self, place: str, certainty: int = 0, advice: frozenset[str] = _NONE) -> End:
        """Return what a walk comes to that met this certainty and advice on its way."""
        if place not in self.ends:
            return End(NO_RULE if place == NO_RULE else NOT_OFFERED)
        own = self.ends[place]
        least = max(certainty, self.least[place])
        return own._replace(certainty=Certainty(least).name, advice=own.advice | advice)


def _not_offered(question: str) -> str:
    return f"{NOT_OFFERED} {question}"


class Step(NamedTuple):
    """An answer that both trees ask for, or only the new one (`asks`), or only the old one (`skips`)."""

    kind: Literal["leads", "asks", "skips"]
    question: str
    option: str


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

    Attributes:
        steps: By pair that was looked at, where each answer leads from there.
        met: By pair the answers in the old tree of the first walk that met it.
        complete: Whether the budget was enough.
    """

    def __init__(self, old: Side, new: Side, budget: int) -> None:
        self.old, self.new, self.budget = old, new, budget
        self.start = Pair(Stand(old.tree.start), Stand(new.tree.start))
        self.steps: dict[Pair, list[tuple[Step, Pair]]] = {}
        self.met: dict[Pair, Answers] = {self.start: {}}
        self.complete = True
        # What is not the same on these days, all that leads there, and the advice that can be given from there on.
        differs = {
            place
            for place in old.least.keys() | new.least.keys()
            if (old.asks.get(place), old.leads.get(place), old.ends.get(place))
            != (new.asks.get(place), new.leads.get(place), new.ends.get(place))
        }
        above, below = set(differs), set(differs)
        for side in (old, new):
            for place in differs & side.least.keys():
                above |= nx.ancestors(side.tree.graph, place)
                below |= nx.descendants(side.tree.graph, place)
        self._above = above
        self._relevant = frozenset(key for side in (old, new) for key in advice_at(side.tree, below))

    def ends(self, pair: Pair) -> tuple[End, End] | None:
        """Return what a walk comes to in both trees when it stands at a pair, or None while it goes on."""
        if pair.old.place in self.old.leads or pair.new.place in self.new.leads:
            return None
        return self.old.end(*pair.old[:3]), self.new.end(*pair.new[:3])

    def pairs(self) -> Iterator[Pair]:
        """Yield each pair that a walk can meet, the short walks first."""
        waiting = deque([self.start])
        while waiting:
            if len(self.steps) >= self.budget:
                self.complete = False
                return
            pair = waiting.popleft()
            is_same = pair.together and not pair.asks_differ and pair.old.place not in self._above
            self.steps[pair] = [] if is_same else list(self._onward(pair))
            for step, onward in self.steps[pair]:
                if onward not in self.met:
                    asked = {step.question: frozenset({step.option})} if step.kind != "asks" else {}
                    self.met[onward] = {**self.met[pair], **asked}
                    waiting.append(onward)
            yield pair

    def _onward(self, pair: Pair) -> Iterator[tuple[Step, Pair]]:
        old, new = self.old, self.new
        asked, question = old.asks.get(pair.old.place), new.asks.get(pair.new.place)
        if question is None or (asked is not None and old.asks_below(pair.old.place, question)):
            question = asked
        if question is None:
            return
        in_old, in_new = old.asks_below(pair.old.place, question), new.asks_below(pair.new.place, question)
        kind: Literal["leads", "asks", "skips"] = "asks" if not in_old else "leads" if in_new else "skips"
        for option in dict.fromkeys((*old.offers(pair.old.place, question), *new.offers(pair.new.place, question))):
            before, not_before = old.answered(pair.old, question, option, self._relevant)
            after, not_after = new.answered(pair.new, question, option, self._relevant)
            # An answer that is offered by no tree that asks for it is none.
            if before.place not in map(_not_offered, not_after) and after.place not in map(_not_offered, not_before):
                differ = pair.asks_differ or bool(not_before or not_after)
                yield Step(kind, question, option), Pair(before, after, differ)


def differences(
    tree: DecisionTree, other: DecisionTree, budget: int, sides: dict[Days, Side]
) -> Iterator[tuple[Answers, Days] | None]:
    """Yield answers and dates that come to something else, those near the day of the rules and the short ones first.

    When the budget is spent None is yielded, and what follows is not known.

    Args:
        other: The tree with a mistake in some records; all others are the very same.
        sides: Keeps what was found of the tree, for who compares many with it.
    """
    changed = {place for place in tree.graph if _records_at(tree, place) != _records_at(other, place)}
    met = changed.union(*(nx.ancestors(one.graph, place) for one in (tree, other) for place in changed))
    for days in _days_of((tree, other), changed, met):
        before = sides.get(days) or sides.setdefault(days, Side(tree, *days))
        walks = SideBySide(before, Side(other, *days, before, met), budget)
        for pair in walks.pairs():
            ends = walks.ends(pair)
            if ends is not None and (ends[0] != ends[1] or pair.asks_differ):
                yield walks.met[pair], days
        budget -= len(walks.steps)
        if not walks.complete:
            yield None
            return


def _records_at(tree: DecisionTree, place: str) -> tuple[object, ...]:
    advice = [tree.advice[key] for key in advice_at(tree, [place])]
    return tree.outcomes.get(place), advice, *tree.routes(place)


def _days_of(trees: Iterable[DecisionTree], changed: Set[str], met: Set[str]) -> list[Days]:
    """Return the days on which walks can meet what changed, one for all like it, nearest to the rules' own first.

    Between two dates that a window names nothing changes, so one day of each such span stands for all.
    """
    care: list[Window] = []
    claim: list[Window] = []
    for tree in trees:
        below = changed.union(*(nx.descendants(tree.graph, place) for place in changed))
        advice = set(advice_at(tree, below))
        routes = [route for place in met | below for route in tree.routes(place)]
        care += care_windows(tree, routes, below & tree.outcomes.keys(), advice)
        claim += [tree.advice[key].window for key in advice if tree.advice[key].by_claim_date]
        wish = tree.checked_until
    pairs = set()
    for span, other in itertools.product(spans(care), spans(claim)):
        care_date = day_in(span, wish)
        claim_date = day_in(other, max(wish, care_date))
        # Care is not claimed before it was given; an earlier day of the span may do.
        care_date = min(care_date, day_in(span, claim_date))
        if care_date <= claim_date:
            pairs.add((care_date, claim_date))
    return sorted(pairs, key=lambda pair: (abs((pair[0] - wish).days) + abs((pair[1] - wish).days), pair))


def advice_at(tree: DecisionTree, places: Iterable[str]) -> Iterator[str]:
    """Yield the advice that nodes and outcomes of a tree give; there is none where it has no such place."""
    for place in places:
        if place in tree.graph:
            yield from tree.outcomes[place].advice if place in tree.outcomes else ()
            yield from (key for route in tree.routes(place) for key in route.advice)
