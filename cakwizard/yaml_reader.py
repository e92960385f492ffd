"""Read YAML without losing places or meanings.

`yaml.compose` gives every node with its line and column and leaves `yes`, `no`
and `012` as the text that stands in the file. Faults are collected, never
raised one by one, so that an author sees all of them in one run.
"""

from __future__ import annotations

import datetime
import gc
import re
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from decimal import InvalidOperation
from typing import Any

import yaml

from cakwizard.errors import MAX_ISSUES
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.errors import TreeError
from cakwizard.errors import nearest
from cakwizard.model import Text
from cakwizard.model import Value

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Reader", "no_collecting", "parse_date"]

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 32

MAX_MESSAGE = 400
MAX_NAMED = 24

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?\Z")
# Control characters and the ones that change the direction of text: either could
# make a terminal show something else than what the author's reviewer read.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
# Only a text that has one of these can hold an anchor, an alias or a tag.
# The sign comes first in the pattern: looking for one of three characters takes no time.
_SUSPECT = re.compile(r"[&*!](?<![^\s\[{,:?-].)\S")


def parse_date(word: str) -> datetime.date | None:
    """Return the day that `word` (YYYY-MM-DD) names, or None."""
    if not _DATE.match(word):
        return None
    try:
        return datetime.date.fromisoformat(word)
    except ValueError:
        return None


