"""A question as it is drawn in a window of any size: rows of pieces, each with the name of its style.

All that is drawn fits the window. What has no room goes in this order: blank rows, the trail but for one row, the
head, the trail, the progress; then the list scrolls. Nothing is cut off in the midst of a word that matters.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cakwizard.asking.choosing import Chooser
from cakwizard.asking.protocol import Choice, Command, Key
from cakwizard.words import Words, words

Row = list[tuple[str, str]]
"""Pieces of a row: the name of a style in `showing.terminal.STYLES` ("" for none), and a text."""

POINTER = "❯"
EXPLAINED_ROWS = 6
"""How many rows an explanation takes at most; the whole is read on a screen of its own."""

_DROPPED = ("gap3", "gap0", "gap2", "gap1", "trail", "head", "trail", "hint", "progress")
_FEWEST_CHOICES = 3  # rows of the list at the least
_NARROW = 60
_FEW = 2
"""Where more explanations than this have no room behind their label, none stands there."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows, and where the cursor stands (row, column) if it is to be seen."""

    rows: list[Row]
    cursor: tuple[int, int] | None


def plain(rows: Iterable[Row]) -> str:
    """Return rows as text without styles."""
    return "\n".join("".join(text for style, text in row if style != "[ZeroWidthEscape]").rstrip() for row in rows)


def wrap(text: str, width: int) -> list[str]:
    """Return the lines of a text, none of an empty one; one column is enough."""
    return textwrap.wrap(text, max(1, width), break_on_hyphens=False)


def _rows(style: str, text: str, width: int) -> list[Row]:
    return [[(style, row)] for row in wrap(text, width)]


def draw(chooser: Chooser, language: str, width: int, height: int) -> Drawn:
    """Return a question with its choices and what was typed, in a window of `width` x `height`."""
    say, prompt = words(language), chooser.prompt
    width, height = max(1, width), max(1, height)
    line, cursor = _input_row(chooser, width)
    blocks: dict[str, list[Row]] = {
        "head": _head(prompt.head, width),
        "gap0": [[]] if prompt.trail else [],
        "trail": [step_row(step, width) for step in prompt.trail],
        "gap1": [[]],
        "notes": [row for note in prompt.notes for row in _rows("mind", note, width)],
        "progress": _rows("help", prompt.progress, width),
        "question": _rows("heading", prompt.text, width),
        "hint": _rows("help", prompt.free, width) if prompt.choices else [],
        "explanation": _explanation(chooser, say, width),
        "gap2": [[]] if chooser.shown or chooser.read else [],
        "list": [],
        "gap3": [[]],
        "keys": _keys(chooser, say, width),
        "input": [line],
    }
    blocks["list"], first, last = _list(chooser, width)

    def too_many() -> int:
        return sum(map(len, blocks.values())) - height

    for name in _DROPPED:
        if too_many() > 0:
            shorter = name == "trail" and len(blocks["trail"]) > 1
            blocks[name] = trail_row(prompt.trail, width) if shorter else []
    if too_many() > 0:
        # What is beside the labels is said by ? as well.
        blocks["list"], first, last = _list(chooser, width, explained=False)
    blocks["list"] = _scrolled(blocks["list"], first, last, len(blocks["list"]) - max(0, too_many()), say)
    # In a tiny window its end is seen, with the list and what is typed.
    rows = [row for block in blocks.values() for row in block][-height:]
    return Drawn(rows, (len(rows) - 1, cursor))


def trail_row(trail: Sequence[tuple[str, str]], width: int) -> list[Row]:
    """Return the answers in a word or two each on one row: without the questions, or the last of them, if need be."""
    answers = [(name, re.split(r"[,;(]", answer)[0].strip()) for name, answer in trail]
    for start, named in [(0, True), *((start, False) for start in range(len(trail)))]:
        row: Row = [("done", "✓ … " if start else "✓ ")]
        for number, (name, answer) in enumerate(answers[start:]):
            row += [("help", " · " if number else ""), ("help", f"{name} " if named else ""), ("", answer)]
        if trail and sum(len(text) for _, text in row) <= width:
            return [row]
    return []


