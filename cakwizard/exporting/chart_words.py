"""What the chart says, as plain data for the typesetter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from cakwizard.exporting.data import plain
from cakwizard.exporting.drawing import Answer, Box, Drawing, Mark, Row
from cakwizard.words import words

_LONGEST_ORIGIN = 110
_NONE = Row(answers=(), target=None, note="–"), frozenset[Mark]()


def chart_words(drawing: Drawing) -> dict[str, Any]:
    """Return all words of a chart: its frame, where rows lead to, and its boxes and tables in reading order."""
    say, language, groups = words(drawing.language), drawing.language, drawing.tree.scheme_groups
    title, *said, edition, origin = drawing.head()
    return {
        "title": title,
        "lead": " · ".join(said),
        "foot": f"{edition} {origin}",
        "language": language,
        "words": say.table["export"] | say.table["card"],
        "groups": [{"name": group.name[language], "color": group.color} for group in drawing.groups()],
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
            yield asked | {"keys": [one.key for one in boxes], "columns": columns, "rows": _table(boxes)}


def _table(boxes: list[Box]) -> list[dict[str, Any]]:
    """Return a line for the answers that lead to the same from each box; equal cells beside one another are one."""
    answers = {answer.option: answer for box in boxes for row in box.rows for answer in row.answers}
    rows = [
        {one.option: (replace(row, answers=()), frozenset(one.marks)) for row in it.rows for one in row.answers}
        for it in boxes
    ]
    lines: dict[tuple[tuple[Row, frozenset[Mark]], ...], list[Answer]] = {}
    for option in filter(answers.__contains__, boxes[0].question.options):
        cells = tuple(by_option.get(option, _NONE) for by_option in rows)
        lines.setdefault(cells, []).append(answers[option])
    found = []
    for cells, some in lines.items():
        shown = [plain(row) | {"marks": plain(m), "span": len([*same])} for (row, m), same in groupby(cells)]
        found.append({"answers": plain(some), "cells": shown})
    return found


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
