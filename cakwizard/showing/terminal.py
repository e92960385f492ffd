"""The theme, and the card on a terminal: drawn by rich so that it fits the window.

This is the one place with colours. They are the sixteen of the terminal itself, which suit a light and a dark one,
and each stands beside a word or a sign. What does not fit is left behind a key and counted; no sentence is cut.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import zip_longest
from typing import IO
from urllib.parse import urlsplit

from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.style import Style
from rich.text import Text
from rich.theme import Theme

from cakwizard.errors import harmless
from cakwizard.saying.card import Card
from cakwizard.saying.sections import Section
from cakwizard.tree.values import Certainty
from cakwizard.words import words

STYLES: Mapping[str, str] = {
    "key": "bold cyan",
    "heading": "bold cyan",
    "label": "bold",
    "pointed": "bold cyan",
    "frame": "cyan",
    "done": "green",
    "mind": "yellow",
    "late": "red",
    "help": "dim",
    "foot": "dim default",
    "link": "underline",
}
"""By what it is for, a style of ANSI colours; in rich's words."""

THEME = Theme(dict(STYLES))

_NARROW = 60  # In fewer columns a label stands before its sentence instead of in a column of its own.
_WIDE = 110  # From so many columns on, what to mind stands beside the rest.
_ADDRESS = re.compile(r"(https?://[^\s“”<>]*[^\s“”<>.,;:)])")
_SIGN_STYLES = {Certainty.settled: "done", Certainty.likely: "mind", Certainty.unsettled: "mind"}
_FRAMES = {"decided": "frame", "late": "late", "unsettled": "mind", "open": "frame", "out_of_range": "mind"}
_CONSOLE = Console(width=80, force_terminal=False)


def prompt_style(style: Style) -> str:
    """Return a style as prompt_toolkit says it."""
    parts = [name for name in ("bold", "dim", "underline", "reverse") if getattr(style, name)]
    return " ".join([*parts, *([f"ansi{style.color.name}"] if style.color else [])])


def make_console(stream: IO[str] | None = None, *, width: int | None = None) -> Console:
    """Return a console in our theme on a stream (standard output when None) that takes no text for markup."""
    return Console(file=stream, width=width, theme=THEME, markup=False, highlight=False, emoji=False)


def plain(text: str, width: int = 0, *, style: str = "", link: str = "") -> Text:
    """Return words from outside as text on one line: no markup, nothing that steers, addresses as links.

    An address of more columns than `width`, unless that is 0, is shown by its host, so that it is never broken. The
    whole text leads to `link`.
    """
    found = Text(style=style)
    # What is split by a group alternates with what the group found.
    for number, part in enumerate(_ADDRESS.split(" ".join(harmless(text).split()))):
        shown = urlsplit(part).hostname or part if number % 2 and 0 < width < len(part) else part
        found.append(shown, Style(link=part, underline=True) if number % 2 else None)
    if link:
        found.stylize(Style(link=harmless(link)))
    return found


def draw_card(card: Card, width: int, height: int | None = None) -> Panel:
    """Return a card as a panel of `width` columns and at most `height` rows, its frame included; None shows all.

    The first sentence of every fact is always shown, so a window of fewer rows than that takes is overrun.
    """
    width = max(width, 8)
    layout = _Layout(card, width)
    branches = [f"branches {count}" for count in range(1, len(card.branches) + 1)]
    plan: _Plan = {}
    for wish in (*_BEGIN.get(card.kind, ()), *branches, *_WISHES, *(_BESIDE if layout.side else ())):
        what, _, count = wish.rpartition(" ")
        wished = {**plan, what: int(count)}
        if height is None or max(map(len, layout.columns(wished))) + 2 <= height:
            plan = wished
    foot = next((foot for foot in card.foot if len(foot) <= width - 6), None)
    below = Text(foot, "mind" if card.old else "foot") if foot else None
    return framed(layout.drawn(plan), layout.title(), below, _FRAMES[card.kind], width)


