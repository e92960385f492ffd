"""Write a case as it is in a walk file, and add cases to a file.

What came is written as what is expected, so a recorded case guards against change; whether it is right is for the
author to say.
"""

from __future__ import annotations

import datetime
import itertools
import json
import os
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from cakwizard.deciding.answers import UNKNOWN, parse_answer
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.errors import AnswerError, FileError, Issue
from cakwizard.files import read_text, write_whole
from cakwizard.testing.walkfile import SUFFIX, AtLeast, Case, read_walks
from cakwizard.tree.records import DecisionTree

__all__ = [
    "add_case",
    "add_cases",
    "alone_in",
    "case_of",
    "case_yaml",
    "expectations_of",
    "name_of",
    "unique_name",
    "written",
]

_MAX_LINE = 120
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
    found = {"outcome": outcome.id, "scheme": outcome.scheme, "percent": possible.percent}
    if outcome.maximum:
        found["maximum"] = True
    found |= {"certainty": possible.certainty.name, "contract": outcome.contract}
    if possible.due is not None and possible.due.late is not None:
        found["late"] = possible.late
    if possible.advice:
        found["advice"] = tuple(one.id for one in possible.advice)
    return found


def case_of(verdict: Verdict, name: str, typed: Mapping[str, str] | None = None, **more: object) -> Case:
    """Return a verdict as a case, without the answers that no path asked."""
    return Case(
        name=name,
        answers={key: value for key, value in verdict.answers.items() if key not in verdict.unused},
        expect={**expectations_of(verdict), **more},
        care_date=verdict.care_date,
        claim_date=verdict.claim_date,
        location=verdict.tree.nodes[verdict.tree.start].location,
        typed=typed,
    )


def name_of(tree: DecisionTree, answers: Answers, care_date: datetime.date, claim_date: datetime.date) -> str:
    """Return a name for a case: the options by their ids, and the days when they are not the usual ones.

    An option that says little by itself has its question with it.
    """
    options = [option for question in tree.questions.values() for option in question.options]
    parts = []
    for key, chosen in answers.items():
        words = " or ".join(option for option in tree.questions[key].options if option in chosen)
        parts.append((words if options.count(words) == 1 else f"{key} {words}").replace("_", " "))
    claimed = claim_date != max(care_date, tree.checked_until)
    parts += [f"on {care_date}"] if claimed or care_date != tree.checked_until else []
    return ", ".join([*parts, f"claimed on {claim_date}"] if claimed else parts)


