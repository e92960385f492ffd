"""What a calendar knows: percentages by date, last days to claim."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cakwizard.tree.records import Deadline, Outcome
from cakwizard.tree.values import Window

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A deadline on the dates of a case; `date` and `late` are None when the day it counts from is not known."""

    months: int
    start: str
    date: datetime.date | None
    late: bool | None


def due(deadline: Deadline, care_date: datetime.date, claim_date: datetime.date) -> Due:
    """Return until when can be claimed, and whether the day of claiming lies behind it.

    The end of a treatment is not asked; the care is on or before it, so counting from the care is on the safe side.
    """
    if deadline.undated:
        return Due(months=deadline.months, start=deadline.start, date=None, late=None)
    start = quarter_end(care_date) if deadline.start == "quarter_end" else care_date
    last = months_after(start, deadline.months)
    return Due(months=deadline.months, start=deadline.start, date=last, late=claim_date > last)


def percent_on(outcome: Outcome, care_date: datetime.date) -> Decimal | None:
    """Return the percentage that is paid for care on a day, or None when it is not known."""
    return next((amount.value for amount in outcome.percent if care_date in amount.window), None)


def borders(windows: Iterable[Window]) -> list[datetime.date]:
    """Return the first day of all, and every day on which a window begins or the one before has ended."""
    days = {datetime.date.min}
    for window in windows:
        if window.start is not None:
            days.add(window.start)
        if window.end is not None and window.end < datetime.date.max:
            days.add(window.end + ONE_DAY)
    return sorted(days)


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
