"""Small words that every way of showing shares: dates, amounts, placeholders, names of schemes and certainties."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from cakwizard.checking.checks import PLACEHOLDER
from cakwizard.deciding.verdict import Possible, Verdict
from cakwizard.tree.records import DecisionTree, Outcome
from cakwizard.tree.values import Certainty, Text, Value, Window
from cakwizard.words import in_digits, words


def format_date(day: datetime.date | str, language: str, *, long: bool = False) -> str:
    """Return a day as 24-11-2026, or as 24 november 2026 when `long`; what lacks its day as november 2026, or 2026."""
    year, *rest = str(day).split("-")
    if not rest or (len(rest) == 2 and not long):
        return in_digits(str(day))
    month = words(language).list("days.month_names")[int(rest[0]) - 1]
    return " ".join([*(str(int(part)) for part in rest[1:]), month, year])


def window_words(window: Window, language: str, *, brief: bool = True) -> str:
    """Return the days of a window in words; nothing when it always holds."""
    ends = {key: format_date(day, language) for key, day in (("start", window.start), ("end", window.end)) if day}
    if not ends or window.start == window.end:
        return ends.get("start", "")
    return words(language)(f"window.{'brief' if brief else 'whole'}.{'_'.join(ends)}", **ends)


def _number(value: Decimal, language: str) -> str:
    text = f"{value:f}"
    return text.replace(".", ",") if language == "nl" else text


def percent_text(percent: Decimal | None, language: str, *, maximum: bool = False) -> str:
    """Return a percentage as 80% or, as an upper bound, as "max. 80%"; a question mark when it is not known."""
    if percent is None:
        return "?"
    text = f"{_number(percent, language)}%"
    return words(language)("card.at_most", percent=text) if maximum else text


def fill(text: Text, language: str, values: Mapping[str, Value]) -> str:
    """Return the text with its placeholders filled; one without a value stays as it is."""

    def replace(match: re.Match[str]) -> str:
        value = values.get(match[1], match[0])
        if isinstance(value, datetime.date):
            return format_date(value, language, long=True)
        return _number(value, language) if isinstance(value, Decimal) else value

    return PLACEHOLDER.sub(replace, text[language])


def outcome_text(possible: Possible, text: Text, language: str) -> str:
    """Return a text of an outcome with the percentage of the day filled in."""
    return fill(text, language, {} if possible.percent is None else {"percent": possible.percent})


def headline(tree: DecisionTree, end: Outcome | Possible, language: str) -> str:
    """Return the scheme and the title of an outcome as one line; in a case with its percentage filled in."""
    outcome = end.outcome if isinstance(end, Possible) else end
    title = outcome_text(end, outcome.title, language) if isinstance(end, Possible) else outcome.title[language]
    return f"{tree.schemes[outcome.scheme].short[language]} · {title}"


def ending(verdict: Verdict, language: str) -> str:
    """Return where a verdict ends: the line of its outcome, how many are still possible, or that there is no rule."""
    if verdict.outcome is not None:
        return headline(verdict.tree, verdict.outcome, language)
    key = "card.still" if verdict.possible else "card.no_rule"
    return words(language)(key, count=len(verdict.possible))


def certainty_text(certainty: Certainty, language: str) -> str:
    """Return the sign and the word of a certainty: "● zeker"."""
    return f"{'●◐○'[certainty]} {words(language)(f'card.{certainty.name}')}"


def ended(text: str) -> str:
    """Return a sentence with a full stop, if it has no end of its own."""
    return text if text.endswith((".", "?", "!", "”")) else f"{text}."


def first_lower(text: str) -> str:
    """Return a sentence as it goes on behind a colon; names in capitals stay as they are."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def deadline_forms(tree: DecisionTree, possible: Possible, language: str) -> tuple[str, ...]:
    """Return until when can be claimed, as sentences that say the same, the longest first.

    Empty where nothing is claimed; where something is and no term is known, that is said.
    """
    say, deadline = words(language), possible.outcome.deadline
    if deadline is None:
        return (say("card.no_deadline"),) if tree.schemes[possible.outcome.scheme].claimable else ()
    months, start = deadline.months, tree.deadline_starts[deadline.start][language]
    if possible.due is None:
        text = deadline.text
        return (text[language] if text else say("card.due_undated", months=months, start=start),)
    key, date = f"card.{'late' if possible.late else 'due'}", format_date(possible.due, language)
    whole = say(key, date=date, months=months, start=start, authority=tree.authority[language])
    return whole, say(f"{key}_short", date=date)


def seen_texts(tree: DecisionTree, sources: Iterable[str], language: str, *, brief: bool = False) -> tuple[str, ...]:
    """Return, per kind of source that can change, until when its newest text speaks ("wet gezien tot 9-8-2026").

    The newest kind comes first; what is brief has as few characters as can be ("wet t/m 8-2026").
    """
    newest: dict[str, str] = {}
    for source in (tree.sources[key] for key in sources):
        day = source.speaks_to or source.date
        if day and tree.source_kinds[source.kind].ages:
            newest[source.kind] = max(newest.get(source.kind, ""), day)
    found = []
    for kind_id, day in sorted(newest.items(), key=lambda pair: pair[1], reverse=True):
        kind = tree.source_kinds[kind_id]
        key = "card.until" if brief else "card.seen" if len(day) == 10 else "card.of"
        # A month of more than four letters is cut to three.
        date = in_digits(day[:7]) if brief else re.sub(r"\A(\w{3})\w\w+ ", r"\1. ", format_date(day, language))
        found.append(words(language)(key, kind=kind.short[language], date=date))
    return tuple(found)
