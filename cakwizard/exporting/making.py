"""From a tree to a drawing: the part that is asked for, in which what reads alike is one."""

from __future__ import annotations

import datetime
import itertools
import string
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

import networkx as nx

from cakwizard.deciding.days import ONE_DAY, care_windows, spans
from cakwizard.deciding.decide import walked
from cakwizard.deciding.verdict import routes_by_node
from cakwizard.errors import UsageError, spoken, unknown
from cakwizard.exporting.drawing import Answer, Box, Drawing, End, Mark, Row
from cakwizard.saying.phrases import fill, format_date, percent_text, window_words
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.tree.values import ALWAYS, Certainty, Window
from cakwizard.words import words

_TABLE = 4
"""From how many options on a question that is asked more than once is drawn as a table."""

_Leads = tuple[str | None, Certainty]
"""Where a node or outcome is drawn (the key of a box or end, or None), and the doubt on the way there."""


def make_drawing(
    tree: DecisionTree,
    language: str,
    *,
    day: datetime.date | None,
    only: str | None = None,
    start: str | None = None,
    until: str | None = None,
    marks: Mapping[Mark, Set[Route]] | None = None,
) -> Drawing:
    """Return the drawing of a part of a tree.

    Args:
        day: Keep the edges that hold on this day of care; None keeps all.
        only: Answer the tree's preset question with this option, by its id, label or synonym in any language.
        start: Begin at this node, or at the nodes that ask this question.
        until: Draw nothing behind this node, or the nodes that ask this question.
        marks: By mark the edges to mark.

    Raises:
        UsageError: There is no such node, question or option; names the nearest.
    """
    preset = _preset(tree, only) if only is not None else None
    starts = _nodes(tree, start) if start is not None else (tree.start,)
    stops = _nodes(tree, until) if until is not None else ()

    def kept(route: Route) -> bool:
        answered = preset if tree.nodes[route.node].question == tree.preset else None
        holds = day is None or day in route.window
        return holds and route.node not in stops and answered in (None, route.option)

    routes = list(walked(tree, kept, starts))
    edges = {(route.node, route.target, route.key) for route in routes}
    met = {*starts, *(route.target for route in routes)}
    say, said = words(language), list[str]()
    if tree.preset is not None and preset is not None:
        said.append(tree.questions[tree.preset].options[preset].text[language])
    said.append(say("export.day", day=format_date(day, language, long=True)) if day else say("export.all_dates"))
    for key, nodes in (("export.starting", starts if start is not None else ()), ("export.stopping", stops)):
        if nodes:
            said.append(say(key, question=tree.questions[tree.nodes[nodes[0]].question].text[language]))
    if day is not None:
        # The days around it on which no window of what is drawn begins or ends.
        drawn = (route for node in met & tree.nodes.keys() - {*stops} for route in tree.routes(node))
        same = spans(care_windows(tree, drawn, met & tree.outcomes.keys()))
        days = window_words(next(span for span in same if day in span), language)
        said += [say("export.holds", days=days)] if days else []
    said += [say(f"export.legend_{mark}") for mark in marks or ()]
    drawing = Drawing(
        tree=tree,
        language=language,
        day=day,
        graph=nx.subgraph_view(tree.graph, filter_node=met.__contains__, filter_edge=lambda *edge: edge in edges),
        starts=starts,
        preset=preset,
        said=tuple(said),
        marks=marks or {},
        boxes={},
        ends={},
    )
    return _Maker(drawing, stops, routes).made()


def _nodes(tree: DecisionTree, key: str) -> tuple[str, ...]:
    """Return the node with an id, or else all nodes that ask the question with that id."""
    if key in tree.nodes:
        return (key,)
    if found := tuple(node for node in tree.order if node in tree.nodes and tree.nodes[node].question == key):
        return found
    raise UsageError(unknown("export.no_such_node", key, [*tree.questions, *tree.nodes]))


def _preset(tree: DecisionTree, only: str) -> str:
    if tree.preset is None:
        raise UsageError(spoken("export.no_preset"))
    options = tree.questions[tree.preset].options
    wanted = only.casefold().strip()
    for option in options.values():
        names = {option.id, *option.text.by_language.values(), *(one for also in option.also.values() for one in also)}
        if wanted in {name.casefold() for name in names}:
            return option.id
    raise UsageError(unknown("export.no_such_option", only, options))


