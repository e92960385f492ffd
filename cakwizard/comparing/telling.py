"""The difference between two trees in words (text or Markdown) and as data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from cakwizard.comparing.diff import SORTS, Change, Comparison, Turn
from cakwizard.comparing.walker import NO_RULE, NOT_OFFERED, Unlike
from cakwizard.errors import Location
from cakwizard.saying.phrases import certainty_text, headline, window_words
from cakwizard.showing.as_json import plain
from cakwizard.showing.text import escaped
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Certainty
from cakwizard.words import words

_MOST = 20
"""How many outcomes, or names of what changed alike, are listed before the rest is counted."""

Entry = tuple[str, Location | None, Sequence[str]]
"""A sentence, its place, and lines below it."""
Part = tuple[str, Sequence[Entry]]
"""A heading and what is under it."""


def written(parts: Iterable[Part], form: str) -> str:
    """Return parts as plain text or as Markdown; the first has the title for its heading."""
    rows = []
    for number, (heading, entries) in enumerate(parts):
        if form == "markdown":
            rows += ["", f"{'##' if number else '#'} {escaped(heading)}", ""]
        else:
            rows += ["", f"{heading}{':' if number else ''}"]
        for text, place, below in entries:
            if form == "markdown":
                rows.append(f"- {escaped(text)}{f' (`{place}`)' if place else ''}")
                rows += [f"  - {escaped(one)}" for one in below]
            else:
                rows.append(f"  {f'{place}: ' if place else ''}{text}")
                rows += [f"    {one}" for one in below]
    return "\n".join(rows[1:]) + "\n"


def parts(found: Comparison, language: str) -> Iterator[Part]:
    """Yield what is different in words, which cases first."""
    say = words(language)
    if found.turns or found.changes:
        head = [say("diff.changed", count=found.changed, total=found.total)]
    else:
        head = [say("diff.nothing", count=found.total)]
    head += [say("diff.edition", edition=found.new.edition)] if found.same_edition else []
    head += [] if found.complete else [say("diff.incomplete")]
    names = [f"{tree.file} ({say('diff.named', edition=tree.edition)})" for tree in (found.old, found.new)]
    yield " → ".join(names), [(one, None, ()) for one in head]
    alike_turns: dict[object, list[Turn]] = defaultdict(list)
    for turn in found.turns:
        alike_turns[frozenset(turn.ends), turn.windows, bool(turn.steps)].append(turn)
    if found.turns:
        yield say("diff.turns"), [_turns(found, turns, language) for turns in alike_turns.values()]
    for sort in SORTS:
        alike: dict[object, list[Change]] = defaultdict(list)
        for change in found.changes:
            # Sources that were read again on one day are told together, whenever they were read before.
            old = None if change.kind == "source" and change.sort == "date" else change.old
            if change.sort == sort:
                alike[change.kind, change.field, old, change.new].append(change)
        if alike:
            yield say(f"diff.sort.{sort}"), [_change(group, language) for group in alike.values()]


def _turns(found: Comparison, turns: list[Turn], language: str) -> Entry:
    """Return places at which cases part alike as one sentence, with from what to what they moved below it."""
    say, first = words(language), turns[0]
    ends = sum((turn.ends for turn in turns), type(first.ends)())
    windows = (window_words(window, language, brief=False) for window in first.windows)
    lines = [say("diff.care", days=days) for days in windows if days]
    for (old, new, unlikes), count in ends.most_common(_MOST):
        named = [_title(tree, end, language) for tree, end in ((found.old, old), (found.new, new))]
        what = " → ".join(named) if old != new else "; ".join(unlike_text(one, language) for one in unlikes)
        lines.append(f"{what if old != new or not first.steps else f'{named[1]}: {what}'}: {count}")
    lines += [say("diff.more", count=len(ends) - _MOST)] if len(ends) > _MOST else []
    cases, places = say("diff.cases", count=ends.total()), [_place(found, turn, language) for turn in turns]
    if len(turns) == 1:
        return f"{places[0]}: {cases}", first.location, lines
    lines += [f"{turn.location}: {place}" for turn, place in zip(turns, places, strict=True)]
    return say("diff.places", count=len(turns), cases=cases), None, lines


def _place(found: Comparison, turn: Turn, language: str) -> str:
    """Return the question and the answers at which cases part, or the outcome that changed."""
    if not turn.steps:
        return _title(found.new if turn.place in found.new.outcomes else found.old, turn.place, language)
    kind, key = turn.steps[0][:2]
    asked = [tree.questions[key] for tree in (found.new, found.old) if key in tree.questions]
    options = {**asked[-1].options, **asked[0].options}
    answers = _listed((f'"{options[step.option].text[language]}"' for step in turn.steps), language)
    return words(language)(f"diff.{kind}", question=asked[0].text[language], answers=answers)


def _title(tree: DecisionTree, end: str, language: str) -> str:
    if end in tree.outcomes:
        return f"{headline(tree, tree.outcomes[end], language)} [{end}]"
    return words(language)("diff.no_rule" if end == NO_RULE else "diff.not_offered")


def unlike_text(one: Unlike, language: str) -> str:
    """Return in words in which respect two ends differ."""
    say = words(language)
    if isinstance(one.old, frozenset) and isinstance(one.new, frozenset):
        changed = {"gone": one.old, "added": one.new}
        return ", ".join(say(f"diff.{key}", what=_listed(sorted(ids), language)) for key, ids in changed.items() if ids)
    old, new = (_value(one.field, value, language) for value in (one.old, one.new))
    return f"{say(f'diff.field.{one.field}')} {old} → {new}"


def _value(field: str, value: object, language: str) -> str:
    if value is None or isinstance(value, bool):
        return words(language)(f"diff.value.{str(value).lower()}")
    if field == "certainty":
        return certainty_text(Certainty[str(value)], language)
    if isinstance(value, tuple):
        months, start, last, late = value
        return f"{months} ({start}{f', {last}' if last else ''}{', ' + words(language)('diff.late') if late else ''})"
    return f"{value}%" if field == "percent" else str(value)


def _listed(names: Iterable[str], language: str) -> str:
    names = list(names)
    more = [words(language)("diff.more", count=len(names) - _MOST)] if len(names) > _MOST else []
    return ", ".join([*names[:_MOST], *more])


def _change(group: list[Change], language: str) -> Entry:
    """Return what changed alike in several records as one sentence; routes by their node."""
    say, first = words(language), group[0]
    names: dict[str, list[str]] = defaultdict(list)
    for change in group:
        node, _, option = change.id.partition(".") if change.kind == "route" else (change.id, "", "")
        names[node] += [option] if option else []
    shown = [f"'{name}'{f' ({_listed(options, language)})' if options else ''}" for name, options in names.items()]
    kind = say(f"diff.kind.{first.kind.replace(' ', '_')}", count=len(group))
    text = " ".join(filter(None, [kind if len(group) == 1 else f"{len(group)} {kind}", first.field]))
    old = {change.old for change in group if change.old is not None}
    below = [f"{say('diff.was')}: {one}" for one in old if len(old) == 1]
    below += [f"{say('diff.now')}: {first.new}"] if first.new is not None else []
    place = None if first.kind == "tree" else first.location
    return (f"{text}: {_listed(shown, language)}" if first.id else text), place, below


def as_json(found: Comparison) -> dict[str, Any]:
    """Return the difference as data."""
    sides = {"old": found.old, "new": found.new}
    return {
        "format": 2,
        "same": not (found.turns or found.changes),
        "same_edition": found.same_edition,
        **{key: {"file": one.file, "edition": one.edition, "sha256": one.sha256} for key, one in sides.items()},
        "cases": {"total": found.total, "changed": found.changed, "complete": found.complete},
        "turns": [_turn_json(turn) for turn in found.turns],
        "changes": [{**asdict(one), "location": str(one.location)} for one in found.changes],
    }


def _turn_json(turn: Turn) -> dict[str, Any]:
    ends = []
    for (*sides, unlikes), count in turn.ends.most_common():
        old, new = (None if end in (NO_RULE, NOT_OFFERED) else end for end in sides)
        ends.append({"old": old, "new": new, "cases": count, "unlike": [one._asdict() for one in unlikes]})
    answers, where = [step._asdict() for step in turn.steps], {"place": turn.place, "location": str(turn.location)}
    data: dict[str, Any] = plain({"answers": answers, "cases": turn.ends.total(), "days": turn.windows, "ends": ends})
    return where | data
