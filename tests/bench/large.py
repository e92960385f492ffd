"""A tree that is many times as large as the bundled one: its own graph, over and over, one below the other."""

from __future__ import annotations

import dataclasses

from cakwizard.loading import load
from cakwizard.tree.records import DecisionTree, Node, Route, make_graph


def large_tree(copies: int) -> DecisionTree:
    """Return the bundled tree so many times under one node, each with questions of its own."""
    tree = load()
    options = list(next(iter(tree.questions.values())).options)
    nodes: dict[str, Node] = {}
    routes: list[Route] = []
    questions = dict(tree.questions)
    for number in range(copies):
        named = {key: f"{key}_{number}" for key in tree.nodes}
        for key, node in tree.nodes.items():
            question = f"{node.question}_{number}"
            questions[question] = dataclasses.replace(tree.questions[node.question], id=question)
            nodes[named[key]] = dataclasses.replace(node, id=named[key], question=question)
        for route in tree.routes():
            target = named.get(route.target, route.target)
            routes.append(dataclasses.replace(route, node=named[route.node], target=target))
    # One chain of questions on top spreads the copies.
    first = next(iter(tree.questions))
    for number in range(copies):
        key, question = f"top_{number}", f"top_{number}"
        questions[question] = dataclasses.replace(tree.questions[first], id=question)
        nodes[key] = Node(id=key, question=question)
        below = f"top_{number + 1}" if number + 1 < copies else f"{tree.start}_{number}"
        routes.append(Route(node=key, option=options[0], target=f"{tree.start}_{number}"))
        routes.append(Route(node=key, option=options[1], target=below))
    graph = make_graph(nodes, tree.outcomes, routes)
    return dataclasses.replace(tree, nodes=nodes, questions=questions, start="top_0", graph=graph)
