"""What must hold of the ways through a tree, and of what it claims: sources, certainty, and something to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import networkx as nx

from cakwizard.deciding.days import spans
from cakwizard.errors import Issue, Location, shortened
from cakwizard.tree.format import every_record
from cakwizard.tree.records import Advice, DecisionTree, Outcome, Route
from cakwizard.tree.values import Certainty


def loose_ends(tree: DecisionTree) -> Iterator[Issue]:
    """CW014, CW015: every node leads somewhere, and a walk from the start can meet every node and outcome."""
    reached = {tree.start} | nx.descendants(tree.graph, tree.start)
    for kind, records in (("node", tree.nodes), ("outcome", tree.outcomes)):
        for key, record in records.items():
            if kind == "node" and tree.graph.out_degree(key) == 0:
                yield Issue(f"node '{key}' leads nowhere", record.location, "CW014")
            if key not in reached:
                yield Issue(f"no walk reaches {kind} '{key}'", record.location, "CW015")


def cycles(tree: DecisionTree) -> Iterator[Issue]:
    """CW016: no path may come back to where it was."""
    for component in nx.strongly_connected_components(tree.graph):
        first = min((tree.graph.nodes[key]["record"] for key in component), key=lambda record: record.location)
        if len(component) > 1 or tree.graph.has_edge(first.id, first.id):
            ring = [edge[0] for edge in nx.find_cycle(tree.graph.subgraph(component), first.id)]
            message = f"the tree goes round: {' -> '.join([*ring, ring[0]])}"
            yield Issue(shortened(message, 400), first.location, "CW016")


def asked_twice(tree: DecisionTree) -> Iterator[Issue]:
    """CW017: no path may meet one question twice, since an answer is kept by question."""
    asked: dict[str, set[str]] = defaultdict(set)
    for node in map(tree.nodes.__getitem__, (key for key in tree.order if key in tree.nodes)):
        if node.question in asked[node.id]:
            message = f"node '{node.id}' asks '{node.question}', which a path to it has already asked"
            yield Issue(message, node.location, "CW017")
        for target in tree.graph.successors(node.id):
            asked[target] |= asked[node.id] | {node.question}


def longest_path(tree: DecisionTree) -> Iterator[Issue]:
    """CW033: no walk asks more questions than the head of the tree allows."""
    length = nx.dag_longest_path_length(tree.graph) if tree.order else 0
    if length > (tree.longest_path or length):
        message = f"a walk asks {length} questions, where 'longest_path' allows {tree.longest_path}"
        yield Issue(message, tree.graph.nodes[tree.order[0]]["record"].location, "CW033")


def pointless(tree: DecisionTree) -> Iterator[Issue]:
    """CW046: a question is asked only where its answer makes a difference."""
    for key, node in tree.nodes.items():
        ends = defaultdict(set)
        for route in tree.routes(key):
            ends[route.option].add((route.target, route.window, route.certainty, route.advice))
        if len(set(map(frozenset, ends.values()))) == 1:
            yield Issue(f"every answer at node '{key}' leads to the same", node.location, "CW046")


def without_source(tree: DecisionTree) -> Iterator[Issue]:
    """CW034: whatever an outcome or a piece of advice states rests on a source, or is marked as our own."""
    for key, outcome in tree.outcomes.items():
        if not outcome.sources:
            message = f"outcome '{key}' states who pays without a source"
            yield Issue(message, outcome.location, "CW034", "name the source, or do not state it")
    for key, advice in tree.advice.items():
        if advice.sources and advice.ours:
            message = f"advice '{key}' is ours and has sources all the same"
            yield Issue(message, advice.location, "CW034", "take out one of the two")
        elif not advice.sources and not advice.ours:
            yield Issue(f"advice '{key}' has no source", advice.location, "CW034")


def incomplete(tree: DecisionTree) -> Iterator[Issue]:
    """CW036: an outcome under which is claimed says what to do."""
    for key, outcome in tree.outcomes.items():
        if tree.schemes[outcome.scheme].claimable and not _steps(tree, outcome):
            message = f"outcome '{key}' is claimed under '{outcome.scheme}' and has no step"
            yield Issue(message, outcome.location, "CW036")


def no_next_step(tree: DecisionTree) -> Iterator[Issue]:
    """CW040: every outcome says what to do now, on every date.

    A step is advice of a kind that is numbered; a tree without such a kind has no steps to give.
    """
    numbered = [kind.id for kind in tree.advice_kinds.values() if kind.numbered]
    for key, outcome in tree.outcomes.items() if numbered else ():
        steps = _steps(tree, outcome)
        if not steps:
            hint = f"add advice of the kind {' or '.join(numbered)}"
            yield Issue(f"outcome '{key}' has no next step", outcome.location, "CW040", hint)
        windows = [step.window for step in steps] if len({step.by_claim_date for step in steps}) == 1 else []
        for span in spans(windows):
            if span.start and span.end and not any(span.start in window for window in windows):
                message = f"outcome '{key}' has no next step from {span.start} until {span.end}"
                yield Issue(message, outcome.location, "CW040", "let the next begin the day after one ends")


def _steps(tree: DecisionTree, outcome: Outcome) -> list[Advice]:
    return [one for one in map(tree.advice.__getitem__, outcome.advice) if tree.advice_kinds[one.kind].numbered]


def beyond_sources(tree: DecisionTree) -> Iterator[Issue]:
    """CW041: nothing is more certain than the strongest of its sources can make it."""
    told: set[Location] = set()  # A route by way of a schedule is on one line and is several edges.
    for what, _, claim in every_record(tree):
        if not isinstance(claim, (Route, Outcome)):
            continue
        kinds = [tree.source_kinds[tree.sources[source].kind] for source in claim.sources]
        strongest = min((kind.supports for kind in kinds), default=Certainty.settled)
        if claim.certainty < strongest and claim.location not in told:
            told.add(claim.location)
            message = f"{what} is '{claim.certainty.name}', which its sources ({', '.join(claim.sources)}) do not carry"
            yield Issue(message, claim.location, "CW041", f"make it '{strongest.name}', or name a stronger source")


def undated(tree: DecisionTree) -> Iterator[Issue]:
    """CW042: of every source it is known from when it is, or said why not."""
    for key, source in tree.sources.items():
        if not source.date and source.dated is None:
            yield Issue(f"source '{key}' has no date", source.location, "CW042")


def same_titles(tree: DecisionTree) -> Iterator[Issue]:
    """CW047: two outcomes of one scheme are told apart by their titles."""
    by_title: dict[tuple[str, str, str], Outcome] = {}
    for outcome in tree.outcomes.values():
        titles = [(outcome.scheme, language, outcome.title[language].casefold()) for language in tree.languages]
        same = next((key for key in titles if key in by_title), None)
        if same:
            what = f"outcomes '{by_title[same].id}' and '{outcome.id}'"
            yield Issue(f"{what} have the same title: '{outcome.title[same[1]]}'", outcome.location, "CW047")
        by_title |= dict.fromkeys(titles, outcome)


def fractions(tree: DecisionTree) -> Iterator[Issue]:
    """CW048: a percentage is not written as a fraction."""
    for key, outcome in tree.outcomes.items():
        for amount in outcome.percent:
            if 0 < amount.value < 1:
                message = f"outcome '{key}' pays {amount.value}%, less than one in a hundred"
                yield Issue(message, outcome.location, "CW048", f"write {amount.value * 100:f} if you mean that share")
