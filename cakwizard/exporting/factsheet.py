"""Fact sheets to sign: a sheet per outcome, for somebody who knows the law and not the program.

Every sentence is there with its source, the date of that source and how certain it is, and with a box to tick. The
rules on the ways to an outcome are there once, numbered, since many outcomes share them. The sheets are made as
elements of HTML, which typst reads too to set them as PDF.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, tostring

import networkx as nx

from cakwizard.deciding.decide import possible_on
from cakwizard.exporting import import_typst
from cakwizard.exporting.page import asset, filled
from cakwizard.saying.phrases import deadline_forms, ended, fill, format_date, headline, percent_text, window_words
from cakwizard.saying.sections import worded
from cakwizard.tree.records import DecisionTree, Outcome, Question
from cakwizard.tree.values import ALWAYS, Certainty, Window
from cakwizard.words import words

# So many ways to an outcome are written out; that there are more is said.
_WAYS = 8


class _Claim(NamedTuple):
    """One thing that is said, how certain it is in words, and the sources that carry it."""

    text: str
    certainty: str
    sources: tuple[str, ...]


def make_factsheet(
    tree: DecisionTree, language: str, *, paper: bool = False, since: DecisionTree | None = None
) -> bytes:
    """Return the fact sheets of a tree as a page, or as a PDF for `paper`.

    With `since`, an older tree, only what that did not say so is on them, and what is gone.

    Raises:
        FileError: A PDF is asked for and typst, which sets it, is not installed.
    """
    title = words(language)("factsheet.title", title=tree.title[language])
    sections = _Sheets(tree, language, since).sections(title)
    if paper:
        sheet = tostring(_element("main", *sections, lang=language, title=title), encoding="unicode")
        template = asset("sheet.typ").encode()
        made: bytes = import_typst().compile(template, sys_inputs={"sheet": sheet}, pdf_standards=["ua-1"])
        return made
    shown = "\n".join(tostring(section, encoding="unicode", method="html") for section in sections)
    return filled("sheet", language, title, {"SHEETS": shown})


class _Sheets:
    """What one tree says, outcome by outcome."""

    def __init__(self, tree: DecisionTree, language: str, since: DecisionTree | None = None) -> None:
        self.tree, self.language, self.say = tree, language, words(language)
        self.old = _Sheets(since, language) if since else None
        self.rule = {(route.node, route.key): f"R{number}" for number, route in enumerate(tree.routes(), 1)}
        self.source = {key: f"S{number}" for number, key in enumerate(tree.sources, 1)}
        self.cited: set[str] = set()
        # By outcome; those under "" are the rules on the ways to all of them.
        self.claims = {"": [*self._rules()]} | {key: [*self._claims(one)] for key, one in tree.outcomes.items()}

    def sections(self, title: str) -> list[Element]:
        """Return what is on each sheet: of the whole, of each outcome, and of the rules."""
        tree, say, old = self.tree, self.say, self.old
        told = [*(self._sheet(number, one) for number, one in enumerate(tree.outcomes.values(), 1)), self._told("")]
        sheets = [_element("section", *found) for found in told if found]
        checked = format_date(tree.checked_until, self.language)
        head = [
            tree.origin[self.language],
            say("factsheet.intro"),
            say("factsheet.about", edition=tree.edition, date=checked, sha256=tree.sha256[:12]),
        ]
        if old:
            head.append(say("factsheet.since", edition=old.tree.edition, count=sum(map(bool, told[:-1]))))
            gone = [old._title(one) for key, one in old.tree.outcomes.items() if key not in tree.outcomes]
            head += [say("factsheet.outcomes_gone", titles="; ".join(gone))] if gone else []
        sources = [self._source(key) for key in tree.sources if key in self.cited]
        listed = [_element("h2", say("factsheet.sources")), _element("ul", *sources)] if sources else []
        first = _element("section", _element("h1", title), *(_element("p", line) for line in head), *listed)
        return [first, *sheets]

    def _sheet(self, number: int, outcome: Outcome) -> list[Element]:
        """Return the sheet of an outcome; nothing when all of it was said by the older tree as well."""
        say, told = self.say, self._told(outcome.id)
        if not told:
            return []
        total, title = len(self.tree.outcomes), self._title(outcome)
        return [
            _element("h2", say("factsheet.outcome", number=number, total=total, title=title)),
            _element("h3", say("factsheet.ways")),
            _element("ol", *(_element("li", way) for way in self._ways(outcome))),
            *told,
            _element("h3", say("factsheet.sign")),
            _element("p", f"☐ {say('factsheet.right')}"),
            _element("p", f"☐ {say('factsheet.wrong')}"),
            self._table("", ["name", "day", "signature"], [["", "", ""]]),
        ]

    def _told(self, key: str) -> list[Element]:
        """Return the claims that the older tree did not make as a table, and those that are gone as a list."""
        claims, was = self.claims[key], self.old.claims.get(key, []) if self.old else []
        rows = []
        for number, claim in enumerate(claims, 1):
            if claim not in was:
                self.cited.update(claim.sources)
                sources = "; ".join(f"{self.source[one]} ({self._date(one)})" for one in claim.sources)
                text = claim.text if key else f"R{number}. {claim.text}"
                rows.append(["☐", text, claim.certainty, sources or self.say("factsheet.no_source")])
        caption = "claims" if key else "rules"
        found = [self._table(caption, ["tick", "claim", "certainty", "source"], rows)] if rows else []
        said = {claim.text for claim in claims}
        gone = [_element("li", _element("del", claim.text)) for claim in was if claim.text not in said]
        return found + ([_element("h3", self.say("factsheet.gone")), _element("ul", *gone)] if gone else [])

    def _table(self, caption: str, heads: list[str], rows: list[list[str]]) -> Element:
        named = (_element("th", self.say(f"factsheet.{head}"), scope="col") for head in heads)
        body = (_element("tr", *(_element("td", cell) for cell in row)) for row in rows)
        parts = [_element("caption", self.say(f"factsheet.{caption}"))] if caption else []
        return _element("table", *parts, _element("thead", _element("tr", *named)), _element("tbody", *body))

    def _title(self, outcome: Outcome) -> str:
        return headline(self.tree, outcome, self.language)

    def _dated(self, text: str, window: Window) -> str:
        days = window_words(window, self.language)
        return f"{text} ({days})" if days else text

    def _ways(self, outcome: Outcome) -> Iterator[str]:
        """Yield the first ways to an outcome that some day allows, in answers, and whether there are more."""
        graph = self.tree.graph
        leading = graph.subgraph(nx.ancestors(graph, outcome.id) | {outcome.id})
        ways: Iterator[Any] = nx.all_simple_edge_paths(leading, self.tree.start, outcome.id)
        told = 0
        for way in ways:
            days: Window | None = ALWAYS
            steps = []
            for route in (graph.edges[edge]["route"] for edge in way):
                days = days and days & route.window
                asked, number = self._asked(route.node), self.rule[route.node, route.key]
                answer = asked.options[route.option].text[self.language]
                steps.append(f"{asked.short[self.language]}: {answer} ({number})")
            if days is None:
                continue
            if told == _WAYS:
                arriving: Iterable[Any] = graph.in_edges(outcome.id, data="route")
                rules = ", ".join(self.rule[route.node, route.key] for *_, route in arriving)
                yield self.say("factsheet.more_ways", rules=rules)
                return
            told += 1
            yield self._dated("; ".join(steps), days)

    def _asked(self, node: str) -> Question:
        return self.tree.questions[self.tree.nodes[node].question]

    def _rules(self) -> Iterator[_Claim]:
        """Yield every edge of the tree as a claim."""
        language = self.language
        for route in self.tree.routes():
            asked, outcome = self._asked(route.node), self.tree.outcomes.get(route.target)
            target = self._title(outcome) if outcome else self._asked(route.target).text[language]
            step = f"{asked.text[language]} {asked.options[route.option].text[language]} → {target}"
            yield _Claim(self._dated(step, route.window), self._sure(route.certainty), route.sources)

    def _sure(self, certainty: Certainty) -> str:
        return self.say(f"card.{certainty.name}")

    def _claims(self, outcome: Outcome) -> Iterator[_Claim]:
        """Yield all that an outcome says, its own advice first, then that of the ways to it."""
        tree, say, language, told = self.tree, self.say, self.language, list[str]()
        for amount in outcome.percent:
            paid = percent_text(amount.value, language, maximum=outcome.maximum)
            notes = ", ".join(filter(None, (paid, window_words(amount.window, language))))
            told.append(f"{fill(outcome.pays, language, {'percent': amount.value})} ({notes})")
        if not told:
            told.append(f"{outcome.pays[language]} {say('factsheet.no_percent')}")
        if outcome.more:
            told.append(fill(outcome.more, language, {"percent": outcome.percent[0].value} if outcome.percent else {}))
        if outcome.contract is not None:
            contract = tree.contracts[outcome.contract]
            more = f" {contract.more[language]}" if contract.more else ""
            told.append(f"{say('card.contract')}: {contract.text[language]}.{more}")
        certainty, sources = self._sure(outcome.certainty), outcome.sources
        yield from (_Claim(text, certainty, sources) for text in told)
        possible = possible_on(tree, outcome, datetime.date.min, datetime.date.min)
        for form in deadline_forms(tree, replace(possible, due=None), language):
            carried = (outcome.deadline and outcome.deadline.sources) or sources
            yield _Claim(f"{say('card.deadline')}: {ended(form)}", certainty, carried)
        yield from map(self._advice, outcome.advice)
        leading = nx.ancestors(tree.graph, outcome.id) | {outcome.id}
        passed = dict.fromkeys(key for route in tree.routes() if route.target in leading for key in route.advice)
        for key in (key for key in passed if key not in outcome.advice):
            yield self._advice(key, f" ({say('factsheet.on_some_ways')})")
        for referral in (tree.referrals[key] for key in outcome.referrals):
            letter = f" {say('page.letter', text=referral.letter[language])}" if referral.letter else ""
            yield _Claim(f"{referral.text[language]}.{letter}", "", referral.sources)
        if outcome.message is not None:
            message = tree.messages[outcome.message]
            fields = ", ".join(one[language] for one in message.fields.values())
            yield _Claim(f"{message.heading[language]}: {message.text[language]} ({fields})", "", message.sources)

    def _advice(self, key: str, note: str = "") -> _Claim:
        advice = self.tree.advice[key]
        sentence, days = worded(advice, self.language), window_words(advice.window, self.language)
        if days and advice.by_claim_date:
            days = self.say("factsheet.claimed", days=days)
        heading = self.tree.advice_kinds[advice.kind].heading[self.language]
        said = ended(sentence.text) if sentence.more else sentence.text
        text = " ".join(filter(None, (f"{heading}:", said, sentence.more, f"({days})" if days else "")))
        kinds = [self.tree.source_kinds[self.tree.sources[one].kind].supports for one in advice.sources]
        certainty = self._sure(max(min(kinds), advice.certainty)) if kinds else self.say("page.ours")
        return _Claim(text + note, certainty, advice.sources)

    def _date(self, key: str) -> str:
        date = self.tree.sources[key].date
        return format_date(date, self.language) if date else self.say("sections.undated")

    def _source(self, key: str) -> Element:
        source, say = self.tree.sources[key], self.say
        parts = [source.publisher, self._date(key), self.tree.source_kinds[source.kind].name[self.language]]
        parts += [source.dated[self.language]] if source.dated else []
        if source.speaks_to:
            parts.append(say("sections.speaks_to", date=format_date(source.speaks_to, self.language)))
        parts.append(say("sections.read", date=format_date(source.checked, self.language)))
        text = f"{self.source[key]}. {source.title[self.language]}: {'; '.join(parts)}. "
        return _element("li", text, _element("a", source.url, href=source.url))


def _element(tag: str, *content: str | Element, **attributes: str) -> Element:
    """Return an element with a text before the elements in it."""
    element = Element(tag, attributes)
    element.text = "".join(one for one in content if isinstance(one, str))
    element.extend(one for one in content if not isinstance(one, str))
    return element
