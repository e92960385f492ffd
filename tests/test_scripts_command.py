"""`cakwizard test`: what it prints, writes and leaves with."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import SMALL
from tests.conftest import Cakwizard

GOOD = """\
- name: a dutch patient
  answers: {resident: yes, nationality: NL}
  expect: {scheme: insurer}
"""
BAD = """\
- name: a european <patient>
  answers: {resident: yes, nationality: PL}
  expect: {scheme: scheme_a}
"""


@pytest.fixture
def walks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a walk file for the small tree, in which the program is called."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "good.walks.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.walks.yaml").write_text(BAD, encoding="utf-8")
    return tmp_path


def test_cases_that_pass_are_counted(walks: Path, cakwizard: Cakwizard) -> None:
    """Without failures there is one line, and status 0."""
    ran = cakwizard("test", "good.walks.yaml", "--tree", "small.yaml", "--lang", "en")
    assert (ran.status, ran.out, ran.err) == (0, "1 case passes.\n", "")
    assert cakwizard("test", "good.walks.yaml", "--tree", "small.yaml").out == "1 geval goed.\n"


def test_a_failure_is_told_and_leaves_with_1(walks: Path, cakwizard: Cakwizard) -> None:
    """The case with its place, what was expected and came, and the edge where it turned off."""
    ran = cakwizard("test", ".", "--tree", "small.yaml", "--lang", "en")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out == (
        """\
FAILED bad.walks.yaml:1:9: a european <patient>
  scheme: expected scheme_a, came insurer
  path:
    small.yaml:49:7: resident = yes
    small.yaml:57:7: nationality = europe   <- here it turned off

1 case passes.
1 case fails.
"""
    )


def test_language_and_tree_may_stand_before_the_command(walks: Path, cakwizard: Cakwizard) -> None:
    """Options of the program hold for its commands."""
    ran = cakwizard("--lang", "en", "--tree", "small.yaml", "test", "good.walks.yaml")
    assert (ran.status, ran.out) == (0, "1 case passes.\n")


def test_without_files_those_of_the_checkout_run(walks: Path, cakwizard: Cakwizard) -> None:
    """`tests/walks` is looked in; where there is none, the message says what to give."""
    ran = cakwizard("test", "--tree", "small.yaml")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "error: there is no walk file in 'tests/walks' here\nhint: name one or more: cakwizard test mine.walks.yaml\n"
    )
    folder = walks / "tests" / "walks"
    folder.mkdir(parents=True)
    (folder / "a.walks.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "b.yaml").write_text("no walk file", encoding="utf-8")
    ran = cakwizard("test", "--tree", "small.yaml", "--lang", "en")
    assert (ran.status, ran.out) == (0, "1 case passes.\n")


def test_a_file_named_twice_runs_once(walks: Path, cakwizard: Cakwizard) -> None:
    """A case that is counted twice would not be one more."""
    ran = cakwizard("test", "good.walks.yaml", "good.walks.yaml", "--tree", "small.yaml", "--lang", "en")
    assert ran.out == "1 case passes.\n"


def test_a_folder_without_walk_files_is_wrong_usage(walks: Path, cakwizard: Cakwizard) -> None:
    """Nothing tested is not the same as nothing wrong."""
    (walks / "empty").mkdir()
    ran = cakwizard("test", "empty", "--tree", "small.yaml")
    assert (ran.status, ran.err) == (2, "error: there is no file '*.walks.yaml' in folder 'empty'\n")


def test_a_fault_in_a_walk_file_is_wrong_usage(walks: Path, cakwizard: Cakwizard) -> None:
    """It is told with its place, and no case runs."""
    (walks / "bad.walks.yaml").write_text(BAD.replace("scheme_a}", "schema_a}"), encoding="utf-8")
    ran = cakwizard("test", ".", "--tree", "small.yaml")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        """\
bad.walks.yaml:3:20: error[CW022]: 'scheme' of 'a european <patient>' names scheme 'schema_a', which does not exist
   3 |   expect: {scheme: schema_a}
     |                    ^^^^^^^^
hint: did you mean 'scheme_a'?
"""
    )


def test_a_fault_in_the_tree_leaves_with_1(walks: Path, cakwizard: Cakwizard) -> None:
    """A tree that is invalid is the fault of its author, not of the call."""
    (walks / "small.yaml").write_text("format: 1\n", encoding="utf-8")
    assert cakwizard("test", "good.walks.yaml", "--tree", "small.yaml").status == 1


def test_coverage_is_a_table_with_what_is_missing(walks: Path, cakwizard: Cakwizard) -> None:
    """Numbers by kind, each missing thing with its line, and the walks to paste."""
    ran = cakwizard("test", "good.walks.yaml", "--tree", "small.yaml", "--coverage", "--lang", "en")
    assert ran.status == 0
    assert ran.out.startswith(
        """\
