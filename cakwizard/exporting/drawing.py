"""What is drawn: one drawing of a part of the tree, from which every format is written.

A drawing is a list of boxes (questions), each with rows (answers that lead to the same), and the ends (outcomes) that
rows lead to. Boxes with one answer are left out, and boxes and ends that read alike are one: `merging` does that.
"""

from __future__ import annotations

import datetime
import itertools
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import networkx as nx

from cakwizard.exporting.part import Mark, Part
from cakwizard.saying.phrases import certainty_text, fill, percent_text, seen_texts, window_words
from cakwizard.tree.records import DecisionTree, Question, Route, Scheme, SchemeGroup
from cakwizard.tree.values import ALWAYS, Certainty, Window
from cakwizard.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One option in a row; `days` says when it leads there, empty when always, or when one day is drawn."""

    option: str
    text: str
    days: str = ""
    # What has other marks is drawn as one all the same.
    marks: frozenset[Mark] = field(default=frozenset(), compare=False)


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
    """A question as it is asked at one or more nodes of the tree.

    Attributes:
        key: The id of its first node.
        mark: By which rows refer to it: a number in reading order, or the letter of a column of a table.
        stage: 1 for what leads to the preset question ("who gives the care?"), 2 for what comes after it.
        first: That a walk begins here.
        stopped: That what comes behind it was not asked for.
    """

    key: str
    nodes: tuple[str, ...]
    question: Question
    rows: tuple[Row, ...]
    mark: str = ""
    stage: int = 1
    first: bool = False
    stopped: bool = False


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
    """What is drawn, ready to be written in any format; boxes in reading order, ends in the order of the tree."""

    part: Part
    boxes: Mapping[str, Box]
    ends: Mapping[str, End]

    @property
    def tree(self) -> DecisionTree:
        """Return the tree that is drawn from."""
        return self.part.tree

    @property
    def language(self) -> str:
        """Return the language of all words."""
        return self.part.language

    @property
    def names(self) -> dict[str, str]:
        """Return by key a neutral name: b1, b2, … for boxes, e1, e2, … for ends."""
        return {
            key: f"{kind}{number}"
            for kind, keys in (("b", self.boxes), ("e", self.ends))
            for number, key in enumerate(keys, 1)
        }

    def links(self) -> list[Link]:
        """Return one link for each pair of boxes (or box and end), its answers joined."""
        names, found = self.names, []
        for box in self.boxes.values():
            pairs: dict[tuple[str, str], list[Row]] = {}
            for row in box.rows:
                name = names[row.target] if row.target else f"{names[box.key]}_{len(pairs)}"
                pairs.setdefault((name, row.note), []).append(row)
            for (target, note), rows in pairs.items():
                answers = tuple(text for row in rows for text in self.answer_words(row))
                certainty = min(row.certainty for row in rows)
                marked = any("case" in one.marks for row in rows for one in row.answers)
                found.append(Link(names[box.key], target, answers, certainty, note, marked))
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
        return f"{start}{box.mark}. {text}" + (f" ({box.key})" if box.stopped else "")

    def end_words(self, end: End) -> str:
        """Return an end in words: its scheme, what it pays, its title."""
        return f"{end.head}: {end.title}"

    def head(self) -> list[str]:
        """Return what stands above every drawing: title, part, days, edition, origin; and what could not be drawn."""
        tree, say = self.tree, words(self.language)
        lines = [tree.title[self.language], *self.part.said]
        ages = ", ".join(seen_texts(tree, tree.sources, self.language))
        lines.append(say("export.edition", edition=tree.edition, ages=ages))
        lines.append(tree.origin[self.language])
        if not self.boxes:
            lines.append(say("export.nothing"))
        return lines


# From a part of the tree to a drawing: boxes with one answer left out, and what reads alike joined.

_TABLE = 4
"""From how many options on a question that is asked more than once is drawn as a table."""

_Leads = tuple[str | None, Certainty]
"""Where a node or outcome is drawn (the key of a box or end, or None), and the doubt on the way there."""


def make_drawing(part: Part) -> Drawing:
    """Return the drawing of a part: what lies furthest from the start is drawn first, so that boxes can be compared."""
    leads: dict[str, _Leads] = {}
    boxes: dict[str, Box] = {}
    ends: dict[str, End] = {}
    alike: dict[object, str] = {}
    for key in reversed(part.tree.order):
        if key not in part.graph:
            continue
        if key in part.tree.outcomes:
            leads[key] = _add_end(part, key, ends, alike)
        else:
            leads[key] = _add_box(part, key, _rows(part, key, leads), boxes, alike)
    return _in_order(part, boxes, ends, [leads[start][0] for start in part.starts])


def _add_end(part: Part, key: str, ends: dict[str, End], alike: dict[object, str]) -> _Leads:
    """Draw an outcome, or add it to an end that reads alike; return where it is drawn."""
    outcome = part.tree.outcomes[key]
    scheme = part.tree.schemes[outcome.scheme]
    shares = {one.value for one in outcome.percent if part.day is None or part.day in one.window}
    # What is paid is said where it is one percentage on all days that are drawn.
    known = scheme.claimable and len(shares) == 1
    share = percent_text(shares.pop(), part.language, maximum=outcome.maximum) if known else ""
    head = f"{scheme.short[part.language]} {share}".rstrip()
    title = fill(outcome.title, part.language, {"percent": outcome.percent[0].value} if outcome.percent else {})
    certainty = _doubt(part, outcome.certainty, outcome.advice)
    first = alike.setdefault((scheme.id, head, title, certainty), key)
    outcomes = (key, *ends[first].outcomes) if first in ends else (key,)
    ends[first] = End(key=first, outcomes=outcomes, scheme=scheme, head=head, title=title, certainty=certainty)
    return first, certainty


def _doubt(part: Part, own: Certainty, advice: Iterable[str]) -> Certainty:
    """Return a certainty with the doubt that advice adds on the day; of all dates only what always holds counts."""
    records = [part.tree.advice[key] for key in advice]
    held = (one for one in records if (one.window == ALWAYS if part.day is None else one.holds(part.day, part.day)))
    return max([own, *(one.certainty for one in held)])


def _rows(part: Part, node: str, leads: dict[str, _Leads]) -> tuple[Row, ...]:
    """Return the rows of a node: an answer for each end of each option, those with the same end joined."""
    question = part.tree.questions[part.tree.nodes[node].question]
    say, outside = words(part.language), part.tree.nodes[node].outside
    ways: dict[str, dict[_Leads, list[Route]]] = {option: {} for option in part.offered(node)}
    for route in sorted(part.routes(node), key=lambda one: one.window.start or datetime.date.min):
        target, behind = leads[route.target]
        if target is not None:
            certainty = max(behind, _doubt(part, route.certainty, route.advice))
            ways[route.option].setdefault((target, certainty), []).append(route)
    found: dict[tuple[str | None, Certainty, str], list[Answer]] = {}
    for option, by_end in ways.items():
        text = question.options[option].text[part.language]
        for (target, certainty), routes in by_end.items():
            days = "" if part.day else ", ".join(window_words(one, part.language) for one in _joined(routes))
            answer = Answer(option=option, text=text, days=days, marks=part.marks_of(routes))
            found.setdefault((target, certainty, ""), []).append(answer)
        if not by_end:
            note = outside[option][part.language] if option in outside else say("card.no_rule")
            found.setdefault((None, Certainty.settled, note), []).append(Answer(option=option, text=text))
    return tuple(
        Row(answers=tuple(answers), target=target, certainty=certainty, note=note)
        for (target, certainty, note), answers in found.items()
    )


def _joined(routes: list[Route]) -> list[Window]:
    """Return the windows of routes in order of time, those that touch joined."""
    found: list[Window] = []
    for route in routes:
        start, last = route.window.start, found[-1] if found else None
        if last and last.end and start and start <= last.end + datetime.timedelta(days=1):
            found[-1] = Window(last.start, route.window.end)
        else:
            found.append(route.window)
    return found


def _add_box(part: Part, key: str, rows: tuple[Row, ...], boxes: dict[str, Box], alike: dict[object, str]) -> _Leads:
    """Draw a node, unless it has one answer or a box reads alike; return where it is drawn."""
    question = part.tree.questions[part.tree.nodes[key].question]
    if key in part.stops:
        boxes[key] = Box(key=key, nodes=(key,), question=question, rows=(), stopped=True)
        return key, Certainty.settled
    if all(row.target is None for row in rows):
        return None, Certainty.settled
    if len(rows) == 1 and not any(answer.days for answer in rows[0].answers):
        return rows[0].target, rows[0].certainty
    known = alike.setdefault((question.id, rows), key)
    nodes = (key, *boxes[known].nodes) if known in boxes else (key,)
    if known in boxes:
        rows = tuple(map(_both_marked, rows, boxes[known].rows))
    boxes[known] = Box(key=known, nodes=nodes, question=question, rows=rows)
    return known, Certainty.settled


def _both_marked(row: Row, other: Row) -> Row:
    """Return a row with the marks of another that reads alike."""
    pairs = zip(row.answers, other.answers, strict=True)
    return replace(row, answers=tuple(replace(one, marks=one.marks | two.marks) for one, two in pairs))


def _in_order(part: Part, boxes: dict[str, Box], ends: dict[str, End], starts: list[str | None]) -> Drawing:
    """Number the boxes that can be reached in reading order, and leave out what is no longer led to."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from((*boxes, *ends))
    graph.add_edges_from((box.key, row.target) for box in boxes.values() for row in box.rows if row.target is not None)
    begin = [start for start in starts if start is not None]
    reached = set(begin).union(*(nx.descendants(graph, start) for start in begin))
    rank = {key: number for number, key in enumerate(part.tree.graph)}
    order = [key for key in nx.lexicographical_topological_sort(graph, key=rank.__getitem__) if key in reached]
    asked = [node for node in part.tree.nodes if part.tree.nodes[node].question == part.tree.preset]
    behind = set(asked).union(*(nx.descendants(part.tree.graph, node) for node in asked))
    often = Counter(boxes[key].question.id for key in order if key in boxes)
    drawn: dict[str, Box] = {}
    numbers, letters = itertools.count(1), itertools.count()
    for key in order:
        if key in boxes:
            box = boxes[key]
            # What is asked often, with many answers, is one table with a letter for each column.
            table = part.day is not None and often[box.question.id] > 1 and len(box.question.options) >= _TABLE
            mark = _letter(next(letters)) if table else str(next(numbers))
            stage = 2 if behind & set(box.nodes) else 1
            drawn[key] = replace(box, mark=mark, stage=stage, first=key in begin)
    kept = {key: ends[key] for key in part.tree.outcomes if key in ends and key in reached}
    return Drawing(part=part, boxes=drawn, ends=kept)


def _letter(number: int) -> str:
    """Return A, B, … Z, AA, BB and so on."""
    return string.ascii_uppercase[number % 26] * (1 + number // 26)
