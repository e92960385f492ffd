"""What a check finds."""

from __future__ import annotations

import datetime
from typing import Literal, NamedTuple

from cakwizard.errors import Issue, Location
from cakwizard.tree.records import DecisionTree

__all__ = ["Fault", "issue"]


class Fault(NamedTuple):
    """One thing that is wrong, where, and the way out; `day` is what many of its kind may share."""

    code: str
    location: Location
    message: str
    hint: str
    day: datetime.date | None = None


def issue(tree: DecisionTree, fault: Fault, severity: Literal["error", "warning"]) -> Issue:
    """Return a fault as an issue, with the line of the file that it is in."""
    number = fault.location.line
    return Issue(
        code=fault.code,
        severity=severity,
        message=fault.message,
        location=fault.location,
        hint=fault.hint,
        source_line=tree.source_lines[number - 1] if 0 < number <= len(tree.source_lines) else None,
        values={"day": str(fault.day)} if fault.day else {},
    )
