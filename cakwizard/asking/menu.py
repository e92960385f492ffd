"""The conversation in a window: arrows, letters, numbers or words.

Each question is a `questionary.Question` around an application whose keys and rows are ours: the stock list lets `j`
and `ja` land on "Nee", takes its first choice by Enter alone and does not filter by synonyms. All read their keys from
one input, so that what is typed ahead is kept from one to the next.

Between two questions nothing reads the keys. So that none is lost or echoed meanwhile, the terminal hands over every
key as it comes for the whole conversation; and the whole is drawn on the alternate screen, where a window that is
resized leaves nothing behind, and which gives back what stood on the terminal before.
"""

from __future__ import annotations

import base64
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from cakwizard.asking.protocol import Command, EndOfInput, Outcome, Prompt, Reply
from cakwizard.asking.question import CURSOR, Question, Row, plain
from cakwizard.saying.sections import Section

if TYPE_CHECKING:
    from prompt_toolkit.application import Application
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    from cakwizard.asking.reader import CardPage, Reader


# What the keys are called that do something to a page, by prompt_toolkit's names of them; of the others those that are
# no text do nothing. A terminal may send Enter as a line feed.
_KEYS = {name: name for name in "up down left right home end pageup pagedown s-tab escape c-u".split()}
_KEYS |= {"c-m": "enter", "c-j": "enter", "c-i": "tab", "c-h": "backspace", "c-w": "c-u"}

