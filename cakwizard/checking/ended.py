"""What walks on a day still meet, and whether what has ended has a successor."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import networkx as nx

from cakwizard.checking.fault import Fault
from cakwizard.checking.texts import every_text
from cakwizard.tree.graph import without_routes
from cakwizard.tree.records import Certainty, DecisionTree, Route

__all__ = ["is_succeeded", "reached_on", "sources_on", "sources_towards", "stale_names"]


def _view(tree: DecisionTree, day: datetime.date) -> nx.MultiDiGraph[str]:
    """Return the tree's graph with only the edges that hold on a day."""
    edges = tree.graph.edges
    view: nx.MultiDiGraph[str] = nx.subgraph_view(
        tree.graph, filter_edge=lambda node, target, key: day in edges[node, target, key]["route"].window
    )
    return view


def reached_on(tree: DecisionTree, day: datetime.date) -> set[str]:
    """Return the nodes and outcomes that a walk for care on a day can meet."""
    return {tree.start} | nx.descendants(_view(tree, day), tree.start)


def _routes_on(tree: DecisionTree, day: datetime.date) -> Iterator[Route]:
    reached = reached_on(tree, day)
    return (route for route in tree.routes() if route.node in reached and day in route.window)


def _uses(
    tree: DecisionTree, routes: Iterable[Route], outcomes: Iterable[str], day: datetime.date | None = None
) -> dict[str, set[str]]:
    """Return by block the ids of what routes and outcomes use; advice only that holds on a day, if there is one."""
    found: dict[str, set[str]] = defaultdict(set)
    for route in routes:
        found["questions"].add(tree.nodes[route.node].question)
        found["advice"].update(route.advice)
        found["sources"].update(route.sources)
    for key in outcomes:
        outcome = tree.outcomes[key]
        found["outcomes"].add(key)
        found["sources"].update(outcome.sources, outcome.deadline.sources if outcome.deadline else ())
        found["advice"].update(outcome.advice)
        found["referrals"].update(outcome.referrals)
        found["messages"].update({outcome.message or ""} - {""})
        found["contracts"].update({outcome.contract or ""} - {""})
    for key in found["referrals"]:
        found["advice"].update(tree.referrals[key].advice)
    found["advice"] = {key for key in found["advice"] if day is None or tree.advice[key].holds(day, day)}
    for block in ("advice", "referrals", "messages"):
        for key in found[block]:
            found["sources"].update(getattr(tree, block)[key].sources)
    return found


def sources_on(tree: DecisionTree, day: datetime.date) -> set[str]:
    """Return the sources that walks for care on a day rest on."""
    return _uses(tree, _routes_on(tree, day), reached_on(tree, day) & tree.outcomes.keys(), day)["sources"]


def sources_towards(tree: DecisionTree, *, outcome: str | None = None, option: str | None = None) -> set[str]:
    """Return the sources of an outcome and all ways to it, or of all that an option of the preset question meets."""
    graph: Any = tree.graph
    if outcome is not None:
        nodes, ends = nx.ancestors(graph, outcome), {outcome}
    else:
        others = [route for route in tree.routes() if tree.nodes[route.node].question == tree.preset]
        graph = without_routes(graph, (route for route in others if route.option != option))
        nodes = {tree.start} | nx.descendants(graph, tree.start)
        ends = nodes & tree.outcomes.keys()
    kept = {(node, key) for node, _, key in graph.edges(nodes, keys=True)}
    routes = (one for one in tree.routes() if (one.node, one.key) in kept and one.target in nodes | ends)
    found = _uses(tree, routes, ends)["sources"]
    return found.union(*(tree.schemes[tree.outcomes[key].scheme].end_sources for key in ends))


def is_succeeded(tree: DecisionTree, scheme: str, day: datetime.date) -> bool:
    """Tell whether nothing leads to a scheme on a day, and each option that once did leads to what decides.

    What leads to outcomes that are all unsettled does not decide.
    """
    if any(tree.outcomes[key].scheme == scheme for key in reached_on(tree, day) & tree.outcomes.keys()):
        return False
    view = _view(tree, day)
    now = {(route.node, route.option): route for route in _routes_on(tree, day)}
    reached = {route.node for route in now.values()}
    for route in tree.routes():
        end = tree.outcomes.get(route.target)
        if end is not None and end.scheme == scheme and route.node in reached:
            after = now.get((route.node, route.option))
            if after is None or after.certainty is Certainty.unsettled or not _decides(tree, view, after.target):
                return False
    return True


def _decides(tree: DecisionTree, view: nx.MultiDiGraph[str], target: str) -> bool:
    ends = (tree.outcomes[key] for key in {target} | nx.descendants(view, target) if key in tree.outcomes)
    return any(end.certainty is not Certainty.unsettled for end in ends)


def stale_names(tree: DecisionTree, on: datetime.date) -> Iterator[Fault]:
    """CW055: what is read on a day names no scheme to which no route leads any more.

    What an unsettled outcome says is left alone: it may well say that a scheme has ended.
    """
    alive = {tree.outcomes[key].scheme for key in reached_on(tree, on) & tree.outcomes.keys()}
    ended = {
        tree.outcomes[route.target].scheme
        for route in tree.routes()
        if route.target in tree.outcomes and route.window.end is not None and route.window.end < on
    }
    decided = {key for key in reached_on(tree, on) & tree.outcomes.keys() if _decides(tree, _view(tree, on), key)}
    uses = _uses(tree, _routes_on(tree, on), decided, on)
    uses["advice"] |= set(tree.meanwhile)
    uses.pop("sources")
    read = [getattr(tree, block)[key] for block, keys in uses.items() for key in keys]
    read += [option for key in uses["questions"] for option in tree.questions[key].options.values()]
    read += [tree.outcomes[key].deadline for key in uses["outcomes"]]
    owners = set(map(id, read))
    for name in sorted(ended - alive):
        scheme = tree.schemes[name]
        # A short name is an abbreviation, and a word that has the same letters is not meant.
        short = "|".join(re.escape(word) for word in scheme.short.by_language.values())
        long = "|".join(re.escape(word) for word in scheme.name.by_language.values())
        sought = re.compile(rf"\b(?:{short}|(?i:{long}))\b")
        for found in every_text(tree):
            if id(found.owner) in owners and any(map(sought.search, found.text.by_language.values())):
                message = f"{found.what} names scheme '{name}', to which no route leads on {on}"
                yield Fault("CW055", found.text.location, message, "say what holds now", on)
