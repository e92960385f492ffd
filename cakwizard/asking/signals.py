"""Leave in order when the system asks the program to end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Terminated", "leaving_in_order"]


class Terminated(SystemExit):
    """The system asked the program to end (SIGTERM); like Ctrl-C it passes every `except Exception`.

    It is a SystemExit because a loop of asyncio, on which the menu runs, lets only
    that and Ctrl-C through: anything else it would report, and then wait for a key.
    """


@contextmanager
def leaving_in_order() -> Iterator[None]:
    """Turn SIGTERM into `Terminated`, so that the terminal is put right and answers can be kept."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise Terminated

    try:
        before = signal.signal(signal.SIGTERM, leave)
    except ValueError:
        # Only the main thread may set handlers; elsewhere the caller decides about signals.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
