"""The words of the program itself, per language; the words of a tree are in the tree."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache, reduce
from operator import getitem
from typing import Any

LANGUAGES = ("nl", "en")


class Words:
    """The sentences of one language, by dotted key; what is a table of `one` and `other` takes a `count`."""

    def __init__(self, language: str, table: Mapping[str, Any]) -> None:
        self.language, self.table = language, table

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence under `key` with its placeholders filled; a missing key is a fault of the program."""
        found = self._under(key)
        if isinstance(found, Mapping):
            found = found["one" if values.get("count") == 1 else "other"]
        return str(found).format(**values) if values else str(found)

    def has(self, key: str) -> bool:
        """Tell whether there is a sentence under `key`, in a table that is there."""
        table, _, name = key.rpartition(".")
        return name in self._under(table)

    def list(self, key: str) -> list[str]:
        """Return a list of words, for example the ones that mean "back"."""
        return [str(word) for word in self._under(key)]

    def _under(self, key: str) -> Any:
        return reduce(getitem, key.split("."), self.table)


@cache
def words(language: str) -> Words:
    """Return the words of a language; one that is not there gives Dutch."""
    import tomllib
    from importlib.resources import files

    language = language if language in LANGUAGES else LANGUAGES[0]
    return Words(language, tomllib.loads((files(__name__) / f"{language}.toml").read_text("utf-8")))


def in_digits(date: str) -> str:
    """Return an ISO date, which may lack day and month, as 24-11-2026, 11-2026 or 2026."""
    return "-".join(str(int(part)) for part in reversed(date.split("-")))


def pick_language(asked: str | None = None, environ: Mapping[str, str] | None = None) -> str:
    """Return the language to speak: the one asked for, CAKWIZARD_LANG, the locale; what is not English is Dutch."""
    environ = os.environ if environ is None else environ
    names = ("CAKWIZARD_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wish = asked or next((environ[name] for name in names if environ.get(name)), "")
    if not wish and os.name == "nt":
        import locale

        wish = locale.getlocale()[0] or ""
    return "en" if wish.casefold().startswith("en") else "nl"
