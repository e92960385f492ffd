"""Read YAML without losing places or meanings.

Every node keeps its line and column, and `yes`, `no` and `012` stay the text that is in the file. Faults are
collected, never raised one by one, so that an author sees all of them in one run.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import yaml

from cakwizard.errors import MAX_ISSUES, Issue, Location, TreeError, nearest
from cakwizard.tree.values import Text, Value

MAX_DEPTH = 32
RESERVED = frozenset({"unknown"})
"""Ids that mean something to the program: how answers say that one is left open."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?\Z")
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Printable by the book, and yet nothing is seen of them.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SECOND_COLON = re.compile(r"[\s-]*[^\s:\"'{\[]+:\s+[^\s\"'{\[|>].*:(\s|\Z)")
_MAX_MESSAGE = 400
_MAX_NAMED = 24


def parse_date(word: str) -> datetime.date | None:
    """Return the day that `word` (YYYY-MM-DD) names, or None."""
    try:
        return datetime.date.fromisoformat(word) if _DATE.match(word) else None
    except ValueError:
        return None


class Reader:
    """Readers over the nodes of one YAML text.

    Attributes:
        file: The name that messages give.
        lines: The text by lines, for messages.
        issues: What was wrong so far.
        languages: In which a text must be there.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file, self.source = file, text
        self.lines = text.splitlines()
        self.issues: list[Issue] = []
        self.languages: tuple[str, ...] = ()

    def place(self, node: yaml.Node) -> Location:
        """Return where `node` is, as wide as its text if that is on one line."""
        start: Any = node.start_mark
        end: Any = node.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Location(self.file, start.line + 1, start.column + 1, max(1, width))

    def _at(self, mark: Any) -> Location:
        return Location(self.file, mark.line + 1, mark.column + 1)

    def line_at(self, location: Location) -> str | None:
        """Return the line of the file that a location names."""
        return self.lines[location.line - 1] if 0 < location.line <= len(self.lines) else None

    def report(self, code: str, where: yaml.Node | Location, message: str, hint: str | None = None) -> None:
        """Add an issue; past a few hundred nobody reads on, so the rest is dropped."""
        if len(self.issues) < MAX_ISSUES:
            location = where if isinstance(where, Location) else self.place(where)
            if len(message) > _MAX_MESSAGE:
                message = f"{message[: _MAX_MESSAGE // 2]} … {message[-_MAX_MESSAGE // 2 :]}"
            line = self.line_at(location)
            self.issues.append(Issue(code=code, message=message, location=location, hint=hint, source_line=line))

    def maybe(self, word: str, known: Collection[str]) -> str | None:
        """Return as a hint the name that may have been meant, or else the few that there are."""
        if len(self.issues) >= MAX_ISSUES:
            return None
        near = nearest(word, known)
        if near is not None:
            return f"did you mean '{near}'?"
        return f"known here: {', '.join(known)}" if 0 < len(known) <= _MAX_NAMED else None

    def root(self) -> yaml.Node | None:
        """Return the root node, None of an empty file; on a fault that leaves no document, raise `TreeError`."""
        wrong = _NOT_YAML.search(self.source)
        if wrong:
            before = f"{self.source[: wrong.start()]}?".splitlines()
            message = f"this is not YAML: it holds the character U+{ord(wrong.group()):04X}"
            self.report("CW001", Location(self.file, len(before), len(before[-1])), message, "take it out")
            raise TreeError(self.issues)
        try:
            node = self._compose(yaml.parse(self.source, Loader=_LOADER))
        except yaml.YAMLError as error:
            # libyaml reads ahead, and since 0.2.6 gives up by itself at 1,000 levels: before it tells of the first.
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            if mark is None or not self._is_deep(mark.line):
                self._not_yaml(error, mark)
        else:
            if not self.issues:
                return node
        raise TreeError(self.issues)

    def _compose(self, events: Iterable[Any]) -> yaml.Node | None:
        """Return the tree of nodes; levels are counted on the way, so that no depth costs more than 32 levels do."""
        top = yaml.SequenceNode("", [], None, None)
        open_: list[Any] = [top]
        for event in events:
            kind, start, end = type(event), event.start_mark, event.end_mark
            node: yaml.Node
            if kind is yaml.ScalarEvent:
                node = yaml.ScalarNode("", event.value, start, end, event.style)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                node = (yaml.MappingNode if kind is yaml.MappingStartEvent else yaml.SequenceNode)("", [], start, end)
                if len(open_) > MAX_DEPTH:
                    hint = "a bracket too many, or a file that is no tree"
                    self.report("CW007", self._at(start), f"nested more than {MAX_DEPTH} levels deep", hint)
                    raise TreeError(self.issues)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                closed = open_.pop()
                closed.end_mark = end
                if isinstance(closed, yaml.MappingNode):
                    closed.value = list(zip(closed.value[::2], closed.value[1::2], strict=True))
                continue
            elif kind is yaml.AliasEvent:
                node = yaml.ScalarNode("", "", start, end)
                what = f"alias '*{event.anchor}': aliases"
                self.report("CW006", self._at(start), f"{what} are not allowed here", "write it out")
            elif kind is yaml.DocumentStartEvent and top.value:
                message = "this is not YAML of one part: another begins here"
                self.report("CW001", self._at(start), message, "take out '---'")
                break
            else:
                continue
            if kind is not yaml.AliasEvent and (event.anchor or event.tag):
                what = f"anchor '&{event.anchor}': anchors" if event.anchor else f"tag '{event.tag}': tags"
                self.report("CW006", self._at(start), f"{what} are not allowed here", "leave it out")
            open_[-1].value.append(node)
            if kind is not yaml.ScalarEvent and kind is not yaml.AliasEvent:
                open_.append(node)
        return top.value[0] if top.value else None

    def _is_deep(self, line: int) -> bool:
        """Report it if what begins at the margin above a line is too deep, by the loader that does not read ahead."""
        start = min(line, len(self.lines) - 1)
        while start > 0 and not self.lines[start][:1].strip(" -?#"):
            start -= 1
        part = Reader(self.file, "\n" * start + "\n".join(self.lines[start:]))
        try:
            part._compose(yaml.parse(part.source, Loader=yaml.SafeLoader))
        except TreeError:
            self.issues.append(part.issues[-1])
            return True
        except yaml.YAMLError:
            pass
        return False

    def _not_yaml(self, error: yaml.YAMLError, mark: Any) -> None:
        message = getattr(error, "problem", None) or getattr(error, "context", None) or "it cannot be read"
        context = getattr(error, "context_mark", None)
        if context is not None and mark is not None and context.line < mark.line:
            message += f" (in what begins on line {context.line + 1})"
        place = self._at(mark) if mark else Location(self.file)
        self.report("CW001", place, f"this is not YAML: {message}", self._yaml_hint(place.line - 1))

    def _yaml_hint(self, number: int) -> str:
        """Return what is most likely wrong with a line, by the line itself: libraries word it in many ways."""
        line = self.lines[number] if number < len(self.lines) else ""
        above = next((one for one in reversed(self.lines[:number]) if one.strip() and one.strip()[0] != "#"), "")
        indent, indent_above = (len(one) - len(one.lstrip()) for one in (line, above))
        if "\t" in line[:indent]:
            return "use spaces instead of tabs at the start of a line"
        if indent > indent_above + 2 * above.lstrip().startswith("- ") and not above.rstrip().endswith((":", "-", ",")):
            return "this line is indented more than the line above; begin it in the same column"
        if _SECOND_COLON.match(line):
            return "put a text that holds ': ' between quotes"
        return "a quote, bracket or comma may be missing here or above; mind the indentation"

    def items(self, node: yaml.Node | None, what: str, *, ids: bool = True) -> list[tuple[str, yaml.Node, yaml.Node]]:
        """Return (key, key node, value node) of a mapping whose keys the author chose."""
        if node is not None and not isinstance(node, yaml.MappingNode):
            self.report("CW005", node, f"{what} must be a mapping (`name: …`)")
        result: list[tuple[str, yaml.Node, yaml.Node]] = []
        seen: dict[str, yaml.Node] = {}
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            name = self.word(key, f"a key of {what}") or ""
            if name in seen:
                line = self.place(seen[name]).line
                self.report("CW002", key, f"'{name}' is in {what} twice; first on line {line}", "keep one")
            elif isinstance(key, yaml.ScalarNode):
                seen[name] = key
                if ids and not _ID.match(name):
                    hint = "use small letters, digits and _, a letter first"
                    self.report("CW008", key, f"'{name}' is not an id", hint)
                elif ids and name in RESERVED:
                    message = f"'{name}' cannot be an id: in answers it says that one is left open"
                    self.report("CW008", key, message, "give it another name")
                result.append((name, key, value))
        return result

    def fields(
        self, node: yaml.Node | None, what: str, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, yaml.Node]:
        """Return the fields of a mapping whose keys the format fixes; empty ones count as absent."""
        required = tuple(required)
        known = (*required, *optional)
        result: dict[str, yaml.Node] = {}
        for key, key_node, value in self.items(node, what, ids=False):
            if key not in known:
                self.report("CW003", key_node, f"unknown key '{key}' in {what}", self.maybe(key, known))
            elif not (isinstance(value, yaml.ScalarNode) and not value.style and value.value in ("", "~", "null")):
                result[key] = value
        if isinstance(node, yaml.MappingNode):
            for key in required:
                if key not in result:
                    self.report("CW004", node, f"{what} has no '{key}'", f"add '{key}: …'")
        return result

    def word(self, node: yaml.Node | None, what: str) -> str | None:
        """Return a scalar as it is in the file, without characters that are not seen."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.report("CW005", node, f"{what} must be a single value")
            return None
        value: str = node.value
        if not (value.isascii() and value.isprintable()) and (unseen := _unseen(value)):
            hint = "take it out, or write it anew by hand"
            self.report("CW010", node, f"{what} holds a character that is not seen: U+{ord(unseen):04X}", hint)
            return value.replace(unseen, "\ufffd")
        return value

    def words(self, node: yaml.Node | None, what: str) -> list[tuple[str, yaml.Node]]:
        """Return a list of words with their nodes; a single word counts as a list of one."""
        found: dict[str, yaml.Node] = {}
        for item in self.listed(node):
            value = self.word(item, what)
            if value is not None and found.setdefault(value, item) is not item:
                self.report("CW002", item, f"'{value}' is in {what} twice", "keep one")
        return list(found.items())

    def listed(self, node: yaml.Node | None) -> list[yaml.Node]:
        """Return the nodes of a list; what is no list counts as a list of one."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        return [] if node is None else [node]

    def text(self, node: yaml.Node, what: str) -> Text:
        """Return a text in every language of the tree; what is missing is reported."""
        if not isinstance(node, yaml.MappingNode):
            self.report("CW005", node, f"{what} must have a text per language (`{{nl: …, en: …}}`)")
            return Text({})
        found = self.fields(node, what, (), self.languages)
        by_language = {language: " ".join((self.word(value, what) or "").split()) for language, value in found.items()}
        for language in self.languages:
            if not by_language.get(language):
                self.report("CW011", node, f"{what} has no text in '{language}'", f"add '{language}: …'")
        return Text({one: by_language[one] for one in self.languages if one in by_language}, self.place(node))

    def phrases(self, node: yaml.Node, what: str) -> Mapping[str, tuple[str, ...]]:
        """Return by language a list of words or phrases; a language may be left out."""
        found = self.fields(node, what, (), self.languages)
        return MappingProxyType(
            {one: tuple(word for word, _ in self.words(listed, f"{what} in '{one}'")) for one, listed in found.items()}
        )

    def date(self, node: yaml.Node | None, what: str) -> datetime.date | None:
        """Return a day written as YYYY-MM-DD."""
        value = self.word(node, what)
        day = parse_date(value or "")
        if node is not None and value is not None and day is None:
            self.report("CW009", node, f"{what} is '{value}', which is not a date", "write it as 2026-01-31")
        return day

    def number(self, node: yaml.Node, what: str) -> Decimal | None:
        """Return an amount exactly as written."""
        value = self.word(node, what)
        if value is None or _NUMBER.match(value):
            return None if value is None else Decimal(value)
        self.report("CW009", node, f"{what} is '{value}', which is not a number", "write it as 80 or 4.70")
        return None

    def flag(self, node: yaml.Node, what: str) -> bool:
        """Return whether a switch is on; only `true` and `false` are taken."""
        value = self.word(node, what)
        if value not in (None, "true", "false"):
            self.report("CW009", node, f"{what} is '{value}'", "write true or false")
        return value == "true"

    def value(self, node: yaml.Node, what: str) -> Value:
        """Return what a placeholder stands for: a day, an amount, or else the word."""
        word = self.word(node, what) or ""
        return parse_date(word) or (Decimal(word) if _NUMBER.match(word) else word)


def _unseen(value: str) -> str | None:
    """Return the first character that is not seen, or that turns the direction of the text; spaces are seen."""
    for char in value:
        if not char.isprintable() and char not in "\n\t" and unicodedata.category(char) != "Zs":
            return char
    found = _BLANK.search(value)
    return found.group() if found else None
