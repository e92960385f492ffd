"""Reading walk files: what a case holds, and every fault with its place."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cakwizard.errors import FileError
from cakwizard.model import DecisionTree
from cakwizard.scripts.walkfile import load_cases
from cakwizard.scripts.walkfile import read_cases


def faults(tree: DecisionTree, text: str) -> list[str]:
    """Return what is wrong with a walk file, without the excerpts."""
    with pytest.raises(FileError) as found:
        read_cases(text, "x.walks.yaml", tree)
    return [
        f"{issue.location}: {issue.message}" + (f" ({issue.hint})" if issue.hint else "")
        for issue in found.value.issues
    ]


def test_a_case_is_read_whole(small: DecisionTree) -> None:
    """Answers, dates and expectations come out as they were meant."""
    text = """\
- name: fled, before and after
  care_date: 2022-06-30
  claim_date: 2022-07-05
  answers: {resident: yes, nationality: UA, provider: [midwife, gp], pregnant: unknown}
  expect: {outcome: insurer, scheme: scheme_a, percent: 80, maximum: true, certainty: likely, contract: needed,
    status: open, possible: [insurer, scheme_a_full], advice: ask_desk, not_advice: [fled_note], says: Loket,
    never_says: [een, twee], max_questions: 3}
"""
    (case,) = read_cases(text, "x.walks.yaml", small)
    assert case.name == "fled, before and after"
    assert str(case.location) == "x.walks.yaml:1:9"
    assert (case.care_date, case.claim_date) == (datetime.date(2022, 6, 30), datetime.date(2022, 7, 5))
    assert case.answers == {
        "resident": {"yes"},
        "nationality": {"fled", "other"},
        "provider": {"midwife", "gp"},
        "pregnant": {"yes", "no"},
    }
    assert case.expect == {
        "outcome": "insurer",
        "scheme": "scheme_a",
        "percent": Decimal(80),
        "maximum": True,
        "certainty": "likely",
        "contract": "needed",
        "status": "open",
        "possible": ("insurer", "scheme_a_full"),
        "advice": ("ask_desk",),
        "not_advice": ("fled_note",),
        "says": ("Loket",),
        "never_says": ("een", "twee"),
        "max_questions": 3,
    }


def test_dates_that_are_left_out_never_depend_on_today(small: DecisionTree) -> None:
    """Without dates a case is about the day up to which the rules were checked."""
    text = """\
- {name: none, answers: {}, expect: {status: open}}
- {name: later care, care_date: 2030-01-01, answers: {}, expect: {status: open}}
- {name: earlier care, care_date: 2020-01-01, answers: {}, expect: {status: open}}
"""
    checked, later, earlier = datetime.date(2026, 1, 8), datetime.date(2030, 1, 1), datetime.date(2020, 1, 1)
    assert [(case.care_date, case.claim_date) for case in read_cases(text, "x", small)] == [
        (checked, checked),
        (later, later),
        (earlier, checked),
    ]


def test_null_is_an_expectation(small: DecisionTree) -> None:
    """`percent: null` expects that no percentage is known, `contract: ~` that nothing is said of one."""
    text = "- {name: a, answers: {}, expect: {percent: null, contract: ~}}\n"
    (case,) = read_cases(text, "x", small)
    assert case.expect == {"percent": None, "contract": None}


def test_an_empty_file_has_no_cases(small: DecisionTree) -> None:
    """A walk file may still be empty."""
    assert read_cases("# nothing yet\n", "x", small) == []


def test_every_fault_is_found_in_one_run(small: DecisionTree) -> None:
    """Unknown keys, names and answers, missing parts and wrong values are told together, each with its place."""
    text = """\
- name: one
  care_date: 2022-13-01
  answers: {residnt: yes, provider: mid wife, nationality: Frankrijk, resident: [], pregnant: maybe}
  expect: {outcom: insurer, outcome: insurers, percent: many, advice: [ask_dsk], status: decide, certainty: sure}
- name: one
  answers: {resident: yes}
  expect: {outcome: , max_questions: -1, maximum: perhaps, possible: [insurer, nobody]}
- nme: two
- name: three
  care_date: 2022-02-01
  claim_date: 2022-01-01
  answers: {}
  expect: {}
- name: four
  answers: [yes]
  expect: scheme_a
- name: five
  expect: {[a]: b, max_questions: 1.5}
