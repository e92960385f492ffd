"""`cakwizard tree`: the outline in the terminal, one branch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from typing import Any

import click

from cakwizard.cli.export import part_options
from cakwizard.cli.export import the_drawing
from cakwizard.cli.helping import SpokenHelp
from cakwizard.interface import words

if TYPE_CHECKING:
    from cakwizard.exporting.drawing import Drawing
    from cakwizard.exporting.outline import Branch
    from cakwizard.rendering import Block

__all__ = ["command"]


@click.command("tree", cls=SpokenHelp, help="help.tree.long")
@click.argument("node", metavar="[NODE]", required=False)
@click.option("--all", "unfold", is_flag=True, help="help.tree.all")
@part_options
@click.pass_context
def command(ctx: click.Context, /, node: str | None, unfold: bool, **parts: Any) -> None:
    """Print the outline, folded unless asked."""
    from cakwizard.rendering import print_blocks

    if node is not None:
        parts["start"] = node
    print_blocks(_blocks(the_drawing(ctx, **parts), unfold=unfold))


def _blocks(drawing: Drawing, *, unfold: bool) -> Iterator[Block]:
    """Yield the head, the branch of the start, and every other branch, folded to one line unless unfolded."""
    from cakwizard.exporting.outline import branches
    from cakwizard.exporting.outline import preamble
    from cakwizard.rendering import Block

    title, *rest = preamble(drawing)
    yield Block(title, "title")
    for line in rest:
        yield Block(line)
    first, *others = branches(drawing)
    yield from _branch(drawing, first)
    if unfold:
        for branch in others:
            yield from _branch(drawing, branch)
    elif others:
        say = words(drawing.language)
        yield Block(say("picture.folded"), "heading")
        for branch in others:
            found = {item.route.target for item in branch.items if item.route.target in drawing.tree.outcomes}
            about = say("picture.fold", count=len(branch.items), outcomes=len(found), node=branch.node.id)
            yield Block(f"{_head(drawing, branch)} {about}", "item", sign="+")


def _branch(drawing: Drawing, branch: Branch) -> Iterator[Block]:
    from cakwizard.exporting.outline import item_words
    from cakwizard.rendering import Block

    yield Block(_head(drawing, branch), "heading")
    for item in branch.items:
        yield Block(item_words(drawing, item, branch.numbers), "item", sign="-", depth=2 * item.depth)


def _head(drawing: Drawing, branch: Branch) -> str:
    from cakwizard.exporting.outline import head_words

    return head_words(drawing, branch)
