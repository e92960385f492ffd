"""What programs that are not ours read in the exports: the same nodes, edges and words as the tree's own graph."""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx
import pytest

from cakwizard.exporting import FORMATS
from cakwizard.exporting import layout
from cakwizard.exporting.dot import dot_text
from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import draw
from cakwizard.exporting.mermaid import mermaid_text
from cakwizard.exporting.outline import answer_words
from cakwizard.exporting.picture import picture_dot
from cakwizard.exporting.poster import posters
from cakwizard.exporting.poster_dot import poster_dot
from cakwizard.exporting.svg import svg_text
from cakwizard.loading import load_tree
from cakwizard.model import Certainty
from cakwizard.model import DecisionTree
from tests import judging
from tests.conftest import HERE
from tests.conftest import SMALL

pytestmark = pytest.mark.slow

HOSTILE = HERE / "trees" / "hostile.yaml"

Edges = Counter[tuple[str, str, str]]


@pytest.fixture(params=["bundled", "small", "hostile"])
def drawing(request: pytest.FixtureRequest, tree: DecisionTree) -> Drawing:
    """Each of three trees as a whole; one of them has only texts that try to break out."""
    files = {"small": SMALL, "hostile": HOSTILE}
    found = tree if request.param == "bundled" else load_tree(files[request.param])
    return draw(found, "nl")


def squeezed(text: str) -> str:
    """The words of a text, wherever its lines break."""
    return " ".join(text.split())


def nodes_of(drawing: Drawing) -> dict[str, str]:
    """By neutral name, the words that a node must show."""
    found = {drawing.names[node.id]: drawing.question(node.id) for node in drawing.nodes}
    for outcome in drawing.outcomes:
        found[drawing.names[outcome.id]] = f"{drawing.scheme(outcome)} {drawing.title(outcome)}"
    return {name: squeezed(text) for name, text in found.items()}


def edges_of(drawing: Drawing) -> Edges:
    """Every edge of the tree's own graph, with the words that it must show."""
    return Counter(
        (drawing.names[source], drawing.names[target], squeezed(answer_words(drawing, route)))
        for source, target, route in drawing.graph.edges(data="route")
    )


def test_mermaid_itself_reads_the_same_nodes_edges_and_words(drawing: Drawing) -> None:
    """Mermaid's own parser finds every node and every answer of the tree, and nothing else."""
    found = judging.mermaid_parsed(mermaid_text(drawing))
    shown = {one["id"]: squeezed(one["text"].replace("<br>", " ")) for one in found["nodes"]}
    assert shown == nodes_of(drawing)
    edges = Counter((one["start"], one["end"], squeezed(one["text"].replace("<br>", " "))) for one in found["edges"])
    assert edges == edges_of(drawing)
    assert found["title"] == squeezed(drawing.tree.title["nl"])
    assert squeezed(drawing.tree.origin["nl"]) in found["description"]


def test_mermaid_draws_doubt_as_another_line(drawing: Drawing) -> None:
    """An edge that is not settled is dotted, and only such an edge."""
    found = judging.mermaid_parsed(mermaid_text(drawing))
    lines = [one["stroke"] for one in found["edges"]]
    assert lines == ["normal" if route.certainty is Certainty.settled else "dotted" for route in drawing.routes()]


def test_mermaid_draws_every_word_and_runs_none(tree: DecisionTree) -> None:
    """Drawn in a browser, each label shows exactly its text, whatever the text tries to be."""
    drawings = [draw(load_tree(HOSTILE), "nl"), draw(load_tree(HOSTILE), "en"), draw(tree, "nl", until=tree.preset)]
    for drawing, found in zip(drawings, judging.mermaid_drawn(*map(mermaid_text, drawings)), strict=True):
        assert found["scripts"] == 0
        assert sorted(found["nodes"]) == sorted(nodes_of(drawing).values())
        assert sorted(found["edges"]) == sorted(words for _, _, words in edges_of(drawing).elements())
        assert found["title"] == squeezed(drawing.tree.title[drawing.language])


def words_in(label: str) -> str:
    """The words of a DOT label as they are shown: breaks, escapes and entities undone."""
    return squeezed(unescape(re.sub(r"\\(.)", lambda match: " " if match.group(1) == "n" else match.group(1), label)))


def read_dot(source: str, *options: str) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """What Graphviz reads in DOT: the nodes by name, and the edges."""
    data = json.loads(judging.run(judging.program("dot"), *options, "-Tjson0", given=source.encode()))
    by_number = {one["_gvid"]: one for one in data["objects"]}
    edges = [
        {**one, "from": by_number[one["tail"]]["name"], "to": by_number[one["head"]]["name"]} for one in data["edges"]
    ]
    return {one["name"]: one for one in data["objects"]}, edges