def framed(
    body: RenderableType, title: Text | None, foot: Text | None, style: str, width: int, height: int | None = None
) -> Panel:
    """Return what stands in a frame, with a title in its upper line and a foot in its lower."""
    frame = Panel(body, title=title, subtitle=foot, border_style=style, width=width, height=height)
    frame.title_align = frame.subtitle_align = "left"
    return frame


def card_svg(card: Card, trail: Iterable[tuple[str, str]] = ()) -> str:
    """Return a picture of a card as a terminal of 80 columns shows it, below the answers that led to it."""
    console = Console(file=io.StringIO(), width=80, theme=THEME, record=True, force_terminal=True)
    for name, answer in trail:
        console.print(Text.assemble(("✓ ", "done"), f"{name:15}", plain(answer)), overflow="ellipsis", no_wrap=True)
    console.print(draw_card(card, 80))
    # rich's own frame would fetch its type from the network.
    return re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="cakwizard"), flags=re.DOTALL)


# What is shown beyond the first sentence of every row while there is room, the most important first: how many sentences
# of a row, by how much these are longer than the shortest, or what stands outside the rows.
_BEGIN = {
    "late": ["longer deadline 1", "longer deadline 2"],
    "unsettled": ["steps 2", "longer steps 1", "longer steps 2"],
}
_WISHES = (
    "mind 1, steps 2, name 1, referral 2, steps 3, longer deadline 1, longer deadline 2, deadline 2, longer branches 1,"
    " longer find_out 1, longer find_out 2, longer nearest 1, longer nearest 2, meanwhile 2, meanwhile 3,"
    " longer contract 1, longer contract 2, longer steps 1, longer steps 2, air 1, mind 2"
).split(", ")
_BESIDE = ["mind 3", "mind 4", "mind 5", "mind 6"]
_Plan = Mapping[str, int]


