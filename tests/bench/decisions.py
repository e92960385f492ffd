"""How many cases are decided in a second, beside libraries that could do the same and a bare dictionary.

Each library gets the tree in the form that is quickest for it, is made beforehand,
and must name the same outcome for every case. One that is not installed is said to be so.
"""

from __future__ import annotations

import datetime
import importlib
import importlib.metadata
import itertools
import json
import statistics
import warnings
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from cakwizard.loading import bundled_tree
from cakwizard.loading import read_tree
from cakwizard.model import DecisionTree
from cakwizard.providers import bundled_providers
from cakwizard.providers import find_providers
from cakwizard.providers.spelling import alike
from cakwizard.providers.spelling import fold
from cakwizard.walking import decide
from cakwizard.walking import follow
from tests.bench.measuring import Row
from tests.bench.measuring import in_turn
from tests.bench.measuring import timed
from tests.bench.trees import DAY
from tests.bench.trees import full

__all__ = ["rows"]

DEPTH = 6
DAY_OF_CARE = datetime.date.fromisoformat(DAY)
MISSPELT = ("Utrehct", "Overveght", "appotheek", "carnegiedref", "neckardref", "westr")

Case = Mapping[str, str]
Plain = Mapping[str, tuple[str, Mapping[str, str]]]
Decider = Callable[[], list[str]]


def rows(times: int = 25) -> Iterator[Row]:
    """Yield a row per library, one for a verdict with every answer open, and one for looking up a provider."""
    tree = read_tree(full(DEPTH), "full.yaml")
    cases = [dict(zip(tree.questions, answers, strict=True)) for answers in itertools.product("abc", repeat=DEPTH)]
    plain = {
        key: (node.question, {route.option: route.target for route in tree.routes(key)})
        for key, node in tree.nodes.items()
    }
    ours = _ours(tree, cases)
    expected = _bare(plain, cases)()
    yield _row("bare dictionary", ours, _bare(plain, cases), expected, times, 10)
    for package, make in (
        ("transitions", _transitions),
        ("python-statemachine", _statemachine),
        ("zen-engine", _zen),
    ):
        try:
            name = f"{package} {importlib.metadata.version(package)}"
        except importlib.metadata.PackageNotFoundError:
            yield Row(what="decisions a second", ours="", against=f"{package}: not installed")
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield _row(name, ours, make(plain, cases), expected, min(times, 5), 1)
    yield _verdict(times)
    yield _look_up(times)


def _row(name: str, ours: Decider, other: Decider, expected: list[str], times: int, most: float) -> Row:
    assert ours() == other() == expected, f"{name} decides something else"
    here, there, spread = in_turn(lambda: timed(ours), lambda: timed(other), times)
    return Row(
        what="decisions a second",
        ours=f"{len(expected) / here.wall:,.0f}",
        against=f"{len(expected) / there.wall:,.0f} {name}",
        ratio=here.wall / there.wall,
        most=most,
        note=f"spread {spread:.0%}",
    )


def _verdict(times: int) -> Row:
    """Return how long the bundled tree takes with every answer open, and what is asked of the verdict."""
    tree = bundled_tree()

    def work() -> object:
        verdict = decide(tree, {}, DAY_OF_CARE)
        return verdict.next_question, verdict.decide_next, verdict.questions_left

    return _within("verdict, every answer open, bundled tree", work, 5, times)


def _look_up(times: int) -> Row:
    """Return how long six misspelt words take, of which no provider has any: the longest that is searched."""
    providers = bundled_providers()

    def work() -> object:
        fold.cache_clear()
        alike.cache_clear()
        return find_providers(providers, MISSPELT)

    return _within("provider look-up, six misspelt words", work, 50, times)


