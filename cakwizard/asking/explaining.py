"""Why a question is asked: what it is about, how to find out, who takes which answer, what depends on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cakwizard.asking.session import Session
from cakwizard.saying.sections import Section, Sentence
from cakwizard.tree.records import Question, Term
from cakwizard.words import words

__all__ = ["explanation"]


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
