"""Leave in order when the system, or Ctrl-C, asks the program to end.

Python throws away an exception that a handler raises while an object is being cleared away, and one raised in the
midst of a menu would leave its loop half made. So what was asked is written down as well and looked at before and
after each question, and a menu that is on the screen is told to end by itself.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["Ended", "end_if_asked", "leaving_in_order"]


class Ended(SystemExit):
    """The system asked the program to end; `status` is what it leaves with.

    It is a SystemExit because a loop of asyncio, on which the menu runs, lets only that and Ctrl-C through.
    """

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.status = 128 + number


_asked: list[BaseException] = []


def end_if_asked() -> None:
    """Raise what a signal asked for and nobody has heard yet."""
    if _asked:
        asked = _asked[-1]
        _asked.clear()
        raise asked


@contextmanager
def leaving_in_order() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into `Ended` and SIGINT into `KeyboardInterrupt`, whatever is being done."""
    _asked.clear()

    def leave(number: int, frame: FrameType | None) -> None:
        asked = KeyboardInterrupt() if number == signal.SIGINT else Ended(number)
        _asked.append(asked)
        menu = _running_menu()
        if menu is None:
            raise asked
        menu.loop.call_soon_threadsafe(_end, menu)

    names = ("SIGTERM", "SIGHUP", "SIGINT")
    try:
        before = {number: signal.signal(number, leave) for name in names if (number := getattr(signal, name, None))}
    except ValueError:
        # Only the main thread may set handlers; elsewhere the caller decides about signals.
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _asked.clear()


def _running_menu() -> Any:
    """Return the prompt_toolkit application whose loop runs, or None."""
    current = sys.modules.get("prompt_toolkit.application.current")
    menu = current.get_app_or_none() if current is not None else None
    return menu if menu is not None and menu.is_running and menu.loop is not None and menu.loop.is_running() else None


def _end(menu: Any) -> None:
    if menu.future is not None and not menu.future.done():
        menu.exit(exception=EOFError())
