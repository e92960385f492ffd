"""What the conversation and the two ways of asking say to each other.

The conversation knows no keyboard and no window; an asker knows no tree. The menu and the line mode take the same
questions, raise `EndOfInput` when nobody answers, and let `KeyboardInterrupt` through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from cakwizard.saying.card import Card
from cakwizard.saying.sections import Section


class EndOfInput(Exception):  # noqa: N818 - not an error: whoever answers has gone
    """There is nobody left to answer."""


class Command(Enum):
    """What can be said to the program in place of an answer."""

    UNKNOWN = "unknown"
    BACK = "back"
    EXPLAIN = "explain"
    REPEAT = "repeat"
    RESTART = "restart"
    DATE = "date"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The choices taken, by id; `said` is the word by which they were found (a country)."""

    choices: frozenset[str]
    said: str = ""


Reply = Answer | Command | str
"""A text is what was typed, where a prompt takes any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What can be chosen at a prompt; a choice with a `command` stands for that command.

    Attributes:
        explain: A dim explanation behind the label.
        key: The letter that points at it.
        also: Other words by which people say it.
        takes: What it answers; the choice itself when empty.
        pointed: What `?` says of it while it is pointed at.
    """

    id: str
    label: str
    explain: str = ""
    key: str = ""
    also: tuple[str, ...] = ()
    takes: frozenset[str] = frozenset()
    command: Command | None = None
    pointed: str = ""

    @property
    def reply(self) -> Reply:
        """Return what taking it comes to."""
        said = self.label if self.takes else ""
        return self.command or Answer(choices=self.takes or frozenset({self.id}), said=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One question as it is put to a person.

    Attributes:
        head: What the conversation is about, and the facts that hold for all of it.
        trail: What was answered before: each question in a word or two, and the answer.
        progress: How far the conversation is, in words.
        find: Gives more choices for what is typed (countries, providers).
        free: What an empty input line asks for where any text is taken; empty where only a choice is.
        proposed: The text that Enter alone takes there.
        reads: Where any text is taken, what it is understood as while it is typed.
        ticked: Where several can be taken, those that are from the beginning; None where one is taken.
        tally: Where several can be taken, what is left of the outcomes then, in words.
        explanation: What `?` tells; the first section helps most.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    head: tuple[str, str] = ("", "")
    trail: tuple[tuple[str, str], ...] = ()
    progress: str = ""
    notes: tuple[str, ...] = ()
    commands: frozenset[Command] = frozenset({Command.BACK, Command.REPEAT, Command.STOP})
    find: Callable[[str], Sequence[Choice]] | None = None
    free: str = ""
    proposed: str = ""
    reads: Callable[[str], Sequence[tuple[str, str]]] | None = None
    ticked: frozenset[str] | None = None
    tally: Callable[[frozenset[str]], str] | None = None
    explanation: Callable[[], tuple[Section, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The card with what can be done there; `notes` go before it.

    `keys` are the letters that do something, each with what it does in full and for a narrow window.
    """

    card: Card
    keys: Mapping[str, tuple[str, str]]
    trail: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
