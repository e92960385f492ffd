"""What must hold of the ways through a tree."""

from __future__ import annotations

import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterator

from cakwizard.checking.places import error
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.model import DecisionTree
from cakwizard.model import Route

__all__ = ["asked_twice", "cycles", "dead_ends", "longest_path", "unreachable", "windows"]

ONE_DAY = datetime.timedelta(days=1)
MAX_RING = 12


def dead_ends(tree: DecisionTree) -> Iterator[Issue]:
    """CW014: a node must lead somewhere."""
    for key, node in tree.nodes.items():
        if key not in tree.onward:
            yield error(tree, "CW014", node.location, f"node '{key}' leads nowhere", "give it at least one route")


def unreachable(tree: DecisionTree) -> Iterator[Issue]:
    """CW015: a walk from the start must be able to meet every node and outcome."""
    if tree.start not in tree.nodes:
        return
    reached = {tree.start}
    ahead = [tree.start]
    for place in ahead:
        for route in tree.onward.get(place, ()):
            if route.target not in reached:
                reached.add(route.target)
                ahead.append(route.target)
    for kind, records in (("node", tree.nodes), ("outcome", tree.outcomes)):
        for key, record in records.items():
            if key not in reached:
                hint = "route an option to it, or take it out"
                yield error(tree, "CW015", record.location, f"no walk reaches {kind} '{key}'", hint)


def cycles(tree: DecisionTree) -> Iterator[Issue]:
    """CW016: no path may come back to where it was."""
    if _has_no_cycle(tree):
        return
    import networkx

    for component in networkx.strongly_connected_components(tree.graph):
        first = min(component, key=lambda key: tree.graph.nodes[key]["record"].location)
        if len(component) > 1 or tree.graph.has_edge(first, first):
            ring = [edge[0] for edge in networkx.find_cycle(tree.graph.subgraph(component), first)]
            around = [*ring, ring[0]] if len(ring) <= MAX_RING else [*ring[:MAX_RING], "…", ring[0]]
            record = tree.graph.nodes[first]["record"]
            message = f"the tree goes round: {' -> '.join(around)}"
            yield error(tree, "CW016", record.location, message, "let one of them end elsewhere")


def _has_no_cycle(tree: DecisionTree) -> bool:
    return len(tree.order) == len(tree.nodes.keys() | tree.outcomes.keys())


def asked_twice(tree: DecisionTree) -> Iterator[Issue]:
    """CW017: no path may meet one question twice, since an answer is kept by question."""
    if not _has_no_cycle(tree):
        return
    bits = {question: 1 << number for number, question in enumerate(_asked_at_two_depths(tree))}
    if not bits:
        return
    before: dict[str, int] = defaultdict(int)
    for key in tree.order:
        node = tree.nodes.get(key)
        # Taken out once used: what is kept is as wide as the tree, not as long.
        asked = before.pop(key, 0)
        if node is None:
            continue
        bit = bits.get(node.question, 0)
        if bit & asked:
            message = f"node '{key}' asks '{node.question}', which a path to it has already asked"
            yield error(tree, "CW017", node.location, message, "ask another question, or lead that path elsewhere")
        after = asked | bit
        if after:
            for route in tree.routes(key):
                before[route.target] |= after


def _asked_at_two_depths(tree: DecisionTree) -> Iterator[str]:
    """Yield the questions that some path might meet twice.

    A path only goes deeper, so what is asked at one depth alone cannot be asked twice on it.
    """
    asked_at: dict[str, int] = {}
    twice: dict[str, None] = {}
    for key, node in tree.nodes.items():
        depth = tree.order[key]
        if asked_at.setdefault(node.question, depth) != depth and node.question in tree.questions:
            twice[node.question] = None
    yield from twice


def windows(tree: DecisionTree) -> Iterator[Issue]:
    """CW018, CW019: the windows of one option at one node neither overlap nor leave a gap."""
    grouped: dict[tuple[str, str], list[Route]] = defaultdict(list)
    for onward in tree.onward.values():
        if len({route.option for route in onward}) < len(onward):
            for route in onward:
                grouped[route.node, route.option].append(route)
    for (node, option), routes in grouped.items():
        routes.sort(key=lambda route: route.window.start or datetime.date.min)
        for earlier, later in itertools.pairwise(routes):
            what = f"option '{option}' of node '{node}'"
            end, start = earlier.window.end, later.window.start
            if end is None or start is None or start <= end:
                message = f"{what} has two routes on {start or end or 'every day'}"
                yield error(tree, "CW018", later.location, message, "let one end the day before the other begins")
            elif start > end + ONE_DAY:
                message = f"{what} has no route from {end + ONE_DAY} until {start - ONE_DAY}"
                yield error(tree, "CW019", later.location, message, "let the next begin the day after one ends")


def longest_path(tree: DecisionTree) -> Iterator[Issue]:
    """CW033: no walk asks more questions than the head of the tree allows."""
    if tree.longest_path is None or not _has_no_cycle(tree):
        return
    length = max(tree.order.values(), default=0)
    if length > tree.longest_path:
        message = f"a walk asks {length} questions, where 'longest_path' allows {tree.longest_path}"
        node = tree.nodes.get(tree.start)
        yield error(
            tree,
            "CW033",
            node.location if node else Location(tree.file),
            message,
            "ask fewer questions, or raise 'longest_path' at the head of the file",
        )
