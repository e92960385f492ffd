"""Which mutants of a tree the cases notice, and which no walk could.

Only the cases whose walk meets the option, outcome or advice with the mistake are walked again. What
they do not notice is compared with the tree itself: either there is a walk that
would notice, which is handed back as a case, or the mutant is equivalent.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from cakwizard.errors import AnswerError
from cakwizard.model import DecisionTree
from cakwizard.scripts.apart import BUDGET
from cakwizard.scripts.apart import Difference
from cakwizard.scripts.apart import differences
from cakwizard.scripts.mutants import Mutant
from cakwizard.scripts.mutants import mutants_of
from cakwizard.scripts.recording import case_of
from cakwizard.scripts.recording import name_of
from cakwizard.scripts.running import problems
from cakwizard.scripts.running import questions_asked
from cakwizard.scripts.walkfile import Case
from cakwizard.scripts.ways import EdgeId
from cakwizard.walking import Verdict
from cakwizard.walking import decide
from cakwizard.walking import walking_order

__all__ = ["MutantReport", "Survivor", "try_mutants", "walk_that_notices"]


_Place = EdgeId | str
"""Where a mistake can be met: an option of a node, an outcome, or a piece of advice (`advice ID`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A mutant that no case notices, and a case that would."""

    mutant: Mutant
    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantReport:
    """What became of every mutant.

    Attributes:
        equivalent: No walk can tell these from the tree.
        unsettled: Whether a walk can was not found out within the budget.
    """

    killed: tuple[Mutant, ...]
    survivors: tuple[Survivor, ...]
    equivalent: tuple[Mutant, ...]
    unsettled: tuple[Mutant, ...]

    @property
    def total(self) -> int:
        """Return how many mutants there were."""
        return len(self.killed) + len(self.survivors) + len(self.equivalent) + len(self.unsettled)


def try_mutants(tree: DecisionTree, cases: Iterable[Case], budget: int = BUDGET) -> MutantReport:
    """Run the cases against every mutant of the tree; a case that fails on the tree itself notices nothing."""
    meeting: dict[_Place, list[Case]] = {}
    for case in cases:
        if not _notices(case, tree):
            _add(meeting, tree, case)
    proposed: dict[_Place, list[Case]] = {}
    killed: list[Mutant] = []
    survivors: list[Survivor] = []
    equivalent: list[Mutant] = []
    unsettled: list[Mutant] = []
    for mutant in mutants_of(tree):
        other = mutant.make()
        places = _places_of(mutant)
        if _noticing(meeting, places, other) is not None:
            killed.append(mutant)
            continue
        # One case often notices several mutants, so the ones already proposed are tried first.
        found: Case | bool | None = _noticing(proposed, places, other)
        if found is None:
            found = walk_that_notices(tree, other, budget)
            if isinstance(found, Case):
                _add(proposed, tree, found)
        if isinstance(found, Case):
            survivors.append(Survivor(mutant=mutant, case=found))
        else:
            (equivalent if found is None else unsettled).append(mutant)
    return MutantReport(
        killed=tuple(killed), survivors=tuple(survivors), equivalent=tuple(equivalent), unsettled=tuple(unsettled)
    )


def _noticing(known: Mapping[_Place, Sequence[Case]], places: Iterable[_Place], tree: DecisionTree) -> Case | None:
    cases = {id(case): case for place in places for case in known.get(place, ())}
    return next((case for case in cases.values() if _notices(case, tree)), None)


def _notices(case: Case, tree: DecisionTree) -> bool:
    try:
        verdict = decide(tree, case.answers, case.care_date, case.claim_date)
    except AnswerError:
        return True
    return next(problems(case, verdict), None) is not None


def _places_of(mutant: Mutant) -> list[_Place]:
    if mutant.advice is not None:
        return [f"advice {mutant.advice}"]
    place = mutant.touched or ""
    return [(place, option) for option in sorted(mutant.options)] or [place]


def _add(meeting: dict[_Place, list[Case]], tree: DecisionTree, case: Case) -> None:
    """Note a case at every option, outcome and piece of advice that can change what it comes to."""
    reached = {tree.start}
    advice: set[str] = set()
    met: list[_Place] = []
    for key, place in walking_order(tree).items():
        if key not in reached:
            continue
        allowed = case.answers.get(place.question)
        for option, routes in place.routes.items():
            if allowed is None or option in allowed:
                met.append((key, option))
                for route in routes:
                    if case.care_date in route.window:
                        reached.add(route.target)
                        advice.update(route.advice)
    for key in reached & tree.outcomes.keys():
        met.append(key)
        advice.update(tree.outcomes[key].advice)
    for name in (*met, *(f"advice {key}" for key in advice)):
        meeting.setdefault(name, []).append(case)


def walk_that_notices(tree: DecisionTree, other: DecisionTree, budget: int = BUDGET) -> Case | bool | None:
    """Return a case that holds for `tree` and fails for `other`, None when there is none, False when not found out."""
    for difference in differences(tree, other, budget):
        if difference is False:
            return False
        case = _case(tree, other, difference)
        if case is not None:
            return case
    return None


def _case(tree: DecisionTree, other: DecisionTree, difference: Difference) -> Case | None:
    """Return the walk as a case that fails for the other tree, with no more expectations than that needs."""
    answers, care_date, claim_date = difference
    verdict = decide(tree, answers, care_date, claim_date)
    days = [care_date] if care_date != tree.checked_until else []
    if claim_date != max(care_date, tree.checked_until):
        days = [care_date, claim_date]
    name = name_of(tree, answers, *days)
    case = case_of(verdict, name)
    if _notices(case, other):
        return case
    changed = decide(other, answers, care_date, claim_date)
    added = tuple(dict.fromkeys(one for one in _advice(changed) if one not in _advice(verdict)))
    if added:
        case = case_of(verdict, f"{name}, without {' or '.join(added)}".replace("_", " "), not_advice=added)
    if not _notices(case, other):
        most = questions_asked(verdict)
        case = case_of(verdict, f"{name}, at most {most} questions", max_questions=most)
    return case if _notices(case, other) else None


def _advice(verdict: Verdict) -> Sequence[str]:
    return [one.id for possible in verdict.possible for one in possible.advice]
