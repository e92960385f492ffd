"""What programs that are not ours read in the exports: the same boxes, lines and words as in the drawing."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from cakwizard.exporting import FORMATS, diagrams
from cakwizard.exporting.drawing import Drawing
from cakwizard.tree.records import DecisionTree
from tests import judging
from tests.test_export_drawing import draw
from tests.test_export_formats import links_of

pytestmark = pytest.mark.slow


@pytest.fixture(params=["midwife", "whole", "all dates", "small"])
def drawing(request: pytest.FixtureRequest, tree: DecisionTree, small: DecisionTree) -> Drawing:
    """A midwife's part, the whole tree today and on all dates, and the small tree."""
    whole = {"small": small}.get(request.param, tree)
    only = "midwife" if request.param == "midwife" else None
    return draw(whole, day=None, only=only) if request.param == "all dates" else draw(whole, only=only)


def squeezed(text: str) -> str:
    """Return the words of a text, wherever its lines break."""
    return " ".join(text.replace("<br>", " ").replace("<br/>", " ").split())


def boxes_of(drawing: Drawing) -> dict[str, str]:
    """Return by neutral name the words that each box, end and note must show."""
    found = {drawing.names[box.key]: drawing.box_words(box) for box in drawing.boxes.values()}
    found |= {drawing.names[key]: drawing.end_words(end) for key, end in drawing.ends.items()}
    found |= {link.target: link.note for link in diagrams.links_of(drawing) if link.note}
    return {"start": "START"} | {name: squeezed(text) for name, text in found.items()}


def test_mermaid_itself_reads_the_same(drawing: Drawing) -> None:
    """Mermaid's own parser finds every box and every line of the drawing, and nothing else."""
    found = judging.node("mermaid.mjs", FORMATS["mermaid"].make(drawing), "mermaid", "jsdom")
    assert {one["id"]: squeezed(one["text"]) for one in found["nodes"]} == boxes_of(drawing)
    edges = Counter((one["start"], one["end"], squeezed(one["text"] or "")) for one in found["edges"])
    assert edges == links_of(drawing)
    assert found["title"] == squeezed(drawing.tree.title["nl"])
    assert squeezed(drawing.tree.origin["nl"]) in found["description"]


def test_mermaid_draws_a_midwifes_part_without_labels_on_one_another(tree: DecisionTree) -> None:
    """Drawn in a browser no label lies on another or on a box, in either language, and every word is there."""
    drawings = [draw(tree, only="midwife", language=language) for language in ("nl", "en")]
    texts = [FORMATS["mermaid"].make(one).decode() for one in drawings]
    job = json.dumps({"sources": texts}).encode()
    drawn = judging.node("mermaid_drawn.mjs", job, "mermaid", "playwright-core")
    for drawing, found in zip(drawings, drawn, strict=True):
        assert found["overlaps"] == []
        assert found["scripts"] == 0
        shown = {squeezed(text) for text in found["nodes"]}
        assert set(boxes_of(drawing).values()) <= shown | {name for _, name, _ in drawing.stages()}


def test_graphviz_reads_the_same(drawing: Drawing) -> None:
    """Graphviz finds every box and every line of the drawing in the DOT file, and nothing else."""

    def words(label: str) -> str:
        plain = re.sub(r"\\(.)", lambda match: " " if match[1] == "n" else match[1], label)
        return squeezed(unescape(plain))

    text = FORMATS["dot"].make(drawing)
    data = json.loads(judging.run(judging.program("dot"), "-Tjson0", given=text))
    named = {one["_gvid"]: one["name"] for one in data["objects"]}
    boxes = {one["name"]: words(one["label"]) for one in data["objects"] if "nodes" not in one}
    assert {name: text for name, text in boxes.items() if not name.startswith("cluster")} == boxes_of(drawing)
    edges = Counter((named[one["tail"]], named[one["head"]], words(one.get("label", ""))) for one in data["edges"])
    assert edges == links_of(drawing)


@pytest.mark.parametrize("name", ["svg", "graphml"])
def test_an_xml_reader_takes_what_is_written(name: str, drawing: Drawing, tmp_path: Path) -> None:
    """What is written as XML is well-formed."""
    file = tmp_path / f"tree.{name}"
    file.write_bytes(FORMATS[name].make(drawing))
    judging.run(judging.program("xmllint"), "--noout", str(file))


def test_the_nu_checker_finds_no_fault_in_the_svg(tree: DecisionTree, tmp_path: Path) -> None:
    """The SVG keeps to the rules of SVG."""
    file = tmp_path / "tree.svg"
    file.write_bytes(FORMATS["svg"].make(draw(tree, only="midwife")))
    assert judging.nu_errors(file) == []


def test_another_reader_finds_the_text_of_the_pdf(tree: DecisionTree, tmp_path: Path) -> None:
    """Poppler finds each question and answer in the PDF, and that it is tagged."""
    drawing = draw(tree, only="midwife")
    file = tmp_path / "tree.pdf"
    file.write_bytes(FORMATS["pdf"].make(drawing))
    shown = "".join(judging.run(judging.program("pdftotext"), "-raw", str(file), "-").decode().split())
    for box in drawing.boxes.values():
        for text in (box.question.text["nl"], *(answer.text for row in box.rows for answer in row.answers)):
            assert "".join(text.split()) in shown
    about = judging.run(judging.program("pdfinfo"), str(file)).decode()
    assert re.search(r"Tagged: +yes", about)
