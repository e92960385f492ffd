"""The tree and what is in it, in the terminal: folded, by id, with sources."""

from __future__ import annotations

import pytest

from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL, Cakwizard
from tests.test_export_drawing import draw

TREE = ("--tree", str(SMALL))


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
