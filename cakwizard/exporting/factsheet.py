"""The fact-check sheet: a page per outcome, for somebody who knows the law and not the program.

Every claim stands with its source, the date of that source and how certain it is,
and with a box to tick. The rules on the ways to an outcome stand once, numbered,
since many outcomes share them.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from typing import NamedTuple

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import window_words
from cakwizard.exporting.paths import Paths
from cakwizard.interface import Words
from cakwizard.interface import words
from cakwizard.markdown import escaped
from cakwizard.model import Advice
from cakwizard.model import Certainty
from cakwizard.model import Outcome
from cakwizard.model import Route
from cakwizard.model import Value
from cakwizard.model import Window
from cakwizard.wording import fill
from cakwizard.wording import format_count
from cakwizard.wording import format_date
from cakwizard.wording import format_value

__all__ = ["MAX_PATHS", "factsheet", "make"]

MAX_PATHS = 12
BOX = "☐"
NEW_PAGE = '<div style="break-before: page"></div>'


class _Claim(NamedTuple):
    """One thing that an outcome says."""

    text: str
    certainty: Certainty | None
    sources: Sequence[str]


def make(drawing: Drawing) -> bytes:
    """Return the fact-check sheet of a drawing as Markdown."""
    return factsheet(drawing).encode()


def factsheet(drawing: Drawing) -> str:
    """Return the fact-check sheet of a drawing as Markdown."""
    return "\n".join(_Sheet(drawing).lines()) + "\n"


class _Sheet:
    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.tree = drawing.tree
        self.language = drawing.language
        self.say: Words = words(drawing.language)
        self.paths = Paths(drawing)
        self.source_numbers = {key: number for number, key in enumerate(drawing.tree.sources, 1)}
        self.numbers = {(route.node, route.key): number for number, route in enumerate(drawing.routes(), 1)}

    def lines(self) -> Iterator[str]:
        tree, say = self.tree, self.say
        yield f"# {escaped(say('factsheet.title', title=tree.title[self.language]))}"
        yield ""
        yield escaped(tree.origin[self.language])
        yield ""
        yield escaped(say("factsheet.intro"))
        yield ""
        checked = format_date(tree.checked_until, self.language)
        yield escaped(say("factsheet.about", edition=tree.edition, checked_until=checked, sha256=tree.sha256[:12]))
        for part in self.drawing.parts:
            yield ""
            yield escaped(part)
        outcomes = self.drawing.outcomes
        for number, outcome in enumerate(outcomes, 1):
            yield from ("", NEW_PAGE, "")
            title = f"{self.drawing.scheme(outcome)}: {self.drawing.title(outcome)}"
            yield f"## {escaped(say('factsheet.outcome', number=number, total=len(outcomes), title=title))}"
            yield from self._ways(outcome)
            claims = list(self._claims(outcome))
            yield from self._table("factsheet.claims", claims)
            yield ""
            used = dict.fromkeys(key for claim in claims for key in claim.sources)
            yield from (f"- {self._number(key)}: {escaped(self._named(key))}" for key in used)
            yield from self._signing()
        yield from ("", NEW_PAGE)
        yield from self._table("factsheet.steps", list(self._rules()), level=2)
        yield from self._signing()
        yield from ("", NEW_PAGE)
        yield from self._sources()

    # -- how you get there ----------------------------------------------------

    def _ways(self, outcome: Outcome) -> Iterator[str]:
        """Yield the paths in words; past the first few only the last step of all together."""
        say = self.say
        total = self.paths.to[outcome.id]
        yield from ("", f"### {say('factsheet.paths')}", "", self._counted("factsheet.path_count", total), "")
        shown = self.paths.first(outcome.id, MAX_PATHS)
        for number, (path, window) in enumerate(shown, 1):
            steps = "; ".join(f"{self._step(route)} (R{self.numbers[route.node, route.key]})" for route in path)
            yield f"{number}. {escaped(steps)}{self._in_days(window)}"
        if total > len(shown):
            yield from ("", self._counted("factsheet.path_more", total - len(shown)), "")
            for route in self.paths.arriving[outcome.id]:
                count = self.paths.by[route.node, route.key]
                if count:
                    step = self._counted(
                        "factsheet.last_step",
                        count,
                        question=self.drawing.question(route.node),
                        answer=self.drawing.answer(route),
                    )
                    yield f"- {step}{self._in_days(route.window)}, R{self.numbers[route.node, route.key]}"

    def _in_days(self, window: Window) -> str:
        days = window_words(window, self.language)
        return f" ({escaped(days)})" if days else ""

    def _counted(self, key: str, count: int, **values: str) -> str:
        """Return a sentence about a number that may have thousands of digits."""
        # Which word fits depends on whether there is one.
        shown: int | str = count if count == 1 else format_count(count)
        return escaped(self.say(key, count=shown, **values))

    def _step(self, route: Route) -> str:
        return self.say("factsheet.step", question=self.drawing.question(route.node), answer=self.drawing.answer(route))

    # -- what it says ---------------------------------------------------------

    def _claims(self, outcome: Outcome) -> Iterator[_Claim]:
        yield from self._of_outcome(outcome)
        for key in outcome.advice:
            yield self._advice(self.tree.advice[key])
        for key in self._advice_on_the_way(outcome):
            if key not in outcome.advice:
                claim = self._advice(self.tree.advice[key])
                yield claim._replace(text=f"{claim.text} ({self.say('factsheet.advice_on_path')})")
        for key in outcome.referrals:
            referral = self.tree.referrals[key]
            texts = (referral.text, referral.letter)
            text = " ".join(one[self.language] for one in texts if one is not None)
            yield _Claim(text, self._carried(referral.sources), referral.sources)
        if outcome.message is not None:
            message = self.tree.messages[outcome.message]
            fields = ", ".join(one[self.language] for one in message.fields.values())
            text = f"{message.heading[self.language]}: {message.text[self.language]} ({fields})"
            yield _Claim(text, self._carried(message.sources), message.sources)

    def _of_outcome(self, outcome: Outcome) -> Iterator[_Claim]:
        say, sources = self.say, outcome.sources
        values: dict[str, Value] = {} if outcome.percent is None else {"percent": outcome.percent}
        yield _Claim(say("factsheet.scheme", scheme=self.drawing.scheme(outcome)), outcome.certainty, sources)
        yield _Claim(fill(outcome.pays, self.language, values), outcome.certainty, sources)
        claimable = self.tree.schemes[outcome.scheme].claimable
        if outcome.percent is not None:
            key = "factsheet.percent_maximum" if outcome.maximum else "factsheet.percent"
            percent = format_value(outcome.percent, self.language)
            yield _Claim(say(key, percent=percent), outcome.certainty, sources)
        elif claimable:
            yield _Claim(say("factsheet.percent_unknown"), outcome.certainty, sources)
        if outcome.contract is not None:
            text = self.tree.contracts[outcome.contract].text[self.language]
            yield _Claim(text, outcome.certainty, sources)
        if outcome.deadline is not None:
            deadline = outcome.deadline
            start = self.tree.deadline_starts[deadline.start][self.language]
            text = say("factsheet.deadline", months=deadline.months, start=start)
            yield _Claim(text, outcome.certainty, deadline.sources or sources)
        elif claimable:
            yield _Claim(say("outcome.no_deadline"), outcome.certainty, sources)
        if outcome.valid_until is not None:
            day = format_date(outcome.valid_until, self.language)
            yield _Claim(say("factsheet.valid_until", date=day), outcome.certainty, sources)
        if outcome.ask is not None:
            yield _Claim(fill(outcome.ask, self.language, values), outcome.certainty, sources)

    def _advice(self, advice: Advice) -> _Claim:
        heading = self.tree.advice_kinds[advice.kind].heading[self.language]
        days = self._claim_days(advice.window) if advice.by_claim_date else window_words(advice.window, self.language)
        text = f"{heading}: {fill(advice.text, self.language, advice.values)}"
        return _Claim(f"{text} ({days})" if days else text, self._carried(advice.sources), advice.sources)

    def _claim_days(self, window: Window) -> str:
        """Return the days of claiming on which advice holds."""
        start, end = (format_date(day, self.language) if day else "" for day in (window.start, window.end))
        key = "claim_between" if start and end else "claim_from" if start else "claim_until" if end else ""
        return self.say(f"factsheet.{key}", start=start, end=end) if key else ""

    def _advice_on_the_way(self, outcome: Outcome) -> list[str]:
        """Return the advice of the routes that lead to an outcome."""
        found: dict[str, None] = {}
        seen, left = {outcome.id}, [outcome.id]
        while left:
            for route in self.paths.arriving[left.pop()]:
                found |= dict.fromkeys(route.advice)
                if route.node not in seen:
                    seen.add(route.node)
                    left.append(route.node)
        return list(found)

    def _carried(self, sources: Sequence[str]) -> Certainty | None:
        """Return how certain the strongest of the sources makes a claim that has no certainty of its own."""
        kinds = [self.tree.source_kinds[self.tree.sources[key].kind].supports for key in sources]
        return min(kinds, default=None)

    def _rules(self) -> Iterator[_Claim]:
        for route in self.drawing.routes():
            parts = [
                f"R{self.numbers[route.node, route.key]}.",
                self._step(route),
                self.say("factsheet.to", target=self._target(route)),
                window_words(route.window, self.language),
            ]
            yield _Claim(" ".join(part for part in parts if part), route.certainty, route.sources)

    def _target(self, route: Route) -> str:
        if route.target in self.tree.outcomes:
            return f"“{self.drawing.title(self.tree.outcomes[route.target])}”"
        return f"“{self.drawing.question(route.target)}”"

    # -- how it is written ----------------------------------------------------

    def _table(self, heading: str, claims: Sequence[_Claim], *, level: int = 3) -> Iterator[str]:
        say = self.say
        yield from ("", f"{'#' * level} {say(heading)}", "")
        columns = ("right", "claim", "certainty", "source")
        yield f"| {' | '.join(say(f'factsheet.{column}') for column in columns)} |"
        yield "|---|---|---|---|"
        for claim in claims:
            certainty = "" if claim.certainty is None else say(f"factsheet.{claim.certainty.name}")
            sources = "; ".join(f"{self._number(key)} ({self._date(key)})" for key in claim.sources)
            yield f"| {BOX} | {escaped(claim.text)} | {certainty} | {escaped(sources or say('factsheet.no_source'))} |"

    def _number(self, key: str) -> str:
        return f"S{self.source_numbers[key]}"

    def _date(self, key: str) -> str:
        date = self.tree.sources[key].date
        return format_date(date, self.language) if date else self.say("outcome.undated")

    def _named(self, key: str) -> str:
        source = self.tree.sources[key]
        return f"{source.title[self.language]} ({source.publisher}, {self._date(key)})"

    def _source(self, key: str) -> str:
        """Return a source as a line of a list: what it is, from when, and when somebody last looked."""
        say, source = self.say, self.tree.sources[key]
        parts = [self.tree.source_kinds[source.kind].name[self.language]]
        if source.dated is not None:
            parts.append(source.dated[self.language])
        parts.append(say("factsheet.checked", date=format_date(source.checked, self.language)))
        if source.valid_until is not None:
            parts.append(say("factsheet.valid_until", date=format_date(source.valid_until, self.language)))
        about = escaped(f"{self._named(key)}: {'; '.join(parts)}.")
        return f"- {self._number(key)}: {about} <{source.url}>"

    def _signing(self) -> Iterator[str]:
        say = self.say
        yield from ("", f"### {say('factsheet.sign')}", "")
        yield f"- {BOX} {say('factsheet.sign_right')}"
        yield f"- {BOX} {say('factsheet.sign_wrong')} ________________________________"
        yield ""
        names = [say(f"factsheet.sign_{one}") for one in ("name", "date", "signature")]
        yield f"| {' | '.join(names)} |"
        yield "|---|---|---|"
        yield "| &nbsp; | &nbsp; | &nbsp; |"

    def _sources(self) -> Iterator[str]:
        yield from ("", f"## {self.say('factsheet.sources')}", "")
        yield from (self._source(key) for key in self.tree.sources)
