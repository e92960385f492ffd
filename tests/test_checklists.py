"""What to send, in which form and by when: every outcome held against the facts that it rests on."""

from __future__ import annotations

import datetime

import pytest

from cakwizard.formats import format_verdict
from cakwizard.interface import words
from cakwizard.model import DecisionTree
from cakwizard.walking import Verdict
from cakwizard.walking import deadline_date
from cakwizard.walking import decide
from cakwizard.wording import format_date

OVV = {"payer": "nobody", "nationality": "other", "stay": "none"}
SOV = {"payer": "nobody", "nationality": "dutch", "insurance_duty": "over_4_months"}
CARE = datetime.date(2026, 1, 5)
CLAIM = datetime.date(2026, 1, 8)

DATA = ("ovv_data", "ovv_country_code")
SOV_DATA = ("sov_invoice", "sov_data")

# Each outcome under which something is claimed: how to get there, and what must be sent along.
CHECKLISTS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "ovv_maternity": (
        OVV | {"provider": "midwife", "maternity_care": "maternity"},
        (*DATA, "no_bsn_in_software"),
    ),
    "ovv_gp_maternity": (OVV | {"provider": "gp", "pregnancy_related": "yes"}, DATA),
    "ovv_gp": (OVV | {"provider": "gp", "pregnancy_related": "no", "in_package": "yes"}, DATA),
    "ovv_physio_under_18": (OVV | {"provider": "physiotherapist", "patient_age": "under_18"}, DATA),
    "ovv_physio_from_21": (
        OVV
        | {
            "provider": "exercise_therapist",
            "patient_age": "adult",
            "physio_condition": "annex_1",
            "treatment_number": "later",
            "first_20_paid": "yes",
        },
        ("physio_overview", *DATA),
    ),
    "ovv_speech": (
        OVV | {"provider": "speech_therapist", "speech_cause": "medical", "speech_referral": "doctor"},
        ("speech_letter", "speech_disorder", *DATA),
    ),
    "ovv_therapist": (OVV | {"provider": "dietitian", "in_package": "yes"}, DATA),
    "ovv_dental": (OVV | {"provider": "dentist", "dental_care": "under_18"}, DATA),
    "ovv_pharmacy": (OVV | {"provider": "pharmacy", "contract": "yes", "claim_age": "within_12_months"}, ()),
    "ovv_pharmacy_on_duty": (OVV | {"provider": "pharmacy", "contract": "no", "pharmacy_cover": "on_duty"}, ()),
    "ovv_hospital": (OVV | {"provider": "hospital", "contract": "yes", "in_package": "yes"}, DATA),
    "ovv_hospital_maternity": (
        OVV | {"provider": "hospital", "contract": "no", "hospital_care": "maternity"},
        ("hospital_price_list", *DATA),
    ),
    "ovv_hospital_newborn": (
        OVV | {"provider": "hospital", "contract": "no", "hospital_care": "newborn"},
        ("hospital_price_list", *DATA),
    ),
    "ovv_hospital_emergency": (
        OVV | {"provider": "hospital", "contract": "no", "hospital_care": "emergency"},
        ("hospital_price_list", *DATA),
    ),
    "ovv_ggz": (
        OVV
        | {
            "provider": "mental_health",
            "practice_form": "institution",
            "contract": "yes",
            "claim_age": "within_12_months",
        },
        DATA,
    ),
    "ovv_wlz": (
        OVV
        | {
            "provider": "long_term_care",
            "practice_form": "institution",
            "contract": "yes",
            "claim_age": "within_12_months",
        },
        DATA,
    ),
    "ovv_aids": (OVV | {"provider": "aids_supplier", "contract": "yes", "claim_age": "within_12_months"}, DATA),
    "sov_maternity": (SOV | {"provider": "midwife", "maternity_care": "maternity"}, SOV_DATA),
    "sov_care": (SOV | {"provider": "gp", "in_package": "yes"}, SOV_DATA),
    "sov_dental": (SOV | {"provider": "dentist", "dental_care": "special"}, SOV_DATA),
    "sov_pharmacy": (SOV | {"provider": "pharmacy", "in_package": "yes"}, ("sov_data",)),
}

DEADLINES = {
    "ovv_pharmacy": (12, "care_date"),
    "ovv_ggz": (12, "care_date"),
    "ovv_wlz": (12, "treatment_end"),
    "ovv_aids": (12, "delivery"),
}


