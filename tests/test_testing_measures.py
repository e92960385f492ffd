"""What cases leave untested: coverage, mutants, random walks."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import networkx as nx
import pytest

from cakwizard.deciding.decide import decide
from cakwizard.testing.coverage import KINDS, Coverage, missing_walks, walked
from cakwizard.testing.crawler import conversation, crawl
from cakwizard.testing.mutants import mutants_of, try_mutants
from cakwizard.testing.running import case_of, questions_asked, run_case
from cakwizard.testing.walkfile import read_walks
from cakwizard.tree.records import DecisionTree, Route
from tests.made import made, random_tree

ONE_DAY = datetime.timedelta(days=1)
DAY = datetime.date(2022, 1, 1)


def covered(tree: DecisionTree, *answers: str, more: str = "care_date: 2026-11-10, ") -> Coverage:
    """Return the coverage of cases that have these answers."""
    text = "".join(
        f"- {{name: n{number}, {more}answers: {{{one}}}, expect: {{status: open}}}}\n"
        for number, one in enumerate(answers)
    )
    runs = [run_case(tree, case) for case in read_walks(text, "x", tree).cases]
    return Coverage(tree=tree, met=frozenset(item for run in runs if run.verdict for item in walked(run.verdict)))


def met(coverage: Coverage, kind: str) -> set[str]:
    """Return what is walked of a kind."""
    return {key for one, key in coverage.met if one == kind}


def test_a_case_with_one_path_walks_the_whole_of_it(small: DecisionTree) -> None:
    """Its nodes, edges, outcome and windows count, and no others."""
    found = covered(small, "payer: nobody, nationality: dutch, provider: gp")
    assert met(found, "nodes") == {"payer", "nationality", "sov_provider"}
    assert met(found, "edges") == {"payer nobody", "nationality dutch", "sov_provider gp@2018-03-01..2027-02-28"}
    assert met(found, "outcomes") == {"sov"}
    assert met(found, "windows") == {"sov_provider gp@2018-03-01..2027-02-28"}
    assert [found.numbers(kind)[2] for kind in ("nodes", "edges", "outcomes", "windows")] == [42.8, 9.6, 9.0, 5.5]


def test_an_open_answer_walks_only_what_its_paths_share_and_an_open_case_nothing(small: DecisionTree) -> None:
    """Two options to one outcome: the outcome and the way to the node count, the two edges do not."""
    found = covered(small, "payer: nobody, nationality: [dutch, europe], provider: [midwife, gp]")
    assert (met(found, "edges"), met(found, "outcomes")) == ({"payer nobody"}, {"sov"})
    assert covered(small, "payer: nobody", "payer: nobody, nationality: [dutch, other]").met == frozenset()
    assert (
        covered(small, "payer: nobody, nationality: dutch, provider: gp", more="care_date: 2010-01-01, ").met
        == frozenset()
    )


def test_what_no_walk_can_meet_does_not_count(small: DecisionTree) -> None:
    """An edge behind a window that never opens on the way to it is listed apart; nor does what `only` leaves out."""
    early = ("m", {"end": DAY - ONE_DAY})
    tree = made(small, {"n": ("q", {"a": early, "b": "x"}), "m": ("r", {"a": ("y", {"start": DAY}), "b": "x"})})
    found = covered(tree)
    assert [(one.kind, one.id) for one in found.never if one.kind != "windows"] == [
        ("edges", "m a@2022-01-01.."),
        ("outcomes", "y"),
    ]
    only = Coverage(tree=small, met=frozenset(), only={"provider": frozenset({"midwife"})})
    assert {one.what.partition(" ")[0] for one in only.items["edges"] if "provider" in one.group} == {"midwife"}
    assert only.never == []


def test_the_missing_walks_walk_all_and_hold(small: DecisionTree, tree: DecisionTree) -> None:
    """Whoever takes over what is proposed walks every node, edge, outcome and window, by few and short cases."""
    for one in (small, tree):
        cases = missing_walks(Coverage(tree=one, met=frozenset()))
        runs = [run_case(one, case) for case in cases]
        assert all(run.passed for run in runs)
        found = Coverage(tree=one, met=frozenset(item for run in runs if run.verdict for item in walked(run.verdict)))
        assert {kind: found.numbers(kind)[2] for kind in KINDS} == dict.fromkeys(KINDS, 100.0)
        assert len(cases) < one.graph.number_of_edges()


# -- mutants --------------------------------------------------------------------


def test_every_kind_of_mistake_is_made_as_an_author_could(small: DecisionTree) -> None:
    """A schedule that many edges share has one mistake in a day, not one for each edge."""
    kinds = Counter(mutant.kind for mutant in mutants_of(small))
    assert kinds.keys() == {"swap", "retarget", "drop_option", "date", "certainty", "advice", "percent"}
    said = {mutant.what for mutant in mutants_of(small)}
    assert said >= {
        "node 'payer': 'nobody' and 'policy' change places",
        "node 'payer': option 'patient' is gone",
        "node 'sov_provider': at 'midwife' and 3 more 2027-03-01 becomes 2027-03-02",
        "node 'nationality': at 'fled' 2022-07-01 becomes 2022-06-30",
        "node 'ovv_provider': 'midwife', 'maternity_nurse' is likely instead of settled",
        "node 'payer': 'patient' no longer gives advice 'instalments'",
        "outcome 'ovv_full' pays 80 % instead of 100 %",
        "outcome 'sov' is likely instead of settled",
        "outcome 'ovv_full' no longer gives advice 'child_too'",
        "advice 'form_2025': 2025-06-30 becomes 2025-07-01",
    }
    assert len(said) == kinds.total()


def test_a_mutant_is_a_whole_tree_and_the_tree_stays_as_it_was(small: DecisionTree) -> None:
    """Each differs in the edges or the record that it names, and leads round no more than the tree."""
    before = list(small.routes())
    loose = replace(small, graph=nx.MultiDiGraph(small.graph))
    for mutant in mutants_of(small):
        edges = [pair for pair in mutant.changes if isinstance(pair[0], Route)]
        gone, new = ({pair[side] for pair in edges} - {None} for side in (0, 1))
        with mutant.made_in(loose) as other:
            assert set(other.routes()) == set(before) - gone | new
            changed = {key for key in small.outcomes if other.outcomes[key] is not small.outcomes[key]}
            changed |= {key for key in small.advice if other.advice[key] is not small.advice[key]}
            assert changed == (set() if edges else {mutant.places[0][0]})
            assert nx.is_directed_acyclic_graph(other.graph)
        assert set(loose.routes()) == set(before)
    assert (list(small.routes()), small.graph.number_of_edges()) == (before, len(before))


def paths(tree: DecisionTree, day: datetime.date, node: str) -> Iterator[list[Route]]:
    """Yield every path on a day, also those that end where no route holds."""
    if node in tree.outcomes:
        yield []
        return
    dead = {route.option for route in tree.routes(node)}
    for route in tree.routes(node):
        if day in route.window:
            dead.discard(route.option)
            for rest in paths(tree, day, route.target):
                yield [route, *rest]
    yield from ([route] for route in tree.routes(node) if route.option in dead)


def noticed_by_any(tree: DecisionTree, other: DecisionTree) -> bool:
    """Tell whether any walk at all notices a mutant, by walking every path on every day that can matter."""
    cares, claims = {tree.checked_until}, {tree.checked_until}
    for one in (tree, other):
        windows = [(cares, route.window) for route in one.routes()]
        windows += [(claims if advice.by_claim_date else cares, advice.window) for advice in one.advice.values()]
        for days, window in windows:
            for day in filter(None, (window.start, window.end)):
                days |= {day - ONE_DAY, day, day + ONE_DAY}
    for care, claim in product(sorted(cares), sorted(claims | cares)):
        for path in paths(tree, care, tree.start) if claim >= care else ():
            answers = {tree.nodes[route.node].question: frozenset({route.option}) for route in path}
            verdict = decide(tree, answers, care, claim)
            given = {one.id for possible in verdict.possible for one in possible.advice}
            more: dict[str, Any] = {
                "not_advice": tuple(sorted(tree.advice.keys() - given)),
                "max_questions": questions_asked(verdict),
            }
            if not run_case(other, case_of(verdict, "it", **more)).passed:
                return True
    return False


@pytest.mark.parametrize("seed", range(4))
def test_equivalent_means_that_no_walk_at_all_notices(small: DecisionTree, seed: int) -> None:
    """On trees made at random, walking every path on every day agrees on each mutant."""
    tree = random_tree(small, random.Random(seed))  # noqa: S311 - reproducible, not secret
    loose = replace(tree, graph=nx.MultiDiGraph(tree.graph))
    for mutant, became, case in try_mutants(tree, []):
        assert became in ("survived", "equivalent")
        with mutant.made_in(loose) as other:
            if case is None:
                assert not noticed_by_any(tree, other), mutant.what
            else:
                assert run_case(tree, case).passed, mutant.what
                assert not run_case(other, case).passed, mutant.what


def test_the_cases_that_are_proposed_notice_everything(small: DecisionTree) -> None:
    """Coverage first, then what is proposed for the survivors: then all but the equivalent mutants are noticed."""
    cases = missing_walks(covered(small))
    for _ in range(4):
        fates = try_mutants(small, cases)
        cases += {id(one.case): one.case for one in fates if one.case and one.became == "survived"}.values()
    counts = Counter(one.became for one in fates)
    assert (counts["survived"], counts["equivalent"], counts["unsettled"]) == (0, 6, 0)


def test_only_what_a_case_expects_is_noticed(small: DecisionTree) -> None:
    """Walking an edge is not enough: a lower certainty is noticed by who expects one; a failing case sees nothing."""

    def killed(expect: str) -> Counter[str]:
        text = f"- {{name: a, answers: {{payer: policy}}, expect: {{{expect}}}}}\n"
        fates = try_mutants(small, read_walks(text, "x", small).cases)
        return Counter(one.mutant.kind for one in fates if one.became == "killed")

    assert (killed("scheme: insurer")["certainty"], killed("certainty: settled")["certainty"]) == (0, 2)
    assert killed("percent: 5").total() == 0


def proposed(tree: DecisionTree, mistake: str) -> Mapping[str, object]:
    """Return what the case that is proposed for a mistake expects."""
    (case,) = [one.case for one in try_mutants(tree, []) if one.mutant.what == mistake and one.case]
    return case.expect


def test_an_extra_question_or_advice_too_much_is_noticed_by_what_tells_it(small: DecisionTree) -> None:
    """Where only that differs, the proposed case has `max_questions` or `not_advice`."""
    tree = made(small, {"n": ("q", {"a": "x", "b": "m"}), "m": ("r", {"a": "x", "b": "x"})})
    assert proposed(tree, "node 'n': 'a' leads to 'm' instead of 'x'")["max_questions"] == 1
    rows: list[tuple[str, dict[str, Any]]] = [
        ("x", {"end": DAY - ONE_DAY, "advice": ("instalments",)}),
        ("x", {"start": DAY}),
    ]
    tree = made(small, {"n": ("q", {"a": rows, "b": "y"})})
    expected = proposed(tree, "node 'n': at 'a' 2022-01-01 becomes 2022-01-02")
    assert expected["not_advice"] == ("instalments",)


def test_past_the_budget_nothing_is_claimed_and_only_what_is_asked_is_looked_at(
    small: DecisionTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not found out is no survivor; with one option no mistake elsewhere is made."""
    with monkeypatch.context() as patch:
        patch.setattr("cakwizard.testing.mutants.BUDGET", 1)
        assert [one.became for one in try_mutants(small, [])].count("unsettled") > 100
    only = try_mutants(small, [], only={"provider": frozenset({"midwife"})})
    assert {place for one in only for place, _ in one.mutant.places}.isdisjoint({"ovv_contract", "sov_hospital"})


