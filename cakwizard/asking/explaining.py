"""Why a question is asked: what it is about, how to find out, who takes which answer, what depends on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cakwizard.asking.session import Session
from cakwizard.deciding.verdict import Verdict
from cakwizard.saying.sections import Section, Sentence
from cakwizard.tree.records import Question, Term
from cakwizard.words import words

__all__ = ["explanation", "terms_in"]


def explanation(session: Session, question_id: str) -> tuple[Section, ...]:
    """Return everything that helps to answer one question; the first section is what helps most."""
    say, language = words(session.language), session.language
    question = session.tree.questions[question_id]
    options = [question.options[option] for option in session.options(question_id)]

    def section(key: str, items: list[Sentence]) -> Section:
        return Section(id=key, heading=say(f"explain.{key}"), tab=say(f"explain.tab.{key}"), items=tuple(items))

    why = [Sentence(text[language]) for text in (question.help, question.find_out) if text is not None]
    helped = [Sentence(f"{one.text[language]}: {one.help[language]}") for one in options if one.help is not None]
    depends = [
        Sentence(f"{one.text[language]}: {_schemes(session.trial(question_id, frozenset({one.id})), language)}")
        for one in options
    ]
    terms = [Sentence(f"{term.name[language]}: {term.text[language]}") for term in terms_in(session, question)]
    found = [section("why", why), section("who", helped), section("depends", depends), section("terms", terms)]
    return tuple(one for one in found if one.items)


def terms_in(session: Session, question: Question) -> Iterator[Term]:
    """Return the words of the glossary that a question, its help or its options use."""
    language = session.language
    texts = [question.text, question.help, question.find_out]
    for option in question.options.values():
        texts += [option.text, option.explain, option.help]
    whole = "\n".join(text[language] for text in texts if text is not None)
    for term in session.tree.glossary.values():
        # "EHIC (health insurance card)" is found by either part.
        names = [part.strip() for part in re.split(r"[(),/]", term.name[language])]
        if any(len(name) > 1 and re.search(rf"\b{re.escape(name)}\b", whole, re.IGNORECASE) for name in names):
            yield term


def _schemes(verdict: Verdict, language: str) -> str:
    """Return the schemes that are possible, each once, with the number of outcomes where there are more."""
    say, schemes = words(language), verdict.tree.schemes
    counts: dict[str, int] = {}
    for one in verdict.possible:
        counts[one.outcome.scheme] = counts.get(one.outcome.scheme, 0) + 1
    named = [say("explain.scheme", scheme=schemes[key].short[language], count=count) for key, count in counts.items()]
    return ", ".join(named) or say("explain.no_rule")
