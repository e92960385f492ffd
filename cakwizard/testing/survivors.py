"""Which mutants of a tree the cases notice, and which no walk could.

Only the cases that meet the option, outcome or advice with the mistake are decided again. What they do not notice is
compared with the tree itself: either there is a walk that would notice, which is handed back as a case, or the
mutant is equivalent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cakwizard.comparing.between import Days, advice_at
from cakwizard.comparing.walker import BUDGET, Difference, Side, differences
from cakwizard.deciding.verdict import Answers, Verdict, decide
from cakwizard.errors import AnswerError
from cakwizard.testing.mutants import Mutant, Workbench, mutants_of
from cakwizard.testing.recording import case_of, name_of
from cakwizard.testing.running import problems, questions_asked
from cakwizard.testing.walkfile import Case
from cakwizard.tree.records import DecisionTree

__all__ = ["Group", "MutantReport", "Survivor", "groups_of", "try_mutants"]


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
    within = _within(tree, only or {})
    mutants = [mutant for mutant in mutants_of(tree) if not within.isdisjoint(mutant.options or [(mutant.place, "")])]
    known, extra = _Known(tree, cases), _Known(tree, proposed)
    bench = Workbench(tree)
    sides: dict[Days, Side] = {}
    killed: list[Mutant] = []
    survivors: list[Survivor] = []
    equivalent: list[Mutant] = []
    unsettled: list[Mutant] = []
    for number, mutant in enumerate(mutants):
        progress(number / len(mutants))
        with bench.with_mistake(mutant) as other:
            if known.noticing(mutant, other) is not None:
                killed.append(mutant)
                continue
            # One case often notices several mutants, so the ones already proposed are tried first.
            found: Case | bool | None = extra.noticing(mutant, other)
            if found is None:
                found = _walk_that_notices(tree, other, budget, sides)
        if isinstance(found, Case):
            extra.add(found)
            survivors.append(Survivor(mutant=mutant, case=found))
        else:
            (equivalent if found is None else unsettled).append(mutant)
    return MutantReport(
        killed=tuple(killed), survivors=tuple(survivors), equivalent=tuple(equivalent), unsettled=tuple(unsettled)
    )


def _within(tree: DecisionTree, only: Answers) -> set[tuple[str, str]]:
    """Return the options of nodes, and the outcomes and advice, that walks with only these answers can meet."""
    reached, met = {tree.start}, set[tuple[str, str]]()
    for key in tree.order:
        for route in tree.routes(key) if key in reached and key in tree.nodes else ():
            if route.option in only.get(tree.nodes[key].question, {route.option}):
                reached.add(route.target)
                met |= {(key, route.option), *((one, "") for one in route.advice)}
    ends = reached & tree.outcomes.keys()
    return met | {(key, "") for key in ends} | {(key, "") for key in advice_at(tree, ends)}


class _Known:
    """Cases by where they meet a mistake: an option of a node, an outcome, a piece of advice."""

    def __init__(self, tree: DecisionTree, cases: Iterable[Case]) -> None:
        self.tree = tree
        self.meeting: dict[tuple[str, str], list[Case]] = defaultdict(list)
        self.added: set[int] = set()
        for case in cases:
            if not case.issues and not _notices(case, tree):
                self.add(case)

    def add(self, case: Case) -> None:
        """Keep a case at every option, outcome and piece of advice that can change what it comes to."""
        if id(case) in self.added:
            return
        self.added.add(id(case))
        tree = self.tree
        reached, advice = {tree.start}, set[str]()
        met: set[tuple[str, str]] = set()
        for key in tree.order:
            if key not in reached or key in tree.outcomes:
                continue
            allowed = case.answers.get(tree.nodes[key].question)
            for route in tree.routes(key):
                if allowed is None or route.option in allowed:
                    met.add((key, route.option))
                    if case.care_date in route.window:
                        reached.add(route.target)
                        advice.update(route.advice)
        for key in reached & tree.outcomes.keys():
            met.add((key, ""))
            advice.update(tree.outcomes[key].advice)
        for name in met | {(key, "") for key in advice}:
            self.meeting[name].append(case)

    def noticing(self, mutant: Mutant, other: DecisionTree) -> Case | None:
        """Return a case that fails on the tree with the mistake."""
        tried = set[int]()
        for place in mutant.options or ((mutant.place, ""),):
            for case in self.meeting.get(place, ()):
                if id(case) not in tried and _notices(case, other):
                    return case
                tried.add(id(case))
        return None


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
    for difference in differences(tree, other, budget, sides):
        if difference is None:
            return False
        case = _case(tree, other, difference)
        if case is not None:
            return case
    return None


def _case(tree: DecisionTree, other: DecisionTree, found: Difference) -> Case | None:
    """Return the walk as a case that fails for the other tree, with no more expectations than that needs."""
    verdict = decide(tree, found.answers, found.care_date, found.claim_date)
    days = [found.care_date] if found.care_date != tree.checked_until else []
    if found.claim_date != max(found.care_date, tree.checked_until):
        days = [found.care_date, found.claim_date]
    name = name_of(tree, found.answers, *days)
    case = case_of(verdict, name)
    if _notices(case, other):
        return case
    changed = decide(other, found.answers, found.care_date, found.claim_date)
    added = tuple(one for one in _advice(changed) if one not in _advice(verdict))
    if added:
        case = case_of(verdict, f"{name}, without {' or '.join(added)}".replace("_", " "), not_advice=added)
    if not _notices(case, other):
        most = questions_asked(verdict)
        case = case_of(verdict, f"{name}, at most {most} questions", max_questions=most)
    return case if _notices(case, other) else None


def _advice(verdict: Verdict) -> list[str]:
    return list(dict.fromkeys(one.id for possible in verdict.possible for one in possible.advice))


# -- alike survivors together ----------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Mutants of one kind in one place.

    Attributes:
        names: What they are about: options of a node, of `of` that it has, or days, pieces of advice, percentages.
    """

    kind: str
    place: str
    mutants: tuple[Mutant, ...]
    names: tuple[str, ...]
    of: int


def groups_of(tree: DecisionTree, mutants: Sequence[Mutant]) -> list[Group]:
    """Return mutants put together by kind and place, the largest groups first."""
    together: dict[tuple[str, str], list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        together[mutant.kind, mutant.place].append(mutant)
    groups = []
    for (kind, place), found in together.items():
        options = [one for mutant in found for node, one in mutant.options if node == place]
        names = tuple(dict.fromkeys([mutant.detail for mutant in found if mutant.detail] or options))
        of = len({route.option for route in tree.routes(place)}) if place in tree.nodes else 0
        groups.append(Group(kind=kind, place=place, mutants=tuple(found), names=names, of=of))
    return sorted(groups, key=lambda group: -len(group.mutants))
