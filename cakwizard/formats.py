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
from collections.abc import Sequence

from cakwizard.interface import words
from cakwizard.model import Message
from cakwizard.rendering import Block
from cakwizard.rendering import plain_text
from cakwizard.rendering import verdict_blocks
from cakwizard.sentences import steps_in_words
from cakwizard.walking import Step
from cakwizard.walking import Verdict

__all__ = ["FORMATS", "MAX_CLIPBOARD", "clipboard_sequence", "format_verdict", "message_text"]

MAX_CLIPBOARD = 74_994
"""The longest text in base64 that terminals are known to take for the clipboard, in bytes."""

_SHORT_HASH = 12
_ADDRESS = re.compile(r"(https?://[^\s<>]+)")
_MARKED = re.compile(r"([\\`*_\[\]<>#|~&])")
_LIST_SIGN = re.compile(r"\A([-+=]|\d+[.)])")


def format_verdict(verdict: Verdict, form: str, language: str, *, assumed: bool, today: datetime.date) -> str:
    """Return a verdict as text that ends in a line feed.

    Args:
        form: One of `FORMATS`.
        assumed: Whether the date of care was not given but taken to be today.
        today: The day on which this is written, for the warning that rules are old.
    """
    shown = verdict_blocks(verdict, language, assumed=assumed, today=today)
    return FORMATS[form]([*shown, *_answers(verdict, language), *_edition(verdict, language)])


def _answers(verdict: Verdict, language: str) -> Iterator[Block]:
    """Yield the questions that were answered on the way, with the answers in words."""
    say = words(language)
    tree = verdict.tree
    asked = dict.fromkeys((*(step.question for step in verdict.path), *verdict.answers))
    answered = [question for question in asked if question in verdict.answers and question not in verdict.unused]
    if answered:
        yield Block(say("after.answers"), "heading")
    for question in answered:
        known = tree.questions[question].options
        steps = [Step(question, option) for option in known if option in verdict.answers[question]]
        answer = " / ".join(word for _, word in steps_in_words(tree, steps, language))
        if len(steps) > 1:
            answer = say("after.left_open", options=answer) if len(steps) < len(known) else say("after.unknown")
        yield Block(f"{tree.questions[question].text[language]} {answer}", "item", "-")


def _edition(verdict: Verdict, language: str) -> Iterator[Block]:
    """Yield by which rules this was decided, so that a colleague can check it."""
    tree = verdict.tree
    yield Block("")
    yield Block(words(language)("after.edition", edition=tree.edition, sha256=tree.sha256[:_SHORT_HASH]))


def _as_markdown(blocks: Sequence[Block]) -> str:
    """Return the blocks as Markdown that every reader of it shows alike."""
    lines: list[str] = []
    listed = False
    for block in blocks:
        text = _escaped(" ".join(block.text.split()))
        if not text:
            continue
        sign = {"": "", "[ ]": "- [ ] "}.get(block.sign, f"{block.sign} ")
        # Items of one list follow each other; everything else is a paragraph of its own.
        lines += [""] if lines and not (listed and sign) else []
        lines.append({"title": "# ", "heading": "## "}.get(block.kind, " " * block.depth + sign) + text)
        listed = bool(sign) or (listed and block.depth > 0)
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Return a text that Markdown shows as it stands; addresses become links."""
    pieces = _ADDRESS.split(text)
    escaped = [f"<{piece}>" if number % 2 else _MARKED.sub(r"\\\1", piece) for number, piece in enumerate(pieces)]
    # At the start of an item these would begin a list of their own.
    return _LIST_SIGN.sub(lambda match: f"{match[1][:-1]}\\{match[1][-1]}", "".join(escaped))


FORMATS: Mapping[str, Callable[[Sequence[Block]], str]] = {"text": plain_text, "markdown": _as_markdown}
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
