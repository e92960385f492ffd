"""Read a file with a limit, and write one whole or not at all.

Nobody's file is overwritten unasked: what is there must be of the kind that is written, and no input of the call.
A pipe, folder or device gets a sentence; opening one may wait for ever, or do something.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from cakwizard.errors import FileError, Location, spoken

MAX_BYTES = 8 * 1024 * 1024
"""How large a file may be; a tree has 200 KiB."""

IsKind = Callable[[bytes], bool] | None
"""Tells from the first bytes of a file whether it may be replaced; an empty file may be, and with None no other."""

Inputs = Iterable[str | Path | None]
"""What the call reads, and never writes; None where an option is not given."""


def read_text(path: str | Path) -> str:
    """Return the text of a file, or raise `FileError`."""
    with open_bytes(path) as stream:
        return decode_text(stream.read(MAX_BYTES + 1), str(path))


def open_bytes(path: str | Path) -> BinaryIO:
    """Open a plain file to read it piece by piece, or raise `FileError`."""
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise _fault("no_plain_file", path)
        return Path(path).open("rb")
    except FileNotFoundError:
        raise _fault("no_file", path) from None
    except (OSError, ValueError) as error:
        raise _fault("unreadable", path, error) from None


def decode_text(data: bytes, name: str) -> str:
    """Return bytes as text without a byte order mark, or raise `FileError` when they are too many or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise _fault("too_large", name, size=MAX_BYTES // 1024)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Location(name, data.count(b"\n", 0, error.start) + 1)
        raise FileError(spoken("no_text", place, None, "CW001")) from None


def check_target(path: str | Path, *, kind: IsKind = None, force: bool = False, inputs: Inputs = ()) -> None:
    """Raise `FileError` where `write_whole` would, before the work; by `force` a file of another kind is replaced."""
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
        raise _fault("unwritable", path, error) from None
    if not stat.S_ISREG(there.st_mode):
        raise _fault("no_plain_file", path)
    for one in inputs:
        with suppress(OSError, ValueError):
            if one is not None and os.path.samestat(Path(one).stat(), there):
                raise _fault("same_file", path)
    if force or not there.st_size:
        return
    if not os.access(path, os.W_OK):
        raise _fault("unwritable", path, reason=os.strerror(errno.EACCES))
    with open_bytes(path) as stream:
        if kind is None or not kind(stream.read(65536)):
            raise _fault("not_that_kind", path)


def write_whole(
    path: str | Path, data: bytes, *, mode: int = 0o644, force: bool = False, kind: IsKind = None, inputs: Inputs = ()
) -> None:
    """Write a file whole or not at all: beside it first, then put in its place.

    A link keeps pointing where it does, and what it points to is written. A file that is there keeps its permissions,
    unless `mode` is for its owner alone. Where `check_target` refuses, or it cannot be written, it raises `FileError`,
    and what was there is untouched.
    """
    check_target(path, kind=kind, force=force, inputs=inputs)
    target = Path(os.path.realpath(path))
    # A name may have 255 bytes; a part of it leaves room for what makes the temporary one unique.
    temporary = target.with_name(f".{target.name[:50]}.{secrets.token_hex(4)}")
    try:
        with open(temporary, "xb", opener=lambda file, flags: os.open(file, flags, mode)) as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if mode & 0o077 and target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except (OSError, ValueError) as error:
        raise _fault("unwritable", path, error) from None
    finally:
        # Also when a signal ends the program halfway.
        with suppress(OSError, ValueError):
            temporary.unlink(missing_ok=True)


def _fault(key: str, file: str | Path, error: Exception | None = None, **values: object) -> FileError:
    reason = getattr(error, "strerror", None) or str(error)
    return FileError(spoken(key, file=file, **{"reason": reason, **values}))
