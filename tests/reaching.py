"""Cases that together come by every edge into every outcome of a tree."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from cakwizard.deciding.verdict import Verdict, decide
from cakwizard.tree.records import DecisionTree, Route

TODAY = datetime.date(2026, 11, 24)


def verdicts(tree: DecisionTree, today: datetime.date = TODAY) -> Iterator[Verdict]:
    """Yield a decided verdict for every edge that leads into an outcome, today where it can be; and each once late."""
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
                    if (
                        verdict.outcome
                        and verdict.outcome.due
                        and verdict.outcome.due.date
                        and not verdict.outcome.late
                    ):
                        late = verdict.outcome.due.date + datetime.timedelta(days=1)
                        yield decide(tree, answers, day, late)
