"""Where a walk that failed turned off: the step behind which what was expected cannot come any more."""

from __future__ import annotations

import itertools

from cakwizard.model import Outcome
from cakwizard.model import Route
from cakwizard.scripts.walkfile import Case
from cakwizard.walking import Verdict

__all__ = ["path_walked", "turned_off"]


def path_walked(verdict: Verdict) -> tuple[Route, ...]:
    """Return the routes walked: the whole path when decided, else what the open paths share."""
    if verdict.outcome is not None:
        return verdict.outcome.routes
    onward: dict[str, list[Route]] = {}
    for route in verdict.open_routes:
        onward.setdefault(route.node, []).append(route)
    path: list[Route] = []
    key = verdict.tree.start
    while len(onward.get(key, ())) == 1 and len(path) < len(verdict.path):
        (route,) = onward[key]
        path.append(route)
        key = route.target
    return tuple(path)


def turned_off(case: Case, verdict: Verdict, path: tuple[Route, ...]) -> Route | None:
    """Return the first route on the path behind which no wanted outcome lies.

    Only routes that are open on the date of care count; when none of those leads
    there from the start, all do, so that the route named is the one the date picked.
    """
    tree = verdict.tree
    wanted = {key for key, outcome in tree.outcomes.items() if _is_wanted(case, outcome)}
    if len(wanted) == len(tree.outcomes):
        return None
    routes = list(tree.routes())
    reach = _leads_to(wanted, [route for route in routes if case.care_date in route.window])
    if tree.start not in reach:
        reach = _leads_to(wanted, routes)
    if tree.start not in reach:
        return None
    return next((route for route in path if route.target not in reach), None)


def _is_wanted(case: Case, outcome: Outcome) -> bool:
    expect = case.expect
    possible = expect.get("possible")
    if isinstance(possible, tuple) and outcome.id not in possible:
        return False
    return all(
        getattr(outcome, attribute) == expect[key]
        for key, attribute in (
            ("outcome", "id"),
            ("scheme", "scheme"),
            ("percent", "percent"),
            ("maximum", "maximum"),
            ("contract", "contract"),
        )
        if key in expect
    )


def _leads_to(wanted: set[str], routes: list[Route]) -> set[str]:
    """Return the wanted outcomes and every node from which one of them is reached."""
    back: dict[str, list[str]] = {}
    for route in routes:
        back.setdefault(route.target, []).append(route.node)
    found = set(wanted)
    ahead = list(wanted)
    while ahead:
        fresh = set(itertools.chain.from_iterable(back.get(key, ()) for key in ahead)) - found
        found |= fresh
        ahead = list(fresh)
    return found
