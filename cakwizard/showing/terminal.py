"""The theme, and the card on a terminal: drawn by rich so that it fits the window.

This is the one place with colours. They are the sixteen of the terminal itself, which suit a light and a dark one,
and each stands beside a word or a sign. What does not fit is left behind a key and counted; no sentence is cut.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import IO
from urllib.parse import urlsplit

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.style import Style
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from cakwizard.errors import harmless
from cakwizard.saying.card import Card, CardRow
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
_ADDRESS = re.compile(r"https?://[^\s“”<>]*[^\s“”<>.,;:)]")
_SIGN_STYLES = {Certainty.settled: "done", Certainty.likely: "mind", Certainty.unsettled: "mind"}
_FRAMES = {"decided": "frame", "late": "late", "unsettled": "mind", "open": "frame", "out_of_range": "mind"}
_MEASURE = Console(width=80, force_terminal=False)


def prompt_styles() -> dict[str, str]:
    """Return the same styles for prompt_toolkit's `Style.from_dict`, by the same names."""
    from importlib.metadata import version

    # Before 3.0.52 prompt_toolkit cannot dim.
    dims = tuple(int(part) for part in version("prompt_toolkit").split(".")[:3]) >= (3, 0, 52)
    known = {"dim": "dim" if dims else "", "bold": "bold", "underline": "underline"}
    return {name: " ".join(known.get(part, f"ansi{part}") for part in style.split()) for name, style in STYLES.items()}


def make_console(stream: IO[str] | None = None, *, width: int | None = None) -> Console:
    """Return a console in our theme on a stream (standard output when None) that takes no text for markup."""
    return Console(file=stream, width=width, theme=THEME, markup=False, highlight=False, emoji=False)


def plain(text: str, width: int = 0, *, style: str = "", link: str = "") -> Text:
    """Return words from outside as text on one line: no markup, nothing that steers, addresses as links.

    Args:
        width: An address of more columns is shown by its host, so that it is never broken; 0 shows it whole.
        link: An address that the whole text leads to.
    """
    found = Text(style=style)
    line = " ".join(harmless(text).split())
    end = 0
    for address in _ADDRESS.finditer(line):
        whole = address.group()
        shown = urlsplit(whole).hostname or whole if 0 < width < len(whole) else whole
        found.append(line[end : address.start()]).append(shown, Style(link=whole, underline=True))
        end = address.end()
    found.append(line[end:])
    if link:
        found.stylize(Style(link=harmless(link)))
    return found


def draw_card(card: Card, width: int, height: int | None = None) -> Panel:
    """Return a card as a panel of `width` columns and at most `height` rows.

    The first sentence of every fact is always shown, so a window of fewer rows than that takes is overrun.

    Args:
        height: Rows of the panel with its frame; None shows all that the card holds.
    """
    width = max(width, 8)
    sizes = _Sizes.of(card, width)
    plan: _Plan = {}
    for wish in _wishes(card, wide=bool(sizes.side)):
        wished = {**plan, **wish}
        if height is None or _Layout(card, sizes, wished).height + 2 <= height:
            plan = wished
    frame = _FRAMES[card.kind]
    return Panel(
        _Layout(card, sizes, plan).body(),
        title=_title(card, width - 6, frame),
        title_align="left",
        subtitle=next(
            (Text(foot, "mind" if card.old else "foot") for foot in card.foot if len(foot) <= width - 6), None
        ),
        subtitle_align="left",
        border_style=frame,
        width=width,
    )


def card_svg(card: Card, trail: Iterable[tuple[str, str]] = ()) -> str:
    """Return a picture of a card as a terminal of 80 columns shows it, below the answers that led to it."""
    console = Console(file=io.StringIO(), width=80, theme=THEME, record=True, force_terminal=True)
    for name, answer in trail:
        console.print(Text.assemble(("✓ ", "done"), f"{name:15}", plain(answer)), overflow="ellipsis", no_wrap=True)
    console.print(draw_card(card, 80))
    # rich's own frame would fetch its type from the network.
    return re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="cakwizard"), flags=re.DOTALL)


