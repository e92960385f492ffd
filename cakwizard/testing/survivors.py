"""Which mutants of a tree the cases notice, and which no walk could.

Only the cases that meet the option, outcome or advice with the mistake are decided again. What they do not notice is
compared with the tree itself: either there is a walk that would notice, which is handed back as a case, or the
mutant is equivalent.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from cakwizard.comparing.between import Days, advice_at, routes_at
from cakwizard.comparing.walker import BUDGET, Side, differences
from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.errors import AnswerError
from cakwizard.testing.mutants import Mutant, Workbench, mutants_of
from cakwizard.testing.recording import case_of, name_of
from cakwizard.testing.running import problems, questions_asked
from cakwizard.testing.walkfile import Case
from cakwizard.tree.records import DecisionTree


class Survivor(NamedTuple):
    """A mutant that no case notices, and a case that would."""

    mutant: Mutant
    case: Case


@dataclass(slots=True)
class MutantReport:
    """What became of every mutant.

    Attributes:
        equivalent: No walk can tell these from the tree.
        unsettled: Whether a walk can was not found out within the budget.
    """

    killed: list[Mutant] = field(default_factory=list)
    survivors: list[Survivor] = field(default_factory=list)
    equivalent: list[Mutant] = field(default_factory=list)
    unsettled: list[Mutant] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return how many mutants there were."""
        return len(self.killed) + len(self.survivors) + len(self.equivalent) + len(self.unsettled)


def try_mutants(
    tree: DecisionTree,
    cases: Iterable[Case],
    *,
    proposed: Iterable[Case] = (),
    only: Answers | None = None,
    budget: int = BUDGET,
    progress: Callable[[float], None] = lambda done: None,
) -> MutantReport:
    """Run the cases against every mutant of the tree; a case that fails on the tree itself notices nothing.

    Args:
        proposed: Cases that are proposed anyhow; what one of them notices needs no case of its own.
        only: By question the only options whose mistakes matter.
        progress: Told which part of the mutants is done.
    """
    within = _places_met(tree, only or {}, None)
    mutants = [mutant for mutant in mutants_of(tree) if not within.isdisjoint(mutant.options or [(mutant.place, "")])]
    known, extra, bench, report = _Known(tree, cases), _Known(tree, proposed), Workbench(tree), MutantReport()
    sides: dict[Days, Side] = {}
    for number, mutant in enumerate(mutants):
        progress(number / len(mutants))
        with bench.with_mistake(mutant) as other:
            if known.noticing(mutant, other) is not None:
                report.killed.append(mutant)
                continue
            # One case often notices several mutants, so the ones already proposed are tried first.
            found: Case | bool | None = extra.noticing(mutant, other)
            if found is None:
                found = _walk_that_notices(tree, other, budget, sides)
        if isinstance(found, Case):
            extra.add(found)
            report.survivors.append(Survivor(mutant, found))
        else:
            (report.equivalent if found is None else report.unsettled).append(mutant)
    return report


def _places_met(tree: DecisionTree, answers: Answers, care_date: datetime.date | None) -> set[tuple[str, str]]:
    """Return the options of nodes, and the outcomes and advice, that walks with these answers meet on a day or ever."""
    reached, met, advice = {tree.start}, set[tuple[str, str]](), set[str]()
    for key in tree.order:
        for route in routes_at(tree, key) if key in reached else ():
            if route.option in answers.get(tree.nodes[key].question, {route.option}):
                met.add((key, route.option))
                if care_date is None or care_date in route.window:
                    reached.add(route.target)
                    advice.update(route.advice)
    ends = reached & tree.outcomes.keys()
    return met | {(key, "") for key in (*ends, *advice, *advice_at(tree, ends))}


class _Known:
    """Cases by where they meet a mistake: an option of a node, an outcome, a piece of advice."""

    def __init__(self, tree: DecisionTree, cases: Iterable[Case]) -> None:
        self.tree = tree
        self.meeting: dict[tuple[str, str], dict[int, Case]] = defaultdict(dict)
        for case in cases:
            if not case.issues and not _notices(case, tree):
                self.add(case)

    def add(self, case: Case) -> None:
        """Keep a case at every option, outcome and piece of advice that can change what it comes to."""
        for place in _places_met(self.tree, case.answers, case.care_date):
            self.meeting[place][id(case)] = case

    def noticing(self, mutant: Mutant, other: DecisionTree) -> Case | None:
        """Return a case that fails on the tree with the mistake."""
        places = mutant.options or ((mutant.place, ""),)
        cases = {key: case for place in places for key, case in self.meeting.get(place, {}).items()}
        return next((case for case in cases.values() if _notices(case, other)), None)


def _notices(case: Case, tree: DecisionTree) -> bool:
    try:
        verdict = decide(tree, case.answers, case.care_date, case.claim_date)
    except AnswerError:
        return True
    return next(problems(case, verdict), None) is not None


def _walk_that_notices(
    tree: DecisionTree, other: DecisionTree, budget: int, sides: dict[Days, Side]
) -> Case | bool | None:
    """Return a case that holds for `tree` and fails for `other`, None when there is none, False when not found out."""
    for found in differences(tree, other, budget, sides):
        if found is None:
            return False
        case = _case(tree, other, *found)
        if case is not None:
            return case
    return None


def _case(tree: DecisionTree, other: DecisionTree, answers: Answers, days: Days) -> Case | None:
    """Return the walk as a case that fails for the other tree, with no more expectations than that needs."""
    verdict, name = decide(tree, answers, *days), name_of(tree, answers, *days)
    case = case_of(verdict, name)
    if _notices(case, other):
        return case
    changed = decide(other, answers, *days)
    added = tuple(one for one in _advice(changed) if one not in _advice(verdict))
    if added:
        case = case_of(verdict, f"{name}, without {' or '.join(added)}".replace("_", " "), not_advice=added)
    if not _notices(case, other):
        most = questions_asked(verdict)
        case = case_of(verdict, f"{name}, at most {most} questions", max_questions=most)
    return case if _notices(case, other) else None


def _advice(verdict: Verdict) -> list[str]:
    return list(dict.fromkeys(one.id for possible in verdict.possible for one in possible.advice))
