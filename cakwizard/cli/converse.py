"""The conversation as the program runs it: options, terminal, files, exit status."""

from __future__ import annotations

import importlib.util
import os
import shlex
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from typing import Any
from typing import TextIO

import click

from cakwizard.answers import MAX_ANSWER_BYTES
from cakwizard.answers import check_dates
from cakwizard.answers import parse_answer
from cakwizard.asking.protocol import Asker
from cakwizard.asking.saving import read_saved
from cakwizard.asking.session import Session
from cakwizard.asking.signals import Terminated
from cakwizard.asking.signals import leaving_in_order
from cakwizard.cli import common
from cakwizard.cli.keeping import FileKeeper
from cakwizard.errors import AnswerError
from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.errors import harmless
from cakwizard.interface import pick_language
from cakwizard.interface import words
from cakwizard.loading import read_text
from cakwizard.model import DecisionTree
from cakwizard.rendering import Block
from cakwizard.wording import same_words

if TYPE_CHECKING:
    from cakwizard.providers import Provider

__all__ = ["run"]

INTERRUPTED = 130
TERMINATED = 143
OPEN = 3
WRONG_USAGE = 2


def run(
    *,
    lang: str | None = None,
    preset: str | None = None,
    care_date: str | None = None,
    claim_date: str | None = None,
    tree_file: str | None = None,
    line: bool = False,
    answers_file: str | None = None,
    save_file: str | None = None,
    save_walk: str | None = None,
    form: str | None = None,
    providers_file: str | None = None,
) -> int:
    """Hold a conversation and return the exit status: 0 decided, 3 open or out of range, 130 interrupted."""
    language = pick_language(lang)
    asked_for_lines = line or os.environ.get("CAKWIZARD_LINE", "0") not in ("", "0")
    if not asked_for_lines and not sys.stdin.isatty():
        click.echo(words(language)("errors.no_terminal"), err=True)
        return WRONG_USAGE
    tree = common.the_tree(tree_file)
    saved = (
        None
        if answers_file is None
        else read_saved(read_text(answers_file, limit=MAX_ANSWER_BYTES), answers_file, tree)
    )
    keeper = FileKeeper(save_file, save_walk)
    keeper.check()
    providers = _providers(providers_file)
    session = Session(
        tree,
        language,
        today=common.today(),
        **_dates(care_date, claim_date, saved.file if saved else None),
        preset=_preset(tree, preset, known=saved is not None and tree.preset in saved.file.answers),
    )
    dialogue = _dialogue_stream()
    asker = _line_asker(dialogue, language) if asked_for_lines or _plain_terminal() else _menu_asker(dialogue, language)
    try:
        with leaving_in_order():
            if saved is not None and answers_file is not None:
                _tell_resumed(asker, session, answers_file, saved.gone, session.resume(saved.file.answers))
            elsewhere = not _same_place(dialogue, sys.stdout)
            _hold(asker, session, keeper, providers, elsewhere=elsewhere, form=form)
            for sentence in keeper.at_the_end(session):
                asker.say(sentence)
    except (KeyboardInterrupt, Terminated) as stop:
        _tell_interrupted(dialogue, session, keeper)
        return INTERRUPTED if isinstance(stop, KeyboardInterrupt) else TERMINATED
    finally:
        if dialogue is not sys.stderr and dialogue is not sys.stdout:
            dialogue.close()
    return 0 if session.verdict.status == "decided" else OPEN


def _hold(
    asker: Asker,
    session: Session,
    keeper: FileKeeper,
    providers: Sequence[Provider] | None,
    *,
    elsewhere: bool,
    form: str | None,
) -> None:
    """Hold the conversation, and write the outcome to standard output where it is not seen yet, or to paste."""
    from cakwizard.asking.after import actions
    from cakwizard.asking.conversation import Conversation
    from cakwizard.asking.next_steps import NextSteps

    offered = NextSteps(keeper, partial(actions, providers=providers))
    Conversation(asker, session, next_steps=offered, outcome_elsewhere=elsewhere).run()
    if form is not None:
        from cakwizard.formats import format_verdict

        common.write_text(
            format_verdict(session.verdict, form, session.language, assumed=session.assumed, today=session.today)
        )
    elif elsewhere:
        from cakwizard.rendering import print_verdict

        print_verdict(session.verdict, session.language, assumed=session.assumed, today=session.today)


