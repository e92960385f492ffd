"""Write a case as it is in a walk file, and add cases to a file.

What came is written as what is expected, so a recorded case guards against change; whether it is right is for the
author to say.
"""

from __future__ import annotations

import datetime
import itertools
import os
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from cakwizard.deciding.answers import UNKNOWN, parse_answer
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.errors import AnswerError, FileError, Issue
from cakwizard.files import read_text, write_whole
from cakwizard.testing.walkfile import SUFFIX, AtLeast, Case, read_walks
from cakwizard.tree.records import DecisionTree


def expectations_of(verdict: Verdict) -> dict[str, object]:
    """Return what came, as expectations."""
    possible = verdict.outcome
    if possible is None:
        ends = tuple(one.outcome.id for one in verdict.possible)
        return {"status": verdict.status} | ({"possible": ends} if ends else {})
    outcome = possible.outcome
    found: dict[str, object] = {"outcome": outcome.id, "scheme": outcome.scheme, "percent": possible.percent}
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


def cases_yaml(cases: Iterable[Case], tree: DecisionTree, *, dates: bool = True) -> str:
    """Return cases as the lines of a walk file.

    Args:
        dates: Whether to write days that are what they are when not given.
    """
    found = []
    for case in cases:
        days = {"care_date": case.care_date, "claim_date": case.claim_date}
        usual = {"care_date": tree.checked_until, "claim_date": max(case.care_date, tree.checked_until)}
        typed = case.typed or {}
        found.append(
            {
                "name": case.name,
                # A day of its own each: of the same one PyYAML makes an alias, and files with aliases are not read.
                **{key: day.replace() for key, day in days.items() if dates or day != usual[key]},
                "answers": {key: _answer(tree, key, one, typed.get(key)) for key, one in case.answers.items()},
                "expect": {key: _plain(value) for key, value in case.expect.items()},
            }
        )
    return _dumped(found, width=118, default_flow_style=None)


def _answer(tree: DecisionTree, question: str, options: frozenset[str], typed: str | None) -> str | list[str]:
    """Return an answer as the word that was typed, if that is still understood to be it, or else by its options."""
    with suppress(AnswerError):
        if typed and parse_answer(tree, question, [typed]) == options:
            return typed
    known = list(tree.questions[question].options)
    if len(known) > 1 and len(options) == len(known):
        return UNKNOWN
    chosen = [option for option in known if option in options]
    return chosen[0] if len(chosen) == 1 else chosen


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, tuple):
        return {"at_least": list(value)} if isinstance(value, AtLeast) else list(value)
    return value


def _dumped(data: object, **style: Any) -> str:
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, **style))


def written(value: object) -> str:
    """Return what is expected as it is in a walk file."""
    return _dumped(_plain(value), width=float("inf"), default_flow_style=True).removesuffix("...\n").strip()


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
    values = {"file": str(path), "suffix": SUFFIX}
    if not path.name.endswith(SUFFIX):
        message = f"the name of '{path}' does not end in '{SUFFIX}'"
        raise FileError(Issue(message=message, hint=f"call it 'my{SUFFIX}'", key="test.suffix", values=values))
    with alone_in(path):
        there = read_text(path) if path.exists() else ""
        file = read_walks(there, str(path), tree)
        if file.tree.sha256 != tree.sha256:
            message = f"'{path}' is for another tree: '{file.tree.file}'"
            raise FileError(Issue(message=message, key="test.other_tree", values={**values, "tree": file.tree.file}))
        added = with_own_names(cases, {*taken, *(case.written for case in file.cases)})
        # In a file with a head the cases may be indented.
        indents = re.findall(r"^( *)- +name:", there, re.MULTILINE)
        new = textwrap.indent(cases_yaml(added, tree, dates=dates), indents[-1] if indents else "")
        text = f"{there.rstrip()}\n\n{new}" if there.strip() else new
        count = -1
        with suppress(FileError):
            count = len(read_walks(text, str(path), tree).cases)
        if count != len(file.cases) + len(added):
            message = f"a case cannot be added at the end of '{path}'"
            hint = "write its cases one below the other, each with '- name:'"
            raise FileError(Issue(message=message, hint=hint, key="test.unfit", values=values))
        write_whole(path, text.encode(), force=True)
    return added


def with_own_names(cases: Iterable[Case], taken: Collection[str]) -> list[Case]:
    """Return cases with a number behind each name that is taken."""
    names, found = set(taken), []
    for case in cases:
        numbered = (f"{case.name} ({number})" for number in itertools.count(2))
        name = next(one for one in itertools.chain([case.name], numbered) if one not in names)
        names.add(name)
        found.append(replace(case, name=name))
    return found


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
