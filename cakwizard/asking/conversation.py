"""The conversation: ask what is still needed, show what follows, let everything be changed.

Which question comes next, what an answer excludes and what falls away is the
session's business; how a question is put is the asker's.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence

from cakwizard.asking.explaining import explanation
from cakwizard.asking.explaining import how_to_find_out
from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Asker
from cakwizard.asking.protocol import Choice
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import EndOfInput
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.session import Session
from cakwizard.countries import country_code
from cakwizard.countries import country_name
from cakwizard.countries import options_of_country
from cakwizard.interface import words
from cakwizard.rendering import Block
from cakwizard.rendering import verdict_blocks
from cakwizard.sentences import headline
from cakwizard.wording import UNKNOWN_KEYS

__all__ = ["Conversation", "answer_in_words", "fallen_blocks"]

_UNKNOWN = "?"
# Two options leave nothing to rule out: who can exclude one has the answer.
_RULE_OUT_FROM = 3


class Conversation:
    """Leads from the first question to the outcome and what can be done there.

    Attributes:
        shown: Whether the outcome was shown since the last answer.
    """

    def __init__(
        self,
        asker: Asker,
        session: Session,
        *,
        next_steps: Callable[[Conversation], bool],
        outcome_elsewhere: bool = False,
    ) -> None:
        """Prepare a conversation.

        Args:
            next_steps: What is offered after the outcome; returns False to leave.
            outcome_elsewhere: Whether the outcome goes to a file or a pipe in the end; here its headline will do then.
        """
        self.asker = asker
        self.session = session
        self.shown = False
        self._next_steps = next_steps
        self._elsewhere = outcome_elsewhere
        self._say = words(session.language)

    def run(self) -> None:
        """Ask until nothing is left to ask and whoever answers leaves."""
        self._open()
        try:
            while True:
                question = self.session.verdict.next_question
                if question is not None:
                    if not self.ask_question(question):
                        break
                    continue
                self.show_verdict()
                if not self._next_steps(self):
                    return
        except EndOfInput:
            pass
        if not self.shown:
            self.asker.say(self._say("ask.so_far"))
            self.show_verdict()

    def ask_question(self, question: str, *, again: bool = False) -> bool:
        """Ask one question until it is answered or left; return False to end the conversation."""
        while True:
            match self._settle(question, again=again):
                case None:
                    return True
                case Command.BACK:
                    if self.session.back() is not None:
                        self.shown = False
                        return True
                    self.asker.say(self._say("ask.first"))
                    again = True
                case Command.RESTART:
                    self.session.restart()
                    self.shown = False
                    self.asker.say(self._say("ask.restarted"))
                    return True
                case _:
                    return False

    def change(self, question: str) -> bool:
        """Ask an answered question anew; going back from it leaves the answer as it was."""
        return self._settle(question, changing=True) in (None, Command.BACK)

    def _settle(self, question: str, *, again: bool = False, changing: bool = False) -> Command | None:
        """Ask until the question is answered or left open, and return None, or the command that is given instead."""
        among: frozenset[str] | None = None
        while True:
            reply = self.asker.ask(self._prompt(question, again=again, changing=changing, among=among))
            again = False
            if isinstance(reply, Answer):
                if among is None and self._leaves_open(question, reply):
                    among = reply.choices
                    continue
                self._take(question, reply)
                return None
            if reply is Command.UNKNOWN:
                if self._rule_out(question, among):
                    return None
            elif reply is Command.WHY:
                self.asker.show(explanation(self.session, question))
                again = not changing
            else:
                return reply

    def show_verdict(self) -> None:
        """Show the outcome, or what is still possible."""
        session = self.session
        verdict = session.verdict
        self.shown = True
        if self._elsewhere and verdict.outcome is not None:
            self.asker.show([Block(headline(verdict, verdict.outcome, session.language), "title")])
            return
        self.asker.show(verdict_blocks(verdict, session.language, assumed=session.assumed, today=session.today))

    def name_fallen(self, fallen: Iterable[str]) -> None:
        """Name the questions whose answers fell away."""
        blocks = fallen_blocks(self.session, list(fallen))
        if blocks:
            self.asker.show(blocks)

    def _open(self) -> None:
        language = self.session.language
        self.asker.show([Block(self.session.tree.title[language], "title")])
        for question in self.session.preset:
            text = self.session.tree.questions[question].text[language]
            self.asker.say(self._say("ask.preset", question=text, answer=answer_in_words(self.session, question)))

    def _prompt(
        self, question: str, *, again: bool = False, changing: bool = False, among: frozenset[str] | None = None
    ) -> Prompt:
        session = self.session
        language = session.language
        record = session.tree.questions[question]
        options = [option for option in session.options(question) if among is None or option in among]
        choices = [
            Choice(
                id=option, text=record.options[option].text[language], key=record.options[option].keys.get(language, "")
            )
            for option in options
        ]
        choices.append(
            Choice(
                id=_UNKNOWN,
                text=self._say("ask.unknown"),
                key=UNKNOWN_KEYS.get(language, ""),
                command=Command.UNKNOWN,
            )
        )

        def country(word: str) -> frozenset[str] | None:
            found = options_of_country(record, word)
            return None if found is None else found & set(options) or None

        return Prompt(
            text=record.text[language] if among is None else self._say("ask.which"),
            choices=tuple(choices),
            progress="" if changing or among is not None else self._progress(),
            commands=frozenset(Command),
            country=country if record.countries is not None and among is None else None,
            again=again,
        )

    def _progress(self) -> str:
        number = sum(1 for question in self.session.answers if question not in self.session.preset) + 1
        left = self.session.verdict.questions_left - 1
        return (
            self._say("ask.progress", number=number, count=left) if left > 0 else self._say("ask.last", number=number)
        )

    def _leaves_open(self, question: str, reply: Answer) -> bool:
        """Tell whether a country fits more than one answer, and say so: only the person asked knows which."""
        if not reply.country or len(reply.choices) == 1:
            return False
        texts = self._texts(question, reply.choices)
        self.asker.say(self._say("ask.country_open", country=self._country(reply), options="; ".join(texts)))
        return True

    def _country(self, reply: Answer) -> str:
        code = country_code(reply.country)
        return country_name(code, self.session.language) if code else reply.country

    def _take(self, question: str, reply: Answer) -> None:
        if reply.country:
            (text,) = self._texts(question, reply.choices)
            self.asker.say(self._say("ask.country", country=self._country(reply), option=text))
        self.shown = False
        self.name_fallen(self.session.answer(question, reply.choices))

    def _rule_out(self, question: str, among: frozenset[str] | None = None) -> bool:
        """Leave a question open, but for what can be ruled out; return False when going back to it.

        `among` are the options that a country already left, all others being ruled out by it.
        """
        session = self.session
        record = session.tree.questions[question]
        how = list(how_to_find_out(record, session.language))
        if how:
            self.asker.show(how)
        if among is not None:
            self._take(question, Answer(choices=among))
            return True
        prompt = self._prompt(question)
        choices = tuple(one for one in prompt.choices if one.command is None)
        left = frozenset(one.id for one in choices)
        excluded: frozenset[str] = frozenset()
        while len(choices) >= _RULE_OUT_FROM:
            reply = self.asker.pick_several(
                Prompt(
                    text=self._say("ask.rule_out"),
                    choices=choices,
                    commands=frozenset({Command.BACK, Command.REPEAT}),
                    country=None,
                )
            )
            if isinstance(reply, Command):
                return False
            if reply < left:
                excluded = reply
                break
            self.asker.say(self._say("ask.rule_out_all"))
        left -= excluded
        if len(left) == 1 and excluded:
            self.asker.say(self._say("ask.left", option=self._texts(question, left)[0]))
        # Nothing ruled out names no option at all, so that it holds at every node that asks this.
        self._take(question, Answer(choices=left if excluded else session.unknown(question)))
        return True

    def _texts(self, question: str, options: frozenset[str]) -> list[str]:
        record = self.session.tree.questions[question]
        return [one.text[self.session.language] for key, one in record.options.items() if key in options]


def answer_in_words(session: Session, question: str) -> str:
    """Return what was answered to a question, in words."""
    say = words(session.language)
    record = session.tree.questions[question]
    given = session.answers[question]
    texts = [one.text[session.language] for key, one in record.options.items() if key in given]
    if len(texts) == 1:
        return texts[0]
    return say("ask.left_open") if len(texts) == len(record.options) else say("ask.one_of", options="; ".join(texts))


def fallen_blocks(session: Session, fallen: Sequence[str]) -> list[Block]:
    """Return which answers fell away, by the text of their questions; nothing when none did."""
    if not fallen:
        return []
    questions = session.tree.questions
    named = [Block(questions[key].text[session.language], "item", "-") for key in fallen]
    return [Block(words(session.language)("ask.fallen", count=len(fallen))), *named]
