"""Coverage: what cases walk, what they miss, and the shortest walks that are missing."""

from __future__ import annotations

import datetime
import time

import pytest

from cakwizard.loading import read_tree
from cakwizard.model import DecisionTree
from cakwizard.model import Window
from cakwizard.scripts.coverage import KINDS
from cakwizard.scripts.coverage import Coverage
from cakwizard.scripts.coverage import coverage_of
from cakwizard.scripts.missing import missing_walks
from cakwizard.scripts.recording import case_yaml
from cakwizard.scripts.running import run_case
from cakwizard.scripts.walkfile import read_cases
from cakwizard.scripts.ways import spans
from tests.plain_trees import diamonds


def covered(tree: DecisionTree, *answers: str, more: str = "") -> Coverage:
    """Return the coverage of cases that have these answers."""
    text = "".join(
        f"- {{name: n{number}, {more}answers: {{{one}}}, expect: {{status: decided}}}}\n"
        for number, one in enumerate(answers)
    )
    return coverage_of(tree, read_cases(text, "x", tree))


def percents(coverage: Coverage) -> dict[str, float]:
    """Return the percentages by kind."""
    return {kind: coverage.percent(kind) for kind in KINDS}


def test_a_case_with_one_path_walks_the_whole_of_it(small: DecisionTree) -> None:
    """Its nodes, edges, outcome and windows count, and no others."""
    found = covered(small, "resident: yes, nationality: other, provider: midwife")
    assert found.nodes == {"resident", "nationality", "provider_a"}
    assert found.edges == {
        ("resident", "yes"),
        ("nationality", "other@2022-03-01..2027-02-28"),
        ("provider_a", "midwife"),
    }
    assert found.outcomes == {"scheme_a_full"}
    assert found.windows == {("nationality", "other@2022-03-01..2027-02-28"), "send_form_new"}
    assert percents(found) == {"nodes": 60.0, "edges": 20.0, "outcomes": 20.0, "windows": 28.5}


def test_an_open_answer_walks_only_what_its_paths_share(small: DecisionTree) -> None:
    """Two options to one outcome: the outcome and the way to the node count, the two edges do not."""
    found = covered(small, "resident: yes, nationality: [dutch, europe]")
    assert found.edges == {("resident", "yes")}
    assert found.nodes == {"resident"}
    assert found.outcomes == {"insurer"}


def test_a_case_that_is_not_decided_walks_nothing(small: DecisionTree) -> None:
    """Otherwise a case without answers would walk the whole tree."""
    found = covered(small, "", "resident: yes, nationality: [dutch, other]")
    assert percents(found) == dict.fromkeys(KINDS, 0.0)


def test_a_case_out_of_range_or_not_offered_walks_nothing(small: DecisionTree) -> None:
    """Where there is no rule, or no such option, nothing is walked."""
    assert percents(covered(small, "resident: yes, nationality: other", more="care_date: 2000-01-01, ")) == (
        dict.fromkeys(KINDS, 0.0)
    )
    text = "\n".join(small.source_lines).replace("{midwife: unsettled_abroad, gp:", "{gp:")
    assert percents(covered(read_tree(text, "x"), "resident: no, provider: midwife")) == dict.fromkeys(KINDS, 0.0)


def test_what_is_missing_has_its_place_and_its_name(small: DecisionTree) -> None:
    """An author finds the line of what no case walks."""
    found = covered(small)
    said = [
        f"{found.location(kind, key).line}:{found.location(kind, key).column} {kind} {found.describe(kind, key)}"
        for kind in KINDS
        for key in found.missing(kind)
    ]
    assert said[0] == "44:3 nodes resident"
    assert "61:7 edges nationality: other 2022-03-01..2027-02-28 -> provider_a" in said
    assert "112:3 outcomes scheme_a_ended" in said
    assert "138:3 windows send_form_old ..2025-06-29" in said
    assert len(said) == 5 + 15 + 5 + 7


def test_the_missing_walks_walk_all_that_is_missing(small: DecisionTree) -> None:
    """Pasted into a file they pass, and coverage is then full."""
    text = "".join(case_yaml(case, small, dates=False) for case in missing_walks(covered(small)))
    cases = read_cases(text, "x", small)
    assert [case.name for case in cases if not run_case(small, case).passed] == []
    full = coverage_of(small, cases)
    assert percents(full) == dict.fromkeys(KINDS, 100.0)
    assert missing_walks(full) == []


