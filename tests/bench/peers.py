"""The same 4,096 walks through six questions of three answers and more, by libraries that could do the same."""

from __future__ import annotations

import datetime
import importlib
import importlib.metadata
import itertools
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cakwizard.deciding.decide import decide
from cakwizard.loading import load
from cakwizard.tree.build import make_graph
from cakwizard.tree.records import DecisionTree, Node, Question, Route
from cakwizard.tree.values import Text

__all__ = ["peers"]

DEPTH, OPTIONS = 6, "abcd"
DAY = datetime.date(2026, 11, 10)
Plain = Mapping[str, Mapping[str, str]]


def peers() -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Yield each peer that is installed: its name, our walks and its walks, which end in the same outcomes."""
    tree, plain = _tree()
    cases = list(itertools.product(OPTIONS, repeat=DEPTH))
    expected = [plain_walk(plain, case) for case in cases]

    def ours() -> list[str]:
        found = []
        for case in cases:
            verdict = decide(tree, {f"q{n}": frozenset({option}) for n, option in enumerate(case)}, DAY)
            found.append(verdict.possible[0].outcome.id)
        return found

    assert ours() == expected
    for package, make in (("transitions", _transitions), ("python-statemachine", _statemachine), ("zen-engine", _zen)):
        try:
            name = f"{package} {importlib.metadata.version(package)}"
        except importlib.metadata.PackageNotFoundError:
            sys.stdout.write(f"{package}: not installed\n")
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = make(plain, cases)
        assert theirs() == expected, name
        yield name, ours, theirs


def plain_walk(plain: Plain, case: tuple[str, ...]) -> str:
    """Return where a case ends, by a bare dictionary."""
    key = "n0"
    for option in case:
        key = plain[key].get(option, key)
    return key


def _tree() -> tuple[DecisionTree, Plain]:
    """Return a tree of six levels, each with a node that goes on by any answer to one of two nodes or outcomes."""
    import dataclasses

    real = load()
    question = next(iter(real.questions.values()))
    option = next(iter(question.options.values()))
    texts = Text({"nl": "x", "en": "x"})
    questions = {
        f"q{n}": Question(
            id=f"q{n}", text=texts, short=texts, options={o: dataclasses.replace(option, id=o) for o in OPTIONS}
        )
        for n in range(DEPTH)
    }
    outcome = next(iter(real.outcomes.values()))
    levels = [["n0"], *([f"n{n}_{o}" for o in OPTIONS] for n in range(1, DEPTH)), [f"end_{o}" for o in OPTIONS]]
    nodes = {key: Node(id=key, question=f"q{n}") for n, level in enumerate(levels[:-1]) for key in level}
    outcomes = {key: dataclasses.replace(outcome, id=key, advice=()) for key in levels[-1]}
    plain = {
        key: dict(zip(OPTIONS, levels[n + 1], strict=True)) for n, level in enumerate(levels[:-1]) for key in level
    }
    routes = [Route(node=key, option=o, target=target) for key, to in plain.items() for o, target in to.items()]
    graph = make_graph(nodes, outcomes, routes)
    tree = dataclasses.replace(real, questions=questions, nodes=nodes, outcomes=outcomes, start="n0", graph=graph)
    return tree, plain


def _transitions(plain: Plain, cases: list[tuple[str, ...]]) -> Callable[[], list[str]]:
    library = importlib.import_module("transitions")
    states = list(dict.fromkeys([*plain, *(target for to in plain.values() for target in to.values())]))
    edges = [[option, key, target] for key, to in plain.items() for option, target in to.items()]
    machine = library.Machine(states=states, initial="n0", auto_transitions=False, transitions=edges)

    def walk_all() -> list[str]:
        found = []
        for case in cases:
            machine.set_state("n0")
            for option in case:
                machine.trigger(option)
            found.append(machine.state)
        return found

    return walk_all


def _statemachine(plain: Plain, cases: list[tuple[str, ...]]) -> Callable[[], list[str]]:
    library = importlib.import_module("statemachine")
    keys = list(dict.fromkeys([*plain, *(target for to in plain.values() for target in to.values())]))
    body: dict[str, Any] = {key: library.State(key, initial=key == "n0") for key in keys}
    events: dict[str, Any] = {}
    for key in keys:
        # Making a machine takes far longer than a walk, so an outcome leads back to the start.
        for option, target in plain[key].items() if key in plain else [("again", "n0")]:
            step = body[key].to(body[target])
            events[option] = events[option] | step if option in events else step
    machine = type("Tree", (library.StateMachine,), {**body, **events})()

    def walk_all() -> list[str]:
        found = []
        for case in cases:
            for option in case:
                machine.send(option)
            found.append(next(iter(machine.configuration)).id)
            machine.send("again")
        return found

    return walk_all


def _zen(plain: Plain, cases: list[tuple[str, ...]]) -> Callable[[], list[str]]:
    """Return the tree as one compiled expression, the quickest form that the library has."""
    library = importlib.import_module("zen")

    # The whole tree in one expression would be 4^6 leaves; an expression a level keeps it small.
    steps = [
        {
            key: library.compile_expression(written_one(to))
            for key, to in plain.items()
            if key == "n0" or key.startswith(f"n{n}_")
        }
        for n in range(DEPTH)
    ]

    def walk_all() -> list[str]:
        found = []
        for case in cases:
            key = "n0"
            for n, option in enumerate(case):
                key = steps[n][key].evaluate({"q": option})
            found.append(key)
        return found

    return walk_all


def written_one(to: Mapping[str, str]) -> str:
    """Return the answers at one node as an expression."""
    return " : ".join([*(f"q == '{option}' ? '{target}'" for option, target in to.items()), "''"])
