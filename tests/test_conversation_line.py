from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cakwizard.loading import load_tree
from cakwizard.scripts.walkfile import load_cases
from tests.talking import SMALL
from tests.talking import TALKS
from tests.talking import TODAY
from tests.talking import Talk
from tests.talking import on_lines

TRANSCRIPTS = Path(__file__).parent / "transcripts"
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path):
    """A fixed day, Dutch, an empty folder, and nothing else asked for."""
    for name in ("ACCESSIBLE", "CAKWIZARD_AS", "CAKWIZARD_LINE", "CAKWIZARD_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CAKWIZARD_TODAY", TODAY.isoformat())
    monkeypatch.setenv("LANG", "nl_NL.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.chdir(tmp_path)


def held(name: str, monkeypatch) -> tuple[str, int]:
    """Hold one of the conversations on lines."""
    for file, text in TALKS[name].files.items():
        Path(file).write_text(text)
    return on_lines(TALKS[name], monkeypatch)


@pytest.mark.parametrize("name", TALKS)
def test_transcript(name, monkeypatch):
    """A conversation on plain lines reads as it did; CAKWIZARD_NEW_TRANSCRIPTS=1 writes it anew after a change."""
    text, status = held(name, monkeypatch)
    file = TRANSCRIPTS / f"{name}.txt"
    if os.environ.get("CAKWIZARD_NEW_TRANSCRIPTS"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), "it reads differently: read the difference, then write it anew"
    assert status == TALKS[name].status


@pytest.mark.parametrize("name", TALKS)
def test_nothing_steers_the_terminal(name, monkeypatch):
    """A screen reader gets lines alone: no escape sequence, no carriage return, no line drawn again."""
    assert STEERING.findall(held(name, monkeypatch)[0]) == []


@pytest.mark.parametrize("name", [name for name, talk in TALKS.items() if not talk.corrected])
def test_nothing_is_said_twice(name, tree, monkeypatch):
    """Without corrections no sentence is read out twice, but for the choices, which belong to their question."""
    text, _ = held(name, monkeypatch)
    choices = re.compile(r"\d+\. .*|Uw antwoord: .*|Your answer: .*|- .*")
    said = [line.strip() for line in text.splitlines() if line.strip() and not choices.fullmatch(line)]
    repeated = {line for line in said if said.count(line) > 1}
    # After an explanation the question is named again; how to find out is said where it helps and kept in the end.
    asked_for = {line for line in said if name in ("misunderstood", "in_english") and line.endswith("?")}
    find_out = {"Zo komt u erachter"}
    find_out |= {one.find_out["nl"] for one in tree.questions.values() if one.find_out is not None}
    assert repeated - asked_for - find_out == set()


def test_end_of_input_ends_with_what_is_known(monkeypatch):
    """When the input ends in the middle, what is still possible is shown, and the exit status is 3."""
    text, status = on_lines(Talk(typed=["ja"], arguments=["--tree", str(SMALL)]), monkeypatch)
    assert status == 3
    assert text[text.index("U stopt") :].splitlines()[:6] == [
        "U stopt hier. Dit is nu bekend.",
        "",
        "Er zijn nog 3 uitkomsten mogelijk",
        "",
        "Zoek eerst uit: Welke nationaliteit heeft zij?",
        "Vraag naar een paspoort.",
    ]


def test_end_of_input_after_the_outcome_is_leaving(monkeypatch):
    """When the input ends at the outcome, the conversation was held to its end: status 0 and nothing shown again."""
    text, status = on_lines(Talk(typed=["ja", "europese"], arguments=["--tree", str(SMALL)]), monkeypatch)
    assert status == 0
    assert text.count("Zorgverzekeraar: De verzekeraar betaalt\n") == 1


def test_last_line_without_line_feed_counts(monkeypatch):
    """The last answer of a script counts although no line feed follows it."""
    _, status = on_lines(Talk(typed=["ja"], arguments=["--tree", str(SMALL)]), monkeypatch, end="europese")
    assert status == 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2", "Europese"),
        ("weet niet", "Weet ik niet"),
        ("  EUROPÉSE ", "Europese"),
        ("euro", "Europese"),
        ("polen", "Europese"),
        ("pl", "Europese"),
        ("Poland", "Europese"),
    ],
)
def test_ways_to_answer(typed, meant, monkeypatch):
    """A number, the words in any case, with blanks or accents, their beginning, a country or its code: all answer."""
    talk = Talk(typed=["ja", typed, "a", "terug"], arguments=["--tree", str(SMALL)])
    text, _ = on_lines(talk, monkeypatch)
    if meant == "Weet ik niet":
        assert "Welke antwoorden kunnen zeker niet?" in text
    else:
        assert "2. Welke nationaliteit heeft zij? Europese\n" in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "eu ropa",
            '"eu ropa" past bij geen antwoord. Typ een nummer van 1 tot en met 5, een letter (n, e, g, a, w) of de '
            "woorden van een antwoord. Een land mag ook.",
        ),
        (
            "polem",
            '"polem" past bij geen antwoord. Bedoelt u Polen? Typ het dan voluit. Typ een nummer van 1 tot en met 5, '
            "een letter (n, e, g, a, w) of de woorden van een antwoord. Een land mag ook.",
        ),
        (
            "9",
            '"9" past bij geen antwoord. Typ een nummer van 1 tot en met 5, een letter (n, e, g, a, w) of de woorden '
            "van een antwoord. Een land mag ook.",
        ),
        (
            "",
            "U typte niets. Typ een nummer van 1 tot en met 5, een letter (n, e, g, a, w) of de woorden van een "
            "antwoord. Een land mag ook.",
        ),
        (
            "\x1b[D",
            '"[D" past bij geen antwoord. Typ een nummer van 1 tot en met 5, een letter (n, e, g, a, w) of de woorden '
            "van een antwoord. Een land mag ook.",
        ),
    ],
)
def test_what_is_not_understood_is_asked_again(typed, said, monkeypatch):
    """What fits no answer is never guessed at: the question stays, and what it takes is said."""
    text, _ = on_lines(Talk(typed=["ja", typed, "e"], arguments=["--tree", str(SMALL)]), monkeypatch)
    assert said in text.splitlines()
    assert "Zorgverzekeraar: De verzekeraar betaalt" in text