1 case passes.

Coverage: what the cases walk
              walked     of      %
nodes              2      5   40.0
edges              2     15   13.3
outcomes           1      5   20.0
windows            0      7    0.0

Not walked:
  small.yaml:62:3: nodes: provider_a
"""
    )
    assert "  small.yaml:57:7: edges: nationality: europe -> insurer\n" in ran.out
    (walks / "rest.walks.yaml").write_text(ran.out.split("checked them:\n")[1], encoding="utf-8")
    ran = cakwizard("test", "good.walks.yaml", "rest.walks.yaml", "--tree", "small.yaml", "--fail-under", "100")
    assert ran.status == 0
    assert ran.out.splitlines()[-4:] == [
        "knopen               5      5  100.0",
        "routes              15     15  100.0",
        "uitkomsten           5      5  100.0",
        "termijnen            7      7  100.0",
    ]


def test_coverage_below_what_is_asked_leaves_with_1(walks: Path, cakwizard: Cakwizard) -> None:
    """A gate per kind, or one for all."""
    call = ("test", "good.walks.yaml", "--tree", "small.yaml", "--lang", "en")
    assert cakwizard(*call, "--fail-under", "edges=13", "--fail-under", "nodes=40").status == 0
    ran = cakwizard(*call, "--fail-under", "30", "--fail-under", "windows=0")
    assert ran.status == 1
    assert [line for line in ran.out.splitlines() if "is needed" in line] == [
        "edges: 13.3 %, where 30 % is needed",
        "outcomes: 20.0 %, where 30 % is needed",
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("paths=3", "error: --fail-under knows no 'paths'\nhint: the kinds are: nodes, edges, outcomes, windows\n"),
        ("many", "error: --fail-under is 'many'\nhint: write a percentage, as in 100 or edges=90\n"),
        ("nodes=", "error: --fail-under is 'nodes='\nhint: write a percentage, as in 100 or edges=90\n"),
        ("101", "error: --fail-under is '101'\nhint: write a percentage, as in 100 or edges=90\n"),
        ("nan", "error: --fail-under is 'nan'\nhint: write a percentage, as in 100 or edges=90\n"),
    ],
)
def test_a_gate_that_is_no_percentage_is_wrong_usage(
    walks: Path, cakwizard: Cakwizard, given: str, message: str
) -> None:
    """The message says how to write it."""
    ran = cakwizard("test", "good.walks.yaml", "--tree", "small.yaml", "--fail-under", given)
    assert (ran.status, ran.err) == (2, message)


def test_what_no_date_reaches_is_listed(walks: Path, cakwizard: Cakwizard) -> None:
    """It does not count, and is not hidden."""
    text = (
        SMALL.read_text(encoding="utf-8")
        .replace(
            "{midwife: scheme_a_full, gp: pregnant}",
            "{midwife: scheme_a_full, gp: {to: pregnant, valid_until: 2001-01-01}}",
        )
        .replace("valid_until: 2022-06-30", "valid_from: 2010-01-01, valid_until: 2022-06-30")
    )
    (walks / "small.yaml").write_text(text, encoding="utf-8")
    ran = cakwizard("test", "good.walks.yaml", "--tree", "small.yaml", "--coverage", "--lang", "en")
    never = ran.out.split("does not count:\n")[1].split("\n\n")[0].splitlines()
    assert never == [
        "  small.yaml:72:3: nodes: pregnant",
        "  small.yaml:66:38: edges: provider_a: gp ..2001-01-01 -> pregnant",
        "  small.yaml:76:10: edges: pregnant: yes -> scheme_a_full",
        "  small.yaml:76:30: edges: pregnant: no -> scheme_a_part",
        "  small.yaml:101:3: outcomes: scheme_a_part",
        "  small.yaml:66:38: windows: provider_a: gp ..2001-01-01 -> pregnant",
    ]


def test_mutants_that_survive_leave_with_1(walks: Path, cakwizard: Cakwizard) -> None:
    """Each with its place, and walks that would notice it; with those in the file the status is 0."""
    call = ("test", "--tree", "small.yaml", "--lang", "en", "--mutants", "good.walks.yaml")
    ran = cakwizard(*call)
    assert ran.status == 1
    assert "90 mutants: 8 noticed, 77 not noticed, 5 equivalent, 0 not settled\n" in ran.out
    assert "  small.yaml:92:3: outcome 'scheme_a_full' pays 80 % instead of 100 %\n" in ran.out
    for number in range(3):
        path = walks / f"more{number}.walks.yaml"
        path.write_text(ran.out.split("checked them:\n")[1], encoding="utf-8")
        call = (*call, path.name)
        ran = cakwizard(*call)
        if ran.status == 0:
            break
    assert ran.out.split("\n\n", 1)[1] == (
        """\