def _title(card: Card, width: int, frame: str) -> Text | None:
    """Return the title with the certainty at the end of the line, joined by the line of the frame."""
    right = Text(card.certainty_text, "" if card.certainty is None else _SIGN_STYLES[card.certainty])
    name = plain(f"{card.title} · {card.name}" if _fits_title(card, width) else card.title, style="label")
    room = width - name.cell_len - right.cell_len
    if not right:
        return name if room >= 0 else None
    return Text.assemble(name, " ", ("─" * (room - 2), frame), " ", right) if room > 2 else None


def _fits_title(card: Card, width: int) -> bool:
    return bool(card.name) and len(card.title) + len(card.name) + len(card.certainty_text) + 6 <= width


_Plan = Mapping[str, int]
"""How much of a card is shown: by row how many sentences, and what is shown besides."""

_Cells = list[tuple[Text, int]]
"""Cells beside each other, each with its width: a row of the card, of one or more rows of the window."""


def _wishes(card: Card, wide: bool) -> Iterator[_Plan]:
    """Yield what is added to the first sentences while there is room, the most important first."""

    def longer(*rows: str) -> Iterator[_Plan]:
        yield from ({f"longer {row}": more} for row in rows for more in (1, 2))

    if card.kind == "late":
        yield from longer("deadline")
    if card.kind == "unsettled":
        yield {"steps": 2}
        yield from longer("steps")
    yield from ({"branches": count} for count in range(1, len(card.branches) + 1))
    yield from ({"mind": 1}, {"steps": 2}, {"name": 1}, {"referral": 2}, {"steps": 3})
    yield from longer("deadline")
    yield from ({"deadline": 2}, {"longer branches": 1})
    yield from longer("find_out", "nearest")
    yield from ({"meanwhile": 2}, {"meanwhile": 3})
    yield from longer("contract", "steps")
    yield {"air": 1}
    yield from ({"mind": count} for count in range(2, 7 if wide else 3))


@dataclass(frozen=True)
class _Sizes:
    """How wide the parts of a card are: all of it, the column beside it, the labels."""

    main: int
    side: int
    label: int
    title: int

    @classmethod
    def of(cls, card: Card, width: int) -> _Sizes:
        inner = width - 4
        side = inner * 3 // 10 if width >= _WIDE and card.row("mind") else 0
        labels = max((len(row.label) for row in card.rows), default=0) + 2
        return cls(inner - side - 3 if side else inner, side, labels if width >= _NARROW else 0, width - 6)


