"""From the nodes of a YAML text to a tree, by the kinds of its records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import networkx as nx
import yaml

from cakwizard.tree.fields import Reading, called, check_windows
from cakwizard.tree.format import BLOCKS, HEAD, NODE, ROUTE, TREE
from cakwizard.tree.records import DecisionTree, Node, Outcome, Route, Row
from cakwizard.tree.values import Text, Window


def tree_of(f: Reading, root: yaml.Node, sha256: str) -> DecisionTree | None:
    """Return the tree as far as it can be read; None where nothing can be made of it. Faults are kept in `f`."""
    for key, node in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "format" and node.value != "2":
            f.report("CW009", node, "this program reads format 2", "see 'cakwizard check --format-help'")
            return None
    there = f.fields(root, "the tree", TREE.required, TREE.optional)
    f.languages = tuple(language for language, _ in f.words(there.get("languages"), "'languages'"))
    if not f.languages:
        f.report("CW004", there.get("languages", root), "the tree names no language", "write for example [nl, en]")
        return None
    for name in BLOCKS:
        f.nodes[name] = {key: (at, node) for key, at, node in f.items(there.get(name), f"'{name}'")}
    routes: list[Route] = []
    # What others are read by comes first.
    for name in dict.fromkeys(("questions", "runs", "schedules", *BLOCKS)):
        f.blocks[name] = found = {}
        block = BLOCKS[name]
        for key, (at, node) in f.nodes[name].items():
            if name == "nodes":
                found[key] = _node(f, key, at, node, routes)
            elif block.record is not None:
                found[key] = block.record.one(f, key, at, node)
            else:
                found[key] = block.item.read(f, node, f"{called(name)} '{key}'")
    head = HEAD.take(f, there, "the tree")
    f.blocks["advice"] |= f.inline
    for key, (at, _) in f.nodes["nodes"].items():
        if key in f.nodes["outcomes"]:
            f.report("CW028", at, f"'{key}' is also the id of an outcome", "give one of them another id")
    for name in ("runs", "schedules"):
        for key, (at, _) in f.nodes[name].items():
            if key not in f.used:
                f.report("CW015", at, f"nothing uses {called(name)} '{key}'", "use it, or take it out")
        del f.blocks[name]
    graph = make_graph(f.blocks["nodes"], f.blocks["outcomes"], routes)
    kept: dict[str, Any] = {name: MappingProxyType(found) for name, found in f.blocks.items()}
    return DecisionTree(file=f.file, sha256=sha256, graph=graph, source_lines=tuple(f.lines), **head, **kept)


def _node(f: Reading, key: str, at: yaml.Node, node: yaml.Node, routes: list[Route]) -> Node:
    what = f"node '{key}'"
    found = NODE.values(f, node, what)
    question = f.blocks["questions"].get(found["question"])
    outside: dict[str, Text] = {}
    seen: set[str] = set()
    for keys, key_node, listed in f.items(found["to"], f"routes of {what}", ids=False):
        options = [option.strip() for option in keys.split(",")]
        for option in tuple(options):
            if option in seen:
                f.report("CW002", key_node, f"option '{option}' is in {what} twice", "keep one")
            elif question is not None and option not in question.options:
                message = f"question '{question.id}' has no option '{option}'"
                f.report("CW013", key_node, message, f.maybe(option, question.options))
                options.remove(option)
            seen.add(option)
        windows: list[tuple[Window, yaml.Node]] = []
        for part in f.listed(listed):
            for route, said in _routes(f, part, f"route '{keys}' of {what}", found, key_node):
                windows.append((route.window, part))
                routes += [replace(route, node=key, option=option) for option in options]
                outside |= {} if said is None else dict.fromkeys(options, said)
        check_windows(f, windows, f"option '{keys}' of {what}")
    return Node(id=key, question=found["question"], outside=MappingProxyType(outside), location=f.place(at))


def _routes(
    f: Reading, part: yaml.Node, what: str, node: Mapping[str, Any], at: yaml.Node
) -> Iterator[tuple[Route, Text | None]]:
    """Yield the routes that one part stands for (more than one during a schedule), and what to say outside them."""
    plain = not isinstance(part, yaml.MappingNode)
    if plain:
        key = yaml.ScalarNode("", "to", part.start_mark, part.start_mark)
        part = yaml.MappingNode("", [(key, part)], part.start_mark, part.end_mark)
    found = ROUTE.values(f, part, what)
    location = f.place(at if plain else part)
    for name, code, wanted in (("certainty", "CW031", "certainty"), ("sources", "CW032", "source")):
        if found.get(name, ()) == () and node.get(name, ()) != ():
            found[name] = node[name]
        elif found.get(name, ()) == ():
            f.report(code, location, f"{what} has no {wanted}", "give it here, or for the whole node")
    schedule, said = found.pop("during", ""), found.pop("outside", None)
    f.used.add(schedule)
    route = Route(node="", option="", location=location, **found)
    for row in f.blocks["schedules"].get(schedule, [Row()]):
        window = route.window & row.window
        if window is not None and route.target:
            sources, advice = dict.fromkeys(route.sources + row.sources), dict.fromkeys(route.advice + row.advice)
            target, certainty = row.target or route.target, max(route.certainty, row.certainty)
            changed = {"window": window, "target": target, "certainty": certainty}
            yield replace(route, **changed, sources=tuple(sources), advice=tuple(advice)), said


# From nodes, outcomes and routes to the graph that is the tree.


def make_graph(
    nodes: Mapping[str, Node], outcomes: Mapping[str, Outcome], routes: Iterable[Route]
) -> nx.MultiDiGraph[str]:
    """Return the frozen graph of a tree; where the edges leave the order free, it is that of the file.

    Args:
        routes: Each leads from a node to a node or an outcome that is there.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from((key, {"record": record}) for key, record in (*nodes.items(), *outcomes.items()))
    for route in routes:
        graph.add_edge(route.node, route.target, route.key, route=route)
    return _frozen(graph)


def without_routes(graph: nx.MultiDiGraph[str], routes: Iterable[Route]) -> nx.MultiDiGraph[str]:
    """Return a copy of a tree's graph from which edges are taken out."""
    copy: nx.MultiDiGraph[str] = nx.MultiDiGraph(graph)
    for route in routes:
        copy.remove_edge(route.node, route.target, route.key)
    return _frozen(copy)


def _frozen(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    rank = {key: number for number, key in enumerate(graph)}
    try:
        order = tuple(nx.lexicographical_topological_sort(graph, key=rank.__getitem__))
    except nx.NetworkXUnfeasible:
        order = ()
    graph.graph["order"] = order
    frozen: nx.MultiDiGraph[str] = nx.freeze(graph)
    return frozen
