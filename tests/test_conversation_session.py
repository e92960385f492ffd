from __future__ import annotations

import datetime

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import invariant
from hypothesis.stateful import precondition
from hypothesis.stateful import rule

from cakwizard.answers import read_answers
from cakwizard.asking.conversation import Conversation
from cakwizard.asking.explaining import explanation
from cakwizard.asking.matching import Misunderstood
from cakwizard.asking.matching import letters
from cakwizard.asking.matching import several
from cakwizard.asking.matching import understand
from cakwizard.asking.next_steps import NextSteps
from cakwizard.asking.next_steps import parse_typed_day
from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Choice
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import EndOfInput
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.saving import answers_text
from cakwizard.asking.saving import read_saved
from cakwizard.asking.session import Session
from cakwizard.errors import FileError
from cakwizard.loading import bundled_tree
from cakwizard.loading import load_tree
from cakwizard.rendering import plain_text
from cakwizard.walking import decide
from tests.talking import SMALL
from tests.talking import TODAY


def one(*options: str) -> frozenset[str]:
    """Return an answer."""
    return frozenset(options)


@pytest.fixture
def session(small) -> Session:
    """A conversation over the small tree in which nothing has been answered."""
    return Session(small, "nl", today=TODAY)


# -- the session ---------------------------------------------------------------


def test_back_asks_the_last_question_again(session):
    """Going back takes the last answer away and asks its question; before the first there is nothing."""
    session.answer("resident", one("yes"))
    session.answer("nationality", one("other"))
    assert session.back() == "nationality"
    assert session.verdict.next_question == "nationality"
    assert session.back() == "resident"
    assert session.back() is None


def test_back_after_a_change_asks_what_was_changed(session):
    """An answer that was changed is the last one given, so going back asks it again."""
    for question, option in (("resident", "yes"), ("nationality", "other"), ("provider", "gp")):
        session.answer(question, one(option))
    assert session.answer("nationality", one("fled")) == ["provider"]
    assert session.back() == "nationality"
    assert session.verdict.next_question == "nationality"


def test_a_change_keeps_what_still_applies(session):
    """What the new branch asks as well stays answered; what it does not ask falls away and is named."""
    session.answer("resident", one("yes"))
    session.answer("nationality", one("other"))
    session.answer("provider", one("gp"))
    session.answer("pregnant", one("yes"))
    assert session.answer("resident", one("no")) == ["nationality", "pregnant"]
    assert session.answers == {"provider": one("gp"), "resident": one("no")}
    assert session.verdict.status == "decided"


def test_outside_every_window_answers_wait(session):
    """On a date without rules no answer falls away: the next date may need it."""
    session.answer("resident", one("yes"))
    session.answer("nationality", one("other"))
    session.answer("provider", one("gp"))
    assert session.change_dates(datetime.date(2016, 1, 1)) == []
    assert session.verdict.status == "out_of_range"
    assert session.change_dates(datetime.date(2020, 1, 1)) == []
    assert session.answers["provider"] == one("gp")


def test_the_claim_follows_the_care_unless_it_was_given(small):
    """Care still to come is claimed on its day; a claim date that was given stays."""
    later = datetime.date(2026, 5, 1)
    free = Session(small, "nl", today=TODAY)
    free.change_dates(later)
    assert (free.claim_date, free.assumed) == (later, False)
    bound = Session(small, "nl", today=TODAY, claim_date=datetime.date(2026, 6, 1))
    bound.change_dates(later)
    assert bound.claim_date == datetime.date(2026, 6, 1)


def test_preset_outlives_starting_again(small):
    """What was answered beforehand is not asked, not taken back and still there after starting again."""
    session = Session(small, "nl", today=TODAY, preset={"provider": one("midwife")})
    session.answer("resident", one("yes"))
    session.restart()
    assert session.answers == {"provider": one("midwife")}
    assert session.back() is None


def test_a_preset_that_is_not_asked_is_not_spoken_of(small):
    """Where the path never comes to the preset question, the verdict does not call it unused."""
    session = Session(small, "nl", today=TODAY, preset={"provider": one("midwife")})
    session.answer("resident", one("yes"))
    session.answer("nationality", one("dutch"))
    assert session.verdict.unused == ()
    assert session.given == ["resident", "nationality"]


