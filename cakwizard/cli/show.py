"""`cakwizard show`: everything that has an id, in words and with its sources."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

import click

from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp
from cakwizard.errors import Issue, UsageError, nearest
from cakwizard.words import words

if TYPE_CHECKING:
    from cakwizard.tree.records import DecisionTree, Outcome, Route

__all__ = ["Line", "command", "print_lines"]

_BLOCKS = ("outcomes", "nodes", "questions", "advice", "sources")


class Line(NamedTuple):
    """A line to print, of any length."""

    kind: Literal["title", "heading", "item", "folded", "plain"]
    text: str


def print_lines(lines: Iterable[Line]) -> None:
    """Print lines as wide as the window, in the colours of the terminal."""
    from rich.text import Text

    from cakwizard.showing.terminal import make_console
    from cakwizard.showing.text import wrapped

    width = common.text_width()
    console = make_console(width=width)
    starts = {"item": "- ", "folded": "+ "}
    for number, line in enumerate(lines):
        if line.kind == "heading" and number:
            console.print()
        style = {"title": "bold", "heading": "heading", "folded": "help"}.get(line.kind, "")
        for one in wrapped(line.text, width, start=starts.get(line.kind, "")):
            # An address may be longer than the window, and is never broken.
            console.print(Text(one, style), soft_wrap=True)


@click.command("show", cls=SpokenHelp, help="help.show.long")
@click.argument("key", metavar="OUTCOME|NODE|QUESTION|ADVICE|SOURCE")
@common.date_option
@common.lang_option
@common.tree_option
def command(*, key: str, care_date: str | None, language: str, tree_file: str | None) -> None:
    """Print everything that has this id; a node and its question often share theirs."""
    from cakwizard.deciding.answers import parse_day

    tree = common.load_named(tree_file)
    day = parse_day(care_date, "--date") if care_date else common.today()
    found = [block for block in _BLOCKS if key in getattr(tree, block)]
    if not found:
        near = nearest(key, (known for block in _BLOCKS for known in getattr(tree, block))) or ""
        message = f"nothing in the tree has the id '{key[:100]}'"
        raise UsageError(Issue(message=message, key="export.no_such_id", values={"given": key[:100], "near": near}))
    shown = _Shown(tree, language if language in tree.languages else tree.languages[0], day)
    print_lines(line for block in found for line in getattr(shown, block)(key))


class _Shown:
    """The records of a tree in words on a day; each method is named after the block of the tree that it shows."""

    def __init__(self, tree: DecisionTree, language: str, day: datetime.date) -> None:
        self.tree, self.language, self.day = tree, language, day
        self.say = words(language)

    def outcomes(self, key: str) -> Iterator[Line]:
        from cakwizard.deciding.days import percent_on
        from cakwizard.saying.phrases import fill
        from cakwizard.saying.sections import make_outcome_sections, source_numbers
        from cakwizard.showing.text import marks

        outcome = self.tree.outcomes[key]
        percent = percent_on(outcome, self.day)
        yield Line("title", self._name(key))
        yield Line("plain", fill(outcome.pays, self.language, {"percent": percent} if percent is not None else {}))
        sections = make_outcome_sections(self.tree, outcome, self.language, on=self.day)
        numbers = source_numbers(sections)
        for section in sections:
            yield Line("heading", section.heading)
            for number, item in enumerate(section.items, 1):
                sign = f"{number}. " if section.numbered or section.id == "sources" else ""
                text = f"{sign}{item.text}{marks(section, item, numbers, self.language)}"
                yield Line("item", " ".join(filter(None, (text, item.more, item.link))))
        yield from self._reached(route for route in self.tree.routes() if route.target == key)

    def nodes(self, key: str) -> Iterator[Line]:
        node = self.tree.nodes[key]
        routes = list(self.tree.routes(key))
        yield Line("title", self.tree.questions[node.question].text[self.language])
        yield self._id("node", key)
        yield Line("heading", self.say("export.show_answers"))
        for route in routes:
            yield Line("item", f"{self._answer(route)} → {self._name(route.target)}")
        for option, text in node.outside.items():
            answer = self.tree.questions[node.question].options[option].text[self.language]
            yield Line("item", f"{answer}: {text[self.language]}")
        yield from self._reached(route for route in self.tree.routes() if route.target == key)
        yield from self._sources(source for route in routes for source in route.sources)

    def questions(self, key: str) -> Iterator[Line]:
        question = self.tree.questions[key]
        yield Line("title", question.text[self.language])
        yield self._id("question", key)
        for text in (question.help, question.find_out):
            if text is not None:
                yield Line("plain", text[self.language])
        yield Line("heading", self.say("export.show_answers"))
        for option in question.options.values():
            more = [text[self.language] for text in (option.explain, option.help) if text is not None]
            yield Line("item", ". ".join([f"{option.text[self.language]} ({option.id})", *more]))
        yield Line("heading", self.say("export.show_asked"))
        for node in self.tree.nodes.values():
            if node.question == key:
                yield Line("item", node.id)

    def advice(self, key: str) -> Iterator[Line]:
        advice = self.tree.advice[key]
        yield Line("title", self._text(key))
        yield self._id("advice", key)
        yield Line("plain", self.tree.advice_kinds[advice.kind].heading[self.language])
        if advice.more is not None:
            yield Line("plain", advice.more[self.language])
        yield from self._carried(lambda one: key in one.advice)
        yield from self._sources(advice.sources)

    def sources(self, key: str) -> Iterator[Line]:
        yield Line("title", self.tree.sources[key].title[self.language])
        yield self._id("source", key)
        yield from self._sources([key])
        yield from self._carried(lambda one: key in one.sources)
        for advice in self.tree.advice.values():
            if key in advice.sources:
                yield Line("item", f"{self._text(advice.id)} ({advice.id})")

    def _id(self, kind: str, key: str) -> Line:
        return Line("plain", self.say(f"export.show_{kind}", id=key))

    def _answer(self, route: Route) -> str:
        """Return an answer with its days and doubt."""
        from cakwizard.exporting.part import window_words

        question = self.tree.questions[self.tree.nodes[route.node].question]
        notes = [window_words(route.window, self.language)]
        if route.certainty:
            notes.append(self.say(f"card.{route.certainty.name}"))
        text, notes = question.options[route.option].text[self.language], list(filter(None, notes))
        return f"{text} ({'; '.join(notes)})" if notes else text

    def _name(self, key: str) -> str:
        if (outcome := self.tree.outcomes.get(key)) is not None:
            name = f"{self.tree.schemes[outcome.scheme].short[self.language]} · {outcome.title[self.language]}"
        else:
            name = self.tree.questions[self.tree.nodes[key].question].text[self.language]
        return f"{name} ({key})"

    def _text(self, key: str) -> str:
        """Return a piece of advice with the days on which it holds."""
        from cakwizard.exporting.part import window_words
        from cakwizard.saying.phrases import fill

        advice = self.tree.advice[key]
        days = window_words(advice.window, self.language)
        return fill(advice.text, self.language, advice.values) + (f" ({days})" if days else "")

    def _reached(self, routes: Iterable[Route]) -> Iterator[Line]:
        for number, route in enumerate(routes):
            if not number:
                yield Line("heading", self.say("export.show_reached"))
            yield Line("item", f"{self._name(route.node)}: {self._answer(route)}")

    def _carried(self, does: Callable[[Outcome | Route], bool]) -> Iterator[Line]:
        yield Line("heading", self.say("export.show_used"))
        for outcome in self.tree.outcomes.values():
            if does(outcome):
                yield Line("item", self._name(outcome.id))
        for route in self.tree.routes():
            if does(route):
                yield Line("item", f"{self._name(route.node)}: {self._answer(route)}")

    def _sources(self, keys: Iterable[str]) -> Iterator[Line]:
        from cakwizard.saying.phrases import format_date

        yield Line("heading", self.say("sections.sources"))
        for source in (self.tree.sources[key] for key in dict.fromkeys(keys)):
            dated = [format_date(source.date, self.language)] if source.date else []
            about = ", ".join([source.publisher, *dated])
            yield Line("item", f"{source.title[self.language]} ({about}). {source.url}")
