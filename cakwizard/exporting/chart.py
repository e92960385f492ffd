"""The chart for the wall: boxes in columns, tables below, set by typst as PDF, SVG or PNG.

typst sets type and measures, so that the layout here only adds up heights. Words reach it as JSON, never as markup.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any, Literal
from xml.sax.saxutils import escape

from cakwizard.exporting import import_typst
from cakwizard.exporting.chart_words import chart_words
from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.lines import draw_lines
from cakwizard.exporting.outline import box_lines, outline_text

__all__ = ["A3", "A4", "FONTS", "Sheet", "lay_out", "set_chart"]

A4, A3 = (841.89, 595.28), (1190.55, 841.89)
FONTS = ("Arial", "Liberation Sans", "Arimo", "Helvetica", "Libertinus Serif")
"""The first four have the same widths; the last comes with typst, so that a chart can always be made."""

MARGIN, GUTTER, GAP = 22.0, 28.0, 9.0
_LONG, _PART = re.compile(r"[^\W\d_]{22,}"), re.compile(".{1,11}")
Size = tuple[float, float]
Form = Literal["pdf", "png", "svg"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to fit the chart: paper, columns, the size of letters, and whether several sheets may be used."""

    paper: Size
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


@dataclass(slots=True)
class Sheet:
    """One sheet: its boxes and tables with their places, in points from its top left corner."""

    plan: Plan
    height: float
    boxes: list[dict[str, Any]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)


