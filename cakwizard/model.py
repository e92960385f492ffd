"""The records that a decision tree is made of.

All are frozen; every edge of the tree is one option at one node during one
validity window, and the whole is at hand as a `networkx.MultiDiGraph`. Nothing
here knows the subject of a tree: schemes, kinds of advice and contracts are
declared in it.
"""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING
from typing import Any

from cakwizard.errors import Location

if TYPE_CHECKING:
    import networkx

__all__ = [
    "ALWAYS",
    "PROVIDER_KINDS",
    "Advice",
    "AdviceKind",
    "Certainty",
    "Contract",
    "Deadline",
    "DecisionTree",
    "Message",
    "Node",
    "Option",
    "Outcome",
    "Question",
    "Referral",
    "Route",
    "Scheme",
    "Source",
    "SourceKind",
    "Term",
    "Text",
    "Value",
    "Window",
]

Value = Decimal | datetime.date | str
"""What a `{placeholder}` in a text stands for: an amount, a date or a word."""

NOWHERE = Location("", 0, 0)

PROVIDER_KINDS = ("pharmacy", "hospital", "mental_health", "long_term_care", "aids")
"""The kinds of provider that lists of providers tell apart."""


class Certainty(IntEnum):
    """How sure a rule is; the larger, the weaker, so the weakest on a path is its maximum."""

    settled = 0
    likely = 1
    unsettled = 2


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in each language of the tree."""

    by_language: Mapping[str, str]
    location: Location = NOWHERE

    def __getitem__(self, language: str) -> str:
        """Return the text in `language`, or in the tree's first language."""
        found = self.by_language.get(language)
        return found if found is not None else next(iter(self.by_language.values()), "")

    def __hash__(self) -> int:
        """Hash by content, so that records that hold texts can be set members."""
        return hash(tuple(self.by_language.items()))


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a rule holds, both ends included; None is open."""

    start: datetime.date | None = None
    end: datetime.date | None = None

    def __contains__(self, day: datetime.date) -> bool:
        """Tell whether the rule holds on `day`."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def __and__(self, other: Window) -> Window | None:
        """Return the days that lie in both windows, or None when there is none."""
        start = max(filter(None, (self.start, other.start)), default=None)
        end = min(filter(None, (self.end, other.end)), default=None)
        return None if start and end and end < start else Window(start, end)

    def distance(self, day: datetime.date) -> int:
        """Return how many days `day` lies outside the window; 0 inside."""
        if self.start is not None and day < self.start:
            return (self.start - day).days
        if self.end is not None and day > self.end:
            return (day - self.end).days
        return 0


