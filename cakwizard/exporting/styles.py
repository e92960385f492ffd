"""How a drawing looks, for every format that draws: lines, colours, wrapped words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import edge_of
from cakwizard.interface import words
from cakwizard.model import Certainty
from cakwizard.model import Outcome
from cakwizard.model import Route
from cakwizard.model import Scheme

__all__ = ["FONT", "LINES", "color_of", "legend_words", "line_of", "link_of", "tint", "used_schemes", "wrap"]

FONT = "Helvetica"
"""Every layout program has its measures, and Arial and Liberation Sans have the same."""

LINES = {Certainty.settled: "solid", Certainty.likely: "dashed", Certainty.unsettled: "dotted"}
"""The line that says how sure a route is."""

INK = "#1a1a1a"
NOT_WALKED = "#b3261e"

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST_WORD = 60


def wrap(text: str, width: int) -> list[str]:
    """Return the text in lines of about `width` characters; only a monster of a word is ever cut."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        for line in textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False) or [""]:
            size = max(width, _LONGEST_WORD)
            lines += [line[at : at + size] for at in range(0, len(line), size)] or [""]
    return lines


def color_of(scheme: Scheme) -> str:
    """Return the colour of a scheme, or a dark grey when it is not written as #rrggbb."""
    return scheme.color if _COLOR.fullmatch(scheme.color) else "#444444"


def tint(color: str, share: float = 0.12) -> str:
    """Return a colour mixed with white, so light that black text on it reads well."""
    parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


def used_schemes(drawing: Drawing) -> list[Scheme]:
    """Return the schemes of the outcomes drawn, in the order of the tree."""
    used = {outcome.scheme for outcome in drawing.outcomes}
    return [scheme for scheme in drawing.tree.schemes.values() if scheme.id in used]


def line_of(drawing: Drawing, route: Route) -> dict[str, str]:
    """Return the DOT attributes of the line of a route."""
    found = {"style": LINES[route.certainty]}
    if edge_of(route) in drawing.highlighted:
        found["penwidth"] = "3.5"
    if drawing.covered is not None and edge_of(route) not in drawing.covered:
        found["color"] = NOT_WALKED
    return found


def link_of(drawing: Drawing, outcome: Outcome) -> str | None:
    """Return the address of the outcome's first source; only the web, never a script."""
    for key in outcome.sources:
        url = drawing.tree.sources[key].url
        if url.startswith(("https://", "http://")):
            # Some versions of Graphviz write these signs as they are, and the picture would be no XML.
            return url.translate({ord(sign): f"%{ord(sign):02X}" for sign in ' "<>\\'})
    return None


def legend_words(drawing: Drawing) -> Iterator[str]:
    """Yield in sentences what lines and marks mean."""
    say = words(drawing.language)
    yield say("picture.lines")
    if drawing.highlighted:
        yield say("picture.lines_walk", word=say("picture.on_walk"))
    if drawing.covered is not None:
        yield say("picture.lines_covered", word=say("picture.not_walked"))
