"""What is drawn: the same drawing for all formats, which leads where the engine leads."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from cakwizard.errors import CakwizardError
from cakwizard.exporting.diagrams import outline_text
from cakwizard.exporting.drawing import Drawing
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.tree.values import Certainty
from tests.conftest import TODAY
from tests.made import decided, without_routes

DAYS = (TODAY, datetime.date(2017, 6, 1), datetime.date(2022, 3, 1), datetime.date(2027, 6, 1))


def draw(tree: DecisionTree, *, day: datetime.date | None = TODAY, language: str = "nl", **part: Any) -> Drawing:
    """Return the drawing of a part of a tree, today unless told otherwise."""
    return Drawing(tree, language, day=day, **part)


def walks(tree: DecisionTree, day: datetime.date, count: int) -> Iterator[list[Route]]:
    """Yield walks from the start to an outcome on a day, picked at random but always the same."""
    pick = random.Random(1)  # noqa: S311 - no secret
    for _ in range(count):
        path: list[Route] = []
        key = tree.start
        while key not in tree.outcomes:
            routes = [route for route in tree.routes(key) if day in route.window]
            if not routes:
                break
            path.append(pick.choice(routes))
            key = path[-1].target
        else:
            yield path


def follow(drawing: Drawing, answers: dict[str, str]) -> tuple[str | None, Certainty]:
    """Return the end that answers lead to in a drawing, and how sure the way there is."""
    (key,) = (box.key for box in drawing.boxes.values() if box.first)
    sure = Certainty.settled
    while key in drawing.boxes:
        box = drawing.boxes[key]
        option = answers[box.question.id]
        (row,) = (row for row in box.rows for answer in row.answers if answer.option == option)
        if row.target is None:
            return None, sure
        key, sure = row.target, max(sure, row.certainty)
    return key, sure


@pytest.mark.parametrize("day", DAYS)
def test_the_drawing_leads_where_the_engine_leads(each: DecisionTree, day: datetime.date) -> None:
    """Whoever follows boxes and rows with answers comes to the outcome, as sure as it is, that the program gives."""
    drawing = draw(each, day=day)
    preset = {option: draw(each, day=day, only=option) for option in ("midwife", "gp")}
    seen = 0
    for path in walks(each, day, 150):
        answers = {each.nodes[route.node].question: route.option for route in path}
        verdict = decided(each, day, **answers)
        assert verdict.outcome is not None
        provider = answers.get(str(each.preset))
        for one in (drawing, *(preset[provider] for _ in "x" if provider in preset)):
            end, sure = follow(one, answers)
            assert verdict.outcome.outcome.title["nl"] == one.ends[str(end)].title
            assert sure == verdict.outcome.certainty
        seen += 1
    assert seen > 20


def test_a_box_with_one_answer_is_left_out(small: DecisionTree) -> None:
    """For a midwife nobody is asked who gives the care, and what leads there leads on."""
    drawing = draw(small, only="midwife")
    assert "provider" in {box.question.id for box in draw(small).boxes.values()}
    assert "provider" not in {box.question.id for box in drawing.boxes.values()}
    assert drawing.boxes["stay"].rows[0].target == "ovv_full"


def test_boxes_that_ask_the_same_with_the_same_ends_are_one(small: DecisionTree) -> None:
    """Two nodes whose answers lead to the same are drawn once, and the box stands for both."""
    nodes = dict(small.nodes)
    twin = replace(nodes["ovv_pregnant"], id="twin")
    routes = [*small.routes(), *(replace(route, node="twin") for route in small.routes("ovv_pregnant"))]
    routes = [
        replace(route, target="twin") if (route.node, route.option) == ("ovv_provider", "hospital") else route
        for route in routes
    ]
    from cakwizard.tree.records import make_graph

    nodes["twin"] = twin
    two = replace(small, nodes=nodes, graph=make_graph(nodes, small.outcomes, routes))
    drawing = draw(two)
    (box,) = (box for box in drawing.boxes.values() if box.question.id == "pregnant")
    assert set(box.nodes) == {"ovv_pregnant", "twin"}


def test_windows_that_touch_and_lead_to_the_same_are_one_row(small: DecisionTree) -> None:
    """With all dates a row says from when until when, and what is the same before and after is said once."""
    rows = draw(small, day=None).boxes["sov_provider"].rows
    days = [{answer.days for answer in row.answers} for row in rows]
    assert {"van 1-3-2018 t/m 28-2-2027"} in days
    assert {"vanaf 1-3-2027"} in days
    assert all(len(one) == 1 for one in days)


def test_today_is_drawn_and_it_is_said_for_which_days_it_holds(small: DecisionTree) -> None:
    """Only the rules of a day are drawn, with the days that are the same; where there is none, that is said."""
    head = " ".join(draw(small).head())
    assert "zorg op 24 november 2026" in head
    assert "t/m 28-2-2027" in head
    for day in (datetime.date(2027, 2, 28), datetime.date(2022, 7, 1)):
        assert outline_text(draw(small, day=day)).split("\n\n", 1)[1] == outline_text(draw(small)).split("\n\n", 1)[1]
    for day in (datetime.date(2027, 3, 1), datetime.date(2022, 6, 30)):
        assert outline_text(draw(small, day=day)).split("\n\n", 1)[1] != outline_text(draw(small)).split("\n\n", 1)[1]
    drawing = draw(small, day=datetime.date(2016, 1, 1))
    text = outline_text(drawing)
    assert "geen regel op deze dag" in text
    nothing = draw(without_routes(small, list(small.routes())))
    assert "niets te tekenen" in outline_text(nothing)


@pytest.mark.parametrize("name", ["midwife", "Verloskundige", "verloskundige ", "Midwife", "vroedvrouw"])
def test_a_provider_is_known_by_id_label_and_synonym(name: str, small: DecisionTree) -> None:
    """In --only one may write what one says, in either language."""
    assert draw(small, only=name).preset == "midwife"


def test_from_and_until_take_a_question_or_a_node(small: DecisionTree) -> None:
    """Both ends are named alike; a question that is asked in several places begins in each of them."""
    assert [box.key for box in draw(small, start="stay").boxes.values() if box.first] == ["stay"]
    starts = [box.key for box in draw(small, start="provider").boxes.values() if box.first]
    assert starts == ["ovv_provider", "sov_provider"]
    for until in ("provider", "ovv_provider"):
        stopped = draw(small, until=until).boxes["ovv_provider"]
        assert stopped.rows == ()


@pytest.mark.parametrize(
    ("part", "key", "near"),
    [
        ({"only": "midwif"}, "no_such_answer", "midwife"),
        ({"start": "nationalty"}, "export.no_such_node", "nationality"),
        ({"until": "zzz"}, "export.no_such_node", ""),
    ],
)
def test_a_part_that_does_not_exist_is_refused(part: dict[str, Any], key: str, near: str, small: DecisionTree) -> None:
    """An unknown question, node or provider is named, with the nearest one."""
    with pytest.raises(CakwizardError) as caught:
        draw(small, **part)
    (issue,) = caught.value.issues
    assert (issue.key, issue.values["near"]) == (key, near)


def test_numbers_follow_the_reading_order(each: DecisionTree) -> None:
    """A box has one mark; no answer leads back to a box that stands before it."""
    drawing = draw(each)
    keys = list(drawing.boxes)
    assert len({box.mark for box in drawing.boxes.values()}) == len(keys)
    assert drawing.boxes[keys[0]].first
    for box in drawing.boxes.values():
        for row in box.rows:
            if row.target in drawing.boxes:
                assert keys.index(str(row.target)) > keys.index(box.key)


# Colours


def seen(color: str, kind: str) -> tuple[float, float, float]:
    """Return a colour in CIELAB (D65) as people see it: all, or without red or green cones (Machado 2009)."""
    matrix = {
        "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
        "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    }[kind]
    red, green, blue = (min(1, max(0, sum(a * b for a, b in zip(row, light(color), strict=True)))) for row in matrix)
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116 for value in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def light(color: str) -> list[float]:
    """Return how much red, green and blue light #rrggbb is, each from 0 to 1."""
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in shares]


def test_the_groups_of_schemes_can_be_told_apart(tree: DecisionTree) -> None:
    """At most five colours differ by 20 in CIELAB, also for the colour-blind, and bear white words (WCAG AA)."""
    groups = list(tree.scheme_groups.values())
    assert len(groups) <= 5
    assert len({group.name["nl"] for group in groups}) == len(groups)
    for one, other in itertools.combinations(groups, 2):
        for kind in ("all", "protan", "deutan"):
            first, second = seen(one.color, kind), seen(other.color, kind)
            far = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5
            assert far >= 20, f"{one.id} and {other.id} for {kind}: {far:.1f}"
    for group in tree.scheme_groups.values():
        bright = sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), light(group.color), strict=True))
        assert 1.05 / (bright + 0.05) >= 4.5, group.id
