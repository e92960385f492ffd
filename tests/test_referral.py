"""What an outcome leads to: referrals, messages and copies; in the tree, in the conversation, on paper."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest

from cakwizard.asking import clipboard
from cakwizard.asking.after import actions
from cakwizard.asking.matching import understand
from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Choice
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import EndOfInput
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.protocol import Reply
from cakwizard.asking.session import Session
from cakwizard.formats import MAX_CLIPBOARD
from cakwizard.loading import load_tree
from cakwizard.loading import tree_and_issues
from cakwizard.model import DecisionTree
from cakwizard.providers import KINDS
from cakwizard.providers import bundled_providers
from cakwizard.rendering import Block
from tests.conftest import Cakwizard
from tests.talking import TODAY
from tests.talking import Talk
from tests.talking import Window
from tests.talking import on_lines

HERE = Path(__file__).parent
REFERRAL = HERE / "trees" / "referral.yaml"
TRANSCRIPTS = HERE / "transcripts"
TEXT = REFERRAL.read_text(encoding="utf-8")
NO_PAPERS = ["n", "o", "g", "z"]


@pytest.fixture(scope="module")
def referral() -> DecisionTree:
    """A tree with referrals, with and without a list to look in, and a message."""
    return load_tree(REFERRAL)


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hold conversations on a fixed day, in Dutch, in a folder of their own."""
    for name in ("ACCESSIBLE", "CAKWIZARD_AS", "CAKWIZARD_LINE", "CAKWIZARD_LANG", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CAKWIZARD_TODAY", TODAY.isoformat())
    monkeypatch.setenv("LANG", "nl_NL.UTF-8")
    monkeypatch.chdir(tmp_path)


class Scripted:
    """An asker that says what it was given beforehand, and keeps what it was told."""

    def __init__(self, *typed: str) -> None:
        self.told: list[str] = []
        self._typed = iter(typed)

    def ask(self, prompt: Prompt) -> Reply:
        """Return what was typed, which must be clear."""
        self.told += [prompt.text, *(choice.text for choice in prompt.choices)]
        reply = understand(next(self._typed), prompt)
        assert isinstance(reply, Answer | Command)
        return reply

    def pick_several(self, prompt: Prompt) -> frozenset[str] | Command:
        """Fail, since nothing here takes several choices."""
        raise AssertionError(prompt)

    def ask_text(self, text: str) -> str:
        """Return what was typed."""
        self.told.append(text)
        return next(self._typed)

    def say(self, text: str) -> None:
        """Keep a paragraph."""
        self.told.append(text)

    def show(self, blocks: Iterable[Block]) -> None:
        """Keep headings and paragraphs."""
        self.told += [block.text for block in blocks]


def run(tree: DecisionTree, answers: dict[str, str], number: int, *typed: str, language: str = "nl") -> list[str]:
    """Run one of the actions at an outcome and return what was told."""
    session = Session(tree, language, today=TODAY)
    session.resume({question: frozenset({option}) for question, option in answers.items()})
    asker = Scripted(*typed)
    actions(session.verdict, language)[number].run(asker, session)
    return asker.told


# -- in the tree -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "referrals: [to_hospital, to_pharmacy]",
            "referrals: [to_hospital, to_farmacy]",
            "error[CW022]: outcome 'full' names referral 'to_farmacy', which does not exist",
        ),
        (
            "message: contract_request",
            "message: contract_requests",
            "error[CW022]: outcome 'no_contract' names message 'contract_requests', which does not exist",
        ),
        (
            "kind: pharmacy\n    letter",
            "kind: farmacy\n    letter",
            "error[CW022]: 'kind' of referral 'to_pharmacy' names provider kind 'farmacy', which does not exist",
        ),
        (
            "advice: [any_hospital]\n    sources",
            "advice: [any_hospitals]\n    sources",
            "error[CW021]: referral 'to_hospital' names advice 'any_hospitals', which does not exist",
        ),
        (
            "text: {nl: Ziekenhuis voor de bevalling, en: Hospital for the birth}",
            "text: {nl: Ziekenhuis voor de bevalling}",
            "error[CW011]: text of referral 'to_hospital' has no text in 'en'",
        ),
        (
            "nl: Deze patiënt valt onder regeling A., en: This patient falls under scheme A.}\n    advice: [any",
            "en: This patient falls under scheme A.}\n    advice: [any",
            "error[CW011]: 'letter' of referral 'to_hospital' has no text in 'nl'",
        ),
        (
            "code: {nl: AGB-code, en: AGB code}",
            "code: {nl: AGB-code}",
            "error[CW011]: field 'code' of message 'contract_request' has no text in 'en'",
        ),
        (
            "{nl: Een contract vragen, en: Asking for a contract}",
            "{nl: 'Een contract vragen {when}', en: 'Asking for a contract {when}'}",
            "error[CW025]: heading of message 'contract_request' uses '{when}', which has no value",
        ),
        (
            "    sources: [page]\n\nadvice:",
            "\nadvice:",
            "error[CW004]: message 'contract_request' has no 'sources'",
        ),
        (
            "within_months: 12}",
            "within_months: 12, after_months: 12}",
            "error[CW009]: option 'within' of question 'claim_age' has both 'within_months' and 'after_months'",
        ),
        (
            "within_months: 12}",
            "within_months: 0}",
            "error[CW009]: 'within_months' of option 'within' of question 'claim_age' is 0, which is not a number of "
            "months",
        ),
        (
            "months: 12, start",
            "months: 1.5, start",
            "error[CW009]: months of outcome 'by_contract' is 1.5, which is not a number of months",
        ),
        (
            "checklist: true}",
            "checklist: yes}",
            "error[CW009]: 'checklist' of advice kind 'document' is 'yes'",
        ),
        ("note: true, text", "note: ja, text", "error[CW009]: 'note' of advice 'no_consent' is 'ja'"),
    ],
)
def test_faults_in_what_is_offered(old: str, new: str, problem: str) -> None:
    """What an outcome offers is checked as strictly as all else: ids, texts per language, placeholders, numbers."""
    assert TEXT.count(old) == 1
    _, issues = tree_and_issues(TEXT.replace(old, new), "t.yaml")
    assert len(issues) == 1
    assert re.sub(r"^t\.yaml:\d+:\d+: ", "", str(issues[0]).splitlines()[0]) == problem


