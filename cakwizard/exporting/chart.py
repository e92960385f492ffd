"""The chart for the wall: boxes in columns, tables below, set by typst as PDF, SVG or PNG.

typst sets type and measures, so that the layout here only adds up heights. Words reach it as JSON, never as markup.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from itertools import groupby
from typing import Any, Literal, NamedTuple
from xml.sax.saxutils import escape

from cakwizard.exporting import import_typst
from cakwizard.exporting.diagrams import box_lines, outline_text
from cakwizard.exporting.drawing import Answer, Box, Drawing, Mark, Row
from cakwizard.showing.as_json import plain
from cakwizard.words import words

A4, A3 = (841.89, 595.28), (1190.55, 841.89)
FONTS = ("Arial", "Liberation Sans", "Arimo", "Helvetica", "Libertinus Serif")
"""The first four have the same widths; the last comes with typst, so that a chart can always be made."""

MARGIN, GUTTER, GAP = 22.0, 28.0, 9.0
_LONGEST_ORIGIN = 110
_NONE = Row((), None, note="–"), frozenset[Mark]()
_LONG, _PART = re.compile(r"[^\W\d_]{22,}"), re.compile(".{1,11}")
Piece = dict[str, Any]
"""A box or a table: what `chart_words` says of it, its heights, and once it is laid out its place in points."""


class Plan(NamedTuple):
    """One way to fit the chart: how wide, how large its letters, and whether on several sheets; all in points."""

    paper: tuple[float, float]
    columns: int
    size: float
    several: bool = False

    def width(self, columns: int = 1) -> float:
        """Return the width of one of so many columns between the margins."""
        return (self.paper[0] - 2 * MARGIN - (columns - 1) * GUTTER) / columns

    def measures(self) -> dict[str, Any]:
        """Return all that the typesetter needs to know of it."""
        return self._asdict() | {"margin": MARGIN, "full": self.width(), "width": self.width(self.columns)}


_PLANS = (
    [Plan(A4, columns, size) for size in (9, 8.5, 8, 7.5, 7.25, 7) for columns in (3, 4)],
    [Plan(A3, columns, size) for size in (8, 7.5, 7, 6.5) for columns in (4, 5, 6)],
    [Plan(A4, columns, size, several=True) for size in (8, 7.5, 7) for columns in (3, 4)],
)
"""Ways to fit a chart, the best first: on an A4, an A3, or several of A4."""


def set_chart(drawing: Drawing, form: Literal["pdf", "svg", "png"], *, dpi: int = 150) -> bytes:
    """Return the chart of a drawing: as PDF a page for each sheet, as SVG or PNG the sheets below one another.

    Raises:
        FileError: typst, which comes with the extra `chart`, is not installed.
    """
    plan, sheets = lay_out(drawing)
    data = chart_words(drawing) | {
        "plan": plan.measures(),
        "sheets": [{"number": number, "pieces": one, "lines": draw_lines(one)} for number, one in enumerate(sheets, 1)],
        "where": {key: number for number, sheet in enumerate(sheets, 1) for one in sheet for key in one["keys"]},
        "paged": form == "pdf",
    }
    standards = ["ua-1"] if form == "pdf" else []
    made: bytes = _typst("compile", data, format=form, ppi=float(dpi), pdf_standards=standards)
    if form == "png":
        return _with_resolution(made, dpi)
    return _readable(made, drawing, plan, sheets) if form == "svg" else made


def _typst(function: str, data: dict[str, Any], *arguments: str, **options: Any) -> Any:
    """Let typst work on the template with words, in which one that is longer than a cell may be broken."""
    text = json.dumps(data | {"fonts": FONTS}, ensure_ascii=False)
    inputs = {"chart": _LONG.sub(lambda word: "\u00ad".join(_PART.findall(word.group())), text)}
    template = (files(__package__) / "chart.typ").read_bytes()
    return getattr(import_typst(), function)(template, *arguments, sys_inputs=inputs, **options)


def _with_resolution(png: bytes, dpi: int) -> bytes:
    """Return a PNG that says how many dots an inch it has, so that it is printed in its true size."""
    chunk = b"pHYs" + 2 * round(dpi / 0.0254).to_bytes(4, "big") + b"\x01"  # to the meter
    # The header is the first chunk and 33 bytes long with what stands before it.
    return png[:33] + b"\x00\x00\x00\x09" + chunk + zlib.crc32(chunk).to_bytes(4, "big") + png[33:]


def _readable(svg: bytes, drawing: Drawing, plan: Plan, sheets: list[list[Piece]]) -> bytes:
    """Return an SVG with title, description and words to search for: typst draws letters as shapes.

    The words lie unseen over each box and table, so that a browser finds and marks them.
    """
    letters = []
    for top, piece in ((number * plan.paper[1], piece) for number, sheet in enumerate(sheets) for piece in sheet):
        texts = []
        for box in (drawing.boxes[key] for key in piece["keys"]):
            texts += [drawing.box_words(box), *box_lines(drawing, box)]
        for number, text in enumerate(texts):
            y = top + piece["y"] + (number + 0.6) * piece["high"] / len(texts)
            look = f'textLength="{piece["width"]:.0f}" lengthAdjust="spacingAndGlyphs"'
            letters.append(f'<text x="{piece["x"]:.0f}" y="{y:.0f}" {look}>{escape(text)}</text>')
    start, _, rest = svg.decode().partition(">")
    body, _, end = rest.rpartition("</svg>")
    head = f"<title>{escape(drawing.head()[0])}</title><desc>{escape(outline_text(drawing))}</desc>"
    unseen = f'<g fill-opacity="0" font-size="8">{"".join(letters)}</g>'
    return f'{start} role="img" xml:lang="{drawing.language}">{head}{body}{unseen}</svg>{end.rstrip()}\n'.encode()


# What the chart says, as plain data for the typesetter.


def chart_words(drawing: Drawing) -> dict[str, Any]:
    """Return all words of a chart: its frame, where rows lead to, and its boxes and tables in reading order."""
    say, language, groups = words(drawing.language), drawing.language, drawing.tree.scheme_groups
    drawn = {end.group for end in drawing.ends.values()}
    title, *said, edition, origin = drawing.head()
    return {
        "title": title,
        "lead": " · ".join(said),
        "foot": f"{edition} {origin}",
        "language": language,
        "words": say.table["export"] | say.table["card"],
        "groups": [{"name": one.name[language], "color": one.color} for one in groups.values() if one.id in drawn],
        "marks": {box.key: box.mark for box in drawing.boxes.values()},
        "ends": {
            key: {"head": end.head, "title": end.title, "color": groups[end.group].color}
            for key, end in drawing.ends.items()
        },
        "pieces": list(_pieces(drawing)),
    }


def _pieces(drawing: Drawing) -> Iterator[dict[str, Any]]:
    """Yield each box, or in the place of the first the table that it is a column of."""
    for box in drawing.boxes.values():
        asked = {"stage": box.stage, "question": box.question.text[drawing.language]}
        if not box.mark.isalpha():
            yield asked | {"keys": [box.key], "mark": box.mark, "first": box.first, "rows": plain(box.rows)}
            continue
        boxes = [one for one in drawing.boxes.values() if one.mark.isalpha() and one.question is box.question]
        if boxes[0] is box:
            columns = [{"mark": one.mark, "origin": _origin(drawing, one)} for one in boxes]
            yield asked | {"keys": [one.key for one in boxes], "columns": columns, "rows": [*_table(boxes)]}


def _table(boxes: list[Box]) -> Iterator[dict[str, Any]]:
    """Yield a line for the answers that lead to the same from each box; equal cells beside one another are one."""
    answers = {answer.option: answer for box in boxes for row in box.rows for answer in row.answers}
    rows = [
        {one.option: (replace(row, answers=()), frozenset(one.marks)) for row in it.rows for one in row.answers}
        for it in boxes
    ]
    lines: dict[tuple[tuple[Row, frozenset[Mark]], ...], list[Answer]] = {}
    for option in filter(answers.__contains__, boxes[0].question.options):
        cells = tuple(by_option.get(option, _NONE) for by_option in rows)
        lines.setdefault(cells, []).append(answers[option])
    for cells, some in lines.items():
        shown = [plain(row) | {"marks": plain(m), "span": len([*same])} for (row, m), same in groupby(cells)]
        yield {"answers": plain(some), "cells": shown}


def _origin(drawing: Drawing, box: Box) -> list[dict[str, str]]:
    """Return from where one comes to a box: marks, and the answer given there where there is room to say it."""
    if box.first:
        return [{"marks": "START", "text": ""}]
    marks: dict[str, dict[str, None]] = {}
    for other in drawing.boxes.values():
        for answer in (answer for row in other.rows if row.target == box.key for answer in row.answers):
            marks.setdefault(answer.text, {})[other.mark] = None
    found = [{"marks": ", ".join(some), "text": text} for text, some in marks.items()]
    if sum(len(one["marks"]) + len(one["text"]) for one in found) <= _LONGEST_ORIGIN:
        return found
    every = dict.fromkeys(mark for some in marks.values() for mark in some)
    return [{"marks": ", ".join(every), "text": ""}]


# Where it stands.


def lay_out(drawing: Drawing) -> tuple[Plan, list[list[Piece]]]:
    """Return the first way to fit a chart (as few sheets as can be, letters as large as can be), and its sheets.

    Each box and table on them has its place, in points from the top left corner of the sheet.
    """
    data = chart_words(drawing)
    for plans in _PLANS:
        # Measuring takes most of the time, so the smallest letters go first.
        for tried in (plans[-3:], plans):
            tries = {"tries": [plan.measures() for plan in tried]}
            heights = json.loads(_typst("query", data | tries, "<heights>", field="value", one=True))
            filled = [(plan, _fill(data["pieces"], plan, high)) for plan, high in zip(tried, heights, strict=True)]
            fitting = [(plan, sheets) for plan, sheets in filled if sheets and (plan.several or len(sheets) == 1)]
            if not fitting:
                break
        if fitting:
            return min(fitting, key=lambda found: len(found[1]))
    # Something is higher than a sheet, so the sheet becomes as high as that takes.
    plan, high = plans[-1], heights[-1]
    tall = max(map(sum, high["pieces"])) + high["top"] + high["foot"] + 2 * MARGIN + 3 * GAP
    plan = plan._replace(paper=(plan.paper[0], tall))
    return plan, _fill(data["pieces"], plan, high)


def _fill(pieces: list[Piece], plan: Plan, heights: dict[str, Any]) -> list[list[Piece]]:
    """Return the sheets when pieces are set in reading order; none when something is higher than a sheet."""
    top = y = MARGIN + heights["top"] + GAP
    bottom = plan.paper[1] - MARGIN - heights["foot"] - GAP
    sized = [one | {"heights": high, "high": sum(high)} for one, high in zip(pieces, heights["pieces"], strict=True)]
    sheets, stages = [list[Piece]()], set[int]()
    # A band is a table, or the boxes of one stage between two tables, in columns.
    for (stage, table), band in groupby(sized, lambda one: (one["stage"], "columns" in one and one["question"])):
        left, fresh = list(band), bool(plan.several and stages and stage not in stages)
        count = 1 if table else plan.columns
        width = plan.width(count)
        stages.add(stage)
        while left:
            if fresh:
                sheets.append([])
                y = top
            columns = _columns(left, count, bottom - y)
            if not columns and y == top:
                return []
            for number, column in enumerate(columns):
                x, at = MARGIN + number * (width + GUTTER), y
                for piece in column:
                    sheets[-1].append(piece | {"x": x, "y": at, "width": width, "column": number})
                    at += piece["high"] + GAP
            y += max(map(_high, columns), default=0) + GAP
            left, fresh = left[sum(map(len, columns)) :], True
    return sheets


def _high(column: list[Piece]) -> float:
    return float(sum(piece["high"] + GAP for piece in column) - GAP)


def _columns(pieces: list[Piece], count: int, height: float) -> list[list[Piece]]:
    """Return as many pieces as fit in columns of a height, in order; the columns are as low as these can be."""
    columns = lower = _filled(pieces, count, height)
    taken = pieces[: sum(map(len, columns))]
    while taken and sum(map(len, lower)) == len(taken):
        columns, lower = lower, _filled(taken, count, max(map(_high, lower)) - 0.5)
    return columns


def _filled(pieces: list[Piece], count: int, height: float) -> list[list[Piece]]:
    """Return columns of a height, each filled before the next is begun, until all are full."""
    columns: list[list[Piece]] = []
    for piece in pieces:
        if columns and _high([*columns[-1], piece]) <= height:
            columns[-1].append(piece)
        elif len(columns) < count and piece["high"] <= height:
            columns.append([piece])
        else:
            break
    return columns


# The lines of the chart: in the gutters between columns, in lanes that cross as little as can be.

_COLORS = ("#3c4a63", "#7a5230", "#2f6f73", "#7b4b7e")
_MOST = 2  # More crossings than this in a gutter help nobody: the numbers say where to go on.


class _Trunk(NamedTuple):
    """The upright part of the lines to one box: at which heights they come in (how sure, whether bold) and go out."""

    sources: list[tuple[float, bool, bool]]
    out: float
    right: bool

    def ends(self) -> tuple[float, float]:
        """Return how far up and down it reaches."""
        heights = [self.out, *(y for y, *_ in self.sources)]
        return min(heights), max(heights)


def draw_lines(pieces: list[Piece]) -> list[dict[str, Any]]:
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
        lanes: list[_Trunk] = []
        for trunk in sorted(trunks.values(), key=lambda one: one.ends()[1] - one.ends()[0]):
            tried = min(([*lanes[:at], trunk, *lanes[at:]] for at in range(len(lanes) + 1)), key=_crossings)
            lanes = tried if _crossings(tried) <= _MOST else lanes
        # Beside the last column lies the edge of the paper.
        wide = GUTTER if any(box["x"] > edge for box in boxes.values()) else GUTTER / 2
        for lane, trunk in enumerate(lanes, 1):
            x = edge + lane * (wide - 8) / (len(lanes) + 1)
            goal = (edge + GUTTER, trunk.out) if trunk.right else (edge + 1, trunk.out)
            look = {"color": _COLORS[(len(found) + lane) % len(_COLORS)], "way": 1 if trunk.right else -1}
            for y, sure, bold in trunk.sources:
                found.append({"points": [(edge, y), (x, y), (x, trunk.out), goal], "sure": sure, "bold": bold} | look)
    return sorted(found, key=lambda one: one["bold"])  # Bold lines lie on top.


def _crossings(lanes: list[_Trunk]) -> int:
    """Count where level parts cross upright ones, or run over one another."""
    count = 0
    for lane, trunk in enumerate(lanes):
        for other, upright in enumerate(lanes):
            low, high = upright.ends()
            levels = [y for y, *_ in trunk.sources] if other < lane else []
            if (other < lane and not trunk.right) or (other > lane and trunk.right):
                levels.append(trunk.out)
            count += sum(low - 3 < y < high + 3 for y in levels)
    return count
