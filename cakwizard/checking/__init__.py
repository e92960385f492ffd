"""What a whole tree must satisfy, beyond being readable."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cakwizard.errors import Issue, Location
from cakwizard.tree.records import DecisionTree

__all__ = ["by_place", "errors"]


def errors(tree: DecisionTree, found: Collection[str] = ()) -> list[Issue]:
    """Return every fault that makes the tree unusable, sorted by place."""
    return []


def by_place(file: str, issues: Iterable[Issue]) -> list[Issue]:
    """Return issues in the order of the file."""
    return sorted(issues, key=lambda issue: (issue.location or Location(file), issue.code))
