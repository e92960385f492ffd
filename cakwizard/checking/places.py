"""Make an issue at a place of a tree."""

from __future__ import annotations

from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.errors import Severity
from cakwizard.model import DecisionTree

__all__ = ["error", "issue", "warning"]


def error(tree: DecisionTree, code: str, location: Location, message: str, hint: str | None = None) -> Issue:
    """Return a fault that makes the tree unusable."""
    return issue(tree, "error", code, location, message, hint)


def warning(tree: DecisionTree, code: str, location: Location, message: str, hint: str | None = None) -> Issue:
    """Return something that the author should know."""
    return issue(tree, "warning", code, location, message, hint)


def issue(
    tree: DecisionTree, severity: Severity, code: str, location: Location, message: str, hint: str | None = None
) -> Issue:
    """Return an issue at a place of the tree, with the line that stands there."""
    lines = tree.source_lines
    line = lines[location.line - 1] if 0 < location.line <= len(lines) else None
    return Issue(code=code, severity=severity, message=message, location=location, hint=hint, source_line=line)
