"""The engine on small trees: open answers, dates, certainty, the next question."""

from __future__ import annotations

import datetime
import time

import pytest

from cakwizard.answers import parse_settings
from cakwizard.errors import AnswerError
from cakwizard.loading import read_tree
from cakwizard.model import Certainty
from cakwizard.model import DecisionTree
from cakwizard.walking import Verdict
from cakwizard.walking import deadline_date
from cakwizard.walking import decide
from cakwizard.walking import offered
from tests.conftest import SMALL

DAY = datetime.date(2022, 6, 30)


def said(tree: DecisionTree, *settings: str, day: datetime.date = DAY) -> Verdict:
    """Decide a tree by answers as on the command line."""
    return decide(tree, parse_settings(tree, settings), day)


def ids(verdict: Verdict) -> list[str]:
    """Return the outcomes still possible, by id."""
    return [one.outcome.id for one in verdict.possible]


def test_without_answers_everything_is_possible(small: DecisionTree) -> None:
    """A walk that has not begun leaves every outcome of the day open and asks the first question."""
    verdict = said(small)
    assert verdict.status == "open"
    assert ids(verdict) == ["insurer", "scheme_a_full", "scheme_a_part", "unsettled_abroad"]
    assert verdict.next_question == "resident"
    assert verdict.decide_next == "resident"
    assert verdict.questions_left == 4
    assert verdict.path == ()


def test_an_outcome_is_decided_as_soon_as_no_answer_can_change_it(small: DecisionTree) -> None:
    """A question whose answers all lead to the same is not asked."""
    verdict = said(small, "resident=no")
    assert ids(verdict) == ["unsettled_abroad"]
    assert verdict.next_question is None
    assert verdict.questions_left == 0


def test_an_open_answer_that_ends_alike_is_decided_with_the_weakest_certainty(small: DecisionTree) -> None:
    """When every open path ends in one outcome it is decided, as sure as the least sure of them."""
    verdict = said(small, "nationality=dutch,europe", "resident=yes")
    assert verdict.status == "decided"
    assert ids(verdict) == ["insurer"]
    assert verdict.outcome is not None
    assert verdict.outcome.certainty is Certainty.settled
    doubted = said(small, "resident=no")
    assert doubted.outcome is not None
    assert doubted.outcome.certainty is Certainty.unsettled


def test_advice_is_gathered_from_every_open_path_to_an_outcome(small: DecisionTree) -> None:
    """What an answer adds stays with the outcome, also when it is one of several open answers."""
    verdict = said(small, "resident=yes", "nationality=UA", "provider=midwife")
    assert verdict.outcome is not None
    assert [one.id for one in verdict.outcome.advice] == ["fled_note", "send_form_old", "any_hospital"]


def test_the_claim_date_picks_the_form(small: DecisionTree) -> None:
    """Advice that goes by the claim date holds on that day, whenever the care was given."""
    answers = parse_settings(small, ["resident=yes", "nationality=fled", "provider=midwife"])
    verdict = decide(small, answers, DAY, datetime.date(2025, 6, 30))
    assert verdict.outcome is not None
    assert [one.id for one in verdict.outcome.advice] == ["fled_note", "send_form_new", "any_hospital"]


def test_a_date_outside_every_window_names_the_nearest(small: DecisionTree) -> None:
    """Out of range says at which question, by which answer, and from when a rule is known."""
    verdict = said(small, "resident=yes", "nationality=other", day=datetime.date(2016, 1, 1))
    assert verdict.status == "out_of_range"
    assert verdict.possible == ()
    assert verdict.nearest is not None
    assert (verdict.nearest.question, verdict.nearest.route.option) == ("nationality", "other")
    assert verdict.nearest.route.window.start == datetime.date(2017, 3, 1)
    assert [step.option for step in verdict.path] == ["yes"]


def test_answers_that_no_open_path_asks_are_named(small: DecisionTree) -> None:
    """An answer to a question that is not met has no effect, and is said to have none."""
    verdict = said(small, "resident=yes", "nationality=dutch", "provider=gp", "pregnant=no")
    assert ids(verdict) == ["insurer"]
    assert verdict.unused == ("provider", "pregnant")


def test_the_question_that_narrows_most_is_named(small: DecisionTree) -> None:
    """Of the open questions the one is named whose answers leave the fewest outcomes on average."""
    verdict = said(small, "resident=yes", "nationality=other")
    assert verdict.decide_next == "provider"
    assert said(small, "resident=yes", "nationality=other", "provider=gp").decide_next == "pregnant"
    assert said(small, "resident=no").decide_next is None


