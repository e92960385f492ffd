"""A conversation at the menu: keys, whole conversations, golden screens, every window, and the reader."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest

from cakwizard.asking.after import Consultation
from cakwizard.asking.conversation import Conversation
from cakwizard.asking.menu import MenuAsker
from cakwizard.asking.protocol import Answer, Choice, Command, Prompt
from cakwizard.asking.question import EXPLAINED_ROWS, Question, plain
from cakwizard.asking.reader import CardPage, Reader, styled
from cakwizard.asking.session import Session
from cakwizard.saying.sections import Section, Sentence
from cakwizard.showing.terminal import make_console
from cakwizard.showing.terminal import plain as with_links
from cakwizard.tree.records import DecisionTree
from cakwizard.words import words
from tests.conftest import SMALL, TODAY, assert_screen
from tests.made import decided, verdicts
from tests.talking import CTRL_C, CTRL_D, DOWN, ENTER, ESC, LEFT, UP, Talk, Terminal, at_menu, choose

YES_NO = Prompt(
    text="Woont de patiënt in Nederland?",
    choices=(
        Choice(id="yes", label="Ja", key="j"),
        Choice(id="no", label="Nee", explain="korter dan een jaar", key="n"),
        Choice(id="?", label="Weet ik niet", key="w", command=Command.UNKNOWN),
    ),
    commands=frozenset(Command),
)
# The second letter of the first choice is the letter of the second, the third letter that of the third.
TRAP = Prompt(
    text="Welke?",
    choices=(
        Choice(id="first", label="Jan", key="j"),
        Choice(id="second", label="Anna", key="a"),
        Choice(id="third", label="Nel", key="n"),
        Choice(id="fourth", label="Annelies", key="e"),
    ),
    commands=frozenset(Command),
)
SEVERAL = Prompt(text=TRAP.text, choices=TRAP.choices, commands=TRAP.commands, ticked=frozenset())
NO_PAPERS = f"n{ENTER}o{ENTER}g{ENTER}z{ENTER}"


def taken(reply: object) -> object:
    """Return the one choice of an answer, or what else came."""
    return next(iter(reply.choices)) if isinstance(reply, Answer) and len(reply.choices) == 1 else reply


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ("j", "yes"),
        ("j\n", "yes"),
        ("ja", "yes"),
        ("n", "no"),
        ("nee", "no"),
        ("jaar", "no"),
        ("1", "yes"),
        ("2", "no"),
        (DOWN, "yes"),
        (DOWN + DOWN, "no"),
        (DOWN + UP, Command.UNKNOWN),
        ("w", Command.UNKNOWN),
        ("3", Command.UNKNOWN),
        ("weet niet", Command.UNKNOWN),
        ("don't know", Command.UNKNOWN),
        ("<", Command.BACK),
        ("terug", Command.BACK),
        ("opnieuw", Command.RESTART),
        ("d", Command.DATE),
        ("stop", Command.STOP),
        ("nx\x7f", "no"),
        ("xyz\x15j", "yes"),
        (f"xyz{ESC}j", "yes"),
        ("\x1b[200~nee\x1b[201~", "no"),
        ("\x1b[F\x1b[H", "yes"),
        ("\t", "yes"),
        ("\x1b[3~\x1bOPj", "yes"),
        pytest.param(f"\x1b[200~{'x' * 50_000}\x1b[201~\x15j", "yes", id="a long paste"),
    ],
)
def test_keys(keys: str, answer: object) -> None:
    """A letter, a word, a digit, an arrow, a pasted word and the program's own words each choose what they say."""
    assert taken(choose(YES_NO, keys + ENTER)) == answer


@pytest.mark.parametrize("keys", [LEFT, ESC, f"x{ESC}{ESC}"])
def test_going_back_needs_no_enter(keys: str) -> None:
    """The arrow to the left and Esc go back at once; what is typed is wiped out first."""
    assert choose(YES_NO, keys) is Command.BACK


