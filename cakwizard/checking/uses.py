"""Everything that a tree holds: each text, and what uses what."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cakwizard.deciding.countries import words_of
from cakwizard.errors import Issue
from cakwizard.tree.format import BLOCKS, every_record
from cakwizard.tree.kinds import Record, called
from cakwizard.tree.records import Advice, DecisionTree, Outcome
from cakwizard.tree.values import Text

# Every text of a tree, with what it is, how long it may be and which placeholders it takes.

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_LONGEST_DATE = "30 september 2026"


class Found(NamedTuple):
    """A text where it is.

    Attributes:
        what: What it is, for a message.
        most: How many characters it may have; 0 when nobody counts.
        known: What its placeholders stand for, at its longest.
        owner: The record that it is part of.
    """

    what: str
    text: Text
    most: int
    known: Mapping[str, str]
    owner: object

    def filled(self, language: str) -> str:
        """Return the text with its placeholders filled."""
        return PLACEHOLDER.sub(lambda match: self.known.get(match.group(1), match.group()), self.text[language])


def every_text(tree: DecisionTree) -> Iterator[Found]:
    """Yield every text of the tree."""
    for what, record, owner in every_record(tree):
        known = _values(owner)
        for name, kind in record.fields.items():
            value = getattr(owner, kind.into, None)
            if isinstance(value, Text):
                yield Found(f"'{name}' of {what}", value, kind.most, known, owner)
            elif kind.record is None and isinstance(value, Mapping):
                for key, text in value.items():
                    if isinstance(text, Text):
                        yield Found(f"{name.removesuffix('s')} '{key}' of {what}", text, kind.most, known, owner)
    for key, start in tree.deadline_starts.items():
        yield Found(f"deadline start '{key}'", start, 80, {}, start)
    for node in tree.nodes.values():
        for option, text in node.outside.items():
            yield Found(f"'outside' of option '{option}' of node '{node.id}'", text, 250, {}, node)


def _values(owner: object) -> dict[str, str]:
    """Return what the placeholders in the texts of a record stand for; of what changes by date the longest."""
    if isinstance(owner, Outcome):
        amounts = [f"{amount.value:f}" for amount in owner.percent]
        return {"percent": max(amounts, key=len)} if amounts else {}
    values = owner.values.items() if isinstance(owner, Advice) else ()
    return {key: _LONGEST_DATE if isinstance(value, datetime.date) else str(value) for key, value in values}


# What a tree declares and nothing uses: most often a slip in something that should have used it.


def used(
    tree: DecisionTree, records: Iterable[tuple[Record, Any]] | None = None, day: datetime.date | None = None
) -> dict[str, set[str]]:
    """Return by block the ids of what records (all of the tree when None) name, and of what that names in turn.

    Args:
        day: Only advice that holds on this day counts, if it is given.
    """
    found: dict[str, set[str]] = defaultdict(set)
    todo = [(record, one) for _, record, one in every_record(tree)] if records is None else [*records]
    while todo:
        record, one = todo.pop()
        for kind in record.fields.values():
            value = getattr(one, kind.into, None)
            if kind.record and value:
                todo += [(kind.record, part) for part in (value.values() if isinstance(value, Mapping) else [value])]
            for key in () if not kind.refers or not value else (value,) if isinstance(value, str) else value:
                other = getattr(tree, kind.refers)[key]
                held = kind.refers != "advice" or day is None or other.holds(day, day)
                if held and key not in found[kind.refers]:
                    found[kind.refers].add(key)
                    block = BLOCKS[kind.refers].record
                    todo += [(block, other)] if block else []
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
    yield from _unmentioned(tree)


def _unmentioned(tree: DecisionTree) -> Iterator[Issue]:
    """Yield the terms whose name, or a part of it in brackets or before them, is in no other text."""
    texts = [
        (found.owner, f" {' '.join(words_of(text))} ")
        for found in (every_text(tree) if tree.glossary else ())
        for text in found.text.by_language.values()
    ]
    for key, term in tree.glossary.items():
        names = [part for name in term.name.by_language.values() for part in (name, *name.rstrip(")").split("("))]
        sought = [f" {' '.join(words)} " for words in map(words_of, names) if words]
        if not any(name in text for owner, text in texts if owner is not term for name in sought):
            yield Issue(f"no text mentions term '{key}' by its name", term.location, "CW045")