def test_a_preset_can_be_changed(small):
    """A preset answer that is answered anew is an answer like any other."""
    session = Session(small, "nl", today=TODAY, preset={"provider": one("midwife")})
    session.answer("resident", one("no"))
    session.answer("provider", one("gp"))
    assert session.verdict.answers["provider"] == one("gp")


# -- explaining ----------------------------------------------------------------


def test_why(session):
    """Why a question is asked: what it is about, how to find out, and which schemes each answer leads to."""
    assert plain_text(list(explanation(session, "resident"))) == (
        "Waarom deze vraag?\n"
        "Het gaat om de plek waar zij nu woont.\n"
        "\n"
        "Zo komt u erachter\n"
        "Vraag naar een inschrijving bij de gemeente.\n"
        "\n"
        "Wat hangt van het antwoord af?\n"
        "- Ja: Zorgverzekeraar, Regeling A (2 uitkomsten)\n"
        "- Nee: Niet beslist\n"
    )


def test_why_knows_the_date(small):
    """What depends on an answer is what holds on the date of care; where nothing does, that is said."""
    session = Session(small, "nl", today=TODAY, care_date=datetime.date(2016, 1, 1))
    session.answer("resident", one("yes"))
    assert plain_text(list(explanation(session, "nationality"))).splitlines()[-2:] == [
        "- Gevlucht: Regeling A (2 uitkomsten)",
        "- Andere: geen regel op deze datum",
    ]


def test_why_explains_the_words(tree):
    """The words of the glossary that a question uses are explained, and no others."""
    session = Session(tree, "nl", today=TODAY)
    text = plain_text(list(explanation(session, "payer")))
    assert "- EHIC: " in text
    assert "- Wlz: " not in text


# -- understanding -------------------------------------------------------------

AGES = Prompt(
    text="Hoe oud?",
    choices=(
        Choice(id="young", text="Jonger dan 18", key="j"),
        Choice(id="adult", text="18 of ouder", key="o"),
        Choice(id="four", text="4 jaar of jonger", key="v"),
        Choice(id="stopped", text="Stoppen met werk", key="s"),
        Choice(id="terug", text="Terug", key="t"),
    ),
    commands=frozenset(Command),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("18 of ouder", Answer(choices=one("adult"))),
        ("18", Answer(choices=one("adult"))),
        ("4", Misunderstood("4", ("Stoppen met werk", "4 jaar of jonger"))),
        ("5", Answer(choices=one("terug"))),
        ("6", Misunderstood("6")),
        ("01", Misunderstood("01")),
        ("s", Answer(choices=one("stopped"))),
        ("stop", Command.STOP),
        ("stoppen m", Answer(choices=one("stopped"))),
        ("terug", Misunderstood("terug", ("Terug", "terug"))),
        ("jong", Answer(choices=one("young"))),
        ("jongeren", Misunderstood("jongeren")),
        ("", Misunderstood("")),
        ("!!", Misunderstood("!!")),
        ("?", Command.WHY),
        ("1.", Answer(choices=one("young"))),
        ("1", Answer(choices=one("young"))),
        ("1,2", Misunderstood("1,2")),
        ("1 2", Misunderstood("1 2")),
        ("²", Misunderstood("²")),
    ],
)
def test_never_a_guess(typed, meant):
    """What could mean two things is refused, whether numbers, beginnings or the program's own words."""
    assert understand(typed, AGES) == meant


def test_country_or_beginning(small):
    """A country that is the beginning of another answer is refused; one that means the same answer is taken."""
    codes = {"ar": one("south"), "an": one("young"), "xx": frozenset()}
    prompt = Prompt(
        text="Welke?",
        choices=(
            Choice(id="south", text="Zuid"),
            Choice(id="island", text="Aruba"),
            Choice(id="young", text="Andorra"),
        ),
        country=lambda word: codes.get(word),
    )
    assert understand("ar", prompt) == Misunderstood("ar", ("Aruba", "Zuid"))
    assert understand("an", prompt) == Answer(choices=one("young"), country="an")
    assert understand("xx", prompt) == Misunderstood("xx")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1,2", one("young", "adult")),
        ("j o", one("young", "adult")),
        ("jonger; stoppen met", one("young", "stopped")),
        ("Jonger, dan 18", one("young")),
        ("jonger dan", one("young")),
        (" , ", Misunderstood(" , ")),
        ("1, 9", Misunderstood("9")),
        ("1, stop", Misunderstood("stop")),
        ("stop", Command.STOP),
        ("18 of ouder", one("adult")),
    ],
)
def test_several(typed, meant):
    """Numbers, letters and words with commas between them, or letters with blanks; one that fits nothing spoils all."""
    assert several(typed, AGES) == meant


