"""What a tree file is made of, its head and blocks of records by id, and how it is read and told of."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

import yaml

from cakwizard.errors import Location
from cakwizard.tree import kinds as k
from cakwizard.tree import records as r
from cakwizard.tree.kinds import EMPTY, Kind, Record, Schema, define, many
from cakwizard.tree.reading import Reader, called
from cakwizard.tree.values import Text, Window

ROUTE = Record(
    r.Route,
    during=k.ref("schedules").opt("one route for each row of this schedule"),
    outside=k.text.opt("what to say on a day on which no route of the option holds", most=250),
)

NODE = Record(
    r.Node,
    certainty=k.certainty.opt("of routes that have none of their own"),
    sources=k.sources.opt("of routes that have none of their own"),
    to=Kind(
        read=lambda f, node, what: node,  # which is read with the whole node
        schema={"type": "object", "additionalProperties": many({"anyOf": [define("word"), ROUTE.schema]})},
        called="by option",
    )("where it leads, a route, or a list of routes; several options with commas"),
)


def _node(f: Reader, node: yaml.Node, field: str, key: str, at: yaml.Node) -> r.Node:
    what = f"node '{key}'"
    found = NODE.values(f, node, what)
    question = f.blocks["questions"].get(found["question"])
    outside: dict[str, Text] = {}
    seen: set[str] = set()
    for keys, key_node, listed in f.items(found["to"], f"routes of {what}", ids=False):
        options = [option.strip() for option in keys.split(",")]
        for option in tuple(options):
            if option in seen:
                f.report("CW002", key_node, f"option '{option}' is in {what} twice", "keep one")
            elif question is not None and option not in question.options:
                message = f"question '{question.id}' has no option '{option}'"
                f.report("CW013", key_node, message, f.maybe(option, question.options))
                options.remove(option)
            seen.add(option)
        windows: list[tuple[Window, yaml.Node]] = []
        for part in f.listed(listed):
            for route, said in _routes(f, part, f"route '{keys}' of {what}", found, key_node):
                windows.append((route.window, part))
                f.routes += [replace(route, node=key, option=option) for option in options]
                outside |= {} if said is None else dict.fromkeys(options, said)
        k.check_windows(f, windows, f"option '{keys}' of {what}")
    return r.Node(id=key, question=found["question"], outside=MappingProxyType(outside), location=f.place(at))


def _routes(
    f: Reader, part: yaml.Node, what: str, node: Mapping[str, Any], at: yaml.Node
) -> Iterator[tuple[r.Route, Text | None]]:
    """Yield the routes that one part stands for (more than one during a schedule), and what to say outside them."""
    plain = not isinstance(part, yaml.MappingNode)
    if plain:
        key = yaml.ScalarNode("", "to", part.start_mark, part.start_mark)
        part = yaml.MappingNode("", [(key, part)], part.start_mark, part.end_mark)
    found = {name: node[name] for name in ("certainty", "sources") if name in node}
    found |= {name: value for name, value in ROUTE.values(f, part, what).items() if value != ()}
    location = f.place(at if plain else part)
    for name, code, wanted in (("certainty", "CW031", "certainty"), ("sources", "CW032", "source")):
        if found.get(name, ()) == ():
            f.report(code, location, f"{what} has no {wanted}", "give it here, or for the whole node")
    schedule, said = found.pop("during", ""), found.pop("outside", None)
    f.used.add(schedule)
    route = r.Route(node="", option="", location=location, **found)
    for row in f.blocks["schedules"].get(schedule, [r.Row()]):
        window = route.window & row.window
        if window is not None and route.target:
            sources, advice = dict.fromkeys(route.sources + row.sources), dict.fromkeys(route.advice + row.advice)
            target, certainty = row.target or route.target, max(route.certainty, row.certainty)
            changed = {"window": window, "target": target, "certainty": certainty}
            yield replace(route, **changed, sources=tuple(sources), advice=tuple(advice)), said


HEAD = Record(r.Head)
TREE = Record(
    r.DecisionTree,
    nodes=k.by_id(NODE, _node)("where a question is asked, and where each option leads"),
    schedules=k.mapping(k.rows(r.Row), "schedules").opt(
        "days that many routes share: each row is a part of the time, for 'during'"
    ),
    runs=k.mapping(k.refs("advice"), "runs").opt(
        "advice that several lists have in the same order: +name stands for all of it"
    ),
)
BLOCKS = {key: kind for key, kind in TREE.fields.items() if key not in HEAD.fields}


def tree_of(f: Reader) -> r.DecisionTree | None:
    """Return the tree as far as it can be read; None where nothing can be made of it. Faults are kept in `f`."""
    root = f.root()
    if root is None:
        if not f.issues:
            f.report("CW004", Location(f.file), "the file is empty")
        return None
    for key, node in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "format" and node.value != "2":
            f.report("CW009", node, "this program reads format 2", "see 'cakwizard check --format-help'")
            return None
    there = f.fields(root, "the tree", TREE.required, TREE.optional)
    f.languages = tuple(language for language, _ in f.words(there.get("languages"), "'languages'"))
    if not f.languages:
        f.report("CW004", there.get("languages", root), "the tree names no language", "write for example [nl, en]")
        return None
    for name in BLOCKS:
        pairs = there[name].value if isinstance(there.get(name), yaml.MappingNode) else ()
        f.ids[name] = {key.value: key for key, _ in pairs if isinstance(key, yaml.ScalarNode)}
    # What others are read by comes first.
    for name in dict.fromkeys(("questions", "runs", "schedules", *BLOCKS)):
        f.blocks[name] = BLOCKS[name].read(f, there.get(name), f"'{name}'")
    head: dict[str, Any] = HEAD.take(f, there, "the tree")
    for id_ in f.ids["nodes"].keys() & f.ids["outcomes"]:
        f.report("CW028", f.ids["nodes"][id_], f"'{id_}' is also the id of an outcome", "give one of them another id")
    for name in ("runs", "schedules"):
        del f.blocks[name]
        for id_ in f.ids[name].keys() - f.used:
            f.report("CW015", f.ids[name][id_], f"nothing uses {called(name)} '{id_}'", "use it, or take it out")
    f.blocks["advice"] = MappingProxyType({**f.blocks["advice"], **f.inline})
    graph = r.make_graph(f.blocks["nodes"], f.blocks["outcomes"], f.routes)
    # With line ends made even a tree has one fingerprint, however it was sent.
    even = f.source.replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace")
    sha256 = hashlib.sha256(even).hexdigest()
    return r.DecisionTree(file=f.file, sha256=sha256, graph=graph, source_lines=tuple(f.lines), **(head | f.blocks))


def every_record(tree: r.DecisionTree) -> Iterator[tuple[str, Record, Any]]:
    """Yield everything in a tree with what it is called and what it is made of, records inside records too."""
    yield "the tree", HEAD, tree
    yield from _within(TREE, tree)
    for route in tree.routes():
        yield f"option '{route.option}' of node '{route.node}'", ROUTE, route


def _within(record: Record, one: Any, of: str = "") -> Iterator[tuple[str, Record, Any]]:
    for kind in record.fields.values():
        if kind.record and (inner := getattr(one, kind.into)):
            for key, part in inner.items() if isinstance(inner, Mapping) else [("", inner)]:
                what = kind.record.called + (f" '{key}'" if key else "") + of
                yield what, kind.record, part
                yield from _within(kind.record, part, f" of {what}")


# The format for editors (JSON Schema) and for people (a page), both from the kinds of its records.

_wrapped = partial(textwrap.wrap, width=86, break_on_hyphens=False)
_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"


def tree_schema() -> Schema:
    """Return the JSON Schema (2020-12) of a tree file; whether what is named exists, only `check` can say.

    Scalars are taken both as the text that is in the file and as what a YAML editor makes of it: `80` and "80".
    """
    scalar: Schema = {"type": ["string", "number", "boolean"]}
    advice = BLOCKS["advice"].schema["additionalProperties"]
    named = {"properties": {"id": define("id")} | advice["properties"], "required": ["id", *advice["required"]]}
    ids = {name: {"propertyNames": define("id"), "description": block.about} for name, block in BLOCKS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A decision tree for cakwizard, format 2",
        **HEAD.schema,
        "required": TREE.required,
        "properties": HEAD.schema["properties"] | {name: block.schema | ids[name] for name, block in BLOCKS.items()},
        "$defs": {
            "id": {"type": "string", "pattern": "^(?!unknown$)[a-z][a-z0-9_]*$"},
            "word": {**scalar, "not": EMPTY},
            "words": many(define("word")) | {"uniqueItems": True},
            "text": {"type": "object", "additionalProperties": {**scalar, "pattern": r"\S"}, "minProperties": 1},
            "phrases": {"type": "object", "additionalProperties": define("words")},
            "date": {"type": "string", "pattern": f"^{_DAY}$"},
            "part_of_date": {"type": ["string", "integer"], "pattern": rf"^(\d{{4}}|\d{{4}}-(0[1-9]|1[0-2])|{_DAY})$"},
            "flag": {"enum": [True, False, "true", "false"]},
            "value": scalar,
            "advice_list": many({"anyOf": [define("word"), advice | named]}),
        },
    }


def format_page() -> str:
    """Return the reference page of the format, for who writes or reads a tree file."""
    lines = ["A tree file, format 2", "", "At the top, then in blocks of records by id:"]
    lines += _fields(HEAD)
    for name, block in BLOCKS.items():
        lines += ["", *_wrapped(f"{name}{'' if block.required else ' (optional)'}: {block.about}")]
        lines += _fields(block.record) if block.record else [f"  {block.called}"]
        inside = [kind.record for kind in block.record.fields.values() if kind.record] if block.record else []
        inside += {"nodes": [ROUTE], "schedules": [Record(r.Row)], "outcomes": [Record(r.Amount)]}.get(name, [])
        for record in inside:
            lines += ["", f"  {record.called} in {name}:", *(f"  {line}" for line in _fields(record))]
    return "\n".join(lines) + "\n"


def _fields(record: Record) -> Iterator[str]:
    for key, kind in record.fields.items():
        most = f" of at most {kind.most} characters" if kind.most else ""
        sort = f"{kind.called}{most}{'' if kind.required else ' (optional)'}"
        line = f"  {key:<15} {sort}{': ' if kind.about else ''}{kind.about}"
        yield from _wrapped(line, subsequent_indent=" " * 18)
