"""What a tree file is made of: its head, and its blocks of records by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cakwizard.tree import kinds as k
from cakwizard.tree import records as r
from cakwizard.tree.fields import Kind, Record

ROW = Record(
    None,
    "row",
    target=k.target.opt("in place of where the route leads", key="to"),
    certainty=k.certainty.opt("the weaker of this and the route's counts"),
    sources=k.sources.opt("beside those of the route"),
    advice=r.advice_list.opt("beside that of the route"),
    window=k.window(),
)
ROUTE = Record(
    r.Route,
    during=k.ref("schedules").opt("one route for each row of this schedule"),
    outside=k.text.opt("what to say on a day on which no route of the option holds", most=250),
)

NODE = Record(
    r.Node,
    certainty=k.certainty.opt("of routes that have none of their own"),
    sources=k.sources.opt("of routes that have none of their own"),
    to=k.leads(ROUTE)("where it leads, a route, or a list of routes; several options with commas"),
)
HEAD = Record(r.Head, "tree")
BLOCKS: dict[str, Kind] = {key: kind for key, kind in Record(r.DecisionTree).fields.items() if key not in HEAD.fields}
BLOCKS["nodes"] = replace(k.by_id(NODE), about=BLOCKS["nodes"].about)
BLOCKS["schedules"] = replace(
    k.mapping(k.rows(ROW)),
    about="days that many routes share: each row is a part of the time, for 'during'",
    required=False,
)
BLOCKS["runs"] = replace(
    k.mapping(k.refs("advice", "CW021")),
    about="advice that several lists have in the same order: +name stands for all of it",
    required=False,
)


def every_record(tree: r.DecisionTree) -> Iterator[tuple[str, Record, Any]]:
    """Yield everything in a tree with what it is called and what it is made of, records inside records too."""
    yield "the tree", HEAD, tree
    for name, block in BLOCKS.items():
        if block.record:
            for key, one in getattr(tree, name).items():
                yield from _with_nested(f"{block.record.called} '{key}'", block.record, one)
    for route in tree.routes():
        yield f"option '{route.option}' of node '{route.node}'", ROUTE, route


def _with_nested(what: str, record: Record, one: Any) -> Iterator[tuple[str, Record, Any]]:
    yield what, record, one
    for kind in record.fields.values():
        if kind.record and (inner := getattr(one, kind.into)):
            parts = inner.items() if isinstance(inner, Mapping) else [("", inner)]
            for key, part in parts:
                name = f" '{key}'" if key else ""
                yield f"{kind.record.called}{name} of {what}", kind.record, part
