"""Decide many cases: what the tree cannot tell apart is decided once.

Between two days on which a rule begins or ends every date gives the same outcome, share and certainty.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right

from cakwizard.deciding.days import Due, due
from cakwizard.deciding.verdict import Answers, Verdict, decide
from cakwizard.tree.records import DecisionTree, Window

__all__ = ["Decider"]

_KEPT = 20_000


class Decider:
    """Decides by one tree, and remembers."""

    def __init__(self, tree: DecisionTree) -> None:
        self._tree = tree
        self._care_days, self._claim_days = _borders(tree)
        self._verdicts: dict[object, Verdict] = {}

    def decide(
        self, answers: Answers, care_date: datetime.date, claim_date: datetime.date
    ) -> tuple[Verdict, Due | None]:
        """Return the verdict, and the deadline of its outcome.

        The verdict's own dates and deadlines, and the advice that says nothing about its certainty, may be those of
        another case.

        Raises:
            AnswerError: As `deciding.verdict.decide` does.
        """
        spans = bisect_right(self._care_days, care_date), bisect_right(self._claim_days, claim_date)
        key = tuple(answers.items()), spans
        verdict = self._verdicts.get(key)
        if verdict is None:
            verdict = decide(self._tree, answers, care_date, claim_date)
            if len(self._verdicts) >= _KEPT:
                self._verdicts.clear()
            self._verdicts[key] = verdict
        deadline = None if verdict.outcome is None else verdict.outcome.outcome.deadline
        return verdict, None if deadline is None else due(deadline, care_date, claim_date)


def _borders(tree: DecisionTree) -> tuple[list[datetime.date], list[datetime.date]]:
    """Return the days on which a rule begins, or the day after it ended: by date of care, and of claiming."""
    care: set[datetime.date] = set()
    claim: set[datetime.date] = set()

    def add(days: set[datetime.date], window: Window) -> None:
        days.update(filter(None, (window.start,)))
        if window.end is not None and window.end < datetime.date.max:
            days.add(window.end + datetime.timedelta(days=1))

    for route in tree.routes():
        add(care, route.window)
    for advice in (one for one in tree.advice.values() if one.certainty):
        add(claim if advice.by_claim_date else care, advice.window)
    for outcome in tree.outcomes.values():
        for amount in outcome.percent:
            add(care, amount.window)
    return sorted(care), sorted(claim)
