"""Details on demand: a reader over the card, a tab for each section.

rich sets the text in the width of the window; the menu shows it and listens to the keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count

from rich.console import Group
from rich.panel import Panel
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from cakwizard.asking.screen import Drawn, Row
from cakwizard.saying.sections import Section, source_numbers
from cakwizard.showing.terminal import make_console, plain, prompt_styles
from cakwizard.showing.text import marks, section_text
from cakwizard.words import words

_numbers = count()


def styled(lines: Iterable[Iterable[Segment]]) -> list[Row]:
    """Return lines as rich sets them as rows for prompt_toolkit, links included.

    prompt_toolkit writes an escape sequence only together with the cell behind it, and only when that cell changed. So
    the cells of a link, and the one behind it, have a style that never was before: all or none of them are written.
    """
    rows: list[Row] = []
    link: str | None = None
    for line in lines:
        rows.append([])
        for segment in line:
            style, text = segment.style or Style.null(), segment.text
            name = _style(style)
            if style.link != link:
                link = style.link
                rows[-1].append(("[ZeroWidthEscape]", f"\x1b]8;;{link or ''}\x1b\\"))
                if not link and text:
                    rows[-1].append((f"{name} class:n{next(_numbers)}", text[0]))
                    text = text[1:]
            rows[-1].append((f"{name} class:n{next(_numbers)}" if link else name, text))
    return rows


def _style(style: Style) -> str:
    parts = [name for name in ("bold", "underline", "reverse") if getattr(style, name)]
    dim = [prompt_styles()["help"]] if style.dim else []
    return " ".join([*parts, *dim, *([f"ansi{style.color.name}"] if style.color else [])])


class Reader:
    """Sections to be read, from `start` on or the first; `copy` takes the text of one and tells whether it could."""

    def __init__(
        self,
        sections: Sequence[Section],
        language: str,
        heading: str,
        start: str = "",
        copy: Callable[[str], bool] = bool,
    ) -> None:
        self.sections, self.language, self.heading, self.copy = sections, language, heading, copy
        self.say = words(language)
        self.numbers = source_numbers(sections)
        self.tab = next((number for number, one in enumerate(sections) if one.id == start), 0)
        self.top = 0
        self.copied = False
        self.console = make_console()
        self.lines: list[Text] = []
        self.set_for: tuple[int, int] = (-1, -1)
        self.room = 1

    @property
    def _section(self) -> Section:
        return self.sections[self.tab]

    def draw(self, width: int, height: int) -> Drawn:
        """Return the whole window."""
        width, height = max(1, width), max(1, height)
        inner = max(1, width - 4)
        if self.set_for != (self.tab, inner):
            self.lines, self.set_for = list(self._set(inner)), (self.tab, inner)
        heading = list(plain(self.heading, style="label").wrap(self.console, width))
        above = [*(heading if height >= len(heading) + 7 else ()), self._tabs(width)][: height - 2]
        self.room = max(0, height - len(above) - 2)
        self.top = max(0, min(self.top, len(self.lines) - self.room))
        shown = self.lines[self.top : self.top + self.room]
        options = self.console.options.update(width=width, no_wrap=True, overflow="crop")
        lines = self.console.render_lines(Group(*above, self._panel(shown, width, height - len(above))), options)
        return Drawn(styled(lines[:height]), None)

    def _panel(self, shown: Sequence[Text], width: int, height: int) -> Panel:
        room = width - 6
        name = next((one for one in (self._section.heading, self._section.tab) if len(one) <= room), "")
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
        panel = Panel(
            Group(*shown), title=title or None, subtitle=foot, border_style="frame", width=width, height=height
        )
        panel.title_align = panel.subtitle_align = "left"
        return panel

    def _tabs(self, width: int) -> Text:
        """Return the tabs on one row: all, or as many around the open one as there is room for."""
        names = [plain(one.tab or one.heading) for one in self.sections]
        names[self.tab] = Text(f"[{names[self.tab].plain}]", "pointed")
        first, end = self.tab, self.tab + 1
        # Tabs are added by turns on either side.
        for add in sorted(range(len(names)), key=lambda one: abs(one - self.tab)):
            wider = (min(first, add), max(end, add + 1))
            if sum(len(name) + 2 for name in names[slice(*wider)]) + 3 <= width:
                first, end = wider
            else:
                break
        open_row = Text("  ").join(names[first:end])
        row = Text.assemble(("‹ " if first else "  ", "help"), open_row, (" ›" if end < len(names) else "", "help"))
        row.truncate(width)
        return row

    def _set(self, width: int) -> Iterable[Text]:
        """Yield the rows of the open section in a width; in a very narrow one without signs."""
        for number, item in enumerate(self._section.items, 1):
            if number > 1:
                yield Text("")
            box = "[ ]" if self._section.checklist and not item.note else "-"
            mind = self._section.id == "mind"
            sign = f"{number}." if self._section.numbered else "!" if mind else box
            sign = f"{sign} " if width > 20 else ""
            room = width - len(sign)
            text = Text.assemble(plain(item.text, room, style="label"))
            text.append(marks(self._section, item, self.numbers, self.language), "help")
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
        self.copied = key == "k" and self.copy(section_text(self._section, self.sections, self.language))
        if key in moves:
            self.top += moves[key]
        elif key in ("right", "tab", "left", "s-tab"):
            self.tab = (self.tab + (1 if key in ("right", "tab") else -1)) % len(self.sections)
            self.top = 0
        return None