def _within(what: str, work: Callable[[], object], milliseconds: float, times: int) -> Row:
    """Return the median of a piece of work beside what it may take."""
    spent = [timed(work) for _ in range(times)]
    wall, cpu = (statistics.median(taken) * 1000 for taken in zip(*((one.wall, one.cpu) for one in spent), strict=True))
    return Row(
        what=what,
        ours=f"{wall:.1f} ms",
        against=f"{milliseconds} ms",
        ratio=wall / milliseconds,
        most=1,
        note=f"processor {cpu:.1f} ms",
    )


def _ours(tree: DecisionTree, cases: Sequence[Case]) -> Decider:
    given = [{question: frozenset({option}) for question, option in case.items()} for case in cases]

    def decide_all() -> list[str]:
        found = [follow(tree, answers, DAY_OF_CARE) for answers in given]
        return [outcome.id for outcome in found if outcome is not None]

    return decide_all


def _bare(plain: Plain, cases: Sequence[Case]) -> Decider:
    def decide_all() -> list[str]:
        found = []
        for case in cases:
            key = "n0"
            while key in plain:
                question, to = plain[key]
                key = to[case[question]]
            found.append(key)
        return found

    return decide_all


def _transitions(plain: Plain, cases: Sequence[Case]) -> Decider:
    library = importlib.import_module("transitions")
    edges = [[option, key, target] for key, (_, to) in plain.items() for option, target in to.items()]
    places = dict.fromkeys([*plain, *(target for _, _, target in edges)])
    machine = library.Machine(states=list(places), initial="n0", auto_transitions=False, transitions=edges)

    def decide_all() -> list[str]:
        found = []
        for case in cases:
            machine.set_state("n0")
            while machine.state in plain:
                machine.trigger(case[plain[machine.state][0]])
            found.append(machine.state)
        return found

    return decide_all


def _statemachine(plain: Plain, cases: Sequence[Case]) -> Decider:
    library = importlib.import_module("statemachine")
    places = dict.fromkeys([*plain, *(target for _, to in plain.values() for target in to.values())])
    body: dict[str, Any] = {key: library.State(key, initial=key == "n0") for key in places}
    events: dict[str, Any] = {}
    for key in places:
        # Making a machine takes far longer than a walk, so an outcome leads back to the start.
        for option, target in plain[key][1].items() if key in plain else [("again", "n0")]:
            step = body[key].to(body[target])
            events[option] = events[option] | step if option in events else step
    machine = type("Tree", (library.StateMachine,), {**body, **events})()

    def decide_all() -> list[str]:
        found = []
        for case in cases:
            key = "n0"
            while key in plain:
                machine.send(case[plain[key][0]])
                key = machine.current_state_value
            found.append(key)
            machine.send("again")
        return found

    return decide_all


def _zen(plain: Plain, cases: Sequence[Case]) -> Decider:
    """Return a chain of switches, which is three times as quick here as one decision table."""
    library = importlib.import_module("zen")
    place = {"x": 0, "y": 0}
    nodes: list[dict[str, Any]] = [{"id": "in", "type": "inputNode", "name": "in", "position": place}]
    edges = [{"id": "first", "type": "edge", "sourceId": "in", "targetId": "n0"}]
    for key, (question, to) in plain.items():
        tests = [{"id": f"{key}_{option}", "condition": f"{question} == '{option}'"} for option in to]
        content: dict[str, Any] = {"hitPolicy": "first", "statements": tests}
        nodes.append({"id": key, "type": "switchNode", "name": key, "position": place, "content": content})
        for option, target in to.items():
            handle = f"{key}_{option}"
            edges.append(
                {"id": f"e_{handle}", "type": "edge", "sourceId": key, "sourceHandle": handle, "targetId": target}
            )
            if target not in plain:
                content = {"expressions": [{"id": f"x_{target}", "key": "outcome", "value": f"'{target}'"}]}
                nodes.append(
                    {"id": target, "type": "expressionNode", "name": target, "position": place, "content": content}
                )
    decision = library.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def decide_all() -> list[str]:
        return [decision.evaluate(case)["result"]["outcome"] for case in cases]

    return decide_all
