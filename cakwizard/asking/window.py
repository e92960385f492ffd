"""The terminal that a conversation holds from its first moment to its last, and what the system sends it.

Between two questions nothing reads the keys. So that none is lost or echoed meanwhile, the terminal hands over every
key as it comes for the whole conversation; and the whole is drawn on the alternate screen, where a window that is
resized leaves nothing behind, and which gives back what stood on the terminal before.
"""

from __future__ import annotations

import base64
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, TextIO

_ESCAPE_SECONDS = 0.1
"""How long after Esc the rest of an arrow key may still come, over a slow connection."""

_ENTER = "\x1b[?1049h\x1b[H\x1b[2J"
# Wiped first: a terminal without an alternate screen would keep the last question above what comes now. That lines wrap
# again prompt_toolkit sees to only when it wipes what it drew.
_LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[H\x1b[2J\x1b[?1049l"
# xterm and tmux take no more in one sequence for the clipboard.
_MOST = 74_994


class Held:
    """The alternate screen, open from the first question until the conversation is left."""

    _screen: TextIO | None = None

    def open_screen(self, stream: TextIO) -> None:
        """Draw on the alternate screen from now on."""
        if self._screen is None:
            self._screen = stream
            stream.write(_ENTER)

    def close_screen(self) -> None:
        """Give back what stood on the terminal before."""
        stream, self._screen = self._screen, None
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.write(_LEAVE)
                stream.flush()


@contextmanager
def holding(wanted: bool = True) -> Iterator[Held]:
    """Have the keys come one by one, unechoed, and put the terminal right again whatever happens.

    Ctrl-C still interrupts while nothing reads them. Nothing is done where there is no terminal, or on Windows.
    """
    held, before = Held(), None
    with suppress(ImportError):
        import termios

        if wanted and sys.stdin.isatty():
            before = termios.tcgetattr(sys.stdin.fileno())
            mode = [*before[:6], [*before[6]]]
            mode[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
            mode[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, mode)
    try:
        yield held
    finally:
        held.close_screen()
        if before is not None:
            # The terminal may be gone.
            with suppress(termios.error, OSError, ValueError):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, before)


def keep_still(app: Any) -> None:
    """Leave what a full-screen application of prompt_toolkit drew where it is until the next is drawn over it.

    By itself it scrolls or wipes the screen when it ends, so every answer would make it flicker. Esc is taken for the
    key itself when no more of an arrow key has come in a moment.
    """
    erase = app.renderer.erase
    app.erase_when_done = True
    app.renderer.erase = lambda **how: None if app.is_done else erase(**how)
    app.ttimeoutlen = _ESCAPE_SECONDS


def can_copy(stream: IO[str]) -> bool:
    """Tell whether a stream is a terminal that could be asked to copy; whether it does so nobody can know."""
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def copy(text: str, stream: IO[str]) -> bool:
    """Ask the terminal to put `text` on the clipboard (OSC 52); return False where that cannot be asked."""
    encoded = base64.b64encode(text.encode()).decode()
    if not can_copy(stream) or len(encoded) > _MOST:
        return False
    stream.write(f"\x1b]52;c;{encoded}\a")
    stream.flush()
    return True


class Ended(SystemExit):
    """The system asked the program to end, which leaves with 128 and the number of the signal.

    It is a SystemExit because a loop of asyncio, on which the menu runs, lets only that and Ctrl-C through.
    """


@contextmanager
def leaving_in_order() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into `Ended` and SIGINT into `KeyboardInterrupt`, whatever is being done."""

    def leave(number: int, _frame: object) -> None:
        asked = KeyboardInterrupt() if number == signal.SIGINT else Ended(128 + number)
        current = sys.modules.get("prompt_toolkit.application.current")
        menu = current.get_app_or_none() if current is not None else None
        if menu is None or not menu.is_running or menu.loop is None or not menu.loop.is_running():
            raise asked
        # Raised in the midst of a menu it would leave its loop half made.
        menu.loop.call_soon_threadsafe(lambda: menu.future.done() or menu.exit(exception=asked))

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)]
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
