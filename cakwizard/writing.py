"""Write a file as a whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from cakwizard.errors import FileError
from cakwizard.errors import Issue

__all__ = ["write_atomically"]

# A name may have 255 bytes; this leaves room for what makes the temporary one unique.
_LONGEST_PREFIX = 50


def write_atomically(path: str | Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file as a whole or not at all: beside it first, then put in its place.

    A link keeps pointing where it does, and what it points to is written. A file
    that is there keeps its permissions, unless `mode` is for its owner alone.

    Raises:
        FileError: It cannot be written; what was there is untouched.
    """
    try:
        there = _mode_of(Path(path))
        if there is not None and not stat.S_ISREG(there):
            # A device or a pipe holds nothing that could be lost, and must not be replaced by a file.
            with Path(path).open("wb") as stream:
                stream.write(data)
            return
        _replace(Path(os.path.realpath(path)), data, _permissions(mode, there))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(
            Issue(
                message=f"'{path}' cannot be written: {reason}",
                hint="choose another place",
                key="unwritable",
                values={"file": str(path), "reason": reason},
            )
        ) from None


def _mode_of(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _permissions(wanted: int, there: int | None) -> int:
    """Return the permissions to give: those wanted, or where more than the owner may read, those there were."""
    if there is not None and wanted & 0o077:
        return stat.S_IMODE(there) & 0o777
    mask = os.umask(0o077)
    os.umask(mask)
    return wanted & ~mask


def _replace(path: Path, data: bytes, mode: int) -> None:
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:_LONGEST_PREFIX]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        # Also when the system or Ctrl-C ends the program halfway.
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()
        raise
