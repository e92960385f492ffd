"""What of a tree has ended on a day, will end soon, or was last read long ago. Nothing here reads a clock."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

import networkx as nx

from cakwizard.checking.uses import every_text, used
from cakwizard.deciding.days import months_after
from cakwizard.errors import Issue, Location
from cakwizard.tree.format import BLOCKS, ROUTE
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.tree.values import Certainty

UNREAD_DAYS, UNREAD_MONTHS, ENDING_DAYS = 180, 18, 60


class Unread(NamedTuple):
    """A source that is to be read again: when it was last read, and whether it should not be used any more."""

    day: datetime.date
    id: str
    over: bool


def due_sources(tree: DecisionTree, on: datetime.date, only: Collection[str] | None = None) -> list[Unread]:
    """Return the sources that are to be read again on a day, those read longest ago first.

    Args:
        only: Of which sources; of all that the tree uses when None. What cannot change is never due.
    """
    keys = used(tree)["sources"] if only is None else only
    found = [
        Unread(source.checked, source.id, months_after(source.checked, UNREAD_MONTHS) <= on)
        for source in map(tree.sources.__getitem__, keys)
        if (on - source.checked).days >= UNREAD_DAYS and tree.source_kinds[source.kind].ages
    ]
    return sorted(found, key=lambda one: (one.day, tree.sources[one.id].location))


def old(tree: DecisionTree, on: datetime.date, strict: bool = False) -> Iterator[Issue]:
    """CW050, CW051, CW052: yield what is old on a day; if strict, what should not be used any more is an error."""
    for day, key, over in due_sources(tree, on):
        message = f"source '{key}' was last read on {day}, {_days((on - day).days)} before"
        hint = f"read the source again, then run 'cakwizard recheck {key}'"
        yield _aged(message, tree.sources[key].location, "CW051", day, strict and over, hint)
    for what, last, location in _ending(tree, on):
        left = (last - on).days if last else ENDING_DAYS + 1
        if left < 0:
            yield _aged(f"{what} ended on {last}", location, "CW050", last, strict)
        elif left <= ENDING_DAYS:
            yield _aged(f"{what} ends on {last}, in {_days(left)}", location, "CW052", last)


def _ending(tree: DecisionTree, on: datetime.date) -> Iterator[tuple[str, datetime.date | None, Location]]:
    """Yield the last day of everything that walks on a day meet.

    What none meets has ended without harm, and so has a scheme of which every row has a successor that decides.
    """
    met, routes = walked_on(tree, on)
    # What says that a scheme ends need not be said to end as well.
    excused = {source for scheme in tree.schemes.values() for source in scheme.end_sources}
    for source in map(tree.sources.__getitem__, used_on(tree, met, routes, on)["sources"] - excused):
        yield f"source '{source.id}'", source.valid_until, source.location
    for outcome in map(tree.outcomes.__getitem__, met & tree.outcomes.keys()):
        yield f"outcome '{outcome.id}'", outcome.valid_until, outcome.location
    for key, scheme in tree.schemes.items():
        after = max(on, (scheme.valid_until or on) + datetime.timedelta(days=1))
        if scheme.valid_until and not is_succeeded(tree, key, after):
            yield f"scheme '{key}'", scheme.valid_until, scheme.location
    by_end = sorted(tree.routes(), key=lambda route: route.window.end or datetime.date.max)
    for (node, option), route in {(one.node, one.option): one for one in by_end if one.node in met}.items():
        yield f"option '{node}.{option}'", route.window.end, route.location


def _aged(
    message: str, location: Location, code: str, day: datetime.date | None, wrong: bool = False, hint: str | None = None
) -> Issue:
    return Issue(message, location, code, hint, "error" if wrong else "warning", values={"day": str(day)})


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


# What walks on a day still meet, and whether what has ended has a successor.


def _walked(tree: DecisionTree, keep: Callable[[Route], bool]) -> tuple[set[str], list[Route]]:
    """Return the nodes and outcomes that walks over some of the routes meet, and those routes."""
    edges: Any = tree.graph.edges
    view: Any = nx.subgraph_view(tree.graph, filter_edge=lambda *edge: keep(edges[edge]["route"]))
    met = {tree.start} | nx.descendants(view, tree.start)
    return met, [route for route in tree.routes() if route.node in met and keep(route)]


def walked_on(tree: DecisionTree, day: datetime.date) -> tuple[set[str], list[Route]]:
    """Return the nodes and outcomes that walks for care on a day meet, and their routes."""
    return _walked(tree, lambda route: day in route.window)


def used_on(
    tree: DecisionTree, met: Collection[str], routes: Iterable[Route], day: datetime.date | None = None
) -> dict[str, set[str]]:
    """Return by block the ids of what nodes, outcomes and routes use, on a day if there is one."""
    records: list[Any] = [(ROUTE, route) for route in routes]
    for name in ("nodes", "outcomes"):
        records += [(BLOCKS[name].record, one) for key, one in getattr(tree, name).items() if key in met]
    return used(tree, records, day)


def sources_towards(tree: DecisionTree, *, outcome: str | None = None, option: str | None = None) -> set[str]:
    """Return the sources of an outcome and all ways to it, or of all that an option of the preset question meets."""
    if outcome is not None:
        met = {outcome} | nx.ancestors(tree.graph, outcome)
        routes = [route for route in tree.routes() if route.target in met]
    else:
        met, routes = _walked(
            tree, lambda route: route.option == option or tree.nodes[route.node].question != tree.preset
        )
    return used_on(tree, met, routes)["sources"]


def is_succeeded(tree: DecisionTree, scheme: str, day: datetime.date) -> bool:
    """Tell whether nothing leads to a scheme on a day, and each option that once did leads to what decides.

    What leads to outcomes that are all unsettled does not decide.
    """
    met, routes = walked_on(tree, day)
    if any(tree.outcomes[key].scheme == scheme for key in met & tree.outcomes.keys()):
        return False
    now = {(route.node, route.option): route for route in routes}
    graph: Any = nx.DiGraph([(route.node, route.target) for route in routes])

    def decides(route: Route | None) -> bool:
        if route is None or route.certainty is Certainty.unsettled:
            return False
        ends = tree.outcomes.keys() & ({route.target} | nx.descendants(graph, route.target))
        return any(tree.outcomes[key].certainty is not Certainty.unsettled for key in ends)

    once = [
        (route.node, route.option)
        for route in tree.routes()
        if route.node in met and route.target in tree.outcomes and tree.outcomes[route.target].scheme == scheme
    ]
    return all(decides(now.get(key)) for key in once)


def stale_names(tree: DecisionTree, on: datetime.date) -> Iterator[Issue]:
    """CW055: what is read on a day names no scheme to which no route leads any more.

    What an unsettled outcome says is left alone: it may well say that a scheme has ended.
    """
    met, routes = walked_on(tree, on)
    ends = met & tree.outcomes.keys()
    ended = {
        tree.outcomes[route.target].scheme
        for route in tree.routes()
        if route.target in tree.outcomes and route.window.end is not None and route.window.end < on
    } - {tree.outcomes[key].scheme for key in ends}
    decided = {key for key in ends if tree.outcomes[key].certainty is not Certainty.unsettled}
    uses = used_on(tree, met - ends | decided, routes, on)
    uses |= {"advice": uses["advice"] | set(tree.meanwhile), "outcomes": decided, "sources": set()}
    read: list[Any] = [getattr(tree, block)[key] for block, keys in uses.items() for key in keys]
    read += [option for key in uses["questions"] for option in tree.questions[key].options.values()]
    read += [tree.outcomes[key].deadline for key in decided]
    owners = set(map(id, read))
    for name in sorted(ended):
        scheme = tree.schemes[name]
        # A short name is an abbreviation, and a word that has the same letters is not meant.
        short = "|".join(re.escape(word) for word in scheme.short.by_language.values())
        long = "|".join(re.escape(word) for word in scheme.name.by_language.values())
        sought = re.compile(rf"\b(?:{short}|(?i:{long}))\b")
        for found in every_text(tree):
            if id(found.owner) in owners and any(map(sought.search, found.text.by_language.values())):
                message = f"{found.what} names scheme '{name}', to which no route leads on {on}"
                yield _aged(message, found.text.location, "CW055", on)
