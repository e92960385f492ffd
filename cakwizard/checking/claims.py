"""What must hold of what a tree claims: a source for it, no more certainty than that gives, and something to do."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from cakwizard.errors import Issue, Location
from cakwizard.tree.records import Advice, DecisionTree, Outcome, Route
from cakwizard.tree.values import ALWAYS, Certainty

_ONE_DAY = datetime.timedelta(days=1)


def without_source(tree: DecisionTree) -> Iterator[Issue]:
    """CW034: whatever an outcome or a piece of advice states rests on a source, or is marked as our own."""
    for key, outcome in tree.outcomes.items():
        if not outcome.sources:
            message, hint = f"outcome '{key}' states who pays without a source", "name the source, or do not state it"
            yield Issue(message, outcome.location, hint, "CW034")
    for key, advice in tree.advice.items():
        if bool(advice.sources) == advice.ours:
            message, hint = f"advice '{key}' has no source", "name the source, or write 'ours: true'"
            if advice.ours:
                message, hint = f"advice '{key}' is ours and has sources all the same", "take out one of the two"
            yield Issue(message, advice.location, hint, "CW034")


def incomplete(tree: DecisionTree) -> Iterator[Issue]:
    """CW036: an outcome under which is claimed says what to do."""
    for key, outcome in tree.outcomes.items():
        if tree.schemes[outcome.scheme].claimable and not _steps(tree, outcome):
            message = f"outcome '{key}' is claimed under '{outcome.scheme}' and has no step"
            yield Issue(message, outcome.location, "add advice of a kind that is numbered", "CW036")


def no_next_step(tree: DecisionTree) -> Iterator[Issue]:
    """CW040: every outcome says what to do now, on every date.

    A step is advice of a kind that is numbered; a tree without such a kind has no steps to give.
    """
    numbered = [kind.id for kind in tree.advice_kinds.values() if kind.numbered]
    for key, outcome in tree.outcomes.items() if numbered else ():
        steps = _steps(tree, outcome)
        if not steps:
            hint = f"add advice of the kind {' or '.join(numbered)}"
            yield Issue(f"outcome '{key}' has no next step", outcome.location, hint, "CW040")
        elif ALWAYS not in [step.window for step in steps] and len({step.by_claim_date for step in steps}) == 1:
            yield from _gaps(outcome, steps)


def _steps(tree: DecisionTree, outcome: Outcome) -> list[Advice]:
    return [one for one in map(tree.advice.__getitem__, outcome.advice) if tree.advice_kinds[one.kind].numbered]


def _gaps(outcome: Outcome, steps: Sequence[Advice]) -> Iterator[Issue]:
    """Yield the days between two steps on which there is none."""
    windows = sorted((step.window for step in steps), key=lambda window: window.start or datetime.date.min)
    last = windows[0].end or datetime.date.max
    for later in windows[1:]:
        if later.start is not None and (later.start - last).days > 1:
            message = f"outcome '{outcome.id}' has no next step from {last + _ONE_DAY} until {later.start - _ONE_DAY}"
            yield Issue(message, outcome.location, "let the next begin the day after one ends", "CW040")
        last = max(last, later.end or datetime.date.max)


def beyond_sources(tree: DecisionTree) -> Iterator[Issue]:
    """CW041: nothing is more certain than the strongest of its sources can make it."""
    claims: list[tuple[str, Route | Outcome]] = [
        *((f"option '{route.option}' of node '{route.node}'", route) for route in tree.routes()),
        *((f"outcome '{key}'", outcome) for key, outcome in tree.outcomes.items()),
    ]
    told: set[Location] = set()  # A route by way of a schedule is on one line and is several edges.
    for what, claim in claims:
        kinds = [tree.source_kinds[tree.sources[source].kind] for source in claim.sources]
        strongest = min((kind.supports for kind in kinds), default=Certainty.settled)
        if claim.certainty < strongest and claim.location not in told:
            told.add(claim.location)
            sources = ", ".join(claim.sources)
            message = f"{what} is '{claim.certainty.name}', which its sources ({sources}) do not carry"
            yield Issue(message, claim.location, f"make it '{strongest.name}', or name a stronger source", "CW041")


def undated(tree: DecisionTree) -> Iterator[Issue]:
    """CW042: of every source it is known from when it is, or said why not."""
    for key, source in tree.sources.items():
        if not source.date and source.dated is None:
            hint = "give its 'date', or say in 'dated' why there is none"
            yield Issue(f"source '{key}' has no date", source.location, hint, "CW042")


def same_titles(tree: DecisionTree) -> Iterator[Issue]:
    """CW047: two outcomes of one scheme are told apart by their titles."""
    by_title: dict[tuple[str, str, str], Outcome] = {}
    for outcome in tree.outcomes.values():
        titles = [(outcome.scheme, language, outcome.title[language].casefold()) for language in tree.languages]
        same = next((key for key in titles if key in by_title), None)
        if same:
            title = outcome.title[same[1]]
            message = f"outcomes '{by_title[same].id}' and '{outcome.id}' have the same title: '{title}'"
            yield Issue(message, outcome.location, "say in each what the other is not", "CW047")
        by_title |= dict.fromkeys(titles, outcome)


def fractions(tree: DecisionTree) -> Iterator[Issue]:
    """CW048: a percentage is not written as a fraction."""
    for key, outcome in tree.outcomes.items():
        for amount in outcome.percent:
            if 0 < amount.value < 1:
                message = f"outcome '{key}' pays {amount.value}%, less than one in a hundred"
                yield Issue(message, outcome.location, f"write {amount.value * 100:f} if you mean that share", "CW048")
