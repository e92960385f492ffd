"""Answers as people write them: in a file, on the command line, in a walk file.

An answer is an option, a list of options, `unknown` (all of them), or at a
question about a country its name or code.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from cakwizard.countries import near_country
from cakwizard.countries import options_of_country
from cakwizard.errors import MAX_ISSUES
from cakwizard.errors import AnswerError
from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.errors import TreeError
from cakwizard.errors import UsageError
from cakwizard.model import DecisionTree
from cakwizard.yaml_reader import Reader
from cakwizard.yaml_reader import no_collecting
from cakwizard.yaml_reader import parse_date

if TYPE_CHECKING:
    import yaml

__all__ = [
    "MAX_ANSWER_BYTES",
    "UNKNOWN",
    "AnswerFile",
    "answer_fields",
    "answers_from",
    "check_dates",
    "parse_answer",
    "parse_day",
    "parse_settings",
    "read_answers",
]

UNKNOWN = "unknown"
MAX_ANSWER_BYTES = 1024 * 1024
"""How large an answers file may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFile:
    """What an answers file holds; a date that is not in it is None."""

    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    care_date: datetime.date | None = None
    claim_date: datetime.date | None = None


def parse_answer(
    tree: DecisionTree,
    question: str,
    words: Iterable[str],
    *,
    location: Location | None = None,
    source_line: str | None = None,
) -> frozenset[str]:
    """Return the options that the words leave open at a question.

    Raises:
        AnswerError: The question or one of the words does not exist; says which do, and the nearest.
    """
    if question not in tree.questions:
        raise AnswerError(question, None, list(tree.questions), location=location, source_line=source_line)
    record = tree.questions[question]
    found: set[str] = set()
    for word in words:
        if word == UNKNOWN:
            found.update(record.options)
        elif word in record.options:
            found.add(word)
        elif (options := options_of_country(record, word)) is not None:
            found.update(options)
        else:
            near = near_country(word) if record.countries is not None else None
            raise AnswerError(
                question, word, [*record.options, UNKNOWN], location=location, source_line=source_line, near=near
            )
    if not found:
        raise AnswerError(question, "", [*record.options, UNKNOWN], location=location, source_line=source_line)
    return frozenset(found)


def parse_settings(tree: DecisionTree, settings: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the answers given as QUESTION=OPTION[,OPTION…].

    Raises:
        UsageError: A setting has no equals sign.
        AnswerError: A question or an option does not exist.
    """
    answers: dict[str, frozenset[str]] = {}
    for setting in settings:
        question, sign, value = setting.partition("=")
        if not sign:
            raise UsageError(
                Issue(
                    message=f"'{setting}' is not an answer",
                    hint="write it as QUESTION=OPTION",
                    key="no_setting",
                    values={"given": setting},
                )
            )
        words = [word.strip() for word in value.split(",")]
        answers[question.strip()] = parse_answer(tree, question.strip(), words)
    return answers


def parse_day(word: str, what: str) -> datetime.date:
    """Return the day written as YYYY-MM-DD, or raise `UsageError`."""
    day = parse_date(word)
    if day is None:
        raise UsageError(
            Issue(
                message=f"{what} is '{word}', which is not a date",
                hint="write it as 2026-01-31",
                key="no_date",
                values={"what": what, "given": word},
            )
        )
    return day


def check_dates(care_date: datetime.date, claim_date: datetime.date) -> None:
    """Refuse a claim before the care.

    Raises:
        UsageError: The claim lies before the care; the two on one day are fine.
    """
    if claim_date < care_date:
        raise UsageError(
            Issue(
                message=f"the claim date {claim_date} lies before the date of care {care_date}",
                hint="care is claimed after it was given; mend one of the two dates",
                key="claim_before_care",
                values={"care_date": care_date.isoformat(), "claim_date": claim_date.isoformat()},
            )
        )


@no_collecting()
def read_answers(text: str, file: str, tree: DecisionTree) -> AnswerFile:
    """Return what an answers file holds, or raise `FileError` or `AnswerError` with a place."""
    reader, fields = answer_fields(text, file)
    found = AnswerFile(
        answers=answers_from(reader, fields.get("answers"), tree),
        care_date=reader.date(fields.get("care_date"), "'care_date'"),
        claim_date=reader.date(fields.get("claim_date"), "'claim_date'"),
    )
    if reader.issues:
        raise FileError(reader.issues)
    return found


def answer_fields(text: str, file: str) -> tuple[Reader, dict[str, yaml.Node]]:
    """Return the reader of an answers file and what stands under its keys.

    Raises:
        FileError: The text cannot be read as YAML; what else is wrong is among the reader's issues.
    """
    reader = Reader(file, text)
    try:
        root = reader.root()
    except TreeError as error:
        raise FileError(error.issues) from None
    return reader, reader.fields(root, "an answers file", (), ("care_date", "claim_date", "answers"))


def answers_from(
    reader: Reader, node: yaml.Node | None, tree: DecisionTree, *, collect: bool = False
) -> dict[str, frozenset[str]]:
    """Return the answers in a mapping of question to option, list of options, country or `unknown`.

    Args:
        collect: Whether an answer that does not exist becomes one of the reader's issues instead of being raised.

    Raises:
        AnswerError: An answer does not exist, and they are not collected and nothing else is wrong.
    """
    answers: dict[str, frozenset[str]] = {}
    for question, key_node, value in reader.items(node, "'answers'", ids=False):
        before = len(reader.issues)
        words = [word for word, _ in reader.words(value, f"answer to '{question}'")]
        where = reader.place(value if question in tree.questions else key_node)
        if len(reader.issues) > before or len(reader.issues) >= MAX_ISSUES:
            # Finding out what may have been meant is slow, and would not be shown.
            continue
        try:
            answers[question] = parse_answer(tree, question, words, location=where, source_line=reader.line_at(where))
        except AnswerError as error:
            if not (collect or reader.issues):
                raise
            reader.issues.extend(error.issues)
    return answers