def key_rows(keys: Sequence[Key], foot: str, width: int) -> list[Row]:
    """Return the letters that do something, in columns; what they do is said in short where the window is narrow."""
    texts = [one.text if width >= _NARROW else one.short for one in keys]
    columns, widths = 1, [width]
    for count in range(2, len(texts) + 1):
        each = [max(len(text) for text in texts[start::count]) for start in range(count)]
        if 1 + sum(each) + 4 * count - 2 <= width:
            columns, widths = count, each
    rows: list[Row] = []
    for number, (one, text) in enumerate(zip(keys, texts, strict=True)):
        column = number % columns
        if not column:
            rows.append([])
        rows[-1] += [("", "  " if column else " "), ("key", one.key), ("", f" {text.ljust(widths[column])}")]
    if rows and foot and width >= _NARROW:
        used = sum(len(text) for _, text in rows[-1]) + 2
        rows += [[]] if used + len(foot) > width else []
        rows[-1].append(("help", f"  {foot}" if rows[-1] else f" {foot}"))
    return rows


def _head(head: tuple[str, str], width: int) -> list[Row]:
    title, facts = head
    name = title.split("  ")[0]
    for left in (title, name, ""):
        if len(left) + 2 + len(facts) <= width:
            rest = left[len(name) :] if left else ""
            return [[("key", name if left else ""), ("", rest), ("help", facts.rjust(width - len(left)))]]
    return _rows("help", facts, width)


def step_row(step: tuple[str, str], width: int) -> Row:
    """Return one answer of the trail; a long one ends in an ellipsis, since it is only a reminder."""
    name, answer = step
    room = max(1, width - 17)
    shown = answer if len(answer) <= room else f"{answer[: room - 1]}…"
    return [("done", "✓ "), ("help", name.ljust(15)), ("", shown)] if width > 20 else [("done", f"✓ {name}"[:width])]


def _explanation(chooser: Chooser, say: Words, width: int) -> list[Row]:
    if not chooser.explaining or chooser.prompt.explanation is None:
        return []
    pointed = chooser.choice.pointed if chooser.choice is not None else ""
    first = chooser.prompt.explanation()[0]
    texts = ([pointed] if pointed else []) + [one.text for one in first.items]
    rows = [row for text in texts for row in wrap(text, width - 2)]
    if len(rows) > EXPLAINED_ROWS:
        rows = [*rows[: EXPLAINED_ROWS - 1], say("menu.more_help")]
    return [[("help", "│ "), ("", row)] for row in rows]


def _list(chooser: Chooser, width: int, *, explained: bool = True) -> tuple[list[Row], int, int]:
    """Return the rows of the list, and the first and last of those of the pointed choice."""
    if chooser.read:
        wide = max(len(name) for name, _ in chooser.read) + 2
        found = [(name, row) for name, text in chooser.read for row in wrap(text, width - wide - 2)]
        return [[("done", "✓ "), ("help", name.ljust(wide)), ("", row)] for name, row in found], 0, 0
    choices = chooser.shown
    before = 8 if chooser.several else 4
    beside = _beside([*chooser.prompt.choices, *choices], width - before)
    rows: list[Row] = []
    first = last = 0
    for number, one in enumerate(choices):
        start = len(rows)
        fits = beside > 0 and len(one.label) + 2 + len(one.explain) <= width - before
        rows += _choice(chooser, one, number, width, beside if fits else -1 if explained else 0)
        if number == chooser.pointed:
            first, last = start, len(rows) - 1
    return rows, first, last


