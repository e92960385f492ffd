"""What must hold of what a tree claims: a source for it, and no more certainty than that source gives."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from collections.abc import Sequence

from cakwizard.checking.places import error
from cakwizard.checking.places import warning
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.model import ALWAYS
from cakwizard.model import Advice
from cakwizard.model import Certainty
from cakwizard.model import DecisionTree
from cakwizard.model import Outcome

__all__ = ["certainty_beyond_sources", "claims_without_source", "no_next_step", "undated_sources"]

ONE_DAY = datetime.timedelta(days=1)


def claims_without_source(tree: DecisionTree) -> Iterator[Issue]:
    """CW034: whatever an outcome or a piece of advice states rests on a source."""
    hint = "name the source, or do not state it"
    for key, outcome in tree.outcomes.items():
        if outcome.sources:
            continue
        stated = [] if outcome.percent is None else ["a percentage"]
        if outcome.deadline is not None and not outcome.deadline.sources:
            stated.append("a deadline")
        claims = " and ".join(stated) or "who pays"
        yield error(tree, "CW034", outcome.location, f"outcome '{key}' states {claims} without a source", hint)
    for key, advice in tree.advice.items():
        if not advice.sources:
            yield error(tree, "CW034", advice.location, f"advice '{key}' has no source", hint)


def certainty_beyond_sources(tree: DecisionTree) -> Iterator[Issue]:
    """CW041: nothing is more certain than the strongest of its sources can make it."""
    seen: set[Location] = set()
    for route in tree.edges:
        # A route by way of a schedule stands on one line and is several edges.
        if route.location not in seen:
            found = _beyond(
                tree,
                f"option '{route.option}' of node '{route.node}'",
                route.certainty,
                route.sources,
                route.location,
            )
            if found is not None:
                seen.add(route.location)
                yield found
    for key, outcome in tree.outcomes.items():
        found = _beyond(tree, f"outcome '{key}'", outcome.certainty, outcome.sources, outcome.location)
        if found is not None:
            yield found


def _beyond(
    tree: DecisionTree, what: str, certainty: Certainty, sources: Sequence[str], location: Location
) -> Issue | None:
    kinds = [tree.sources[source].kind for source in sources]
    supports = [tree.source_kinds[kind].supports for kind in kinds if kind in tree.source_kinds]
    if not supports or certainty >= min(supports):
        return None
    strongest = min(supports)
    message = f"{what} is '{certainty.name}', which its sources ({', '.join(sources)}) do not carry"
    return warning(tree, "CW041", location, message, f"make it '{strongest.name}', or name a stronger source")


def undated_sources(tree: DecisionTree) -> Iterator[Issue]:
    """CW042: of every source it is known from when it is, or said why not."""
    for key, source in tree.sources.items():
        if not source.date and source.dated is None:
            hint = "give its 'date', or say in 'dated' why there is none"
            yield warning(tree, "CW042", source.location, f"source '{key}' has no date", hint)


def no_next_step(tree: DecisionTree) -> Iterator[Issue]:
    """CW040: every outcome says what to do now, on every date.

    A step is advice of a kind that is numbered; a tree without such a kind has no steps to give.
    """
    numbered = {kind.id for kind in tree.advice_kinds.values() if kind.numbered}
    if not numbered:
        return
    for key, outcome in tree.outcomes.items():
        steps = [tree.advice[one] for one in outcome.advice if tree.advice[one].kind in numbered]
        if not steps:
            hint = f"add advice of the kind {' or '.join(sorted(numbered))}"
            yield warning(tree, "CW040", outcome.location, f"outcome '{key}' has no next step", hint)
        else:
            yield from _gaps(tree, outcome, steps)


def _gaps(tree: DecisionTree, outcome: Outcome, steps: Sequence[Advice]) -> Iterator[Issue]:
    """Yield the days between two steps on which there is none."""
    if any(step.window == ALWAYS for step in steps) or len({step.by_claim_date for step in steps}) > 1:
        return
    windows = sorted((step.window for step in steps), key=lambda window: window.start or datetime.date.min)
    last = windows[0].end
    for _, later in itertools.pairwise(windows):
        if last is None:
            return
        if later.start is not None and (later.start - last).days > 1:
            message = f"outcome '{outcome.id}' has no next step from {last + ONE_DAY} until {later.start - ONE_DAY}"
            yield warning(tree, "CW040", outcome.location, message, "let the next begin the day after one ends")
        last = None if later.end is None else max(last, later.end)
