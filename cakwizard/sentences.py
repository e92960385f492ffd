"""The short sentences of a verdict that several ways of showing it share."""

from __future__ import annotations

from collections.abc import Sequence

from cakwizard.model import DecisionTree
from cakwizard.model import Value
from cakwizard.walking import Possible
from cakwizard.walking import Step
from cakwizard.walking import Verdict
from cakwizard.wording import fill

__all__ = ["headline", "in_short", "outcome_text", "steps_in_words"]


def headline(verdict: Verdict, possible: Possible, language: str) -> str:
    """Return the name of the scheme and the title of the outcome, as one line."""
    outcome = possible.outcome
    scheme = verdict.tree.schemes[outcome.scheme].name[language]
    return f"{scheme}: {outcome_text(possible, 'title', language)}"


def in_short(verdict: Verdict, possible: Possible, language: str) -> tuple[str, ...]:
    """Return what must not scroll away: the outcome, whether a contract is needed, and the first thing to do."""
    tree, outcome = verdict.tree, possible.outcome
    lines = [headline(verdict, possible, language)]
    if outcome.contract is not None:
        lines.append(tree.contracts[outcome.contract].text[language])
    kinds = {kind.id: kind.heading[language] for kind in tree.advice_kinds.values() if kind.numbered}
    first = next((one for one in possible.advice if one.kind in kinds), None)
    if first is not None:
        lines.append(f"{kinds[first.kind]}: {fill(first.text, language, first.values)}")
    return tuple(lines)


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
