"""What a verdict is made of: what is open, what to ask, how sure, by which days; and what would change it."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal

import pytest

from cakwizard.deciding.days import months_after, percent_on, quarter_end
from cakwizard.deciding.decide import changes, decide, offered, other_dates
from cakwizard.deciding.verdict import Possible, Verdict
from cakwizard.errors import AnswerError
from cakwizard.exporting.diagrams import outline_text
from cakwizard.exporting.drawing import Drawing
from cakwizard.testing.coverage import Coverage
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Certainty, Window
from tests.conftest import TODAY, Cakwizard
from tests.made import decided, tree_with, without_routes
from tests.talking import on_lines

DAY = datetime.date
OVV = {"payer": "nobody", "nationality": "other", "stay": "none"}
SOV = {"payer": "nobody", "nationality": "dutch", "provider": "midwife"}
WINDOWS = "[{to: patient, valid_until: 2020-12-31}, {to: insurer, valid_from: 2021-01-01}]"
# A tree in which other branches and days do not offer what this one does.
ELSEWHERE = (
    ("midwife, maternity_nurse, gp: {to: sov,", "maternity_nurse, gp: {to: sov,"),
    ("patient: {to: patient, advice", "patient: {to: rmo, advice"),
    ("      policy: insurer\n", f"      policy: {WINDOWS}\n"),
)


def ends(verdict: Verdict) -> list[str]:
    """Return the outcomes still possible."""
    return [one.outcome.id for one in verdict.possible]


def ending(verdict: Verdict) -> Possible:
    """Return the outcome of a verdict that is decided."""
    assert verdict.outcome is not None
    return verdict.outcome


def test_answers_decide(small: DecisionTree) -> None:
    """With an answer at each node of the way one outcome is left, with the way to it."""
    verdict = decided(small, **OVV, provider="midwife")
    assert verdict.status == "decided"
    assert ends(verdict) == ["ovv_full"]
    assert [tuple(step) for step in verdict.path] == [*OVV.items(), ("provider", "midwife")]
    assert [route.node for route in ending(verdict).routes] == ["payer", "nationality", "stay", "ovv_provider"]
    assert verdict.next_question is None
    assert verdict.decide_next is None
    assert verdict.questions_left == 0


def test_nothing_answered_leaves_everything_open(small: DecisionTree) -> None:
    """Without answers all of the day is possible; while open the path is what all ways still possible share."""
    verdict = decided(small)
    assert verdict.status == "open"
    assert set(ends(verdict)) == set(small.outcomes) - {"sov_ended"}
    assert verdict.path == ()
    assert verdict.next_question == "payer"
    assert verdict.questions_left == small.longest_path
    assert set(verdict.open.nodes) == set(small.graph.nodes) - {"sov_ended"}
    later = decided(small, payer="nobody", nationality="other")
    assert [tuple(step) for step in later.path] == [("payer", "nobody"), ("nationality", "other")]
    assert later.next_question == "stay"
    assert later.questions_left == 3


def test_an_answer_left_open_follows_each_option(small: DecisionTree) -> None:
    """Of several options left open every way is followed; questions that cannot change anything are not asked."""
    verdict = decided(small, payer="nobody", nationality="dutch,europe")
    assert verdict.next_question == "provider"
    assert ends(verdict) == ["sov", "sov_hospital"]
    assert verdict.questions_left == 1
    assert decided(small, **SOV | {"nationality": "dutch,europe"}).status == "decided"
    both = decided(small, payer="nobody,policy", nationality="dutch", provider="gp")
    assert ends(both) == ["sov", "insurer"]
    assert both.to_ask == ()
    assert both.questions_left == 0


def test_only_what_matters_is_asked_and_what_narrows_most_first(small: DecisionTree) -> None:
    """What makes no difference is not asked; of the rest the one that leaves the fewest outcomes is named first."""
    assert "nationality" not in decided(small, payer="policy").to_ask
    assert decided(small, payer="nobody", nationality="dutch,europe").to_ask == ("provider",)
    assert "nationality" in decided(small, payer="nobody", provider="midwife").to_ask
    assert decided(small, **OVV).decide_next == "provider"
    assert decided(small, payer="nobody", provider="midwife").decide_next == "nationality"
    assert decided(small, **OVV, provider="gp,hospital").decide_next == "provider"


def test_certainty_is_the_weakest_on_the_way(small: DecisionTree) -> None:
    """An outcome is as certain as the weakest route to it, or as advice that holds."""
    way = {"payer": "nobody", "nationality": "other", "stay": "visitor", "provider": "midwife"}
    assert ending(decided(small, **SOV)).certainty is Certainty.settled
    assert ending(decided(small, **way)).certainty is Certainty.likely
    assert ending(decided(small, TODAY, DAY(2027, 3, 1), **SOV)).certainty is Certainty.unsettled
    assert ending(decided(small, **way | {"nationality": "dutch,other"})).certainty is Certainty.likely


def test_advice_by_the_way_the_day_and_the_claim(small: DecisionTree) -> None:
    """Advice is what the outcome and the way to it say on these days, by kind in the order of the tree."""
    found = ending(decided(small, **OVV, provider="midwife")).advice
    kinds = [one.kind for one in found]
    assert kinds == sorted(kinds, key=list(small.advice_kinds).index)
    assert "form_2025" in [one.id for one in found]
    before = ending(decided(small, DAY(2025, 1, 1), DAY(2025, 6, 29), **OVV, provider="midwife")).advice
    assert "form_2024" in [one.id for one in before]
    by_way = ending(decided(small, **OVV | {"stay": "visitor"}, provider="midwife")).advice
    assert "travel_first" in [one.id for one in by_way]
    assert "report" not in [one.id for one in by_way]


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (DAY(2017, 2, 28), None),
        (DAY(2017, 3, 1), "sov"),
        (DAY(2018, 2, 28), "sov"),
        (DAY(2027, 2, 28), "sov"),
        (DAY(2027, 3, 1), "sov_ended"),
    ],
)
def test_window_holds_on_its_first_and_last_day(small: DecisionTree, day: DAY, end: str | None) -> None:
    """Both ends of a window count, and the day outside it goes elsewhere or is out of range."""
    assert ends(decided(small, day, **SOV)) == ([end] if end else [])


def test_out_of_range_names_the_nearest(small: DecisionTree) -> None:
    """On a day outside every window nothing is decided, and the route nearest in time is named."""
    verdict = decided(small, DAY(2016, 1, 1), **SOV)
    assert verdict.status == "out_of_range"
    assert verdict.outcome is None
    assert verdict.nearest is not None
    assert verdict.nearest.node == "sov_provider"
    assert verdict.nearest.window.start == DAY(2017, 3, 1)
    assert [tuple(step) for step in verdict.path] == [("payer", "nobody"), ("nationality", "dutch")]
    assert decided(small, **SOV).nearest is None
    assert decided(small, DAY(2016, 1, 1), payer="nobody", nationality="dutch").next_question is None


def test_nearest_behind_the_last_day() -> None:
    """A day after the last window is as far from it as the days between."""
    tree = tree_with(("policy: insurer", "policy: {to: insurer, valid_until: 2020-12-31}"))
    nearest = decided(tree, DAY(2021, 1, 10), payer="policy").nearest
    assert nearest is not None
    assert [nearest.window.distance(day) for day in (DAY(2021, 1, 10), DAY(2020, 1, 10))] == [10, 0]


def test_days_to_claim(small: DecisionTree) -> None:
    """A deadline counts from the care or from the end of its quarter; late is the day after; undated has no day."""

    def due(*days: DAY, **given: str) -> tuple[DAY | None, bool]:
        found = ending(decided(small, *days, **given))
        return found.due, found.late

    assert due(DAY(2025, 11, 24), DAY(2026, 12, 31), **SOV) == (DAY(2026, 12, 31), False)
    assert due(DAY(2025, 11, 24), DAY(2027, 1, 1), **SOV) == (DAY(2026, 12, 31), True)
    assert due(TODAY, **SOV | {"provider": "hospital"}) == (None, False)
    assert due(DAY(2024, 2, 29), DAY(2024, 2, 29), payer="nobody", nationality="fled") == (DAY(2025, 2, 28), False)
    assert due(TODAY, payer="policy") == (None, False)


def test_days_and_what_is_paid_on_them(small: DecisionTree) -> None:
    """Quarters and months end as in the calendar, which ends in 9999; a percentage is that of the day of care."""
    found = [quarter_end(DAY(2026, month, 1)) for month in (1, 6, 7, 12)]
    assert [(day.month, day.day) for day in found] == [(3, 31), (6, 30), (9, 30), (12, 31)]
    assert months_after(DAY(2026, 8, 31), 6) == DAY(2027, 2, 28)
    assert months_after(DAY(9999, 6, 1), 12) == DAY.max
    part = small.outcomes["ovv_part"]
    assert percent_on(part, DAY(2027, 12, 31)) == Decimal(80)
    assert percent_on(part, DAY(2028, 1, 1)) == Decimal(75)
    assert percent_on(small.outcomes["insurer"], TODAY) is None


def test_unknown_question_and_option_are_refused(small: DecisionTree) -> None:
    """A question or option that the tree does not have is named, with those that it has."""
    with pytest.raises(AnswerError) as question:
        decided(small, payment="nobody")
    assert question.value.issues[0].values["near"] == "payer"
    with pytest.raises(AnswerError) as option:
        decided(small, payer="nobdy")
    assert option.value.offered == ("nobody", "policy", "patient")


def test_option_that_no_way_offers_is_refused() -> None:
    """An option that no open way offers is refused with those that are; leaving all open names none wrong."""
    row = "midwife, maternity_nurse{}: {{to: sov, during: sov}}"
    tree = tree_with((row.format(", gp"), row.format("")))
    with pytest.raises(AnswerError) as caught:
        decided(tree, **SOV | {"provider": "gp"})
    assert caught.value.offered == ("midwife", "maternity_nurse", "hospital")
    assert decided(tree, **SOV | {"provider": "midwife,maternity_nurse,gp,hospital"}).possible
    nobody = {"payer": frozenset({"nobody"})}
    assert offered(tree, "provider", nobody | {"nationality": frozenset({"dutch"})}) == caught.value.offered
    assert "gp" in offered(tree, "provider", nobody | {"provider": frozenset({"midwife"})})
    assert offered(tree, "contract", {"payer": frozenset({"policy"})}) == ()


def test_answers_that_were_not_needed(small: DecisionTree) -> None:
    """An answer to a question that no way asks changes nothing and is named."""
    verdict = decided(small, payer="policy", stay="none", provider="gp")
    assert verdict.unused == ("stay", "provider")
    assert ends(verdict) == ["insurer"]


def test_edge_out_of_the_graph_is_out_of_everything(
    small: DecisionTree, cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The graph is the tree: an edge taken out of it is lost to conversation, walk, changes, diagram and coverage."""
    (route,) = [one for one in small.routes("stay") if one.option == "asylum"]
    cut = without_routes(small, [route])

    def tells_of_it(tree: DecisionTree) -> dict[str, bool]:
        monkeypatch.setattr("cakwizard.loading.load", lambda file: tree)
        walk = cakwizard("walk", "--json", "--set", "payer=nobody", "--set", "nationality=other")
        found = changes(decided(tree, **OVV, provider="midwife"))
        return {
            "verdict": "undecided" in ends(decided(tree, payer="nobody", nationality="other")),
            "offered": "asylum" in offered(tree, "stay", {}),
            "conversation": "asiel" in on_lines(tree, "n", "ghana", language="nl").written,
            "walk": "asylum" in walk.out and "undecided" in walk.out,
            "changes": any("asylum" in one.options for one in found),
            "diagram": "asiel" in outline_text(Drawing(tree, "nl", day=TODAY)),
            "coverage": "stay asylum" in {one.id for one in Coverage(tree=tree, met=frozenset()).items["edges"]},
        }

    assert set(tells_of_it(small).values()) == {True}
    assert set(tells_of_it(cut).values()) == {False}
    with pytest.raises(AnswerError):
        decided(cut, **OVV | {"stay": "asylum"})


