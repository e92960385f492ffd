"""What can be done at the outcome: the same letter means the same thing in every outcome.

Details open over the card, and nothing is sent: a text is copied, and what is to be filled in is filled in elsewhere,
so that no name is ever asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cakwizard.asking.conversation import SMALL, Conversation
from cakwizard.asking.protocol import Answer, Choice, Key, Outcome, Prompt
from cakwizard.asking.session import Session
from cakwizard.errors import FileError
from cakwizard.saying.phrases import headline
from cakwizard.saying.sections import Section, Sentence
from cakwizard.tree.records import Message

if TYPE_CHECKING:
    from cakwizard.providers.lists import Provider

__all__ = ["After", "message_text"]

# In the order in which they stand under the card; what is done nowhere else opens the section of that name.
_ACTIONS = (
    "fill_in", "steps", "referral", "documents", "mind", "sources", "change", "date", "what_if", "copy", "save",
    "new", "leave", "message", "ask",
)  # fmt: skip
_SECTIONS = {"what_if": "change"}
_COUNTED = frozenset({"documents", "mind", "sources", "what_if"})


class After:
    """Shows the card and does what is asked there; called with a conversation, it returns False to leave."""

    def __init__(self, save: Callable[[Session, str], str], providers: Callable[[], Sequence[Provider]]) -> None:
        """Prepare.

        Args:
            save: Writes the answers to a file and returns the sentence that says so, or raises `FileError`.
            providers: Gives the list to refer by.
        """
        self._save_answers = save
        self._providers = providers

    def __call__(self, conversation: Conversation) -> bool:
        """Offer what can be done until something changes; return False to leave."""
        before = conversation.session.verdict
        while conversation.session.verdict is before:
            letter = conversation.asker.offer(self.card(conversation))
            name = next((name for name in _ACTIONS if conversation.say(f"after.{name}.key") == letter), letter)
            if name == "leave":
                return False
            self._do(name, conversation)
        return True

    def card(self, conversation: Conversation) -> Outcome:
        """Return the card with the letters of what can be done there."""
        return Outcome(
            card=conversation.shown.card,
            keys=tuple(_key(name, conversation) for name in _ACTIONS if self._is_there(name, conversation)),
            trail=conversation.session.trail,
            notes=conversation.told(),
            foot=conversation.say("after.foot"),
        )

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
        outcome = session.verdict.outcome
        match name:
            case "fill_in":
                conversation.change(self._to_fill_in(conversation) or "")
            case "referral" if outcome is not None and outcome.outcome.referrals:
                # A list of providers is read only when somebody looks in it.
                from cakwizard.asking.referring import refer

                refer(conversation, self._providers())
            case "message" if outcome is not None and outcome.outcome.message is not None:
                self._message(conversation, session.tree.messages[outcome.outcome.message])
            case "change":
                _review(conversation)
            case "date":
                conversation.change_date()
            case "copy":
                self._copy(conversation, conversation.text(full=False))
            case "save":
                self._save(conversation)
            case "new":
                conversation.restart()
            case "back":
                conversation.back()
            case _ if name not in _ACTIONS:
                self._copy(conversation, conversation.text(full=True))
            case _:
                section = shown.section("ask") if name == "ask" else None
                if section is not None:
                    self._copy(conversation, "\n".join(one.more or one.text for one in section.items), quiet=True)
                heading = shown.card.title if outcome is None else headline(session.verdict, outcome, session.language)
                conversation.asker.read(shown.sections, heading, _SECTIONS.get(name, name))

    def _to_fill_in(self, conversation: Conversation) -> str | None:
        """Return the question that narrows most and was left open."""
        question = conversation.session.verdict.decide_next
        return question if question in conversation.session.answers else None

    def _copy(self, conversation: Conversation, text: str, *, quiet: bool = False) -> None:
        copied = conversation.asker.copy(text)
        if copied or not quiet:
            conversation.notes.append(conversation.say("after.copied" if copied else "after.not_copied"))

    def _message(self, conversation: Conversation, message: Message) -> None:
        """Show a message with what must be filled in, copied."""
        language = conversation.session.language
        heading, text = message.heading[language], message_text(message, language)
        self._copy(conversation, text, quiet=True)
        lines = [*filter(None, text.splitlines()), conversation.say("after.not_sent")]
        about = Section(id="message", heading=heading, tab=heading, items=tuple(map(Sentence, lines)))
        conversation.asker.read((about,), heading)

    def _save(self, conversation: Conversation) -> None:
        say = conversation.say
        reply = conversation.put(Prompt(text=say("save.ask"), commands=SMALL, free=say("save.free")))
        if not isinstance(reply, str):
            return
        file = reply
        if Path(file).exists():
            yes, no = (Choice(id=one, label=say(f"save.{one}"), key=say(f"save.{one}_key")) for one in ("yes", "no"))
            sure = conversation.put(Prompt(text=say("save.exists", file=file), choices=(yes, no), commands=SMALL))
            if not isinstance(sure, Answer) or sure.choices != {"yes"}:
                return
        try:
            conversation.notes.append(self._save_answers(conversation.session, file))
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
    choices = tuple(Choice(id=key, label=session.short(key), explain=session.in_words(key)) for key in given)
    if not choices:
        conversation.notes.append(say("after.no_answers"))
        return
    reply = conversation.put(Prompt(text=say("after.which"), choices=choices, commands=SMALL), trail=False)
    if isinstance(reply, Answer):
        (question,) = reply.choices
        conversation.change(question)


def _key(name: str, conversation: Conversation) -> Key:
    section = conversation.shown.section(_SECTIONS.get(name, name))
    count = f" ({len(section.items)})" if section is not None and name in _COUNTED else ""
    key, text, short = (conversation.say(f"after.{name}.{part}") for part in ("key", "text", "short"))
    return Key(key=key, text=text + count, short=short, upper=key.upper() if name == "copy" else "")
