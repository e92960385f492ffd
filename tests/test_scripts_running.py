"""Running a case: every expectation, and a failure in the author's words."""

from __future__ import annotations

import pytest

from cakwizard.model import DecisionTree
from cakwizard.scripts.reporting import failure_text
from cakwizard.scripts.running import questions_asked
from cakwizard.scripts.running import run_case
from cakwizard.scripts.walkfile import read_cases

MIDWIFE = "resident: yes, nationality: other, provider: midwife"


def told(tree: DecisionTree, answers: str, expect: str, more: str = "", language: str = "en") -> list[str]:
    """Return what a failure says, line by line; nothing when the case passes."""
    text = f"- {{name: it, {more}answers: {{{answers}}}, expect: {{{expect}}}}}\n"
    (case,) = read_cases(text, "x.walks.yaml", tree)
    run = run_case(tree, case)
    said = failure_text(run, language).replace(tree.file, "small.yaml").splitlines() if not run.passed else []
    return [line.rstrip() for line in said]


def unmet(tree: DecisionTree, answers: str, expect: str, more: str = "") -> list[str]:
    """Return only what was not met, without the path."""
    lines = told(tree, answers, expect, more)
    return lines[: lines.index("path:")] if "path:" in lines else lines


@pytest.mark.parametrize(
    "expect",
    [
        "outcome: scheme_a_full",
        "scheme: scheme_a",
        "percent: 100",
        "percent: 100.0",
        "maximum: false",
        "certainty: settled",
        "contract: not_needed",
        "status: decided",
        "possible: [scheme_a_full]",
        "advice: [any_hospital]",
        "not_advice: [send_form_old, report_note]",
        "says: [REGELING A, 'ieder   ziekenhuis', '30 juni 2025']",
        "never_says: [melding, 80%]",
        "max_questions: 2",
    ],
)
def test_an_expectation_that_is_met_passes(small: DecisionTree, expect: str) -> None:
    """What came as expected is no failure."""
    assert told(small, MIDWIFE, expect) == []


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("outcome: insurer", "outcome: expected insurer, came scheme_a_full"),
        ("scheme: undecided", "scheme: expected undecided, came scheme_a"),
        ("percent: 80", "percent: expected 80, came 100"),
        ("percent: null", "percent: expected null, came 100"),
        ("maximum: true", "maximum: expected true, came false"),
        ("certainty: likely", "certainty: expected likely, came settled"),
        ("contract: null", "contract: expected null, came not_needed"),
        ("status: open", "status: expected open, came decided"),
        ("possible: [insurer, scheme_a_full]", "possible: expected insurer, scheme_a_full, came scheme_a_full"),
        ("advice: [ask_desk]", "advice: ask_desk is missing; given: send_form_new, any_hospital"),
        ("not_advice: [any_hospital]", "not_advice: any_hospital is given all the same"),
        ("says: [melding, ziekenhuis]", "says: the text does not say: melding"),
        ("never_says: [melding, Ieder ziekenhuis]", "never_says: the text says: Ieder ziekenhuis"),
        ("max_questions: 1", "max_questions: expected at most 1, 2 are asked"),
    ],
)
def test_an_expectation_that_is_not_met_is_named(small: DecisionTree, expect: str, said: str) -> None:
    """A failure says what was expected and what came."""
    assert unmet(small, MIDWIFE, expect) == [said]


def test_a_failure_names_the_edge_where_the_walk_turned_off(small: DecisionTree) -> None:
    """The path is given with its places, and the first edge from which the expected outcome is out of reach."""
    assert told(small, "resident: yes, nationality: dutch", "scheme: scheme_a, percent: 100") == [
        "scheme: expected scheme_a, came insurer",
        "percent: expected 100, came null",
        "path:",
        "  small.yaml:49:7: resident = yes",
        "  small.yaml:56:7: nationality = dutch   <- here it turned off",
    ]


def test_the_edge_is_named_that_the_date_picked(small: DecisionTree) -> None:
    """When only another date leads there, it is the dated edge that turned off."""
    said = told(small, "resident: yes, nationality: other", "outcome: scheme_a_full", "care_date: 2028-01-01, ")
    assert said[-1] == "  small.yaml:61:7: nationality = other   <- here it turned off"


