"""What would change an outcome: another answer, another date, and dates that contradict an answer."""

from __future__ import annotations

import datetime
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cakwizard.changes import nearest_changes
from cakwizard.changes import other_dates
from cakwizard.interface import words
from cakwizard.loading import load_tree
from cakwizard.loading import read_tree
from cakwizard.model import DecisionTree
from cakwizard.outlook import changes_in_words
from cakwizard.outlook import contradictions
from cakwizard.outlook import other_dates_in_words
from cakwizard.walking import Step
from cakwizard.walking import Verdict
from cakwizard.walking import deadline_date
from cakwizard.walking import decide
from cakwizard.walking import months_after

DAY = datetime.date(2022, 11, 10)
ONE_DAY = datetime.timedelta(days=1)
REFERRAL = Path(__file__).parent / "trees" / "referral.yaml"
Walk = tuple[tuple[Step, ...], str]


@pytest.fixture(scope="module")
def referral() -> DecisionTree:
    """A tree with answers about time, referrals and a message."""
    return load_tree(REFERRAL)


def every_walk(tree: DecisionTree, day: datetime.date, node: str = "", path: tuple[Step, ...] = ()) -> Iterator[Walk]:
    """Yield the steps and the outcome of every complete walk, by following the routes one by one."""
    node = node or tree.start
    if node in tree.outcomes:
        yield path, node
        return
    for route in tree.routes(node):
        if day in route.window:
            yield from every_walk(tree, day, route.target, (*path, Step(tree.nodes[node].question, route.option)))


def decided(tree: DecisionTree, path: tuple[Step, ...], day: datetime.date = DAY) -> Verdict:
    """Return the verdict on a complete walk."""
    return decide(tree, {step.question: frozenset({step.option}) for step in path}, day, max(day, DAY))


def some(walks: list[Walk], count: int) -> list[Walk]:
    """Return some of the walks, the same every time."""
    return random.Random(1).sample(walks, min(count, len(walks)))  # noqa: S311 - chance decides what is tested, no more


def stands(tree: DecisionTree, path: tuple[Step, ...], other: tuple[Step, ...], number: int) -> bool:
    """Tell whether another walk takes, past a step, the answers of the first wherever they are offered."""
    given = {step.question: step.option for step in path}
    node = tree.start
    for place, step in enumerate(other):
        routes = {route.option: route.target for route in tree.routes(node) if DAY in route.window}
        wanted = given.get(step.question, step.option)
        if place > number and wanted in routes and step.option != wanted:
            return False
        node = routes[step.option]
    return True


def closeness(path: tuple[Step, ...], other: tuple[Step, ...], after: int) -> tuple[int, int]:
    """Return how many answers of a walk another keeps past a step, and how few it asks besides."""
    kept = len(set(other[after:]) & set(path))
    return kept, kept - len(other[after:])


@pytest.mark.parametrize("name", ["small", "referral", "tree"])
def test_the_nearest_change_keeps_most_answers(request: pytest.FixtureRequest, name: str) -> None:
    """No other answer that leads elsewhere keeps more of the other answers, or as many while asking less besides."""
    tree: DecisionTree = request.getfixturevalue(name)
    walks = list(every_walk(tree, DAY))
    for path, outcome in some(walks, 60):
        verdict = decided(tree, path)
        changes = {change.question: change for change in nearest_changes(verdict)}
        for number, step in enumerate(path):
            rivals = [
                (closeness(path, other, number + 1), end)
                for other, end in walks
                if other[:number] == path[:number]
                and other[number].option != step.option
                and end != outcome
                and stands(tree, path, other, number)
            ]
            if not rivals:
                assert step.question not in changes
                continue
            best = max(close for close, _ in rivals)
            change = changes.pop(step.question)
            assert change.verdict.outcome is not None
            assert change.verdict.outcome.outcome.id in {end for close, end in rivals if close == best}
            assert change.option != step.option
        assert not changes


