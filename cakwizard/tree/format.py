"""What a tree file is made of: one table, by which it is read and from which its schema and its reference page come.

A field is added to the format by one line here and one in `records`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import yaml

from cakwizard.tree import records as r
from cakwizard.tree.graph import make_graph
from cakwizard.tree.kinds import (
    NOTHING, Kind, Reading, Record, check_windows, choice, define, mapping, nested, number, ref, refs,
)  # fmt: skip
from cakwizard.tree.reading import Reader, parse_date

__all__ = ["BLOCKS", "FORMAT", "HEAD", "every_record", "tree_of"]

FORMAT = "2"
_COUNTRY = re.compile("[A-Z]{2}")


def _part_of_date(f: Reading, node: yaml.Node, what: str) -> str:
    found = f.read.word(node, what) or ""
    if parse_date(found + {4: "-01-01", 7: "-01"}.get(len(found), "")) is None:
        f.read.report("CW009", node, f"{what} is '{found}', which is not a date", "write 2026-01-31, 2026-01 or 2026")
        return ""
    return found


def _countries(f: Reading, node: yaml.Node, what: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for option, _, listed in f.read.items(node, what):
        for code, place in f.read.words(listed, f"countries of '{option}'"):
            if not _COUNTRY.fullmatch(code):
                f.read.report("CW029", place, f"'{code}' is not a country code", "write two capitals, as in NL")
            found.setdefault(code, set()).add(option)
    return MappingProxyType({code: frozenset(options) for code, options in found.items()})


def _advice_list(f: Reading, node: yaml.Node, what: str) -> tuple[str, ...]:
    """Return ids of advice: named, by a run (`+name`), or of advice that is written in the list itself."""
    found: dict[str, None] = {}
    for item in f.read.listed(node):
        keys: Sequence[str] = ()
        if isinstance(item, yaml.MappingNode):
            keys = _inline_advice(f, item, what)
        elif (word := f.read.word(item, what)) is not None:
            if not word.startswith("+"):
                keys = [word] if f.known(word, item, what, "advice", "CW021") else []
            elif f.known(word[1:], item, what, "runs", "CW021"):
                keys = f.blocks["runs"].get(word[1:], ())
                f.used.add(word[1:])
        for key in keys:
            if key in found:
                f.read.report("CW002", item, f"'{key}' is in {what} twice", "keep one")
            found[key] = None
    return tuple(found)


def _inline_advice(f: Reading, node: yaml.MappingNode, what: str) -> list[str]:
    own = {key.value: (key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    at, named = own.get("id", (node, None))
    rest = yaml.MappingNode("", [pair for pair in node.value if pair[0] is not at], node.start_mark, node.end_mark)
    if not isinstance(named, yaml.ScalarNode):
        f.read.report("CW004", node, f"advice in {what} has no 'id'", "add 'id: …'")
        return []
    ((key, *_),) = f.read.items(yaml.MappingNode("", [(named, rest)], node.start_mark, node.end_mark), what)
    if key in f.ids["advice"] or key in f.inline:
        f.read.report("CW002", named, f"there is other advice with the id '{key}'", "give it another id")
    f.inline[key] = ADVICE.one(f, key, named, rest)
    return [key]


def _amounts(f: Reading, node: yaml.Node, what: str) -> tuple[r.Amount, ...]:
    if isinstance(node, yaml.ScalarNode):
        found = percent.read(f, node, what)
        return () if found is None else (r.Amount(value=found),)
    rows = [(AMOUNT.values(f, row, what), row) for row in f.read.listed(node)]
    check_windows(f, [(row["window"], at) for row, at in rows], what)
    return tuple(r.Amount(**row) for row, _ in rows if row["value"] is not None)


def _target(f: Reading, node: yaml.Node, what: str) -> str | None:
    """Return the id of the node or outcome that a route leads to."""
    found = f.read.word(node, what)
    if found is None or found in f.ids["nodes"] or found in f.ids["outcomes"]:
        return found
    message = f"{what.split(' of ', 1)[1]} leads to '{found}', which is neither a node nor an outcome"
    f.read.report("CW012", node, message, f.read.maybe(found, [*f.ids["nodes"], *f.ids["outcomes"]]))
    return None


def _plain(name: str, called: str = "", **more: Any) -> Kind:
    """Return the kind that a method of the reader reads."""
    read = lambda f, node, what: getattr(f.read, name)(node, what)  # noqa: E731
    return Kind(read=read, schema=define(name), called=called or name, **more)


word = _plain("word", absent="")
text = _plain("text", absent=r.Text(NOTHING))
day = _plain("date", "day", absent=datetime.date.min)
flag = _plain("flag", "true or false", absent=False, required=False)
value = _plain("value", "amount, day or word")
phrases = _plain("phrases", "phrases by language", absent=NOTHING, required=False)
letters = replace(text, read=lambda f, node, what: f.read.text(node, what).by_language, absent=NOTHING, into="keys")
raw = Kind(read=lambda f, node, what: node, schema={}, called="")
percent = number("percent", "percentage", "80", lambda n: 0 <= n <= 100, lambda n: n)
months = replace(number("months", "number of months", "12", lambda n: n == int(n) and 1 <= n <= 1200, int), absent=0)
questions = number("questions", "number of questions", "8", lambda n: n == int(n) and n >= 1, int)
certainty = choice(*r.Certainty.__members__, make=r.Certainty.__getitem__)
certain = certainty(absent=r.Certainty.settled)
part_of_date = Kind(read=_part_of_date, schema=define("part_of_date"), called="day, month or year", absent="")
countries = Kind(read=_countries, schema={"type": "object"}, called="option: [country codes]")
sources = refs("sources", "CW020")
advice_list = Kind(
    read=_advice_list, schema=define("advice_list"), called="ids in advice, +run, or advice itself", absent=(),
    refers="advice",
)  # fmt: skip
amounts = Kind(read=_amounts, schema=define("amounts"), called="percentage, or rows", absent=())
WINDOW = {"valid_from": day.opt("the first day on which it holds"), "valid_until": day.opt("the last")}

AMOUNT = Record(
    dict, "row", value=percent("whole percents"), until=day.opt("the last day of care"),
    **{"from": day.opt("the first day of care")},
)  # fmt: skip
DEADLINE = Record(
    r.Deadline,
    "deadline",
    months=months("how many after the day that it counts from"),
    start=ref("deadline_starts")("the day that it counts from"),
    sources=sources.opt(absent=()),
    undated=flag("that this day is not known from the date of care, so that no last day can be named"),
    text=text.opt("says so, in place of a day", most=140),
)
OPTION = Record(
    r.Option,
    "option",
    text=text("the label in the list", most=38),
    explain=text.opt("a dim explanation behind it", most=44),
    key=letters("one letter of the wording, no other option's, and not that of 'I do not know' (nl: w, en: d)"),
    help=text.opt("who takes this option, for ?", most=400),
    also=phrases("other words by which people say it"),
    never=phrases("phrases that hold such a word and do not mean it"),
)
ROUTE = Record(
    dict,
    "route",
    to=Kind(read=_target, schema=define("word"), called="id of a node or an outcome", into="target", absent=""),
    during=ref("schedules").opt("one route for each row of this schedule"),
    certainty=certainty.opt("how sure; that of the node when absent"),
    sources=sources.opt("those of the node when absent", absent=()),
    advice=advice_list.opt("what to do or to mind on this path", absent=()),
    outside=text.opt("what to say on a day on which no route of the option holds", most=250),
    **WINDOW,
)
ROW = Record(
    dict,
    "row",
    to=ROUTE.fields["to"].opt("in place of where the route leads", absent=""),
    certainty=certain.opt("the weaker of this and the route's counts", absent=r.Certainty.settled),
    sources=sources.opt("beside those of the route", absent=()),
    advice=advice_list.opt("beside that of the route", absent=()),
    **WINDOW,
)
ADVICE = Record(
    r.Advice,
    "advice",
    "a sentence to act on; one that is used once may be written where it is used, with an id",
    kind=ref("advice_kinds")("the heading under which it is shown"),
    text=text("enough by itself", most=70),
    more=text.opt("all there is to say beyond it", most=700),
    sources=sources.opt("what carries it; required unless 'ours'", absent=()),
    ours=flag("that it is our own advice, which no source carries"),
    by_claim_date=flag("that its days are days of claiming, not of care"),
    certainty=certain.opt("what it makes of an outcome while it holds", absent=r.Certainty.settled),
    note=flag("that in a checklist it is good to know, not a thing to have"),
    values=mapping(value).opt("what the {placeholders} of its texts stand for", absent=NOTHING),
    **WINDOW,
)

HEAD = Record(
    dict,
    "tree",
    format=choice(FORMAT)("the version of this format"),
    edition=word("the name of this version of the rules"),
    checked_until=day("the day on which the rules were last held against their sources"),
    title=text("the question that the tree answers", most=90),
    origin=text("where the rules come from, and what they are not", most=300),
    authority=text("who decides in the end", most=40),
    languages=Kind(read=lambda f, node, what: f.read.languages, schema=define("words"), called="list, as [nl, en]"),
    start=ref("nodes")("where a walk begins"),
    preset=ref("questions").opt("the question that can be answered before the conversation"),
    longest_path=questions.opt("the most questions that a walk may ask"),
    meanwhile=advice_list.opt("what to do while the outcome is not known", absent=()),
    doubt=phrases("words after which a phrase says something else (not, formerly)"),
)
BLOCKS: dict[str, Record | Kind] = {
    "questions": Record(
        r.Question,
        "question",
        "what can be asked, with the options to choose from",
        text=text("the question as it is asked", most=120),
        short=text("names the answer in the trail", most=14),
        options=nested(OPTION, many=True)("the likeliest first"),
        help=text.opt("for ?", most=500),
        find_out=text.opt("how to find out who does not know", most=400),
        countries=countries.opt("for a question that a country answers too"),
        otherwise=word.opt("the option of every country that is not listed"),
        names=mapping(word, ids=False).opt("other names of a country: a code or an option", absent=NOTHING),
    ),
    "schedules": Kind(
        read=lambda f, node, what: None, schema=define("schedule"), called="rows", record=ROW, required=False,
        about="days that many routes share: each row is a part of the time, for 'during'",
    ),  # fmt: skip
    "nodes": Record(
        r.Node,
        "node",
        "where a question is asked, and where each option leads",
        asks=ref("questions")("the question", into="question"),
        certainty=certainty.opt("of routes that have none of their own"),
        sources=sources.opt("of routes that have none of their own", absent=()),
        to=raw("by option, or several with commas: where it leads, a route, or a list of routes", schema=define("to")),
    ),
    "outcomes": Record(
        r.Outcome,
        "outcome",
        "where a walk ends",
        scheme=ref("schemes")("who pays"),
        title=text("tells it from others; the card puts the scheme before it", most=40),
        pays=text("scheme and share in a sentence; {percent} is filled in", most=70),
        more=text.opt("all there is to say beyond it", most=700),
        certainty=certain("how sure"),
        percent=amounts.opt("a percentage, or rows {value, from, until}; absent: not known", absent=()),
        maximum=flag("that the percentage is the most that is paid"),
        contract=ref("contracts").opt("whether one is needed"),
        deadline=nested(DEADLINE).opt("until when can be claimed"),
        advice=advice_list.opt("the most important first", absent=()),
        referrals=refs("referrals").opt("where she may be sent", absent=()),
        message=ref("messages").opt("to fill in and send oneself"),
        sources=sources("what carries it"),
        valid_until=day.opt("the last day of care"),
    ),
    "runs": advice_list.opt("advice that several lists have in the same order: +name stands for all of it"),
    "advice": ADVICE,
    "scheme_groups": Record(
        r.SchemeGroup, "scheme group", "schemes that diagrams draw in one colour",
        name=text(most=40), color=word("as #005ea5"),
    ),
    "schemes": Record(
        r.Scheme,
        "scheme",
        "who pays",
        short=text("as on the card: OVV", most=24),
        name=text("in full", most=80),
        group=ref("scheme_groups")("its colour"),
        claimable=flag("that a provider declares costs under it"),
        valid_until=day.opt("its last day"),
        end_sources=sources.opt("what says so", absent=()),
    ),
    "contracts": Record(
        r.Contract, "contract", "whether a contract is needed",
        text=text("in a few words", most=50), more=text.opt("all there is to say", most=400),
    ),
    "advice_kinds": Record(
        r.AdviceKind,
        "advice kind",
        "the headings under which advice is shown, in that order",
        heading=text(most=40),
        numbered=flag("that its advice is a list of steps"),
        checklist=flag("that its advice is a list of things to have together"),
    ),
    "deadline_starts": replace(mapping(text(most=80)), about="the days that a deadline counts from", required=False),
    "source_kinds": Record(
        r.SourceKind,
        "source kind",
        "what a source is",
        name=text(most=60),
        short=text("in the foot of the card", most=24),
        supports=certain("how sure a rule can be that rests on it"),
        ages=flag("that such a text can change, so that it must be read again; true when absent", absent=True),
    ),
    "sources": Record(
        r.Source,
        "source",
        "what the rules rest on",
        title=text(most=160),
        publisher=word(),
        url=word("an address that leads to the text"),
        kind=ref("source_kinds")(),
        date=part_of_date.opt("its own date", absent=""),
        speaks_to=part_of_date.opt("the newest day for which it is known to have said so", absent=""),
        checked=day("the day on which somebody last held the rules against it"),
        dated=text.opt("how sure its date is", most=200),
        valid_until=day.opt("the last day on which it holds"),
    ),
    "glossary": Record(
        r.Term, "term", "words explained", name=text(most=60), text=text(most=400), sources=sources.opt(absent=()),
    ),
    "referrals": Record(
        r.Referral,
        "referral",
        "where a patient may be sent",
        text=text("in the words of a menu", most=80),
        kind=choice(*r.PROVIDER_KINDS).opt("the lists to look in"),
        letter=text.opt("the sentence for the referral letter", most=300),
        advice=advice_list.opt("what to mind", absent=()),
        sources=sources(),
    ),
    "messages": Record(
        r.Message,
        "message",
        "what can be filled in and sent",
        heading=text(most=60),
        text=text("how it begins", most=400),
        fields=mapping(text)("what must be in it"),
        sources=sources(),
    ),
}  # fmt: skip
OPTIONAL = ("schedules", "runs", "contracts", "deadline_starts", "glossary", "referrals", "messages")


def tree_of(read: Reader, root: yaml.Node, sha256: str) -> r.DecisionTree | None:
    """Return the tree as far as it can be read; None where nothing can be made of it. Faults are kept in `read`."""
    required = [*HEAD.required, *(name for name in BLOCKS if name not in OPTIONAL)]
    there = read.fields(root, "the tree", required, [*HEAD.optional, *OPTIONAL])
    if "format" in there and read.word(there["format"], "'format'") != FORMAT:
        read.report("CW009", there["format"], f"this program reads format {FORMAT}", "see 'cakwizard check --format-help'")
        return None
    read.languages = tuple(language for language, _ in read.words(there.get("languages"), "'languages'"))
    if not read.languages:
        return None
    f = Reading(read)
    for name in BLOCKS:
        f.items[name] = read.items(there.get(name), f"'{name}'")
        f.ids[name] = {key: at for key, at, _ in f.items[name]}
    f.blocks["runs"] = {key: _advice_list(f, node, f"run '{key}'") for key, _, node in f.items["runs"]}
    schedules = {key: _schedule(f, key, node) for key, _, node in f.items["schedules"]}
    for name, block in BLOCKS.items():
        if name == "nodes":
            f.blocks[name] = {key: _node(f, key, at, node, schedules) for key, at, node in f.items[name]}
        elif isinstance(block, Record):
            f.blocks[name] = {key: block.one(f, key, at, node) for key, at, node in f.items[name]}
    f.blocks["deadline_starts"] = {
        key: read.text(node, f"deadline start '{key}'") for key, _, node in f.items["deadline_starts"]
    }
    head = HEAD.take(f, {key: node for key, node in there.items() if key in HEAD.fields}, "the tree")
    f.blocks["advice"] |= f.inline
    _check_names(f)
    del head["format"]
    kept = {name: MappingProxyType(f.blocks[name]) for name in BLOCKS if name not in ("runs", "schedules")}
    routes = [route for route in f.routes if route.target in f.ids["nodes"] or route.target in f.ids["outcomes"]]
    graph = make_graph(f.blocks["nodes"], f.blocks["outcomes"], routes)
    lines = tuple(read.lines)
    return r.DecisionTree(file=read.file, sha256=sha256, graph=graph, source_lines=lines, **head, **kept)


def _check_names(f: Reading) -> None:
    for key, at in f.ids["nodes"].items():
        if key in f.ids["outcomes"]:
            f.read.report("CW028", at, f"'{key}' is also the id of an outcome", "give one of them another id")
    for block in ("runs", "schedules"):
        for key, at in f.ids[block].items():
            if key not in f.used:
                f.read.report("CW015", at, f"nothing uses {block[:-1]} '{key}'", "use it, or take it out")


def _schedule(f: Reading, key: str, node: yaml.Node) -> list[dict[str, Any]]:
    what = f"schedule '{key}'"
    rows = [(ROW.values(f, row, f"a row of {what}"), row) for row in f.read.listed(node)]
    check_windows(f, [(row["window"], at) for row, at in rows], what)
    return [row for row, _ in rows]


def _node(f: Reading, key: str, at: yaml.Node, node: yaml.Node, schedules: Mapping[str, Any]) -> r.Node:
    what = f"node '{key}'"
    record = BLOCKS["nodes"]
    assert isinstance(record, Record)
    found = record.values(f, node, what)
    question = f.blocks["questions"].get(found["question"])
    outside: dict[str, r.Text] = {}
    seen: set[str] = set()
    for keys, key_node, listed in f.read.items(found["to"], f"routes of {what}", ids=False):
        options = [option.strip() for option in keys.split(",")]
        for option in tuple(options):
            if option in seen:
                f.read.report("CW002", key_node, f"option '{option}' is in {what} twice", "keep one")
            elif question is not None and option not in question.options:
                message = f"question '{question.id}' has no option '{option}'"
                f.read.report("CW013", key_node, message, f.read.maybe(option, question.options))
                options.remove(option)
            seen.add(option)
        windows: list[tuple[r.Window, yaml.Node]] = []
        for part in f.read.listed(listed):
            for route in _parts(f, part, f"route '{keys}' of {what}", found, schedules, key_node):
                said = route.pop("outside")
                windows.append((route["window"], part))
                for option in options:
                    f.routes.append(r.Route(node=key, option=option, **route))
                    outside |= {} if said is None else {option: said}
        check_windows(f, windows, f"option '{keys}' of {what}")
    return r.Node(
        id=key, question=found["question"], outside=MappingProxyType(outside), location=f.read.place(at)
    )


def _parts(
    f: Reading, part: yaml.Node, what: str, node: Mapping[str, Any], schedules: Mapping[str, Any], at: yaml.Node
) -> Iterator[dict[str, Any]]:
    """Yield the routes that one part stands for: more than one during a schedule."""
    plain = not isinstance(part, yaml.MappingNode)
    if plain:
        key = yaml.ScalarNode("", "to", part.start_mark, part.start_mark)
        part = yaml.MappingNode("", [(key, part)], part.start_mark, part.end_mark)
    row = ROUTE.values(f, part, what)
    row["location"] = f.read.place(at if plain else part)
    for name, code, wanted in (("certainty", "CW031", "certainty"), ("sources", "CW032", "source")):
        row[name] = node[name] if row[name] in (None, ()) else row[name]
        if row[name] in (None, ()):
            f.read.report(code, row["location"], f"{what} has no {wanted}", "give it here, or for the whole node")
    row["certainty"] = row["certainty"] or r.Certainty.settled
    schedule = row.pop("during")
    f.used.add(schedule)
    for other in schedules.get(schedule, [{}]):
        window = row["window"] & other.get("window", r.ALWAYS)
        if window is not None and row["target"]:
            yield {
                **row,
                "window": r.ALWAYS if window == r.ALWAYS else window,
                "target": other.get("target") or row["target"],
                "certainty": max(row["certainty"], other.get("certainty", r.Certainty.settled)),
                "sources": tuple(dict.fromkeys((*row["sources"], *other.get("sources", ())))),
                "advice": tuple(dict.fromkeys((*row["advice"], *other.get("advice", ())))),
            }


def every_record(tree: r.DecisionTree) -> Iterator[tuple[str, Record, Any]]:
    """Yield everything in a tree with what it is called and what it is made of, records inside records too."""
    yield "the tree", HEAD, tree
    for name, block in BLOCKS.items():
        for key, one in getattr(tree, name, NOTHING).items() if isinstance(block, Record) else ():
            yield from _with_nested(f"{block.called} '{key}'", block, one)
    for route in tree.routes():
        yield f"option '{route.option}' of node '{route.node}'", ROUTE, route


def _with_nested(what: str, record: Record, one: Any) -> Iterator[tuple[str, Record, Any]]:
    yield what, record, one
    for name, kind in record.fields.items():
        if kind.record is not None:
            inner = getattr(one, name)
            if isinstance(inner, Mapping):
                for key, part in inner.items():
                    yield f"{kind.record.called} '{key}' of {what}", kind.record, part
            elif inner is not None:
                yield f"{kind.record.called} of {what}", kind.record, inner
