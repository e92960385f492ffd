"""How wide words are, so that a layout can be made before anything is drawn.

The widths are those of Helvetica, which Arial and Liberation Sans share, in
thousandths of the size of the font.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["fold_lines", "text_width", "widest_word"]

_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 "
    "556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 "
    "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 "
    "333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 "
    "556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_ASCII = {chr(32 + number): int(width) for number, width in enumerate(_WIDTHS.split())}
_OTHER = 1000
_BOLD = 1.1
# Another font of the same kind may be a little wider; better a little room than a cut word.
_ROOM = 1.04


@lru_cache(maxsize=2048)
def _char(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    plain = unicodedata.normalize("NFD", char)[0]
    return _ASCII.get(plain, _OTHER)


@lru_cache(maxsize=16384)
def _word(word: str) -> float:
    return sum(map(_char, word)) / 1000 * _ROOM


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a line is, in points."""
    return _word(text) * size * (_BOLD if bold else 1)


def widest_word(text: str, size: float) -> float:
    """Return how wide the widest word of a text is, in points: a column must be at least that wide."""
    return max((_word(word) for word in text.split()), default=0.0) * size


@lru_cache(maxsize=16384)
def fold_lines(text: str, width: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Return the text in lines of at most `width` points; only a word that is wider than that is cut."""
    room = width / size / (_BOLD if bold else 1)
    space = _word(" ")
    lines: list[str] = []
    line: list[str] = []
    used = 0.0
    for word in _pieces(text, room):
        if line and used + space + _word(word) > room:
            lines.append(" ".join(line))
            line, used = [], 0.0
        used += _word(word) + (space if line else 0)
        line.append(word)
    return (*lines, " ".join(line))


def _pieces(text: str, room: float) -> Iterator[str]:
    """Yield the words of a text; of one that is wider than a line, parts that are not."""
    for word in text.split():
        rest = word
        while _word(rest) > room and len(rest) > 1:
            cut = next((at for at in range(len(rest) - 1, 1, -1) if _word(rest[:at]) <= room), 1)
            yield rest[:cut]
            rest = rest[cut:]
        yield rest