class _Maker:
    """Draws boxes and ends; what lies furthest from the start is drawn first, so that boxes can be compared."""

    def __init__(self, drawing: Drawing, stops: tuple[str, ...], routes: list[Route]) -> None:
        self.drawing, self.tree, self.language = drawing, drawing.tree, drawing.language
        self.stops, self.routes = stops, routes_by_node(routes)
        self.leads: dict[str, _Leads] = {}
        self.boxes: dict[str, Box] = {}
        self.ends: dict[str, End] = {}
        self.alike: dict[object, str] = {}

    def made(self) -> Drawing:
        """Number the boxes that are led to in the order of the tree, and leave out the others."""
        tree = self.tree
        for key in reversed([key for key in tree.order if key in self.drawing.graph]):
            self.leads[key] = self.end(key) if key in tree.outcomes else self.box(key)
        begin = {self.leads[start][0] for start in self.drawing.starts}
        reached = {*begin}
        for key in tree.order:
            if key in reached and key in self.boxes:
                reached.update(row.target for row in self.boxes[key].rows)
        drawn = [self.boxes[key] for key in tree.order if key in reached and key in self.boxes]
        often = Counter(box.question.id for box in drawn)
        asked = [node for node in tree.nodes if tree.nodes[node].question == tree.preset]
        behind = set(asked).union(*(nx.descendants(tree.graph, node) for node in asked))
        numbers = itertools.count(1)
        letters = (letter * times for times in itertools.count(1) for letter in string.ascii_uppercase)
        boxes = {}
        for box in drawn:
            # What is asked often, with many answers, is one table with a letter for each column.
            table = self.drawing.day and often[box.question.id] > 1 and len(box.question.options) >= _TABLE
            mark = next(letters) if table else str(next(numbers))
            stage = 1 if behind.isdisjoint(box.nodes) else 2
            boxes[box.key] = replace(box, mark=mark, stage=stage, first=box.key in begin)
        ends = {key: self.ends[key] for key in tree.outcomes if key in self.ends and key in reached}
        return replace(self.drawing, boxes=boxes, ends=ends)

    def end(self, key: str) -> _Leads:
        """Draw an outcome, or add it to an end that reads alike; return where it is drawn."""
        tree, language, day, outcome = self.tree, self.language, self.drawing.day, self.tree.outcomes[key]
        scheme = tree.schemes[outcome.scheme]
        shares = {one.value for one in outcome.percent if day is None or day in one.window}
        # What is paid is said where it is one percentage on all days that are drawn.
        known = scheme.claimable and len(shares) == 1
        share = percent_text(shares.pop(), language, maximum=outcome.maximum) if known else ""
        head = f"{scheme.short[language]} {share}".rstrip()
        title = fill(outcome.title, language, {"percent": outcome.percent[0].value} if outcome.percent else {})
        certainty = self.doubt(outcome.certainty, outcome.advice)
        first = self.alike.setdefault((scheme.id, head, title, certainty), key)
        outcomes = (key, *self.ends[first].outcomes) if first in self.ends else (key,)
        self.ends[first] = End(key=first, outcomes=outcomes, scheme=scheme, head=head, title=title, certainty=certainty)
        return first, certainty

    def doubt(self, own: Certainty, advice: Iterable[str]) -> Certainty:
        """Return a certainty with the doubt that advice adds on the day; of all dates only what always holds counts."""
        day = self.drawing.day
        records = [self.tree.advice[key] for key in advice]
        return max([own, *(one.certainty for one in records if (one.holds(day, day) if day else one.window == ALWAYS))])

    def box(self, key: str) -> _Leads:
        """Draw a node, unless it has one answer or a box reads alike; return where it is drawn."""
        question = self.tree.questions[self.tree.nodes[key].question]
        if key in self.stops:
            self.boxes[key] = Box(key=key, nodes=(key,), question=question, rows=())
            return key, Certainty.settled
        rows = self.rows(key)
        if all(row.target is None for row in rows):
            return None, Certainty.settled
        if len(rows) == 1 and not any(answer.days for answer in rows[0].answers):
            return rows[0].target, rows[0].certainty
        first = self.alike.setdefault((question.id, rows), key)
        box = self.boxes.setdefault(first, Box(key=first, nodes=(), question=question, rows=rows))
        self.boxes[first] = replace(box, nodes=(key, *box.nodes))
        for known, row in zip(box.rows, rows, strict=True):
            for answer, other in zip(known.answers, row.answers, strict=True):
                answer.marks.update(other.marks)
        return first, Certainty.settled

    def rows(self, node: str) -> tuple[Row, ...]:
        """Return the rows of a node: an answer for each end of each option, those with the same end joined."""
        tree, language, outside = self.tree, self.language, self.tree.nodes[node].outside
        question = tree.questions[tree.nodes[node].question]
        routes = sorted(self.routes.get(node, ()), key=lambda one: one.window.start or datetime.date.min)
        offered = {route.option for route in tree.routes(node)}
        if question.id == tree.preset and self.drawing.preset is not None:
            offered &= {self.drawing.preset}
        found: dict[Row, list[Answer]] = {}
        for option in (option for option in question.options.values() if option.id in offered):
            ways: dict[_Leads, list[Route]] = {}
            for route in routes:
                target, behind = self.leads[route.target]
                if route.option == option.id and target is not None:
                    certainty = max(behind, self.doubt(route.certainty, route.advice))
                    ways.setdefault((target, certainty), []).append(route)
            for (target, certainty), some in ways.items():
                days = "" if self.drawing.day else ", ".join(window_words(one, language) for one in _joined(some))
                marks = {mark for mark, edges in self.drawing.marks.items() if not edges.isdisjoint(some)}
                answer = Answer(option=option.id, text=option.text[language], days=days, marks=marks)
                found.setdefault(Row(answers=(), target=target, certainty=certainty), []).append(answer)
            if not ways:
                note = outside[option.id][language] if option.id in outside else words(language)("card.no_rule")
                answer = Answer(option=option.id, text=option.text[language])
                found.setdefault(Row(answers=(), target=None, note=note), []).append(answer)
        return tuple(replace(row, answers=tuple(answers)) for row, answers in found.items())


def _joined(routes: list[Route]) -> list[Window]:
    """Return the windows of routes in order of time, those that touch joined."""
    found: list[Window] = []
    for window in (route.window for route in routes):
        last = found[-1] if found else None
        if last and last.end and window.start and window.start <= last.end + ONE_DAY:
            found[-1] = Window(last.start, window.end)
        else:
            found.append(window)
    return found
