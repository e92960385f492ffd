from __future__ import annotations

import io
import os
import re
import signal
import sys
from pathlib import Path

import pexpect
import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from cakwizard.asking import clipboard
from cakwizard.asking.menu import MenuAsker
from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Choice
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import EndOfInput
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.saving import read_saved
from cakwizard.cli import converse
from cakwizard.countries import options_of_country
from cakwizard.interface import words
from tests.talking import SMALL
from tests.talking import TALKS
from tests.talking import TODAY
from tests.talking import Recorder
from tests.talking import Talk
from tests.talking import Window

YES_NO = Prompt(
    text="Woont de patiënt in Nederland?",
    choices=(
        Choice(id="yes", text="Ja", key="j"),
        Choice(id="no", text="Nee", key="n"),
        Choice(id="?", text="Weet ik niet", key="w", command=Command.UNKNOWN),
    ),
    commands=frozenset(Command),
)
# The second letter of the first choice is the letter of the second, the third letter that of the third.
TRAP = Prompt(
    text="Welke?",
    choices=(
        Choice(id="first", text="Jan", key="j"),
        Choice(id="second", text="Anna", key="a"),
        Choice(id="third", text="Nel", key="n"),
        Choice(id="fourth", text="Annelies", key="e"),
    ),
    commands=frozenset(Command),
)
ESCAPE = "\x1b"
UP, DOWN, LEFT = "\x1b[A", "\x1b[B", "\x1b[D"
ENTER = "\r"
# The codes 30 to 49 and from 90 on set a colour, unless it is the usual one (39, 49).
COLOURED = re.compile(rb"\x1b\[(?:\d*;)*(?:3[0-8]|4[0-8]|9\d|10\d)(?:;\d*)*m")


def pressed(prompt: Prompt, keys: str, *, several: bool = False) -> object:
    """Press keys at a real menu and return what it gave; what is left over was not taken."""
    written = io.StringIO()
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        asker = MenuAsker(written, "nl", keys=pipe, screen=DummyOutput())
        pipe.send_text(keys)
        if several:
            return asker.pick_several(prompt)
        reply = asker.ask(prompt)
    return next(iter(reply.choices)) if isinstance(reply, Answer) and len(reply.choices) == 1 else reply


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ("j", "yes"),
        ("ja", "yes"),
        ("JA", "yes"),
        ("n", "no"),
        ("nee", "no"),
        ("1", "yes"),
        ("2", "no"),
        (DOWN, "yes"),
        (DOWN + DOWN, "no"),
        (UP, Command.UNKNOWN),
        (DOWN + UP, Command.UNKNOWN),
        ("w", Command.UNKNOWN),
        ("3", Command.UNKNOWN),
        ("weet ik niet", Command.UNKNOWN),
        ("weet niet", Command.UNKNOWN),
        ("don't know", Command.UNKNOWN),
        ("?", Command.WHY),
        ("waarom", Command.WHY),
        ("<", Command.BACK),
        ("terug", Command.BACK),
        ("opnieuw", Command.RESTART),
        ("stop", Command.STOP),
        ("nx\x7f", "no"),
        ("xyz\x15j", "yes"),
        ("\x1b[200~nee\x1b[201~", "no"),
        ("\x1b[F", Command.UNKNOWN),
        ("\x1b[F\x1b[H", "yes"),
        ("\t", "yes"),
    ],
)
def test_keys(keys, answer):
    """A letter, a word, a digit, an arrow, a pasted word and the program's own words each choose what they say."""
    assert pressed(YES_NO, keys + ENTER) == answer


def test_left_goes_back_at_once():
    """The arrow to the left goes back without Enter."""
    assert pressed(YES_NO, LEFT) is Command.BACK


@pytest.mark.parametrize(
    ("keys", "answer"), [("jan", "first"), ("anna", "second"), ("nel", "third"), ("annel", "fourth"), ("an", "third")]
)
def test_a_word_never_lands_on_another_choice(keys, answer):
    """A whole word chooses its own choice, though its letters are those of others; a beginning of two is refused."""
    assert pressed(TRAP, keys + ENTER + "n" + ENTER) == answer


@pytest.mark.parametrize(
    "keys",
    [
        ENTER,
        ENTER + ENTER,
        "x" + ENTER,
        "jx" + ENTER,
        "4" + ENTER,
        "0" + ENTER,
        "j\x7f" + ENTER,
        ESCAPE + ENTER,
        "j" + ESCAPE + ENTER,
        "herhaal" + ENTER,
        " " + ENTER,
        "\x00" + ENTER,
        "\x1b[200~\x1b[201~" + ENTER,
    ],
)
def test_nothing_is_chosen_by_accident(keys):
    """Enter alone, Escape and Enter, and what fits nothing choose nothing: the answer after them counts."""
    assert pressed(YES_NO, keys + "n" + ENTER) == "no"


