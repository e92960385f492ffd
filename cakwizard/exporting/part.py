"""Which part of the tree is drawn: on which day, for whom, from where until where."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any, Literal

import networkx as nx

from cakwizard.deciding.days import care_windows, spans
from cakwizard.errors import UsageError, spoken, unknown
from cakwizard.saying.phrases import format_date, window_words
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.tree.values import Window
from cakwizard.words import words

Mark = Literal["case", "unwalked"]
"""What an edge is marked as: on the way of one case, or walked by no case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of a tree that is asked for, in one language.

    Attributes:
        day: The day of care; None for all dates.
        graph: A view on the tree's graph with the edges that hold on the day and can be met.
        starts: The nodes where it begins.
        stops: The nodes behind which nothing is drawn.
        preset: The options by which the tree's preset question is answered beforehand.
        said: In words what was picked, and on which days of care it is the same, for under the title.
        marks: By mark the edges that have it.
    """

    tree: DecisionTree
    language: str
    day: datetime.date | None
    graph: nx.MultiDiGraph[str]
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    preset: str | None
    said: tuple[str, ...]
    marks: Mapping[Mark, Set[Route]]

    def marks_of(self, routes: Iterable[Route]) -> frozenset[Mark]:
        """Return the marks that any of some edges has."""
        return frozenset(mark for mark, some in self.marks.items() if not some.isdisjoint(routes))

    def routes(self, node: str) -> list[Route]:
        """Return the routes that are drawn out of a node."""
        edges: Any = self.graph.out_edges(node, data="route")
        return [route for *_, route in edges]

    def offered(self, node: str) -> list[str]:
        """Return the options that a node offers on any day, in the question's order, less what is preset."""
        question = self.tree.nodes[node].question
        found = {route.option for route in self.tree.routes(node)}
        if question == self.tree.preset and self.preset is not None:
            found &= {self.preset}
        return [option for option in self.tree.questions[question].options if option in found]


def find_part(
    tree: DecisionTree,
    language: str,
    *,
    day: datetime.date | None,
    only: str | None = None,
    start: str | None = None,
    until: str | None = None,
    marks: Mapping[Mark, Set[Route]] | None = None,
) -> Part:
    """Return the part of a tree that is to be drawn.

    Args:
        day: Keep the edges that hold on this day of care; None keeps all.
        only: Answer the tree's preset question with this option, by its id, label or synonym in any language.
        start: Begin at this node, or at the nodes that ask this question.
        until: Draw nothing behind this node, or the nodes that ask this question.
        marks: By mark the edges to mark.

    Raises:
        UsageError: There is no such node, question or option; names the nearest.
    """
    preset = _preset(tree, only) if only is not None else None
    starts = _nodes(tree, start) if start is not None else (tree.start,)
    stops = _nodes(tree, until) if until is not None else ()
    reached, edges = set(starts), set[tuple[str, str, str]]()
    for key in tree.order:
        if key in reached and key in tree.nodes and key not in stops:
            answered = preset if tree.nodes[key].question == tree.preset else None
            for route in tree.routes(key):
                if (day is None or day in route.window) and answered in (None, route.option):
                    reached.add(route.target)
                    edges.add((key, route.target, route.key))
    graph: nx.MultiDiGraph[str] = nx.subgraph_view(
        tree.graph, filter_node=reached.__contains__, filter_edge=lambda *edge: edge in edges
    )
    say, said = words(language), []
    if tree.preset is not None and preset is not None:
        said.append(tree.questions[tree.preset].options[preset].text[language])
    said.append(
        say("export.all_dates") if day is None else say("export.day", day=format_date(day, language, long=True))
    )
    for key, nodes in (("export.starting", starts if start is not None else ()), ("export.stopping", stops)):
        if nodes:
            said.append(say(key, question=tree.questions[tree.nodes[nodes[0]].question].text[language]))
    if day is not None and (days := window_words(_holds(tree, reached.difference(stops), day), language)):
        said.append(say("export.holds", days=days))
    said += [say(f"export.legend_{mark}") for mark in marks or ()]
    return Part(
        tree=tree,
        language=language,
        day=day,
        graph=graph,
        starts=starts,
        stops=stops,
        preset=preset,
        said=tuple(said),
        marks=marks or {},
    )


def _nodes(tree: DecisionTree, key: str) -> tuple[str, ...]:
    """Return the node with an id, or else all nodes that ask the question with that id."""
    if key in tree.nodes:
        return (key,)
    if found := tuple(node for node in tree.order if node in tree.nodes and tree.nodes[node].question == key):
        return found
    raise UsageError(unknown("export.no_such_node", key, [*tree.questions, *tree.nodes]))


def _preset(tree: DecisionTree, only: str) -> str:
    if tree.preset is None:
        raise UsageError(spoken("export.no_preset"))
    options = tree.questions[tree.preset].options
    wanted = only.casefold().strip()
    for option in options.values():
        names = {option.id, *option.text.by_language.values(), *(one for also in option.also.values() for one in also)}
        if wanted in {name.casefold() for name in names}:
            return option.id
    raise UsageError(unknown("export.no_such_option", only, options))


def _holds(tree: DecisionTree, reached: Collection[str], day: datetime.date) -> Window:
    """Return the days around `day` on which no window of what is drawn begins or ends."""
    routes = [route for node in reached if node in tree.nodes for route in tree.routes(node)]
    windows = care_windows(tree, routes, tree.outcomes.keys() & reached)
    return next(span for span in spans(windows) if day in span)
