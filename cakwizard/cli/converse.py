"""The conversation as the program runs it: options, terminal, files, exit status."""

from __future__ import annotations

import importlib.util
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from cakwizard.asking.signals import Ended, leaving_in_order
from cakwizard.asking.window import Held, holding
from cakwizard.cli import common, streams
from cakwizard.errors import AnswerError, CakwizardError, FileError, Issue, UsageError, harmless
from cakwizard.words import pick_language, words

if TYPE_CHECKING:
    from cakwizard.asking.protocol import Asker
    from cakwizard.asking.session import Session
    from cakwizard.providers.lists import Provider
    from cakwizard.tree.records import DecisionTree

__all__ = ["run"]

INTERRUPTED, OPEN, WRONG_USAGE = 130, 3, 2


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
    providers_file: str | None = None,
    form: str | None = None,
    full: bool = False,
    force: bool = False,
) -> int:
    """Hold a conversation and return the exit status: 0 decided, 3 open or out of range, 130 interrupted."""
    language = pick_language(lang)
    lines = line or os.environ.get("CAKWIZARD_LINE", "0") not in ("", "0")
    if not lines and not sys.stdin.isatty():
        streams.err(words(language)("errors.no_terminal"))
        return WRONG_USAGE
    lines = lines or _plain_terminal()
    with _dialogue() as dialogue, holding(not lines) as held:
        keeper: _FileKeeper | None = None
        session: Session | None = None
        try:
            with leaving_in_order():
                inputs = [name for name in (tree_file, providers_file) if name]
                keeper = _FileKeeper(save_file, save_walk, force, inputs)
                keeper.check()
                # Read now, so that a fault in it does not wait for the outcome.
                providers = _read_providers(providers_file) if providers_file is not None else None
                session, notes = _start(language, preset, care_date, claim_date, tree_file, answers_file)
                elsewhere = not _same_place(dialogue, sys.stdout)
                asker = _line_asker(dialogue, language, elsewhere) if lines else _menu_asker(dialogue, language, held)
                for sentence in _hold(asker, session, keeper, providers, notes):
                    dialogue.write(f"{harmless(sentence)}\n")
                if elsewhere or form is not None or full:
                    _write_outcome(session, form or "text", full=full)
        except (KeyboardInterrupt, Ended) as stop:
            held.close_screen()
            held.release()
            _tell_stopped(dialogue, language, session, keeper)
            return INTERRUPTED if isinstance(stop, KeyboardInterrupt) else stop.status
        except CakwizardError:
            held.close_screen()
            raise
    return 0 if session.verdict.status == "decided" else OPEN


def _start(
    language: str, preset: str | None, care: str | None, claim: str | None, tree_file: str | None, answers: str | None
) -> tuple[Session, list[str]]:
    """Return the session that the options and files ask for, and what is to be said of it."""
    from cakwizard.asking.session import Session
    from cakwizard.deciding.answers import MAX_ANSWER_BYTES, AnswerFile

    tree, say = common.load_named(tree_file), words(language)
    saved = None
    if answers is not None:
        from cakwizard.asking.saving import read_saved
        from cakwizard.files import read_text

        saved = read_saved(read_text(answers, limit=MAX_ANSWER_BYTES), answers, tree)
    file = saved.file if saved is not None else AnswerFile()
    given = common.the_dates(care, claim, file.care_date, file.claim_date)
    session = Session(
        tree,
        language,
        today=common.today(),
        care_date=None if given.assumed else given.care_date,
        claim_date=given.claim_date if claim is not None or file.claim_date else None,
        preset=_preset(tree, preset, known=tree.preset in file.answers),
    )
    if saved is None:
        return session, []
    fallen = session.resume(saved.file.answers)
    # The answers themselves stand in the trail, or are told where there is none.
    notes = [say("save.resumed", count=len(session.trail), file=answers)]
    if saved.gone:
        notes.append(say("save.gone", count=len(saved.gone), answers="; ".join(saved.gone)))
    if fallen:
        names = ", ".join(tree.questions[key].short[language] for key in fallen)
        notes.append(say("ask.fallen", count=len(fallen), questions=names))
    return session, notes


def _hold(
    asker: Asker, session: Session, keeper: _FileKeeper, providers: Sequence[Provider] | None, notes: list[str]
) -> list[str]:
    """Hold the conversation and leave the outcome in sight; return what was kept where."""
    from cakwizard.asking.after import After
    from cakwizard.asking.conversation import Conversation

    def listed() -> Sequence[Provider]:
        from cakwizard.providers import bundled_providers

        return bundled_providers() if providers is None else providers

    conversation = Conversation(asker, session, After(keeper, listed))
    conversation.notes += notes
    conversation.run()
    try:
        # Kept before anything more is written: the terminal may be gone.
        return list(keeper.at_the_end(session))
    finally:
        with suppress(OSError):
            asker.close(conversation.outcome())


def _write_outcome(session: Session, form: Any, *, full: bool) -> None:
    """Write the card, or everything, to standard output."""
    from cakwizard.saying.card import make_card
    from cakwizard.showing.text import card_text, full_text

    width = common.text_width()
    if full:
        text = full_text(
            session.verdict, session.language, form, today=session.today, assumed=session.assumed, width=width
        )
    else:
        card = make_card(session.verdict, session.language, today=session.today, assumed=session.assumed)
        text = card_text(card, width, form)
    streams.out(text)


def _read_providers(file: str) -> Sequence[Provider]:
    from cakwizard.providers import read_providers

    return read_providers(file)


