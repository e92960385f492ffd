from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cakwizard.asking.protocol import Choice, Command, Prompt
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL, Cakwizard
from tests.talking import on_lines

NO_PAPERS = ("n", "Ghana", "geen")


def test_a_whole_conversation(small: DecisionTree) -> None:
    """Question, choices, prompt; the answers are read back, and the card comes last before the prompt."""
    assert (
        on_lines(small, "n", "ghana", "g", "q", language="nl").written
        == """\
Cakwizard: kleine boom.
Verloskundige · zorg vandaag.

Vraag 1 van hooguit 3. Wie kan of moet de zorg betalen?
n: Niemand, of maar een deel; ook als u niet weet of zij verzekerd is
z: Zorgverzekering in Nederland; ook met premieschuld
p: Patiënt of een ander betaalt alles
w: Weet ik niet; help me uitzoeken
Typ een letter, een nummer of woorden, en Enter. Ook: ? voor uitleg, terug, datum, herhaal, opnieuw of stop.
Of typ één zin: zwanger, uit Ghana, geen papieren.
Uw antwoord: n

Vraag 2 van hooguit 3. Welke nationaliteit heeft zij?
a: Een ander land
n: Nederlandse
e: Europese
g: Gevlucht uit Oekraïne
w: Weet ik niet; help me uitzoeken
Uw antwoord: ghana

Vraag 3 van hooguit 3. Welk papier heeft zij?
g: Geen, en er loopt niets
a: Een aanvraag voor asiel loopt
v: Een visum of vrije weken
w: Weet ik niet; help me uitzoeken
Uw antwoord: g

OVV, onverzekerbare vreemdelingen. Zeker.
Het loket betaalt 100% van wat zij niet kan betalen.
Contract: Niet nodig. Ieder mag de zorg geven.
Nu doen, 1: Vraag of zij of een ander kan betalen.
Nu doen, 2: Gebruik het formulier van 30 juni 2025.
Verwijzen: Bevalling en spoed: ieder ziekenhuis.
Termijn: Niet bekend; wacht niet.
Let op: Het kind valt er ook onder.
Zorg 24-11-2026 (vandaag) · wet gezien tot 9-8-2026.
Typ s, v, p, l, b, a, d, w, o, n, q of m; ? voor wat ze doen.
Uw antwoord: q
"""
    )


def test_details_changes_and_nothing_twice(small: DecisionTree) -> None:
    """Details are told on demand; the card is said again only when it has changed, or is asked for."""
    talk = on_lines(
        small, *NO_PAPERS, "l", "s", "?", "zz", "", "d", "gisteren", "herhaal", "a", "3", "v", "terug", "stop"
    )
    assert talk.written.count("OVV, onverzekerbare vreemdelingen. Zeker.") == 3
    assert talk.written.count("Tenzij de andere ouder verzekerd is.") == 1
    assert "l: Let op (1)" in talk.written
    assert "“zz” is hier geen letter" in talk.written
    assert "Zorg op 23-11-2026. De uitkomst blijft gelijk." in talk.written
    assert "Verblijf: Een visum of vrije weken. Was OVV · onverzekerbare vreemdelingen, ● zeker, nu SOV" in talk.written
    assert talk.written.count("Vraag 3 van hooguit 3. Welk papier heeft zij?") == 2
    assert "\x1b" not in talk.written


def test_the_end_of_the_input(small: DecisionTree) -> None:
    """Whoever stops halfway hears what is known so far."""
    for typed in ((), ("stop",), ("onzin",)):
        written = on_lines(small, "n", *typed).written
        assert len(re.findall(r"^Nog \d mogelijk", written, re.MULTILINE)) == 1
        assert "U stopt hier. Dit is nu bekend." in written


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("",), "U typte niets. Typ een van deze: n, z, p, w"),
        (("zzz",), "Uit “zzz” begrijp ik niets. Kies een antwoord."),
        (("n", "zzz"), "“zzz” past bij geen antwoord."),
        (("n", "e"), "SOV, subsidie voor onverzekerden"),
        (("n", "frankrik"), "“frankrik” kan dit zijn: Frankrijk. Typ meer, of een letter."),
        (("n", "guinee"), "Vraag 3"),
        (("n", "slo"), "kan dit zijn: Slovenië; Slowakije"),
        (("n", "oekraine", "gevlucht"), "RMO"),
        (("waarom",), "Wat hangt van het antwoord af?"),
        (("terug",), "Dit is de eerste vraag."),
        (("n", "opnieuw"), "Opnieuw vanaf het begin."),
        (("n", "ghana", "w", "1 2"), "2 uitgesloten · nog 1 mogelijk."),
        (("n", "ghana", "w", "1,9"), "“9” past bij geen antwoord."),
        (("n", "ghana", "w", "", "u", "g"), "OVV, onverzekerbare vreemdelingen"),
        (("onverzekerd, Ghana, geen papieren", "", "q"), "OVV, onverzekerbare vreemdelingen"),
        (("onverzekerd, Ghana, geen papieren", "2"), "Vraag 3 van hooguit 3. Welke nationaliteit"),
        (("onverzekerd, Ghana, geen papieren",), "Klopt dit? Niets telt voordat u Enter drukt."),
        ((*NO_PAPERS, "v", "1", "sint jan"), "Patiënt valt onder de OVV."),
        ((*NO_PAPERS, "m"), "Naam van de praktijk: …"),
        ((*NO_PAPERS, "o", "terug"), "In welk bestand?"),
    ],
)
def test_what_is_typed(small: DecisionTree, typed: tuple[str, ...], said: str) -> None:
    """Letters, numbers, words and countries are understood; what could be two things is refused, and why is said."""
    assert said in on_lines(small, *typed).written


