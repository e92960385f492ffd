"""DOT for other programs: plain nodes, and on every edge its answers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from cakwizard.exporting.drawing import Drawing
from cakwizard.tree.records import Certainty

_STYLES = {Certainty.settled: "solid", Certainty.likely: "dashed", Certainty.unsettled: "dotted"}
_DOT_WIDTH = 30


def quote(*lines: str) -> str:
    """Return lines as one DOT string that is shown exactly as it is."""
    # An ampersand would begin an entity, and a backslash an escape such as \N.
    text = "\n".join(
        line
        for part in lines
        for line in textwrap.wrap(part, _DOT_WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    )
    return '"' + text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _with(**values: str) -> str:
    return "[" + ", ".join(f"{key}={value}" for key, value in values.items()) + "]"


def _dot(drawing: Drawing) -> Iterator[str]:
    names = drawing.names
    yield "digraph tree {"
    yield f"  graph [rankdir=LR, labelloc=t, fontname=Arial, label={quote(*drawing.head())}]"
    yield "  node [fontname=Arial, fontsize=11, shape=box, style=rounded]"
    yield "  edge [fontname=Arial, fontsize=10]"
    yield '  start [shape=oval, style=bold, label="START"]'
    for stage, boxes in drawing.stages().items():
        yield f"  subgraph cluster_{stage} {{"
        yield f"    label={quote(drawing.stage_name(stage))}"
        for box in boxes:
            yield f"    {names[box.key]} " + _with(label=quote(drawing.box_words(box)))
        yield "  }"
    colors = {group.id: group.color for group in drawing.groups()}
    for end in drawing.ends.values():
        sure = end.certainty is Certainty.settled
        color = f'"{colors[end.scheme.group]}"'
        look = {"style": "filled", "fontcolor": "white"} if sure else {"style": '"filled,dashed"', "penwidth": "2"}
        label = quote(drawing.end_words(end))
        yield f"  {names[end.key]} " + _with(label=label, color=color, fillcolor=color if sure else "white", **look)
    links = drawing.links()
    for link in links:
        if link.note:
            yield f"  {link.target} " + _with(label=quote(link.note), shape="plaintext")
    for box in drawing.boxes.values():
        if box.first:
            yield f"  start -> {names[box.key]}"
    for link in links:
        look = {"label": quote(*link.answers), "style": _STYLES[link.certainty]}
        look |= {"penwidth": "3"} if link.marked else {}
        yield f"  {link.source} -> {link.target} " + _with(**look)
    yield "}"


def make_dot(drawing: Drawing) -> bytes:
    """Write the drawing as a DOT file."""
    return ("\n".join(_dot(drawing)) + "\n").encode()
