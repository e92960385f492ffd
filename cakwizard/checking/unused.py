"""What a tree declares and nothing uses: most often a slip in something that should have used it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cakwizard.checking.fault import Fault
from cakwizard.checking.texts import every_text, words_of
from cakwizard.errors import Location
from cakwizard.tree.fields import called
from cakwizard.tree.format import BLOCKS, every_record
from cakwizard.tree.records import DecisionTree

__all__ = ["unused", "used"]


def used(tree: DecisionTree) -> dict[str, set[str]]:
    """Return by block the ids that something else in the tree names."""
    found: dict[str, set[str]] = defaultdict(set)
    for _, record, one in every_record(tree):
        for name, kind in record.fields.items():
            if kind.refers:
                named = getattr(one, kind.into or name, None) or ()
                found[kind.refers].update((named,) if isinstance(named, str) else named)
    return found


def unused(tree: DecisionTree) -> Iterator[Fault]:
    """CW045: everything that is declared is used."""
    uses = used(tree)
    for name in BLOCKS.keys() - {"nodes", "outcomes", "glossary", "runs", "schedules"}:
        for key, record in getattr(tree, name).items():
            if key not in uses[name]:
                yield _fault(f"nothing uses {called(name)} '{key}'", record.location)
    offered = {(tree.nodes[route.node].question, route.option) for route in tree.routes()}
    for question in tree.questions.values():
        for key, option in question.options.items():
            if question.id in uses["questions"] and (question.id, key) not in offered:
                yield _fault(f"no node offers option '{key}' of question '{question.id}'", option.location)
    yield from _unmentioned(tree)


def _fault(message: str, location: Location) -> Fault:
    return Fault("CW045", location, message, "use it, or take it out")


def _unmentioned(tree: DecisionTree) -> Iterator[Fault]:
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
            yield _fault(f"no text mentions term '{key}' by its name", term.location)
