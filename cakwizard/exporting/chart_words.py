"""What the chart says, as plain data for the typesetter."""

from __future__ import annotations

from typing import Any

from cakwizard.exporting.drawing import Answer, Box, Drawing, Row
from cakwizard.words import words

__all__ = ["chart_words"]

_LONGEST_ORIGIN = 110


def chart_words(drawing: Drawing) -> dict[str, Any]:
    """Return all words of a chart: those of its frame, its boxes and its tables."""
    say = words(drawing.language)
    title, *said, edition, origin = drawing.head()
    order = {key: number for number, key in enumerate(drawing.boxes)}
    frame = {
        "title": title,
        "lead": " · ".join(said),
        "how": say("export.chart_how"),
        "foot": [f"{edition} {origin}"],
        "groups": [{"name": group.name[drawing.language], "color": group.color} for group in drawing.groups()],
    }
    keys = ("sure", "payers", "sheet", "sheets", "after")
    return {
        "title": title,
        "description": " ".join([*said, edition, origin]),
        "language": drawing.language,
        "words": {key: say(f"export.chart_{key}") for key in keys}
        | {name: say(f"card.{name}") for name in ("settled", "likely", "unsettled")},
        "mark_word": drawing.part.mark_word,
        "frame": frame,
        "boxes": [
            {
                "key": box.key,
                "order": order[box.key],
                "stage": box.stage,
                "mark": box.mark,
                "first": box.first,
                "question": box.question.text[drawing.language],
                "rows": [_row(drawing, row) for row in box.rows],
            }
            for box in drawing.boxes.values()
            if not box.mark.isalpha()
        ],
        "tables": [_table(drawing, boxes) | {"order": order[boxes[0].key]} for boxes in drawing.tables()],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {"text": answer.text, "days": answer.days, "marked": answer.marked}


def _row(drawing: Drawing, row: Row) -> dict[str, Any]:
    answers, days = [_answer(answer) for answer in row.answers], {answer.days for answer in row.answers}
    if len(answers) > 1 and len(days) == 1:
        # Days that all share are said once.
        answers = [answer | {"days": ""} for answer in answers]
        return {"answers": answers, "days": days.pop()} | _target(drawing, row)
    return {"answers": answers, "days": ""} | _target(drawing, row)


def _target(drawing: Drawing, row: Row) -> dict[str, Any]:
    """Return where a row leads: an end, the mark of a box, or why nowhere."""
    end = drawing.ends.get(row.target or "")
    shown = None
    if end is not None:
        shown = {
            "head": drawing.end_head(end),
            "title": end.title,
            "color": drawing.tree.scheme_groups[end.scheme.group].color,
            "certainty": row.certainty.name,
        }
    box = drawing.boxes.get(row.target or "")
    return {
        "target": row.target,
        "to": box.mark if box else None,
        "end": shown,
        "certainty": row.certainty.name,
        "note": row.note,
    }


def _table(drawing: Drawing, boxes: list[Box]) -> dict[str, Any]:
    """Return a question that several boxes ask: a line for answers with the same cells, a column for each box."""
    none = Row(answers=(), target=None, note="–")
    by_box = [{answer.option: (row, answer) for row in box.rows for answer in row.answers} for box in boxes]
    lines: dict[tuple[object, ...], dict[str, Any]] = {}
    for option in boxes[0].question.options:
        found = [rows[option] for rows in by_box if option in rows]
        if not found:
            continue
        cells: list[dict[str, Any]] = []
        keys: list[tuple[object, ...]] = []
        for rows in by_box:
            row = rows[option][0] if option in rows else none
            key = (row.target, row.certainty, row.note)
            if keys and keys[-1] == key:
                cells[-1]["span"] += 1
            else:
                cells.append(_target(drawing, row) | {"span": 1})
            keys.append(key)
        line = lines.setdefault(tuple(keys), {"answers": [], "certainty": "settled", "end": None, "cells": cells})
        marked = any(answer.marked for _, answer in found)
        line["answers"].append(_answer(found[0][1]) | {"marked": marked})
    return {
        "key": boxes[0].key,
        "keys": [box.key for box in boxes],
        "stage": boxes[0].stage,
        "question": boxes[0].question.text[drawing.language],
        "columns": [{"mark": box.mark, "origin": _origin(drawing, box)} for box in boxes],
        "rows": list(lines.values()),
    }


def _origin(drawing: Drawing, box: Box) -> list[dict[str, str]]:
    """Return from where one comes to a box: marks, and the answer given there where there is room to say it."""
    if box.first:
        return [{"marks": "START", "text": ""}]
    marks: dict[str, dict[str, None]] = {}
    for other in drawing.boxes.values():
        for row in other.rows:
            if row.target == box.key:
                for answer in row.answers:
                    marks.setdefault(answer.text, {})[other.mark] = None
    found = [{"marks": ", ".join(some), "text": text} for text, some in marks.items()]
    if sum(len(one["marks"]) + len(one["text"]) for one in found) <= _LONGEST_ORIGIN:
        return found
    every = dict.fromkeys(mark for some in marks.values() for mark in some)
    return [{"marks": ", ".join(every), "text": ""}]
