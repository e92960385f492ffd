"""Text as Markdown shows it: no sign of it means anything."""

from __future__ import annotations

import re

__all__ = ["escaped"]

_SIGNS = re.compile(r"([\\`*_\[\]<>#|~&])")
_FIRST = re.compile(r"\A([-+=]|\d+(?=[.)]))")


def escaped(text: str) -> str:
    """Return text on one line, with a backslash before every sign that Markdown would act on."""
    line = " ".join(text.split())
    return _FIRST.sub(lambda found: _before(found.group()), _SIGNS.sub(r"\\\1", line))


def _before(sign: str) -> str:
    """Return a sign that would begin a list; of a number the stop behind it counts."""
    return f"\\{sign}" if not sign.isdigit() else f"{sign}\\"
