"""The words of a poster: short, since room is scarce, and made once for all layouts that are tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from string import ascii_uppercase

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.drawing import Edge
from cakwizard.exporting.drawing import edge_of
from cakwizard.exporting.drawing import window_words
from cakwizard.exporting.outline import branches
from cakwizard.exporting.outline import marks
from cakwizard.interface import words
from cakwizard.model import Certainty
from cakwizard.model import Outcome
from cakwizard.model import Route

__all__ = ["PosterWords"]


class PosterWords:
    """The words of a drawing.

    Attributes:
        numbers: By node the number of its question, as in the outline.
        letters: By outcome its letter, for those that several answers lead to.
        bold: The edges whose answers are written in bold.
        questions: By node its number and question.
        outcomes: By outcome its scheme and title.
        answers: By edge its answer.
        ends: By node or outcome the words that send a reader there.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.letters = letters_of(drawing)
        self.bold = drawing.highlighted
        # The numbers are those of the outline, wherever a question stands here.
        self.numbers = branches(drawing)[0].numbers
        self.questions = {node.id: f"{self.numbers[node.id]}. {drawing.question(node.id)}" for node in drawing.nodes}
        self.outcomes = {outcome.id: self._outcome(drawing, outcome) for outcome in drawing.outcomes}
        self.answers: dict[Edge, str] = {}
        previous: Route | None = None
        for route in drawing.routes():
            self.answers[edge_of(route)] = self._answer(drawing, route, previous)
            previous = route
        say = words(drawing.language)
        self.ends = {key: say("picture.goes_to", number=number) for key, number in self.numbers.items()}
        for key, letter in self.letters.items():
            self.ends[key] = f"{letter}. {drawing.short_scheme(drawing.tree.outcomes[key])}"

    def _answer(self, drawing: Drawing, route: Route, previous: Route | None) -> str:
        """Return the words of an answer; of one that changes in time they stand only before its first window."""
        window = window_words(route.window, drawing.language, short=True)
        again = previous is not None and (previous.node, previous.option) == (route.node, route.option)
        answer = "…" if again else drawing.answer(route)
        timed = f"{answer} {window}" if again else f"{answer} ({window})" if window else answer
        return "; ".join([timed, *marks(drawing, route)])

    def _outcome(self, drawing: Drawing, outcome: Outcome) -> str:
        head = f"{self.letters[outcome.id]}. " if outcome.id in self.letters else ""
        text = f"{head}{drawing.short_scheme(outcome)}: {drawing.title(outcome)}"
        if outcome.certainty is not Certainty.settled:
            text += f" ({words(drawing.language)(f'picture.{outcome.certainty.name}')})"
        return text


def letters_of(drawing: Drawing) -> dict[str, str]:
    """Return a letter for each outcome that several answers lead to."""
    letters = _letters()
    return {outcome.id: next(letters) for outcome in drawing.outcomes if drawing.graph.in_degree(outcome.id) > 1}


def _letters() -> Iterator[str]:
    """Yield A to Z, then A2 to Z2, and so on."""
    for turn in count(1):
        for letter in ascii_uppercase:
            yield letter if turn == 1 else f"{letter}{turn}"
