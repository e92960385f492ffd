"""The drawn part as data: node-link JSON and GraphML, both of one plain graph, written by networkx.

It is the tree's own graph, nothing joined or left out, so that whoever computes with it has every edge and window; each
node says in which box of the drawing it stands.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from inspect import signature
from typing import Any

import networkx as nx

from cakwizard.errors import Location
from cakwizard.exporting.drawing import Drawing
from cakwizard.saying.phrases import headline, window_words
from cakwizard.tree.values import Text, Window

# Before networkx 3.4 the argument that names the list of edges was called otherwise.
_EDGES = "edges" if "edges" in signature(nx.node_link_data).parameters else "link"


def plain(value: Any, languages: Sequence[str] = ()) -> Any:
    """Return a record as what JSON knows; where in the file it stood is left out.

    Args:
        languages: A text becomes a list in this order, and a certainty a number; without, a mapping and a name.
    """
    if isinstance(value, Text):
        return [value[language] for language in languages] or dict(value.by_language)
    if isinstance(value, Window):
        return {"from": plain(value.start), "until": plain(value.end)}
    if isinstance(value, Enum):
        return value.value if languages else value.name
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(one, languages) for key, one in value.items()}
    if isinstance(value, (tuple, list, Set)):
        return [plain(one, languages) for one in (sorted(value) if isinstance(value, Set) else value)]
    if is_dataclass(value):
        found = {field.name: getattr(value, field.name) for field in fields(value)}
        return {key: plain(one, languages) for key, one in found.items() if not isinstance(one, Location)}
    return value


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


def make_json(drawing: Drawing) -> list[str]:
    """Return node-link JSON, with the records that nodes and edges refer to beside the graph."""
    graph, tree = plain_graph(drawing), drawing.tree
    for block in ("questions", "advice", "schemes", "scheme_groups", "contracts", "sources", "glossary", "referrals"):
        graph.graph[block] = plain(getattr(tree, block))
    data = nx.node_link_data(graph, **{_EDGES: "edges"})
    return [json.dumps(data, ensure_ascii=False, indent=1)]


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
