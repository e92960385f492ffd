"""What of a tree has ended, will end soon, or has not been looked at for long, on a day.

One sentence says it, in `check` and under an outcome alike. Nothing here reads a
clock: the day is always given.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cakwizard.checking.unused import used as used_anywhere
from cakwizard.errors import Location
from cakwizard.interface import words
from cakwizard.model import DecisionTree
from cakwizard.model import Outcome
from cakwizard.model import Route
from cakwizard.model import Value
from cakwizard.walking import Possible
from cakwizard.walking import Verdict
from cakwizard.walking import months_after
from cakwizard.wording import fill
from cakwizard.wording import format_date

__all__ = [
    "ENDING_DAYS",
    "UNCHECKED_DAYS",
    "UNCHECKED_MONTHS",
    "Notice",
    "Used",
    "expiring",
    "old_in_words",
    "sentences",
]

UNCHECKED_DAYS = 180
UNCHECKED_MONTHS = 18
ENDING_DAYS = 60
MAX_NAMES = 3

Kind = Literal["ended", "ends", "unchecked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What one outcome rests on, by id, where not the whole tree is asked about."""

    sources: Collection[str] = ()
    schemes: Collection[str] = ()
    outcomes: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing of a tree that is old.

    Attributes:
        kind: Whether it has ended, will end soon, or was last looked at long ago.
        subject: What it is: `source`, `scheme`, `outcome` or `option`.
        id: Its id; of an option the node and the option with a dot between.
        day: Its last day, or the day on which it was last looked at.
        days: How many days lie between that day and the one asked about.
        over: Whether it should not be used any more: ended, or not looked at for eighteen months.
    """

    kind: Kind
    subject: str
    id: str
    name: Mapping[str, str]
    day: datetime.date
    days: int
    over: bool
    location: Location


def expiring(tree: DecisionTree, on: datetime.date, used: Used | None = None) -> list[Notice]:
    """Return what is old on a day, in the order of the file.

    Args:
        used: What to look at; everything that the tree uses when None.
    """
    if used is None:
        everywhere = used_anywhere(tree)
        found = [*_options(tree, on)]
        used = Used(sources=everywhere["source"], schemes=everywhere["scheme"], outcomes=tree.outcomes)
    else:
        found = []
    for key in dict.fromkeys(used.sources):
        source = tree.sources[key]
        name = source.title.by_language
        found += _end(on, source.valid_until, "source", key, name, source.location)
        found += _unchecked(on, source.checked, key, name, source.location)
    for key in dict.fromkeys(used.schemes):
        scheme = tree.schemes[key]
        found += _end(on, scheme.valid_until, "scheme", key, scheme.name.by_language, scheme.location)
    for key in dict.fromkeys(used.outcomes):
        outcome = tree.outcomes[key]
        found += _end(on, outcome.valid_until, "outcome", key, _titles(outcome), outcome.location)
    return sorted(found, key=lambda notice: (notice.location, notice.kind))


def _titles(outcome: Outcome) -> dict[str, str]:
    values: dict[str, Value] = {} if outcome.percent is None else {"percent": outcome.percent}
    return {language: fill(outcome.title, language, values) for language in outcome.title.by_language}


def _end(
    on: datetime.date,
    last: datetime.date | None,
    subject: str,
    key: str,
    name: Mapping[str, str],
    location: Location,
) -> Iterator[Notice]:
    if last is None or (last - on).days > ENDING_DAYS:
        return
    ended = last < on
    yield Notice(
        kind="ended" if ended else "ends",
        subject=subject,
        id=key,
        name=name,
        day=last,
        days=abs((on - last).days),
        over=ended,
        location=location,
    )


def _unchecked(
    on: datetime.date, checked: datetime.date, key: str, name: Mapping[str, str], location: Location
) -> Iterator[Notice]:
    days = (on - checked).days
    if days >= UNCHECKED_DAYS:
        yield Notice(
            kind="unchecked",
            subject="source",
            id=key,
            name=name,
            day=checked,
            days=days,
            over=months_after(checked, UNCHECKED_MONTHS) <= on,
            location=location,
        )


def _options(tree: DecisionTree, on: datetime.date) -> Iterator[Notice]:
    """Yield the options of which the last window has an end that is near or past."""
    last: dict[tuple[str, str], Route] = {}
    for route in tree.edges:
        known = last.get((route.node, route.option))
        if known is None or (known.window.end or datetime.date.max) < (route.window.end or datetime.date.max):
            last[route.node, route.option] = route
    for (node, option), route in last.items():
        if route.window.end is None:
            continue
        question = tree.questions.get(tree.nodes[node].question)
        if question is None:
            continue
        name = {
            language: words(language)(
                "expiry.answer", question=question.text[language], answer=question.options[option].text[language]
            )
            for language in tree.languages
        }
        yield from _end(on, route.window.end, "option", f"{node}.{option}", name, route.location)


def sentences(notices: Iterable[Notice], language: str) -> list[str]:
    """Return what the notices say: one sentence for all that have the same to say.

    Sources that were looked at on the same day are named together, since most have the day of the whole tree.
    """
    groups: dict[tuple[Kind, str, datetime.date], list[Notice]] = {}
    for notice in notices:
        groups.setdefault((notice.kind, notice.subject, notice.day), []).append(notice)
    say = words(language)
    result = []
    for (kind, subject, day), group in groups.items():
        names = [one.name.get(language) or next(iter(one.name.values()), one.id) for one in group]
        shown = "; ".join(names[:MAX_NAMES])
        what = say(f"expiry.{subject}", count=len(names), names=shown)
        if len(names) > MAX_NAMES:
            # Nobody in a hurry reads a dozen titles.
            what = say(f"expiry.many_{subject}", count=len(names))
        result.append(say(f"expiry.{kind}", what=what, date=format_date(day, language), count=group[0].days))
    return result


def old_in_words(
    verdict: Verdict, possible: Possible, sources: Collection[str], language: str, on: datetime.date
) -> list[str]:
    """Return what is old, on a day, of what a shown outcome rests on.

    That a scheme has ended since says nothing against care that was given while it held.
    """
    outcome = possible.outcome
    used = Used(sources=sources, schemes=[outcome.scheme], outcomes=[outcome.id])
    notices = [
        notice
        for notice in expiring(verdict.tree, on, used)
        if notice.kind != "ended" or notice.subject == "source" or verdict.care_date > notice.day
    ]
    return [words(language)("expiry.mind", sentence=one) for one in sentences(notices, language)]
