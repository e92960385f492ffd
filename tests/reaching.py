"""Cases that together come by every edge into every outcome of a tree."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cache

from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Verdict
from cakwizard.tree.records import DecisionTree, Route

TODAY = datetime.date(2026, 11, 24)


@cache
def verdicts(tree: DecisionTree) -> tuple[Verdict, ...]:
    """Return a decided verdict for every edge that leads into an outcome, today where it can be; and each once late."""
    return tuple(_verdicts(tree, TODAY))


def _verdicts(tree: DecisionTree, today: datetime.date) -> Iterator[Verdict]:
    starts = {route.window.start for route in tree.routes() if route.window.start}
    ends = {route.window.end for route in tree.routes() if route.window.end}
    covered: set[tuple[str, str]] = set()
    for day in (today, *sorted({*starts, *ends}, reverse=True)):
        paths: dict[str, tuple[Route, ...]] = {tree.start: ()}
        for node in tree.order:
            for route in tree.routes(node) if node in paths and node not in tree.outcomes else ():
                if day not in route.window:
                    continue
                path = (*paths[node], route)
                paths.setdefault(route.target, path)
                if route.target in tree.outcomes and (route.node, route.key) not in covered:
                    covered.add((route.node, route.key))
                    answers = {tree.nodes[one.node].question: frozenset({one.option}) for one in path}
                    verdict = decide(tree, answers, day, max(day, today))
                    yield verdict
                    due = verdict.outcome and verdict.outcome.due
                    if due and due.date and not due.late:
                        yield decide(tree, answers, day, due.date + datetime.timedelta(days=1))
