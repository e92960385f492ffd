"""Count the walks that end elsewhere, by the change that turned them.

A walk is one way through the questions of both trees on the days between two
dates that a window names. Both trees are walked side by side with the same
answers; what is counted is kept per pair of places, so 2^60 walks take no longer
than sixty questions.
"""

from __future__ import annotations

from collections import Counter
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from typing import NamedTuple

from cakwizard.model import DecisionTree
from cakwizard.model import Outcome
from cakwizard.model import Route
from cakwizard.model import Window
from cakwizard.scripts.ways import spans
from cakwizard.walking import walking_order

__all__ = ["NOT_OFFERED", "NO_RULE", "OTHER_ENDS", "Turn", "WalkCount", "count_walks"]

NO_RULE = "(no rule on this date)"
NOT_OFFERED = "(answer not offered)"
OTHER_ENDS = "(other outcomes)"

# Before the question: the old tree does not offer this answer, and the new one has yet to ask for it.
_UNSURE = "?"

MAX_PAIRS = 400_000
MAX_ENDS = 60

Ends = Counter[tuple[str, str]]
"""How many walks end in one outcome of the old tree and another of the new one."""

StepKind = Literal["leads", "asks", "skips"]


class Step(NamedTuple):
    """An answer given in both trees, or in one of them where the other does not ask it."""

    kind: StepKind
    question: str
    option: str


