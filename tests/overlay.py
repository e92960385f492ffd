"""Lay a part of a tree over a whole one, by its text: so a part may also be broken."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)
_ENTRY = re.compile(r"^(?=  [^\s#])", re.MULTILINE)


def overlay(base: str, part: str) -> str:
    """Return `base` with the blocks and entries of `part` in the place of those of the same name, or added."""
    blocks = _parts(_BLOCK, base)
    for name, text in _parts(_BLOCK, part.strip("\n") + "\n").items():
        if name in blocks and "\n  " in text:
            text = "".join({**_parts(_ENTRY, blocks[name]), **_parts(_ENTRY, text)}.values())
        blocks[name] = text if text.endswith("\n") else text + "\n"
    return "".join(blocks.values())


def _parts(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    """Return the parts that begin where the pattern matches, by the word that they begin with."""
    found: dict[str, str] = {}
    for piece in pattern.split(text):
        if piece:
            name = piece.split(":")[0].strip()
            found[name] = found.get(name, "") + piece
    return found
