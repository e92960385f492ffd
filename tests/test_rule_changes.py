"""What a change of the rules costs who keeps them: three real ones, played on a copy of the rules, in lines edited."""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from cakwizard.loading import bundled_text
from tests.conftest import Cakwizard

MIDWIFE = ("payer=nobody", "provider=midwife", "maternity_care=maternity")
DUTCH = (*MIDWIFE, "nationality=dutch", "insurance_duty=over_4_months")


class Copy:
    """A copy of the rules that is edited as a keeper would: by the line of an id, whatever its texts are."""

    def __init__(self, path: Path, cakwizard: Cakwizard) -> None:
        self.path, self.cakwizard = path, cakwizard
        self.lines = self.before = bundled_text()[1].splitlines()

    def find(self, *patterns: str) -> int:
        """Return the number of the line that begins so, each pattern looked for below the one before it."""
        at = -1
        for pattern in patterns:
            at = next(n for n in range(at + 1, len(self.lines)) if re.match(pattern, self.lines[n]))
        return at

    def put(self, at: int, *new: str, instead_of: int = 0) -> None:
        """Write lines at a place."""
        self.lines = [*self.lines[:at], *new, *self.lines[at + instead_of :]]
        self.path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")

    def change(self, at: int, old: str, new: str) -> None:
        """Write something else in one line."""
        self.put(at, re.sub(old, new, self.lines[at], count=1), instead_of=1)

    @property
    def edited(self) -> int:
        """Return how many lines were written, changed or taken out; a line that was changed is one."""
        matcher = difflib.SequenceMatcher(None, self.before, self.lines, autojunk=False)
        return sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")

    def check(self, *words: str) -> dict[str, Any]:
        """Return what `check` finds."""
        return dict(json.loads(self.cakwizard("check", str(self.path), *words, "--json").out))

    def walk(self, day: str, *settings: str) -> dict[str, Any]:
        """Return what answers come to for care on a day."""
        words = [f"--set={one}" for one in settings]
        ran = self.cakwizard("walk", *words, "--date", day, "--ids-only", "--tree", str(self.path))
        return dict(json.loads(ran.out))


@pytest.fixture
def rules(tmp_path: Path, cakwizard: Cakwizard) -> Copy:
    """The rules, to be edited."""
    return Copy(tmp_path / "rules.yaml", cakwizard)


def test_a_new_scheme_takes_the_place_of_the_sov(rules: Copy) -> None:
    """Within 25 lines; `check` is quiet about the end of the SOV then, and names the texts that still speak of it."""
    rules.change(rules.find("edition:"), '".*"', '"2027.1"')
    rules.put(
        rules.find("schemes:") + 1,
        "  zon: {group: cak, claimable: true,",
        "    short: {nl: ZON, en: ZON},",
        '    name: {nl: "zorgregeling onverzekerden", en: "care scheme for the uninsured"}}',
    )
    rules.put(
        rules.find("sources:") + 1,
        "  zon_regulation: {kind: law, publisher: wetten.overheid.nl, date: 2027-03-01, speaks_to: 2027-03-01,",
        '    checked: 2026-11-24, url: "https://wetten.overheid.nl/BWBR0099999/2027-03-01",',
        '    title: {nl: "Zorgregeling onverzekerden", en: "Care scheme for the uninsured"}}',
    )
    # The outcome that said "it has ended" becomes the one of the new scheme.
    ended, last = rules.find("outcomes:", "  sov_ended:"), rules.find("outcomes:", "  sov_ended:", "    sources:")
    rules.put(
        ended,
        "  zon_care:",
        "    scheme: zon",
        "    certainty: settled",
        "    percent: 90",
        '    title: {nl: "zorg na de SOV", en: "care after the SOV"}',
        "    pays:",
        '      nl: "Het CAK betaalt {percent}% van wat zij niet kan betalen."',
        '      en: "The CAK pays {percent}% of what she cannot pay."',
        "    advice: [care_first, note_care]",
        "    sources: [zon_regulation]",
        instead_of=last + 1 - ended,
    )
    for schedule in ("sov_obliged", "sov_free"):
        row = rules.find("schedules:", f"  {schedule}:", r".*2027-03-01, to: sov_ended")
        rules.change(row, "to: .*", "to: zon_care, sources: [zon_regulation]}")
    assert (rules.edited <= 25, rules.check()["errors"]) == (True, 0)
    after = rules.check("--on", "2027-03-02")
    named = [one["line"] for one in after["issues"] if one["code"] == "CW055"]
    assert (after["errors"], {"SOV" in " ".join(rules.lines[at - 1 : at + 3]) for at in named}) == (0, {True})
    ends = [rules.walk(day, *DUTCH)["outcome"] for day in ("2027-02-28", "2027-03-01")]
    assert [(end["scheme"], end["percent"]) for end in ends] == [("sov", 100), ("zon", 90)]


@pytest.mark.slow
def test_a_percentage_changes_from_a_day(rules: Copy) -> None:
    """One line; the days around it pay the old and the new."""
    line = rules.find("outcomes:", "  ovv_maternity:", "    percent: 100$")
    rules.change(line, "100", "[{value: 100, until: 2027-06-30}, {value: 80, from: 2027-07-01}]")
    assert (rules.edited, rules.check()["errors"]) == (1, 0)
    ends = [rules.walk(day, *MIDWIFE, "nationality=other", "stay=none") for day in ("2027-06-30", "2027-07-01")]
    assert [end["outcome"]["percent"] for end in ends] == [100, 80]


def test_a_question_is_added_before_an_outcome(rules: Copy) -> None:
    """Within 14 lines: the question, its node and one `to:`; the walk asks it."""
    rules.put(
        rules.find("questions:") + 1,
        "  policy_paid:",
        '    text: {nl: "Vergoedt haar polis deze zorg?", en: "Does her policy cover this care?"}',
        "    short: {nl: Polis, en: Policy}",
        "    options:",
        '      "yes": {key: {nl: j, en: y}, text: {nl: Ja, en: Yes}}',
        '      "no": {key: {nl: n, en: n}, text: {nl: Nee, en: No}}',
    )
    rules.put(
        rules.find("nodes:") + 1,
        "  policy_paid:",
        "    asks: policy_paid",
        "    certainty: settled",
        "    sources: [zvw]",
        '    to: {"yes": insurer_policy, "no": patient_can_pay}',
    )
    rules.change(rules.find("nodes:", "  payer:", "      dutch_policy:"), "insurer_policy", "policy_paid")
    assert (rules.edited <= 14, rules.check()["errors"]) == (True, 0)
    assert rules.walk("2026-11-24", "payer=dutch_policy")["next"]["question"] == "policy_paid"
    assert rules.walk("2026-11-24", "payer=dutch_policy", "policy_paid=yes")["outcome"]["id"] == "insurer_policy"
