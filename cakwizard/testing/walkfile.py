"""Walk files: cases with answers, dates and what is expected of them.

A walk file is a list of cases, or a mapping of `tree:` (another tree, its path relative to the file), `defaults:` for
all cases, and `cases:`. Every name is held against the tree while reading; one that does not exist fails its case and
no other. Only what cannot be read as cases at all is a fault of the file.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cakwizard.deciding.answers import UNKNOWN, answers_from
from cakwizard.errors import CakwizardError, FileError, Issue, Location
from cakwizard.files import read_text
from cakwizard.loading import load
from cakwizard.showing.as_json import plain
from cakwizard.tree import kinds as k
from cakwizard.tree.kinds import Schema
from cakwizard.tree.reading import Reader
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import NOTHING, NOWHERE, Certainty

SUFFIX = ".walks.yaml"
"""How the name of a walk file ends; pytest collects files by it."""

_DEFAULTS = ("answers", "care_date", "claim_date", "expect", "tags")


class AtLeast(tuple[str, ...]):
    """Outcomes that must be possible, whatever else is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One scripted walk: answers on a date, and what must come of them."""

    name: str
    answers: Mapping[str, frozenset[str]]
    expect: Mapping[str, object]  # by key of `EXPECTATIONS`; a key that is absent is not looked at
    care_date: datetime.date
    claim_date: datetime.date
    location: Location  # where the name of the case is
    written: str = ""  # the name in the file; `for_each` makes several cases of one
    tags: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()  # what is wrong with the case itself; it then fails without being walked
    typed: Mapping[str, str] = field(default_factory=lambda: NOTHING)  # words of answers to be written so: a country
    node: yaml.Node | None = None  # what it expects, as it is in the file
    assumed: frozenset[str] = frozenset()  # questions answered for all cases (`defaults`): no path need ask them


@dataclass(frozen=True, slots=True)
class WalkFile:
    """The cases of a file, and the tree they are for."""

    path: str
    tree: DecisionTree
    cases: tuple[Case, ...]


def load_walks(paths: Iterable[str], tree: DecisionTree) -> list[WalkFile]:
    """Return several walk files, by `tree` where they name none, or raise `FileError` with the faults of all."""
    files: list[WalkFile] = []
    issues: list[Issue] = []
    loader = cache(load)
    for path in paths:
        try:
            files.append(read_walks(read_text(path), str(path), tree, loader))
        except CakwizardError as error:
            issues += error.issues
    if issues:
        raise FileError(issues)
    return files


def read_walks(
    text: str, file: str, tree: DecisionTree | None, loader: Callable[[Path | None], DecisionTree] = load
) -> WalkFile:
    """Return what a walk file holds, or raise `FileError` when it is none.

    Where it names no tree it is for `tree`, or else for what `loader` gives for None.
    """
    reader = Reader(file, text)
    root = reader.root()
    head: dict[str, yaml.Node] = {}
    if isinstance(root, yaml.MappingNode):
        head = reader.fields(root, "a walk file", ("cases",), ("tree", "defaults"))
        root = head.get("cases")
    if root is not None and not isinstance(root, yaml.SequenceNode):
        reader.report("CW005", root, "a walk file must be a list of cases (`- name: …`)")
    other = reader.word(head.get("tree"), "'tree'")
    if reader.issues:
        raise FileError(reader.issues)
    if other is not None or tree is None:
        tree = loader(None if other is None else Path(file).parent / other)
    reader.ids = {block: getattr(tree, block) for block in ("outcomes", "schemes", "contracts", "advice")}
    fields, until = reader.fields(head.get("defaults"), "'defaults'", (), _DEFAULTS), tree.checked_until
    base = Case(name="", answers={}, expect={}, care_date=until, claim_date=until, location=NOWHERE)
    defaults = _on(base, reader, fields, "'defaults'", tree)
    faults, named = reader.issues, dict[str, int]()
    cases: list[Case] = []
    for item in root.value if root is not None else ():
        reader.issues = [*faults]
        found = list(_cases(reader, item, tree, defaults, named))
        cases += [replace(case, issues=tuple(reader.issues)) for case in found]
    return WalkFile(file, tree, tuple(cases))


def _on(base: Case, reader: Reader, fields: Mapping[str, yaml.Node], what: str, tree: DecisionTree) -> Case:
    """Return a case that has what the fields say on top of another."""
    answers = answers_from(reader, fields.get("answers"), tree)
    care_date = k.day.read(reader, fields.get("care_date"), f"'care_date' of {what}")
    claim_date = k.day.read(reader, fields.get("claim_date"), f"'claim_date' of {what}")
    # One that cannot be read is told of already, and comes before no day of care.
    other = datetime.date.max if "claim_date" in fields else base.claim_date
    expect = _expectations(reader, fields.get("expect"), what)
    tags = [word for word, _ in reader.words(fields.get("tags"), f"'tags' of {what}")]
    for tag in tags:
        if not tag.isidentifier():
            reader.report("CW008", fields["tags"], f"the tag '{tag}' is not a word", "use letters, digits and _")
    return replace(
        base,
        answers={**base.answers, **answers},
        expect={**base.expect, **expect},
        care_date=care_date or base.care_date,
        claim_date=claim_date or other,
        tags=tuple(dict.fromkeys((*base.tags, *tags))),
        assumed=frozenset(base.answers.keys() - answers.keys()),
    )


def _cases(
    reader: Reader, item: yaml.Node, tree: DecisionTree, defaults: Case, named: dict[str, int]
) -> Iterator[Case]:
    fields = reader.fields(item, "the case", ("name",), (*_DEFAULTS, "for_each"))
    where = fields.get("name", item)
    name = reader.word(fields.get("name"), "the name of the case") or f"case on line {item.start_mark.line + 1}"
    if name in named:
        reader.report("CW002", where, f"there are two cases '{name}'; the first on line {named[name]}")
    named.setdefault(name, reader.place(where).line)
    case = _on(defaults, reader, fields, f"'{name}'", tree)
    case = replace(case, name=name, written=name, location=reader.place(where), node=fields.get("expect"))
    if case.claim_date < case.care_date and "claim_date" in fields:
        message = f"the claim date {case.claim_date} lies before the date of care {case.care_date}"
        hint = "care is claimed after it was given; correct one of the two"
        reader.report("CW009", fields["claim_date"], message, hint)
    case = replace(case, claim_date=max(case.claim_date, case.care_date))
    if not case.expect:
        reader.report("CW004", where, f"'{name}' expects nothing", "say at least one thing, such as `scheme:`")
    each = [
        [
            (word, answers_from(reader, yaml.MappingNode("", [(key, one)]), tree))
            for word, one in reader.words(listed, question)
        ]
        for question, key, listed in reader.items(fields.get("for_each"), "'for_each'", ids=False)
    ]
    for chosen in itertools.product(*each):
        given = {question: options for _, one in chosen for question, options in one.items()}
        names = [name, *(f"[{word}]" for word, _ in chosen)]
        yield replace(case, name=" ".join(names), answers={**case.answers, **given})


# What a case may expect.


def _possible(reader: Reader, node: yaml.Node, what: str) -> tuple[str, ...]:
    if not isinstance(node, yaml.MappingNode):
        return tuple(_OUTCOMES.read(reader, node, what))
    at_least = reader.fields(node, what, ("at_least",)).get("at_least")
    return AtLeast(_OUTCOMES.read(reader, at_least, what))


def _several(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


_OUTCOMES = k.refs("outcomes")
_FLAG = replace(k.flag, schema={"type": "boolean"})
_TEXTS = k.Kind(
    lambda reader, node, what: tuple(word for word, _ in reader.words(node, what)),
    _several({"type": ["string", "number"]}),
    "texts",
)
EXPECTATIONS: Mapping[str, k.Kind] = {
    "outcome": k.ref("outcomes"),
    "scheme": k.ref("schemes"),
    "percent": replace(k.number, schema={"type": ["number", "null"]}),
    "maximum": _FLAG,
    "certainty": k.choice(*Certainty.__members__),
    "contract": k.ref("contracts"),
    "late": _FLAG,
    "status": k.choice("decided", "open", "out_of_range"),
    "possible": replace(_OUTCOMES, read=_possible),
    "advice": k.refs("advice"),
    "not_advice": k.refs("advice"),
    "says": _TEXTS,
    "never_says": _TEXTS,
    "max_questions": replace(k.number, schema={"type": "integer", "minimum": 0}),
}
"""By key how it is read, and what an editor is told of it; ids are those of a tree."""


def _expectations(reader: Reader, node: yaml.Node | None, what: str) -> dict[str, object]:
    fields = reader.fields(node, f"'expect' of {what}", (), EXPECTATIONS)
    expect = {key: EXPECTATIONS[key].read(reader, value, f"'{key}' of {what}") for key, value in fields.items()}
    # `percent: null` says that none is known, which the reader of fields takes for "left out"; so with a contract.
    for key_node, value in node.value if isinstance(node, yaml.MappingNode) else ():
        key = key_node.value
        if key in ("percent", "contract") and key not in fields and value.value:
            expect[key] = None
        elif key in EXPECTATIONS and key not in fields:
            message = f"'{key}' of {what} is empty"
            reader.report("CW004", key_node, message, "write what is expected, or leave it out")
    return expect


def schema(tree: DecisionTree) -> dict[str, Any]:
    """Return the JSON Schema of walk files for a tree, by which editors complete and check while one types."""
    answers: dict[str, Any] = {}
    for question in tree.questions.values():
        options: dict[str, Any] = {"enum": [*question.options, UNKNOWN]}
        answers[question.id] = _several({"anyOf": [options, {"type": "string"}]} if question.countries else options)
    day, text = {"type": "string", "format": "date"}, {"type": "string"}
    closed = {"type": "object", "additionalProperties": False}
    expect: dict[str, Any] = {}
    for key, kind in EXPECTATIONS.items():
        ids = {"enum": list(getattr(tree, kind.refers))} if kind.refers else kind.schema
        expect[key] = _several(ids) if kind.refers and kind.blank == () else ids
    at_least = {"type": "object", "properties": {"at_least": expect["possible"]}, "required": ["at_least"]}
    expect["possible"] = {"anyOf": [expect["possible"], {**at_least, "additionalProperties": False}]}
    part: dict[str, Any] = {
        "answers": {**closed, "properties": answers},
        "care_date": day,
        "claim_date": day,
        "expect": {**closed, "properties": expect},
        "tags": _several({"type": "string", "pattern": "^[^\\W\\d]\\w*$"}),
    }
    case = {**closed, "required": ["name"], "properties": {"name": text, **part, "for_each": part["answers"]}}
    cases = {"type": "array", "items": {"$ref": "#/$defs/case"}}
    whole = {"tree": text, "defaults": {**closed, "properties": part}, "cases": cases}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"cakwizard walk file, edition {tree.edition}",
        "$defs": {"case": case},
        "anyOf": [cases, {**closed, "required": ["cases"], "properties": whole}],
    }


def as_yaml(value: object) -> object:
    """Return what is expected as YAML knows it."""
    return {"at_least": [*value]} if isinstance(value, AtLeast) else plain(value)


def dumped(data: object, **style: Any) -> str:
    """Return data as YAML."""
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, **style))


def written(value: object) -> str:
    """Return what is expected as it is in a walk file."""
    return dumped(as_yaml(value), width=float("inf"), default_flow_style=True).removesuffix("...\n").strip()
