"""The pictures: readable on paper, by screen readers and in every browser, with any layout program."""

from __future__ import annotations

import itertools
import struct
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cakwizard.exporting import layout
from cakwizard.exporting.drawing import draw
from cakwizard.exporting.drawing import edge_of
from cakwizard.exporting.measure import fold_lines
from cakwizard.exporting.measure import text_width
from cakwizard.exporting.outline import outline_text
from cakwizard.exporting.png import make as make_png
from cakwizard.exporting.poster import posters
from cakwizard.exporting.poster_blocks import SIZE
from cakwizard.exporting.poster_blocks import Row
from cakwizard.exporting.poster_blocks import Sign
from cakwizard.exporting.sheet import make_sheet
from cakwizard.exporting.svg import svg_text
from cakwizard.loading import load_tree
from cakwizard.loading import tree_and_issues
from cakwizard.model import DecisionTree
from tests.conftest import HERE
from tests.conftest import SMALL
from tests.conftest import Cakwizard

pytestmark = pytest.mark.slow

HOSTILE = HERE / "trees" / "hostile.yaml"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def picture(small: DecisionTree) -> ElementTree.Element:
    """The small tree as SVG, read back."""
    return read(svg_text(draw(small, "nl")))


def read(text: str) -> ElementTree.Element:
    """What an XML reader makes of a picture."""
    return ElementTree.fromstring(text)  # noqa: S314 - written by ourselves just now


