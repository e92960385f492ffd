"""What is different between two trees: which cases come to something else and by which change, and what was rewritten.

A case is one way through the questions of both trees on the days between two dates that a window names. They are
counted per pair of places, so that 2^60 of them take no longer than sixty questions.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import networkx as nx

from cakwizard.comparing.walker import BUDGET, End, Pair, Side, SideBySide, Step, Unlike, unlike
from cakwizard.deciding.days import ONE_DAY, care_spans, day_in
from cakwizard.errors import Location
from cakwizard.tree.format import every_record
from cakwizard.tree.records import Amount, DecisionTree, Route
from cakwizard.tree.values import ALWAYS, Certainty, Text, Window

_Ends = Counter[tuple[str, str, tuple[Unlike, ...]]]
_Parted = dict[tuple[str, Step | None], dict[Window, _Ends]]  # by place and answer, and by the days


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One change by which cases come to something else.

    Attributes:
        place: The node at which they part, or the outcome that is itself no longer the same.
        steps: The answers that part them, all to the same; none at an outcome.
        ends: How many cases came to an outcome of the old tree and come to one of the new, and in what these differ.
        windows: The days of care for which this holds, joined where they touch.
    """

    place: str
    steps: tuple[Step, ...]
    location: Location
    ends: _Ends
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is different between two trees.

    Attributes:
        total: How many cases were compared.
        complete: False when the trees ask so differently that not every case could be.
        changes: What was added, taken out or changed, in the order of the blocks of a file.
    """

    old: DecisionTree
    new: DecisionTree
    total: int
    turns: tuple[Turn, ...]
    complete: bool
    changes: tuple[Change, ...]

    @property
    def changed(self) -> int:
        """Return how many cases come to something else."""
        return sum(turn.ends.total() for turn in self.turns)

    @property
    def same_edition(self) -> bool:
        """Tell whether rules changed under an edition that stayed."""
        return bool(self.turns or self.changes) and self.old.edition == self.new.edition


def compare(old: DecisionTree, new: DecisionTree) -> Comparison:
    """Return what is different between two trees."""
    parted: _Parted = defaultdict(lambda: defaultdict(_Ends))
    total, complete = 0, True
    for span in care_spans(old, new):
        care_date = day_in(span, new.checked_until)
        days = care_date, max(care_date, new.checked_until)
        walks = SideBySide(Side(old, days), Side(new, days), BUDGET)
        total += _count(walks, span, parted)
        complete = complete and walks.complete
    # Those that differ in their answer only are one.
    turns: dict[object, Turn] = {}
    for (place, step), by_span in parted.items():
        ends, windows = sum(by_span.values(), _Ends()), _joined(by_span)
        key = place, step and step[:2], frozenset(ends), windows
        steps = (step,) if step else ()
        if (first := turns.get(key)) is not None:
            turns[key] = replace(first, steps=first.steps + steps, ends=first.ends + ends)
        else:
            tree = new if place in new.graph else old
            location = _location(tree, place, step, day_in(next(iter(by_span)), new.checked_until))
            turns[key] = Turn(place=place, steps=steps, location=location, ends=ends, windows=windows)
    return Comparison(
        old=old,
        new=new,
        total=total,
        turns=tuple(sorted(turns.values(), key=lambda turn: -turn.ends.total())),
        complete=complete,
        changes=tuple(changes(old, new)),
    )


def _joined(spans: Iterable[Window]) -> tuple[Window, ...]:
    """Return windows in order of time, joined where they touch."""
    found: list[Window] = []
    for span in spans:
        touches = found and found[-1].end and found[-1].end + ONE_DAY == span.start
        found.append(Window(found.pop().start, span.end) if touches else span)
    return tuple(found)


def _location(tree: DecisionTree, place: str, step: Step | None, day: datetime.date) -> Location:
    routes = [route for route in tree.routes(place) if step is not None and route.option == step.option]
    record: Any = min(routes, key=lambda route: day not in route.window, default=tree.graph.nodes[place]["record"])
    found: Location = record.location
    return found


def _count(walks: SideBySide, span: Window, parted: _Parted) -> int:
    """Return how many cases there are on a day; those that come to something else are added to `parted`."""
    new, below = walks.new, Counter[str]()  # by place of the new tree the ways on from there to an outcome
    for place in reversed(new.tree.order):
        leads = new.places[place].leads.values()
        below[place] = sum(below[lead.place] for lead in leads) + (place in new.tree.outcomes)
    onwards = {pair: [onward for _, onward in walks.steps[pair]] for pair in walks.pairs()}
    graph: nx.DiGraph[Pair] = nx.DiGraph(onwards)
    order = [pair for pair in nx.topological_sort(graph) if pair in onwards]
    total, ways = 0, Counter({walks.start: 1})
    for pair in order:
        for _, onward in walks.steps[pair]:
            ways[onward] += ways[pair]
        if not walks.steps[pair]:
            total += ways[pair] * (below[pair.new.place] or int(pair.old.place in walks.old.tree.outcomes))
    elsewhere: dict[Pair, _Ends] = defaultdict(_Ends)
    for pair in reversed(order):
        parts: list[tuple[Step | None, _Ends]] = [(step, elsewhere[onward]) for step, onward in walks.steps[pair]]
        ends = walks.ends(pair)
        if ends is not None and not _alike(walks, *ends):
            parts.append((None, _Ends([(ends[0].outcome, ends[1].outcome, unlike(*ends))])))
        for step, come in parts:
            if not (pair == walks.start or pair.together):
                elsewhere[pair] += come
            elif come:
                place = pair.new.place if pair.new.place in new.tree.graph else pair.old.place
                # Walks that know different things can meet at one place.
                parted[place, step][span] += _Ends({key: ways[pair] * count for key, count in come.items()})
    return total


def _alike(walks: SideBySide, old: End, new: End) -> bool:
    """Tell whether two ends are the same, perhaps under another name."""
    olds, news = walks.old.tree.outcomes, walks.new.tree.outcomes
    before, after = olds.get(old.outcome), news.get(new.outcome)
    if before is None or after is None:
        return before is after
    renamed = old.outcome not in news and new.outcome not in olds and old[1:] == new[1:]
    return old == new or (renamed and before.title.by_language == after.title.by_language)


# What was added, taken out or changed in the records of a tree, wherever they are in the file.

SORTS = ("route", "amount", "date", "certainty", "text", "advice", "source", "added", "removed", "other")

_ID = re.compile(r"'([^']+)'")
_Fields = dict[str, tuple[str, str]]  # by field its sort and what it says
_SORT_OF = {"target": "route", "question": "route", "start": "route", "date": "date", "speaks_to": "date"}
_SORT_OF |= {"publisher": "text", "url": "text", "advice": "advice", "sources": "source", "end_sources": "source"}
_SORT_BY_TYPE = {Certainty: "certainty", bool: "other", datetime.date: "date", Decimal: "amount", int: "amount"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is different.

    Attributes:
        sort: One of `SORTS`: what sort of thing changed, or that all of it was added or removed.
        kind: What it belongs to: `tree`, `outcome`, `route`, `advice`…
        id: The id of that; of an option its question and a dot before it, of a route its node, and its days behind.
        field: The field, with the language of a text behind a dot; empty when all was added or removed.
        old, new: What it said and says; where a route leads, when all of that was added or removed.
        location: In the new tree, or in the old one when it was removed.
    """

    sort: str
    kind: str
    id: str
    field: str
    old: str | None
    new: str | None
    location: Location


