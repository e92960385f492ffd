"""The picture for SVG and PNG, as DOT: a question is a table, and each answer a row from which its edge leaves.

An answer beside its own line needs far less room than a label halfway, and can
never be read as belonging to another line.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence

from cakwizard.exporting.dot import attributes
from cakwizard.exporting.dot import quote
from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import edge_of
from cakwizard.exporting.drawing import window_words
from cakwizard.exporting.measure import fold_lines
from cakwizard.exporting.measure import text_width
from cakwizard.exporting.outline import branches
from cakwizard.exporting.outline import marks
from cakwizard.exporting.outline import preamble
from cakwizard.exporting.styles import FONT
from cakwizard.exporting.styles import INK
from cakwizard.exporting.styles import LINES
from cakwizard.exporting.styles import color_of
from cakwizard.exporting.styles import line_of
from cakwizard.exporting.styles import link_of
from cakwizard.exporting.styles import tint
from cakwizard.exporting.styles import used_schemes
from cakwizard.exporting.styles import wrap
from cakwizard.interface import words
from cakwizard.model import Certainty
from cakwizard.model import Node
from cakwizard.model import Outcome
from cakwizard.model import Route

__all__ = ["FONT_SIZE", "GREY", "head_rows", "markup", "picture_dot"]

FONT_SIZE = 10
"""The size of all words but the title, in points, before the picture is fitted to a page."""

GREY = "#eef1f4"


def picture_dot(drawing: Drawing) -> str:
    """Return the picture in DOT, for a layout program to draw."""
    return "\n".join(_lines(drawing)) + "\n"


def _lines(drawing: Drawing) -> Iterator[str]:
    sideways = drawing.direction != "TB"
    yield "digraph tree {"
    yield "  graph " + attributes(
        {
            "rankdir": quote("LR" if sideways else "TB"),
            "label": f"<{_head(drawing)}>",
            "labelloc": quote("t"),
            "labeljust": quote("l"),
            "fontname": quote(FONT),
            "fontsize": quote("11"),
            "nodesep": quote("0.08"),
            "ranksep": quote("0.5"),
            "pad": quote("0.2"),
            "bgcolor": quote("white"),
        }
    )
    yield f'  node [fontname="{FONT}", fontsize="{FONT_SIZE}", fontcolor="{INK}", margin="0.06,0.03", height="0.2"]'
    yield f'  edge [color="{INK}", arrowsize="0.6"]'
    numbers = branches(drawing)[0].numbers
    for node in drawing.nodes:
        yield _question(drawing, node, numbers[node.id], sideways=sideways)
    for outcome in drawing.outcomes:
        yield _outcome(drawing, outcome)
    for number, route in enumerate(drawing.routes(), 1):
        port = f"{drawing.names[route.node]}:e{number}:{'e' if sideways else 's'}"
        look = {"id": f"e{number}", **line_of(drawing, route)}
        quoted = attributes({key: quote(value) for key, value in look.items()})
        yield f"  {port} -> {drawing.names[route.target]} {quoted}"
    yield "}"


def markup(text: str) -> str:
    """Return text for a label in markup, where a backslash would begin an escape."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\\", "\\\\")):
        text = text.replace(sign, entity)
    return text


def _cell(lines: list[str], *, bold: bool = False, **values: str) -> str:
    inner = "<br/>".join(markup(line) or " " for line in lines)
    if values.get("align") == "left":
        inner = inner.replace("<br/>", '<br align="left"/>') + ('<br align="left"/>' if len(lines) > 1 else "")
    if bold:
        inner = f"<b>{inner}</b>"
    look = "".join(f' {key}="{value}"' for key, value in values.items())
    return f"<td{look}>{inner}</td>"


def _question(drawing: Drawing, node: Node, number: int, *, sideways: bool) -> str:
    """Return a node: the question above its answers, which stand below one another or side by side."""
    numbered = dict(_numbered(drawing))
    routes = list(drawing.routes(node.id))
    head = wrap(f"{number}. {drawing.question(node.id)}", 34 if sideways else max(34, 18 * len(routes)))
    cells = []
    for route in routes:
        lines = wrap(_answer(drawing, route), 38 if sideways else 16)
        walked = edge_of(route) in drawing.highlighted
        align = "left" if sideways else "center"
        cells.append(_cell(lines, bold=walked, port=f"e{numbered[edge_of(route)]}", align=align))
    span = 1 if sideways else max(1, len(cells))
    rows = [_cell(head, bold=True, bgcolor=GREY, colspan=str(span))]
    rows += cells if sideways else ["".join(cells)] if cells else []
    on_walk = any(edge_of(route) in drawing.highlighted for route in routes)
    border = "3" if on_walk or node.id == drawing.start else "1"
    table = "".join(f"<tr>{row}</tr>" for row in rows)
    label = f'<table border="{border}" cellborder="1" cellspacing="0" cellpadding="2" color="{INK}">{table}</table>'
    name = drawing.names[node.id]
    return f"  {name} " + attributes({"id": quote(name), "shape": quote("plain"), "label": f"<{label}>"})