def test_questions_are_offered_as_far_as_other_answers_leave_them_open(small: DecisionTree) -> None:
    """The options of a question are those of the nodes that the other answers can reach."""
    assert offered(small, "resident", {}) == ("yes", "no")
    assert offered(small, "pregnant", parse_settings(small, ["resident=no"])) == ()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"residence": frozenset({"yes"})}, "there is no question 'residence'"),
        ({"resident": frozenset({"maybe"})}, "'maybe' is not an answer to 'resident'"),
    ],
)
def test_an_answer_that_does_not_exist_is_refused(
    small: DecisionTree, answers: dict[str, frozenset[str]], message: str
) -> None:
    """An unknown question or option is an error that says what there is."""
    with pytest.raises(AnswerError, match=message):
        decide(small, answers, DAY)


def test_an_option_that_its_node_does_not_offer_does_not_exist(tree: DecisionTree) -> None:
    """Behind a valid permit nobody is 'not obliged' to insure, so that answer is refused there."""
    answers = parse_settings(tree, ["payer=nobody", "nationality=other", "stay=valid_permit"])
    with pytest.raises(AnswerError) as error:
        decide(tree, {**answers, "insurance_duty": frozenset({"not_obliged"})}, DAY)
    assert error.value.offered == ("under_4_months", "over_4_months")
    unknown = frozenset(tree.questions["insurance_duty"].options)
    verdict = decide(tree, {**answers, "insurance_duty": unknown}, DAY)
    assert "insurer_apply_now" in ids(verdict)


def diamonds(count: int) -> DecisionTree:
    """A chain of `count` questions with two answers each that both lead to the next."""
    head, tail = SMALL.read_text(encoding="utf-8").split("questions:\n", 1)
    rest = tail[tail.index("outcomes:\n") :]
    rest = rest[: rest.index("  scheme_a_full:")] + rest[rest.index("advice:\n") :]
    questions = "".join(
        f"  q{n}:\n    text: {{nl: Vraag {n}, en: Question {n}}}\n    options:\n"
        "      a: {text: {nl: Links, en: Left}, key: {nl: l, en: l}}\n"
        "      b: {text: {nl: Rechts, en: Right}, key: {nl: r, en: r}}\n"
        for n in range(count)
    )
    nodes = "".join(
        f"  n{n}: {{asks: q{n}, certainty: settled, sources: [law], to: "
        f"{{a: {'insurer' if n == count - 1 else f'n{n + 1}'}, b: {'insurer' if n == count - 1 else f'n{n + 1}'}}}}}\n"
        for n in range(count)
    )
    head = head.replace("start: resident", "start: n0").replace("preset: provider\n", "").replace("longest_path: 4", "")
    return read_tree(f"{head}questions:\n{questions}nodes:\n{nodes}{rest}", "diamonds.yaml")


def test_a_chain_of_sixty_diamonds_answers_at_once() -> None:
    """2^60 paths cost no more than the 120 edges they are made of."""
    tree = diamonds(60)
    before = time.perf_counter()
    verdict = decide(tree, {}, DAY)
    assert ids(verdict) == ["insurer"]
    assert (verdict.next_question, verdict.decide_next, verdict.questions_left) == (None, None, 0)
    assert time.perf_counter() - before < 0.5


@pytest.mark.parametrize(
    ("start", "last"),
    [
        ("2024-02-29", "2025-02-28"),
        ("2023-02-28", "2024-02-28"),
        ("2022-11-10", "2023-11-10"),
        ("2022-12-31", "2023-12-31"),
    ],
)
def test_a_deadline_is_the_same_day_a_year_on(small: DecisionTree, start: str, last: str) -> None:
    """Twelve months end on the same day of the month, or on its last day when that does not exist."""
    outcome = small.outcomes["scheme_a_part"]
    assert deadline_date(outcome, datetime.date.fromisoformat(start)) == datetime.date.fromisoformat(last)
    assert deadline_date(small.outcomes["insurer"], DAY) is None


def test_the_graph_holds_the_very_edges_that_are_walked(tree: DecisionTree) -> None:
    """What networkx draws and analyses are the routes that the engine follows, not copies of them."""
    graph = tree.graph
    assert graph.is_multigraph()
    assert graph.is_directed()
    assert set(graph) == {*tree.nodes, *tree.outcomes}
    drawn = {(node, target, key): route for node, target, key, route in graph.edges(keys=True, data="route")}
    assert len(drawn) == len(tree.edges)
    for route in tree.edges:
        assert drawn[route.node, route.target, route.key] is route
        assert route.key.partition("@")[0] == route.option
    assert [route for node in tree.order for route in tree.routes(node)] == [
        route for node in tree.order for route in tree.edges if route.node == node
    ]
    assert tree.graph is graph
