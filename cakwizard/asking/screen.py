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

__all__ = ["Drawn", "Row", "draw", "key_rows", "plain", "step_row", "trail_row", "wrap"]

Row = list[tuple[str, str]]
"""Pieces of a row: the name of a style in `showing.terminal.STYLES` ("" for none), and a text."""

POINTER = "❯"
EXPLAINED_ROWS = 6
"""How many rows an explanation takes at most; the whole is read on a screen of its own."""

_DROPPED = ("gap3", "gap0", "gap2", "gap1", "trail", "head", "trail", "hint", "progress")
_SHORT = ("letter", "enter", "space", "tick", "done")
_FEWEST_CHOICES = 3
_NARROW = 60


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows, and where the cursor stands (row, column)."""

    rows: list[Row]
    cursor: tuple[int, int]


def plain(rows: Iterable[Row]) -> str:
    """Return rows as text without styles."""
    return "\n".join("".join(text for _, text in row).rstrip() for row in rows)


def wrap(text: str, width: int) -> list[str]:
    """Return the lines of a text; one column is enough."""
    return textwrap.wrap(text, max(1, width), break_on_hyphens=False) or [""]


def draw(chooser: Chooser, language: str, width: int, height: int) -> Drawn:
    """Return a question with its choices and what was typed, in a window of `width` x `height`."""
    say, prompt = words(language), chooser.prompt
    width, height = max(1, width), max(1, height)
    line, cursor = _input_row(chooser, width)
    blocks: dict[str, list[Row]] = {
        "head": _head(prompt.head, width),
        "gap0": [[]],
        "trail": [step_row(step, width) for step in prompt.trail],
        "gap1": [[]],
        "notes": [[("mind", row)] for note in prompt.notes for row in wrap(note, width)],
        "progress": [[("help", row)] for row in wrap(prompt.progress, width)] if prompt.progress else [],
        "question": [[("heading", row)] for row in wrap(prompt.text, width)],
        "hint": [[("help", row)] for row in wrap(prompt.free, width)] if prompt.free and prompt.choices else [],
        "explanation": _explanation(chooser, say, width),
        "gap2": [[]],
        "list": [],
        "gap3": [[]],
        "keys": _keys(chooser, say, width),
        "input": [line],
    }
    listed, first, last = _list(chooser, width)
    blocks["list"] = listed
    for gap, needs in (("gap0", "trail"), ("gap2", "list")):
        blocks[gap] = blocks[gap] if blocks[needs] else []

    def too_many() -> int:
        return sum(map(len, blocks.values())) - height

    for name in _DROPPED:
        if too_many() > 0:
            shorter = name == "trail" and len(blocks["trail"]) > 1
            blocks[name] = trail_row(prompt.trail, width) if shorter else []
    if too_many() > 0:
        # What is beside the labels is said by ? as well.
        listed, first, last = _list(chooser, width, explained=False)
        blocks["list"] = listed
    fewest = min(_FEWEST_CHOICES, len(listed))
    for name in ("notes", "explanation", "keys", "question"):
        if too_many() > len(listed) - fewest:
            blocks[name] = blocks[name][: max(0, len(blocks[name]) - too_many() + len(listed) - fewest)]
    blocks["list"] = _scrolled(listed, first, last, max(0, len(listed) - max(0, too_many())), say)
    if too_many() > 0:
        blocks = {"input": blocks["input"][:height]}
    rows = [row for block in blocks.values() for row in block]
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
    return [[("help", row)] for row in wrap(facts, width)]


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
    beside = _beside(chooser, width)
    rows: list[Row] = []
    first = last = 0
    for number, one in enumerate(choices):
        pointed = number == chooser.pointed
        start = len(rows)
        rows += _choice(chooser, one, number, width, beside, explained)
        if pointed:
            first, last = start, len(rows) - 1
    return rows, first, last


def _beside(chooser: Chooser, width: int) -> int:
    """Return the column at which explanations stand behind labels; 0 where they have no room there."""
    fits = [one for one in chooser.prompt.choices + tuple(chooser.shown) if one.explain]
    if not fits:
        return 0
    before = 8 if chooser.several else 4
    labels = max(len(one.label) for one in (*chooser.prompt.choices, *chooser.shown))
    longest = max(len(one.explain) for one in fits)
    # A label that reaches into this column has its explanation right behind it.
    rows = max(before + len(one.label) + 2 + len(one.explain) for one in fits)
    return min(labels + 2, width - before - longest) if rows <= width else 0


def _choice(chooser: Chooser, one: Choice, number: int, width: int, beside: int, explained: bool) -> list[Row]:
    pointed = number == chooser.pointed
    style = "pointed" if pointed else ""
    counted = not chooser.matches.narrowed and not one.takes and number < 9
    key = one.key or (str(number + 1) if counted else " " if any(other.key for other in chooser.shown) else "")
    mark = f"{POINTER} " if pointed else "  "
    box = ("[x] " if one.id in chooser.ticked else "[ ] ") if chooser.several else ""
    indent = 2 + len(box) + (2 if key else 0)
    if width < indent + _FEWEST_CHOICES:
        return [[(style, row)] for row in wrap(f"{mark}{one.label}".strip(), width)]
    lines = wrap(one.label, width - indent)
    rows: list[Row] = [[(style, mark), (style, box), ("key" if not pointed else style, f"{key} " if key else ""), (style, lines[0])]]
    rows += [[(style, " " * indent + line)] for line in lines[1:]]
    if one.explain and beside:
        rows[-1].append(("help", " " * max(2, beside - len(lines[-1])) + one.explain))
    elif one.explain and pointed and explained:
        rows += [[("help", " " * indent + line)] for line in wrap(one.explain, width - indent)]
    return rows


def _scrolled(rows: list[Row], first: int, last: int, room: int, say: Words) -> list[Row]:
    """Return the part of the list around what is pointed at, with a row that counts what lies outside."""
    if len(rows) <= room:
        return rows
    if room <= _FEWEST_CHOICES - 1:
        return rows[first : first + room]
    inner = room - 1
    start = max(0, min(max(first - inner // 3, last - inner + 1), len(rows) - inner, first))
    above, below = start, len(rows) - start - inner
    return [*rows[start : start + inner], [("help", say("menu.scrolled", above=above, below=below))]]


def _keys(chooser: Chooser, say: Words, width: int) -> list[Row]:
    """Return the row that says which keys do something now; parts that have no room are left out from the end."""
    prompt, shown = chooser.prompt, len(chooser.shown)
    if chooser.note:
        return [[("mind", row)] for row in wrap(chooser.note, width)]
    parts: list[str] = []
    if chooser.read:
        parts += [say("menu.key_read"), say("menu.key_wipe")]
    elif chooser.typed and chooser.matches.narrowed:
        count = say("menu.found", count=shown) if shown else say("menu.found_none")
        free = not shown and bool(prompt.free)
        parts += [
            prompt.free if free else count,
            *([say("menu.key_enter")] if shown or free else []),
            say("menu.key_wipe"),
        ]
    elif chooser.several:
        tally = prompt.tally(frozenset(chooser.ticked)) if prompt.tally is not None else ""
        parts += [*([tally] if tally else []), say("menu.key_space" if tally else "menu.key_tick")]
        parts.append(say("menu.key_done"))
    elif prompt.choices:
        parts += [say("menu.key_letter"), say("menu.key_enter"), say("menu.key_filter")]
        parts += [say("menu.key_date")] if Command.DATE in prompt.commands else []
    elif prompt.free or prompt.find is not None:
        parts += [prompt.free or say("menu.key_filter"), say("menu.key_enter")]
    if not (chooser.typed and chooser.matches.narrowed) and not chooser.read:
        if prompt.explanation is not None:
            parts.append(say("menu.key_help"))
        if Command.BACK in prompt.commands:
            parts.append(say("menu.key_back"))
    if width < _NARROW:
        short = {say(f"menu.key_{name}"): say(f"menu.short_{name}") for name in _SHORT}
        parts = [short.get(part, part) for part in parts]
    for part in (say(f"menu.{name}") for name in ("key_filter", "key_date", "key_letter", "short_letter", "key_help")):
        if len(" · ".join(parts)) > width and part in parts[:-1]:
            parts.remove(part)
    return [[("help", row)] for row in wrap(" · ".join(parts), width)]


def _input_row(chooser: Chooser, width: int) -> tuple[Row, int]:
    """Return the input line, which shows the end of what is longer, and where its cursor stands."""
    sign = f"{POINTER} "[: max(0, width - 2)]
    room = max(0, width - len(sign) - 1)
    shown = chooser.typed[-room:] if room else ""
    return [("key", sign), ("", shown)], len(sign) + len(shown)