def _answer(drawing: Drawing, route: Route) -> str:
    """Return the words of an answer; its line says how sure it is."""
    window = window_words(route.window, drawing.language, short=True)
    answer = drawing.answer(route)
    return "; ".join([f"{answer} ({window})" if window else answer, *marks(drawing, route)])


def _numbered(drawing: Drawing) -> Iterator[tuple[tuple[str, str, str], int]]:
    for number, route in enumerate(drawing.routes(), 1):
        yield edge_of(route), number


def _outcome(drawing: Drawing, outcome: Outcome) -> str:
    """Return an outcome: shape and colour of its scheme, and always the scheme's name."""
    scheme = drawing.tree.schemes[outcome.scheme]
    color = color_of(scheme)
    title = drawing.title(outcome)
    if outcome.certainty is not Certainty.settled:
        title += f" ({words(drawing.language)(f'picture.{outcome.certainty.name}')})"
    name_lines = "<br/>".join(markup(line) for line in wrap(drawing.scheme(outcome), 36))
    title_lines = "<br/>".join(markup(line) for line in wrap(title, 36))
    walked = any(target == outcome.id for _, target, _ in drawing.highlighted)
    name = drawing.names[outcome.id]
    look = {
        "id": name,
        "shape": scheme.shape,
        "style": "filled" if outcome.certainty is Certainty.settled else f"filled,{LINES[outcome.certainty]}",
        "color": color,
        "fillcolor": tint(color),
        "penwidth": "4" if walked else "1.5",
    }
    if link := link_of(drawing, outcome):
        look["URL"] = link
        look["tooltip"] = look["id"]
    values = {key: quote(value) for key, value in look.items()}
    return f"  {name} " + attributes({**values, "label": f"<<b>{name_lines}</b><br/>{title_lines}>"})


def _head(drawing: Drawing) -> str:
    """Return what stands above the picture."""
    rows = "".join(f'<tr><td align="left">{row}</td></tr>' for row, _ in head_rows(drawing, 620))
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="2">{rows}</table>'


def head_rows(drawing: Drawing, width: float, *, poster: bool = False) -> Iterator[tuple[str, float]]:
    """Yield title, part, edition, origin and legend as markup, each with its height in points."""
    title, *rest = preamble(drawing)
    lines = fold_lines(title, width, 17, bold=True)
    yield f'<font point-size="17"><b>{_left(lines)}</b></font>', 20.0 * len(lines)
    if poster:
        rest.append(words(drawing.language)("picture.poster"))
    for line in rest:
        lines = fold_lines(line, width, FONT_SIZE)
        yield f'<font point-size="{FONT_SIZE}">{_left(lines)}</font>', 12.0 * len(lines) + 2
    yield _lines_legend(drawing, width), 18.0
    for row in _schemes_legend(drawing, width):
        yield row, 19.0


def _left(lines: Sequence[str]) -> str:
    return '<br align="left"/>'.join([*map(markup, lines), ""]) if len(lines) > 1 else markup(lines[0])


def _lines_legend(drawing: Drawing, width: float) -> str:
    say = words(drawing.language)
    samples = [(LINES[certainty], 1, say(f"picture.legend_{certainty.name}")) for certainty in Certainty]
    if drawing.highlighted:
        samples.append(("solid", 4, say("picture.legend_walk")))
    cells = []
    for style, wide, text in samples:
        cells += [_sample(style, wide), f"<td>{markup(text)}</td>"]
    used = sum(52 + text_width(text, FONT_SIZE) for _, _, text in samples)
    return _legend_row(cells, width - used)


def _legend_row(cells: list[str], room: float) -> str:
    """Return cells side by side; a last, empty one takes the room that is left, so that the others stay together."""
    # A row that is wider than its place makes some versions of Graphviz stop.
    row = "".join([*cells, f'<td width="{max(1, room - 20):.0f}"></td>'])
    table = f'<table border="0" cellborder="0" cellspacing="4" cellpadding="2"><tr>{row}</tr></table>'
    return f'<font point-size="{FONT_SIZE}">{table}</font>'


def _sample(style: str, wide: int) -> str:
    """Return a cell with a line at half its height: the lower edge of a cell within it."""
    line = f'<td width="36" height="6" fixedsize="true" border="{wide}" sides="b" style="{style}" color="{INK}"></td>'
    rows = f'<tr>{line}</tr><tr><td width="36" height="5" fixedsize="true"></td></tr>'
    return f'<td><table border="0" cellborder="0" cellspacing="0" cellpadding="0">{rows}</table></td>'


def _schemes_legend(drawing: Drawing, width: float) -> Iterator[str]:
    """Yield rows with the name of each scheme in its colour."""
    rows: list[tuple[list[str], float]] = []
    for scheme in used_schemes(drawing):
        name = scheme.name[drawing.language]
        wide = text_width(name, FONT_SIZE) + 16
        color = color_of(scheme)
        cell = f'<td border="2" color="{color}" bgcolor="{tint(color)}">{markup(name)}</td>'
        if rows and rows[-1][1] + wide <= width:
            rows[-1] = ([*rows[-1][0], cell], rows[-1][1] + wide)
        else:
            rows.append(([cell], wide))
    for cells, wide in rows:
        yield _legend_row(cells, width - wide)
