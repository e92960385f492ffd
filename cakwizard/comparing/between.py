"""What is not the same in two trees, whatever the day, and the days of which one stands for many.

Between two dates that a window names nothing changes, so one day of each such span stands for all.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator

import networkx as nx

from cakwizard.deciding.days import care_windows, day_in, spans
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.tree.values import Window

Days = tuple[datetime.date, datetime.date]
"""A day of care and one of claiming."""


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
        met = [(tree.graph, place) for tree in self.trees for place in self.places if place in tree.graph]
        self.above = self.places.union(*(nx.ancestors(*one) for one in met))
        self.below = self.places.union(*(nx.descendants(*one) for one in met))
        self.relevant = frozenset(key for tree in self.trees for key in advice_at(tree, self.below))

    def days(self) -> list[Days]:
        """Return days of care and of claiming of which one stands for every other, nearest to the rules' own first."""
        windows: dict[bool, list[Window]] = {True: [], False: []}  # by whether they are of the day of claiming
        for tree in self.trees:
            routes = [one for place in self.above | self.below for one in routes_at(tree, place)]
            windows[False] += care_windows(tree, routes, self.below & tree.outcomes.keys())
            for one in (tree.advice[key] for key in self.relevant if key in tree.advice):
                windows[one.by_claim_date].append(one.window)
        wish, pairs = self.trees[0].checked_until, set()
        for span, other in itertools.product(spans(windows[False]), spans(windows[True])):
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
