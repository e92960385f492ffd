"""What helps to answer a question, and what another answer or another date made of the outcome."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cakwizard.asking.session import Session
from cakwizard.deciding.verdict import Verdict
from cakwizard.saying.phrases import certainty_text, deadline_forms, headline, percent_text
from cakwizard.saying.sections import Section, Sentence
from cakwizard.tree.records import Question, Term
from cakwizard.words import words


def explanation(session: Session, question_id: str) -> tuple[Section, ...]:
    """Return everything that helps to answer one question; the first section is what helps most."""
    say, language = words(session.language), session.language
    question = session.tree.questions[question_id]
    options = [question.options[option] for option in session.options(question_id)]
    texts = {
        "why": [text[language] for text in (question.help, question.find_out) if text is not None],
        "who": [f"{one.text[language]}: {one.help[language]}" for one in options if one.help is not None],
        "depends": [f"{one.text[language]}: {_schemes(session, question_id, one.id)}" for one in options],
        "terms": [f"{term.name[language]}: {term.text[language]}" for term in _terms(session, question)],
    }
    return tuple(
        Section(id=key, heading=say(f"explain.{key}"), tab=say(f"explain.tab.{key}"), items=tuple(map(Sentence, found)))
        for key, found in texts.items()
        if found
    )


def _terms(session: Session, question: Question) -> Iterator[Term]:
    """Return the words of the glossary that a question, its help or its options use."""
    options = question.options.values()
    texts = [question.text, question.help, question.find_out]
    texts += [text for option in options for text in (option.text, option.explain, option.help)]
    whole = "\n".join(text[session.language] for text in texts if text is not None)
    for term in session.tree.glossary.values():
        # "EHIC (health insurance card)" is found by either part.
        names = [part.strip() for part in re.split(r"[(),/]", term.name[session.language])]
        if any(len(name) > 1 and re.search(rf"\b{re.escape(name)}\b", whole, re.IGNORECASE) for name in names):
            yield term


def _schemes(session: Session, question: str, option: str) -> str:
    """Return the schemes that an answer leaves possible, with the number of outcomes where there are more."""
    say, schemes = words(session.language), session.tree.schemes
    counts = Counter(one.outcome.scheme for one in session.trial(question, frozenset({option})).possible)
    named = (say("explain.scheme", scheme=schemes[key].short[session.language], count=counts[key]) for key in counts)
    return ", ".join(named) or say("explain.no_rule")


def what_changed(what: str, before: Verdict, after: Verdict, language: str) -> str:
    """Return what is otherwise after `what` was changed, or that nothing is: "was zeker, nu waarschijnlijk"."""
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
        headline(verdict.tree, found, language),
        certainty_text(found.certainty, language),
        "" if found.percent is None else percent_text(found.percent, language, maximum=found.outcome.maximum),
        [say("changed.no_deadline"), *deadline_forms(verdict.tree, found, language)][-1],
    )