@pytest.mark.parametrize(
    ("keys", "answer"), [("jan", "first"), ("anna", "second"), ("nel", "third"), ("annel", "fourth"), ("an", "second")]
)
def test_a_word_never_lands_on_another_choice(keys: str, answer: str) -> None:
    """A whole word chooses its own choice, though its letters are those of others."""
    assert taken(choose(TRAP, keys + ENTER)) == answer


@pytest.mark.parametrize(
    "keys",
    [
        ENTER,
        ENTER + ENTER,
        f"x{ENTER}\x15",
        f"jx{ENTER}\x15",
        f"4{ENTER}\x15",
        f"j\x7f{ENTER}",
        f"herhaal{ENTER}",
        f" {ENTER}\x15",
        f"\x1b[200~\x1b[201~{ENTER}",
    ],
)
def test_nothing_is_chosen_by_accident(keys: str) -> None:
    """Enter alone, once more or after Esc, and what fits nothing choose nothing: the answer after them counts."""
    assert taken(choose(YES_NO, f"{keys}n{ENTER}")) == "no"


def test_ways_out() -> None:
    """Ctrl-C is an interrupt, and Ctrl-D or a terminal that goes away the end; neither is an answer."""
    with pytest.raises(KeyboardInterrupt):
        choose(YES_NO, f"j{CTRL_C}")
    assert choose(YES_NO, f"j{CTRL_D}") == "end"
    assert choose(YES_NO, "j") == "end"


@pytest.mark.parametrize(
    ("keys", "ticked"),
    [
        ("", set()),
        (" ", {"first"}),
        ("  ", set()),
        (f" {DOWN} {DOWN}{DOWN} ", {"first", "second", "fourth"}),
        ("a ", {"second"}),
        (f"a{ENTER}", {"second"}),
        (f"1{ENTER}nel{ENTER}", {"first", "third"}),
        (f"a{ENTER} ", set()),
        (f"zz{ENTER}\x15", set()),
    ],
)
def test_ticking_several(keys: str, ticked: set[str]) -> None:
    """Space ticks what is pointed at, again unticks it, the pointer stays; Enter with nothing typed is done."""
    assert choose(SEVERAL, keys + ENTER) == Answer(choices=frozenset(ticked))


def test_free_text_is_taken_as_it_is() -> None:
    """Where any text is taken, a question mark is a letter, and Enter alone is not an answer."""
    prompt = Prompt(text="Welk bestand?", free="typ een naam", commands=frozenset({Command.BACK}))
    assert choose(prompt, f"{ENTER}wat?.yaml{ENTER}") == "wat?.yaml"


def test_a_pasted_conversation_is_typed(small: DecisionTree) -> None:
    """Lines that are pasted answer one question each."""
    talk = at_menu(small, "\x1b[200~n\nghana\ngeen\n\x1b[201~")
    assert talk.outcome == "ovv_full"


def no_papers(small: DecisionTree) -> Session:
    """Return a session in which a midwife has answered all there is to ask about a woman without papers."""
    session = Session(small, "nl", today=TODAY, preset={"provider": frozenset({"midwife"})})
    for question, option in (("payer", "nobody"), ("nationality", "other"), ("stay", "none")):
        session.answer(question, frozenset({option}))
    return session


# -- whole conversations -------------------------------------------------------------


def test_what_is_on_the_screen_is_what_holds(small: DecisionTree) -> None:
    """Each answer is a row of the trail, and going back erases it."""
    forth = at_menu(small, f"n{ENTER}ghana{ENTER}")
    assert "✓ Betaler        Niemand, of maar een deel\n✓ Nationaliteit  Ghana (een ander land)\n" in forth.screen
    back = at_menu(small, f"n{ENTER}ghana{ENTER}{LEFT}")
    assert "Ghana" not in back.screen
    assert back.screen == at_menu(small, f"n{ENTER}").screen
    assert "Dit is de eerste vraag." in at_menu(small, f"n{ENTER}{LEFT}{LEFT}").screen


