"""From a YAML file to a `DecisionTree`, with every fault found in one run.

A reference is resolved here (its target exists or it is an issue); what the
whole graph must satisfy is the matter of `checking`. Both report in the same
words and are raised together as one `TreeError`.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from typing import TypeVar

from cakwizard import checking
from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.errors import TreeError
from cakwizard.model import ALWAYS
from cakwizard.model import PROVIDER_KINDS
from cakwizard.model import Advice
from cakwizard.model import AdviceKind
from cakwizard.model import Certainty
from cakwizard.model import Contract
from cakwizard.model import Deadline
from cakwizard.model import DecisionTree
from cakwizard.model import Message
from cakwizard.model import Node
from cakwizard.model import Option
from cakwizard.model import Outcome
from cakwizard.model import Question
from cakwizard.model import Referral
from cakwizard.model import Route
from cakwizard.model import Scheme
from cakwizard.model import Source
from cakwizard.model import SourceKind
from cakwizard.model import Term
from cakwizard.model import Text
from cakwizard.model import Window
from cakwizard.yaml_reader import MAX_BYTES
from cakwizard.yaml_reader import Reader
from cakwizard.yaml_reader import no_collecting
from cakwizard.yaml_reader import parse_date

if TYPE_CHECKING:
    import yaml

__all__ = ["bundled_text", "bundled_tree", "load_tree", "read_text", "read_tree", "tree_and_issues"]

Record = TypeVar("Record")
_Maker = Callable[[str, "yaml.Node", "yaml.Node"], Record]

HEAD = ("format", "edition", "checked_until", "title", "origin", "authority", "languages", "start")
BLOCKS = ("questions", "nodes", "outcomes", "advice", "schemes", "advice_kinds", "source_kinds", "sources")
OPTIONAL = (
    "preset",
    "longest_path",
    "schedules",
    "contracts",
    "deadline_starts",
    "glossary",
    "referrals",
    "messages",
)


MAX_MONTHS = 1200
MAX_LANGUAGES = 50
_OTHER_NAME = "give one of them another name"


def bundled_text() -> tuple[str, str]:
    """Return (name, text) of the tree that comes with the program.

    A wheel carries it inside the package; in an editable install it stands beside it.
    """
    beside = Path(__file__).resolve().parent.parent / "decision_tree.yaml"
    if beside.is_file() and (beside.parent / "pyproject.toml").is_file():
        return "decision_tree.yaml", beside.read_text(encoding="utf-8")
    import pkgutil

    return "decision_tree.yaml", (pkgutil.get_data("cakwizard", "decision_tree.yaml") or b"").decode()


def bundled_tree() -> DecisionTree:
    """Return the tree that comes with the program."""
    name, text = bundled_text()
    return read_tree(text, name)


def read_text(path: str | Path, *, limit: int = MAX_BYTES) -> str:
    """Return the text of a file, or raise `FileError` saying why it cannot be read."""
    name = str(path)
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise FileError(
            Issue(
                message=f"there is no file '{name}'",
                hint="mind the folder you are in",
                key="no_file",
                values={"file": name},
            )
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(
            Issue(
                message=f"'{name}' cannot be read: {reason}", key="unreadable", values={"file": name, "reason": reason}
            )
        ) from None
    if len(data) > limit:
        raise FileError(Issue(code="CW007", message=f"'{name}' is larger than {limit // 1024} KiB"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(
            Issue(
                code="CW001",
                message="this is not UTF-8 text",
                location=Location(name, line),
                hint="save the file as UTF-8",
                key="no_text",
            )
        ) from None


def load_tree(path: str | Path) -> DecisionTree:
    """Return the tree in a file, or raise `TreeError` (its faults) or `FileError`."""
    return read_tree(read_text(path), str(path))


def read_tree(text: str, file: str) -> DecisionTree:
    """Return the tree that `text` holds, or raise `TreeError` with every fault."""
    tree, issues = tree_and_issues(text, file)
    if issues or tree is None:
        raise TreeError(issues)
    return tree


def tree_and_issues(text: str, file: str) -> tuple[DecisionTree | None, list[Issue]]:
    """Return the tree as far as it can be read, and its faults sorted by place."""
    with no_collecting():
        return _tree_and_issues(text, file)


def _tree_and_issues(text: str, file: str) -> tuple[DecisionTree | None, list[Issue]]:
    reader = Reader(file, text)
    try:
        root = reader.root()
    except TreeError as error:
        return None, list(error.issues)
    if root is None:
        reader.report("CW004", Location(file), "the file is empty")
        return None, reader.issues
    tree = _Builder(reader).tree(root)
    issues = list(reader.issues)
    if tree is not None:
        issues += checking.errors(tree, {issue.code for issue in issues})
    return tree, sorted(issues, key=lambda issue: (issue.location or Location(file), issue.code))


class _Builder:
    """Reads the blocks of one file, in an order in which references can be resolved."""

    def __init__(self, reader: Reader) -> None:
        self.read = reader
        self.checked = datetime.date.min

    def tree(self, root: yaml.Node) -> DecisionTree | None:
        read = self.read
        blocks = read.fields(root, "the tree", (*HEAD, *BLOCKS), OPTIONAL)
        languages = [word for word, _ in read.words(blocks.get("languages"), "'languages'")]
        if len(languages) > MAX_LANGUAGES:
            read.report("CW007", blocks["languages"], f"'languages' names more than {MAX_LANGUAGES} languages")
            del languages[MAX_LANGUAGES:]
        if not languages:
            if "languages" in blocks:
                read.report("CW004", blocks["languages"], "'languages' names no language", "write for example [nl, en]")
            return None
        read.languages = tuple(languages)
        if "format" in blocks and read.word(blocks["format"], "'format'") != "1":
            read.report("CW009", blocks["format"], "this program reads format 1", "write 1, or use a newer program")
        self.checked = read.date(blocks.get("checked_until"), "'checked_until'") or datetime.date.min
        self.source_kinds = self._block(blocks, "source_kinds", self._source_kind)
        self.sources = self._block(blocks, "sources", self._source)
        self.kinds = self._block(blocks, "advice_kinds", self._advice_kind)
        self.advice = self._block(blocks, "advice", self._advice)
        self.schemes = self._block(blocks, "schemes", self._scheme)
        self.contracts = self._block(blocks, "contracts", self._contract)
        self.deadline_starts = {
            key: read.text(value, f"deadline start '{key}'")
            for key, _, value in read.items(blocks.get("deadline_starts"), "'deadline_starts'")
        }
        self.referrals = self._block(blocks, "referrals", self._referral)
        self.messages = self._block(blocks, "messages", self._message)
        self.outcomes = self._block(blocks, "outcomes", self._outcome)
        self.questions = self._block(blocks, "questions", self._question)
        glossary = self._block(blocks, "glossary", self._term)
        node_items = read.items(blocks.get("nodes"), "'nodes'")
        schedule_items = read.items(blocks.get("schedules"), "'schedules'")
        # By name the very object that names the place: a tree names each place many times.
        self.targets = {key: key for key in (*self.outcomes, *(key for key, _, _ in node_items))}
        for key, key_node, _ in node_items:
            if key in self.outcomes:
                read.report("CW028", key_node, f"'{key}' is already the name of an outcome", _OTHER_NAME)
        for key, key_node, _ in schedule_items:
            if key in self.targets:
                read.report("CW028", key_node, f"'{key}' is already the name of a node or an outcome", _OTHER_NAME)
        self.used_schedules: set[str] = set()
        self.schedules: dict[str, tuple[Route, ...]] = {}
        for key, _, value in schedule_items:
            self.schedules[key] = tuple(self._schedule(key, value))
        self.ends = (*self.targets, *self.schedules)
        nodes: dict[str, Node] = {}
        routes: list[Route] = []
        for key, key_node, value in node_items:
            nodes[key] = self._node(key, key_node, value, routes)
        for key, key_node, _ in schedule_items:
            if key not in self.used_schedules:
                read.report(
                    "CW015", key_node, f"no route uses schedule '{key}'", "route an option to it, or take it out"
                )
        preset = self._reference(blocks.get("preset"), self.questions, "question", "'preset'")
        start = self._reference(blocks.get("start"), nodes, "node", "'start'")
        longest = read.number(blocks.get("longest_path"), "'longest_path'")
        if longest is not None and (longest != int(longest) or longest < 1):
            where = blocks["longest_path"]
            read.report("CW009", where, f"'longest_path' is {longest}, which is not a number of questions", "write 12")
            longest = None
        return DecisionTree(
            file=read.file,
            sha256=hashlib.sha256(read.source.encode()).hexdigest(),
            edition=read.word(blocks.get("edition"), "'edition'") or "",
            checked_until=self.checked,
            title=read.text(blocks.get("title"), "'title'"),
            origin=read.text(blocks.get("origin"), "'origin'"),
            authority=read.text(blocks.get("authority"), "'authority'"),
            languages=read.languages,
            start=start or next(iter(nodes), ""),
            preset=preset,
            longest_path=int(longest) if longest is not None else None,
            questions=MappingProxyType(self.questions),
            nodes=MappingProxyType(nodes),
            outcomes=MappingProxyType(self.outcomes),
            advice=MappingProxyType(self.advice),
            schemes=MappingProxyType(self.schemes),
            contracts=MappingProxyType(self.contracts),
            advice_kinds=MappingProxyType(self.kinds),
            deadline_starts=MappingProxyType(self.deadline_starts),
            source_kinds=MappingProxyType(self.source_kinds),
            sources=MappingProxyType(self.sources),
            glossary=MappingProxyType(glossary),
            edges=tuple(routes),
            referrals=MappingProxyType(self.referrals),
            messages=MappingProxyType(self.messages),
            source_lines=tuple(read.lines),
        )

    def _block(self, blocks: Mapping[str, yaml.Node], name: str, make: _Maker[Record]) -> dict[str, Record]:
        return {
            key: make(key, key_node, value) for key, key_node, value in self.read.items(blocks.get(name), f"'{name}'")
        }

    def _reference(
        self, node: yaml.Node | None, known: Collection[str], kind: str, what: str, code: str = "CW022"
    ) -> str | None:
        word = self.read.word(node, what)
        if word is None or node is None:
            return None
        if word not in known:
            self.read.report(
                code, node, f"{what} names {kind} '{word}', which does not exist", self.read.maybe(word, known)
            )
            return None
        return word

    def _references(
        self, node: yaml.Node | None, known: Collection[str], kind: str, what: str, code: str
    ) -> tuple[str, ...]:
        result = []
        for word, item in self.read.words(node, what):
            if word in known:
                result.append(word)
            else:
                self.read.report(
                    code, item, f"{what} names {kind} '{word}', which does not exist", self.read.maybe(word, known)
                )
        return tuple(result)

    def _sources(self, node: yaml.Node | None, what: str) -> tuple[str, ...]:
        return self._references(node, self.sources, "source", what, "CW020")

    def _certainty(self, node: yaml.Node | None, what: str) -> Certainty | None:
        word = self._reference(node, Certainty.__members__, "certainty", what)
        return Certainty[word] if word else None

    def _window(self, fields: Mapping[str, yaml.Node], what: str) -> Window:
        start = self.read.date(fields.get("valid_from"), f"'valid_from' of {what}")
        end = self.read.date(fields.get("valid_until"), f"'valid_until' of {what}")
        if start and end and end < start:
            message = f"{what} ends ({end}) before it begins ({start})"
            self.read.report("CW027", fields["valid_until"], message, "mend one of the two days")
            return Window(start, None)
        return Window(start, end) if start or end else ALWAYS

    # -- records --------------------------------------------------------------

    def _source_kind(self, key: str, key_node: yaml.Node, node: yaml.Node) -> SourceKind:
        what = f"source kind '{key}'"
        fields = self.read.fields(node, what, ("name", "supports"))
        return SourceKind(
            id=key,
            name=self.read.text(fields.get("name"), f"name of {what}"),
            supports=self._certainty(fields.get("supports"), f"'supports' of {what}") or Certainty.settled,
            location=self.read.place(key_node),
        )

    def _source(self, key: str, key_node: yaml.Node, node: yaml.Node) -> Source:
        what = f"source '{key}'"
        read = self.read
        fields = read.fields(
            node, what, ("title", "publisher", "url", "kind"), ("date", "dated", "checked", "valid_until")
        )
        return Source(
            id=key,
            title=read.text(fields.get("title"), f"title of {what}"),
            publisher=read.word(fields.get("publisher"), f"publisher of {what}") or "",
            url=read.word(fields.get("url"), f"url of {what}") or "",
            date=self._partial_date(fields.get("date"), f"date of {what}"),
            dated=read.text(fields["dated"], f"'dated' of {what}") if "dated" in fields else None,
            kind=self._reference(fields.get("kind"), self.source_kinds, "source kind", f"'kind' of {what}") or "",
            checked=read.date(fields.get("checked"), f"'checked' of {what}") or self.checked,
            valid_until=read.date(fields.get("valid_until"), f"'valid_until' of {what}"),
            location=read.place(key_node),
        )

    def _partial_date(self, node: yaml.Node | None, what: str) -> str:
        word = self.read.word(node, what)
        if word is None or node is None:
            return ""
        padded = word + {4: "-01-01", 7: "-01"}.get(len(word), "")
        if parse_date(padded) is None:
            self.read.report(
                "CW009", node, f"{what} is '{word}', which is not a date", "write 2026-01-31, 2026-01 or 2026"
            )
            return ""
        return word

    def _advice_kind(self, key: str, key_node: yaml.Node, node: yaml.Node) -> AdviceKind:
        what = f"advice kind '{key}'"
        fields = self.read.fields(node, what, ("heading",), ("numbered", "holds", "checklist"))
        return AdviceKind(
            id=key,
            heading=self.read.text(fields.get("heading"), f"heading of {what}"),
            numbered=self.read.flag(fields.get("numbered"), f"'numbered' of {what}"),
            holds=self._reference(fields.get("holds"), ("contract", "deadline"), "part", f"'holds' of {what}"),
            checklist=self.read.flag(fields.get("checklist"), f"'checklist' of {what}"),
            location=self.read.place(key_node),
        )

    def _advice(self, key: str, key_node: yaml.Node, node: yaml.Node) -> Advice:
        what = f"advice '{key}'"
        read = self.read
        fields = read.fields(
            node, what, ("kind", "text", "sources"), ("valid_from", "valid_until", "by_claim_date", "note", "values")
        )
        return Advice(
            id=key,
            kind=self._reference(fields.get("kind"), self.kinds, "advice kind", f"'kind' of {what}") or "",
            text=read.text(fields.get("text"), f"text of {what}"),
            sources=self._sources(fields.get("sources"), what),
            window=self._window(fields, what),
            by_claim_date=read.flag(fields.get("by_claim_date"), f"'by_claim_date' of {what}"),
            note=read.flag(fields.get("note"), f"'note' of {what}"),
            values=MappingProxyType(
                {
                    name: read.value(value, f"value '{name}' of {what}")
                    for name, _, value in read.items(fields.get("values"), f"'values' of {what}")
                }
            ),
            location=read.place(key_node),
        )

    def _scheme(self, key: str, key_node: yaml.Node, node: yaml.Node) -> Scheme:
        what = f"scheme '{key}'"
        read = self.read
        fields = read.fields(node, what, ("name",), ("shape", "color", "claimable", "valid_until", "end_sources"))
        return Scheme(
            id=key,
            name=read.text(fields.get("name"), f"name of {what}"),
            shape=read.word(fields.get("shape"), f"shape of {what}") or "box",
            color=read.word(fields.get("color"), f"color of {what}") or "#444444",
            claimable=read.flag(fields.get("claimable"), f"'claimable' of {what}"),
            valid_until=read.date(fields.get("valid_until"), f"'valid_until' of {what}"),
            end_sources=self._sources(fields.get("end_sources"), what),
            location=read.place(key_node),
        )

    def _contract(self, key: str, key_node: yaml.Node, node: yaml.Node) -> Contract:
        fields = self.read.fields(node, f"contract '{key}'", ("text",))
        text = self.read.text(fields.get("text"), f"text of contract '{key}'")
        return Contract(id=key, text=text, location=self.read.place(key_node))

    def _term(self, key: str, key_node: yaml.Node, node: yaml.Node) -> Term:
        what = f"term '{key}'"
        fields = self.read.fields(node, what, ("name", "text"), ("sources",))
        return Term(
            id=key,
            name=self.read.text(fields.get("name"), f"name of {what}"),
            text=self.read.text(fields.get("text"), f"text of {what}"),
            sources=self._sources(fields.get("sources"), what),
            location=self.read.place(key_node),
        )

    def _outcome(self, key: str, key_node: yaml.Node, node: yaml.Node) -> Outcome:
        what = f"outcome '{key}'"
        read = self.read
        fields = read.fields(
            node,
            what,
            ("scheme", "certainty", "title", "pays", "sources"),
            ("percent", "maximum", "contract", "deadline", "advice", "ask", "valid_until", "referrals", "message"),
        )
        return Outcome(
            id=key,
            scheme=self._reference(fields.get("scheme"), self.schemes, "scheme", what) or "",
            title=read.text(fields.get("title"), f"title of {what}"),
            pays=read.text(fields.get("pays"), f"'pays' of {what}"),
            certainty=self._certainty(fields.get("certainty"), what) or Certainty.settled,
            sources=self._sources(fields.get("sources"), what),
            advice=self._references(fields.get("advice"), self.advice, "advice", what, "CW021"),
            percent=self._percent(fields.get("percent"), f"percent of {what}"),
            maximum=read.flag(fields.get("maximum"), f"'maximum' of {what}"),
            contract=self._reference(fields.get("contract"), self.contracts, "contract", what),
            deadline=self._deadline(fields.get("deadline"), what),
            ask=read.text(fields["ask"], f"'ask' of {what}") if "ask" in fields else None,
            valid_until=read.date(fields.get("valid_until"), f"'valid_until' of {what}"),
            referrals=self._references(fields.get("referrals"), self.referrals, "referral", what, "CW022"),
            message=self._reference(fields.get("message"), self.messages, "message", what),
            location=read.place(key_node),
        )

    def _referral(self, key: str, key_node: yaml.Node, node: yaml.Node) -> Referral:
        what = f"referral '{key}'"
        fields = self.read.fields(node, what, ("text", "sources"), ("kind", "letter", "advice"))
        return Referral(
            id=key,
            text=self.read.text(fields.get("text"), f"text of {what}"),
            sources=self._sources(fields.get("sources"), what),
            kind=self._reference(fields.get("kind"), PROVIDER_KINDS, "provider kind", f"'kind' of {what}"),
            letter=self.read.text(fields["letter"], f"'letter' of {what}") if "letter" in fields else None,
            advice=self._references(fields.get("advice"), self.advice, "advice", what, "CW021"),
            location=self.read.place(key_node),
        )

    def _message(self, key: str, key_node: yaml.Node, node: yaml.Node) -> Message:
        what = f"message '{key}'"
        fields = self.read.fields(node, what, ("heading", "text", "fields", "sources"))
        to_fill_in = {
            name: self.read.text(value, f"field '{name}' of {what}")
            for name, _, value in self.read.items(fields.get("fields"), f"fields of {what}")
        }
        return Message(
            id=key,
            heading=self.read.text(fields.get("heading"), f"heading of {what}"),
            text=self.read.text(fields.get("text"), f"text of {what}"),
            fields=MappingProxyType(to_fill_in),
            sources=self._sources(fields.get("sources"), what),
            location=self.read.place(key_node),
        )

    def _deadline(self, node: yaml.Node | None, what: str) -> Deadline | None:
        if node is None:
            return None
        fields = self.read.fields(node, f"deadline of {what}", ("months", "start"), ("sources",))
        months = self._months(fields.get("months"), f"months of {what}")
        start = self._reference(fields.get("start"), self.deadline_starts, "deadline start", what)
        return Deadline(
            months=months or 0,
            start=start or "",
            sources=self._sources(fields.get("sources"), f"deadline of {what}"),
            location=self.read.place(node),
        )

    def _question(self, key: str, key_node: yaml.Node, node: yaml.Node) -> Question:
        what = f"question '{key}'"
        read = self.read
        fields = read.fields(node, what, ("text", "options"), ("help", "find_out", "countries", "otherwise", "names"))
        options = {
            option: self._option(option, option_node, value, what)
            for option, option_node, value in read.items(fields.get("options"), f"options of {what}")
        }
        countries: dict[str, set[str]] | None = None
        if "countries" in fields:
            countries = {}
            for option, option_node, value in read.items(fields["countries"], f"countries of {what}"):
                if option not in options:
                    read.report(
                        "CW029", option_node, f"{what} has no option '{option}'", self.read.maybe(option, options)
                    )
                for code, code_node in read.words(value, f"countries of '{option}'"):
                    if not (len(code) == 2 and code.isascii() and code.isupper()):
                        read.report(
                            "CW029", code_node, f"'{code}' is not a country code", "write two capitals, as in NL"
                        )
                    countries.setdefault(code, set()).add(option)
        names = {
            name.casefold(): read.word(value, f"name '{name}' of {what}") or ""
            for name, _, value in read.items(fields.get("names"), f"names of {what}", ids=False)
        }
        return Question(
            id=key,
            text=read.text(fields.get("text"), f"text of {what}"),
            options=MappingProxyType(options),
            help=read.text(fields["help"], f"help of {what}") if "help" in fields else None,
            find_out=read.text(fields["find_out"], f"'find_out' of {what}") if "find_out" in fields else None,
            countries=None if countries is None else {code: frozenset(found) for code, found in countries.items()},
            otherwise=self._reference(fields.get("otherwise"), options, "option", f"'otherwise' of {what}"),
            names=MappingProxyType(names),
            location=read.place(key_node),
        )

    def _option(self, key: str, key_node: yaml.Node, node: yaml.Node, question: str) -> Option:
        what = f"option '{key}' of {question}"
        fields = self.read.fields(node, what, ("text", "key"), ("help", "within_months", "after_months"))
        keys = self.read.text(fields.get("key"), f"key of {what}")
        if "within_months" in fields and "after_months" in fields:
            self.read.report("CW009", key_node, f"{what} has both 'within_months' and 'after_months'", "keep one")
        return Option(
            id=key,
            text=self.read.text(fields.get("text"), f"text of {what}"),
            keys=keys.by_language,
            help=self.read.text(fields["help"], f"help of {what}") if "help" in fields else None,
            within_months=self._months(fields.get("within_months"), f"'within_months' of {what}"),
            after_months=self._months(fields.get("after_months"), f"'after_months' of {what}"),
            location=self.read.place(key_node),
        )

    def _percent(self, node: yaml.Node | None, what: str) -> Decimal | None:
        number = self.read.number(node, what)
        if number is None or node is None or 0 <= number <= 100:
            return number
        self.read.report("CW009", node, f"{what} is {number}, which is not a percentage", "write it as 80")
        return None

    def _months(self, node: yaml.Node | None, what: str) -> int | None:
        number = self.read.number(node, what)
        if number is None or node is None:
            return None
        if number != int(number) or not 1 <= number <= MAX_MONTHS:
            self.read.report("CW009", node, f"{what} is {number}, which is not a number of months", "write it as 12")
            return None
        return int(number)

    # -- the graph ------------------------------------------------------------

    def _node(self, key: str, key_node: yaml.Node, node: yaml.Node, routes: list[Route]) -> Node:
        what = f"node '{key}'"
        read = self.read
        fields = read.fields(node, what, ("asks", "to"), ("certainty", "sources"))
        question = self._reference(fields.get("asks"), self.questions, "question", what)
        certainty = self._certainty(fields.get("certainty"), what)
        sources = self._sources(fields.get("sources"), what)
        options = self.questions[question].options if question else None
        outside: dict[str, Text] = {}
        for option, option_node, value in read.items(fields.get("to"), f"routes of {what}"):
            if options is not None and option not in options:
                read.report(
                    "CW013",
                    option_node,
                    f"question '{question}' has no option '{option}'",
                    self.read.maybe(option, options),
                )
                continue
            about = f"option '{option}' of {what}"
            for part in value.value if _is_list(value) else (value,):
                to = self._route(key, option, part, about, certainty, sources, read.place(option_node), outside)
                routes.extend(to)
        return Node(id=key, question=question or "", outside=outside, location=read.place(key_node))

    def _route(
        self,
        node: str,
        option: str,
        value: yaml.Node,
        what: str,
        certainty: Certainty | None,
        sources: tuple[str, ...],
        location: Location,
        outside: dict[str, Text],
    ) -> list[Route]:
        """Return the routes that one line of a node stands for: more than one behind a schedule."""
        read = self.read
        if _is_scalar(value):
            fields: dict[str, yaml.Node] = {"to": value}
        else:
            fields = read.fields(
                value, what, ("to",), ("valid_from", "valid_until", "certainty", "advice", "sources", "outside")
            )
            location = read.place(value)
        if "outside" in fields:
            outside[option] = read.text(fields["outside"], f"'outside' of {what}")
        own_certainty = self._certainty(fields.get("certainty"), what)
        # Settled is 0, so `or` would take it for absent.
        certainty = certainty if own_certainty is None else own_certainty
        if certainty is None:
            read.report("CW031", location, f"{what} has no certainty", "give it here, or for the whole node")
        own = self._sources(fields.get("sources"), what) or sources
        if not own:
            read.report("CW032", location, f"{what} has no source", "give it here, or for the whole node")
        target = read.word(fields.get("to"), what)
        if target is None:
            return []
        if target not in self.targets and target not in self.schedules:
            read.report(
                "CW012",
                fields["to"],
                f"{what} leads to '{target}', which is neither a node nor an outcome",
                self.read.maybe(target, self.ends),
            )
            return []
        route = Route(
            node=node,
            option=option,
            target=self.targets.get(target, target),
            window=self._window(fields, what),
            certainty=certainty or Certainty.settled,
            sources=own,
            advice=self._references(fields.get("advice"), self.advice, "advice", what, "CW021"),
            location=location,
        )
        if target not in self.schedules or target in self.targets:
            return [route]
        self.used_schedules.add(target)
        return [joined for entry in self.schedules[target] if (joined := _join(route, entry)) is not None]

    def _schedule(self, key: str, node: yaml.Node) -> list[Route]:
        what = f"schedule '{key}'"
        result = []
        for part in node.value if _is_list(node) else (node,):
            fields = self.read.fields(
                part, what, ("to", "sources"), ("valid_from", "valid_until", "certainty", "advice")
            )
            target = self._reference(fields.get("to"), self.targets, "node or outcome", what, "CW012")
            if target is not None:
                result.append(
                    Route(
                        node="",
                        option="",
                        target=target,
                        window=self._window(fields, what),
                        certainty=self._certainty(fields.get("certainty"), what) or Certainty.settled,
                        sources=self._sources(fields.get("sources"), what),
                        advice=self._references(fields.get("advice"), self.advice, "advice", what, "CW021"),
                        location=self.read.place(part),
                    )
                )
        return result


def _join(route: Route, entry: Route) -> Route | None:
    """Return `route` during one entry of a schedule: both windows, both sources, the weaker certainty."""
    window = route.window & entry.window
    if window is None:
        return None
    return Route(
        node=route.node,
        option=route.option,
        target=entry.target,
        window=window,
        certainty=max(route.certainty, entry.certainty),
        sources=tuple(dict.fromkeys((*route.sources, *entry.sources))),
        advice=tuple(dict.fromkeys((*route.advice, *entry.advice))),
        location=route.location,
    )


def _is_list(node: yaml.Node) -> bool:
    return node.id == "sequence"  # type: ignore[attr-defined,no-any-return]


def _is_scalar(node: yaml.Node) -> bool:
    return node.id == "scalar"  # type: ignore[attr-defined,no-any-return]
