"""A verdict as plain text or Markdown, to paste into a patient's file or a mail to a colleague.

It holds what was decided, from which answers and by which rules, and nothing about
who the patient is. Lines are not broken: what they are pasted into does that.
"""

from __future__ import annotations

import base64
import datetime
import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping

from cakwizard.interface import words
from cakwizard.model import Message
from cakwizard.presenting import Item
from cakwizard.presenting import Section
from cakwizard.presenting import sections
from cakwizard.sentences import headline
from cakwizard.sentences import steps_in_words
from cakwizard.walking import Step
from cakwizard.walking import Verdict
from cakwizard.wording import format_date

__all__ = ["FORMATS", "MAX_CLIPBOARD", "clipboard_sequence", "format_verdict", "message_text"]

MAX_CLIPBOARD = 74_994
"""The longest text in base64 that terminals are known to take for the clipboard, in bytes."""

_SHORT_HASH = 12
_ADDRESS = re.compile(r"(https?://[^\s<>]+)")
_MARKED = re.compile(r"([\\`*_\[\]<>#|~&])")
_LIST_SIGN = re.compile(r"\A(\s*)([-+=]|\d+[.)])")


def format_verdict(
    verdict: Verdict, form: str, language: str, *, assumed: bool = False, today: datetime.date | None = None
) -> str:
    """Return a verdict as text that ends in a newline.

    Args:
        form: One of `FORMATS`.
        assumed: Whether the date of care was not given but taken to be today.
        today: The day on which this is written; the claim date when None.
    """
    title, parts = _parts(verdict, language, assumed=assumed, today=today)
    return FORMATS[form](title, [*parts, _answers(verdict, language), _edition(verdict, language)])


def _parts(verdict: Verdict, language: str, *, assumed: bool, today: datetime.date | None) -> tuple[str, list[Section]]:
    """Return the headline and the parts of a verdict, whatever its status."""
    found = verdict.outcome
    if found is not None:
        return headline(verdict, found, language), sections(verdict, found, language, assumed=assumed, today=today)
    say = words(language)
    key = "outcome.dates_assumed" if assumed else "outcome.dates"
    care = Item(text=say(key, care_date=format_date(verdict.care_date, language)))
    origin = Item(text=verdict.tree.origin[language])
    last = Section(id="dates", heading="", items=(care, origin))
    if not verdict.possible:
        return say("outcome.out_of_range"), [
            Section(id="nearest", heading="", items=tuple(_nearest(verdict, language))),
            last,
        ]
    possible = []
    for one in verdict.possible:
        steps = steps_in_words(verdict.tree, one.path[len(verdict.path) :], language)
        because = say("outcome.because", answers="; ".join(f"{question} {answer}" for question, answer in steps))
        possible.append(Item(text=headline(verdict, one, language) + (f" ({because})" if steps else "")))
    result = [Section(id="possible", heading="", items=tuple(possible), numbered=True)]
    if verdict.decide_next is not None:
        question = verdict.tree.questions[verdict.decide_next]
        how = [] if question.find_out is None else [Item(text=question.find_out[language])]
        first = say("outcome.find_out_first", question=question.text[language])
        result.append(Section(id="find_out", heading="", items=(Item(text=first), *how)))
    return say("outcome.still_possible", count=len(verdict.possible)), [*result, last]


def _nearest(verdict: Verdict, language: str) -> Iterator[Item]:
    """Yield what is known of the rule that lies nearest in time."""
    if verdict.nearest is None:
        return
    route = verdict.nearest.route
    outside = verdict.tree.nodes[route.node].outside.get(route.option)
    if outside is not None:
        yield Item(text=outside[language])
    start = format_date(route.window.start, language) if route.window.start else ""
    end = format_date(route.window.end, language) if route.window.end else ""
    key = "nearest_between" if start and end else "nearest_from" if start else "nearest_until"
    yield Item(text=words(language)(f"outcome.{key}", start=start, end=end))


