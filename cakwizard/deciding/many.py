"""Decide many cases: what the tree cannot tell apart is decided once.

Between two days on which a rule begins or ends every date gives the same outcome, share and certainty.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from functools import lru_cache

from cakwizard.deciding.days import Due, borders, due
from cakwizard.deciding.verdict import Answers, Verdict, decide
from cakwizard.tree.records import DecisionTree

_KEPT = 20_000


class Decider:
    """Decides by one tree, and remembers."""

    def __init__(self, tree: DecisionTree) -> None:
        ours = [advice for advice in tree.advice.values() if advice.certainty]
        amounts = (amount.window for outcome in tree.outcomes.values() for amount in outcome.percent)
        care = [*(route.window for route in tree.routes()), *amounts]
        care += [advice.window for advice in ours if not advice.by_claim_date]
        self._care_days = borders(care)
        self._claim_days = borders(advice.window for advice in ours if advice.by_claim_date)
        self._decide = lru_cache(_KEPT)(lambda answers, *days: decide(tree, dict(answers), *days))

    def decide(
        self, answers: Answers, care_date: datetime.date, claim_date: datetime.date
    ) -> tuple[Verdict, Due | None]:
        """Return the verdict, and the deadline of its outcome.

        The verdict's own dates and deadlines, and the advice that says nothing about its certainty, may be those of
        another case.

        Raises:
            AnswerError: As `deciding.verdict.decide` does.
        """
        care = self._care_days[bisect_right(self._care_days, care_date) - 1]
        claim = self._claim_days[bisect_right(self._claim_days, claim_date) - 1]
        verdict: Verdict = self._decide(tuple(answers.items()), care, claim)
        deadline = None if verdict.outcome is None else verdict.outcome.outcome.deadline
        return verdict, None if deadline is None else due(deadline, care_date, claim_date)
