"""Walk files and their cases: what can be written, what is expected, and what a failure says."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from cakwizard.errors import FileError
from cakwizard.testing.recording import add_cases
from cakwizard.testing.running import Run, case_of, failure_text, name_of, run_case
from cakwizard.testing.walkfile import EXPECTATIONS, read_walks
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL, Cakwizard
from tests.made import decided

MIDWIFE = "payer: nobody, nationality: Ghana, stay: none, provider: midwife"
DAYS = (datetime.date(2026, 11, 10), datetime.date(2026, 12, 1))


def ran(tree: DecisionTree, text: str) -> list[Run]:
    """Run every case of a text."""
    file = read_walks(text, "my.walks.yaml", tree)
    return [run_case(file.tree, case) for case in file.cases]


def one(tree: DecisionTree, expect: str, answers: str = MIDWIFE, more: str = "") -> str:
    """Run one case and return what is said of its failure; nothing when it passes."""
    (run,) = ran(tree, f"- {{name: it, care_date: 2026-11-10, {more}answers: {{{answers}}}, expect: {{{expect}}}}}\n")
    return "" if run.passed else failure_text(run, "en")


@pytest.mark.parametrize(
    ("expect", "failing"),
    [
        ("outcome: ovv_full", "outcome: ovv_part"),
        ("scheme: ovv", "scheme: sov"),
        ("percent: 100", "percent: null"),
        ("maximum: false", "maximum: true"),
        ("certainty: settled", "certainty: likely"),
        ("contract: not_needed", "contract: null"),
        ("late: false", "late: true"),
        ("status: decided", "status: open"),
        ("possible: ovv_full", "possible: [ovv_full, sov]"),
        ("possible: {at_least: ovv_full}", "possible: {at_least: [sov]}"),
        ("advice: [form_2025, child_too]", "advice: [form_2024]"),
        ("not_advice: form_2024", "not_advice: [form_2025]"),
        ("says: [KIND valt, basispakket]", "says: [visum]"),
        ("never_says: visum", "never_says: [Het loket betaalt 100%]"),
        ("max_questions: 3", "max_questions: 2"),
    ],
)
def test_each_expectation_holds_or_says_what_came(small: DecisionTree, expect: str, failing: str) -> None:
    """What came as expected passes; what did not is named with the key of the expectation."""
    assert one(small, expect) == ""
    assert one(small, failing).startswith(f"  {failing.split(':')[0]}: ")


def test_every_expectation_is_tried_above() -> None:
    """No key of `expect` is left out of the table."""
    table = test_each_expectation_holds_or_says_what_came.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {expect.split(":")[0] for expect, _ in table} == EXPECTATIONS.keys()


def test_a_failure_names_where_the_walk_turned_off_and_what_is_missing(small: DecisionTree) -> None:
    """The edge behind which nothing expected lies any more, or without a rule on the day; of sets what is missing."""
    lines = one(small, "outcome: sov").splitlines()
    assert lines[1] == "  path:"
    assert [line.partition("<-")[2] for line in lines[2:]] == ["", "", " here it went another way", ""]
    assert one(small, "status: decided", "payer: nobody, nationality: fled", "claim_date: 2026-11-10, ") == ""
    case = "care_date: 2010-01-01, answers: {payer: nobody, nationality: dutch}, expect: {scheme: sov}"
    assert "no route on 2010-01-01" in failure_text(ran(small, f"- {{name: it, {case}}}")[0], "en")
    said = one(small, "possible: [ovv_full, insurer]", "payer: nobody, nationality: other, stay: none, provider: gp")
    assert said.splitlines()[0] == "  possible: came ovv_full, ovv_part; missing insurer; not expected ovv_part"


def test_an_answer_that_is_not_asked_or_not_offered_fails_its_case(small: DecisionTree) -> None:
    """The answer looks tested and is not."""
    assert "answers that no path asks: stay" in one(small, "scheme: insurer", "payer: policy, stay: none")
    less = SMALL.read_text("utf-8").replace("      patient: {to: patient, advice: [instalments]}\n", "")
    from cakwizard.tree.format import tree_of
    from cakwizard.tree.reading import Reader

    tree = tree_of(Reader("x", less))
    assert tree is not None
    assert "payer = patient is not offered here" in one(tree, "scheme: patient", "payer: patient")


def test_a_mistake_in_a_case_fails_that_case_alone(small: DecisionTree) -> None:
    """An unknown id, a date, a double name: each is told with its place and the way out, and the others run."""
    runs = ran(
        small,
        f"""\
