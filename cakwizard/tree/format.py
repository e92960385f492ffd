"""What a tree file is made of: one table, by which it is read and from which its schema and its reference page come.

A field is added to the format by one line here and one in `records`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml

from cakwizard.tree import kinds as k
from cakwizard.tree import records as r
from cakwizard.tree.kinds import NOTHING, Kind, Reading, Record

__all__ = ["BLOCKS", "FORMAT", "HEAD", "NODE", "OPTIONAL", "ROUTE", "ROW", "RUN", "every_record"]

FORMAT = "2"


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
        found = k.percent.read(f, node, what)
        return () if found is None else (r.Amount(value=found),)
    rows = [(AMOUNT.values(f, row, what), row) for row in f.read.listed(node)]
    k.check_windows(f, [(row["window"], at) for row, at in rows], what)
    return tuple(r.Amount(**row) for row, _ in rows if row["value"] is not None)


def _target(f: Reading, node: yaml.Node, what: str) -> str | None:
    """Return the id of the node or outcome that a route leads to."""
    found = f.read.word(node, what)
    if found is None or found in f.ids["nodes"] or found in f.ids["outcomes"]:
        return found
    message = f"{what.split(' of ', 1)[1]} leads to '{found}', which is neither a node nor an outcome"
    f.read.report("CW012", node, message, f.read.maybe(found, [*f.ids["nodes"], *f.ids["outcomes"]]))
    return None


sources = k.refs("sources", "CW020")
advice_list = Kind(
    read=_advice_list, schema=k.define("advice_list"), called="ids in advice, +run, or advice itself", absent=(),
    refers="advice",
)  # fmt: skip
RUN = k.refs("advice", "CW021")
rows = Kind(read=lambda f, node, what: None, schema=k.define("rows"), called="rows")
amounts = Kind(read=_amounts, schema=k.define("amounts"), called="percentage, or rows", absent=())
WINDOW = {"valid_from": k.day.opt("the first day on which it holds"), "valid_until": k.day.opt("the last")}

AMOUNT = Record(
    dict, "row", value=k.percent("whole percents"), until=k.day.opt("the last day of care"),
    **{"from": k.day.opt("the first day of care")},
)  # fmt: skip
DEADLINE = Record(
    r.Deadline,
    "deadline",
    months=k.months("how many after the day that it counts from"),
    start=k.ref("deadline_starts")("the day that it counts from"),
    sources=sources.opt(absent=()),
    undated=k.flag("that this day is not known from the date of care, so that no last day can be named"),
    text=k.text.opt("says so, in place of a day", most=140),
)
OPTION = Record(
    r.Option,
    "option",
    text=k.text("the label in the list", most=38),
    explain=k.text.opt("a dim explanation behind it", most=44),
    key=k.letters("one letter of the wording, no other option's, and not that of 'I do not know' (nl: w, en: d)"),
    help=k.text.opt("who takes this option, for ?", most=400),
    also=k.phrases("other words by which people say it"),
    never=k.phrases("phrases that hold such a word and do not mean it"),
)
ROUTE = Record(
    dict,
    "route",
    to=Kind(read=_target, schema=k.define("word"), called="id of a node or an outcome", into="target", absent=""),
    during=k.ref("schedules").opt("one route for each row of this schedule"),
    certainty=k.certainty.opt("how sure; that of the node when absent"),
    sources=sources.opt("those of the node when absent", absent=()),
    advice=advice_list.opt("what to do or to mind on this path", absent=()),
    outside=k.text.opt("what to say on a day on which no route of the option holds", most=250),
    **WINDOW,
)
ROW = Record(
    dict,
    "row",
    to=ROUTE.fields["to"].opt("in place of where the route leads", absent=""),
    certainty=k.certain.opt("the weaker of this and the route's counts", absent=r.Certainty.settled),
    sources=sources.opt("beside those of the route", absent=()),
    advice=advice_list.opt("beside that of the route", absent=()),
    **WINDOW,
)
ADVICE = Record(
    r.Advice,
    "advice",
    "a sentence to act on; one that is used once may be written where it is used, with an id",
    kind=k.ref("advice_kinds")("the heading under which it is shown"),
    text=k.text("enough by itself", most=70),
    more=k.text.opt("all there is to say beyond it", most=700),
    sources=sources.opt("what carries it; required unless 'ours'", absent=()),
    ours=k.flag("that it is our own advice, which no source carries"),
    by_claim_date=k.flag("that its days are days of claiming, not of care"),
    certainty=k.certain.opt("what it makes of an outcome while it holds", absent=r.Certainty.settled),
    note=k.flag("that in a checklist it is good to know, not a thing to have"),
    values=k.mapping(k.value).opt("what the {placeholders} of its texts stand for", absent=NOTHING),
    **WINDOW,
)

NODE = Record(
    r.Node,
    "node",
    "where a question is asked, and where each option leads",
    asks=k.ref("questions")("the question", into="question"),
    certainty=k.certainty.opt("of routes that have none of their own"),
    sources=sources.opt("of routes that have none of their own", absent=()),
    to=k.raw("where it leads, a route, or a list of routes; several options with commas", schema=k.define("to")),
)

HEAD = Record(
    dict,
    "tree",
    format=k.choice(FORMAT)("the version of this format", schema={"enum": [FORMAT, int(FORMAT)]}),
    edition=k.word("the name of this version of the rules"),
    checked_until=k.day("the day on which the rules were last held against their sources"),
    title=k.text("the question that the tree answers", most=90),
    origin=k.text("where the rules come from, and what they are not", most=300),
    authority=k.text("who decides in the end", most=40),
    languages=Kind(read=lambda f, node, what: f.read.languages, schema=k.define("words"), called="list, as [nl, en]"),
    start=k.ref("nodes")("where a walk begins"),
    preset=k.ref("questions").opt("the question that can be answered before the conversation"),
    longest_path=k.questions.opt("the most questions that a walk may ask"),
    meanwhile=advice_list.opt("what to do while the outcome is not known", absent=()),
    doubt=k.phrases("words after which a phrase says something else (not, formerly)"),
)
BLOCKS: dict[str, Record | Kind] = {
    "questions": Record(
        r.Question,
        "question",
        "what can be asked, with the options to choose from",
        text=k.text("the question as it is asked", most=120),
        short=k.text("names the answer in the trail", most=14),
        options=k.nested(OPTION, many=True)("the likeliest first"),
        help=k.text.opt("for ?", most=500),
        find_out=k.text.opt("how to find out who does not know", most=400),
        countries=k.countries.opt("for a question that a country answers too"),
        otherwise=k.word.opt("the option of every country that is not listed"),
        names=k.mapping(k.word, ids=False).opt("other names of a country: a code or an option", absent=NOTHING),
    ),
    "schedules": k.mapping(rows).opt("days that many routes share: each row is a part of the time, for 'during'"),
    "nodes": NODE,
    "outcomes": Record(
        r.Outcome,
        "outcome",
        "where a walk ends",
        scheme=k.ref("schemes")("who pays"),
        title=k.text("tells it from others; the card puts the scheme before it", most=40),
        pays=k.text("scheme and share in a sentence; {percent} is filled in", most=70),
        more=k.text.opt("all there is to say beyond it", most=700),
        certainty=k.certain("how sure"),
        percent=amounts.opt("a percentage, or rows {value, from, until}; absent: not known", absent=()),
        maximum=k.flag("that the percentage is the most that is paid"),
        contract=k.ref("contracts").opt("whether one is needed"),
        deadline=k.nested(DEADLINE).opt("until when can be claimed"),
        advice=advice_list.opt("the most important first", absent=()),
        referrals=k.refs("referrals").opt("where she may be sent", absent=()),
        message=k.ref("messages").opt("to fill in and send oneself"),
        sources=sources("what carries it"),
        valid_until=k.day.opt("the last day of care"),
    ),
    "runs": k.mapping(RUN).opt("advice that several lists have in the same order: +name stands for all of it"),
    "advice": ADVICE,
    "scheme_groups": Record(
        r.SchemeGroup,
        "scheme group",
        "schemes that diagrams draw in one colour",
        name=k.text(most=40),
        color=k.color("as #005ea5"),
    ),
    "schemes": Record(
        r.Scheme,
        "scheme",
        "who pays",
        short=k.text("as on the card: OVV", most=24),
        name=k.text("in full", most=80),
        group=k.ref("scheme_groups")("its colour"),
        claimable=k.flag("that a provider declares costs under it"),
        valid_until=k.day.opt("its last day"),
        end_sources=sources.opt("what says so", absent=()),
    ),
    "contracts": Record(
        r.Contract,
        "contract",
        "whether a contract is needed",
        text=k.text("in a few words", most=70),
        more=k.text.opt("all there is to say", most=400),
    ),
    "advice_kinds": Record(
        r.AdviceKind,
        "advice kind",
        "the headings under which advice is shown, in that order",
        heading=k.text(most=40),
        numbered=k.flag("that its advice is a list of steps"),
        checklist=k.flag("that its advice is a list of things to have together"),
    ),
    "deadline_starts": replace(
        k.mapping(k.text(most=80)), about="the days that a deadline counts from", required=False
    ),
    "source_kinds": Record(
        r.SourceKind,
        "source kind",
        "what a source is",
        name=k.text(most=60),
        short=k.text("in the foot of the card", most=24),
        supports=k.certain("how sure a rule can be that rests on it"),
        ages=k.flag("that such a text can change, so that it must be read again; true when absent", absent=True),
    ),
    "sources": Record(
        r.Source,
        "source",
        "what the rules rest on",
        title=k.text(most=160),
        publisher=k.word(),
        url=k.address("an address that leads to the text"),
        kind=k.ref("source_kinds")(),
        date=k.part_of_date.opt("its own date", absent=""),
        speaks_to=k.part_of_date.opt("the newest day for which it is known to have said so", absent=""),
        checked=k.day("the day on which somebody last held the rules against it"),
        dated=k.text.opt("how sure its date is", most=200),
        valid_until=k.day.opt("the last day on which it holds"),
    ),
    "glossary": Record(
        r.Term,
        "term",
        "words explained",
        name=k.text(most=60),
        text=k.text(most=400),
        sources=sources.opt(absent=()),
    ),
    "referrals": Record(
        r.Referral,
        "referral",
        "where a patient may be sent",
        text=k.text("in the words of a menu", most=80),
        kind=k.choice(*r.PROVIDER_KINDS).opt("the lists to look in"),
        letter=k.text.opt("the sentence for the referral letter", most=300),
        advice=advice_list.opt("what to mind", absent=()),
        sources=sources(),
    ),
    "messages": Record(
        r.Message,
        "message",
        "what can be filled in and sent",
        heading=k.text(most=60),
        text=k.text("how it begins", most=400),
        fields=k.mapping(k.text)("what must be in it"),
        sources=sources(),
    ),
}
OPTIONAL = ("schedules", "runs", "contracts", "deadline_starts", "glossary", "referrals", "messages")


def every_record(tree: r.DecisionTree) -> Iterator[tuple[str, Record, Any]]:
    """Yield everything in a tree with what it is called and what it is made of, records inside records too."""
    yield "the tree", HEAD, tree
    for name, block in BLOCKS.items():
        if isinstance(block, Record):
            for key, one in getattr(tree, name).items():
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