def changes(old: DecisionTree, new: DecisionTree) -> Iterator[Change]:
    """Yield everything that differs between the records of two trees."""
    before, after = dict(_records(old)), dict(_records(new))
    # A route whose days changed is one that changed: what is left over of an option is matched in order of time.
    for key in [key for key in before if key not in after and key[0] == "route"]:
        option = key[1].partition("@")[0]
        fresh = (one for one in after if one not in before and one[0] == key[0] and one[1].partition("@")[0] == option)
        if (moved := next(fresh, None)) is not None:
            after[key] = after.pop(moved)
    missing: tuple[None, _Fields] = None, {}
    for key in dict.fromkeys((*before, *after)):
        (there, was), (here, now) = before.get(key, missing), after.get(key, missing)
        found: dict[str, Any] = {"kind": key[0], "id": key[1], "location": here or there}
        # Of what was added or removed as a whole is told where it leads, if anywhere.
        whole = "" if key in before and key in after else "removed" if key in before else "added"
        for field in ["target"] if whole else dict.fromkeys((*was, *now)):
            one, other = was.get(field, ("", None)), now.get(field, ("", None))
            if whole or one != other:
                sort, told = whole or other[0] or one[0], "" if whole else field
                yield Change(**found, sort=sort, field=told, old=one[1], new=other[1])


def _records(tree: DecisionTree) -> Iterator[tuple[tuple[str, str], tuple[Location, _Fields]]]:
    """Yield the kind and id of each record, with where it is and what it says."""
    for what, kind, record in every_record(tree):
        name = ".".join(reversed(_ID.findall(what)))
        if isinstance(record, Route) and record.window != ALWAYS:
            name += record.key.removeprefix(record.option)
        fields: _Fields = {}
        for field, value in kind.fields.items():
            # A record inside a record comes by itself.
            if value.record is None:
                fields |= _flat(value.into or field, getattr(record, value.into or field, None))
        fields |= _flat("", getattr(record, "window", None))
        yield (
            ("tree" if record is tree else kind.called, name),
            (getattr(record, "location", Location(tree.file)), fields),
        )
    for key, text in tree.deadline_starts.items():
        yield ("deadline start", key), (text.location, _flat("text", text))


def _flat(name: str, value: Any) -> _Fields:
    """Return one field with its sort and in words; several when it holds several, none when it is empty."""
    if value is None or value is False:
        return {}
    if isinstance(value, Text):
        return {f"{name}.{language}": ("text", words) for language, words in value.by_language.items()}
    if isinstance(value, Window):
        return _flat("valid_from", value.start) | _flat("valid_until", value.end)
    if isinstance(value, Mapping):
        return {key: one for part, inner in value.items() for key, one in _flat(f"{name}.{part}", inner).items()}
    if isinstance(value, (tuple, frozenset)):
        parts = [_flat("", one)[""] for one in (sorted(value) if isinstance(value, frozenset) else value)]
        return {name: (_SORT_OF.get(name, parts[0][0]), ", ".join(part[1] for part in parts))} if parts else {}
    if isinstance(value, Amount):
        days = [f"{key} {day}" for key, (_, day) in _flat("", value.window).items()]
        return {name: ("amount", " ".join([f"{value.value:f}", *days]))}
    sort = next((sort for one, sort in _SORT_BY_TYPE.items() if isinstance(value, one)), "other")
    words = value.name if isinstance(value, Certainty) else "true" if value is True else str(value)
    return {name: (_SORT_OF.get(name, sort), words)}
