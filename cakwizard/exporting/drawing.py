"""What is drawn: a part of the tree, with names that are safe in every format.

Every exporter starts here, so that they agree on which nodes and edges there
are. The graph is a view on the tree's own; nothing is copied.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

import networkx

from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.errors import nearest
from cakwizard.model import DecisionTree
from cakwizard.model import Node
from cakwizard.model import Outcome
from cakwizard.model import Route
from cakwizard.model import Value
from cakwizard.model import Window
from cakwizard.wording import fill
from cakwizard.wording import format_date

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Direction", "Drawing", "Edge", "draw", "edge_of", "window_words"]

Edge = tuple[str, str, str]
"""One edge: the node it leaves, its target, and its key."""

Direction = Literal["TB", "LR"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A part of a tree in one language, ready to be written.

    Attributes:
        graph: A view on `tree.graph`; nodes and outcomes by id.
        start: Id of the node where the drawn part begins.
        names: By id a neutral name (`n1`, `n2`…), in the order of the file.
        direction: The way in which answers run; None leaves it to the format.
        highlighted: The edges of a walk to mark.
        covered: The edges that walks have taken; None when that is not to be shown.
        parts: What was left out, in words (`only midwife`), for under the title.
    """

    tree: DecisionTree
    language: str
    graph: networkx.MultiDiGraph[Any]
    start: str
    names: Mapping[str, str]
    direction: Direction | None = None
    highlighted: frozenset[Edge] = frozenset()
    covered: frozenset[Edge] | None = None
    parts: tuple[str, ...] = ()

    @property
    def nodes(self) -> list[Node]:
        """Return the nodes drawn, in the order of the file."""
        return [self.tree.nodes[key] for key in self.names if key in self.tree.nodes]

    @property
    def outcomes(self) -> list[Outcome]:
        """Return the outcomes drawn, in the order of the file."""
        return [self.tree.outcomes[key] for key in self.names if key in self.tree.outcomes]

    def routes(self, node: str | None = None) -> Iterator[Route]:
        """Yield the routes drawn from one node, or from all, in the order of the file.

        Options come in the order of their question, and windows of one option in the order of time.
        """
        for key in [node] if node is not None else [one.id for one in self.nodes]:
            options = list(self.tree.questions[self.tree.nodes[key].question].options)
            edges: Any = self.graph.out_edges(key, data="route")
            routes: list[Route] = [route for _, _, route in edges]
            yield from sorted(
                routes, key=lambda route: (options.index(route.option), route.window.start or datetime.date.min)
            )

    def question(self, node: str) -> str:
        """Return the words of the question that is asked at a node."""
        return self.tree.questions[self.tree.nodes[node].question].text[self.language]

    def answer(self, route: Route) -> str:
        """Return the words of the answer that a route stands for."""
        question = self.tree.questions[self.tree.nodes[route.node].question]
        return question.options[route.option].text[self.language]

    def title(self, outcome: Outcome, language: str | None = None) -> str:
        """Return the title of an outcome with its percentage filled in."""
        values: dict[str, Value] = {} if outcome.percent is None else {"percent": outcome.percent}
        return fill(outcome.title, language or self.language, values)

    def scheme(self, outcome: Outcome) -> str:
        """Return the name of the scheme of an outcome."""
        return self.tree.schemes[outcome.scheme].name[self.language]

    def short_scheme(self, outcome: Outcome) -> str:
        """Return the name of the scheme of an outcome without what stands in brackets behind it."""
        return self.scheme(outcome).split(" (")[0]


def edge_of(route: Route) -> Edge:
    """Return the edge of the graph that a route is."""
    return (route.node, route.target, route.key)


def window_words(window: Window, language: str, *, short: bool = False) -> str:
    """Return the days on which a route holds, in words or in short dates; nothing when it always holds."""
    from cakwizard.interface import words

    say = words(language)

    def day_words(day: datetime.date | None) -> str:
        if day is None:
            return ""
        full = format_date(day, language)
        month = full.split()[1][:3]
        return say("picture.short_date", day=day.day, number=day.month, month=month, year=day.year) if short else full

    start, end = day_words(window.start), day_words(window.end)
    if start and start == end:
        return say("picture.on", start=start)
    if start and end:
        return say("picture.between", start=start, end=end)
    if start:
        return say("picture.from", start=start)
    return say("picture.until", end=end) if end else ""


