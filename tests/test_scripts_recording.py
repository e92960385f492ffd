"""Recording: a case is added to a walk file with what came as what is expected."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest

from cakwizard.errors import FileError
from cakwizard.model import DecisionTree
from cakwizard.scripts.recording import append_case
from cakwizard.scripts.recording import name_of
from cakwizard.scripts.running import run_case
from cakwizard.scripts.walkfile import load_cases
from cakwizard.scripts.walkfile import read_cases
from cakwizard.walking import Verdict
from cakwizard.walking import decide

DAY = datetime.date(2026, 2, 3)


def decided(tree: DecisionTree, **answers: str) -> Verdict:
    """Return what answers come to; a comma leaves options open."""
    given = {question: frozenset(options.split(",")) for question, options in answers.items()}
    return decide(tree, given, DAY, datetime.date(2026, 3, 4))


def test_a_new_file_holds_the_case_with_its_outcome(small: DecisionTree, tmp_path: Path) -> None:
    """The dates, the answers that were asked, and all that came are written down."""
    path = tmp_path / "mine.walks.yaml"
    verdict = decided(small, resident="yes", nationality="other", provider="gp", pregnant="no")
    append_case(path, small, verdict, "A Tuesday: no. 4")
    assert path.read_text(encoding="utf-8") == (
        """\
- name: "A Tuesday: no. 4"
  care_date: 2026-02-03
  claim_date: 2026-03-04
  answers: {resident: yes, nationality: other, provider: gp, pregnant: no}
  expect: {outcome: scheme_a_part, scheme: scheme_a, percent: 80, maximum: true, certainty: settled, contract: needed,
    advice: [send_form_new]}
"""
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.walks.yaml"]


def test_what_stands_in_a_file_stays_as_it_is(small: DecisionTree, tmp_path: Path) -> None:
    """Comments and cases are kept to the letter, a missing end of line is added, and the mode stays."""
    path = tmp_path / "mine.walks.yaml"
    there = "# mine\n- {name: a, answers: {}, expect: {status: open}}  # why not"
    path.write_text(there, encoding="utf-8")
    path.chmod(0o600)
    append_case(path, small, decided(small, resident="no", provider="gp"), "b")
    text = path.read_text(encoding="utf-8")
    assert text.startswith(there + "\n\n- name: b\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    cases = load_cases([str(path)], small)
    assert [(case.name, run_case(small, case).passed) for case in cases] == [("a", True), ("b", True)]


@pytest.mark.parametrize(
    "answers",
    [
        {"resident": "yes", "nationality": "dutch"},
        {"resident": "yes", "nationality": "dutch,other", "provider": "midwife"},
        {"resident": "yes,no"},
        {"resident": "yes", "nationality": "dutch", "provider": "gp"},
    ],
)
def test_a_recorded_case_passes(small: DecisionTree, tmp_path: Path, answers: dict[str, str]) -> None:
    """Decided or open, with answers that were not used, what was recorded comes again."""
    path = tmp_path / "mine.walks.yaml"
    case = append_case(path, small, decided(small, **answers), "one")
    (read,) = load_cases([str(path)], small)
    assert (read.answers, read.expect, read.care_date) == (case.answers, case.expect, DAY)
    assert run_case(small, read).problems == ()


def test_a_date_without_a_rule_is_recorded_as_such(small: DecisionTree, tmp_path: Path) -> None:
    """Out of range is an outcome to guard as well."""
    path = tmp_path / "mine.walks.yaml"
    answers = {"resident": frozenset({"yes"}), "nationality": frozenset({"other"})}
    case = append_case(path, small, decide(small, answers, datetime.date(2010, 1, 1)), "long ago")
    assert case.expect == {"status": "out_of_range"}
    assert run_case(small, load_cases([str(path)], small)[0]).passed


def test_a_name_that_is_taken_gets_a_number(small: DecisionTree, tmp_path: Path) -> None:
    """Cases of one file have different names, and a name is one line of printable text."""
    path = tmp_path / "mine.walks.yaml"
    verdict = decided(small, resident="no", provider="gp")
    for name in ("it", "it", "it", "  two\n lines\x1b[31m ", "", "null", "ja", "- nee #"):
        append_case(path, small, verdict, name)
    assert [case.name for case in load_cases([str(path)], small)] == [
        "it",
        "it (2)",
        "it (3)",
        "two lines [31m",
        "recorded",
        "null",
        "ja",
        "- nee #",
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("answers.yaml", "", "the name of '{path}' does not end in '.walks.yaml'"),
        ("a.walks.yaml", "answers: {}\n", "a walk file must be a list of cases (`- name: …`)"),
        ("a.walks.yaml", "- {name: a\n", None),
        (
            "a.walks.yaml",
            "[{name: a, answers: {}, expect: {status: open}}]\n",
            "a case cannot be added at the end of '{path}'",
        ),
        ("a.walks.yaml", "- {name: a, answers: {}, expect: {scheme: gone}}\n", None),
    ],
)
def test_a_file_that_is_no_walk_file_is_refused_and_left_alone(
    small: DecisionTree, tmp_path: Path, name: str, text: str, message: str | None
) -> None:
    """Nothing is ever added to a file that would not be a walk file afterwards."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as found:
        append_case(path, small, decided(small, resident="no", provider="gp"), "b")
    if message is not None:
        assert found.value.issues[0].message == message.format(path=path)
    assert path.read_text(encoding="utf-8") == text
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_a_fault(small: DecisionTree, tmp_path: Path) -> None:
    """The message says that it cannot be written."""
    with pytest.raises(FileError, match="cannot be written: No such file or directory"):
        append_case(tmp_path / "no" / "a.walks.yaml", small, decided(small, resident="no", provider="gp"), "b")


def test_a_long_list_of_answers_is_written_on_more_lines(small: DecisionTree, tmp_path: Path) -> None:
    """No line is longer than an editor shows, and open answers are lists or `unknown`."""
    path = tmp_path / "a.walks.yaml"
    verdict = decided(small, resident="yes,no", nationality="dutch,europe,fled", provider="midwife,gp", pregnant="no")
    append_case(path, small, verdict, "x")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert max(map(len, lines)) <= 120
    assert lines[3] == "  answers: {resident: unknown, nationality: [dutch, europe, fled], provider: unknown}"


def test_answers_make_a_name(small: DecisionTree) -> None:
    """An option that says little by itself is named with its question."""
    answers = {
        "resident": frozenset({"yes"}),
        "nationality": frozenset({"fled", "dutch"}),
        "provider": frozenset({"gp"}),
    }
    assert name_of(small, answers, DAY) == "resident yes, nationality dutch or fled, gp, on 2026-02-03"


def test_no_answers_are_written_as_none(small: DecisionTree, tmp_path: Path) -> None:
    """A case without answers can be read again."""
    path = tmp_path / "a.walks.yaml"
    append_case(path, small, decide(small, {}, DAY), "nothing known")
    assert "  answers: {}\n" in path.read_text(encoding="utf-8")
    assert read_cases(path.read_text(encoding="utf-8"), "x", small)[0].answers == {}
