"""What a whole tree must satisfy, beyond being readable.

Each check is a generator over the tree; none raises. `errors` are what stops a
tree from being used.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections import Counter
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import networkx

from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.model import DecisionTree
from cakwizard.model import Node
from cakwizard.model import Route
from cakwizard.model import Text
from cakwizard.wording import PLACEHOLDER
from cakwizard.wording import UNKNOWN_KEYS
from cakwizard.wording import fold

__all__ = ["ERRORS", "errors"]

Check = Callable[[DecisionTree], Iterator[Issue]]
ONE_DAY = datetime.timedelta(days=1)


def errors(tree: DecisionTree) -> list[Issue]:
    """Return every fault that makes the tree unusable, sorted by place."""
    found = [issue for check in ERRORS for issue in check(tree)]
    return sorted(found, key=lambda issue: (issue.location or Location(tree.file), issue.code))


def issue(tree: DecisionTree, code: str, location: Location, message: str, hint: str | None = None) -> Issue:
    """Return an issue at a place of the tree, with the line that stands there."""
    lines = tree.source_lines
    line = lines[location.line - 1] if 0 < location.line <= len(lines) else None
    return Issue(code=code, message=message, location=location, hint=hint, source_line=line)


def _records(tree: DecisionTree) -> Iterator[tuple[str, Location]]:
    for key, node in tree.nodes.items():
        yield f"node '{key}'", node.location
    for key, outcome in tree.outcomes.items():
        yield f"outcome '{key}'", outcome.location


def dead_ends(tree: DecisionTree) -> Iterator[Issue]:
    """CW014: a node must lead somewhere."""
    for key, node in tree.nodes.items():
        if not tree.graph.out_degree(key):
            yield issue(tree, "CW014", node.location, f"node '{key}' leads nowhere", "give it at least one route")


def unreachable(tree: DecisionTree) -> Iterator[Issue]:
    """CW015: a walk from the start must be able to meet every node and outcome."""
    if tree.start not in tree.graph:
        return
    reached = {tree.start, *networkx.descendants(tree.graph, tree.start)}
    for (what, location), key in zip(_records(tree), (*tree.nodes, *tree.outcomes), strict=True):
        if key not in reached:
            yield issue(tree, "CW015", location, f"no walk reaches {what}", "route an option to it, or take it out")


def cycles(tree: DecisionTree) -> Iterator[Issue]:
    """CW016: no path may come back to where it was."""
    for component in networkx.strongly_connected_components(tree.graph):
        first = min(component, key=lambda key: tree.graph.nodes[key]["record"].location)
        if len(component) > 1 or tree.graph.has_edge(first, first):
            ring = networkx.find_cycle(tree.graph.subgraph(component), first)
            around = " -> ".join([*(edge[0] for edge in ring), ring[0][0]])
            record = tree.graph.nodes[first]["record"]
            yield issue(
                tree, "CW016", record.location, f"the tree goes round: {around}", "let one of them end elsewhere"
            )


def asked_twice(tree: DecisionTree) -> Iterator[Issue]:
    """CW017: no path may meet one question twice, since an answer is kept by question."""
    if not networkx.is_directed_acyclic_graph(tree.graph):
        return
    asked_by = Counter(node.question for node in tree.nodes.values())
    bits = {question: 1 << number for number, question in enumerate(q for q, n in asked_by.items() if n > 1)}
    before: dict[str, int] = defaultdict(int)
    for key in networkx.topological_sort(tree.graph):
        node = tree.graph.nodes[key]["record"]
        if not isinstance(node, Node):
            continue
        bit = bits.get(node.question, 0)
        if bit & before[key]:
            message = f"node '{key}' asks '{node.question}', which a path to it has already asked"
            yield issue(tree, "CW017", node.location, message, "ask another question, or lead that path elsewhere")
        after = before[key] | bit
        for target in tree.graph.successors(key):
            before[target] |= after


def windows(tree: DecisionTree) -> Iterator[Issue]:
    """CW018, CW019: the windows of one option at one node neither overlap nor leave a gap."""
    grouped: dict[tuple[str, str], list[Route]] = defaultdict(list)
    edges: Any = tree.graph.edges(data="route")
    for _, _, route in edges:
        grouped[route.node, route.option].append(route)
    for (node, option), routes in grouped.items():
        if len(routes) == 1:
            continue
        routes.sort(key=lambda route: route.window.start or datetime.date.min)
        for earlier, later in itertools.pairwise(routes):
            what = f"option '{option}' of node '{node}'"
            end, start = earlier.window.end, later.window.start
            if end is None or start is None or start <= end:
                message = f"{what} has two routes on {start or end or 'every day'}"
                yield issue(tree, "CW018", later.location, message, "let one end the day before the other begins")
            elif start > end + ONE_DAY:
                message = f"{what} has no route from {end + ONE_DAY} until {start - ONE_DAY}"
                yield issue(tree, "CW019", later.location, message, "let the next begin the day after one ends")


def shortcut_keys(tree: DecisionTree) -> Iterator[Issue]:
    """CW023, CW024: at one question every option has its own letter, taken from its wording."""
    for question in tree.questions.values():
        for language in tree.languages:
            taken = {UNKNOWN_KEYS.get(language, ""): "the answer 'I do not know'"}
            for option in question.options.values():
                key = option.keys.get(language, "")
                what = f"key '{key}' of option '{option.id}' of question '{question.id}' in '{language}'"
                if not key:
                    continue
                if len(key) != 1 or not key.isalpha() or fold(key) not in fold(option.text[language]):
                    message = f"{what} is not a letter of '{option.text[language]}'"
                    yield issue(tree, "CW024", option.location, message, "take one letter from the wording")
                if key.casefold() in taken:
                    message = f"{what} is taken by {taken[key.casefold()]}"
                    yield issue(tree, "CW023", option.location, message, "take another letter from the wording")
                taken.setdefault(key.casefold(), f"option '{option.id}'")


def placeholders(tree: DecisionTree) -> Iterator[Issue]:
    """CW025, CW026: every placeholder has a value, and all languages use the same ones."""
    for what, text, known in _texts_with_values(tree):
        used = {language: set(PLACEHOLDER.findall(text[language])) for language in text.by_language}
        for name in sorted(set().union(*used.values()) - known):
            hint = f"known here: {', '.join(sorted(known))}" if known else "this text takes no placeholder"
            yield issue(tree, "CW025", text.location, f"{what} uses '{{{name}}}', which has no value", hint)
        if len({frozenset(names) for names in used.values()}) > 1:
            differ = "; ".join(f"{language}: {', '.join(sorted(names)) or 'none'}" for language, names in used.items())
            yield issue(tree, "CW026", text.location, f"the placeholders of {what} differ ({differ})")


def _texts_with_values(tree: DecisionTree) -> Iterator[tuple[str, Text, set[str]]]:
    for key, advice in tree.advice.items():
        yield f"advice '{key}'", advice.text, set(advice.values)
    for key, outcome in tree.outcomes.items():
        known = {"percent"} if outcome.percent is not None else set()
        for part, text in (("title", outcome.title), ("'pays'", outcome.pays), ("'ask'", outcome.ask)):
            if text is not None:
                yield f"{part} of outcome '{key}'", text, known
    for key, referral in tree.referrals.items():
        yield f"text of referral '{key}'", referral.text, set()
        if referral.letter is not None:
            yield f"'letter' of referral '{key}'", referral.letter, set()
    for key, message in tree.messages.items():
        yield f"heading of message '{key}'", message.heading, set()
        yield f"text of message '{key}'", message.text, set()
        for name, text in message.fields.items():
            yield f"field '{name}' of message '{key}'", text, set()


def country_names(tree: DecisionTree) -> Iterator[Issue]:
    """CW029: another name of a country leads to a code or to an option."""
    for question in tree.questions.values():
        if question.countries is not None and question.otherwise is None:
            yield issue(tree, "CW029", question.location, f"question '{question.id}' has countries but no 'otherwise'")
        for name, target in question.names.items():
            if target not in question.options and not re.fullmatch("[A-Z]{2}", target):
                message = f"name '{name}' of question '{question.id}' leads to '{target}'"
                yield issue(tree, "CW029", question.location, message, "write a country code or an option")


def longest_path(tree: DecisionTree) -> Iterator[Issue]:
    """CW033: no walk asks more questions than the head of the tree allows."""
    if tree.longest_path is None or not networkx.is_directed_acyclic_graph(tree.graph):
        return
    length = networkx.dag_longest_path_length(tree.graph, weight=None)
    if length > tree.longest_path:
        message = f"a walk asks {length} questions, where 'longest_path' allows {tree.longest_path}"
        node = tree.nodes.get(tree.start)
        yield issue(tree, "CW033", node.location if node else Location(tree.file), message)


ERRORS: tuple[Check, ...] = (
    dead_ends,
    unreachable,
    cycles,
    asked_twice,
    windows,
    shortcut_keys,
    placeholders,
    country_names,
    longest_path,
)
