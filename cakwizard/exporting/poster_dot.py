"""A poster as DOT in which every place is fixed, so that the layout program only draws."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from itertools import pairwise

from cakwizard.exporting.dot import attributes
from cakwizard.exporting.dot import quote
from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import edge_of
from cakwizard.exporting.measure import text_width
from cakwizard.exporting.picture import GREY
from cakwizard.exporting.picture import head_rows
from cakwizard.exporting.picture import markup
from cakwizard.exporting.poster import Poster
from cakwizard.exporting.poster_blocks import ICON
from cakwizard.exporting.poster_blocks import LINE
from cakwizard.exporting.poster_blocks import SIZE
from cakwizard.exporting.poster_blocks import Box
from cakwizard.exporting.poster_blocks import Row
from cakwizard.exporting.poster_blocks import Sign
from cakwizard.exporting.styles import FONT
from cakwizard.exporting.styles import INK
from cakwizard.exporting.styles import LINES
from cakwizard.exporting.styles import color_of
from cakwizard.exporting.styles import line_of
from cakwizard.exporting.styles import link_of
from cakwizard.exporting.styles import tint
from cakwizard.model import Certainty

__all__ = ["COLUMN_GAP", "poster_dot", "poster_size"]

COLUMN_GAP = 14.0
_HEAD_LINE = 14.0
_TRUNK = 6.0
_ICON_HEIGHT = 9.5


def poster_size(drawing: Drawing, poster: Poster) -> tuple[float, float]:
    """Return the width and height of a poster with its head, in points."""
    width = len(poster.columns) * (poster.column_width + COLUMN_GAP) - COLUMN_GAP
    return width, poster.height + _head_height(drawing, width)


def _head_height(drawing: Drawing, width: float) -> float:
    return 12 + sum(height for _, height in head_rows(drawing, width, poster=True))


def poster_dot(drawing: Drawing, poster: Poster) -> str:
    """Return the poster in DOT, for `neato -n2`."""
    return "\n".join(_lines(drawing, poster)) + "\n"


def _lines(drawing: Drawing, poster: Poster) -> Iterator[str]:
    width, height = poster_size(drawing, poster)
    draw = _Pen(drawing, height)
    yield "digraph tree {"
    yield '  graph [splines="true", bgcolor="white", pad="0.02"]'
    yield f'  node [fontname="{FONT}", fontsize="{SIZE:g}", fontcolor="{INK}", fixedsize="true", label=""]'
    yield f'  edge [fontname="{FONT}", fontsize="{SIZE:g}", fontcolor="{INK}", color="{INK}", arrowsize="0.5"]'
    # The program takes the size of the picture from its nodes alone, so two invisible ones hold its corners.
    yield '  corner1 [pos="0,0", width="0.01", height="0.01", style="invis"]'
    yield f'  corner2 [pos="{width:.1f},{height:.1f}", width="0.01", height="0.01", style="invis"]'
    down = 0.0
    for number, (row, tall) in enumerate(head_rows(drawing, width, poster=True), 1):
        table = _table(f'<tr><td width="{width:.0f}" height="{tall:.0f}" align="left" balign="left">{row}</td></tr>')
        place = draw.at(width / 2, down + tall / 2)
        yield f'  head{number} [id="head{number}", shape="plain", pos="{place}", label=<{table}>]'
        down += tall
    top = _head_height(drawing, width)
    for number, column in enumerate(poster.columns):
        left = number * (poster.column_width + COLUMN_GAP)
        for below, block in column.blocks:
            for box in block.boxes:
                yield draw.box(box, left, top + below)
            for sign in block.signs:
                yield draw.sign(sign, left, top + below)
    numbers = {edge_of(route): f"e{number}" for number, route in enumerate(drawing.routes(), 1)}
    for number, column in enumerate(poster.columns):
        left = number * (poster.column_width + COLUMN_GAP)
        for below, block in column.blocks:
            for one in block.rows:
                yield draw.row(one, left, top + below, numbers[edge_of(one.route)])
    yield "}"


def _table(rows: str) -> str:
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="0">{rows}</table>'


def _cell(inner: str, width: float, height: float) -> str:
    """Return a cell of exactly this size, with its content at the left; so no font can shift it."""
    return f'<td width="{width:.0f}" height="{height:.0f}" fixedsize="true" align="left" balign="left">{inner}</td>'


def _set(lines: Sequence[str], width: float, *, bold: bool = False) -> str:
    """Return lines of text below one another, at our own distance: that of the layout program is larger."""
    cells = (_cell(f"<b>{markup(line)}</b>" if bold else markup(line), width, LINE) for line in lines)
    return _table("".join(f"<tr>{cell}</tr>" for cell in cells))


class _Pen:
    """Writes the parts of a poster; measures run down from the top, those of DOT up from the bottom."""

    def __init__(self, drawing: Drawing, height: float) -> None:
        self.drawing = drawing
        self.height = height

    def at(self, x: float, y: float) -> str:
        return f"{x:.1f},{self.height - y:.1f}"

    def box(self, box: Box, left: float, top: float) -> str:
        walked = any(source == box.node for source, _, _ in self.drawing.highlighted)
        look = {
            "id": self.drawing.names[box.node],
            "shape": "box",
            "pos": self.at(left + box.x + box.width / 2, top + box.y + box.height / 2),
            "width": f"{box.width / 72:.4f}",
            "height": f"{box.height / 72:.4f}",
            "style": "filled",
            "fillcolor": GREY,
            "color": INK,
            "penwidth": "2.5" if walked or box.node == self.drawing.start else "0.8",
        }
        label = _set(box.lines, box.width - 8, bold=True)
        return self._node(box.node, look, label)

    def sign(self, sign: Sign, left: float, top: float) -> str:
        """Return an outcome: a node no larger than its shape, whose label reaches out to the right of it."""
        outcome = self.drawing.tree.outcomes[sign.outcome]
        color = color_of(self.drawing.tree.schemes[outcome.scheme])
        walked = any(target == sign.outcome for _, target, _ in self.drawing.highlighted)
        line = "filled" if outcome.certainty is Certainty.settled else f"filled,{LINES[outcome.certainty]}"
        shape = self.drawing.tree.schemes[outcome.scheme].shape
        # Shapes with more than one outline grow around the size they are given.
        size = 0.6 if shape.startswith(("double", "triple")) else 1.0
        look = {
            "id": self.drawing.names[sign.outcome],
            "shape": shape,
            "pos": self.at(left + sign.x + ICON / 2, top + sign.y + LINE / 2),
            "width": f"{ICON * size / 72:.4f}",
            "height": f"{_ICON_HEIGHT * size / 72:.4f}",
            "style": line,
            "color": color,
            "fillcolor": tint(color, 0.35),
            "penwidth": "3" if walked else "1.2",
        }
        if link := link_of(self.drawing, outcome):
            look["URL"] = link
            look["tooltip"] = look["id"]
        room = sign.width - ICON - 6
        # The label is centred on the shape, so what stands beside and below is balanced by nothing.
        empty = f"<tr>{_cell('', room, LINE)}{_cell('', ICON + 8, LINE)}{_cell('', room, LINE)}</tr>"
        rows = [
            f"<tr>{_cell('', room, LINE)}{_cell('', ICON + 8, LINE)}{_cell(line, room, LINE)}</tr>"
            for line in _bold_head(sign.lines)
        ]
        label = _table(empty * (len(rows) - 1) + "".join(rows))
        return self._node(sign.outcome, look, label)

    def _node(self, key: str, look: dict[str, str], label: str) -> str:
        values = {name: quote(value) for name, value in look.items()}
        return f"  {self.drawing.names[key]} " + attributes({**values, "label": f"<{label}>"})

    def row(self, row: Row, left: float, top: float, name: str) -> str:
        """Return an edge: from its question down to the answer, and from the answer on to where it leads."""
        walked = edge_of(row.route) in self.drawing.highlighted
        x, y = left + row.x, top + row.y
        middle = y + LINE / 2
        trunk = left + row.box.x + _TRUNK
        tall = len(row.lines) * LINE
        first = _spline([(trunk, top + row.box.y + row.box.height), (trunk, middle), (x - 2, middle)])
        if isinstance(row.end, Box):
            aim = (left + row.end.x, top + row.end.y + row.end.height / 2)
        elif isinstance(row.end, Sign):
            aim = (left + row.target - 2, top + row.end.y + LINE / 2)
        else:
            aim = (left + row.target - 2, y + tall + LINE / 2 if row.below else middle)
        if row.below:
            path = [(x + _TRUNK - 2, y + tall), (x + _TRUNK - 2, aim[1])]
        else:
            path = [(x + text_width(row.lines[0], SIZE, bold=walked) + 3, middle)]
        tip = (aim[0] - 5, aim[1])
        second = _spline([*path, tip])
        pos = f"{self._points(first)};e,{self.at(*aim)} {self._points(second)}"
        width = max(text_width(line, SIZE, bold=walked) for line in row.lines) + 4
        labels = {"label": f"<{_set(row.lines, width, bold=walked)}>"}
        look = {"id": name, "pos": pos, "lp": self.at(x + width / 2, y + tall / 2), "penwidth": "0.8"}
        if isinstance(row.end, str):
            wide = text_width(row.end, SIZE, bold=True) + 4
            labels["headlabel"] = f"<{_set([row.end], wide, bold=True)}>"
            look["head_lp"] = self.at(left + row.target + wide / 2, aim[1])
        values = {key: quote(value) for key, value in {**look, **line_of(self.drawing, row.route)}.items()}
        ends = f"{self.drawing.names[row.route.node]} -> {self.drawing.names[row.route.target]}"
        return f"  {ends} " + attributes({**values, **labels})

    def _points(self, points: Sequence[tuple[float, float]]) -> str:
        return " ".join(self.at(x, y) for x, y in points)


def _spline(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return straight lines between the corners, as the curves that DOT wants."""
    points = [corners[0]]
    for before, after in pairwise(corners):
        points += [before, after, after]
    return points


def _bold_head(lines: Sequence[str]) -> list[str]:
    """Return the lines of an outcome as markup, with its letter and scheme, up to the colon, in bold."""
    found = []
    bold = any(":" in line for line in lines)
    for line in lines:
        head, sign, rest = line.partition(":")
        if not bold:
            found.append(markup(line))
        elif not sign:
            found.append(f"<b>{markup(line)}</b>")
        else:
            found.append(f"<b>{markup(head)}:</b>{markup(rest)}")
            bold = False
    return found
