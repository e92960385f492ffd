"""The engine against a second, plain reading of the same file that shares no code with it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import yaml

from cakwizard.model import DecisionTree
from cakwizard.walking import decide
from tests.conftest import ROOT

DAYS = (
    "2008-12-31 2009-01-01 2016-06-01 2017-02-28 2017-03-01 2018-02-28 2018-03-01 2021-12-31 2022-02-28 2022-03-01 "
    "2022-03-02 2022-06-30 2022-07-01 2024-03-03 2024-03-04 2024-12-31 2025-01-01 2026-11-21 2027-02-28 2027-03-01"
).split()
RANK = ["settled", "likely", "unsettled"]


def plainly(data: dict[str, Any], day: str) -> Iterator[tuple[dict[str, str], str, str, list[str]]]:
    """Yield (answers, outcome, certainty, advice on the way) of every complete walk on a day."""

    def holds(rule: dict[str, Any]) -> bool:
        return rule.get("valid_from", "0000") <= day <= rule.get("valid_until", "9999")

    def onward(place: str, answers: dict[str, str], doubt: int, said: list[str]) -> Iterator[Any]:
        if place in data["outcomes"]:
            yield answers, place, RANK[max(doubt, RANK.index(data["outcomes"][place]["certainty"]))], said
            return
        if place in data["schedules"]:
            for row in data["schedules"][place]:
                if holds(row):
                    weaker = max(doubt, RANK.index(row.get("certainty", "settled")))
                    yield from onward(row["to"], answers, weaker, said + row.get("advice", []))
            return
        node = data["nodes"][place]
        for option, target in node["to"].items():
            for rule in target if isinstance(target, list) else [target]:
                row = {"to": rule} if isinstance(rule, str) else rule
                if holds(row):
                    weaker = max(doubt, RANK.index(row.get("certainty", node["certainty"])))
                    further = {**answers, node["asks"]: option}
                    yield from onward(row["to"], further, weaker, said + row.get("advice", []))

    yield from onward(data["start"], {}, 0, [])


def test_every_walk_ends_where_a_plain_reading_of_the_file_ends(tree: DecisionTree) -> None:
    """Outcome, certainty and advice are those that following the file by hand gives, for every walk on every date."""
    # The base loader keeps every scalar as the text that stands in the file.
    data = yaml.load((ROOT / "decision_tree.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    seen = 0
    for day in DAYS:
        for answers, outcome, certainty, said in plainly(data, day):
            given = {question: frozenset({option}) for question, option in answers.items()}
            verdict = decide(tree, given, datetime.date.fromisoformat(day))
            assert verdict.outcome is not None
            assert verdict.outcome.outcome.id == outcome
            assert verdict.outcome.certainty.name == certainty
            expected = {
                one
                for one in [*said, *data["outcomes"][outcome]["advice"]]
                if data["advice"][one].get("valid_from", "0000")
                <= day
                <= data["advice"][one].get("valid_until", "9999")
            }
            assert {one.id for one in verdict.outcome.advice} == expected
            seen += 1
    assert seen > 6_000
