"""The chart for the wall: boxes in columns, tables below, set by typst as PDF, SVG or PNG.

typst sets type and measures, so that the layout here only adds up heights. Words reach it as JSON, never as markup.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import groupby, permutations
from typing import Any, Literal, NamedTuple
from xml.sax.saxutils import escape

from cakwizard.exporting import import_typst
from cakwizard.exporting.chart_words import chart_words
from cakwizard.exporting.diagrams import box_lines, outline_text
from cakwizard.exporting.drawing import Drawing

A4, A3 = (841.89, 595.28), (1190.55, 841.89)
FONTS = ("Arial", "Liberation Sans", "Arimo", "Helvetica", "Libertinus Serif")
"""The first four have the same widths; the last comes with typst, so that a chart can always be made."""

MARGIN, GUTTER, GAP = 22.0, 28.0, 9.0
_LONG, _PART = re.compile(r"[^\W\d_]{22,}"), re.compile(".{1,11}")
Piece = dict[str, Any]
"""A box or a table: what `chart_words` says of it, its heights, and once it is laid out its place in points."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to fit the chart: paper in points, columns, the size of letters, and whether on several sheets."""

    paper: tuple[float, float]
    columns: int
    size: float
    several: bool = False

    @property
    def full(self) -> float:
        """Return the width between the margins, in points."""
        return self.paper[0] - 2 * MARGIN

    @property
    def width(self) -> float:
        """Return the width of a column, in points."""
        return (self.full - (self.columns - 1) * GUTTER) / self.columns


class Sheet(NamedTuple):
    """One sheet: its boxes and tables with their places, in points from its top left corner."""

    plan: Plan
    pieces: list[Piece]


_PLANS = (
    (A4, (3, 4), (9, 8.5, 8, 7.5, 7.25, 7), False),
    (A3, (4, 5, 6), (8, 7.5, 7, 6.5), False),
    (A4, (3, 4), (8, 7.5, 7), True),
)
"""Ways to fit a chart, the best first: paper, numbers of columns, sizes of letters, whether on several sheets."""


def set_chart(
    drawing: Drawing, form: Literal["pdf", "svg", "png"], *, dpi: int = 150, system_fonts: bool = True
) -> bytes:
    """Return the chart of a drawing.

    Args:
        form: `pdf` (tagged, a page for each sheet), `svg` or `png` (the sheets below one another).
        dpi: The resolution of a PNG, which it also carries.
        system_fonts: Whether to use a sans serif of this machine, if it has one.

    Raises:
        FileError: typst, which comes with the extra `chart`, is not installed.
    """
    sheets = lay_out(drawing, system_fonts=system_fonts)
    shown = [
        {"number": number, "paper": sheet.plan.paper, "size": sheet.plan.size, "full": sheet.plan.full}
        | {"margin": MARGIN, "pieces": sheet.pieces, "lines": draw_lines(sheet.pieces, GUTTER)}
        for number, sheet in enumerate(sheets, 1)
    ]
    where = {key: number for number, sheet in enumerate(sheets, 1) for piece in sheet.pieces for key in piece["keys"]}
    data = chart_words(drawing) | {"sheets": shown, "where": where, "paged": form == "pdf"}
    standards = ["ua-1"] if form == "pdf" else []
    options = {"format": form, "ppi": float(dpi), "pdf_standards": standards}
    made: bytes = _typst("compile", data, system_fonts=system_fonts, **options)
    if form == "png":
        return _with_resolution(made, dpi)
    return _readable(made, drawing, sheets) if form == "svg" else made


def _typst(function: str, data: dict[str, Any], *arguments: str, system_fonts: bool, **options: Any) -> Any:
    """Let typst work on the template with words, in which one that is longer than a cell may be broken."""
    text = json.dumps(data | {"fonts": FONTS if system_fonts else FONTS[-1:]}, ensure_ascii=False)
    inputs = {"chart": _LONG.sub(lambda word: "\u00ad".join(_PART.findall(word.group())), text)}
    template = (files(__package__) / "chart.typ").read_bytes()
    work = getattr(import_typst(), function)
    return work(template, *arguments, ignore_system_fonts=not system_fonts, sys_inputs=inputs, **options)


