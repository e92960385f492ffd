from __future__ import annotations

import datetime
from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cakwizard.asking.session import Session, answers_text, explanation, is_answers, what_changed
from cakwizard.asking.typed import spoken_days
from cakwizard.deciding.answers import read_answers
from cakwizard.loading import load
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL, TODAY
from tests.made import decided


def one(*options: str) -> frozenset[str]:
    """Return an answer."""
    return frozenset(options)


def answered(tree: DecisionTree, **options: str) -> Session:
    """Return a session in which questions were answered, in this order."""
    session = Session(tree, "nl", today=TODAY)
    for question, option in options.items():
        assert session.answer(question, one(option)) == []
    return session


def test_changing_and_going_back(small: DecisionTree) -> None:
    """A change keeps what the new branch asks and names what falls away; going back asks the last question again."""
    session = answered(small, payer="nobody", nationality="other", stay="none", provider="midwife")
    assert session.answer("nationality", one("dutch")) == ["stay"]
    assert session.answers == {"payer": one("nobody"), "provider": one("midwife"), "nationality": one("dutch")}
    assert session.back() == "nationality", "what was changed is the last that was answered"
    session = answered(small, payer="nobody", nationality="other")
    assert session.back() == "nationality"
    assert session.verdict.next_question == "nationality"
    assert session.back() == "payer"
    assert session.back() is None


def test_outside_every_window_answers_wait(small: DecisionTree) -> None:
    """On a date without rules no answer falls away: the next date may need it."""
    session = answered(small, payer="nobody", nationality="dutch", provider="gp")
    assert session.change_date(datetime.date(2016, 1, 1)) == []
    assert session.verdict.status == "out_of_range"
    assert session.change_date(datetime.date(2020, 1, 1)) == []
    assert session.answers["provider"] == one("gp")


def test_the_claim_follows_the_care_unless_it_was_given(small: DecisionTree) -> None:
    """Care still to come is claimed on its day; a claim date that was given stays."""
    later = datetime.date(2027, 1, 2)
    free = Session(small, "nl", today=TODAY)
    free.change_date(later)
    assert (free.claim_date, free.assumed) == (later, False)
    bound = Session(small, "nl", today=TODAY, claim_date=datetime.date(2027, 6, 1))
    bound.change_date(later)
    assert bound.claim_date == datetime.date(2027, 6, 1)


def test_preset_outlives_starting_again(small: DecisionTree) -> None:
    """What was answered beforehand is not asked, not in the trail, not taken back, and there after starting again."""
    session = Session(small, "nl", today=TODAY, preset={"provider": one("midwife")})
    session.answer("payer", one("policy"))
    assert session.trail == (("Betaler", "Zorgverzekering in Nederland"),)
    assert session.verdict.unused == ()
    session.restart()
    assert session.answers == {"provider": one("midwife")}
    assert session.back() is None


def test_the_trail_names_what_was_said(small: DecisionTree) -> None:
    """The trail has the country with what it stands for, what was left open, and which of some it may be."""
    session = answered(small, payer="nobody")
    session.answer("nationality", one("europe"), "Polen")
    session.answer("provider", one("gp", "hospital"))
    assert session.trail[1:] == (("Nationaliteit", "Polen (europese)"), ("Zorg door", "Huisarts of Ziekenhuis"))
    session.answer("provider", frozenset(small.questions["provider"].options))
    assert session.trail[-1] == ("Zorg door", "weet ik niet")


# -- explaining ----------------------------------------------------------------


def test_explanation(small: DecisionTree) -> None:
    """`?` tells what a question is about, how to find out, who takes which answer, and what depends on it."""
    found = {section.id: [item.text for item in section.items] for section in explanation(answered(small), "payer")}
    assert found["why"] == ["Het gaat om de dag van de zorg.", "Doe de controle op verzekering."]
    assert found["who"] == ["Zorgverzekering in Nederland: De controle vindt een polis op de dag van de zorg."]
    assert found["depends"][1:] == [
        "Zorgverzekering in Nederland: Verzekeraar",
        "Patiënt of een ander betaalt alles: Patiënt",
    ]


# -- days and changes --------------------------------------------------------------


SPOKEN = """
vandaag = 2026-11-24
Gisteren = 2026-11-23
eergisteren = 2026-11-22
morgen = 2026-11-25
vorige week = 2026-11-17
last month = 2026-10-24
drie weken geleden = 2026-11-03
2 maanden geleden = 2026-09-24
zondag = 2026-11-22
afgelopen dinsdag = 2026-11-17
vorige maandag = 2026-11-16 2026-11-23
12 november = 2026-11-12
12 nov = 2026-11-12
November 12 = 2026-11-12
12-11 = 2026-11-12
12-11-2026 = 2026-11-12
1.3.2022 = 2022-03-01
3 March 2022 = 2022-03-03
3 december = 2025-12-03 2026-12-03
31-2-2022 =
10-11-22 =
10-13-2022 =
٣-٣-2022 =
1-1-0000 =
99999 dagen geleden =
later =
"""