class _Layout:
    """A card laid out by a plan."""

    def __init__(self, card: Card, sizes: _Sizes, plan: _Plan) -> None:
        self.card, self.sizes, self.plan = card, sizes, plan
        self.main = list(self._main())
        self.side = list(self._side())
        self.height = max(sum(map(_rows, self.main)), sum(map(_rows, self.side)))

    def body(self) -> RenderableType:
        main = Group(*map(_drawn, self.main))
        if not self.side:
            return main
        gap = (Text(), 3)
        grid = _grid([(Text(), self.sizes.main), gap, (Text(), self.sizes.side)])
        grid.add_row(main, "", Group(*map(_drawn, self.side)))
        return grid

    def _main(self) -> Iterator[_Cells]:
        card, plan, width = self.card, self.plan, self.sizes.main
        if plan.get("name") and card.name and not _fits_title(card, self.sizes.title):
            yield [(plain(card.name, width, style=_FRAMES[card.kind]), width)]
        if card.lead:
            lead = f"✗ {card.lead}" if card.unpaid else card.lead
            yield [(plain(lead, width, style="late" if card.unpaid else "label"), width)]
            if plan.get("air"):
                yield [(Text(), width)]
        for row in card.rows:
            if row.id != "mind" or not self.sizes.side:
                yield from self._row(row)
        if card.branches:
            yield from self._branches()

    def _side(self) -> Iterator[_Cells]:
        row = self.card.row("mind")
        if row and self.sizes.side:
            yield [(Text.assemble((row.label, "mind"), style="label"), self.sizes.side)]
            width = self.sizes.side - 2
            for sentence in self._sentences(row, width):
                yield [(Text("!", "mind"), 2), (sentence, width)]

    def _sentences(self, row: CardRow, width: int) -> Iterator[Text]:
        """Yield the sentences of a row that are shown, the last with how many there are beyond it."""
        count = min(self.plan.get(row.id, int(row.essential)), len(row.items))
        longer = self.plan.get(f"longer {row.id}", 0)
        shown = (*row.items[: count - 1], row.items[-1]) if row.pinned and count else row.items[:count]
        for number, item in enumerate(shown, 1):
            text = plain(item.forms[max(0, len(item.forms) - 1 - longer)], width, link=item.link)
            if row.id == "deadline" and self.card.kind == "late":
                text.stylize("late")
            behind = row.behind + len(row.items) - len(shown)
            if number == len(shown) and behind:
                text.append(" ").append(words(self.card.language)("card.more", count=behind), "help")
            yield text

    def _row(self, row: CardRow) -> Iterator[_Cells]:
        width, label = self.sizes.main - self.sizes.label, self.sizes.label
        style = "mind" if row.id == "mind" else "key"
        hang = 2 if row.numbered and label else 0
        for number, sentence in enumerate(self._sentences(row, width - hang), 1):
            name, sign = (row.label if number == 1 else ""), (str(number) if row.numbered else "")
            if label:
                signed = [(Text(sign, "key"), hang)] if hang else []
                yield [(Text.assemble((name, style), style="label"), label), *signed, (sentence, width - hang)]
            else:
                start = Text(" ".join(filter(None, (name, sign))), style)
                start.stylize("label")
                yield [(Text.assemble(start, " " if start else "", sentence), width)]

    def _branches(self) -> Iterator[_Cells]:
        """Yield a table of what the answers to the question to find out lead to."""
        card, width, count = self.card, self.sizes.main, self.plan.get("branches", 0)
        say = words(card.language)
        shown = []
        for branch in card.branches[:count]:
            more = [say("card.more", count=len(branch.answers) - 1)] if len(branch.answers) > 1 else []
            whole = self.plan.get("longer branches")
            shown.append((" / ".join(branch.answers) if whole else " ".join([branch.answers[0], *more]), branch))
        if not self.sizes.label:
            for answers, branch in shown:
                then = f"{branch.then[-1]} {branch.pays.strip('?')}"
                yield [(Text.assemble(plain(answers), " → ", plain(then, style="label")), width)]
        else:
            names = [say(f"card.open_{head}") for head in ("answer", "then", "pays")]
            heads = [Text(name, "help") for name in names]
            pays = max(map(len, (names[2], *(branch.pays for _, branch in shown))))
            room, gap = width - pays - 4, (Text(), 2)
            answer = min(max(map(len, (names[0], *(answers for answers, _ in shown)))), room * 6 // 10)
            yield [(Text(), width)]
            yield [(heads[0], answer), gap, (heads[1], room - answer), gap, (heads[2], pays)]
            for answers, branch in shown:
                then = next((form for form in branch.then if len(form) <= room - answer), branch.then[-1])
                cells = [plain(answers), plain(then, style="label"), Text(branch.pays)]
                yield [(cells[0], answer), gap, (cells[1], room - answer), gap, (cells[2], pays)]
        if left := len(card.branches) - count:
            yield [(Text(say("card.more", count=left), "help"), width)]


@lru_cache(maxsize=4096)
def _height(text: str, width: int) -> int:
    """Return in how many rows rich sets a text."""
    return max(1, len(Text(text).wrap(_MEASURE, max(1, width))))


def _rows(cells: _Cells) -> int:
    return max(_height(text.plain, width) for text, width in cells)


def _grid(cells: _Cells) -> Table:
    grid = Table.grid(padding=0)
    for _, width in cells:
        grid.add_column(width=width)
    return grid


def _drawn(cells: _Cells) -> RenderableType:
    if len(cells) == 1:
        return cells[0][0]
    grid = _grid(cells)
    grid.add_row(*(text for text, _ in cells))
    return grid
