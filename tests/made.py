"""Verdicts and trees made for a test: the small tree in which only what the test is about is otherwise."""

from __future__ import annotations

import datetime
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Verdict
from cakwizard.loading import read_tree
from cakwizard.tree.records import Amount, DecisionTree, Node, Route, make_graph
from cakwizard.tree.values import ALWAYS, Certainty, Text, Window
from tests.conftest import SMALL, TODAY

TEXT = SMALL.read_text(encoding="utf-8")
Leads = str | tuple[str, Mapping[str, Any]] | Sequence[tuple[str, Mapping[str, Any]]]


def changed(*replacements: tuple[str, str]) -> str:
    """Return the text of the small tree with some of it replaced."""
    text = TEXT
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text


def tree_with(*replacements: tuple[str, str]) -> DecisionTree:
    """Return the small tree with some of its text replaced."""
    return read_tree(changed(*replacements), "tree.yaml")


def decided(tree: DecisionTree, *days: datetime.date, **given: str) -> Verdict:
    """Return the verdict on answers (several options with commas), today or on a day of care and one of claiming."""
    answers = {question: frozenset(options.split(",")) for question, options in given.items()}
    return decide(tree, answers, *(days or (TODAY,)))


@cache
def verdicts(tree: DecisionTree) -> tuple[Verdict, ...]:
    """Return a decided verdict for every edge that leads into an outcome, today where it can be; and each once late."""
    borders = {day for route in tree.routes() for day in (route.window.start, route.window.end) if day}
    found, covered = list[Verdict](), set[tuple[str, str]]()
    for day in (TODAY, *sorted(borders, reverse=True)):
        paths: dict[str, tuple[Route, ...]] = {tree.start: ()}
        for node in tree.order:
            for route in tree.routes(node) if node in paths and node not in tree.outcomes else ():
                if day not in route.window:
                    continue
                path = (*paths[node], route)
                paths.setdefault(route.target, path)
                if route.target in tree.outcomes and (route.node, route.key) not in covered:
                    covered.add((route.node, route.key))
                    answers = {tree.nodes[one.node].question: one.option for one in path}
                    verdict = decided(tree, day, max(day, TODAY), **answers)
                    found.append(verdict)
                    due = verdict.outcome and verdict.outcome.due
                    if due and verdict.outcome and not verdict.outcome.late:
                        found.append(decided(tree, day, due + datetime.timedelta(days=1), **answers))
    return tuple(found)


def made(
    small: DecisionTree,
    nodes: Mapping[str, tuple[str, Mapping[str, Leads]]],
    outcomes: Mapping[str, Mapping[str, Any]] | None = None,
    **more: Any,
) -> DecisionTree:
    """Return a tree.

    Args:
        nodes: By node its question, and by option where that leads: a target, with fields of the route, or several.
        outcomes: By outcome what differs from the usual (settled, no percentage, no advice).
        more: Fields of the tree.
    """
    routes, options = [], dict[str, dict[str, Any]]()
    for node, (question, to) in nodes.items():
        for option, leads in to.items():
            options.setdefault(question, {})[option] = replace(small.questions["stay"].options["none"], id=option)
            for target, fields in (
                [(leads, {})] if isinstance(leads, str) else [leads] if isinstance(leads, tuple) else leads
            ):
                window = Window(fields.get("start"), fields.get("end"))
                rest = {key: value for key, value in fields.items() if key not in ("start", "end")}
                route = Route(node=node, option=option, target=target, window=window, **rest)
                routes.append(route if window != ALWAYS else replace(route, window=ALWAYS))
    targets = {route.target for route in routes} - nodes.keys()
    usual: dict[str, Any] = {"percent": (), "advice": ()}
    ends = {
        key: replace(
            small.outcomes["insurer"],
            **usual
            | {"id": key, "title": Text({"nl": f"eind {key}", "en": f"end {key}"})}
            | dict((outcomes or {}).get(key, {})),
        )
        for key in sorted(targets)
    }
    records = {
        key: Node(id=key, question=question, location=small.nodes["payer"].location)
        for key, (question, _) in nodes.items()
    }
    questions = {
        key: replace(small.questions["stay"], id=key, options=MappingProxyType(found)) for key, found in options.items()
    }
    fields = {"start": next(iter(nodes)), "preset": None, "longest_path": None, "meanwhile": ()}
    return replace(
        small,
        nodes=MappingProxyType(records),
        outcomes=MappingProxyType(ends),
        questions=MappingProxyType(questions),
        graph=make_graph(records, ends, routes),
        **{**fields, **more},
    )


def without_routes(tree: DecisionTree, gone: Collection[Route]) -> DecisionTree:
    """Return a tree from which routes are taken out."""
    left = [route for route in tree.routes() if route not in gone]
    return replace(tree, graph=make_graph(tree.nodes, tree.outcomes, left))


def random_tree(small: DecisionTree, pick: random.Random) -> DecisionTree:
    """Return a small tree of a shape nobody thought of: questions in any order, windows, advice and doubt."""
    asked = pick.sample(["q1", "q2", "q3", "q4", "q5"], pick.randint(2, 5))
    names = [f"n{question[1]}" for question in asked]
    day = datetime.date(2022, 1, 1)
    windows: list[dict[str, Any]] = [{}, {}, {}, {"start": day}, {"end": day - datetime.timedelta(days=1)}]
    nodes: dict[str, tuple[str, dict[str, Leads]]] = {}
    wanted = {names[0]}
    for number, (name, question) in enumerate(zip(names, asked, strict=True)):
        to: dict[str, Leads] = {}
        for option in pick.sample("abc", pick.randint(1, 3)) if name in wanted else ():
            target = pick.choice([*names[number + 1 :], "x", "y", "z"])
            sure = pick.choice([Certainty.settled, Certainty.settled, Certainty.likely])
            advice = tuple(pick.sample(["form_2024", "form_2025", "report"], pick.choice([0, 0, 1])))
            to[option] = (target, {**pick.choice(windows), "certainty": sure, "advice": advice})
            wanted.add(target)
        if to:
            nodes[name] = (question, to)
    ends = {key: {"certainty": pick.choice([*Certainty]), "percent": (Amount(value=Decimal(80)),)} for key in "xyz"}
    ends["x"]["advice"] = ("report", "form_2025")
    return made(small, nodes, ends)
