"""Decide many cases: what the tree cannot tell apart is decided once.

Between two days on which a rule begins or ends every date gives the same outcome, share and certainty.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from functools import lru_cache

from cakwizard.deciding.days import Due, care_windows, due, spans
from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.tree.records import DecisionTree

_KEPT = 20_000


class Decider:
    """Decides by one tree, and remembers."""

    def __init__(self, tree: DecisionTree) -> None:
        ours = [key for key, advice in tree.advice.items() if advice.certainty]
        care = care_windows(tree, tree.routes(), tree.outcomes, ours)
        claim = (tree.advice[key].window for key in ours if tree.advice[key].by_claim_date)
        self._care_days, self._claim_days = (
            [one.start or datetime.date.min for one in spans(windows)] for windows in (care, claim)
        )
        self._decide = lru_cache(_KEPT)(lambda answers, *days: decide(tree, dict(answers), *days))

    def decide(
        self, answers: Answers, care_date: datetime.date, claim_date: datetime.date
    ) -> tuple[Verdict, Due | None]:
        """Return the verdict, and the deadline of its outcome.

        The verdict's own dates and deadlines, and the advice that says nothing about its certainty, may be those of
        another case.

        Raises:
            AnswerError: As `deciding.decide.decide` does.
        """
        care = self._care_days[bisect_right(self._care_days, care_date) - 1]
        claim = self._claim_days[bisect_right(self._claim_days, claim_date) - 1]
        verdict: Verdict = self._decide(tuple(answers.items()), care, claim)
        deadline = None if verdict.outcome is None else verdict.outcome.outcome.deadline
        return verdict, None if deadline is None else due(deadline, care_date, claim_date)