class _Layout:
    """A card in the columns of a window: all of it, or what is to mind beside the rest, and the labels."""

    def __init__(self, card: Card, width: int) -> None:
        self.card, self.say = card, words(card.language)
        inner = width - 4
        self.side = inner * 3 // 10 if width >= _WIDE and any(row.id == "mind" for row in card.rows) else 0
        self.main = inner - self.side - 3 if self.side else inner
        self.label = max((len(row.heading) for row in card.rows), default=0) + 2 if width >= _NARROW else 0
        self.top = width - 6
        self.titled = bool(card.name) and len(f"{card.title} · {card.name}   {card.certainty_text}") <= self.top
        # Most plans show a row alike.
        self.row, self.branches = cache(self._row), cache(self._branches)

    def title(self) -> Text | None:
        """Return the title with the certainty at the end of the line, joined by the line of the frame."""
        card = self.card
        right = Text(card.certainty_text, "" if card.certainty is None else _SIGN_STYLES[card.certainty])
        name = plain(f"{card.title} · {card.name}" if self.titled else card.title, style="label")
        room = self.top - name.cell_len - right.cell_len
        if not right:
            return name if room >= 0 else None
        line = ("─" * (room - 2), _FRAMES[card.kind])
        return Text.assemble(name, " ", line, " ", right) if room > 2 else None

    def columns(self, plan: _Plan) -> list[list[Text]]:
        """Return what a plan shows: of each column its rows, a text each."""
        card, width, main = self.card, self.main, list[Text]()
        if plan.get("name") and card.name and not self.titled:
            main += _beside((plain(card.name, width, style=_FRAMES[card.kind]), width))
        if card.lead:
            lead = f"✗ {card.lead}" if card.unpaid else card.lead
            main += _beside((plain(lead, width, style="late" if card.unpaid else "label"), width))
            main += [Text()] if plan.get("air") else []
        columns = [main, list[Text]()] if self.side else [main]
        for row in card.rows:
            count, longer = plan.get(row.id, int(row.id != "mind")), plan.get(f"longer {row.id}", 0)
            columns[-1 if row.id == "mind" else 0] += self.row(row, count, longer)
        if card.branches:
            main += self.branches(plan.get("branches", 0), bool(plan.get("longer branches")))
        return columns

    def drawn(self, plan: _Plan) -> Text:
        """Return what a plan shows; one text, so that a link that is broken stays one link."""
        main, *side = (Text("\n").join(rows) for rows in self.columns(plan))
        return Text("\n").join(_beside((main, self.main), (side[0], self.side), gap=3)) if side else main

    def _sentences(self, row: Section, count: int, longer: int, width: int) -> Iterator[Text]:
        """Yield `count` sentences of a row, the last with how many there are beyond it."""
        shown = row.items[:count]
        if row.pinned and shown:
            shown = (*shown[:-1], row.items[-1])
        behind = row.behind + len(row.items) - len(shown)
        for number, item in enumerate(shown, 1):
            forms, address = (item.text, *item.shorter), _ADDRESS.search(item.more)
            link = address.group() if address else ""
            text = plain(forms[max(0, len(forms) - 1 - longer)], width, link=link)
            if row.id == "deadline" and self.card.kind == "late":
                text.stylize("late")
            if number == len(shown) and behind:
                text.append(" ").append(self.say("card.more", count=behind), "help")
            yield text

    def _row(self, row: Section, count: int, longer: int) -> list[Text]:
        """Return `count` sentences of a row, each in the form that is `longer` than the shortest by so many."""
        mind = row.id == "mind"
        label = Text.assemble((row.heading, "mind" if mind else "key"), style="label")
        if mind and self.side:
            width = self.side - 2
            sentences = self._sentences(row, count, longer, width)
            return [label, *(line for one in sentences for line in _beside((Text("!", "mind"), 2), (one, width)))]
        hang = 2 if row.numbered and self.label else 0
        width = self.main - self.label - hang
        lines: list[Text] = []
        for number, sentence in enumerate(self._sentences(row, count, longer, width), 1):
            sign = Text(str(number) if row.numbered else "", "key")
            if self.label:
                lines += _beside((label, self.label), (sign, hang), (sentence, width))
            else:
                lines += _beside((Text(" ").join(filter(None, (label, sign, sentence))), width))
            label = Text()
        return lines

    def _branches(self, count: int, whole: bool) -> list[Text]:
        """Return a table of what the answers to the question to find out lead to."""
        card, say, shown = self.card, self.say, []
        for branch in card.branches[:count]:
            more = [say("card.more", count=len(branch.answers) - 1)] if len(branch.answers) > 1 else []
            shown.append((" / ".join(branch.answers) if whole else " ".join([branch.answers[0], *more]), branch))
        lines: list[Text] = []
        if not self.label:
            for answers, branch in shown:
                then = f"{branch.then[-1]} {branch.pays.strip('?')}"
                lines += _beside((Text.assemble(plain(answers), " → ", plain(then, style="label")), self.main))
        else:
            heads = [say(f"card.open_{head}") for head in ("answer", "then", "pays")]
            pays = max(map(len, (heads[2], *(branch.pays for _, branch in shown))))
            room = self.main - pays - 4
            answer = min(max(map(len, (heads[0], *(answers for answers, _ in shown)))), room * 6 // 10)
            rows = [tuple(Text(head, "help") for head in heads)]
            for answers, branch in shown:
                then = next((form for form in branch.then if len(form) <= room - answer), branch.then[-1])
                rows.append((plain(answers), plain(then, style="label"), Text(branch.pays)))
            lines = [Text()]
            for row in rows:
                lines += _beside(*zip(row, (answer, room - answer, pays), strict=True), gap=2)
        left = len(card.branches) - count
        return [*lines, Text(say("card.more", count=left), "help")] if left else lines


def _beside(*cells: tuple[Text, int], gap: int = 0) -> Iterator[Text]:
    """Yield the rows of the window that texts take beside each other, each broken to a width of its own."""
    columns = [text.wrap(_CONSOLE, max(1, width)) for text, width in cells]
    for texts in zip_longest(*columns):
        row = Text()
        for text, (_, width) in zip(texts, cells, strict=True):
            text = text or Text()
            text.pad_right(width - text.cell_len)
            row.append_text(text).append(" " * gap)
        row.rstrip()
        yield row
