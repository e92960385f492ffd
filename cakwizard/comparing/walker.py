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
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import networkx as nx

from cakwizard.deciding.days import care_windows, day_in, spans
from cakwizard.deciding.decide import possible_on
from cakwizard.deciding.verdict import Answers
from cakwizard.showing.as_json import facts
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import NOTHING, Certainty, Window

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


class Stand(NamedTuple):
    """Where a walk stands in one tree, what it met that can still matter, and answers that are yet to be asked for."""

    place: str
    certainty: int = 0
    advice: frozenset[str] = _NONE
    given: frozenset[tuple[str, str]] = frozenset()


class Place(NamedTuple):
    """A node or an outcome on a day; `leads` holds by option where it leads, with what is met on the way."""

    question: str | None = None
    leads: Mapping[str, Stand] = NOTHING
    end: End | None = None


def _place(tree: DecisionTree, key: str, days: Days) -> Place:
    if key in tree.outcomes:
        possible = possible_on(tree, tree.outcomes[key], *days)
        return Place(end=end_of(facts(possible), (one.id for one in possible.advice)))
    leads: dict[str, Stand] = {}
    for route in tree.routes(key):
        if days[0] in route.window:
            advice = [tree.advice[one] for one in route.advice if tree.advice[one].holds(*days)]
            certainty = max([route.certainty, *(one.certainty for one in advice)])
            leads[route.option] = Stand(route.target, certainty, frozenset(one.id for one in advice))
        else:
            leads.setdefault(route.option, Stand(NO_RULE))
    return Place(tree.nodes[key].question, leads)


@lru_cache(maxsize=2)
def _asked_from(tree: DecisionTree) -> Mapping[str, frozenset[str]]:
    """Return by place the questions that a walk on from there can be asked, its own too, on whatever day."""
    found = defaultdict[str, frozenset[str]](frozenset)
    for key in reversed([one for one in tree.order if one in tree.nodes]):
        found[key] = frozenset({tree.nodes[key].question}.union(*(found[one.target] for one in tree.routes(key))))
    return found


class Side:
    """One tree on two days, of care and of claiming; `same` has what is at places that need not be worked out."""

    def __init__(self, tree: DecisionTree, days: Days, same: Mapping[str, Place] = NOTHING) -> None:
        self.tree, self.asked = tree, _asked_from(tree)
        # There is nothing where no rule holds and where an answer is not offered.
        self.places = defaultdict(Place, {key: same.get(key) or _place(tree, key, days) for key in tree.order})

    def offers(self, place: str, question: str) -> Iterable[str]:
        """Return the options of a question that a walk on from a place may be offered."""
        there = self.places[place]
        if there.question == question:
            return there.leads
        return self.tree.questions[question].options if question in self.asked[place] else ()

    def answered(
        self, stand: Stand, question: str, option: str, relevant: frozenset[str]
    ) -> tuple[Stand, Collection[str]]:
        """Return where a walk goes with one more answer, and the questions answered that it will never be asked."""
        given = {**dict(stand.given), question: option}
        place, certainty, advice, _ = stand
        while (asked := self.places[place].question) is not None and asked in given:
            lead = self.places[place].leads.get(given.pop(asked), Stand(_not_offered(asked)))
            place, certainty, advice = lead.place, max(certainty, lead.certainty), advice | (lead.advice & relevant)
        waiting = frozenset(one for one in given.items() if one[0] in self.asked[place])
        return Stand(place, certainty, advice, waiting), given.keys() - dict(waiting).keys()

    def end(self, place: str, certainty: int = 0, advice: frozenset[str] = _NONE) -> End:
        """Return what a walk comes to that met this certainty and advice on its way."""
        own = self.places[place].end
        if own is None or own.certainty is None:
            return End(NO_RULE if place == NO_RULE else NOT_OFFERED)
        weakest = Certainty(max(certainty, Certainty[own.certainty]))
        return own._replace(certainty=weakest.name, advice=own.advice | advice)


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
        differs = {place for place in {**old.places, **new.places} if old.places[place] != new.places[place]}
        self._above, below = _around((old.tree, new.tree), differs)
        self._relevant = frozenset(key for side in (old, new) for key in advice_at(side.tree, below))

    def ends(self, pair: Pair) -> tuple[End, End] | None:
        """Return what a walk comes to in both trees when it stands at a pair, or None while it goes on."""
        if self.old.places[pair.old.place].leads or self.new.places[pair.new.place].leads:
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
        asked, also = old.asked[pair.old.place], new.asked[pair.new.place]
        question = new.places[pair.new.place].question
        if question is None or question in asked:
            question = old.places[pair.old.place].question
        if question is None:
            return
        kind: Literal["leads", "asks", "skips"] = "leads" if question in also else "skips"
        kind = kind if question in asked else "asks"
        for option in dict.fromkeys((*old.offers(pair.old.place, question), *new.offers(pair.new.place, question))):
            before, not_before = old.answered(pair.old, question, option, self._relevant)
            after, not_after = new.answered(pair.new, question, option, self._relevant)
            # An answer that is offered by no tree that asks for it is none.
            if before.place not in map(_not_offered, not_after) and after.place not in map(_not_offered, not_before):
                differ = pair.asks_differ or bool(not_before or not_after)
                yield Step(kind, question, option), Pair(before, after, differ)


