"""The drawing as text: every box once, with its answers and where they lead; for screen readers and telephones."""

from __future__ import annotations

from collections.abc import Iterator

from cakwizard.exporting.drawing import Box, Drawing
from cakwizard.words import words


def box_lines(drawing: Drawing, box: Box) -> Iterator[tuple[str, str]]:
    """Yield by row of a box its answers, and where they lead, in words."""
    say = words(drawing.language)
    for row in box.rows:
        answers = "; ".join(drawing.answer_words(row))
        if row.target is None:
            yield answers, row.note
        elif row.target in drawing.boxes:
            yield answers, say("export.goes_on", mark=drawing.boxes[row.target].mark)
        else:
            yield answers, drawing.end_words(drawing.ends[row.target])
    if box.stopped:
        yield say("export.stopped"), ""


def outline_text(drawing: Drawing) -> str:
    """Return the whole outline: its head, and by stage every box."""
    lines = drawing.head()
    for stage, boxes in drawing.stages().items():
        lines += ["", drawing.stage_name(stage).upper()]
        for box in boxes:
            lines += ["", drawing.box_words(box)]
            lines += [f"- {answers}: {end}" if end else f"- {answers}" for answers, end in box_lines(drawing, box)]
    return "\n".join(" ".join(line.split()) for line in lines) + "\n"


def make_outline(drawing: Drawing) -> bytes:
    """Write the outline as a text file."""
    return outline_text(drawing).encode()