ALWAYS = Window()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """What a source is (law, a public body's page, …) and the certainty it can carry."""

    id: str
    name: Text
    supports: Certainty
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text that a rule rests on.

    `date` is its own date as ISO 8601, possibly only year or year and month;
    `dated` says in words how sure that date is. `checked` is the day on which
    somebody last held the rules against it.
    """

    id: str
    title: Text
    publisher: str
    url: str
    date: str
    kind: str
    checked: datetime.date
    dated: Text | None = None
    valid_until: datetime.date | None = None
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Who pays: the code, its name, how pictures draw it, and when it ends.

    `end_sources` carry `valid_until`; `claimable` says that a provider declares
    costs under this scheme.
    """

    id: str
    name: Text
    shape: str = "box"
    color: str = "#444444"
    claimable: bool = False
    valid_until: datetime.date | None = None
    end_sources: tuple[str, ...] = ()
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Whether a contract is needed, in words."""

    id: str
    text: Text
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceKind:
    """A heading under which advice is shown; kinds are shown in the tree's order.

    `holds` says what else of the outcome stands under it: whether a contract is
    needed, or the deadline. `checklist` says that its advice is a list of things to
    have together, which is drawn with a box to tick.
    """

    id: str
    heading: Text
    numbered: bool = False
    holds: str | None = None
    checklist: bool = False
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A sentence to act on, with its sources and the days on which it holds.

    `by_claim_date` says that the window is that of the day of claiming, not of care.
    `note` says that in a checklist it is good to know, not a thing to have.
    `values` fill the `{placeholders}` of the text.
    """

    id: str
    kind: str
    text: Text
    sources: tuple[str, ...]
    window: Window = ALWAYS
    by_claim_date: bool = False
    note: bool = False
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What can be chosen at a question; `keys` holds one letter per language.

    `within_months` and `after_months` tell what the option says about the time between
    care and claim. The answer decides; the dates only warn where they contradict it.
    """

    id: str
    text: Text
    keys: Mapping[str, str]
    help: Text | None = None
    within_months: int | None = None
    after_months: int | None = None
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with its options.

    When `countries` is not None the question is also answered by a country:
    it maps an ISO 3166-1 alpha-2 code to the options that stay open, every
    other country is `otherwise`, and `names` holds other names of a country
    (mapped to a code or an option).
    """

    id: str
    text: Text
    options: Mapping[str, Option]
    help: Text | None = None
    find_out: Text | None = None
    countries: Mapping[str, frozenset[str]] | None = None
    otherwise: str | None = None
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place in the tree where a question is asked.

    `outside` holds, per option, what to say when no route of it holds on the day.
    """

    id: str
    question: str
    outside: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An edge: one option at one node leads to `target` during `window`."""

    node: str
    option: str
    target: str
    window: Window
    certainty: Certainty
    sources: tuple[str, ...]
    advice: tuple[str, ...] = ()
    location: Location = NOWHERE

    @property
    def key(self) -> str:
        """Return the edge's key: the option, and the start of its window if it has one.

        A later window of the same option has another start, so keys of parallel edges differ.
        """
        start, end = self.window.start, self.window.end
        return self.option if start is None and end is None else f"{self.option}@{start or ''}..{end or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Until when can be claimed: `months` after the day that `start` names."""

    months: int
    start: str
    sources: tuple[str, ...]
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """Somewhere this patient may be sent, offered at an outcome.

    Attributes:
        text: To what, in the words of a menu.
        kind: The kind of provider to look up, one of `PROVIDER_KINDS`; None where no list is to be looked in.
        letter: The sentence for the referral letter.
        advice: What to mind, by id.
    """

    id: str
    text: Text
    sources: tuple[str, ...]
    kind: str | None = None
    letter: Text | None = None
    advice: tuple[str, ...] = ()
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to fill in and send oneself: an opening, and the data that must be in it."""

    id: str
    heading: Text
    text: Text
    fields: Mapping[str, Text]
    sources: tuple[str, ...]
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Where a walk ends: who pays how much of what, how sure, and what to do.

    `percent` is in whole percents or None when not known; `maximum` says that it
    is an upper bound. `ask` is the question to send to the authority; `referrals` and
    `message` are what is offered to do next, by id.
    """

    id: str
    scheme: str
    title: Text
    pays: Text
    certainty: Certainty
    sources: tuple[str, ...]
    advice: tuple[str, ...] = ()
    percent: Decimal | None = None
    maximum: bool = False
    contract: str | None = None
    deadline: Deadline | None = None
    ask: Text | None = None
    valid_until: datetime.date | None = None
    referrals: tuple[str, ...] = ()
    message: str | None = None
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word explained; `words` are the spellings by which a text is searched for it."""

    id: str
    name: Text
    text: Text
    sources: tuple[str, ...] = ()
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class DecisionTree:
    """The whole tree; its nodes, outcomes and edges are what is walked and drawn.

    Attributes:
        edges: Every route, in the order of the file.
        start: Id of the node where a walk begins.
        preset: The question that can be answered before the conversation (`--as`).
        sha256: Hash of the file's bytes, in hexadecimal.
        source_lines: The lines of the file, for messages.
    """

    file: str
    sha256: str
    edition: str
    checked_until: datetime.date
    title: Text
    origin: Text
    authority: Text
    languages: tuple[str, ...]
    start: str
    preset: str | None
    longest_path: int | None
    questions: Mapping[str, Question]
    nodes: Mapping[str, Node]
    outcomes: Mapping[str, Outcome]
    advice: Mapping[str, Advice]
    schemes: Mapping[str, Scheme]
    contracts: Mapping[str, Contract]
    advice_kinds: Mapping[str, AdviceKind]
    deadline_starts: Mapping[str, Text]
    source_kinds: Mapping[str, SourceKind]
    sources: Mapping[str, Source]
    glossary: Mapping[str, Term]
    edges: tuple[Route, ...]
    referrals: Mapping[str, Referral] = field(default_factory=lambda: MappingProxyType({}))
    messages: Mapping[str, Message] = field(default_factory=lambda: MappingProxyType({}))
    source_lines: tuple[str, ...] = ()
    _kept: dict[str, Any] = field(init=False, repr=False, default_factory=dict)

    @property
    def graph(self) -> networkx.MultiDiGraph[Any]:
        """Return the tree as a frozen graph, for everything that networkx can do with one.

        Nodes are node and outcome ids (ids of the two never clash), with the record as
        attribute `record`; each edge has its `Route` as attribute `route` and `Route.key`
        as key. Made when it is first asked for: importing networkx takes longer than
        loading a tree and deciding a case, which need no more than the order below.
        """
        if "graph" not in self._kept:
            self._kept["graph"] = _graph(self)
        found: networkx.MultiDiGraph[Any] = self._kept["graph"]
        return found

    @property
    def onward(self) -> Mapping[str, tuple[Route, ...]]:
        """Return the routes of each node that has any, in the order of the file."""
        if "onward" not in self._kept:
            by_node: dict[str, list[Route]] = {}
            for route in self.edges:
                by_node.setdefault(route.node, []).append(route)
            self._kept["onward"] = {node: tuple(routes) for node, routes in by_node.items()}
        found: Mapping[str, tuple[Route, ...]] = self._kept["onward"]
        return found

    @property
    def order(self) -> Mapping[str, int]:
        """Return by node and outcome how many questions at most lie before it, each after all that lead to it.

        Where the edges leave the order free it is that of the file. What lies on a cycle,
        or can only be reached through one, has no place in it and is left out.
        """
        if "order" not in self._kept:
            self._kept["order"] = dict(_in_order(self))
        found: Mapping[str, int] = self._kept["order"]
        return found

    def routes(self, node: str | None = None) -> Iterator[Route]:
        """Yield the routes of one node, or of all, in the order of the file."""
        yield from self.edges if node is None else self.onward.get(node, ())


def _graph(tree: DecisionTree) -> networkx.MultiDiGraph[Any]:
    import networkx

    graph: networkx.MultiDiGraph[Any] = networkx.MultiDiGraph()
    records = (*tree.nodes.items(), *tree.outcomes.items())
    graph.add_nodes_from((key, {"record": record}) for key, record in records)
    for route in tree.edges:
        graph.add_edge(route.node, route.target, key=route.key, route=route)
    networkx.freeze(graph)
    return graph


def _in_order(tree: DecisionTree) -> Iterator[tuple[str, int]]:
    """Yield with its depth what has no route to it that is still to come, the first in the file first."""
    keys = tuple(dict.fromkeys((*tree.nodes, *tree.outcomes)))
    rank = {key: number for number, key in enumerate(keys)}
    # In numbers, which lie side by side: each name is looked up once.
    to_come, depth = [0] * len(keys), [0] * len(keys)
    onward: list[list[int]] = [[] for _ in keys]
    for route in tree.edges:
        target = rank[route.target]
        to_come[target] += 1
        onward[rank[route.node]].append(target)
    ready = [number for number, count in enumerate(to_come) if not count]
    while ready:
        number = heapq.heappop(ready)
        below = depth[number] + 1
        yield keys[number], below - 1
        for target in onward[number]:
            to_come[target] -= 1
            depth[target] = max(depth[target], below)
            if not to_come[target]:
                heapq.heappush(ready, target)
