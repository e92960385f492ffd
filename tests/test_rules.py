"""What must be true of the rules, whatever they say: of every walk, and of texts, lines and addresses."""

from __future__ import annotations

import datetime
import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from cakwizard.deciding.days import percent_on
from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Verdict
from cakwizard.errors import AnswerError
from cakwizard.loading import bundled_text
from cakwizard.showing.as_json import verdict_to_dict
from cakwizard.tree.format import every_record
from cakwizard.tree.records import DecisionTree, Outcome, Route
from cakwizard.tree.values import Text
from tests.conftest import TODAY
from tests.made import decided

ROW = 65
"""How many characters of a sentence fit beside its label on a card of 80 columns."""


def every_text(tree: DecisionTree) -> Iterator[tuple[str, str, str]]:
    """Yield each text of the tree with what it is of and its language."""
    for what, _, one in every_record(tree):
        for name in getattr(type(one), "__slots__", ()) or vars(one):
            value = getattr(one, name)
            if isinstance(value, Text):
                yield from ((what, language, value[language]) for language in tree.languages)


def test_sentences_and_lines_are_short_enough(tree: DecisionTree) -> None:
    """What a midwife reads in a hurry fits one row, and a line of the rules 120 columns, addresses apart."""
    kinds = ("step", "referral", "deadline", "next", "warning")
    shown = [one for one in tree.advice.values() if one.kind in kinds]
    assert [one.id for one in shown if any(len(one.text[language]) > ROW for language in tree.languages)] == []
    lines = bundled_text()[1].splitlines()
    assert [line for line in lines if len(line) > 120 and "https://" not in line] == []


def test_questions_for_the_authority_are_questions_and_hold_nobody(tree: DecisionTree) -> None:
    """Whoever sends one as it stands asks something, and names no patient."""
    asks = [one for one in tree.advice.values() if one.kind == "ask"]
    assert len(asks) > 15
    for one in asks:
        for text in filter(None, (one.text, one.more)):
            assert all(text[language].endswith("?") for language in tree.languages), one.id
            assert not re.search(r"\b(mevrouw|mevr|BSN:|geboren op|naam:)", text["nl"]), one.id


def test_every_unsettled_outcome_has_its_question_ready(tree: DecisionTree) -> None:
    """Where sources conflict or are silent, the question for the CAK stands beside it."""
    for outcome in tree.outcomes.values():
        ways = [route for route in tree.routes() if route.target == outcome.id]
        if outcome.certainty.name == "unsettled":
            asked = [tree.advice[key].kind for key in outcome.advice]
            asked += [tree.advice[key].kind for route in ways for key in route.advice]
            assert "ask" in asked, outcome.id


def test_sources_are_where_they_belong_and_can_be_reached(tree: DecisionTree) -> None:
    """A source mark stands where a source says it, and each source is a page of its own by https."""
    assert [one.id for one in tree.advice.values() if one.ours == bool(one.sources)] == []
    for key, source in tree.sources.items():
        assert re.fullmatch(r"https://[\w.-]+/[^\s]+", source.url), key
    assert [what for what, _, text in every_text(tree) if "http://" in text] == []


@pytest.mark.parametrize("word", ["bladzijde", "illegaal", "de vrouw ", "dekking thuis", "is de weg", "0,8"])
def test_words_that_the_rules_do_not_use(word: str, tree: DecisionTree) -> None:
    """One word for one thing: a page is a 'pagina', she is 'zij' or 'de patiënt', a share is in percents."""
    dutch = [(what, text) for what, language, text in every_text(tree) if language == "nl"]
    assert len(dutch) > 500
    assert [one for one in dutch if word in one[1].lower()] == []


def test_what_lapses_says_until_when(tree: DecisionTree) -> None:
    """The SOV ends on the last day of February 2027, for every edge to it and for what is sent in."""
    under_it = {key for key, outcome in tree.outcomes.items() if outcome.scheme == "sov"}
    ends = {str(route.window.end) for route in tree.routes() if route.target in under_it}
    assert ends == {"2018-02-28", "2019-02-28", "2027-02-28"}
    assert str(tree.schemes["sov"].valid_until) == "2027-02-28"


# -- every walk: all complete ones are followed through the graph itself -----------------------

ONE_DAY = datetime.timedelta(days=1)
# Those for whom no source names a term under the OVV.
NO_TERM = {"midwife", "maternity_nurse", "gp", "physiotherapist", "exercise_therapist", "speech_therapist"}
NO_TERM |= {"occupational_therapist", "dietitian", "dentist", "hospital"}
EUROPEAN = {"dutch", "eu_efta_uk", "aruba_curacao_sint_maarten"}