def draw(
    tree: DecisionTree,
    language: str,
    *,
    start: str | None = None,
    only: str | None = None,
    date: datetime.date | None = None,
    until: str | None = None,
    direction: Direction | None = None,
    highlighted: Collection[Edge] = (),
    covered: Collection[Edge] | None = None,
) -> Drawing:
    """Return what is to be drawn.

    Args:
        start: Begin at this node, not at the start of the tree.
        only: Answer the tree's preset question with this option and keep what can still be met.
        date: Keep the edges that hold on this day.
        until: Draw nothing behind the nodes that ask this question.

    Raises:
        UsageError: There is no such node, option or question; names the nearest.
    """
    begin = tree.start if start is None else _known(start, tree.nodes, "node")
    tests: list[Callable[[Route], bool]] = []
    if only is not None:
        option, preset = _preset(tree, only)
        tests.append(lambda route: tree.nodes[route.node].question != preset or route.option == option)
    if date is not None:
        day = date
        tests.append(lambda route: day in route.window)
    if until is not None:
        last = _known(until, tree.questions, "question")
        tests.append(lambda route: tree.nodes[route.node].question != last)

    def keep_edge(source: str, target: str, key: Any) -> bool:
        route: Route = tree.graph.edges[source, target, key]["route"]
        return all(test(route) for test in tests)

    kept = networkx.subgraph_view(tree.graph, filter_edge=keep_edge) if tests else tree.graph
    reached = {begin, *networkx.descendants(kept, begin)}
    # A view on a view would ask both filters for every edge, so one view holds them all.
    graph: networkx.MultiDiGraph[Any] = networkx.subgraph_view(
        tree.graph,
        filter_node=reached.__contains__,
        filter_edge=keep_edge if tests else networkx.filters.no_filter,
    )
    order = [key for key in (*tree.nodes, *tree.outcomes) if key in reached]
    return Drawing(
        tree=tree,
        language=language,
        graph=graph,
        start=begin,
        names={key: f"n{number}" for number, key in enumerate(order, 1)},
        direction=direction,
        highlighted=frozenset(highlighted),
        covered=None if covered is None else frozenset(covered),
        parts=_parts(tree, language, start, only, date, until),
    )


def _known(key: str, known: Mapping[str, object], what: str) -> str:
    if key in known:
        return key
    near = nearest(key, known)
    raise UsageError(
        Issue(
            message=f"there is no {what} '{key}'",
            hint=f"did you mean '{near}'?" if near else f"known: {', '.join(known)}",
        )
    )


def _preset(tree: DecisionTree, only: str) -> tuple[str, str]:
    """Return the option and the question that `--only` means."""
    if tree.preset is None:
        raise UsageError(Issue(message="this tree has no question that --only can answer", hint="leave --only out"))
    return _known(only, tree.questions[tree.preset].options, f"option of question '{tree.preset}'"), tree.preset


def _parts(
    tree: DecisionTree,
    language: str,
    start: str | None,
    only: str | None,
    date: datetime.date | None,
    until: str | None,
) -> tuple[str, ...]:
    """Return in words which part of the tree is drawn."""
    from cakwizard.interface import words

    say = words(language)
    found = []
    if start is not None:
        found.append(say("picture.part_start", question=tree.questions[tree.nodes[start].question].text[language]))
    if only is not None and tree.preset is not None:
        question = tree.questions[tree.preset]
        found.append(
            say("picture.part_only", question=question.text[language], answer=question.options[only].text[language])
        )
    if date is not None:
        found.append(say("picture.part_date", date=format_date(date, language)))
    if until is not None:
        found.append(say("picture.part_until", question=tree.questions[until].text[language]))
    return tuple(found)
