"""Standard input, output and error as they come: open, closed, full, in any encoding.

What cannot be written gives one sentence and an exit status, never a traceback.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

from cakwizard.errors import harmless
from cakwizard.files import decode_text, read_text


def prepare() -> None:
    """Put nothing in place of a closed stream, and let a letter that an encoding lacks be replaced."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def out(text: str) -> None:
    """Write lines to standard output; what steers a terminal is replaced."""
    sys.stdout.write(harmless(text).rstrip("\n") + "\n")


def err(text: str) -> None:
    """Write a message to standard error; where that is impossible, the exit status must do."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        sys.stderr.write(harmless(text).rstrip("\n") + "\n")
        sys.stderr.flush()


def read_input(name: str, *, limit: int) -> str:
    """Return the text of a file, or of standard input for `-`; at most `limit` bytes.

    Raises:
        FileError: It cannot be read, is larger, or is not UTF-8.
    """
    if name != "-":
        return read_text(name, limit=limit)
    return decode_text(sys.stdin.buffer.read(limit + 1), "<stdin>", limit)


def finish() -> OSError | None:
    """Write out what was held back; return why that failed, if anybody is left who should know."""
    try:
        sys.stdout.flush()
    except OSError as fault:
        # The interpreter flushes once more at the end, which must say nothing.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return None if isinstance(fault, BrokenPipeError) else fault
    return None
