"""What can be done at the outcome: the same letter means the same thing in every outcome.

Details open over the card, and nothing is sent: a text is copied, and what is to be filled in is filled in elsewhere,
so that no name is ever asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from cakwizard.asking.conversation import Conversation, Shown
from cakwizard.asking.protocol import Answer, Choice, Command, Key, Outcome, Prompt, Typed
from cakwizard.asking.referring import refer
from cakwizard.asking.session import Session
from cakwizard.errors import FileError
from cakwizard.providers.lists import Provider
from cakwizard.saying.phrases import headline
from cakwizard.saying.sections import Section, Sentence
from cakwizard.showing.text import card_text, full_text
from cakwizard.tree.records import Message

__all__ = ["After", "Keeper", "message_text"]

# In the order in which they stand under the card; what each does is a method of that name.
_ACTIONS = (
    "fill_in", "steps", "referral", "documents", "mind", "sources", "change", "date", "what_if", "copy", "save",
    "new", "leave", "message", "ask",
)  # fmt: skip
_SECTIONS = {"what_if": "change"}
_COUNTED = frozenset({"documents", "mind", "sources", "what_if"})


class Keeper(Protocol):
    """Writes answers down where somebody asked for it."""

    def exists(self, file: str) -> bool:
        """Tell whether a file is there already."""
        ...

    def save(self, session: Session, file: str) -> str:
        """Write the answers and return the sentence that says so, or raise `FileError`."""
        ...


class After:
    """Shows the card and does what is asked there; called with a conversation, it returns False to leave."""

    def __init__(self, keeper: Keeper, providers: Callable[[], Sequence[Provider]]) -> None:
        """Prepare.

        Args:
            providers: Gives the list to refer by, which is read only when somebody looks in it.
        """
        self._keeper = keeper
        self._providers = providers

    def __call__(self, conversation: Conversation) -> bool:
        """Offer what can be done until something changes; return False to leave."""
        session, say = conversation.session, conversation.say
        before = session.verdict
        while session.verdict is before:
            shown = conversation.shown
            names = [name for name in _ACTIONS if self._is_there(name, conversation)]
            keys = {say(f"after.{name}.key"): name for name in names}
            letter = conversation.asker.offer(
                Outcome(
                    card=shown.card,
                    keys=tuple(_key(name, shown, conversation) for name in names),
                    trail=session.trail,
                    notes=conversation.told(),
                    foot=say("after.foot"),
                )
            )
            if letter == "back":
                conversation.back()
            elif letter == say("after.copy.key").upper():
                self._copy(conversation, _everything(session))
            elif keys.get(letter) == "leave":
                return False
            elif letter in keys:
                self._do(keys[letter], conversation)
        return True

    def _is_there(self, name: str, conversation: Conversation) -> bool:
        verdict, shown = conversation.session.verdict, conversation.shown
        if name == "fill_in":
            return verdict.outcome is None and self._to_fill_in(conversation) is not None
        if name == "message":
            return verdict.outcome is not None and verdict.outcome.outcome.message is not None
        if name == "copy":
            return conversation.asker.copies
        if name == "referral" and verdict.outcome is not None and verdict.outcome.outcome.referrals:
            return True
        if name in ("change", "date", "save", "new", "leave"):
            return True
        return shown.section(_SECTIONS.get(name, name)) is not None

    def _do(self, name: str, conversation: Conversation) -> None:
        session, shown = conversation.session, conversation.shown
        match name:
            case "fill_in":
                conversation.change(self._to_fill_in(conversation) or "")
            case "referral" if session.verdict.outcome is not None and session.verdict.outcome.outcome.referrals:
                refer(conversation, self._providers())
            case "ask":
                self._copy(conversation, _ask_text(shown), quiet=True)
                self._read(conversation, "ask")
            case "message":
                self._message(conversation)
            case "change":
                _review(conversation)
            case "date":
                conversation.change_date()
            case "copy":
                self._copy(conversation, card_text(shown.card, None))
            case "save":
                self._save(conversation)
            case "new":
                conversation.restart()
            case _:
                self._read(conversation, _SECTIONS.get(name, name))

    def _to_fill_in(self, conversation: Conversation) -> str | None:
        """Return the question that narrows most and was left open."""
        question = conversation.session.verdict.decide_next
        return question if question in conversation.session.answers else None

    def _read(self, conversation: Conversation, start: str) -> None:
        conversation.asker.read(conversation.shown.sections, _heading(conversation), start)

    def _copy(self, conversation: Conversation, text: str, *, quiet: bool = False) -> None:
        copied = conversation.asker.copy(text)
        if copied or not quiet:
            conversation.notes.append(conversation.say("after.copied" if copied else "after.not_copied"))

    def _message(self, conversation: Conversation) -> None:
        """Show a message with what must be filled in, to be copied."""
        session, say = conversation.session, conversation.say
        outcome = session.verdict.outcome
        key = outcome.outcome.message if outcome is not None else None
        if key is None:
            return
        message = session.tree.messages[key]
        heading = message.heading[session.language]
        items = [Sentence(line) for line in message_text(message, session.language).splitlines() if line]
        about = Section(id="message", heading=heading, tab=heading, items=(*items, Sentence(say("after.not_sent"))))
        self._copy(conversation, message_text(message, session.language), quiet=True)
        conversation.asker.read((about,), heading)

    def _save(self, conversation: Conversation) -> None:
        say = conversation.say
        small = frozenset({Command.BACK, Command.REPEAT, Command.STOP})
        reply = conversation.put(Prompt(text=say("save.ask"), commands=small, free=say("save.free")))
        if not isinstance(reply, Typed):
            return
        file = reply.text
        if self._keeper.exists(file):
            yes, no = (Choice(id=one, label=say(f"save.{one}"), key=say(f"save.{one}_key")) for one in ("yes", "no"))
            sure = conversation.put(Prompt(text=say("save.exists", file=file), choices=(yes, no), commands=small))
            if not isinstance(sure, Answer) or sure.choices != {"yes"}:
                return
        try:
            conversation.notes.append(self._keeper.save(conversation.session, file))
        except FileError:
            conversation.notes.append(say("save.failed", file=file))


def message_text(message: Message, language: str) -> str:
    """Return a message with a line for each thing to fill in."""
    fields = "\n".join(f"{text[language]}: …" for text in message.fields.values())
    return f"{message.text[language]}\n\n{fields}\n"


def _review(conversation: Conversation) -> None:
    """Let one of the answers given be changed."""
    session, say = conversation.session, conversation.say
    given = sorted(session.given, key=session.preset.__contains__)
    names = {key: session.tree.questions[key].short[session.language] for key in given}
    choices = tuple(Choice(id=key, label=name, explain=session.in_words(key)) for key, name in names.items())
    if not choices:
        conversation.notes.append(say("after.no_answers"))
        return
    commands = frozenset({Command.BACK, Command.REPEAT, Command.STOP})
    reply = conversation.put(Prompt(text=say("after.which"), choices=choices, commands=commands))
    if isinstance(reply, Answer):
        (question,) = reply.choices
        conversation.change(question)


def _key(name: str, shown: Shown, conversation: Conversation) -> Key:
    say = conversation.say
    section = shown.section(_SECTIONS.get(name, name))
    count = f" ({len(section.items)})" if section is not None and name in _COUNTED else ""
    key, text, short = (say(f"after.{name}.{part}") for part in ("key", "text", "short"))
    return Key(key=key, text=text + count, short=short, upper=key.upper() if name == "copy" else "")


def _heading(conversation: Conversation) -> str:
    verdict, card = conversation.session.verdict, conversation.shown.card
    return card.title if verdict.outcome is None else headline(verdict, verdict.outcome, conversation.session.language)


def _ask_text(shown: Shown) -> str:
    section = shown.section("ask")
    items = section.items if section is not None else ()
    return "\n".join(one.more or one.text for one in items)


def _everything(session: Session) -> str:
    return full_text(session.verdict, session.language, today=session.today, assumed=session.assumed, width=None)
