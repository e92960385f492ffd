"""Every text of a tree, with what it is, how long it may be and which placeholders it takes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cakwizard.tree.format import every_record
from cakwizard.tree.records import Advice, DecisionTree, Outcome, Text

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_WORD = re.compile(r"[^\W_]+")
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


def fold(text: str) -> str:
    """Return a text in small letters and without accents, to compare words."""
    import unicodedata

    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return _WORD.findall(fold(text))