def run(*arguments: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own, with pipes."""
    own = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "cakwizard", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**own, "TERM": "xterm", **environment},
    )


def test_without_a_terminal_it_refuses():
    """A pipe without --line is refused in one sentence that names the way out, and nothing is guessed."""
    found = run("--tree", str(SMALL), typed="ja\n")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == (
        "cakwizard stelt vragen en heeft daarvoor een terminal nodig. Gebruik 'cakwizard walk' met een bestand met "
        "antwoorden, of 'cakwizard --line'.\n"
    )


def test_accessible_alone_does_not_take_a_pipe_for_answers():
    """ACCESSIBLE says how to ask, not that a pipe holds answers: without a terminal it is refused as well."""
    assert run("--tree", str(SMALL), typed="ja\n", ACCESSIBLE="1").returncode == 2


def test_outcome_goes_to_standard_output_and_dialogue_elsewhere():
    """`cakwizard --line > advies.txt` holds the outcome alone, once, and the conversation names it."""
    found = run("--tree", str(SMALL), typed="ja\na\nv\na\n2\ne\n\n", CAKWIZARD_LINE="1")
    assert found.returncode == 0
    assert found.stdout.splitlines()[:4] == [
        "Zorgverzekeraar: De verzekeraar betaalt",
        "",
        "Wie betaalt wat?",
        "- De verzekeraar betaalt alles. [1]",
    ]
    assert "Regeling A: Regeling A: 100%\n" in found.stderr
    assert "Wie betaalt wat?" not in found.stderr
    assert "Wie geeft de zorg?" not in found.stdout.split("Wat zou dit veranderen?")[0]


@pytest.mark.parametrize(("form", "first"), [("text", "Zorgverzekeraar: "), ("markdown", "# Zorgverzekeraar: ")])
def test_format_writes_the_outcome_to_paste(form, first):
    """With --format the conversation ends with the text for a file or a mail, with the answers it rests on."""
    found = run("--line", "--tree", str(SMALL), "--format", form, typed="ja\neuropese\n\n")
    assert found.returncode == 0
    assert found.stdout.startswith(first)
    assert "Waar dit op berust: uw antwoorden" in found.stdout
    assert "Welke nationaliteit heeft zij? Europese" in found.stdout


def test_answers_in_a_poor_encoding_do_not_break_it():
    """Where the encoding lacks a letter it is replaced; the conversation goes on."""
    found = run("--line", "--tree", str(SMALL), typed="ja\neuropese\n", PYTHONIOENCODING="ascii")
    assert found.returncode == 0
    assert "Woont de pati?nt in Nederland?" in found.stderr


def test_bytes_that_are_no_text_are_no_answer():
    """Bytes that are no UTF-8 are asked again like anything else that fits no answer."""
    found = subprocess.run(
        [sys.executable, "-m", "cakwizard", "--line", "--tree", str(SMALL)],
        input=b"\xff\xfe\nnee\nv\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 0
    assert b"past bij geen antwoord" in found.stderr
    assert b"Traceback" not in found.stderr


def test_questionary_missing_means_lines(monkeypatch):
    """Where questionary cannot be used the conversation is held on lines."""
    import importlib.util

    from cakwizard.cli import converse

    monkeypatch.delenv("TERM", raising=False)
    assert not converse._plain_terminal()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert converse._plain_terminal()


@pytest.mark.parametrize("name", ["ACCESSIBLE", "TERM"])
def test_surroundings_that_ask_for_lines(name, monkeypatch):
    """ACCESSIBLE and a dumb terminal get plain lines without being asked."""
    from cakwizard.cli import converse

    monkeypatch.setenv(name, {"ACCESSIBLE": "1", "TERM": "dumb"}[name])
    assert converse._plain_terminal()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--save", "nowhere/x.yaml"], "error: 'nowhere/x.yaml' cannot be written\nhint: choose another place\n"),
        (["--save", "."], "error: '.' cannot be written\nhint: choose another place\n"),
        (
            ["--save-walk", "mine.yaml"],
            "error: the name of 'mine.yaml' does not end in '.walks.yaml'\n"
            "hint: walk files are called such as 'mine.walks.yaml'\n",
        ),
        (["--answers", "none.yaml"], "fout: er is geen bestand 'none.yaml'\ntip: kijk of u in de juiste map bent\n"),
    ],
)
def test_files_that_cannot_be_are_refused_at_once(arguments, said, monkeypatch):
    """What could not be read or written is refused before the first question, not after the last."""
    text, status = on_lines(Talk(typed=["ja"], arguments=["--tree", str(SMALL), *arguments]), monkeypatch)
    assert (text, status) == (said, 2)


def test_saving_at_the_outcome(monkeypatch, small):
    """At the outcome answers are saved where asked, a file that is there only when that is confirmed."""
    Path("there.yaml").write_text("mine")
    typed = ["nee", "opslaan", "nowhere/x", "o", "", "o", "there.yaml", "nee", "o", "there.yaml", "ja", "o", "terug"]
    text, status = on_lines(Talk(typed=typed, arguments=["--tree", str(SMALL)]), monkeypatch)
    assert status == 0
    assert "nowhere/x kan niet worden geschreven. Er is niets bewaard; kies een andere plaats.\n" in text
    assert text.count("there.yaml bestaat al. Overschrijven?\n") == 2
    assert text.count("Uw antwoorden staan in there.yaml") == 1
    assert Path("there.yaml").read_text().splitlines()[-1] == "  resident: no"
    assert Path("there.yaml").stat().st_mode & 0o777 == 0o600


def test_recording_a_case(monkeypatch):
    """--save-walk adds the case with what came to a walk file, which then passes against the tree."""
    arguments = ["--tree", str(SMALL), "--save-walk", "mine.walks.yaml"]
    text, status = on_lines(Talk(typed=["nee", "stop"], arguments=arguments), monkeypatch)
    assert status == 0
    assert text.splitlines()[-1] == "Het geval is toegevoegd aan mine.walks.yaml."
    cases = load_cases(["mine.walks.yaml"], load_tree(SMALL))
    assert [(case.name, dict(case.answers)) for case in cases] == [
        ("Niet beslist: Niet beslist", {"resident": frozenset({"no"})})
    ]


def test_sources_show_what_rests_on_them(monkeypatch):
    """The sources at the outcome are shown with the sentences that rest on each."""
    typed = ["ja", "a", "v", "bronnen", "stop"]
    text, _ = on_lines(Talk(typed=typed, arguments=["--tree", str(SMALL)]), monkeypatch)
    shown = text[text.index("Wat op welke bron berust") :].splitlines()
    assert shown[2:6] == [
        "De wet (Overheid, 1 januari 2026). https://example.org/law",
        "- Het loket betaalt 100% van de rekening.",
        "- U hebt geen contract nodig.",
        "",
    ]


def answers_counted(text: str) -> int:
    """Return how many questions were asked."""
    return sum(1 for line in text.splitlines() if line.startswith("Vraag "))


@pytest.mark.parametrize(("name", "questions"), [("insured", 1), ("no_papers", 4)])
def test_as_few_answers_as_promised(name, questions, monkeypatch):
    """A midwife who said so beforehand answers once for an insured woman and four times for one without papers."""
    text, status = held(name, monkeypatch)
    assert (answers_counted(text), status) == (questions, 0)


def test_as_takes_the_words_too(monkeypatch):
    """`--as` takes an option's id or its words in any of the tree's languages, from the environment as well."""
    monkeypatch.setenv("CAKWIZARD_AS", "General Practitioner")
    text, _ = on_lines(Talk(typed=["n"], arguments=["--tree", str(SMALL)]), monkeypatch)
    assert "Vooraf opgegeven: Wie geeft de zorg? Huisarts\n" in text


def test_as_something_else(monkeypatch):
    """An unknown `--as` is refused with what there is and the nearest, and status 2."""
    text, status = on_lines(Talk(typed=[], arguments=["--tree", str(SMALL), "--as", "midwive"]), monkeypatch)
    assert status == 2
    assert text == (
        "fout: 'midwive' is geen antwoord op 'provider'; de antwoorden zijn: midwife, gp\ntip: bedoelt u 'midwife'?\n"
    )
