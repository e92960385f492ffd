"""The conversation: ask what is still needed, show what follows, let everything be changed.

Which question comes next, what an answer excludes and what falls away is the session's business; how a question is
put is the asker's.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

from cakwizard.asking.line import LineAsker
from cakwizard.asking.menu import MenuAsker
from cakwizard.asking.protocol import Answer, Choice, Command, EndOfInput, Outcome, Prompt, Reply
from cakwizard.asking.session import Session, explanation, what_changed
from cakwizard.asking.typed import spoken_days
from cakwizard.deciding.countries import find_countries, understand_country
from cakwizard.deciding.opening import Understood, understand
from cakwizard.deciding.verdict import Answers, Verdict
from cakwizard.saying.card import Card, make_card
from cakwizard.saying.phrases import first_lower, format_date
from cakwizard.showing.text import Form, full_text
from cakwizard.tree.records import Question
from cakwizard.tree.values import NOTHING
from cakwizard.words import words

Asker = MenuAsker | LineAsker
# Two options leave nothing to rule out: who can exclude one has the answer.
_RULE_OUT_FROM = 3


class Conversation:
    """Leads from the first question to the outcome; `notes` is what is to be said with the next question or card."""

    def __init__(self, asker: Asker, session: Session) -> None:
        self.asker, self.session, self.say = asker, session, words(session.language)
        self.notes: list[str] = []

    def run(self) -> None:
        """Ask until nothing is left to ask and whoever answers leaves."""
        instead = {Command.BACK: self.back, Command.RESTART: self.restart, Command.DATE: self.change_date}
        with suppress(EndOfInput):
            while True:
                question = self.session.verdict.next_question
                if question is None:
                    self.after()
                elif command := self._settle(question):
                    instead[command]()

    def after(self) -> None:
        """Do what can be done at the outcome: here that is to leave."""
        raise EndOfInput

    def card(self) -> Card:
        """Return the card of what is known."""
        return make_card(self.session.verdict, self.session.language, today=self.session.today)

    def text(self, form: Form = "text", *, full: bool, width: int | None = None) -> str:
        """Return the card, or everything there is to say, as text."""
        session = self.session
        days: Any = {"today": session.today, "assumed": session.assumed}
        return full_text(session.verdict, session.language, form, width=width, brief=not full, **days)

    def outcome(self, keys: Mapping[str, tuple[str, str]] = NOTHING) -> Outcome:
        """Return what is known, with what is to be said of it and can be done there."""
        if self.session.verdict.next_question is not None:
            self.notes.append(self.say("ask.so_far"))
        return Outcome(card=self.card(), keys=keys, trail=self.session.trail, notes=self._told())

    def _told(self) -> tuple[str, ...]:
        """Return what was to be said, and forget it."""
        notes, self.notes = tuple(self.notes), []
        return notes

    def resume(self, answers: Answers, gone: Sequence[str], file: str) -> None:
        """Go on with answers from a file, and say which of them do not exist (`gone`) or fit any more."""
        fallen = self.session.resume(answers)
        # Those that count are in the trail.
        self.notes.append(self.say("save.resumed", count=len(self.session.trail), file=file))
        if gone:
            self.notes.append(self.say("save.gone", count=len(gone), answers="; ".join(gone)))
        self._name(fallen)

    def put(self, prompt: Prompt, *, trail: bool = True) -> Reply:
        """Ask something, below what was answered and is to be said; who wants to stop here wants to leave."""
        session = self.session
        title = f"cakwizard  {first_lower(session.tree.title[session.language])}"
        facts = [first_lower(session.in_words(question)) for question in session.preset]
        date = format_date(session.care_date, session.language)
        facts.append(self.say("ask.care_today" if session.care_date == session.today else "ask.care", date=date))
        head, above = (title, " · ".join(facts)), session.trail if trail else ()
        reply = self.asker.ask(replace(prompt, head=head, trail=above, notes=self._told()))
        if reply is Command.STOP:
            raise EndOfInput
        return reply

    def pick(self, text: str, choices: Iterable[Choice] = (), *, trail: bool = True, **more: Any) -> str | None:
        """Return the id of the one choice that is taken, or None when going back."""
        reply = self.put(Prompt(text=text, choices=tuple(choices), **more), trail=trail)
        return next(iter(reply.choices)) if isinstance(reply, Answer) else None

    def change(self, question: str) -> None:
        """Ask an answered question anew, and say what that changed; going back leaves the answer as it was."""
        before = self.session.verdict
        if self._settle(question, changing=True) is None:
            self._tell(f"{self.session.short(question)}: {self.session.in_words(question)}", before)

    def change_date(self) -> None:
        """Set another date of care, and say what that changed; the answers that still fit are kept."""
        session, day = self.session, self._ask_day()
        if day is not None and session.claim_given and day > session.claim_date:
            claim_date = format_date(session.claim_date, session.language)
            self.notes.append(self.say("date.claim", claim_date=claim_date))
        elif day is not None:
            before = session.verdict
            self._name(session.change_date(day))
            self._tell(self.say("date.changed", date=format_date(day, session.language)), before)

    def restart(self) -> None:
        """Begin again."""
        self.session.restart()
        self.notes.append(self.say("ask.restarted"))

    def back(self) -> None:
        """Take the last answer back."""
        if self.session.back() is None:
            self.notes.append(self.say("ask.first"))

    def _name(self, fallen: Sequence[str]) -> None:
        """Say which questions are answered no more."""
        if fallen:
            names = ", ".join(map(self.session.short, fallen))
            self.notes.append(self.say("ask.fallen", count=len(fallen), questions=names))

    def _tell(self, what: str, before: Verdict) -> None:
        """Say what a change made of the outcome, where there was one before and there is one now."""
        now = self.session.verdict
        if before.next_question is None and now.next_question is None:
            self.notes.append(what_changed(what, before, now, self.session.language))

    # One question.

    def _settle(self, question: str, *, changing: bool = False) -> Command | None:
        """Ask until the question is answered or left open, and return None, or the command that is given instead."""
        asked, among, say = self._prompt(question, changing=changing), frozenset[str](), self.say
        while True:
            reply = self.put(asked)
            if isinstance(reply, str):
                # When nothing of it is taken, the question is still the next.
                self._take_sentence(reply)
                return None
            if isinstance(reply, Command):
                if reply is not Command.UNKNOWN:
                    return reply
                reply = Answer(choices=self._left_open(question, asked, among))
            if len(reply.choices) > 1 and reply.said:
                # A country may fit more than one answer: only the person asked knows which.
                among = reply.choices
                either = self.session.in_words(question, among)
                self.notes.append(say("ask.country_open", country=reply.said, options=either))
                left = tuple(one for one in asked.choices if one.command or one.id in among)
                asked = replace(asked, text=say("ask.which"), choices=left, progress="", find=None, free="", reads=None)
            elif reply.choices:
                self._name(self.session.answer(question, reply.choices, reply.said))
                return None

    def _prompt(self, question: str, *, changing: bool = False) -> Prompt:
        session, record, say = self.session, self.session.tree.questions[question], self.say
        options = session.options(question)
        number = len(session.answers.keys() - session.preset) + 1
        progress = say("ask.progress", number=number, count=number + session.verdict.questions_left - 1)
        first = not (changing or session.trail)
        label, explain, key = (say(f"ask.unknown{part}") for part in ("", "_explain", "_key"))
        unknown = Choice(id="?", label=label, explain=explain, key=key, command=Command.UNKNOWN)
        return Prompt(
            text=record.text[session.language],
            choices=(*(self._choice(record, option) for option in options), unknown),
            progress="" if changing else progress,
            commands=frozenset(Command) - ({Command.DATE, Command.RESTART} if changing else set()),
            find=(lambda typed: self._countries(record, typed, options)) if record.countries is not None else None,
            free=say("opening.free") if first else "",
            reads=(lambda typed: self._reads(typed, question)) if first else None,
            explanation=cache(lambda: explanation(session, question)),
        )

    def _choice(self, record: Question, option: str) -> Choice:
        one, language = record.options[option], self.session.language
        helped = [text[language] for text in (one.text, one.help or one.explain) if text is not None]
        return Choice(
            id=option,
            label=one.text[language],
            explain=one.explain[language] if one.explain is not None else "",
            key=one.keys.get(language, ""),
            also=one.also.get(language, ()),
            pointed=": ".join(helped),
        )

    def _countries(self, record: Question, typed: str, options: Iterable[str]) -> tuple[Choice, ...]:
        """Return the countries that are being typed, each with what it answers."""
        found = []
        exact = understand_country(record, typed, self.session.language)
        for one in find_countries(record, typed, self.session.language):
            if left := one.options & set(options):
                meant = f"→ {first_lower(self.session.in_words(record.id, left))}"
                also = (typed,) if one == exact and not one.guessed else ()
                found.append(Choice(id=one.codes[0], label=one.name, explain=meant, also=also, takes=left))
        return tuple(found)

    def _left_open(self, question: str, asked: Prompt, among: frozenset[str]) -> frozenset[str]:
        """Return the options that are left when somebody does not know; none when going back to the question.

        `among` are those that a country already left, all others being ruled out by it.
        """
        session, record, choices = self.session, self.session.tree.questions[question], asked.choices[:-1]
        if record.find_out is not None:
            self.notes.append(self.say("ask.find_out", how=record.find_out[session.language]))
        if among or len(choices) < _RULE_OUT_FROM:
            return among or frozenset(record.options)

        def left(ruled_out: frozenset[str]) -> frozenset[str]:
            # Nothing ruled out names no option at all, so that it holds at every node that asks this.
            return frozenset(one.id for one in choices) - ruled_out if ruled_out else frozenset(record.options)

        def tally(ticked: frozenset[str]) -> str:
            if not left(ticked):
                return self.say("ask.rule_out_all")
            count = len(session.trial(question, left(ticked)).possible)
            return self.say("ask.tally", count=len(ticked), left=count)

        prompt = Prompt(
            text=self.say("ask.rule_out"),
            choices=choices,
            ticked=frozenset(),
            tally=tally,
            explanation=asked.explanation,
        )
        while isinstance(reply := self.put(prompt), Answer):
            if options := left(reply.choices):
                return options
            self.notes.append(self.say("ask.rule_out_all"))
        return frozenset()

    # The opening line: one sentence fills in what it says, and nothing of it counts before it is confirmed.

    def _reads(self, typed: str, question: str) -> tuple[tuple[str, str], ...]:
        """Return what a sentence says so far; nothing while it says nothing but about `question` itself."""
        found = self._found(understand(self.session.tree, typed, self.session.language))
        return tuple(found.values()) if found.keys() - {question} else ()

    def _found(self, understood: Understood) -> dict[str, tuple[str, str]]:
        """Return what a sentence was understood as, by question: the question in a word or two, and the answer."""
        said, session = {one.question: one.said for one in understood.found}, self.session
        return {
            key: (session.short(key), session.in_words(key, one, said[key])) for key, one in understood.answers.items()
        }

    def _take_sentence(self, text: str) -> None:
        """Show what a sentence was understood as, and take what is confirmed."""
        session, say = self.session, self.say
        understood = understand(session.tree, text, session.language)
        found, typed = self._found(understood), {one.question: one.words for one in understood.found}
        unread = {"doubtful": [one.words for one in understood.doubtful], "left_over": understood.left_over}
        if not found and not understood.doubtful:
            self.notes.append(say("opening.nothing", typed=text[:60]))
            return
        for why, parts in unread.items():
            if parts:
                self.notes.append(say(f"opening.{why}", words=", ".join(f"“{part}”" for part in parts)))
        choices = [Choice(id=key, label=": ".join(pair), explain=f"“{typed[key]}”") for key, pair in found.items()]
        confirm = say("opening.confirm" if found else "opening.only_doubtful")
        reply = self.put(Prompt(text=confirm, choices=tuple(choices), ticked=frozenset(found)))
        if not isinstance(reply, Answer):
            return
        for one in understood.found:
            if one.question in reply.choices:
                session.preset.pop(one.question, None)
                session.said |= {one.question: one.said} if one.said else {}
        self._name(session.resume({key: one for key, one in understood.answers.items() if key in reply.choices}))

    # Days.

    def _ask_day(self) -> datetime.date | None:
        """Ask for a day until one is understood; return None when going back."""
        session, name = self.session, self.say("date.care")
        prompt = Prompt(
            text=self.say("date.ask", date=format_date(session.care_date, session.language)),
            free=self.say("date.free"),
            reads=lambda typed: [(name, self._in_words(day)) for day in spoken_days(typed, session.today)],
        )
        while isinstance(reply := self.put(prompt), str):
            days = {day.isoformat(): day for day in spoken_days(reply, session.today)}
            choices = [Choice(id=key, label=self._in_words(day)) for key, day in days.items()]
            if not days:
                self.notes.append(self.say("date.unfit", typed=reply[:40]))
            elif which := self.pick(self.say("date.which"), choices) if len(days) > 1 else choices[0].id:
                return days[which]
        return None

    def _in_words(self, day: datetime.date) -> str:
        weekday = self.say.list("days.week")[day.weekday()]
        return f"{weekday} {format_date(day, self.session.language, long=True)}"
