"""`cakwizard test`: what testers type, and what they see."""

from __future__ import annotations

import json
import re
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import SMALL, Cakwizard
from tests.talking import Terminal

WALKS = """\
# Mine.
- name: midwife   # the first
  care_date: 2026-11-10
  answers: {payer: nobody, nationality: Ghana, stay: none, provider: midwife}
  expect: {outcome: ovv_full, percent: 100}

- name: general practitioner
  care_date: 2026-11-10
  tags: gp
  answers: {payer: nobody, nationality: Ghana, stay: none, provider: gp}
  expect:
    # why
    possible: [ovv_full, ovv_part]
    max_questions: 4
"""
SMALL_TREE = ("--tree", str(SMALL))


@pytest.fixture
def walks(tmp_path: Path) -> Path:
    """A walk file in which all is as expected."""
    path = tmp_path / "my.walks.yaml"
    path.write_text(WALKS, encoding="utf-8")
    return path


@pytest.fixture
def tested(cakwizard: Cakwizard, walks: Path) -> Cakwizard:
    """Run the cases of the walk file with the small tree."""
    return partial(cakwizard, "test", *SMALL_TREE, str(walks))


def test_all_as_expected_and_one_that_fails(tested: Cakwizard, walks: Path) -> None:
    """Status 0 and a line; or 1, and what was expected, what came and where it turned off, in either language."""
    ran = tested()
    assert (ran.status, ran.out) == (0, "2 gevallen goed.\n")
    walks.write_text(WALKS.replace("percent: 100", "percent: 80"), encoding="utf-8")
    ran = tested("--lang", "en")
    assert ran.status == 1
    assert f"FAILED {walks}:2:9: midwife\n  percent: expected 80, came 100\n" in ran.out
    assert ran.out.endswith("1 case passed.\n1 case failed.\n")


