"""The graph of a tree, from its nodes, outcomes and routes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx

from cakwizard.tree.records import Node, Outcome, Route


def make_graph(
    nodes: Mapping[str, Node], outcomes: Mapping[str, Outcome], routes: Iterable[Route]
) -> nx.MultiDiGraph[str]:
    """Return the frozen graph of a tree; where the edges leave the order free, it is that of the file."""
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
    acyclic = nx.is_directed_acyclic_graph(graph)
    graph.graph["order"] = tuple(nx.lexicographical_topological_sort(graph, key=rank.get)) if acyclic else ()
    nx.freeze(graph)
    return graph
