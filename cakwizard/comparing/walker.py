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


class Stand(NamedTuple):
    """Where a walk stands in one tree, what it met that can still matter, and answers that are yet to be asked for."""

    place: str
    certainty: int = 0
    advice: frozenset[str] = _NONE
    given: frozenset[tuple[str, str]] = frozenset()


class Place(NamedTuple):
    """A node or an outcome on a day; `leads` holds by option where it leads, with what is met on the way.

    `asked` are the questions that a walk on from there can be asked, its own too, be it on another day; `least` is how
    unsure every such walk ends at least.
    """

    question: str | None
    leads: Mapping[str, Stand]
    end: End | None
    asked: frozenset[str]
    least: int


_NOWHERE = Place(None, {}, None, _NONE, 0)


class Side:
    """One tree on two days, of care and of claiming; `like` is the same but for the records at places in `changed`."""

    def __init__(self, tree: DecisionTree, days: Days, like: Side | None = None, changed: Set[str] = _NONE) -> None:
        self.tree = tree
        self.places: dict[str, Place] = {}
        for key in reversed(tree.order):
            if like and key not in changed and all(self.at(one) is like.at(one) for one in tree.graph.successors(key)):
                self.places[key] = like.places[key]
                continue
            if key in tree.outcomes:
                possible = possible_on(tree, tree.outcomes[key], *days)
                end = end_of(facts(possible), (one.id for one in possible.advice))
                self.places[key] = Place(None, {}, end, _NONE, possible.certainty)
                continue
            leads: dict[str, Stand] = {}
            asked = {tree.nodes[key].question}
            for route in tree.routes(key):
                asked |= self.at(route.target).asked
                if days[0] in route.window:
                    given = (tree.advice[one] for one in route.advice)
                    advice = [one for one in given if one.holds(*days)]
                    certainty = max([route.certainty, *(one.certainty for one in advice)])
                    leads[route.option] = Stand(route.target, certainty, frozenset(one.id for one in advice))
                else:
                    leads.setdefault(route.option, Stand(NO_RULE))
            least = min(max(lead.certainty, self.at(lead.place).least) for lead in leads.values())
            place = Place(tree.nodes[key].question, leads, None, frozenset(asked), least)
            self.places[key] = like.places[key] if like and like.places[key] == place else place

    def at(self, place: str) -> Place:
        """Return what is at a place; nothing where no rule holds and where an answer is not offered."""
        return self.places.get(place, _NOWHERE)

    def offers(self, place: str, question: str) -> Iterable[str]:
        """Return the options of a question that a walk on from a place may be offered."""
        there = self.at(place)
        if there.question == question:
            return there.leads
        return self.tree.questions[question].options if question in there.asked else ()

    def answered(
        self, stand: Stand, question: str, option: str, relevant: frozenset[str]
    ) -> tuple[Stand, Collection[str]]:
        """Return where a walk goes with one more answer, and the questions answered that it will never be asked."""
        given = {**dict(stand.given), question: option}
        place, certainty, advice, _ = stand
        while (asked := self.at(place).question) is not None and asked in given:
            lead = self.at(place).leads.get(given.pop(asked), Stand(_not_offered(asked)))
            place, advice = lead.place, advice | (lead.advice & relevant)
            # What every walk on from there is unsure of is known before it is met.
            certainty = max(certainty, lead.certainty, self.at(place).least)
        waiting = frozenset(one for one in given.items() if one[0] in self.at(place).asked)
        return Stand(place, certainty, advice, waiting), given.keys() - dict(waiting).keys()

    def end(self, place: str, certainty: int = 0, advice: frozenset[str] = _NONE) -> End:
        """Return what a walk comes to that met this certainty and advice on its way."""
        own, least = self.at(place).end, max(certainty, self.at(place).least)
        if own is None:
            return End(NO_RULE if place == NO_RULE else NOT_OFFERED)
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
        places = old.places.keys() | new.places.keys()
        differs = {place for place in places if old.at(place)[:3] != new.at(place)[:3]}
        self._above, below = set(differs), set(differs)
        for side in (old, new):
            for place in differs & side.places.keys():
                self._above |= nx.ancestors(side.tree.graph, place)
                below |= nx.descendants(side.tree.graph, place)
        self._relevant = frozenset(key for side in (old, new) for key in advice_at(side.tree, below))

    def ends(self, pair: Pair) -> tuple[End, End] | None:
        """Return what a walk comes to in both trees when it stands at a pair, or None while it goes on."""
        if self.old.at(pair.old.place).leads or self.new.at(pair.new.place).leads:
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
        here, there = old.at(pair.old.place), new.at(pair.new.place)
        question = there.question
        if question is None or (here.question is not None and question in here.asked):
            question = here.question
        if question is None:
            return
        kind: Literal["leads", "asks", "skips"] = "leads" if question in there.asked else "skips"
        kind = kind if question in here.asked else "asks"
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
    trees = (tree, other)
    changed = {place for place in tree.graph if _records_at(tree, place) != _records_at(other, place)}
    met = changed.union(*(nx.ancestors(one.graph, place) for one in trees for place in changed))
    below = changed.union(*(nx.descendants(one.graph, place) for one in trees for place in changed))
    for days in _days_of(trees, met, below):
        before = sides.get(days) or sides.setdefault(days, Side(tree, days))
        walks = SideBySide(before, Side(other, days, before, changed), budget)
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


def _days_of(trees: tuple[DecisionTree, ...], met: Set[str], below: Set[str]) -> list[Days]:
    """Return the days that tell apart walks which meet places and go on below, nearest to the rules' own first.

    Between two dates that a window names nothing changes, so one day of each such span stands for all.
    """
    wish = trees[0].checked_until
    care: list[Window] = []
    claim: list[Window] = []
    for tree in trees:
        advice = set(advice_at(tree, below))
        routes = [route for place in met | below for route in tree.routes(place)]
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


def advice_at(tree: DecisionTree, places: Iterable[str]) -> Iterator[str]:
    """Yield the advice that nodes and outcomes of a tree give; there is none where it has no such place."""
    for place in places:
        if place in tree.graph:
            yield from tree.outcomes[place].advice if place in tree.outcomes else ()
            yield from (key for route in tree.routes(place) for key in route.advice)
