"""A second opinion: what `walk --json` decided is decided again, and anything else is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SMALL, Cakwizard, Ran

TEXT = SMALL.read_text(encoding="utf-8")
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
        text = TEXT
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        tree = tmp_path / "rules.yaml"
        tree.write_text(text, encoding="utf-8")
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
    assert (
        verify().out == "Hetzelfde als toen: OVV · onverzekerbare vreemdelingen.\nVolgens dezelfde regels (editie 1).\n"
    )
    other = verify(('edition: "1"', 'edition: "2"'), lang="en").out
    assert other == (
        "The same as then: OVV · foreigners who cannot insure.\n"
        "Then edition 1 (rules checked until 1-11-2026), now edition 2 (until 1-11-2026).\n"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("percent: 100\n    contract: not_needed", "percent: 90\n    contract: not_needed"), "percentage 100% → 90%."),
        (
            ("none: {to: ovv_provider, certainty: settled}", "none: {to: ovv_provider, certainty: likely}"),
            "zekerheid ● zeker → ◐ waarschijnlijk.",
        ),
        (
            ("[+claim, any_hospital, {id", "[+claim, travel_first, {id"),
            "advies weg: any_hospital, advies erbij: travel_first.",
        ),
        (("Het kind valt er ook onder.", "Het kind niet."), "de tekst van child_too."),
        (("title: {nl: onverzekerbare vreemdelingen", "title: {nl: vreemdelingen"), "de tekst van ovv_full."),
    ],
)
def test_what_changed_is_in_the_sentence(verify: Verify, change: tuple[str, str], said: str) -> None:
    """An amount, the certainty, advice or a text: told with what it was and is, and 1."""
    ran = verify(change)
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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            (
                "      none: {to: ovv_provider, certainty: settled}",
                "      none: {to: ovv_provider, certainty: settled, valid_from: 2026-12-01}",
            ),
            "nu geen regel op 10-11-2026",
        ),
        (
            (
                "      midwife, maternity_nurse: ovv_full\n      gp:",
                "      maternity_nurse: ovv_full\n      midwife, gp:",
            ),
            'nu hangt het nog af van "Komt het door een zwangerschap?"',
        ),
        (
            ('      none:\n        text: {nl: "Geen,', '      nothing:\n        text: {nl: "Geen,'),
            "het antwoord 'none' op 'stay' bestaat hier niet meer",
        ),
    ],
)
def test_what_can_no_longer_be_decided_leaves_with_3(verify: Verify, change: tuple[str, str], said: str) -> None:
    """A date without a rule, a question more, an answer that is gone."""
    ran = verify(
        change,
        *([("      none: {to: ovv_provider", "      nothing: {to: ovv_provider")] if "nothing" in change[1] else []),
    )
    assert ran.status == 3
    assert ran.out.startswith("Dit is nu niet meer te beslissen: ")
    assert said in ran.out


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
