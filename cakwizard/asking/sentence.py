"""The opening line: one sentence fills in what it says, and nothing of it counts before it is confirmed."""

from __future__ import annotations

from cakwizard.asking.protocol import Choice, Command, Prompt
from cakwizard.asking.session import Session
from cakwizard.deciding.opening import Understood, understand
from cakwizard.words import words


def reads(session: Session, typed: str, question: str) -> tuple[tuple[str, str], ...]:
    """Return what a sentence says so far, by question; empty while it says nothing but about `question` itself."""
    found = _found(session, understand(session.tree, typed, session.language))
    return tuple(found.values()) if found.keys() - {question} else ()


def confirmation(session: Session, text: str) -> Prompt | None:
    """Return what has to be confirmed, or None when nothing was understood."""
    say, understood = words(session.language), understand(session.tree, text, session.language)
    found = _found(session, understood)
    if not found and not understood.doubtful:
        return None
    said = {one.question: one.words for one in understood.found}
    unread = {"doubtful": [one.words for one in understood.doubtful], "left_over": understood.left_over}
    return Prompt(
        text=say("opening.confirm") if found else say("opening.only_doubtful"),
        choices=tuple(
            Choice(id=key, label=f"{name}: {answer}", explain=f"“{said.get(key, '')}”")
            for key, (name, answer) in found.items()
        ),
        notes=tuple(
            say(f"opening.{why}", words=", ".join(f"“{word}”" for word in named))
            for why, named in unread.items()
            if named
        ),
        commands=frozenset({Command.BACK, Command.REPEAT, Command.STOP}),
        ticked=frozenset(found),
    )


def answer_sentence(session: Session, text: str, confirmed: frozenset[str]) -> list[str]:
    """Answer what was confirmed; return the questions whose answers do not fit the others."""
    understood = understand(session.tree, text, session.language)
    for question in confirmed:
        session.preset.pop(question, None)
    session.said.update({one.question: one.said for one in understood.found if one.question in confirmed and one.said})
    return session.resume({key: options for key, options in understood.answers.items() if key in confirmed})


def _found(session: Session, understood: Understood) -> dict[str, tuple[str, str]]:
    said = {one.question: one.said for one in understood.found}
    return {
        question: (session.short(question), session.in_words(question, options, said.get(question, "")))
        for question, options in understood.answers.items()
    }
