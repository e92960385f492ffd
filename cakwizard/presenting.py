"""A verdict in words: the same parts in the same order for every way of showing it.

Terminal, plain text, Markdown and the fact-check sheet differ in how they draw a
`Section`, not in what it says. Nothing here prints.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cakwizard.expiry import old_in_words
from cakwizard.interface import words
from cakwizard.model import Certainty
from cakwizard.model import DecisionTree
from cakwizard.outlook import changes_in_words
from cakwizard.outlook import contradictions
from cakwizard.outlook import other_dates_in_words
from cakwizard.sentences import headline
from cakwizard.sentences import outcome_text
from cakwizard.sentences import steps_in_words
from cakwizard.walking import Possible
from cakwizard.walking import Step
from cakwizard.walking import Verdict
from cakwizard.walking import deadline_date
from cakwizard.wording import fill
from cakwizard.wording import format_date

__all__ = ["Item", "Section", "headline", "sections", "source_line", "steps_in_words", "verdict_json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One sentence and the ids of the sources that carry it; in a checklist a `note` gets no box."""

    text: str
    sources: tuple[str, ...] = ()
    note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with sentences under it; `id` is stable, for styling and tests.

    `checklist` says that each sentence is something to have, with a box to tick.
    """

    id: str
    heading: str
    items: tuple[Item, ...]
    numbered: bool = False
    checklist: bool = False


def sections(
    verdict: Verdict,
    possible: Possible,
    language: str,
    *,
    assumed: bool = False,
    today: datetime.date | None = None,
) -> list[Section]:
    """Return everything an outcome shows, most urgent first.

    Args:
        assumed: Whether the date of care was not given but taken to be today.
        today: The day on which this is shown, for the warning that rules are old; the claim date when None.
    """
    say = words(language)
    tree, outcome = verdict.tree, possible.outcome
    result = [
        Section(
            id="pays",
            heading=say("outcome.pays"),
            items=(Item(text=outcome_text(possible, "pays", language), sources=outcome.sources),),
        ),
        Section(
            id="certainty",
            heading=say("outcome.certainty"),
            items=(Item(text=say(f"outcome.{possible.certainty.name}", authority=tree.authority[language])),),
        ),
    ]
    if outcome.ask is not None:
        item = Item(text=outcome_text(possible, "ask", language))
        heading = say("outcome.ask", authority=tree.authority[language])
        result.append(Section(id="ask", heading=heading, items=(item,)))
    for kind in tree.advice_kinds.values():
        items = []
        if kind.holds == "contract" and outcome.contract is not None:
            items.append(Item(text=tree.contracts[outcome.contract].text[language], sources=outcome.sources))
        if kind.holds == "deadline":
            items += _deadline(verdict, possible, language)
            items += [Item(text=one) for one in contradictions(verdict, possible, language, assumed=assumed)]
        items += [
            Item(text=fill(one.text, language, one.values), sources=one.sources, note=one.note)
            for one in possible.advice
            if one.kind == kind.id
        ]
        if items:
            heading = kind.heading[language]
            result.append(
                Section(
                    id=kind.id,
                    heading=heading,
                    items=tuple(items),
                    numbered=kind.numbered,
                    checklist=kind.checklist,
                )
            )
    changes = changes_in_words(verdict, language) if verdict.outcome is possible else []
    if changes:
        items = [Item(text=one) for one in changes]
        result.append(Section(id="change", heading=say("change.heading"), items=tuple(items)))
    result.append(_sources(tree, possible, result, language))
    sources = [source for item in result[-1].items for source in item.sources]
    result.append(_dates(verdict, possible, sources, language, assumed, today or verdict.claim_date))
    return result


def _deadline(verdict: Verdict, possible: Possible, language: str) -> list[Item]:
    """Return the deadline worked out, or that none is known where something can be claimed."""
    say = words(language)
    outcome, tree = possible.outcome, verdict.tree
    if outcome.deadline is None:
        return [Item(text=say("outcome.no_deadline"))] if tree.schemes[outcome.scheme].claimable else []
    last = deadline_date(outcome, verdict.care_date)
    sources = outcome.deadline.sources or outcome.sources
    start = tree.deadline_starts[outcome.deadline.start][language]
    if last is None:  # pragma: no cover - there is a deadline, so there is a last day
        return []
    items = [
        Item(
            text=say(
                "outcome.deadline",
                months=outcome.deadline.months,
                start=start,
                date=format_date(last, language),
                day=format_date(verdict.care_date, language),
            ),
            sources=sources,
        )
    ]
    late = (verdict.claim_date - last).days
    if late > 0:
        day = format_date(verdict.claim_date, language)
        items.append(Item(text=say("outcome.deadline_over", count=late, claim_date=day)))
    return items


def _sources(tree: DecisionTree, possible: Possible, shown: Sequence[Section], language: str) -> Section:
    """Return every source that a shown sentence or a step on the path rests on, once."""
    used = dict.fromkeys(source for section in shown for item in section.items for source in item.sources)
    used |= dict.fromkeys(source for route in possible.routes for source in route.sources)
    return Section(
        id="sources",
        heading=words(language)("outcome.sources"),
        items=tuple(Item(text=source_line(tree, source, language), sources=(source,)) for source in used),
    )


def source_line(tree: DecisionTree, source_id: str, language: str) -> str:
    """Return a source as title, publisher, date and address."""
    source = tree.sources[source_id]
    date = format_date(source.date, language) if source.date else words(language)("outcome.undated")
    if source.dated is not None:
        date = f"{date}; {source.dated[language]}"
    return f"{source.title[language]} ({source.publisher}, {date}). {source.url}"


def _dates(
    verdict: Verdict, possible: Possible, sources: Sequence[str], language: str, assumed: bool, today: datetime.date
) -> Section:
    say = words(language)
    tree = verdict.tree
    key = "outcome.dates_assumed" if assumed else "outcome.dates"
    items = [Item(text=say(key, care_date=format_date(verdict.care_date, language)))]
    if verdict.claim_date != verdict.care_date:
        items.append(Item(text=say("outcome.claim_date", claim_date=format_date(verdict.claim_date, language))))
    if verdict.outcome is possible:
        items += [Item(text=one) for one in other_dates_in_words(verdict, language)]
    checked = format_date(tree.checked_until, language)
    items.append(Item(text=say("outcome.checked", checked_until=checked, edition=tree.edition)))
    items += [Item(text=one) for one in old_in_words(verdict, possible, sources, language, today)]
    items.append(Item(text=tree.origin[language]))
    return Section(id="dates", heading="", items=tuple(items))


def verdict_json(verdict: Verdict, language: str) -> dict[str, Any]:
    """Return the verdict as the JSON of `walk`: also the receipt that can be replayed."""
    tree = verdict.tree
    nearest = verdict.nearest
    return {
        "format": 1,
        "tree": {
            "edition": tree.edition,
            "checked_until": tree.checked_until.isoformat(),
            "sha256": tree.sha256,
        },
        "status": verdict.status,
        "care_date": verdict.care_date.isoformat(),
        "claim_date": verdict.claim_date.isoformat(),
        "path": _path_json(verdict.path),
        "outcome": None if verdict.outcome is None else _outcome_json(verdict, verdict.outcome, language),
        "possible": [
            {**_outcome_json(verdict, one, language), "path": _path_json(one.path)} for one in verdict.possible
        ],
        "decide_next": verdict.decide_next,
        "nearest": None
        if nearest is None
        else {
            "question": nearest.question,
            "option": nearest.route.option,
            "from": nearest.route.window.start and nearest.route.window.start.isoformat(),
            "until": nearest.route.window.end and nearest.route.window.end.isoformat(),
        },
        "unused": list(verdict.unused),
        "answers": {
            question: options[0] if len(options) == 1 else options
            for question, given in verdict.answers.items()
            if (options := [option for option in tree.questions[question].options if option in given])
        },
    }


def _path_json(path: Sequence[Step]) -> list[dict[str, str]]:
    return [{"question": step.question, "option": step.option} for step in path]


def _outcome_json(verdict: Verdict, possible: Possible, language: str) -> dict[str, Any]:
    outcome = possible.outcome
    last = deadline_date(outcome, verdict.care_date)
    percent = outcome.percent
    return {
        "id": outcome.id,
        "scheme": outcome.scheme,
        "percent": None if percent is None else int(percent) if percent == int(percent) else float(percent),
        "maximum": outcome.maximum,
        "certainty": Certainty(possible.certainty).name,
        "contract": outcome.contract,
        "deadline": None
        if outcome.deadline is None or last is None
        else {"months": outcome.deadline.months, "from": outcome.deadline.start, "date": last.isoformat()},
        "title": outcome_text(possible, "title", language),
        "advice": [
            {
                "id": one.id,
                "kind": one.kind,
                "text": fill(one.text, language, one.values),
                "sources": list(one.sources),
            }
            for one in possible.advice
        ],
    }