@dataclass(frozen=True)
class Walk:
    """A walk to its end: the answers on it, and the edges that they are."""

    day: datetime.date
    routes: tuple[Route, ...]
    answers: dict[str, str]
    outcome: Outcome

    def decided(self, tree: DecisionTree, day: datetime.date | None = None) -> Verdict:
        """What the engine makes of these answers."""
        return decided(tree, day or self.day, max(day or self.day, TODAY), **self.answers)


def walks(tree: DecisionTree, day: datetime.date, provider: str | None = None) -> Iterator[Walk]:
    """Yield every walk to an outcome on a day, for one provider or for all."""

    def onward(node: str, path: tuple[Route, ...], answers: dict[str, str]) -> Iterator[Walk]:
        if node in tree.outcomes:
            yield Walk(day, path, answers, tree.outcomes[node])
            return
        question = tree.nodes[node].question
        assert question not in answers, f"{question} is asked twice on the way to {node}"
        for route in tree.routes(node):
            if day in route.window and (question != "provider" or provider in (None, route.option)):
                yield from onward(route.target, (*path, route), {**answers, question: route.option})

    yield from onward(tree.start, (), {})


def days_around(tree: DecisionTree) -> list[datetime.date]:
    """Return the day before and the day on which any rule begins or ends."""
    windows = [route.window for route in tree.routes()] + [one.window for one in tree.advice.values()]
    firsts = {window.start for window in windows if window.start}
    firsts |= {window.end + ONE_DAY for window in windows if window.end}
    return sorted({day for first in firsts for day in (first - ONE_DAY, first)})


@pytest.fixture(scope="module")
def every_walk(tree: DecisionTree) -> list[Walk]:
    """A midwife's walks around every date, and everybody's on a day of each kind."""
    some = [TODAY, datetime.date(2017, 6, 1), datetime.date(2022, 3, 5), datetime.date(2027, 3, 5)]
    found = [walk for day in days_around(tree) for walk in walks(tree, day, "midwife")]
    return found + [walk for day in some for walk in walks(tree, day)]


@pytest.fixture(scope="module")
def sample(tree: DecisionTree, every_walk: list[Walk]) -> list[Walk]:
    """Walks for what needs the engine: every one of a midwife today, and some of the others."""
    rest = random.Random(20261124).sample(every_walk, 250)  # noqa: S311 - the same walks every time
    return [*walks(tree, TODAY, "midwife"), *rest]


def test_no_european_ends_in_the_ovv(every_walk: list[Walk]) -> None:
    """1: Dutch, EU, EFTA and UK nationals, and who lives on the islands, are shut out of the OVV."""
    found = {walk.outcome.scheme for walk in every_walk if walk.answers.get("nationality") in EUROPEAN}
    assert "sov" in found
    assert "ovv" not in found


def test_who_has_a_policy_is_under_no_scheme_of_the_cak(every_walk: list[Walk]) -> None:
    """2: A Dutch policy pays by itself."""
    found = {walk.outcome.scheme for walk in every_walk if walk.answers["payer"] == "dutch_policy"}
    assert found == {"insurer"}


def test_pregnancy_never_lowers_what_the_ovv_pays(every_walk: list[Walk]) -> None:
    """3: Whoever gives the care, answering that it is for pregnancy or birth gives no smaller share."""
    pregnant = {"maternity_care": "maternity", "pregnancy_related": "yes", "hospital_care": "maternity"}
    shares: dict[object, dict[bool, list[Decimal]]] = {}
    for walk in every_walk:
        if walk.outcome.scheme == "ovv" and (question := next((q for q in pregnant if q in walk.answers), None)):
            others = {key: one for key, one in walk.answers.items() if key not in (question, "in_package")}
            yes = walk.answers[question] == pregnant[question]
            if (share := percent_on(walk.outcome, walk.day)) is not None:
                shares.setdefault((walk.day, *others.items()), {}).setdefault(yes, []).append(share)
    pairs = [(min(found[True]), max(found[False])) for found in shares.values() if len(found) == 2]
    assert pairs
    assert all(with_it == 100 >= without for with_it, without in pairs)


def test_the_self_employed_have_nothing_to_claim_under_the_ovv(every_walk: list[Walk]) -> None:
    """4: GGZ and long-term care without an institution are never paid."""
    assert {walk.outcome.scheme for walk in every_walk if walk.answers.get("practice_form") == "solo"} == {"none"}


