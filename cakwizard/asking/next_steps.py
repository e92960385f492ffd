"""What can be done at the outcome: change an answer or the date, look at sources, save, start again, leave."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from collections.abc import Iterator
from typing import NamedTuple
from typing import Protocol

from cakwizard.asking.conversation import Conversation
from cakwizard.asking.conversation import answer_in_words
from cakwizard.asking.matching import command_in
from cakwizard.asking.matching import letters
from cakwizard.asking.protocol import Action
from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Choice
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.session import Session
from cakwizard.errors import FileError
from cakwizard.interface import words
from cakwizard.presenting import sections
from cakwizard.presenting import source_line
from cakwizard.rendering import Block
from cakwizard.sentences import in_short
from cakwizard.walking import Verdict
from cakwizard.wording import UNKNOWN_KEYS
from cakwizard.wording import fold
from cakwizard.wording import format_date

__all__ = ["Keeper", "NextSteps", "parse_typed_day"]

_HERE = frozenset({Command.BACK, Command.REPEAT, Command.RESTART, Command.STOP})

_GIVES_UP = (Command.BACK, Command.STOP)


class Keeper(Protocol):
    """Writes answers down where somebody asked for it."""

    def exists(self, file: str) -> bool:
        """Tell whether a file is there already."""
        ...

    def save(self, session: Session, file: str) -> str:
        """Write the answers and return the sentence that says so, or raise `FileError`."""
        ...


class _Step(NamedTuple):
    """A line of the menu; `do` returns False to leave the conversation."""

    text: str
    key: str
    do: Callable[[], bool]


class NextSteps:
    """The menu after the outcome; called with a conversation, it returns False to leave."""

    def __init__(self, keeper: Keeper, extras: Callable[[Verdict, str], list[Action]]) -> None:
        """Offer the own steps and those that `extras` returns for a verdict and a language."""
        self._keeper = keeper
        self._extras = extras

    def __call__(self, conversation: Conversation) -> bool:
        """Offer what can be done until something changes; return False to leave."""
        session, asker = conversation.session, conversation.asker
        before = session.verdict
        steps = list(self._steps(conversation))
        prompt = _prompt(session, steps)
        again = False
        while session.verdict is before:
            reply = asker.ask(_prompt(session, steps, again=True) if again else prompt)
            again = True
            if isinstance(reply, Answer):
                (number,) = reply.choices
                if not steps[int(number)].do():
                    return False
            elif reply is Command.BACK:
                if session.back() is None:
                    asker.say(words(session.language)("ask.first"))
            elif reply is Command.RESTART:
                session.restart()
            else:
                return False
        conversation.shown = False
        return True

    def _steps(self, conversation: Conversation) -> Iterator[_Step]:
        session, asker = conversation.session, conversation.asker
        say = words(session.language)
        verdict = session.verdict

        def extra(action: Action) -> Callable[[], bool]:
            def do() -> bool:
                action.run(asker, session)
                return True

            return do

        first = verdict.decide_next
        if first is not None and first in session.answers:
            text = session.tree.questions[first].text[session.language]
            yield _Step(say("review.decide", question=text), "", lambda: conversation.change(first))
        yield _Step(say("review.change"), "", lambda: _review(conversation))
        for action in self._extras(verdict, session.language):
            yield _Step(action.text, action.key, extra(action))
        if verdict.outcome is not None:
            yield _Step(say("review.sources"), "", lambda: _show_sources(conversation))
        yield _Step(say("review.date"), "", lambda: _change_date(conversation))
        yield _Step(say("review.save"), "", lambda: self._save(conversation))
        yield _Step(say("review.restart"), "", lambda: _restart(conversation))
        yield _Step(say("review.leave"), "", lambda: False)

    def _save(self, conversation: Conversation) -> bool:
        asker, session = conversation.asker, conversation.session
        say = words(session.language)
        file = asker.ask_text(say("save.ask"))
        if not file or command_in(file) in _GIVES_UP:
            return True
        if self._keeper.exists(file):
            choices = (
                Choice(id="yes", text=say("save.yes"), key=say("save.yes")[0].casefold()),
                Choice(id="no", text=say("save.no"), key=say("save.no")[0].casefold()),
            )
            text = say("save.exists", file=file)
            reply = asker.ask(Prompt(text=text, choices=choices, commands=_HERE))
            if reply is Command.STOP:
                return False
            if not isinstance(reply, Answer) or reply.choices != {"yes"}:
                return True
        try:
            asker.say(self._keeper.save(session, file))
        except FileError:
            asker.say(say("save.failed", file=file))
        return True


def _prompt(session: Session, steps: list[_Step], *, again: bool = False) -> Prompt:
    say = words(session.language)
    keys = letters([(step.key, step.text) for step in steps], taken=UNKNOWN_KEYS.get(session.language, ""))
    choices = tuple(
        Choice(id=str(number), text=step.text, key=key)
        for number, (step, key) in enumerate(zip(steps, keys, strict=True))
    )
    found = session.verdict.outcome
    return Prompt(
        text=say("review.next"),
        choices=choices,
        commands=_HERE,
        empty=Command.STOP,
        again=again,
        reminder=() if found is None else in_short(session.verdict, found, session.language),
    )


def _review(conversation: Conversation) -> bool:
    """Let one of the answers given be changed."""
    session, asker = conversation.session, conversation.asker
    say = words(session.language)
    questions = session.given
    if not questions:
        asker.say(say("review.nothing"))
        return True
    choices = tuple(
        Choice(
            id=question,
            text=say(
                "review.entry",
                question=session.tree.questions[question].text[session.language],
                answer=answer_in_words(session, question),
            ),
        )
        for question in questions
    )
    commands = frozenset({Command.BACK, Command.REPEAT, Command.STOP})
    reply = asker.ask(Prompt(text=say("review.question"), choices=choices, commands=commands))
    if isinstance(reply, Answer):
        (question,) = reply.choices
        return conversation.change(question)
    return reply is Command.BACK


def _show_sources(conversation: Conversation) -> bool:
    """Show each source with the sentences that rest on it."""
    session = conversation.session
    verdict = session.verdict
    if verdict.outcome is None:  # pragma: no cover - the step is offered at an outcome only
        return True
    used: dict[str, list[str]] = {}
    for section in sections(verdict, verdict.outcome, session.language, assumed=session.assumed, today=session.today):
        if section.id != "sources":
            for item in section.items:
                for source in item.sources:
                    used.setdefault(source, []).append(item.text)
    blocks = [Block(words(session.language)("review.sources_heading"), "title")]
    for source, texts in used.items():
        blocks.append(Block(source_line(session.tree, source, session.language), "heading"))
        blocks += [Block(text, "item", "-") for text in dict.fromkeys(texts)]
    conversation.asker.show(blocks)
    return True


def _change_date(conversation: Conversation) -> bool:
    """Set another date of care; the answers that still fit are kept."""
    session, asker = conversation.session, conversation.asker
    say = words(session.language)
    while (typed := asker.ask_text(say("review.date_ask"))) and command_in(typed) not in _GIVES_UP:
        day = parse_typed_day(typed)
        if day is None:
            asker.say(say("review.date_bad", typed=typed))
            continue
        if session.claim_given and day > session.claim_date:
            asker.say(say("review.date_claim", claim_date=format_date(session.claim_date, session.language)))
        else:
            conversation.name_fallen(session.change_dates(day))
        break
    return True


def _restart(conversation: Conversation) -> bool:
    conversation.session.restart()
    return True


def parse_typed_day(typed: str) -> datetime.date | None:
    """Return the day that somebody typed as 10-11-2022, 2022-11-10 or 10 november 2022; None when it is none."""
    parts = re.split(r"[-/. ]+", fold(typed.strip()))
    if len(parts) != len(("day", "month", "year")):
        return None
    if len(parts[0]) == len("2022"):
        parts.reverse()
    day, month, year = parts
    months = {
        fold(format_date(f"2000-{number:02}", language).split()[0]): number
        for language in ("nl", "en")
        for number in range(1, 13)
    }
    number = months.get(month) or (int(month) if month.isascii() and month.isdigit() else 0)
    if not (day.isascii() and day.isdigit() and year.isascii() and year.isdigit() and len(year) == len("2022")):
        return None
    try:
        return datetime.date(int(year), number, int(day))
    except ValueError:
        return None
