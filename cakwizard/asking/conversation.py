"""The conversation: ask what is still needed, show what follows, let everything be changed.

Which question comes next, what an answer excludes and what falls away is the session's business; how a question is
put is the asker's.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

from cakwizard.asking.changed import what_changed
from cakwizard.asking.explaining import explanation
from cakwizard.asking.protocol import Answer, Asker, Choice, Command, EndOfInput, Outcome, Prompt, Reply, Typed
from cakwizard.asking.sentence import Sentences
from cakwizard.asking.session import Session
from cakwizard.asking.spoken_days import spoken_days
from cakwizard.deciding.verdict import Verdict
from cakwizard.saying.card import Card, make_card
from cakwizard.saying.phrases import first_lower, format_date
from cakwizard.saying.sections import Section, make_sections
from cakwizard.tree.records import Question
from cakwizard.words import words

__all__ = ["Conversation", "Shown"]

# Two options leave nothing to rule out: who can exclude one has the answer.
_RULE_OUT_FROM = 3
_EVERYWHERE = frozenset({Command.BACK, Command.EXPLAIN, Command.REPEAT, Command.RESTART, Command.DATE, Command.STOP})
_SMALL = frozenset({Command.BACK, Command.REPEAT, Command.STOP})


class Shown:
    """A verdict in words, worked out once."""

    def __init__(self, session: Session) -> None:
        """Word the session's verdict."""
        self.verdict: Verdict = session.verdict
        self.assumed = session.assumed
        self.card: Card = make_card(session.verdict, session.language, today=session.today, assumed=session.assumed)
        self.sections: tuple[Section, ...] = make_sections(
            session.verdict, session.language, today=session.today, assumed=session.assumed
        )

    def section(self, key: str) -> Section | None:
        """Return a section by its id, or None when the verdict has none."""
        return next((one for one in self.sections if one.id == key), None)