- {{name: a, answers: {{{MIDWIFE}}}, expect: {{outcome: ovv_full}}}}
- {{name: b, answers: {{payer: polcy}}, expect: {{scheme: insurers}}}}
- {{name: a, answers: {{payer: policy}}, expect: {{scheme: insurer}}}}
- {{name: c, care_date: 2026-02-30, answers: {{payer: policy}}, expect: {{advice: }}}}
- {{name: d, care_date: 2026-02-03, claim_date: 2026-02-02, answers: {{payer: policy}}, expect: {{scheme: insurer}}}}
- {{answers: {{payer: policy}}, expects: {{}}}}
- {{name: e, answers: {{payer: policy}}, expect: {{scheme: insurer}}}}
""",
    )
    assert [run.passed for run in runs] == [True, False, False, False, False, False, True]
    said = [failure_text(run, "en") for run in runs]
    assert "my.walks.yaml:2:30: error: 'polcy' is not an answer to 'payer'" in said[1]
    assert "did you mean 'policy'?" in said[1]
    assert "names scheme 'insurers', which does not exist" in said[1]
    assert "there are two cases 'a'; the first on line 1" in said[2]
    assert "which is not a date" in said[3]
    assert "'advice' of 'c' is empty" in said[3]
    assert "the claim date 2026-02-02 lies before the date of care 2026-02-03" in said[4]
    assert "the case has no 'name'" in said[5]
    assert "unknown key 'expects'" in said[5]


@pytest.mark.parametrize("text", ["cases: {}\n", "tree: x.yaml\n", "a: [\n", "just words\n", "cases: []\nmore: 1\n"])
def test_what_is_no_walk_file_is_a_fault_of_the_file(small: DecisionTree, text: str) -> None:
    """Where there are no cases to fail, the file is refused."""
    with pytest.raises(FileError):
        read_walks(text, "x.walks.yaml", small)


HEAD = """\
tree: rules.yaml
defaults:
  care_date: 2026-11-10
  claim_date: 2027-12-01
  answers: {payer: nobody, nationality: dutch, provider: gp}
  expect: {late: false, never_says: visum}
  tags: [sov]
cases:
- name: of each
  for_each: {provider: [midwife, maternity_nurse], nationality: [dutch, Poolse]}
  tags: midwives
  expect: {scheme: sov}
- name: late
  claim_date: 2028-01-01
  expect: {late: true}
- name: insured
  answers: {payer: policy}
  expect: {scheme: insurer}
"""


def test_a_file_can_name_its_tree_and_what_all_cases_have(small: DecisionTree, tmp_path: Path) -> None:
    """Defaults are overridden per answer and expectation, and need not be asked; one case is made of each option."""
    (tmp_path / "rules.yaml").write_text(SMALL.read_text("utf-8"), encoding="utf-8")
    file = read_walks(HEAD, str(tmp_path / "my.walks.yaml"), small)
    assert file.tree.file == str(tmp_path / "rules.yaml")
    assert [case.name for case in file.cases] == [
        "of each [midwife] [dutch]",
        "of each [midwife] [Poolse]",
        "of each [maternity_nurse] [dutch]",
        "of each [maternity_nurse] [Poolse]",
        "late",
        "insured",
    ]
    assert [run_case(file.tree, case).problems for case in file.cases] == [()] * 6
    assert file.cases[1].answers["nationality"] == {"europe"}
    assert (file.cases[0].tags, file.cases[4].tags) == (("sov", "midwives"), ("sov",))
    assert file.cases[4].expect == {"late": True, "never_says": ("visum",)}


def test_the_schema_takes_what_is_read_and_refuses_what_is_not(cakwizard: Cakwizard) -> None:
    """An editor completes and checks by it: ids of this tree, keys, forms; it is a schema itself."""
    written = json.loads(cakwizard("test", "--schema", "--tree", str(SMALL)).out)
    jsonschema.Draft202012Validator.check_schema(written)
    checker = jsonschema.Draft202012Validator(written)
    taken = yaml.load(HEAD, yaml.BaseLoader)  # noqa: S506 - texts only, as yes and no are ids
    taken["defaults"]["expect"]["late"] = False
    taken["cases"][1]["expect"]["late"] = True
    assert list(checker.iter_errors(taken)) == []
    assert list(checker.iter_errors(taken["cases"])) == []
    for wrong in ("{expect: {scheme: none_such}}", "{answers: {payer: x}}", "{expects: {}}", "{expect: {outcom: sov}}"):
        assert not checker.is_valid([{"name": "a", **yaml.safe_load(wrong)}]), wrong


# -- recording ------------------------------------------------------------------


def test_a_recorded_case_holds_all_that_came_and_keeps_the_country_as_typed(
    small: DecisionTree, tmp_path: Path
) -> None:
    """Dates, the answers that were asked, the outcome; a typed word only where it still means the same."""
    path = tmp_path / "my.walks.yaml"
    found = decided(small, *DAYS, payer="nobody", nationality="other", stay="none", provider="gp", pregnant="no")
    case = case_of(found, "A Tuesday: no. 4", {"nationality": "Ghanese", "stay": "asiel"})
    add_cases(path, [case], small)
    assert path.read_text("utf-8") == (
        """\