def test_spoken_days() -> None:
    """A day is understood as people say it; what may be two is not settled, what leaves the century open is none."""
    for row in SPOKEN.split("\n")[1:-1]:
        typed, _, days = row.partition("=")
        assert spoken_days(typed, TODAY) == tuple(map(datetime.date.fromisoformat, days.split())), typed


def test_what_changed(small: DecisionTree) -> None:
    """What a change did is said as what it was and what it is now, and so is that it did nothing."""
    days = (TODAY, datetime.date(2018, 1, 2), datetime.date(2016, 1, 2))
    case = {"payer": "nobody", "nationality": "dutch", "provider": "gp"}
    now, before, ended = (decided(small, day, TODAY, **case) for day in days)
    said = what_changed("Zorg op 2-1-2018", now, before, "nl")
    assert said.startswith("Zorg op 2-1-2018. Was ● zeker, ")
    assert ", nu ◐ waarschijnlijk, " in said
    assert "geen regel" in what_changed("x", now, ended, "nl")
    assert what_changed("x", now, now, "en") == "x. The outcome stays the same."
    assert what_changed("x", now, decided(small, payer="policy"), "nl").count("·") == 2


# -- saving and resuming -------------------------------------------------------


def test_saved_answers_are_an_answers_file(small: DecisionTree) -> None:
    """What is saved is what `walk` reads: the same answers and dates, and nothing that was only assumed."""
    session = Session(small, "nl", today=TODAY, care_date=datetime.date(2022, 1, 2), preset={"provider": one("gp")})
    session.answer("payer", one("nobody"))
    session.answer("nationality", frozenset(small.questions["nationality"].options))
    session.answer("stay", one("none", "visitor"))
    text = answers_text(session)
    assert text.splitlines()[1:] == [
        "care_date: 2022-01-02",
        "answers:",
        "  provider: gp",
        "  payer: nobody",
        "  nationality: unknown",
        "  stay: [none, visitor]",
    ]
    assert is_answers(text.encode())
    assert not is_answers(b"format: 2\nanswers: {}\n")
    found = read_answers(text, "x", small)
    assert found.answers == session.answers
    assert (found.care_date, found.claim_date) == (datetime.date(2022, 1, 2), None)
    assert read_answers(answers_text(answered(small)), "x", small).answers == {}


# -- any mix of answer, back, change, unknown, resume --------------------------


class AnyConversation(RuleBasedStateMachine):
    """Answers, takes back, changes, leaves open, saves and goes on, in any order."""

    load: Callable[[], DecisionTree] = staticmethod(lambda: load(SMALL))

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(type(self).load(), "nl", today=TODAY)

    @precondition(lambda self: self.session.verdict.next_question is not None)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        """Answer the question that comes next."""
        question = self.session.verdict.next_question
        assert question is not None
        option = data.draw(st.sampled_from(self.session.options(question)))
        fallen = self.session.answer(question, one(option))
        assert question not in fallen
        assert self.session.answers[question] == one(option)

    @precondition(lambda self: self.session.verdict.next_question is not None)
    @rule(data=st.data())
    def leave_open(self, data: st.DataObject) -> None:
        """Leave the question that comes next open, or rule some of it out."""
        question = self.session.verdict.next_question
        assert question is not None
        some = st.sets(st.sampled_from(self.session.options(question)), min_size=1)
        everything = st.just(self.session.tree.questions[question].options.keys())
        self.session.answer(question, frozenset(data.draw(some | everything)))

    @precondition(lambda self: self.session.given)
    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """Answer anew what has been answered; the new answer stands."""
        question = data.draw(st.sampled_from(self.session.given))
        option = data.draw(st.sampled_from(self.session.options(question)))
        self.session.answer(question, one(option))
        assert self.session.answers[question] == one(option)

    @rule()
    def back(self) -> None:
        """Go back: the question is asked again, now or when the answers need it."""
        count = len(self.session.answers)
        taken = self.session.back()
        assert len(self.session.answers) < count if taken else count == 0

    @rule(day=st.dates(datetime.date(2015, 1, 1), datetime.date(2028, 1, 1)))
    def change_the_date(self, day: datetime.date) -> None:
        """Go to another day."""
        self.session.change_date(day)

    @rule()
    def go_on_from_a_file(self) -> None:
        """Save, and go on from the file: the verdict is the same."""
        saved = read_answers(answers_text(self.session), "x", self.session.tree)
        again = Session(self.session.tree, "nl", today=TODAY, care_date=saved.care_date)
        assert again.resume(saved.answers) == []
        assert again.verdict.possible == self.session.verdict.possible

    @invariant()
    def every_answer_is_used(self) -> None:
        """No answer is kept that no open path asks, and what is offered can be answered."""
        verdict = self.session.verdict
        assert verdict.unused == () or verdict.status == "out_of_range"
        if verdict.next_question is not None:
            assert self.session.options(verdict.next_question)


TestAnyConversation = AnyConversation.TestCase
TestAnyConversation.settings = settings(max_examples=20, stateful_step_count=12, deadline=None, derandomize=True)