def test_a_country_that_leaves_two_answers_is_asked(small: DecisionTree) -> None:
    """A country is found while it is typed, with what it stands for; one that may be two answers is asked."""
    assert "❯ Polen                  → europese" in at_menu(small, f"n{ENTER}pol").screen
    asked = at_menu(small, f"n{ENTER}oekraine{ENTER}")
    assert "Bij Oekraïne kan dit: Een ander land of Gevlucht uit Oekraïne." in asked.screen
    assert at_menu(small, f"n{ENTER}oekraine{ENTER}g{ENTER}").session.trail[-1] == (
        "Nationaliteit", "Gevlucht uit Oekraïne",
    )  # fmt: skip
    assert at_menu(small, f"n{ENTER}frankrik{ENTER}").session.trail[-1][1].startswith("Frankrijk")


def test_the_opening_line(small: DecisionTree) -> None:
    """One sentence fills in what it says; nothing counts before Enter, and what is unticked does not count."""
    sentence = f"onverzekerd, uit Ghana, geen papieren, xyz{ENTER}"
    shown = at_menu(small, sentence)
    assert shown.session.answers == shown.session.preset
    assert "Klopt dit? Niets telt voordat u Enter drukt." in shown.screen
    assert "Niet begrepen: “xyz”." in shown.screen
    assert at_menu(small, sentence + ENTER).outcome == "ovv_full"
    assert "Welk papier" in at_menu(small, f"{sentence}{DOWN}{DOWN} {ENTER}").screen
    doubted = at_menu(small, f"geen asiel, onverzekerd{ENTER}{ENTER}")
    assert doubted.session.trail == (("Betaler", "Niemand, of maar een deel"),)
    assert "Daaruit" not in at_menu(small, f"blauw en rood{ENTER}").screen
    assert "begrijp ik niets" in at_menu(small, f"blauw en rood{ENTER}").screen


def test_leaving_open_and_ruling_out(small: DecisionTree) -> None:
    """`w` says how to find out and lets answers be ruled out, with how many outcomes are left; `u` fills in later."""
    ruling = at_menu(small, f"n{ENTER}ghana{ENTER}w{ENTER} ")
    assert "Zo komt u erachter: Vraag naar een pas of een brief." in ruling.screen
    assert "❯ [x] g Geen, en er loopt niets" in ruling.screen
    assert "1 uitgesloten · nog 2 mogelijk" in ruling.screen
    left = at_menu(small, f"n{ENTER}ghana{ENTER}w{ENTER} {DOWN} {ENTER}")
    assert left.outcome == "sov"
    everything = at_menu(small, f"n{ENTER}ghana{ENTER}w{ENTER} {DOWN} {DOWN} {ENTER}")
    assert "laat er ten minste een open" in everything.screen
    opened = at_menu(small, f"n{ENTER}ghana{ENTER}w{ENTER}{ENTER}")
    assert (opened.outcome, "u Uitgezocht: vul in" in opened.screen) == ("open", True)
    filled = at_menu(small, f"n{ENTER}ghana{ENTER}w{ENTER}{ENTER}ug{ENTER}")
    assert filled.outcome == "ovv_full"
    assert "Was nog 3 mogelijk, nu OVV · onverzekerbare vreemdelingen" in " ".join(filled.screen.split())


def test_help_takes_six_rows_and_all_of_it_a_screen(tree: DecisionTree) -> None:
    """`?` explains between question and list in at most six rows; once more reads all of it."""
    once = at_menu(tree, f"{DOWN}?").screen.splitlines()
    assert 1 <= sum(row.startswith("│ ") for row in once) <= EXPLAINED_ROWS
    assert "[Uitleg]" in at_menu(tree, "??").screen
    assert at_menu(tree, f"??{ESC}{ESC}").screen == at_menu(tree, "").screen


