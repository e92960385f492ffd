"""A verdict as lines of text: for the terminal with bold headings, elsewhere plain.

A `Block` is a heading or a paragraph. Lines break between words and hang under
their sign, so that nothing is cut in a narrow window; no line ends in blanks and
nothing is said by colour alone. Texts of a tree never pass as markup. Nothing
here prints but `print_verdict` and `print_blocks`, which are handed to the commands.
"""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO
from typing import Literal

from cakwizard.errors import harmless
from cakwizard.interface import words
from cakwizard.presenting import Section
from cakwizard.presenting import sections
from cakwizard.sentences import headline
from cakwizard.sentences import steps_in_words
from cakwizard.walking import Possible
from cakwizard.walking import Verdict
from cakwizard.wording import format_date

__all__ = [
    "Block",
    "lines_of",
    "outcome_blocks",
    "plain_text",
    "print_blocks",
    "print_verdict",
    "section_blocks",
    "verdict_blocks",
    "wrapped",
]

# So many possible outcomes can still be read one by one; more are counted per scheme.
MOST_SHOWN = 12
# A terminal narrower than this breaks the lines itself.
NARROWEST = 10


@dataclass(frozen=True, slots=True)
class Block:
    """A title, a heading or a paragraph; `sign` stands before it and the lines hang under each other.

    A question is as bold as a heading, but stands close to what precedes it.
    `depth` tells by how many blanks the whole is set in.
    """

    text: str
    kind: Literal["title", "heading", "question", "item", "plain"] = "plain"
    sign: str = ""
    depth: int = 0


def wrapped(text: str, width: int | None, *, first: str = "", depth: int = 0, break_words: bool = False) -> list[str]:
    """Return the text as lines of at most `width` characters that hang under `first`; None breaks nowhere.

    A word longer than the line, such as an address, stays whole unless `break_words`:
    the terminal breaks it, and it can still be copied.
    """
    start = " " * depth + first
    if width is None:
        return [start + " ".join(text.split())]
    hang = " " * len(start)
    return textwrap.wrap(
        text,
        max(width, NARROWEST, len(start) + 1),
        initial_indent=start,
        subsequent_indent=hang,
        break_long_words=break_words,
        break_on_hyphens=False,
    ) or [start.rstrip()]


def lines_of(blocks: Iterable[Block], width: int | None = None) -> Iterator[tuple[str, bool]]:
    """Return the lines of the blocks, and whether a line belongs to a title, a heading or a question.

    An empty line stands before each heading and around the title.
    """
    previous: Block | None = None
    for block in blocks:
        heading = block.kind in ("title", "heading")
        after_title = previous is not None and previous.kind == "title"
        if previous is not None and (heading or after_title):
            yield "", False
        for line in wrapped(
            harmless(block.text), width, first=f"{block.sign} " if block.sign else "", depth=block.depth
        ):
            yield line, heading or block.kind == "question"
        previous = block


def print_blocks(blocks: Iterable[Block], stream: IO[str] | None = None, *, width: int | None = None) -> None:
    """Print the blocks, as wide as the window unless told otherwise, with headings in bold on a terminal."""
    from rich.console import Console
    from rich.text import Text as RichText

    class PassingOn(Console):
        """A console that leaves it to its caller what to do when nobody reads along any more."""

        def on_broken_pipe(self) -> None:
            # Called while the error is being handled.
            raise

    console = PassingOn(file=stream, markup=False, highlight=False, emoji=False, width=width)
    for line, heading in lines_of(blocks, console.width):
        console.print(RichText(line, style="bold" if heading else ""), soft_wrap=True)


def print_verdict(verdict: Verdict, language: str, *, assumed: bool, today: datetime.date) -> None:
    """Print a verdict to standard output, as wide as the window."""
    print_blocks(verdict_blocks(verdict, language, assumed=assumed, today=today))


def verdict_blocks(verdict: Verdict, language: str, *, assumed: bool, today: datetime.date) -> Iterator[Block]:
    """Return the outcome, the outcomes still possible, or why there is none."""
    if verdict.outcome is not None:
        yield from outcome_blocks(verdict, verdict.outcome, language, assumed=assumed, today=today)
    elif verdict.possible:
        yield from _open(verdict, language)
    else:
        yield from _out_of_range(verdict, language)
    if verdict.unused:
        yield Block(words(language)("outcome.unused", questions=", ".join(verdict.unused)))