def test_no_term_and_no_share_is_invented(every_walk: list[Walk]) -> None:
    """5: No term where no source names one, no share behind a contract; the SOV always has both."""
    for walk in every_walk:
        outcome = walk.outcome
        if outcome.scheme == "ovv" and walk.answers["provider"] in NO_TERM:
            assert outcome.deadline is None, outcome.id
        if outcome.scheme == "ovv" and outcome.contract == "needed":
            assert not outcome.percent, outcome.id
        if outcome.scheme == "sov":
            deadline = outcome.deadline
            assert deadline is not None
            assert (deadline.months, deadline.start, outcome.contract) == (12, "quarter_end", "daeb")
            assert percent_on(outcome, walk.day) == 100


def test_every_outcome_has_a_scheme_a_step_a_source_and_its_texts(tree: DecisionTree, every_walk: list[Walk]) -> None:
    """6: Nobody is left with a verdict and nothing to do, whatever the date; every language is complete."""
    for (outcome, day), group in itertools.groupby(every_walk, lambda walk: (walk.outcome, walk.day)):
        advice = [tree.advice[key] for key in (*outcome.advice, *(a for r in next(group).routes for a in r.advice))]
        assert any(one.kind == "step" and one.holds(day, max(day, TODAY)) for one in advice), (outcome.id, day)
    for outcome in tree.outcomes.values():
        assert outcome.sources
        assert outcome.scheme in tree.schemes
        for text in (outcome.title, outcome.pays, *(tree.advice[key].text for key in outcome.advice)):
            assert all(text[language].strip() for language in tree.languages)


@pytest.mark.slow
def test_the_engine_ends_where_the_graph_does_and_opening_only_adds(tree: DecisionTree, sample: list[Walk]) -> None:
    """7: An answer that is left open takes no outcome away."""
    for walk in sample:
        verdict = walk.decided(tree)
        assert verdict.outcome is not None
        assert verdict.outcome.outcome is walk.outcome
        for question in walk.answers:
            opened = decide(tree, {k: v for k, v in verdict.answers.items() if k != question}, walk.day)
            assert walk.outcome.id in {one.outcome.id for one in opened.possible}, (question, walk.answers)


def test_a_verdict_is_the_same_in_every_language(tree: DecisionTree, sample: list[Walk]) -> None:
    """8: The language changes words only."""
    for walk in sample[::5]:
        dutch, english = (verdict_to_dict(walk.decided(tree), language, ids_only=True) for language in ("nl", "en"))
        assert dutch == english


def test_a_day_outside_every_window_gives_no_scheme(tree: DecisionTree, sample: list[Walk]) -> None:
    """9: Care of 1990 is under no scheme that came later."""
    for walk in sample:
        try:
            outcome = walk.decided(tree, datetime.date(1990, 1, 1)).outcome
        except AnswerError:
            continue  # an answer that only later rules offer
        assert outcome is None or outcome.outcome.scheme not in ("ovv", "sov", "rmo", "wlz"), walk.answers


def test_a_midwife_is_asked_few_questions(every_walk: list[Walk]) -> None:
    """10: One for an insured woman, four for one without papers, eight at most."""
    assert max(len(walk.answers) - 1 for walk in every_walk if walk.answers.get("provider") == "midwife") <= 8
    papers = {"nationality": "other", "stay": "none", "maternity_care": "maternity"}
    assert {len(walk.answers) - 1 for walk in every_walk if papers.items() <= walk.answers.items()} == {4}
    assert {len(walk.answers) for walk in every_walk if walk.answers["payer"] == "dutch_policy"} == {1}


@pytest.mark.parametrize("option", ["deferred", "renewal", "free_term", "study", "eu_family"])
def test_who_stays_lawfully_is_not_an_uninsurable_foreigner(option: str, every_walk: list[Walk]) -> None:
    """11: Art. 122a does not name them, so the OVV does not pay."""
    found = {walk.outcome.scheme for walk in every_walk if option in walk.answers.values()}
    assert "sov" in found
    assert "ovv" not in found


def test_care_comes_first_for_a_midwife(tree: DecisionTree) -> None:
    """12: Every outcome says that care can be given now, and no first step waits for the leave of anybody."""
    for walk in walks(tree, TODAY, "midwife"):
        found = walk.decided(tree).outcome
        assert found is not None
        contract = tree.contracts[found.outcome.contract].text["nl"] if found.outcome.contract else ""
        assert "Geef de zorg" in contract or "care_first" in {one.id for one in found.advice}, found.outcome.id
        first = next(one.text["nl"] for one in found.advice if one.kind == "step")
        assert not first.startswith(("Vraag het CAK", "Wacht", "Bel het CAK", "Vraag toestemming")), found.outcome.id