def _providers(file: str | None) -> Sequence[Provider] | None:
    """Return the list to refer by, read now so that a fault in it does not wait for the outcome; None for our own."""
    if file is None:
        return None
    from cakwizard.providers import read_providers

    return read_providers(file)


def _dates(care: str | None, claim: str | None, file: Any) -> dict[str, Any]:
    """Return the dates that were given, on the command line or else in the file of answers."""
    given = common.the_dates(care, claim, file and file.care_date, file and file.claim_date)
    check_dates(given.care_date, given.claim_date)
    claim_given = claim is not None or (file is not None and file.claim_date is not None)
    return {
        "care_date": None if given.assumed else given.care_date,
        "claim_date": given.claim_date if claim_given else None,
    }


def _preset(tree: DecisionTree, word: str | None, *, known: bool) -> dict[str, frozenset[str]]:
    """Return the answer to the tree's preset question given by `--as` or CAKWIZARD_AS.

    The environment is the weaker wish: where a file of answers holds that answer, the file counts.
    """
    context = click.get_current_context(silent=True)
    from_environment = (
        context is not None and context.get_parameter_source("preset") is click.core.ParameterSource.ENVIRONMENT
    )
    if not word or (known and from_environment):
        return {}
    if tree.preset is None:
        if from_environment:
            return {}
        raise UsageError(Issue(message="this tree has no question that --as can answer", hint="leave --as out"))
    question = tree.questions[tree.preset]
    for option in question.options.values():
        if same_words(word) in {same_words(text) for text in option.text.by_language.values()}:
            return {question.id: frozenset({option.id})}
    if word not in question.options:
        raise AnswerError(question.id, word, list(question.options))
    return {question.id: parse_answer(tree, question.id, [word])}


def _tell_resumed(asker: Asker, session: Session, file: str, gone: tuple[str, ...], fallen: list[str]) -> None:
    from cakwizard.asking.conversation import fallen_blocks

    say = words(session.language)
    count = len(session.answers) - len(session.preset)
    blocks = [Block(say("save.resumed", count=count, file=file))]
    if gone:
        blocks.append(Block(say("save.gone", count=len(gone))))
        blocks += [Block(one, "item", "-") for one in gone]
    asker.show([*blocks, *fallen_blocks(session, fallen)])


def _tell_interrupted(dialogue: TextIO, session: Session, keeper: FileKeeper) -> None:
    say = words(session.language)
    try:
        file = keeper.when_interrupted(session)
    except FileError as fault:
        dialogue.write(f"\n{fault}\n")
        return
    text = say("errors.interrupted")
    if file is not None:
        text = say("save.interrupted", file=file, command=shlex.quote(file))
    dialogue.write(f"\n{harmless(text)}\n")
    dialogue.flush()


def _plain_terminal() -> bool:
    """Tell whether the surroundings ask for lines: ACCESSIBLE, a dumb terminal, or no questionary."""
    if os.environ.get("ACCESSIBLE") or os.environ.get("TERM") == "dumb":
        return True
    return importlib.util.find_spec("questionary") is None


def _dialogue_stream() -> TextIO:
    """Return where to talk: standard error, which stays on the screen when the outcome goes to a file.

    Where standard error goes to a file as well, the terminal itself, if there is one.
    """
    if sys.stderr.isatty() or not sys.stdin.isatty():
        return sys.stderr
    if sys.stdout.isatty():
        return sys.stdout
    try:
        return open("/dev/tty", "w", encoding="utf-8", errors="replace")  # noqa: PTH123 - closed by the caller
    except OSError:
        return sys.stderr


def _same_place(one: TextIO, other: TextIO) -> bool:
    """Tell whether two streams end in the same window or file, so that what both say would be said twice."""
    if one is other or (one.isatty() and other.isatty()):
        return True
    try:
        first, second = os.fstat(one.fileno()), os.fstat(other.fileno())
    except (OSError, ValueError):
        return False
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)


def _line_asker(dialogue: TextIO, language: str) -> Asker:
    from cakwizard.asking.line import LineAsker

    return LineAsker(sys.stdin, dialogue, language, echo=not sys.stdin.isatty(), wrap=dialogue.isatty())


def _menu_asker(dialogue: TextIO, language: str) -> Asker:
    """Return the menu, or lines where the terminal turns out to be none that it can draw on."""
    try:
        from cakwizard.asking.menu import MenuAsker

        return MenuAsker(dialogue, language)
    except Exception:
        # Whatever keeps the menu from starting, the conversation goes on.
        return _line_asker(dialogue, language)
