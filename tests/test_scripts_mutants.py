"""Mutants: which mistakes are made, which the cases notice, and which no walk could."""

from __future__ import annotations

import datetime
import random
import time
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest

from cakwizard.model import DecisionTree
from cakwizard.model import Route
from cakwizard.scripts.apart import differences
from cakwizard.scripts.coverage import coverage_of
from cakwizard.scripts.missing import case_along
from cakwizard.scripts.missing import missing_walks
from cakwizard.scripts.mutants import Mutant
from cakwizard.scripts.mutants import mutants_of
from cakwizard.scripts.recording import case_of
from cakwizard.scripts.running import questions_asked
from cakwizard.scripts.running import run_case
from cakwizard.scripts.survivors import try_mutants
from cakwizard.scripts.survivors import walk_that_notices
from cakwizard.scripts.walkfile import Case
from cakwizard.scripts.walkfile import read_cases
from cakwizard.walking import decide
from tests.plain_trees import diamonds
from tests.plain_trees import plain_tree

ONE_DAY = datetime.timedelta(days=1)


def whats(mutants: Iterator[Mutant] | tuple[Mutant, ...], kind: str) -> list[str]:
    """Return the mistakes of one kind, in words."""
    return [mutant.what for mutant in mutants if mutant.kind == kind]


def test_every_kind_of_mistake_is_made(small: DecisionTree) -> None:
    """Swapped, retargeted and dropped options, moved dates, percentages, certainties and advice."""
    assert Counter(mutant.kind for mutant in mutants_of(small)) == {
        "swap": 10,
        "retarget": 26,
        "drop_option": 12,
        "date": 12,
        "percent": 2,
        "certainty": 17,
        "advice": 11,
    }
    assert whats(mutants_of(small), "swap")[-1] == "node 'pregnant': 'yes' and 'no' change places"
    assert whats(mutants_of(small), "retarget")[-1] == (
        "node 'pregnant': 'no' leads to 'scheme_a_ended' instead of 'scheme_a_part'"
    )
    assert whats(mutants_of(small), "drop_option")[0] == "node 'resident': option 'yes' is gone"
    assert whats(mutants_of(small), "date")[:2] == [
        "node 'nationality': at 'fled' 2022-07-01 becomes 2022-07-02",
        "node 'nationality': at 'fled' 2022-07-01 becomes 2022-06-30",
    ]
    assert whats(mutants_of(small), "date")[-1] == "advice 'send_form_new': 2025-06-30 becomes 2025-06-29"
    assert whats(mutants_of(small), "percent") == [
        "outcome 'scheme_a_full' pays 80 % instead of 100 %",
        "outcome 'scheme_a_part' pays 100 % instead of 80 %",
    ]
    assert whats(mutants_of(small), "certainty")[1] == "node 'resident': 'no' is unsettled instead of likely"
    assert whats(mutants_of(small), "advice")[0] == "node 'resident': 'no' no longer gives advice 'abroad_note'"


def test_a_mutant_is_a_whole_tree_and_the_tree_stays_as_it_was(small: DecisionTree) -> None:
    """Each differs from the tree in the one place, and there in the options, that it names."""
    routes = list(small.routes())
    for mutant in mutants_of(small):
        other = mutant.make()
        changed = {route.node for route in set(routes) ^ set(other.routes())}
        assert {route.option for route in set(routes) ^ set(other.routes())} == mutant.options, mutant.what
        changed |= {key for key, outcome in small.outcomes.items() if other.outcomes[key] != outcome}
        changed |= {f"advice {key}" for key, advice in small.advice.items() if other.advice[key] != advice}
        assert changed == {mutant.touched or f"advice {mutant.advice}"}, mutant.what
    assert list(small.routes()) == routes


def test_a_window_of_a_single_day_that_is_moved_away_is_gone() -> None:
    """Where no day is left, the route goes with the window."""
    day = {"to": "x", "valid_from": "2020-01-01", "valid_until": "2020-01-01"}
    tree = plain_tree({"n": ("q", {"yes": day, "no": "y"})}, {"x": {}, "y": {}})
    moved = [mutant for mutant in mutants_of(tree) if mutant.what.endswith("2020-01-01 becomes 2020-01-02")]
    assert [len(list(mutant.make().routes())) for mutant in moved] == [1]
    advice = plain_tree(
        {"n": ("q", {"yes": "x", "no": "y"})},
        {"x": {"advice": "[a]"}, "y": {}},
        {"a": "valid_from: 2020-01-01, valid_until: 2020-01-01"},
    )
    assert whats(mutants_of(advice), "date") == [
        "advice 'a': 2020-01-01 becomes 2019-12-31",
        "advice 'a': 2020-01-02 becomes 2020-01-03",
    ]