def test_graphviz_reads_the_same_nodes_edges_and_words(drawing: Drawing) -> None:
    """Graphviz finds every node and every answer of the tree in the DOT file, and nothing else."""
    nodes, edges = read_dot(dot_text(drawing))
    assert {name: words_in(one["label"]) for name, one in nodes.items()} == nodes_of(drawing)
    assert Counter((one["from"], one["to"], words_in(one["label"])) for one in edges) == edges_of(drawing)
    styles = Counter(["solid", "dashed", "dotted"][route.certainty] for route in drawing.routes())
    assert Counter(one["style"] for one in edges) == styles


def test_graphviz_reads_every_edge_of_the_picture(drawing: Drawing) -> None:
    """The picture that is drawn holds each node once and each answer as an edge of its own."""
    nodes, edges = read_dot(picture_dot(drawing))
    assert set(nodes) == set(drawing.names.values())
    assert Counter((one["from"], one["to"]) for one in edges) == Counter(
        (source, target) for source, target, _ in edges_of(drawing).elements()
    )


def test_graphviz_reads_every_edge_of_the_poster(drawing: Drawing) -> None:
    """The picture in columns holds each node once and each answer as an edge of its own."""
    narrow = next(posters(drawing))
    nodes, edges = read_dot(poster_dot(drawing, narrow), "-Kneato", "-n2")
    helpers = {name for name in nodes if name.startswith(("corner", "head"))}
    assert set(nodes) - helpers == set(drawing.names.values())
    assert Counter((one["from"], one["to"]) for one in edges) == Counter(
        (source, target) for source, target, _ in edges_of(drawing).elements()
    )


@pytest.mark.parametrize("name", ["svg", "graphml"])
def test_an_xml_reader_takes_what_is_written(name: str, drawing: Drawing, tmp_path: Path) -> None:
    """What is written as XML is well-formed, whatever the texts are."""
    file = tmp_path / f"tree.{name}"
    file.write_bytes(FORMATS[name].make(drawing))
    judging.run(judging.program("xmllint"), "--noout", str(file))


def test_the_nu_checker_finds_no_fault_in_the_picture(drawing: Drawing, tmp_path: Path) -> None:
    """The SVG keeps to the rules of SVG."""
    file = tmp_path / "tree.svg"
    file.write_bytes(FORMATS["svg"].make(drawing))
    assert judging.nu_messages(file) == []


def test_the_systems_graphviz_draws_it_too(drawing: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package's own program is missing, Graphviz draws every node and answer."""
    dot = judging.program("dot")
    monkeypatch.setattr(layout, "_programs", lambda: iter([dot]))
    root = ElementTree.fromstring(svg_text(drawing))  # noqa: S314 - written by ourselves just now
    drawn = [group.get("class") for group in root.iter("{http://www.w3.org/2000/svg}g")]
    counts = Counter(word for names in drawn if names for word in names.split())
    assert counts["question"] == len(drawing.nodes)
    assert counts["outcome"] == len(drawing.outcomes)
    assert counts["answer"] == drawing.graph.number_of_edges()
    assert FORMATS["png"].make(drawing).startswith(b"\x89PNG")


def test_networkx_reads_the_same_graph_from_json(drawing: Drawing) -> None:
    """The node-link data makes the same graph again, with every key, window and certainty."""
    data = json.loads(FORMATS["json"].make(drawing))
    # What names the edges was called otherwise before networkx 3.4.
    named = "edges" if "edges" in inspect.signature(networkx.node_link_graph).parameters else "link"
    graph = networkx.node_link_graph(data, **{named: "edges"})
    same_graph(graph, drawing)
    for source, target, key, route in drawing.graph.edges(keys=True, data="route"):
        read = graph.edges[source, target, key]
        day = route.window.start and route.window.start.isoformat()
        assert (read["option"], read["certainty"], read["window"]["from"]) == (route.option, route.certainty.name, day)
        assert read["sources"] == list(route.sources)
    assert graph.graph["questions"].keys() == drawing.tree.questions.keys()
    assert data["graph"]["title"] == dict(drawing.tree.title.by_language)


def test_networkx_reads_the_same_graph_from_graphml(drawing: Drawing, tmp_path: Path) -> None:
    """The GraphML file makes the same graph again, with its words."""
    file = tmp_path / "tree.graphml"
    file.write_bytes(FORMATS["graphml"].make(drawing))
    graph = networkx.read_graphml(file, force_multigraph=True)
    same_graph(graph, drawing)
    for node in drawing.nodes:
        assert graph.nodes[node.id]["text_nl"] == drawing.question(node.id)
    for outcome in drawing.outcomes:
        assert graph.nodes[outcome.id]["text_nl"] == drawing.title(outcome)
    for source, target, key, route in drawing.graph.edges(keys=True, data="route"):
        assert graph.edges[source, target, key]["text_nl"] == drawing.answer(route)


def same_graph(graph: Any, drawing: Drawing) -> None:
    """Hold a graph that was read back against the one that was written."""
    assert graph.is_directed()
    assert graph.is_multigraph()
    assert set(graph.nodes) == set(drawing.graph.nodes)
    assert set(graph.edges(keys=True)) == set(drawing.graph.edges(keys=True))
