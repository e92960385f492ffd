"""The terminal that a conversation in a window holds from its first moment to its last.

Between two questions nothing reads the keys. So that none is lost or echoed meanwhile, the terminal hands over every
key as it comes for the whole conversation; and the whole is drawn on the alternate screen, where a window that is
resized leaves nothing behind, and which gives back what stood on the terminal before.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

__all__ = ["Held", "holding", "keep_still"]

_ESCAPE_SECONDS = 0.1
"""How long after Esc the rest of an arrow key may still come, over a slow connection."""

_ENTER = "\x1b[?1049h\x1b[H\x1b[2J"
# Wiped first: a terminal without an alternate screen would keep the last question above what comes now.
_LEAVE = "\x1b[0m\x1b[?25h\x1b[H\x1b[2J\x1b[?1049l"


class Held:
    """A terminal whose keys come one by one, unechoed; nothing happens where there is none, or another system."""

    def __init__(self, wanted: bool = True) -> None:
        """Remember how the terminal is set, if it is to be held."""
        self._before: list[Any] | None = None
        self._screen: TextIO | None = None
        with suppress(ImportError, OSError, ValueError):
            import termios

            self._before = termios.tcgetattr(sys.stdin.fileno()) if wanted and sys.stdin.isatty() else None

    def hold(self) -> None:
        """Have the keys handed over as they come; Ctrl-C still interrupts while nothing reads them."""
        if self._before is not None:
            import termios

            mode = [*self._before[:6], [*self._before[6]]]
            mode[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
            mode[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
            self._set(mode)

    def release(self) -> None:
        """Put the terminal back as it was."""
        if self._before is not None:
            self._set(self._before)

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

    def suspend(self) -> None:
        """Let the shell come to the front, and go on when it brings the program back."""
        import signal

        stream = self._screen
        self.close_screen()
        self.release()
        os.kill(0, signal.SIGTSTP)
        self.hold()
        if stream is not None:
            self.open_screen(stream)

    def _set(self, mode: list[Any]) -> None:
        import termios

        with suppress(termios.error, OSError, ValueError):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, mode)


@contextmanager
def holding(wanted: bool = True) -> Iterator[Held]:
    """Hold the terminal if that is wanted, and put it right again whatever happens."""
    held = Held(wanted)
    held.hold()
    try:
        yield held
    finally:
        held.close_screen()
        held.release()


def keep_still(app: Any) -> None:
    """Leave what a full-screen application of prompt_toolkit drew where it is until the next is drawn over it.

    By itself it scrolls or wipes the screen when it ends, so every answer would make it flicker. Esc is taken for the
    key itself when no more of an arrow key has come in a moment.
    """
    erase = app.renderer.erase
    app.erase_when_done = True
    app.renderer.erase = lambda **how: None if app.is_done else erase(**how)
    app.ttimeoutlen = _ESCAPE_SECONDS
