"""A verdict in words, whole: sections with everything there is to say, the most urgent first.

Terminal, text, page and sheet differ in how they draw a `Section`, not in what it says. Nothing here prints, and
nothing is decided here: it words what the engine found.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from cakwizard.checking.ages import due_sources
from cakwizard.deciding.decide import changes, other_dates, possible_on
from cakwizard.deciding.verdict import Possible, Verdict
from cakwizard.saying.phrases import (
    certainty_text,
    deadline_forms,
    ended,
    ending,
    fill,
    first_lower,
    format_date,
    headline,
    outcome_text,
    window_words,
)
from cakwizard.tree.records import Advice, DecisionTree, Outcome
from cakwizard.tree.values import Window
from cakwizard.words import words

# Which kinds of advice a section holds; a kind that is not named is something to mind.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "steps": ("step",),
    "referral": ("referral",),
    "documents": ("document",),
    "mind": ("warning", "next", "deadline", "contract"),
    "ask": ("ask",),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, all there is to say beyond it, and the ids of the sources that carry it."""

    text: str
    more: str = ""
    sources: tuple[str, ...] = ()
    ours: bool = False  # That it is our own advice, which no source carries.
    note: bool = False  # That in a checklist it is no thing to have, and gets no box.
    link: str = ""  # An address that it leads to.
    shorter: tuple[str, ...] = ()  # Forms that say the same, the longest first.


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with sentences under it; the id says what they are about, and is stable."""

    id: str
    heading: str
    items: tuple[Sentence, ...]
    tab: str = ""  # The heading in one word.
    numbered: bool = False
    checklist: bool = False  # That each sentence is something to have, with a box to tick.
    behind: int = 0  # How many sentences there are beyond `items`, behind a key.
    pinned: bool = False  # That the last sentence is always shown, where others may be left behind a key.


def make_sections(
    verdict: Verdict, language: str, *, today: datetime.date, assumed: bool = False, with_changes: bool = True
) -> tuple[Section, ...]:
    """Return everything that a verdict says as it is shown on a day, without the sections that would be empty.

    `assumed`: the day of care is not given but taken to be today; `with_changes`: say what other answers would give.
    """
    wording, possible = _Wording(verdict.tree, language, verdict.care_date), verdict.outcome
    if possible is not None:
        found = {**wording.outcome(possible), "change": [*wording.changes(verdict)] if with_changes else []}
    else:
        found = wording.open(verdict)
    used = _used(found) + [key for route in (possible.routes if possible else ()) for key in route.sources]
    dates = {"dates": [*wording.dates(verdict, set(used), today, assumed)]}
    sources = {"sources": [*wording.sources([*used, *_used(dates)])]}
    return tuple(wording.sections({**found, **sources, **dates}))


def make_outcome_sections(
    tree: DecisionTree, outcome: Outcome, language: str, *, on: datetime.date
) -> tuple[Section, ...]:
    """Return what an outcome says by itself, whatever the path to it, for care that is given and claimed on a day."""
    wording = _Wording(tree, language, on)
    found = wording.outcome(possible_on(tree, outcome, on, on))
    return tuple(wording.sections({**found, "sources": [*wording.sources(_used(found))]}))


def advice_for(section: str, possible: Possible) -> list[Advice]:
    """Return the advice of an outcome that stands in a section, the most important first."""
    kinds = _KINDS[section]
    known = {kind for kinds in _KINDS.values() for kind in kinds}
    found = [one for one in possible.advice if one.kind in kinds or (section == "mind" and one.kind not in known)]
    return sorted(found, key=lambda one: kinds.index(one.kind) if one.kind in kinds else len(kinds))


def worded(advice: Advice, language: str) -> Sentence:
    """Return a piece of advice as a sentence."""
    text, more = (fill(text, language, advice.values) if text else "" for text in (advice.text, advice.more))
    return Sentence(text, more, advice.sources, ours=advice.ours, note=advice.note)


def source_numbers(sections: Iterable[Section]) -> dict[str, int]:
    """Return by id the number of each source in the section of sources."""
    listed = (item for section in sections if section.id == "sources" for item in section.items)
    return {item.sources[0]: number for number, item in enumerate(listed, 1)}


def nearest_text(verdict: Verdict, language: str) -> Iterator[Sentence]:
    """Yield which rule lies nearest in time when none holds, and what the tree says of it."""
    if verdict.nearest is None:
        return
    say, tree, route = words(language), verdict.tree, verdict.nearest
    start, end = route.window.start, route.window.end
    key, day = ("from", start) if start and verdict.care_date < start else ("until", end)
    text = say(f"card.nearest_{key}", date=format_date(day, language) if day else "")
    outside = tree.nodes[route.node].outside.get(route.option)
    yield Sentence(f"{text}.", outside[language] if outside else "", route.sources)


_Sentences = dict[str, list[Sentence]]
"""What is said, by the id of its section."""


def _used(found: _Sentences) -> list[str]:
    return [key for items in found.values() for item in items for key in item.sources]


@dataclass(frozen=True, slots=True)
class _Wording:
    """What each section needs to know."""

    tree: DecisionTree
    language: str
    care_date: datetime.date

    def say(self, key: str, **values: object) -> str:
        return words(self.language)(f"sections.{key}", **values)

    def day(self, day: datetime.date | str) -> str:
        return format_date(day, self.language)

    def sections(self, found: _Sentences) -> Iterator[Section]:
        """Yield what was found under the headings that the tree has for kinds of advice, or of our own."""
        for key in filter(found.get, found):
            kind = self.tree.advice_kinds.get(_KINDS.get(key, ("",))[0])
            heading = self.say(key, authority=self.tree.authority[self.language])
            # Steps without an answer are what to do meanwhile.
            if kind and key != "ask" and "answer" in found:
                heading = kind.heading[self.language]
            yield Section(
                id=key,
                heading=heading,
                tab=self.say(f"tab.{key}"),
                items=tuple(found[key]),
                numbered=key == "sources" or bool(kind and kind.numbered),
                checklist=bool(kind and kind.checklist),
            )

    def outcome(self, possible: Possible) -> _Sentences:
        """Return what the outcome itself says."""
        found = {"answer": [*self._answer(possible)]}
        for key in ("steps", "ask", "referral", "documents", "mind"):
            found[key] = [worded(one, self.language) for one in advice_for(key, possible)]
        for referral in (self.tree.referrals[key] for key in possible.outcome.referrals):
            letter = self.say("letter", text=referral.letter[self.language]) if referral.letter else ""
            found["referral"].append(Sentence(ended(referral.text[self.language]), letter, referral.sources))
        return found

    def _answer(self, possible: Possible) -> Iterator[Sentence]:
        tree, language, outcome = self.tree, self.language, possible.outcome
        more = outcome_text(possible, outcome.more, language) if outcome.more else ""
        yield Sentence(outcome_text(possible, outcome.pays, language), more, outcome.sources)
        yield Sentence(self.say(possible.certainty.name))
        if outcome.contract is not None:
            contract = tree.contracts[outcome.contract]
            text = self.say("contract", text=first_lower(contract.text[language]))
            yield Sentence(ended(text), contract.more[language] if contract.more else "", outcome.sources)
        for form in deadline_forms(tree, possible, language)[:1]:
            more = ""
            if outcome.deadline and possible.due:
                start = tree.deadline_starts[outcome.deadline.start][language]
                more = self.say("count_from", start=start, day=self.day(self.care_date))
            sources = (outcome.deadline and outcome.deadline.sources) or outcome.sources
            yield Sentence(ended(self.say("deadline", text=first_lower(form))), more, sources)

    def changes(self, verdict: Verdict) -> Iterator[Sentence]:
        """Yield which other answers would give something else."""
        for change in changes(verdict):
            question = self.tree.questions[change.question]
            labels = [option.text[self.language] for key, option in question.options.items() if key in change.options]
            text = self.say("change_answer", question=question.short[self.language], answer=" / ".join(labels))
            yield Sentence(text, self.say("change_then", outcome=self._ends(change.verdict)))

    def _ends(self, verdict: Verdict) -> str:
        return self._end(verdict.outcome) if verdict.outcome is not None else ending(verdict, self.language)

    def _end(self, possible: Possible) -> str:
        certainty = certainty_text(possible.certainty, self.language)
        return f"{headline(self.tree, possible, self.language)} ({certainty})"

    def open(self, verdict: Verdict) -> _Sentences:
        """Return what to do meanwhile, what to find out, what is still possible, and what to ask."""
        tree, language = self.tree, self.language
        find_out, possible, asks = list[Sentence](), list[Sentence](), dict[str, Sentence]()
        if verdict.decide_next is not None:
            question = tree.questions[verdict.decide_next]
            find_out.append(Sentence(question.text[language], question.find_out[language] if question.find_out else ""))
        certain = {question for question, given in verdict.answers.items() if len(given) == 1}
        for one in verdict.possible:
            asked = [(tree.questions[key], option) for key, option in one.path if key not in certain]
            answers = "; ".join(f"{step.short[language]} {step.options[key].text[language]}" for step, key in asked)
            possible.append(Sentence(self._end(one), self.say("if_answers", answers=answers) if answers else ""))
            asks |= {advice.id: worded(advice, language) for advice in advice_for("ask", one)}
        meanwhile = [worded(tree.advice[key], language) for key in tree.meanwhile]
        return {"steps": meanwhile, "find_out": find_out, "possible": possible, "ask": [*asks.values()]}

    def sources(self, used: Iterable[str]) -> Iterator[Sentence]:
        """Yield every source once, with how old it is."""
        for source in (self.tree.sources[key] for key in dict.fromkeys(used)):
            parts = [source.publisher]
            if source.date:
                parts.append(self.say("dated", date=self.day(source.date)))
            if source.dated or not source.date:
                parts.append(source.dated[self.language] if source.dated else self.say("undated"))
            if source.speaks_to:
                parts.append(self.say("speaks_to", date=self.day(source.speaks_to)))
            parts.append(self.say("read", date=self.day(source.checked)))
            yield Sentence(source.title[self.language], "; ".join(parts), (source.id,), link=source.url)

    def dates(self, verdict: Verdict, used: Collection[str], today: datetime.date, assumed: bool) -> Iterator[Sentence]:
        """Yield the days that were reckoned with, what other days would give, and what of the rules is old."""
        tree, language = self.tree, self.language
        yield Sentence(self.say("care_assumed" if assumed else "care", date=self.day(verdict.care_date)))
        if verdict.claim_date != verdict.care_date:
            yield Sentence(self.say("claim", date=self.day(verdict.claim_date)))
        yield from nearest_text(verdict, language)
        others = other_dates(verdict) if verdict.outcome is not None else ()
        earlier = [one for one in others if one.window.end is not None and one.window.end < verdict.care_date]
        for spells in (earlier[::-1], others[len(earlier) :]):
            # One each way is enough; another outcome matters more than other advice nearer by.
            for other in sorted(spells, key=lambda one: one.differs != "outcome")[:1]:
                start, end = other.window.start, other.window.end
                # Where the spell of before began, or the one to come ends, is not what anybody asks.
                asked = Window(start) if start and start > self.care_date else Window(None, end)
                when, outcome = window_words(asked, language, brief=False), self._ends(other.verdict)
                yield Sentence(ended(self.say(f"other_{other.differs}", when=when, outcome=outcome)))
        if verdict.unused:
            names = (tree.questions[key].short[language] for key in verdict.unused)
            yield Sentence(self.say("unused", questions=", ".join(names)))
        scheme = tree.schemes[verdict.outcome.outcome.scheme] if verdict.outcome else None
        if scheme and scheme.valid_until:
            text = self.say("ends", scheme=scheme.short[language], date=self.day(scheme.valid_until))
            yield Sentence(text, sources=scheme.end_sources)
        if unread := due_sources(tree, today, used):
            yield Sentence(self.say("unread", count=len(unread), date=self.day(unread[0].checked)))
        yield Sentence(self.say("checked", date=self.day(tree.checked_until), edition=tree.edition))
        yield Sentence(tree.origin[language])