def test_dates_at_the_ends_of_the_calendar_do_not_break_off() -> None:
    """The last day there is has no day after it."""
    window = {"to": "x", "valid_until": "9999-12-31"}
    tree = plain_tree(
        {"n": ("q", {"yes": window, "no": "y"})}, {"x": {"advice": "[a]"}, "y": {}}, {"a": "valid_from: 0001-01-01"}
    )
    assert whats(mutants_of(tree), "date") == []
    assert try_mutants(tree, []).total == len(list(mutants_of(tree)))


# -- noticing -----------------------------------------------------------------


def complete(tree: DecisionTree) -> list[Case]:
    """Return the cases that the program itself proposes, until it proposes none."""
    cases = missing_walks(coverage_of(tree, []))
    for _ in range(5):
        report = try_mutants(tree, cases)
        if not report.survivors:
            break
        cases += {id(one.case): one.case for one in report.survivors}.values()
    return cases


def test_without_cases_every_mutant_survives_or_is_equivalent(small: DecisionTree) -> None:
    """Nothing is noticed by nothing, and what no walk can tell apart is listed as such."""
    report = try_mutants(small, [])
    assert report.killed == ()
    assert [mutant.what for mutant in report.equivalent] == [
        "node 'nationality': 'dutch' and 'europe' change places",
        "node 'provider_b': 'midwife' and 'gp' change places",
        "node 'resident': 'no' is unsettled instead of likely",
        "node 'provider_b': 'midwife' is likely instead of settled",
        "node 'provider_b': 'gp' is likely instead of settled",
    ]
    assert report.total == 90
    assert len(report.survivors) == 85


def test_a_survivor_comes_with_a_case_that_notices_it(small: DecisionTree) -> None:
    """The case holds for the tree and fails for the mutant."""
    for survivor in try_mutants(small, []).survivors:
        assert run_case(small, survivor.case).passed, survivor.mutant.what
        assert not run_case(survivor.mutant.make(), survivor.case).passed, survivor.mutant.what


def test_the_cases_that_are_proposed_notice_everything(small: DecisionTree) -> None:
    """Coverage first, then what is proposed for the survivors: then all but the equivalent mutants are noticed."""
    report = try_mutants(small, complete(small))
    assert (len(report.killed), len(report.survivors), len(report.equivalent)) == (85, 0, 5)


def test_a_case_that_fails_on_the_tree_notices_nothing(small: DecisionTree) -> None:
    """A failing case fails on every mutant too, which shows nothing."""
    text = "- {name: a, answers: {resident: yes, nationality: dutch}, expect: {percent: 100}}\n"
    assert try_mutants(small, read_cases(text, "x", small)).killed == ()


def test_a_case_without_an_expectation_about_it_does_not_notice(small: DecisionTree) -> None:
    """Walking an edge is not enough: a lower certainty is noticed by who expects a certainty."""
    walk = "- {name: a, answers: {resident: yes, nationality: dutch}, expect: {%s}}\n"
    killed = {
        expect: len(whats(try_mutants(small, read_cases(walk % expect, "x", small)).killed, "certainty"))
        for expect in ("scheme: insurer", "certainty: settled")
    }
    assert killed == {"scheme: insurer": 0, "certainty: settled": 3}


def test_an_extra_question_is_noticed_by_the_number_of_questions() -> None:
    """Where only a question is added, `max_questions` is what tells."""
    tree = plain_tree(
        {"n": ("q", {"yes": "x", "no": "m"}), "m": ("r", {"yes": "x", "no": "x"})},
        {"x": {}},
    )
    (survivor,) = (
        one
        for one in try_mutants(tree, []).survivors
        if one.mutant.what == "node 'n': 'yes' leads to 'm' instead of 'x'"
    )
    assert survivor.case.name == "q yes, at most 1 questions"
    assert survivor.case.expect["max_questions"] == 1


