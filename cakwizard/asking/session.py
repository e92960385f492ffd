"""What has been answered so far; everything else is `decide` asked again.

A session holds answers, their order and the dates. Going back drops the last
answer, changing one puts it last, so both are asked again by the same rule: the
next question is whatever the tree still needs.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from cakwizard.errors import AnswerError
from cakwizard.model import DecisionTree
from cakwizard.walking import Answers
from cakwizard.walking import Verdict
from cakwizard.walking import decide
from cakwizard.walking import offered

__all__ = ["Session"]


class Session:
    """One conversation's answers and dates.

    Attributes:
        answers: What was answered, by question, in the order in which it was.
        preset: What was answered before the conversation; it outlives starting again.
        verdict: What the tree says about the answers on the dates.
        assumed: Whether the date of care was not given but taken to be today.
        claim_given: Whether the claim date was given, so that it has to be kept.
    """

    def __init__(
        self,
        tree: DecisionTree,
        language: str,
        *,
        today: datetime.date,
        care_date: datetime.date | None = None,
        claim_date: datetime.date | None = None,
        preset: Answers | None = None,
    ) -> None:
        """Start with nothing answered but the preset."""
        self.tree = tree
        self.language = language
        self.today = today
        self.assumed = care_date is None
        self.care_date = care_date or today
        self.claim_given = claim_date is not None
        self.claim_date = claim_date or max(today, self.care_date)
        self.preset = dict(preset or {})
        self.answers: dict[str, frozenset[str]] = dict(self.preset)
        self.verdict: Verdict
        self.settle()

    @property
    def given(self) -> list[str]:
        """Return the questions answered that the verdict uses, in the order of the answers."""
        return [question for question in self.answers if question in self.verdict.answers]

    def options(self, question: str) -> tuple[str, ...]:
        """Return the options of a question that can be answered now, given the other answers and the dates."""
        others = {key: value for key, value in self.answers.items() if key != question}
        # A node that is reached only on another date offers its options too; the engine refuses those.
        return tuple(
            option
            for option in offered(self.tree, question, others)
            if self._stands(question, frozenset({option}), others)
        )

    def outcomes_of(self, question: str, option: str) -> Verdict:
        """Return the verdict that one option would give; answers that it makes impossible count as not given."""
        trial = Session(
            self.tree, self.language, today=self.today, care_date=self.care_date, claim_date=self.claim_date
        )
        trial.resume({**self.answers, question: frozenset({option})})
        return trial.verdict

    def answer(self, question: str, options: frozenset[str]) -> list[str]:
        """Answer a question, or answer it anew; return the questions whose answers fell away by that."""
        self.answers.pop(question, None)
        self.answers[question] = options
        return self.settle()

    def unknown(self, question: str) -> frozenset[str]:
        """Return the answer that leaves every option open."""
        return frozenset(self.tree.questions[question].options)

    def back(self) -> str | None:
        """Take the last answer back and return its question; None when none was given in the conversation."""
        for question in reversed(self.answers):
            if question not in self.preset:
                del self.answers[question]
                self.settle()
                return question
        return None

    def restart(self) -> None:
        """Forget every answer but the preset."""
        self.answers = dict(self.preset)
        self.settle()

    def resume(self, answers: Mapping[str, frozenset[str]]) -> list[str]:
        """Take answers over from before; return the questions whose answers did not fit."""
        self.answers.update(answers)
        return self.settle()

    def change_dates(self, care_date: datetime.date, claim_date: datetime.date | None = None) -> list[str]:
        """Set the dates; return the questions whose answers fell away by that."""
        self.care_date, self.assumed = care_date, False
        if claim_date is not None:
            self.claim_date, self.claim_given = claim_date, True
        elif not self.claim_given:
            self.claim_date = max(self.today, care_date)
        return self.settle()

    def settle(self) -> list[str]:
        """Decide again; drop and return what no longer fits the other answers.

        Outside every window nothing is dropped: another date brings the answers back.
        """
        fallen: list[str] = []
        while True:
            try:
                verdict = decide(self.tree, self.answers, self.care_date, self.claim_date)
            except AnswerError as error:
                self.answers.pop(error.question)
                self.preset.pop(error.question, None)
                fallen.append(error.question)
                continue
            unused = [question for question in verdict.unused if question not in self.preset]
            if not unused or verdict.status == "out_of_range":
                break
            for question in unused:
                self.answers.pop(question)
                fallen.append(question)
        if verdict.unused:
            # What was answered beforehand and is not asked here is nothing to speak of.
            used = {key: value for key, value in self.answers.items() if key not in verdict.unused}
            verdict = decide(self.tree, used, self.care_date, self.claim_date)
        self.verdict = verdict
        return fallen

    def _stands(self, question: str, options: frozenset[str], others: Answers) -> bool:
        try:
            decide(self.tree, {**others, question: options}, self.care_date, self.claim_date)
        except AnswerError as error:
            return error.question != question
        return True