_LONGEST_PASTE = 4000
_ENTER = "\x1b[?1049h\x1b[H\x1b[2J"
# Wiped first: a terminal without an alternate screen would keep the last question above what comes now. That lines wrap
# again prompt_toolkit sees to only when it wipes what it drew.
_LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[H\x1b[2J\x1b[?1049l"


class MenuAsker:
    """Asks in a terminal, on a screen of its own."""

    def __init__(self, stream: TextIO, language: str, held: ExitStack, *, keys: Any = None, screen: Any = None) -> None:
        """Ask on the terminal that `stream` writes to; `held` closes the screen that the first question opens.

        `keys` and `screen` are an input and an output of prompt_toolkit in place of standard input and the stream.
        """
        self._stream, self._language, self._held = stream, language, held
        self._keys, self._screen = keys, screen
        # Whether a terminal does as it is asked nobody can know.
        self.copies = os.environ.get("TERM") != "dumb" and stream.isatty()
        self._app: Application[Any] | None = None

    def ask(self, prompt: Prompt) -> Reply:
        """Draw the question and let the keys choose."""
        question = Question(prompt, self._language)
        while (reply := self._run(question)) is Command.EXPLAIN:
            self.read(prompt.explanation() if prompt.explanation is not None else (), prompt.text)
        answer: Reply = reply
        return answer

    def offer(self, outcome: Outcome) -> str:
        """Draw the card and return the letter of what to do, a capital for more of the same, or "back"."""
        from cakwizard.asking.reader import CardPage

        return str(self._run(CardPage(outcome, self._language)))

    def read(self, sections: Sequence[Section], heading: str, start: str = "") -> None:
        """Let details be read over what stands there, from the section `start` on."""
        from cakwizard.asking.reader import Reader

        if sections:
            self._run(Reader(sections, self._language, heading, start, self.copy))

    def copy(self, text: str) -> bool:
        """Ask the terminal to put a text on the clipboard (OSC 52); return False where it cannot be asked."""
        if self.copies:
            _write(self._stream, f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a")
        return self.copies

    def close(self, outcome: Outcome) -> None:
        """Leave the screen; the trail and the card stay on the terminal."""
        from cakwizard.showing.terminal import draw_card, make_console

        self._held.close()
        console = make_console(self._stream)
        for name, answer in outcome.trail:
            console.print(f"✓ {name.ljust(15)}{answer}", style="help", no_wrap=True, overflow="ellipsis")
        console.print(draw_card(outcome.card, console.width), *outcome.notes, sep="\n")

    def _run(self, page: Question | CardPage | Reader) -> Any:
        """Let the keys act on a page, by name or as what they type, until one returns something, which leaves it."""
        self._page = page
        if self._app is None:
            if self._screen is None and os.name != "nt":
                # The first question stands on the screen before the library that draws the menu is there.
                size = os.get_terminal_size(self._stream.fileno())
                self._held.callback(_write, self._stream, _LEAVE)
                _write(self._stream, _ENTER + plain(page.draw(size.columns, size.lines)))
            self._app = self._application()
        import questionary

        try:
            return questionary.Question(self._app).unsafe_ask()
        except (EOFError, OSError):
            # The terminal has gone.
            raise EndOfInput from None

    def _application(self) -> Application[Any]:
        # The position of the cursor is not needed, and asking a terminal for it leaves rubbish on some.
        os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        from prompt_toolkit.application import Application
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.input import create_input
        from prompt_toolkit.layout import FormattedTextControl, Layout, Window
        from prompt_toolkit.output import create_output
        from prompt_toolkit.styles import Style

        from cakwizard.showing.terminal import STYLES, THEME, prompt_style

        screen: Any = self._screen or create_output(stdout=self._stream)
        if os.name != "nt":
            # The screen is ours for the whole conversation; between two questions it stays as it is.
            screen.enter_alternate_screen = lambda: screen.cursor_goto(0, 0)
            screen.quit_alternate_screen = lambda: None
        pieces: Row = []

        def text() -> StyleAndTextTuples:
            size = screen.get_size()
            pieces[:] = [piece for row in self._page.draw(size.columns, size.rows) for piece in [*row, ("", "\n")]][:-1]
            return [(f"class:{style}" if style in STYLES else style, text) for style, text in pieces]

        hidden = Condition(lambda: CURSOR[0] not in pieces)
        app: Application[Any] = Application(
            layout=Layout(Window(FormattedTextControl(text, focusable=True), always_hide_cursor=hidden)),
            key_bindings=self._bindings(),
            style=Style.from_dict({name: prompt_style(THEME.styles[name]) for name in STYLES}),
            full_screen=True,
            erase_when_done=True,
            input=self._keys or create_input(sys.stdin),
            output=screen,
        )
        # So many seconds after Esc the rest of an arrow key may still come, over a slow connection.
        app.ttimeoutlen = 0.1
        # By itself it scrolls or wipes the screen when it ends, so every answer would make it flicker.
        erase = app.renderer.erase
        app.renderer.erase = lambda **how: None if app.is_done else erase(**how)  # type: ignore[method-assign]
        return app

    def _bindings(self) -> KeyBindings:
        """Return what each key does: mostly what the page makes of it."""
        from prompt_toolkit.key_binding import KeyBindings
        from prompt_toolkit.key_binding.key_processor import KeyPress
        from prompt_toolkit.keys import Keys

        bindings = KeyBindings()

        def press(event: KeyPressEvent) -> None:
            key = event.key_sequence[0].key
            found = self._page.press(_KEYS.get(key.value, "") if isinstance(key, Keys) else event.data)
            if found is not None:
                event.app.exit(result=found)

        def paste(event: KeyPressEvent) -> None:
            # As if it had been typed, so that a pasted line ends a question, and its next line answers the next.
            parts = re.split("(\n)", event.data[:_LONGEST_PASTE].replace("\r\n", "\n").replace("\r", "\n"))
            keys = (KeyPress(Keys.ControlJ if one == "\n" else one[0], one) for one in parts if one)
            event.app.key_processor.feed_multiple(list(keys), first=True)

        bindings.add("<any>")(press)
        for name in _KEYS:
            # Eagerly, or Esc would wait for what may follow it.
            bindings.add(name, eager=True)(press)
        bindings.add("<bracketed-paste>")(paste)
        for name in ("c-c", "c-q", "<sigint>"):
            bindings.add(name)(lambda event: event.app.exit(exception=KeyboardInterrupt))
        bindings.add("c-d")(lambda event: event.app.exit(exception=EOFError))
        bindings.add("c-z")(lambda event: event.app.suspend_to_background())
        return bindings


def _write(stream: TextIO, text: str) -> None:
    # The terminal may be gone.
    with suppress(OSError, ValueError):
        stream.write(text)
        stream.flush()


@contextmanager
def holding(wanted: bool) -> Iterator[ExitStack]:
    """Hold the terminal, and put it right again whatever happens; yields what closes the screen before that.

    SIGTERM, SIGHUP and SIGINT leave with 128 and their number, whatever is being done. Keys come one by one, unechoed,
    and Ctrl-C still interrupts while nothing reads them; not where there is no terminal, or on Windows.
    """
    with ExitStack() as held:
        for number in (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP", "SIGINT")):
            if number is not None:
                held.callback(signal.signal, number, signal.signal(number, _leave))
        with suppress(ImportError):
            import termios

            def put_right() -> None:
                # The terminal may be gone.
                with suppress(termios.error, OSError, ValueError):
                    termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, before)

            if wanted and sys.stdin.isatty():
                before = termios.tcgetattr(sys.stdin.fileno())
                held.callback(put_right)
                mode = termios.tcgetattr(sys.stdin.fileno())
                # Not by `tty.setcbreak`, which leaves Ctrl-S to stop the terminal, and Enter to the version of Python.
                mode[0] &= ~termios.IXON
                mode[3] &= ~(termios.ECHO | termios.ICANON)
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, mode)
        yield held.enter_context(ExitStack())


def _leave(number: int, _frame: object) -> None:
    # A loop of asyncio, on which the menu runs, lets only this and KeyboardInterrupt through.
    asked = SystemExit(128 + number)
    current = sys.modules.get("prompt_toolkit.application.current")
    menu = current.get_app_or_none() if current is not None else None
    if menu is None or not menu.is_running:
        raise asked
    # Raised in the midst of a menu it would leave its loop half made.
    menu.loop.call_soon_threadsafe(lambda: menu.future.done() or menu.exit(exception=asked))