def test_after_the_outcome(small: DecisionTree) -> None:
    """Letters act at once: another answer or day says what it changed, a file is asked for, a text is copied."""

    def press(keys: str) -> Talk:
        return at_menu(small, keys, session=no_papers(small))

    changed = press(f"a3{ENTER}v{ENTER}").screen
    assert "Was OVV · onverzekerbare vreemdelingen, ● zeker, nu SOV · subsidie" in " ".join(changed.split())
    assert "Zorg op 23-11-2026. De uitkomst blijft gelijk." in press(f"d{ENTER}gisteren{ENTER}").screen
    assert "Welke dag bedoelt u?" in press(f"d3 december{ENTER}").screen
    assert press(f"d3 december{ENTER}{UP}{ENTER}").session.care_date.isoformat() == "2026-12-03"
    assert "“later” is geen dag" in press(f"dlater{ENTER}").screen
    assert press(f"oin.yaml{ENTER}").saved.keys() == {"in.yaml"}
    assert press(f"o{SMALL}{ENTER}n{ENTER}").saved == {}
    assert press(f"o{SMALL}{ENTER}j{ENTER}").saved.keys() == {str(SMALL)}
    copying = press("kK")
    assert re.search(r"\x1b\]52;c;[A-Za-z0-9+/=]+\x07", copying.written), "through the terminal: no program is needed"
    card, whole = copying.copied
    assert card.startswith("OVV, onverzekerbare vreemdelingen. Zeker.")
    assert len(whole) > len(card)
    assert "Wie kan of moet" in press("n").screen
    assert "Welk papier" in press(LEFT).screen
    assert "[Let op]" in press("l").screen
    assert press("xyz").screen == press("").screen


def test_refer(small: DecisionTree) -> None:
    """Referring looks a provider up while a place is typed, copies the sentence, and the list's age is in sight."""

    def press(keys: str) -> Talk:
        return at_menu(small, f"vziekenhuis{ENTER}{keys}", session=no_papers(small))

    looking = press("utr").screen
    assert "❯ Sint Jan  Utrecht" in looking
    assert "Gasthuis" not in looking
    assert "De lijst (ziekenhuizen en klinieken) is van 1-8-2026." in looking
    found = press(f"utr{ENTER}")
    assert found.copied == ["Patiënt valt onder de OVV."]
    assert "Sint Jan, Utrecht" in found.screen
    assert "gekopieerd" in press(f"utr{ENTER}{ESC}").screen


def test_a_question_in_two_languages(small: DecisionTree) -> None:
    """English has letters and words of its own."""
    talk = at_menu(small, f"n{ENTER}poland{ENTER}", language="en")
    assert talk.outcome == "sov"
    assert "s Steps, address" in talk.screen
    assert "? help" in at_menu(small, "", language="en").screen


# -- the bundled tree ------------------------------------------------------------------


def test_how_many_keys(tree: DecisionTree) -> None:
    """Eight keys, or one sentence, for a woman without papers; two for an insured one."""
    assert tree.outcomes[at_menu(tree, f"z{ENTER}").outcome].scheme == "insurer"
    assert tree.outcomes[at_menu(tree, NO_PAPERS).outcome].scheme == "ovv"
    assert len(NO_PAPERS) == 8
    sentence = f"niet verzekerd, uit Ghana, geen papieren, zwanger{ENTER}{ENTER}"
    assert at_menu(tree, sentence).outcome == at_menu(tree, NO_PAPERS).outcome


MOMENTS = {
    "question-first": "",
    "question-pointed": DOWN,
    "question-trail": f"n{ENTER}",
    "question-country": f"n{ENTER}ga",
    "question-help": f"{DOWN}?",
    "question-sentence": "zwanger, uit Ghana, geen papieren",
    "question-confirm": f"zwanger, uit Ghana, geen papieren{ENTER}",
    "question-rule-out": f"n{ENTER}o{ENTER}w{ENTER} ",
    "question-date": f"n{ENTER}d{ENTER}12 nov",
    "outcome": NO_PAPERS,
}


