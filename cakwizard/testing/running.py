"""Run a case: what came, what was expected, and where the walk turned off; and make a case of what came.

A case that itself answers a question which no open path asks fails as well: the answer looks tested and is not.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import networkx as nx

from cakwizard.deciding.decide import allowed_routes, decide
from cakwizard.deciding.verdict import Possible, Verdict, routes_by_node
from cakwizard.errors import AnswerError
from cakwizard.saying.phrases import headline, outcome_text
from cakwizard.testing.walkfile import AtLeast, Case, written
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.tree.values import NOTHING
from cakwizard.words import words


def advice_of(verdict: Verdict) -> tuple[str, ...]:
    """Return the advice that possible outcomes give."""
    return tuple(dict.fromkeys(one.id for possible in verdict.possible for one in possible.advice))


def questions_asked(verdict: Verdict) -> int:
    """Return how many questions the longest open path asks.

    The question that can be answered before the conversation (`preset`) does not count.
    """
    tree = verdict.tree
    weighted: nx.DiGraph[str] = nx.DiGraph()
    for route in verdict.open_routes:
        weighted.add_edge(route.node, route.target, weight=tree.nodes[route.node].question != tree.preset)
    return int(nx.dag_longest_path_length(weighted))


OF_OUTCOME: Mapping[str, Callable[[Possible], object]] = {
    "outcome": lambda possible: possible.outcome.id,
    "scheme": lambda possible: possible.outcome.scheme,
    "percent": lambda possible: possible.percent,
    "maximum": lambda possible: possible.outcome.maximum,
    "certainty": lambda possible: possible.certainty.name,
    "contract": lambda possible: possible.outcome.contract,
    "late": lambda possible: possible.late,
}
"""By what can be expected of the outcome that is decided: what came."""
OF_VERDICT: Mapping[str, Callable[[Verdict], object]] = {
    "status": lambda verdict: verdict.status,
    "possible": lambda verdict: tuple(one.outcome.id for one in verdict.possible),
    "advice": advice_of,
    "not_advice": advice_of,
    "max_questions": questions_asked,
}
"""By what can be expected of any verdict: what came."""


def expectations_of(verdict: Verdict) -> dict[str, object]:
    """Return what came, as expectations."""
    possible = verdict.outcome
    found = {key: OF_VERDICT[key](verdict) for key in (("advice",) if possible else ("status", "possible"))}
    if possible is not None:
        unsaid = {"maximum": not possible.outcome.maximum, "late": possible.due is None}
        found = {key: came(possible) for key, came in OF_OUTCOME.items() if not unsaid.get(key)} | found
    return {key: value for key, value in found.items() if value != ()}


def case_of(verdict: Verdict, name: str = "", typed: Mapping[str, str] = NOTHING, **more: object) -> Case:
    """Return a verdict as a case, without the answers that no path asked.

    Args:
        name: Made from the answers when there is nothing in it that can be seen.
        typed: By question the word that was typed instead of an option: a country.
    """
    name = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    return Case(
        name=name or name_of(verdict),
        answers={key: value for key, value in verdict.answers.items() if key not in verdict.unused},
        expect={**expectations_of(verdict), **more},
        care_date=verdict.care_date,
        claim_date=verdict.claim_date,
        location=verdict.tree.nodes[verdict.tree.start].location,
        typed=typed,
    )


def name_of(verdict: Verdict) -> str:
    """Return a name for a case: the options by their ids, and the days when they are not the usual ones.

    An option that says little by itself has its question with it.
    """
    tree = verdict.tree
    options = [option for question in tree.questions.values() for option in question.options]
    parts = []
    for key, chosen in verdict.answers.items():
        words = " or ".join(option for option in tree.questions[key].options if option in chosen)
        parts.append((words if options.count(words) == 1 else f"{key} {words}").replace("_", " "))
    claimed = verdict.claim_date != max(verdict.care_date, tree.checked_until)
    parts += [f"on {verdict.care_date}"] if claimed or verdict.care_date != tree.checked_until else []
    return ", ".join([*parts, f"claimed on {verdict.claim_date}"] if claimed else parts)


class Problem(NamedTuple):
    """One expectation that was not met: what was expected, what came and was not, and what to expect instead.

    The key is that of the expectation, `unused` for answers that no path asked, `answers` for one that is not offered
    there, and `case` for a fault in the case itself.
    """

    key: str
    expected: str = ""
    came: str = ""
    extra: str = ""
    instead: object = None


@dataclass(frozen=True, slots=True)
class Run:
    """A case and what came of it; the verdict is None when it could not be walked."""

    case: Case
    verdict: Verdict | None
    problems: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        """Tell whether everything came as expected."""
        return not self.problems


def run_case(tree: DecisionTree, case: Case) -> Run:
    """Walk one case and hold what comes against what it expects."""
    if case.issues:
        return Run(case, None, tuple(Problem("case", came=str(one)) for one in case.issues))
    try:
        verdict = decide(tree, case.answers, case.care_date, case.claim_date)
    except AnswerError as error:
        return Run(case, None, (Problem("answers", ", ".join(error.offered), f"{error.question} = {error.given}"),))
    return Run(case, verdict, tuple(problems(case, verdict)))


def problems(case: Case, verdict: Verdict) -> Iterator[Problem]:
    """Yield what did not come as the case expects; of the outcome only once that there is none."""
    undecided = [key for key in case.expect if key in OF_OUTCOME and verdict.outcome is None]
    for key in undecided[:1]:
        listed = ", ".join(one.outcome.id for one in verdict.possible)
        came = f"{verdict.status} ({listed})" if listed else verdict.status
        yield Problem(key, written(case.expect[key]), came)
    for key, expected in case.expect.items():
        if key not in undecided:
            yield from _unlike(key, expected, verdict)
    unused = [question for question in verdict.unused if question not in case.assumed]
    if unused:
        yield Problem("unused", came=", ".join(unused))


def _unlike(key: str, expected: Any, verdict: Verdict) -> Iterator[Problem]:
    """Yield in what an expectation was not met."""
    came: Any
    if key in OF_OUTCOME:
        came = verdict.outcome and OF_OUTCOME[key](verdict.outcome)
    elif key in OF_VERDICT:
        came = OF_VERDICT[key](verdict)
    else:
        text = text_of(verdict)
        came = [one for one in expected if _plain(one) in text]
    if not isinstance(expected, tuple):
        if came > expected if key == "max_questions" else came != expected:
            yield Problem(key, written(expected), written(came), instead=came)
        return
    unwanted, exact = key in ("not_advice", "never_says"), key == "possible" and not isinstance(expected, AtLeast)
    wrong = [one for one in expected if (one in came) is unwanted]
    extra = [one for one in came if one not in expected] if exact else []
    if wrong or extra:
        instead = came if exact else type(expected)(one for one in expected if one not in wrong)
        shown = wrong if unwanted else came
        yield Problem(key, ", ".join(wrong), ", ".join(shown), ", ".join(extra), instead)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def text_of(verdict: Verdict) -> str:
    """Return all that the possible outcomes show, in Dutch, small letters and single spaces.

    What would change an outcome is left out: that speaks of other walks than this one.
    """
    from cakwizard.saying.sections import make_sections

    language = "nl" if "nl" in verdict.tree.languages else verdict.tree.languages[0]
    parts = []
    for possible in verdict.possible:
        parts += [headline(verdict.tree, possible, language), outcome_text(possible, possible.outcome.pays, language)]
    for section in make_sections(verdict, language, today=verdict.claim_date, with_changes=False):
        if section.id != "dates":
            parts += [section.heading, *(f"{item.text} {item.more}" for item in section.items)]
    return _plain("\n".join(parts))


def on_every_path(verdict: Verdict) -> tuple[Route, ...]:
    """Return the routes that every open path takes: those that are the only one, out of the only node where any is."""
    found: list[Route] = []
    ahead = {verdict.tree.start}
    for node, routes in routes_by_node(verdict.open_routes).items():
        found += routes if len(routes) == 1 and ahead == {node} else []
        ahead = (ahead - {node}).union(route.target for route in routes)
    return tuple(found)


def _turned_off(case: Case, verdict: Verdict, path: tuple[Route, ...]) -> Route | None:
    """Return the first route on the path behind which no wanted outcome lies on the date of care.

    When none lies behind the start then, that is on any date, so that the route named is the one the date picked.
    """
    tree, expect, wanted = verdict.tree, dict[str, Any](case.expect), set[str]()
    for key, outcome in tree.outcomes.items():
        facts = {"outcome": key, "scheme": outcome.scheme, "maximum": outcome.maximum, "contract": outcome.contract}
        if key in expect.get("possible", [key]) and all(expect.get(one, fact) == fact for one, fact in facts.items()):
            wanted.add(key)
    for day in (case.care_date, None):
        reach = set(wanted)
        for route in reversed([*allowed_routes(tree, {}, day)]):
            reach |= {route.node} if route.target in reach else set()
        if tree.start in reach:
            return next((route for route in path if route.target not in reach), None)
    return None


def problem_text(problem: Problem, language: str) -> str:
    """Return one unmet expectation as a sentence."""
    say, key = words(language), f"test.problem.{problem.key}"
    key = key if say.has(key) else "test.problem.other"
    parts = [say(key, what=problem.key, expected=problem.expected, came=problem.came or "-")]
    if problem.key == "possible":
        parts += [say("test.problem.missing", listed=problem.expected)] if problem.expected else []
        parts += [say("test.problem.extra", listed=problem.extra)] if problem.extra else []
    return "; ".join(parts)


def failure_text(run: Run, language: str) -> str:
    """Return everything about a failed case, a line each; the place of a step is that of its route."""
    say, verdict = words(language), run.verdict
    lines = [problem_text(problem, language) for problem in run.problems]
    path = on_every_path(verdict) if verdict else ()
    if verdict and path:
        lines.append(say("test.path"))
        turn = _turned_off(run.case, verdict, path)
        for route in path:
            turned = f"   <- {say('test.turned')}" if route is turn else ""
            lines.append(f"  {route.location}: {verdict.tree.nodes[route.node].question} = {route.option}{turned}")
    if verdict and (near := verdict.nearest) is not None:
        step = f"{verdict.tree.nodes[near.node].question} = {near.option}"
        lines.append(say("test.no_route", place=near.location, step=step, day=verdict.care_date))
    return textwrap.indent("\n".join(lines), "  ")