def test_ctrl_c_passes():
    """Ctrl-C is an interrupt, not an answer."""
    with pytest.raises(KeyboardInterrupt):
        pressed(YES_NO, "j\x03")


def test_ctrl_d_is_the_end():
    """Ctrl-D says that nobody answers any more."""
    with pytest.raises(EndOfInput):
        pressed(YES_NO, "\x04")


def test_input_that_closes_is_the_end():
    """A terminal that goes away is the end of the conversation, not a fault."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        asker = MenuAsker(io.StringIO(), "nl", keys=pipe, screen=DummyOutput())
        pipe.close()
        with pytest.raises(EndOfInput):
            asker.ask(YES_NO)


@pytest.mark.parametrize(
    ("keys", "crossed"),
    [
        (ENTER, set()),
        ("a" + ENTER + ENTER, {"second"}),
        ("1" + ENTER + "nel" + ENTER + ENTER, {"first", "third"}),
        ("a" + ENTER + "a" + ENTER + ENTER, set()),
        (DOWN + " " + DOWN + DOWN + " " + ENTER, {"first", "second"}),
        (DOWN + ENTER + ENTER, {"first"}),
        ("zz" + ENTER + ENTER, set()),
    ],
)
def test_crossing_several(keys, crossed):
    """Letters, words and arrows set and remove crosses; Enter with nothing chosen is done."""
    assert pressed(TRAP, keys, several=True) == crossed


def test_a_country_is_typed_like_any_word(small):
    """At a question about a country its name chooses what it stands for, or leaves open what it leaves open."""
    question = small.questions["nationality"]
    prompt = Prompt(
        text="Welke?",
        choices=tuple(Choice(id=key, text=one.text["nl"], key=one.keys["nl"]) for key, one in question.options.items()),
        country=lambda word: options_of_country(question, word),
    )
    assert pressed(prompt, "polen" + ENTER) == "europe"
    assert pressed(prompt, "oekraine" + ENTER) == Answer(choices=frozenset({"fled", "other"}), country="oekraine")


# -- in a window -------------------------------------------------------------


def by_heart(talk: Talk, folder: Path, monkeypatch) -> Recorder:
    """Hold a conversation without any window, through the same options as the program."""
    recorder: list[Recorder] = []

    def record(stream: object, language: str) -> Recorder:
        recorder.append(Recorder(talk.typed, language))
        return recorder[0]

    monkeypatch.chdir(folder)
    monkeypatch.setenv("CAKWIZARD_TODAY", TODAY.isoformat())
    monkeypatch.setenv("LANG", "nl_NL.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES", "ACCESSIBLE", "CAKWIZARD_LINE", "CAKWIZARD_LANG", "CAKWIZARD_AS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(converse, "_line_asker", record)
    monkeypatch.setattr(clipboard, "can_copy", lambda: True)
    # Both go to one place, as in a window.
    place = io.StringIO()
    monkeypatch.setattr(sys, "stdout", place)
    monkeypatch.setattr(sys, "stderr", place)
    from cakwizard.cli import main

    with pytest.raises(SystemExit) as left:
        main([*talk.arguments, "--line"])
    assert left.value.code == talk.status
    return recorder[0]


def squeezed(text: str) -> str:
    """Return the text without any blanks."""
    return "".join(text.split())


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 20)])
@pytest.mark.parametrize("name", TALKS)
def test_in_a_window(name, columns, rows, tmp_path, monkeypatch):
    """In a real terminal, wide or narrow and without colour, everything said is there: no line cut, none outside."""
    talk = TALKS[name]
    for file, text in talk.files.items():
        (tmp_path / file).write_text(text)
    recorder = by_heart(talk, tmp_path, monkeypatch)
    window = Window(talk.arguments, columns=columns, rows=rows, folder=tmp_path)
    prompts = iter(recorder.at_prompt)
    label = squeezed(words("en" if "en" in talk.arguments else "nl")("line.prompt"))
    for typed in talk.typed:
        chat, prompt = next(prompts)
        if prompt.choices:
            window.wait_for(lambda chat=chat: window.run_together().startswith(chat) and ready(window, chat, label))
            check_choices(window, chat, prompt)
        else:
            window.wait_for(lambda chat=chat: window.run_together() == f"{chat}>")
        for number, one in enumerate([typed] if isinstance(typed, str) else typed, 1):
            window.type(one + ENTER)
            if not isinstance(typed, str):
                window.wait_for(lambda number=number: crossed_in(window) == number or rows < 24)
        if not isinstance(typed, str):
            window.type(ENTER)
    assert window.leave() == talk.status
    assert window.run_together() == recorder.chat
    # Bold is all there is: NO_COLOR allows no colour.
    assert COLOURED.findall(window.written) == []


def ready(window: Window, chat: str, label: str) -> bool:
    """Tell whether the menu below the chat waits for a key and nothing has been typed."""
    line = window.screen.display[window.screen.cursor.y]
    return squeezed(line) == label and window.run_together() != chat


def crossed_in(window: Window) -> int:
    """Return how many crosses are in sight."""
    return window.run_together().count("[x]")


def check_choices(window: Window, chat: str, prompt: Prompt) -> None:
    """Every choice stands in the menu with its number and letter, or the menu says that there are more."""
    menu = window.run_together()[len(chat) :]
    missing = [
        number
        for number, one in enumerate(prompt.choices, 1)
        if squeezed(f"{number}. {one.text} ({one.key})" if one.key else f"{number}. {one.text}")
        not in menu.replace("[]", "")
    ]
    assert not missing or f"{len(prompt.choices)}keuzes" in menu or f"{len(prompt.choices)}choices" in menu


# -- the program itself, started anew ----------------------------------------


def start(*arguments: str, **environment: str) -> pexpect.spawn[str]:
    """Start the program anew on a terminal of its own."""
    own = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES", "ACCESSIBLE")}
    own |= {"TERM": "xterm", "NO_COLOR": "1", "CAKWIZARD_TODAY": TODAY.isoformat(), "LANG": "nl_NL.UTF-8"}
    return pexpect.spawn(
        sys.executable,
        ["-m", "cakwizard", *arguments],
        env={**own, **environment},
        encoding="utf-8",
        timeout=30,
        dimensions=(24, 80),
    )


def ended(child: pexpect.spawn[str]) -> tuple[int | None, int | None]:
    """Return how the program left: its exit status, or the signal that ended it."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, child.signalstatus


