"""Standard input, output and error as they come: open, closed, full, in any encoding.

A program may be started with any of them closed (`>&-`), on a full disk, or into a reader that goes away. Each gives
one sentence and an exit status, never a traceback.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cakwizard.errors import FileError, Issue, harmless
from cakwizard.files import decode_text, read_text

__all__ = ["ReaderGone", "err", "finish", "noticing_gone_readers", "out", "prepare", "read_input", "reason"]


class ReaderGone(Exception):  # noqa: N818 - not a fault: whoever read along has seen enough
    """Whoever read what was written has gone away (`| head`)."""


def prepare() -> None:
    """Put something in place of a closed stream, and let a letter that an encoding lacks be replaced.

    Nothing can be read from a closed input; writing to a closed output fails as it does on a full disk; what goes to
    a closed standard error has no reader.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextmanager
def noticing_gone_readers() -> Iterator[None]:
    """Raise `ReaderGone` for a broken pipe; click would leave with 1, which says that the tree is at fault."""
    try:
        yield
    except BrokenPipeError:
        raise ReaderGone from None


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
    if sys.__stdin__ is None and sys.stdin is not sys.__stdin__:
        message, hint = "standard input is closed", "name a file, or send one in: … - < FILE"
        raise FileError(Issue(message=message, hint=hint, key="closed_input"))
    return decode_text(sys.stdin.buffer.read(limit + 1), "<stdin>", limit)


def reason(fault: OSError) -> str:
    """Return why the system refused something, and for which file."""
    why = fault.strerror or str(fault)
    return f"{why}: '{fault.filename}'" if fault.filename is not None else why


def finish() -> OSError | None:
    """Write out what was held back; return why that failed, if anybody is left who should know."""
    failed: OSError | None = None
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError) as fault:
            if isinstance(fault, OSError) and not isinstance(fault, BrokenPipeError) and stream is sys.stdout:
                failed = fault
            # The interpreter flushes once more at the end, which must say nothing.
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)
                stream.flush()
    return failed
