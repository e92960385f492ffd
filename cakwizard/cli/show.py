"""`cakwizard show` and `tree`: everything that has an id, in words and with its sources; the whole as an outline."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click
from rich import text as rich_text

from cakwizard.cli import common
from cakwizard.cli.export import part_options, the_drawing
from cakwizard.cli.helping import Spoken, say
from cakwizard.deciding.decide import possible_on
from cakwizard.errors import UsageError, unknown
from cakwizard.exporting.diagrams import box_lines
from cakwizard.exporting.drawing import Drawing
from cakwizard.saying.phrases import fill, format_date, headline, outcome_text, window_words
from cakwizard.saying.sections import make_outcome_sections, source_numbers
from cakwizard.showing.terminal import make_console
from cakwizard.showing.text import Line, marks, plain_rows
from cakwizard.tree.records import DecisionTree, Outcome, Route
from cakwizard.tree.values import Text

_BLOCKS = ("outcomes", "nodes", "questions", "advice", "sources")


def _print(lines: Iterable[Line]) -> None:
    """Print lines as wide as the window, in the colours of the terminal."""
    console = make_console(width=common.text_width())
    styles = {"title": "bold", "heading": "heading", "folded": "help"}
    for kind, row in plain_rows(lines, console.width):
        # An address may be longer than the window, and is never broken.
        console.print(rich_text.Text(row, styles.get(kind, "")), soft_wrap=True)


@click.command("show", cls=Spoken, help="help.show.long")
@click.argument("key", metavar="OUTCOME|NODE|QUESTION|ADVICE|SOURCE")
@common.date_option
@common.lang_option
@common.tree_option
def show(given: Any) -> None:
    """Print everything that has this id; a node and its question often share theirs."""
    tree = common.load_named(given.tree_file)
    found = [block for block in _BLOCKS if given.key in getattr(tree, block)]
    if not found:
        known = (key for block in _BLOCKS for key in getattr(tree, block))
        raise UsageError(unknown("export.no_such_id", given.key, known))
    shown = _Shown(tree, common.language_of(tree, given.language), given.care_date or common.today())
    _print(line for block in found for line in getattr(shown, block)(given.key))


class _Shown:
    """The records of a tree in words on a day; each method is named after the block of the tree that it shows."""

    def __init__(self, tree: DecisionTree, language: str, day: datetime.date) -> None:
        self.tree, self.language, self.day = tree, language, day

    def outcomes(self, key: str) -> Iterator[Line]:
        outcome = self.tree.outcomes[key]
        yield Line(self._name(key), "title")
        yield Line(
            outcome_text(possible_on(self.tree, outcome, self.day, self.day), outcome.pays, self.language), "plain"
        )
        sections = make_outcome_sections(self.tree, outcome, self.language, on=self.day)
        numbers = source_numbers(sections)
        for section in sections:
            yield Line(section.heading, "heading")
            for number, item in enumerate(section.items, 1):
                sign = f"{number}. " if section.numbered else ""
                text = f"{sign}{item.text}{marks(section, item, numbers, self.language)}"
                yield Line(" ".join(filter(None, (text, item.more, item.link))))
        yield from self._list("export.show_reached", self._routes(lambda route: route.target == key))

    def nodes(self, key: str) -> Iterator[Line]:
        node = self.tree.nodes[key]
        question, routes = self.tree.questions[node.question], list(self.tree.routes(key))
        answers = [f"{self._answer(route)} → {self._name(route.target)}" for route in routes]
        for option, text in node.outside.items():
            answers.append(f"{question.options[option].text[self.language]}: {text[self.language]}")
        yield from self._head(question.text, "node", key)
        yield from self._list("export.show_answers", answers)
        yield from self._list("export.show_reached", self._routes(lambda route: route.target == key))
        yield from self._sources(source for route in routes for source in route.sources)

    def questions(self, key: str) -> Iterator[Line]:
        question, answers = self.tree.questions[key], []
        for option in question.options.values():
            more = [text[self.language] for text in (option.explain, option.help) if text is not None]
            answers.append(". ".join([f"{option.text[self.language]} ({option.id})", *more]))
        asked = (node.id for node in self.tree.nodes.values() if node.question == key)
        yield from self._head(question.text, "question", key, question.help, question.find_out)
        yield from self._list("export.show_answers", answers)
        yield from self._list("export.show_asked", asked)

    def advice(self, key: str) -> Iterator[Line]:
        advice = self.tree.advice[key]
        yield from self._head(self._text(key), "advice", key, self.tree.advice_kinds[advice.kind].heading, advice.more)
        yield from self._list("export.show_used", self._carriers(lambda one: key in one.advice))
        yield from self._sources(advice.sources)

    def sources(self, key: str) -> Iterator[Line]:
        texts = [f"{self._text(one.id)} ({one.id})" for one in self.tree.advice.values() if key in one.sources]
        yield from self._head(self.tree.sources[key].title, "source", key)
        yield from self._sources([key])
        yield from self._list("export.show_used", [*self._carriers(lambda one: key in one.sources), *texts])

    def _head(self, title: Text | str, kind: str, key: str, *texts: Text | None) -> Iterator[Line]:
        yield Line(title if isinstance(title, str) else title[self.language], "title")
        yield Line(say(f"export.show_{kind}", id=key), "plain")
        yield from (Line(text[self.language], "plain") for text in texts if text is not None)

    def _list(self, heading: str, items: Iterable[str]) -> Iterator[Line]:
        lines = [Line(item) for item in items]
        yield from [Line(say(heading), "heading"), *lines] if lines else []

    def _answer(self, route: Route) -> str:
        """Return an answer with its days and doubt."""
        question = self.tree.questions[self.tree.nodes[route.node].question]
        doubt = say(f"card.{route.certainty.name}") if route.certainty else ""
        notes = "; ".join(filter(None, (window_words(route.window, self.language), doubt)))
        return question.options[route.option].text[self.language] + (f" ({notes})" if notes else "")

    def _name(self, key: str) -> str:
        if key in self.tree.outcomes:
            return f"{headline(self.tree, self.tree.outcomes[key], self.language)} ({key})"
        return f"{self.tree.questions[self.tree.nodes[key].question].text[self.language]} ({key})"

    def _text(self, key: str) -> str:
        """Return a piece of advice with the days on which it holds."""
        advice = self.tree.advice[key]
        days = window_words(advice.window, self.language)
        return fill(advice.text, self.language, advice.values) + (f" ({days})" if days else "")

    def _routes(self, does: Callable[[Route], bool]) -> Iterator[str]:
        for route in filter(does, self.tree.routes()):
            yield f"{self._name(route.node)}: {self._answer(route)}"

    def _carriers(self, does: Callable[[Outcome | Route], bool]) -> Iterator[str]:
        yield from (self._name(outcome.id) for outcome in self.tree.outcomes.values() if does(outcome))
        yield from self._routes(does)

    def _sources(self, keys: Iterable[str]) -> Iterator[Line]:
        yield Line(say("sections.sources"), "heading")
        for source in (self.tree.sources[key] for key in dict.fromkeys(keys)):
            day = format_date(source.date, self.language) if source.date else ""
            about = ", ".join(filter(None, (source.publisher, day)))
            yield Line(f"{source.title[self.language]} ({about}). {source.url}")


@click.command("tree", cls=Spoken, help="help.tree.long")
@click.argument("node", metavar="[QUESTION|NODE]", required=False)
@click.option("--all", "unfold", is_flag=True, help="help.tree.all")
@part_options
def tree(given: Any) -> None:
    """Print the outline; what comes after the preset question is folded unless asked."""
    given.start = given.node or given.start
    _print(_outline(the_drawing(given), unfold=given.unfold or given.only is not None))


def _outline(drawing: Drawing, *, unfold: bool) -> Iterator[Line]:
    title, *rest = drawing.head()
    yield Line(title, "title")
    for text in rest:
        yield Line(text, "plain")
    stages = list(drawing.stages())
    for number, (_, stage, boxes) in enumerate(stages):
        folded = number > 0 and not unfold
        if len(stages) > 1:
            yield Line(stage, "heading")
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
