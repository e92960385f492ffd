"""The opening line: one sentence fills in what it says, and nothing of it counts before it is confirmed."""

from __future__ import annotations

from functools import lru_cache

from cakwizard.asking.protocol import Choice, Command, Prompt
from cakwizard.asking.session import Session
from cakwizard.deciding.opening import Understood, understand
from cakwizard.words import words

__all__ = ["Sentences"]


class Sentences:
    """Understands sentences over the tree of a session."""

    def __init__(self, session: Session) -> None:
        """Prepare to understand."""
        self._session = session
        self._say = words(session.language)
        self._understood = lru_cache(maxsize=64)(lambda text: understand(session.tree, text, session.language))

    def reads(self, typed: str, question: str) -> tuple[tuple[str, str], ...]:
        """Return what a sentence says so far, by question; empty while it says nothing but about `question` itself."""
        found = self._found(self._understood(typed))
        return tuple(found.values()) if found.keys() - {question} else ()

    def confirmation(self, text: str) -> Prompt | None:
        """Return what has to be confirmed, or None when nothing was understood."""
        say, understood = self._say, self._understood(text)
        found = self._found(understood)
        if not found and not understood.doubtful:
            return None
        said = {one.question: one.words for one in understood.found}
        notes = []
        if understood.doubtful:
            doubtful = ", ".join(f"“{one.words}”" for one in understood.doubtful)
            notes.append(say("opening.doubtful", words=doubtful))
        if understood.left_over:
            notes.append(say("opening.left_over", words=", ".join(f"“{word}”" for word in understood.left_over)))
        choices = tuple(
            Choice(id=key, label=f"{name}: {answer}", explain=f"“{said.get(key, '')}”")
            for key, (name, answer) in found.items()
        )
        return Prompt(
            text=say("opening.confirm") if found else say("opening.only_doubtful"),
            choices=choices,
            notes=tuple(notes),
            commands=frozenset({Command.BACK, Command.REPEAT, Command.STOP}),
            ticked=frozenset(found),
        )

    def take(self, text: str, confirmed: frozenset[str]) -> list[str]:
        """Answer what was confirmed; return the questions whose answers do not fit the others."""
        session, understood = self._session, self._understood(text)
        said = {one.question: one.said for one in understood.found if one.question in confirmed and one.said}
        answers = {key: options for key, options in understood.answers.items() if key in confirmed}
        for question in answers:
            session.preset.pop(question, None)
        session.said.update(said)
        return session.resume(answers)

    def _found(self, understood: Understood) -> dict[str, tuple[str, str]]:
        session = self._session
        said = {one.question: one.said for one in understood.found}
        return {
            question: (session.short(question), session.in_words(question, options, said.get(question, "")))
            for question, options in understood.answers.items()
        }
