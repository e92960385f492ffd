"""The records that a decision tree is made of, and with them the format of its file.

A field of a record says by its kind how it is written and what it is for: reading, schema and reference page come from
that, so a field is added by one line here. Nothing here knows the subject of a tree.
"""

# ruff: noqa: RUF009 - a call makes each field, as `dataclasses.field` does
from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import networkx as nx

from cakwizard.errors import Location
from cakwizard.tree import kinds as k
from cakwizard.tree.values import NOTHING, NOWHERE, Certainty, Text, Value, Window, Words

PROVIDER_KINDS = ("pharmacy", "hospital", "mental_health", "long_term_care", "aids")
"""The kinds of provider that lists of contracted providers tell apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What has an id, and a place in the file."""

    id: str
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Named):
    """What can be chosen at a question; `keys` holds one letter per language."""

    text: Text = k.text("the label in the list", most=38)
    explain: Text | None = k.text.opt("a dim explanation behind it", most=44)
    keys: Mapping[str, str] = k.letters("one letter of the label, no other's; w (nl) and d (en) are taken", key="key")
    help: Text | None = k.text.opt("who takes this option, for ?", most=400)
    also: Words = k.phrases.opt("other words by which people say it", NOTHING)
    never: Words = k.phrases.opt("phrases that hold such a word and do not mean it", NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Named):
    """A question; where `countries` is not None a country answers it too: by ISO 3166-1 code the options left open."""

    text: Text = k.text("the question as it is asked", most=120)
    short: Text = k.text("names the answer in the trail", most=14)
    options: Mapping[str, Option] = k.by_id(Option)("the likeliest first")
    help: Text | None = k.text.opt("for ?", most=500)
    find_out: Text | None = k.text.opt("how to find out who does not know", most=400)
    countries: Mapping[str, frozenset[str]] | None = k.countries.opt("for a question that a country answers too")
    otherwise: str | None = k.word.opt("the option of every country that is not listed")
    names: Mapping[str, str] = k.mapping(k.word, ids=False).opt("other names of a country: code or option", NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice(Named):
    """A sentence to act on, with its sources and the days on which it holds."""

    kind: str = k.ref("advice_kinds")("the heading under which it is shown")
    text: Text = k.text("enough by itself", most=70)
    more: Text | None = k.text.opt("all there is to say beyond it; of a question to send the whole of it", most=700)
    sources: tuple[str, ...] = k.sources.opt("what carries it; required unless 'ours'", ())
    ours: bool = k.flag.opt("that it is our own advice, which no source carries", False)
    by_claim_date: bool = k.flag.opt("that its days are days of claiming, not of care", False)
    certainty: Certainty = k.certainty.opt("what it makes of an outcome while it holds", Certainty.settled)
    note: bool = k.flag.opt("that in a checklist it is good to know, not a thing to have", False)
    values: Mapping[str, Value] = k.mapping(k.value).opt("what the {placeholders} of its texts stand for", NOTHING)
    window: Window = k.window()

    def holds(self, care_date: datetime.date, claim_date: datetime.date) -> bool:
        """Tell whether the advice holds on these dates."""
        return (claim_date if self.by_claim_date else care_date) in self.window


advice_list = k.advice_list(Advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Named):
    """A node of the tree: the question that is asked there, and by option what to say on a day without a route."""

    question: str = k.ref("questions")("the question", key="asks")
    outside: Mapping[str, Text] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An edge: one option at one node leads to `target` during `window`."""

    node: str
    option: str
    target: str = k.target("where it leads", key="to")
    certainty: Certainty = k.certainty.opt("how sure; that of the node when absent", Certainty.settled)
    sources: tuple[str, ...] = k.sources.opt("those of the node when absent", ())
    advice: tuple[str, ...] = advice_list.opt("what to do or to mind on this path", ())
    window: Window = k.window()
    location: Location = NOWHERE

    @property
    def key(self) -> str:
        """Return the edge's key: the option, and its window if it has one, so that parallel edges differ."""
        start, end = self.window.start, self.window.end
        return self.option if start is None and end is None else f"{self.option}@{start or ''}..{end or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A part of the time during a schedule, and what it makes of the routes that hold then."""

    target: str | None = k.target.opt("in place of where the route leads", key="to")
    certainty: Certainty = k.certainty.opt("the weaker of this and the route's counts", Certainty.settled)
    sources: tuple[str, ...] = k.sources.opt("beside those of the route", ())
    advice: tuple[str, ...] = advice_list.opt("beside that of the route", ())
    window: Window = k.window()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Until when can be claimed: `months` after the day that `start` names."""

    months: int = k.months("how many after the day that it counts from")
    start: str = k.ref("deadline_starts")("the day that it counts from")
    sources: tuple[str, ...] = k.sources.opt("", ())
    undated: bool = k.flag.opt("that this day does not follow from that of care, so no last day can be named", False)
    text: Text | None = k.text.opt("says so, in place of a day", most=140)
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A percentage, and the days of care on which it holds."""

    value: Decimal = k.percent("whole percents")
    window: Window = k.window("from", "until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Named):
    """Where a walk ends: who pays how much of what, how sure, and what to do."""

    scheme: str = k.ref("schemes")("who pays")
    title: Text = k.text("tells it from others; the card puts the scheme before it", most=40)
    pays: Text = k.text("scheme and share in a sentence; {percent} is filled in", most=70)
    more: Text | None = k.text.opt("all there is to say beyond it", most=700)
    certainty: Certainty = k.certainty("how sure")
    percent: tuple[Amount, ...] = k.rows(Amount, k.percent).opt("whole percents; absent: not known", ())
    maximum: bool = k.flag.opt("that the percentage is the most that is paid", False)
    contract: str | None = k.ref("contracts").opt("whether one is needed")
    deadline: Deadline | None = k.nested(Deadline).opt("until when can be claimed")
    advice: tuple[str, ...] = advice_list.opt("the most important first", ())
    referrals: tuple[str, ...] = k.refs("referrals").opt("where she may be sent", ())
    message: str | None = k.ref("messages").opt("to fill in and send oneself")
    sources: tuple[str, ...] = k.sources("what carries it")
    valid_until: datetime.date | None = k.day.opt("the last day of care")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeGroup(Named):
    """Schemes that diagrams draw in one colour."""

    name: Text = k.text(most=40)
    color: str = k.color("as #005ea5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme(Named):
    """Who pays."""

    short: Text = k.text("as on the card: OVV", most=24)
    name: Text = k.text("in full", most=80)
    group: str = k.ref("scheme_groups")("its colour")
    claimable: bool = k.flag.opt("that a provider declares costs under it", False)
    valid_until: datetime.date | None = k.day.opt("its last day")
    end_sources: tuple[str, ...] = k.sources.opt("what says so", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract(Named):
    """Whether a contract is needed."""

    text: Text = k.text("in a few words", most=70)
    more: Text | None = k.text.opt("all there is to say", most=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceKind(Named):
    """A heading under which advice is shown; kinds are shown in the tree's order."""

    heading: Text = k.text(most=40)
    numbered: bool = k.flag.opt("that its advice is a list of steps", False)
    checklist: bool = k.flag.opt("that its advice is a list of things to have together", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind(Named):
    """What a source is (a law, a public body's page, …), and the certainty it can carry."""

    name: Text = k.text(most=60)
    short: Text = k.text("in the foot of the card", most=24)
    supports: Certainty = k.certainty("how sure a rule can be that rests on it")
    ages: bool = k.flag.opt("that such a text can change, so that it must be read again; true when absent", True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Named):
    """A text that a rule rests on; a day of it may be only a year, or a year and month, and empty when unknown."""

    title: Text = k.text(most=160)
    publisher: str = k.word()
    url: str = k.address("an address that leads to the text")
    kind: str = k.ref("source_kinds")()
    date: str = k.part_of_date.opt("its own date", "")
    speaks_to: str = k.part_of_date.opt("the newest day for which it is known to have said so", "")
    checked: datetime.date = k.day("the day on which somebody last held the rules against it")
    dated: Text | None = k.text.opt("how sure its date is", most=200)
    valid_until: datetime.date | None = k.day.opt("the last day on which it holds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Named):
    """A word explained; its name is what a text is searched for."""

    name: Text = k.text(most=60)
    text: Text = k.text(most=400)
    sources: tuple[str, ...] = k.sources.opt("", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral(Named):
    """Somewhere this patient may be sent; `kind` is None where no list is to be looked in."""

    text: Text = k.text("in the words of a menu", most=80)
    kind: str | None = k.choice(*PROVIDER_KINDS).opt("the lists to look in")
    letter: Text | None = k.text.opt("the sentence for the referral letter", most=300)
    advice: tuple[str, ...] = advice_list.opt("what to mind", ())
    sources: tuple[str, ...] = k.sources()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Named):
    """A message to fill in and send oneself: an opening, and the data that must be in it."""

    heading: Text = k.text(most=60)
    text: Text = k.text("how it begins", most=400)
    fields: Mapping[str, Text] = k.mapping(k.text)("what must be in it")
    sources: tuple[str, ...] = k.sources()


@dataclass(frozen=True, kw_only=True, eq=False)
class Head:
    """What is at the top of a tree's file."""

    format: str = k.shaped("2", "2", "2", minimum=2, maximum=2)("the version of this format")
    edition: str = k.word("the name of this version of the rules")
    checked_until: datetime.date = k.day("the day on which the rules were last held against their sources")
    title: Text = k.text("the question that the tree answers", most=90)
    origin: Text = k.text("where the rules come from, and what they are not", most=300)
    authority: Text = k.text("who decides in the end", most=40)
    languages: tuple[str, ...] = k.languages()
    start: str = k.ref("nodes")("where a walk begins")
    preset: str | None = k.ref("questions").opt("the question that can be answered before the conversation")
    longest_path: int | None = k.questions.opt("the most questions that a walk may ask")
    meanwhile: tuple[str, ...] = advice_list.opt("what to do while the outcome is not known", ())
    doubt: Words = k.phrases.opt("words after which a phrase says something else (not, formerly)", NOTHING)


@dataclass(frozen=True, kw_only=True, eq=False)
class DecisionTree(Head):
    """The whole tree; it is its graph, which is frozen.

    Nodes of the graph are ids of nodes and outcomes (these never clash), with the record as attribute `record`; an
    edge has its `Route` as attribute `route` and `Route.key` as key.
    """

    file: str
    sha256: str  # of the text with line ends made even, in hexadecimal
    graph: nx.MultiDiGraph[str]
    source_lines: tuple[str, ...] = ()  # for messages
    questions: Mapping[str, Question] = k.by_id(Question)("what can be asked, with the options to choose from")
    nodes: Mapping[str, Node] = field()  # its kind is in `format`, since a node is written with its routes
    outcomes: Mapping[str, Outcome] = k.by_id(Outcome)("where a walk ends")
    advice: Mapping[str, Advice] = k.by_id(Advice)("a sentence to act on; also written where it is used, with an id")
    scheme_groups: Mapping[str, SchemeGroup] = k.by_id(SchemeGroup)("schemes that diagrams draw in one colour")
    schemes: Mapping[str, Scheme] = k.by_id(Scheme)("who pays")
    contracts: Mapping[str, Contract] = k.by_id(Contract).opt("whether a contract is needed")
    advice_kinds: Mapping[str, AdviceKind] = k.by_id(AdviceKind)("headings under which advice is shown, in order")
    deadline_starts: Mapping[str, Text] = k.mapping(k.text, "deadline_starts").opt(
        "the days that a deadline counts from", most=80
    )
    source_kinds: Mapping[str, SourceKind] = k.by_id(SourceKind)("what a source is")
    sources: Mapping[str, Source] = k.by_id(Source)("what the rules rest on")
    glossary: Mapping[str, Term] = k.by_id(Term).opt("words explained")
    referrals: Mapping[str, Referral] = k.by_id(Referral).opt("where a patient may be sent")
    messages: Mapping[str, Message] = k.by_id(Message).opt("what can be filled in and sent")

    @property
    def order(self) -> tuple[str, ...]:
        """Return the ids of nodes and outcomes, each after all that lead to it; empty when there is a cycle."""
        return tuple(self.graph.graph["order"])

    def routes(self, node: str | None = None) -> Iterator[Route]:
        """Yield the routes out of one node, or all, in the order of the graph."""
        # The graph's own dictionaries: the views on them that networkx shows take a third of the time of a verdict.
        graph: Any = self.graph
        for leaving in graph._adj.values() if node is None else [graph._adj[node]]:
            for parallel in leaving.values():
                for data in parallel.values():
                    yield data["route"]


def make_graph(
    nodes: Mapping[str, Node], outcomes: Mapping[str, Outcome], routes: Iterable[Route]
) -> nx.MultiDiGraph[str]:
    """Return the frozen graph of a tree; where the edges leave the order free, it is that of the file."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from((key, {"record": record}) for key, record in (*nodes.items(), *outcomes.items()))
    for route in routes:
        graph.add_edge(route.node, route.target, route.key, route=route)
    rank = {key: number for number, key in enumerate(graph)}
    acyclic = nx.is_directed_acyclic_graph(graph)
    graph.graph["order"] = tuple(nx.lexicographical_topological_sort(graph, key=rank.get)) if acyclic else ()
    nx.freeze(graph)
    return graph
