"""Write a file as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cakwizard.errors import FileError
from cakwizard.errors import Issue

__all__ = ["write_atomically"]


def write_atomically(path: str | Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file as a whole or not at all: beside it first, then put in its place.

    Raises:
        FileError: It cannot be written; what was there is untouched.
    """
    path = Path(path)
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise FileError(
            Issue(message=f"'{path}' cannot be written: {error.strerror or error}", hint="choose another place")
        ) from None