@pytest.mark.parametrize("name", ["small", "referral", "tree"])
def test_a_change_is_exact(request: pytest.FixtureRequest, name: str) -> None:
    """Every walk that keeps the earlier answers and gives what a change names ends in the outcome that it names."""
    tree: DecisionTree = request.getfixturevalue(name)
    walks = list(every_walk(tree, DAY))
    for path, _ in some(walks, 40):
        for change in nearest_changes(decided(tree, path)):
            wanted = {step.question: step.option for step in path}
            wanted |= {step.question: step.option for step in change.also} | {change.question: change.option}
            ends = {
                end
                for other, end in walks
                if all(wanted.get(step.question, step.option) == step.option for step in other)
            }
            assert change.verdict.outcome is not None
            assert ends == {change.verdict.outcome.outcome.id}


def test_an_answer_that_cannot_change_the_outcome_is_left_out(small: DecisionTree) -> None:
    """Where every option ends in the same outcome nothing is said about that answer."""
    verdict = decided(small, (Step("resident", "no"), Step("provider", "gp")))
    assert [change.question for change in nearest_changes(verdict)] == ["resident"]


def test_an_answer_left_open_has_no_other_answer(small: DecisionTree) -> None:
    """A question answered with every option, or not at all, is not among the changes."""
    answers = {"resident": frozenset({"no"}), "provider": frozenset({"midwife", "gp"})}
    assert [change.question for change in nearest_changes(decide(small, answers, DAY))] == ["resident"]


def test_nothing_changes_what_is_not_decided(small: DecisionTree) -> None:
    """While several outcomes are possible, or none, there is no change to name."""
    assert nearest_changes(decide(small, {}, DAY)) == ()
    early = decided(small, (Step("resident", "yes"), Step("nationality", "other")), datetime.date(2010, 1, 1))
    assert early.status == "out_of_range"
    assert nearest_changes(early) == ()


@pytest.mark.parametrize("name", ["small", "tree"])
def test_other_dates_are_those_that_day_by_day_decide_otherwise(request: pytest.FixtureRequest, name: str) -> None:
    """A day lies in a spell that is named when, and only when, deciding on that very day gives another outcome."""
    tree: DecisionTree = request.getfixturevalue(name)
    walks = list(every_walk(tree, DAY))
    for path, outcome in some(walks, 12):
        spells = [one for one in other_dates(decided(tree, path)) if one.differs == "outcome"]
        for offset in range(-2200, 1800, 7 if name == "tree" else 1):
            day = DAY + offset * ONE_DAY
            answers = {step.question: frozenset({step.option}) for step in path}
            now = decide(tree, answers, day, max(day, DAY))
            possible = [one.outcome.id for one in now.possible]
            differs = bool(possible) and possible != [outcome]
            assert differs == any(day in spell.window for spell in spells), (path, day)


def test_a_large_tree_answers_at_once() -> None:
    """With 2 to the power of 60 paths the changes and other dates come within a second or two."""
    tree = read_tree(_diamonds(60), "diamonds.yaml")
    verdict = decide(tree, {f"q{number}": frozenset({"left"}) for number in range(60)}, DAY)
    started = time.perf_counter()
    changes = nearest_changes(verdict)
    assert other_dates(verdict) == ()
    assert time.perf_counter() - started < 5
    assert [(change.question, change.also) for change in changes] == [("q59", ())]


def _diamonds(count: int) -> str:
    """Return a tree of so many questions in a row, each with two answers to the same next one; the last one decides."""
    head = (Path(__file__).parent / "trees" / "small.yaml").read_text(encoding="utf-8").split("start: resident")[0]
    questions = "".join(
        f"  q{n}:\n    text: {{nl: Vraag {n}, en: Question {n}}}\n    options:\n"
        "      left: {text: {nl: Links, en: Left}, key: {nl: l, en: l}}\n"
        "      right: {text: {nl: Rechts, en: Right}, key: {nl: r, en: r}}\n"
        for n in range(count)
    )
    nodes = "".join(
        f"  n{n}: {{asks: q{n}, certainty: settled, sources: [law], to: "
        + (f"{{left: n{n + 1}, right: n{n + 1}}}}}\n" if n + 1 < count else "{left: one, right: two}}\n")
        for n in range(count)
    )
    outcomes = "".join(
        f"  {key}: {{scheme: s, certainty: settled, title: {{nl: {key}, en: {key}}}, "
        f"pays: {{nl: {key}, en: {key}}}, sources: [law]}}\n"
        for key in ("one", "two")
    )
    rest = (
        "advice: {}\nschemes: {s: {name: {nl: S, en: S}}}\nadvice_kinds: {step: {heading: {nl: Doe, en: Do}}}\n"
        "source_kinds: {law: {name: {nl: Wet, en: Law}, supports: settled}}\n"
        "sources: {law: {title: {nl: W, en: L}, publisher: P, url: https://example.org, date: '2020', kind: law}}\n"
    )
    return f"{head}start: n0\nquestions:\n{questions}nodes:\n{nodes}outcomes:\n{outcomes}{rest}"


