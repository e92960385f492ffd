"""What the conversation and the two ways of asking say to each other.

The conversation knows no keyboard and no window; an asker knows no tree. The
menu and the line mode both are an `Asker`, so they ask the same questions with
the same words.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from typing import Protocol

from cakwizard.rendering import Block

if TYPE_CHECKING:
    from cakwizard.asking.session import Session

__all__ = ["Action", "Answer", "Asker", "Choice", "Command", "EndOfInput", "Prompt", "Reply"]


class EndOfInput(Exception):  # noqa: N818 - not an error: whoever answers has gone
    """There is nobody left to answer."""


class Command(Enum):
    """What can be said to the program in place of an answer."""

    UNKNOWN = "unknown"
    BACK = "back"
    WHY = "why"
    REPEAT = "repeat"
    RESTART = "restart"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What can be chosen at a prompt; a choice with a `command` stands for that command."""

    id: str
    text: str
    key: str = ""
    command: Command | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One question as it is put to a person.

    Attributes:
        progress: How far the conversation is, in words.
        commands: The commands that can be said here.
        country: Gives the choices that a country leaves open, or None when the word names none.
        empty: What an empty line means in line mode; None when it means nothing.
        reminder: What the prompt is about, for those who see a window: what was said long before has scrolled away.
        again: The same question has just been asked, so that it need not be read out once more.
    """

    text: str
    choices: tuple[Choice, ...]
    progress: str = ""
    commands: frozenset[Command] = frozenset()
    country: Callable[[str], frozenset[str] | None] | None = None
    empty: Command | None = None
    reminder: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The choices taken, by id; `country` is the word that led to them when it named a country."""

    choices: frozenset[str]
    country: str = ""


Reply = Answer | Command


class Asker(Protocol):
    """Somebody who can be asked.

    Every method that asks raises `EndOfInput` when nobody is left to answer, and
    lets `KeyboardInterrupt` through.
    """

    def ask(self, prompt: Prompt) -> Reply:
        """Return one choice (or what a country leaves open) or a command of the prompt."""
        ...

    def pick_several(self, prompt: Prompt) -> frozenset[str] | Command:
        """Return any number of choices, possibly none, or a command of the prompt."""
        ...

    def ask_text(self, text: str) -> str:
        """Return what is typed on one line, without blanks around it; empty for nothing."""
        ...

    def say(self, text: str) -> None:
        """Say one paragraph."""
        ...

    def show(self, blocks: Iterable[Block]) -> None:
        """Show headings and paragraphs in the dialogue."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can be done after the outcome.

    Attributes:
        text: What it does, in the words of the menu.
        key: The letter wished for; another free letter of the text is taken when it is gone.
        run: Does it. What it changes in the session is shown again afterwards.
    """

    text: str
    run: Callable[[Asker, Session], None]
    key: str = ""
