"""What went wrong, where, and the way out.

Every fault that a user or an author can cause is an `Issue` inside one of the
few exceptions here. Anything else that escapes is a fault of the program.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from types import MappingProxyType
from typing import ClassVar
from typing import Literal
from typing import NamedTuple

__all__ = [
    "AnswerError",
    "CakwizardError",
    "FileError",
    "Issue",
    "Location",
    "TreeError",
    "UsageError",
    "harmless",
    "nearest",
]

MAX_COMPARED = 2000
MAX_GIVEN = 100
MAX_OFFERED = 60
MAX_ISSUES = 200
MAX_SHOWN = 4000
# What steers a terminal or turns text around, and halves of characters, which no encoding carries.
_STEERING = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"

Severity = Literal["error", "warning"]


class Location(NamedTuple):
    """A place in a file; line and column count from 1, width in characters.

    A named tuple, since a large tree has hundreds of thousands of places and
    this is the record that is quickest to make.
    """

    file: str
    line: int = 1
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        """Return `file:line:column`, which editors turn into a link."""
        return f"{self.file}:{self.line}:{self.column}"


class Issue(NamedTuple):
    """One fault: what, where, and (as the hint) the way out.

    The message is for authors, in English. A fault that anybody can cause has a
    `key` as well, by which the interface says it in the user's language, and the
    `values` of that sentence.
    """

    message: str
    location: Location | None = None
    hint: str | None = None
    code: str = ""
    severity: Severity = "error"
    source_line: str | None = None
    key: str = ""
    values: Mapping[str, str] = MappingProxyType({})

    def __str__(self) -> str:
        """Return the whole message: place, source line with caret, hint."""
        return self.worded(self.severity, self.message, "hint", self.hint)

    def worded(self, severity: str, message: str, way_out: str, hint: str | None) -> str:
        """Return the whole message in other words: those of a language."""
        code = f"[{self.code}]" if self.code else ""
        head = f"{severity}{code}: {message}"
        lines = [f"{self.location}: {head}" if self.location else head]
        if self.location and self.source_line is not None:
            lines += _excerpt(self.location, self.source_line)
        if hint:
            lines.append(f"{way_out}: {hint}")
        return "\n".join(map(_harmless, lines))


def _harmless(line: str) -> str:
    """Return a line without the characters by which a file could write over the terminal that shows it."""
    if len(line) > MAX_SHOWN:
        line = f"{line[: MAX_SHOWN // 2]} … {line[-MAX_SHOWN // 2 :]}"
    return line if line.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in line)


def _excerpt(location: Location, source_line: str) -> list[str]:
    """Return the source line and a caret line; a long line is cut around the caret."""
    number = f"{location.line:>4} | "
    start = 0
    if len(source_line) > 100:
        start = max(0, min(location.column - 21, len(source_line) - 100))
    shown = source_line[start : start + 100].replace("\t", " ")
    room = max(1, len(shown) - (location.column - 1 - start))
    # A place may lie behind the end of its line, where something is missing.
    caret = " " * min(location.column - 1 - start, len(shown)) + "^" * max(1, min(location.width, room))
    return [number + shown, " " * (len(number) - 2) + "| " + caret]


class CakwizardError(Exception):
    """A fault with one or more issues; `exit_status` is what the program ends with."""

    exit_status: ClassVar[int] = 2

    def __init__(self, issues: Issue | Iterable[Issue]) -> None:
        """Keep the issues in the order given."""
        self.issues: tuple[Issue, ...] = (issues,) if isinstance(issues, Issue) else tuple(issues)
        super().__init__("\n".join([*map(str, self.issues[:MAX_ISSUES]), *self.more()]))

    def more(self) -> list[str]:
        """Return a line that counts the issues past those that are shown, if there are any."""
        return [f"and {len(self.issues) - MAX_ISSUES} more"] if len(self.issues) > MAX_ISSUES else []


class TreeError(CakwizardError):
    """The decision tree itself is invalid; holds every issue found in it."""

    exit_status = 1


class FileError(CakwizardError):
    """A file cannot be read, written or understood."""


class UsageError(CakwizardError):
    """The call itself is wrong: a date, a flag, a combination."""


class AnswerError(CakwizardError):
    """An answer that the tree does not know.

    Attributes:
        question: Id of the question.
        given: What was answered.
        offered: Ids that would have been accepted (questions when the question is unknown).
        suggestion: The nearest of them, or None.
    """

    def __init__(
        self,
        question: str,
        given: str | None,
        offered: Sequence[str],
        *,
        location: Location | None = None,
        source_line: str | None = None,
        near: str | None = None,
    ) -> None:
        """Word the fault from its parts; `given` None means that the question is unknown."""
        self.question = question
        self.given = given
        self.offered = tuple(offered)
        self.suggestion = near or nearest(given if given is not None else question, offered)
        known = ", ".join([*offered[:MAX_OFFERED], "…"] if len(offered) > MAX_OFFERED else offered)
        if given is None:
            message = f"there is no question '{_cut(question)}'; the questions are: {known}"
        else:
            message = f"'{_cut(given)}' is not an answer to '{question}'; the answers are: {known}"
        super().__init__(
            Issue(
                message=message,
                location=location,
                hint=f"did you mean '{self.suggestion}'?" if self.suggestion else None,
                source_line=source_line,
                key="no_such_question" if given is None else "no_such_answer",
                values={
                    "question": question,
                    "given": given or "",
                    "offered": ", ".join(offered),
                    "near": self.suggestion or "",
                },
            )
        )


def _cut(word: str) -> str:
    return word if len(word) <= MAX_GIVEN else f"{word[:MAX_GIVEN]}…"


def harmless(text: str) -> str:
    """Return text of several lines without what could write over the terminal that shows it, or turn text around."""
    return text if text.isprintable() else re.sub(_STEERING, "\ufffd", text)


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate closest in spelling to `word`, or None; only ever for a hint."""
    import difflib

    word = word[:100].casefold()
    lowered = {candidate.casefold(): candidate for candidate in candidates}
    if len(lowered) > MAX_COMPARED:
        # Comparing is slow, and a hint is not worth a minute.
        alike = (folded for folded in lowered if folded[:1] == word[:1] and abs(len(folded) - len(word)) < 3)
        lowered = {folded: lowered[folded] for folded in itertools.islice(alike, MAX_COMPARED)}
    found = difflib.get_close_matches(word, list(lowered), n=1, cutoff=0.6)
    return lowered[found[0]] if found else None
