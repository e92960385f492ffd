"""Run a case: what came, what was expected, and where the walk turned off.

A case that answers a question which no open path asks fails as well: the answer
looks tested and is not.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from cakwizard.errors import AnswerError
from cakwizard.model import DecisionTree
from cakwizard.model import Route
from cakwizard.presenting import headline
from cakwizard.presenting import sections
from cakwizard.scripts.turning import path_walked
from cakwizard.scripts.turning import turned_off
from cakwizard.scripts.walkfile import Case
from cakwizard.walking import Possible
from cakwizard.walking import Verdict
from cakwizard.walking import decide

__all__ = ["Problem", "Run", "problems", "questions_asked", "run_case", "text_of"]

LANGUAGE = "nl"
"""The language in which `says` and `never_says` look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One expectation that was not met.

    `key` is that of the expectation, `unused` for answers that no path asked, or
    `answers` for an answer that is not offered there.
    """

    key: str
    expected: str
    came: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A case and what came of it.

    Attributes:
        verdict: None when an answer is not offered on its path.
        path: The routes walked: the whole path when decided, else what the open paths share.
        turn: The first of them from which what was expected can no longer be reached, or None.
    """

    case: Case
    verdict: Verdict | None
    problems: tuple[Problem, ...]
    path: tuple[Route, ...] = ()
    turn: Route | None = None

    @property
    def passed(self) -> bool:
        """Tell whether everything came as expected."""
        return not self.problems


def run_case(tree: DecisionTree, case: Case) -> Run:
    """Walk one case and hold what comes against what it expects."""
    try:
        verdict = decide(tree, case.answers, case.care_date, case.claim_date)
    except AnswerError as error:
        return Run(case=case, verdict=None, problems=(_not_offered(error),))
    found = tuple(problems(case, verdict))
    path = path_walked(verdict)
    turn = turned_off(case, verdict, path) if found else None
    return Run(case=case, verdict=verdict, problems=found, path=path, turn=turn)


def _not_offered(error: AnswerError) -> Problem:
    return Problem(key="answers", expected=", ".join(error.offered), came=f"{error.question} = {error.given}")


def problems(case: Case, verdict: Verdict) -> Iterator[Problem]:
    """Yield what did not come as the case expects, cheapest to find first."""
    decided_only = [key for key in case.expect if key in _OF_OUTCOME]
    if verdict.outcome is None and decided_only:
        key = decided_only[0]
        yield Problem(key=key, expected=_written(case.expect[key]), came=_undecided(verdict))
    for key, expected in case.expect.items():
        if key in _OF_OUTCOME:
            if verdict.outcome is not None and (came := _OF_OUTCOME[key](verdict.outcome)) != expected:
                yield Problem(key=key, expected=_written(expected), came=_written(came))
        else:
            yield from _OF_VERDICT[key](key, expected, verdict)
    if verdict.unused:
        yield Problem(key="unused", expected="", came=", ".join(verdict.unused))


def _undecided(verdict: Verdict) -> str:
    if verdict.status == "out_of_range":
        return verdict.status
    return f"open ({', '.join(one.outcome.id for one in verdict.possible)})"


def _written(value: object) -> str:
    """Return a value as it stands in a walk file."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return ", ".join(str(one) for one in value)
    return str(value)


_OF_OUTCOME: Mapping[str, Callable[[Possible], object]] = {
    "outcome": lambda possible: possible.outcome.id,
    "scheme": lambda possible: possible.outcome.scheme,
    "percent": lambda possible: possible.outcome.percent,
    "maximum": lambda possible: possible.outcome.maximum,
    "certainty": lambda possible: possible.certainty.name,
    "contract": lambda possible: possible.outcome.contract,
}


def _status(key: str, expected: object, verdict: Verdict) -> Iterator[Problem]:
    if verdict.status != expected:
        yield Problem(key=key, expected=_written(expected), came=verdict.status)


def _possible(key: str, expected: object, verdict: Verdict) -> Iterator[Problem]:
    came = [one.outcome.id for one in verdict.possible]
    if set(came) != set(_list(expected)):
        yield Problem(key=key, expected=_written(expected), came=_written(came))


def _advice(key: str, expected: object, verdict: Verdict) -> Iterator[Problem]:
    given = {one.id: None for possible in verdict.possible for one in possible.advice}
    missing = [one for one in _list(expected) if one not in given]
    if missing:
        yield Problem(key=key, expected=_written(missing), came=_written(list(given)))


def _not_advice(key: str, expected: object, verdict: Verdict) -> Iterator[Problem]:
    given = {one.id for possible in verdict.possible for one in possible.advice}
    unwanted = [one for one in _list(expected) if one in given]
    if unwanted:
        yield Problem(key=key, expected="", came=_written(unwanted))


def _says(key: str, expected: object, verdict: Verdict) -> Iterator[Problem]:
    text = text_of(verdict)
    missing = [one for one in _list(expected) if _plain(one) not in text]
    if missing:
        yield Problem(key=key, expected=_written(missing), came="")


def _never_says(key: str, expected: object, verdict: Verdict) -> Iterator[Problem]:
    text = text_of(verdict)
    unwanted = [one for one in _list(expected) if _plain(one) in text]
    if unwanted:
        yield Problem(key=key, expected="", came=_written(unwanted))


def _max_questions(key: str, expected: object, verdict: Verdict) -> Iterator[Problem]:
    asked = questions_asked(verdict)
    if isinstance(expected, int) and asked > expected:
        yield Problem(key=key, expected=str(expected), came=str(asked))


_OF_VERDICT: Mapping[str, Callable[[str, object, Verdict], Iterator[Problem]]] = {
    "status": _status,
    "possible": _possible,
    "advice": _advice,
    "not_advice": _not_advice,
    "says": _says,
    "never_says": _never_says,
    "max_questions": _max_questions,
}


def _list(value: object) -> Iterable[str]:
    return value if isinstance(value, tuple) else ()


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def text_of(verdict: Verdict) -> str:
    """Return all that the possible outcomes show, in Dutch, small letters and single spaces.

    What would change an outcome is left out: that speaks of other walks than this one.
    """
    language = LANGUAGE if LANGUAGE in verdict.tree.languages else verdict.tree.languages[0]
    parts: list[str] = []
    for possible in verdict.possible:
        parts.append(headline(verdict, possible, language))
        for section in sections(verdict, possible, language):
            if section.id != "change":
                parts += [section.heading, *(item.text for item in section.items)]
    return _plain("\n".join(parts))


def questions_asked(verdict: Verdict) -> int:
    """Return how many questions the longest open path asks.

    The question that can be answered before the conversation (`preset`) does not count.
    """
    tree = verdict.tree
    asked: dict[str, int] = {}
    for route in reversed(verdict.open_routes):
        counts = tree.nodes[route.node].question != tree.preset
        asked[route.node] = max(asked.get(route.node, 0), asked.get(route.target, 0) + counts)
    return asked.get(tree.start, 0)
