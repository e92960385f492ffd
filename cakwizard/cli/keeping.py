"""The files that a conversation leaves behind, only where that was asked for: answers, and cases for a test."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from cakwizard.asking.saving import answers_text
from cakwizard.asking.session import Session
from cakwizard.cli import common
from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.interface import words
from cakwizard.sentences import headline

__all__ = ["FileKeeper"]


class FileKeeper:
    """Keeps answers in files, only where that was asked for, readable for nobody else."""

    def __init__(self, save_file: str | None, save_walk: str | None) -> None:
        self._save_file = save_file
        self._save_walk = save_walk

    def check(self) -> None:
        """Refuse before the first question what could not be written after the last.

        Raises:
            FileError: A file asked for on the command line cannot be written.
        """
        for file in (self._save_file, self._save_walk):
            if file is not None and not _can_be_written(Path(file)):
                raise FileError(Issue(message=f"'{file}' cannot be written", hint="choose another place"))
        if self._save_walk is not None:
            from cakwizard.scripts.walkfile import SUFFIX

            if not self._save_walk.endswith(SUFFIX):
                message = f"the name of '{self._save_walk}' does not end in '{SUFFIX}'"
                raise FileError(Issue(message=message, hint=f"walk files are called such as 'mine{SUFFIX}'"))

    def exists(self, file: str) -> bool:
        """Tell whether a file is there already."""
        return Path(file).exists()

    def save(self, session: Session, file: str) -> str:
        """Write the answers and return the sentence that says so."""
        common.write_atomically(file, answers_text(session).encode(), mode=0o600)
        return words(session.language)("save.saved", file=file, command=shlex.quote(file))

    def at_the_end(self, session: Session) -> list[str]:
        """Do what was asked for on the command line; return what was done."""
        done = []
        if self._save_file is not None:
            done.append(self.save(session, self._save_file))
        if self._save_walk is not None:
            from cakwizard.scripts.recording import append_case

            found = session.verdict.outcome
            name = session.verdict.status if found is None else headline(session.verdict, found, session.language)
            append_case(self._save_walk, session.tree, session.verdict, name)
            done.append(words(session.language)("save.recorded", file=self._save_walk))
        return done

    def when_interrupted(self, session: Session) -> str | None:
        """Keep the answers if that was asked for; return the file, or None."""
        if self._save_file is not None:
            self.save(session, self._save_file)
        return self._save_file


def _can_be_written(file: Path) -> bool:
    place = Path(os.path.realpath(file))
    if place.exists() and not place.is_file():
        return not place.is_dir() and os.access(place, os.W_OK)
    return place.parent.is_dir() and os.access(place.parent, os.W_OK)
