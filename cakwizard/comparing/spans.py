"""Days: between two dates that a window names nothing changes, so one day of each such span stands for all."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from cakwizard.tree.records import DecisionTree, Window

__all__ = ["care_spans", "day_in", "spans"]

_ONE_DAY = datetime.timedelta(days=1)


def spans(windows: Iterable[Window]) -> list[Window]:
    """Return the spans of days within which none of the windows opens or closes, in order."""
    starts = set()
    for window in windows:
        if window.start is not None and window.start > datetime.date.min:
            starts.add(window.start)
        if window.end is not None and window.end < datetime.date.max:
            starts.add(window.end + _ONE_DAY)
    firsts = sorted(starts)
    lasts = [*(day - _ONE_DAY for day in firsts), None]
    return [Window(first, last) for first, last in zip([None, *firsts], lasts, strict=True)]


def care_spans(*trees: DecisionTree) -> list[Window]:
    """Return the spans of the day of care over which nothing in the trees changes."""
    windows = [route.window for tree in trees for route in tree.routes()]
    windows += [amount.window for tree in trees for outcome in tree.outcomes.values() for amount in outcome.percent]
    windows += [one.window for tree in trees for one in tree.advice.values() if not one.by_claim_date]
    return spans(windows)


def day_in(window: Window, wish: datetime.date) -> datetime.date:
    """Return the day of the window that lies nearest to the one wished for."""
    if window.start is not None and wish < window.start:
        return window.start
    return window.end if window.end is not None and wish > window.end else wish
