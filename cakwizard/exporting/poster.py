"""A layout for a tree that is too large for lines across the page: branches in columns, as in a newspaper.

Every node is there once, with its answers indented below it. An answer that
leads elsewhere ends in the number of that question, and an outcome to which
several answers lead stands at the end, under a letter. So the whole tree stays
readable on one sheet. Nothing here draws; `poster_dot` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.outline import branches
from cakwizard.exporting.poster_blocks import Block
from cakwizard.exporting.poster_blocks import Setter
from cakwizard.exporting.poster_words import PosterWords

__all__ = ["Column", "Poster", "posters"]

_GAP = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The blocks of one column, each with how far down it begins."""

    blocks: tuple[tuple[float, Block], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """The whole layout, without the head; all measures in points."""

    columns: tuple[Column, ...]
    column_width: float
    height: float


def _fill(blocks: Sequence[Block], limit: float) -> list[Column]:
    """Return the blocks in columns of at most `limit`: branches in their order, then outcomes where there is room."""
    columns: list[list[tuple[float, Block]]] = [[]]
    used = [0.0]
    for block in blocks:
        if not block.boxes:
            continue
        if columns[-1] and used[-1] + block.height > limit:
            columns.append([])
            used.append(0.0)
        columns[-1].append((used[-1], block))
        used[-1] += block.height + _GAP
    at = 0
    for block in blocks:
        if block.boxes:
            continue
        # Letters stay in order from column to column, so that one can be looked up.
        while at < len(columns) and used[at] + block.height > limit:
            at += 1
        if at == len(columns):
            columns.append([])
            used.append(0.0)
        columns[at].append((used[at], block))
        used[at] += block.height
    return [Column(blocks=tuple(column)) for column in columns]


def _lowest(blocks: Sequence[Block], column_width: float, columns: int) -> Poster:
    """Return the lowest poster of these blocks with at most so many columns."""
    low = max(block.height for block in blocks)
    high = sum(block.height + _GAP for block in blocks)
    while high - low > 2:
        middle = (low + high) / 2
        if len(_fill(blocks, middle)) <= columns:
            high = middle
        else:
            low = middle
    found = _fill(blocks, high)
    height = max(down + block.height for column in found for down, block in column.blocks)
    return Poster(columns=tuple(found), column_width=column_width, height=height)


def posters(drawing: Drawing) -> Iterator[Poster]:
    """Yield the drawing in columns of several widths and numbers, to choose from."""
    texts = PosterWords(drawing)
    for deepest in range(2):
        parts = sorted(branches(drawing, deepest=deepest), key=lambda branch: texts.numbers[branch.node.id])
        for width in range(220, 401, 5):
            blocks = Setter(texts, parts, width).blocks()
            for columns in range(1, 9):
                yield _lowest(blocks, width, columns)
