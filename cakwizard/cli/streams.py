"""Standard input, output and error as they come: open, closed, full, in any encoding.

A program may be started with any of them closed (`>&-`), on a full disk, or into a
reader that goes away. Each gives one sentence and an exit status, never a traceback.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from typing import TextIO

import click

from cakwizard.errors import harmless

__all__ = ["ReaderGone", "finish", "noticing_gone_readers", "prepare", "reason", "tell"]


class ReaderGone(Exception):  # noqa: N818 - not a fault: whoever read along has seen enough
    """Whoever read what was written has gone away (`| head`)."""


def prepare() -> None:
    """Put something in place of a closed stream, and let a letter that an encoding lacks be replaced.

    Nothing can be read from a closed input; writing to a closed output fails as it
    does on a full disk; what goes to a closed standard error has no reader.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - open as long as the program runs
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
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


def tell(text: str) -> None:
    """Write a message to standard error; where that is impossible, the exit status must do."""
    with suppress(OSError, ValueError):
        click.echo(harmless(text), err=True)


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
            _send_nowhere(stream)
    return failed


def _send_nowhere(stream: TextIO) -> None:
    """Point a stream nowhere, so that the interpreter's own flush at the end says nothing."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        stream.flush()
