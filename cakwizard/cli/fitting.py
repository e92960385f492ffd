"""Long lines of a report on a terminal: broken between words and hung under where they begin; pipes get them whole."""

from __future__ import annotations

import sys

from cakwizard.cli import common


def fitted(line: str) -> str:
    """Return a line as a terminal can show it; one that holds line ends is laid out already."""
    if not sys.stdout.isatty() or "\n" in line:
        return line
    from cakwizard.showing.text import wrapped

    width, indent = common.text_width(), len(line) - len(line.lstrip())
    first, *rest = wrapped(line, width - indent - 2)
    return "\n".join([" " * indent + first, *(" " * (indent + 2) + one for one in rest)])
