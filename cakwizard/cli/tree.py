"""`cakwizard tree`: the drawing as an outline in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from cakwizard.cli.export import part_options, the_drawing
from cakwizard.cli.helping import Spoken
from cakwizard.cli.show import print_lines
from cakwizard.exporting.diagrams import box_lines
from cakwizard.exporting.drawing import Drawing
from cakwizard.showing.text import Line
from cakwizard.words import words


@click.command("tree", cls=Spoken, help="help.tree.long")
@click.argument("node", metavar="[QUESTION|NODE]", required=False)
@click.option("--all", "unfold", is_flag=True, help="help.tree.all")
@part_options
def command(given: Any) -> None:
    """Print the outline; what comes after the preset question is folded unless asked."""
    given.start = given.node or given.start
    print_lines(_lines(the_drawing(given), unfold=given.unfold or given.only is not None))


def _lines(drawing: Drawing, *, unfold: bool) -> Iterator[Line]:
    say = words(drawing.language)
    title, *rest = drawing.head()
    yield Line(title, "title")
    for text in rest:
        yield Line(text, "plain")
    stages = drawing.stages()
    for stage, boxes in stages.items():
        folded = stage != min(stages) and not unfold
        if len(stages) > 1:
            yield Line(drawing.stage_name(stage), "heading")
        if folded:
            yield Line(say("export.folded"), "plain")
        for box in boxes:
            name = drawing.box_words(box)
            if folded:
                yield Line(say("export.fold", box=name, count=len(box.rows), node=box.key), "folded", "+")
                continue
            yield Line(name, "heading")
            for answers, leads in box_lines(drawing, box):
                yield Line(f"{answers}: {leads}" if leads else answers)
