"""Every text of a tree, with what it is and which placeholders it takes."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from typing import NamedTuple

from cakwizard.model import DecisionTree
from cakwizard.model import Outcome
from cakwizard.model import Question
from cakwizard.model import Text

__all__ = ["Found", "every_text"]


class Found(NamedTuple):
    """A text where it stands.

    Attributes:
        kind: What sort of text it is, which says how long it may be.
        what: What it is in words, for a message.
        known: The placeholders that have a value there.
        term: The id of the term that it names or explains.
    """

    kind: str
    what: str
    text: Text
    known: Collection[str] = ()
    term: str = ""


def every_text(tree: DecisionTree) -> Iterator[Found]:
    """Yield every text of the tree."""
    yield Found("title", "'title'", tree.title)
    yield Found("origin", "'origin'", tree.origin)
    yield Found("authority", "'authority'", tree.authority)
    for question in tree.questions.values():
        yield from _of_question(question)
    for node in tree.nodes.values():
        for option, text in node.outside.items():
            yield Found("outside", f"'outside' of option '{option}' of node '{node.id}'", text)
    for outcome in tree.outcomes.values():
        yield from _of_outcome(outcome)
    for key, advice in tree.advice.items():
        yield Found("advice", f"advice '{key}'", advice.text, advice.values)
    yield from _of_declarations(tree)


def _of_question(question: Question) -> Iterator[Found]:
    what = f"question '{question.id}'"
    yield Found("question", f"text of {what}", question.text)
    if question.help is not None:
        yield Found("help", f"help of {what}", question.help)
    if question.find_out is not None:
        yield Found("find_out", f"'find_out' of {what}", question.find_out)
    for key, option in question.options.items():
        yield Found("option", f"text of option '{key}' of {what}", option.text)
        if option.help is not None:
            yield Found("help", f"help of option '{key}' of {what}", option.help)


def _of_outcome(outcome: Outcome) -> Iterator[Found]:
    known = () if outcome.percent is None else ("percent",)
    yield Found("outcome", f"title of outcome '{outcome.id}'", outcome.title, known)
    yield Found("pays", f"'pays' of outcome '{outcome.id}'", outcome.pays, known)
    if outcome.ask is not None:
        yield Found("ask", f"'ask' of outcome '{outcome.id}'", outcome.ask, known)


def _of_declarations(tree: DecisionTree) -> Iterator[Found]:
    for key, scheme in tree.schemes.items():
        yield Found("name", f"name of scheme '{key}'", scheme.name)
    for key, contract in tree.contracts.items():
        yield Found("contract", f"text of contract '{key}'", contract.text)
    for key, kind in tree.advice_kinds.items():
        yield Found("heading", f"heading of advice kind '{key}'", kind.heading)
    for key, start in tree.deadline_starts.items():
        yield Found("start", f"deadline start '{key}'", start)
    for key, referral in tree.referrals.items():
        yield Found("referral", f"text of referral '{key}'", referral.text)
        if referral.letter is not None:
            yield Found("letter", f"'letter' of referral '{key}'", referral.letter)
    for key, message in tree.messages.items():
        yield Found("heading", f"heading of message '{key}'", message.heading)
        yield Found("message", f"text of message '{key}'", message.text)
        for name, text in message.fields.items():
            yield Found("field", f"field '{name}' of message '{key}'", text)
    for key, term in tree.glossary.items():
        yield Found("name", f"name of term '{key}'", term.name, (), key)
        yield Found("term", f"text of term '{key}'", term.text, (), key)
    for key, source_kind in tree.source_kinds.items():
        yield Found("name", f"name of source kind '{key}'", source_kind.name)
    for key, source in tree.sources.items():
        yield Found("source", f"title of source '{key}'", source.title)
        if source.dated is not None:
            yield Found("dated", f"'dated' of source '{key}'", source.dated)
