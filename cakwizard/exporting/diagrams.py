"""The drawing for other programs: as an outline in text, as Mermaid and DOT, and as data."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from inspect import signature
from typing import Any, NamedTuple

import networkx as nx

from cakwizard.exporting.drawing import Box, Drawing, Row
from cakwizard.saying.phrases import headline, window_words
from cakwizard.showing.as_json import plain
from cakwizard.showing.text import Line, plain_rows
from cakwizard.tree.values import Certainty
from cakwizard.words import words

# The drawing as text: every box once, with its answers and where they lead; for screen readers and telephones.


def box_lines(drawing: Drawing, box: Box) -> Iterator[str]:
    """Yield by row of a box its answers, and where they lead, in words."""
    say = words(drawing.language)
    for row in box.rows:
        answers = "; ".join(drawing.answer_words(row))
        if row.target is None:
            yield f"{answers}: {row.note}"
        elif row.target in drawing.boxes:
            yield f"{answers}: {say('export.goes_on', mark=drawing.boxes[row.target].mark)}"
        else:
            yield f"{answers}: {drawing.end_words(drawing.ends[row.target])}"
    if not box.rows:
        yield say("export.stopped")


def outline(drawing: Drawing, *, unfold: bool = True) -> Iterator[Line]:
    """Yield the outline: its head, and by stage every box; of all stages but the first only names unless `unfold`."""
    say, (title, *rest) = words(drawing.language), drawing.head()
    yield Line(title, "title")
    yield from (Line(text, "plain") for text in rest)
    for number, (_, stage, boxes) in enumerate(drawing.stages()):
        folded = number > 0 and not unfold
        yield Line(stage.upper(), "heading")
        if folded:
            yield Line(say("export.folded"), "plain")
        for box in boxes:
            name = drawing.box_words(box)
            if folded:
                yield Line(say("export.fold", box=name, count=len(box.rows), node=box.key), "folded", "+")
                continue
            yield Line(name, "heading")
            yield from map(Line, box_lines(drawing, box))


def outline_text(drawing: Drawing) -> str:
    """Return the whole outline as text, of which no line is broken."""
    return "".join(f"{row}\n" for _, row in plain_rows(outline(drawing), None))


class Link(NamedTuple):
    """All answers that lead from a box to the same box, end or note, by neutral names that no text can break."""

    source: str
    target: str
    answers: tuple[str, ...] = ()
    certainty: Certainty = Certainty.settled
    note: str = ""
    marked: bool = False


def links_of(drawing: Drawing) -> list[Link]:
    """Return one link for each pair of boxes (or box and end), its answers joined; those from "start" have none."""
    names = drawing.names
    found = [Link("start", names[box.key]) for box in drawing.boxes.values() if box.first]
    for box in drawing.boxes.values():
        pairs: dict[str, list[Row]] = {}
        for row in box.rows:
            name = names[row.target] if row.target else f"{names[box.key]}_{len(pairs)}"
            pairs.setdefault(name, []).append(row)
        for target, rows in pairs.items():
            answers = tuple(text for row in rows for text in drawing.answer_words(row))
            certainty = min(row.certainty for row in rows)
            marked = any("case" in one.marks for row in rows for one in row.answers)
            found.append(Link(names[box.key], target, answers, certainty, rows[0].note, marked))
    return found


# Mermaid, as forges show it in a README.

# What Mermaid cannot misread. Everything else is written as a number: quotes and brackets end a label, backticks make
# it Markdown, and a colon near a word such as "style" makes Mermaid drop the semicolon of the entity that follows.
# A number with a point, or a dash at the start, would be read as a list.
_UNSAFE = re.compile(r"[^\w ,.()?!%+/'\-\x80-\U0010ffff]|_|(?<=\d)\.|^[-+]", re.ASCII)
# Along its curves Mermaid 11 puts words on one another; along straight lines with some air it does not.
_LAYOUT = '%%{init: {"flowchart": {"curve": "linear", "nodeSpacing": 80}}}%%'
_DASHES = {Certainty.likely: "8 4", Certainty.unsettled: "2 4"}


def escape(text: str) -> str:
    """Return any text so that Mermaid shows it and never reads it; a new line becomes a break."""
    return "<br/>".join(_UNSAFE.sub(lambda sign: f"#{ord(sign.group())};", line) for line in text.splitlines() or [""])


def make_mermaid(drawing: Drawing) -> Iterator[str]:
    """Yield the lines of a Mermaid file."""
    title, *rest = (escape(" ".join(line.split())) for line in drawing.head())
    yield _LAYOUT
    yield "flowchart LR"
    yield f"  accTitle: {title}"
    yield f"  accDescr: {' '.join(rest)}"
    yield '  start(["START"])'
    reached = {row.target: box.stage for box in reversed(drawing.boxes.values()) for row in box.rows}
    for stage, name, boxes in drawing.stages():
        yield f'  subgraph stage{stage} ["{escape(name)}"]'
        for box in boxes:
            yield f'    {drawing.names[box.key]}("{escape(drawing.box_words(box))}")'
        # An end outside the frame would be laid out without regard for the words on the lines to it.
        for key, end in drawing.ends.items():
            if reached.get(key) == stage:
                yield f'    {drawing.names[key]}["{escape(drawing.end_words(end))}"]'
        yield "  end"
    links = links_of(drawing)
    for link in links:
        if link.note:
            yield f'  {link.target}["{escape(link.note)}"]'
    for number, link in enumerate(links):
        arrow = "==>" if link.marked else "-.->" if link.certainty else "-->"
        answers = f'|"{escape(chr(10).join(link.answers))}"|' if link.answers else ""
        yield f"  {link.source} {arrow}{answers} {link.target}"
        if link.certainty:
            yield f"  linkStyle {number} stroke-dasharray:{_DASHES[link.certainty]}"
    # Each group of schemes has its own colour, as in the chart; dark letters on white when in doubt.
    for key, end in drawing.ends.items():
        color = drawing.tree.scheme_groups[end.group].color
        doubt = f"fill:#ffffff,color:#16233b,stroke:{color},stroke-width:3px,stroke-dasharray:6 3"
        yield f"  style {drawing.names[key]} {doubt if end.certainty else f'fill:{color},color:#ffffff,stroke:{color}'}"


# DOT for other programs: plain nodes, and on every edge its answers.

_STYLES = {Certainty.settled: "solid", Certainty.likely: "dashed", Certainty.unsettled: "dotted"}


def quote(*lines: str) -> str:
    """Return lines as one DOT string that is shown exactly as it is."""
    # An ampersand would begin an entity, and a backslash an escape such as \N.
    text = "\n".join(textwrap.fill(part, 30, break_long_words=False, break_on_hyphens=False) for part in lines)
    return '"' + text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _with(**values: str) -> str:
    return "[" + ", ".join(f"{key}={value}" for key, value in values.items()) + "]"


def make_dot(drawing: Drawing) -> Iterator[str]:
    """Yield the lines of a DOT file."""
    yield "digraph tree {"
    yield f"  graph [rankdir=LR, labelloc=t, fontname=Arial, label={quote(*drawing.head())}]"
    yield "  node [fontname=Arial, fontsize=11, shape=box, style=rounded]"
    yield "  edge [fontname=Arial, fontsize=10]"
    yield '  start [shape=oval, style=bold, label="START"]'
    for stage, name, boxes in drawing.stages():
        yield f"  subgraph cluster_{stage} {{"
        yield f"    label={quote(name)}"
        for box in boxes:
            yield f"    {drawing.names[box.key]} " + _with(label=quote(drawing.box_words(box)))
        yield "  }"
    for key, end in drawing.ends.items():
        sure = end.certainty is Certainty.settled
        color = f'"{drawing.tree.scheme_groups[end.group].color}"'
        look = {"style": "filled", "fontcolor": "white"} if sure else {"style": '"filled,dashed"', "penwidth": "2"}
        label = quote(drawing.end_words(end))
        yield f"  {drawing.names[key]} " + _with(label=label, color=color, fillcolor=color if sure else "white", **look)
    links = links_of(drawing)
    for link in links:
        if link.note:
            yield f"  {link.target} " + _with(label=quote(link.note), shape="plaintext")
    for link in links:
        look = {"label": quote(*link.answers), "style": _STYLES[link.certainty]}
        look |= {"penwidth": "3"} if link.marked else {}
        yield f"  {link.source} -> {link.target}" + (f" {_with(**look)}" if link.answers else "")
    yield "}"


# Node-link JSON and GraphML: of the drawn part the tree's own graph, nothing joined or left out, so that whoever
# computes with it has every edge and window.

# Before networkx 3.4 the argument that names the list of edges was called otherwise.
_EDGES = "edges" if "edges" in signature(nx.node_link_data).parameters else "link"


def plain_graph(drawing: Drawing) -> nx.MultiDiGraph[str]:
    """Return the drawn part as a graph that any program can read; each node and edge has a `label` in words."""
    tree, language = drawing.tree, drawing.language
    asked = {key: tree.questions[node.question] for key, node in tree.nodes.items()}
    marks = {node: box.mark for box in drawing.boxes.values() for node in box.nodes}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(drawing.graph)
    graph.graph = {
        "edition": tree.edition,
        "checked_until": tree.checked_until.isoformat(),
        "sha256": tree.sha256,
        "title": tree.title[language],
        "origin": tree.origin[language],
        "start": " ".join(drawing.starts),
        "day": drawing.day.isoformat() if drawing.day else "",
    }
    for key, values in graph.nodes(data=True):
        if outcome := tree.outcomes.get(key):
            values |= {"label": headline(tree, outcome, language), "kind": "outcome"}
        else:
            values |= {"label": asked[key].text[language], "kind": "node", "box": marks.get(key, "")}
        values |= plain(values.pop("record"))
    for node, _, values in graph.edges(data=True):
        route = values.pop("route")
        days = window_words(route.window, language)
        label = asked[node].options[route.option].text[language] + (f" ({days})" if days else "")
        values |= {"label": label} | {name: one for name, one in plain(route).items() if name not in ("node", "target")}
        values |= {mark: route in some for mark, some in drawing.marks.items()}
    return graph


def make_json(drawing: Drawing) -> str:
    """Return node-link JSON, with the records that nodes and edges refer to beside the graph."""
    graph, tree = plain_graph(drawing), drawing.tree
    for block in ("questions", "advice", "schemes", "scheme_groups", "contracts", "sources", "glossary", "referrals"):
        graph.graph[block] = plain(getattr(tree, block))
    data = nx.node_link_data(graph, **{_EDGES: "edges"})
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def make_graphml(drawing: Drawing) -> list[str]:
    """Return GraphML, whose values are words and numbers only; each edge gets an id of its own."""
    graph = plain_graph(drawing)
    for number, (*_, values) in enumerate(graph.edges(data=True), 1):
        values["edge"] = f"e{number}"
    for *_, values in (*graph.nodes(data=True), *graph.edges(data=True)):
        flat = _flat(values)
        values.clear()
        values |= flat
    return ["<?xml version='1.0' encoding='utf-8'?>", *nx.generate_graphml(graph, edge_id_from_attribute="edge")]


def _flat(values: Mapping[str, Any], start: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{start}{key}_")
        elif value is not None:
            found[start + key] = " ".join(map(str, value)) if isinstance(value, list) else value
    return found