@contextmanager
def no_collecting() -> Iterator[None]:
    """Leave the garbage collector off for a while.

    A file becomes millions of small objects that all stay: looking through them again
    and again for garbage takes five times as long as making them.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class _TooDeepError(Exception):
    """Something is nested deeper than any tree needs."""

    def __init__(self, mark: Any) -> None:
        super().__init__()
        self.mark = mark


class _ShallowLoader(_LOADER):  # type: ignore[misc]  # either loader, whichever is installed
    """The loader, which gives up before deep nesting exhausts the stack of the C composer.

    Counting brackets beforehand does not do: one between quotes closes nothing.
    """

    depth = 0

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """Return no tag: what a scalar means is said by where it stands, and guessing it takes a third of the time."""
        return ""

    def descend_resolver(self, parent: Any, index: Any) -> None:
        """Count a level; the composer calls this on its way down."""
        self.depth += 1
        if self.depth > MAX_DEPTH + 1:
            raise _TooDeepError(parent.start_mark)

    def ascend_resolver(self) -> None:
        """Count a level back; the composer calls this on its way up."""
        self.depth -= 1


class Reader:
    """Readers over the nodes of one YAML text; `issues` holds what was wrong.

    Args:
        file: The name that messages give.
        text: What stands in the file.
    """

    def __init__(self, file: str, text: str) -> None:
        """Keep the text by lines for messages."""
        self.file = file
        self.source = text
        self.lines = text.splitlines()
        self.issues: list[Issue] = []
        self.languages: tuple[str, ...] = ()

    # -- faults ---------------------------------------------------------------

    def place(self, node: yaml.Node) -> Location:
        """Return where `node` stands, as wide as its text if that is on one line."""
        mark = node.start_mark
        width = node.end_mark.column - mark.column if node.end_mark.line == mark.line else 1
        return Location(self.file, mark.line + 1, mark.column + 1, max(1, width))

    def line_at(self, location: Location) -> str | None:
        """Return the line of the file that a location names."""
        return self.lines[location.line - 1] if 0 < location.line <= len(self.lines) else None

    def report(self, code: str, where: yaml.Node | Location, message: str, hint: str | None = None) -> None:
        """Add an issue; past a few hundred nobody reads on, so the rest is dropped."""
        if len(self.issues) < MAX_ISSUES:
            location = where if isinstance(where, Location) else self.place(where)
            if len(message) > MAX_MESSAGE:
                message = f"{message[: MAX_MESSAGE // 2]} … {message[-MAX_MESSAGE // 2 :]}"
            self.issues.append(
                Issue(code=code, message=message, location=location, hint=hint, source_line=self.line_at(location))
            )

    def maybe(self, word: str, known: Collection[str]) -> str | None:
        """Return as a hint the name that may have been meant, or else the few that there are."""
        if len(self.issues) >= MAX_ISSUES:
            # Comparing words is slow, and this hint would not be shown.
            return None
        near = nearest(word, known)
        if near is not None:
            return f"did you mean '{near}'?"
        return f"known here: {', '.join(known)}" if 0 < len(known) <= MAX_NAMED else None

    # -- the whole file -------------------------------------------------------

    def root(self) -> yaml.Node | None:
        """Return the root node; on a fault that leaves no document, raise `TreeError`."""
        try:
            if _SUSPECT.search(self.source):
                self._refuse()
            node: yaml.Node | None = yaml.compose(self.source, Loader=_ShallowLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            location = Location(self.file, mark.line + 1, mark.column + 1) if mark else Location(self.file)
            hint = _yaml_hint(error, self.line_at(location) or "")
            self.report("CW001", location, f"this is not YAML: {error.problem or error.context}", hint)
        except yaml.YAMLError as error:
            self.report("CW001", *_unreadable(self.file, self.source, error))
        except _TooDeepError as error:
            location = Location(self.file, error.mark.line + 1, error.mark.column + 1)
            self.report("CW007", location, f"nested more than {MAX_DEPTH} levels deep")
        else:
            return node
        raise TreeError(self.issues)

    def _refuse(self) -> None:
        """Report anchors, aliases and tags; composing would follow them."""
        found = len(self.issues)
        events: Iterable[Any] = yaml.parse(self.source, Loader=_LOADER)
        for event in events:
            mark = event.start_mark
            location = Location(self.file, mark.line + 1, mark.column + 1)
            if isinstance(event, yaml.AliasEvent):
                self.report("CW006", location, f"alias '*{event.anchor}': aliases are not allowed here", "write it out")
            elif getattr(event, "anchor", None):
                self.report(
                    "CW006", location, f"anchor '&{event.anchor}': anchors are not allowed here", "leave it out"
                )
            elif getattr(event, "tag", None):
                self.report("CW006", location, f"tag '{event.tag}': tags are not allowed here", "leave it out")
            if len(self.issues) >= MAX_ISSUES:
                break
        if len(self.issues) > found:
            raise TreeError(self.issues)

    # -- parts ----------------------------------------------------------------

    def items(self, node: yaml.Node | None, what: str, *, ids: bool = True) -> list[tuple[str, yaml.Node, yaml.Node]]:
        """Return (key, key node, value node) of a mapping whose keys the author chose."""
        if node is None:
            return []
        if not isinstance(node, yaml.MappingNode):
            self.report("CW005", node, f"{what} must be a mapping (`name: …`)")
            return []
        result: list[tuple[str, yaml.Node, yaml.Node]] = []
        seen: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.report("CW005", key, f"a key of {what} must be a word")
            elif key.value in seen:
                first = seen[key.value].start_mark.line + 1
                message = f"'{key.value}' stands twice in {what}; first on line {first}"
                self.report("CW002", key, message, "keep one of the two")
            else:
                name = key.value
                seen[name] = key
                if not ids:
                    self.word(key, f"a key of {what}")
                elif _ID.match(name):
                    # A copy: among the file's nodes a name lies pages away from the next, and whatever
                    # looks it up reads it. In a large tree that takes a third of the time.
                    name = name.encode().decode()
                else:
                    self.report(
                        "CW008", key, f"'{name}' is not an id", "use small letters, digits and _, a letter first"
                    )
                result.append((name, key, value))
        return result

    def fields(
        self, node: yaml.Node | None, what: str, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, yaml.Node]:
        """Return the fields of a mapping whose keys the format fixes; empty ones count as absent."""
        if node is None or not isinstance(node, yaml.MappingNode):
            if node is not None:
                self.report("CW005", node, f"{what} must be a mapping (`name: …`)")
            return {}
        required = tuple(required)
        known = (*required, *optional)
        result: dict[str, yaml.Node] = {}
        for key, key_node, value in self.items(node, what, ids=False):
            if key not in known:
                self.report("CW003", key_node, f"unknown key '{key}' in {what}", self.maybe(key, known))
            elif not _is_empty(value):
                result[key] = value
        for key in required:
            if key not in result:
                self.report("CW004", node, f"{what} has no '{key}'", f"add '{key}: …'")
        return result

    def word(self, node: yaml.Node | None, what: str) -> str | None:
        """Return a scalar as it stands in the file, without unsafe characters."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.report("CW005", node, f"{what} must be a single value")
            return None
        value: str = node.value
        if not value.isprintable() and (unsafe := _UNSAFE.search(value)):
            self.report("CW010", node, f"{what} holds the control character U+{ord(unsafe.group()):04X}", "take it out")
            return _UNSAFE.sub("\ufffd", value)
        return value

    def words(self, node: yaml.Node | None, what: str) -> list[tuple[str, yaml.Node]]:
        """Return a list of words with their nodes; a single word counts as a list of one."""
        if node is None:
            return []
        if isinstance(node, yaml.ScalarNode):
            node = yaml.SequenceNode("", [node], node.start_mark, node.end_mark)
        if not isinstance(node, yaml.SequenceNode):
            self.report("CW005", node, f"{what} must be a list (`[one, two]`)")
            return []
        result: list[tuple[str, yaml.Node]] = []
        seen: set[str] = set()
        for item in node.value:
            value = self.word(item, what)
            if value is not None and value in seen:
                self.report("CW002", item, f"'{value}' stands twice in {what}", "keep one of the two")
            elif value is not None:
                seen.add(value)
                result.append((value, item))
        return result

    def text(self, node: yaml.Node | None, what: str) -> Text:
        """Return a text in every language of the tree; what misses is reported."""
        if node is None:
            return Text({})
        if not isinstance(node, yaml.MappingNode):
            self.report("CW005", node, f"{what} must have a text per language (`{{nl: …, en: …}}`)")
            return Text({})
        found = self.fields(node, what, (), self.languages)
        by_language = {language: self.word(value, what) or "" for language, value in found.items()}
        for language in self.languages:
            if not by_language.get(language, "").strip():
                self.report("CW011", node, f"{what} has no text in '{language}'", f"add '{language}: …'")
        return Text(
            {lang: " ".join(by_language[lang].split()) for lang in self.languages if lang in by_language},
            self.place(node),
        )

    def date(self, node: yaml.Node | None, what: str) -> datetime.date | None:
        """Return a day written as YYYY-MM-DD."""
        value = self.word(node, what)
        if value is None or node is None:
            return None
        day = parse_date(value)
        if day is None:
            self.report("CW009", node, f"{what} is '{value}', which is not a date", "write it as 2026-01-31")
        return day

    def number(self, node: yaml.Node | None, what: str) -> Decimal | None:
        """Return an amount exactly as written."""
        value = self.word(node, what)
        if value is None or node is None:
            return None
        if not _NUMBER.match(value):
            self.report("CW009", node, f"{what} is '{value}', which is not a number", "write it as 80 or 4.70")
            return None
        return Decimal(value)

    def flag(self, node: yaml.Node | None, what: str) -> bool:
        """Return whether a switch is on; only `true` and `false` are taken."""
        value = self.word(node, what)
        if value is not None and node is not None and value not in ("true", "false"):
            self.report("CW009", node, f"{what} is '{value}'", "write true or false")
        return value == "true"

    def value(self, node: yaml.Node, what: str) -> Value:
        """Return what a placeholder stands for: a day, an amount, or else the word."""
        word = self.word(node, what) or ""
        day = parse_date(word)
        if day is not None:
            return day
        try:
            return Decimal(word) if _NUMBER.match(word) else word
        except InvalidOperation:  # pragma: no cover - the pattern lets only numbers through
            return word


def _is_empty(node: yaml.Node) -> bool:
    """Tell whether a value was left out (`key:`), or written as null."""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")


def _unreadable(file: str, source: str, error: yaml.YAMLError) -> tuple[Location, str]:
    """Return where a character stands that YAML does not take, and what it is."""
    position = getattr(error, "position", 0)
    # The C reader counts bytes, the other one characters.
    before = source.encode()[:position] if _LOADER is not yaml.SafeLoader else source[:position].encode()
    # A sign at its end, so that a line that has only begun counts too.
    lines = f"{before.decode(errors='ignore')}?".splitlines()
    reason = getattr(error, "reason", "unreadable")
    return Location(file, len(lines), len(lines[-1])), f"this is not YAML: {reason}"


def _yaml_hint(error: yaml.MarkedYAMLError, line: str) -> str:
    problem = str(error.problem)
    if "mapping values are not allowed" in problem:
        return "a text that holds ': ' must stand between quotes"
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "use spaces instead of tabs at the start of a line"
    if "did not find expected" in problem:
        return "a quote, bracket or comma may be missing here or on a line above"
    return "mind the indentation, and put texts with special characters between quotes"