def _answers(verdict: Verdict, language: str) -> Section:
    """Return the questions that were answered on the way, with the answers in words."""
    say = words(language)
    tree = verdict.tree
    path = verdict.outcome.path if verdict.outcome is not None else verdict.path
    asked = dict.fromkeys((*(step.question for step in path), *verdict.answers))
    items = []
    for question in asked:
        given = verdict.answers.get(question)
        if given is None or question in verdict.unused:
            continue
        known = tree.questions[question].options
        steps = [Step(question, option) for option in known if option in given]
        answer = " / ".join(word for _, word in steps_in_words(tree, steps, language))
        if len(steps) > 1:
            answer = say("after.left_open", options=answer) if len(steps) < len(known) else say("after.unknown")
        items.append(Item(text=f"{tree.questions[question].text[language]} {answer}"))
    return Section(id="answers", heading=say("after.answers") if items else "", items=tuple(items))


def _edition(verdict: Verdict, language: str) -> Section:
    """Return by which rules this was decided, so that a colleague can check it."""
    tree = verdict.tree
    text = words(language)("after.edition", edition=tree.edition, sha256=tree.sha256[:_SHORT_HASH])
    return Section(id="edition", heading="", items=(Item(text=text),))


def _as_text(title: str, parts: list[Section]) -> str:
    """Return the parts as plain text."""
    blocks = [title]
    for part in parts:
        lines = [part.heading] if part.heading else []
        for number, item in enumerate(part.items, 1):
            lines.append(f"{_sign(part, number, box='[ ] ', dash='- ')}{item.text}")
        blocks.append("\n".join(lines))
    return "\n\n".join(filter(None, blocks)) + "\n"


def _as_markdown(title: str, parts: list[Section]) -> str:
    """Return the parts as Markdown that every reader of it shows alike."""
    blocks = [f"# {_escaped(title)}"]
    for part in parts:
        if part.heading:
            blocks.append(f"## {_escaped(part.heading)}")
        listed = bool(part.heading) or part.numbered
        lines = [
            f"{_sign(part, number, box='- [ ] ', dash='- ')}{_escaped(item.text)}"
            for number, item in enumerate(part.items, 1)
        ]
        blocks.append(("\n" if listed else "\n\n").join(lines))
    return "\n\n".join(filter(None, blocks)) + "\n"


def _sign(part: Section, number: int, *, box: str, dash: str) -> str:
    """Return what stands before an item: its number, a box to tick, a dash, or nothing in plain paragraphs."""
    if part.numbered:
        return f"{number}. "
    if part.checklist:
        return box
    return dash if part.heading else ""


def _escaped(text: str) -> str:
    """Return a text that Markdown shows as it stands; addresses become links."""
    pieces = _ADDRESS.split(text)
    escaped = [f"<{piece}>" if number % 2 else _MARKED.sub(r"\\\1", piece) for number, piece in enumerate(pieces)]
    # At the start of an item these would begin a list of their own.
    return _LIST_SIGN.sub(lambda match: f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", "".join(escaped))


FORMATS: Mapping[str, Callable[[str, list[Section]], str]] = {"text": _as_text, "markdown": _as_markdown}
"""The ways to write a verdict, by name."""


def message_text(message: Message, language: str) -> str:
    """Return a message with a line for each thing to fill in."""
    lines = "\n".join(f"{name[language]}: ______" for name in message.fields.values())
    return f"{message.text[language]}\n\n{lines}\n"


def clipboard_sequence(text: str) -> str | None:
    """Return the control sequence (OSC 52) that asks a terminal to put `text` on the clipboard.

    None when the text is longer than terminals take. Whether it worked cannot be known:
    a terminal that does not do this says nothing.
    """
    coded = base64.b64encode(text.encode()).decode("ascii")
    return f"\x1b]52;c;{coded}\x07" if len(coded) <= MAX_CLIPBOARD else None
