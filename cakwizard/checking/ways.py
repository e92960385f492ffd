"""What must hold of the ways through a tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import networkx as nx

from cakwizard.errors import Issue
from cakwizard.tree.records import DecisionTree

_MAX_RING = 12


def dead_ends(tree: DecisionTree) -> Iterator[Issue]:
    """CW014: a node must lead somewhere."""
    for key, node in tree.nodes.items():
        if tree.graph.out_degree(key) == 0:
            yield Issue(f"node '{key}' leads nowhere", node.location, "give it at least one route", "CW014")


def unreachable(tree: DecisionTree) -> Iterator[Issue]:
    """CW015: a walk from the start must be able to meet every node and outcome."""
    reached = {tree.start} | nx.descendants(tree.graph, tree.start)
    for kind, records in (("node", tree.nodes), ("outcome", tree.outcomes)):
        for key, record in records.items():
            if key not in reached:
                hint = "route an option to it, or take it out"
                yield Issue(f"no walk reaches {kind} '{key}'", record.location, hint, "CW015")


def cycles(tree: DecisionTree) -> Iterator[Issue]:
    """CW016: no path may come back to where it was."""
    if tree.order:
        return
    for component in nx.strongly_connected_components(tree.graph):
        first = min(component, key=lambda key: tree.graph.nodes[key]["record"].location)
        if len(component) > 1 or tree.graph.has_edge(first, first):
            ring = [edge[0] for edge in nx.find_cycle(tree.graph.subgraph(component), first)]
            around = [*ring, ring[0]] if len(ring) <= _MAX_RING else [*ring[:_MAX_RING], "…", ring[0]]
            location = tree.graph.nodes[first]["record"].location
            message = f"the tree goes round: {' -> '.join(around)}"
            yield Issue(message, location, "let one of them end elsewhere", "CW016")


def asked_twice(tree: DecisionTree) -> Iterator[Issue]:
    """CW017: no path may meet one question twice, since an answer is kept by question."""
    bit_of: dict[str, int] = defaultdict(lambda: 1 << len(bit_of))
    asked: dict[str, int] = defaultdict(int)
    for key in tree.order:
        if key in tree.nodes:
            node = tree.nodes[key]
            bit = bit_of[node.question]
            if bit & asked[key]:
                message = f"node '{key}' asks '{node.question}', which a path to it has already asked"
                hint = "ask another question, or lead that path elsewhere"
                yield Issue(message, node.location, hint, "CW017")
            for target in tree.graph.successors(key):
                asked[target] |= asked[key] | bit


def longest_path(tree: DecisionTree) -> Iterator[Issue]:
    """CW033: no walk asks more questions than the head of the tree allows."""
    if tree.longest_path is None or not tree.order:
        return
    length = nx.dag_longest_path_length(tree.graph)
    if length > tree.longest_path:
        message = f"a walk asks {length} questions, where 'longest_path' allows {tree.longest_path}"
        hint = "ask fewer questions, or raise 'longest_path' at the head of the file"
        location = tree.graph.nodes[tree.order[0]]["record"].location
        yield Issue(message, location, hint, "CW033")


def pointless(tree: DecisionTree) -> Iterator[Issue]:
    """CW046: a question is asked only where its answer makes a difference."""
    for key, node in tree.nodes.items():
        ends = defaultdict(set)
        for route in tree.routes(key):
            ends[route.option].add((route.target, route.window, route.certainty, route.advice))
        if len(set(map(frozenset, ends.values()))) == 1:
            message = f"every answer at node '{key}' leads to the same"
            hint = "lead what comes before it there at once, or tell the answers apart"
            yield Issue(message, node.location, hint, "CW046")