def differences(
    tree: DecisionTree, other: DecisionTree, ids: Set[str], budget: int, sides: dict[Days, Side]
) -> Iterator[tuple[Answers, Days] | None]:
    """Yield answers and dates that come to something else, those near the day of the rules and the short ones first.

    The other tree has a mistake at nodes, or in outcomes or advice, with these ids; all others are the very same. What
    was found of the tree is kept in `sides`. When the budget is spent None is yielded, and what follows is not known.
    """
    changed = {place for place in tree.graph if not ids.isdisjoint((place, *advice_at(tree, [place])))}
    for days in _days_of((tree, other), changed):
        before = sides.get(days) or sides.setdefault(days, Side(tree, days))
        same = {key: place for key, place in before.places.items() if key not in changed}
        walks = SideBySide(before, Side(other, days, same), budget)
        for pair in walks.pairs():
            ends = walks.ends(pair)
            if ends is not None and (ends[0] != ends[1] or pair.asks_differ):
                yield walks.met[pair], days
        budget -= len(walks.steps)
        if not walks.complete:
            yield None
            return


def _days_of(trees: tuple[DecisionTree, ...], changed: Set[str]) -> list[Days]:
    """Return the days that tell apart walks which meet what changed, nearest to the rules' own first.

    Between two dates that a window names nothing changes, so one day of each such span stands for all.
    """
    wish = trees[0].checked_until
    above, below = _around(trees, changed)
    care: list[Window] = []
    claim: list[Window] = []
    for tree in trees:
        routes = [route for place in above | below for route in tree.routes(place)]
        advice = set(advice_at(tree, below))
        care += care_windows(tree, routes, below & tree.outcomes.keys(), advice)
        claim += [tree.advice[key].window for key in advice if tree.advice[key].by_claim_date]
    pairs = set()
    for span, other in itertools.product(spans(care), spans(claim)):
        care_date = day_in(span, wish)
        claim_date = day_in(other, max(wish, care_date))
        # Care is not claimed before it was given; an earlier day of the span may do.
        care_date = min(care_date, day_in(span, claim_date))
        if care_date <= claim_date:
            pairs.add((care_date, claim_date))
    return sorted(pairs, key=lambda pair: (abs((pair[0] - wish).days) + abs((pair[1] - wish).days), pair))


def _around(trees: Iterable[DecisionTree], places: Set[str]) -> tuple[set[str], set[str]]:
    """Return places with all that leads there, and with all that they lead to."""
    above, below = set(places), set(places)
    for tree in trees:
        for place in places & tree.graph.nodes:
            above |= nx.ancestors(tree.graph, place)
            below |= nx.descendants(tree.graph, place)
    return above, below


def advice_at(tree: DecisionTree, places: Iterable[str]) -> Iterator[str]:
    """Yield the advice that nodes and outcomes of a tree give; there is none where it has no such place."""
    for place in places:
        if place in tree.graph:
            yield from tree.outcomes[place].advice if place in tree.outcomes else ()
            yield from (key for route in tree.routes(place) for key in route.advice)
