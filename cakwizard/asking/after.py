"""What can be done at the outcome: the same letter means the same thing in every outcome.

Details open over the card, and nothing is sent: a text is copied, and what is to be filled in is filled in elsewhere,
so that no name is ever asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cakwizard.asking.conversation import SMALL, Conversation
from cakwizard.asking.protocol import Choice, Key, Outcome, Prompt
from cakwizard.asking.session import Session
from cakwizard.errors import FileError
from cakwizard.saying.phrases import headline
from cakwizard.saying.sections import Section, Sentence, worded
from cakwizard.tree import records

if TYPE_CHECKING:
    from cakwizard.providers.reading import Provider


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
            name = next(
                (name for name in _ACTIONS if conversation.say(f"after.{name}.key") == letter.casefold()), letter
            )
            if name == "leave":
                return False
            self._do(name, conversation, full=letter.isupper())
        return True

    def card(self, conversation: Conversation) -> Outcome:
        """Return the card with the letters of what can be done there; what is not there is left out."""
        found, say = conversation.session.verdict.outcome, conversation.say
        counts = {one.id: len(one.items) for one in conversation.sections()}
        there = {name: _SECTIONS.get(name, name) in counts for name in _ACTIONS}
        there |= dict.fromkeys(("change", "date", "save", "new", "leave"), True)
        there["fill_in"] = found is None and bool(_to_fill_in(conversation))
        there["message"] = found is not None and found.outcome.message is not None
        there["referral"] |= found is not None and bool(found.outcome.referrals)
        there["copy"] = conversation.asker.copies
        keys = []
        for name in filter(there.__getitem__, _ACTIONS):
            count = f" ({counts[_SECTIONS.get(name, name)]})" if name in _COUNTED else ""
            key, text, short = (say(f"after.{name}.{part}") for part in ("key", "text", "short"))
            keys.append(Key(key=key, text=text + count, short=short))
        return Outcome(
            card=conversation.card(),
            keys=tuple(keys),
            trail=conversation.session.trail,
            notes=conversation.told(),
        )

    def _do(self, name: str, conversation: Conversation, *, full: bool) -> None:
        session, outcome = conversation.session, conversation.session.verdict.outcome
        match name:
            case "fill_in":
                conversation.change(_to_fill_in(conversation))
            case "referral" if outcome is not None and outcome.outcome.referrals:
                # A list of providers is read only when somebody looks in it.
                refer(conversation, outcome.outcome, self._providers())
            case "message" if outcome is not None and outcome.outcome.message is not None:
                _message(conversation, session.tree.messages[outcome.outcome.message])
            case "change":
                _review(conversation)
            case "date":
                conversation.change_date()
            case "copy":
                _copy(conversation, conversation.text(full=full))
            case "save":
                self._save(conversation)
            case "new":
                conversation.restart()
            case "back":
                conversation.back()
            case _:
                sections = conversation.sections()
                for section in sections if name == "ask" else ():
                    if section.id == "ask":
                        _copy(conversation, "\n".join(one.more or one.text for one in section.items), quiet=True)
                heading = conversation.card().title
                if outcome is not None:
                    heading = headline(session.tree, outcome, session.language)
                conversation.asker.read(sections, heading, _SECTIONS.get(name, name))

    def _save(self, conversation: Conversation) -> None:
        say = conversation.say
        file = conversation.put(Prompt(text=say("save.ask"), commands=SMALL, free=say("save.free")))
        if not isinstance(file, str):
            return
        yes, no = (Choice(id=one, label=say(f"save.{one}"), key=say(f"save.{one}_key")) for one in ("yes", "no"))
        if Path(file).exists() and conversation.pick(say("save.exists", file=file), (yes, no)) != "yes":
            return
        try:
            conversation.notes.append(self._save_answers(conversation.session, file))
        except FileError:
            conversation.notes.append(say("save.failed", file=file))


def _to_fill_in(conversation: Conversation) -> str:
    """Return the question that narrows most and was left open, or nothing."""
    question = conversation.session.verdict.decide_next or ""
    return question if question in conversation.session.answers else ""


def _copy(conversation: Conversation, text: str, *, quiet: bool = False) -> None:
    copied = conversation.asker.copy(text)
    if copied or not quiet:
        conversation.notes.append(conversation.say("after.copied" if copied else "after.not_copied"))


def _message(conversation: Conversation, message: records.Message) -> None:
    """Show a message with a line for each thing to fill in, copied."""
    language = conversation.session.language
    heading, fields = message.heading[language], [f"{text[language]}: …" for text in message.fields.values()]
    text = "\n".join([message.text[language], "", *fields, ""])
    _copy(conversation, text, quiet=True)
    lines = [*filter(None, text.splitlines()), conversation.say("after.not_sent")]
    conversation.asker.read(
        (Section(id="message", heading=heading, tab=heading, items=tuple(map(Sentence, lines))),), heading
    )


def _review(conversation: Conversation) -> None:
    """Let one of the answers given be changed."""
    session, say = conversation.session, conversation.say
    given = sorted(session.given, key=session.preset.__contains__)
    choices = [Choice(id=key, label=session.short(key), explain=session.in_words(key)) for key in given]
    if not choices:
        conversation.notes.append(say("after.no_answers"))
    # The list is the trail.
    elif question := conversation.pick(say("after.which"), choices, trail=False):
        conversation.change(question)


# Refer this patient: to what, to whom, and what to write in the letter.


def refer(conversation: Conversation, outcome: records.Outcome, providers: Sequence[Provider]) -> None:
    """Ask to what and where, and show who has a contract there and the sentence for the letter, copied."""
    from cakwizard.providers.listing import age_lines

    session, say, language = conversation.session, conversation.say, conversation.session.language
    offered = {key: session.tree.referrals[key] for key in outcome.referrals}
    choices = [
        Choice(id=key, label=one.text[language], explain=say("refer.listed") if one.kind else "")
        for key, one in offered.items()
    ]
    which = conversation.pick(say("refer.to_what"), choices) if len(choices) > 1 else choices[0].id
    if which is None:
        return
    referral = offered[which]
    shown = listed = tuple(one for one in providers if one.kind == referral.kind)
    first = []
    letter = referral.letter[language] if referral.letter is not None else ""
    if listed:
        found = _look_up(conversation, listed)
        if found is None:
            return
        shown = (found,)
        first = [Sentence(f"{found.name}, {found.place}", more=f"{say('refer.has_contract')} {_age(shown, language)}")]
    if letter and conversation.asker.copy(letter):
        conversation.notes.append(say("refer.copied"))
    first = [Sentence(letter, sources=referral.sources), *first] if letter else first
    advice = [session.tree.advice[key] for key in referral.advice]
    days = (session.verdict.care_date, session.verdict.claim_date)
    mind = [worded(one, language) for one in advice if one.holds(*days)]
    mind += [Sentence(line) for line in (age_lines(shown, language) if shown else ())]
    sections = (
        Section(id="letter", heading=say("refer.letter"), tab=say("refer.letter_tab"), items=tuple(first)),
        Section(id="mind", heading=referral.text[language], tab=say("refer.mind_tab"), items=tuple(mind)),
    )
    conversation.asker.read(tuple(one for one in sections if one.items), referral.text[language])


def _look_up(conversation: Conversation, listed: tuple[Provider, ...]) -> Provider | None:
    """Let a provider be found by place or name while typing; return None when going back."""
    from cakwizard.providers.lookup import find_by_place

    say = conversation.say

    @cache
    def find(typed: str) -> tuple[Choice, ...]:
        found = ((str(listed.index(one)), one) for one in find_by_place(typed, None, listed))
        return tuple(Choice(id=key, label=one.name, explain=one.place, takes=frozenset({key})) for key, one in found)

    kinds = say(f"providers.{listed[0].kind}_many")
    age = _age(listed, conversation.session.language)
    which = conversation.pick(say("refer.where", kinds=kinds), notes=(age,), find=find)
    return None if which is None else listed[int(which)]


def _age(listed: Sequence[Provider], language: str) -> str:
    from cakwizard.providers.listing import age_lines

    return next(iter(age_lines(listed, language)), "")