def _beside(choices: Sequence[Choice], width: int) -> int:
    """Return the column at which explanations stand behind labels; 0 where they have no room there."""
    explained = [one for one in choices if one.explain]
    fitting = [one for one in explained if len(one.label) + 2 + len(one.explain) <= width]
    if not fitting or len(explained) - len(fitting) > _FEW:
        return 0
    # A label that reaches into this column has its explanation right behind it.
    return min(max(len(one.label) for one in choices) + 2, width - max(len(one.explain) for one in fitting))


def _choice(chooser: Chooser, one: Choice, number: int, width: int, beside: int) -> list[Row]:
    """Return a choice; its explanation stands at the column `beside`, or where that is -1 below it if pointed at."""
    pointed = number == chooser.pointed
    style = "pointed" if pointed else ""
    counted = not chooser.matches.narrowed and not one.takes and number < 9
    key = one.key or (str(number + 1) if counted else " " if any(other.key for other in chooser.shown) else "")
    mark = f"{POINTER} " if pointed else "  "
    box = ("[x] " if one.id in chooser.ticked else "[ ] ") if chooser.several else ""
    indent = 2 + len(box) + (2 if key else 0)
    lines = wrap(one.label, width - indent) or [""]
    begin: Row = [(style, mark + box), (style or "key", f"{key} " if key else "")]
    rows: list[Row] = [
        [*(begin if not line else [("", " " * indent)]), (style, text)] for line, text in enumerate(lines)
    ]
    if one.explain and beside > 0:
        rows[-1].append(("help", " " * max(2, beside - len(lines[-1])) + one.explain))
    elif pointed and beside < 0:
        rows += [[("help", " " * indent + line)] for line in wrap(one.explain, width - indent)]
    return rows


def _scrolled(rows: list[Row], first: int, last: int, room: int, say: Words) -> list[Row]:
    """Return the part of the list around what is pointed at, with a row that counts what lies outside."""
    if len(rows) <= room:
        return rows
    inner = max(_FEWEST_CHOICES, room) - 1
    start = max(0, min(max(first - inner // 3, last - inner + 1), len(rows) - inner, first))
    above, below = start, len(rows) - start - inner
    return [*rows[start : start + inner], [("help", say("menu.scrolled", above=above, below=below))]]


def _keys(chooser: Chooser, say: Words, width: int) -> list[Row]:
    """Return the row that says which keys do something now, without the least of them where it has no room."""
    prompt, shown = chooser.prompt, len(chooser.shown)
    if chooser.note:
        return _rows("mind", chooser.note, width)
    tally = prompt.tally(frozenset(chooser.ticked)) if prompt.tally is not None else ""
    names = ["help"] if prompt.explanation is not None else []
    names += ["back"] if Command.BACK in prompt.commands else []
    if chooser.read:
        names = ["read", "wipe"]
    elif chooser.typed and chooser.matches.narrowed:
        first = prompt.free if prompt.free and not shown else say("menu.found", count=shown)
        names = [first, "enter", "wipe"] if shown or prompt.free else [first, "wipe"]
    elif chooser.several:
        names = [*filter(None, [tally]), "space" if tally else "tick", "done", *names]
    elif prompt.choices:
        names = ["letter", "enter", "filter", *(["date"] if Command.DATE in prompt.commands else []), *names]
    else:
        names = [prompt.free or "filter", "enter", *names]

    def text(name: str) -> str:
        places = [f"menu.short.{name}"] if width < _NARROW else []
        return next((say(place) for place in (*places, f"menu.key.{name}") if say.has(place)), name)

    for name in ("filter", "date", "letter", "help"):
        if len(" · ".join(map(text, names))) > width and name in names:
            names.remove(name)
    return _rows("help", " · ".join(map(text, names)), width)


def _input_row(chooser: Chooser, width: int) -> tuple[Row, int]:
    """Return the input line, which shows the end of what is longer, and where its cursor stands."""
    shown = chooser.typed[-max(1, width - 3) :]
    return [("key", f"{POINTER} "), ("", shown)], 2 + len(shown)
