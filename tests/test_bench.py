"""What is measured works: the generated trees are trees, and none of them is too much."""

from __future__ import annotations

import time

import pytest

from cakwizard import checking
from cakwizard.loading import read_tree
from cakwizard.scripts.survivors import try_mutants
from cakwizard.scripts.walkfile import read_cases
from tests.bench.trees import diamonds
from tests.bench.trees import full
from tests.bench.trees import large


@pytest.mark.parametrize(
    ("text", "nodes", "edges"),
    [(full(4), 40, 120), (large(500), 500, 1500), (diamonds(60), 60, 180), (diamonds(60, advised=True), 60, 180)],
    ids=["full", "large", "diamonds", "advised diamonds"],
)
def test_a_generated_tree_has_its_size_and_no_fault(text: str, nodes: int, edges: int) -> None:
    """Every tree that is measured can be used and has as many nodes and routes as it is said to have."""
    tree = read_tree(text, "generated.yaml")
    assert (len(tree.nodes), len(tree.edges), tree.graph.number_of_edges()) == (nodes, edges, edges)
    assert checking.warnings(tree) == []


def test_mutants_of_diamonds_with_advice_are_all_settled_in_time() -> None:
    """Where the advice that a walk has met multiplies at each question, every mutant still gets its verdict."""
    count = 20
    tree = read_tree(diamonds(count, advised=True), "diamonds.yaml")
    answers = ", ".join(f"q{number}: a" for number in range(count))
    cases = read_cases(f"- name: one\n  answers: {{{answers}}}\n  expect: {{outcome: o0}}\n", "one.walks.yaml", tree)
    start = time.perf_counter()
    report = try_mutants(tree, cases)
    assert time.perf_counter() - start < 20
    assert report.unsettled == ()
    assert (len(report.killed), len(report.survivors), len(report.equivalent)) == (41, 204, 19)
