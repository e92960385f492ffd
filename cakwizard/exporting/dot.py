"""DOT for other programs: plain nodes, and on every edge its answer."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.outline import answer_words
from cakwizard.exporting.outline import preamble
from cakwizard.exporting.styles import FONT
from cakwizard.exporting.styles import INK
from cakwizard.exporting.styles import color_of
from cakwizard.exporting.styles import legend_words
from cakwizard.exporting.styles import line_of
from cakwizard.exporting.styles import link_of
from cakwizard.exporting.styles import tint
from cakwizard.exporting.styles import wrap

__all__ = ["attributes", "dot_text", "make", "quote", "quote_lines"]


def quote(text: str) -> str:
    """Return any text as a DOT string that is shown exactly as it is."""
    # An ampersand would begin an entity, and a backslash an escape such as \N.
    return '"' + text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def quote_lines(lines: list[str]) -> str:
    """Return lines as one DOT string, each centred."""
    return quote("\n".join(lines))


def attributes(values: Mapping[str, str]) -> str:
    """Return DOT attributes; the values are quoted already."""
    return "[" + ", ".join(f"{key}={value}" for key, value in values.items()) + "]"


def _quoted(values: Mapping[str, str]) -> dict[str, str]:
    return {key: quote(value) for key, value in values.items()}


def _lines(drawing: Drawing) -> Iterator[str]:
    tree = drawing.tree
    yield "digraph tree {"
    head = [line for part in (*preamble(drawing), *legend_words(drawing)) for line in wrap(part, 90)]
    yield "  graph " + attributes(
        {
            "rankdir": quote(drawing.direction or "LR"),
            "label": quote_lines(head),
            "labelloc": quote("t"),
            "fontname": quote(FONT),
            "fontsize": quote("14"),
        }
    )
    yield f'  node [fontname="{FONT}", fontsize="11"]'
    yield f'  edge [fontname="{FONT}", fontsize="10"]'
    for node in drawing.nodes:
        label = {"label": quote_lines(wrap(drawing.question(node.id), 28))}
        look = {"shape": "box", "style": "rounded", "color": INK}
        if node.id == drawing.start:
            look["penwidth"] = "2.5"
        yield f"  {drawing.names[node.id]} " + attributes({**label, **_quoted(look)})
    for outcome in drawing.outcomes:
        scheme = tree.schemes[outcome.scheme]
        lines = [*wrap(drawing.scheme(outcome), 28), *wrap(drawing.title(outcome), 28)]
        look = {
            "shape": scheme.shape,
            "style": "filled" if outcome.certainty == 0 else "filled,dashed",
            "color": color_of(scheme),
            "fillcolor": tint(color_of(scheme)),
        }
        if link := link_of(drawing, outcome):
            look["URL"] = link
        yield f"  {drawing.names[outcome.id]} " + attributes({"label": quote_lines(lines), **_quoted(look)})
    for route in drawing.routes():
        label = {"label": quote_lines(wrap(answer_words(drawing, route), 28))}
        ends = f"{drawing.names[route.node]} -> {drawing.names[route.target]}"
        yield f"  {ends} " + attributes({**label, **_quoted(line_of(drawing, route))})
    yield "}"


def dot_text(drawing: Drawing) -> str:
    """Return the drawing in DOT."""
    return "\n".join(_lines(drawing)) + "\n"


def make(drawing: Drawing) -> bytes:
    """Write the drawing as a DOT file."""
    return dot_text(drawing).encode()