def test_a_line_of_any_length_is_answered_at_once(small: DecisionTree) -> None:
    """A million letters are cut, and answered in one short sentence."""
    written = on_lines(small, "x" * 1_000_000).written
    assert f"Uit “{'x' * 60}” begrijp ik niets." in written
    assert len(written) < 6000


def test_a_beginning_that_fits_one_choice_is_enough() -> None:
    """Nothing is guessed: a beginning of one choice is taken, one of two is not, and `j` is never "Nee"."""
    from cakwizard.asking.typed import match

    choices = tuple(Choice(id=one, label=one) for one in ("Nee, nog niet in januari", "Ja", "Jaren geleden"))
    prompt = Prompt(text="?", choices=choices, commands=frozenset(Command))
    found = {typed: match(typed, prompt).meant for typed in ("j", "ja", "jar", "nee", "januari", "niet", "n", "4")}
    assert {typed: one.id if one else None for typed, one in found.items()} == {
        "j": None, "ja": "Ja", "jar": "Jaren geleden", "nee": choices[0].id, "januari": choices[0].id,
        "niet": choices[0].id, "n": choices[0].id, "4": None,
    }  # fmt: skip


# -- the program -----------------------------------------------------------------------


def test_the_program_on_lines(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """`--line` talks on standard error and gives the card on standard output, where that is somewhere else."""
    ran = cakwizard("--tree", str(SMALL), "--as", "verloskundige", "--line", "--lang", "nl", stdin="n\nghana\ng\nq\n")
    assert ran.status == 0
    assert ran.out.startswith("OVV, onverzekerbare vreemdelingen. Zeker.\nHet loket betaalt 100%")
    assert ran.err.count("OVV, onverzekerbare vreemdelingen") == 1
    assert "Het loket betaalt" not in ran.err
    assert cakwizard("--tree", str(SMALL), "--line", stdin="n\n").status == 3
    whole = cakwizard("--tree", str(SMALL), "--line", "--full", "--format", "markdown", stdin="z\nq\n").out
    assert whole.startswith("# ")
    assert "## Bronnen" in whole


def test_saving_and_going_on(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """`--save` keeps what was answered, `--answers` goes on with it and shows it, `--save-walk` makes a case of it."""
    kept, case = tmp_path / "later.yaml", tmp_path / "mine.walks.yaml"
    tree = ("--tree", str(SMALL), "--lang", "nl", "--line")
    assert cakwizard(*tree, "--save", str(kept), stdin="n\nghana\n").status == 3
    assert "nationality: other" in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    again = cakwizard(*tree, "--answers", str(kept), "--save", str(kept), "--save-walk", str(case), stdin="g\nv\nq\n")
    assert "2 antwoorden komen uit" in again.err
    assert "✓ Betaler: Niemand, of maar een deel\n✓ Nationaliteit: Een ander land\n" in again.err
    assert again.status == 0
    assert "provider: midwife" in kept.read_text()
    assert "- name: nobody, other, none, midwife" in case.read_text()
    assert "outcome: ovv_full" in case.read_text()
    named = cakwizard(*tree, "--save-walk", str(case), stdin="n\nghana\ng\nv\nq\nmevrouw zonder papieren\n")
    assert "Hoe heet dit geval?" in named.err
    assert "- name: mevrouw zonder papieren\n" in case.read_text()


def test_wrong_use(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """Without a terminal the program refuses to guess; an unknown profession or day is refused before any question."""
    assert cakwizard("--tree", str(SMALL)).status == 2
    assert cakwizard("--tree", str(SMALL), "--line", "--as", "bakker").status == 2
    assert cakwizard("--tree", str(SMALL), "--line", "--as", "vroedvrouw", stdin="").status == 3
    assert cakwizard("--tree", str(SMALL), "--line", "--date", "2026-02-30").status == 2
    assert cakwizard("--tree", str(SMALL), "--line", "--save-walk", str(tmp_path / "x.yaml")).status == 2


def test_a_pipe_gets_no_escape_sequence(tmp_path: Path) -> None:
    """Everything in one pipe reads as one text: no escape sequence, and nothing twice."""
    command = [sys.executable, "-m", "cakwizard", "--tree", str(SMALL), "--line", "--lang", "nl"]
    ran = subprocess.run(
        command, input=b"z\nk\nq\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True, timeout=60
    )
    text = ran.stdout.decode()
    assert "\x1b" not in text
    assert text.count("De zorgverzekering betaalt.") == 1