def test_a_missing_walk_is_ready_to_paste(small: DecisionTree) -> None:
    """It is the shortest one, on a day inside the window, with what comes as what is expected."""
    done = missing_walks(covered(small))
    rest = [case for case in done if "fled" not in case.name]
    missing = missing_walks(coverage_of(small, rest))
    assert "".join(case_yaml(case, small, dates=False) for case in missing) == (
        """\
- name: resident yes, fled, midwife, on 2022-06-30
  care_date: 2022-06-30
  answers: {resident: yes, nationality: fled, provider: midwife}
  expect: {outcome: scheme_a_full, scheme: scheme_a, percent: 100, certainty: settled, contract: not_needed,
    advice: [fled_note, send_form_new, any_hospital]}
- name: resident yes, fled
  answers: {resident: yes, nationality: fled}
  expect: {outcome: insurer, scheme: insurer, percent: null, certainty: settled, contract: null, advice: [ask_insurer]}
"""
    )


def test_a_window_of_advice_by_claim_date_gets_a_walk_with_both_dates(small: DecisionTree) -> None:
    """Care is then given on or before the day of claiming."""
    rest = [case for case in missing_walks(covered(small)) if "send_form_old" not in str(case.expect)]
    (case,) = missing_walks(coverage_of(small, rest))
    assert (case.care_date, case.claim_date) == (datetime.date(2025, 6, 29), datetime.date(2025, 6, 29))
    assert coverage_of(small, [*rest, case]).missing("windows") == []


DEAD = """\
  resident:
    asks: resident
    certainty: settled
    sources: [law]
    to:
      yes: nationality
      no:
        - {to: provider_b, valid_until: 2019-12-31, advice: [abroad_note]}
        - {to: insurer, valid_from: 2020-01-01, advice: [abroad_old]}
"""


def dead(small: DecisionTree) -> DecisionTree:
    """Return the small tree with an edge, an outcome and a piece of advice that no date reaches."""
    text = "\n".join(small.source_lines)
    start, end = text.index("  resident:\n    asks"), text.index("  nationality:\n    asks")
    text = text[:start] + DEAD + text[end:]
    text = text.replace(
        "to: {midwife: unsettled_abroad, gp: unsettled_abroad}",
        "to: {midwife: insurer, gp: {to: unsettled_abroad, valid_from: 2021-01-01}}",
    )
    note = "  fled_note:\n    kind: warning"
    text = text.replace(
        note,
        f"{note.replace('fled_note', 'abroad_old')}\n    valid_until: 2018-12-31\n"
        "    text: {nl: Vroeger, en: Before}\n    sources: [page]\n" + note,
    )
    return read_tree(text, "dead.yaml")


def test_what_no_date_reaches_is_listed_and_does_not_count(small: DecisionTree) -> None:
    """An edge behind dates that exclude each other cannot be walked, so full coverage is possible without it."""
    tree = dead(small)
    none = covered(tree)
    assert {kind: set(found) for kind, found in none.never.items()} == {
        "nodes": set(),
        "edges": {("provider_b", "gp@2021-01-01..")},
        "outcomes": {"unsettled_abroad"},
        "windows": {("provider_b", "gp@2021-01-01.."), "abroad_old"},
    }
    full = coverage_of(tree, missing_walks(none))
    assert percents(full) == dict.fromkeys(KINDS, 100.0)


def test_a_tree_without_windows_has_all_of_none(small: DecisionTree) -> None:
    """Where there is nothing to walk of a kind, its coverage is full."""
    assert covered(diamonds(2)).percent("windows") == 100.0


def test_a_percentage_is_100_only_when_all_is_walked() -> None:
    """999 of 1,000 is not rounded to 100."""
    tree = diamonds(400)
    cases = missing_walks(covered(tree))
    answers = dict(cases[0].answers)
    found = covered(tree, ", ".join(f"{key}: {next(iter(value))}" for key, value in answers.items()))
    assert found.percent("edges") == 50.0
    assert covered(diamonds(3), "q0: yes, q1: yes, q2: yes").percent("nodes") == 100.0


def test_sixty_diamonds_are_covered_at_once() -> None:
    """2^60 paths are counted, not listed; two walks are enough for all edges."""
    tree = diamonds(60)
    started = time.monotonic()
    missing = missing_walks(covered(tree))
    assert len(missing) == 2
    assert percents(coverage_of(tree, missing)) == dict.fromkeys(KINDS, 100.0)
    assert covered(tree, "").edges == frozenset()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([], [(None, None)]),
        ([(None, None)], [(None, None)]),
        ([("2020-01-01", "2020-12-31")], [(None, "2019-12-31"), ("2020-01-01", "2020-12-31"), ("2021-01-01", None)]),
        ([("0001-01-01", "9999-12-31")], [(None, None)]),
    ],
)
def test_between_two_dates_of_windows_nothing_changes(
    windows: list[tuple[str | None, str | None]], expected: list[tuple[str | None, str | None]]
) -> None:
    """The spans follow each other without a gap, to the ends of the calendar."""

    def made(pairs: list[tuple[str | None, str | None]]) -> list[Window]:
        day = datetime.date.fromisoformat
        return [Window(start and day(start), end and day(end)) for start, end in pairs]

    assert spans(made(windows)) == made(expected)
