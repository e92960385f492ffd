"""Faults: what is wrong, where, and the way out.

Every fault that a person can cause is a `CakwizardError` with one or more issues, so that all of them are told
in one run. Words that come from outside are shown harmless: nothing in a file can steer the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from cakwizard.words import words

MAX_ISSUES = 200  # are told of one file; past that nobody reads on
_MAX_LINE = 4000
_MAX_WORD = 100
# What steers a terminal or turns text around, and halves of characters, which no encoding carries.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


@dataclass(frozen=True, order=True, slots=True)
class Location:
    """A place in a file; line and column count from 1, width in characters."""

    file: str
    line: int = 1
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        """Return `file:line:column`, which editors turn into a link."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault: what, where, and (as the hint) the way out."""

    message: str  # in English; all there is for an author
    location: Location | None = None
    code: str = ""  # the number of the check that found it, as CW012; empty for what no check finds
    hint: str | None = None
    severity: Literal["error", "warning"] = "error"
    source_line: str | None = None  # the line of the file that `location` names, to show with a caret
    key: str = ""  # by which the program's own words say it in the user's language, if anybody can cause it
    values: Mapping[str, str] = field(default_factory=dict)  # what the placeholders of those words stand for

    def __str__(self) -> str:
        return self.told("en")

    def told(self, language: str) -> str:
        """Return the whole message: place, source line with caret, way out; what only authors meet is in English."""
        say = words(language if self.key else "en")
        message, hint = self.said(language)
        head = say(f"faults.{self.severity}") + (f"[{self.code}]" if self.code else "")
        lines = [f"{self.location}: {head}: {message}" if self.location else f"{head}: {message}"]
        if self.location and self.source_line is not None:
            lines += _excerpt(self.location, self.source_line)
        if hint:
            lines.append(f"{say('faults.hint')}: {hint}")
        lines = [shortened(line, _MAX_LINE) for line in lines]
        return "\n".join("".join(char if char.isprintable() else "\ufffd" for char in line) for line in lines)

    def said(self, language: str) -> tuple[str, str | None]:
        """Return message and hint in a language: the words under `faults.<key>` and `faults.<key>_hint`.

        A key with a dot is the whole one; a value `near` is what was probably meant, which is then the hint.
        """
        if not self.key:
            return self.message, self.hint
        say, key, near = words(language), self.key if "." in self.key else f"faults.{self.key}", self.values.get("near")
        hint = say(f"{key}_hint", **self.values) if say.has(f"{key}_hint") else None
        return say(key, **self.values), say("faults.near", near=near) if near else hint


def _excerpt(location: Location, source_line: str) -> list[str]:
    """Return the source line and a caret line; a long line is cut around the caret."""
    number = f"{location.line:>4} | "
    start = max(0, min(location.column - 21, len(source_line) - 100))
    shown = source_line[start : start + 100].replace("\t", " ")
    # A place may lie behind the end of its line, where something is missing.
    column = min(location.column - 1 - start, len(shown))
    caret = " " * column + "^" * max(1, min(location.width, len(shown) - column))
    return [number + shown, " " * (len(number) - 2) + "| " + caret]


class CakwizardError(Exception):
    """A fault with one or more issues; `exit_status` is what the program ends with."""

    exit_status: ClassVar[int] = 2

    def __init__(self, issues: Issue | Iterable[Issue]) -> None:
        self.issues: tuple[Issue, ...] = (issues,) if isinstance(issues, Issue) else tuple(issues)
        more = len(self.issues) - MAX_ISSUES
        super().__init__("\n".join([*map(str, self.issues[:MAX_ISSUES]), *([f"and {more} more"] if more > 0 else [])]))


class TreeError(CakwizardError):
    """The decision tree itself is invalid; holds every issue found in it."""

    exit_status = 1


class FileError(CakwizardError):
    """A file cannot be read, written or understood."""


class UsageError(CakwizardError):
    """The call itself is wrong: a date, a flag, a combination."""


class AnswerError(CakwizardError):
    """An answer that the tree does not know, with the ids offered; of questions, where `given` is None, that is one."""

    def __init__(self, question: str, given: str | None, offered: Sequence[str], near: str | None = None) -> None:
        self.question, self.given, self.offered = question, given, tuple(offered)
        key, named = ("no_such_question", question) if given is None else ("no_such_answer", given)
        super().__init__(unknown(key, named, offered, near, question=question[:_MAX_WORD]))


def spoken(
    key: str, location: Location | None = None, source_line: str | None = None, code: str = "", /, **values: object
) -> Issue:
    """Return a fault that anybody can cause; its words stand under `key` (see `Issue.said`)."""
    texts = {name: str(value) for name, value in values.items()}
    issue = Issue("", location, code, source_line=source_line, key=key, values=texts)
    message, hint = issue.said("en")
    return replace(issue, message=message, hint=hint)


def unknown(key: str, given: str, known: Iterable[str], near: str | None = None, **values: object) -> Issue:
    """Return the fault that a name is none of those that there are; its way out is the nearest of them."""
    there = list(dict.fromkeys(known))
    near = near or nearest(given, there) or ""
    return spoken(key, given=harmless(given[:_MAX_WORD]), offered=", ".join(there), near=near, **values)


def harmless(text: str) -> str:
    """Return text of several lines without what could write over the terminal that shows it, or turn text around."""
    return text if text.isprintable() else _STEERING.sub("\ufffd", text)


def shortened(text: str, most: int) -> str:
    """Return a text without its middle where it is longer than that."""
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]}"


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate closest in spelling to `word`, or None; only ever for a hint."""
    import difflib

    lowered = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word[:_MAX_WORD].casefold(), list(lowered), n=1, cutoff=0.6)
    return lowered[found[0]] if found else None