def verdict_on(
    tree: DecisionTree, answers: dict[str, str], care: datetime.date = CARE, claim: datetime.date = CLAIM
) -> Verdict:
    """Return the verdict on answers, which must be decided."""
    verdict = decide(tree, {question: frozenset({option}) for question, option in answers.items()}, care, claim)
    assert verdict.outcome is not None, [one.outcome.id for one in verdict.possible]
    return verdict


def advice_of(verdict: Verdict, kind: str) -> list[str]:
    """Return the ids of the advice of a kind that is no note."""
    assert verdict.outcome is not None
    return [one.id for one in verdict.outcome.advice if one.kind == kind and not one.note]


def test_every_outcome_that_is_claimed_is_in_the_table(tree: DecisionTree) -> None:
    """No outcome under which something is claimed is without a line in the table of this file."""
    claimed = {key for key, one in tree.outcomes.items() if tree.schemes[one.scheme].claimable}
    claimed &= {key for key, one in tree.outcomes.items() if one.scheme in ("ovv", "sov")}
    assert claimed == set(CHECKLISTS)


@pytest.mark.parametrize("outcome", CHECKLISTS)
def test_what_to_send(tree: DecisionTree, outcome: str) -> None:
    """Each outcome lists exactly what must be sent along, by profession and scheme."""
    answers, expected = CHECKLISTS[outcome]
    verdict = verdict_on(tree, answers)
    assert verdict.outcome is not None
    assert verdict.outcome.outcome.id == outcome
    assert sorted(advice_of(verdict, "document")) == sorted(expected)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("outcome", CHECKLISTS)
def test_the_list_has_a_box_for_each(tree: DecisionTree, outcome: str, language: str) -> None:
    """As text the list has a box before everything to send, and none before anything else."""
    answers, expected = CHECKLISTS[outcome]
    text = format_verdict(verdict_on(tree, answers), "text", language, assumed=False, today=CLAIM)
    boxed = [line for line in text.splitlines() if line.startswith("[ ] ")]
    assert len(boxed) == len(expected)
    assert text.count("[ ]") == len(expected)


def test_the_data_of_the_ovv(tree: DecisionTree) -> None:
    """The OVV asks age, nationality, initials and sex, never a name or a BSN, and says so."""
    text = tree.advice["ovv_data"].text["nl"].casefold()
    for word in ("verrichting", "datum", "tarief", "betaald", "leeftijd", "nationaliteit", "voorletters", "geslacht"):
        assert word in text
    assert "bsn" in text.split("naam, adres")[1]
    for answers, _ in CHECKLISTS.values():
        if answers.items() >= OVV.items():
            assert not any(key.startswith("sov_") for key in advice_of(verdict_on(tree, answers), "document"))


def test_the_data_of_the_sov(tree: DecisionTree) -> None:
    """The SOV asks the BSN if it is known, initials, nationality, sex and year of birth."""
    text = tree.advice["sov_data"].text["nl"].casefold()
    for word in ("bsn als u dat weet", "verplicht", "voorletters", "nationaliteit", "geslacht", "geboortejaar"):
        assert word in text


def test_a_special_code_for_tos(tree: DecisionTree) -> None:
    """Speech therapy for a TOS adds the code of the claim to the list."""
    answers = CHECKLISTS["ovv_speech"][0] | {"speech_cause": "tos"}
    assert "speech_tos_code" in advice_of(verdict_on(tree, answers), "document")


@pytest.mark.parametrize(
    ("claim", "form", "digital"),
    [
        ("2022-05-10", "ovv_form_before_2022", False),
        ("2022-05-11", "ovv_form_2022", False),
        ("2025-06-29", "ovv_form_2022", False),
        ("2025-06-30", "ovv_form_2025", False),
        ("2025-12-16", "ovv_form_2025", False),
        ("2025-12-17", "ovv_form_2025", True),
    ],
)
def test_the_form_of_the_ovv_fits_the_claim_date(tree: DecisionTree, claim: str, form: str, digital: bool) -> None:
    """The version of the form is that of the day of claiming; digital claims are for midwives, from their first day."""
    day = datetime.date.fromisoformat(claim)
    for outcome in ("ovv_maternity", "ovv_gp"):
        steps = advice_of(verdict_on(tree, CHECKLISTS[outcome][0], datetime.date(2022, 4, 1), day), "step")
        assert [key for key in steps if key.startswith("ovv_form")] == [form]
        assert ("ovv_digital" in steps) == (digital and outcome == "ovv_maternity")


