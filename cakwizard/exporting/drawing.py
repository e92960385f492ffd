"""What is drawn: one drawing of a part of the tree, from which every format is written.

A drawing is a list of boxes (questions), each with rows (answers that lead to the same), and the ends (outcomes) that
rows lead to. Boxes with one answer are left out, and boxes and ends that read alike are one: `making` does that.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import networkx as nx

from cakwizard.saying.phrases import certainty_text, seen_texts
from cakwizard.tree.records import DecisionTree, Question, Route, Scheme, SchemeGroup
from cakwizard.tree.values import Certainty
from cakwizard.words import words

Mark = Literal["case", "unwalked"]
"""What an edge is marked as: on the way of one case, or walked by no case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One option in a row; `days` says when it leads there, empty when always, or when one day is drawn."""

    option: str
    text: str
    days: str = ""
    # What has other marks is drawn as one all the same.
    marks: set[Mark] = field(default_factory=set, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The answers of a box that lead to the same, equally sure.

    `target` is the key of a box or an end; None where nothing is to be drawn, and `note` says why.
    """

    answers: tuple[Answer, ...]
    target: str | None
    certainty: Certainty = Certainty.settled
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A question as it is asked at one or more nodes of the tree; without rows where no more was asked for.

    Attributes:
        key: The id of its first node.
        mark: By which rows refer to it: a number in reading order, or the letter of a column of a table.
        stage: 1 for what leads to the preset question ("who gives the care?"), 2 for what comes after it.
        first: That a walk begins here.
    """

    key: str
    nodes: tuple[str, ...]
    question: Question
    rows: tuple[Row, ...]
    mark: str = ""
    stage: int = 1
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Outcomes that read alike; `head` is the scheme and what it pays, if that is known ("OVV 100%")."""

    key: str
    outcomes: tuple[str, ...]
    scheme: Scheme
    head: str
    title: str
    certainty: Certainty


class Link(NamedTuple):
    """All answers that lead from a box to the same box, end or note, by neutral names that no text can break."""

    source: str
    target: str
    answers: tuple[str, ...]
    certainty: Certainty
    note: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is drawn of a tree, in one language.

    Attributes:
        day: The day of care; None for all dates.
        graph: A view on the tree's graph with the edges that hold on the day and can be met.
        starts: The nodes where it begins.
        preset: The option by which the tree's preset question is answered beforehand.
        said: In words what was picked, and on which days of care it is the same, for under the title.
        marks: By mark the edges that have it.
        boxes: By key, in reading order.
        ends: By key, in the order of the tree.
    """

    tree: DecisionTree
    language: str
    day: datetime.date | None
    graph: nx.MultiDiGraph[str]
    starts: tuple[str, ...]
    preset: str | None
    said: tuple[str, ...]
    marks: Mapping[Mark, Set[Route]]
    boxes: Mapping[str, Box]
    ends: Mapping[str, End]

    @property
    def names(self) -> dict[str, str]:
        """Return by key a neutral name: b1, b2, … for boxes, e1, e2, … for ends."""
        boxes = {key: f"b{number}" for number, key in enumerate(self.boxes, 1)}
        return boxes | {key: f"e{number}" for number, key in enumerate(self.ends, 1)}

    def links(self) -> list[Link]:
        """Return one link for each pair of boxes (or box and end), its answers joined; those from "start" have none."""
        names = self.names
        firsts = [box for box in self.boxes.values() if box.first]
        found = [Link("start", names[box.key], (), Certainty.settled, "", marked=False) for box in firsts]
        for box in self.boxes.values():
            pairs: dict[str, list[Row]] = {}
            for row in box.rows:
                name = names[row.target] if row.target else f"{names[box.key]}_{len(pairs)}"
                pairs.setdefault(name, []).append(row)
            for target, rows in pairs.items():
                answers = tuple(text for row in rows for text in self.answer_words(row))
                certainty = min(row.certainty for row in rows)
                marked = any("case" in one.marks for row in rows for one in row.answers)
                found.append(Link(names[box.key], target, answers, certainty, rows[0].note, marked))
        return found

    def groups(self) -> list[SchemeGroup]:
        """Return the groups of schemes that are drawn, in the order of the tree."""
        used = {end.scheme.group for end in self.ends.values()}
        return [group for group in self.tree.scheme_groups.values() if group.id in used]

    def stages(self) -> dict[int, list[Box]]:
        """Return the boxes by stage."""
        found: dict[int, list[Box]] = {}
        for box in self.boxes.values():
            found.setdefault(box.stage, []).append(box)
        return found

    def ends_of(self, stage: int) -> list[End]:
        """Return the ends that are first reached in a stage."""
        by_stage = {row.target: box.stage for box in [*self.boxes.values()][::-1] for row in box.rows}
        return [end for end in self.ends.values() if by_stage.get(end.key) == stage]

    def stage_name(self, stage: int) -> str:
        """Return what a stage is called."""
        preset = self.tree.questions[self.tree.preset] if self.tree.preset else None
        if stage == 1 or preset is None:
            return words(self.language)("export.stage_1")
        return words(self.language)("export.stage_2", short=preset.short[self.language].lower())

    def answer_words(self, row: Row) -> Iterator[str]:
        """Yield the answers of a row, each with everything that a picture shows by its line."""
        say = words(self.language)
        for answer in row.answers:
            doubt = certainty_text(row.certainty, self.language) if row.certainty else ""
            marks = [say(f"export.mark_{mark}") for mark in sorted(answer.marks)]
            notes = "; ".join(filter(None, (answer.days, doubt, *marks)))
            yield say("export.noted", text=answer.text, notes=notes) if notes else answer.text

    def box_words(self, box: Box) -> str:
        """Return a box in words: its mark and its question; a box behind which nothing is drawn also its node."""
        text = box.question.text[self.language]
        start = "START · " if box.first else ""
        return f"{start}{box.mark}. {text}" + (f" ({box.key})" if not box.rows else "")

    def end_words(self, end: End) -> str:
        """Return an end in words: its scheme, what it pays, its title."""
        return f"{end.head}: {end.title}"

    def head(self) -> list[str]:
        """Return what stands above every drawing: title, part, days, edition, origin; and what could not be drawn."""
        tree, say = self.tree, words(self.language)
        lines = [tree.title[self.language], *self.said]
        ages = ", ".join(seen_texts(tree, tree.sources, self.language))
        lines.append(say("export.edition", edition=tree.edition, ages=ages))
        lines.append(tree.origin[self.language])
        if not self.boxes:
            lines.append(say("export.nothing"))
        return lines
