"""Details on demand: a full-screen reader over the card, a tab for each section.

It stands on the terminal's other screen, so the card is still there when it is left. rich sets the text in the width of
the window, prompt_toolkit shows it and listens to the keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.panel import Panel
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from cakwizard.asking.window import keep_still
from cakwizard.saying.sections import Section, source_numbers
from cakwizard.showing.terminal import make_console, plain, prompt_styles
from cakwizard.showing.text import marks, section_text
from cakwizard.words import words

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyPressEvent
    from prompt_toolkit.output import Output

__all__ = ["fragments", "read"]

Fragments = list[tuple[str, str] | tuple[str, str, Any]]
"""Text with styles as prompt_toolkit takes it."""

_FRAMED = (12, 6)  # In fewer columns or rows the text stands without a frame around it.
_numbers = count()


def read(
    sections: Sequence[Section],
    language: str,
    *,
    heading: str,
    start: str = "steps",
    copy: Callable[[str], object] | None = None,
    keys: Input | None = None,
    screen: Output | None = None,
) -> None:
    """Let sections be read until whoever reads goes back.

    Args:
        heading: What the sections are about, above the tabs.
        start: Id of the section to begin with; the first when it is not there.
        copy: Takes the text of a section for the clipboard and tells whether that was done.
        keys: Where keys come from, when not from standard input.
        screen: Where is drawn, when not on standard output.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
    """
    if sections:
        _Reader(sections, language, heading, start, copy).run(keys, screen)


def fragments(lines: Iterable[Iterable[Segment]]) -> Fragments:
    """Return lines as rich sets them as fragments for prompt_toolkit, links included.

    prompt_toolkit writes an escape sequence only together with the cell behind it, and only when that cell changed. So
    the cells of a link, and the one behind it, have a style that never was before: all or none of them are written.
    """
    found: Fragments = []
    link: str | None = None
    for number, line in enumerate(lines):
        if number:
            found.append(("", "\n"))
        for segment in line:
            style = segment.style or Style.null()
            name = _style(style)
            if style.link != link:
                link = style.link
                found.append(("[ZeroWidthEscape]", f"\x1b]8;;{link or ''}\x1b\\"))
                if not link and segment.text:
                    found.append((f"{name} class:n{next(_numbers)}", segment.text[0]))
                    segment = segment._replace(text=segment.text[1:])
            found.append((f"{name} class:n{next(_numbers)}" if link else name, segment.text))
    return found


def _style(style: Style) -> str:
    parts = [name for name in ("bold", "underline", "reverse") if getattr(style, name)]
    dim = [prompt_styles()["help"]] if style.dim else []
    return " ".join([*parts, *dim, *([f"ansi{style.color.name}"] if style.color else [])])


class _Reader:
    def __init__(
        self,
        sections: Sequence[Section],
        language: str,
        heading: str,
        start: str,
        copy: Callable[[str], object] | None,
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
    def section(self) -> Section:
        return self.sections[self.tab]

    def draw(self, width: int, height: int) -> Fragments:
        """Return the whole window."""
        width, height = max(1, width), max(1, height)
        framed = width >= _FRAMED[0] and height >= _FRAMED[1]
        inner = width - 4 if framed else width
        if self.set_for != (self.tab, inner):
            self.lines, self.set_for = list(self._set(inner)), (self.tab, inner)
        heading = list(plain(self.heading, style="label").wrap(self.console, width))
        above = [*(heading if height >= len(heading) + 7 else ()), self._tabs(width)][: height - 2]
        self.room = height - len(above) - (2 if framed else 0)
        self.top = max(0, min(self.top, len(self.lines) - self.room))
        shown = self.lines[self.top : self.top + self.room]
        body = self._panel(shown, width, height - len(above)) if framed else Group(*shown)
        options = self.console.options.update(width=width, no_wrap=True, overflow="crop")
        lines = self.console.render_lines(Group(*above, body), options)
        return fragments(lines[:height])

    def _panel(self, shown: Sequence[Text], width: int, height: int) -> Panel:
        room = width - 6
        name = next((one for one in (self.section.heading, self.section.tab) if len(one) <= room), "")
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
        for number, item in enumerate(self.section.items, 1):
            if number > 1:
                yield Text("")
            box = "[ ]" if self.section.checklist and not item.note else "-"
            mind = self.section.id == "mind"
            sign = f"{number}." if self.section.numbered else "!" if mind else box
            sign = f"{sign} " if width > 20 else ""
            room = width - len(sign)
            text = Text.assemble(plain(item.text, room, style="label"))
            text.append(marks(self.section, item, self.numbers, self.language), "help")
            for one in (text, *(plain(more, room) for more in (item.more, item.link) if more)):
                for line in one.wrap(self.console, max(1, room)):
                    line.rstrip()
                    yield Text.assemble((sign, "mind" if mind else "key"), line)
                    sign = " " * len(sign)

    def move(self, rows: int) -> None:
        self.top += rows
        self.copied = False

    def turn(self, tabs: int) -> None:
        self.tab = (self.tab + tabs) % len(self.sections)
        self.top, self.copied = 0, False

    def take(self) -> None:
        if self.copy is not None:
            self.copied = bool(self.copy(section_text(self.section, self.sections, self.language)))

    def run(self, keys: Input | None, screen: Output | None) -> None:
        """Show the window until Esc."""
        from prompt_toolkit.application import Application
        from prompt_toolkit.key_binding import KeyBindings
        from prompt_toolkit.layout import FormattedTextControl, Layout, Window

        bindings = KeyBindings()

        def bind(do: Callable[[], None], *names: str) -> None:
            for name in names:
                bindings.add(name, eager=True)(lambda event: do())

        bind(lambda: self.move(1), "down", "enter")
        bind(lambda: self.move(-1), "up")
        bind(lambda: self.move(max(1, self.room - 1)), "pagedown", " ")
        bind(lambda: self.move(-max(1, self.room - 1)), "pageup")
        bind(lambda: self.move(-len(self.lines)), "home")
        bind(lambda: self.move(len(self.lines)), "end")
        bind(lambda: self.turn(1), "right", "tab")
        bind(lambda: self.turn(-1), "left", "s-tab")
        bind(self.take, "k")

        @bindings.add("escape", eager=True)
        @bindings.add("q")
        @bindings.add("c-d")
        def leave(event: KeyPressEvent) -> None:
            event.app.exit()

        @bindings.add("c-c")
        @bindings.add("<sigint>")
        def interrupt(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt)

        def text() -> Fragments:
            size = app.output.get_size()
            return self.draw(size.columns, size.rows)

        window = Window(FormattedTextControl(text, show_cursor=False), wrap_lines=False, always_hide_cursor=True)
        app: Application[Any] = Application(
            Layout(window), key_bindings=bindings, full_screen=True, input=keys, output=screen
        )
        app.ttimeoutlen = app.timeoutlen = 0.05
        if screen is not None:
            keep_still(app)
        app.run()
