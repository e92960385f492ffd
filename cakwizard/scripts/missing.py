"""The shortest walks that a set of cases lacks, as cases ready to paste."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from cakwizard.model import DecisionTree
from cakwizard.model import Route
from cakwizard.scripts.coverage import Coverage
from cakwizard.scripts.recording import case_of
from cakwizard.scripts.recording import name_of
from cakwizard.scripts.walkfile import Case
from cakwizard.scripts.ways import EdgeId
from cakwizard.scripts.ways import Ways
from cakwizard.scripts.ways import days_for
from cakwizard.scripts.ways import edge_id
from cakwizard.scripts.ways import ways_in
from cakwizard.walking import decide

__all__ = ["case_along", "missing_walks"]

_BUDGET = 2_000_000


def missing_walks(coverage: Coverage) -> list[Case]:
    """Return cases that walk all that is not walked yet.

    Each takes the shortest walk to something missing, on the day up to which the
    rules were checked where that can be, else on the nearest day. What lies deepest
    comes first, since its walk meets much of the rest. Nodes and outcomes need no
    walks of their own: who walks every edge meets them all.
    """
    tree = coverage.tree
    cases: list[Case] = []
    todo = {key for key in coverage.missing("edges") if isinstance(key, tuple)}
    best: dict[EdgeId, tuple[int, int, Ways, Route]] = {}
    for ways in coverage.ways:
        away = abs((ways.day - tree.checked_until).days)
        for route in ways.alive:
            edge = edge_id(route)
            if edge in todo and (edge not in best or (ways.length(route), away) < best[edge][:2]):
                best[edge] = (ways.length(route), away, ways, route)
    deepest_first = sorted(best.values(), key=lambda one: (-one[2].up[one[3].node].questions, one[3].location))
    for _, _, found, route in deepest_first:
        if edge_id(route) in todo:
            # Of walks that are as short, the one that meets most of what is left; in a very
            # large tree looking for it anew each time would take too long.
            anew = len(cases) * len(coverage.routes) < _BUDGET
            ways = ways_in(tree, found.span, todo) if anew else found
            path = ways.through(route)
            todo.difference_update(edge_id(one) for one in path)
            cases.append(case_along(tree, path, ways.day))
    shown = {one for case in cases for one in _listed(case.expect.get("advice", ()))}
    for key in coverage.missing("windows"):
        if isinstance(key, str) and key not in shown and (case := _showing(coverage, key)) is not None:
            shown.update(_listed(case.expect.get("advice", ())))
            cases.append(case)
    return cases


def case_along(
    tree: DecisionTree, path: Iterable[Route], care_date: datetime.date, claim_date: datetime.date | None = None
) -> Case:
    """Return the case that answers along a path, with what comes of it as what is expected."""
    answers = {tree.nodes[route.node].question: frozenset({route.option}) for route in path}
    verdict = decide(tree, answers, care_date, claim_date or max(care_date, tree.checked_until))
    days = [care_date] if care_date != tree.checked_until else []
    if claim_date not in (None, max(care_date, tree.checked_until)):
        days = [care_date, verdict.claim_date]
    return case_of(verdict, name_of(tree, answers, *days))


def _showing(coverage: Coverage, key: str) -> Case | None:
    """Return the shortest case that shows a piece of advice."""
    tree = coverage.tree
    advice = tree.advice[key]
    found: tuple[tuple[int, int], Ways, list[Route], tuple[datetime.date, datetime.date | None]] | None = None
    for ways in coverage.ways:
        days = days_for(advice, ways)
        if days is None:
            continue
        paths = [ways.through(route) for route in ways.alive if key in route.advice]
        paths += [ways.to(place) for place, one in tree.outcomes.items() if place in ways.up and key in one.advice]
        for path in paths:
            rank = (len(path), abs((days[0] - tree.checked_until).days))
            if found is None or rank < found[0]:
                found = (rank, ways, path, days)
    return None if found is None else case_along(tree, found[2], *found[3])


def _listed(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
