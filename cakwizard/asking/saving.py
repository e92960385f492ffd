"""Answers to go on with later: the same file that `cakwizard walk` reads, and never a name in it."""

from __future__ import annotations

from dataclasses import dataclass

from cakwizard.answers import UNKNOWN
from cakwizard.answers import AnswerFile
from cakwizard.answers import answer_fields
from cakwizard.answers import parse_answer
from cakwizard.asking.session import Session
from cakwizard.errors import AnswerError
from cakwizard.errors import FileError
from cakwizard.interface import words
from cakwizard.model import DecisionTree
from cakwizard.yaml_reader import no_collecting

__all__ = ["Saved", "answers_text", "read_saved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a file of answers held, and the answers in it that this tree does not know (any more)."""

    file: AnswerFile
    gone: tuple[str, ...]


def answers_text(session: Session) -> str:
    """Return the answers given as an answers file.

    A date that was only assumed is not written, since it would be another day later on.
    """
    lines = [f"# {words(session.language)('save.comment')}"]
    if not session.assumed:
        lines.append(f"care_date: {session.care_date.isoformat()}")
    if session.claim_given:
        lines.append(f"claim_date: {session.claim_date.isoformat()}")
    given = {question: session.answers[question] for question in session.given}
    if not given:
        return "\n".join([*lines, "answers: {}", ""])
    lines.append("answers:")
    for question, options in given.items():
        order = list(session.tree.questions[question].options)
        names = [option for option in order if option in options]
        value = UNKNOWN if len(names) == len(order) and len(order) > 1 else _flow(names)
        lines.append(f"  {question}: {value}")
    return "\n".join([*lines, ""])


def _flow(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


@no_collecting()
def read_saved(text: str, file: str, tree: DecisionTree) -> Saved:
    """Return what an answers file holds; an answer that does not exist is named instead of refused.

    Raises:
        FileError: The file is no answers file.
    """
    reader, fields = answer_fields(text, file)
    answers: dict[str, frozenset[str]] = {}
    gone: list[str] = []
    for question, _, value in reader.items(fields.get("answers"), "'answers'", ids=False):
        given = [word for word, _ in reader.words(value, f"answer to '{question}'")]
        if question not in tree.questions:
            gone.append(f"{question}: {', '.join(given)}")
            continue
        try:
            answers[question] = parse_answer(tree, question, given)
        except AnswerError:
            gone.append(f"{question}: {', '.join(given)}")
    care_date = reader.date(fields.get("care_date"), "'care_date'")
    claim_date = reader.date(fields.get("claim_date"), "'claim_date'")
    if reader.issues:
        raise FileError(reader.issues)
    return Saved(file=AnswerFile(answers=answers, care_date=care_date, claim_date=claim_date), gone=tuple(gone))
