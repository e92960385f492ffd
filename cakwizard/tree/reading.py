"""Read YAML without losing places or meanings.

Every node keeps its line and column, and `yes`, `no` and `012` stay the text that is in the file. Faults are
collected, never raised one by one, so that an author sees all of them in one run.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar
from unicodedata import category

import yaml

from cakwizard.errors import MAX_ISSUES, Issue, Location, nearest, shortened

MAX_DEPTH = 32

_BASE = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# What a scalar stands for is asked of the readers alone; to resolve tags takes a fifth of the time.
_LOADER: Any = type("_Loader", (_BASE,), {"resolve": lambda *_: ""})
_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# Printable by the book, and yet nothing is seen of them.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SECOND_COLON = re.compile(r"[\s-]*[^\s:\"'{\[]+:\s+[^\s\"'{\[|>].*:(\s|\Z)")
_MAX_MESSAGE = 400
_MAX_NAMED = 24

_T = TypeVar("_T")


def parse_date(word: str) -> datetime.date | None:
    """Return the day that `word` (YYYY-MM-DD) names, or None."""
    try:
        return datetime.date.fromisoformat(word) if _DATE.match(word) else None
    except ValueError:
        return None


def called(block: str) -> str:
    """Return what one of the records of a block is called."""
    return block.replace("_", " ").removesuffix("s")


class Reader:
    """Readers over the nodes of one YAML text, with what was wrong so far, and for a tree the languages of its texts.

    Of a tree there are by block and id the nodes that ids are at (`ids`) and the records made so far (`blocks`), the
    advice written where it is used (`inline`), the routes, and which runs and schedules are used.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file, self.source = file, text
        self.lines = text.splitlines()
        self.issues: list[Issue] = []
        self.languages: tuple[str, ...] = ()
        self.ids: dict[str, dict[str, yaml.Node]] = {}
        self.blocks: dict[str, Mapping[str, Any]] = {}
        self.inline: dict[str, Any] = {}
        self.routes: list[Any] = []
        self.used: set[str] = set()

    def place(self, node: Any) -> Location:
        """Return where a node is, as wide as its text if that is on one line."""
        start, end = node.start_mark, node.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Location(self.file, start.line + 1, start.column + 1, max(1, width))

    def report(self, code: str, where: yaml.Node | Location, message: str, hint: str | None = None) -> None:
        """Add an issue; past a few hundred nobody reads on, so the rest is dropped."""
        self.add(Issue(shortened(message, _MAX_MESSAGE), code=code, hint=hint), where)

    def add(self, issue: Issue, where: yaml.Node | Location) -> None:
        """Add an issue that was worded elsewhere, with its place here."""
        location = where if isinstance(where, Location) else self.place(where)
        line = self.lines[location.line - 1] if 0 < location.line <= len(self.lines) else None
        if len(self.issues) < MAX_ISSUES:
            self.issues.append(replace(issue, location=location, source_line=line))

    def maybe(self, word: str, known: Collection[str]) -> str | None:
        """Return as a hint the name that may have been meant, or else the few that there are."""
        if len(self.issues) >= MAX_ISSUES:
            return None
        if near := nearest(word, known):
            return f"did you mean '{near}'?"
        return f"known here: {', '.join(known)}" if 0 < len(known) <= _MAX_NAMED else None

    def known(self, word: str, node: yaml.Node, what: str, block: str) -> bool:
        """Tell whether a block has an id; report it when not."""
        if word not in self.ids[block]:
            message = f"{what} names {called(block)} '{word}', which does not exist"
            code = {"sources": "CW020", "advice": "CW021", "runs": "CW021"}.get(block, "CW022")
            self.report(code, node, message, self.maybe(word, self.ids[block]))
        return word in self.ids[block]

    def root(self) -> yaml.Node | None:
        """Return the root node; None of an empty file, or where a fault leaves no document."""
        if wrong := _NOT_YAML.search(self.source):
            before = f"{self.source[: wrong.start()]}?".splitlines()
            message = f"this is not YAML: it holds the character U+{ord(wrong.group()):04X}"
            self.report("CW001", Location(self.file, len(before), len(before[-1])), message, "take it out")
            return None
        try:
            self._refuse(self.source)
            return None if self.issues else yaml.compose(self.source, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark: Any = error.problem_mark
            # libyaml reads ahead, and newer ones give up by themselves at 1,000 levels, before they tell of the first.
            # Of what stands before that place they tell all.
            self.issues = []
            with suppress(yaml.MarkedYAMLError):
                self._refuse(self.source[: mark.index])
            if all(one.code != "CW007" for one in self.issues):
                message = f"this is not YAML: {error.problem}"
                if error.context_mark is not None and error.context_mark.line < mark.line:
                    message += f" (in what begins on line {error.context_mark.line + 1})"
                self.report("CW001", self._at(mark), message, self._yaml_hint(mark.line))
            return None

    def _refuse(self, source: str) -> None:
        """Report what YAML has and no file here needs, before nodes are made of it."""
        depth = documents = 0
        for event in yaml.parse(source, Loader=_LOADER):
            anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
            if anchor or tag:
                what, hint = f"anchor '&{anchor}': anchors" if anchor else f"tag '{tag}': tags", "leave it out"
                if isinstance(event, yaml.AliasEvent):
                    what, hint = f"alias '*{anchor}': aliases", "write it out"
                self.report("CW006", self._at(event.start_mark), f"{what} are not allowed here", hint)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            if depth > MAX_DEPTH:
                message = f"nested more than {MAX_DEPTH} levels deep"
                hint = "a bracket too many, or a file that is no tree"
                return self.report("CW007", self._at(event.start_mark), message, hint)
            if documents > 1:
                message = "this is not YAML of one part: another begins here"
                return self.report("CW001", self._at(event.start_mark), message, "take out '---'")
        return None

    def _at(self, mark: Any) -> Location:
        return Location(self.file, mark.line + 1, mark.column + 1)

    def _yaml_hint(self, number: int) -> str:
        """Return what is most likely wrong with a line, by the line itself: libraries word it in many ways."""
        line = "".join(self.lines[number : number + 1])
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
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            name = self.word(key, f"a key of {what}") or ""
            if name in found:
                line = self.place(found[name][0]).line
                self.report("CW002", key, f"'{name}' is in {what} twice; first on line {line}", "keep one")
            elif isinstance(key, yaml.ScalarNode):
                found[name] = key, value
                if ids and not _ID.match(name):
                    hint = "use small letters, digits and _, a letter first"
                    self.report("CW008", key, f"'{name}' is not an id", hint)
                elif ids and name == "unknown":
                    message = f"'{name}' cannot be an id: in answers it says that one is left open"
                    self.report("CW008", key, message, "give it another name")
        return [(name, *pair) for name, pair in found.items()]

    def fields(
        self, node: yaml.Node | None, what: str, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, yaml.Node]:
        """Return the fields of a mapping whose keys the format fixes; empty ones count as absent."""
        known = (*required, *optional)
        found: dict[str, yaml.Node] = {}
        for key, key_node, value in self.items(node, what, ids=False):
            if key not in known:
                self.report("CW003", key_node, f"unknown key '{key}' in {what}", self.maybe(key, known))
            elif not (isinstance(value, yaml.ScalarNode) and not value.style and value.value in ("", "~", "null")):
                found[key] = value
        for key in required:
            if isinstance(node, yaml.MappingNode) and key not in found:
                self.report("CW004", node, f"{what} has no '{key}'", f"add '{key}: …'")
        return found

    def word(self, node: yaml.Node | None, what: str) -> str | None:
        """Return a scalar as it is in the file, without characters that are not seen."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.report("CW005", node, f"{what} must be a single value")
            return None
        value: str = node.value
        if value.isascii() and value.isprintable():
            return value
        # Spaces are seen; what turns the direction of a text is not.
        unseen = [char for char in value if not (char.isprintable() or char in "\n\t" or category(char) == "Zs")]
        if unseen := unseen + _BLANK.findall(value):
            hint = "take it out, or write it anew by hand"
            self.report("CW010", node, f"{what} holds a character that is not seen: U+{ord(unseen[0]):04X}", hint)
            return value.replace(unseen[0], "\ufffd")
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

    def parsed(
        self, node: Any, what: str, parse: Callable[[str], _T | None], wrong: str, hint: str, code: str = "CW009"
    ) -> _T | None:
        """Return what `parse` makes of a word; where it makes nothing (None), report what is wrong with the word."""
        word = self.word(node, what)
        found = None if word is None else parse(word)
        if found is None and word is not None:
            self.report(code, node, f"{what} is '{word}'{wrong}", hint)
        return found
