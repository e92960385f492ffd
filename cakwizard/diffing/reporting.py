"""The difference between two trees as text, Markdown and data."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from cakwizard.diffing import Difference
from cakwizard.diffing.records import Change
from cakwizard.diffing.walks import NO_RULE
from cakwizard.diffing.walks import NOT_OFFERED
from cakwizard.diffing.walks import OTHER_ENDS
from cakwizard.diffing.walks import Turn
from cakwizard.errors import Location
from cakwizard.markdown import escaped
from cakwizard.model import DecisionTree
from cakwizard.model import Route
from cakwizard.model import Value
from cakwizard.model import Window
from cakwizard.scripts.reporting import failure_text
from cakwizard.wording import MAX_BITS
from cakwizard.wording import fill
from cakwizard.wording import format_count

__all__ = ["as_json", "as_markdown", "as_text"]

HEADINGS: Mapping[str, str] = {
    "route": "Routes",
    "amount": "Amounts",
    "date": "Dates",
    "certainty": "Certainty",
    "text": "Texts",
    "advice": "Advice given",
    "source": "Sources",
    "added": "Added",
    "removed": "Removed",
    "other": "Other",
}
MAX_ENDS = 20


def as_text(difference: Difference, language: str) -> str:
    """Return the difference for a terminal; the texts of the trees in one language."""
    lines = [f"{_name(difference.old)} -> {_name(difference.new)}", "", _summary(difference)]
    for turn in difference.walks.turns:
        lines.append(f"  {_place(turn)}: {_parting(difference, turn, language)}: {_walks(turn.count)}")
        lines += [f"    {one}" for one in (*_days(turn.windows), *_ends(difference, turn, language))]
    if not difference.walks.complete:
        lines.append("  The trees ask so differently that not every walk could be compared.")
    for sort, found in _by_sort(difference):
        lines += ["", f"{HEADINGS[sort]}:"]
        for change in found:
            lines.append(f"  {change.location}: {_what(change)}{_ending(difference, change)}")
            lines += [f"    - {change.old}"] if change.old is not None else []
            lines += [f"    + {change.new}"] if change.new is not None else []
    if difference.saved:
        lines += ["", _saved(difference)]
        for run in difference.broken:
            lines += [f"  {run.case.location}: {run.case.name}"]
            lines += [f"    {line}" for line in failure_text(run, language).splitlines()]
    return "\n".join(lines) + "\n"


def as_markdown(difference: Difference, language: str) -> str:
    """Return the difference for a changelog or a review."""
    lines = [
        f"# {escaped(_name(difference.old))} → {escaped(_name(difference.new))}",
        "",
        escaped(_summary(difference)),
    ]
    if difference.walks.turns:
        lines += ["", "## Walks that end elsewhere", ""]
    for turn in difference.walks.turns:
        place = f"`{str(_place(turn)).replace('`', '')}`"
        lines.append(f"- {escaped(_parting(difference, turn, language))}: {_walks(turn.count)} ({place})")
        lines += [f"  - {escaped(one)}" for one in (*_days(turn.windows), *_ends(difference, turn, language))]
    if not difference.walks.complete:
        lines += ["", "The trees ask so differently that not every walk could be compared."]
    for sort, found in _by_sort(difference):
        lines += ["", f"## {HEADINGS[sort]}", ""]
        for change in found:
            values = " → ".join(escaped(one) for one in (change.old, change.new) if one is not None)
            lines.append(f"- {escaped(_what(change) + _ending(difference, change))}{': ' if values else ''}{values}")
    if difference.saved:
        lines += ["", "## Saved walks", ""]
        lines.append(_saved(difference))
        lines += [""] if difference.broken else []
        for run in difference.broken:
            lines.append(f"- {escaped(run.case.name)} (`{run.case.location}`)")
            lines += [f"  - {escaped(line)}" for line in failure_text(run, language).splitlines()]
    return "\n".join(lines) + "\n"


def as_json(difference: Difference) -> dict[str, Any]:
    """Return the difference as data; numbers of walks are exact, and past 2^128 a text such as "10^602"."""
    walks = difference.walks
    return {
        "format": 1,
        "same": difference.is_empty,
        "old": _tree_json(difference.old),
        "new": _tree_json(difference.new),
        "walks": {
            "total": _number(walks.total),
            "changed": _number(walks.changed),
            "complete": walks.complete,
            "turns": [_turn_json(turn) for turn in walks.turns],
        },
        "changes": [
            {
                "sort": change.sort,
                "kind": change.kind,
                "id": change.id,
                "field": change.field or None,
                "old": change.old,
                "new": change.new,
                "file": change.location.file,
                "line": change.location.line,
                "walks": _number(walks.same_end.get(change.id, 0)) if change.kind == "outcome" else None,
            }
            for change in difference.changes
        ],
        "saved": {
            "total": difference.saved,
            "broken": [
                {
                    "name": run.case.name,
                    "file": run.case.location.file,
                    "line": run.case.location.line,
                    "problems": [{"key": one.key, "expected": one.expected, "came": one.came} for one in run.problems],
                }
                for run in difference.broken
            ],
        },
    }


def _number(count: int) -> int | str:
    return count if count.bit_length() <= MAX_BITS else format_count(count)


def _tree_json(tree: DecisionTree) -> dict[str, str]:
    return {"file": tree.file, "edition": tree.edition, "sha256": tree.sha256}


def _turn_json(turn: Turn) -> dict[str, Any]:
    return {
        "walks": _number(turn.count),
        "old_node": turn.old_node,
        "new_node": turn.new_node,
        "question": turn.step.question,
        "option": turn.step.option,
        "asked": {"leads": "in both", "asks": "in new", "skips": "in old"}[turn.step.kind],
        "old": _route_json(turn.old_route),
        "new": _route_json(turn.new_route),
        "days": [
            {"from": one.start and one.start.isoformat(), "until": one.end and one.end.isoformat()}
            for one in turn.windows
        ],
        "ends": [
            {"old": _end_json(old), "new": _end_json(new), "walks": _number(count)}
            for (old, new), count in turn.ends.items()
        ],
    }


def _route_json(route: Route | None) -> dict[str, Any] | None:
    if route is None:
        return None
    return {"target": route.target, "file": route.location.file, "line": route.location.line}


def _end_json(end: str) -> str | None:
    return None if end in (NO_RULE, NOT_OFFERED) else end


# -- in words -----------------------------------------------------------------


def _name(tree: DecisionTree) -> str:
    return f"{tree.file} (edition {tree.edition})"


def _summary(difference: Difference) -> str:
    walks = difference.walks
    if difference.is_empty:
        return f"Nothing changed: {_walks(walks.total)} compared."
    return (
        f"{format_count(walks.changed)} of {_walks(walks.total)} {'ends' if walks.changed == 1 else 'end'} elsewhere."
    )


def _walks(count: int, which: str = "") -> str:
    return f"{format_count(count)} {which}walk{'' if count == 1 else 's'}"


def _saved(difference: Difference) -> str:
    broken = len(difference.broken)
    return f"{broken} of {_walks(difference.saved, 'saved ')} no longer {'holds' if broken == 1 else 'hold'}."


def _place(turn: Turn) -> Location:
    """Return where the change stands: at the new route, or else where the old one stood."""
    route = turn.new_route or turn.old_route
    return route.location if route is not None else Location("")


def _parting(difference: Difference, turn: Turn, language: str) -> str:
    """Return the answer that parts the walks, and what became of it."""
    step = turn.step
    tree = difference.old if step.kind == "skips" else difference.new
    question = tree.questions.get(step.question) or difference.old.questions[step.question]
    option = question.options.get(step.option) or difference.old.questions[step.question].options[step.option]
    said = f"'{question.text[language]}' '{option.text[language]}'"
    return {"leads": said, "asks": f"now asked: {said}", "skips": f"no longer asked: {said}"}[step.kind]


def _days(windows: tuple[Window, ...]) -> Iterator[str]:
    """Yield for which days of care a change holds, unless for all."""
    for window in windows:
        parts = ([f"from {window.start}"] if window.start else []) + ([f"until {window.end}"] if window.end else [])
        if parts:
            yield f"for care {' '.join(parts)}"


def _ends(difference: Difference, turn: Turn, language: str) -> Iterator[str]:
    """Yield from which outcome to which other, the most walks first."""
    found = sorted(turn.ends.items(), key=lambda item: -item[1])
    for (old, new), count in found[:MAX_ENDS]:
        before, after = _title(difference.old, old, language), _title(difference.new, new, language)
        yield f"{before} -> {after}: {format_count(count)}"
    if len(found) > MAX_ENDS:
        yield f"and {len(found) - MAX_ENDS} more pairs of outcomes"


def _title(tree: DecisionTree, end: str, language: str) -> str:
    if end in (NO_RULE, NOT_OFFERED, OTHER_ENDS):
        return end
    outcome = tree.outcomes.get(end)
    if outcome is None:
        return end
    values: dict[str, Value] = {} if outcome.percent is None else {"percent": outcome.percent}
    scheme = tree.schemes[outcome.scheme].name[language]
    return f"{scheme}: {fill(outcome.title, language, values)} [{end}]"


def _by_sort(difference: Difference) -> Iterator[tuple[str, list[Change]]]:
    order = list(HEADINGS)
    found = sorted(difference.changes, key=lambda change: order.index(change.sort))
    for sort, group in groupby(found, key=lambda change: change.sort):
        yield sort, list(group)


def _what(change: Change) -> str:
    parts = [change.kind, f"'{change.id}'" if change.id else "", change.field]
    return " ".join(part for part in parts if part)


def _ending(difference: Difference, change: Change) -> str:
    """Return how many walks end in an outcome that changed."""
    count = difference.walks.same_end.get(change.id, 0) if change.kind == "outcome" else 0
    return f" ({_walks(count)} end{'s' if count == 1 else ''} there)" if count else ""
