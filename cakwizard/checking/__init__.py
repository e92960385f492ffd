"""What a whole tree must satisfy, beyond being readable.

Each check is a generator over the tree; none raises. `errors` are what stops a
tree from being used, `warnings` what its author should know. A check is added
as one generator here, one page in `data/checks.toml` and one broken file.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping

from cakwizard.checking.claims import certainty_beyond_sources
from cakwizard.checking.claims import claims_without_source
from cakwizard.checking.claims import no_next_step
from cakwizard.checking.claims import undated_sources
from cakwizard.checking.graph import asked_twice
from cakwizard.checking.graph import cycles
from cakwizard.checking.graph import dead_ends
from cakwizard.checking.graph import longest_path
from cakwizard.checking.graph import unreachable
from cakwizard.checking.graph import windows
from cakwizard.checking.unused import unused
from cakwizard.checking.words import country_names
from cakwizard.checking.words import long_texts
from cakwizard.checking.words import overlapping_options
from cakwizard.checking.words import placeholders
from cakwizard.checking.words import shortcut_keys
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.model import DecisionTree

__all__ = ["ERRORS", "WARNINGS", "Check", "by_place", "errors", "warnings"]

Check = Callable[[DecisionTree], Iterator[Issue]]

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
    claims_without_source,
)

FOLLOWS_FROM: Mapping[Check, str] = {claims_without_source: "CW020"}
"""A source that does not exist is left out on reading, after which there may be none."""

WARNINGS: tuple[Check, ...] = (
    no_next_step,
    certainty_beyond_sources,
    undated_sources,
    long_texts,
    overlapping_options,
    unused,
)


def errors(tree: DecisionTree, found: Collection[str] = ()) -> list[Issue]:
    """Return every fault that makes the tree unusable, sorted by place.

    Args:
        found: The codes of what was wrong in reading it. What follows from that is not said again.
    """
    checks = [check for check in ERRORS if FOLLOWS_FROM.get(check) not in found]
    return by_place(tree.file, (issue for check in checks for issue in check(tree)))


def warnings(tree: DecisionTree) -> list[Issue]:
    """Return what the author of a usable tree should know, sorted by place."""
    return by_place(tree.file, (issue for check in WARNINGS for issue in check(tree)))


def by_place(file: str, issues: Iterable[Issue]) -> list[Issue]:
    """Return issues in the order of the file."""
    return sorted(issues, key=lambda issue: (issue.location or Location(file), issue.code))
