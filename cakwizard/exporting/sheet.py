"""Which layout a picture gets: lines across the page while that stays readable, else columns.

Readable is 7 points on A4, which is held in the hand, and 6 on A3, which hangs
on a wall.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.layout import run_layout
from cakwizard.exporting.picture import FONT_SIZE
from cakwizard.exporting.picture import picture_dot
from cakwizard.exporting.poster import posters
from cakwizard.exporting.poster_dot import poster_dot
from cakwizard.exporting.poster_dot import poster_size

__all__ = ["Page", "Sheet", "fit", "make_sheet"]

_PAPERS = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}
_LEAST = {"A4": 7.0, "A3": 6.0}
_MARGIN = 5.0
_FIXED = ("-Kneato", "-n2")
_SIZE = re.compile(rb'<svg width="([\d.]+)pt" height="([\d.]+)pt"')


class Page(NamedTuple):
    """A sheet of paper in millimetres, and the size of the words, in points, when the picture fills it."""

    paper: str
    width: float
    height: float
    points: float

    @property
    def readable(self) -> bool:
        """Tell whether the words are large enough for this paper."""
        return self.points >= _LEAST[self.paper]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A picture ready to be drawn: its DOT, how the layout program is to be called, and the page it fits."""

    dot: str
    options: tuple[str, ...]
    page: Page


def fit(width: float, height: float, paper: str) -> Page:
    """Return the paper, upright or on its side, on which a picture of so many points is largest."""
    long, short = _PAPERS[paper]
    pages = []
    for wide, high in ((long, short), (short, long)):
        scale = min((wide - 2 * _MARGIN) / width, (high - 2 * _MARGIN) / height) * 72 / 25.4
        pages.append(Page(paper, wide, high, FONT_SIZE * min(scale, 1.0)))
    return max(pages, key=lambda page: page.points)


def make_sheet(drawing: Drawing) -> Sheet:
    """Return the drawing in the layout that is readable on the smallest paper.

    With a direction asked for there are always lines across the page, however small the words become.
    """
    dot = picture_dot(drawing)
    size = _size(dot)
    pages = [fit(*size, paper) for paper in _PAPERS]
    if drawing.direction is not None:
        page = next((page for page in pages if page.readable), pages[-1])
        return Sheet(dot=dot, options=(), page=page)
    found = list(posters(drawing))
    for paper, page in zip(_PAPERS, pages, strict=True):
        if page.readable:
            return Sheet(dot=dot, options=(), page=page)
        sizes = [fit(*poster_size(drawing, one), paper) for one in found]
        best = max(range(len(found)), key=lambda number: sizes[number].points)
        if sizes[best].readable or paper == list(_PAPERS)[-1]:
            break
    return Sheet(dot=poster_dot(drawing, found[best]), options=_FIXED, page=sizes[best])


def _size(dot: str) -> tuple[float, float]:
    """Return the width and height that a layout takes, in points."""
    match = _SIZE.search(run_layout(dot, "svg"))
    return (float(match.group(1)), float(match.group(2))) if match else (1.0, 1.0)