# -- random walks ---------------------------------------------------------------


def test_random_walks_go_back_change_leave_open_and_move_in_time(tree: DecisionTree) -> None:
    """All that people do in a conversation comes up within a few walks, and a walk goes on after it."""
    met = Counter[str]()
    for seed in range(20):
        pick = random.Random(seed)  # noqa: S311 - reproducible, not secret
        steps = [*conversation(tree, pick, [tree.checked_until, datetime.date(2018, 5, 1)])]
        for one, other in pairwise(steps):
            before, after = dict(one.answers), dict(other.answers)
            met["back"] += [*after.items()] == [*before.items()][:-1]
            met["change"] += any(key in before and before[key] != after[key] for key in after)
            met["unknown"] += any(after[key] == tree.questions[key].options.keys() for key in after.keys() - before)
            met["dates"] += one.care_date != other.care_date
    assert set(met) == {"back", "change", "unknown", "dates"}
    assert min(met.values()) >= 5


@pytest.mark.parametrize("promise", ["outcomes", "order", "opening", "exception", "language", "twice"])
@pytest.mark.slow
def test_a_broken_promise_is_found_with_a_case_as_short_as_can_be(
    small: DecisionTree, monkeypatch: pytest.MonkeyPatch, promise: str
) -> None:
    """An engine that goes wrong in one way is caught by that promise, and the case has no answer too many."""
    from cakwizard.showing.as_json import verdict_to_dict
    from cakwizard.testing import crawler

    def wrong(one: DecisionTree, answers: dict[str, frozenset[str]], *days: datetime.date) -> object:
        verdict = decide(one, answers, *days)
        if promise == "outcomes" and verdict.outcome and verdict.outcome.outcome.id == "rmo":
            return replace(verdict, possible=decide(one, {"payer": frozenset({"policy"})}, *days).possible)
        if promise == "order" and next(iter(answers), "") == "stay":
            return replace(verdict, unused=("order",))
        if promise == "opening" and answers.get("stay") == frozenset(one.questions["stay"].options):
            return replace(verdict, possible=())
        if promise == "exception" and "fled" in answers.get("nationality", ()):
            raise ZeroDivisionError("it")
        return verdict

    def plain(verdict: object, language: str, **more: bool) -> dict[str, object]:
        found = verdict_to_dict(verdict, language, **more)  # type: ignore[arg-type]
        return {**found, "unused": [], "other": language} if promise == "language" else found

    monkeypatch.setattr(crawler, "decide", wrong)
    monkeypatch.setattr(crawler, "verdict_to_dict", plain)
    if promise == "twice":
        monkeypatch.setattr("cakwizard.deciding.verdict.Verdict.next_question", "payer")
    faults = crawl(small, {"language": 2, "twice": 2, "opening": 60}.get(promise, 30), seed=3)
    (fault,) = [one for one in faults if one.promise == promise]
    most = {"outcomes": 2, "order": 2, "opening": 2, "exception": 1, "language": 0, "twice": 1}
    assert len(fault.case.answers) <= most[promise]
