"""What two trees do not share, and what lies above and below it: where walks side by side can come apart."""

from __future__ import annotations

from collections.abc import Iterable

from cakwizard.model import DecisionTree
from cakwizard.model import Route
from cakwizard.walking import walking_order

__all__ = ["above", "advice_below", "asked_below", "changed"]


def changed(one: DecisionTree, other: DecisionTree) -> set[str]:
    """Return the nodes and outcomes that are not the same in both trees."""
    advice = {key for key in one.advice.keys() | other.advice.keys() if one.advice.get(key) != other.advice.get(key)}
    found = set()
    for key in one.nodes.keys() | other.nodes.keys():
        here, there = _routes(one, key), _routes(other, key)
        if here != there or any(not advice.isdisjoint(route.advice) for route in here):
            found.add(key)
    for key in one.outcomes.keys() | other.outcomes.keys():
        outcome = one.outcomes.get(key)
        if outcome != other.outcomes.get(key) or (outcome and not advice.isdisjoint(outcome.advice)):
            found.add(key)
    return found


def _routes(tree: DecisionTree, node: str) -> list[Route]:
    place = walking_order(tree).get(node)
    return [] if place is None else [route for routes in place.routes.values() for route in routes]


def above(tree: DecisionTree, places: Iterable[str]) -> set[str]:
    """Return the places and every node from which one of them is reached."""
    found = set(places)
    for key, place in reversed(walking_order(tree).items()):
        if any(route.target in found for routes in place.routes.values() for route in routes):
            found.add(key)
    return found


def advice_below(tree: DecisionTree, places: Iterable[str]) -> set[str]:
    """Return the advice of the places and of all that lies below them."""
    reached = set(places)
    found: set[str] = set()
    for key in walking_order(tree):
        if key in reached:
            for route in _routes(tree, key):
                reached.add(route.target)
                found.update(route.advice)
    for key, outcome in tree.outcomes.items():
        if key in reached:
            found.update(outcome.advice)
    return found


def asked_below(tree: DecisionTree) -> dict[str, frozenset[str]]:
    """Return by node the questions that it and the nodes below it ask."""
    below: dict[str, frozenset[str]] = {}
    for key, place in reversed(walking_order(tree).items()):
        targets = {route.target for routes in place.routes.values() for route in routes}
        below[key] = frozenset({place.question}).union(*(below.get(one, ()) for one in targets))
    return below
