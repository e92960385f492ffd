"""Write a case as it is in a walk file, add cases to a file, and let cases of a file expect what came.

What came is written as what is expected, so a recorded case guards against change; whether it is right is for the
author to say. Everything else in a file stays as it was.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import yaml

from cakwizard.deciding.answers import UNKNOWN, parse_answer
from cakwizard.errors import AnswerError, FileError, spoken
from cakwizard.files import read_text, write_whole
from cakwizard.testing.running import OF_OUTCOME, Run, expectations_of
from cakwizard.testing.walkfile import SUFFIX, Case, as_yaml, dumped, read_walks, written
from cakwizard.tree.records import DecisionTree

Told = dict[str, tuple[str | None, str | None]]


def cases_yaml(cases: Iterable[Case], tree: DecisionTree, *, dates: bool = True) -> str:
    """Return cases as the lines of a walk file; without `dates` no days that are what they are when not given."""
    found: list[dict[str, object]] = []
    for case in cases:
        usual = {"care_date": tree.checked_until, "claim_date": max(case.care_date, tree.checked_until)}
        days = {key: getattr(case, key) for key, day in usual.items() if dates or getattr(case, key) != day}
        # A day of its own each: of the same one PyYAML makes an alias, and files with aliases are not read.
        found.append({"name": case.name, **{key: day.replace() for key, day in days.items()}})
        answers = {key: _answer(tree, key, one, case.typed.get(key)) for key, one in case.answers.items()}
        found[-1] |= {"answers": answers, "expect": {key: as_yaml(value) for key, value in case.expect.items()}}
    return dumped(found, width=118, default_flow_style=None)


def _answer(tree: DecisionTree, question: str, options: frozenset[str], typed: str | None) -> str | list[str]:
    """Return an answer as the word that was typed, if that is still understood to be it, or else by its options."""
    with suppress(AnswerError):
        if typed and parse_answer(tree, question, [typed]) == options:
            return typed
    chosen = [option for option in tree.questions[question].options if option in options]
    if len(chosen) == 1:
        return chosen[0]
    return UNKNOWN if len(chosen) == len(tree.questions[question].options) else chosen


def add_cases(
    path: str | Path, cases: Sequence[Case], tree: DecisionTree, *, taken: Collection[str] = (), dates: bool = True
) -> None:
    """Add cases to a walk file, with a number behind a name that the file has or that is in `taken`.

    The file is made when it is not there. Several programs may add to one file at the same time.

    Raises:
        FileError: The file is not a walk file for this tree, or cannot be written.
    """
    path = Path(path)
    if not path.name.endswith(SUFFIX):
        raise FileError(spoken("test.suffix", file=path, suffix=SUFFIX))
    with _alone_in(path):
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
        if count != len(file.cases) + len(cases):
            raise FileError(spoken("test.unfit", file=path))
        write_whole(path, text.encode(), force=True)


def with_own_names(cases: Iterable[Case], taken: Collection[str]) -> Iterator[Case]:
    """Yield cases with a number behind each name that is taken."""
    names = set(taken)
    for case in cases:
        name, number = case.name, 2
        while name in names:
            name, number = f"{case.name} ({number})", number + 1
        names.add(name)
        yield replace(case, name=name)


@contextmanager
def _alone_in(path: Path) -> Iterator[None]:
    """Wait until no other program changes a file, and keep others waiting meanwhile.

    The folder is what is locked: the file itself is put in its place anew with every change. Where the system has no
    such locks (Windows) nobody waits, and the last to write wins.
    """
    with ExitStack() as held:
        with suppress(ImportError, OSError):
            import fcntl

            handle = os.open(path.resolve().parent, os.O_RDONLY)
            held.callback(os.close, handle)  # lets go of the lock as well
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def accept(path: str, tree: DecisionTree, runs: Sequence[Run]) -> dict[str, Told]:
    """Let failed cases of a walk file expect what came; return by case and key what was expected and what is now.

    Args:
        runs: All runs of the cases to accept; when those that `for_each` made of one came to different things, the
            case is left as it is.
    """
    found: dict[str, Told] = {}
    with _alone_in(Path(path)):
        text = read_text(path)
        nodes = {case.written: case.node for case in read_walks(text, path, tree).cases}
        # From the end, so that what lies before a change stays where it is.
        for name, node in reversed(nodes.items()):
            wanted = [_wanted(run) for run in runs if run.case.written == name and not run.passed]
            alike = wanted and wanted[0] and wanted.count(wanted[0]) == len(wanted)
            if alike and isinstance(node, yaml.MappingNode) and node.value:
                text, found[name] = _edited(text, node, wanted[0])
        if found:
            read_walks(text, path, tree)  # what cannot be read back is not written
            write_whole(path, text.encode(), force=True)
    return dict(reversed(found.items()))


def _wanted(run: Run) -> dict[str, str | None]:
    """Return by key what a failed case should expect, as written; None for what it should not expect any more."""
    found: dict[str, object] = {}
    expect, verdict = run.case.expect, run.verdict
    for problem in run.problems:
        if verdict and verdict.outcome is None and problem.key in OF_OUTCOME:
            # Nothing is decided, so nothing can be expected of the outcome.
            found |= {**{one: () for one in expect if one in OF_OUTCOME}, **expectations_of(verdict)}
        elif problem.key in expect and problem.key not in ("says", "never_says"):
            found[problem.key] = problem.instead
    if all(value == () for value in {**expect, **found}.values()):
        return {}  # nothing would be left to expect
    return {key: None if value == () else written(value) for key, value in found.items()}


def _edited(text: str, node: yaml.MappingNode, wanted: Mapping[str, str | None]) -> tuple[str, Told]:
    """Return a text in which a mapping of expectations is as wanted, and what that changes."""
    spans = {
        key.value: (key.start_mark.index, value.start_mark.index, _end_of(text, value)) for key, value in node.value
    }
    old = {key: " ".join(text[start:end].split()) for key, (_, start, end) in spans.items()}
    fresh = [f"{key}: {new}" for key, new in wanted.items() if new is not None and key not in spans]
    first = node.start_mark.index
    if text[first] == "{":
        kept = [f"{key}: {new}" for key, was in old.items() if (new := wanted.get(key, was)) is not None]
        text = f"{text[:first]}{{{', '.join([*kept, *fresh])}}}{text[node.end_mark.index :]}"
    else:
        for key, (start, value, end) in reversed(spans.items()):
            new = wanted.get(key, old[key])
            if new is None:  # what is not expected any more goes with its line
                text = text[: text.rfind("\n", 0, start) + 1] + text[end:].partition("\n")[2]
            elif key in wanted:
                text = text[:value] + new + text[end:]
        top, indent = text.rfind("\n", 0, first) + 1, " " * node.start_mark.column
        text = text[:top] + "".join(f"{indent}{line}\n" for line in fresh) + text[top:]
    return text, {key: (old.get(key), new) for key, new in wanted.items()}


def _end_of(text: str, value: yaml.Node) -> int:
    """Return where a value ends: a list on lines of its own ends, to YAML, only where the next thing begins."""
    if isinstance(value, yaml.CollectionNode) and value.value and text[value.start_mark.index] not in "{[":
        last = value.value[-1]
        return _end_of(text, last[1] if isinstance(last, tuple) else last)
    return int(value.end_mark.index)
