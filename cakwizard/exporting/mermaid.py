"""Mermaid, as forges show it in a README."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cakwizard.exporting.drawing import Drawing
from cakwizard.tree.records import Certainty

# What Mermaid cannot misread. Everything else is written as a number: quotes and brackets end a label, backticks make
# it Markdown, and a colon near a word such as "style" makes Mermaid drop the semicolon of the entity that follows.
# A number with a point, or a dash at the start, would be read as a list.
_UNSAFE = re.compile(r"[^\w ,.()?!%+/'’\-–€…]|_|(?<=\d)\.|^[-+]", re.ASCII)
# Along its curves Mermaid 11 puts words on one another; along straight lines with some air it does not.
_LAYOUT = '%%{init: {"flowchart": {"curve": "linear", "nodeSpacing": 80}}}%%'
_DASHES = {Certainty.likely: "8 4", Certainty.unsettled: "2 4"}


def escape(text: str) -> str:
    """Return any text so that Mermaid shows it and never reads it; a new line becomes a break."""

    def number(match: re.Match[str]) -> str:
        char = match.group()
        return char if ord(char) > 127 else f"#{ord(char)};"

    return "<br/>".join(_UNSAFE.sub(number, line) for line in text.splitlines() or [""])


def _mermaid(drawing: Drawing) -> Iterator[str]:
    title, *rest = (escape(" ".join(line.split())) for line in drawing.head())
    names = drawing.names
    yield _LAYOUT
    yield "flowchart LR"
    yield f"  accTitle: {title}"
    yield f"  accDescr: {' '.join(rest)}"
    yield '  start(["START"])'
    for stage, boxes in drawing.stages().items():
        yield f'  subgraph stage{stage} ["{escape(drawing.stage_name(stage))}"]'
        for box in boxes:
            yield f'    {names[box.key]}("{escape(drawing.box_words(box))}")'
        # An end outside the frame would be laid out without regard for the words on the lines to it.
        for end in drawing.ends_of(stage):
            yield f'    {names[end.key]}["{escape(drawing.end_words(end))}"]'
        yield "  end"
    links = drawing.links()
    for link in links:
        if link.note:
            yield f'  {link.target}["{escape(link.note)}"]'
    firsts = [names[box.key] for box in drawing.boxes.values() if box.first]
    for name in firsts:
        yield f"  start --> {name}"
    for number, link in enumerate(links, len(firsts)):
        arrow = "==>" if link.marked else "-.->" if link.certainty else "-->"
        yield f'  {link.source} {arrow}|"{escape(chr(10).join(link.answers))}"| {link.target}'
        if link.certainty:
            yield f"  linkStyle {number} stroke-dasharray:{_DASHES[link.certainty]}"
    # Each group of schemes has its own colour, as in the chart; dark letters on white when in doubt.
    for end in drawing.ends.values():
        color = drawing.tree.scheme_groups[end.scheme.group].color
        doubt = f"fill:#ffffff,color:#16233b,stroke:{color},stroke-width:3px,stroke-dasharray:6 3"
        yield f"  style {names[end.key]} {doubt if end.certainty else f'fill:{color},color:#ffffff,stroke:{color}'}"


def make_mermaid(drawing: Drawing) -> bytes:
    """Write the drawing as a Mermaid file."""
    return ("\n".join(_mermaid(drawing)) + "\n").encode()