def test_letters():
    """The letter wished for is taken when it is free, else the first free one of the text; none is given twice."""
    assert letters([("", "Stoppen"), ("s", "Ster"), ("", "Élan"), ("", "st")], taken="w") == ["s", "t", "e", ""]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("10-11-2022", "2022-11-10"),
        ("10/11/2022", "2022-11-10"),
        (" 1.3.2022 ", "2022-03-01"),
        ("2022-11-10", "2022-11-10"),
        ("10 november 2022", "2022-11-10"),
        ("3 March 2022", "2022-03-03"),
        ("31-2-2022", None),
        ("10-11-22", None),
        ("10-13-2022", None),
        ("gisteren", None),
        ("٣-٣-2022", None),
        ("1-2-3-4", None),
        ("1-1-0000", None),
    ],
)
def test_typed_days(typed, day):
    """A day is understood as people write it; what is no day, or leaves the century open, is not."""
    assert parse_typed_day(typed) == (datetime.date.fromisoformat(day) if day else None)


# -- saving and resuming -------------------------------------------------------


def test_saved_answers_are_an_answers_file(small):
    """What is saved is what `walk` reads: the same answers and dates, and nothing that was only assumed."""
    session = Session(small, "nl", today=TODAY, care_date=datetime.date(2022, 1, 2), preset={"provider": one("gp")})
    session.answer("resident", session.unknown("resident"))
    session.answer("nationality", one("fled", "other"))
    text = answers_text(session)
    assert text == (
        "# Antwoorden aan cakwizard, zonder namen. Verder gaan: cakwizard --answers DIT-BESTAND\n"
        "care_date: 2022-01-02\n"
        "answers:\n"
        "  provider: gp\n"
        "  resident: unknown\n"
        "  nationality: [fled, other]\n"
    )
    found = read_answers(text, "x", small)
    assert found.answers == session.answers
    assert (found.care_date, found.claim_date) == (datetime.date(2022, 1, 2), None)


def test_nothing_answered_can_be_saved(session, small):
    """An empty conversation gives a file that can be read again."""
    assert read_answers(answers_text(session), "x", small).answers == {}


def test_answers_that_are_gone_are_named(small):
    """Answers that this edition does not know are named, and the others are taken."""
    found = read_saved("answers: {resident: yes, colour: red, provider: [gp, baker]}", "x", small)
    assert found.gone == ("colour: red", "provider: gp, baker")
    assert found.file.answers == {"resident": one("yes")}


def test_a_file_that_is_none_is_refused(small):
    """A file that is no answers file is refused with its place, not taken for an empty one."""
    with pytest.raises(FileError, match=r"x:1:1: error.*"):
        read_saved("- name: something", "x", small)


# -- any mix of answer, back, change, unknown, resume --------------------------

PROGRAM_TREES = {"small": load_tree(SMALL), "bundled": bundled_tree()}


