"""`cakwizard show`: one place of the tree, in words and with its sources."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp
from cakwizard.cli.helping import name_files
from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.errors import nearest
from cakwizard.interface import pick_language
from cakwizard.interface import words

if TYPE_CHECKING:
    from cakwizard.exporting.drawing import Drawing
    from cakwizard.model import DecisionTree
    from cakwizard.model import Route
    from cakwizard.rendering import Block

__all__ = ["command"]

PLACES = ("nodes", "outcomes", "questions", "advice", "sources")


@click.command("show", cls=SpokenHelp, help="help.show.long")
@click.argument("key", metavar="NODE|OUTCOME|QUESTION|ADVICE|SOURCE")
@click.option("--lang", type=click.Choice(["nl", "en"]), help="help.option.lang")
@click.option("--tree", "tree_file", metavar="FILE", shell_complete=name_files, help="help.option.tree")
@click.pass_context
def command(ctx: click.Context, /, key: str, lang: str | None, tree_file: str | None) -> None:
    """Print everything that has this id; a node and its question often share theirs."""
    from cakwizard.exporting.drawing import draw
    from cakwizard.rendering import print_blocks

    outer = ctx.parent.params if ctx.parent else {}
    tree = common.the_tree(tree_file or outer.get("tree_file"))
    found = [place for place in PLACES if key in getattr(tree, place)]
    if not found:
        raise UsageError(_unknown(tree, key))
    shown = _Shown(draw(tree, pick_language(lang or outer.get("lang"))))
    print_blocks(block for place in found for block in getattr(shown, place)(key))


def _unknown(tree: DecisionTree, key: str) -> Issue:
    near = nearest(key, (known for place in PLACES for known in getattr(tree, place)))
    hint = f"did you mean '{near}'?" if near else "'cakwizard tree' names the nodes"
    return Issue(message=f"there is no node, outcome, question, advice or source '{key}'", hint=hint)


class _Shown:
    """The places of one tree in words; each method is named after the block of the tree that it shows."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.tree = drawing.tree
        self.language = drawing.language
        self.say = words(drawing.language)

    def nodes(self, key: str) -> Iterator[Block]:
        node = self.tree.nodes[key]
        yield self._block(self.say("show.node", id=key), "title")
        yield self._block(self.drawing.question(key))
        yield self._block(self.say("show.answers"), "heading")
        routes = list(self.drawing.routes(key))
        for route in routes:
            yield self._block(f"{self._answer(route)}: {self._target(route)}", "item")
        for option, text in node.outside.items():
            yield self._block(
                f"{self.tree.questions[node.question].options[option].text[self.language]}: {text[self.language]}",
                "item",
            )
        yield from self._reached_by(key)
        yield from self._sources(source for route in routes for source in route.sources)

    def outcomes(self, key: str) -> Iterator[Block]:
        from cakwizard.exporting.outline import outcome_words
        from cakwizard.wording import fill

        outcome = self.tree.outcomes[key]
        values = {} if outcome.percent is None else {"percent": outcome.percent}
        authority = self.tree.authority[self.language]
        yield self._block(self.say("show.outcome", id=key), "title")
        yield self._block(outcome_words(self.drawing, outcome))
        yield self._block(fill(outcome.pays, self.language, values))
        yield self._block(self.say(f"outcome.{outcome.certainty.name}", authority=authority))
        if outcome.ask is not None:
            yield self._block(self.say("outcome.ask", authority=authority), "heading")
            yield self._block(fill(outcome.ask, self.language, values))
        if outcome.contract is not None:
            yield self._block(self.tree.contracts[outcome.contract].text[self.language])
        for kind in self.tree.advice_kinds.values():
            texts = [one for one in outcome.advice if self.tree.advice[one].kind == kind.id]
            if texts:
                yield self._block(kind.heading[self.language], "heading")
            for one in texts:
                yield self._block(self._advice(one), "item")
        yield from self._reached_by(key)
        advised = (source for one in outcome.advice for source in self.tree.advice[one].sources)
        yield from self._sources((*outcome.sources, *advised))

    def questions(self, key: str) -> Iterator[Block]:
        question = self.tree.questions[key]
        yield self._block(self.say("show.question", id=key), "title")
        yield self._block(question.text[self.language])
        for text in (question.help, question.find_out):
            if text is not None:
                yield self._block(text[self.language])
        yield self._block(self.say("show.answers"), "heading")
        for option in question.options.values():
            about = "" if option.help is None else f". {option.help[self.language]}"
            yield self._block(f"{option.text[self.language]} ({option.id}){about}", "item")
        yield self._block(self.say("show.asked_at"), "heading")
        for node in self.tree.nodes.values():
            if node.question == key:
                yield self._block(node.id, "item")

    def advice(self, key: str) -> Iterator[Block]:
        advice = self.tree.advice[key]
        yield self._block(self.say("show.advice", id=key), "title")
        yield self._block(self.tree.advice_kinds[advice.kind].heading[self.language] + ": " + self._advice(key))
        yield self._block(self.say("show.advised_by"), "heading")
        for outcome in self.tree.outcomes.values():
            if key in outcome.advice:
                yield self._block(f"{self.drawing.title(outcome)} ({outcome.id})", "item")
        for route in self.drawing.routes():
            if key in route.advice:
                yield self._block(self._from(route), "item")
        yield from self._sources(advice.sources)

    def sources(self, key: str) -> Iterator[Block]:
        from cakwizard.presenting import source_line
        from cakwizard.wording import format_date

        source = self.tree.sources[key]
        yield self._block(self.say("show.source", id=key), "title")
        yield self._block(source_line(self.tree, key, self.language))
        yield self._block(self.say("show.checked", date=format_date(source.checked, self.language)))
        yield self._block(self.say("show.carries"), "heading")
        for outcome in self.tree.outcomes.values():
            if key in outcome.sources:
                yield self._block(f"{self.drawing.title(outcome)} ({outcome.id})", "item")
        for route in self.drawing.routes():
            if key in route.sources:
                yield self._block(self._from(route), "item")
        for advice in self.tree.advice.values():
            if key in advice.sources:
                yield self._block(self._advice(advice.id), "item")

    def _block(self, text: str, kind: str = "plain") -> Block:
        from cakwizard.rendering import Block

        return Block(text, kind, sign="-" if kind == "item" else "")  # type: ignore[arg-type]

    def _answer(self, route: Route) -> str:
        from cakwizard.exporting.outline import answer_words

        return answer_words(self.drawing, route)

    def _from(self, route: Route) -> str:
        return f"{self.drawing.question(route.node)} {self._answer(route)} ({route.node})"

    def _target(self, route: Route) -> str:
        if route.target in self.tree.outcomes:
            outcome = self.tree.outcomes[route.target]
            return f"{self.drawing.scheme(outcome)}: {self.drawing.title(outcome)} ({route.target})"
        return f"{self.drawing.question(route.target)} ({route.target})"

    def _advice(self, key: str) -> str:
        """Return a piece of advice with the days on which it holds."""
        from cakwizard.exporting.drawing import window_words
        from cakwizard.wording import fill

        advice = self.tree.advice[key]
        window = window_words(advice.window, self.language)
        return fill(advice.text, self.language, advice.values) + (f" ({window})" if window else "")

    def _reached_by(self, key: str) -> Iterator[Block]:
        routes = [route for route in self.drawing.routes() if route.target == key]
        if routes:
            yield self._block(self.say("show.reached_by"), "heading")
        for route in routes:
            yield self._block(self._from(route), "item")

    def _sources(self, keys: Iterable[str]) -> Iterator[Block]:
        from cakwizard.presenting import source_line

        yield self._block(self.say("outcome.sources"), "heading")
        for key in dict.fromkeys(keys):
            yield self._block(source_line(self.tree, key, self.language), "item")
