"""The records that a decision tree is made of.

All are frozen. Every edge of the tree is one option at one node during one window of days; the whole is a
`networkx.MultiDiGraph`, which *is* the tree: nothing keeps its edges beside it. Nothing here knows the subject of
a tree: what it declares (schemes, sources, contracts, kinds of advice) is in `declared`, and handed on here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import networkx as nx

from cakwizard.errors import Location
from cakwizard.tree.declared import (
    ALWAYS,
    NOTHING,
    NOWHERE,
    PROVIDER_KINDS,
    AdviceKind,
    Certainty,
    Contract,
    Scheme,
    SchemeGroup,
    Source,
    SourceKind,
    Text,
    Value,
    Window,
    Words,
)

__all__ = [
    "ALWAYS",
    "PROVIDER_KINDS",
    "Advice",
    "AdviceKind",
    "Amount",
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
    "SchemeGroup",
    "Source",
    "SourceKind",
    "Term",
    "Text",
    "Value",
    "Window",
    "Words",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A sentence to act on, with its sources and the days on which it holds.

    Attributes:
        text: At most 70 characters in each language, enough by itself.
        more: All there is to say beyond it; of an `ask` the whole question to send.
        sources: What carries it; empty when `ours`.
        ours: That it is our own advice, which no source carries.
        by_claim_date: That the window is that of the day of claiming, not of care.
        certainty: What it makes of an outcome while it holds.
        note: That in a checklist it is good to know, not a thing to have.
        values: What the `{placeholders}` of its texts stand for.
    """

    id: str
    kind: str
    text: Text
    more: Text | None = None
    sources: tuple[str, ...] = ()
    ours: bool = False
    window: Window = ALWAYS
    by_claim_date: bool = False
    certainty: Certainty = Certainty.settled
    note: bool = False
    values: Mapping[str, Value] = field(default_factory=lambda: NOTHING)
    location: Location = NOWHERE

    def holds(self, care_date: datetime.date, claim_date: datetime.date) -> bool:
        """Tell whether the advice holds on these dates."""
        return (claim_date if self.by_claim_date else care_date) in self.window


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What can be chosen at a question.

    Attributes:
        text: The label, at most 38 characters.
        explain: A dim explanation behind the label.
        keys: One letter per language.
        help: Who takes this option, for `?`.
        also: Other words by which people say it; a sentence that holds one answers the question.
        never: Phrases that hold such a word and do not mean it ("not pregnant").
    """

    id: str
    text: Text
    keys: Mapping[str, str]
    explain: Text | None = None
    help: Text | None = None
    also: Words = field(default_factory=lambda: NOTHING)
    never: Words = field(default_factory=lambda: NOTHING)
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with its options.

    When `countries` is not None the question is also answered by a country: it maps an ISO 3166-1 alpha-2 code to
    the options that stay open, every other country is `otherwise`, and `names` holds other names of a country
    (mapped to a code or an option).

    Attributes:
        short: One or two words that name the answer in the trail.
    """

    id: str
    text: Text
    short: Text
    options: Mapping[str, Option]
    help: Text | None = None
    find_out: Text | None = None
    countries: Mapping[str, frozenset[str]] | None = None
    otherwise: str | None = None
    names: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of the tree: the question that is asked there.

    `outside` holds, per option, what to say when no route of it holds on the day.
    """

    id: str
    question: str
    outside: Mapping[str, Text] = field(default_factory=lambda: NOTHING)
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An edge: one option at one node leads to `target` during `window`."""

    node: str
    option: str
    target: str
    window: Window = ALWAYS
    certainty: Certainty = Certainty.settled
    sources: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    location: Location = NOWHERE

    @property
    def key(self) -> str:
        """Return the edge's key: the option, and its window if it has one, so that parallel edges differ."""
        start, end = self.window.start, self.window.end
        return self.option if start is None and end is None else f"{self.option}@{start or ''}..{end or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Until when can be claimed: `months` after the day that `start` names.

    `undated` says that this day is not known from the date of care, so that no last day can be named; `text` says it.
    """

    months: int
    start: str
    sources: tuple[str, ...]
    undated: bool = False
    text: Text | None = None
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A percentage, and the days of care on which it holds."""

    value: Decimal
    window: Window = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """Somewhere this patient may be sent.

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

    Attributes:
        title: A few words that tell it from others (at most 40 characters); the card puts the scheme before it.
        pays: Scheme and share in one sentence of at most 70 characters; `{percent}` is the percentage of the day.
        more: All there is to say beyond `pays`.
        percent: In whole percents, by window; empty when not known.
        maximum: That the percentage is an upper bound.
        advice: By id, the most important first.
        referrals, message: What is offered to do next, by id.
    """

    id: str
    scheme: str
    title: Text
    pays: Text
    certainty: Certainty
    sources: tuple[str, ...]
    more: Text | None = None
    advice: tuple[str, ...] = ()
    percent: tuple[Amount, ...] = ()
    maximum: bool = False
    contract: str | None = None
    deadline: Deadline | None = None
    valid_until: datetime.date | None = None
    referrals: tuple[str, ...] = ()
    message: str | None = None
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word explained; its name is what a text is searched for."""

    id: str
    name: Text
    text: Text
    sources: tuple[str, ...] = ()
    location: Location = NOWHERE


@dataclass(frozen=True, kw_only=True, eq=False)
class DecisionTree:
    """The whole tree.

    Attributes:
        graph: The tree itself, frozen: nodes are ids of nodes and outcomes (these never clash) with the record as
            attribute `record`; an edge has its `Route` as attribute `route` and `Route.key` as key. Its own attribute
            `order` lists the ids so that each stands after all that lead to it; empty when there is a cycle.
        start: Id of the node where a walk begins.
        preset: The question that can be answered before the conversation (`--as`).
        doubt: By language the words that make the word after them say something else ("no", "formerly").
        meanwhile: Advice for who does not know the outcome yet, by id.
        sha256: Of the text with line ends made even, in hexadecimal.
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
    doubt: Words
    meanwhile: tuple[str, ...]
    graph: nx.MultiDiGraph[str]
    questions: Mapping[str, Question]
    nodes: Mapping[str, Node]
    outcomes: Mapping[str, Outcome]
    advice: Mapping[str, Advice]
    schemes: Mapping[str, Scheme]
    scheme_groups: Mapping[str, SchemeGroup]
    contracts: Mapping[str, Contract]
    advice_kinds: Mapping[str, AdviceKind]
    deadline_starts: Mapping[str, Text]
    source_kinds: Mapping[str, SourceKind]
    sources: Mapping[str, Source]
    glossary: Mapping[str, Term]
    referrals: Mapping[str, Referral]
    messages: Mapping[str, Message]
    source_lines: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """Return the ids of nodes and outcomes, each after all that lead to it."""
        found: tuple[str, ...] = self.graph.graph["order"]
        return found

    def routes(self, node: str | None = None) -> Iterator[Route]:
        """Yield the routes out of one node, or all, in the order of the graph."""
        edges: Any = self.graph.edges(data="route") if node is None else self.graph.out_edges(node, data="route")
        for _, _, route in edges:
            yield route
