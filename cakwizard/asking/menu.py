"""The conversation in a window: arrows, letters, numbers or words.

Each question is a `questionary.Question` around an application of its own, whose keys and rows are ours: the stock
list lets `j` and `ja` land on "Nee", takes its first choice by Enter alone and does not filter by synonyms. All read
their keys from one input, so that what is typed ahead is kept from one to the next.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from cakwizard.asking import clipboard
from cakwizard.asking.choosing import Chooser
from cakwizard.asking.protocol import EndOfInput, Outcome, Prompt, Reply
from cakwizard.asking.screen import Drawn, Row, draw, key_rows, plain, step_row, trail_row, wrap
from cakwizard.asking.signals import end_if_asked
from cakwizard.asking.window import Held, keep_still
from cakwizard.saying.sections import Section
from cakwizard.words import words

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

__all__ = ["MenuAsker"]


class MenuAsker:
    """Asks in a terminal, on a screen of its own."""

    def __init__(self, stream: TextIO, language: str, held: Held, *, keys: Any = None, screen: Any = None) -> None:
        """Ask in a language, on the terminal that `stream` writes to.

        Args:
            held: The terminal, whose screen is opened with the first question.
            keys: A prompt_toolkit input to read keys from; standard input when None.
            screen: A prompt_toolkit output to draw on; the stream when None.
        """
        self._stream = stream
        self._language = language
        self._say = words(language)
        self._held = held
        self._keys = keys
        self._screen = screen

    def ask(self, prompt: Prompt) -> Reply:
        """Draw the question and let the keys choose."""
        chooser = Chooser(prompt, self._language)

        def drawn(width: int, height: int) -> Drawn:
            return draw(chooser, self._language, width, height)

        while True:
            reply: Reply | str = self._run(drawn, lambda: _choosing_keys(chooser, self._held))
            if reply != "read":
                return reply  # type: ignore[return-value] # whatever else leaves the list is a reply
            if prompt.explanation is not None:
                self.read(prompt.explanation(), prompt.text)

    def offer(self, outcome: Outcome) -> str:
        """Draw the card with the letters under it, and wait for one of them."""
        return str(self._run(lambda *size: self._card(outcome, *size), lambda: _letter_keys(outcome, self._held)))

    def read(self, sections: Sequence[Section], heading: str, start: str = "") -> None:
        """Read details on a screen of their own."""
        from cakwizard.asking import reader

        self._prepare()
        with _ending_in_order():
            reader.read(
                sections,
                self._language,
                heading=heading,
                start=start,
                copy=self.copy,
                keys=self._keys,
                screen=self._screen,
            )

    @property
    def copies(self) -> bool:
        """Tell whether there is a terminal that could be asked to copy."""
        return clipboard.can_copy(self._stream)

    def copy(self, text: str) -> bool:
        """Ask the terminal to put a text on the clipboard."""
        return clipboard.copy(text, self._stream)

    def close(self, outcome: Outcome | None) -> None:
        """Leave the screen; the trail and the card stay on the terminal."""
        self._held.close_screen()
        if outcome is None:
            return
        from cakwizard.showing.terminal import draw_card, make_console

        console = make_console(self._stream)
        for name, answer in outcome.trail:
            console.print(f"✓ {name.ljust(15)}{answer}", style="help", no_wrap=True, overflow="ellipsis")
        console.print(draw_card(outcome.card, console.width))
        for note in outcome.notes:
            console.print(note)

    # Drawing.

    def _card(self, outcome: Outcome, width: int, height: int) -> Drawn:
        from cakwizard.showing.terminal import draw_card

        above: list[Row] = [[("mind", row)] for note in outcome.notes for row in wrap(note, width)]
        below = key_rows(outcome.keys, outcome.foot, width)
        room = height - len(above) - len(below) - 1
        rows = _card_rows(draw_card(outcome.card, max(8, width), max(1, room)), max(8, width))
        for trail in ([step_row(step, width) for step in outcome.trail], trail_row(outcome.trail, width)):
            if len(rows) + len(trail) <= room:
                rows = [*trail, *rows]
                break
        # In a window too small for it the card goes on under its lower edge; the letters stay in sight.
        rows = [*above, *rows][: max(0, height - len(below) - 1)] + below[: max(0, height - 1)]
        rows.append([("key", "❯ "[: max(0, width - 1)])])
        return Drawn(rows, (len(rows) - 1, min(2, width - 1)))

    def _run(self, drawn: Callable[[int, int], Drawn], bindings: Callable[[], KeyBindings]) -> Any:
        """Let the keys act on what is drawn until one of them is an answer."""
        end_if_asked()
        self._paint(drawn)
        self._prepare()
        from prompt_toolkit.application import Application, get_app
        from prompt_toolkit.layout import Layout, Window
        from prompt_toolkit.layout.controls import FormattedTextControl
        from prompt_toolkit.styles import Style
        from questionary import Question

        from cakwizard.showing.terminal import prompt_styles

        def text() -> StyleAndTextTuples:
            size = get_app().output.get_size()
            return _tokens(drawn(size.columns, size.rows))

        app: Application[Any] = Application(
            layout=Layout(Window(FormattedTextControl(text, focusable=True, show_cursor=True))),
            key_bindings=bindings(),
            style=Style.from_dict(prompt_styles()),
            full_screen=True,
            input=self._keys,
            output=self._screen,
        )
        keep_still(app)
        with _ending_in_order():
            return Question(app).unsafe_ask()

    def _paint(self, drawn: Callable[[int, int], Drawn]) -> None:
        """Put the first question on the screen before the library that draws the menu is there."""
        if self._screen is not None or os.name == "nt":
            return
        self._held.open_screen(self._stream)
        try:
            size = os.get_terminal_size(self._stream.fileno())
        except (OSError, ValueError):
            return
        self._stream.write(plain(drawn(size.columns, size.lines).rows))
        self._stream.flush()

    def _prepare(self) -> None:
        """Make the one input and output of the conversation."""
        # The position of the cursor is not needed, and asking a terminal for it leaves rubbish on some.
        os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        if self._keys is None:
            from prompt_toolkit.input import create_input

            self._keys = create_input(sys.stdin)
        if self._screen is None:
            from prompt_toolkit.output import create_output

            self._screen = create_output(stdout=self._stream)
            if os.name != "nt":
                # The screen is ours for the whole conversation; between two questions it stays as it is.
                self._screen.enter_alternate_screen = lambda: self._screen.cursor_goto(0, 0)
                self._screen.quit_alternate_screen = lambda: None


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Turn the ways in which a terminal goes away into the end of the input, and hear what a signal asked."""
    end_if_asked()
    try:
        yield
    except (EOFError, OSError):
        end_if_asked()
        raise EndOfInput from None
    end_if_asked()


