"""The conversation in a window: arrows, letters, numbers or words.

Each question is a `questionary.Question` around an application of its own, whose keys and rows are ours: the stock
list lets `j` and `ja` land on "Nee", takes its first choice by Enter alone and does not filter by synonyms. All read
their keys from one input, so that what is typed ahead is kept from one to the next.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from cakwizard.asking.choosing import Chooser
from cakwizard.asking.protocol import Command, EndOfInput, Outcome, Prompt, Reply
from cakwizard.asking.screen import Drawn, Row, draw, key_rows, plain, step_row, trail_row, wrap
from cakwizard.asking.window import Held, can_copy, copy, keep_still
from cakwizard.saying.sections import Section

if TYPE_CHECKING:
    from prompt_toolkit.application import Application
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent


# The keys that do something to a page, by prompt_toolkit's names of them; all others type. A terminal may send Enter
# as a line feed.
_KEYS = "up down left right home end pageup pagedown tab s-tab enter escape backspace c-u".split()
_SAME = {"c-j": "enter", "c-w": "c-u"}


_Draw = Callable[[int, int], Drawn]
_Press = Callable[[str], Any]
"""Acts on a key, by its name or as what it types; what it returns, unless it is None, leaves what was drawn."""


class _Card:
    """The outcome, and under it the letters that do something at once."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def draw(self, width: int, height: int) -> Drawn:
        outcome = self._outcome
        above: list[Row] = [[("mind", row)] for note in outcome.notes for row in wrap(note, width)]
        below = key_rows(outcome.keys, outcome.foot, width)
        room = height - len(above) - len(below) - 1
        rows = _card_rows(outcome, max(8, width), max(1, room))
        for trail in ([step_row(step, width) for step in outcome.trail], trail_row(outcome.trail, width)):
            if len(rows) + len(trail) <= room:
                rows = [*trail, *rows]
                break
        # In a window too small for it the card goes on under its lower edge; the letters stay in sight.
        rows = [*above, *rows][: max(0, height - len(below) - 1)] + below[: max(0, height - 1)]
        rows.append([("key", "❯ "[: max(0, width - 1)])])
        return Drawn(rows, (len(rows) - 1, min(2, width - 1)))

    def press(self, key: str) -> str | None:
        if key in ("escape", "left"):
            return "back"
        known = {letter for one in self._outcome.keys for letter in (one.key, one.upper) if letter}
        return next((one for one in (key, key.casefold()) if one in known), None)


class MenuAsker:
    """Asks in a terminal, on a screen of its own."""

    def __init__(self, stream: TextIO, language: str, held: Held, *, keys: Any = None, screen: Any = None) -> None:
        """Ask in a language, on the terminal that `stream` writes to.

        Args:
            held: The terminal, whose screen is opened with the first question.
            keys: A prompt_toolkit input to read keys from; standard input when None.
            screen: A prompt_toolkit output to draw on; the stream when None.
        """
        self._stream, self._language, self._held = stream, language, held
        self._keys, self._screen = keys, screen
        self.copies = can_copy(stream)
        self._app: Application[Any] | None = None

    def ask(self, prompt: Prompt) -> Reply:
        """Draw the question and let the keys choose."""
        chooser = Chooser(prompt, self._language)
        page = partial(draw, chooser, self._language)
        while (reply := self._run(page, chooser.press)) is Command.EXPLAIN:
            self.read(prompt.explanation() if prompt.explanation is not None else (), prompt.text)
        answer: Reply = reply
        return answer

    def offer(self, outcome: Outcome) -> str:
        """Draw the card with the letters under it, and wait for one of them."""
        card = _Card(outcome)
        return str(self._run(card.draw, card.press))

    def read(self, sections: Sequence[Section], heading: str, start: str = "") -> None:
        """Read details over what stands there."""
        from cakwizard.asking.reader import Reader

        if sections:
            reader = Reader(sections, self._language, heading, start, self.copy)
            self._run(reader.draw, reader.press, cursor=False)

    def copy(self, text: str) -> bool:
        """Ask the terminal to put a text on the clipboard."""
        return copy(text, self._stream)

    def close(self, outcome: Outcome) -> None:
        """Leave the screen; the trail and the card stay on the terminal."""
        from cakwizard.showing.terminal import draw_card, make_console

        self._held.close_screen()
        console = make_console(self._stream)
        for name, answer in outcome.trail:
            console.print(f"✓ {name.ljust(15)}{answer}", style="help", no_wrap=True, overflow="ellipsis")
        console.print(draw_card(outcome.card, console.width), *outcome.notes, sep="\n")

    def _run(self, page: _Draw, press: _Press, *, cursor: bool = True) -> Any:
        """Let the keys act on what is drawn until one of them leaves it, and return what it leaves with."""
        self._page, self._press, self._cursor = page, press, cursor
        if self._app is None:
            if self._screen is None and os.name != "nt":
                # The first question stands on the screen before the library that draws the menu is there.
                self._held.open_screen(self._stream)
                size = os.get_terminal_size(self._stream.fileno())
                self._stream.write(plain(page(size.columns, size.lines).rows))
                self._stream.flush()
            self._app = self._application()
        from questionary import Question

        try:
            return Question(self._app).unsafe_ask()
        except (EOFError, OSError):
            # The terminal has gone.
            raise EndOfInput from None

    def _application(self) -> Application[Any]:
        """Make the one application, input and output of the conversation."""
        # The position of the cursor is not needed, and asking a terminal for it leaves rubbish on some.
        os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        from prompt_toolkit.application import Application
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.input import create_input
        from prompt_toolkit.layout import FormattedTextControl, Layout, Window
        from prompt_toolkit.output import create_output
        from prompt_toolkit.styles import Style

        from cakwizard.showing.terminal import prompt_styles

        screen: Any = self._screen or create_output(stdout=self._stream)
        if os.name != "nt":
            # The screen is ours for the whole conversation; between two questions it stays as it is.
            screen.enter_alternate_screen = lambda: screen.cursor_goto(0, 0)
            screen.quit_alternate_screen = lambda: None

        def text() -> StyleAndTextTuples:
            size = screen.get_size()
            return _tokens(self._page(size.columns, size.rows))

        hidden = Condition(lambda: not self._cursor)
        app: Application[Any] = Application(
            layout=Layout(Window(FormattedTextControl(text, focusable=True), always_hide_cursor=hidden)),
            key_bindings=_bindings(lambda key: self._press(key)),
            style=Style.from_dict(prompt_styles()),
            full_screen=True,
            input=self._keys or create_input(sys.stdin),
            output=screen,
        )
        keep_still(app)
        return app