def _with_resolution(png: bytes, dpi: int) -> bytes:
    """Return a PNG that says how many dots an inch it has, so that it is printed in its true size."""
    per_meter = struct.pack(">IIB", round(dpi / 0.0254), round(dpi / 0.0254), 1)
    chunk = b"pHYs" + per_meter
    # The header is the first chunk and 33 bytes long with what stands before it.
    return png[:33] + struct.pack(">I", len(per_meter)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[33:]


def _readable(svg: bytes, drawing: Drawing, sheets: list[Sheet]) -> bytes:
    """Return an SVG with title, description and words to search for: typst draws letters as shapes.

    The words lie unseen over each box and table, so that a browser finds and marks them.
    """
    letters, top = [], 0.0
    for sheet in sheets:
        for piece in sheet.pieces:
            boxes = [drawing.boxes[key] for key in piece["keys"]]
            rows = [f"{answers}: {leads}" for box in boxes for answers, leads in box_lines(drawing, box)]
            texts = [*(drawing.box_words(box) for box in boxes), *rows]
            for number, text in enumerate(texts):
                y = top + piece["y"] + (number + 0.6) * piece["high"] / len(texts)
                look = f'textLength="{piece["width"]:.0f}" lengthAdjust="spacingAndGlyphs"'
                letters.append(f'<text x="{piece["x"]:.0f}" y="{y:.0f}" {look}>{escape(text)}</text>')
        top += sheet.plan.paper[1]
    start, _, rest = svg.decode().partition(">")
    body, _, end = rest.rpartition("</svg>")
    head = f"<title>{escape(drawing.head()[0])}</title><desc>{escape(outline_text(drawing))}</desc>"
    unseen = f'<g fill-opacity="0" font-size="8">{"".join(letters)}</g>'
    return f'{start} role="img" xml:lang="{drawing.language}">{head}{body}{unseen}</svg>{end.rstrip()}\n'.encode()


def lay_out(drawing: Drawing, *, system_fonts: bool = True) -> list[Sheet]:
    """Return the sheets of a chart by the first way that fits: as few as can be, with letters as large as can be."""
    data = chart_words(drawing)
    for paper, columns, sizes, several in _PLANS:
        plans = [Plan(paper, count, size, several) for size in sizes for count in columns]
        # Measuring takes most of the time, so the smallest letters go first.
        for tried in (plans[-len(columns) :], plans):
            tries = [{"size": plan.size, "width": plan.width, "full": plan.full, "several": several} for plan in tried]
            options: dict[str, Any] = {"field": "value", "one": True, "system_fonts": system_fonts}
            heights = json.loads(_typst("query", data | {"tries": tries}, "<heights>", **options))
            filled = [_fill(data["pieces"], plan, high) for plan, high in zip(tried, heights, strict=True)]
            fitting = [sheets for sheets in filled if sheets and (several or len(sheets) == 1)]
            if not fitting:
                break
        else:
            return min(fitting, key=len)
    # Something is higher than a sheet, so the sheet becomes as high as that takes.
    plan, high = tried[-1], heights[-1]
    tall = max(map(sum, high["pieces"])) + high["top"] + high["foot"] + 2 * MARGIN + 3 * GAP
    return _fill(data["pieces"], replace(plan, paper=(plan.paper[0], tall)), high)


def _fill(pieces: list[Piece], plan: Plan, heights: dict[str, Any]) -> list[Sheet]:
    """Return the sheets when pieces are set in reading order; none when something is higher than a sheet."""
    top = MARGIN + heights["top"] + GAP
    bottom = plan.paper[1] - MARGIN - heights["foot"] - GAP
    pairs = zip(pieces, heights["pieces"], strict=True)
    sized = [piece | {"heights": high, "high": sum(high)} for piece, high in pairs]
    sheets, y, stages = [Sheet(plan, [])], top, set[int]()
    # A band is a table, or the boxes of one stage between two tables, in columns.
    for (stage, table), band in groupby(sized, lambda one: (one["stage"], "columns" in one and one["question"])):
        left, count = list(band), 1 if table else plan.columns
        fresh = bool(plan.several and stages and stage not in stages)
        stages.add(stage)
        while left:
            if fresh:
                sheets.append(Sheet(plan, []))
                y = top
            taken = next((n for n in range(len(left), 0, -1) if _columns(left[:n], count, bottom - y)), 0)
            if taken:
                columns = _balanced(left[:taken], count, bottom - y)
                sheets[-1].pieces.extend(_placed(columns, plan.full if table else plan.width, y))
                y += max(sum(piece["high"] + GAP for piece in column) for column in columns)
            elif y == top:
                return []
            left, fresh = left[taken:], True
    return sheets


def _columns(pieces: list[Piece], count: int, height: float) -> list[list[Piece]] | None:
    """Return pieces in at most `count` columns of a height, in order; None when they do not fit."""
    columns: list[list[Piece]] = []
    used = height + 1
    for piece in pieces:
        if used + GAP + piece["high"] > height:
            columns.append([])
            used = -GAP
        columns[-1].append(piece)
        used += GAP + piece["high"]
        if used > height or len(columns) > count:
            return None
    return columns


def _balanced(pieces: list[Piece], count: int, height: float) -> list[list[Piece]]:
    """Return pieces in columns that are as low as they can be."""
    low, high = 0.0, height
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if _columns(pieces, count, middle) else (middle, high)
    return _columns(pieces, count, high) or []


def _placed(columns: list[list[Piece]], width: float, top: float) -> Iterator[Piece]:
    for number, column in enumerate(columns):
        y = top
        for piece in column:
            yield piece | {"x": MARGIN + number * (width + GUTTER), "y": y, "width": width, "column": number}
            y += piece["high"] + GAP


# The lines of the chart: in the gutters between columns, in lanes that cross as little as can be.

_COLORS = ("#3c4a63", "#7a5230", "#2f6f73", "#7b4b7e")
_MANY = 5  # With more lines in a gutter, not every order of lanes is tried.
_MOST = 2  # More crossings than this in a gutter help nobody: the numbers say where to go on.


class _Trunk(NamedTuple):
    """The upright part of the lines to one box: at which heights they come in (how sure, whether bold) and go out."""

    sources: list[tuple[float, bool, bool]]
    out: float
    right: bool


def draw_lines(pieces: Sequence[dict[str, Any]], gutter: float) -> list[dict[str, Any]]:
    """Return the lines from rows to boxes of the same or the next column of a sheet; farther away a number suffices."""
    boxes = {piece["keys"][0]: piece for piece in pieces if "mark" in piece}
    gutters: dict[float, dict[str, _Trunk]] = {}
    for box in boxes.values():
        edge, y = box["x"] + box["width"], box["y"] + box["heights"][0]
        for row, high in zip(box["rows"], box["heights"][1:], strict=True):
            there = boxes.get(row["target"])
            if there is not None and there["column"] - box["column"] in (0, 1):
                trunk = _Trunk([], there["y"] + there["heights"][0] / 2, there["x"] > edge)
                trunk = gutters.setdefault(edge, {}).setdefault(row["target"], trunk)
                bold = any("case" in one["marks"] for one in row["answers"])
                trunk.sources.append((y + high / 2, row["certainty"] == "settled", bold))
            y += high
    found: list[dict[str, Any]] = []
    for edge, trunks in gutters.items():
        lanes = _best([*trunks.values()])
        while _crossings(lanes) > _MOST:
            lanes = min((_best([*lanes[:at], *lanes[at + 1 :]]) for at in range(len(lanes))), key=_crossings)
        # Beside the last column lies the edge of the paper.
        wide = gutter if any(box["x"] > edge for box in boxes.values()) else gutter / 2
        for lane, trunk in enumerate(lanes, 1):
            x = edge + lane * (wide - 8) / (len(lanes) + 1)
            goal = (edge + gutter, trunk.out) if trunk.right else (edge + 1, trunk.out)
            look = {"color": _COLORS[(len(found) + lane) % len(_COLORS)], "way": 1 if trunk.right else -1}
            for y, sure, bold in trunk.sources:
                found.append({"points": [(edge, y), (x, y), (x, trunk.out), goal], "sure": sure, "bold": bold} | look)
    return sorted(found, key=lambda one: one["bold"])  # Bold lines lie on top.


def _best(trunks: Sequence[_Trunk]) -> Sequence[_Trunk]:
    """Return trunks in the order of lanes in which they cross least."""
    some = permutations(trunks) if len(trunks) <= _MANY else [sorted(trunks, key=lambda one: one.out)]
    return min(some, key=_crossings)


def _crossings(lanes: Sequence[_Trunk]) -> int:
    """Count where level parts cross upright ones, or run over one another."""
    count = 0
    for lane, trunk in enumerate(lanes):
        for other, upright in enumerate(lanes):
            heights = [upright.out, *(y for y, *_ in upright.sources)]
            levels = [y for y, *_ in trunk.sources] if other < lane else []
            if (other < lane and not trunk.right) or (other > lane and trunk.right):
                levels.append(trunk.out)
            count += sum(min(heights) - 3 < y < max(heights) + 3 for y in levels)
    return count
