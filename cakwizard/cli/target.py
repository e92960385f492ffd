"""Where the rows of many cases go."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TypeVar

_PIECE = 1000
Case = TypeVar("Case")


class Target:
    """Writes rows to a file or standard output: whole rows, also when Ctrl-C or SIGTERM comes between.

    Attributes:
        asked: The signal that asked to stop, or 0.
    """

    def __init__(self, file: str | None) -> None:
        self.asked = 0
        self._file = Path(file or "")
        self._stream: IO[str] | None = None if file else sys.stdout
        if isinstance(self._stream, io.TextIOWrapper):
            # What passes through stays as it came, whatever the terminal speaks.
            self._stream.reconfigure(encoding="utf-8", errors="replace", newline="")
        self._held: list[str] = []
        self._waiting = False
        self._before: list[tuple[int, Any]] = []

    def __enter__(self) -> Target:
        """Let a signal come between two rows."""
        with suppress(ValueError):  # Only the main thread may set handlers.
            self._before = [(one, signal.signal(one, self._stop)) for one in (signal.SIGINT, signal.SIGTERM)]
        return self

    def __exit__(self, *_: object) -> None:
        """Write what is held."""
        try:
            self._flush()
        finally:
            for number, handler in self._before:
                signal.signal(number, handler)
            if self._stream not in (None, sys.stdout):
                self._stream.close()

    def _stop(self, number: int, _frame: object) -> None:
        self.asked = number
        if self._waiting:
            raise KeyboardInterrupt

    def wait(self, cases: Iterator[Case]) -> Case | None:
        """Return the next case, or None; only here a signal stops at once, so that no row is left half made."""
        self._waiting = True
        try:
            return next(cases, None)
        finally:
            self._waiting = False

    def write(self, row: str) -> None:
        """Take a row."""
        self._held.append(row)
        if len(self._held) >= _PIECE:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            # Not before there is a row: what is wrong with the cases leaves the file as it was.
            self._stream = self._stream or self._file.open("w", encoding="utf-8", errors="replace", newline="")
            self._stream.write("".join(self._held))
            self._stream.flush()
        self._held.clear()
