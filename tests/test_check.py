"""`cakwizard check`: what it says, in which form, and how it leaves."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies

from cakwizard import checking
from cakwizard.checking.pages import page_text
from cakwizard.checking.pages import pages
from cakwizard.loading import read_tree
from cakwizard.loading import tree_and_issues
from cakwizard.model import DecisionTree
from tests.conftest import Cakwizard

HERE = Path(__file__).parent
BASE = (HERE / "trees" / "base.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test runs in a folder of its own, where a sound tree stands."""
    monkeypatch.chdir(tmp_path)
    Path("tree.yaml").write_text(BASE, encoding="utf-8")


def broken(*replacements: tuple[str, str]) -> None:
    """Write the tree with some of its text replaced."""
    text = BASE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    Path("tree.yaml").write_text(text, encoding="utf-8")


def test_sound_tree_gives_one_line(cakwizard: Cakwizard) -> None:
    """A tree without faults is summed up in one line, with status 0."""
    ran = cakwizard("check", "tree.yaml", "--on", "2026-02-01")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "tree.yaml: 0 errors, 0 warnings, 2 questions, 2 nodes, 4 routes, 2 outcomes\n"


def test_every_error_stands_in_one_run(cakwizard: Cakwizard) -> None:
    """All faults of a file are told at once, each with its line, a caret and the way out."""
    broken(("yes: found, no: lost}", "yes: fuond, no: lost}"), ("scheme: owner", "scheme: onwer"))
    ran = cakwizard("check", "tree.yaml")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out == (
        "tree.yaml:33:15: error[CW012]: option 'yes' of node 'marked' leads to 'fuond',"
        " which is neither a node nor an outcome\n"
        "  33 |     to: {yes: fuond, no: lost}\n"
        "     |               ^^^^^\n"
        "hint: did you mean 'found'?\n"
        "tree.yaml:36:3: error[CW015]: no walk reaches outcome 'found'\n"
        "  36 |   found:\n"
        "     |   ^^^^^\n"
        "hint: route an option to it, or take it out\n"
        "tree.yaml:45:13: error[CW022]: outcome 'lost' names scheme 'onwer', which does not exist\n"
        "  45 |     scheme: onwer\n"
        "     |             ^^^^^\n"
        "hint: did you mean 'owner'?\n"
        "tree.yaml: 3 errors, warnings are looked for when there is none\n"
    )


def test_warnings_alone_leave_with_nought(cakwizard: Cakwizard) -> None:
    """A tree that can be used is no failure, whatever its author should know of it."""
    broken(("    advice: [report]\n", ""))
    ran = cakwizard("check", "tree.yaml", "--on", "2026-02-01")
    assert ran.status == 0
    assert re.findall(r"(\w+)\[(CW\d+)\]", ran.out) == [("warning", "CW040"), ("warning", "CW045")]
    assert ran.out.splitlines()[-1].startswith("tree.yaml: 0 errors, 2 warnings, ")


def test_json_gives_each_issue_with_its_place(cakwizard: Cakwizard) -> None:
    """As JSON each issue has its place, its code and the way out, and nothing else is written."""
    broken(("scheme: owner", "scheme: onwer"))
    ran = cakwizard("check", "tree.yaml", "--format", "json")
    assert ran.status == 1
    assert json.loads(ran.out) == {
        "format": 1,
        "file": "tree.yaml",
        "errors": 1,
        "warnings": 0,
        "issues": [
            {
                "code": "CW022",
                "severity": "error",
                "message": "outcome 'lost' names scheme 'onwer', which does not exist",
                "file": "tree.yaml",
                "line": 45,
                "column": 13,
                "width": 5,
                "hint": "did you mean 'owner'?",
            }
        ],
    }


def test_github_marks_the_place_in_a_change(cakwizard: Cakwizard) -> None:
    """For GitHub an issue is one command on one line, whatever stands in the message."""
    broken(("scheme: owner", "scheme: '100%,\n\n    x: y'"))
    ran = cakwizard("check", "tree.yaml", "--format", "github")
    assert ran.status == 1
    assert ran.out == (
        "::error file=tree.yaml,line=45,col=13,endColumn=13,title=CW022::"
        "outcome 'lost' names scheme '100%25,%0Ax: y', which does not exist%0A"
        "hint: known here: city, owner\n"
    )


def test_own_rules_are_checked_without_a_file(cakwizard: Cakwizard, tree: DecisionTree) -> None:
    """Without a file the rules of the program itself are checked, and have no fault."""
    ran = cakwizard("check", "--on", tree.checked_until.isoformat())
    assert (ran.status, ran.out.split(":")[0]) == (0, "decision_tree.yaml")
    assert ": 0 errors, " in ran.out


