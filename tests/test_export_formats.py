"""What each format holds, and what `cakwizard export` does with it; and the tree in the terminal."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from cakwizard.exporting import FORMATS, diagrams
from cakwizard.exporting.diagrams import escape, outline_text, quote
from cakwizard.exporting.drawing import Drawing
from cakwizard.loading import load
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL, TODAY, Cakwizard
from tests.test_export_drawing import draw

TREE = ("--tree", str(SMALL))
TEXT = ("mermaid", "dot", "outline", "json", "graphml")

_EDGE = re.compile(r'^ *(\w+) (?:-->|==>|-\.->)(?:\|"(.*)"\|)? ?(\w+)$')
_NODE = re.compile(r'^ *(\w+) ?(?:\(|\[|\(\[)"(.*)"(?:\)|\]|\]\))$')


def unescaped(text: str) -> str:
    """Return a Mermaid label as it is shown."""
    return re.sub(r"#(\d+);", lambda code: chr(int(code[1])), text.replace("<br/>", " "))


def links_of(drawing: Drawing) -> Counter[tuple[str, str, str]]:
    """Return the lines that a diagram must have, with their words."""
    return Counter((one.source, one.target, " ".join(one.answers)) for one in diagrams.links_of(drawing))


@pytest.mark.parametrize("only", ["midwife", None])
def test_mermaid_has_one_line_for_each_pair_of_boxes(each: DecisionTree, only: str | None) -> None:
    """Read back, the boxes and lines are those of the drawing, with the answers joined, each stage in a frame."""
    drawing = draw(each, only=only)
    text = FORMATS["mermaid"].make(drawing).decode()
    edges = [found.groups(default="") for line in text.splitlines() if (found := _EDGE.match(line))]
    assert Counter((one, other, unescaped(words)) for one, words, other in edges) == links_of(drawing)
    assert max(Counter((one, other) for one, _, other in edges).values()) == 1
    nodes = {found[1]: unescaped(found[2]) for line in text.splitlines() if (found := _NODE.match(line))}
    shown = {drawing.names[box.key]: drawing.box_words(box) for box in drawing.boxes.values()}
    shown |= {drawing.names[key]: drawing.end_words(end) for key, end in drawing.ends.items()}
    assert {name: nodes[name] for name in shown} == shown
    assert text.count("subgraph") == len([*drawing.stages()])
    assert "START" in text


@pytest.mark.parametrize(
    "text", ['"]--> end', "a|b", "`x`", "style x:#35;", "1. een", "- een", "<b>&amp;</b>", "#quot;"]
)
def test_mermaid_labels_hold_no_sign_that_mermaid_reads(text: str) -> None:
    """What is left of a dangerous text are letters, spaces and numbered signs, which show what was meant."""
    written = escape(text)
    assert not set(re.sub(r"#\d+;", "", written)) & set('"#&:;<>=[]`|')
    assert unescaped(written) == text


def test_dot_strings_cannot_be_broken_out_of() -> None:
    """Quotes, backslashes and entities are shown, not read."""
    assert quote('a"b', "c\\n", "&amp;") == '"a\\"b\\nc\\\\n\\n&amp;amp;"'


def test_the_outline_has_every_box_once(small: DecisionTree) -> None:
    """Each question stands once, with where each answer leads; START, stages, edition and origin are there."""
    text = outline_text(draw(small, language="en"))
    assert text.startswith("Small tree\ncare on 24 November 2026\n")
    assert "For tests only.\n\nWHO IS THE PATIENT?\n\nSTART · 1. Who can or must pay for the care?\n" in text
    assert "- Nobody, or only a part: go on at 2\n" in text
    assert "- A visa or visa-free weeks (◐ likely): go on at B\n" in text
    assert text.count("Which paper does she have?") == 1


@pytest.mark.parametrize("all_dates", [False, True])
def test_networkx_reads_the_same_graph_from_json_and_graphml(
    all_dates: bool, tree: DecisionTree, tmp_path: Path
) -> None:
    """Both hold the drawn part of the tree's own graph, edge by edge, and words to show on each node and edge."""
    drawing = draw(tree, day=None if all_dates else TODAY)
    part = drawing.graph
    data = json.loads(FORMATS["json"].make(drawing))
    # What names the edges was called otherwise before networkx 3.4.
    named = "edges" if "edges" in inspect.signature(nx.node_link_graph).parameters else "link"
    from_json: Any = nx.node_link_graph(data, **{named: "edges"})
    file = tmp_path / "tree.graphml"
    file.write_bytes(FORMATS["graphml"].make(drawing))
    from_graphml: Any = nx.read_graphml(file, force_multigraph=True)
    for graph in (from_json, from_graphml):
        assert graph.is_directed()
        assert set(graph.nodes) == set(part.nodes)
        assert Counter(graph.edges()) == Counter((one, other) for one, other, _ in part.edges)
        for key, values in graph.nodes(data=True):
            text = tree.outcomes[key].title if key in tree.outcomes else tree.questions[tree.nodes[key].question].text
            assert text["nl"] in values["label"]
        assert all(values["label"] for *_, values in graph.edges(data=True))
    for one, other, key in part.edges:
        route = part.edges[one, other, key]["route"]
        read = from_json.edges[one, other, key]
        assert (read["option"], read["certainty"]) == (route.option, route.certainty.name)
        assert read["sources"] == list(route.sources)
    boxes = {key: values["box"] for key, values in from_json.nodes(data=True) if values.get("box")}
    assert boxes == {node: box.mark for box in drawing.boxes.values() for node in box.nodes}
    assert list(data["graph"]["sources"]) == list(tree.sources)


