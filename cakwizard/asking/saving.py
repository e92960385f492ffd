"""Answers to go on with later: the same file that `cakwizard walk` reads, and never a name in it."""

from __future__ import annotations

from cakwizard.asking.session import Session
from cakwizard.deciding.answers import UNKNOWN, AnswerFile, parse_answer, parse_day
from cakwizard.errors import AnswerError, FileError, TreeError
from cakwizard.tree.reading import Reader
from cakwizard.tree.records import DecisionTree
from cakwizard.words import words

Saved = tuple[AnswerFile, tuple[str, ...]]
"""What a file of answers held, and the answers in it that this tree does not know (any more)."""


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
    lines.append("answers:" if given else "answers: {}")
    for question, options in given.items():
        order = list(session.tree.questions[question].options)
        names = [UNKNOWN] if len(options) == len(order) > 1 else [option for option in order if option in options]
        lines.append(f"  {question}: {', '.join(names)}" if len(names) == 1 else f"  {question}: [{', '.join(names)}]")
    return "\n".join([*lines, ""])


def is_answers(head: bytes) -> bool:
    """Tell from its beginning whether a file holds answers, so that it may be overwritten with newer ones."""
    lines = [line for line in head.decode("utf-8", "replace").splitlines() if line and not line.startswith("#")]
    return bool(lines) and lines[0].partition(":")[0] in ("answers", "care_date", "claim_date")


def read_saved(text: str, file: str, tree: DecisionTree) -> Saved:
    """Return what an answers file holds; an answer that does not exist is named instead of refused.

    Raises:
        FileError: The file is no answers file.
        UsageError: A date in it does not exist.
    """
    reader = Reader(file, text)
    try:
        root = reader.root()
    except TreeError as error:
        raise FileError(error.issues) from None
    fields = reader.fields(root, "an answers file", (), ("care_date", "claim_date", "answers"))
    answers: dict[str, frozenset[str]] = {}
    gone: list[str] = []
    for question, _, value in reader.items(fields.get("answers"), "'answers'", ids=False):
        given = [word for word, _ in reader.words(value, f"answer to '{question}'")]
        try:
            answers[question] = parse_answer(tree, question, given)
        except AnswerError:
            gone.append(f"{question}: {', '.join(given)}")
    days = {key: reader.word(fields[key], f"'{key}'") if key in fields else None for key in ("care_date", "claim_date")}
    if reader.issues:
        raise FileError(reader.issues)
    care, claim = (parse_day(word, f"{file}: {key}") if word else None for key, word in days.items())
    return AnswerFile(answers=answers, care_date=care, claim_date=claim), tuple(gone)