def unique_name(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it when it is taken."""
    numbered = (f"{name} ({number})" for number in itertools.count(2))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def case_yaml(case: Case, tree: DecisionTree, *, dates: bool = True) -> str:
    """Return a case as the lines of a walk file.

    Args:
        dates: Whether to write days that are what they are when not given.
    """
    lines = [f"- name: {_text(case.name, between_brackets=False)}"]
    if dates or case.care_date != tree.checked_until:
        lines.append(f"  care_date: {case.care_date}")
    if dates or case.claim_date != max(case.care_date, tree.checked_until):
        lines.append(f"  claim_date: {case.claim_date}")
    typed = case.typed or {}
    answers = {key: _answer(tree, key, options, typed.get(key)) for key, options in case.answers.items()}
    lines += [*_mapping("answers", answers), *_mapping("expect", {k: written(v) for k, v in case.expect.items()})]
    return "\n".join(lines) + "\n"


def _text(text: str, *, between_brackets: bool = True) -> str:
    plain = _PLAIN.match(text) and text == text.strip() and text.casefold() not in _NOT_TEXT
    return text if plain and not (between_brackets and "," in text) else json.dumps(text, ensure_ascii=False)


def _answer(tree: DecisionTree, question: str, options: frozenset[str], typed: str | None) -> str:
    """Return an answer as the word that was typed, if that is still understood to be it, or else by its options."""
    with suppress(AnswerError):
        if typed and parse_answer(tree, question, [typed]) == options:
            return _text(typed)
    known = list(tree.questions[question].options)
    if len(known) > 1 and len(options) == len(known):
        return UNKNOWN
    chosen = [option for option in known if option in options]
    return chosen[0] if len(chosen) == 1 else f"[{', '.join(chosen)}]"


def written(value: object) -> str:
    """Return what is expected as it is in a walk file."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, Decimal)):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        listed = f"[{', '.join(_text(str(one)) for one in value)}]"
        return f"{{at_least: {listed}}}" if isinstance(value, AtLeast) else listed
    return _text(str(value))


def _mapping(key: str, values: Mapping[str, str]) -> list[str]:
    """Return a mapping between braces, on as many lines as it needs; no value holds a space that matters."""
    # A name stays on the line on which its value begins.
    flow = f"{key}{_STAY}{{{', '.join(f'{name}{_STAY}{value}' for name, value in values.items())}}}"
    wrapper = textwrap.TextWrapper(_MAX_LINE, break_long_words=False, break_on_hyphens=False)
    wrapper.initial_indent, wrapper.subsequent_indent = "  ", "    "
    return [line.replace(_STAY, ": ") for line in wrapper.wrap(flow)]


# -- adding to a file ---------------------------------------------------------


def add_case(
    path: str | Path, verdict: Verdict, name: str | None = None, *, as_typed: Mapping[str, str] | None = None
) -> Case:
    """Add what was answered, and what came of it, to a walk file; return the case as written.

    The file is made when it is not there; what is in it stays as it is. A name that the file already has gets a
    number behind it. Several programs may add to one file at the same time.

    Args:
        verdict: Holds the tree, the answers and the dates.
        name: Made from the answers when None or empty.
        as_typed: By question the word that was typed instead of an option: a country.

    Raises:
        FileError: The file is not a walk file for this tree, or cannot be written.
    """
    name = " ".join("".join(char if char.isprintable() else " " for char in name or "").split())
    name = name or name_of(verdict.tree, verdict.answers, verdict.care_date, verdict.claim_date)
    return add_cases(path, [case_of(verdict, name, as_typed)], verdict.tree)[0]


def add_cases(
    path: str | Path, cases: Sequence[Case], tree: DecisionTree, *, taken: Collection[str] = (), dates: bool = True
) -> list[Case]:
    """Add cases to a walk file as `add_case` does, under names that neither the file has nor `taken` holds."""
    path = Path(path)
    if not path.name.endswith(SUFFIX):
        message = f"the name of '{path}' does not end in '{SUFFIX}'"
        values = {"file": str(path), "suffix": SUFFIX}
        raise FileError(Issue(message=message, hint=f"call it 'my{SUFFIX}'", key="test.suffix", values=values))
    with alone_in(path):
        there = read_text(path) if path.exists() else ""
        file = read_walks(there, str(path), tree)
        if file.tree.sha256 != tree.sha256:
            message = f"'{path}' is for another tree: '{file.tree.file}'"
            values = {"file": str(path), "tree": file.tree.file}
            raise FileError(Issue(message=message, key="test.other_tree", values=values))
        names = {*taken, *(case.written for case in file.cases)}
        added = []
        for case in cases:
            added.append(replace(case, name=unique_name(case.name, names)))
            names.add(added[-1].name)
        text = f"{there}{'' if there.endswith(chr(10)) or not there else chr(10)}{chr(10) if there else ''}"
        listed = "".join(case_yaml(case, tree, dates=dates) for case in added)
        text += textwrap.indent(listed, _indent(there))
        _refuse_unfit(text, path, tree, len(file.cases) + len(added))
        write_whole(path, text.encode(), force=True)
    return added


def _indent(text: str) -> str:
    """Return what stands before the dash of the last case: in a file with a head they may be indented."""
    found = re.findall(r"^( *)- +name:", text, re.MULTILINE)
    return found[-1] if found else ""


def _refuse_unfit(text: str, path: Path, tree: DecisionTree, count: int) -> None:
    """Refuse a file in another style (a list in brackets), which can be read but not added to at its end."""
    with suppress(FileError):
        if len(read_walks(text, str(path), tree).cases) == count:
            return
    message = f"a case cannot be added at the end of '{path}'"
    hint = "write its cases one below the other, each with '- name:'"
    raise FileError(Issue(message=message, hint=hint, key="test.unfit", values={"file": str(path)}))


@contextmanager
def alone_in(path: Path) -> Iterator[None]:
    """Wait until no other program changes a file, and keep others waiting meanwhile.

    The folder is what is locked: the file itself is put in its place anew with every change. Where the system has no
    such locks (Windows) nobody waits, and the last to write wins.
    """
    handle = -1
    with suppress(ImportError, OSError):
        import fcntl

        handle = os.open(path.resolve().parent, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if handle >= 0:
            os.close(handle)  # lets go of the lock as well
