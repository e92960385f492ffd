"""Put a text on the clipboard through the terminal (OSC 52), where there is a terminal to ask."""

from __future__ import annotations

import os
import sys
from typing import IO

from cakwizard.formats import clipboard_sequence

__all__ = ["can_copy", "copy"]


def can_copy() -> bool:
    """Tell whether there is a terminal that could be asked; whether it does as asked nobody can know."""
    return os.environ.get("TERM") != "dumb" and _terminal() is not None


def copy(text: str) -> bool:
    """Ask the terminal to put `text` on the clipboard; return False when there is none or the text is too long."""
    stream = _terminal()
    sequence = clipboard_sequence(text)
    if stream is None or sequence is None:
        return False
    stream.write(sequence)
    stream.flush()
    return True


def _terminal() -> IO[str] | None:
    """Return the stream that the terminal shows: never a file or a pipe, in which the sequence would be rubbish."""
    return next((stream for stream in (sys.stderr, sys.stdout) if stream is not None and stream.isatty()), None)
