"""What holds over the whole tree, whatever its rules: every complete walk on every date that matters."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from functools import cache

import pytest

from cakwizard.loading import bundled_tree
from cakwizard.model import DecisionTree
from cakwizard.walking import Step
from cakwizard.walking import Verdict
from cakwizard.walking import decide

ONE_DAY = datetime.timedelta(days=1)
Walk = tuple[Step, ...]


@cache
def dates() -> tuple[datetime.date, ...]:
    """The day before, the first, the last and the day after of every window of a route or an advice."""
    tree = bundled_tree()
    windows = [route.window for route in tree.routes()] + [advice.window for advice in tree.advice.values()]
    found = {datetime.date(2000, 1, 1), datetime.date(2030, 1, 1)}
    for window in windows:
        for day in (window.start, window.end):
            if day is not None:
                found |= {day - ONE_DAY, day, day + ONE_DAY}
    return tuple(sorted(found))


def walks(tree: DecisionTree, day: datetime.date) -> Iterator[Walk]:
    """Yield every complete walk on a day, by following the edges one by one."""

    def onward(node: str, path: Walk) -> Iterator[Walk]:
        if node in tree.outcomes:
            yield path
            return
        for route in tree.routes(node):
            if day in route.window:
                yield from onward(route.target, (*path, Step(tree.nodes[node].question, route.option)))

    yield from onward(tree.start, ())


@cache
def verdicts() -> tuple[tuple[Walk, Verdict], ...]:
    """Every complete walk on every date, decided."""
    tree = bundled_tree()
    return tuple(
        (walk, decide(tree, {step.question: frozenset({step.option}) for step in walk}, day))
        for day in dates()
        for walk in walks(tree, day)
    )


def given(walk: Walk, question: str) -> str | None:
    """Return the answer that a walk gives to a question."""
    return dict(walk).get(question)


@pytest.mark.slow
def test_every_complete_walk_is_decided_and_uses_all_its_answers() -> None:
    """A case that answers every question it meets has one outcome, by exactly that path."""
    assert len(verdicts()) > 10_000
    for walk, verdict in verdicts():
        assert verdict.status == "decided"
        assert verdict.path == walk
        assert verdict.unused == ()
        assert verdict.next_question is None


def test_dutch_and_eu_nationals_never_end_in_the_ovv() -> None:
    """Property 1: the OVV excludes Dutch, EU, EFTA and British nationals (O-11)."""
    ends = {v.outcome.outcome.scheme for w, v in verdicts() if v.outcome and given(w, "nationality") in EXCLUDED}
    assert "ovv" not in ends
    assert "sov" in ends


EXCLUDED = ("dutch", "eu_efta_uk")


def test_who_has_a_policy_never_ends_in_a_scheme_of_the_cak() -> None:
    """Property 2: a health insurance, also with a premium debt, goes before OVV and SOV (E-10)."""
    ends = {v.outcome.outcome.scheme for w, v in verdicts() if v.outcome and given(w, "payer") == "dutch_policy"}
    assert ends == {"insurer"}


MATERNITY = {"maternity_care": "maternity", "pregnancy_related": "yes", "hospital_care": "maternity"}


@pytest.mark.slow
def test_under_the_ovv_maternity_never_lowers_a_percentage() -> None:
    """Property 3: the same walk for maternity care is never paid at less than for other care (O-15)."""
    compared = 0
    by_walk = {(walk[:-1], walk[-1], verdict.care_date): verdict for walk, verdict in verdicts()}
    for (before, last, day), verdict in by_walk.items():
        if MATERNITY.get(last.question) != last.option or verdict.outcome is None:
            continue
        if verdict.outcome.outcome.scheme != "ovv":
            continue
        assert verdict.outcome.outcome.percent == 100
        for (other_before, other_last, other_day), other in by_walk.items():
            if other_before == before and other_day == day and other_last.question == last.question:
                assert other.outcome is not None
                assert (other.outcome.outcome.percent or 0) <= 100
                compared += 1
    assert compared > 50


def test_a_solo_provider_never_ends_in_a_claimable_scheme(tree: DecisionTree) -> None:
    """Property 4: GGZ and Wlz are contracted with institutions only (P-12, P-13)."""
    ends = {v.outcome.outcome for w, v in verdicts() if v.outcome and given(w, "practice_form") == "solo"}
    assert {(one.scheme, one.contract) for one in ends} == {("none", "never")}
    assert not any(tree.schemes[one.scheme].claimable for one in ends)


WITHOUT_DEADLINE = (
    "midwife",
    "maternity_nurse",
    "gp",
    "physiotherapist",
    "exercise_therapist",
    "speech_therapist",
    "occupational_therapist",
    "dietitian",
    "dentist",
    "hospital",
)


def test_no_deadline_and_no_sov_percentage_is_invented() -> None:
    """Property 5: where no source gives a term or a percentage, none is stated (U-02, U-03)."""
    for walk, verdict in verdicts():
        assert verdict.outcome is not None
        outcome = verdict.outcome.outcome
        if given(walk, "provider") in WITHOUT_DEADLINE:
            assert outcome.deadline is None, walk
        if outcome.scheme == "sov":
            assert outcome.percent is None
            assert outcome.deadline is None


def test_every_outcome_has_a_next_step_a_dated_source_and_both_languages(tree: DecisionTree) -> None:
    """Property 6: an outcome says what to do now, by a source with a date, in Dutch and in English."""
    numbered = {kind.id for kind in tree.advice_kinds.values() if kind.numbered}
    for outcome in tree.outcomes.values():
        assert outcome.scheme in tree.schemes
        assert any(tree.advice[one].kind in numbered for one in outcome.advice), outcome.id
        assert any(tree.sources[one].date for one in outcome.sources), outcome.id
        assert {*outcome.title.by_language, *outcome.pays.by_language} == {"nl", "en"}
    for walk, verdict in verdicts():
        assert verdict.outcome is not None
        assert any(one.kind in numbered for one in verdict.outcome.advice), walk


@pytest.mark.parametrize("seed", range(20))
def test_opening_an_answer_keeps_the_outcome_possible(tree: DecisionTree, seed: int) -> None:
    """Property 7: knowing less never excludes what was decided with more."""
    chance = random.Random(seed)  # noqa: S311 - a seeded choice of walks, no secret
    for walk, verdict in chance.sample(verdicts(), 60):
        assert verdict.outcome is not None
        opened = {step.question: frozenset({step.option}) for step in walk}
        for step in chance.sample(walk, chance.randint(1, len(walk))):
            if chance.random() < 0.5:
                opened[step.question] = frozenset(tree.questions[step.question].options)
            else:
                del opened[step.question]
        wider = decide(tree, opened, verdict.care_date)
        assert verdict.outcome.outcome in [one.outcome for one in wider.possible]
        found = next(one for one in wider.possible if one.outcome == verdict.outcome.outcome)
        assert found.certainty >= verdict.outcome.certainty


def test_the_language_never_changes_the_outcome(tree: DecisionTree) -> None:
    """Property 8: what is decided does not depend on the language, and every text exists in both."""
    from cakwizard.presenting import verdict_json

    for _, verdict in verdicts()[::97]:
        dutch, english = verdict_json(verdict, "nl"), verdict_json(verdict, "en")
        assert dutch["outcome"]["title"] != english["outcome"]["title"]
        for answer in (dutch, english):
            answer["outcome"].pop("title")
            for one in answer["outcome"]["advice"]:
                one.pop("text")
        assert dutch["outcome"] == english["outcome"]
        assert dutch["path"] == english["path"]


def test_a_date_outside_every_window_gives_no_scheme(tree: DecisionTree) -> None:
    """Property 9: where every way ends on the date, the verdict is out of range and names the nearest rule."""
    tried = 0
    for node in tree.nodes:
        for option in {route.option for route in tree.routes(node)}:
            windows = [route.window for route in tree.routes(node) if route.option == option]
            for day in dates():
                if any(day in window for window in windows):
                    continue
                answers = reaching(tree, node)
                if answers is None:
                    continue
                verdict = decide(tree, {**answers, tree.nodes[node].question: frozenset({option})}, day)
                if verdict.possible:
                    continue
                tried += 1
                assert verdict.status == "out_of_range"
                assert verdict.outcome is None
                assert verdict.nearest is not None
    assert tried > 50


def reaching(tree: DecisionTree, node: str) -> dict[str, frozenset[str]] | None:
    """Return answers that lead to a node on some date, by the first way found."""
    if node == tree.start:
        return {}
    for _, _, route in tree.graph.in_edges(node, data="route"):
        before = reaching(tree, route.node)
        if before is not None:
            return {**before, tree.nodes[route.node].question: frozenset({route.option})}
    return None


def test_a_midwife_is_asked_few_questions() -> None:
    """Property 10: at most 6 questions without provider, 4 for no papers, 1 for someone insured."""
    asked = [
        ([step for step in walk if step.question != "provider"], walk)
        for walk, _ in verdicts()
        if given(walk, "provider") in ("midwife", None)
    ]
    assert max(len(steps) for steps, _ in asked) == 6
    assert {len(s) for s, w in asked if given(w, "stay") == "none" and given(w, "ukraine_status") is None} == {4}
    assert {len(s) for s, w in asked if given(w, "payer") == "dutch_policy"} == {1}
