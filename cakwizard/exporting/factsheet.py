"""Fact sheets to sign: a sheet per outcome, for somebody who knows the law and not the program.

Every sentence is there with its source, the date of that source and how certain it is, and with a box to tick. The
rules on the ways to an outcome are there once, numbered, since many outcomes share them.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import networkx as nx

from cakwizard.errors import FileError, Issue
from cakwizard.exporting.page import policy
from cakwizard.exporting.part import window_words
from cakwizard.saying.phrases import fill, format_date, percent_text
from cakwizard.saying.sections import worded
from cakwizard.tree.records import ALWAYS, Advice, Certainty, DecisionTree, Outcome, Route, Window
from cakwizard.words import words

__all__ = ["make_factsheet"]

# So many ways to an outcome are written out; that there are more is said.
_WAYS = 8
_TRIED = 2000


class _Claim(NamedTuple):
    """One thing that is said, how certain it is in words, and the sources that carry it."""

    text: str
    certainty: str
    sources: tuple[str, ...]


def make_factsheet(
    tree: DecisionTree, language: str, *, form: Literal["html", "pdf"] = "html", since: DecisionTree | None = None
) -> bytes:
    """Return the fact sheets of a tree.

    Args:
        since: An older tree; only what it did not say so is on the sheets, and what is gone.

    Raises:
        FileError: A PDF is asked for and typst, which sets it, is not installed.
    """
    data = _Sheets(tree, language).data(None if since is None else _Sheets(since, language))
    return _html(data) if form == "html" else _pdf(data)


class _Sheets:
    """What one tree says, outcome by outcome."""

    def __init__(self, tree: DecisionTree, language: str) -> None:
        self.tree = tree
        self.language = language
        self.say = words(language)
        self.numbers = {(route.node, route.key): number for number, route in enumerate(tree.routes(), 1)}

    def data(self, old: _Sheets | None) -> dict[str, Any]:
        """Return everything as plain words: what the templates put on paper."""
        tree, say = self.tree, self.say
        sheets = [found for one in tree.outcomes.values() if (found := self._sheet(one, old))]
        gone = [old.title(one) for key, one in old.tree.outcomes.items() if key not in tree.outcomes] if old else []
        rules = _without(self.rules(), old.rules() if old else ())
        used = dict.fromkeys(
            key for claims in (*(one["claims"] for one in sheets), rules) for _, _, ids in claims for key in ids
        )
        numbers = {key: number for number, key in enumerate(used, 1)}
        checked = format_date(tree.checked_until, self.language)
        return {
            "language": self.language,
            "words": {key: text for key, text in say.table["factsheet"].items() if isinstance(text, str)},
            "title": say("factsheet.title", title=tree.title[self.language]),
            "head": [
                tree.origin[self.language],
                say("factsheet.intro"),
                say("factsheet.about", edition=tree.edition, date=checked, sha256=tree.sha256[:12]),
                *([say("factsheet.since", edition=old.tree.edition, count=len(sheets))] if old else []),
                *([say("factsheet.outcomes_gone", titles="; ".join(gone))] if gone else []),
            ],
            "sheets": [one | {"claims": [self._row(claim, numbers) for claim in one["claims"]]} for one in sheets],
            "rules": [self._row(claim, numbers) for claim in rules],
            "sources": [self._source(key, number) for key, number in numbers.items()],
        }

    def _sheet(self, outcome: Outcome, old: _Sheets | None) -> dict[str, Any] | None:
        """Return the sheet of an outcome; None when all of it was said by the older tree as well."""
        before = old.tree.outcomes.get(outcome.id) if old else None
        was = list(old.claims(before)) if old and before else []
        claims = _without(self.claims(outcome), was)
        said = {claim.text for claim in self.claims(outcome)}
        gone = [claim.text for claim in was if claim.text not in said]
        if old and not claims and not gone:
            return None
        number = list(self.tree.outcomes).index(outcome.id) + 1
        heading = self.say("factsheet.outcome", number=number, total=len(self.tree.outcomes), title=self.title(outcome))
        return {"heading": heading, "ways": list(self._ways(outcome)), "claims": claims, "gone": gone}

    def title(self, outcome: Outcome) -> str:
        """Return the scheme and the title of an outcome; a share that depends on the day is left open."""
        return f"{self.tree.schemes[outcome.scheme].short[self.language]} · {outcome.title[self.language]}"

    def _ways(self, outcome: Outcome) -> Iterator[str]:
        """Yield the first ways to an outcome that some day allows, in answers, and whether there are more."""
        graph = self.tree.graph
        leading = graph.subgraph(nx.ancestors(graph, outcome.id) | {outcome.id})
        ways: Iterator[Any] = nx.all_simple_edge_paths(leading, self.tree.start, outcome.id)
        paths = ([graph.edges[edge]["route"] for edge in way] for way in itertools.islice(ways, _TRIED))
        found = ((path, window) for path in paths if (window := _joined(path)) is not None)
        for path, window in itertools.islice(found, _WAYS):
            steps = "; ".join(f"{self._step(route)} (R{self.numbers[route.node, route.key]})" for route in path)
            days = window_words(window, self.language)
            yield f"{steps} ({days})" if days else steps
        if next(found, None) is not None:
            arriving: Iterable[Any] = graph.in_edges(outcome.id, data="route")
            rules = ", ".join(f"R{self.numbers[route.node, route.key]}" for *_, route in arriving)
            yield self.say("factsheet.more_ways", rules=rules)

    def _sure(self, certainty: Certainty) -> str:
        return self.say(f"card.{certainty.name}")

    def _step(self, route: Route) -> str:
        question = self.tree.questions[self.tree.nodes[route.node].question]
        return f"{question.short[self.language]}: {question.options[route.option].text[self.language]}"

    def rules(self) -> Iterator[_Claim]:
        """Yield every edge of the tree as a claim."""
        for route in self.tree.routes():
            outcome = self.tree.outcomes.get(route.target)
            target = self.title(outcome) if outcome else self._question(route.target)
            days = window_words(route.window, self.language)
            number = self.numbers[route.node, route.key]
            option = self.tree.questions[self.tree.nodes[route.node].question].options[route.option]
            step = f"R{number}. {self._question(route.node)} {option.text[self.language]} → {target}"
            certainty = self._sure(route.certainty)
            yield _Claim(f"{step} ({days})" if days else step, certainty, route.sources)

    def _question(self, node: str) -> str:
        return self.tree.questions[self.tree.nodes[node].question].text[self.language]

    def claims(self, outcome: Outcome) -> Iterator[_Claim]:
        """Yield all that an outcome says, its own advice first, then that of the ways to it."""
        tree, say, language = self.tree, self.say, self.language
        certainty = self._sure(outcome.certainty)
        for amount in outcome.percent:
            share = percent_text(amount.value, language, maximum=outcome.maximum)
            days = window_words(amount.window, language)
            text = fill(outcome.pays, language, {"percent": amount.value})
            yield _Claim(f"{text} ({share}{f', {days}' if days else ''})", certainty, outcome.sources)
        if not outcome.percent:
            yield _Claim(f"{outcome.pays[language]} {say('factsheet.no_percent')}", certainty, outcome.sources)
        if outcome.more:
            text = fill(outcome.more, language, {"percent": outcome.percent[0].value} if outcome.percent else {})
            yield _Claim(text, certainty, outcome.sources)
        if outcome.contract is not None:
            contract = tree.contracts[outcome.contract]
            more = f" {contract.more[language]}" if contract.more else ""
            yield _Claim(f"{say('card.contract')}: {contract.text[language]}.{more}", certainty, outcome.sources)
        if outcome.deadline is not None:
            one = outcome.deadline
            start = tree.deadline_starts[one.start][language]
            said = one.text[language] if one.text else say("factsheet.deadline", months=one.months, start=start)
            yield _Claim(f"{say('card.deadline')}: {said}", certainty, one.sources or outcome.sources)
        elif tree.schemes[outcome.scheme].claimable:
            yield _Claim(f"{say('card.deadline')}: {say('card.no_deadline')}", certainty, outcome.sources)
        leading = nx.ancestors(tree.graph, outcome.id)
        on_the_way = (
            key
            for node in tree.nodes
            if node in leading
            for route in tree.routes(node)
            if route.target in leading or route.target == outcome.id
            for key in route.advice
        )
        for key in outcome.advice:
            yield self._advice(tree.advice[key])
        for key in dict.fromkeys(key for key in on_the_way if key not in outcome.advice):
            claim = self._advice(tree.advice[key])
            yield claim._replace(text=f"{claim.text} ({say('factsheet.on_some_ways')})")
        for referral in (tree.referrals[key] for key in outcome.referrals):
            letter = f" {say('page.letter', text=referral.letter[language])}" if referral.letter else ""
            yield _Claim(f"{referral.text[language]}.{letter}", "", referral.sources)
        if outcome.message is not None:
            message = tree.messages[outcome.message]
            fields = ", ".join(one[language] for one in message.fields.values())
            yield _Claim(f"{message.heading[language]}: {message.text[language]} ({fields})", "", message.sources)

    def _advice(self, advice: Advice) -> _Claim:
        sentence = worded(advice, self.language)
        days = window_words(advice.window, self.language)
        if days and advice.by_claim_date:
            days = self.say("factsheet.claimed", days=days)
        text = " ".join(filter(None, (sentence.text, sentence.more, f"({days})" if days else "")))
        kinds = [self.tree.source_kinds[self.tree.sources[key].kind].supports for key in advice.sources]
        carried = max(min(kinds), advice.certainty) if kinds else None
        certainty = self.say("page.ours") if carried is None else self._sure(carried)
        return _Claim(
            f"{self.tree.advice_kinds[advice.kind].heading[self.language]}: {text}", certainty, advice.sources
        )

    def _row(self, claim: _Claim, numbers: dict[str, int]) -> dict[str, str]:
        sources = "; ".join(f"S{numbers[key]} ({self._date(key)})" for key in claim.sources)
        return {"text": claim.text, "certainty": claim.certainty, "sources": sources or self.say("factsheet.no_source")}

    def _date(self, key: str) -> str:
        date = self.tree.sources[key].date
        return format_date(date, self.language) if date else self.say("sections.undated")

    def _source(self, key: str, number: int) -> dict[str, str]:
        source, say = self.tree.sources[key], self.say
        parts = [source.publisher, self._date(key), self.tree.source_kinds[source.kind].name[self.language]]
        parts += [source.dated[self.language]] if source.dated else []
        if source.speaks_to:
            parts.append(say("sections.speaks_to", date=format_date(source.speaks_to, self.language)))
        parts.append(say("sections.read", date=format_date(source.checked, self.language)))
        text = f"S{number}. {source.title[self.language]}: {'; '.join(parts)}."
        # Only addresses of the web become links.
        return {"text": text, "url": source.url if source.url.startswith(("https://", "http://")) else ""}


def _joined(path: list[Route]) -> Window | None:
    """Return the days of care on which a whole way holds, or None when there is none."""
    window: Window | None = ALWAYS
    for route in path:
        window = window and window & route.window
    return window


def _without(claims: Iterable[_Claim], old: Iterable[_Claim]) -> list[_Claim]:
    known = set(old)
    return [claim for claim in claims if claim not in known]


def _pdf(data: dict[str, Any]) -> bytes:
    try:
        import typst
    except ImportError:
        raise FileError(Issue(message="typst is not installed", key="factsheet.no_typst")) from None
    template = (files(__package__) / "page" / "sheet.typ").read_bytes()
    made: bytes = typst.compile(template, sys_inputs={"sheets": json.dumps(data)}, pdf_standards=["ua-1"])
    return made


def _html(data: dict[str, Any]) -> bytes:
    """Return the sheets as one page that needs nothing else, and prints a sheet of paper for each."""
    style = "\n" + (files(__package__) / "page" / "sheet.css").read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style=style)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(data['title'])}</title>",
        f"<style>{style}</style>",
    )
    lines = [f'<!DOCTYPE html>\n<html lang="{data["language"]}">', "<head>", *head, "</head>", "<body>", "<main>"]
    return "\n".join([*lines, *_sections(data), "</main>", "</body>", "</html>", ""]).encode()


def _sections(data: dict[str, Any]) -> Iterator[str]:
    say = data["words"]
    yield f"<h1>{escape(data['title'])}</h1>"
    yield from (f"<p>{escape(line)}</p>" for line in data["head"])
    yield f"<h2>{escape(say['sources'])}</h2>\n<ul>"
    for one in data["sources"]:
        link = f'<a href="{escape(one["url"])}">{escape(one["url"])}</a>' if one["url"] else ""
        yield f"<li>{escape(one['text'])} {link}</li>"
    yield "</ul>"
    for sheet in data["sheets"]:
        yield f"<section>\n<h2>{escape(sheet['heading'])}</h2>\n<h3>{escape(say['ways'])}</h3>"
        yield f"<ol>{''.join(f'<li>{escape(way)}</li>' for way in sheet['ways'])}</ol>"
        yield from _table(sheet["claims"], say, say["claims"])
        if sheet["gone"]:
            gone = "".join(f"<li><del>{escape(text)}</del></li>" for text in sheet["gone"])
            yield f"<h3>{escape(say['gone'])}</h3>\n<ul>{gone}</ul>"
        yield f"<h3>{escape(say['sign'])}</h3>\n<p>☐ {escape(say['right'])}</p>\n<p>☐ {escape(say['wrong'])}</p>"
        rows = (f'<tr><th scope="row">{escape(say[key])}</th><td></td></tr>' for key in ("name", "day", "signature"))
        yield f'<table class="sign"><tbody>{"".join(rows)}</tbody></table>\n</section>'
    if data["rules"]:
        yield from ("<section>", *_table(data["rules"], say, say["rules"]), "</section>")


def _table(claims: list[dict[str, str]], say: dict[str, str], caption: str) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{escape(say[key])}</th>' for key in ("tick", "claim", "certainty", "source"))
    yield f"<table><caption>{escape(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>"
    for one in claims:
        cells = "".join(f"<td>{escape(one[key])}</td>" for key in ("text", "certainty", "sources"))
        yield f"<tr><td>☐</td>{cells}</tr>"
    yield "</tbody></table>"