class Conversation:
    """Leads from the first question to the outcome and what can be done there.

    Attributes:
        notes: What is to be said with the next question or card.
    """

    def __init__(self, asker: Asker, session: Session, after: Callable[[Conversation], bool]) -> None:
        """Prepare a conversation.

        Args:
            after: Shows the outcome and does what is asked there; returns False to leave.
        """
        self.asker = asker
        self.session = session
        self.notes: list[str] = []
        self.say = words(session.language)
        self._after = after
        self._shown: Shown | None = None
        self._sentences = Sentences(session)

    def run(self) -> None:
        """Ask until nothing is left to ask and whoever answers leaves."""
        try:
            while True:
                question = self.session.verdict.next_question
                if not (self._after(self) if question is None else self._ask(question)):
                    return
        except EndOfInput:
            return

    @property
    def shown(self) -> Shown:
        """Return the verdict in words."""
        if self._shown is None or self._shown.verdict is not self.session.verdict:
            self._shown = Shown(self.session)
        return self._shown

    def outcome(self) -> Outcome:
        """Return what is known, without anything to do there."""
        notes = () if self.session.verdict.next_question is None else (self.say("ask.so_far"),)
        return Outcome(card=self.shown.card, keys=(), trail=self.session.trail, notes=notes)

    def told(self) -> tuple[str, ...]:
        """Return what was to be said, which has been said by that."""
        notes, self.notes = tuple(self.notes), []
        return notes

    def put(self, prompt: Prompt) -> Reply:
        """Ask something, with what is to be said before it; who wants to stop here wants to leave."""
        session = self.session
        notes = prompt.notes + self.told()
        reply = self.asker.ask(replace(prompt, head=self._head(), trail=session.trail, notes=notes))
        if reply is Command.STOP:
            raise EndOfInput
        return reply

    def change(self, question: str) -> None:
        """Ask an answered question anew, and say what that changed; going back leaves the answer as it was."""
        before = self.session.verdict
        if self._settle(question, changing=True) is None and self.session.verdict.next_question is None:
            what = f"{self._record(question).short[self.session.language]}: {self.session.in_words(question)}"
            self.notes.append(what_changed(what, before, self.session.verdict, self.session.language))

    def change_date(self) -> None:
        """Set another date of care, and say what that changed; the answers that still fit are kept."""
        session, language = self.session, self.session.language
        day = self._ask_day()
        if day is None:
            return
        if session.claim_given and day > session.claim_date:
            self.notes.append(self.say("date.claim", claim_date=format_date(session.claim_date, language)))
            return
        before = session.verdict
        self._name_fallen(session.change_date(day))
        if before.next_question is None and session.verdict.next_question is None:
            what = self.say("date.changed", date=format_date(day, language))
            self.notes.append(what_changed(what, before, session.verdict, language))

    def restart(self) -> None:
        """Begin again."""
        self.session.restart()
        self.notes.append(self.say("ask.restarted"))

    def back(self) -> None:
        """Take the last answer back."""
        if self.session.back() is None:
            self.notes.append(self.say("ask.first"))

    # One question.

    def _ask(self, question: str) -> bool:
        """Ask one question until it is answered or left; return False to end the conversation."""
        match self._settle(question):
            case Command.BACK:
                self.back()
            case Command.RESTART:
                self.restart()
            case Command.DATE:
                self.change_date()
            case Command.STOP:
                return False
        return True

    def _settle(self, question: str, *, changing: bool = False) -> Command | None:
        """Ask until the question is answered or left open, and return None, or the command that is given instead."""
        among: frozenset[str] | None = None
        again = False
        while True:
            reply = self.put(self._prompt(question, again=again, changing=changing, among=among))
            again = False
            if isinstance(reply, Answer):
                if among is None and len(reply.choices) > 1:
                    # A country may fit more than one answer: only the person asked knows which.
                    options = self.session.in_words(question, reply.choices)
                    self.notes.append(self.say("ask.country_open", country=reply.said, options=options))
                    among = reply.choices
                    continue
                self._take(question, reply)
                return None
            if isinstance(reply, Typed):
                if self._take_sentence(reply.text):
                    return None
            elif reply is Command.UNKNOWN:
                if self._rule_out(question, among):
                    return None
            elif reply is Command.EXPLAIN:
                self.asker.read(explanation(self.session, question), self._record(question).text[self.session.language])
                again = True
            else:
                return reply

    def _prompt(self, question: str, *, again: bool, changing: bool, among: frozenset[str] | None) -> Prompt:
        session, language = self.session, self.session.language
        record = self._record(question)
        options = [option for option in session.options(question) if among is None or option in among]
        countries = record.countries is not None and among is None
        first = not changing and among is None and not session.trail
        unknown = Choice(
            id="?",
            label=self.say("ask.unknown"),
            explain=self.say("ask.unknown_explain"),
            key=self.say("ask.unknown_key"),
            command=Command.UNKNOWN,
        )
        return Prompt(
            text=record.text[language] if among is None else self.say("ask.which"),
            choices=(*(self._choice(record, option) for option in options), unknown),
            progress="" if changing or among is not None else self._progress(),
            commands=_EVERYWHERE - ({Command.DATE, Command.RESTART} if changing else set()) | {Command.UNKNOWN},
            find=cache(lambda typed: self._countries(record, typed, options)) if countries else None,
            free=self.say("opening.free") if first else "",
            reads=cache(lambda typed: self._sentences.reads(typed, question)) if first else None,
            explanation=cache(lambda: explanation(session, question)),
            again=again,
        )

    def _choice(self, record: Question, option: str) -> Choice:
        one, language = record.options[option], self.session.language
        return Choice(
            id=option,
            label=one.text[language],
            explain=one.explain[language] if one.explain is not None else "",
            key=one.keys.get(language, ""),
            also=one.also.get(language, ()),
            pointed=": ".join(text[language] for text in (one.text, one.help or one.explain) if text is not None),
        )

    def _countries(self, record: Question, typed: str, options: Iterable[str]) -> tuple[Choice, ...]:
        """Return the countries that are being typed, each with what it answers."""
        from cakwizard.deciding.countries import find_countries, understand_country

        language, found = self.session.language, []
        exact = understand_country(record, typed, language)
        known = exact.codes if exact is not None and not exact.guessed and not exact.ambiguous else None
        for one in find_countries(record, typed, language):
            left = one.options & set(options)
            if left:
                meant = f"→ {first_lower(self.session.in_words(record.id, left, said=''))}"
                also = (typed,) if known and one.codes == known else ()
                found.append(Choice(id="/".join(one.codes), label=one.name, explain=meant, also=also, takes=left))
        return tuple(found)

    def _progress(self) -> str:
        number = sum(1 for question in self.session.answers if question not in self.session.preset) + 1
        return self.say("ask.progress", number=number, count=number + self.session.verdict.questions_left - 1)

    def _head(self) -> tuple[str, str]:
        session = self.session
        title = f"cakwizard  {first_lower(session.tree.title[session.language])}"
        day = format_date(session.care_date, session.language)
        facts = [first_lower(session.in_words(question)) for question in session.preset]
        today = session.care_date == session.today
        return title, " · ".join([*facts, self.say("ask.care_today") if today else self.say("ask.care", date=day)])

    def _take(self, question: str, reply: Answer) -> None:
        self._name_fallen(self.session.answer(question, reply.choices, reply.said))

    def _name_fallen(self, fallen: Iterable[str]) -> None:
        """Say which questions are answered no more."""
        names = [self._record(key).short[self.session.language] for key in fallen]
        if names:
            self.notes.append(self.say("ask.fallen", count=len(names), questions=", ".join(names)))

    def _record(self, question: str) -> Question:
        return self.session.tree.questions[question]

    # What is not known.

    def _rule_out(self, question: str, among: frozenset[str] | None) -> bool:
        """Leave a question open, but for what can be ruled out; return False when going back to it.

        `among` are the options that a country already left, all others being ruled out by it.
        """
        session, record = self.session, self._record(question)
        how = record.find_out[session.language] if record.find_out is not None else ""
        notes = (self.say("ask.find_out", how=how),) if how else ()
        options = [option for option in session.options(question) if among is None or option in among]
        left = frozenset(options)
        if among is not None or len(options) < _RULE_OUT_FROM:
            self._take(question, Answer(choices=left if among is not None else session.unknown(question)))
            self.notes += notes
            return True

        def tally(ticked: frozenset[str]) -> str:
            if not ticked < left:
                return self.say("ask.rule_out_all")
            verdict = session.trial(question, left - ticked if ticked else session.unknown(question))
            return self.say("ask.tally", count=len(ticked), left=len(verdict.possible))

        while True:
            reply = self.put(
                Prompt(
                    text=self.say("ask.rule_out"),
                    choices=tuple(self._choice(record, option) for option in options),
                    notes=notes,
                    commands=_SMALL,
                    ticked=frozenset(),
                    tally=cache(tally),
                    explanation=cache(lambda: explanation(session, question)),
                )
            )
            if not isinstance(reply, Answer):
                return False
            if reply.choices < left:
                # Nothing ruled out names no option at all, so that it holds at every node that asks this.
                open_still = left - reply.choices if reply.choices else session.unknown(question)
                self._take(question, Answer(choices=open_still))
                return True
            notes = (self.say("ask.rule_out_all"),)

    # Sentences and days.

    def _take_sentence(self, text: str) -> bool:
        """Show what a sentence was understood as, and take what is confirmed; return False when nothing is."""
        confirm = self._sentences.confirmation(text)
        if confirm is None:
            self.notes.append(self.say("opening.nothing", typed=text[:60]))
            return False
        reply = self.put(confirm)
        if not isinstance(reply, Answer):
            return False
        self._name_fallen(self._sentences.take(text, reply.choices))
        return True

    def _ask_day(self) -> datetime.date | None:
        """Ask for a day until one is understood; return None when going back."""
        session = self.session
        name = self.say("date.care")
        prompt = Prompt(
            text=self.say("date.ask", date=format_date(session.care_date, session.language)),
            commands=_SMALL,
            free=self.say("date.free"),
            reads=lambda typed: [(name, self._in_words(day)) for day in spoken_days(typed, session.today)],
        )
        while isinstance(reply := self.put(prompt), Typed):
            days = {day.isoformat(): day for day in spoken_days(reply.text, session.today)}
            if len(days) > 1:
                choices = tuple(Choice(id=key, label=self._in_words(day)) for key, day in days.items())
                which = self.put(Prompt(text=self.say("date.which"), choices=choices, commands=_SMALL))
                days = {key: days[key] for key in which.choices} if isinstance(which, Answer) else {}
            elif not days:
                self.notes.append(self.say("date.unfit", typed=reply.text[:40]))
            if days:
                return next(iter(days.values()))
        return None

    def _in_words(self, day: datetime.date) -> str:
        weekday = self.say.list("days.week")[day.weekday()]
        return f"{weekday} {format_date(day, self.session.language, long=True)}"
