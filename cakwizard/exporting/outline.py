"""The tree as text: every node once, with its answers indented below it.

A node that several answers lead to gets a branch of its own, and the answers
say at which question they go on. So indentation stays shallow enough for a
telephone and for a screen reader, however deep the tree is.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import edge_of
from cakwizard.exporting.drawing import window_words
from cakwizard.interface import words
from cakwizard.model import Certainty
from cakwizard.model import Node
from cakwizard.model import Outcome
from cakwizard.model import Route
from cakwizard.wording import format_date

__all__ = [
    "Branch",
    "Item",
    "answer_words",
    "branches",
    "head_words",
    "item_words",
    "make",
    "outcome_words",
    "outline_text",
    "preamble",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One answer in a branch.

    Attributes:
        depth: How many questions lie between the head of the branch and this answer.
        inside: Whether the node that it leads to follows here, one deeper.
    """

    depth: int
    route: Route
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A node with everything below it that no other branch leads to.

    `numbers` says for every node of the drawing which question it is; it is the same for all branches.
    """

    node: Node
    items: tuple[Item, ...]
    numbers: Mapping[str, int]


def branches(drawing: Drawing, *, deepest: int | None = None) -> list[Branch]:
    """Return the drawing cut into branches, in the order in which they are mentioned.

    Args:
        deepest: How many questions may stand inside one another; what lies deeper gets a branch of its own.
    """
    graph = drawing.graph
    shared = {node.id for node in drawing.nodes if graph.in_degree(node.id) != 1}
    numbers: dict[str, int] = {}
    found: list[tuple[Node, tuple[Item, ...]]] = []
    heads = [drawing.start]
    known = {drawing.start}
    for head in heads:
        numbers[head] = len(numbers) + 1
        items: list[Item] = []
        # A stack of iterators, since a tree may be deeper than Python may recurse.
        stack = [drawing.routes(head)]
        while stack:
            route = next(stack[-1], None)
            if route is None:
                stack.pop()
                continue
            target = drawing.tree.nodes.get(route.target)
            inside = target is not None and target.id not in shared and (deepest is None or len(stack) <= deepest)
            items.append(Item(depth=len(stack) - 1, route=route, inside=inside))
            if target is not None and inside:
                numbers[target.id] = len(numbers) + 1
                stack.append(drawing.routes(target.id))
            elif target is not None and target.id not in known:
                known.add(target.id)
                heads.append(target.id)
        found.append((drawing.tree.nodes[head], tuple(items)))
    return [Branch(node=node, items=items, numbers=numbers) for node, items in found]


def answer_words(drawing: Drawing, route: Route) -> str:
    """Return an answer with everything that a picture shows by its line: window, doubt, walk."""
    notes = []
    if window := window_words(route.window, drawing.language):
        notes.append(window)
    if route.certainty is not Certainty.settled:
        notes.append(words(drawing.language)(f"picture.{route.certainty.name}"))
    notes += marks(drawing, route)
    answer = drawing.answer(route)
    return f"{answer} ({'; '.join(notes)})" if notes else answer


def marks(drawing: Drawing, route: Route) -> list[str]:
    """Return in words whether a route is on the walk to mark, and whether no walk took it."""
    say = words(drawing.language)
    found = []
    if edge_of(route) in drawing.highlighted:
        found.append(say("picture.on_walk"))
    if drawing.covered is not None and edge_of(route) not in drawing.covered:
        found.append(say("picture.not_walked"))
    return found


def outcome_words(drawing: Drawing, outcome: Outcome) -> str:
    """Return an outcome as its scheme, its title, and how sure it is when that is less than settled."""
    doubt = ""
    if outcome.certainty is not Certainty.settled:
        doubt = f" ({words(drawing.language)(f'picture.{outcome.certainty.name}')})"
    return f"{drawing.scheme(outcome)}: {drawing.title(outcome)}{doubt}"


def item_words(drawing: Drawing, item: Item, numbers: Mapping[str, int]) -> str:
    """Return one line of the outline without its indentation."""
    say = words(drawing.language)
    target = item.route.target
    if target in drawing.tree.outcomes:
        ending = outcome_words(drawing, drawing.tree.outcomes[target])
    elif item.inside:
        ending = say("picture.question", number=numbers[target], question=drawing.question(target))
        ending = ending[:1].lower() + ending[1:]
    else:
        ending = say("picture.goes_on", number=numbers[target])
    return f"{answer_words(drawing, item.route)}: {ending}"


def head_words(drawing: Drawing, branch: Branch) -> str:
    """Return the line above a branch."""
    number = branch.numbers[branch.node.id]
    return words(drawing.language)("picture.question", number=number, question=drawing.question(branch.node.id))


def preamble(drawing: Drawing) -> list[str]:
    """Return what stands above the tree: title, part, edition and origin."""
    tree, language = drawing.tree, drawing.language
    checked = format_date(tree.checked_until, language)
    return [
        tree.title[language],
        *drawing.parts,
        words(language)("picture.edition", edition=tree.edition, checked_until=checked),
        tree.origin[language],
    ]


def outline_lines(drawing: Drawing) -> Iterator[str]:
    """Yield the outline line by line, an empty line above each branch."""
    for branch in branches(drawing):
        yield ""
        yield head_words(drawing, branch)
        for item in branch.items:
            line = item_words(drawing, item, branch.numbers)
            yield "  " * item.depth + "- " + " ".join(line.split())


def outline_text(drawing: Drawing) -> str:
    """Return the whole outline."""
    return "\n".join([*preamble(drawing), *outline_lines(drawing)]) + "\n"


def make(drawing: Drawing) -> bytes:
    """Write the outline as a text file."""
    return outline_text(drawing).encode()