def _tokens(drawn: Drawn) -> StyleAndTextTuples:
    """Return rows as prompt_toolkit takes them, with the cursor in its place."""
    from cakwizard.showing.terminal import STYLES

    tokens: StyleAndTextTuples = []
    for number, row in enumerate(drawn.rows):
        if number:
            tokens.append(("", "\n"))
        tokens += [(f"class:{style}" if style in STYLES else style, text) for style, text in row]
        if number == drawn.cursor[0]:
            # The cursor needs a cell to stand on.
            tokens += [("[SetCursorPosition]", ""), ("", " ")]
    return tokens


def _card_rows(card: Any, width: int) -> list[Row]:
    """Return what rich draws as rows, its styles in prompt_toolkit's words."""
    from cakwizard.asking.reader import fragments
    from cakwizard.showing.terminal import make_console

    console = make_console(io.StringIO(), width=width)
    rows: list[Row] = [[]]
    for piece in fragments(console.render_lines(card, pad=False)):
        if piece[1] == "\n":
            rows.append([])
        else:
            rows[-1].append((piece[0], piece[1]))
    return rows


def _choosing_keys(chooser: Chooser, held: Held) -> KeyBindings:
    """Return what each key does to a list."""
    from prompt_toolkit.keys import Keys

    bindings = _common_keys(held)

    def leave(event: KeyPressEvent, reply: Reply | None) -> None:
        if reply is not None:
            event.app.exit(result=reply)

    def explain(event: KeyPressEvent) -> None:
        if chooser.prompt.explanation is None or (chooser.typed and chooser.prompt.free):
            chooser.type(event.data)
        elif chooser.explaining:
            event.app.exit(result="read")
        else:
            chooser.explaining = True

    actions: dict[tuple[str, ...], Callable[[KeyPressEvent], None]] = {
        (Keys.Any,): lambda event: chooser.type(_letter(event)),
        (Keys.Backspace,): lambda event: chooser.retype(chooser.typed[:-1]),
        (Keys.ControlU,): lambda event: chooser.retype(""),
        (Keys.ControlW,): lambda event: chooser.retype(chooser.typed.rstrip().rpartition(" ")[0]),
        (" ",): lambda event: chooser.space(),
        ("?",): explain,
        (Keys.Down, Keys.Tab): lambda event: chooser.move(1),
        (Keys.Up, Keys.BackTab): lambda event: chooser.move(-1),
        (Keys.Home, Keys.PageUp): lambda event: chooser.point(0),
        (Keys.End, Keys.PageDown): lambda event: chooser.point(-1),
        (Keys.Enter, Keys.ControlJ): lambda event: leave(event, chooser.enter()),
        (Keys.Escape, Keys.Left): lambda event: leave(event, chooser.escape()),
    }
    _bind(bindings, actions)
    return bindings


