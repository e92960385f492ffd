"""What would change an outcome: another answer, another day of care."""

from __future__ import annotations

import datetime

from cakwizard.deciding.changes import changes, other_dates
from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Verdict
from cakwizard.loading import read_tree
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Window
from tests.conftest import SMALL

DAY = datetime.date
NOW = DAY(2026, 11, 24)
OVV = {"payer": "nobody", "nationality": "other", "stay": "none", "provider": "midwife"}
WINDOWS = "[{to: patient, valid_until: 2020-12-31}, {to: insurer, valid_from: 2021-01-01}]"
SOV = {"payer": "nobody", "nationality": "dutch", "provider": "midwife"}


def decided(tree: DecisionTree, **given: str) -> Verdict:
    """Return the verdict on answers; several options with commas between them."""
    return decide(tree, {question: frozenset(options.split(",")) for question, options in given.items()}, NOW)


def told(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Return each change as question, options and outcomes."""
    found = [(one.question, one.options, one.verdict.possible) for one in changes(verdict)]
    return [
        (question, ",".join(sorted(options)), ",".join(one.outcome.id for one in possible))
        for question, options, possible in found
    ]


def test_nearest_other_answer_for_each_question(small: DecisionTree) -> None:
    """For each answer the other answers are named that end nearest by, those with one consequence together."""
    assert told(decided(small, **OVV)) == [
        ("payer", "policy", "insurer"),
        ("nationality", "dutch,europe", "sov"),
        ("stay", "asylum", "undecided"),
        ("provider", "gp", "ovv_full,ovv_part"),
    ]


def test_what_does_not_change_the_outcome_is_left_out(small: DecisionTree) -> None:
    """An answer that leads to the same is no change, and neither is one that was left open or not given."""
    found = told(decided(small, **OVV | {"provider": "midwife,maternity_nurse"}))
    assert found[-1] == ("provider", "gp", "ovv_full,ovv_part")
    only = decided(small, payer="nobody", nationality="dutch,europe", provider="gp,midwife")
    assert told(only)[1] == ("nationality", "fled", "rmo")
    open_ = decided(small, payer="policy,nobody", nationality="fled")
    assert told(open_) == []
    assert "nationality" not in [question for question, *_ in told(decided(small, payer="policy"))]


def test_question_that_was_not_answered_is_no_change() -> None:
    """An outcome that is decided with a question left open has no change for that question."""
    text = SMALL.read_text("utf-8").replace(
        "hospital: {to: sov_hospital, during: sov}", "hospital: {to: sov, during: sov}"
    )
    text = text.replace("asylum: {to: undecided, ", "asylum: {to: sov_hospital, ")
    text = text.replace("patient: {to: patient, advice", "patient: {to: undecided, advice").replace(
        "      policy: insurer\n", f"      policy: {WINDOWS}\n"
    )
    verdict = decided(read_tree(text, "tree.yaml"), payer="nobody", nationality="dutch")
    assert verdict.status == "decided"
    assert [question for question, *_ in told(verdict)] == ["payer", "nationality"]


def test_later_answer_that_is_not_offered_then_is_left_out() -> None:
    """An answer that another branch does not offer is asked anew there, not an error."""
    text = SMALL.read_text("utf-8").replace("midwife, maternity_nurse, gp: {to: sov,", "maternity_nurse, gp: {to: sov,")
    text = text.replace("{to: rmo, valid_from: 2022-07-01", "{to: sov_provider, valid_from: 2022-07-01")
    text = text.replace("patient: {to: patient, advice", "patient: {to: rmo, advice")
    text = text.replace("      policy: insurer\n", f"      policy: {WINDOWS}\n")
    tree = read_tree(text, "tree.yaml")
    assert told(decided(tree, **OVV))[1] == ("nationality", "dutch,europe,fled", "sov,sov_hospital")


def test_other_days_with_the_same_answers(small: DecisionTree) -> None:
    """Spells of days are named on which the same answers end elsewhere, earliest first, the days without a rule not."""
    found = [
        (one.window, one.differs, one.verdict.possible[0].outcome.id) for one in other_dates(decided(small, **SOV))
    ]
    assert found == [
        (Window(DAY(2017, 3, 1), DAY(2018, 2, 28)), "outcome", "sov"),
        (Window(DAY(2027, 3, 1), None), "outcome", "sov_ended"),
    ]


def test_other_share_is_another_outcome(small: DecisionTree) -> None:
    """A percentage that changes on a day counts as another outcome."""
    verdict = decided(small, **OVV | {"provider": "gp"}, pregnant="no")
    assert [(one.window.start, one.differs) for one in other_dates(verdict)] == [(DAY(2028, 1, 1), "outcome")]


def test_other_advice_on_other_days() -> None:
    """Steps and papers that hold on other days are other advice; what goes by the day of claiming is not."""
    text = SMALL.read_text("utf-8").replace(
        "  ask_payment:\n    kind: step\n", "  ask_payment:\n    kind: step\n    valid_from: 2020-01-01\n"
    )
    verdict = decided(read_tree(text, "tree.yaml"), **OVV)
    assert [(one.window, one.differs) for one in other_dates(verdict)] == [
        (Window(None, DAY(2019, 12, 31)), "advice"),
    ]


def test_nothing_changes_by_the_day(small: DecisionTree) -> None:
    """Where no day makes a difference none is named, and where nothing is decided the outcomes are compared."""
    assert other_dates(decided(small, payer="policy")) == ()
    assert [one.window.start for one in other_dates(decided(small, payer="nobody", nationality="dutch"))] == [
        DAY(2017, 3, 1),
        DAY(2027, 3, 1),
    ]


def test_day_on_which_an_answer_is_not_offered_is_left_out() -> None:
    """Where the branch of another day does not offer an answer nothing is said of that day."""
    text = SMALL.read_text("utf-8").replace("midwife, maternity_nurse, gp: {to: sov,", "maternity_nurse, gp: {to: sov,")
    text = text.replace("{to: rmo, valid_from: 2022-07-01", "{to: ovv_provider, valid_from: 2022-07-01")
    text = text.replace("patient: {to: patient, advice", "patient: {to: rmo, advice").replace(
        "      policy: insurer\n", f"      policy: {WINDOWS}\n"
    )
    verdict = decided(read_tree(text, "tree.yaml"), payer="nobody", nationality="fled", provider="midwife")
    assert verdict.status == "decided"
    assert other_dates(verdict) == ()


def test_days_at_the_ends_of_the_calendar() -> None:
    """A window that ends on the last day there is begins nothing after it."""
    text = SMALL.read_text("utf-8").replace(
        "policy: insurer", "policy: {to: insurer, valid_from: 0001-01-01, valid_until: 9999-12-31}"
    )
    assert other_dates(decided(read_tree(text, "tree.yaml"), payer="policy")) == ()