- name: 'A Tuesday: no. 4'
  care_date: 2026-11-10
  claim_date: 2026-12-01
  answers: {payer: nobody, nationality: Ghanese, stay: none, provider: gp, pregnant: 'no'}
  expect:
    outcome: ovv_part
    scheme: ovv
    percent: 80
    maximum: true
    certainty: settled
    contract: not_needed
    advice: [ask_payment, form_2025, claim_papers]
"""
    )
    assert [name.name for name in tmp_path.iterdir()] == ["my.walks.yaml"]


@pytest.mark.parametrize(
    "there",
    [
        "",
        "# mine\n- {name: a, answers: {}, expect: {status: open}}  # why",
        "tree: rules.yaml\ncases:\n  # mine\n  - name: a\n    expect: {status: open}\n",
    ],
)
def test_what_is_in_a_file_stays_and_names_differ(small: DecisionTree, tmp_path: Path, there: str) -> None:
    """Comments, heads and cases are kept to the letter; a name is printable, and has a number where it is taken."""
    path = tmp_path / "my.walks.yaml"
    (tmp_path / "rules.yaml").write_text(SMALL.read_text("utf-8"), encoding="utf-8")
    path.write_text(there, encoding="utf-8")
    found = decided(small, *DAYS, payer="nobody", nationality="dutch,europe", provider="midwife,hospital")
    for name in ("a", "a", "", " two\n lines\x1b[31m", "null"):
        add_cases(path, [case_of(found, name)], small)
    assert path.read_text("utf-8").startswith(there)
    file = read_walks(path.read_text("utf-8"), str(path), small)
    made = [
        "nobody, nationality dutch or europe, provider midwife or hospital, on 2026-11-10, claimed on 2026-12-01",
        "two lines [31m",
        "null",
    ]
    assert [case.name for case in file.cases] == (["a", "a (2)", "a (3)", *made] if there else ["a", "a (2)", *made])
    assert [run_case(file.tree, case).problems for case in file.cases] == [()] * len(file.cases)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("answers.yaml", "", "does not end in '.walks.yaml'"),
        ("a.walks.yaml", "answers: {}\n", "unknown key 'answers'"),
        ("a.walks.yaml", "[{name: a, answers: {}, expect: {status: open}}]\n", "cannot be added at the end"),
        ("a.walks.yaml", "tree: other.yaml\ncases: []\n", "is for another tree"),
        ("none/a.walks.yaml", None, "cannot be written|there is no folder"),
    ],
)
def test_what_is_no_place_for_a_case_is_left_alone(
    small: DecisionTree, tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    """Nothing is added to a file that would not be a walk file for this tree afterwards."""
    (tmp_path / "other.yaml").write_text("# other\n" + SMALL.read_text("utf-8"), encoding="utf-8")
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=said):
        add_cases(path, [case_of(decided(small, *DAYS, payer="policy"), "b")], small)
    assert text is None or path.read_text("utf-8") == text


@pytest.mark.slow
def test_several_programs_add_to_one_file_and_nothing_is_lost(tmp_path: Path) -> None:
    """Four processes add ten cases each: forty are there, under forty names."""
    program = (
        "import datetime, sys\nfrom cakwizard.deciding.decide import decide\nfrom cakwizard.loading import load\n"
        "from cakwizard.testing.recording import add_cases\nfrom cakwizard.testing.running import case_of\n"
        "tree = load(sys.argv[1])\n"
        "verdict = decide(tree, {'payer': frozenset({'policy'})}, datetime.date(2026, 11, 10))\n"
        "for _ in range(10):\n"
        "    add_cases(sys.argv[2], [case_of(verdict, 'it')], tree)\n"
    )
    path = tmp_path / "my.walks.yaml"
    running = [subprocess.Popen([sys.executable, "-c", program, str(SMALL), str(path)]) for _ in range(4)]
    assert [one.wait() for one in running] == [0] * 4
    names = {case["name"] for case in yaml.safe_load(path.read_text("utf-8"))}
    assert names == {"it", *(f"it ({number})" for number in range(2, 41))}
    assert [one.name for one in tmp_path.iterdir()] == ["my.walks.yaml"]


def test_answers_make_a_name(small: DecisionTree) -> None:
    """An option that says little by itself is named with its question."""
    verdict = decided(small, DAYS[0], payer="nobody", pregnant="yes", nationality="fled,dutch")
    assert name_of(verdict) == "nobody, pregnant yes, nationality dutch or fled, on 2026-11-10"
    assert name_of(decided(small, *DAYS)) == "on 2026-11-10, claimed on 2026-12-01"