def outcome_blocks(
    verdict: Verdict, possible: Possible, language: str, *, assumed: bool, today: datetime.date
) -> Iterator[Block]:
    """Return one outcome with everything it shows."""
    yield Block(headline(verdict, possible, language), "title")
    yield from section_blocks(sections(verdict, possible, language, assumed=assumed, today=today))


def section_blocks(shown: Sequence[Section]) -> Iterator[Block]:
    """Return sections as headings with their sentences, numbered where the order counts.

    Behind each sentence stand the numbers of its sources in the list of sources, if that is shown as well.
    """
    numbers = {
        source: number
        for section in shown
        if section.id == "sources"
        for number, item in enumerate(section.items, 1)
        for source in item.sources
    }
    for section in shown:
        listing = section.id == "sources"
        if section.heading:
            yield Block(section.heading, "heading")
        elif section.items:
            yield Block("", "plain")
        for number, item in enumerate(section.items, 1):
            box = section.checklist and not item.note
            sign = f"{number}." if section.numbered or listing else "[ ]" if box else "-" if section.heading else ""
            rests_on = [] if listing else sorted(numbers[source] for source in item.sources if source in numbers)
            marks = f" [{', '.join(map(str, rests_on))}]" if rests_on else ""
            yield Block(item.text + marks, "item", sign)


def _open(verdict: Verdict, language: str) -> Iterator[Block]:
    """Say what to find out first, then what is still possible, and what to ask where it is not settled."""
    say = words(language)
    tree = verdict.tree
    yield Block(say("outcome.still_possible", count=len(verdict.possible)), "title")
    if verdict.decide_next is not None:
        question = tree.questions[verdict.decide_next]
        yield Block(say("outcome.find_out_first", question=question.text[language]), "heading")
        if question.find_out is not None:
            yield Block(question.find_out[language])
    yield Block(say("outcome.still_possible_heading"), "heading")
    yield from _side_by_side(verdict, language) if len(verdict.possible) <= MOST_SHOWN else _counted(verdict, language)
    asked = dict.fromkeys(one.outcome.ask[language] for one in verdict.possible if one.outcome.ask is not None)
    if asked and len(verdict.possible) <= MOST_SHOWN:
        yield Block(say("outcome.ask", authority=tree.authority[language]), "heading")
        for text in asked:
            yield Block(text, "item", "-")
    yield Block("")
    yield Block(say("outcome.dates", care_date=format_date(verdict.care_date, language)))


def _side_by_side(verdict: Verdict, language: str) -> Iterator[Block]:
    """Return each outcome still possible, with only the answers that are not certain yet."""
    say = words(language)
    certain = {question for question, given in verdict.answers.items() if len(given) == 1}
    for number, one in enumerate(verdict.possible, 1):
        sign = f"{number}."
        yield Block(headline(verdict, one, language), "item", sign)
        steps = steps_in_words(verdict.tree, [step for step in one.path if step.question not in certain], language)
        if steps:
            because = "; ".join(f"{question} {answer}" for question, answer in steps)
            yield Block(say("outcome.because", answers=because), "item", depth=len(sign) + 1)


def _counted(verdict: Verdict, language: str) -> Iterator[Block]:
    """Return the schemes still possible, each with the number of its outcomes."""
    say = words(language)
    counts: dict[str, int] = {}
    for one in verdict.possible:
        counts[one.outcome.scheme] = counts.get(one.outcome.scheme, 0) + 1
    for scheme, count in counts.items():
        name = verdict.tree.schemes[scheme].name[language]
        yield Block(say("outcome.of_scheme", scheme=name, count=count), "item", "-")


def _out_of_range(verdict: Verdict, language: str) -> Iterator[Block]:
    say = words(language)
    yield Block(say("outcome.out_of_range"), "title")
    yield Block(say("outcome.dates", care_date=format_date(verdict.care_date, language)))
    nearest = verdict.nearest
    if nearest is None:
        return
    tree = verdict.tree
    outside = tree.nodes[nearest.route.node].outside.get(nearest.route.option)
    if outside is not None:
        yield Block(outside[language])
    window = nearest.route.window
    start = format_date(window.start, language) if window.start else ""
    end = format_date(window.end, language) if window.end else ""
    key = "nearest_between" if start and end else "nearest_from" if start else "nearest_until"
    yield Block(say(f"outcome.{key}", start=start, end=end))


def plain_text(blocks: Sequence[Block], width: int | None = None) -> str:
    """Return the blocks as plain text that ends in a line feed."""
    return "".join(f"{line}\n" for line, _ in lines_of(blocks, width))