def test_nothing_turned_off_where_the_outcome_is_right(small: DecisionTree) -> None:
    """When the outcome is as expected and its certainty is not, no edge is blamed."""
    assert told(small, "resident: no, provider: gp", "outcome: unsettled_abroad, certainty: likely") == [
        "certainty: expected likely, came unsettled",
        "path:",
        "  small.yaml:50:11: resident = no",
        "  small.yaml:71:37: provider = gp",
    ]


def test_no_edge_is_blamed_for_what_no_outcome_is(small: DecisionTree) -> None:
    """When no outcome of the tree is as expected, the path has no turn."""
    assert "turned" not in "\n".join(told(small, MIDWIFE, "scheme: insurer, percent: 100"))


def test_a_failure_is_told_in_dutch_too(small: DecisionTree) -> None:
    """The words of a failure follow the language."""
    assert told(small, "resident: yes, nationality: dutch", "percent: 100", language="nl") == [
        "percent: verwacht 100, gekomen null",
        "pad:",
        "  small.yaml:49:7: resident = yes",
        "  small.yaml:56:7: nationality = dutch   <- hier ging het een andere kant op",
    ]


def test_answers_that_no_path_asks_are_a_failure(small: DecisionTree) -> None:
    """An answer that is never used looks tested and is not."""
    assert unmet(small, "resident: yes, nationality: dutch, provider: gp", "scheme: insurer") == [
        "answers that no path asks: provider"
    ]


def test_an_answer_that_is_not_offered_is_a_failure(small: DecisionTree) -> None:
    """An option that the node does not have fails the case, not the whole run."""
    from cakwizard.loading import read_tree

    text = "\n".join(small.source_lines).replace("{midwife: unsettled_abroad, gp:", "{gp:")
    tree = read_tree(text, "small.yaml")
    assert told(tree, "resident: no, provider: midwife", "status: decided") == [
        "provider = midwife is not offered here; the answers are: gp"
    ]


def test_an_open_case_names_what_is_still_possible(small: DecisionTree) -> None:
    """What needs one outcome fails once, with the outcomes that are left and the path that they share."""
    expect = "scheme: insurer, percent: 100, max_questions: 3"
    assert told(small, "resident: yes, nationality: [dutch, other], provider: gp", expect) == [
        "scheme: expected insurer, came open (insurer, scheme_a_full, scheme_a_part)",
        "path:",
        "  small.yaml:49:7: resident = yes",
    ]
    possible = "status: open, possible: [insurer, scheme_a_full, scheme_a_part]"
    assert told(small, "resident: yes, nationality: [dutch, other], provider: gp", possible) == []


def test_the_advice_of_an_open_case_is_that_of_all_its_outcomes(small: DecisionTree) -> None:
    """Advice and words may come with any outcome that is still possible."""
    expect = "advice: [ask_insurer, send_form_new], says: [verzekeraar, hooguit 80], not_advice: [ask_desk]"
    assert told(small, "resident: yes, nationality: [dutch, other], provider: gp", expect) == []


def test_a_date_without_a_rule_is_named(small: DecisionTree) -> None:
    """Out of range, the route is named that comes nearest."""
    answers, care = "resident: yes, nationality: other", "care_date: 2016-05-01, "
    assert told(small, answers, "scheme: scheme_a", care) == [
        "scheme: expected scheme_a, came out_of_range",
        "  small.yaml:61:7: nationality = other: no route on 2016-05-01",
    ]
    assert told(small, answers, "status: out_of_range", care) == []


def test_questions_are_counted_on_the_longest_open_path(small: DecisionTree) -> None:
    """The question that `--as` answers does not count."""
    counts = {}
    for answers in ("", "resident: no", "resident: yes, nationality: dutch", f"{MIDWIFE}"):
        (case,) = read_cases(f"- {{name: it, answers: {{{answers}}}, expect: {{status: open}}}}", "x", small)
        verdict = run_case(small, case).verdict
        assert verdict is not None
        counts[answers] = questions_asked(verdict)
    assert list(counts.values()) == [3, 1, 2, 2]
