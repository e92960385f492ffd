"""The parts of the page that stand without a script: every question and outcome in words, and the picture."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from html import escape

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import window_words
from cakwizard.exporting.outline import answer_words
from cakwizard.exporting.outline import branches
from cakwizard.exporting.outline import preamble
from cakwizard.interface import words
from cakwizard.model import Certainty
from cakwizard.model import Outcome
from cakwizard.model import Route
from cakwizard.model import Value
from cakwizard.presenting import source_line
from cakwizard.wording import fill
from cakwizard.wording import format_date

__all__ = ["edition_html", "outline_html", "picture_html"]

_PIXELS = 1.25
"""The size on the screen of one unit of the picture, whose words are 10 units high."""


def picture_html(drawing: Drawing, svg: bytes | None) -> str:
    """Return the picture as an image, or a sentence that says why there is none.

    An image has no script, no styles and no ids of its own in the page, whatever a text in it says.
    """
    say = words(drawing.language)
    if svg is None:
        return f"<p>{escape(say('page.picture_missing'))}</p>"
    title = escape(drawing.tree.title[drawing.language])
    data = base64.b64encode(svg).decode("ascii")
    image = f'<img alt="{title}"{_size(svg)} src="data:image/svg+xml;base64,{data}">'
    return f'<section class="scroll" tabindex="0" aria-label="{title}">{image}</section>'


def _size(svg: bytes) -> str:
    """Return attributes that show the picture so large that its words can be read; on paper it is fitted."""
    found = re.search(rb'viewBox="[-0-9.]+ [-0-9.]+ ([0-9.]+) ([0-9.]+)"', svg[:2000])
    if found is None:
        return ""
    width, height = (round(float(side) * _PIXELS) for side in found.groups())
    return f' width="{width}" height="{height}"'


def outline_html(drawing: Drawing) -> str:
    """Return every question with its answers and every outcome with its advice, linked to one another."""
    return "\n".join(_Outline(drawing).lines())


def edition_html(drawing: Drawing) -> str:
    """Return which rules these are, in one sentence, and their origin."""
    tree, language = drawing.tree, drawing.language
    sentence = words(language)(
        "page.checked",
        checked_until=format_date(tree.checked_until, language),
        edition=tree.edition,
        sha256=tree.sha256[:12],
    )
    return f"<p>{escape(tree.origin[language])}</p>\n<p>{escape(sentence)}</p>"


class _Outline:
    """Writes the outline of one drawing; ids begin with the language, since the page holds one per language."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.language = drawing.language
        self.say = words(drawing.language)
        self.numbers: Mapping[str, int] = branches(drawing)[0].numbers
        outcomes = {one.id: number for number, one in enumerate(drawing.outcomes, 1)}
        self.outcomes: Mapping[str, int] = outcomes
        self.sources: dict[str, int] = {}

    def lines(self) -> Iterator[str]:
        drawing, say = self.drawing, self.say
        yield from (f"<p>{escape(line)}</p>" for line in preamble(drawing)[1:-1])
        yield f"<h3>{escape(say('page.questions'))}</h3>"
        for key in self.numbers:
            yield from self._question(key)
        yield f"<h3>{escape(say('page.outcomes'))}</h3>"
        for outcome in drawing.outcomes:
            yield from self._outcome(outcome)
        yield from self._glossary()
        yield f"<h3>{escape(say('outcome.sources'))}</h3>"
        yield f"<p>{escape(say('page.new_tab'))}</p>"
        yield "<ol>"
        for key in self.sources:
            yield f'<li id="{self.language}-{key}-source">{self._source(key)}</li>'
        yield "</ol>"

    def _question(self, key: str) -> Iterator[str]:
        question = self.drawing.tree.questions[self.drawing.tree.nodes[key].question]
        yield f'<h4 id="{self.language}-{key}">{self.numbers[key]}. {escape(question.text[self.language])}</h4>'
        for text in (question.help, question.find_out):
            if text is not None:
                yield f"<p>{escape(text[self.language])}</p>"
        yield "<ul>"
        for route in self.drawing.routes(key):
            yield f"<li>{escape(answer_words(self.drawing, route))}: {self._target(route)}{self._advice_of(route)}</li>"
        yield "</ul>"

    def _target(self, route: Route) -> str:
        drawing = self.drawing
        if route.target in drawing.tree.nodes:
            words_of = self.say("picture.goes_to", number=self.numbers[route.target])
        else:
            words_of = self._headline(drawing.tree.outcomes[route.target])
        return f'<a href="#{self.language}-{route.target}">{escape(words_of)}</a>{self._marks(route.sources)}'

    def _advice_of(self, route: Route) -> str:
        items = "".join(f"<li>{text}</li>" for text in self._advice(route.advice))
        return f"<ul>{items}</ul>" if items else ""

    def _headline(self, outcome: Outcome) -> str:
        return f"{self.drawing.scheme(outcome)}: {self.drawing.title(outcome)}"

    def _outcome(self, outcome: Outcome) -> Iterator[str]:
        tree, language, say = self.drawing.tree, self.language, self.say
        authority = tree.authority[language]
        values: dict[str, Value] = {} if outcome.percent is None else {"percent": outcome.percent}
        yield f'<h4 id="{language}-{outcome.id}">{escape(self._headline(outcome))}</h4>'
        certainty = (
            ""
            if outcome.certainty is Certainty.settled
            else say(f"outcome.{outcome.certainty.name}", authority=authority)
        )
        pays = f"{escape(fill(outcome.pays, language, values))}{self._marks(outcome.sources)}"
        yield f"<p>{pays} {escape(certainty)}</p>"
        if outcome.ask is not None:
            heading = escape(say("outcome.ask", authority=authority))
            yield f"<p>{heading}: {escape(fill(outcome.ask, language, values))}</p>"
        advice = [tree.advice[key] for key in outcome.advice]
        for kind in tree.advice_kinds.values():
            items = []
            if kind.holds == "contract" and outcome.contract is not None:
                items.append(escape(tree.contracts[outcome.contract].text[language]) + self._marks(outcome.sources))
            if kind.holds == "deadline":
                items += self._deadline(outcome)
            items += self._advice(one.id for one in advice if one.kind == kind.id)
            if items:
                tag = "ol" if kind.numbered else "ul"
                yield f"<h5>{escape(kind.heading[language])}</h5>"
                yield f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"

    def _deadline(self, outcome: Outcome) -> list[str]:
        if outcome.deadline is None:
            claimable = self.drawing.tree.schemes[outcome.scheme].claimable
            return [escape(self.say("outcome.no_deadline"))] if claimable else []
        start = self.drawing.tree.deadline_starts[outcome.deadline.start][self.language]
        sentence = self.say("page.deadline", months=outcome.deadline.months, start=start)
        return [escape(sentence) + self._marks(outcome.deadline.sources or outcome.sources)]

    def _advice(self, keys: Iterator[str] | Sequence[str]) -> Iterator[str]:
        for key in keys:
            one = self.drawing.tree.advice[key]
            text = escape(fill(one.text, self.language, one.values))
            window = window_words(one.window, self.language)
            yield (f"{text} ({escape(window)})" if window else text) + self._marks(one.sources)

    def _glossary(self) -> Iterator[str]:
        terms = self.drawing.tree.glossary.values()
        if terms:
            yield f"<h3>{escape(self.say('page.glossary'))}</h3>"
            yield "<dl>"
            for term in terms:
                text = escape(term.text[self.language]) + self._marks(term.sources)
                yield f"<dt>{escape(term.name[self.language])}</dt><dd>{text}</dd>"
            yield "</dl>"

    def _marks(self, sources: Sequence[str]) -> str:
        """Return a link to each source; a source gets its number when it is first named."""
        marks = []
        for key in sources:
            number = self.sources.setdefault(key, len(self.sources) + 1)
            label = escape(self.say("page.source", number=number))
            marks.append(f' <a class="mark" href="#{self.language}-{key}-source" aria-label="{label}">[{number}]</a>')
        return "".join(marks)

    def _source(self, key: str) -> str:
        """Return a source with a link on its title; only addresses of the web become links."""
        source = self.drawing.tree.sources[key]
        line = source_line(self.drawing.tree, key, self.language)
        title = source.title[self.language]
        if not source.url.startswith(("https://", "http://")):
            return escape(line)
        rest = escape(line.removeprefix(title).removesuffix(source.url))
        url = escape(source.url)
        link = f'<a href="{url}" target="_blank" rel="noopener noreferrer">{escape(title)}</a>'
        return f'{link}{rest}<span class="print-only">{url}</span>'
