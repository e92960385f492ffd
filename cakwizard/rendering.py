"""A verdict drawn with rich: headings, numbered steps, nothing by colour alone.

Texts of a tree never pass as markup. Nothing here prints but `print_verdict`,
which is handed to the commands.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from rich.console import Console
from rich.console import Group
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as RichText

from cakwizard.interface import words
from cakwizard.presenting import Section
from cakwizard.presenting import headline
from cakwizard.presenting import sections
from cakwizard.presenting import steps_in_words
from cakwizard.walking import Possible
from cakwizard.walking import Verdict
from cakwizard.wording import format_date

__all__ = ["outcome_renderable", "print_verdict", "verdict_renderable"]


def print_verdict(verdict: Verdict, language: str, *, assumed: bool, today: datetime.date) -> None:
    """Print a verdict to standard output, as wide as the window."""
    console = Console(markup=False, highlight=False, emoji=False)
    console.print(verdict_renderable(verdict, language, assumed=assumed, today=today))


def verdict_renderable(verdict: Verdict, language: str, *, assumed: bool, today: datetime.date) -> RenderableType:
    """Return the outcome, the outcomes still possible, or why there is none."""
    say = words(language)
    parts: list[RenderableType] = []
    if verdict.outcome is not None:
        parts.append(outcome_renderable(verdict, verdict.outcome, language, assumed=assumed, today=today))
    elif verdict.possible:
        parts += _open(verdict, language)
    else:
        parts += _out_of_range(verdict, language)
    if verdict.unused:
        parts.append(RichText(say("outcome.unused", questions=", ".join(verdict.unused))))
    return Group(*parts)


def outcome_renderable(
    verdict: Verdict, possible: Possible, language: str, *, assumed: bool, today: datetime.date
) -> RenderableType:
    """Return one outcome with everything it shows."""
    parts: list[RenderableType] = [RichText(headline(verdict, possible, language), style="bold"), RichText()]
    for section in sections(verdict, possible, language, assumed=assumed, today=today):
        parts += _section(section)
    return Group(*parts)


def _section(section: Section) -> Iterator[RenderableType]:
    if section.heading:
        yield RichText(section.heading, style="bold underline")
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for number, item in enumerate(section.items, 1):
        sign = f"{number}." if section.numbered else "-"
        table.add_row(RichText(sign if section.heading else ""), RichText(item.text))
    yield Padding(table, (0, 0, 1, 0))


def _open(verdict: Verdict, language: str) -> Iterator[RenderableType]:
    say = words(language)
    yield RichText(say("outcome.still_possible", count=len(verdict.possible)) + ":", style="bold")
    for one in verdict.possible:
        steps = steps_in_words(verdict.tree, one.path[len(verdict.path) :], language)
        yield RichText(f"- {headline(verdict, one, language)}")
        if steps:
            because = "; ".join(f"{question} {answer}" for question, answer in steps)
            yield Padding(RichText(say("outcome.because", answers=because)), (0, 0, 0, 2))
    if verdict.decide_next is not None:
        question = verdict.tree.questions[verdict.decide_next]
        yield RichText()
        yield RichText(say("outcome.find_out_first", question=question.text[language]), style="bold")
        if question.find_out is not None:
            yield RichText(question.find_out[language])


def _out_of_range(verdict: Verdict, language: str) -> Iterator[RenderableType]:
    say = words(language)
    yield RichText(say("outcome.out_of_range"), style="bold")
    yield RichText(say("outcome.dates", care_date=format_date(verdict.care_date, language)))
    nearest = verdict.nearest
    if nearest is None:
        return
    tree = verdict.tree
    outside = tree.nodes[nearest.route.node].outside.get(nearest.route.option)
    if outside is not None:
        yield RichText(outside[language])
    window = nearest.route.window
    start = format_date(window.start, language) if window.start else ""
    end = format_date(window.end, language) if window.end else ""
    key = "nearest_between" if start and end else "nearest_from" if start else "nearest_until"
    yield RichText(say(f"outcome.{key}", start=start, end=end))