def _letter_keys(outcome: Outcome, held: Held) -> KeyBindings:
    """Return what each letter under a card does: it is what is asked for."""
    from prompt_toolkit.keys import Keys

    bindings = _common_keys(held)

    def take(event: KeyPressEvent) -> None:
        known = {one.key: one.key for one in outcome.keys} | {one.upper: one.upper for one in outcome.keys if one.upper}
        letter = known.get(_letter(event)) or known.get(_letter(event).casefold())
        if letter is not None:
            event.app.exit(result=letter)

    def back(event: KeyPressEvent) -> None:
        event.app.exit(result="back")

    _bind(bindings, {(Keys.Any,): take, (Keys.Escape, Keys.Left): back})
    return bindings


def _letter(event: KeyPressEvent) -> str:
    """Return what was typed; a key such as Delete, which nothing is bound to, types nothing."""
    from prompt_toolkit.keys import Keys

    return "" if isinstance(event.key_sequence[0].key, Keys) else event.data


def _common_keys(held: Held) -> KeyBindings:
    """Return what is the same wherever keys are read: pasting, leaving, going to the background."""
    from prompt_toolkit.application import run_in_terminal
    from prompt_toolkit.key_binding import KeyBindings
    from prompt_toolkit.key_binding.key_processor import KeyPress
    from prompt_toolkit.keys import Keys

    bindings = KeyBindings()

    def paste(event: KeyPressEvent) -> None:
        # As if it had been typed, so that a pasted line ends a question, and its next line answers the next.
        typed = event.data.replace("\r\n", "\n").replace("\r", "\n")
        keys = [KeyPress(Keys.ControlJ if char == "\n" else char, char) for char in typed]
        event.app.key_processor.feed_multiple(keys, first=True)

    def interrupt(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    def suspend(event: KeyPressEvent) -> None:
        if hasattr(os, "fork"):
            run_in_terminal(held.suspend)

    _bind(
        bindings,
        {
            (Keys.BracketedPaste,): paste,
            (Keys.ControlC, Keys.ControlQ, Keys.SIGINT): interrupt,
            (Keys.ControlD,): lambda event: event.app.exit(exception=EOFError),
            (Keys.ControlZ,): suspend,
        },
    )
    return bindings


def _bind(bindings: KeyBindings, actions: dict[tuple[str, ...], Callable[[KeyPressEvent], None]]) -> None:
    from prompt_toolkit.keys import Keys

    for keys, action in actions.items():
        for key in keys:
            # Eagerly, or Esc would wait for what may follow it.
            bindings.add(key, eager=key != Keys.Any)(action)
