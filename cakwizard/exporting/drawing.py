"""What is drawn: one drawing of a part of the tree, from which every format is written.

A drawing is a list of boxes (questions), each with rows (answers that lead to the same), and the ends (outcomes) that
rows lead to. Boxes with one answer are left out, and boxes and ends that read alike are one.
"""

from __future__ import annotations

import datetime
import itertools
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Literal

import networkx as nx

from cakwizard.deciding.answers import preset_option
from cakwizard.deciding.days import ONE_DAY, care_windows, spans
from cakwizard.deciding.decide import walked
from cakwizard.deciding.verdict import routes_by_node
from cakwizard.errors import UsageError, unknown
from cakwizard.saying.phrases import certainty_text, fill, format_date, percent_text, seen_texts, window_words
from cakwizard.tree.records import DecisionTree, Question, Route
from cakwizard.tree.values import ALWAYS, Certainty, Window
from cakwizard.words import words

Mark = Literal["case", "unwalked"]
"""What an edge is marked as: on the way of one case, or walked by no case."""

_TABLE = 4
"""From how many options on a question that is asked more than once is drawn as a table."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One option in a row; `days` says when it leads there, empty when always, or when one day is drawn."""

    option: str
    text: str
    days: str = ""
    # What has other marks is drawn as one all the same.
    marks: set[Mark] = field(default_factory=set, compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """The answers of a box that lead to the same, equally sure."""

    answers: tuple[Answer, ...]
    target: str | None  # the key of a box or an end; None where nothing is to be drawn, and the note says why
    certainty: Certainty = Certainty.settled
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A question as it is asked at one or more nodes of the tree; without rows where no more was asked for."""

    key: str  # the id of one of its nodes
    nodes: set[str]
    question: Question
    rows: tuple[Row, ...]
    mark: str = ""  # by which rows refer to it: a number in reading order, or the letter of a column of a table
    stage: int = 1  # what leads to the preset question ("who gives the care?"); 2 is that question, and what follows it
    first: bool = False  # a walk begins here


@dataclass(frozen=True, slots=True)
class End:
    """Outcomes that read alike; `head` is the scheme and what it pays, if that is known ("OVV 100%")."""

    group: str
    head: str
    title: str
    certainty: Certainty


_Leads = tuple[str | None, Certainty]
"""Where a node or outcome is drawn (the key of a box or end, or None), and the doubt on the way there."""


class Drawing:
    """What is drawn of a part of a tree, in one language.

    Args:
        day: Keep the edges that hold on this day of care; None keeps all.
        only: Answer the tree's preset question with this option, by its id, label or synonym in any language.
        start: Begin at this node, or at the nodes that ask this question.
        until: Draw nothing behind this node, or the nodes that ask this question.

    Raises:
        AnswerError: There is no such option.
        UsageError: There is no such node or question.
    """

    def __init__(
        self,
        tree: DecisionTree,
        language: str,
        *,
        day: datetime.date | None,
        only: str | None = None,
        start: str | None = None,
        until: str | None = None,
        marks: Mapping[Mark, Set[Route]] | None = None,
    ) -> None:
        self.tree, self.language, self.day, self.marks = tree, language, day, marks or {}
        self.preset = preset_option(tree, only, "--only") if only is not None else None
        self.starts = self._nodes(start) if start is not None else (tree.start,)
        self._stops = self._nodes(until) if until is not None else ()
        routes = list(walked(tree, self._keeps, self.starts))
        self._routes = routes_by_node(routes)
        edges = {(route.node, route.target, route.key) for route in routes}
        met = {*self.starts, *(route.target for route in routes)}
        # A view on the tree's graph with the edges that hold on the day and can be met.
        self.graph = nx.subgraph_view(tree.graph, filter_node=met.__contains__, filter_edge=lambda *edge: edge in edges)
        self._picked = [*self._parts(self.starts if start is not None else (), met)]
        # By what they say, so that what reads alike is found; those furthest from the start are drawn first.
        self._boxes: dict[tuple[str, object], Box] = {}
        self._ends: dict[End, str] = {}
        self._leads: dict[str, _Leads] = {}
        for key in reversed([key for key in tree.order if key in met]):
            self._leads[key] = self._end(key) if key in tree.outcomes else self._box(key)
        begin = {self._leads[key][0] for key in self.starts}
        reached, drawn = {*begin}, list[Box]()
        for box in reversed(self._boxes.values()):
            if box.key in reached:
                drawn.append(box)
                reached.update(row.target for row in box.rows)
        # What is led to, by key: boxes in reading order, ends in the order of the tree.
        self.boxes = {box.key: box for box in self._numbered(drawn, begin)}
        self.ends = {key: end for end, key in reversed(self._ends.items()) if key in reached}
        # By key names that no text can break.
        self.names = {key: f"b{number}" for number, key in enumerate(self.boxes, 1)}
        self.names |= {key: f"e{number}" for number, key in enumerate(self.ends, 1)}

    def stages(self) -> Iterator[tuple[int, str, list[Box]]]:
        """Yield each stage that has boxes: its number, what it is called, and these boxes."""
        for stage in (1, 2):
            if boxes := [box for box in self.boxes.values() if box.stage == stage]:
                yield stage, words(self.language)(f"export.stage_{stage}"), boxes

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
        start = "START · " if box.first else ""
        return f"{start}{box.mark}. {box.question.text[self.language]}" + (f" ({box.key})" if not box.rows else "")

    def end_words(self, end: End) -> str:
        """Return an end in words: its scheme, what it pays, its title."""
        return f"{end.head}: {end.title}"

    def head(self) -> list[str]:
        """Return what stands above every drawing: title, part, days, edition, origin; and what could not be drawn."""
        tree, say = self.tree, words(self.language)
        ages = ", ".join(seen_texts(tree, tree.sources, self.language))
        edition = say("export.edition", edition=tree.edition, ages=ages)
        nothing = [] if self.boxes else [say("export.nothing")]
        return [tree.title[self.language], *self._picked, edition, tree.origin[self.language], *nothing]

    def _nodes(self, key: str) -> tuple[str, ...]:
        """Return the node with an id, or else all nodes that ask the question with that id."""
        tree = self.tree
        if key in tree.nodes:
            return (key,)
        if found := tuple(node for node in tree.order if node in tree.nodes and tree.nodes[node].question == key):
            return found
        raise UsageError(unknown("export.no_such_node", key, [*tree.questions, *tree.nodes]))

    def _keeps(self, route: Route) -> bool:
        if route.node in self._stops or (self.day is not None and self.day not in route.window):
            return False
        return self.preset in (None, route.option) or self.tree.nodes[route.node].question != self.tree.preset

    def _parts(self, starts: tuple[str, ...], met: Set[str]) -> Iterator[str]:
        """Yield in words what was picked, and on which days of care it is the same."""
        tree, language, day, say = self.tree, self.language, self.day, words(self.language)
        if tree.preset is not None and self.preset is not None:
            yield tree.questions[tree.preset].options[self.preset].text[language]
        yield say("export.day", day=format_date(day, language, long=True)) if day else say("export.all_dates")
        for key, nodes in (("export.starting", starts), ("export.stopping", self._stops)):
            if nodes:
                yield say(key, question=tree.questions[tree.nodes[nodes[0]].question].text[language])
        if day is not None:
            # The days around it on which no window of what is drawn begins or ends.
            drawn = (route for node in met & tree.nodes.keys() - {*self._stops} for route in tree.routes(node))
            same = spans(care_windows(tree, drawn, met & tree.outcomes.keys()))
            days = window_words(next(span for span in same if day in span), language)
            yield from [say("export.holds", days=days)] if days else []
        yield from (say(f"export.legend_{mark}") for mark in self.marks)

    def _numbered(self, drawn: list[Box], begin: Set[str | None]) -> Iterator[Box]:
        """Yield the boxes with the marks by which rows refer to them, and the stage that they belong to."""
        tree, often = self.tree, Counter(box.question.id for box in drawn)
        asked = [node for node in tree.nodes if tree.nodes[node].question == tree.preset]
        behind = set(asked).union(*(nx.descendants(tree.graph, node) for node in asked))
        numbers = itertools.count(1)
        letters = (letter * times for times in itertools.count(1) for letter in string.ascii_uppercase)
        for box in drawn:
            # What is asked often, with many answers, is one table with a letter for each column.
            table = self.day and often[box.question.id] > 1 and len(box.question.options) >= _TABLE
            mark = next(letters) if table else str(next(numbers))
            stage = 1 if behind.isdisjoint(box.nodes) else 2
            yield replace(box, mark=mark, stage=stage, first=box.key in begin)

    def _end(self, key: str) -> _Leads:
        """Draw an outcome, unless an end reads alike; return where it is drawn."""
        tree, language, day, outcome = self.tree, self.language, self.day, self.tree.outcomes[key]
        scheme = tree.schemes[outcome.scheme]
        shares = {one.value for one in outcome.percent if day is None or day in one.window}
        # What is paid is said where it is one percentage on all days that are drawn.
        known = scheme.claimable and len(shares) == 1
        share = percent_text(shares.pop(), language, maximum=outcome.maximum) if known else ""
        head = f"{scheme.short[language]} {share}".rstrip()
        title = fill(outcome.title, language, {"percent": outcome.percent[0].value} if outcome.percent else {})
        end = End(scheme.group, head, title, self._doubt(outcome.certainty, outcome.advice))
        return self._ends.setdefault(end, key), end.certainty

    def _doubt(self, own: Certainty, advice: Iterable[str]) -> Certainty:
        """Return a certainty with the doubt that advice adds on the day; of all dates only what always holds counts."""
        day = self.day
        records = [self.tree.advice[key] for key in advice]
        return max([own, *(one.certainty for one in records if (one.holds(day, day) if day else one.window == ALWAYS))])

    def _box(self, key: str) -> _Leads:
        """Draw a node, unless it has one answer or a box reads alike; return where it is drawn."""
        question = self.tree.questions[self.tree.nodes[key].question]
        rows = () if key in self._stops else self._rows(key)
        if key not in self._stops and all(row.target is None for row in rows):
            return None, Certainty.settled
        if len(rows) == 1 and not any(answer.days for answer in rows[0].answers):
            return rows[0].target, rows[0].certainty
        new = Box(key=key, nodes=set(), question=question, rows=rows)
        box = self._boxes.setdefault((question.id, rows or key), new)
        box.nodes.add(key)
        for known, row in zip(box.rows, rows, strict=True):
            for answer, other in zip(known.answers, row.answers, strict=True):
                answer.marks.update(other.marks)
        return box.key, Certainty.settled

    def _rows(self, key: str) -> tuple[Row, ...]:
        """Return the rows of a node: an answer for each end of each option, those with the same end joined."""
        tree, language, node = self.tree, self.language, self.tree.nodes[key]
        routes = sorted(self._routes.get(key, ()), key=lambda one: one.window.start or datetime.date.min)
        preset = self.preset if node.question == tree.preset else None
        offered = {preset} if preset else {route.option for route in tree.routes(key)}
        found: dict[tuple[str | None, Certainty, str], list[Answer]] = {}
        for option in (one for one in tree.questions[node.question].options.values() if one.id in offered):
            ways: dict[_Leads, list[Route]] = {}
            for route in routes:
                target, behind = self._leads[route.target]
                if route.option == option.id and target is not None:
                    certainty = max(behind, self._doubt(route.certainty, route.advice))
                    ways.setdefault((target, certainty), []).append(route)
            for leads, some in ways.items():
                days = "" if self.day else ", ".join(window_words(one, language) for one in _joined(some))
                marks = {mark for mark, edges in self.marks.items() if not edges.isdisjoint(some)}
                found.setdefault((*leads, ""), []).append(Answer(option.id, option.text[language], days, marks))
            if not ways:
                outside = node.outside.get(option.id)
                note = outside[language] if outside else words(language)("card.no_rule")
                found.setdefault((None, Certainty.settled, note), []).append(Answer(option.id, option.text[language]))
        return tuple(Row(tuple(answers), *leads) for leads, answers in found.items())


def _joined(routes: list[Route]) -> list[Window]:
    """Return the windows of routes in order of time, those that touch joined."""
    found: list[Window] = []
    for window in (route.window for route in routes):
        end = found[-1].end if found else None
        joins = end and window.start and window.start <= end + ONE_DAY
        found.append(Window(found.pop().start, window.end) if joins else window)
    return found
