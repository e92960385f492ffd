"""The card as sentences, and everything there is to say, as plain text or Markdown.

What line mode, a pipe, a screen reader and a file get: nothing by colour or place alone, no escape sequence.
"""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cakwizard.deciding.verdict import Verdict
from cakwizard.errors import harmless
from cakwizard.saying.card import Card, make_card
from cakwizard.saying.phrases import ended
from cakwizard.saying.sections import Section, Sentence, make_sections, source_numbers
from cakwizard.words import words

Form = Literal["text", "markdown"]
_WHOLE: Any = {"break_long_words": False, "break_on_hyphens": False}
"""By which textwrap breaks lines between words only."""

_SIGNS = re.compile(r"([\\`*_\[\]<>#|~&])")
_FIRST = re.compile(r"\A(?:([-+=])|(\d+)(?=[.)]))")


@dataclass(frozen=True, slots=True)
class Line:
    """A heading or a sentence; before an item stands its `sign` or `label`, and `more` goes on below it."""

    text: str
    kind: Literal["title", "heading", "item", "folded", "plain"] = "item"
    sign: str = "-"
    label: str = ""
    more: Sequence[str] = ()


def card_text(card: Card, width: int | None = 80, form: Form = "text") -> str:
    """Return a card as sentences, each on a line of its own, broken to `width` characters; None breaks nowhere."""
    return _written(_card_lines(card), width, form)


def full_text(
    verdict: Verdict,
    language: str,
    form: Form = "text",
    *,
    today: datetime.date,
    assumed: bool = False,
    width: int | None = 80,
    brief: bool = False,
) -> str:
    """Return the title of the card and all that `make_sections` says; the card alone when `brief`."""
    card = make_card(verdict, language, today=today)
    if brief:
        return card_text(card, width, form)
    sections = make_sections(verdict, language, today=today, assumed=assumed)
    lines = [_title(card), *_branch_lines(card)]
    for section in sections:
        lines += section_lines(section, source_numbers(sections), language)
    return _written(lines, width, form)


def section_text(
    section: Section, sections: Iterable[Section], language: str, *, width: int | None = None, form: Form = "text"
) -> str:
    """Return one section, for example to copy it; the numbers of sources are those of all `sections`."""
    return _written(section_lines(section, source_numbers(sections), language), width, form)


def wrapped(text: str, width: int | None, *, start: str = "") -> list[str]:
    """Return a text as lines of at most `width` characters that hang under `start`; an address is never broken."""
    line = " ".join(harmless(text).split())
    if width is None:
        return [f"{start}{line}".rstrip()]
    hang, most = " " * len(start), max(width, len(start) + 10)
    return textwrap.wrap(line, most, initial_indent=start, subsequent_indent=hang, **_WHOLE) or [start.rstrip()]


def escaped(text: str) -> str:
    """Return text on one line, with a backslash before every sign that Markdown would act on."""
    line = _SIGNS.sub(r"\\\1", " ".join(harmless(text).split()))
    return _FIRST.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\", line)


def _title(card: Card) -> Line:
    title = ", ".join(filter(None, (card.title, card.name)))
    certainty = card.certainty_text.partition(" ")[2]
    return Line(f"{title}. {certainty[:1].upper()}{certainty[1:]}." if certainty else f"{title}.", "title")


def _branch_lines(card: Card) -> Iterator[Line]:
    for branch in card.branches:
        pays = f", {branch.pays}" if branch.pays.strip("?") else ""
        yield Line(f"{branch.then[0]}{pays}.", label=" / ".join(branch.answers))


def _card_lines(card: Card) -> Iterator[Line]:
    yield _title(card)
    if card.lead:
        yield Line(card.lead, "plain")
    for row in card.rows:
        shown = row.items[: 2 if row.id == "mind" else None]
        for number, item in enumerate(shown, 1):
            yield Line(ended(item.text), label=f"{row.heading}, {number}" if row.numbered else row.heading)
        if behind := row.behind + len(row.items) - len(shown):
            yield Line(ended(words(card.language)("card.behind", count=behind)), label=row.heading)
    yield from _branch_lines(card)
    yield Line(f"{card.foot[0][:1].upper()}{card.foot[0][1:]}.", "plain")


def section_lines(section: Section, numbers: dict[str, int], language: str) -> Iterator[Line]:
    """Yield a section; `numbers` are those of all sources that are shown with it."""
    yield Line(section.heading, "heading")
    for number, item in enumerate(section.items, 1):
        box = section.checklist and not item.note
        sign = f"{number}." if section.numbered else "[ ]" if box else "-"
        more = [part for part in (item.more, item.link) if part]
        yield Line(item.text + marks(section, item, numbers, language), sign=sign, more=more)


def marks(section: Section, item: Sentence, numbers: dict[str, int], language: str) -> str:
    """Return what stands behind a sentence: the numbers of its sources, or that it is our own advice."""
    if item.ours:
        return f" ({words(language)('sections.ours')})"
    cited = sorted(numbers[source] for source in item.sources if source in numbers) if section.id != "sources" else []
    return f" [{', '.join(map(str, cited))}]" if cited else ""


def _written(lines: Iterable[Line], width: int | None, form: Form) -> str:
    rows = _markdown(lines) if form == "markdown" else (row for _, row in plain_rows(lines, width))
    return "".join(f"{row}\n" for row in rows)


def plain_rows(lines: Iterable[Line], width: int | None) -> Iterator[tuple[str, str]]:
    """Yield rows of at most `width` characters, each with the kind of its line; headings have an empty one before."""
    for number, line in enumerate(lines):
        if line.kind == "heading" and number:
            yield "plain", ""
        start = f"{line.sign} " if line.kind in ("item", "folded") and not line.label else ""
        rows = wrapped(f"{line.label}: {line.text}" if line.label else line.text, width, start=start)
        for more in line.more:
            rows += wrapped(more, width, start=" " * len(start))
        yield from ((line.kind, row) for row in rows)


def _markdown(lines: Iterable[Line]) -> Iterator[str]:
    """Write Markdown; a paragraph is one line, since a break inside it could begin something."""
    before = ""
    for line in lines:
        text = escaped(line.text)
        if before and {before, line.kind} != {"item"}:
            yield ""
        before = line.kind
        if line.kind != "item":
            yield {"title": "# ", "heading": "## "}.get(line.kind, "") + text
            continue
        sign = f"{line.sign} " if line.sign.endswith(".") else "- [ ] " if line.sign == "[ ]" else "- "
        yield sign + (f"**{escaped(line.label)}**: {text}" if line.label else text)
        for more in line.more:
            yield " " * len(sign) + (f"<{more}>" if more.startswith("https://") else escaped(more))
