"""The tree and its places in the terminal: folded, narrow, and with sources."""

from __future__ import annotations

import pytest

from cakwizard.exporting.drawing import draw
from cakwizard.exporting.outline import branches
from cakwizard.model import DecisionTree
from tests.conftest import SMALL
from tests.conftest import Cakwizard

TREE = ("--tree", str(SMALL))


def test_the_tree_is_folded_per_branch(cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 40 columns the outline of the first branch is shown, and what it leads on to is folded."""
    monkeypatch.setenv("COLUMNS", "40")
    ran = cakwizard("tree", *TREE)
    assert ran.status == 0
    assert (
        ran.out
        == """\
Kleine boom

Uitgave 1, regels nagekeken tot 8
januari 2026.
Alleen om te testen.

Vraag 1. Woont de patiënt in Nederland?
- Ja: vraag 2. Welke nationaliteit heeft
  zij?
  - Nederlandse: Zorgverzekeraar: De
    verzekeraar betaalt
  - Europese: Zorgverzekeraar: De
    verzekeraar betaalt
  - Gevlucht (t/m 30 juni 2022): gaat
    verder bij vraag 4
  - Gevlucht (vanaf 1 juli 2022):
    Zorgverzekeraar: De verzekeraar
    betaalt
  - Andere (1 maart 2017 t/m 28 februari
    2022): gaat verder bij vraag 4
  - Andere (1 maart 2022 t/m 28 februari
    2027): gaat verder bij vraag 4
  - Andere (vanaf 1 maart 2027; niet
    zeker): Niet beslist: Regeling A zou
    stoppen (niet zeker)
- Nee (waarschijnlijk): vraag 3. Wie
  geeft de zorg?
  - Verloskundige: Niet beslist: Niet
    beslist (niet zeker)
  - Huisarts: Niet beslist: Niet beslist
    (niet zeker)

Dichtgeklapt
+ Vraag 4. Wie geeft de zorg? (4
  antwoorden, 2 uitkomsten: cakwizard
  tree provider_a)
"""
    )


def test_a_folded_branch_can_be_opened(cakwizard: Cakwizard) -> None:
    """The id that stands beside a folded branch opens it."""
    ran = cakwizard("tree", "provider_a", *TREE, "--lang", "en")
    assert ran.status == 0
    assert "Question 1. Who gives the care?\n- Midwife: Scheme A: Scheme A: 100%\n" in ran.out
    assert "nationality" not in ran.out


def test_everything_can_be_unfolded(cakwizard: Cakwizard, tree: DecisionTree) -> None:
    """With --all every branch of the tree that comes with the program is written out."""
    ran = cakwizard("tree", "--all")
    numbers = branches(draw(tree, "nl"))[0].numbers
    assert ran.status == 0
    assert "Dichtgeklapt" not in ran.out
    words = " ".join(ran.out.split())
    for node, number in numbers.items():
        question = tree.questions[tree.nodes[node].question].text["nl"]
        asked = words.count(f"Vraag {number}. {question}") + words.count(f"vraag {number}. {question}")
        assert asked == 1, node


@pytest.mark.parametrize("arguments", [("tree", "--all"), ("tree",), ("show", "payer"), ("show", "ovv_maternity")])
def test_no_line_is_wider_than_a_telephone(
    arguments: tuple[str, ...], cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 40 columns only a word that is longer than the line, such as an address, stands out."""
    monkeypatch.setenv("COLUMNS", "40")
    ran = cakwizard(*arguments)
    assert ran.status == 0
    assert [line for line in ran.out.splitlines() if len(line) > 40 and len(line.split()) > 2] == []
    assert not any(line.endswith(" ") for line in ran.out.splitlines())


def test_a_node_is_shown_with_answers_and_sources(cakwizard: Cakwizard) -> None:
    """A node says what it asks, where each answer leads, how one comes there, and on what it rests."""
    ran = cakwizard("show", "nationality", *TREE, "--lang", "en")
    assert ran.status == 0
    node, _, question = ran.out.partition("Question nationality")
    assert (
        node
        == """\
Node nationality

What is her nationality?

Answers
- From the Netherlands: Health insurer: The insurer pays (insurer)
- European: Health insurer: The insurer pays (insurer)
- Fled (until 30 June 2022): Who gives the care? (provider_a)
- Fled (from 1 July 2022): Health insurer: The insurer pays (insurer)
- Other (1 March 2017 until 28 February 2022): Who gives the care? (provider_a)
- Other (1 March 2022 until 28 February 2027): Who gives the care? (provider_a)
- Other (from 1 March 2027; not settled): Not decided: Scheme A was to end
  (scheme_a_ended)

You come here after
- Does the patient live in the Netherlands? Yes (resident)

Sources
- The law (Overheid, 1 January 2026). https://example.org/law
- The page (Loket, October 2022). https://example.org/page

"""
    )
    assert "Ask for a passport." in question


def test_an_outcome_is_shown_with_advice_and_sources(cakwizard: Cakwizard) -> None:
    """An outcome says who pays, how sure that is, what to do, and on what it rests."""
    ran = cakwizard("show", "scheme_a_part", *TREE)
    assert (
        ran.out
        == """\
Uitkomst scheme_a_part

Regeling A: Regeling A: hooguit 80%
Het loket betaalt hooguit 80%.
Vast: dit staat in de wet of in een officiële tekst.
U hebt een contract nodig.

Wat u nu doet
- Stuur het formulier van 11 mei 2022. (t/m 29 juni 2025)
- Stuur het formulier van 30 juni 2025. (vanaf 30 juni 2025)

Hier komt u na
- Gaat het om een zwangerschap? Nee (pregnant)

Bronnen
- De wet (Overheid, 1 januari 2026). https://example.org/law
- De bladzijde (Loket, oktober 2022). https://example.org/page
"""
    )


@pytest.mark.slow
def test_every_place_of_the_tree_can_be_shown(cakwizard: Cakwizard, tree: DecisionTree) -> None:
    """Nodes, outcomes, questions, advice and sources: each id leads to its place, with a source where it has one."""
    for block in ("nodes", "outcomes", "questions", "advice", "sources"):
        for key in list(getattr(tree, block))[::7]:
            ran = cakwizard("show", key, "--lang", "en")
            assert (ran.status, ran.err) == (0, "")
            assert key in ran.out.splitlines()[0]
            assert "https://" in ran.out or block == "questions"


def test_an_unknown_place_names_the_nearest(cakwizard: Cakwizard) -> None:
    """A slip of the pen is answered with the nearest id, nonsense with where to find them."""
    ran = cakwizard("show", "scheme_a_fall", *TREE)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "error: there is no node, outcome, question, advice or source 'scheme_a_fall'\n"
        "hint: did you mean 'scheme_a_full'?\n"
    )
    ran = cakwizard("show", "qqqqqq", *TREE)
    assert ran.err.endswith("hint: 'cakwizard tree' names the nodes\n")
    ran = cakwizard("tree", "nationalty", *TREE)
    assert (ran.status, ran.err) == (2, "error: there is no node 'nationalty'\nhint: did you mean 'nationality'?\n")
