from __future__ import annotations

import pytest

from cakwizard.asking.conversation import Conversation
from cakwizard.asking.matching import understand
from cakwizard.asking.next_steps import NextSteps
from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.session import Session
from cakwizard.loading import bundled_tree
from cakwizard.wording import UNKNOWN_KEYS
from cakwizard.wording import fold
from tests.talking import TODAY

TREE = bundled_tree()
EVERYWHERE = [(question, language) for question in TREE.questions for language in TREE.languages]


@pytest.mark.parametrize(("question", "language"), EVERYWHERE)
def test_letters_of_a_question(question, language):
    """The letters of a question differ, come from the words of their options and leave "don't know" its own."""
    options = TREE.questions[question].options.values()
    keys = [one.keys[language] for one in options]
    assert len({*keys, UNKNOWN_KEYS[language]}) == len(keys) + 1
    assert all(len(one.keys[language]) == 1 and one.keys[language] in fold(one.text[language]) for one in options)


class Prompts:
    """Takes the prompt of a question out of a conversation."""

    def ask(self, prompt):
        """Keep the prompt and leave."""
        self.prompt = prompt
        raise StopIteration


def prompt_of(question: str, language: str) -> Prompt:
    """Return the prompt by which the program asks a question of the tree."""
    session = Session(TREE, language, today=TODAY)
    asker = Prompts()
    steps = NextSteps.__new__(NextSteps)
    with pytest.raises(StopIteration):
        Conversation(asker, session, next_steps=steps).ask_question(question)
    return asker.prompt


@pytest.mark.parametrize(("question", "language"), EVERYWHERE)
def test_every_way_to_say_an_answer(question, language):
    """Every option is chosen by its letter, its number and its whole wording, in capitals and without accents too."""
    prompt = prompt_of(question, language)
    assert [one.id for one in prompt.choices[:-1]] == list(TREE.questions[question].options)
    for number, one in enumerate(prompt.choices, 1):
        meant = one.command or Answer(choices=frozenset({one.id}))
        ways = [one.key, one.key.upper(), str(number), f" {number}. ", one.text, one.text.upper(), fold(one.text)]
        assert [understand(way, prompt) for way in ways] == [meant] * len(ways), one.text


@pytest.mark.parametrize(("question", "language"), EVERYWHERE)
def test_no_beginning_lands_elsewhere(question, language):
    """However much of an option's words is typed, it is that option or nothing, never another one."""
    prompt = prompt_of(question, language)
    for one in prompt.choices:
        meant = one.command or Answer(choices=frozenset({one.id}))
        for length in range(2, len(one.text) + 1):
            reply = understand(one.text[:length], prompt)
            assert not isinstance(reply, Answer) or reply == meant or reply.country, (one.text[:length], reply)
