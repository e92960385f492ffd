"""A second opinion: what `walk --json` decided is decided again, and anything else is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SMALL, Cakwizard, Ran
from tests.made import changed

MIDWIFE = ("payer=nobody", "nationality=other", "stay=none", "provider=midwife")
Verify = Callable[..., Ran]


@pytest.fixture
def verify(cakwizard: Cakwizard, tmp_path: Path) -> Verify:
    """Decide answers by the small tree, change the tree, and verify what was decided."""

    def call(
        *changes: tuple[str, str],
        answers: tuple[str, ...] = MIDWIFE,
        lang: str = "nl",
        walk_lang: str = "nl",
        ids: bool = False,
    ) -> Ran:
        settings = [word for one in answers for word in ("--set", one)]
        dates = ("--date", "2026-11-10", "--claim-date", "2026-11-20")
        form = "--ids-only" if ids else "--json"
        receipt = cakwizard("walk", *settings, *dates, form, "--tree", str(SMALL), "--lang", walk_lang).out
        tree = tmp_path / "rules.yaml"
        tree.write_text(changed(*changes), encoding="utf-8")
        return cakwizard("verify", "-", "--tree", str(tree), "--lang", lang, stdin=receipt)

    return call


@pytest.mark.parametrize(
    "answers", [MIDWIFE, ("payer=nobody",), ("payer=nobody", "nationality=UA"), ("payer=unknown",)]
)
def test_the_same_is_said_to_be_the_same(verify: Verify, answers: tuple[str, ...]) -> None:
    """Decided or open, with open answers, in either language, with texts or ids alone: a sentence, and 0."""
    assert verify(answers=answers).status == 0
    assert verify(answers=answers, lang="en", walk_lang="nl").status == 0
    assert verify(answers=answers, ids=True).status == 0


def test_it_is_said_in_a_sentence_and_by_which_rules(verify: Verify) -> None:
    """What was decided, and whether the rules are the same as then."""
    lines = verify().out.splitlines()
    assert lines == ["Hetzelfde als toen: OVV · onverzekerbare vreemdelingen.", "Volgens dezelfde regels (editie 1)."]
    lines = verify(('edition: "1"', 'edition: "2"'), lang="en").out.splitlines()
    assert lines[0] == "The same as then: OVV · foreigners who cannot insure."
    assert lines[1] == "Then edition 1 (rules checked until 1-11-2026), now edition 2 (until 1-11-2026)."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("percent: 100\n    contract: not", "percent: 90\n    contract: not", "percentage 100% → 90%."),
        ("none: {to: ovv_provider, certainty: settled}", "none: ovv_provider", "zekerheid ● zeker → ◐ waarschijnlijk."),
        ("any_hospital, {id", "travel_first, {id", "advies weg: any_hospital, advies erbij: travel_first."),
        ("Het kind valt er ook onder.", "Het kind niet.", "de tekst van child_too."),
        ("title: {nl: onverzekerbare", "title: {nl: zulke", "de tekst van ovv_full."),
    ],
)
def test_what_changed_is_in_the_sentence(verify: Verify, old: str, new: str, said: str) -> None:
    """An amount, the certainty, advice or a text: told with what it was and is, and 1."""
    doubt = [("    asks: stay\n", "    asks: stay\n    certainty: likely\n")] if new == "none: ovv_provider" else []
    ran = verify((old, new), *doubt)
    assert ran.status == 1
    assert ran.out.startswith("Nu anders dan toen: ")
    assert said in ran.out.splitlines()[0]


def test_another_outcome_is_told_with_the_edge_that_now_leads_there(verify: Verify) -> None:
    """The author sees which line of the tree made it another."""
    swapped = ("      midwife, maternity_nurse: ovv_full\n", "      maternity_nurse: ovv_full\n      midwife: sov\n")
    ran = verify(swapped)
    assert ran.status == 1
    assert "toen OVV · onverzekerbare vreemdelingen, nu SOV · subsidie voor onverzekerden; " in ran.out
    edge = 'het antwoord "Verloskundige" op "Wie geeft de zorg?" leidt nu naar "subsidie voor onverzekerden" ('
    assert edge in ran.out
    assert "rules.yaml:" in ran.out


def test_what_can_no_longer_be_decided_leaves_with_3(verify: Verify) -> None:
    """A date without a rule, a question more, an answer that is gone."""
    none, gone = "none: {to: ovv_provider, certainty: settled", '      none:\n        text: {nl: "Geen,'
    later = verify((none, f"{none}, valid_from: 2026-12-01"))
    asked = verify(
        ("      midwife, maternity_nurse: ovv_full\n      gp:", "      maternity_nurse: ovv_full\n      gp, midwife:")
    )
    lost = verify((gone, gone.replace("none", "nothing")), (none, none.replace("none", "nothing")))
    assert [ran.status for ran in (later, asked, lost)] == [3, 3, 3]
    assert all(ran.out.startswith("Dit is nu niet meer te beslissen: ") for ran in (later, asked, lost))
    assert "nu geen regel op 10-11-2026" in later.out
    assert 'nu hangt het nog af van "Komt het door een zwangerschap?"' in asked.out
    assert "het antwoord 'none' op 'stay' bestaat hier niet meer" in lost.out


def test_by_another_way_is_the_same_with_a_note(verify: Verify) -> None:
    """What is decided did not change; that the questions did is good to know."""
    node = "  insured: {asks: contract, certainty: settled, sources: [law], to: {yes: insurer, no: insurer}}\n"
    asked = ("  ovv_provider:\n    asks", f"{node}  ovv_provider:\n    asks")
    ran = verify(("policy: insurer", "policy: insured"), asked, answers=("payer=policy",))
    assert (ran.status, ran.err, ran.out.splitlines()[-1]) == (0, "", "Langs een andere weg dan toen.")


def receipt(cakwizard: Cakwizard) -> dict[str, Any]:
    """What `walk --json` writes for a decided case."""
    data: dict[str, Any] = json.loads(cakwizard("walk", "--json", "--set", "payer=policy", "--tree", str(SMALL)).out)
    return data


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda data: data.update(bsn="123456782"), 'in het geheel staat "bsn", wat er niet hoort'),
        (lambda data: data["outcome"].update(patient="A. B."), 'in outcome staat "patient", wat er niet hoort'),
        (lambda data: data.pop("answers"), "in het geheel ontbreekt 'answers'"),
        (lambda data: data.update(format=1), "format heeft niet de juiste vorm"),
        (lambda data: data.update(status="open"), "status, uitkomsten en datums spreken elkaar tegen"),
        (lambda data: data["outcome"].update(percent=50), "status, uitkomsten en datums spreken elkaar tegen"),
        (lambda data: data.update(care_date="2099-01-01"), "status, uitkomsten en datums spreken elkaar tegen"),
        (lambda data: data.update(claim_date="soon"), "status, uitkomsten en datums spreken elkaar tegen"),
        (lambda data: data.update(answers={"payer": 7}), "payer heeft niet de juiste vorm"),
        (lambda data: data["possible"][0]["advice"].append({"id": "x"}), "in advice[] ontbreekt 'kind'"),
    ],
)
def test_other_data_is_refused(cakwizard: Cakwizard, spoil: Callable[[dict[str, Any]], Any], reason: str) -> None:
    """What `walk --json` does not write is not taken, least of all who the patient is; the message says what it is."""
    data = receipt(cakwizard)
    spoil(data)
    ran = cakwizard("verify", "-", "--tree", str(SMALL), stdin=json.dumps(data))
    assert (ran.status, ran.out) == (2, "")
    assert f"is niet wat 'cakwizard walk --json' schrijft: {reason}" in ran.err
    assert "123456782" not in ran.err


@pytest.mark.parametrize("text", ["", "no", "[" * 100_000, '{"format": 2', "[1, 2]", '"\\ud800"', "1" * 5000])
def test_what_is_no_json_gets_a_sentence(cakwizard: Cakwizard, text: str) -> None:
    """Whatever comes in, there is a message and 2, never a traceback."""
    ran = cakwizard("verify", "-", "--tree", str(SMALL), stdin=text)
    assert (ran.status, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    assert "<stdin>" in ran.err