# -- what would change it --------------------------------------------------------


def told(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Return each change as question, options and outcomes."""
    found = [(one.question, one.options, one.verdict.possible) for one in changes(verdict)]
    return [
        (question, ",".join(sorted(options)), ",".join(one.outcome.id for one in possible))
        for question, options, possible in found
    ]


def test_nearest_other_answer_for_each_question(small: DecisionTree) -> None:
    """For each answer the other answers are named that end nearest by, those with one consequence together."""
    assert told(decided(small, **OVV, provider="midwife")) == [
        ("payer", "policy", "insurer"),
        ("nationality", "dutch,europe", "sov"),
        ("stay", "asylum", "undecided"),
        ("provider", "gp", "ovv_full,ovv_part"),
    ]


def test_what_does_not_change_the_outcome_is_left_out(small: DecisionTree) -> None:
    """An answer that leads to the same is no change, and neither is one that was left open or not given."""
    found = told(decided(small, **OVV | {"provider": "midwife,maternity_nurse"}))
    assert found[-1] == ("provider", "gp", "ovv_full,ovv_part")
    only = decided(small, payer="nobody", nationality="dutch,europe", provider="gp,midwife")
    assert told(only)[1] == ("nationality", "fled", "rmo")
    open_ = decided(small, payer="policy,nobody", nationality="fled")
    assert told(open_) == []
    assert "nationality" not in [question for question, *_ in told(decided(small, payer="policy"))]


def test_question_that_was_not_answered_is_no_change() -> None:
    """An outcome that is decided with a question left open has no change for that question."""
    tree = tree_with(
        ("hospital: {to: sov_hospital, during: sov}", "hospital: {to: sov, during: sov}"),
        ("asylum: {to: undecided, ", "asylum: {to: sov_hospital, "),
        ("patient: {to: patient, advice", "patient: {to: undecided, advice"),
        ("      policy: insurer\n", f"      policy: {WINDOWS}\n"),
    )
    verdict = decided(tree, payer="nobody", nationality="dutch")
    assert verdict.status == "decided"
    assert [question for question, *_ in told(verdict)] == ["payer", "nationality"]


def test_later_answer_that_is_not_offered_then_is_left_out() -> None:
    """An answer that another branch does not offer is asked anew there, not an error."""
    tree = tree_with(*ELSEWHERE, ("{to: rmo, valid_from: 2022-07-01", "{to: sov_provider, valid_from: 2022-07-01"))
    assert told(decided(tree, **OVV, provider="midwife"))[1] == ("nationality", "dutch,europe,fled", "sov,sov_hospital")


def test_other_days_with_the_same_answers(small: DecisionTree) -> None:
    """Spells of days on which the same answers end elsewhere, or pay another share, earliest first."""
    found = [
        (one.window, one.differs, one.verdict.possible[0].outcome.id) for one in other_dates(decided(small, **SOV))
    ]
    assert found == [
        (Window(DAY(2017, 3, 1), DAY(2018, 2, 28)), "outcome", "sov"),
        (Window(DAY(2027, 3, 1), None), "outcome", "sov_ended"),
    ]
    verdict = decided(small, **OVV | {"provider": "gp"}, pregnant="no")
    assert [(one.window.start, one.differs) for one in other_dates(verdict)] == [(DAY(2028, 1, 1), "outcome")]


def test_other_advice_on_other_days() -> None:
    """Steps and papers that hold on other days are other advice; what goes by the day of claiming is not."""
    step = "  ask_payment:\n    kind: step\n"
    verdict = decided(tree_with((step, f"{step}    valid_from: 2020-01-01\n")), **OVV, provider="midwife")
    assert [(one.window, one.differs) for one in other_dates(verdict)] == [(Window(None, DAY(2019, 12, 31)), "advice")]


def test_nothing_changes_by_the_day(small: DecisionTree) -> None:
    """Where no day makes a difference none is named; while open the outcomes are compared; the calendar has ends."""
    assert other_dates(decided(small, payer="policy")) == ()
    assert [one.window.start for one in other_dates(decided(small, payer="nobody", nationality="dutch"))] == [
        DAY(2017, 3, 1),
        DAY(2027, 3, 1),
    ]
    tree = tree_with(("policy: insurer", "policy: {to: insurer, valid_from: 0001-01-01, valid_until: 9999-12-31}"))
    assert other_dates(decided(tree, payer="policy")) == ()


def test_day_on_which_an_answer_is_not_offered_is_left_out() -> None:
    """Where the branch of another day does not offer an answer nothing is said of that day."""
    tree = tree_with(*ELSEWHERE, ("{to: rmo, valid_from: 2022-07-01", "{to: ovv_provider, valid_from: 2022-07-01"))
    verdict = decided(tree, payer="nobody", nationality="fled", provider="midwife")
    assert verdict.status == "decided"
    assert other_dates(verdict) == ()


# -- walks at random ---------------------------------------------------------------


@pytest.mark.parametrize("seed", range(15))
def test_every_walk_of_the_bundled_tree_ends_or_goes_on(tree: DecisionTree, seed: int) -> None:
    """Whatever is answered, a walk asks what is offered, never twice, has ever fewer ends and questions, and ends."""
    pick = random.Random(seed)  # noqa: S311 - the same walks every time
    given: dict[str, frozenset[str]] = {}
    care = DAY(2009, 1, 1) + datetime.timedelta(days=pick.randrange(22 * 365))
    verdict = decide(tree, given, care)
    while (question := verdict.next_question) is not None:
        assert question not in given
        before, options = verdict, offered(tree, question, given)
        given[question] = frozenset(pick.choices(options, k=pick.choice([1, 1, 2])))
        verdict = decide(tree, given, care)
        assert set(ends(verdict)) <= set(ends(before))
        assert verdict.questions_left <= before.questions_left or len(given[question]) > 1