def test_a_tree_without_any_of_it(small: DecisionTree) -> None:
    """A tree that offers nothing gives no action beside copying."""
    session = Session(small, "nl", today=TODAY)
    session.resume({"resident": frozenset({"no"}), "provider": frozenset({"gp"})})
    assert session.verdict.outcome is not None
    assert actions(session.verdict, "nl") == []


# -- the rules: where may this patient be sent? ---------------------------------------


def test_contracted_providers_only_but_for_birth(tree: DecisionTree) -> None:
    """Every referral is looked up in the lists, but that of pregnancy and birth, for which any hospital will do."""
    without = {key for key, one in tree.referrals.items() if one.kind is None}
    assert without == {"to_any_hospital"}
    assert "any_hospital" in tree.referrals["to_any_hospital"].advice
    assert {one.kind for one in tree.referrals.values() if one.kind is not None} == set(KINDS)


def test_maternity_care_is_first_offered_any_hospital(tree: DecisionTree) -> None:
    """Where the OVV pays for pregnancy and birth, any hospital is the first referral that is offered."""
    maternity = [key for key, one in tree.outcomes.items() if one.scheme == "ovv" and one.percent == 100]
    assert len(maternity) >= 3
    for key in maternity:
        assert tree.outcomes[key].referrals[0] == "to_any_hospital"


def test_only_ovv_outcomes_and_missing_contracts_offer_referrals(tree: DecisionTree) -> None:
    """No other scheme sends to the contracted providers: the lists are those of the OVV."""
    schemes = {one.scheme for one in tree.outcomes.values() if one.referrals}
    assert schemes == {"ovv", "none"}
    for one in tree.outcomes.values():
        if one.scheme == "ovv" and one.contract == "not_needed":
            assert one.referrals, one.id


def test_every_referral_has_the_sentence_for_the_letter(tree: DecisionTree) -> None:
    """The letter says under which scheme the patient falls, in Dutch in every language, since Dutch people read it."""
    for one in tree.referrals.values():
        assert one.letter is not None
        for text in one.letter.by_language.values():
            assert text.startswith("Deze patiënt valt onder de regeling onverzekerbare vreemdelingen")


def test_who_needs_a_contract_can_ask_for_one(tree: DecisionTree) -> None:
    """Every outcome that says how to get a contract has the message for it ready, and no other one has."""
    for one in tree.outcomes.values():
        assert (one.message == "contract_request") == ("ovv_contract_apply" in one.advice), one.id


# -- in the conversation ---------------------------------------------------------------


