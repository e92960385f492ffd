"""What a tree declares and nothing uses: most often a slip in something that should have used it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cakwizard.checking.texts import every_text, words_of
from cakwizard.errors import Issue, Location
from cakwizard.tree.fields import Record, called
from cakwizard.tree.format import BLOCKS, every_record
from cakwizard.tree.records import DecisionTree


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
                yield _unused(f"nothing uses {called(name)} '{key}'", record.location)
    offered = {(tree.nodes[route.node].question, route.option) for route in tree.routes()}
    for question in tree.questions.values():
        for key, option in question.options.items():
            if question.id in uses["questions"] and (question.id, key) not in offered:
                yield _unused(f"no node offers option '{key}' of question '{question.id}'", option.location)
    yield from _unmentioned(tree)


def _unused(message: str, location: Location) -> Issue:
    return Issue(message, location, "use it, or take it out", "CW045")


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
            yield _unused(f"no text mentions term '{key}' by its name", term.location)