def test_bundled_tree_gives_no_warning(tree: DecisionTree) -> None:
    """The rules of the program have nothing of which their author should be told."""
    assert [str(issue) for issue in checking.warnings(tree)] == []


def test_file_that_cannot_be_read_as_text_is_a_fault_of_the_file(cakwizard: Cakwizard) -> None:
    """A file that is not UTF-8 gives its issue in the form asked for, with status 1."""
    Path("tree.yaml").write_bytes(BASE.encode("utf-16"))
    ran = cakwizard("check", "tree.yaml", "--format", "json")
    assert (ran.status, json.loads(ran.out)["issues"][0]["code"]) == (1, "CW001")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.yaml"], "'none.yaml'"),
        (["tree.yaml", "--on", "tomorrow"], "--on is 'tomorrow'"),
        (["--explain", "CW999"], "there is no check 'CW999'; the checks are: CW001, "),
        (["tree.yaml", "--format", "xml"], "'xml' is not one of 'text', 'json', 'github'"),
        (["tree.yaml", "other.yaml"], "other.yaml"),
    ],
)
def test_wrong_usage_leaves_with_two(cakwizard: Cakwizard, arguments: list[str], message: str) -> None:
    """What was asked wrongly is named on standard error, with status 2."""
    ran = cakwizard("check", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.err


@pytest.mark.parametrize("code", ["CW012", "cw012"])
def test_explain_shows_the_page_of_a_check(cakwizard: Cakwizard, code: str) -> None:
    """A code is explained with its broken and its mended example, in any case of letters."""
    ran = cakwizard("check", "--explain", code)
    assert (ran.status, ran.out, ran.err) == (0, page_text(pages()["CW012"]), "")


def test_the_file_of_the_whole_program_is_checked(cakwizard: Cakwizard) -> None:
    """`--tree` before the command names the file as it does for the other commands."""
    ran = cakwizard("--tree", "tree.yaml", "check", "--on", "2026-02-01")
    assert (ran.status, ran.out.split(":")[0]) == (0, "tree.yaml")


def test_a_gap_between_steps_by_day_of_care_and_of_claiming(cakwizard: Cakwizard) -> None:
    """Steps that hold by other days than one another are not held against each other."""
    text = BASE.replace("advice: [go]", "advice: [go, report]")
    windows = (
        ("  go:\n", "  go:\n    valid_until: 2025-12-31\n"),
        ("  report:\n", "  report:\n    valid_from: 2026-06-01\n    by_claim_date: true\n"),
    )
    for old, new in windows:
        text = text.replace(old, new)
    assert [issue.code for issue in checking.warnings(read_tree(text, "tree.yaml"))] == []


def codes(text: str) -> list[tuple[str, str]]:
    """Return the codes and messages of all that check says of a tree, errors or else warnings."""
    tree, issues = tree_and_issues(text, "tree.yaml")
    assert tree is not None
    return [(issue.code, issue.message) for issue in issues or checking.warnings(tree)]


@pytest.mark.parametrize(
    ("percent", "deadline", "claims"),
    [
        ("    percent: 100\n", "", "a percentage"),
        ("", "    deadline: {months: 12, start: day}\n", "a deadline"),
        ("    percent: 100\n", "    deadline: {months: 12, start: day}\n", "a percentage and a deadline"),
        ("    percent: 100\n", "    deadline: {months: 12, start: day, sources: [rules]}\n", "a percentage"),
        ("", "", "who pays"),
    ],
)
def test_what_an_outcome_claims_without_a_source_is_named(percent: str, deadline: str, claims: str) -> None:
    """An outcome without a source is an error that says what it states."""
    text = BASE.replace("    percent: 100\n", percent + deadline).replace(" {percent}%", "")
    text = text.replace("    advice: [go]\n    sources: [rules]", "    advice: [go]\n    sources: []")
    if deadline:
        text += "deadline_starts: {day: {nl: de dag, en: the day}}\n"
    assert codes(text) == [("CW034", f"outcome 'found' states {claims} without a source")]


@pytest.mark.parametrize("name", ["Loket", "Het loket", "Het loket (de balie)", "HLO (het loket)", "LOKET"])
def test_a_term_is_used_when_a_text_has_its_name(name: str) -> None:
    """A term counts as mentioned by its whole name, or by what stands in or before its brackets."""
    term = f"glossary:\n  desk: {{name: {{nl: {name}, en: X}}, text: {{nl: Waar u bent., en: Where you are.}}}}\n"
    assert codes(BASE + term) == []
    unknown = term.replace(name, "Kluis (een slot dat u niet kent)")
    assert codes(BASE + unknown) == [("CW045", "no text mentions term 'desk' by its name")]


def test_every_text_of_a_tree_is_looked_at() -> None:
    """Wherever a text may stand, a placeholder in it that has no value is an error."""
    texts = (HERE / "trees" / "small.yaml").read_text(encoding="utf-8")
    texts = texts.replace(
        "{to: insurer, valid_from: 2022-07-01}", "{to: insurer, valid_from: 2022-07-01, outside: TTT}"
    )
    texts = texts.replace("key: {nl: v, en: m}}", "key: {nl: v, en: m}, help: TTT}")
    texts = texts.replace("    kind: law\n", "    kind: law\n    dated: TTT\n")
    texts = texts.replace(
        "    advice: [ask_insurer]\n", "    advice: [ask_insurer]\n    referrals: [r]\n    message: m\n"
    )
    texts += "referrals: {r: {text: TTT, letter: TTT, sources: [law]}}\n"
    texts += "messages: {m: {heading: TTT, text: TTT, fields: {f: TTT}, sources: [law]}}\n"
    texts = texts.replace("TTT", "{nl: '{gone}', en: '{gone}'}")
    found = {message.split(" uses")[0] for code, message in codes(texts) if code == "CW025"}
    assert found == {
        "'outside' of option 'fled' of node 'nationality'",
        "help of option 'midwife' of question 'provider'",
        "'dated' of source 'law'",
        "text of referral 'r'",
        "'letter' of referral 'r'",
        "heading of message 'm'",
        "text of message 'm'",
        "field 'f' of message 'm'",
    }


def row(length: int) -> str:
    """Return a tree that asks so many questions in a row."""
    head = BASE[: BASE.index("questions:")].replace("start: locked", "start: n0")
    options = (
        "{yes: {text: {nl: Ja, en: 'Yes'}, key: {nl: j, en: y}}, no: {text: {nl: Nee, en: 'No'}, key: {nl: n, en: n}}}"
    )
    questions = [f"  q{number}: {{text: {{nl: Vraag, en: Question}}, options: {options}}}" for number in range(length)]
    nodes = [
        f"  n{number}: {{asks: q{number}, certainty: settled, sources: [rules], "
        f"to: {{yes: {f'n{number + 1}' if number < length - 1 else 'found'}, no: lost}}}}"
        for number in range(length)
    ]
    return "\n".join([head, "questions:", *questions, "nodes:", *nodes, BASE[BASE.index("outcomes:") :]])


NODES = 7


@given(
    strategies.lists(strategies.integers(0, 2), min_size=NODES, max_size=NODES),
    strategies.lists(strategies.tuples(*[strategies.integers(1, NODES)] * 2), min_size=NODES, max_size=NODES),
    strategies.permutations(range(NODES)),
)
@settings(max_examples=150, deadline=None)
def test_what_a_path_asks_twice_is_found(asks: list[int], steps: list[tuple[int, int]], written: list[int]) -> None:
    """A node is named when, counting out every path, one has asked its question before it, and no other is."""
    onward = [{min(number + step, NODES) for step in pair} for number, pair in enumerate(steps)]
    paths = [(number,) for number in range(NODES)]
    again = set()
    for path in paths:
        if path[-1] < NODES:
            if asks[path[-1]] in [asks[number] for number in path[:-1]]:
                again.add(path[-1])
            paths += [(*path, target) for target in onward[path[-1]]]
    names = [f"n{number}" for number in range(NODES)] + ["found"]
    lines = [
        f"  n{number}: {{asks: q{asks[number]}, certainty: settled, sources: [rules], to: "
        f"{{yes: {names[min(onward[number])]}, no: {names[max(onward[number])]}}}}}"
        for number in written
    ]
    text = row(3)
    text = text[: text.index("nodes:")] + "\n".join(["nodes:", *lines, BASE[BASE.index("outcomes:") :]])
    named = [message.split("'")[1] for code, message in codes(text) if code == "CW017"]
    assert sorted(named) == sorted(f"n{number}" for number in again)


def test_time_grows_with_the_size_of_the_tree() -> None:
    """Four times the tree takes about four times the time, not sixteen."""
    spent = []
    for length in (1000, 4000):
        text = row(length)
        start = time.process_time()
        tree, issues = tree_and_issues(text, "row.yaml")
        assert tree is not None
        assert [*issues, *checking.warnings(tree)] == []
        spent.append(time.process_time() - start)
    assert spent[1] < 9 * spent[0]
