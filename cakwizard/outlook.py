"""What would change an outcome, in words: another answer, another date, or dates that contradict an answer."""

from __future__ import annotations

import datetime

from cakwizard.changes import OtherDate
from cakwizard.changes import nearest_changes
from cakwizard.changes import other_dates
from cakwizard.interface import words
from cakwizard.sentences import headline
from cakwizard.sentences import steps_in_words
from cakwizard.walking import Possible
from cakwizard.walking import Step
from cakwizard.walking import Verdict
from cakwizard.walking import months_after
from cakwizard.wording import format_date

__all__ = ["changes_in_words", "contradictions", "other_dates_in_words"]


def contradictions(verdict: Verdict, possible: Possible, language: str, *, assumed: bool) -> list[str]:
    """Return a warning for each answer about time that the two dates contradict; the answer decides all the same."""
    say = words(language)
    items = []
    for step in possible.path:
        option = verdict.tree.questions[step.question].options[step.option]
        if verdict.answers.get(step.question) != frozenset({step.option}):
            continue
        for months, late in ((option.within_months, True), (option.after_months, False)):
            if months is None or (verdict.claim_date > months_after(verdict.care_date, months)) is not late:
                continue
            key = "more_months" if late else "fewer_months"
            text = say(
                f"change.{key}",
                answer=option.text[language],
                months=months,
                care_date=format_date(verdict.care_date, language),
                claim_date=format_date(verdict.claim_date, language),
            )
            items.append(f"{text} {say('change.give_date' if assumed else 'change.check_dates')}")
    return items


def changes_in_words(verdict: Verdict, language: str) -> list[str]:
    """Return for each answer the nearest other one and the outcome that it gives."""
    say = words(language)
    items = []
    for change in nearest_changes(verdict):
        then = change.verdict.outcome
        if then is None:  # pragma: no cover - a change pins every answer that matters
            continue
        (asked,) = steps_in_words(verdict.tree, [Step(change.question, change.option)], language)
        also = [
            say("change.also", question=question, answer=answer)
            for question, answer in steps_in_words(verdict.tree, change.also, language)
        ]
        items.append(
            say(
                "change.answer",
                question=asked[0],
                answer=asked[1],
                also="".join(also),
                outcome=headline(change.verdict, then, language),
            )
        )
    return items


def other_dates_in_words(verdict: Verdict, language: str) -> list[str]:
    """Return at most one sentence on earlier and one on later care that gives something else."""
    found = other_dates(verdict)
    earlier = [one for one in found if one.window.end is not None and one.window.end < verdict.care_date]
    later = [one for one in found if one not in earlier]
    nearest = []
    for spells in (earlier[::-1], later):
        # Another outcome matters more than other advice that lies nearer.
        nearest += sorted(spells, key=lambda one: one.differs != "outcome")[:1]
    return [_other_date(one, language) for one in nearest]


def _other_date(other: OtherDate, language: str) -> str:
    say = words(language)
    start, end = other.window.start, other.window.end
    day = datetime.timedelta(days=1)
    when = say(
        f"change.{'between' if start and end else 'from' if start else 'before'}",
        start=format_date(start, language) if start else "",
        end=format_date(end if start else end + day, language) if end else "",
    )
    outcome = other.verdict.outcome
    if other.differs == "advice":
        return say("change.date_advice", when=when)
    if outcome is None:
        return say("change.date_open", when=when)
    return say("change.date", when=when, outcome=headline(other.verdict, outcome, language))