def test_any_hospital_asks_no_place(referral: DecisionTree) -> None:
    """A referral without a list goes at once to what to mind and what to write."""
    assert run(referral, {"provider": "midwife"}, 0, "1") == [
        "Waarheen wilt u verwijzen?",
        "Ziekenhuis voor de bevalling",
        "Apotheek",
        "Ziekenhuis voor de bevalling",
        "Ieder ziekenhuis is goed.",
        "Zet in de verwijsbrief",
        "Deze patiënt valt onder regeling A.",
    ]


def test_a_place_is_asked_until_something_is_found(referral: DecisionTree) -> None:
    """Where nothing is found the place is asked again; then the letter and, last, the providers are shown."""
    told = run(referral, {"provider": "midwife"}, 0, "apotheek", "Nergenshuizen", "Aalten", language="nl")
    asked = "In welke plaats zoekt u apotheken? Een naam mag ook; niets is terug."
    assert told.count(asked) == 2
    assert "Niets gevonden in deze lijst." in told[told.index(asked) : told.index(asked) + 3]
    assert "Benu Apotheek De Weef" in told
    assert "De lijst van apotheken is verouderd: vanaf 1 januari 2023 gelden nieuwe contracten." in told
    assert [line for line in told if line][-7:] == [
        "Apotheek",
        "De patiënt betaalt 5 euro per medicijn.",
        "Zet in de verwijsbrief",
        "Deze patiënt valt onder regeling A.",
        "Aalten",
        "Benu Apotheek De Weef",
        "1 zorgverlener met een contract, volgens deze lijst.",
    ]


@pytest.mark.parametrize("typed", ["", "terug", "stop", "Back"])
def test_a_place_need_not_be_named(referral: DecisionTree, typed: str) -> None:
    """Nothing, or the word for going back or stopping, gives up the search and shows no more."""
    told = run(referral, {"provider": "midwife"}, 0, "2", typed)
    assert told[-1] == "In welke plaats zoekt u apotheken? Een naam mag ook; niets is terug."


def test_going_back_and_stopping_at_the_choice(referral: DecisionTree) -> None:
    """Going back shows nothing; stopping leaves the conversation."""
    assert len(run(referral, {"provider": "midwife"}, 0, "terug")) == 3
    with pytest.raises(EndOfInput):
        run(referral, {"provider": "midwife"}, 0, "stop")


def test_a_very_long_place_is_no_fault(referral: DecisionTree) -> None:
    """A place of any length is searched as far as a place can be long."""
    told = run(referral, {"provider": "midwife"}, 0, "2", "x" * 5000, "")
    assert "Niets gevonden in deze lijst." in told


def test_a_single_referral_is_not_asked_for(tree: DecisionTree) -> None:
    """Where only one referral is offered the place is asked at once."""
    answers = {
        "payer": "nobody",
        "nationality": "other",
        "stay": "none",
        "provider": "pharmacy",
        "contract": "no",
        "pharmacy_cover": "regular",
    }
    told = run(tree, answers, 0, "")
    assert told == ["In welke plaats zoekt u apotheken? Een naam mag ook; niets is terug."]


def test_every_kind_of_referral_finds_providers(tree: DecisionTree) -> None:
    """Each referral with a list finds the providers of that kind in a place where the list has one."""
    for one in tree.referrals.values():
        if one.kind is not None:
            place = next(provider.place for provider in bundled_providers() if provider.kind == one.kind)
            outcome = next(key for key, outcome in tree.outcomes.items() if one.id in outcome.referrals)
            numbers = list(tree.outcomes[outcome].referrals)
            session = Session(tree, "nl", today=TODAY)
            session.resume(_answers_to(tree, outcome))
            assert session.verdict.outcome is not None
            assert session.verdict.outcome.outcome.id == outcome
            asker = Scripted(*([] if len(numbers) == 1 else [str(numbers.index(one.id) + 1)]), place)
            actions(session.verdict, "nl")[0].run(asker, session)
            assert any("volgens deze lijst" in line for line in asker.told), one.id


def _answers_to(tree: DecisionTree, outcome: str) -> dict[str, frozenset[str]]:
    """Return answers that end in an outcome today, found backwards along the routes."""
    into = {key: [route for route in tree.routes() if route.target == key] for key in (*tree.nodes, outcome)}
    frontier: list[tuple[str, dict[str, frozenset[str]]]] = [(outcome, {})]
    while frontier:
        key, answers = frontier.pop()
        if key == tree.start:
            return answers
        for route in into[key]:
            if TODAY in route.window:
                frontier.append((route.node, {tree.nodes[route.node].question: frozenset({route.option}), **answers}))
    raise AssertionError(outcome)