# -- in words --------------------------------------------------------------------


def test_changes_in_words(small: DecisionTree) -> None:
    """Each change is one sentence with the answer, what is needed besides, and what follows."""
    path = (Step("resident", "yes"), Step("nationality", "fled"), Step("provider", "midwife"))
    verdict = decided(small, path, datetime.date(2022, 5, 1))
    assert changes_in_words(verdict, "nl") == [
        'Bij "Nee" op de vraag "Woont de patiënt in Nederland?": Niet beslist: Niet beslist.',
        'Bij "Nederlandse" op de vraag "Welke nationaliteit heeft zij?": Zorgverzekeraar: De verzekeraar betaalt.',
        'Bij "Huisarts" op de vraag "Wie geeft de zorg?" en "Nee" op "Gaat het om een zwangerschap?": '
        "Regeling A: Regeling A: hooguit 80%.",
    ]
    assert changes_in_words(verdict, "en")[2] == (
        'With "General practitioner" to the question "Who gives the care?" and "No" to "Is it about a pregnancy?": '
        "Scheme A: Scheme A: at most 80%."
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            datetime.date(2022, 5, 1),
            ["Bij zorg op of na 1 juli 2022 is de uitkomst anders: Zorgverzekeraar: De verzekeraar betaalt."],
        ),
        (
            datetime.date(2023, 5, 1),
            ["Bij zorg vóór 1 juli 2022 is de uitkomst anders: Regeling A: Regeling A: 100%."],
        ),
    ],
)
def test_other_dates_in_words(small: DecisionTree, day: datetime.date, expected: list[str]) -> None:
    """One sentence says when the outcome is another, and which it is then."""
    path = (Step("resident", "yes"), Step("nationality", "fled"), Step("provider", "midwife"))
    verdict = decide(small, {step.question: frozenset({step.option}) for step in path}, day)
    assert other_dates_in_words(verdict, "nl") == expected


def test_other_dates_that_change_what_to_do_or_need_more(small: DecisionTree) -> None:
    """Another spell with the same outcome but other papers says so, and one that asks more says that."""
    answers = {"resident": frozenset({"yes"}), "nationality": frozenset({"other"}), "provider": frozenset({"midwife"})}
    assert other_dates_in_words(decide(small, answers, datetime.date(2024, 1, 1)), "en") == [
        "For care on or after 1 March 2027 the outcome is another: Not decided: Scheme A was to end."
    ]
    fled = {"resident": frozenset({"yes"}), "nationality": frozenset({"fled"})}
    assert other_dates_in_words(decide(small, fled, datetime.date(2024, 1, 1)), "en") == [
        "For care before 1 July 2022 the outcome is another, or more is needed for it. Try it with that date."
    ]


def test_other_papers_on_another_date(tree: DecisionTree) -> None:
    """Where an earlier date asks for other papers but gives the same outcome, that is said with the spell."""
    answers = {
        key: frozenset({option})
        for key, option in {
            "payer": "nobody",
            "nationality": "dutch",
            "insurance_duty": "over_4_months",
            "provider": "midwife",
            "maternity_care": "maternity",
        }.items()
    }
    sentences = other_dates_in_words(decide(tree, answers, datetime.date(2024, 1, 1)), "nl")
    assert sentences[0] == (
        "Bij zorg van 1 maart 2018 tot en met 28 februari 2022 is de uitkomst dezelfde, maar wat u moet doen of "
        "meesturen is anders. Probeer het met die datum."
    )