class AnyConversation(RuleBasedStateMachine):
    """Answers, takes back, changes, leaves open, saves and goes on, in any order."""

    tree = PROGRAM_TREES["small"]

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(self.tree, "nl", today=TODAY)

    @precondition(lambda self: self.session.verdict.next_question is not None)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        """Answer the question that comes next."""
        question = self.session.verdict.next_question
        options = self.session.options(question)
        assert options
        left = len(self.session.verdict.to_ask)
        self.session.answer(question, one(data.draw(st.sampled_from(options))))
        assert question in self.session.answers
        assert self.session.verdict.next_question != question
        assert left >= 1

    @precondition(lambda self: self.session.verdict.next_question is not None)
    @rule(data=st.data())
    def leave_open(self, data: st.DataObject) -> None:
        """Leave it open, or some of it."""
        question = self.session.verdict.next_question
        options = self.session.options(question)
        some = data.draw(st.sets(st.sampled_from(options), min_size=1))
        self.session.answer(question, self.session.unknown(question) if some == set(options) else frozenset(some))
        assert question in self.session.answers

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """Answer a question anew."""
        if not self.session.given:
            return
        question = data.draw(st.sampled_from(self.session.given))
        fallen = self.session.answer(question, one(data.draw(st.sampled_from(self.session.options(question)))))
        assert question not in fallen
        assert not set(fallen) & set(self.session.answers)

    @rule()
    def back(self) -> None:
        """Take the last answer back."""
        question = self.session.back()
        assert question is None or question not in self.session.answers

    @rule(day=st.dates(datetime.date(2008, 1, 1), datetime.date(2028, 1, 1)))
    def another_date(self, day: datetime.date) -> None:
        """Set another date of care."""
        self.session.change_dates(day)

    @rule()
    def save_and_resume(self) -> None:
        """Save, and go on from the file."""
        before = self.session
        found = read_saved(answers_text(before), "x", self.tree)
        assert found.gone == ()
        self.session = Session(self.tree, "nl", today=TODAY, care_date=found.file.care_date)
        self.session.resume(found.file.answers)
        assert self.session.verdict.status == before.verdict.status
        assert self.session.verdict.next_question == before.verdict.next_question

    @invariant()
    def ends_where_a_fresh_walk_ends(self) -> None:
        """The answers alone tell what is decided, whatever came before them."""
        verdict = self.session.verdict
        fresh = decide(self.tree, dict(verdict.answers), self.session.care_date, self.session.claim_date)
        assert (fresh.status, fresh.path) == (verdict.status, verdict.path)
        assert [found.outcome.id for found in fresh.possible] == [found.outcome.id for found in verdict.possible]
        if verdict.status == "decided" and verdict.next_question is None:
            assert verdict.outcome is not None

    @invariant()
    def is_finished_in_so_many_answers(self) -> None:
        """No question is asked for ever."""
        trial = Session(self.tree, "nl", today=TODAY, care_date=self.session.care_date)
        trial.resume(self.session.answers)
        for _ in range(len(self.tree.questions) + 1):
            question = trial.verdict.next_question
            if question is None:
                return
            trial.answer(question, one(trial.options(question)[0]))
        raise AssertionError("the questions do not end")


class AnyBundledConversation(AnyConversation):
    """The same over the tree that comes with the program."""

    tree = PROGRAM_TREES["bundled"]


TestAnyConversation = AnyConversation.TestCase
TestAnyConversation.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
TestAnyBundledConversation = AnyBundledConversation.TestCase
TestAnyBundledConversation.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


class Babbler:
    """Says what it is told to, whatever it is asked; used to see that nothing ends in a fault."""

    def __init__(self, replies: list[int]) -> None:
        self.replies = iter(replies)
        self.said: list[str] = []

    def _next(self) -> int:
        try:
            return next(self.replies)
        except StopIteration:
            raise EndOfInput from None

    def ask(self, prompt):
        """Reply with one of the choices or commands."""
        number = self._next()
        possible = [choice.command or Answer(choices=one(choice.id)) for choice in prompt.choices]
        possible += sorted(prompt.commands - {Command.REPEAT}, key=lambda command: command.value)
        return possible[number % len(possible)]

    def pick_several(self, prompt):
        """Choose by the bits of a number, or go back."""
        number = self._next()
        if number % 7 == 0:
            return Command.BACK
        return frozenset(choice.id for place, choice in enumerate(prompt.choices) if number >> place & 1)

    def ask_text(self, text):
        """Type one of a few things."""
        return ["", "1-7-2022", "31-12-2008", "x"][self._next() % 4]

    def say(self, text):
        """Keep what was said."""
        assert text.strip()
        self.said.append(text)

    def show(self, blocks):
        """Keep what was shown."""
        self.said += [block.text for block in blocks]


class NoKeeper:
    """Keeps nothing."""

    def exists(self, file):
        """Only one file is there."""
        return file == "x"

    def save(self, session, file):
        """Give back what would be written."""
        return answers_text(session)


@settings(max_examples=80, deadline=None)
@given(replies=st.lists(st.integers(0, 255), max_size=30))
def test_any_conversation_comes_to_an_end(replies):
    """Whatever is answered in whatever order, the conversation ends with its verdict and without a fault."""
    session = Session(PROGRAM_TREES["small"], "nl", today=TODAY)
    asker = Babbler(replies)
    conversation = Conversation(asker, session, next_steps=NextSteps(NoKeeper(), lambda verdict, language: []))
    conversation.run()
    assert conversation.shown