def test_files_of_a_folder_and_of_the_checkout_are_found(
    cakwizard: Cakwizard, walks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder stands for its walk files; without any, tests/walks here; without that a message and 2."""
    assert cakwizard("test", str(walks.parent), str(walks), *SMALL_TREE).out == "2 gevallen goed.\n"
    monkeypatch.chdir(walks.parent)
    assert cakwizard("test", *SMALL_TREE).status == 2
    (walks.parent / "tests" / "walks").mkdir(parents=True)
    walks.rename(walks.parent / "tests" / "walks" / walks.name)
    assert cakwizard("test", *SMALL_TREE).out == "2 gevallen goed.\n"


def test_accept_shows_and_writes_what_came_and_keeps_the_rest(tested: Cakwizard, walks: Path) -> None:
    """Values are replaced where they are; comments, order and layout stay; what cannot be a value stays as well."""
    other = WALKS.replace("ovv_full, percent: 100", "ovv_part, percent: 80, says: [nooit]")
    walks.write_text(other.replace("[ovv_full, ovv_part]", "[sov]"), encoding="utf-8")
    ran = tested("--accept")
    assert ran.status == 1
    assert ran.out.splitlines()[:6] == [
        f"Overgenomen in {walks}: midwife",
        "  outcome: ovv_part → ovv_full",
        "  percent: 80 → 100",
        f"Overgenomen in {walks}: general practitioner",
        "  possible: [sov] → [ovv_full, ovv_part]",
        "",
    ]
    assert walks.read_text("utf-8") == WALKS.replace("percent: 100}", "percent: 100, says: [nooit]}")
    assert "says: de tekst zegt niet: nooit" in ran.out


@pytest.mark.parametrize(
    ("expect", "accepted"),
    [
        ("{outcome: sov, percent: 100, status: decided}", "{status: open, possible: [ovv_full, ovv_part]}"),
        ("{scheme: ovv, max_questions: 2}", "{max_questions: 4, status: open, possible: [ovv_full, ovv_part]}"),
        ("{possible: {at_least: [ovv_part, rmo]}, not_advice: [ask_payment]}", "{possible: {at_least: [ovv_part]}}"),
        (
            "\n    advice:\n      - ask_payment\n      - report\n    # so\n    scheme: sov   # old\n",
            "\n    status: open\n    possible: [ovv_full, ovv_part]\n    advice:\n      [ask_payment]\n    # so\n",
        ),
    ],
)
def test_accept_takes_out_and_adds_what_is_needed(tested: Cakwizard, walks: Path, expect: str, accepted: str) -> None:
    """Of an open case no outcome can be expected; what is accepted passes."""
    text = "- name: a\n  answers: {payer: nobody, nationality: Ghana, stay: none, provider: gp}\n  expect: %s\n# end\n"
    walks.write_text(text % expect, encoding="utf-8")
    assert (tested("--accept", "a").status, walks.read_text("utf-8")) == (0, text % accepted)


def test_accept_takes_out_a_last_line_that_has_no_end(tested: Cakwizard, walks: Path) -> None:
    """What is not expected any more goes with its line also where the file ends in the midst of it."""
    text = "- name: a\n  answers: {payer: nobody, nationality: Ghana, stay: none, provider: gp}\n  expect:\n"
    walks.write_text(f"{text}    scheme: ovv\n    outcome: ovv_full", encoding="utf-8")
    assert tested("--accept", "a").status == 0
    assert walks.read_text("utf-8") == f"{text}    status: open\n    possible: [ovv_full, ovv_part]\n"


def test_accept_leaves_alone_what_came_to_different_things(tested: Cakwizard, walks: Path) -> None:
    """Of one case for each option that comes to several things the author must make several; a name must exist."""
    text = "- name: a\n  for_each: {payer: [policy, patient]}\n  expect: {scheme: ovv}\n"
    text += "- {name: b, answers: {payer: polcy}, expect: {scheme: ovv}}\n"
    walks.write_text(text, encoding="utf-8")
    ran = tested("--accept")
    assert (ran.status, walks.read_text("utf-8"), ran.out.splitlines()[0]) == (1, text, "Er was niets over te nemen.")
    ran = tested("--accept", "aa")
    assert (ran.status, "er is geen geval 'aa'" in ran.err, "bedoelt u 'a'?" in ran.err) == (2, True, True)


def test_only_runs_and_measures_what_has_an_answer_or_a_tag(tested: Cakwizard) -> None:
    """An option, an option of a question, or a tag; coverage and mistakes are those of that answer."""
    for word, count in (("midwife", 1), ("provider=gp", 1), ("gp", 1), ("nobody", 2), ("stay=none", 2)):
        assert tested("--only", word).out.startswith(f"{count} geval")
    ran = tested("--only", "midwive")
    assert (ran.status, "bedoelt u 'midwife'?" in ran.err) == (2, True)
    measured = ("--coverage", "--mutants", "--json")
    every, some = (json.loads(tested(*measured, *more).out)["trees"][0] for more in ((), ("--only", "midwife")))
    assert some["coverage"]["edges"]["all"] < every["coverage"]["edges"]["all"]
    assert some["mutants"]["all"] < every["mutants"]["all"]


def test_coverage_and_mutants_are_grouped_and_cut_off(tested: Cakwizard) -> None:
    """By node how many are missing, the largest first and so many as asked; equivalents are a number."""
    ran = tested("--coverage", "--mutants", "--top", "2", "--lang", "en")
    assert (ran.status, ran.err) == (1, "")
    assert f"Coverage of {SMALL}: what the cases walk\n" in ran.out
    assert re.search(r"^edges +4 +31 +12\.9$", ran.out, re.MULTILINE)
    assert f"  {SMALL}:145:37: sov_provider 12 of 12 edges: midwife 2017-03-01..2018-02-28, " in ran.out
    assert "4 of 4 options behind sov_provider can lead elsewhere unnoticed: midwife, maternity_nurse, gp, " in ran.out
    assert re.search(r"^\d+ mistakes made: \d+ noticed, \d+ not noticed, 6 that no walk can ", ran.out, re.MULTILINE)
    assert ran.out.count("more (--top 0 shows all)") == 2
    assert "more (--top 0 shows all)" not in tested("--coverage", "--top", "0", "--lang", "en").out


def test_proposed_cases_are_written_once_and_complete_the_file(cakwizard: Cakwizard, walks: Path) -> None:
    """Nothing is missing afterwards, no name is there twice, and writing again adds nothing."""
    every = ("test", str(walks.parent), *SMALL_TREE, "--coverage", "--mutants")
    more = walks.parent / "more.walks.yaml"
    for _ in range(3):
        ran = cakwizard(*every, "--write", str(more))
        if ran.status == 0:
            break
        assert "opgeschreven in" in ran.out
    before = more.read_text("utf-8")
    names = re.findall(r"name: (.*)", before + WALKS)
    assert len(names) == len(set(names))
    assert cakwizard(*every, "--write", str(more), "--fail-under", "100").status == 0
    assert more.read_text("utf-8") == before
    assert cakwizard(*every, "--write", str(more.with_suffix(".txt"))).status == 0


def test_least_coverage_can_be_asked(tested: Cakwizard) -> None:
    """Of all kinds or one; what is less is told and leaves with 1; what is no percentage is wrong usage."""
    assert tested("--fail-under", "edges=12").status == 0
    ran = tested("--fail-under", "edges=13", "--fail-under", "nodes=1")
    assert (ran.status, ran.out.count(" % nodig is")) == (1, 1)
    for wrong in ("101", "x", "edge=5", "edges=", "nan"):
        assert tested("--fail-under", wrong).status == 2


def test_random_walks_need_no_file_and_write_what_fails(
    cakwizard: Cakwizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many were walked, and of a promise that is broken a case that shows it."""
    ran = cakwizard("test", "--random", "5", "--seed", "7", *SMALL_TREE)
    assert (ran.status, ran.out.strip()) == (0, "5 willekeurige gesprekken gevoerd (--seed 7); 0 beloften gebroken.")

    def failing(*_: object, **__: object) -> str:
        raise ZeroDivisionError("it")

    monkeypatch.setattr("cakwizard.testing.crawler.full_text", failing)
    ran = cakwizard("test", "--random", "5", *SMALL_TREE)
    assert ran.status == 1
    assert "  het programma faalt: ZeroDivisionError: it\n" in ran.out
    assert "- name: 'random walk " in ran.out
    path = tmp_path / "found.walks.yaml"
    assert cakwizard("test", "--random", "5", *SMALL_TREE, "--write", str(path)).status == 1
    assert cakwizard("test", str(path), *SMALL_TREE).status == 0


def test_json_holds_all_that_is_said(tested: Cakwizard, walks: Path) -> None:
    """Cases with their problems, coverage and mutants by tree, proposed cases as YAML; alone on standard output."""
    walks.write_text(WALKS.replace("[ovv_full, ovv_part]", "[sov]"), encoding="utf-8")
    ran = tested("--coverage", "--mutants", "--random", "1", "--json")
    data = json.loads(ran.out)
    assert (ran.status, data["format"], data["passed"]) == (1, 2, False)
    (problem,) = data["cases"][1]["problems"]
    assert problem == "possible: gekomen ovv_full, ovv_part; ontbreekt sov; niet verwacht ovv_full, ovv_part"
    assert data["trees"][0].keys() == {"file", "edition", "sha256", "coverage", "mutants"}
    assert data["walks"].startswith("- name: ")


def test_a_bar_is_drawn_on_a_terminal_only(tested: Cakwizard, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes long says how far it is on the standard error of a person, and nothing to a pipe."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    tested("--mutants")
    assert "Fouten" in terminal.getvalue()
