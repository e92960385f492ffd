"""The tree written: whole or a part of it by `cakwizard export` and `tree`, everything that has an id by `show`."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import Any

import click
from rich import text as rich_text

from cakwizard import loading
from cakwizard.cli import common
from cakwizard.cli.common import Spoken, say
from cakwizard.deciding.answers import Slips, read_answers
from cakwizard.deciding.decide import decide, possible_on
from cakwizard.errors import FileError, UsageError, spoken, unknown
from cakwizard.exporting import FORMATS, format_of
from cakwizard.exporting.diagrams import outline
from cakwizard.exporting.drawing import Drawing, Mark
from cakwizard.exporting.factsheet import make_factsheet
from cakwizard.exporting.page import make_page
from cakwizard.files import write_whole
from cakwizard.saying.phrases import fill, format_date, headline, outcome_text, window_words
from cakwizard.saying.sections import make_outcome_sections, source_numbers
from cakwizard.showing.terminal import make_console
from cakwizard.showing.text import Line, plain_rows, section_lines
from cakwizard.testing.coverage import edge_id, walked
from cakwizard.testing.walkfile import load_walks
from cakwizard.tree.records import DecisionTree, Outcome, Route
from cakwizard.tree.values import Text

_BLOCKS = ("outcomes", "nodes", "questions", "advice", "sources")


def _part_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a part of the tree and mark something in it."""
    for option in (
        common.tree_option,
        common.lang_option,
        click.option("--coverage", metavar="WALKS.yaml", type=common.FILE, multiple=True, help="help.export.coverage"),
        click.option("--highlight", metavar="ANSWERS.yaml", type=common.FILE, help="help.export.highlight"),
        click.option("--until", metavar="QUESTION|NODE", help="help.export.until"),
        click.option("--from", "start", metavar="QUESTION|NODE", help="help.export.from"),
        click.option("--all-dates", is_flag=True, help="help.export.all_dates"),
        common.date_option,
        click.option("--only", metavar="OPTION", help="help.export.only"),
    ):
        function = option(function)
    return function


def _name_formats(_context: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    return [one for one in FORMATS if one.startswith(typed)]


@click.command("export", cls=Spoken, help="help.export.long")
@click.argument("name", metavar="FORMAT", required=False, shell_complete=_name_formats)
@click.option("-o", "--output", metavar="FILE", type=common.FILE, help="help.export.output")
@_part_options
@click.option("--dpi", type=click.IntRange(36, 1200), default=150, metavar="N", help="help.export.dpi")
@click.option("--since", metavar="OLD.yaml", type=common.FILE, help="help.export.since")
@common.force_option
def export(given: Any) -> None:
    """Write one format to a file or to standard output."""
    name, file = given.name, given.output if given.output != "-" else None
    if given.since is not None and name != "factsheet":
        raise UsageError(spoken("export.since_alone"))
    form = format_of(name, file)
    if not form.maker and (given.highlight or given.coverage):
        one = "--highlight" if given.highlight else "--coverage"
        raise UsageError(spoken("walk.together", one=one, other=form.name))
    if form.binary and file is None and sys.stdout.isatty():
        raise UsageError(spoken("export.not_text", format=form.name, file=f"tree{form.suffixes[0]}"))
    if form.name == "factsheet":
        tree, old = loading.load(given.tree_file), loading.load(given.since) if given.since else None
        paper = PurePath(file or "").suffix.lower() == ".pdf"
        data = make_factsheet(tree, _language(tree, given), paper=paper, since=old)
    elif form.name == "html":
        # Without a day the page takes the one on which it is opened.
        tree, day = loading.load(given.tree_file), _day(given) if given.care_date else None
        data = make_page(tree, given.language, only=given.only, date=day, today=common.today())
    else:
        data = form.make(_the_drawing(given), dpi=given.dpi)
    if file is not None:
        inputs = (given.tree_file, given.since, given.highlight, *given.coverage)
        write_whole(file, data, kind=form.is_kind, force=given.force, inputs=inputs)
    elif sys.stdout.isatty():
        common.out(data.decode())
    else:
        # Into a pipe or a file: these bytes exactly, whatever the terminal's encoding.
        sys.stdout.buffer.write(data)


def _day(given: Any) -> datetime.date | None:
    """Return the day of care that is drawn: the one given, else today; None for all dates."""
    day: datetime.date | None = given.care_date
    if day and given.all_dates:
        raise UsageError(spoken("walk.together", one="--date", other="--all-dates"))
    return day or (None if given.all_dates else common.today())


def _language(tree: DecisionTree, given: Any) -> str:
    """Return the language asked for, or the first of a tree that does not speak it."""
    return given.language if given.language in tree.languages else tree.languages[0]


def _the_drawing(given: Any) -> Drawing:
    """Return the drawing that the options ask for."""
    tree, day = loading.load(given.tree_file), _day(given)
    language, marks = _language(tree, given), dict[Mark, frozenset[Route]]()
    if given.highlight is not None:
        # The case is decided on its own day, unless another is given.
        case = read_answers(*common.read_input(given.highlight), tree, Slips(language))
        verdict = decide(tree, case.answers, common.the_dates(given.care_date or case.care_date, case.claim_date)[0])
        if not verdict.open_routes:
            date = format_date(verdict.care_date, language)
            raise UsageError(spoken("export.leads_nowhere", file=given.highlight, date=date))
        day, marks["case"] = None if given.all_dates else verdict.care_date, frozenset(verdict.open_routes)
    if given.coverage:
        cases = [case for one in load_walks(given.coverage, tree) for case in one.cases]
        if issues := [issue for case in cases for issue in case.issues]:
            raise FileError(issues)
        met = set().union(*(walked(decide(tree, one.answers, one.care_date, one.claim_date)) for one in cases))
        marks["unwalked"] = frozenset(route for route in tree.routes() if ("edges", edge_id(route)) not in met)
    return Drawing(tree, language, day=day, only=given.only, start=given.start, until=given.until, marks=marks)


@click.command("tree", cls=Spoken, help="help.tree.long")
@click.argument("node", metavar="[QUESTION|NODE]", required=False)
@click.option("--all", "unfold", is_flag=True, help="help.tree.all")
@_part_options
def tree(given: Any) -> None:
    """Print the outline; what comes after the preset question is folded unless asked."""
    given.start = given.node or given.start
    _print(outline(_the_drawing(given), unfold=given.unfold or given.only is not None))


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
    tree = loading.load(given.tree_file)
    found = [block for block in _BLOCKS if given.key in getattr(tree, block)]
    if not found:
        known = (key for block in _BLOCKS for key in getattr(tree, block))
        raise UsageError(unknown("export.no_such_id", given.key, known))
    shown = _Shown(tree, _language(tree, given), given.care_date or common.today())
    _print(line for block in found for line in getattr(shown, block)(given.key))


class _Shown:
    """The records of a tree in words on a day; each method is named after the block of the tree that it shows."""

    def __init__(self, tree: DecisionTree, language: str, day: datetime.date) -> None:
        self.tree, self.language, self.day = tree, language, day

    def outcomes(self, key: str) -> Iterator[Line]:
        outcome = self.tree.outcomes[key]
        yield Line(self._name(key), "title")
        possible = possible_on(self.tree, outcome, self.day, self.day)
        yield Line(outcome_text(possible, outcome.pays, self.language), "plain")
        sections = make_outcome_sections(self.tree, outcome, self.language, on=self.day)
        for section in sections:
            yield from section_lines(section, source_numbers(sections), self.language)
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
