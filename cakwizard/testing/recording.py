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
from pathlib import Path

import yaml

from cakwizard.deciding.answers import UNKNOWN, parse_answer
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.errors import AnswerError, FileError, spoken
from cakwizard.files import read_text, write_whole
from cakwizard.testing.running import OF_OUTCOME, Run
from cakwizard.testing.walkfile import SUFFIX, AtLeast, Case, dumped, plain, read_walks, written
from cakwizard.tree.reading import Reader
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
                "expect": {key: plain(value) for key, value in case.expect.items()},
            }
        )
    return dumped(found, width=118, default_flow_style=None)


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
        raise FileError(spoken("test.suffix", file=path, suffix=SUFFIX))
    with alone_in(path):
        there = read_text(path) if path.exists() else ""
        file = read_walks(there, str(path), tree)
        if file.tree.sha256 != tree.sha256:
            raise FileError(spoken("test.other_tree", file=path, tree=file.tree.file))
        added = with_own_names(cases, {*taken, *(case.written for case in file.cases)})
        # In a file with a head the cases may be indented.
        indents = re.findall(r"^( *)- +name:", there, re.MULTILINE)
        new = textwrap.indent(cases_yaml(added, tree, dates=dates), indents[-1] if indents else "")
        text = f"{there.rstrip()}\n\n{new}" if there.strip() else new
        count = -1
        with suppress(FileError):
            count = len(read_walks(text, str(path), tree).cases)
        if count != len(file.cases) + len(added):
            raise FileError(spoken("test.unfit", file=path))
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


# Write into a walk file what came of cases that fail, with everything else in the file as it was.

Told = dict[str, tuple[str | None, str | None]]
"""By key what was and what is expected, as written; None is nothing."""


def accept(text: str, file: str, runs: Sequence[Run]) -> tuple[str, dict[str, Told]]:
    """Return the text of a walk file in which failed cases expect what came, and by case what was changed.

    Args:
        runs: All runs of the cases to accept; when those that `for_each` made of one came to different things, the
            case is left as it is.
    """
    reader = Reader(file, text)
    root = reader.root()
    if isinstance(root, yaml.MappingNode):
        root = reader.fields(root, "a walk file", (), ("tree", "defaults", "cases")).get("cases")
    edits: list[tuple[int, int, str]] = []
    found: dict[str, Told] = {}
    for item in root.value if root is not None else ():
        fields = {key.value: value for key, value in item.value} if isinstance(item, yaml.MappingNode) else {}
        name = str(getattr(fields.get("name"), "value", ""))
        wanted = [_wanted(run) for run in runs if run.case.written == name and not run.passed]
        expect = fields.get("expect")
        alike = wanted and wanted[0] and wanted.count(wanted[0]) == len(wanted)
        if alike and isinstance(expect, yaml.MappingNode) and expect.value:
            found[name] = {}
            edits += _edits(text, expect, wanted[0], found[name])
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text, found


def _wanted(run: Run) -> dict[str, str | None]:
    """Return by key what a failed case should expect, as written; None for what it should not expect any more."""
    found: dict[str, object] = {}
    if run.verdict is None:
        return {}
    for problem in run.problems:
        key, expected = problem.key, run.case.expect.get(problem.key)
        if key in OF_OUTCOME and run.verdict.outcome is None:
            # Nothing is decided, so nothing can be expected of the outcome.
            found |= {**dict.fromkeys((one for one in run.case.expect if one in OF_OUTCOME), _NOTHING)}
            found |= expectations_of(run.verdict)
        elif key in OF_OUTCOME and run.verdict.outcome is not None:
            found[key] = OF_OUTCOME[key](run.verdict.outcome)
        elif key == "possible" and not isinstance(expected, AtLeast):
            found[key] = tuple(one.outcome.id for one in run.verdict.possible)
        elif key in ("possible", "advice", "not_advice") and isinstance(expected, tuple):
            found[key] = type(expected)(one for one in expected if one not in problem.missing + problem.extra)
        elif key in ("status", "max_questions"):
            found[key] = run.verdict.status if key == "status" else int(problem.came)
    if not {*run.case.expect, *found} - {key for key, value in found.items() if value in (_NOTHING, ())}:
        return {}  # nothing would be left to expect
    return {key: None if value in (_NOTHING, ()) else written(value) for key, value in found.items()}


_NOTHING = object()


def _edits(
    text: str, node: yaml.MappingNode, wanted: Mapping[str, str | None], told: Told
) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, new text) for what is wanted of a mapping of expectations, and note in `told` what it is."""
    spans = {
        key.value: (key.start_mark.index, value.start_mark.index, _end_of(text, value)) for key, value in node.value
    }
    old = {key: " ".join(text[start:end].split()) for key, (_, start, end) in spans.items()}
    told |= {key: (old.get(key), new) for key, new in wanted.items()}
    fresh = [f"{key}: {new}" for key, new in wanted.items() if new is not None and key not in spans]
    if text[node.start_mark.index] == "{":
        kept = [f"{key}: {new}" for key, was in old.items() if (new := wanted.get(key, was)) is not None]
        yield node.start_mark.index, node.end_mark.index, f"{{{', '.join([*kept, *fresh])}}}"
        return
    indent = " " * node.start_mark.column
    top = text.rfind("\n", 0, node.start_mark.index) + 1
    yield top, top, "".join(f"{indent}{line}\n" for line in fresh)
    for key, new in wanted.items():
        if key not in spans:
            continue
        start, value, end = spans[key]
        # What is not expected any more goes with its line.
        yield (value, end, new) if new is not None else (text.rfind("\n", 0, start) + 1, text.find("\n", end) + 1, "")


def _end_of(text: str, value: yaml.Node) -> int:
    """Return where a value ends: a list on lines of its own ends, to YAML, only where the next thing begins."""
    if isinstance(value, yaml.CollectionNode) and value.value and text[value.start_mark.index] not in "{[":
        last = value.value[-1]
        return _end_of(text, last[1] if isinstance(last, tuple) else last)
    return int(value.end_mark.index)
