"""What rich sets for the menu in any window: the card with its letters, and over it a reader with a tab a section."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from itertools import count

from rich.console import Group
from rich.panel import Panel
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from cakwizard.asking.protocol import Outcome
from cakwizard.asking.question import CURSOR, NARROW, POINTER, Row, step_row, trail_row, wrap
from cakwizard.saying.sections import Section, source_numbers
from cakwizard.showing.terminal import draw_card, framed, make_console, plain, prompt_style
from cakwizard.showing.text import marks, section_text
from cakwizard.words import words

_numbers = count()


def styled(lines: Iterable[Iterable[Segment]]) -> list[Row]:
    """Return lines as rich sets them as rows for prompt_toolkit, links included.

    prompt_toolkit writes an escape sequence only together with the cell behind it, and only when that cell changed. So
    a row with a link has a style that never was before: all of it is written, or nothing.
    """
    rows: list[Row] = []
    for line in lines:
        segments = [(one.text, one.style or Style.null()) for one in line]
        fresh = f" class:n{next(_numbers)}" if any(style.link for _, style in segments) else ""
        rows.append([])
        for text, style in segments:
            piece = (prompt_style(style) + fresh, text)
            rows[-1] += [_link(style.link), piece, _link("")] if style.link else [piece]
    return rows


def _link(address: str) -> tuple[str, str]:
    return "[ZeroWidthEscape]", f"\x1b]8;;{address}\x1b\\"


class CardPage:
    """The outcome, and under it the letters that do something at once."""

    def __init__(self, outcome: Outcome, language: str) -> None:
        self.outcome, self.foot = outcome, words(language)("after.foot")

    def draw(self, width: int, height: int) -> list[Row]:
        """Return the whole window; in one too small for it the card goes on under its edge, the letters in sight."""
        above = [row for note in self.outcome.notes for row in wrap(note, width, "mind")]
        below = self._keys(width)
        room, wide = height - len(above) - len(below) - 1, max(8, width)
        console = make_console(io.StringIO(), width=wide)
        rows = styled(console.render_lines(draw_card(self.outcome.card, wide, max(1, room)), pad=False))
        trail = self.outcome.trail
        for shown in ([step_row(step, width) for step in trail], trail_row(trail, width)):
            if len(rows) + len(shown) <= room:
                rows = [*shown, *rows]
                break
        rows = [*above, *rows][: max(0, height - len(below) - 1)] + below[: max(0, height - 1)]
        return [*rows, [("key", f"{POINTER} "[: max(0, width - 1)]), *CURSOR]]

    def _keys(self, width: int) -> list[Row]:
        """Return the letters in columns; what they do is said in short where the window is narrow."""
        keys = self.outcome.keys
        texts = [text if width >= NARROW else short for text, short in keys.values()]
        columns, widths = 1, [width]
        for number in range(2, len(texts) + 1):
            each = [max(map(len, texts[start::number])) for start in range(number)]
            if 1 + sum(each) + 4 * number - 2 <= width:
                columns, widths = number, each
        rows: list[Row] = []
        for number, (key, text) in enumerate(zip(keys, texts, strict=True)):
            column = number % columns
            rows += [] if column else [[]]
            rows[-1] += [("", "  " if column else " "), ("key", key), ("", f" {text.ljust(widths[column])}")]
        if rows and width >= NARROW:
            used = sum(len(text) for _, text in rows[-1]) + 2
            rows += [[]] if used + len(self.foot) > width else []
            rows[-1].append(("help", f"{'  ' if rows[-1] else ' '}{self.foot}"))
        return rows

    def press(self, key: str) -> str | None:
        """Return the letter, a capital as it is, or "back"."""
        if key in ("escape", "left"):
            return "back"
        return key if key.casefold() in self.outcome.keys else None


class Reader:
    """Sections to be read, from `start` on or the first; `copy` takes the text of one and tells whether it could."""

    def __init__(
        self, sections: Sequence[Section], language: str, heading: str, start: str, copy: Callable[[str], bool]
    ) -> None:
        self.sections, self.language, self.heading, self.copy = sections, language, heading, copy
        self.say, self.console = words(language), make_console()
        self.tab = next((number for number, one in enumerate(sections) if one.id == start), 0)
        self.top, self.room, self.copied = 0, 1, False
        self.lines: list[Text] = []

    def draw(self, width: int, height: int) -> list[Row]:
        """Return the whole window."""
        width, height = max(1, width), max(1, height)
        self.lines = list(self._set(self.sections[self.tab], max(1, width - 4)))
        heading = list(plain(self.heading, style="label").wrap(self.console, width))
        above = [*(heading if height >= len(heading) + 7 else ()), self._tabs(width)][: height - 2]
        self.room = max(0, height - len(above) - 2)
        self.top = max(0, min(self.top, len(self.lines) - self.room))
        options = self.console.options.update(width=width, no_wrap=True, overflow="crop")
        lines = self.console.render_lines(Group(*above, self._panel(width, height - len(above))), options)
        return styled(lines[:height])

    def _panel(self, width: int, height: int) -> Panel:
        room, section = width - 6, self.sections[self.tab]
        shown = self.lines[self.top : self.top + self.room]
        name = next((one for one in (section.heading, section.tab) if len(one) <= room), "")
        title = plain(name, style="label")
        if len(self.lines) > self.room:
            first, last = self.top + 1, min(self.top + self.room, len(self.lines))
            place = self.say("reader.rows", first=first, last=last, count=len(self.lines))
            if (line := room - len(name) - len(place) - 2) > 0:
                title = Text.assemble(title, (f" {'─' * line} ", "frame"), (place, "foot"))
        over_card = any(section.id == "dates" for section in self.sections)
        names = ("keys_over_card" if over_card else "keys", "keys_short", "keys_tiny")
        keys = [self.say(f"reader.{key}") for key in names]
        keys = [f"{self.say('reader.copied')} · {one}" for one in keys] + keys if self.copied else keys
        foot = next((Text(one, "done" if self.copied else "foot") for one in keys if len(one) <= room), None)
        return framed(Group(*shown), title or None, foot, "frame", width, height)

    def _tabs(self, width: int) -> Text:
        """Return the tabs on one row: all, or as many around the open one as there is room for."""
        names = [plain(one.tab or one.heading) for one in self.sections]
        names[self.tab] = Text(f"[{names[self.tab].plain}]", "pointed")
        first, end = self.tab, self.tab + 1
        # Tabs are added by turns on either side.
        for add in sorted(range(len(names)), key=lambda one: abs(one - self.tab)):
            wider = (min(first, add), max(end, add + 1))
            if sum(len(name) + 2 for name in names[slice(*wider)]) + 3 > width:
                break
            first, end = wider
        open_row = Text("  ").join(names[first:end])
        row = Text.assemble(("‹ " if first else "  ", "help"), open_row, (" ›" if end < len(names) else "", "help"))
        row.truncate(width)
        return row

    def _set(self, section: Section, width: int) -> Iterable[Text]:
        """Yield the rows of a section in a width; in a very narrow one without signs."""
        numbers, mind = source_numbers(self.sections), section.id == "mind"
        for number, item in enumerate(section.items, 1):
            if number > 1:
                yield Text("")
            box = "[ ]" if section.checklist and not item.note else "-"
            sign = f"{number}." if section.numbered else "!" if mind else box
            sign = f"{sign} " if width > 20 else ""
            room = width - len(sign)
            text = Text.assemble(plain(item.text, room, style="label"))
            text.append(marks(section, item, numbers, self.language), "help")
            for one in (text, *(plain(more, room) for more in (item.more, item.link) if more)):
                for line in one.wrap(self.console, max(1, room)):
                    line.rstrip()
                    yield Text.assemble((sign, "mind" if mind else "key"), line)
                    sign = " " * len(sign)

    def press(self, key: str) -> str | None:
        """Turn the tabs, move, or copy; return "back" to leave."""
        page = max(1, self.room - 1)
        moves = {"down": 1, "enter": 1, "up": -1, " ": page, "pagedown": page, "pageup": -page}
        moves |= {"home": -len(self.lines), "end": len(self.lines)}
        if key in ("escape", "q"):
            return "back"
        self.copied = key == "k" and self.copy(section_text(self.sections[self.tab], self.sections, self.language))
        if key in moves:
            self.top += moves[key]
        elif key in ("right", "tab", "left", "s-tab"):
            self.tab = (self.tab + (1 if key in ("right", "tab") else -1)) % len(self.sections)
            self.top = 0
        return None