def test_a_question_that_is_answered_before_the_conversation_is_not_noticed() -> None:
    """It does not count, so asking it where nothing depends on it makes no difference."""
    nodes = {"n": ("q", {"yes": "x", "no": "m"}), "m": ("r", {"yes": "x", "no": "x"})}
    report = try_mutants(plain_tree(nodes, {"x": {}}, preset="r"), [])
    assert "node 'n': 'yes' leads to 'm' instead of 'x'" in whats(report.equivalent, "retarget")


def test_the_only_option_of_a_node_is_not_dropped() -> None:
    """A node without options is no mistake of a tree but a tree that is not read."""
    later = {"to": "x", "valid_from": "2021-01-01"}
    tree = plain_tree({"n": ("q", {"yes": "m", "no": "y"}), "m": ("r", {"yes": later})}, {"x": {}, "y": {}})
    assert whats(mutants_of(tree), "drop_option") == [
        "node 'n': option 'yes' is gone",
        "node 'n': option 'no' is gone",
    ]
    assert [len(case.answers) for case in missing_walks(coverage_of(tree, []))] == [2, 1]


def test_advice_too_much_is_noticed_by_not_advice() -> None:
    """Where only advice is added, `not_advice` is what tells."""
    tree = plain_tree(
        {
            "n": (
                "q",
                {
                    "yes": [
                        {"to": "x", "valid_until": "2020-12-31", "advice": "[a]"},
                        {"to": "x", "valid_from": "2021-01-01"},
                    ],
                    "no": "y",
                },
            )
        },
        {"x": {}, "y": {}},
    )
    (survivor,) = (
        one
        for one in try_mutants(tree, []).survivors
        if one.mutant.what == "node 'n': at 'yes' 2021-01-01 becomes 2021-01-02"
    )
    assert survivor.case.name == "yes, on 2021-01-01, without a"
    assert survivor.case.expect["not_advice"] == ("a",)


def test_places_that_ask_the_same_in_another_order_are_compared_by_answers() -> None:
    """Two subtrees that decide alike in another order are equivalent, and one that does not is not."""
    ends = {"x": {}, "y": {}}
    nodes = {
        "n": ("q", {"yes": "a1", "no": "b1"}),
        "a1": ("r", {"yes": "a2", "no": "a3"}),
        "a2": ("s", {"yes": "x", "no": "y"}),
        "a3": ("s", {"yes": "y", "no": "y"}),
        "b1": ("s", {"yes": "b2", "no": "b3"}),
        "b2": ("r", {"yes": "x", "no": "y"}),
        "b3": ("r", {"yes": "y", "no": "y"}),
    }
    swap = "node 'n': 'yes' and 'no' change places"
    assert swap in whats(try_mutants(plain_tree(nodes, ends), []).equivalent, "swap")
    nodes["b3"] = ("r", {"yes": "y", "no": "x"})
    survivors = {one.mutant.what: one.case for one in try_mutants(plain_tree(nodes, ends), []).survivors}
    assert {key: set(value) for key, value in survivors[swap].answers.items()} == {
        "q": {"yes"},
        "r": {"no"},
        "s": {"no"},
    }


def test_past_the_budget_nothing_is_claimed(small: DecisionTree) -> None:
    """A mutant that was not compared to the end is neither equivalent nor a survivor."""
    report = try_mutants(small, [], budget=1)
    assert len(report.unsettled) == 90
    mutant = next(mutants_of(small))
    assert walk_that_notices(small, mutant.make(), budget=1) is False
    assert list(differences(small, mutant.make(), budget=1)) == [False]


def test_sixty_diamonds_are_compared_at_once() -> None:
    """2^60 paths: swaps are found equivalent and the rest is noticed, without listing paths."""
    tree = diamonds(60)
    started = time.monotonic()
    report = try_mutants(tree, missing_walks(coverage_of(tree, [])))
    assert (len(whats(report.equivalent, "swap")), report.unsettled) == (60, ())
    assert time.monotonic() - started < 20


# -- held against plain enumeration -------------------------------------------


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
    for route in tree.routes(node):
        if route.option in dead:
            yield [route]


