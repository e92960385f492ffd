"""The short sentences of a verdict that several ways of showing it share."""

from __future__ import annotations

from collections.abc import Sequence

from cakwizard.model import DecisionTree
from cakwizard.model import Value
from cakwizard.walking import Possible
from cakwizard.walking import Step
from cakwizard.walking import Verdict
from cakwizard.wording import fill

__all__ = ["headline", "outcome_text", "steps_in_words"]


def headline(verdict: Verdict, possible: Possible, language: str) -> str:
    """Return the name of the scheme and the title of the outcome, as one line."""
    outcome = possible.outcome
    scheme = verdict.tree.schemes[outcome.scheme].name[language]
    return f"{scheme}: {outcome_text(possible, 'title', language)}"


def outcome_text(possible: Possible, part: str, language: str) -> str:
    """Return one text of an outcome (`title`, `pays` or `ask`) with its percentage filled in."""
    outcome = possible.outcome
    values: dict[str, Value] = {} if outcome.percent is None else {"percent": outcome.percent}
    return fill(getattr(outcome, part), language, values)


def steps_in_words(tree: DecisionTree, path: Sequence[Step], language: str) -> list[tuple[str, str]]:
    """Return the question and the answer of each step, in words."""
    return [
        (
            tree.questions[step.question].text[language],
            tree.questions[step.question].options[step.option].text[language],
        )
        for step in path
    ]
