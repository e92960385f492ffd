"""Refer this patient: to what, to whom, and what to write in the letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from cakwizard.asking.conversation import SMALL, Conversation
from cakwizard.asking.protocol import Answer, Choice, Prompt
from cakwizard.providers.listing import age_lines
from cakwizard.providers.lists import Provider
from cakwizard.providers.lookup import find_by_place
from cakwizard.saying.sections import Section, Sentence, worded
from cakwizard.tree.records import Referral

__all__ = ["refer"]


def refer(conversation: Conversation, providers: Sequence[Provider]) -> None:
    """Ask to what and where, and show who has a contract there and the sentence for the letter, copied."""
    session, say = conversation.session, conversation.say
    outcome = session.verdict.outcome
    if outcome is None:
        return
    referral = _which(conversation, [session.tree.referrals[key] for key in outcome.outcome.referrals])
    if referral is None:
        return
    found: Provider | None = None
    listed = tuple(one for one in providers if one.kind == referral.kind)
    if listed:
        found = _look_up(conversation, listed)
        if found is None:
            return
    language = session.language
    letter = referral.letter[language] if referral.letter is not None else ""
    if letter and conversation.asker.copy(letter):
        conversation.notes.append(say("refer.copied"))
    sections = tuple(_sections(conversation, referral, letter, found, listed))
    conversation.asker.read(sections, referral.text[language])


def _which(conversation: Conversation, offered: list[Referral]) -> Referral | None:
    """Return the referral chosen, or None when going back."""
    if len(offered) == 1:
        return offered[0]
    language, say = conversation.session.language, conversation.say
    choices = tuple(
        Choice(id=one.id, label=one.text[language], explain=say("refer.listed") if one.kind else "") for one in offered
    )
    reply = conversation.put(Prompt(text=say("refer.to_what"), choices=choices, commands=SMALL))
    return next((one for one in offered if isinstance(reply, Answer) and one.id in reply.choices), None)


def _look_up(conversation: Conversation, listed: tuple[Provider, ...]) -> Provider | None:
    """Let a provider be found by place or name while typing; return None when going back."""
    say, language = conversation.say, conversation.session.language

    @cache
    def find(typed: str) -> tuple[Choice, ...]:
        found = ((str(listed.index(one)), one) for one in find_by_place(typed, None, listed))
        return tuple(Choice(id=key, label=one.name, explain=one.place, takes=frozenset({key})) for key, one in found)

    kinds = say(f"providers.{listed[0].kind}_many")
    age = next(iter(age_lines(listed, language)), "")
    prompt = Prompt(text=say("refer.where", kinds=kinds), notes=(age,), commands=SMALL, find=find)
    reply = conversation.put(prompt)
    return listed[int(next(iter(reply.choices)))] if isinstance(reply, Answer) else None


def _sections(
    conversation: Conversation, referral: Referral, letter: str, found: Provider | None, listed: tuple[Provider, ...]
) -> Iterator[Section]:
    """Yield the sentence for the letter with whom it goes to, and what to mind."""
    session, say = conversation.session, conversation.say
    verdict, language = session.verdict, session.language
    first = [Sentence(letter, sources=referral.sources)] if letter else []
    if found is not None:
        age = next(iter(age_lines([found], language)), "")
        first.append(Sentence(f"{found.name}, {found.place}", more=f"{say('refer.has_contract')} {age}"))
    if first:
        yield Section(id="letter", heading=say("refer.letter"), tab=say("refer.letter_tab"), items=tuple(first))
    advice = [session.tree.advice[key] for key in referral.advice]
    mind = [worded(one, language) for one in advice if one.holds(verdict.care_date, verdict.claim_date)]
    mind += [Sentence(line) for line in (age_lines([found] if found else listed, language) if listed else ())]
    if mind:
        yield Section(id="mind", heading=referral.text[language], tab=say("refer.mind_tab"), items=tuple(mind))
