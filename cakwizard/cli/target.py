"""Where the rows of many cases go."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import Any

__all__ = ["Target"]

_CHUNK = 1 << 16


class Target:
    """Where rows go: nothing but whole rows, also when the disk is full or the program is told to stop.

    Attributes:
        asked: The signal that asked to stop, or 0.
    """

    def __init__(self, file: str | None) -> None:
        self.file, self.handle = file, -1
        self.held: list[str] = []
        self.length = self.asked = 0
        self._writing = False
        self._before: list[tuple[int, Any]] = []

    def __enter__(self) -> Target:
        """Let Ctrl-C and SIGTERM come between two rows."""
        with suppress(ValueError):  # Only the main thread may set handlers.
            self._before = [(one, signal.signal(one, self._stop)) for one in (signal.SIGINT, signal.SIGTERM)]
        return self

    def __exit__(self, *_: object) -> None:
        """Write what is held."""
        try:
            self.flush()
        finally:
            for number, handler in self._before:
                signal.signal(number, handler)
            if self.handle >= 0:
                os.close(self.handle)

    def _stop(self, number: int, _frame: object) -> None:
        self.asked = number
        if not self._writing:
            raise KeyboardInterrupt

    def write(self, row: str) -> None:
        """Take a row."""
        self.held.append(row)
        self.length += len(row)
        if self.length >= _CHUNK:
            self.flush()
            if self.asked:
                raise KeyboardInterrupt

    def flush(self) -> None:
        """Write out the rows that are held."""
        data = "".join(self.held).encode(errors="replace")
        self.held.clear()
        self.length = 0
        self._writing = True
        try:
            if self.file is None:
                sys.stdout.flush()
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
            elif data:
                self._append(self.file, data)
        finally:
            self._writing = False

    def _append(self, file: str, data: bytes) -> None:
        # Not before there is a row: what is wrong with the cases leaves the file as it was.
        if self.handle < 0:
            self.handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
        start = os.lseek(self.handle, 0, os.SEEK_CUR)
        try:
            while data:
                data = data[os.write(self.handle, data) :]
        except OSError:
            os.ftruncate(self.handle, start)
            raise
