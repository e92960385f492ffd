"""Leave in order when the system, or Ctrl-C, asks the program to end.

Python throws away an exception that a signal raises while an object is being
cleared away. So what was asked is written down as well, and looked at before
each question.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from types import FrameType
from typing import Any

__all__ = ["Terminated", "end_if_asked", "leaving_in_order", "menu_on_screen"]

_AGAIN = 0.01


class Terminated(SystemExit):
    """The system asked the program to end (SIGTERM); like Ctrl-C it passes every `except Exception`.

    It is a SystemExit because a loop of asyncio, on which the menu runs, lets only
    that and Ctrl-C through: anything else it would report, and then wait for a key.
    """


class _Menu:
    """Whether a menu is on the screen, and how the program was asked to end, if it was."""

    shown = False
    asked: type[BaseException] | None = None


def end_if_asked() -> None:
    """Raise what a signal asked for and nobody has heard yet."""
    asked, _Menu.asked = _Menu.asked, None
    if asked is not None:
        raise asked


@contextmanager
def menu_on_screen() -> Iterator[None]:
    """Run a menu, and raise `Terminated` after it when the system asked the program to end meanwhile.

    An exception out of nowhere can leave the loop of a menu half made or waiting for
    ever; so the menu is told to end by itself.
    """
    end_if_asked()
    _Menu.shown = True
    try:
        yield
    finally:
        _Menu.shown = False
        end_if_asked()


@contextmanager
def leaving_in_order() -> Iterator[None]:
    """Turn SIGTERM into `Terminated`, so that the terminal is put right and answers can be kept."""
    _Menu.asked = None

    def leave(number: int, frame: FrameType | None) -> None:
        _Menu.asked = Terminated
        if not _Menu.shown:
            raise Terminated
        # Not from here: the menu may be about to start its loop.
        threading.Thread(target=_end_menu, daemon=True).start()

    def interrupt(number: int, frame: FrameType | None) -> None:
        _Menu.asked = KeyboardInterrupt
        raise KeyboardInterrupt

    def unheard(event: sys.UnraisableHookArgs) -> None:
        # It is not lost, so nobody need read about it.
        if not isinstance(event.exc_value, (Terminated, KeyboardInterrupt)):
            said_before(event)

    said_before = sys.unraisablehook
    try:
        before = signal.signal(signal.SIGTERM, leave)
        before_interrupt = signal.signal(signal.SIGINT, interrupt)
    except ValueError:
        # Only the main thread may set handlers; elsewhere the caller decides about signals.
        yield
        return
    sys.unraisablehook = unheard
    try:
        yield
    finally:
        sys.unraisablehook = said_before
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, before_interrupt)
        _Menu.asked = None


def _end_menu() -> None:
    """Wait until the menu runs, and let it end as if the input did."""
    from prompt_toolkit.application.current import get_app_or_none

    while _Menu.shown:
        menu = get_app_or_none()
        # A loop that has just closed is no fault: the menu has ended.
        with suppress(RuntimeError):
            if menu is not None and menu.loop is not None:
                menu.loop.call_soon_threadsafe(_end, menu)
        time.sleep(_AGAIN)


def _end(menu: Any) -> None:
    if menu.future is not None and not menu.future.done():
        menu.exit(exception=EOFError())
