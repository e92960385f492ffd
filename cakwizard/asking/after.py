"""What the outcome leads to: refer, ask for a contract, take the text along.

Which outcome offers what stands in the tree. Nothing is sent; what is to be filled
in is filled in elsewhere, so that no name is ever asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cakwizard.asking import clipboard
from cakwizard.asking.matching import command_in
from cakwizard.asking.matching import letters
from cakwizard.asking.protocol import Action
from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Asker
from cakwizard.asking.protocol import Choice
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import EndOfInput
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.protocol import Reply
from cakwizard.asking.session import Session
from cakwizard.formats import format_verdict
from cakwizard.formats import message_text
from cakwizard.interface import words
from cakwizard.model import Message
from cakwizard.model import Referral
from cakwizard.rendering import Block
from cakwizard.walking import Verdict
from cakwizard.wording import fill

if TYPE_CHECKING:
    from cakwizard.providers import Provider

__all__ = ["actions"]

_HERE = frozenset({Command.BACK, Command.REPEAT, Command.STOP})
_GIVES_UP = (Command.BACK, Command.STOP)
_LONGEST_PLACE = 100


def actions(verdict: Verdict, language: str, providers: Sequence[Provider] | None = None) -> list[Action]:
    """Return what can be done with a verdict besides changing it.

    Args:
        verdict: What the answers came to.
        language: That of the menu.
        providers: The list to refer by; the one that comes with the program when None.
    """
    say = words(language)
    found = []
    if verdict.outcome is not None:
        outcome = verdict.outcome.outcome
        if outcome.referrals:
            found.append(
                Action(text=say("after.refer"), key=say("after.refer_key"), run=lambda *to: _refer(providers, *to))
            )
        if outcome.message is not None:
            message = verdict.tree.messages[outcome.message]
            text = say("after.message", heading=message.heading[language])
            found.append(Action(text=text, key=say("after.message_key"), run=lambda *to: _show_message(message, *to)))
    if clipboard.can_copy():
        found.append(Action(text=say("after.copy"), key=say("after.copy_key"), run=_copy_verdict))
    return found


# -- referring ----------------------------------------------------------------


def _refer(providers: Sequence[Provider] | None, asker: Asker, session: Session) -> None:
    """Ask to what and where, and show who has a contract there and what to write in the letter."""
    outcome = session.verdict.outcome
    if outcome is None:  # pragma: no cover - the action is offered at an outcome only
        return
    referral = _which(asker, session, [session.tree.referrals[key] for key in outcome.outcome.referrals])
    if referral is None:
        return
    names: list[Block] = []
    caveats: list[Block] = []
    if referral.kind is not None:
        looked_up = _look_up(asker, session, referral.kind, providers)
        if looked_up is None:
            return
        names, caveats = looked_up
    # The names come last, so that they are still in sight when the menu follows.
    shown = [*_referral_blocks(session, referral), *caveats, *([Block("")] if names else []), *names]
    if shown:
        asker.show(shown)


def _which(asker: Asker, session: Session, offered: list[Referral]) -> Referral | None:
    """Return the referral chosen, or None when going back."""
    if len(offered) == 1:
        return offered[0]
    texts = [one.text[session.language] for one in offered]
    keys = letters([("", text) for text in texts])
    choices = tuple(Choice(id=one.id, text=text, key=key) for one, text, key in zip(offered, texts, keys, strict=True))
    text = words(session.language)("after.to_what")
    reply = _ask(asker, Prompt(text=text, choices=choices, commands=_HERE))
    return next((one for one in offered if isinstance(reply, Answer) and one.id in reply.choices), None)


def _ask(asker: Asker, prompt: Prompt) -> Reply:
    """Return the reply to a prompt; who wants to stop here wants to leave."""
    reply = asker.ask(prompt)
    if reply is Command.STOP:
        raise EndOfInput
    return reply


def _look_up(
    asker: Asker, session: Session, kind: str, providers: Sequence[Provider] | None
) -> tuple[list[Block], list[Block]] | None:
    """Ask for a place until providers are found there; return them and what to mind, or None when given up."""
    # A few hundred entries are read only when somebody looks for one.
    from cakwizard.listing import caveat_blocks
    from cakwizard.listing import found_blocks
    from cakwizard.providers import bundled_providers
    from cakwizard.providers import find_providers

    say = words(session.language)
    listed = bundled_providers() if providers is None else providers
    everything = [provider for provider in listed if provider.kind == kind]
    mind = True
    while True:
        typed = asker.ask_text(say("after.where", kinds=say(f"providers.{kind}_many")))
        if not typed or command_in(typed) in _GIVES_UP:
            return None
        found = find_providers(everything, (typed[:_LONGEST_PLACE],), kind)
        if found.matches:
            names = list(found_blocks(found, everything, session.language, mind=False))
            return names, list(caveat_blocks(found.matches, session.language)) if mind else []
        asker.show(found_blocks(found, everything, session.language, mind=mind))
        mind = False


def _referral_blocks(session: Session, referral: Referral) -> Iterator[Block]:
    """Yield what to mind with this referral, and the sentence for the letter."""
    say = words(session.language)
    language, verdict = session.language, session.verdict
    advice = [session.tree.advice[key] for key in referral.advice]
    valid = [one for one in advice if (verdict.claim_date if one.by_claim_date else verdict.care_date) in one.window]
    if valid:
        yield Block(referral.text[language], "heading")
        for one in valid:
            yield Block(fill(one.text, language, one.values), "item", "-")
    if referral.letter is not None:
        yield Block(say("after.letter"), "heading")
        yield Block(referral.letter[language])


# -- messages and copies ---------------------------------------------------------


def _show_message(message: Message, asker: Asker, session: Session) -> None:
    """Show a message with what must be filled in, and offer to copy it."""
    language = session.language
    text = message_text(message, language)
    asker.show(
        [
            Block(message.heading[language][:1].upper() + message.heading[language][1:], "heading"),
            *(Block(line) for line in text.splitlines()),
            Block(""),
            Block(words(language)("after.not_sent")),
        ]
    )
    _offer_copy(asker, session, text)


def _offer_copy(asker: Asker, session: Session, text: str) -> None:
    """Ask whether to copy a text, where there is a terminal that might do so."""
    if not clipboard.can_copy():
        return
    say = words(session.language)
    choices = tuple(Choice(id=word, text=say(f"after.{word}"), key=say(f"after.{word}_key")) for word in ("yes", "no"))
    reply = _ask(asker, Prompt(text=say("after.copy_this"), choices=choices, commands=_HERE))
    if isinstance(reply, Answer) and "yes" in reply.choices:
        _copy(asker, session, text)


def _copy_verdict(asker: Asker, session: Session) -> None:
    """Copy the whole outcome as plain text."""
    text = format_verdict(session.verdict, "text", session.language, assumed=session.assumed, today=session.today)
    _copy(asker, session, text)


def _copy(asker: Asker, session: Session, text: str) -> None:
    say = words(session.language)
    asker.say(say("after.copied") if clipboard.copy(text) else say("after.not_copied"))