_PLANS: tuple[tuple[Size, tuple[int, ...], tuple[float, ...], bool], ...] = (
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
    setter = _Setter(drawing, system_fonts=system_fonts)
    sheets = lay_out(drawing, setter)
    return setter.set(sheets, form, dpi)


class _Setter:
    """typst with the words of one drawing."""

    def __init__(self, drawing: Drawing, *, system_fonts: bool) -> None:
        self.typst = import_typst()
        self.template = (files(__package__) / "chart.typ").read_bytes()
        self.system_fonts = system_fonts
        self.drawing = drawing
        self.words = chart_words(drawing) | {"fonts": FONTS if system_fonts else FONTS[-1:]}

    def heights(self, plans: list[Plan]) -> list[dict[str, Any]]:
        """Return by plan how high every part would be, in points."""
        tries = [{"size": plan.size, "width": plan.width, "full": plan.full} for plan in plans]
        found: list[dict[str, Any]] = json.loads(
            self.typst.query(
                self.template,
                "<heights>",
                field="value",
                one=True,
                ignore_system_fonts=not self.system_fonts,
                sys_inputs={"chart": _plain(self.words | {"mode": "measure", "tries": tries})},
            )
        )
        return found

    def set(self, sheets: list[Sheet], form: Form, dpi: int) -> bytes:
        """Return the file."""
        pages = [self._page(sheet, sheets) for sheet in sheets]
        if form != "pdf":
            pages = [_below(pages)]
        inputs = {"chart": _plain(self.words | {"mode": "draw", "pages": pages})}
        made = self.typst.compile(
            self.template,
            format=form,
            ppi=float(dpi),
            ignore_system_fonts=not self.system_fonts,
            sys_inputs=inputs,
            pdf_standards=["ua-1"] if form == "pdf" else [],
        )
        if form == "png":
            return _with_resolution(made, dpi)
        return _readable(made, self.drawing, pages[0]) if form == "svg" else made

    def _page(self, sheet: Sheet, sheets: list[Sheet]) -> dict[str, Any]:
        where = {one["key"]: number for number, other in enumerate(sheets) for one in other.boxes}
        where |= {key: number for number, other in enumerate(sheets) for one in other.tables for key in one["keys"]}
        here = sheets.index(sheet)

        def told(row: dict[str, Any]) -> dict[str, Any]:
            there = where.get(row["target"], here)
            return row | {"sheet": None if there == here else self.words["words"]["sheet"].format(number=there + 1)}

        boxes = [box | {"rows": [told(row) for row in box["rows"]]} for box in sheet.boxes]
        tables = [
            table | {"rows": [line | {"cells": [told(cell) for cell in line["cells"]]} for line in table["rows"]]}
            for table in sheet.tables
        ]
        plan, frame = sheet.plan, self.words["frame"]
        if len(sheets) > 1:
            number = self.words["words"]["sheets"].format(number=here + 1, count=len(sheets))
            frame = frame | {"lead": f"{number} · {frame['lead']}"}
        return {
            "page": (plan.paper[0], sheet.height),
            "sheets": [
                frame
                | {"size": plan.size, "margin": MARGIN, "full": plan.full, "y": 0.0, "height": sheet.height}
                | {"boxes": boxes, "tables": tables, "lines": draw_lines(sheet.boxes, GUTTER)}
            ],
        }


def _plain(data: dict[str, Any]) -> str:
    """Return JSON in which a word that is longer than a cell may be broken."""
    return _LONG.sub(lambda word: "\u00ad".join(_PART.findall(word.group())), json.dumps(data, ensure_ascii=False))


def _with_resolution(png: bytes, dpi: int) -> bytes:
    """Return a PNG that says how many dots an inch it has, so that it is printed in its true size."""
    per_meter = struct.pack(">IIB", round(dpi / 0.0254), round(dpi / 0.0254), 1)
    chunk = b"pHYs" + per_meter
    # The header is the first chunk and 33 bytes long with what stands before it.
    return png[:33] + struct.pack(">I", len(per_meter)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[33:]


def _readable(svg: bytes, drawing: Drawing, page: dict[str, Any]) -> bytes:
    """Return an SVG with title, description and words to search for: typst draws letters as shapes.

    The words lie unseen over each box and column, so that a browser finds and marks them.
    """
    letters = []
    for sheet in page["sheets"]:
        places = [(box["key"], box["x"], box["y"], box["width"], box["high"]) for box in sheet["boxes"]]
        for table in sheet["tables"]:
            wide = table["width"] / (len(table["keys"]) + 1)
            columns = enumerate(table["keys"], 1)
            places += [(key, table["x"] + at * wide, table["y"], wide, table["height"]) for at, key in columns]
        for key, x, y, wide, high in places:
            box = drawing.boxes[key]
            texts = [drawing.box_words(box), *(f"{answers}: {leads}" for answers, leads in box_lines(drawing, box))]
            for number, text in enumerate(texts):
                at = f'x="{x:.0f}" y="{sheet["y"] + y + (number + 0.6) * high / len(texts):.0f}"'
                letters.append(
                    f'<text {at} textLength="{wide:.0f}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
                )
    start, _, rest = svg.decode().partition(">")
    body, _, end = rest.rpartition("</svg>")
    head = f"<title>{escape(drawing.head()[0])}</title><desc>{escape(outline_text(drawing))}</desc>"
    unseen = f'<g fill-opacity="0" font-size="8">{"".join(letters)}</g>'
    return f'{start} role="img" xml:lang="{drawing.language}">{head}{body}{unseen}</svg>{end.rstrip()}\n'.encode()


def _below(pages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one page on which the sheets stand below one another."""
    y, sheets = 0.0, []
    for page in pages:
        sheets += [sheet | {"y": y} for sheet in page["sheets"]]
        y += page["page"][1]
    return {"page": (max(page["page"][0] for page in pages), y), "sheets": sheets}


def lay_out(drawing: Drawing, setter: _Setter) -> list[Sheet]:
    """Return the sheets of a chart by the first way that fits: as few as can be, with letters as large as can be."""
    for paper, columns, sizes, several in _PLANS:
        plans = [Plan(paper, count, size, several) for size in sizes for count in columns]
        # Measuring takes most of the time, so the smallest letters go first.
        for tried in (plans[-len(columns) :], plans):
            heights = setter.heights(tried)
            filled = [_fill(setter.words, plan, high) for plan, high in zip(tried, heights, strict=True)]
            fitting = [sheets for sheets in filled if sheets and (several or len(sheets) == 1)]
            if not fitting:
                break
        else:
            return min(fitting, key=len)
    # Something is higher than a sheet, so the sheet becomes as high as that takes.
    plan, high = tried[-1], heights[-1]
    tallest = max([*map(sum, high["boxes"]), *high["tables"]])
    tall = tallest + high["top"] + high["foot"] + 2 * MARGIN + 3 * GAP
    return _fill(setter.words, replace(plan, paper=(plan.paper[0], tall)), high)


def _fill(pieces: dict[str, Any], plan: Plan, heights: dict[str, Any]) -> list[Sheet]:
    """Return the sheets when pieces are set in reading order; none when something is higher than a sheet."""
    top = MARGIN + heights["top"] + GAP
    bottom = plan.paper[1] - MARGIN - heights["foot"] - GAP
    sheets = [Sheet(plan, plan.paper[1])]
    y, stage = top, None
    for piece in _bands(pieces, heights):
        if plan.several and stage not in (None, piece["stage"]):
            sheets.append(Sheet(plan, plan.paper[1]))
            y = top
        stage = piece["stage"]
        if "columns" in piece:
            if y + piece["height"] > bottom and y > top:
                sheets.append(Sheet(plan, plan.paper[1]))
                y = top
            if y + piece["height"] > bottom:
                return []
            sheets[-1].tables.append(piece | {"x": MARGIN, "y": y, "width": plan.full, "size": plan.size})
            y += piece["height"] + GAP
            continue
        boxes = piece["boxes"]
        while boxes:
            taken = next((n for n in range(len(boxes), 0, -1) if _columns(boxes[:n], plan.columns, bottom - y)), 0)
            if taken:
                columns = _balanced(boxes[:taken], plan.columns, bottom - y)
                sheets[-1].boxes += list(_placed(columns, plan, y))
                y += max(sum(box["high"] + GAP for box in column) for column in columns)
                boxes = boxes[taken:]
            elif y == top:
                return []
            if boxes:
                sheets.append(Sheet(plan, plan.paper[1]))
                y = top
    return sheets


def _bands(pieces: dict[str, Any], heights: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield tables, and runs of boxes of one stage between them, in reading order."""
    boxes = [
        box | {"heights": high, "high": sum(high)} for box, high in zip(pieces["boxes"], heights["boxes"], strict=True)
    ]
    tables = [table | {"height": high} for table, high in zip(pieces["tables"], heights["tables"], strict=True)]
    run: list[dict[str, Any]] = []
    for piece in sorted([*boxes, *tables], key=lambda one: one["order"]):
        if run and ("columns" in piece or piece["stage"] != run[0]["stage"]):
            yield {"boxes": run, "stage": run[0]["stage"]}
            run = []
        if "columns" in piece:
            yield piece
        else:
            run.append(piece)
    if run:
        yield {"boxes": run, "stage": run[0]["stage"]}


def _columns(boxes: list[dict[str, Any]], count: int, height: float) -> list[list[dict[str, Any]]] | None:
    """Return boxes in at most `count` columns of a height, in order; None when they do not fit."""
    columns: list[list[dict[str, Any]]] = []
    used = height + 1
    for box in boxes:
        if used + GAP + box["high"] > height:
            columns.append([])
            used = -GAP
        columns[-1].append(box)
        used += GAP + box["high"]
        if used > height or len(columns) > count:
            return None
    return columns


def _balanced(boxes: list[dict[str, Any]], count: int, height: float) -> list[list[dict[str, Any]]]:
    """Return boxes in columns that are as low as they can be."""
    low, high = 0.0, height
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if _columns(boxes, count, middle) else (middle, high)
    return _columns(boxes, count, high) or []


def _placed(columns: list[list[dict[str, Any]]], plan: Plan, top: float) -> Iterator[dict[str, Any]]:
    for number, column in enumerate(columns):
        y = top
        for box in column:
            yield box | {"x": MARGIN + number * (plan.width + GUTTER), "y": y, "width": plan.width, "column": number}
            y += box["high"] + GAP