def test_never_entitled() -> None:
    """What would change is said to be so by these rules, and nobody is told to be entitled to anything."""
    for language, heading in (("nl", "volgens deze regels"), ("en", "by these rules")):
        table = words(language).table["change"]
        assert heading in table["heading"]
        assert not [text for text in table.values() if "recht" in text or "entitled" in text]


# -- terms -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        ("2022-11-10", 12, "2023-11-10"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-02-28", 12, "2024-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2022-12-31", 2, "2023-02-28"),
        ("2022-10-31", 1, "2022-11-30"),
        ("2022-01-01", 11, "2022-12-01"),
        ("9999-06-01", 12, "9999-12-31"),
        ("9999-12-31", 1, "9999-12-31"),
    ],
)
def test_months_after(day: str, months: int, last: str) -> None:
    """A term of months ends on the same day of the month, on its last day where it is shorter, and never past time."""
    assert months_after(datetime.date.fromisoformat(day), months) == datetime.date.fromisoformat(last)


@pytest.mark.parametrize(
    ("option", "claim", "warned"),
    [
        ("within", "2025-02-28", None),
        ("within", "2025-03-01", "more_months"),
        ("later", "2025-02-28", "fewer_months"),
        ("later", "2025-03-01", None),
    ],
)
def test_dates_that_contradict_an_answer_only_warn(
    referral: DecisionTree, option: str, claim: str, warned: str | None
) -> None:
    """The answer about the term decides; where the two dates say otherwise a warning names both, to the day."""
    answers = {"provider": "pharmacy", "contract": "yes", "claim_age": option}
    given = {question: frozenset({one}) for question, one in answers.items()}
    verdict = decide(referral, given, datetime.date(2024, 2, 29), datetime.date.fromisoformat(claim))
    assert verdict.outcome is not None
    assert verdict.outcome.outcome.id == {"within": "by_contract", "later": "too_late"}[option]
    found = contradictions(verdict, verdict.outcome, "nl", assumed=False)
    assert len(found) == (warned is not None)
    if warned is not None:
        between = "ligt meer dan 12 maanden" if warned == "more_months" else "ligt niet meer dan 12 maanden"
        day = "1 maart 2025" if warned == "more_months" else "28 februari 2025"
        answer = "Binnen 12 maanden" if option == "within" else "Later"
        assert found == [
            f'Let op: u antwoordde "{answer}", maar tussen de zorg (29 februari 2024) en de declaratie ({day}) '
            f"{between}. Uw antwoord telt; kijk de datums na."
        ]


def test_an_assumed_date_is_asked_for(referral: DecisionTree) -> None:
    """Who answers that the claim comes late but gave no date of care is asked for that date."""
    given = {
        key: frozenset({one}) for key, one in {"provider": "pharmacy", "contract": "yes", "claim_age": "later"}.items()
    }
    verdict = decide(referral, given, DAY)
    assert verdict.outcome is not None
    (sentence,) = contradictions(verdict, verdict.outcome, "en", assumed=True)
    assert sentence.endswith("Your answer counts; give the date of care, for you gave none.")


def test_too_late_by_a_day(referral: DecisionTree) -> None:
    """The last day of a term is still in time; the day after it is one day too late."""
    outcome = referral.outcomes["by_contract"]
    assert deadline_date(outcome, datetime.date(2024, 2, 29)) == datetime.date(2025, 2, 28)
    assert deadline_date(referral.outcomes["full"], DAY) is None


def test_an_answer_partly_not_offered_elsewhere_must_be_given_anew(tree: DecisionTree) -> None:
    """Where a change leads to a place that lacks one of the options left open, that question is named besides."""
    day = datetime.date(2027, 3, 1)
    answers = {"payer": "patient", "nationality": "other", "stay": "valid_permit"}
    verdict = decide(
        tree,
        {
            **{question: frozenset({option}) for question, option in answers.items()},
            "insurance_duty": frozenset({"over_4_months", "not_obliged"}),
        },
        day,
    )
    (change,) = nearest_changes(verdict)
    assert (change.question, change.option) == ("payer", "nobody")
    assert [step.question for step in change.also] == ["insurance_duty"]
