"""From the nodes of a YAML text to a tree, by the table of the format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import yaml

from cakwizard.tree import records as r
from cakwizard.tree.format import BLOCKS, FORMAT, HEAD, NODE, OPTIONAL, ROUTE, ROW, RUN
from cakwizard.tree.graph import make_graph
from cakwizard.tree.kinds import Reading, Record, check_windows
from cakwizard.tree.reading import Reader

__all__ = ["tree_of"]


def tree_of(read: Reader, root: yaml.Node, sha256: str) -> r.DecisionTree | None:
    """Return the tree as far as it can be read; None where nothing can be made of it. Faults are kept in `read`."""
    for key, node in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "format" and node.value != FORMAT:
            hint = "see 'cakwizard check --format-help'"
            read.report("CW009", node, f"this program reads format {FORMAT}", hint)
            return None
    required = [*HEAD.required, *(name for name in BLOCKS if name not in OPTIONAL)]
    there = read.fields(root, "the tree", required, [*HEAD.optional, *OPTIONAL])
    read.languages = tuple(language for language, _ in read.words(there.get("languages"), "'languages'"))
    if not read.languages:
        read.report("CW004", there.get("languages", root), "the tree names no language", "write for example [nl, en]")
        return None
    f = Reading(read)
    for name in BLOCKS:
        f.items[name] = read.items(there.get(name), f"'{name}'")
        f.ids[name] = {key: at for key, at, _ in f.items[name]}
    f.blocks["runs"] = {key: RUN.read(f, node, f"run '{key}'") for key, _, node in f.items["runs"]}
    schedules = {key: _schedule(f, key, node) for key, _, node in f.items["schedules"]}
    for name, block in BLOCKS.items():
        if name == "nodes":
            f.blocks[name] = {key: _node(f, key, at, node, schedules) for key, at, node in f.items[name]}
        elif isinstance(block, Record):
            f.blocks[name] = {key: block.one(f, key, at, node) for key, at, node in f.items[name]}
    f.blocks["deadline_starts"] = {
        key: read.text(node, f"deadline start '{key}'") for key, _, node in f.items["deadline_starts"]
    }
    head = HEAD.take(f, {key: node for key, node in there.items() if key in HEAD.fields}, "the tree")
    f.blocks["advice"] |= f.inline
    _check_names(f)
    del head["format"]
    kept: dict[str, Any] = {
        name: MappingProxyType(f.blocks[name]) for name in BLOCKS if name not in ("runs", "schedules")
    }
    routes = [route for route in f.routes if route.target in f.ids["nodes"] or route.target in f.ids["outcomes"]]
    graph = make_graph(f.blocks["nodes"], f.blocks["outcomes"], routes)
    lines = tuple(read.lines)
    return r.DecisionTree(file=read.file, sha256=sha256, graph=graph, source_lines=lines, **head, **kept)


def _check_names(f: Reading) -> None:
    for key, at in f.ids["nodes"].items():
        if key in f.ids["outcomes"]:
            f.read.report("CW028", at, f"'{key}' is also the id of an outcome", "give one of them another id")
    for block in ("runs", "schedules"):
        for key, at in f.ids[block].items():
            if key not in f.used:
                f.read.report("CW015", at, f"nothing uses {block[:-1]} '{key}'", "use it, or take it out")


def _schedule(f: Reading, key: str, node: yaml.Node) -> list[dict[str, Any]]:
    what = f"schedule '{key}'"
    rows = [(ROW.values(f, row, f"a row of {what}"), row) for row in f.read.listed(node)]
    check_windows(f, [(row["window"], at) for row, at in rows], what)
    return [row for row, _ in rows]


def _node(f: Reading, key: str, at: yaml.Node, node: yaml.Node, schedules: Mapping[str, Any]) -> r.Node:
    what = f"node '{key}'"
    found = NODE.values(f, node, what)
    question = f.blocks["questions"].get(found["question"])
    outside: dict[str, r.Text] = {}
    seen: set[str] = set()
    for keys, key_node, listed in f.read.items(found["to"], f"routes of {what}", ids=False):
        options = [option.strip() for option in keys.split(",")]
        for option in tuple(options):
            if option in seen:
                f.read.report("CW002", key_node, f"option '{option}' is in {what} twice", "keep one")
            elif question is not None and option not in question.options:
                message = f"question '{question.id}' has no option '{option}'"
                f.read.report("CW013", key_node, message, f.read.maybe(option, question.options))
                options.remove(option)
            seen.add(option)
        windows: list[tuple[r.Window, yaml.Node]] = []
        for part in f.read.listed(listed):
            for route in _parts(f, part, f"route '{keys}' of {what}", found, schedules, key_node):
                said = route.pop("outside")
                windows.append((route["window"], part))
                for option in options:
                    f.routes.append(r.Route(node=key, option=option, **route))
                    outside |= {} if said is None else {option: said}
        check_windows(f, windows, f"option '{keys}' of {what}")
    return r.Node(id=key, question=found["question"], outside=MappingProxyType(outside), location=f.read.place(at))


def _parts(
    f: Reading, part: yaml.Node, what: str, node: Mapping[str, Any], schedules: Mapping[str, Any], at: yaml.Node
) -> Iterator[dict[str, Any]]:
    """Yield the routes that one part stands for: more than one during a schedule."""
    plain = not isinstance(part, yaml.MappingNode)
    if plain:
        key = yaml.ScalarNode("", "to", part.start_mark, part.start_mark)
        part = yaml.MappingNode("", [(key, part)], part.start_mark, part.end_mark)
    row = ROUTE.values(f, part, what)
    row["location"] = f.read.place(at if plain else part)
    for name, code, wanted in (("certainty", "CW031", "certainty"), ("sources", "CW032", "source")):
        row[name] = node[name] if row[name] in (None, ()) else row[name]
        if row[name] in (None, ()):
            f.read.report(code, row["location"], f"{what} has no {wanted}", "give it here, or for the whole node")
    row["certainty"] = row["certainty"] or r.Certainty.settled
    schedule = row.pop("during")
    f.used.add(schedule)
    for other in schedules.get(schedule, [{}]):
        window = row["window"] & other.get("window", r.ALWAYS)
        if window is not None and row["target"]:
            yield {
                **row,
                "window": r.ALWAYS if window == r.ALWAYS else window,
                "target": other.get("target") or row["target"],
                "certainty": max(row["certainty"], other.get("certainty", r.Certainty.settled)),
                "sources": tuple(dict.fromkeys((*row["sources"], *other.get("sources", ())))),
                "advice": tuple(dict.fromkeys((*row["advice"], *other.get("advice", ())))),
            }