def _preset(tree: DecisionTree, word: str | None, *, known: bool) -> dict[str, frozenset[str]]:
    """Return the answer to the tree's preset question given by `--as` or CAKWIZARD_AS.

    The environment is the weaker wish: where a file of answers holds that answer, the file counts.
    """
    context = click.get_current_context(silent=True)
    source = context.get_parameter_source("preset") if context is not None else None
    from_environment = source is click.core.ParameterSource.ENVIRONMENT
    if not word or (from_environment and (known or tree.preset is None)):
        return {}
    if tree.preset is None:
        message = "this tree has no question that --as can answer"
        raise UsageError(Issue(message=message, hint="leave --as out", key="no_preset"))
    question = tree.questions[tree.preset]
    wanted = word.casefold()
    for option in question.options.values():
        also = (phrase for phrases in option.also.values() for phrase in phrases)
        if wanted in {option.id, *(text.casefold() for text in (*option.text.by_language.values(), *also))}:
            return {question.id: frozenset({option.id})}
    raise AnswerError(question.id, word, list(question.options))


class _FileKeeper:
    """Keeps answers in files, only where that was asked for, readable for nobody else."""

    def __init__(self, save_file: str | None, save_walk: str | None, force: bool, inputs: Sequence[str]) -> None:
        self._save_file, self._save_walk, self._force, self._inputs = save_file, save_walk, force, inputs

    def check(self) -> None:
        """Refuse before the first question what could not be written after the last."""
        from cakwizard.asking.saving import is_answers
        from cakwizard.files import check_target

        if self._save_file is not None:
            # Going on with answers and keeping them in the same file is what people mean, and is_answers allows it.
            check_target(self._save_file, kind=is_answers, force=self._force, inputs=self._inputs)
        if self._save_walk is not None:
            from cakwizard.testing.walkfile import SUFFIX

            if not self._save_walk.endswith(SUFFIX):
                message, values = f"'{self._save_walk}' does not end in '{SUFFIX}'", {"file": self._save_walk}
                raise FileError(Issue(message=message, key="test.suffix", values={**values, "suffix": SUFFIX}))
            # What is in it is read before a case is added, and refused then when it is something else.
            check_target(self._save_walk, kind=lambda head: True, inputs=self._inputs)

    def exists(self, file: str) -> bool:
        """Tell whether a file is there already."""
        return Path(file).exists()

    def save(self, session: Session, file: str) -> str:
        """Write the answers and return the sentence that says so."""
        from cakwizard.asking.saving import answers_text, is_answers
        from cakwizard.files import write_whole

        write_whole(file, answers_text(session).encode(), kind=is_answers, force=self._force, mode=0o600)
        return words(session.language)("save.saved", file=file, command=shlex.quote(file))

    def at_the_end(self, session: Session) -> Iterator[str]:
        """Do what was asked for on the command line, and yield what was done."""
        if self._save_file is not None:
            yield self.save(session, self._save_file)
        if self._save_walk is not None:
            from cakwizard.testing.recording import add_case

            add_case(self._save_walk, session.verdict, as_typed=session.said)
            yield words(session.language)("save.recorded", file=self._save_walk)

    def when_stopped(self, session: Session) -> str | None:
        """Keep the answers if that was asked for; return the file, or None."""
        if self._save_file is not None:
            self.save(session, self._save_file)
        return self._save_file


def _tell_stopped(dialogue: TextIO, language: str, session: Session | None, keeper: _FileKeeper | None) -> None:
    say = words(language)
    try:
        file = keeper.when_stopped(session) if keeper is not None and session is not None else None
        text = say("errors.interrupted")
        if file is not None:
            text = say("save.interrupted", file=file, command=shlex.quote(file))
    except FileError as fault:
        text = str(fault)
    # Whoever closed the terminal reads nothing any more; what was to be kept is kept by now.
    with suppress(OSError, ValueError):
        dialogue.write(f"\n{harmless(text)}\n")
        dialogue.flush()


def _plain_terminal() -> bool:
    """Tell whether the surroundings ask for lines: ACCESSIBLE, a dumb terminal, or no questionary."""
    if os.environ.get("ACCESSIBLE") or os.environ.get("TERM") == "dumb":
        return True
    return importlib.util.find_spec("questionary") is None


@contextmanager
def _dialogue() -> Iterator[TextIO]:
    """Give where to talk: standard error, which stays on the screen when the outcome goes to a file.

    Where standard error goes to a file as well, the terminal itself, if there is one.
    """
    if sys.stderr.isatty() or not sys.stdin.isatty():
        yield sys.stderr
    elif sys.stdout.isatty():
        yield sys.stdout
    else:
        try:
            terminal = Path("/dev/tty").open("w", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed below
        except OSError:
            yield sys.stderr
            return
        with terminal:
            yield terminal


def _same_place(one: TextIO, other: TextIO) -> bool:
    """Tell whether two streams end in the same window or file, so that what both say would be said twice."""
    if one is other or (one.isatty() and other.isatty()):
        return True
    try:
        return os.path.sameopenfile(one.fileno(), other.fileno())
    except (OSError, ValueError):
        return False


def _line_asker(dialogue: TextIO, language: str, elsewhere: bool) -> Asker:
    from cakwizard.asking.line import LineAsker

    return LineAsker(sys.stdin, dialogue, language, headline=elsewhere)


def _menu_asker(dialogue: TextIO, language: str, held: Held) -> Asker:
    from cakwizard.asking.menu import MenuAsker

    return MenuAsker(dialogue, language, held)
