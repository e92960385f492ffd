"""What has been answered so far; everything else is `decide` asked again.

A session holds answers, their order and the dates. Going back drops the last answer, changing one puts it last, so
both are asked again by the same rule: the next question is whatever the tree still needs.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from cakwizard.deciding.answers import UNKNOWN
from cakwizard.deciding.decide import decide_fitting, offered
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.saying.phrases import certainty_text, deadline_forms, ending, first_lower, percent_text
from cakwizard.saying.sections import Section, Sentence
from cakwizard.tree.records import DecisionTree, Question, Term
from cakwizard.words import words


class Session:
    """One conversation's answers and dates.

    Attributes:
        answers: What was answered, by question, in the order in which it was.
        said: The word that led to an answer when it was not that of an option: a country.
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
        self.tree, self.language, self.today = tree, language, today
        self.assumed = care_date is None
        self.care_date = care_date or today
        self.claim_given = claim_date is not None
        self.claim_date = claim_date or max(today, self.care_date)
        self.preset = dict(preset or {})
        self.answers: dict[str, frozenset[str]] = dict(self.preset)
        self.said: dict[str, str] = {}
        self.settle()

    @property
    def given(self) -> list[str]:
        """Return the questions answered that the verdict uses, in the order of the answers."""
        return [question for question in self.answers if question in self.verdict.answers]

    @property
    def trail(self) -> tuple[tuple[str, str], ...]:
        """Return what was answered in the conversation: the question in a word or two, and the answer."""
        given = [question for question in self.given if question not in self.preset]
        return tuple((self.short(question), self.in_words(question)) for question in given)

    def short(self, question: str) -> str:
        """Return a question in a word or two."""
        return self.tree.questions[question].short[self.language]

    def in_words(self, question: str, options: frozenset[str] | None = None, said: str = "") -> str:
        """Return what was answered to a question, or some options of it, in words."""
        given = self.answers[question] if options is None else options
        said = self.said.get(question, "") if options is None else said
        record, say = self.tree.questions[question], words(self.language)
        texts = [one.text[self.language] for key, one in record.options.items() if key in given]
        if len(texts) == len(record.options) > 1:
            return say("ask.left_open")
        if len(texts) == 1:
            return say("ask.country", country=said, option=first_lower(texts[0])) if said else texts[0]
        return said or f" {say('ask.or')} ".join(texts)

    def options(self, question: str) -> tuple[str, ...]:
        """Return the options of a question that can be answered now, given the other answers and the dates."""
        return offered(self.tree, question, self.answers, self.care_date)

    def trial(self, question: str, options: frozenset[str]) -> Verdict:
        """Return the verdict that an answer would give; answers that it makes impossible count as not given."""
        return decide_fitting(self.tree, {**self.answers, question: options}, self.care_date, self.claim_date)

    def answer(self, question: str, options: frozenset[str], said: str = "") -> list[str]:
        """Answer a question, or answer it anew; return the questions whose answers fell away by that."""
        self.answers.pop(question, None)
        self.said[question] = said
        return self.resume({question: options})

    def back(self) -> str | None:
        """Take the last answer back and return its question; None when none was given in the conversation."""
        last = next((question for question in reversed(self.answers) if question not in self.preset), None)
        if last is not None:
            del self.answers[last]
            self.settle()
        return last

    def restart(self) -> None:
        """Forget every answer but the preset."""
        self.answers = dict(self.preset)
        self.settle()

    def resume(self, answers: Mapping[str, frozenset[str]]) -> list[str]:
        """Take answers over from before; return the questions whose answers did not fit."""
        self.answers.update(answers)
        return self.settle()

    def change_date(self, care_date: datetime.date) -> list[str]:
        """Set the date of care; return the questions whose answers fell away by that."""
        self.care_date, self.assumed = care_date, False
        if not self.claim_given:
            self.claim_date = max(self.today, care_date)
        return self.settle()

    def settle(self) -> list[str]:
        """Decide again; drop and return what no longer fits the other answers.

        Outside every window nothing is dropped: another date brings the answers back.
        """
        verdict = decide_fitting(self.tree, self.answers, self.care_date, self.claim_date)
        unused = set(verdict.unused)
        gone = set() if verdict.status == "out_of_range" else unused - self.preset.keys()
        fallen = [question for question in self.answers if question not in verdict.answers or question in gone]
        for question in fallen:
            del self.answers[question]
            self.preset.pop(question, None)
        # What was answered beforehand and is not asked here is nothing to speak of.
        used = {key: given for key, given in verdict.answers.items() if key not in unused}
        self.verdict = replace(verdict, answers=used, unused=())
        self.said = {key: word for key, word in self.said.items() if key in self.answers}
        return fallen


# What helps to answer a question, and what another answer or another date made of the outcome.


def explanation(session: Session, question_id: str) -> tuple[Section, ...]:
    """Return everything that helps to answer one question; the first section is what helps most."""
    say, language, question = words(session.language), session.language, session.tree.questions[question_id]
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
    found, end = verdict.outcome, ending(verdict, language)
    if found is None:
        return (end, "", "", "")
    return (
        end,
        certainty_text(found.certainty, language),
        "" if found.percent is None else percent_text(found.percent, language, maximum=found.outcome.maximum),
        [words(language)("changed.no_deadline"), *deadline_forms(verdict.tree, found, language)][-1],
    )


# Answers to go on with later: the same file that `cakwizard walk` reads, and never a name in it.


def answers_text(session: Session) -> str:
    """Return the answers given as an answers file.

    A date that was only assumed is not written, since it would be another day later on.
    """
    lines = [f"# {words(session.language)('save.comment')}"]
    lines += [] if session.assumed else [f"care_date: {session.care_date}"]
    lines += [f"claim_date: {session.claim_date}"] if session.claim_given else []
    lines.append("answers:" if session.given else "answers: {}")
    for question in session.given:
        order, options = list(session.tree.questions[question].options), session.answers[question]
        names = [UNKNOWN] if len(options) == len(order) > 1 else [option for option in order if option in options]
        lines.append(f"  {question}: {', '.join(names)}" if len(names) == 1 else f"  {question}: [{', '.join(names)}]")
    return "\n".join([*lines, ""])


def is_answers(head: bytes) -> bool:
    """Tell from its beginning whether a file holds answers, so that it may be overwritten with newer ones."""
    lines = [line for line in head.decode("utf-8", "replace").splitlines() if line and not line.startswith("#")]
    return bool(lines) and lines[0].partition(":")[0] in ("answers", "care_date", "claim_date")