def test_a_message_is_shown_and_never_sent(referral: DecisionTree) -> None:
    """The message is shown with what must be filled in, and the program says that it sends nothing."""
    assert run(referral, {"provider": "pharmacy", "contract": "no"}, 0, language="en") == [
        "Asking for a contract",
        "I should like a contract with you.",
        "",
        "Name of the practice: ______",
        "AGB code: ______",
        "Date from which: ______",
        "",
        "This program sends nothing: fill it in and send it yourself.",
    ]


# -- copying -----------------------------------------------------------------------------


class Terminal:
    """A stream that says it is a terminal and keeps what is written to it."""

    def __init__(self) -> None:
        self.written = ""

    def isatty(self) -> bool:
        """Say that this is a terminal."""
        return True

    def write(self, text: str) -> None:
        """Keep what is written."""
        self.written += text

    def flush(self) -> None:
        """Do nothing."""


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Let standard error be a terminal that can be read back."""
    found = Terminal()
    monkeypatch.setattr(clipboard, "sys", SimpleNamespace(stderr=found, stdout=found))
    monkeypatch.setenv("TERM", "xterm")
    return found


def test_copying_says_what_it_did(referral: DecisionTree, terminal: Terminal) -> None:
    """Copying sends one sequence to the terminal, and says that not every terminal does as it is asked."""
    told = run(referral, {"provider": "midwife"}, 1)
    assert re.fullmatch("\x1b]52;c;[A-Za-z0-9+/=]+\x07", terminal.written)
    assert told == [
        "De terminal is gevraagd de tekst op het klembord te zetten. Niet iedere terminal doet dat: plak de tekst om "
        "het na te gaan."
    ]


@pytest.mark.parametrize(("typed", "copied"), [("ja", True), ("n", False), ("terug", False)])
def test_a_message_is_copied_only_when_asked(
    referral: DecisionTree, terminal: Terminal, typed: str, copied: bool
) -> None:
    """At a terminal it is asked whether to copy the message; only then is anything sent to it."""
    told = run(referral, {"provider": "pharmacy", "contract": "no"}, 0, typed)
    assert "Wilt u deze tekst kopiëren?" in told
    assert bool(terminal.written) == copied


def test_a_text_that_is_too_long_is_not_copied(
    referral: DecisionTree, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the text is longer than terminals take, nothing is sent and another way is named."""
    monkeypatch.setattr("cakwizard.asking.after.format_verdict", lambda *_, **__: "x" * MAX_CLIPBOARD)
    told = run(referral, {"provider": "midwife"}, 1)
    assert terminal.written == ""
    assert told == [
        "De tekst is niet gekopieerd: hij is te lang voor het klembord van een terminal. Gebruik 'cakwizard walk "
        "--format text'."
    ]