def _tokens(drawn: Drawn) -> StyleAndTextTuples:
    """Return rows as prompt_toolkit takes them, with the cursor in its place."""
    from cakwizard.showing.terminal import STYLES

    tokens: StyleAndTextTuples = []
    for number, row in enumerate(drawn.rows):
        tokens += [("", "\n")] if number else []
        tokens += [(f"class:{style}" if style in STYLES else style, text) for style, text in row]
        if drawn.cursor is not None and number == drawn.cursor[0]:
            # The cursor needs a cell to stand on.
            tokens += [("[SetCursorPosition]", ""), ("", " ")]
    return tokens


def _card_rows(outcome: Outcome, width: int, height: int) -> list[Row]:
    """Return the card as rich draws it, its styles in prompt_toolkit's words."""
    from cakwizard.asking.reader import styled
    from cakwizard.showing.terminal import draw_card, make_console

    console = make_console(io.StringIO(), width=width)
    return styled(console.render_lines(draw_card(outcome.card, width, height), pad=False))


def _bindings(press: _Press) -> KeyBindings:
    """Return what each key does: mostly what `press` makes of it."""
    from prompt_toolkit.key_binding import KeyBindings
    from prompt_toolkit.key_binding.key_processor import KeyPress
    from prompt_toolkit.keys import Keys

    bindings = KeyBindings()

    def pressing(key: str) -> Callable[[KeyPressEvent], None]:
        def act(event: KeyPressEvent) -> None:
            # A key such as Delete, which means nothing here, types nothing.
            special = isinstance(event.key_sequence[0].key, Keys)
            found = press(key or ("" if special else event.data))
            if found is not None:
                event.app.exit(result=found)

        return act

    def paste(event: KeyPressEvent) -> None:
        # As if it had been typed, so that a pasted line ends a question, and its next line answers the next.
        typed = event.data.replace("\r\n", "\n").replace("\r", "\n")
        keys = [KeyPress(Keys.ControlJ if char == "\n" else char, char) for char in typed]
        event.app.key_processor.feed_multiple(keys, first=True)

    bindings.add("<any>")(pressing(""))
    for name, meaning in {**dict(zip(_KEYS, _KEYS, strict=True)), **_SAME}.items():
        # Eagerly, or Esc would wait for what may follow it.
        bindings.add(name, eager=True)(pressing(meaning))
    bindings.add("<bracketed-paste>")(paste)
    for name in ("c-c", "c-q", "<sigint>"):
        bindings.add(name)(lambda event: event.app.exit(exception=KeyboardInterrupt))
    bindings.add("c-d")(lambda event: event.app.exit(exception=EOFError))
    bindings.add("c-z")(lambda event: event.app.suspend_to_background())
    return bindings
