"""Trees with one small mistake each, as an author could make it: which the cases notice, and which no walk could.

A mistake is one in a line of the file: what a line says of several options, or a schedule of many edges, changes for
all of them. Only the cases that meet the option, outcome or advice with the mistake are decided again. What they do not
notice is compared with the tree itself: either a walk would notice it, and is handed back as a case, or none can.
"""

from __future__ import annotations

import datetime
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

import networkx as nx

from cakwizard.comparing.walker import BUDGET, Days, Side, advice_at, differences
from cakwizard.deciding.days import ONE_DAY, spans
from cakwizard.deciding.decide import allowed_routes, decide
from cakwizard.deciding.verdict import Answers
from cakwizard.errors import Location
from cakwizard.testing.running import advice_of, case_of, questions_asked, run_case
from cakwizard.testing.walkfile import Case
from cakwizard.tree.records import Advice, DecisionTree, Outcome, Route
from cakwizard.tree.values import ALWAYS, NOTHING, Certainty, Window

_FULL, _LESS = Decimal(100), Decimal(80)
Place = tuple[str, str]
"""A node and an option, or an outcome or piece of advice and nothing."""

Known = tuple[Case, set[Place], str]
"""A case, where its walks come, and what becomes of a mutant that it notices."""
_Record = Route | Outcome | Advice


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake."""

    kind: str  # `swap`, `retarget`, `drop_option`, `date`, `percent`, `certainty` or `advice`
    what: str  # the mistake in words
    changes: Sequence[tuple[_Record, _Record | None]]  # what becomes of each record; None when it is gone
    detail: str = ""  # the day, the piece of advice or the percentage that it is about

    @property
    def places(self) -> list[Place]:
        """Return where it is: at options of nodes, in an outcome or in a piece of advice."""
        return [(one.node, one.option) if isinstance(one, Route) else (one.id, "") for one, _ in self.changes]

    @property
    def location(self) -> Location:
        """Return the line that it is in."""
        return self.changes[0][0].location

    @contextmanager
    def made_in(self, tree: DecisionTree) -> Iterator[DecisionTree]:
        """Give a tree with the mistake in it; its graph is that of `tree`, not frozen, and is put back in the end."""
        old, new = zip(*self.changes, strict=True)
        outcomes = {**tree.outcomes, **{one.id: one for one in new if isinstance(one, Outcome)}}
        advice = {**tree.advice, **{one.id: one for one in new if isinstance(one, Advice)}}
        # A graph for each mutant would take as long as all else. Their order is one: a mutant leads from a node only to
        # what its own edges led to, or to an outcome.
        _exchange(tree.graph, old, new)
        yield replace(tree, outcomes=outcomes, advice=advice)
        _exchange(tree.graph, new, old)


def _exchange(graph: Any, old: Iterable[object], new: Iterable[object]) -> None:
    # The types that networkx has do not know the keys of edges here.
    graph.remove_edges_from((one.node, one.target, one.key) for one in old if isinstance(one, Route))
    graph.add_edges_from((one.node, one.target, one.key, {"route": one}) for one in new if isinstance(one, Route))


def mutants_of(tree: DecisionTree) -> Iterator[Mutant]:
    """Yield every mutant of a tree, by kind of mistake and then in the order of the file."""
    for make in (_swaps, _retargets, _drops, _dates, _less_said, _percents):
        yield from make(tree)
    for advice in tree.advice.values():
        yield from (one for one in _moved([advice]) if one.changes[0][1] is not None)


def _together(
    routes: Iterable[Route], key: Callable[[Route], object] = lambda route: route.option
) -> list[list[Route]]:
    """Return routes that have something in common, in order of time."""
    found: dict[object, list[Route]] = defaultdict(list)
    for route in routes:
        found[key(route)].append(route)
    return [sorted(one, key=lambda route: route.window.start or datetime.date.min) for one in found.values()]


def _with(records: Iterable[Any], **fields: object) -> list[tuple[Any, Any]]:
    return [(one, replace(one, **fields)) for one in records]


def _named(records: Sequence[Any]) -> str:
    """Return an outcome, or a node and the options of routes, in words; with the days where they have one window."""
    first = records[0]
    if isinstance(first, Outcome):
        return f"outcome '{first.id}'"
    options = ", ".join(dict.fromkeys(f"'{route.option}'" for route in records))
    alike = first.window != ALWAYS and all(route.window == first.window for route in records)
    days = f" ({first.window.start or ''}..{first.window.end or ''})" if alike else ""
    return f"node '{first.node}': {options}{days}"


def _swaps(tree: DecisionTree) -> Iterator[Mutant]:
    """Two options of a node change places, with everything at them."""
    for node in tree.nodes:
        for ones, twos in itertools.combinations(_together(tree.routes(node)), 2):
            one, two = ones[0].option, twos[0].option
            changes = [*_with(ones, option=two), *_with(twos, option=one)]
            yield Mutant("swap", f"node '{node}': '{one}' and '{two}' change places", changes)


def _retargets(tree: DecisionTree) -> Iterator[Mutant]:
    """An option leads where a neighbour leads, or to the outcome that comes next in the file."""
    # What lies behind a neighbour asks nothing that lies before it, so no path of a mutant goes round or meets a
    # question twice.
    outcomes = list(tree.outcomes)
    for node in tree.nodes:
        ways = _together(tree.routes(node), lambda route: (route.option, route.target))
        for number, routes in enumerate(ways):
            old = routes[0].target
            after = outcomes.index(old) + 1 if old in tree.outcomes else 0
            neighbours = [one[0].target for one in [*ways[number + 1 :], *ways[:number]]]
            found = [[one for one in others if one != old] for others in (neighbours, outcomes[after:] + outcomes)]
            for target in dict.fromkeys(one for others in found for one in others[:1]):
                what = f"{_named(routes)} leads to '{target}' instead of '{old}'"
                yield Mutant("retarget", what, _with(routes, target=target))


def _drops(tree: DecisionTree) -> Iterator[Mutant]:
    """An option is missing; the last one cannot be, since a node without options is no tree that is read."""
    for node in tree.nodes:
        options = _together(tree.routes(node))
        for routes in options if len(options) > 1 else ():
            what = f"node '{node}': option '{routes[0].option}' is gone"
            yield Mutant("drop_option", what, [(route, None) for route in routes])


def _dates(tree: DecisionTree) -> Iterator[Mutant]:
    """The day on which one window ends and the next begins moves by a day, in a line or in a schedule."""
    alike: dict[object, list[Route]] = defaultdict(list)
    for node in tree.nodes:
        for routes in _together(tree.routes(node)):
            windows = tuple(route.window for route in routes)
            # Windows that many edges have in common are those of a schedule; a single one is that of its line.
            alike[windows if len(windows) > 1 else (windows, node, routes[0].location)] += routes
    for routes in alike.values():
        yield from _moved(routes)


def _moved(records: Sequence[Any]) -> Iterator[Mutant]:
    """Yield for each day on which routes or advice begin to hold or no longer do a day beside it instead."""
    for span in spans(one.window for one in records)[1:]:
        first: Any = span.start
        for day in (first + ONE_DAY, first - ONE_DAY):
            changes = []
            for one in records:
                start = day if one.window.start == first else one.window.start
                end = day - ONE_DAY if one.window.end == first - ONE_DAY else one.window.end
                if Window(start, end) != one.window:
                    gone = start is not None and end is not None and end < start
                    changes.append((one, None if gone else replace(one, window=Window(start, end))))
            if isinstance(one := records[0], Route):
                also = len({(route.node, route.option) for route, _ in changes}) - 1
                at = f"node '{one.node}': at '{one.option}'{f' and {also} more' if also else ''}"
            else:
                at = f"advice '{one.id}':"
            yield Mutant("date", f"{at} {first} becomes {day}", changes, str(first))


def _less_said(tree: DecisionTree) -> Iterator[Mutant]:
    """A line, during a schedule a row of it, or an outcome is less certain, or no longer gives a piece of advice."""
    lines = _together(tree.routes(), lambda route: (route.node, route.location, route.window))
    several: list[Any] = [*lines, *([outcome] for outcome in tree.outcomes.values())]
    for records in several:
        certainty, advice = records[0].certainty, records[0].advice
        if certainty < Certainty.unsettled:
            less = Certainty(certainty + 1)
            what = f"{_named(records)} is {less.name} instead of {certainty.name}"
            yield Mutant("certainty", what, _with(records, certainty=less))
        for key in advice:
            rest = tuple(one for one in advice if one != key)
            what = f"{_named(records)} no longer gives advice '{key}'"
            yield Mutant("advice", what, _with(records, advice=rest), key)


def _percents(tree: DecisionTree) -> Iterator[Mutant]:
    """An outcome pays another percentage."""
    for outcome in tree.outcomes.values():
        for number, amount in enumerate(outcome.percent):
            other = _LESS if amount.value != _LESS else _FULL
            amounts = (*outcome.percent[:number], replace(amount, value=other), *outcome.percent[number + 1 :])
            what = f"outcome '{outcome.id}' pays {other} % instead of {amount.value} %"
            yield Mutant("percent", what, _with([outcome], percent=amounts), f"{amount.value}%")


class Fate(NamedTuple):
    """What became of a mutant: `killed` or `survived`.

    Or it is `equivalent`, when no walk can tell it from the tree, or `unsettled`, when the budget did not suffice to
    find out whether one can.
    """

    mutant: Mutant
    became: str
    case: Case | None = None  # the one that notices it, or that would if it were there


def try_mutants(
    tree: DecisionTree,
    cases: Iterable[Case],
    *,
    proposed: Iterable[Case] = (),
    only: Answers = NOTHING,
    progress: Callable[[float], None] = lambda done: None,
) -> list[Fate]:
    """Run the cases against every mutant of the tree; a case that fails on the tree itself notices nothing.

    Args:
        proposed: Cases that are proposed anyhow; what one of them notices needs no case of its own.
        only: By question the only options whose mistakes matter.
    """
    within = _places_met(tree, only)
    mutants = [mutant for mutant in mutants_of(tree) if not within.isdisjoint(mutant.places)]
    # One case often notices several mutants, so those proposed already are tried before others are looked for.
    known: list[Known] = []
    for became, some in (("killed", cases), ("survived", proposed)):
        known += [(one, _places_met(tree, one.answers), became) for one in some if run_case(tree, one).passed]
    sides: dict[Days, Side] = {}
    fates: list[Fate] = []
    loose = replace(tree, graph=nx.MultiDiGraph(tree.graph))
    for number, mutant in enumerate(mutants):
        progress(number / len(mutants))
        with mutant.made_in(loose) as other:
            fates.append(_tried(mutant, tree, other, known, sides))
    return fates


def _tried(
    mutant: Mutant, tree: DecisionTree, other: DecisionTree, known: list[Known], sides: dict[Days, Side]
) -> Fate:
    """Return what becomes of a mutant; a case that would notice it, and is not there, is added to those known."""
    places = mutant.places
    for case, met, became in known:
        if not met.isdisjoint(places) and not run_case(other, case).passed:
            return Fate(mutant, became, case)
    for found in differences(tree, other, {place for place, _ in places}, BUDGET, sides):
        if found is None:
            return Fate(mutant, "unsettled")
        if walk := _case(tree, other, *found):
            known.append((walk, _places_met(tree, walk.answers), "survived"))
            return Fate(mutant, "survived", walk)
    return Fate(mutant, "equivalent")


def _places_met(tree: DecisionTree, answers: Answers) -> set[Place]:
    """Return the options of nodes, and the outcomes and advice, that walks with these answers meet on some day."""
    routes = list(allowed_routes(tree, answers))
    ends = {route.target for route in routes}
    advice = {*advice_at(tree, ends & tree.outcomes.keys()), *(key for route in routes for key in route.advice)}
    return {(route.node, route.option) for route in routes} | {(key, "") for key in ends | advice}


def _case(tree: DecisionTree, other: DecisionTree, answers: Answers, days: Days) -> Case | None:
    """Return the walk as a case that fails for the other tree, with no more expectations than that needs."""
    verdict = decide(tree, answers, *days)
    case = case_of(verdict)
    if not run_case(other, case).passed:
        return case
    given, most = advice_of(verdict), questions_asked(verdict)
    added = tuple(one for one in advice_of(decide(other, answers, *days)) if one not in given)
    without = f"{case.name}, without {' or '.join(added)}".replace("_", " ")
    more = [case_of(verdict, without, not_advice=added)]
    more.append(case_of(verdict, f"{case.name}, at most {most} questions", max_questions=most))
    return next((case for case in more if not run_case(other, case).passed), None)