@pytest.mark.parametrize("name", TEXT)
def test_the_same_tree_gives_the_same_text(name: str, cakwizard: Cakwizard, tmp_path: Path) -> None:
    """A file and a pipe get the same bytes, every time, with plain line ends; the ending says which format."""
    made = FORMATS[name].make(draw(load(SMALL)))
    assert made == FORMATS[name].make(draw(load(SMALL)))
    assert b"\r" not in made
    assert made.endswith(b"\n")
    file = tmp_path / f"tree{FORMATS[name].suffixes[-1].upper()}"
    assert cakwizard("export", *TREE, "-o", str(file)).status == 0
    assert file.read_bytes() == made
    assert cakwizard("export", name, *TREE).out == made.decode()


@pytest.mark.parametrize("name", [*TEXT, "html"])
def test_only_a_file_of_that_format_is_replaced(name: str, cakwizard: Cakwizard, tmp_path: Path) -> None:
    """Made again, a file is replaced; a letter that happens to have that name is not, unless one says so."""
    form = FORMATS[name]
    file = tmp_path / f"tree{form.suffixes[0]}"
    call = ("export", name, *TREE, "-o", str(file))
    for _ in range(2):
        assert cakwizard(*call).status == 0
    assert form.is_kind(file.read_bytes())
    file.write_text("Lieve Anna,\n", encoding="utf-8")
    ran = cakwizard(*call)
    assert (ran.status, file.read_text(encoding="utf-8")) == (2, "Lieve Anna,\n")
    assert cakwizard(*call, "--force").status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("svgg",),
            "fout: 'svgg' is geen formaat; de formaten zijn: pdf, png, svg, html, outline, mermaid, dot, json, ",
        ),
        (("tree.svg",), "fout: 'tree.svg' is een bestand, geen formaat\ntip: schrijf: -o tree.svg\n"),
        ((), "fout: welk formaat?\ntip: noem er een: pdf, "),
        (("-o", "tree.jpg"), "fout: 'tree.jpg' zegt niet in welk formaat\ntip: noem het formaat, of laat de naam "),
        (("png", "-o", "x.jpg"), "fout: 'x.jpg' is geen naam voor png: die eindigt op .png\ntip: kies een andere "),
        (("outline", "--only", "midwif"), "fout: 'midwif' is geen antwoord op 'provider'; de antwoorden zijn: "),
        (("outline", "--date", "x"), "fout: --date is 'x', en dat is geen datum\n"),
        (("outline", "--date", "2026-01-01", "--all-dates"), "fout: --date en --all-dates gaan niet samen\n"),
        (("outline", "--since", "x.yaml"), "fout: --since hoort bij het formaat factsheet\n"),
        (("png", "--dpi", "9"), "fout: "),
    ],
)
def test_wrong_usage_is_said_in_one_language_with_the_way_out(
    arguments: tuple[str, ...], message: str, cakwizard: Cakwizard
) -> None:
    """Each mistake gives one message and status 2, and nothing is written."""
    ran = cakwizard("export", *arguments, *TREE)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(message)
    english = cakwizard("export", *arguments, *TREE, "--lang", "en")
    assert english.err.startswith("error: ")
    assert "tip:" not in english.err


