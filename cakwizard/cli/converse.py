"""The conversation as the program runs it: options, terminal, files, exit status."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any, TextIO

import click

from cakwizard import loading
from cakwizard.asking.after import Consultation
from cakwizard.asking.conversation import Asker, Conversation
from cakwizard.asking.line import LineAsker
from cakwizard.asking.menu import MenuAsker, holding
from cakwizard.asking.protocol import EndOfInput, Prompt
from cakwizard.asking.session import Session, answers_text, is_answers
from cakwizard.cli import common
from cakwizard.deciding.answers import AnswerFile, Slips, preset_option, read_answers
from cakwizard.errors import FileError, harmless, spoken
from cakwizard.files import check_target, read_text, write_whole
from cakwizard.providers.reading import bundled_providers, read_providers
from cakwizard.tree.records import DecisionTree
from cakwizard.words import Words, pick_language, words


def run(given: Any) -> int:
    """Hold a conversation and return the exit status: 0 decided, 3 open or out of range, 130 interrupted."""
    language = pick_language(given.lang)
    say, files = words(language), _Files(given)
    lines = given.line or os.environ.get("CAKWIZARD_LINE", "0") not in ("", "0")
    # Standard error stays on the screen when the outcome goes to a file.
    dialogue = sys.stderr if sys.stderr.isatty() or not sys.stdout.isatty() else sys.stdout
    if not lines and not (sys.stdin.isatty() and dialogue.isatty()):
        common.err(say("errors.no_terminal"))
        return 2
    lines = lines or bool(os.environ.get("ACCESSIBLE")) or os.environ.get("TERM") == "dumb"
    session: Session | None = None
    try:
        with holding(not lines) as held:
            files.check()
            # Read now, so that a fault in it does not wait for the end; ours only when somebody refers.
            listed = read_providers(given.providers_file) if given.providers_file else None
            tree = loading.load(given.tree_file)
            saved, gone = AnswerFile(), list[str]()
            if given.answers_file is not None:
                saved = read_answers(read_text(given.answers_file), given.answers_file, tree, Slips(gone=gone))
            care, claim = given.care_date or saved.care_date, given.claim_date or saved.claim_date
            common.the_dates(care, claim)
            preset = _preset(tree, given.preset, known=tree.preset in saved.answers)
            session = Session(tree, language, today=common.today(), care_date=care, claim_date=claim, preset=preset)
            elsewhere = not _same_place(dialogue, sys.stdout)
            asker: Asker = MenuAsker(dialogue, language, held)
            if lines:
                asker = LineAsker(sys.stdin, dialogue, language, headline=elsewhere)
            providers = bundled_providers if listed is None else partial(tuple, listed)
            conversation = Consultation(asker, session, files.save, providers)
            if given.answers_file is not None:
                conversation.resume(saved.answers, gone, given.answers_file)
            conversation.run()
            try:
                # Kept before anything more is written: the terminal may be gone.
                done = list(files.at_the_end(conversation))
            finally:
                with suppress(OSError):
                    asker.close(conversation.outcome())
            for sentence in done:
                dialogue.write(f"{harmless(sentence)}\n")
            if given.form == "svg":
                from cakwizard.showing.terminal import card_svg

                common.out(card_svg(conversation.card(), session.trail))
            elif elsewhere or given.form is not None or given.full:
                common.out(conversation.text(given.form or "text", full=given.full, width=common.text_width()))
    except (KeyboardInterrupt, SystemExit) as stop:
        # Whoever closed the terminal reads nothing any more; what was to be kept is kept by then.
        text = files.when_stopped(session, say)
        with suppress(OSError, ValueError):
            dialogue.write(f"\n{harmless(text)}\n")
            dialogue.flush()
        return 130 if isinstance(stop, KeyboardInterrupt) else int(str(stop.code))
    return 0 if session.verdict.status == "decided" else 3


def _preset(tree: DecisionTree, word: str | None, *, known: bool) -> dict[str, frozenset[str]]:
    """Return the answer to the preset question by `--as`, or by CAKWIZARD_AS where no file of answers has it."""
    source = click.get_current_context().get_parameter_source("preset")
    if not word or (source is click.core.ParameterSource.ENVIRONMENT and (known or tree.preset is None)):
        return {}
    return {str(tree.preset): frozenset({preset_option(tree, word, "--as")})}


class _Files:
    """Keeps answers in files, only where that was asked for, readable for nobody else."""

    def __init__(self, given: Any) -> None:
        self.given = given

    def check(self) -> None:
        """Refuse before the first question what could not be written after the last."""
        given, inputs = self.given, (self.given.tree_file, self.given.providers_file)
        if given.save_file is not None:
            # Going on with answers and keeping them in the same file is what people mean, and is_answers allows it.
            check_target(given.save_file, kind=is_answers, force=given.force, inputs=inputs)
        if given.save_walk is not None:
            from cakwizard.testing.walkfile import SUFFIX

            if not given.save_walk.endswith(SUFFIX):
                raise FileError(spoken("test.suffix", file=given.save_walk, suffix=SUFFIX))
            # What is in it is read before a case is added, and refused then when it is something else.
            check_target(given.save_walk, kind=lambda head: True, inputs=inputs)

    def save(self, session: Session, file: str) -> str:
        """Write the answers and return the sentence that says so."""
        write_whole(file, answers_text(session).encode(), kind=is_answers, force=self.given.force, mode=0o600)
        return words(session.language)("save.saved", file=file, command=shlex.quote(file))

    def at_the_end(self, conversation: Conversation) -> Iterator[str]:
        """Do what was asked for on the command line, and yield what was done."""
        session, say = conversation.session, conversation.say
        if self.given.save_file is not None:
            yield self.save(session, self.given.save_file)
        if self.given.save_walk is not None:
            from cakwizard.testing.recording import add_cases
            from cakwizard.testing.running import case_of, name_of

            name = name_of(session.verdict)
            prompt = Prompt(
                text=say("save.name"), free=say("save.proposed", name=name), proposed=name, commands=frozenset()
            )
            with suppress(EndOfInput):
                name = str(conversation.put(prompt))
            add_cases(self.given.save_walk, [case_of(session.verdict, name, session.said)], session.tree)
            yield say("save.recorded", file=self.given.save_walk)

    def when_stopped(self, session: Session | None, say: Words) -> str:
        """Keep the answers if that was asked for, and return what there is to say."""
        file = self.given.save_file
        if file is None or session is None:
            return say("errors.interrupted")
        try:
            self.save(session, file)
        except FileError as fault:
            return str(fault)
        return say("save.interrupted", file=file, command=shlex.quote(file))


def _same_place(one: TextIO, other: TextIO) -> bool:
    """Tell whether two streams end in the same window or file, so that what both say would be said twice."""
    with suppress(OSError, ValueError):
        both = one.isatty() and other.isatty()
        return one is other or both or os.path.sameopenfile(one.fileno(), other.fileno())
    return False