@pytest.mark.parametrize("reason", ["dumb", "pipe"])
def test_without_a_terminal_copying_is_not_offered(
    referral: DecisionTree, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    """In a pipe, or on a terminal that knows no sequences, copying is not even offered, and sends nothing."""
    if reason == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    else:
        monkeypatch.setattr(terminal, "isatty", lambda: False)
        assert not clipboard.copy("x")
    assert not clipboard.can_copy()
    told = run(referral, {"provider": "pharmacy", "contract": "no"}, 0)
    assert "Wilt u deze tekst kopiëren?" not in told
    assert terminal.written == ""


# -- transcripts -------------------------------------------------------------------------


@pytest.mark.usefixtures("surroundings")
def test_transcript_of_a_referral_on_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A midwife refers to a hospital and to a pharmacy; CAKWIZARD_NEW_TRANSCRIPTS=1 writes it anew after a change."""
    talk = Talk(
        arguments=["--as", "midwife"],
        typed=[*NO_PAPERS, "v", "1", "v", "apotheek", "Leidenhuizen", "Utrect", "stop"],
    )
    text, status = on_lines(talk, monkeypatch)
    _compare("referral_on_lines", _after_outcome(text))
    assert status == 0
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text) == []


NEWER = "name,place,kind,list,date\nApotheek De Nieuwe,Leiden,pharmacy,own,2026-11-01\n"


@pytest.mark.parametrize("given", ["option", "environment"])
def test_a_newer_list_of_contracts_is_looked_in(
    given: str, cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With --providers or CAKWIZARD_PROVIDERS the conversation and the look-up know that list and no other."""
    file = tmp_path / "contracts.csv"
    file.write_text(NEWER, encoding="utf-8")
    arguments = ["--providers", str(file)] if given == "option" else []
    if given == "environment":
        monkeypatch.setenv("CAKWIZARD_PROVIDERS", str(file))
    typed = [*NO_PAPERS, "v", "apotheek", "Utrecht", "Leiden", "stop"]
    ran = cakwizard("--line", "--as", "midwife", *arguments, stdin="".join(f"{one}\n" for one in typed))
    assert ran.status == 0
    said = ran.out + ran.err
    assert "Niets gevonden in deze lijst." in said
    assert "- Apotheek De Nieuwe" in said
    assert "eind 2022" not in said.rpartition("Leiden")[2]
    ran = cakwizard(*arguments, "providers", "--json", "nieuwe")
    assert [one["name"] for one in json.loads(ran.out)] == ["Apotheek De Nieuwe"]


def test_a_fault_in_the_list_of_contracts_is_told_before_the_first_question(
    cakwizard: Cakwizard, tmp_path: Path
) -> None:
    """Nobody answers questions first to hear at the outcome that the list cannot be read."""
    file = tmp_path / "contracts.csv"
    file.write_text(NEWER.replace("pharmacy", "pharmasy"), encoding="utf-8")
    ran = cakwizard("--line", "--providers", str(file), stdin="n\n")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"{file}:2:")
    assert "pharmasy" in ran.err
    ran = cakwizard("--line", "--providers", "nergens.csv", stdin="n\n")
    assert (ran.status, ran.out) == (2, "")
    assert "nergens.csv" in ran.err


@pytest.mark.usefixtures("surroundings")
def test_transcript_of_a_contract_in_a_window(tmp_path: Path) -> None:
    """A pharmacy without a contract is helped to one in a terminal of 40 columns, in which every line fits."""
    window = Window(["--as", "pharmacy"], columns=40, rows=24, folder=tmp_path)
    steps = [
        ("Is er al iemand", "n"),
        ("Welke nationaliteit", "o"),
        ("Welke situatie", "g"),
        ("Had u een contract", "nee"),
        ("Wanneer gaf u", "g"),
        ("Wat wilt u nu doen?", "b"),
        ("Wilt u deze tekst kopiëren?", "ja"),
        ("Wat wilt u nu doen?", "v"),
        ("In welke plaats zoekt u apotheken?", "Aalten"),
        ("Wat wilt u nu doen?", "stop"),
    ]
    seen = 0
    for expected, typed in steps:
        word = "".join(expected.split())
        window.wait_for(lambda word=word, seen=seen: word in window.run_together()[seen:] and _ready(window))
        seen = window.run_together().rindex(word) + len(word)
        window.type(f"{typed}\r")
    assert window.leave() == 0
    assert window.written.count(b"\x1b]52;c;") == 1
    text = "\n".join(line.rstrip() for line in window.text().splitlines()) + "\n"
    _compare("referral_in_a_window", _after_outcome(text))
    assert [line for line in text.splitlines() if len(line) > 40] == []


def _ready(window: Window) -> bool:
    """Tell whether the window waits for what is typed, and nothing has been typed yet."""
    line = window.screen.display[window.screen.cursor.y].strip()
    return line in ("Uw antwoord:", ">")


def _after_outcome(text: str) -> str:
    """Return what is said from the first menu after the outcome on; the outcome has tests of its own."""
    return text[text.index("Wat wilt u nu doen?") :]


def _compare(name: str, text: str) -> None:
    file = TRANSCRIPTS / f"{name}.txt"
    if os.environ.get("CAKWIZARD_NEW_TRANSCRIPTS"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_the_letters_of_a_referral(referral: DecisionTree) -> None:
    """Every choice of a referral has a letter of its own, taken from its words."""

    class Listening(Scripted):
        """An asker that keeps the choices and goes back."""

        choices: tuple[Choice, ...] = ()

        def ask(self, prompt: Prompt) -> Reply:
            """Keep the choices and go back."""
            self.choices = prompt.choices
            return Command.BACK

    for language in ("nl", "en"):
        session = Session(referral, language, today=TODAY)
        session.resume({"provider": frozenset({"midwife"})})
        asker = Listening()
        actions(session.verdict, language)[0].run(asker, session)
        keys = [choice.key for choice in asker.choices]
        assert len(set(keys)) == len(keys) == 2
        assert all(choice.key in choice.text.casefold() for choice in asker.choices)
