"""Write into a walk file what came of cases that fail, with everything else in the file as it was.

Only what was expected is changed, value by value, so comments stay. What cannot be a value (a sentence that is not
said, an answer that is not offered) is left to the author.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import yaml

from cakwizard.testing.recording import expectations_of, written
from cakwizard.testing.running import OF_OUTCOME, Run
from cakwizard.testing.walkfile import AtLeast
from cakwizard.tree.reading import Reader

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
