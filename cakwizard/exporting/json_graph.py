"""The whole drawing as data: node-link JSON that networkx reads back, with every record of the tree."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterator
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import edge_of
from cakwizard.model import Certainty
from cakwizard.model import DecisionTree
from cakwizard.model import Text
from cakwizard.model import Window

__all__ = ["graph_data", "make", "plain"]

_APART = ("nodes", "outcomes")


def plain(value: Any) -> Any:
    """Return a record of the tree as what JSON can hold; places in the file are left out."""
    if isinstance(value, Text):
        return dict(value.by_language)
    if isinstance(value, Window):
        return {"from": plain(value.start), "until": plain(value.end)}
    if isinstance(value, Certainty):
        return value.name
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (field.name for field in dataclasses.fields(value) if field.name != "location")
        return {name: plain(getattr(value, name)) for name in fields}
    return value


def _blocks(tree: DecisionTree) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield everything that the tree declares by id, but for what the graph itself holds."""
    for field in dataclasses.fields(tree):
        block = getattr(tree, field.name)
        if isinstance(block, Mapping) and field.name not in _APART and not field.name.startswith("_"):
            yield field.name, block


def graph_data(drawing: Drawing) -> dict[str, Any]:
    """Return node-link data; `networkx.node_link_graph(data, edges="edges")` makes the same graph of it."""
    tree = drawing.tree
    nodes = [{**plain(node), "name": drawing.names[node.id], "kind": "node"} for node in drawing.nodes]
    nodes += [{**plain(outcome), "name": drawing.names[outcome.id], "kind": "outcome"} for outcome in drawing.outcomes]
    edges = []
    for route in drawing.routes():
        fields = plain(route)
        edge = {"source": fields.pop("node"), "target": fields.pop("target"), "key": route.key, **fields}
        if drawing.highlighted:
            edge["highlighted"] = edge_of(route) in drawing.highlighted
        if drawing.covered is not None:
            edge["covered"] = edge_of(route) in drawing.covered
        edges.append(edge)
    about = {
        "format": 1,
        "edition": tree.edition,
        "checked_until": tree.checked_until.isoformat(),
        "sha256": tree.sha256,
        "title": plain(tree.title),
        "origin": plain(tree.origin),
        "authority": plain(tree.authority),
        "languages": list(tree.languages),
        "language": drawing.language,
        "start": drawing.start,
        "preset": tree.preset,
        **{name: plain(block) for name, block in _blocks(tree)},
    }
    return {"directed": True, "multigraph": True, "graph": about, "nodes": nodes, "edges": edges}


def make(drawing: Drawing) -> bytes:
    """Write the drawing as JSON."""
    return (json.dumps(graph_data(drawing), ensure_ascii=False, indent=1) + "\n").encode()