def test_a_picture_is_not_thrown_at_the_screen(cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets a sentence with the way out instead of bytes that garble it."""
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
    ran = cakwizard("export", "png", *TREE)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "fout: png is geen tekst en maakt het scherm onleesbaar\ntip: schrijf: -o tree.png\n"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """An answers file with its own day of care."""
    file = tmp_path / "answers.yaml"
    file.write_text("care_date: 2022-01-01\nanswers: {payer: nobody, nationality: fled}\n", encoding="utf-8")
    return file


def test_a_case_is_marked_on_its_own_day(case: Path, cakwizard: Cakwizard) -> None:
    """With --highlight the answers of a case carry a word; its day of care is drawn unless another is given."""
    call = ("export", "outline", *TREE, "--highlight", str(case))
    ran = cakwizard(*call)
    assert "zorg op 1 januari 2022" in ran.out
    assert "\ndit geval: de weg die deze antwoorden openlaten\n" in ran.out
    assert "- Gevlucht uit Oekraïne (◐ waarschijnlijk; dit geval): " in ran.out
    assert "- Zorgverzekering in Nederland: " in ran.out
    assert "(dit geval): " not in ran.out.partition("Gevlucht")[0].partition("2. ")[2]
    assert "zorg op 31 december 2021" in cakwizard(*call, "--date", "2021-12-31").out
    assert "alle datums" in cakwizard(*call, "--all-dates").out
    lost = cakwizard(*call, "--date", "2010-01-01")
    assert (lost.status, lost.out) == (2, "")
    assert lost.err.startswith(f"fout: de antwoorden in '{case}' leiden nergens heen voor zorg op 1-1-2010\n")
    page = cakwizard("export", "html", *TREE, "--highlight", str(case))
    assert page.err.startswith("fout: --highlight en html gaan niet samen\n")


def test_diagrams_and_data_mark_the_way_of_a_case(case: Path, cakwizard: Cakwizard, small: DecisionTree) -> None:
    """Its lines are thick in Mermaid and DOT, and its edges are told from others in JSON and GraphML."""
    made = {name: cakwizard("export", name, *TREE, "--highlight", str(case)).out for name in TEXT}
    thick = [line for line in made["mermaid"].splitlines() if "==>" in line]
    assert [line for line in thick if "dit geval" not in line] == []
    assert made["dot"].count("penwidth=3") == len(thick) > 2
    edges = json.loads(made["json"])["edges"]
    assert {edge["option"] for edge in edges if edge["source"] == small.start and edge["case"]} == {"nobody"}
    read: Any = nx.parse_graphml(made["graphml"], force_multigraph=True)
    assert sum(one for *_, one in read.edges(data="case")) == sum(edge["case"] for edge in edges)


def test_what_no_case_walks_is_marked(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """With --coverage an answer that no case in any of the files takes says so."""
    file = tmp_path / "one.walks.yaml"
    file.write_text("- name: one\n  answers: {payer: policy}\n  expect: {scheme: insurer}\n", encoding="utf-8")
    other = tmp_path / "other.walks.yaml"
    other.write_text("- name: other\n  answers: {payer: nobody, nationality: dutch, provider: gp}\n", encoding="utf-8")
    ran = cakwizard("export", "outline", *TREE, "--coverage", str(file))
    assert "- Zorgverzekering in Nederland: " in ran.out
    assert "- Patiënt of een ander betaalt alles (niet gelopen): " in ran.out
    assert "- Niemand, of maar een deel (niet gelopen): " in ran.out
    call = ("export", "json", *TREE, "--coverage", str(file), "--coverage", str(other))
    assert "expects nothing" in cakwizard(*call).err
    other.write_text(other.read_text(encoding="utf-8") + "  expect: {scheme: sov}\n", encoding="utf-8")
    ran = cakwizard(*call)
    unwalked = {edge["option"] for edge in json.loads(ran.out)["edges"] if edge["unwalked"]}
    assert {"patient", "europe"} <= unwalked
    assert not {"nobody", "policy"} & unwalked


# -- the tree and what is in it, in the terminal: folded, by id, with sources ------------------


def test_the_tree_is_folded_behind_the_provider(cakwizard: Cakwizard) -> None:
    """What one reads first is who the patient is; each folded question says how to open it."""
    ran = cakwizard("tree", *TREE)
    assert (ran.status, ran.err) == (0, "")
    assert "START · 1. Wie kan of moet de zorg betalen?\n- Niemand, of maar een deel: verder bij 2\n" in ran.out
    assert "+ 4. Komt het door een zwangerschap? (2 antwoorden: cakwizard tree ovv_pregnant)" in ran.out
    assert "andere zorg, een deel" not in ran.out
    opened = cakwizard("tree", "ovv_pregnant", *TREE)
    assert "- Nee: OVV max. 80%: andere zorg, een deel" in opened.out


@pytest.mark.parametrize("options", [("--all",), ("--only", "gp")])
def test_everything_can_be_opened(options: tuple[str, ...], cakwizard: Cakwizard, tree: DecisionTree) -> None:
    """With --all, or for one provider, every question stands there once with its answers."""
    ran = cakwizard("tree", *options)
    drawing = draw(tree, only="gp" if "gp" in options else None)
    shown = " ".join(ran.out.split())
    for box in drawing.boxes.values():
        assert shown.count(f" {box.mark}. {box.question.text['nl']}") == 1
        assert all(answer.text in shown for row in box.rows for answer in row.answers)


def test_an_outcome_is_shown_with_steps_and_sources(cakwizard: Cakwizard) -> None:
    """Who pays, how sure, what to do, on what it rests, and after which answers one comes there."""
    ran = cakwizard("show", "ovv_full", *TREE)
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "OVV · onverzekerbare vreemdelingen (ovv_full)"
    assert "Het loket betaalt 100% van wat zij niet kan betalen." in ran.out
    for heading in ("Nu doen", "Verwijzen", "Papieren", "Let op", "Bronnen", "Hier komt u na"):
        assert heading in lines
    assert "- Wie geeft de zorg? (ovv_provider): Verloskundige" in lines
    assert "https://example.org/law" in ran.out
    early = cakwizard("show", "ovv_full", *TREE, "--date", "2022-01-01")
    assert early.out != ran.out


def test_a_node_and_its_question_are_shown_together(cakwizard: Cakwizard) -> None:
    """An id that is both gives both: where the answers lead and when, and what the question means."""
    ran = cakwizard("show", "nationality", *TREE, "--lang", "en")
    assert ran.status == 0
    assert "Node nationality" in ran.out
    shown = " ".join(ran.out.split())
    assert "- Fled from Ukraine (until 30-6-2022; likely) → Who gives the care? (sov_provider)" in shown
    assert "- Fled from Ukraine: The RMO began in 2022." in shown
    assert "Question nationality" in ran.out
    assert "Ask for a passport." in ran.out


@pytest.mark.parametrize("block", ["outcomes", "nodes", "questions", "advice", "sources"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_id_leads_to_words(block: str, language: str, cakwizard: Cakwizard, small: DecisionTree) -> None:
    """Whatever has an id can be shown, within the width of the screen but for addresses."""
    for key in getattr(small, block):
        ran = cakwizard("show", key, *TREE, "--lang", language)
        assert (ran.status, ran.err) == (0, "")
        assert key in ran.out
        assert [line for line in ran.out.splitlines() if len(line) > 80 and "https://" not in line] == []


def test_an_unknown_id_names_the_nearest(cakwizard: Cakwizard) -> None:
    """A slip of the pen is answered with the nearest id, nonsense with where to find them."""
    ran = cakwizard("show", "ovv_fall", *TREE)
    assert (ran.status, ran.out, ran.err) == (
        2,
        "",
        "fout: niets in de boom heet 'ovv_fall'\ntip: bedoelt u 'ovv_full'?\n",
    )
    assert "tip: 'cakwizard tree --all'" in cakwizard("show", "qqqqqq", *TREE).err
    assert cakwizard("tree", "nationalty", *TREE).err.endswith("tip: bedoelt u 'nationality'?\n")
