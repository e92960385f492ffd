"""What can be done at the outcome: the same letter means the same thing in every outcome.

Details open over the card, and nothing is sent: a text is copied, and what is to be filled in is filled in elsewhere,
so that no name is ever asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cakwizard.asking.conversation import Asker, Conversation
from cakwizard.asking.protocol import Choice, Prompt
from cakwizard.asking.session import Session
from cakwizard.errors import FileError
from cakwizard.saying.phrases import headline
from cakwizard.saying.sections import Section, Sentence, make_sections, worded
from cakwizard.tree import records

if TYPE_CHECKING:
    from cakwizard.providers.reading import Provider

Save = Callable[[Session, str], str]
# By what can be done the section whose sentences are counted behind it.
_COUNTED = {"documents": "documents", "mind": "mind", "sources": "sources", "what_if": "change"}


class Consultation(Conversation):
    """The whole conversation: it shows the card and does what is asked there, until whoever answers leaves.

    `save` writes the answers to a file and returns the sentence that says so, or raises `FileError`; `providers` gives
    the list to refer by, which is read only when somebody looks in it.
    """

    def __init__(self, asker: Asker, session: Session, save: Save, providers: Callable[[], Sequence[Provider]]) -> None:
        super().__init__(asker, session)
        self._save, self._providers = save, providers

    def after(self) -> None:
        """Offer what can be done, and do it, until something changes."""
        before = self.session.verdict
        while self.session.verdict is before:
            actions = self.actions()
            letter = self.asker.offer(self.outcome({key: texts for key, (texts, _) in actions.items()}))
            if letter == "back":
                self.back()
            elif letter == self.say("after.copy.key").upper():
                self._copy(self.text(full=True))
            else:
                actions[letter.casefold()][1]()

    def actions(self) -> dict[str, tuple[tuple[str, str], Callable[[], object]]]:
        """Return by letter what can be done now, in full and in short, in the order in which it is under the card."""
        session, say = self.session, self.say
        all_said = make_sections(session.verdict, session.language, today=session.today, assumed=session.assumed)
        sections = {one.id: one for one in all_said}
        outcome = session.verdict.outcome.outcome if session.verdict.outcome is not None else None
        message = session.tree.messages.get(outcome.message or "") if outcome is not None else None
        # What narrows most and was left open.
        question = session.verdict.decide_next or ""

        def read(section: str) -> Callable[[], None] | None:
            return partial(self._read, sections, section) if section in sections else None

        referring = outcome is not None and outcome.referrals
        possible: dict[str, Callable[[], object] | None] = {
            "fill_in": partial(self.change, question) if not outcome and question in session.answers else None,
            "steps": read("steps"),
            "referral": partial(self._refer, referring) if referring else read("referral"),
            "documents": read("documents"),
            "mind": read("mind"),
            "sources": read("sources"),
            "change": self._review,
            "date": self.change_date,
            "what_if": read("change"),
            "copy": self._copy if self.asker.copies else None,
            "save": self._keep,
            "new": self.restart,
            "leave": super().after,
            "message": partial(self._message, message) if message is not None else None,
            "ask": read("ask"),
        }
        found = {}
        for name, do in possible.items():
            if do is not None:
                key, text, short = (say(f"after.{name}.{part}") for part in ("key", "text", "short"))
                count = f" ({len(sections[_COUNTED[name]].items)})" if name in _COUNTED else ""
                found[key] = (text + count, short), do
        return found

    def _keep(self) -> None:
        say = self.say
        file = self.put(Prompt(text=say("save.ask"), free=say("save.free")))
        if not isinstance(file, str):
            return
        yes, no = (Choice(id=one, label=say(f"save.{one}"), key=say(f"save.{one}_key")) for one in ("yes", "no"))
        if Path(file).exists() and self.pick(say("save.exists", file=file), (yes, no)) != "yes":
            return
        try:
            self.notes.append(self._save(self.session, file))
        except FileError:
            self.notes.append(say("save.failed", file=file))

    def _refer(self, keys: Sequence[str]) -> None:
        """Ask to what and where, and show who has a contract there and the sentence for the letter, copied."""
        from cakwizard.providers.listing import age_lines
        from cakwizard.providers.lookup import find_by_place

        session, say, language = self.session, self.say, self.session.language
        offered = {key: session.tree.referrals[key] for key in keys}
        choices = [
            Choice(id=key, label=one.text[language], explain=say("refer.listed") if one.kind else "")
            for key, one in offered.items()
        ]
        which = self.pick(say("refer.to_what"), choices) if len(choices) > 1 else choices[0].id
        if which is None:
            return
        referral = offered[which]
        letter = referral.letter[language] if referral.letter is not None else ""
        first = [Sentence(letter, sources=referral.sources)] if letter else []
        ages: list[str] = []
        listed = tuple(one for one in self._providers() if one.kind == referral.kind)
        if listed:

            def find(typed: str) -> list[Choice]:
                found = ((str(listed.index(one)), one) for one in find_by_place(typed, listed))
                return [Choice(id=key, label=one.name, explain=one.place, takes=frozenset({key})) for key, one in found]

            self.notes += [*age_lines(listed, language)][:1]
            kinds = say(f"providers.{referral.kind}_many")
            which = self.pick(say("refer.where", kinds=kinds), find=find)
            if which is None:
                return
            found = listed[int(which)]
            ages = [*age_lines([found], language)]
            contract = " ".join([say("refer.has_contract"), *ages[:1]])
            first.append(Sentence(f"{found.name}, {found.place}", more=contract))
        if letter and self.asker.copy(letter):
            self.notes.append(say("refer.copied"))
        advice = [session.tree.advice[key] for key in referral.advice]
        days = (session.verdict.care_date, session.verdict.claim_date)
        mind = [*(worded(one, language) for one in advice if one.holds(*days)), *map(Sentence, ages)]
        heading = referral.text[language]
        sections = (
            Section(id="letter", heading=say("refer.letter"), tab=say("refer.letter_tab"), items=tuple(first)),
            Section(id="mind", heading=heading, tab=say("refer.mind_tab"), items=tuple(mind)),
        )
        self.asker.read(tuple(one for one in sections if one.items), heading)

    def _read(self, sections: Mapping[str, Section], start: str) -> None:
        """Let everything be read, from a section on; the questions for the authority are copied."""
        session, found = self.session, self.session.verdict.outcome
        if start == "ask":
            self._copy("\n".join(one.more or one.text for one in sections[start].items))
        heading = headline(session.tree, found, session.language) if found is not None else self.card().title
        self.asker.read(tuple(sections.values()), heading, start)

    def _copy(self, text: str = "") -> None:
        if self.asker.copy(text or self.text(full=False)):
            self.notes.append(self.say("after.copied"))

    def _message(self, message: records.Message) -> None:
        """Show a message with a line for each thing to fill in, copied."""
        language = self.session.language
        heading, fields = message.heading[language], [f"{text[language]}: …" for text in message.fields.values()]
        text = "\n".join([message.text[language], "", *fields, ""])
        self._copy(text)
        lines = [*filter(None, text.splitlines()), self.say("after.not_sent")]
        section = Section(id="message", heading=heading, tab=heading, items=tuple(map(Sentence, lines)))
        self.asker.read((section,), heading)

    def _review(self) -> None:
        session = self.session
        given = sorted(session.given, key=session.preset.__contains__)
        choices = [Choice(id=key, label=session.short(key), explain=session.in_words(key)) for key in given]
        if not choices:
            self.notes.append(self.say("after.no_answers"))
        # The list is the trail.
        elif question := self.pick(self.say("after.which"), choices, trail=False):
            self.change(question)
