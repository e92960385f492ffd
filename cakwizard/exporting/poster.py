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
from cakwizard.exporting.drawing import edge_of
from cakwizard.exporting.measure import fold_lines
from cakwizard.exporting.measure import text_width
from cakwizard.exporting.measure import widest_word
from cakwizard.exporting.outline import Branch
from cakwizard.exporting.outline import branches
from cakwizard.exporting.poster_words import PosterWords
from cakwizard.model import Route

__all__ = ["ICON", "LINE", "SIZE", "Box", "Column", "Poster", "Row", "Sign", "posters"]

SIZE = 10.0
"""The size of the words, in points."""

LINE = 11.0
ICON = 16.0
_STEP = 14.0
_PAD = 2.2
_GAP = 7.0
_BELOW = 2.0
_SHARES = (0.34, 0.42, 0.5, 0.58)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A question: its lines, and where its upper left corner is within the block."""

    node: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """An outcome: a small shape, and its name and title beside it."""

    outcome: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An answer: its lines, the box it belongs to, and where its arrow ends.

    `end` is the box or sign that it points at, or the words that say where to go on;
    `below` says that this stands below the answer and not beside it.
    """

    route: Route
    box: Box
    lines: tuple[str, ...]
    x: float
    y: float
    target: float
    end: Box | Sign | str
    below: bool


@dataclass(slots=True)
class _Block:
    """What stays together in one column."""

    boxes: list[Box]
    signs: list[Sign]
    rows: list[Row]
    height: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The blocks of one column, each with how far down it begins."""

    blocks: tuple[tuple[float, _Block], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """The whole layout, without the head; all measures in points."""

    columns: tuple[Column, ...]
    column_width: float
    height: float


class _Setter:
    """Sets the branches of a drawing in columns of one width."""

    def __init__(self, texts: PosterWords, parts: Sequence[Branch], width: float) -> None:
        self.texts = texts
        self.parts = parts
        self.width = width

    def blocks(self) -> list[_Block]:
        found = [self._best(branch) for branch in self.parts]
        for key in self.texts.letters:
            block = _Block([], [], [])
            sign = self._sign(key, 0, 0)
            block.signs.append(sign)
            block.height = len(sign.lines) * LINE + _PAD
            found.append(block)
        return found

    def _best(self, branch: Branch) -> _Block:
        """Return the branch with the share of the width for answers that makes it shortest."""
        return min((self._branch(branch, share) for share in _SHARES), key=lambda block: block.height)

    def _branch(self, branch: Branch, share: float) -> _Block:
        block = _Block([], [], [])
        boxes = [self._box(block, branch.node.id, 0)]
        for item in branch.items:
            del boxes[item.depth + 1 :]
            route = item.route
            if item.inside:
                boxes.append(self._question_below(block, boxes[-1], route))
            elif route.target in self.texts.ends:
                self._elsewhere(block, boxes[-1], route)
            else:
                self._outcome(block, boxes[-1], route, share)
            block.height += _PAD
        return block

    def _question_below(self, block: _Block, box: Box, route: Route) -> Box:
        """Set an answer, and below it the question that it leads to."""
        x, y = box.x + _STEP, block.height
        lines = self._answer(route, self.width - x)
        block.height += len(lines) * LINE + _PAD
        inner = self._box(block, route.target, x + 8)
        block.height -= _PAD
        block.rows.append(Row(route=route, box=box, lines=lines, x=x, y=y, target=inner.x, end=inner, below=True))
        return inner

    def _outcome(self, block: _Block, box: Box, route: Route, share: float) -> None:
        """Set an answer and its outcome: beside one another, or below when that takes less room."""
        x, y = box.x + _STEP, block.height
        answer = self.texts.answers[edge_of(route)]
        target = x + (self.width - x) * share
        limit = target - x - 18
        lines = self._answer(route, limit)
        sign = self._sign(route.target, target, y)
        flat = self._answer(route, self.width - x)
        under = self._sign(route.target, x + 18, y + len(flat) * LINE + _BELOW)
        beside = max(len(lines), len(sign.lines)) * LINE
        stacked = (len(flat) + len(under.lines)) * LINE + _BELOW
        below = stacked < beside or widest_word(answer, SIZE) > limit
        if below:
            lines, sign = flat, under
        block.signs.append(sign)
        block.rows.append(Row(route=route, box=box, lines=lines, x=x, y=y, target=sign.x, end=sign, below=below))
        block.height += stacked if below else beside

    def _elsewhere(self, block: _Block, box: Box, route: Route) -> None:
        """Set an answer and, at the right, the words that say where to go on."""
        x, y = box.x + _STEP, block.height
        answer, end = self.texts.answers[edge_of(route)], self.texts.ends[route.target]
        wide = text_width(end, SIZE, bold=True)
        limit = self.width - x - wide - 24
        flat = self._answer(route, self.width - x)
        lines = self._answer(route, max(limit, 1))
        below = widest_word(answer, SIZE) > limit or len(lines) > len(flat) + 1
        if below:
            lines = flat
        target = self.width - wide
        block.rows.append(Row(route=route, box=box, lines=lines, x=x, y=y, target=target, end=end, below=below))
        block.height += LINE * (len(lines) + below)

    def _answer(self, route: Route, width: float) -> tuple[str, ...]:
        edge = edge_of(route)
        return fold_lines(self.texts.answers[edge], width, SIZE, bold=edge in self.texts.bold)

    def _box(self, block: _Block, node: str, x: float) -> Box:
        width = self.width - x
        lines = fold_lines(self.texts.questions[node], width - 8, SIZE, bold=True)
        height = len(lines) * LINE + 4
        box = Box(node=node, lines=lines, x=x, y=block.height, width=width, height=height)
        block.boxes.append(box)
        block.height += height + _PAD
        return box

    def _sign(self, outcome: str, x: float, y: float) -> Sign:
        width = self.width - x
        # Its first words are bold, so a little wider than they are measured.
        lines = fold_lines(self.texts.outcomes[outcome], (width - ICON - 8) / 1.04, SIZE)
        return Sign(outcome=outcome, lines=lines, x=x, y=y, width=width)


def _fill(blocks: Sequence[_Block], limit: float) -> list[Column]:
    """Return the blocks in columns of at most `limit`: branches in their order, then outcomes where there is room."""
    columns: list[list[tuple[float, _Block]]] = [[]]
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


def _lowest(blocks: Sequence[_Block], column_width: float, columns: int) -> Poster:
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
            blocks = _Setter(texts, parts, width).blocks()
            for columns in range(1, 9):
                yield _lowest(blocks, width, columns)