def days(*trees: DecisionTree) -> tuple[set[datetime.date], set[datetime.date]]:
    """Return every day of care and of claiming on which something begins or ends, and the days around it."""
    care, claim = {trees[0].checked_until}, {trees[0].checked_until}
    for tree in trees:
        windows = [(care, route.window) for route in tree.routes()]
        windows += [(claim if one.by_claim_date else care, one.window) for one in tree.advice.values()]
        for found, window in windows:
            for day in (window.start, window.end):
                if day is not None:
                    found |= {day - ONE_DAY, day, day + ONE_DAY}
    return care, claim


def strict(tree: DecisionTree, path: list[Route], care: datetime.date, claim: datetime.date) -> Case:
    """Return a case that expects all that can be expected of a path."""
    case = case_along(tree, path, care, claim)
    verdict = decide(tree, case.answers, care, claim)
    given = {one.id for possible in verdict.possible for one in possible.advice}
    more = {"not_advice": tuple(sorted(tree.advice.keys() - given)), "max_questions": questions_asked(verdict)}
    return replace(case_of(verdict, "it", **more), expect={**case.expect, **more})


def noticed_by_any(tree: DecisionTree, other: DecisionTree) -> bool:
    """Tell whether any walk at all notices a mutant, by walking every path on every day."""
    cares, claims = days(tree, other)
    for care, claim in product(sorted(cares), sorted(claims | cares)):
        if claim >= care:
            for path in paths(tree, care, tree.start):
                if not run_case(other, strict(tree, path, care, claim)).passed:
                    return True
    return False


def random_tree(seed: int) -> DecisionTree:
    """Return a small tree of a shape nobody thought of, with windows, advice and doubt."""
    pick = random.Random(seed)  # noqa: S311 - the same trees every time is what is wanted
    count = pick.randint(3, 6)
    nodes: dict[str, tuple[str, dict[str, object]]] = {}
    ends = {f"e{number}": {} for number in range(3)}
    advice = {"a": "", "b": "valid_until: 2021-06-30", "c": "by_claim_date: true, valid_from: 2026-01-01"}
    for key in ends:
        ends[key] = {"certainty": pick.choice(["settled", "likely"]), "advice": f"[{pick.choice('abc')}]"}
    for number in range(count):
        ahead = [f"n{one}" for one in range(number + 1, count)] + list(ends)
        # Each level asks its own question, so no path asks one twice.
        question = f"q{number}"
        to: dict[str, object] = {}
        for option in ("yes", "no", "perhaps")[: pick.randint(2, 3)]:
            route = {"to": pick.choice(ahead), "certainty": pick.choice(["settled", "settled", "likely"])}
            if pick.random() < 0.3:
                route["advice"] = f"[{pick.choice('abc')}]"
            if pick.random() < 0.25:
                later = {**route, "to": pick.choice(ahead), "valid_from": "2022-01-01"}
                to[option] = [{**route, "valid_until": "2021-12-31"}, later]
            else:
                to[option] = route
        nodes[f"n{number}"] = (question, to)
    reached = {"n0"}
    for key, (_, to) in nodes.items():
        if key in reached:
            for routes in to.values():
                reached |= {one["to"] for one in (routes if isinstance(routes, list) else [routes])}  # type: ignore[index]
    nodes = {key: value for key, value in nodes.items() if key in reached}
    used: Mapping[str, Mapping[str, str]] = {key: value for key, value in ends.items() if key in reached}
    return plain_tree(nodes, used, advice)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(12))
def test_equivalent_means_that_no_walk_at_all_notices(seed: int) -> None:
    """On trees made at random the engine and the walking of every path on every day agree on each mutant."""
    tree = random_tree(seed)
    report = try_mutants(tree, [])
    assert report.unsettled == ()
    for mutant in report.equivalent:
        assert not noticed_by_any(tree, mutant.make()), mutant.what
    for survivor in report.survivors:
        assert run_case(tree, survivor.case).passed, survivor.mutant.what
        assert not run_case(survivor.mutant.make(), survivor.case).passed, survivor.mutant.what


def test_equivalent_mutants_of_the_small_tree_are_equivalent(small: DecisionTree) -> None:
    """Walking every path on every day notices none of them."""
    for mutant in try_mutants(small, []).equivalent:
        assert not noticed_by_any(small, mutant.make()), mutant.what
