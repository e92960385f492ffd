"""Write a case down as it stands in a walk file, and add one to a file.

What came is written as what is expected, so a recorded case guards against
change; whether it is right is for the author to say.
"""

from __future__ import annotations

import datetime
import itertools
import json
import re
import textwrap
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.loading import read_text
from cakwizard.model import DecisionTree
from cakwizard.scripts.walkfile import SUFFIX
from cakwizard.scripts.walkfile import Case
from cakwizard.scripts.walkfile import read_cases
from cakwizard.walking import Answers
from cakwizard.walking import Verdict
from cakwizard.writing import write_atomically

__all__ = ["append_case", "case_of", "case_yaml", "expectations_of", "name_of", "unique_name"]

MAX_LINE = 120
# Stands for ": " while lines are broken; no value can hold it, since files with it are not read.
_STAY = "\0\0"
_PLAIN = re.compile(r"[^\W\d_][\w ,./()+%-]*\Z")
# Words that other readers of YAML take for something else than a text.
_NOT_TEXT = frozenset("yes no on off true false null y n".split())


def expectations_of(verdict: Verdict) -> dict[str, object]:
    """Return what came, as expectations."""
    possible = verdict.outcome
    if possible is None:
        found: dict[str, object] = {"status": verdict.status}
        if verdict.possible:
            found["possible"] = tuple(one.outcome.id for one in verdict.possible)
        return found
    outcome = possible.outcome
    found = {"outcome": outcome.id, "scheme": outcome.scheme, "percent": outcome.percent}
    if outcome.maximum:
        found["maximum"] = True
    found |= {"certainty": possible.certainty.name, "contract": outcome.contract}
    if possible.advice:
        found["advice"] = tuple(one.id for one in possible.advice)
    return found


def case_of(verdict: Verdict, name: str, **more: object) -> Case:
    """Return a verdict as a case, without the answers that no path asked."""
    return Case(
        name=name,
        answers={key: value for key, value in verdict.answers.items() if key not in verdict.unused},
        expect={**expectations_of(verdict), **more},
        care_date=verdict.care_date,
        claim_date=verdict.claim_date,
        location=verdict.tree.nodes[verdict.tree.start].location,
    )


def name_of(tree: DecisionTree, answers: Answers, *days: datetime.date) -> str:
    """Return a name for answers: the options by their ids, with the question where that alone says little.

    Args:
        days: The day of care and that of claiming, where the name should tell them.
    """
    counts: dict[str, int] = {}
    for question in tree.questions.values():
        for option in question.options:
            counts[option] = counts.get(option, 0) + 1
    parts = []
    for key, options in answers.items():
        words = " or ".join(option for option in tree.questions[key].options if option in options)
        alone = len(options) == 1 and counts.get(words, 0) == 1
        parts.append((words if alone else f"{key} {words}").replace("_", " "))
    return ", ".join([*parts, *(f"{what} {day}" for what, day in zip(("on", "claimed on"), days, strict=False))])


def unique_name(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it when it is taken."""
    numbered = (f"{name} ({number})" for number in itertools.count(2))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def case_yaml(case: Case, tree: DecisionTree, *, dates: bool = True) -> str:
    """Return a case as the lines of a walk file.

    Args:
        dates: Whether to write days that are what they are when not given.
    """
    lines = [f"- name: {_text(case.name)}"]
    if dates or case.care_date != tree.checked_until:
        lines.append(f"  care_date: {case.care_date}")
    if dates or case.claim_date != max(case.care_date, tree.checked_until):
        lines.append(f"  claim_date: {case.claim_date}")
    answers = {key: _answer(tree, key, options) for key, options in case.answers.items()}
    lines += _mapping("answers", answers)
    lines += _mapping("expect", {key: _value(value) for key, value in case.expect.items()})
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    plain = _PLAIN.match(text) and text == text.strip() and text.casefold() not in _NOT_TEXT
    return text if plain else json.dumps(text, ensure_ascii=False)


def _answer(tree: DecisionTree, question: str, options: frozenset[str]) -> str:
    known = list(tree.questions[question].options)
    if len(known) > 1 and len(options) == len(known):
        return "unknown"
    chosen = [option for option in known if option in options]
    return chosen[0] if len(chosen) == 1 else f"[{', '.join(chosen)}]"


def _value(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, Decimal)):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return f"[{', '.join(_text(str(one)) for one in value)}]"
    return _text(str(value))


def _mapping(key: str, values: Mapping[str, str]) -> list[str]:
    """Return a mapping between braces, on as many lines as it needs; no value holds a space that matters."""
    # A name stays on the line on which its value begins.
    parts = (f"{name}{_STAY}{value}" for name, value in values.items())
    flow = f"{key}{_STAY}{{{', '.join(parts)}}}"
    lines = textwrap.wrap(
        flow,
        MAX_LINE,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_STAY, ": ") for line in lines]


def append_case(path: str | Path, tree: DecisionTree, verdict: Verdict, name: str) -> Case:
    """Add a case to a walk file, with what came as what is expected; return it as written.

    The file is made when it is not there. What stands in it stays as it is. A name
    that the file already has gets a number behind it.

    Raises:
        FileError: The file is not a walk file for this tree, or cannot be written.
    """
    path = Path(path)
    if not path.name.endswith(SUFFIX):
        message = f"the name of '{path}' does not end in '{SUFFIX}'"
        raise FileError(Issue(message=message, hint=f"walk files are called such as 'mine{SUFFIX}'"))
    there = read_text(path) if path.exists() else ""
    taken = {case.name for case in read_cases(there, str(path), tree)}
    name = " ".join("".join(char if char.isprintable() else " " for char in name).split()) or "recorded"
    case = case_of(verdict, unique_name(name, taken))
    if there and not there.endswith("\n"):
        there += "\n"
    text = there + ("\n" if there else "") + case_yaml(case, tree)
    # A file in another style (a list in brackets) can be read but not added to at its end.
    try:
        read_cases(text, str(path), tree)
    except FileError:
        message = f"a case cannot be added at the end of '{path}'"
        raise FileError(
            Issue(message=message, hint="write its cases one below the other, each with '- name:'")
        ) from None
    write_atomically(path.resolve(), text.encode(), mode=path.stat().st_mode & 0o777 if path.exists() else 0o644)
    return case