Mutants: mistakes in the rules that the cases must notice
90 mutants: 85 noticed, 0 not noticed, 5 equivalent, 0 not settled

Equivalent: no walk can tell them from the rules:
  small.yaml:56:7: node 'nationality': 'dutch' and 'europe' change places
  small.yaml:71:10: node 'provider_b': 'midwife' and 'gp' change places
  small.yaml:50:11: node 'resident': 'no' is unsettled instead of likely
  small.yaml:71:10: node 'provider_b': 'midwife' is likely instead of settled
  small.yaml:71:37: node 'provider_b': 'gp' is likely instead of settled
"""
    )


def test_json_says_the_same(walks: Path, cakwizard: Cakwizard) -> None:
    """Cases, coverage and mutants are in one object; standard error is empty."""
    ran = cakwizard(
        "test", ".", "--tree", "small.yaml", "--lang", "en", "--json", "--mutants", "--fail-under", "nodes=50"
    )
    assert (ran.status, ran.err) == (1, "")
    data = json.loads(ran.out)
    assert list(data) == ["format", "tree", "cases", "coverage", "below", "mutants"]
    assert data["cases"][0] == {
        "file": "bad.walks.yaml",
        "line": 1,
        "name": "a european <patient>",
        "passed": False,
        "problems": [
            {
                "key": "scheme",
                "expected": "scheme_a",
                "came": "insurer",
                "text": "scheme: expected scheme_a, came insurer",
            }
        ],
        "path": [
            {"place": "small.yaml:49:7", "node": "resident", "option": "yes", "turn": False},
            {"place": "small.yaml:57:7", "node": "nationality", "option": "europe", "turn": True},
        ],
    }
    assert (data["cases"][1]["passed"], data["cases"][1]["problems"]) == (True, [])
    nodes = data["coverage"]["nodes"]
    assert (nodes["walked"], nodes["all"], nodes["percent"], nodes["never"]) == (2, 5, 40.0, [])
    assert nodes["missing"][0] == {"place": "small.yaml:62:3", "what": "provider_a"}
    assert data["coverage"]["walks"].startswith("- name: ")
    assert data["below"] == {"nodes": 50.0}
    mutants = data["mutants"]
    assert (mutants["all"], mutants["unsettled"], len(mutants["equivalent"])) == (90, [], 5)
    assert mutants["all"] == mutants["killed"] + len(mutants["survived"]) + 5
    assert mutants["survived"][0].keys() == {"kind", "place", "what"}
    assert json.loads(cakwizard("test", "good.walks.yaml", "--tree", "small.yaml", "--json").out)["mutants"] is None


def test_junit_is_written_for_build_servers(walks: Path, cakwizard: Cakwizard) -> None:
    """A suite per file, a case per case, and the failure in the author's words."""
    ran = cakwizard("test", ".", "--tree", "small.yaml", "--lang", "en", "--junit", "out.xml")
    assert ran.status == 1
    root = ElementTree.fromstring((walks / "out.xml").read_text(encoding="utf-8"))  # noqa: S314 - our own file
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root] == [
        ("bad.walks.yaml", "1", "1"),
        ("good.walks.yaml", "1", "0"),
    ]
    case = root[0][0]
    assert (case.get("classname"), case.get("name"), case.get("line")) == (
        "bad.walks.yaml",
        "a european <patient>",
        "1",
    )
    assert case[0].get("message") == "scheme: expected scheme_a, came insurer"
    assert "here it turned off" in str(case[0].text)
    assert len(root[1][0]) == 0


def test_junit_that_cannot_be_written_is_a_fault(walks: Path, cakwizard: Cakwizard) -> None:
    """No traceback, and no half a file."""
    ran = cakwizard("test", "good.walks.yaml", "--tree", "small.yaml", "--junit", "none/out.xml")
    assert ran.status == 2
    assert "'none/out.xml' is niet te schrijven" in ran.err


def test_names_in_what_is_proposed_are_not_taken(walks: Path, cakwizard: Cakwizard) -> None:
    """What is pasted into the same file never gives two cases one name."""
    text = GOOD.replace("a dutch patient", "resident yes, europe")
    (walks / "good.walks.yaml").write_text(text, encoding="utf-8")
    ran = cakwizard("test", "good.walks.yaml", "--tree", "small.yaml", "--coverage")
    assert "- name: resident yes, europe (2)\n" in ran.out
