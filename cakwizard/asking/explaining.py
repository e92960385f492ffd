"""Why a question is asked: what it is about, how to find out, what depends on it, what its words mean."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cakwizard.asking.session import Session
from cakwizard.interface import words
from cakwizard.model import Question
from cakwizard.model import Term
from cakwizard.rendering import Block
from cakwizard.walking import Verdict

__all__ = ["explanation", "how_to_find_out", "terms_in"]


def explanation(session: Session, question_id: str) -> Iterator[Block]:
    """Return everything that helps to answer one question."""
    say = words(session.language)
    language = session.language
    question = session.tree.questions[question_id]
    options = [question.options[option] for option in session.options(question_id)]
    if question.help is not None:
        yield Block(say("ask.why"), "heading")
        yield Block(question.help[language])
    yield from how_to_find_out(question, language)
    helped = [option for option in options if option.help is not None]
    for option in helped:
        yield Block(f"{option.text[language]}: {option.help[language] if option.help else ''}", "item", "-")
    yield Block(say("ask.depends"), "heading")
    for option in options:
        depends = _schemes(session.outcomes_of(question_id, option.id), language)
        yield Block(f"{option.text[language]}: {depends}", "item", "-")
    terms = list(terms_in(session, question))
    if terms:
        yield Block(say("ask.terms"), "heading")
    for term in terms:
        yield Block(f"{term.name[language]}: {term.text[language]}", "item", "-")


def how_to_find_out(question: Question, language: str) -> Iterator[Block]:
    """Return how the answer can be found out, where the tree says so."""
    if question.find_out is not None:
        yield Block(words(language)("ask.find_out"), "heading")
        yield Block(question.find_out[language])


def terms_in(session: Session, question: Question) -> Iterator[Term]:
    """Return the words of the glossary that a question, its help or its options use."""
    language = session.language
    texts = [question.text, question.help, question.find_out]
    for option in question.options.values():
        texts += [option.text, option.help]
    whole = "\n".join(text[language] for text in texts if text is not None)
    for term in session.tree.glossary.values():
        if any(re.search(rf"\b{re.escape(name)}\b", whole, re.IGNORECASE) for name in _names(term, language)):
            yield term


def _names(term: Term, language: str) -> list[str]:
    """Return what to look for: "EHIC (health insurance card)" is found by either part."""
    parts = re.split(r"[(),/]", term.name[language])
    return [part.strip() for part in parts if len(part.strip()) > 1]


def _schemes(verdict: Verdict, language: str) -> str:
    """Return the schemes that are possible, each once, with the number of outcomes where there are more."""
    say = words(language)
    counts: dict[str, int] = {}
    for one in verdict.possible:
        counts[one.outcome.scheme] = counts.get(one.outcome.scheme, 0) + 1
    if not counts:
        return say("ask.no_rule")
    names = verdict.tree.schemes
    return ", ".join(
        say("ask.scheme_count", scheme=names[scheme].name[language], count=count) for scheme, count in counts.items()
    )