def groups(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    """The drawn things of one kind: question, outcome or answer."""
    return [group for group in root.iter(f"{SVG}g") if kind in (group.get("class") or "").split()]


def letters(root: ElementTree.Element) -> str:
    """Every letter that can be read in a picture, without spaces: lines break anywhere."""
    return "".join("".join(text.itertext()) for text in root.iter(f"{SVG}text")).replace(" ", "").replace("\u00a0", "")


def test_a_screen_reader_gets_name_and_outline(picture: ElementTree.Element, small: DecisionTree) -> None:
    """The SVG has a role, a title, a description that holds the whole outline, and a language."""
    assert (picture.get("role") or "").split() == ["graphics-document", "img"]
    title, description = picture[0], picture[1]
    assert (title.tag, title.get("id"), title.text) == (f"{SVG}title", picture.get("aria-labelledby"), "Kleine boom")
    assert (description.tag, description.get("id")) == (f"{SVG}desc", picture.get("aria-describedby"))
    assert description.text == outline_text(draw(small, "nl"))
    assert picture.get("{http://www.w3.org/XML/1998/namespace}lang") == "nl"


def test_every_node_and_answer_is_drawn_once_and_named(picture: ElementTree.Element, small: DecisionTree) -> None:
    """Each question, outcome and answer is one group with words as its title."""
    drawing = draw(small, "nl")
    for kind, count in (("question", 5), ("outcome", 5), ("answer", small.graph.number_of_edges())):
        assert len(groups(picture, kind)) == count
    titles = [group.findtext(f"{SVG}title") for group in groups(picture, "question")]
    assert sorted(map(str, titles)) == sorted(drawing.question(node) for node in small.nodes)
    ids = [group.get("id") for group in picture.iter(f"{SVG}g") if group.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("file", [SMALL, HOSTILE], ids=["small", "hostile"])
def test_every_word_of_the_tree_can_be_read_in_the_picture(file: Path, language: str) -> None:
    """Questions, answers, schemes and titles are real text in the picture, to the last letter."""
    drawing = draw(load_tree(file), language)
    shown = letters(read(svg_text(drawing)))
    texts = [drawing.question(node.id) for node in drawing.nodes]
    texts += [drawing.answer(route) for route in drawing.routes()]
    texts += [drawing.title(outcome) for outcome in drawing.outcomes]
    texts += [drawing.scheme(outcome) for outcome in drawing.outcomes]
    for text in texts:
        assert "".join(text.split()) in shown


def test_a_large_tree_loses_no_word_in_columns(tree: DecisionTree) -> None:
    """In columns, too, every question, answer and title can be read, and each answer is there by itself."""
    drawing = draw(tree, "nl")
    root = read(svg_text(drawing))
    shown = letters(root)
    for node in drawing.nodes:
        assert "".join(drawing.question(node.id).split()) in shown
    for outcome in drawing.outcomes:
        assert "".join(drawing.title(outcome).split()) in shown
    for route in drawing.routes():
        assert "".join(drawing.answer(route).split()) in shown
    assert len(groups(root, "answer")) == len(list(tree.routes()))
    assert len(groups(root, "question")) == len(tree.nodes)
    assert len(groups(root, "outcome")) == len(tree.outcomes)


def test_the_picture_carries_what_it_rests_on(picture: ElementTree.Element, small: DecisionTree) -> None:
    """Title, edition, the day of the last check, the origin and the legend can be read in it."""
    shown = letters(picture)
    for text in ("Kleineboom", "Uitgave1,regelsnagekekentot8januari2026.", "Alleenomtetesten.", "waarschijnlijk"):
        assert text in shown
    for scheme in small.schemes.values():
        assert scheme.name["nl"].replace(" ", "") in shown


def test_doubt_is_a_line_style(picture: ElementTree.Element, small: DecisionTree) -> None:
    """Settled answers have a solid line, likely ones dashes, unsettled ones dots."""
    dashes = {"settled": None, "likely": "5,2", "unsettled": "1,5"}
    for kind, dash in dashes.items():
        found = groups(picture, kind)
        assert len(found) == sum(route.certainty.name == kind for route in small.routes())
        for group in found:
            path = group.find(f"{SVG}path")
            assert path is not None
            assert path.get("stroke-dasharray") == dash


def test_an_outcome_links_to_its_source(picture: ElementTree.Element) -> None:
    """Outcomes link to their first source, in the way of today's SVG."""
    links = [link.get("href") for link in picture.iter(f"{SVG}a")]
    assert sorted(map(str, links)) == ["https://example.org/law"] * 3 + ["https://example.org/page"] * 2
    assert "xlink" not in ElementTree.tostring(picture, encoding="unicode")


def test_a_link_never_runs_a_script() -> None:
    """An address that is not on the web is not linked."""
    text = SMALL.read_text(encoding="utf-8").replace("https://example.org/law", "javascript:alert(1)")
    found, _ = tree_and_issues(text, "small.yaml")
    assert found is not None
    assert found.sources["law"].url == "javascript:alert(1)"
    assert "javascript" not in svg_text(draw(found, "nl"))


def test_fonts_are_those_that_every_machine_has(picture: ElementTree.Element) -> None:
    """All words name Helvetica, then fonts of the same measures, then whatever there is."""
    fonts = {text.get("font-family") for text in picture.iter(f"{SVG}text")}
    assert fonts == {"Helvetica, Arial, 'Liberation Sans', sans-serif"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_whole_tree_prints_readably_on_a3(language: str, tree: DecisionTree) -> None:
    """On A3 no word of the whole tree is smaller than 6 points."""
    page = make_sheet(draw(tree, language)).page
    assert page.points >= 6, page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_a_midwife_meets_prints_readably_on_a4(language: str, tree: DecisionTree) -> None:
    """On A4 no word of a midwife's part is smaller than 7 points, and the file itself has that size."""
    drawing = draw(tree, language, only="midwife")
    root = read(svg_text(drawing))
    page = make_sheet(drawing).page
    assert page.paper == "A4"
    width, height = (float((root.get(side) or "").removesuffix("mm")) for side in ("width", "height"))
    assert (width < page.width, height < page.height) == (True, True)
    box = [float(part) for part in (root.get("viewBox") or "").split()]
    smallest = min(float(text.get("font-size") or 0) for text in root.iter(f"{SVG}text"))
    printed = smallest * width / box[2] * 72 / 25.4
    assert printed == pytest.approx(page.points, rel=0.01)
    assert printed >= 6.95


@pytest.fixture(scope="module")
def rows(tree: DecisionTree) -> list[tuple[Row, float]]:
    """The answers of the whole tree in columns of several widths, each with the width of its column."""
    tried = itertools.islice(posters(draw(tree, "nl")), 0, None, 40)
    return [
        (row, poster.column_width)
        for poster in tried
        for column in poster.columns
        for _, block in column.blocks
        for row in block.rows
    ]


def test_no_line_is_wider_than_its_place(rows: list[tuple[Row, float]]) -> None:
    """In columns every line of an answer ends before whatever stands to the right of it."""
    assert len(rows) > 1000
    for row, width in rows:
        beside = isinstance(row.end, Sign) and not row.below
        room = (row.target if beside else width) - row.x
        assert max(text_width(line, SIZE) for line in row.lines) <= room
        assert max(text_width(line, SIZE, bold=True) for line in row.box.lines) <= row.box.width


def test_a_dutch_word_is_never_cut(rows: list[tuple[Row, float]], tree: DecisionTree) -> None:
    """Lines break between words, so joined by spaces they are the answer again."""
    drawing = draw(tree, "nl")
    for row, _ in rows:
        joined = " ".join(row.lines)
        assert joined.startswith(("…", drawing.answer(row.route)))


def test_lines_break_between_words() -> None:
    """Every word of a text stays whole where it fits, and all of it is kept where it does not."""
    text = "de arbeidsongeschiktheidsverzekering van vóór 2026"
    assert fold_lines(text, 170, 10) == ("de", "arbeidsongeschiktheidsverzekering", "van vóór 2026")
    assert "".join(fold_lines(text, 30, 10)) == text.replace(" ", "")
    assert all(text_width(line, 10) <= 30 for line in fold_lines(text, 30, 10))


def test_a_direction_draws_every_line_across_the_page(small: DecisionTree) -> None:
    """With --direction the tree runs that way, however large it gets."""
    sizes = {}
    for direction in ("LR", "TB"):
        root = read(svg_text(draw(small, "nl", direction=direction)))
        box = [float(part) for part in (root.get("viewBox") or "").split()]
        sizes[direction] = box[2] / box[3]
        assert len(groups(root, "answer")) == small.graph.number_of_edges()
    assert sizes["LR"] > sizes["TB"]


def test_a_walk_is_thick_and_named(small: DecisionTree) -> None:
    """The way of the answers is bold, thick and marked with words, so not by colour alone."""
    route = next(small.routes("provider_a"))
    root = read(svg_text(draw(small, "nl", highlighted={edge_of(route)})))
    widths = {
        group.get("id"): path.get("stroke-width")
        for group in groups(root, "answer")
        for path in group
        if path.tag == f"{SVG}path"
    }
    assert list(widths.values()).count("3.5") == 1
    bold = [text.text for text in root.iter(f"{SVG}text") if text.get("font-weight") == "bold"]
    assert "Verloskundige; deze weg" in bold


def test_the_png_is_sharp_and_whole(small: DecisionTree) -> None:
    """The PNG is a PNG, twice as many dots as the picture has points."""
    data = make_png(draw(small, "nl"))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    root = read(svg_text(draw(small, "nl")))
    box = [float(part) for part in (root.get("viewBox") or "").split()]
    assert width == pytest.approx(2 * box[2], rel=0.02)
    assert height == pytest.approx(2 * box[3], rel=0.02)


def test_without_a_layout_program_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch, cakwizard: Cakwizard) -> None:
    """When nothing can draw, the message says what to install and which formats need nothing."""
    monkeypatch.setattr(layout, "_programs", lambda: iter(()))
    ran = cakwizard("export", "svg", "--tree", str(SMALL))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "error: the picture cannot be drawn: neither graphviz-pure nor Graphviz is installed\n"
        "hint: 'pip install graphviz-pure' or install Graphviz; mermaid, dot, html and outline need neither\n"
    )


def test_a_program_that_fails_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch, small: DecisionTree) -> None:
    """When the first layout program does not work, the next one draws."""
    real = list(layout._programs())
    assert real, "the package graphviz-pure brings a program"
    monkeypatch.setattr(layout, "_programs", lambda: iter(["/no/such/program", sys.executable, *real]))
    assert "<svg" in svg_text(draw(small, "nl"))


def test_a_program_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A layout program that does not end is stopped, and the message says so."""
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 30\n", encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setattr(layout, "_programs", lambda: iter([str(slow)]))
    monkeypatch.setattr(layout, "TIMEOUT", 0.2)
    with pytest.raises(layout.LayoutError, match=r"took more than 0\.2 seconds"):
        layout.run_layout("digraph {}", "svg")
