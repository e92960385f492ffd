"""`cakwizard walk`: the contract of its files, its JSON and its exit statuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cakwizard.model import DecisionTree
from tests.conftest import Cakwizard

CASE = """\
care_date: 2022-11-10
answers:
  {payer: nobody, nationality: other, stay: [none, first_permit_pending], paid_work: no,
   provider: midwife, maternity_care: maternity}
"""
OUTCOME_KEYS = {
    "id",
    "scheme",
    "percent",
    "maximum",
    "certainty",
    "contract",
    "deadline",
    "title",
    "advice",
}


def decided(cakwizard: Cakwizard, *settings: str) -> dict[str, Any]:
    """Return the JSON of a walk with these answers."""
    ran = cakwizard("walk", "--json", *(word for setting in settings for word in ("--set", setting)))
    answer: dict[str, Any] = json.loads(ran.out)
    return answer


def test_a_file_of_answers_is_decided_as_json(cakwizard: Cakwizard, tree: DecisionTree, tmp_path: Path) -> None:
    """The JSON has the shape that is promised, and stands alone on standard output."""
    file = tmp_path / "answers.yaml"
    file.write_text(CASE, encoding="utf-8")
    ran = cakwizard("walk", str(file), "--json")
    assert (ran.status, ran.err) == (0, "")
    answer = json.loads(ran.out)
    assert list(answer) == [
        "format",
        "tree",
        "status",
        "care_date",
        "claim_date",
        "path",
        "outcome",
        "possible",
        "decide_next",
        "nearest",
        "unused",
        "answers",
    ]
    assert answer["format"] == 1
    assert answer["tree"] == {
        "edition": tree.edition,
        "checked_until": tree.checked_until.isoformat(),
        "sha256": tree.sha256,
    }
    assert (answer["status"], answer["care_date"], answer["claim_date"]) == ("decided", "2022-11-10", "2026-11-21")
    assert answer["path"][0] == {"question": "payer", "option": "nobody"}
    outcome = answer["outcome"]
    assert set(outcome) == OUTCOME_KEYS
    assert (outcome["scheme"], outcome["percent"], outcome["maximum"]) == ("ovv", 100, False)
    assert (outcome["certainty"], outcome["contract"], outcome["deadline"]) == ("settled", "not_needed", None)
    assert set(outcome["advice"][0]) == {"id", "kind", "text", "sources"}
    assert {one["kind"] for one in outcome["advice"]} <= set(tree.advice_kinds)
    assert {source for one in outcome["advice"] for source in one["sources"]} <= set(tree.sources)
    assert [set(one) for one in answer["possible"]] == [OUTCOME_KEYS | {"path"}]
    assert answer["decide_next"] is None
    assert answer["nearest"] is None
    assert answer["unused"] == []


def test_standard_input_is_read_for_a_dash(cakwizard: Cakwizard) -> None:
    """`walk -` takes the answers from standard input."""
    ran = cakwizard("walk", "-", "--json", stdin=CASE)
    assert ran.status == 0
    assert json.loads(ran.out)["outcome"]["scheme"] == "ovv"


def test_a_setting_wins_over_the_file(cakwizard: Cakwizard) -> None:
    """`--set` replaces the answer that the file gives to the same question."""
    ran = cakwizard("walk", "-", "--json", "--set", "payer=custody", stdin=CASE)
    answer = json.loads(ran.out)
    assert answer["outcome"]["scheme"] == "justice"
    assert answer["unused"] == ["nationality", "stay", "paid_work", "provider", "maternity_care"]


def test_a_flag_wins_over_the_dates_of_the_file(cakwizard: Cakwizard) -> None:
    """`--date` and `--claim-date` replace those in the file."""
    ran = cakwizard("walk", "-", "--json", "--date", "2023-01-02", "--claim-date", "2023-02-01", stdin=CASE)
    answer = json.loads(ran.out)
    assert (answer["care_date"], answer["claim_date"]) == ("2023-01-02", "2023-02-01")


def test_open_answers_leave_with_status_three(cakwizard: Cakwizard) -> None:
    """Several outcomes give status `open`, exit status 3, no outcome and the question to find out first."""
    ran = cakwizard("walk", "--json", "--set", "payer=nobody", "--set", "nationality=GH", "--set", "provider=midwife")
    answer = json.loads(ran.out)
    assert ran.status == 3
    assert (answer["status"], answer["outcome"]) == ("open", None)
    assert answer["decide_next"] in ("stay", "maternity_care")
    assert len(answer["possible"]) > 2
    assert all(one["path"] for one in answer["possible"])


def test_a_date_without_a_rule_leaves_with_status_three(cakwizard: Cakwizard) -> None:
    """Out of range gives exit status 3 and the nearest window."""
    ran = cakwizard("walk", "--json", "--set", "payer=rmo", "--date", "2022-06-30")
    answer = json.loads(ran.out)
    assert ran.status == 3
    assert (answer["status"], answer["outcome"], answer["possible"]) == ("out_of_range", None, [])
    assert answer["nearest"] == {"question": "payer", "option": "rmo", "from": "2022-07-01", "until": None}


@pytest.mark.parametrize(
    ("country", "options"),
    [
        ("PL", ["eu_efta_uk"]),
        ("pl", ["eu_efta_uk"]),
        ("Polen", ["eu_efta_uk"]),
        ("poland", ["eu_efta_uk"]),
        ("NO", ["eu_efta_uk"]),
        ("UA", ["ukraine", "other"]),
        ("Oekraïne", ["ukraine", "other"]),
        ("oekraine", ["ukraine", "other"]),
        ("AW", ["aruba_curacao_sint_maarten"]),
        ("curacao", ["aruba_curacao_sint_maarten"]),
        ("SX", ["aruba_curacao_sint_maarten"]),
        ("BQ", ["dutch"]),
        ("Nederland", ["dutch"]),
        ("GH", ["other"]),
        ("Kaapverdië", ["other"]),
        ("United Kingdom", ["eu_efta_uk"]),
        ("Verenigd Koninkrijk", ["eu_efta_uk"]),
        ("UK", ["eu_efta_uk"]),
        ("staatloos", ["other"]),
        ("PL,GH", ["eu_efta_uk", "other"]),
    ],
)
def test_a_country_answers_the_question_on_nationality(cakwizard: Cakwizard, country: str, options: list[str]) -> None:
    """A code in any case, or a Dutch or English name, stands for the group it belongs to; only the group is kept."""
    answer = decided(cakwizard, f"nationality={country}")
    assert answer["answers"]["nationality"] == (options[0] if len(options) == 1 else options)


def test_an_unquoted_no_in_a_file_is_norway(cakwizard: Cakwizard) -> None:
    """`nationality: NO` is Norway and `paid_work: no` the option no; neither is a boolean."""
    ran = cakwizard("walk", "-", "--json", stdin="answers: {nationality: NO, paid_work: no}")
    assert json.loads(ran.out)["answers"] == {"nationality": "eu_efta_uk", "paid_work": "no"}


def test_every_group_of_countries_holds_the_states_it_should(cakwizard: Cakwizard) -> None:
    """All 27 EU states, the EFTA states and the United Kingdom are of one group, the Netherlands of its own (O-11)."""
    states = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT PL PT RO SK SI ES SE IS NO LI CH GB".split()
    for state in states:
        assert decided(cakwizard, f"nationality={state}")["answers"] == {"nationality": "eu_efta_uk"}
    assert len(states) == 26 + 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--set", "payer=nobdy"),
            "'nobdy' is geen antwoord op 'payer'; de antwoorden zijn: dutch_policy, coa, rmo, foreign_cover, custody, "
            "exempt, patient, nobody, unknown\ntip: bedoelt u 'nobody'?",
        ),
        (("--set", "stey=none"), "er is geen vraag 'stey'"),
        (("--set", "nationality=Polne"), "bedoelt u 'Polen'?"),
        (("--set", "payer"), "schrijf het als VRAAG=ANTWOORD"),
        (("--set", "payer="), "'' is geen antwoord op 'payer'"),
        (("--date", "yesterday"), "'yesterday'"),
        (("--date", "2022-02-30"), "'2022-02-30'"),
        (("--date", "2022-05-01", "--claim-date", "2022-04-30"), "2022-04-30"),
        (("there-is-no-such.yaml",), "there-is-no-such.yaml"),
        (("--tree", "there-is-no-such.yaml"), "there-is-no-such.yaml"),
        (
            (
                *("--set", "payer=nobody", "--set", "nationality=GH"),
                *("--set", "stay=eu_family", "--set", "insurance_duty=not_obliged"),
            ),
            "'not_obliged' is geen antwoord op 'insurance_duty'; de antwoorden zijn: under_4_months, over_4_months",
        ),
    ],
)
def test_wrong_usage_says_what_is_wrong_and_leaves_with_two(
    cakwizard: Cakwizard, arguments: tuple[str, ...], message: str
) -> None:
    """A wrong answer, date or file gives one clear message on standard error, nothing on output, and status 2."""
    ran = cakwizard("walk", "--json", *arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_a_fault_in_a_file_of_answers_has_a_place(cakwizard: Cakwizard) -> None:
    """The message names line and column, shows the line and points at the word."""
    ran = cakwizard("walk", "-", stdin="answers:\n  payer: nobdy\n")
    assert ran.status == 2
    assert ran.err.startswith("<stdin>:2:10: fout: 'nobdy' is geen antwoord op 'payer'")
    assert "   2 |   payer: nobdy\n     |          ^^^^^\n" in ran.err


def test_care_that_is_still_to_come_is_claimed_on_its_day(cakwizard: Cakwizard) -> None:
    """A date of care in the future is no error: the claim is taken to be of that day."""
    answer = json.loads(cakwizard("walk", "--json", "--set", "payer=coa", "--date", "2027-05-01").out)
    assert (answer["care_date"], answer["claim_date"]) == ("2027-05-01", "2027-05-01")


def test_the_outcome_in_words_stands_on_standard_output(cakwizard: Cakwizard) -> None:
    """Without --json the outcome is written for people, with the date used and that it was assumed."""
    ran = cakwizard("walk", "-", stdin=CASE.replace("care_date: 2022-11-10\n", ""))
    assert ran.status == 0
    flat = " ".join(ran.out.split())
    assert "OVV (onverzekerbare vreemdelingen): declareer 100% van wat onbetaald blijft bij het CAK" in flat
    assert "21 november 2026 (vandaag; u hebt geen datum opgegeven)" in flat
    assert "reconstructie" in flat
    english = " ".join(cakwizard("walk", "-", "--lang", "en", stdin=CASE).out.split())
    assert "Date of care: 10 November 2022." in english


def test_a_broken_tree_leaves_with_one(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """A tree with faults is not walked: its faults are listed and the exit status is 1."""
    file = tmp_path / "tree.yaml"
    file.write_text("format: 1\n", encoding="utf-8")
    ran = cakwizard("walk", "--tree", str(file), "--json")
    assert ran.status == 1
    assert ran.out == ""
    assert "the tree has no 'edition'" in ran.err
