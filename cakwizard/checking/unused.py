"""What a tree declares and nothing uses: most often a slip in something that should have used it."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from cakwizard.checking.places import warning
from cakwizard.checking.texts import every_text
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.model import DecisionTree
from cakwizard.wording import fold

__all__ = ["unused", "used"]

_WORD = re.compile(r"\w+")


def unused(tree: DecisionTree) -> Iterator[Issue]:
    """CW045: everything that is declared is used."""
    uses = used(tree)
    declared: dict[str, Mapping[str, Any]] = {
        "question": tree.questions,
        "advice": tree.advice,
        "scheme": tree.schemes,
        "contract": tree.contracts,
        "advice kind": tree.advice_kinds,
        "deadline start": tree.deadline_starts,
        "source kind": tree.source_kinds,
        "source": tree.sources,
        "referral": tree.referrals,
        "message": tree.messages,
    }
    for kind, records in declared.items():
        for key, record in records.items():
            if key not in uses[kind]:
                yield _issue(tree, f"nothing uses {kind} '{key}'", record.location)
    for question in tree.questions.values():
        for key, option in question.options.items():
            if question.id in uses["question"] and (question.id, key) not in uses["option"]:
                yield _issue(tree, f"no node offers option '{key}' of question '{question.id}'", option.location)
    for key in _unmentioned(tree):
        yield _issue(tree, f"no text mentions term '{key}' by its name", tree.glossary[key].location)


def _issue(tree: DecisionTree, message: str, location: Location) -> Issue:
    return warning(tree, "CW045", location, message, "use it, or take it out")


def used(tree: DecisionTree) -> dict[str, set[Any]]:
    """Return by kind the ids of what something else in the tree names.

    What is named and does not exist is left out: of that there is an error already.
    """
    uses: dict[str, set[Any]] = defaultdict(set)
    uses["question"] = {node.question for node in tree.nodes.values()}
    uses["option"] = {(tree.nodes[route.node].question, route.option) for route in tree.edges}
    uses["advice"].update(*{route.advice for route in tree.edges})
    uses["source"].update(*{route.sources for route in tree.edges})
    for outcome in tree.outcomes.values():
        uses["scheme"].add(outcome.scheme)
        uses["contract"].add(outcome.contract)
        uses["advice"].update(outcome.advice)
        uses["source"].update(outcome.sources)
        uses["referral"].update(outcome.referrals)
        uses["message"].add(outcome.message)
        if outcome.deadline is not None:
            uses["deadline start"].add(outcome.deadline.start)
            uses["source"].update(outcome.deadline.sources)
    for referral in tree.referrals.values():
        uses["advice"].update(referral.advice)
        uses["source"].update(referral.sources)
    uses["advice kind"] = {tree.advice[key].kind for key in uses["advice"]}
    records: tuple[Mapping[str, Any], ...] = (tree.advice, tree.messages, tree.glossary)
    for record in itertools.chain.from_iterable(mapping.values() for mapping in records):
        uses["source"].update(record.sources)
    for scheme in tree.schemes.values():
        uses["source"].update(scheme.end_sources)
    uses["advice kind"].update(kind.id for kind in tree.advice_kinds.values() if kind.holds is not None)
    uses["source kind"] = {source.kind for source in tree.sources.values()}
    uses["scheme"] &= tree.schemes.keys()
    return uses


def _unmentioned(tree: DecisionTree) -> list[str]:
    """Return the terms whose name, in brackets or before them, stands in no other text.

    One pass over the words of all texts, however many terms there are.
    """
    by_first: dict[str, list[tuple[list[str], str]]] = defaultdict(list)
    for key, term in tree.glossary.items():
        for name in term.name.by_language.values():
            for part in (name, *re.split(r"[()]", name)):
                if words := _WORD.findall(fold(part)):
                    by_first[words[0]].append((words, key))
    left = dict.fromkeys(tree.glossary)
    if left:
        for found in every_text(tree):
            for text in found.text.by_language.values():
                words = _WORD.findall(fold(text))
                for place, word in enumerate(words):
                    for name_words, key in by_first.get(word, ()):
                        if key in left and key != found.term and words[place : place + len(name_words)] == name_words:
                            del left[key]
    return list(left)
