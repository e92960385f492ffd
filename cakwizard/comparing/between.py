"""What is not the same in two trees, whatever the day, and the days of which one stands for many.

Between two dates that a window names nothing changes, so one day of each such span stands for all.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator

import networkx as nx

from cakwizard.tree.records import DecisionTree, Route, Window

__all__ = ["Between", "Days", "advice_at", "care_spans", "day_in", "routes_at", "spans"]

Days = tuple[datetime.date, datetime.date]
"""A day of care and one of claiming."""
_ONE_DAY = datetime.timedelta(days=1)


class Between:
    """What is not the same in two trees; where it stands in a file does not count.

    Attributes:
        places: The nodes and outcomes that are not the same.
        above: These and all that lead to one of them.
        relevant: The advice that a walk can be given there or on from there.
    """

    def __init__(self, old: DecisionTree, new: DecisionTree) -> None:
        self.trees = (old, new)
        advice = {
            key for key in old.advice.keys() | new.advice.keys() if _advice_gist(old, key) != _advice_gist(new, key)
        }
        places = old.nodes.keys() | new.nodes.keys() | old.outcomes.keys() | new.outcomes.keys()
        self.places = frozenset(
            one for one in places if _gist(old, one) != _gist(new, one) or not advice.isdisjoint(advice_at(old, [one]))
        )
        self.above = self.places | self._around(nx.ancestors)
        self.below = self.places | self._around(nx.descendants)
        self.relevant = frozenset(key for tree in self.trees for key in advice_at(tree, self.below))

    def _around(self, reach: Callable[..., set[str]]) -> set[str]:
        return {one for tree in self.trees for at in self.places if at in tree.graph for one in reach(tree.graph, at)}

    def days(self) -> list[Days]:
        """Return days of care and of claiming of which one stands for every other, nearest to the rules' own first.

        They matter through the routes on a walk to what differs, and through advice: where that differs, where it is
        given on the way on from there, and where it makes an outcome less certain.
        """
        care: list[Window] = []
        claim: list[Window] = []
        for tree in self.trees:
            care += [one.window for place in self.above | self.below for one in routes_at(tree, place)]
            ends = [tree.outcomes[key] for key in self.below if key in tree.outcomes]
            care += [amount.window for one in ends for amount in one.percent]
            given = {*advice_at(tree, self.places), *advice_at(tree, self.below & tree.nodes.keys())}
            given |= {key for one in ends for key in one.advice if tree.advice[key].certainty}
            for key in given:
                (claim if tree.advice[key].by_claim_date else care).append(tree.advice[key].window)
        wish, pairs = self.trees[0].checked_until, set()
        for span, other in itertools.product(spans(care), spans(claim)):
            care_date = day_in(span, wish)
            claim_date = day_in(other, max(wish, care_date))
            # Care is not claimed before it was given; an earlier day of the span may do.
            care_date = min(care_date, day_in(span, claim_date))
            if care_date <= claim_date:
                pairs.add((care_date, claim_date))
        return sorted(pairs, key=lambda pair: (abs((pair[0] - wish).days) + abs((pair[1] - wish).days), pair))


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


def routes_at(tree: DecisionTree, place: str) -> Iterable[Route]:
    """Return the routes out of a place; there are none where a walk ends."""
    return tree.routes(place) if place in tree.nodes else ()


def advice_at(tree: DecisionTree, places: Iterable[str]) -> Iterator[str]:
    """Yield the advice that nodes and outcomes give."""
    for place in places:
        for route in routes_at(tree, place):
            yield from route.advice
        if place in tree.outcomes:
            yield from tree.outcomes[place].advice


def spans(windows: Iterable[Window]) -> list[Window]:
    """Return the spans of days within which none of the windows opens or closes, in order."""
    starts = set()
    for window in windows:
        if window.start is not None and window.start > datetime.date.min:
            starts.add(window.start)
        if window.end is not None and window.end < datetime.date.max:
            starts.add(window.end + _ONE_DAY)
    firsts = sorted(starts)
    lasts = [*(day - _ONE_DAY for day in firsts), None]
    return [Window(first, last) for first, last in zip([None, *firsts], lasts, strict=True)]


def care_spans(*trees: DecisionTree) -> list[Window]:
    """Return the spans of the day of care over which nothing in the trees changes."""
    windows = [route.window for tree in trees for route in tree.routes()]
    windows += [amount.window for tree in trees for outcome in tree.outcomes.values() for amount in outcome.percent]
    windows += [one.window for tree in trees for one in tree.advice.values() if not one.by_claim_date]
    return spans(windows)


def day_in(window: Window, wish: datetime.date) -> datetime.date:
    """Return the day of the window that lies nearest to the one wished for."""
    if window.start is not None and wish < window.start:
        return window.start
    return window.end if window.end is not None and wish > window.end else wish
