"""The words of the program: the same in both languages, all there, none too many."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from cakwizard.words import LANGUAGES, pick_language, words
from tests.test_layers import PACKAGE, parsed

KEY = re.compile(r"[a-z]\w*(\.\w+)+\Z")
# Words that are looked up by a name made while running: by kind of provider, status and so on.
MADE = re.compile(r"[a-z]\w*(\.\w*)*\.\w*\Z")


def flat(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted key, value); a table of `one` and `other` is one value."""
    for key, value in table.items():
        if isinstance(value, dict) and value.keys() != {"one", "other"}:
            yield from flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def placeholders(value: Any) -> object:
    """Return what a sentence lets fill in; a list of words only that it is one."""
    if isinstance(value, dict):
        return {key: placeholders(text) for key, text in value.items()}
    if isinstance(value, list):
        return list
    return {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}


TREES = [parsed(path) for path in PACKAGE.rglob("*.py")]
# What is no word of the program: the names of files, and where an export is made.
NOT_WORDS = (".csv", ".css", ".html", ".js", ".json", ".toml", ".typ", ".yaml", ".make_page")
ALL = {language: dict(flat(dict(words(language).table))) for language in LANGUAGES}


@cache
def strings() -> list[tuple[str, bool]]:
    """Return every string of the program's modules, and whether more is put behind it."""
    found = []
    for tree in TREES:
        nodes = list(ast.walk(tree))
        begun = {id(node.values[0]) for node in nodes if isinstance(node, ast.JoinedStr) and node.values}
        texts = [node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        found += [(str(node.value), id(node) in begun) for node in texts]
    return found


def test_both_languages_say_the_same_things() -> None:
    """A sentence in one language is there in the other, with the same placeholders, and says something."""
    assert ALL["nl"].keys() == ALL["en"].keys()
    differing = [key for key in ALL["nl"] if placeholders(ALL["nl"][key]) != placeholders(ALL["en"][key])]
    assert differing == []
    assert [key for table in ALL.values() for key, value in table.items() if not value] == []


def test_every_key_that_the_program_says_is_there() -> None:
    """No sentence is asked for that does not exist; what is made while running has its beginning there."""
    tables, known = {key.split(".")[0] for key in ALL["nl"]}, ALL["nl"].keys()
    missing = set()
    for text, goes_on in strings():
        is_key = text.split(".")[0] in tables and not text.endswith(NOT_WORDS)
        if is_key and (MADE if goes_on else KEY).match(text):
            begun = text if goes_on else f"{text}."
            if text not in known and not any(key.startswith(begun) for key in known):
                missing.add(text)
    assert missing == set()


def test_every_fault_of_a_user_has_its_words() -> None:
    """A fault that names a key of the words has them in both languages."""
    calls = [node for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [one.args[0] for one in calls if getattr(one.func, "id", "") == "spoken"]
    named += [
        word.value
        for one in calls
        if getattr(one.func, "id", "") == "Issue"
        for word in one.keywords
        if word.arg == "key"
    ]
    keys = {str(one.value) for one in named if isinstance(one, ast.Constant)}
    assert keys
    assert [key for key in keys if (key if "." in key else f"faults.{key}") not in ALL["nl"]] == []


def test_no_sentence_is_left_that_nobody_says() -> None:
    """Words that the program cannot say any more go out of its files."""
    whole = {text for text, goes_on in strings() if not goes_on}
    whole |= {f"faults.{text}" for text in whole}
    begun = tuple(text for text, goes_on in strings() if goes_on and MADE.match(text))
    # A page and a sheet get a table whole, and look up in it by its last names.
    others = "".join(
        path.read_text("utf-8") for path in PACKAGE.rglob("*.*") if path.suffix in (".js", ".typ", ".html")
    )
    unsaid = [
        key
        for key in ALL["nl"]
        if not whole & {key, key.removesuffix("_hint"), key.rpartition(".")[0]}
        and not key.startswith(begun)
        and not (key.split(".")[0] in ("page", "factsheet") and re.search(rf"\b{key.rpartition('.')[2]}\b", others))
    ]
    assert unsaid == []


@pytest.mark.parametrize(
    ("asked", "environ", "spoken"),
    [
        (None, {}, "nl"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LANG": "en_GB.UTF-8", "LC_ALL": "nl_NL.UTF-8"}, "nl"),
        (None, {"LANG": "de_DE"}, "nl"),
        (None, {"CAKWIZARD_LANG": "en", "LANG": "nl_NL"}, "en"),
        ("nl", {"CAKWIZARD_LANG": "en"}, "nl"),
    ],
)
def test_the_language_is_what_was_asked_for_or_the_machines(
    asked: str | None, environ: dict[str, str], spoken: str
) -> None:
    """--lang goes before CAKWIZARD_LANG and that before the locale; what is not English is Dutch."""
    assert pick_language(asked, environ) == spoken


def test_a_count_picks_the_form_of_a_sentence() -> None:
    """One and more than one are said as they should."""
    say = words("en")
    key = next(key for key, value in ALL["en"].items() if isinstance(value, dict) and value["one"] != value["other"])
    names = placeholders(ALL["en"][key]["other"])
    assert isinstance(names, set)
    values = dict.fromkeys(names, "x")
    assert say(key, **{**values, "count": 1}) != say(key, **{**values, "count": 2})
