"""A tree about another subject: nothing in the program is about the subject of the bundled one."""

from __future__ import annotations

from pathlib import Path

import pytest

from cakwizard.loading import load_tree
from cakwizard.scripts.coverage import KINDS
from cakwizard.scripts.coverage import coverage_of
from cakwizard.scripts.survivors import try_mutants
from cakwizard.scripts.walkfile import load_cases
from tests.conftest import HERE
from tests.conftest import Cakwizard

TREE = HERE / "trees" / "waste.yaml"
WALKS = HERE / "trees" / "waste.walks.yaml"


def test_its_check_has_nothing_to_say(cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree of 25 nodes about waste passes the same checks, without a warning."""
    monkeypatch.chdir(HERE)
    ran = cakwizard("check", "trees/waste.yaml", "--on", "2026-02-01")
    assert (ran.status, ran.err) == (0, "")
    assert len(load_tree(TREE).nodes) == 25


def test_its_cases_walk_all_of_it_and_notice_every_mistake() -> None:
    """Coverage is full, and every mutant that a walk can tell apart is noticed."""
    tree = load_tree(TREE)
    cases = load_cases([str(WALKS)], tree)
    assert {kind: coverage_of(tree, cases).percent(kind) for kind in KINDS} == dict.fromkeys(KINDS, 100.0)
    report = try_mutants(tree, cases)
    assert (report.survivors, report.unsettled) == ((), ())
    assert [mutant.what for mutant in report.equivalent] == [
        "node 'paper_state': 'greasy' and 'coated' change places",
        "node 'organic': 'scraps' and 'clippings' change places",
        "node 'empty_aerosol': 'nothing' and 'food' change places",
        "node 'glass_object': 'flat' is likely instead of settled",
        "node 'danger': 'medicine' is likely instead of settled",
        "node 'bring_or_not': 'no' is likely instead of settled",
        "advice 'old_cans': 2023-04-01 becomes 2023-03-31",
    ]


def test_its_cases_pass_on_the_command_line(cakwizard: Cakwizard) -> None:
    """`cakwizard test` runs them with the tree named."""
    ran = cakwizard("test", str(WALKS), "--tree", str(TREE), "--lang", "en", "--fail-under", "100")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "57 cases pass.")


@pytest.mark.parametrize(
    ("day", "outcome"), [("2023-03-31", "Bij plastic, blik en drankpakken"), ("2023-04-01", "Het statiegeld is kwijt")]
)
def test_a_walk_through_it_is_decided_by_the_day(cakwizard: Cakwizard, day: str, outcome: str) -> None:
    """A crushed can: before there was a deposit it went with packaging."""
    asked = ["kind=packaging", "material=metal", "drink=yes", "readable=no", "left_inside=nothing"]
    sets = [word for one in asked for word in ("--set", one)]
    ran = cakwizard("walk", "--tree", str(TREE), "--date", day, *sets)
    assert ran.status == 0
    assert outcome in ran.out.splitlines()[0]


def test_a_change_in_it_is_told_with_the_walks_that_break(
    cakwizard: Cakwizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`cakwizard diff` counts the walks that end elsewhere and names the saved ones that no longer hold."""
    monkeypatch.chdir(tmp_path)
    text = TREE.read_text(encoding="utf-8")
    (tmp_path / "old.yaml").write_text(text, encoding="utf-8")
    moved = text.replace("large: bring_or_not}", "large: residual}")
    (tmp_path / "new.yaml").write_text(moved, encoding="utf-8")
    ran = cakwizard("diff", "old.yaml", "new.yaml", "--walks", str(WALKS), "--lang", "en")
    assert ran.status == 1
    assert "6 of 183 walks end elsewhere.\n" in ran.out
    assert "packaging, foam, foam size large, transport no" in ran.out
