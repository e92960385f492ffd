"""The blocks of a poster: a branch of the tree, set in a column of one width.

Every question is a box with its answers below it; an answer ends at an outcome, at
the next question, or in words that say where to go on. Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cakwizard.exporting.drawing import edge_of
from cakwizard.exporting.measure import fold_lines
from cakwizard.exporting.measure import text_width
from cakwizard.exporting.measure import widest_word
from cakwizard.exporting.outline import Branch
from cakwizard.exporting.poster_words import PosterWords
from cakwizard.model import Route

__all__ = ["ICON", "LINE", "SIZE", "Block", "Box", "Row", "Setter", "Sign"]

SIZE = 10.0
"""The size of the words, in points."""

LINE = 11.0
ICON = 16.0
_STEP = 14.0
_PAD = 2.2
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
class Block:
    """What stays together in one column."""

    boxes: list[Box]
    signs: list[Sign]
    rows: list[Row]
    height: float = 0.0


class Setter:
    """Sets the branches of a drawing in columns of one width."""

    def __init__(self, texts: PosterWords, parts: Sequence[Branch], width: float) -> None:
        self.texts = texts
        self.parts = parts
        self.width = width

    def blocks(self) -> list[Block]:
        """Return a block for each branch, and one for each outcome that stands under a letter."""
        found = [self._best(branch) for branch in self.parts]
        for key in self.texts.letters:
            block = Block([], [], [])
            sign = self._sign(key, 0, 0)
            block.signs.append(sign)
            block.height = len(sign.lines) * LINE + _PAD
            found.append(block)
        return found

    def _best(self, branch: Branch) -> Block:
        """Return the branch with the share of the width for answers that makes it shortest."""
        return min((self._branch(branch, share) for share in _SHARES), key=lambda block: block.height)

    def _branch(self, branch: Branch, share: float) -> Block:
        block = Block([], [], [])
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

    def _question_below(self, block: Block, box: Box, route: Route) -> Box:
        """Set an answer, and below it the question that it leads to."""
        x, y = box.x + _STEP, block.height
        lines = self._answer(route, self.width - x)
        block.height += len(lines) * LINE + _PAD
        inner = self._box(block, route.target, x + 8)
        block.height -= _PAD
        block.rows.append(Row(route=route, box=box, lines=lines, x=x, y=y, target=inner.x, end=inner, below=True))
        return inner

    def _outcome(self, block: Block, box: Box, route: Route, share: float) -> None:
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

    def _elsewhere(self, block: Block, box: Box, route: Route) -> None:
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

    def _box(self, block: Block, node: str, x: float) -> Box:
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
