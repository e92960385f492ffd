"""Answers as people write them: in a file, on the command line, in a walk file.

An answer is an option, a list of options, `unknown` (all of them), or at a question about a country its name, its
code or what its people are called. A misspelt country is taken only where the caller asks to be told of it.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cakwizard.deciding.countries import Country, understand_country
from cakwizard.errors import AnswerError, FileError, UsageError, spoken
from cakwizard.tree.reading import Reader, parse_date
from cakwizard.tree.records import DecisionTree

if TYPE_CHECKING:
    import yaml


UNKNOWN = "unknown"
_DAY_FIRST = re.compile(r"\A(\d\d?)-(\d\d?)-(\d{4})\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFile:
    """What an answers file holds; a date that is not in it is None."""

    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    care_date: datetime.date | None = None
    claim_date: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Slips:
    """What was not written as it should be, for the caller to say.

    Attributes:
        language: In which a country is named.
        taken: Gets every country that was misspelt or could be two; None where such a word is refused.
        gone: Gets every answer in a file that does not exist (any more); None where such a one is a fault.
    """

    language: str = "nl"
    taken: list[Country] | None = None
    gone: list[str] | None = None


REFUSED = Slips()
"""No slip is let pass."""


def parse_answer(tree: DecisionTree, question: str, words: Iterable[str], slips: Slips = REFUSED) -> frozenset[str]:
    """Return the options that the words leave open at a question.

    Raises:
        AnswerError: The question or one of the words does not exist; says which do, and the nearest.
    """
    if question not in tree.questions:
        raise AnswerError(question, None, list(tree.questions))
    record = tree.questions[question]
    known = [*record.options, UNKNOWN]
    found: set[str] = set()
    for word in words:
        if word in known:
            found.update(record.options if word == UNKNOWN else [word])
        else:
            country = understand_country(record, word, slips.language)
            if country is None:
                raise AnswerError(question, word, known)
            several = len(country.codes) > 1
            if country.guessed and (slips.taken is None or (several and len(country.options) > 1)):
                raise AnswerError(question, word, known, near=country.name)
            found.update(country.options)
            if slips.taken is not None and (country.guessed or several):
                slips.taken.append(country)
    if not found:
        raise AnswerError(question, "", known)
    return frozenset(found)


def preset_option(tree: DecisionTree, word: str, flag: str) -> str:
    """Return the option of the tree's preset question with that id, label or synonym, in any language.

    Raises:
        AnswerError: There is none.
        UsageError: The tree has no such question, which `flag` could answer.
    """
    if tree.preset is None:
        raise UsageError(spoken("no_preset", flag=flag))
    question, wanted = tree.questions[tree.preset], word.strip().casefold()
    for option in question.options.values():
        names = (option.id, *option.text.by_language.values(), *itertools.chain(*option.also.values()))
        if wanted in map(str.casefold, names):
            return option.id
    raise AnswerError(question.id, word, list(question.options))


def parse_settings(tree: DecisionTree, settings: Iterable[str], slips: Slips = REFUSED) -> dict[str, frozenset[str]]:
    """Return the answers given as QUESTION=OPTION[,OPTION…]; `UsageError` when there is no equals sign."""
    answers: dict[str, frozenset[str]] = {}
    for setting in settings:
        question, sign, value = setting.partition("=")
        if not sign:
            raise UsageError(spoken("no_setting", given=setting))
        words = [word.strip() for word in value.split(",")]
        answers[question.strip()] = parse_answer(tree, question.strip(), words, slips)
    return answers


def parse_day(word: str, what: str) -> datetime.date:
    """Return the day written as 2026-01-31 or 31-1-2026; `UsageError` says of `what` that there is no such day."""
    day = parse_date(_DAY_FIRST.sub(lambda found: f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}", word.strip()))
    if day is None:
        raise UsageError(spoken("no_date", what=what, given=word.strip()))
    return day


def check_dates(care_date: datetime.date, claim_date: datetime.date) -> None:
    """Raise `UsageError` for a claim before the care; the two on one day are fine."""
    if claim_date < care_date:
        dates = {"care_date": f"{care_date:%d-%m-%Y}", "claim_date": f"{claim_date:%d-%m-%Y}"}
        raise UsageError(spoken("claim_before_care", **dates))


def read_answers(text: str, file: str, tree: DecisionTree, slips: Slips = REFUSED) -> AnswerFile:
    """Return what an answers file holds, or raise `FileError` with every fault and its place."""
    reader = Reader(file, text)
    fields = reader.fields(reader.root(), "an answers file", (), ("care_date", "claim_date", "answers"))
    found = AnswerFile(
        answers=answers_from(reader, fields.get("answers"), tree, slips),
        care_date=_day(reader, fields.get("care_date"), "care_date"),
        claim_date=_day(reader, fields.get("claim_date"), "claim_date"),
    )
    if reader.issues:
        raise FileError(reader.issues)
    return found


def _day(reader: Reader, node: yaml.Node | None, what: str) -> datetime.date | None:
    word = reader.word(node, f"'{what}'")
    if word is None or node is None:
        return None
    try:
        return parse_day(word, what)
    except UsageError as error:
        reader.add(replace(error.issues[0], code="CW009"), node)
        return None


def answers_from(
    reader: Reader, node: yaml.Node | None, tree: DecisionTree, slips: Slips = REFUSED
) -> dict[str, frozenset[str]]:
    """Return the answers in a mapping of question to option, list of options, country or `unknown`.

    An answer that does not exist becomes one of the reader's issues, or is named among the slips.
    """
    answers: dict[str, frozenset[str]] = {}
    for question, key_node, value in reader.items(node, "'answers'", ids=False):
        before = len(reader.issues)
        words = [word for word, _ in reader.words(value, f"answer to '{question}'")]
        if len(reader.issues) > before:
            continue
        try:
            answers[question] = parse_answer(tree, question, words, slips)
        except AnswerError as error:
            if slips.gone is None:
                reader.add(error.issues[0], value if question in tree.questions else key_node)
            else:
                slips.gone.append(f"{question}: {', '.join(words)}")
    return answers
