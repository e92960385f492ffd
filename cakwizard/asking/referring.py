"""Refer this patient: to what, to whom, and what to write in the letter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from cakwizard.asking.conversation import Conversation
from cakwizard.asking.protocol import Choice
from cakwizard.providers.listing import age_lines
from cakwizard.providers.lists import Provider
from cakwizard.providers.lookup import find_by_place
from cakwizard.saying.sections import Section, Sentence, worded
from cakwizard.tree.records import Outcome


def refer(conversation: Conversation, outcome: Outcome, providers: Sequence[Provider]) -> None:
    """Ask to what and where, and show who has a contract there and the sentence for the letter, copied."""
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
    return next(iter(age_lines(listed, language)), "")
