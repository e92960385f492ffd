"""What of a tree is used, has ended on a day, will end soon, or was last read long ago. Nothing here reads a clock."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

import networkx as nx

from cakwizard.checking.checks import every_text
from cakwizard.deciding.days import ONE_DAY, months_after
from cakwizard.deciding.decide import walked
from cakwizard.errors import Issue, Location
from cakwizard.tree.format import BLOCKS, ROUTE, TREE
from cakwizard.tree.reading import called
from cakwizard.tree.records import Advice, DecisionTree, Outcome, Route, Source
from cakwizard.tree.values import Certainty

UNREAD_DAYS, UNREAD_MONTHS, ENDING_DAYS = 180, 18, 60


def used(
    tree: DecisionTree, routes: Iterable[Route] | None = None, counts: Callable[[Any], bool] = lambda record: True
) -> dict[str, set[str]]:
    """Return by block the ids of what walks over routes (all that is in the tree when None) meet and name.

    What does not count is left out, and what it alone names.
    """
    found: dict[str, set[str]] = defaultdict(set, nodes={tree.start})
    todo: list[Any] = [(ROUTE, route) for route in (tree.routes() if routes is None else routes)]
    todo.append((TREE, tree) if routes is None else (BLOCKS["nodes"].record, tree.nodes[tree.start]))
    while todo:
        record, one = todo.pop()
        for kind in record.fields.values():
            value: Any = getattr(one, kind.into, None)
            if kind.record and value:
                todo += [(kind.record, part) for part in (value.values() if isinstance(value, Mapping) else [value])]
            for block in kind.refers.split() if value else ():
                there, named = getattr(tree, block), {value} if isinstance(value, str) else set(value)
                for key in (there.keys() & named) - found[block]:
                    if counts(there[key]):
                        found[block].add(key)
                        todo += [(BLOCKS[block].record, there[key])] if BLOCKS[block].record else []
    return found


def unused(tree: DecisionTree) -> Iterator[Issue]:
    """CW045: everything that is declared is used."""
    uses = used(tree)
    for name in BLOCKS.keys() - {"nodes", "outcomes", "glossary", "runs", "schedules"}:
        for key, record in getattr(tree, name).items():
            if key not in uses[name]:
                yield Issue(f"nothing uses {called(name)} '{key}'", record.location, "CW045")
    offered = {(tree.nodes[route.node].question, route.option) for route in tree.routes()}
    for question in tree.questions.values():
        for key, option in question.options.items():
            if question.id in uses["questions"] and (question.id, key) not in offered:
                yield Issue(f"no node offers option '{key}' of question '{question.id}'", option.location, "CW045")


def due_sources(tree: DecisionTree, on: datetime.date, only: Collection[str] | None = None) -> list[Source]:
    """Return which sources (of all that the tree uses when None) are to be read again, those read longest ago first.

    What cannot change is never due.
    """
    keys = used(tree)["sources"] if only is None else only
    ageing = [one for one in map(tree.sources.__getitem__, keys) if tree.source_kinds[one.kind].ages]
    due = [source for source in ageing if (on - source.checked).days >= UNREAD_DAYS]
    return sorted(due, key=lambda source: (source.checked, source.location))


def old(tree: DecisionTree, on: datetime.date, strict: bool = False) -> Iterator[Issue]:
    """CW050, CW051, CW052: yield what is old on a day; if strict, what should not be used any more is an error."""
    for source in due_sources(tree, on):
        day, over = source.checked, months_after(source.checked, UNREAD_MONTHS) <= on
        message = f"source '{source.id}' was last read on {day}, {_days((on - day).days)} before"
        hint = f"read the source again, then run 'cakwizard recheck {source.id}'"
        yield _aged(message, source.location, "CW051", day, strict and over, hint)
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
    uses = used(tree, _routes_on(tree, on), lambda one: not isinstance(one, Advice) or one.holds(on, on))
    # What says that a scheme ends need not be said to end as well.
    excused = {source for scheme in tree.schemes.values() for source in scheme.end_sources}
    for source in map(tree.sources.__getitem__, uses["sources"] - excused):
        yield f"source '{source.id}'", source.valid_until, source.location
    for outcome in map(tree.outcomes.__getitem__, uses["outcomes"]):
        yield f"outcome '{outcome.id}'", outcome.valid_until, outcome.location
    for key, scheme in tree.schemes.items():
        after = max(on, (scheme.valid_until or on) + ONE_DAY)
        if scheme.valid_until and not is_succeeded(tree, key, after):
            yield f"scheme '{key}'", scheme.valid_until, scheme.location
    by_end = sorted(tree.routes(), key=lambda route: route.window.end or datetime.date.max)
    for (node, option), route in {(one.node, one.option): one for one in by_end if one.node in uses["nodes"]}.items():
        yield f"option '{node}.{option}'", route.window.end, route.location


def _aged(
    message: str, location: Location, code: str, day: datetime.date | None, wrong: bool = False, hint: str | None = None
) -> Issue:
    return Issue(message, location, code, hint, "error" if wrong else "warning", values={"day": str(day)})


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _routes_on(tree: DecisionTree, day: datetime.date) -> list[Route]:
    return list(walked(tree, lambda route: day in route.window))


def _schemes(tree: DecisionTree, routes: Iterable[Route]) -> set[str]:
    return {tree.outcomes[route.target].scheme for route in routes if route.target in tree.outcomes}


def sources_towards(tree: DecisionTree, *, outcome: str | None = None, option: str | None = None) -> set[str]:
    """Return the sources of an outcome and all ways to it, or of all that an option of the preset question meets."""
    if outcome is not None:
        met = {outcome} | nx.ancestors(tree.graph, outcome)
        return used(tree, (route for route in tree.routes() if route.target in met))["sources"]
    asked = {key for key, node in tree.nodes.items() if node.question == tree.preset}
    return used(tree, walked(tree, lambda route: route.option == option or route.node not in asked))["sources"]


def is_succeeded(tree: DecisionTree, scheme: str, day: datetime.date) -> bool:
    """Tell whether nothing leads to a scheme on a day, and each option that once did leads to what decides.

    What leads to outcomes that are all unsettled does not decide.
    """
    now = {(route.node, route.option): route for route in _routes_on(tree, day)}
    met = {tree.start, *(route.target for route in now.values())}

    def decides(route: Route | None) -> bool:
        if route is None or route.certainty is Certainty.unsettled:
            return False
        onward = walked(tree, lambda one: day in one.window, [route.target])
        ends = tree.outcomes.keys() & {route.target, *(one.target for one in onward)}
        return any(tree.outcomes[key].certainty is not Certainty.unsettled for key in ends)

    once = [route for route in tree.routes() if route.node in met and scheme in _schemes(tree, [route])]
    decided = all(decides(now.get((route.node, route.option))) for route in once)
    return decided and scheme not in _schemes(tree, now.values())


def stale_names(tree: DecisionTree, on: datetime.date) -> Iterator[Issue]:
    """CW055: what is read on a day names no scheme to which no route leads any more.

    What an unsettled outcome says is left alone: it may well say that a scheme has ended.
    """

    def counts(one: Any) -> bool:
        if isinstance(one, Outcome):
            return one.certainty is not Certainty.unsettled
        return not isinstance(one, Advice) or one.holds(on, on)

    routes = _routes_on(tree, on)
    past = (one for one in tree.routes() if one.window.end is not None and one.window.end < on)
    uses = used(tree, routes, counts)
    uses |= {"advice": uses["advice"] | set(tree.meanwhile), "nodes": set(), "sources": set()}
    read: list[Any] = [getattr(tree, block)[key] for block, keys in uses.items() for key in keys]
    read += [option for key in uses["questions"] for option in tree.questions[key].options.values()]
    read += [tree.outcomes[key].deadline for key in uses["outcomes"]]
    owners = set(map(id, read))
    for name in sorted(_schemes(tree, past) - _schemes(tree, routes)):
        scheme = tree.schemes[name]
        # A short name is an abbreviation, and a word that has the same letters is not meant.
        short = "|".join(re.escape(word) for word in scheme.short.by_language.values())
        long = "|".join(re.escape(word) for word in scheme.name.by_language.values())
        sought = re.compile(rf"\b(?:{short}|(?i:{long}))\b")
        for found in every_text(tree):
            if id(found.owner) in owners and any(map(sought.search, found.text.by_language.values())):
                message = f"{found.what} names scheme '{name}', to which no route leads on {on}"
                yield _aged(message, found.text.location, "CW055", on)
