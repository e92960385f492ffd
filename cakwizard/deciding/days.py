"""What a calendar knows: percentages by date, last days to claim, spans of days on which the rules are the same."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal

from cakwizard.tree.records import DecisionTree, Outcome, Route
from cakwizard.tree.values import Window

ONE_DAY = datetime.timedelta(days=1)


def last_day(outcome: Outcome, care_date: datetime.date) -> datetime.date | None:
    """Return until when can be claimed; None when no term is known, or the day it counts from is not.

    The end of a treatment is not asked; the care is on or before it, so counting from the care is on the safe side.
    """
    deadline = outcome.deadline
    if deadline is None or deadline.undated:
        return None
    return months_after(quarter_end(care_date) if deadline.start == "quarter_end" else care_date, deadline.months)


def percent_on(outcome: Outcome, care_date: datetime.date) -> Decimal | None:
    """Return the percentage that is paid for care on a day, or None when it is not known."""
    return next((amount.value for amount in outcome.percent if care_date in amount.window), None)


def care_windows(
    tree: DecisionTree, routes: Iterable[Route], outcomes: Iterable[str], advice: Iterable[str] = ()
) -> Iterator[Window]:
    """Yield the windows of days of care of routes, of what outcomes pay, and of pieces of advice."""
    yield from (route.window for route in routes)
    yield from (amount.window for key in outcomes for amount in tree.outcomes[key].percent)
    yield from (tree.advice[key].window for key in advice if not tree.advice[key].by_claim_date)


def spans(windows: Iterable[Window]) -> list[Window]:
    """Return the spans of days within which none of the windows opens or closes, in order."""
    every = list(windows)
    starts = {one.start for one in every if one.start is not None and one.start > datetime.date.min}
    starts |= {one.end + ONE_DAY for one in every if one.end is not None and one.end < datetime.date.max}
    days = sorted(starts)
    return [Window(*pair) for pair in zip([None, *days], [*(day - ONE_DAY for day in days), None], strict=True)]


def care_spans(*trees: DecisionTree) -> list[Window]:
    """Return the spans of the day of care over which nothing in the trees changes."""
    every = (care_windows(tree, tree.routes(), tree.outcomes, tree.advice) for tree in trees)
    return spans(window for windows in every for window in windows)


def day_in(window: Window, wish: datetime.date) -> datetime.date:
    """Return the day of the window that lies nearest to the one wished for."""
    if window.start is not None and wish < window.start:
        return window.start
    return window.end if window.end is not None and wish > window.end else wish


def quarter_end(day: datetime.date) -> datetime.date:
    """Return the last day of the calendar quarter of `day`."""
    month = (day.month + 2) // 3 * 3
    return datetime.date(day.year, month, calendar.monthrange(day.year, month)[1])


def months_after(day: datetime.date, months: int) -> datetime.date:
    """Return the day that lies a number of months after `day`.

    Twelve months after 29 February is 28 February: the last day of that month. Past the year 9999 there are no days;
    what lies there is its last one.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > datetime.MAXYEAR:
        return datetime.date.max
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
