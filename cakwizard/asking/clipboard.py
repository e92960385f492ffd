"""Put a text on the clipboard through the terminal (OSC 52), where there is a terminal to ask."""

from __future__ import annotations

import base64
import os
from typing import IO

__all__ = ["can_copy", "copy"]

# xterm and tmux take no more in one sequence.
_MOST = 74_994


def can_copy(stream: IO[str]) -> bool:
    """Tell whether a stream is a terminal that could be asked; whether it does as asked nobody can know."""
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def copy(text: str, stream: IO[str]) -> bool:
    """Ask the terminal to put `text` on the clipboard; return False when it cannot be asked or the text is too long."""
    encoded = base64.b64encode(text.encode()).decode()
    if not can_copy(stream) or len(encoded) > _MOST:
        return False
    stream.write(f"\x1b]52;c;{encoded}\a")
    stream.flush()
    return True