class _Pair(NamedTuple):
    """Where a walk stands in both trees, and the answers that only the old one has asked as yet."""

    old: str
    new: str
    ahead: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One change by which walks end elsewhere.

    Attributes:
        old_node: Where the walks stand in the old tree when they part, or None when they ended.
        step: The answer that parts them.
        old_route: The route that the answer takes in the old tree on the first of the days, if there is one.
        ends: How many walks ended in one outcome and now end in another.
        windows: The days of care for which this holds, joined where they touch.
    """

    old_node: str | None
    new_node: str | None
    step: Step
    old_route: Route | None
    new_route: Route | None
    ends: Mapping[tuple[str, str], int]
    windows: tuple[Window, ...]

    @property
    def count(self) -> int:
        """Return how many walks this change turns."""
        return sum(self.ends.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkCount:
    """How many walks there are, how many end elsewhere, and by which changes.

    Attributes:
        complete: False when the trees differ so much that not every walk could be compared.
        same_end: By outcome, how many walks end in it in both trees.
    """

    total: int
    changed: int
    turns: tuple[Turn, ...]
    same_end: Mapping[str, int]
    complete: bool = True


class _Side:
    """One tree, with what is asked of it again and again."""

    def __init__(self, tree: DecisionTree) -> None:
        self.tree = tree
        self.places = walking_order(tree)
        self._asking: dict[str, set[str]] = {}

    def question(self, place: str) -> str | None:
        found = self.places.get(place)
        return None if found is None else found.question

    def asks_below(self, place: str, question: str) -> bool:
        """Tell whether some walk on from a place is asked a question; found once per question."""
        if question not in self._asking:
            found = {key for key, one in self.places.items() if one.question == question}
            above = list(found)
            while above:
                new = set(self.tree.graph.predecessors(above.pop())) - found
                found |= new
                above += new
            self._asking[question] = found
        return place in self._asking[question]

    def options(self, place: str) -> list[str]:
        found = self.places.get(place)
        return [] if found is None else list(found.routes)

    def route(self, place: str, option: str, span: Window) -> Route | None:
        found = self.places.get(place)
        for route in found.routes.get(option, ()) if found is not None else ():
            if route.window & span is not None:
                return route
        return None

    def target(self, place: str, option: str, span: Window) -> str:
        found = self.places.get(place)
        if found is None:
            return place
        if option not in found.routes:
            return NOT_OFFERED
        route = self.route(place, option, span)
        return NO_RULE if route is None else route.target


class _TooManyError(Exception):
    """The trees ask so differently that the pairs of places cannot all be looked at."""


def count_walks(old: DecisionTree, new: DecisionTree) -> WalkCount:
    """Return how many walks end elsewhere in the new tree."""
    sides = _Side(old), _Side(new)
    windows = spans(route.window for tree in (old, new) for route in tree.routes())
    total, same_end = 0, Counter[str]()
    turns: dict[tuple[str | None, str | None, Step], Turn] = {}
    complete = True
    for span in windows:
        try:
            counted = _Span(*sides, span)
        except _TooManyError:
            complete = False
            continue
        total += counted.total
        same_end.update(counted.same_end)
        for turn in counted.turns():
            key = turn.old_node, turn.new_node, turn.step
            turns[key] = _joined(turns[key], turn) if key in turns else turn
    found = sorted(turns.values(), key=lambda turn: -turn.count)
    return WalkCount(
        total=total,
        changed=sum(turn.count for turn in found),
        turns=tuple(found),
        same_end=same_end,
        complete=complete,
    )


def _joined(turn: Turn, later: Turn) -> Turn:
    """Return one turn for two that differ in their days only."""
    *before, last = turn.windows
    (window,) = later.windows
    touch = last.end is not None and window.start is not None and (window.start - last.end).days == 1
    windows = (*before, Window(last.start, window.end)) if touch else (*turn.windows, window)
    return Turn(
        old_node=turn.old_node,
        new_node=turn.new_node,
        step=turn.step,
        old_route=turn.old_route or later.old_route,
        new_route=turn.new_route or later.new_route,
        ends=Counter(turn.ends) + Counter(later.ends),
        windows=windows,
    )


class _Span:
    """Both trees on the days between two dates."""

    def __init__(self, old: _Side, new: _Side, span: Window) -> None:
        self.old, self.new, self.span = old, new, span
        self.start = _Pair(old.tree.start, new.tree.start)
        self.onward: dict[_Pair, list[tuple[Step, _Pair]]] = {}
        self.order = self._walk()
        self.ways: Counter[_Pair] = Counter({self.start: 1})
        for pair in self.order:
            for _, following in self.onward[pair]:
                self.ways[following] += self.ways[pair]
        ends = [pair for pair in self.order if not self.onward[pair] and self._is_outcome(pair)]
        self.total = sum(self.ways[pair] for pair in ends)
        self.same_end = {pair.old: self.ways[pair] for pair in ends if pair.old == pair.new}

    def _walk(self) -> list[_Pair]:
        """Find every pair, and return them so that each comes after those that lead to it."""
        done: list[_Pair] = []
        self.onward[self.start] = list(self._steps(self.start))
        stack = [(self.start, iter(self.onward[self.start]))]
        while stack:
            pair, left = stack[-1]
            for _, following in left:
                if following not in self.onward:
                    if len(self.onward) >= MAX_PAIRS:
                        raise _TooManyError
                    self.onward[following] = list(self._steps(following))
                    stack.append((following, iter(self.onward[following])))
                    break
            else:
                done.append(pair)
                stack.pop()
        return done[::-1]

    def _steps(self, pair: _Pair) -> Iterator[tuple[Step, _Pair]]:
        """Yield where each answer leads from a pair; an answer that neither tree offers leads nowhere."""
        for step, following in self._answers(pair):
            unsure = following.old.removeprefix(_UNSURE)
            if unsure == following.old or unsure in dict(following.ahead):
                yield step, following

    def _answers(self, pair: _Pair) -> Iterator[tuple[Step, _Pair]]:
        old_asks, new_asks = self.old.question(pair.old), self.new.question(pair.new)
        given = dict(pair.ahead)
        if new_asks is not None and new_asks in given:
            option = given[new_asks]
            old, new = pair.old, self._new(pair, option)
            if old == _UNSURE + new_asks:
                old = NOT_OFFERED
            yield Step("leads", new_asks, option), self._pair(old, new, pair.ahead - {(new_asks, option)})
        elif new_asks is not None and old_asks == new_asks:
            for option in dict.fromkeys((*self.old.options(pair.old), *self.new.options(pair.new))):
                yield (
                    Step("leads", new_asks, option),
                    self._pair(self._old(pair, option), self._new(pair, option), pair.ahead),
                )
        elif new_asks is not None and not (old_asks and self.old.asks_below(pair.old, new_asks)):
            for option in self.new.options(pair.new):
                yield Step("asks", new_asks, option), self._pair(pair.old, self._new(pair, option), pair.ahead)
        elif old_asks is not None:
            if new_asks is None or not self.new.asks_below(pair.new, old_asks):
                for option in self.old.options(pair.old):
                    yield Step("skips", old_asks, option), self._pair(self._old(pair, option), pair.new, pair.ahead)
                return
            offered = self.old.options(pair.old)
            for option in dict.fromkeys((*offered, *self.new.tree.questions[old_asks].options)):
                old = self._old(pair, option) if option in offered else _UNSURE + old_asks
                ahead = pair.ahead | {(old_asks, option)}
                yield Step("leads", old_asks, option), self._pair(old, pair.new, ahead)

    def _old(self, pair: _Pair, option: str) -> str:
        return self.old.target(pair.old, option, self.span)

    def _new(self, pair: _Pair, option: str) -> str:
        return self.new.target(pair.new, option, self.span)

    def _pair(self, old: str, new: str, ahead: frozenset[tuple[str, str]]) -> _Pair:
        """Return a pair with only those answers ahead that the new tree may still ask."""
        if ahead:
            ahead = frozenset(one for one in ahead if self.new.question(new) and self.new.asks_below(new, one[0]))
        return _Pair(old, new, ahead)

    def _is_outcome(self, pair: _Pair) -> bool:
        return pair.old in self.old.tree.outcomes or pair.new in self.new.tree.outcomes

    def _is_same(self, pair: _Pair) -> bool:
        """Tell whether both walks stand at what is the same place, perhaps under another name."""
        if pair.ahead:
            return False
        if pair.old == pair.new:
            return True
        old, new = self.old.tree, self.new.tree
        if pair.old in new.graph or pair.new in old.graph:
            return False
        question = self.old.question(pair.old)
        if question is not None:
            return question == self.new.question(pair.new)
        here, there = old.outcomes.get(pair.old), new.outcomes.get(pair.new)
        return here is not None and there is not None and _gist(here) == _gist(there)

    def turns(self) -> Iterator[Turn]:
        """Yield the changes by which walks end elsewhere on these days."""
        elsewhere: dict[_Pair, Ends] = {}
        parting: dict[_Pair, list[tuple[Step, Ends]]] = defaultdict(list)
        for pair in reversed(self.order):
            ends: Ends = Counter()
            if self.onward[pair]:
                rooted = pair == self.start or self._is_same(pair)
                for step, following in self.onward[pair]:
                    found = elsewhere[following]
                    if rooted and found:
                        parting[pair].append((step, found))
                    elif not rooted:
                        _add(ends, found)
            elif self._is_outcome(pair) and not self._is_same(pair):
                ends[pair.old, pair.new] = 1
            elsewhere[pair] = ends
        for pair, steps in parting.items():
            ways = self.ways[pair]
            for step, ends in steps:
                yield Turn(
                    old_node=pair.old if pair.old in self.old.tree.nodes else None,
                    new_node=pair.new if pair.new in self.new.tree.nodes else None,
                    step=step,
                    old_route=self.old.route(pair.old, step.option, self.span) if step.kind != "asks" else None,
                    new_route=self.new.route(pair.new, step.option, self.span) if step.kind != "skips" else None,
                    ends={key: ways * count for key, count in ends.items()},
                    windows=(self.span,),
                )


def _add(ends: Ends, found: Ends) -> None:
    """Add counts, naming only so many pairs of outcomes; the numbers stay exact."""
    for key, count in found.items():
        ends[key if key in ends or len(ends) < MAX_ENDS else (OTHER_ENDS, OTHER_ENDS)] += count


def _gist(outcome: Outcome) -> Sequence[object]:
    return outcome.scheme, outcome.percent, outcome.maximum, outcome.contract, dict(outcome.title.by_language)
