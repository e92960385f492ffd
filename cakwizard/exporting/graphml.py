"""GraphML, for programs that draw or measure graphs; every attribute is a plain value.

It is written here and not by networkx, which would repeat an id on edges that
happen to have the same key, where GraphML wants ids to be unique.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from xml.etree import ElementTree

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import edge_of
from cakwizard.model import Node
from cakwizard.model import Outcome
from cakwizard.model import Route

__all__ = ["make"]

_Value = str | int | float | bool
_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}
_SPACE = "http://graphml.graphdrawing.org/xmlns"


def _about(drawing: Drawing) -> dict[str, _Value]:
    tree = drawing.tree
    return {
        "edition": tree.edition,
        "checked_until": tree.checked_until.isoformat(),
        "sha256": tree.sha256,
        "start": drawing.start,
        **{f"title_{language}": tree.title[language] for language in tree.languages},
        **{f"origin_{language}": tree.origin[language] for language in tree.languages},
    }


def _node(drawing: Drawing, node: Node) -> dict[str, _Value]:
    question = drawing.tree.questions[node.question]
    texts = {f"text_{language}": question.text[language] for language in drawing.tree.languages}
    return {"kind": "node", "name": drawing.names[node.id], "question": node.question, **texts}


def _outcome(drawing: Drawing, outcome: Outcome) -> dict[str, _Value]:
    found: dict[str, _Value] = {
        "kind": "outcome",
        "name": drawing.names[outcome.id],
        "scheme": outcome.scheme,
        "certainty": outcome.certainty.name,
        "maximum": outcome.maximum,
        "sources": " ".join(outcome.sources),
        "advice": " ".join(outcome.advice),
    }
    if outcome.percent is not None:
        found["percent"] = float(outcome.percent)
    if outcome.contract is not None:
        found["contract"] = outcome.contract
    return found | {f"text_{language}": drawing.title(outcome, language) for language in drawing.tree.languages}


def _edge(drawing: Drawing, route: Route) -> dict[str, _Value]:
    option = drawing.tree.questions[drawing.tree.nodes[route.node].question].options[route.option]
    found: dict[str, _Value] = {
        "key": route.key,
        "option": route.option,
        "certainty": route.certainty.name,
        "sources": " ".join(route.sources),
        "advice": " ".join(route.advice),
        **{f"text_{language}": option.text[language] for language in drawing.tree.languages},
    }
    if route.window.start is not None:
        found["valid_from"] = route.window.start.isoformat()
    if route.window.end is not None:
        found["valid_until"] = route.window.end.isoformat()
    if drawing.highlighted:
        found["highlighted"] = edge_of(route) in drawing.highlighted
    if drawing.covered is not None:
        found["covered"] = edge_of(route) in drawing.covered
    return found


class _Keys:
    """Declares each attribute once, and refers to it by a short id."""

    def __init__(self) -> None:
        self.ids: dict[tuple[str, str, str], str] = {}

    def fill(self, element: ElementTree.Element, domain: str, values: Mapping[str, _Value]) -> None:
        for name, value in values.items():
            key = self.ids.setdefault((domain, name, _TYPES[type(value)]), f"d{len(self.ids)}")
            data = ElementTree.SubElement(element, "data", key=key)
            data.text = str(value).lower() if isinstance(value, bool) else str(value)

    def declared(self) -> Iterator[ElementTree.Element]:
        for (domain, name, kind), key in self.ids.items():
            yield ElementTree.Element("key", {"id": key, "for": domain, "attr.name": name, "attr.type": kind})


def make(drawing: Drawing) -> bytes:
    """Write the drawing as a GraphML file."""
    keys = _Keys()
    graph = ElementTree.Element("graph", edgedefault="directed")
    keys.fill(graph, "graph", _about(drawing))
    for node in drawing.nodes:
        keys.fill(ElementTree.SubElement(graph, "node", id=node.id), "node", _node(drawing, node))
    for outcome in drawing.outcomes:
        keys.fill(ElementTree.SubElement(graph, "node", id=outcome.id), "node", _outcome(drawing, outcome))
    for route in drawing.routes():
        edge = ElementTree.SubElement(graph, "edge", source=route.node, target=route.target)
        keys.fill(edge, "edge", _edge(drawing, route))
    root = ElementTree.Element("graphml", xmlns=_SPACE)
    root.extend(keys.declared())
    root.append(graph)
    ElementTree.indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode").encode() + b"\n"
