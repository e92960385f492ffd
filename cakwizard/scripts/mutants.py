"""Trees with one small mistake each, as an author could make it.

A mutant is a whole tree: the records of the real one, with one changed. Which
mistakes are made is fixed, so two runs over one tree make the same mutants.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from cakwizard.errors import Location
from cakwizard.model import ALWAYS
from cakwizard.model import Advice
from cakwizard.model import Certainty
from cakwizard.model import DecisionTree
from cakwizard.model import Outcome
from cakwizard.model import Route
from cakwizard.model import Window

__all__ = ["Mutant", "mutants_of"]

ONE_DAY = datetime.timedelta(days=1)
FULL = Decimal(100)
LESS = Decimal(80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake, and how to make it.

    Attributes:
        kind: `swap`, `retarget`, `drop_option`, `date`, `percent`, `certainty` or `advice`.
        what: The mistake in words.
        touched: The node whose routes it changes, or the outcome that it changes.
        options: The options of that node whose routes it changes.
        advice: The piece of advice that it changes, for a mistake in the window of that.
        make: Returns the tree with the mistake in it.
    """

    kind: str
    what: str
    location: Location
    touched: str | None
    make: Callable[[], DecisionTree]
    options: frozenset[str] = frozenset()
    advice: str | None = None


def mutants_of(tree: DecisionTree) -> Iterator[Mutant]:
    """Yield every mutant of a tree, sorted by kind and then by place."""
    for maker in (_swaps, _retargets, _drops, _dates, _percentages, _certainties, _advice_of_routes):
        yield from maker(tree)
    yield from _advice_of_outcomes(tree)
    yield from _advice_dates(tree)


# -- making a mutant ----------------------------------------------------------


def _with_routes(tree: DecisionTree, node: str, routes: Sequence[Route]) -> DecisionTree:
    """Return the tree with other routes at one node."""
    others = (route for route in tree.edges if route.node != node)
    return replace(tree, edges=(*others, *routes))


def _with_outcome(tree: DecisionTree, outcome: Outcome) -> DecisionTree:
    return replace(tree, outcomes=MappingProxyType({**tree.outcomes, outcome.id: outcome}))


def _with_advice(tree: DecisionTree, advice: Advice) -> DecisionTree:
    return replace(tree, advice=MappingProxyType({**tree.advice, advice.id: advice}))


def _at(tree: DecisionTree, kind: str, what: str, old: Route, new: Mapping[Route, Route | None]) -> Mutant:
    """Return a mutant in which routes of one node are replaced, or taken out by None."""

    def make() -> DecisionTree:
        # By identity: two routes with equal fields can stand at one node of a mutant only, never of a tree.
        changed = {id(route): other for route, other in new.items()}
        routes = [changed.get(id(route), route) for route in tree.routes(old.node)]
        return _with_routes(tree, old.node, [route for route in routes if route is not None])

    options = frozenset(route.option for route in new)
    return Mutant(kind=kind, what=what, location=old.location, touched=old.node, options=options, make=make)


def _by_option(tree: DecisionTree, node: str) -> dict[str, list[Route]]:
    found: dict[str, list[Route]] = {}
    for route in tree.routes(node):
        found.setdefault(route.option, []).append(route)
    for routes in found.values():
        routes.sort(key=lambda route: route.window.start or datetime.date.min)
    return found


# -- mistakes in routes -------------------------------------------------------


def _swaps(tree: DecisionTree) -> Iterator[Mutant]:
    """Two options of a node change places, with everything that stands at them."""
    for node in tree.nodes:
        for (one, ones), (two, twos) in itertools.combinations(_by_option(tree, node).items(), 2):
            new: dict[Route, Route | None] = {route: replace(route, option=two) for route in ones}
            new |= {route: replace(route, option=one) for route in twos}
            yield _at(tree, "swap", f"node '{node}': '{one}' and '{two}' change places", ones[0], new)


def _retargets(tree: DecisionTree) -> Iterator[Mutant]:
    """An edge leads where a neighbour leads, or to the outcome that comes next in the file."""
    # What lies behind a neighbour asks nothing that lies before it, so no path of a mutant goes
    # round or meets a question twice.
    outcomes = list(tree.outcomes)
    for node in tree.nodes:
        routes = list(tree.routes(node))
        for number, route in enumerate(routes):
            around = [*routes[number + 1 :], *routes[:number]]
            neighbour = next((one.target for one in around if one.target != route.target), None)
            after = outcomes.index(route.target) + 1 if route.target in tree.outcomes else 0
            following = next((one for one in [*outcomes[after:], *outcomes] if one != route.target), None)
            for target in dict.fromkeys((neighbour, following)):
                if target is not None:
                    what = f"node '{node}': {_name(route)} leads to '{target}' instead of '{route.target}'"
                    yield _at(tree, "retarget", what, route, {route: replace(route, target=target)})


