"""Mermaid, as forges show it in a README."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import edge_of
from cakwizard.exporting.outline import answer_words
from cakwizard.exporting.outline import preamble
from cakwizard.exporting.styles import INK
from cakwizard.exporting.styles import NOT_WALKED
from cakwizard.exporting.styles import color_of
from cakwizard.exporting.styles import legend_words
from cakwizard.exporting.styles import tint
from cakwizard.exporting.styles import used_schemes
from cakwizard.interface import words
from cakwizard.model import Certainty

__all__ = ["escape", "make", "mermaid_text"]

# What Mermaid cannot misread. Everything else is written as a number: quotes and
# brackets end a label, backticks make it Markdown, and a colon near a word such
# as "style" makes Mermaid drop the semicolon of the entity that follows.
# A number with a point, or a dash at the start, would be read as a list.
_UNSAFE = re.compile(r"[^\w ,.()?!%+/'’\-–€…]|_|(?<=\d)\.|^[-+]", re.ASCII)

_SHAPES = {
    "house": ("[/", "\\]"),
    "trapezium": ("[/", "\\]"),
    "invhouse": ("[\\", "/]"),
    "invtrapezium": ("[\\", "/]"),
    "parallelogram": ("[/", "/]"),
    "note": ("[\\", "\\]"),
    "hexagon": ("{{", "}}"),
    "octagon": ("([", "])"),
    "ellipse": ("([", "])"),
    "oval": ("([", "])"),
    "doubleoctagon": ("[[", "]]"),
    "diamond": ("{", "}"),
    "circle": ("((", "))"),
    "cylinder": ("[(", ")]"),
    "folder": ("[\\", "\\]"),
    "component": ("[(", ")]"),
    "cds": (">", "]"),
}
_DASHES = {Certainty.likely: "8 4", Certainty.unsettled: "2 4"}


def escape(text: str) -> str:
    """Return any text so that Mermaid shows it and never reads it; a new line becomes a break."""

    def number(match: re.Match[str]) -> str:
        char = match.group()
        return char if ord(char) > 127 else f"#{ord(char)};"

    lines = (_UNSAFE.sub(number, line) for line in text.splitlines() or [""])
    return "<br/>".join(lines)


def _spoken(text: str) -> str:
    """Return text for `accTitle` and `accDescr`, which know no break."""
    return escape(" ".join(text.split()))


def _lines(drawing: Drawing) -> Iterator[str]:
    tree, names = drawing.tree, drawing.names
    say = words(drawing.language)
    yield f"flowchart {drawing.direction or 'LR'}"
    yield f"  accTitle: {_spoken(preamble(drawing)[0])}"
    counts = say("picture.description", questions=len(drawing.nodes), outcomes=len(drawing.outcomes))
    yield f"  accDescr: {_spoken(' '.join([counts, *preamble(drawing)[1:], *legend_words(drawing)]))}"
    for node in drawing.nodes:
        yield f'  {names[node.id]}("{escape(drawing.question(node.id))}")'
    for outcome in drawing.outcomes:
        left, right = _SHAPES.get(tree.schemes[outcome.scheme].shape, ("[", "]"))
        label = f"{escape(drawing.scheme(outcome))}<br/>{escape(drawing.title(outcome))}"
        yield f'  {names[outcome.id]}{left}"{label}"{right}'
    looks: dict[str, list[int]] = {}
    for number, route in enumerate(drawing.routes()):
        walked = edge_of(route) in drawing.highlighted
        arrow = "==>" if walked else "-->" if route.certainty is Certainty.settled else "-.->"
        yield f'  {names[route.node]} {arrow}|"{escape(answer_words(drawing, route))}"| {names[route.target]}'
        look = []
        if route.certainty is not Certainty.settled:
            look.append(f"stroke-dasharray:{_DASHES[route.certainty]}")
        if walked:
            look.append("stroke-width:4px")
        if drawing.covered is not None and edge_of(route) not in drawing.covered:
            look.append(f"stroke:{NOT_WALKED}")
        if look:
            looks.setdefault(",".join(look), []).append(number)
    for text, numbers in looks.items():
        yield f"  linkStyle {','.join(map(str, numbers))} {text}"
    yield from _classes(drawing)


def _classes(drawing: Drawing) -> Iterator[str]:
    """Yield the looks of questions and of the outcomes of each scheme; colours fit light and dark pages."""
    if drawing.nodes:
        yield f"  classDef question fill:#f4f6f8,stroke:{INK},color:{INK}"
        yield f"  class {','.join(drawing.names[node.id] for node in drawing.nodes)} question"
    for number, scheme in enumerate(used_schemes(drawing), 1):
        color = color_of(scheme)
        yield f"  classDef scheme{number} fill:{tint(color)},stroke:{color},stroke-width:2px,color:{INK}"
        found = [drawing.names[outcome.id] for outcome in drawing.outcomes if outcome.scheme == scheme.id]
        yield f"  class {','.join(found)} scheme{number}"


def mermaid_text(drawing: Drawing) -> str:
    """Return the drawing in Mermaid."""
    return "\n".join(_lines(drawing)) + "\n"


def make(drawing: Drawing) -> bytes:
    """Write the drawing as a Mermaid file."""
    return mermaid_text(drawing).encode()
