"""Which questions still matter, and which of them narrows most: asked of the open part of a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import networkx as nx

from cakwizard.tree.records import Route

if TYPE_CHECKING:
    from cakwizard.deciding.verdict import Verdict


def onward(routes: Iterable[Route]) -> dict[str, list[Route]]:
    """Return the routes by the node that they leave."""
    onward: dict[str, list[Route]] = {}
    for route in routes:
        onward.setdefault(route.node, []).append(route)
    return onward


def to_ask(verdict: Verdict) -> tuple[str, ...]:
    """Return the unanswered questions that matter.

    Two routes are alike when they lead to nodes that are alike and add the same doubt and advice. A node whose options
    are all alike need not be asked.
    """
    tree = verdict.tree
    kinds: dict[object, int] = {}
    kind_of = {key: kinds.setdefault(key, len(kinds)) for key in tree.outcomes}
    ended = kinds.setdefault("no route on this date", len(kinds))
    open_nodes = {tree.start} | {route.target for route in verdict.open_routes}
    matters: set[str] = set()
    for key in reversed(tree.order):
        if key not in open_nodes or key in tree.outcomes:
            continue
        allowed = verdict.answers.get(tree.nodes[key].question)
        seen: dict[str, int] = {}
        for route in tree.routes(key):
            if allowed is not None and route.option not in allowed:
                continue
            seen.setdefault(route.option, ended)
            if verdict.care_date in route.window and route.target in kind_of:
                holding = tuple(
                    key for key in route.advice if tree.advice[key].holds(verdict.care_date, verdict.claim_date)
                )
                adds = (route.certainty, holding)
                plain = kind_of[route.target]
                seen[route.option] = plain if adds == (0, ()) else kinds.setdefault((plain, adds), len(kinds))
        if len(set(seen.values())) == 1:
            (kind_of[key],) = set(seen.values())
        else:
            kind_of[key] = kinds.setdefault(tuple(sorted(seen.items())), len(kinds))
            matters.add(key)
    found = {tree.nodes[key].question: None for key in tree.order if key in matters}
    return tuple(question for question in found if question not in verdict.answers)


def questions_left(verdict: Verdict) -> int:
    """Return the largest number of questions still asked on any one open path.

    Where paths run side by side (an answer was left open) the questions of all are asked, so it is then that of all
    questions that matter.
    """
    tree, asked = verdict.tree, set(verdict.to_ask)
    side_by_side = any(
        tree.nodes[node].question in verdict.answers and len(routes) > 1
        for node, routes in onward(verdict.open_routes).items()
    )
    if side_by_side or not verdict.open_routes:
        return len(asked)
    weighted: nx.DiGraph[str] = nx.DiGraph()
    weighted.add_edges_from(
        (route.node, route.target, {"weight": int(tree.nodes[route.node].question in asked)})
        for route in verdict.open_routes
    )
    return int(nx.dag_longest_path_length(weighted))


def narrows_most(verdict: Verdict) -> str | None:
    """Return the open question that leaves the fewest outcomes on average over its options."""
    tree = verdict.tree
    leaving = onward(verdict.open_routes)
    order = [key for key in tree.order if key in leaving]
    # A set of outcomes is a number with a bit for each: of the whole tree this takes a fifth of the time of sets.
    below = {one.outcome.id: 1 << number for number, one in enumerate(verdict.possible)}
    for key in reversed(order):
        below[key] = reduce(or_, (below[route.target] for route in leaving[key]))
    candidates = dict.fromkeys(
        tree.nodes[key].question for key in order if len({route.option for route in leaving[key]}) > 1
    )
    weights: list[tuple[float, int, int, str]] = []
    for number, question in enumerate(candidates):
        around, elsewhere = {tree.start}, 0
        by_option: dict[str, int] = {}
        for key in order:
            for route in leaving[key] if key in around else ():
                if tree.nodes[key].question == question:
                    by_option[route.option] = by_option.get(route.option, 0) | below[route.target]
                elif route.target in tree.outcomes:
                    elsewhere |= below[route.target]
                else:
                    around.add(route.target)
        sizes = [(left | elsewhere).bit_count() for left in by_option.values()]
        weights.append((sum(sizes) / len(sizes), max(sizes), number, question))
    return min(weights)[3] if weights else None