"""
    assert faults(small, text) == [
        "x.walks.yaml:2:14: 'care_date' of 'one' is '2022-13-01', which is not a date (write it as 2026-01-31)",
        "x.walks.yaml:3:13: there is no question 'residnt'; the questions are: resident, nationality, provider, "
        "pregnant (did you mean 'resident'?)",
        "x.walks.yaml:3:37: 'mid wife' is not an answer to 'provider'; the answers are: midwife, gp, unknown (did "
        "you mean 'midwife'?)",
        "x.walks.yaml:3:81: '' is not an answer to 'resident'; the answers are: yes, no, unknown",
        "x.walks.yaml:3:95: 'maybe' is not an answer to 'pregnant'; the answers are: yes, no, unknown",
        "x.walks.yaml:4:12: unknown key 'outcom' in 'expect' of 'one' (did you mean 'outcome'?)",
        "x.walks.yaml:4:38: 'outcome' of 'one' names outcome 'insurers', which does not exist (did you mean "
        "'insurer'?)",
        "x.walks.yaml:4:57: 'percent' of 'one' is 'many', which is not a number (write it as 80 or 4.70)",
        "x.walks.yaml:4:72: 'advice' of 'one' names advice 'ask_dsk', which does not exist (did you mean 'ask_desk'?)",
        "x.walks.yaml:4:90: 'status' of 'one' names status 'decide', which does not exist (did you mean 'decided'?)",
        "x.walks.yaml:4:109: 'certainty' of 'one' names certainty 'sure', which does not exist (known here: "
        "settled, likely, unsettled)",
        "x.walks.yaml:5:9: there are two cases 'one'; the first on line 1",
        "x.walks.yaml:7:12: 'outcome' of 'one' is empty (write what is expected, or leave it out)",
        "x.walks.yaml:7:38: 'max_questions' of 'one' is '-1', which is not a number of questions (write it as 4)",
        "x.walks.yaml:7:51: 'maximum' of 'one' is 'perhaps' (write true or false)",
        "x.walks.yaml:7:80: 'possible' of 'one' names outcome 'nobody', which does not exist (known here: insurer, "
        "scheme_a_full, scheme_a_part, scheme_a_ended, unsettled_abroad)",
        "x.walks.yaml:8:3: the case has no 'name' (add 'name: …')",
        "x.walks.yaml:8:3: the case has no 'answers' (add 'answers: …')",
        "x.walks.yaml:8:3: the case has no 'expect' (add 'expect: …')",
        "x.walks.yaml:8:3: unknown key 'nme' in the case (did you mean 'name'?)",
        "x.walks.yaml:11:15: the claim date 2022-01-01 lies before the date of care 2022-02-01 (care is claimed "
        "after it was given; mend one of the two)",
        "x.walks.yaml:13:11: 'three' expects nothing (say at least one thing, such as `scheme:`)",
        "x.walks.yaml:15:12: 'answers' must be a mapping (`name: …`)",
        "x.walks.yaml:16:11: 'expect' of 'four' must be a mapping (`name: …`)",
        "x.walks.yaml:17:3: the case has no 'answers' (add 'answers: …')",
        "x.walks.yaml:18:12: a key of 'expect' of 'five' must be a word",
        "x.walks.yaml:18:35: 'max_questions' of 'five' is '1.5', which is not a number of questions (write it as 4)",
    ]


def test_a_file_that_is_no_list_is_refused(small: DecisionTree) -> None:
    """An answers file is not a walk file."""
    assert faults(small, "answers: {resident: yes}\n") == [
        "x.walks.yaml:1:1: a walk file must be a list of cases (`- name: …`)"
    ]


def test_a_case_that_is_no_mapping_is_refused(small: DecisionTree) -> None:
    """A word in the list is a fault with a place."""
    assert faults(small, "- resident\n") == ["x.walks.yaml:1:3: the case must be a mapping (`name: …`)"]


def test_what_is_not_yaml_is_refused(small: DecisionTree) -> None:
    """A broken file is a fault with a place, as everywhere."""
    (fault,) = faults(small, "- name: [a\n")
    assert fault.startswith("x.walks.yaml:2:1: this is not YAML:")


def test_the_faults_of_several_files_are_told_together(small: DecisionTree, tmp_path: Path) -> None:
    """A file that is not there does not hide the faults of the next."""
    good, bad = tmp_path / "good.walks.yaml", tmp_path / "bad.walks.yaml"
    good.write_text("- {name: a, answers: {}, expect: {status: open}}\n")
    bad.write_text("- {name: a, answers: {}, expect: {status: shut}}\n")
    assert [case.name for case in load_cases([str(good)], small)] == ["a"]
    with pytest.raises(FileError) as found:
        load_cases([str(tmp_path / "none.walks.yaml"), str(bad), str(good)], small)
    assert [issue.message for issue in found.value.issues] == [
        f"there is no file '{tmp_path / 'none.walks.yaml'}'",
        "'status' of 'a' names status 'shut', which does not exist",
    ]
