"""What another date or another answer made of the outcome, in one sentence: "was zeker, nu waarschijnlijk"."""

from __future__ import annotations

from cakwizard.deciding.verdict import Possible, Verdict
from cakwizard.saying.phrases import certainty_text, deadline_forms, headline, percent_text
from cakwizard.words import words

__all__ = ["what_changed"]


def what_changed(what: str, before: Verdict, after: Verdict, language: str) -> str:
    """Return what is otherwise after `what` was changed, or that nothing is."""
    say = words(language)
    facts = zip(_facts(before, language), _facts(after, language), strict=True)
    pairs = [(was, now) for was, now in facts if was != now]
    old, new = before.outcome, after.outcome
    if old is None or new is None or old.outcome.id != new.outcome.id:
        pairs = pairs[:2]
    if pairs:
        was, now = (", ".join(filter(None, (pair[side] for pair in pairs))) for side in (0, 1))
        return say("changed.sentence", what=what, was=was, now=now)
    same = old is None or new is None or [one.id for one in old.advice] == [one.id for one in new.advice]
    return say("changed.nothing" if same else "changed.advice", what=what)


def _facts(verdict: Verdict, language: str) -> tuple[str, ...]:
    """Return what a verdict says, fact by fact, the outcome first."""
    say, found = words(language), verdict.outcome
    if found is None:
        key = "changed.open" if verdict.possible else "changed.out_of_range"
        return (say(key, count=len(verdict.possible)), "", "", "")
    return (
        headline(verdict, found, language),
        certainty_text(found.certainty, language),
        percent_text(found.percent, language, maximum=found.outcome.maximum),
        _deadline(verdict, found, language),
    )


def _deadline(verdict: Verdict, found: Possible, language: str) -> str:
    forms = deadline_forms(verdict.tree, found, language)
    return forms[-1] if forms else words(language)("changed.no_deadline")