# Each moment at one window in each language, in turn; the cards of all kinds have screens of their own.
SCREENS = [
    (moment, size, language)
    for number, moment in enumerate(MOMENTS)
    for turn, language in enumerate(("nl", "en"))
    for size in [[(80, 24), (40, 20), (120, 40)][(number + turn) % 3]]
]
SCREENS += [(moment, size, "nl") for moment in ("question-first", "outcome") for size in ((40, 20), (120, 40))]


@pytest.mark.parametrize(("moment", "size", "language"), sorted(set(SCREENS)))
def test_screens(tree: DecisionTree, moment: str, size: tuple[int, int], language: str) -> None:
    """Moments of a conversation look as they are kept in tests/screens."""
    keys = MOMENTS[moment]
    if language == "en":
        keys = keys.replace("zwanger, uit Ghana, geen papieren", "pregnant, from Ghana, no papers")
        keys = keys.replace(f"w{ENTER}", f"d{ENTER}") if moment == "question-rule-out" else keys
        keys = keys.replace(f"d{ENTER}12", f"date{ENTER}12")
    if moment == "outcome" and language == "en":
        keys = f"nobody{ENTER}ghana{ENTER}no papers{ENTER}pregnan{ENTER}"
    assert_screen(f"{moment}-{size[0]}x{size[1]}-{language}", at_menu(tree, keys, language=language, size=size).screen)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
def test_every_question_fits(tree: DecisionTree, size: tuple[int, int], language: str) -> None:
    """A question, all its choices, the keys and the input line stand in the window, whole, whichever is pointed at."""
    for question, record in tree.questions.items():
        session = Session(tree, language, today=TODAY)
        conversation = Conversation(None, session)  # type: ignore[arg-type] # asks nobody
        options = tuple(record.options)
        choices = tuple(conversation._choice(record, option) for option in options)
        unknown = Choice(id="?", label=conversation.say("ask.unknown"), key="w")
        prompt = Prompt(
            text=record.text[language],
            choices=(*choices, unknown),
            head=("cakwizard", ""),
            trail=(("a", "b"),) * 4,
            progress="1",
            commands=frozenset(Command),
            explanation=tuple,
        )
        page = Question(prompt, language)
        for number in range(len(prompt.choices)):
            page.point(number)
            rows = plain(page.draw(*size)).splitlines()
            together = re.sub(r"\s", "", "".join(rows))
            assert len(rows) <= size[1]
            assert max(map(len, rows)) <= size[0]
            for text in (record.text[language], *(one.label for one in prompt.choices)):
                assert re.sub(r"\s", "", text) in together, (question, text)


@pytest.mark.slow
def test_every_card_fits_with_its_letters(tree: DecisionTree) -> None:
    """Every outcome, and what is still open: the whole card and the letters are in the window."""
    found = {one.outcome.outcome.id: one for one in verdicts(tree) if one.outcome is not None}
    nothing = [decided(tree), decided(tree, payer=",".join(tree.questions["payer"].options))]
    for verdict in (*found.values(), *nothing):
        for language in ("nl", "en"):
            session = Session(tree, language, today=TODAY, care_date=verdict.care_date, claim_date=verdict.claim_date)
            session.resume(verdict.answers)
            asker = MenuAsker(Terminal(), language, ExitStack())
            conversation = Consultation(asker, session, lambda *kept: "", tuple)
            card = conversation.outcome({key: texts for key, (texts, _) in conversation.actions().items()})
            for width, height in ((80, 24), (40, 20)):
                rows = plain(CardPage(card, language).draw(width, height)).splitlines()
                assert len(rows) <= height
                assert [row[0] for row in rows if row[:1] in {"╭", "╰"}] == ["╭", "╰"], (verdict.outcome, rows)
                assert rows[-1] == "❯"


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (10, 5), (200, 3)])
def test_any_window(small: DecisionTree, size: tuple[int, int]) -> None:
    """One column, one row or a wall: the conversation can be held, and nothing is drawn outside."""
    talk = at_menu(small, f"?n{ENTER}gha{ENTER}w{ENTER} {ENTER}k", size=size)
    assert talk.outcome == "open"
    assert all(len(row) <= size[0] for row in talk.screen.splitlines())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_letter_means_two_things(language: str) -> None:
    """No two of the letters after the outcome are one."""
    letters = [one["key"] for one in words(language).table["after"].values() if isinstance(one, dict)]
    assert len(set(letters)) == len(letters) > 10