def _drops(tree: DecisionTree) -> Iterator[Mutant]:
    """An option is missing at a node."""
    for node in tree.nodes:
        by_option = _by_option(tree, node)
        if len(by_option) > 1:
            for option, routes in by_option.items():
                what = f"node '{node}': option '{option}' is gone"
                yield _at(tree, "drop_option", what, routes[0], dict.fromkeys(routes))


def _dates(tree: DecisionTree) -> Iterator[Mutant]:
    """The day on which one window of an option ends and the next begins moves by a day."""
    for node in tree.nodes:
        for routes in _by_option(tree, node).values():
            firsts = {first for route in routes for first in _firsts(route.window)}
            for first, days in itertools.product(sorted(firsts), (ONE_DAY, -ONE_DAY)):
                new: dict[Route, Route | None] = {}
                for route in routes:
                    window = _moved(route.window, first, days)
                    if window != route.window:
                        new[route] = None if window is None else replace(route, window=window)
                at = next(iter(new))
                what = f"node '{node}': at '{at.option}' {first} becomes {first + days}"
                yield _at(tree, "date", what, at, new)


def _firsts(window: Window) -> list[datetime.date]:
    """Return the day on which a window opens and the one after it closes, save at the ends of the calendar."""
    ends = [window.start] if window.start is not None else []
    if window.end is not None and window.end < datetime.date.max:
        ends.append(window.end + ONE_DAY)
    return [day for day in ends if datetime.date.min < day < datetime.date.max]


def _moved(window: Window, first: datetime.date, days: datetime.timedelta) -> Window | None:
    """Return a window that opens on `first`, or closes the day before, with that moved; None when no day is left."""
    start = window.start + days if window.start == first else window.start
    end = window.end + days if window.end == first - ONE_DAY else window.end
    return None if start is not None and end is not None and end < start else Window(start, end)


def _certainties(tree: DecisionTree) -> Iterator[Mutant]:
    """A route or an outcome is less certain than it was."""
    for route in tree.routes():
        if route.certainty < Certainty.unsettled:
            less = Certainty(route.certainty + 1)
            what = f"node '{route.node}': {_name(route)} is {less.name} instead of {route.certainty.name}"
            yield _at(tree, "certainty", what, route, {route: replace(route, certainty=less)})
    for outcome in tree.outcomes.values():
        if outcome.certainty < Certainty.unsettled:
            less = Certainty(outcome.certainty + 1)
            what = f"outcome '{outcome.id}' is {less.name} instead of {outcome.certainty.name}"
            yield _changed(tree, "certainty", what, replace(outcome, certainty=less))


def _advice_of_routes(tree: DecisionTree) -> Iterator[Mutant]:
    """A route no longer gives a piece of advice."""
    for route in tree.routes():
        for key in route.advice:
            rest = tuple(one for one in route.advice if one != key)
            what = f"node '{route.node}': {_name(route)} no longer gives advice '{key}'"
            yield _at(tree, "advice", what, route, {route: replace(route, advice=rest)})


def _name(route: Route) -> str:
    if route.window == ALWAYS:
        return f"'{route.option}'"
    return f"'{route.option}' ({route.window.start or ''}..{route.window.end or ''})"


# -- mistakes in outcomes and advice ------------------------------------------


def _changed(tree: DecisionTree, kind: str, what: str, outcome: Outcome) -> Mutant:
    return Mutant(
        kind=kind,
        what=what,
        location=outcome.location,
        touched=outcome.id,
        make=lambda: _with_outcome(tree, outcome),
    )


def _percentages(tree: DecisionTree) -> Iterator[Mutant]:
    """An outcome states another percentage."""
    for outcome in tree.outcomes.values():
        if outcome.percent is not None:
            other = LESS if outcome.percent != LESS else FULL
            what = f"outcome '{outcome.id}' pays {other} % instead of {outcome.percent} %"
            yield _changed(tree, "percent", what, replace(outcome, percent=other))


def _advice_of_outcomes(tree: DecisionTree) -> Iterator[Mutant]:
    """An outcome no longer gives a piece of advice."""
    for outcome in tree.outcomes.values():
        for key in outcome.advice:
            rest = tuple(one for one in outcome.advice if one != key)
            what = f"outcome '{outcome.id}' no longer gives advice '{key}'"
            yield _changed(tree, "advice", what, replace(outcome, advice=rest))


def _advice_dates(tree: DecisionTree) -> Iterator[Mutant]:
    """The day from which, or until which, a piece of advice holds moves by a day."""
    for advice in tree.advice.values():
        for first, days in itertools.product(_firsts(advice.window), (ONE_DAY, -ONE_DAY)):
            window = _moved(advice.window, first, days)
            if window is None:
                continue
            other = replace(advice, window=window)
            yield Mutant(
                kind="date",
                what=f"advice '{advice.id}': {first} becomes {first + days}",
                location=advice.location,
                touched=None,
                advice=advice.id,
                make=lambda other=other: _with_advice(tree, other),  # type: ignore[misc]
            )