@pytest.mark.parametrize("mode", [[], ["--line"]])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"])
def test_signals(mode, number, status):
    """An interrupt and a request to end leave with one sentence, the terminal as it was, and no traceback."""
    child = start("--tree", str(SMALL), *mode)
    child.expect("Uw antwoord:")
    child.kill(number)
    assert ended(child) == (status, None)
    assert child.before is not None
    assert child.before.replace("\x1b[?25h", "").strip().endswith("Gestopt. Er is niets bewaard of verstuurd.")
    assert "Traceback" not in child.before


@pytest.mark.parametrize("mode", [[], ["--line"]])
def test_interrupted_with_save(mode, tmp_path, small):
    """With --save Ctrl-C keeps the answers, for nobody else to read, and says how to go on."""
    file = tmp_path / "later.yaml"
    child = start("--tree", str(SMALL), "--save", str(file), *mode)
    child.expect("Uw antwoord:")
    child.send("ja\r" if not mode else "ja\n")
    child.expect("nationaliteit")
    child.expect("Uw antwoord:")
    child.sendintr()
    assert ended(child) == (130, None)
    assert read_saved(file.read_text(), str(file), small).file.answers == {"resident": frozenset({"yes"})}
    assert file.stat().st_mode & 0o777 == 0o600
    assert "cakwizard --answers" in str(child.before)


@pytest.mark.parametrize("mode", [[], ["--line"]])
def test_end_of_input_in_a_terminal(mode):
    """Ctrl-D at a question ends with what is known so far and status 3."""
    child = start("--tree", str(SMALL), *mode)
    child.expect("Uw antwoord:")
    child.sendeof()
    assert ended(child) == (3, None)
    assert "Er zijn nog 4 uitkomsten mogelijk" in str(child.before)


def test_outcome_in_a_file(tmp_path):
    """`cakwizard > advies.txt` asks in the terminal and writes the outcome alone to the file."""
    file = tmp_path / "advies.txt"
    command = f"{sys.executable} -m cakwizard --tree {SMALL} > {file} 2> {tmp_path}/errors.txt"
    own = {**os.environ, "TERM": "xterm", "CAKWIZARD_TODAY": TODAY.isoformat(), "LANG": "nl_NL.UTF-8"}
    child = pexpect.spawn("/bin/sh", ["-c", command], env=own, encoding="utf-8", timeout=30, dimensions=(24, 80))
    for answer in ("nee", "stop"):
        child.expect("Uw antwoord:")
        child.send(f"{answer}\r")
    assert ended(child) == (0, None)
    assert file.read_text().splitlines()[:4] == [
        "Niet beslist: Niet beslist",
        "",
        "Wie betaalt wat?",
        "- Dat is niet bekend. [1]",
    ]
    assert (tmp_path / "errors.txt").read_text() == ""
