"""`cakwizard tree`: the drawing as an outline in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from cakwizard.cli.export import part_options, the_drawing
from cakwizard.cli.helping import SpokenHelp
from cakwizard.cli.show import Line, print_lines
from cakwizard.exporting.diagrams import box_lines
from cakwizard.exporting.drawing import Drawing
from cakwizard.words import words


@click.command("tree", cls=SpokenHelp, help="help.tree.long")
@click.argument("node", metavar="[QUESTION|NODE]", required=False)
@click.option("--all", "unfold", is_flag=True, help="help.tree.all")
@part_options
def command(*, node: str | None, unfold: bool, **parts: Any) -> None:
    """Print the outline; what comes after the preset question is folded unless asked."""
    if node is not None:
        parts["start"] = node
    print_lines(_lines(the_drawing(**parts), unfold=unfold or parts["only"] is not None))


def _lines(drawing: Drawing, *, unfold: bool) -> Iterator[Line]:
    say = words(drawing.language)
    title, *rest = drawing.head()
    yield Line("title", title)
    for text in rest:
        yield Line("plain", text)
    stages = drawing.stages()
    for stage, boxes in stages.items():
        folded = stage != min(stages) and not unfold
        if len(stages) > 1:
            yield Line("heading", drawing.stage_name(stage))
        if folded:
            yield Line("plain", say("export.folded"))
        for box in boxes:
            name = drawing.box_words(box)
            if folded:
                yield Line("folded", say("export.fold", box=name, count=len(box.rows), node=box.key))
                continue
            yield Line("heading", name)
            for answers, leads in box_lines(drawing, box):
                yield Line("item", f"{answers}: {leads}" if leads else answers)