@pytest.mark.parametrize(
    ("claim", "form"),
    [
        ("2021-06-28", "sov_form_before_2021"),
        ("2021-06-29", "sov_form_2021"),
        ("2022-10-02", "sov_form_2021"),
        ("2022-10-03", "sov_form_2022"),
    ],
)
def test_the_form_of_the_sov_fits_the_claim_date(tree: DecisionTree, claim: str, form: str) -> None:
    """The version of the subsidy form is that of the day of claiming."""
    day = datetime.date.fromisoformat(claim)
    steps = advice_of(verdict_on(tree, CHECKLISTS["sov_care"][0], datetime.date(2021, 5, 1), day), "step")
    assert [key for key in steps if key.startswith("sov_form")] == [form]


@pytest.mark.parametrize(
    ("care", "papers"),
    [
        ("2017-03-01", ["sov_consent_2017", "sov_report_2017"]),
        ("2018-02-28", ["sov_consent_2017", "sov_report_2017"]),
        ("2018-03-01", ["sov_report_2018"]),
        ("2022-02-28", ["sov_report_2018"]),
        ("2022-03-02", []),
    ],
)
def test_the_report_and_consent_of_the_sov_fit_the_date_of_care(
    tree: DecisionTree, care: str, papers: list[str]
) -> None:
    """Consent and the report to the GGD are asked for by the date of care, and no longer from March 2022."""
    day = datetime.date.fromisoformat(care)
    documents = advice_of(verdict_on(tree, CHECKLISTS["sov_maternity"][0], day), "document")
    assert [key for key in documents if "report" in key or "consent" in key] == papers


@pytest.mark.parametrize("outcome", CHECKLISTS)
def test_the_deadline(tree: DecisionTree, outcome: str) -> None:
    """A deadline is worked out only where one is known, from its own first day; else it is said to be unknown."""
    verdict = verdict_on(tree, CHECKLISTS[outcome][0], datetime.date(2024, 2, 29))
    record = tree.outcomes[outcome]
    text = format_verdict(verdict, "text", "nl", assumed=False, today=CLAIM)
    known = None if record.deadline is None else (record.deadline.months, record.deadline.start)
    assert known == DEADLINES.get(outcome)
    if known is None:
        assert words("nl")("outcome.no_deadline") in text
        assert deadline_date(record, CARE) is None
    else:
        last = format_date(datetime.date(2025, 2, 28), "nl")
        assert f"uiterlijk op {last}, als {tree.deadline_starts[known[1]]['nl']} 29 februari 2024 is." in text


def test_too_late_by_a_day_and_in_time_on_the_last(tree: DecisionTree) -> None:
    """On the last day nothing is said about being late; the day after it is one day, in the singular."""
    answers = CHECKLISTS["ovv_pharmacy"][0]
    care = datetime.date(2024, 2, 29)
    in_time = format_verdict(
        verdict_on(tree, answers, care, datetime.date(2025, 2, 28)), "text", "nl", assumed=False, today=CLAIM
    )
    late = format_verdict(
        verdict_on(tree, answers, care, datetime.date(2025, 3, 1)), "text", "nl", assumed=False, today=CLAIM
    )
    assert "dag te laat" not in in_time
    assert "op 1 maart 2025 bent u 1 dag te laat" in late
    assert 'Let op: u antwoordde "Binnen 12 maanden", maar' in late
    assert "Let op: u antwoordde" not in in_time


def test_the_doubt_about_the_long_term_care_deadline_is_told(tree: DecisionTree) -> None:
    """The term that counts from the end of the DBC is shown as printed, with the remark and the earlier of both."""
    text = format_verdict(verdict_on(tree, CHECKLISTS["ovv_wlz"][0]), "text", "nl", assumed=False, today=CLAIM)
    assert "als de einddatum van de DBC 5 januari 2026 is" in text
    assert "12 maanden na de dag van de zorg" in text


def test_a_claim_that_is_said_to_be_late_is_none(tree: DecisionTree) -> None:
    """The answer that the claim is later decides, whatever the dates say; they only warn."""
    answers = CHECKLISTS["ovv_ggz"][0] | {"claim_age": "later"}
    verdict = verdict_on(tree, answers)
    assert verdict.outcome is not None
    assert tree.outcomes[verdict.outcome.outcome.id].scheme == "none"
    text = format_verdict(verdict, "text", "nl", assumed=False, today=CLAIM)
    assert (
        'Let op: u antwoordde "Later", maar tussen de zorg (5 januari 2026) en de declaratie (8 januari 2026)' in text
    )
