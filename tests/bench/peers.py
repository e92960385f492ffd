"""The same 4,096 walks through six questions of four answers, by libraries that could do the same."""

from __future__ import annotations

import importlib
import importlib.metadata
import itertools
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cakwizard.loading import load
from tests.conftest import SMALL
from tests.made import decided, made

DEPTH, OPTIONS = 6, "abcd"
Plain = Mapping[str, Mapping[str, str]]
Walk = Callable[[tuple[str, ...]], str]


def peers() -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Yield each peer that is installed: its name, our walks and its walks, which end in the same outcomes."""
    levels = [["n0"], *([f"n{n}_{o}" for o in OPTIONS] for n in range(1, DEPTH)), [f"end_{o}" for o in OPTIONS]]
    steps = [
        {key: dict(zip(OPTIONS, onto, strict=True)) for key in level} for level, onto in itertools.pairwise(levels)
    ]
    plain = {key: to for level in steps for key, to in level.items()}
    tree = made(load(SMALL), {key: (f"q{n}", to) for n, level in enumerate(steps) for key, to in level.items()})
    cases = list(itertools.product(OPTIONS, repeat=DEPTH))

    def every(walk: Walk) -> Callable[[], list[str]]:
        return lambda: [walk(case) for case in cases]

    ours = every(lambda case: decided(tree, **{f"q{n}": o for n, o in enumerate(case)}).possible[0].outcome.id)
    expected = [plain_walk(plain, case) for case in cases]
    assert ours() == expected
    for package, make in (("transitions", _transitions), ("python-statemachine", _statemachine), ("zen-engine", _zen)):
        try:
            name = f"{package} {importlib.metadata.version(package)}"
        except importlib.metadata.PackageNotFoundError:
            sys.stdout.write(f"{package}: not installed\n")
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = every(make(plain))
        assert theirs() == expected, name
        yield name, ours, theirs


def plain_walk(plain: Plain, case: tuple[str, ...]) -> str:
    """Return where a case ends, by a bare dictionary."""
    key = "n0"
    for option in case:
        key = plain[key][option]
    return key


def _transitions(plain: Plain) -> Walk:
    library = importlib.import_module("transitions")
    states = list(dict.fromkeys([*plain, *(target for to in plain.values() for target in to.values())]))
    edges = [[option, key, target] for key, to in plain.items() for option, target in to.items()]
    machine = library.Machine(states=states, initial="n0", auto_transitions=False, transitions=edges)

    def walk(case: tuple[str, ...]) -> str:
        machine.set_state("n0")
        for option in case:
            machine.trigger(option)
        return str(machine.state)

    return walk


def _statemachine(plain: Plain) -> Walk:
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

    def walk(case: tuple[str, ...]) -> str:
        for option in case:
            machine.send(option)
        end = str(next(iter(machine.configuration)).id)
        machine.send("again")
        return end

    return walk


def _zen(plain: Plain) -> Walk:
    library = importlib.import_module("zen")
    # One expression for all would have 4^6 leaves: one for each node, compiled, is the quickest form that there is.
    steps = {
        key: library.compile_expression(" : ".join([*(f"q == '{o}' ? '{end}'" for o, end in to.items()), "''"]))
        for key, to in plain.items()
    }

    def walk(case: tuple[str, ...]) -> str:
        key = "n0"
        for option in case:
            key = steps[key].evaluate({"q": option})
        return key

    return walk