# -- details on demand: the reader over the card ----------------------------------------


def reading(small: DecisionTree, keys: str, size: tuple[int, int] = (80, 24)) -> Talk:
    """Press keys in the reader that opens over the card of a woman without papers."""
    return at_menu(small, f"n{ENTER}ghana{ENTER}g{ENTER}s{keys}", size=size)


def test_reading(small: DecisionTree) -> None:
    """Arrows turn the tabs, `k` copies the part that is open, Esc goes back to the card that still stands there."""
    first = reading(small, "").screen
    assert "[Stappen]" in first
    assert "1. Vraag of zij of een ander kan betalen. [1]" in first
    assert "│    Declareer alleen de rest." in first
    assert "k kopieert dit · Esc terug naar de kaart" in first
    turned = reading(small, "\x1b[Ck")
    assert "In de verwijsbrief: “Patiënt valt onder de OVV.”" in turned.screen
    assert "gekopieerd" in turned.screen
    assert turned.copied[0].startswith("Verwijzen")
    assert "[Dagen]" in reading(small, LEFT + LEFT).screen
    assert "q Stoppen" in reading(small, ESC).screen
    assert reading(small, f"x{DOWN}\x1b[A \x1b[5~\x1b[6~\x1b[H\x1b[F\rq").screen == reading(small, ESC).screen


@pytest.mark.parametrize("size", [(1, 1), (11, 5), (12, 6), (40, 20), (200, 60)])
def test_the_reader_fits_any_window(small: DecisionTree, size: tuple[int, int]) -> None:
    """A window of any size is filled, one column and one row included."""
    screen = reading(small, "", size).screen
    assert max(map(len, screen.splitlines())) <= size[0]
    assert size[0] < 40 or ("[Stappen]" in screen and "Esc terug" in screen)


def test_scrolling_reaches_the_end() -> None:
    """A long part is read to its last sentence, and the frame says where one is."""
    items = tuple(Sentence(f"Zin {number} {'x' * 40}") for number in range(30))
    reader = Reader([Section(id="steps", heading="Stappen", items=items, numbered=True)], "nl", "Kop", "", bool)
    top = plain(reader.draw(40, 20))
    assert "Zin 0 " in top
    assert f"1-16 van {len(reader.lines)} " in top
    reader.press("end")
    end = plain(reader.draw(40, 20))
    assert "Zin 29 " in end
    assert f"-{len(reader.lines)} van {len(reader.lines)} " in end


def test_links_open_and_close() -> None:
    """An address is a link that ends where it ends, also when only a part of the window is drawn anew."""
    console = make_console(width=60)
    lines = console.render_lines(with_links("Zie https://example.org/wet voor meer"), console.options.update(width=60))
    (row,), (again,) = styled(lines), styled(lines)
    escapes = [text for style, text in row if style == "[ZeroWidthEscape]"]
    assert escapes == ["\x1b]8;;https://example.org/wet\x1b\\", "\x1b]8;;\x1b\\"]
    linked = [style for style, text in row if text == "https://example.org/wet"]
    assert linked
    assert linked != [style for style, text in again if text == "https://example.org/wet"]
