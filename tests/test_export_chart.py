"""The chart for the wall: large enough to read, whole on its paper, to be searched and read out."""

from __future__ import annotations

import datetime
import io
import struct
import sys
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from pypdf import PageObject, PdfReader

from cakwizard.errors import FileError
from cakwizard.exporting import FORMATS
from cakwizard.exporting.chart import A4, FONTS, chart_words, draw_lines, lay_out, set_chart
from cakwizard.exporting.diagrams import outline_text
from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.factsheet import make_factsheet
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Text
from cakwizard.words import words
from tests.made import decided, without_routes
from tests.test_export_drawing import draw

SVG = "{http://www.w3.org/2000/svg}"


class Printed(NamedTuple):
    """A piece of text on a page: its size and place in points."""

    text: str
    size: float
    x: float
    y: float


def printed(page: PageObject) -> list[Printed]:
    """Return every piece of text on a page of a PDF."""
    found: list[Printed] = []

    def note(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            found.append(Printed(text, round(abs(size * tm[3] * cm[3]), 2), x, y))

    page.extract_text(visitor_text=note)
    return found


def read(data: bytes) -> list[PageObject]:
    """Return the pages of a PDF."""
    return list(PdfReader(io.BytesIO(data)).pages)


def letters(text: str) -> str:
    """Return a text without spaces and breaks, which fall anywhere; a broken word has a hyphen more."""
    return "".join(text.split()).replace("\u00ad", "").replace("-", "")


def words_of(drawing: Drawing) -> set[str]:
    """Return every text that a chart must show."""
    language = drawing.language
    say = words(language)
    texts = {"START", *(say(f"card.{name}") for name in ("settled", "likely", "unsettled"))}
    for box in drawing.boxes.values():
        texts |= {box.question.text[language], *(answer.text for row in box.rows for answer in row.answers)}
    for end in drawing.ends.values():
        texts |= {end.head, end.title}
    return texts | {drawing.tree.scheme_groups[end.group].name[language] for end in drawing.ends.values()}


@pytest.mark.parametrize(
    ("language", "fonts"),
    [("nl", FONTS), *(pytest.param(*how, marks=pytest.mark.slow) for how in (("en", FONTS), ("nl", FONTS[-1:])))],
)
def test_a_midwifes_part_is_one_a4_at_seven_points(
    language: str, fonts: tuple[str, ...], tree: DecisionTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fonts a machine has, nothing on the sheet is smaller than 7 points, and nothing is lost."""
    drawing = draw(tree, only="midwife", language=language)
    monkeypatch.setattr("cakwizard.exporting.chart.FONTS", fonts)
    (page,) = read(set_chart(drawing, "pdf"))
    assert (round(page.mediabox.width, 1), round(page.mediabox.height, 1)) == (841.9, 595.3)
    pieces = printed(page)
    assert min(piece.size for piece in pieces) >= 7
    assert all(10 < piece.x < A4[0] - 20 and 10 < piece.y < A4[1] - 10 for piece in pieces)
    shown = letters(page.extract_text())
    assert [text for text in words_of(drawing) if letters(text) not in shown] == []
    # Also the day, for which days it holds, the edition, how old the rules are, and that it is no legal advice.
    assert [line for line in drawing.head() if letters(line) not in shown] == []


@pytest.fixture(scope="module")
def whole(tree: DecisionTree) -> list[PageObject]:
    """The pages of the whole tree."""
    return read(set_chart(draw(tree), "pdf"))


@pytest.mark.slow
def test_the_whole_tree_can_be_read_on_its_sheets(tree: DecisionTree, whole: list[PageObject]) -> None:
    """All of it is on one A3 at 6.5 points or more, or on a few sheets of A4 by stage at 7."""
    drawing, pages = draw(tree), whole
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} <= {(1191, 842), (842, 595)}
    assert len(pages) <= 5
    for page in pages:
        wide, high = page.mediabox.width, page.mediabox.height
        assert min(piece.size for piece in printed(page)) >= (6.5 if wide > A4[0] + 1 else 7)
        assert all(10 < piece.x < wide - 20 and 10 < piece.y < high - 10 for piece in printed(page))
    shown = letters("".join(page.extract_text() for page in pages))
    assert [text for text in words_of(drawing) if letters(text) not in shown] == []


def test_the_pdf_can_be_read_out(small: DecisionTree) -> None:
    """It is tagged, names its language and title, and has its text in reading order."""
    reader = PdfReader(io.BytesIO(set_chart(draw(small), "pdf")))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Kleine boom"
    text = " ".join(reader.pages[0].extract_text().split())
    marks = [f"{box.mark} START " if box.first else box.mark for box in draw(small).boxes.values()]
    assert marks[0] in text
    questions = [box.question.text["nl"] for box in draw(small).boxes.values() if not box.mark.isalpha()]
    assert sorted(questions, key=text.index) == questions


@pytest.mark.slow
def test_parts_of_a_chart_lie_on_the_sheet_and_never_on_one_another(tree: DecisionTree) -> None:
    """Boxes and tables keep their distance from each other and from the edge."""
    plan, sheets = lay_out(draw(tree))
    for sheet in sheets:
        places = [(piece["x"], piece["y"], piece["width"], piece["high"]) for piece in sheet]
        for number, (x, y, wide, high) in enumerate(places):
            assert x > 20
            assert x + wide < plan.paper[0] - 20
            assert y > 20
            assert y + high < plan.paper[1] - 20
            for x2, y2, wide2, high2 in places[:number]:
                assert x + wide < x2 or x2 + wide2 < x or y + high < y2 or y2 + high2 < y


@pytest.mark.slow
def test_a_picture_has_its_true_size_and_is_the_same_each_time(small: DecisionTree) -> None:
    """A PNG carries its resolution: at 150 dots an inch an A4 has 1754; made again, a chart is the same, and known."""
    for dpi in (150, 96):
        png = set_chart(draw(small), "png", dpi=dpi)
        wide, high = struct.unpack(">II", png[16:24])
        assert abs(wide - A4[0] / 72 * dpi) <= 1
        assert abs(high - A4[1] / 72 * dpi) <= 1
        at = png.index(b"pHYs")
        assert FORMATS["png"].is_kind(png)
        assert struct.unpack(">IIB", png[at + 4 : at + 13]) == (round(dpi / 0.0254), round(dpi / 0.0254), 1)
    made = set_chart(draw(small), "pdf")
    assert set_chart(draw(small), "pdf") == made
    assert FORMATS["pdf"].is_kind(made)


def test_an_svg_is_searched_and_read_out(small: DecisionTree) -> None:
    """Title, the whole outline as description, a language, and every answer as unseen text over its place."""
    drawing = draw(small)
    root = ElementTree.fromstring(set_chart(drawing, "svg"))  # noqa: S314 - written by ourselves just now
    assert root.findtext(f"{SVG}title") == "Kleine boom"
    assert root.findtext(f"{SVG}desc") == outline_text(drawing)
    assert (root.get("role"), root.get("{http://www.w3.org/XML/1998/namespace}lang")) == ("img", "nl")
    shown = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    for box in drawing.boxes.values():
        assert box.question.text["nl"] in shown
        assert all(answer.text in shown for row in box.rows for answer in row.answers)


@pytest.mark.slow
def test_several_sheets_lie_below_one_another_in_a_picture(tree: DecisionTree, whole: list[PageObject]) -> None:
    """An SVG or PNG is one picture, in which no sheet is missing."""
    root = ElementTree.fromstring(set_chart(draw(tree), "svg"))  # noqa: S314 - written by ourselves just now
    _, _, wide, high = map(float, str(root.get("viewBox")).split())
    assert round(wide) == round(max(page.mediabox.width for page in whole))
    assert round(high) == round(sum(page.mediabox.height for page in whole))


@pytest.mark.slow
def test_no_text_is_taken_for_an_order(small: DecisionTree) -> None:
    """Words from a tree are shown as they are, however they look."""
    text = '#panic("x") *a* _b_ `c` $d$ <e> @f \\ [g] // h ' + "a" * 120 + " ]] & <b> \"'"
    strange = replace(small, title=Text({"nl": text}), origin=Text({"nl": text}))
    (page,) = read(set_chart(draw(strange), "pdf"))
    assert letters(page.extract_text()).count(letters(text)) == 2
    ElementTree.fromstring(set_chart(draw(strange), "svg"))  # noqa: S314 - written by ourselves just now


def test_equal_cells_of_a_table_are_one(small: DecisionTree) -> None:
    """The last question is one table: a column for each way to come there, cells with the same end joined."""
    (table,) = (piece for piece in chart_words(draw(small))["pieces"] if "columns" in piece)
    assert [column["mark"] for column in table["columns"]] == ["A", "B"]
    spans = [sum(cell["span"] for cell in line["cells"]) for line in table["rows"]]
    assert set(spans) == {2}
    shown = [answer["text"] for line in table["rows"] for answer in line["answers"]]
    assert shown == [option.text["nl"] for option in small.questions["provider"].options.values()]


@pytest.mark.slow
def test_a_chart_marks_the_way_of_a_case_in_a_word(tree: DecisionTree) -> None:
    """A mark never breaks an answer, takes no second sheet, and stands in the one cell of a table that is meant."""
    answers = {"payer": "nobody", "nationality": "other", "stay": "none", "provider": "midwife"}
    verdict = decided(tree, **answers)
    drawing = draw(tree, only="midwife", marks={"case": frozenset(verdict.open_routes)})
    (page,) = read(set_chart(drawing, "pdf"))
    shown = " ".join(page.extract_text().split())
    for option in ("payer", "nationality", "stay"):
        assert f"{tree.questions[option].options[answers[option]].text['nl']} dit geval" in shown
    (table,) = (piece for piece in chart_words(drawing)["pieces"] if "columns" in piece)
    assert all([cell["marks"] for cell in line["cells"]][:1] == [["case"]] for line in table["rows"])
    assert not any(cell["marks"] for line in table["rows"] for cell in line["cells"][1:])
    _, (sheet,) = lay_out(drawing)
    assert [line["bold"] for line in draw_lines(sheet)][-2:] == [True, True]


def test_without_typst_it_is_said_how_to_get_it(small: DecisionTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed the extra is told so, with the command; sheets as HTML can do without."""
    monkeypatch.setitem(sys.modules, "typst", None)
    for make in (partial(set_chart, draw(small), "pdf"), partial(make_factsheet, small, "nl", paper=True)):
        with pytest.raises(FileError) as caught:
            make()
        assert caught.value.issues[0].key == "export.no_typst"
    assert make_factsheet(small, "nl").startswith(b"<!DOCTYPE html>")


def test_what_has_no_rule_on_the_day_says_so(small: DecisionTree) -> None:
    """On a day without rules the sheet, or the answer that has none, says so."""
    bare = without_routes(small, list(small.routes()))
    (page,) = read(set_chart(draw(bare), "pdf"))
    assert letters("er is niets te tekenen") in letters(page.extract_text())
    (page,) = read(set_chart(draw(small, day=datetime.date(2016, 1, 1)), "pdf"))
    assert letters("geen regel op deze dag") in letters(page.extract_text())


@pytest.mark.slow
def test_what_does_not_fit_goes_on_or_makes_the_sheet_higher(small: DecisionTree) -> None:
    """Long texts go on on more sheets, which answers name, or make a sheet higher: no word is lost, none falls off."""
    long = Text({"nl": " ".join(["een lange vraag"] * 12)})
    questions = {
        key: replace(one, text=long, options={k: replace(option, text=long) for k, option in one.options.items()})
        for key, one in small.questions.items()
    }
    drawing = draw(replace(small, questions=questions), day=None)
    pages = read(set_chart(drawing, "pdf"))
    shown = letters("".join(page.extract_text() for page in pages))
    answers = sum(len(row.answers) for box in drawing.boxes.values() for row in box.rows)
    assert shown.count(letters("een lange vraag")) == 12 * (answers + len(drawing.boxes))
    assert len(pages) > 1
    assert "blad 2" in pages[0].extract_text()
    payer = replace(small.questions["payer"], text=Text({"nl": "lang " * 2000}))
    pages = read(set_chart(draw(replace(small, questions={**small.questions, "payer": payer})), "pdf"))
    assert sum(page.extract_text().count("lang") for page in pages) == 2000
    for page in pages:
        assert all(0 < piece.y < page.mediabox.height for piece in printed(page))
