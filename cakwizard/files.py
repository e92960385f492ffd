"""Read a file with a limit, and write one whole or not at all.

Nobody's file is overwritten unasked: what is there must be of the kind that is written, and no input of the call.
A pipe, folder or device gets a sentence; opening one may wait for ever, or do something.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from cakwizard.errors import FileError, Location, spoken

__all__ = ["MAX_BYTES", "check_target", "decode_text", "open_bytes", "read_text", "write_whole"]

MAX_BYTES = 8 * 1024 * 1024
"""How much of a file is read; a tree has 200 KiB."""

_HEAD = 65536
# Windows has no such flag, nor pipes among its files.
_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_text(path: str | Path, *, limit: int = MAX_BYTES) -> str:
    """Return the text of a file of at most `limit` bytes.

    Raises:
        FileError: It is not there, cannot be read, is no plain file, is larger, or is not UTF-8.
    """
    with open_bytes(path) as stream:
        return decode_text(stream.read(limit + 1), str(path), limit)


def open_bytes(path: str | Path) -> BinaryIO:
    """Open a file to read it piece by piece.

    Raises:
        FileError: It is not there, cannot be read, or is no plain file.
    """
    try:
        _refuse_other(path, Path(path).stat())
        # What was a file a moment ago may be a pipe now.
        return os.fdopen(os.open(path, os.O_RDONLY | _NO_WAIT), "rb")
    except FileNotFoundError:
        raise _fault("no_file", path) from None
    except (OSError, ValueError) as error:
        raise _fault("unreadable", path, reason=_reason(error)) from None


def decode_text(data: bytes, name: str, limit: int = MAX_BYTES) -> str:
    """Return bytes as text without a byte order mark, or raise `FileError` when they are too many or not UTF-8."""
    if len(data) > limit:
        raise _fault("too_large", name, size=limit // 1024)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Location(name, data.count(b"\n", 0, error.start) + 1)
        raise FileError(spoken("no_text", place, None, "CW001")) from None


def check_target(
    path: str | Path,
    *,
    kind: Callable[[bytes], bool] | None = None,
    force: bool = False,
    inputs: Iterable[str | Path] = (),
) -> None:
    """Refuse what `write_whole` would refuse, before the work is done.

    Args:
        kind: Tells from the first bytes of a file whether it may be replaced; an empty file may be.
        force: Replace a file of another kind; an input is never replaced.
        inputs: What the call reads.

    Raises:
        FileError: Writing there would destroy something, or cannot be.
    """
    try:
        there = Path(path).stat()
    except FileNotFoundError:
        folder = Path(os.path.realpath(path)).parent
        if not folder.is_dir():
            raise _fault("no_folder", folder) from None
        if not os.access(folder, os.W_OK):
            raise _fault("unwritable", folder, reason=os.strerror(errno.EACCES)) from None
        return
    except (OSError, ValueError) as error:
        raise _fault("unwritable", path, reason=_reason(error)) from None
    _refuse_other(path, there)
    for one in inputs:
        with suppress(OSError, ValueError):
            if os.path.samestat(Path(one).stat(), there):
                raise _fault("same_file", path)
    if force or not there.st_size:
        return
    if not os.access(path, os.W_OK):
        raise _fault("unwritable", path, reason=os.strerror(errno.EACCES))
    with open_bytes(path) as stream:
        if kind is None or not kind(stream.read(_HEAD)):
            raise _fault("not_that_kind", path)


def write_whole(
    path: str | Path,
    data: bytes,
    *,
    kind: Callable[[bytes], bool] | None = None,
    force: bool = False,
    inputs: Iterable[str | Path] = (),
    mode: int = 0o644,
) -> None:
    """Write a file whole or not at all: beside it first, then put in its place.

    A link keeps pointing where it does, and what it points to is written. A file that is there keeps its permissions,
    unless `mode` is for its owner alone. The other arguments are those of `check_target`.

    Raises:
        FileError: It would destroy something or cannot be written; what was there is untouched.
    """
    check_target(path, kind=kind, force=force, inputs=inputs)
    target = Path(os.path.realpath(path))
    temporary: str | None = None
    try:
        if mode & 0o077 and target.exists():
            mode = stat.S_IMODE(target.stat().st_mode) & 0o777
        elif mode & 0o077:
            os.umask(mask := os.umask(0o077))
            mode &= ~mask
        # A name may have 255 bytes; a part of it leaves room for what makes the temporary one unique.
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name[:50]}.", dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
        temporary = None
    except (OSError, ValueError) as error:
        raise _fault("unwritable", path, reason=_reason(error)) from None
    finally:
        # Also when a signal ends the program halfway.
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()


def _refuse_other(path: str | Path, there: os.stat_result) -> None:
    if not stat.S_ISREG(there.st_mode):
        raise _fault("no_plain_file", path)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _fault(key: str, file: str | Path, **values: object) -> FileError:
    return FileError(spoken(key, file=file, **values))
