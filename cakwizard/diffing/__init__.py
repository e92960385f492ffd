"""What is different between two trees: not the lines of the files, but the walks and what they say.

`walks` counts which walks end elsewhere and by what change, `records` tells which
texts, amounts, dates, certainty and sources differ, `saved` which walk files no
longer hold, and `reporting` writes it down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cakwizard.diffing.records import Change
from cakwizard.diffing.records import changes
from cakwizard.diffing.walks import WalkCount
from cakwizard.diffing.walks import count_walks
from cakwizard.model import DecisionTree
from cakwizard.scripts.running import Run

__all__ = ["Difference", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is different between two trees.

    Attributes:
        changes: What was added, taken out or changed, in the order of the blocks of a file.
        broken: Saved walks that held with the old tree and do not with the new one.
        saved: How many saved walks were tried.
    """

    old: DecisionTree
    new: DecisionTree
    walks: WalkCount
    changes: tuple[Change, ...]
    broken: tuple[Run, ...] = ()
    saved: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing differs that a reader of either tree could see."""
        return not (self.changes or self.walks.changed or self.broken)


def compare(old: DecisionTree, new: DecisionTree, walk_files: Sequence[str] = ()) -> Difference:
    """Return what is different between two trees, and which of the saved walks break.

    Raises:
        FileError: A walk file cannot be read, or does not fit the old tree.
    """
    saved, broken = 0, []
    if walk_files:
        from cakwizard.scripts.running import run_case
        from cakwizard.scripts.walkfile import load_cases

        cases = load_cases(walk_files, old)
        saved = len(cases)
        runs = [(run_case(old, case), run_case(new, case)) for case in cases]
        broken = [after for before, after in runs if before.passed and not after.passed]
    return Difference(
        old=old,
        new=new,
        walks=count_walks(old, new),
        changes=tuple(changes(old, new)),
        broken=tuple(broken),
        saved=saved,
    )
