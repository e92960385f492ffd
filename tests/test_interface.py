from __future__ import annotations

import ast
import re
import string
import tomllib
from pathlib import Path

import pytest

import cakwizard
from cakwizard.interface import LANGUAGES
from cakwizard.interface import pick_language
from cakwizard.interface import words
from cakwizard.wording import format_date

PACKAGE = Path(cakwizard.__file__).parent


def entries(table: dict[str, object], prefix: str = "") -> dict[str, object]:
    """Return every sentence by its dotted key; singular and plural count as sentences of their own."""
    found: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= entries(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def language_entries(language: str) -> dict[str, object]:
    """Return the sentences of one language."""
    return entries(tomllib.loads((PACKAGE / "interface" / f"{language}.toml").read_text(encoding="utf-8")))


NL, EN = language_entries("nl"), language_entries("en")


def placeholders(text: object) -> set[str]:
    """Return the names between braces."""
    return {name for _, name, _, _ in string.Formatter().parse(str(text)) if name is not None}


def test_same_keys():
    """Whatever can be said in Dutch can be said in English, and the other way round."""
    assert sorted(NL) == sorted(EN)


def test_same_placeholders():
    """A sentence fills in the same things in both languages, but for a singular's number and short dates."""
    found = {key: placeholders(NL[key]) ^ placeholders(EN[key]) for key in NL if key != "picture.short_date"}
    differing = {
        key: names for key, names in found.items() if names and not (key.endswith(".one") and names == {"count"})
    }
    assert differing == {}


def test_plurals_come_in_pairs():
    """What has a singular has a plural, since a number picks one of the two."""
    assert [key for key in NL if key.endswith(".one") and f"{key[:-4]}.other" not in NL] == []


def test_no_sentence_is_empty():
    """No sentence is empty, and blanks around one, where it is put together, are the same in both languages."""
    assert [key for key in NL if not NL[key] or not EN[key]] == []
    blanks = {
        language: {
            key: (text[:1].isspace(), text[-1:].isspace()) for key, text in found.items() if isinstance(text, str)
        }
        for language, found in (("nl", NL), ("en", EN))
    }
    assert blanks["nl"] == blanks["en"]


def test_every_sentence_that_is_asked_for_is_there():
    """Every key that the program names is in the files: a missing one would end a conversation."""
    tables = {key.partition(".")[0] for key in NL}
    known = set(NL) | {key.rpartition(".")[0] for key in NL if key.rpartition(".")[2] in ("one", "other")}
    missing = []
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).rpartition(".")[2] in ("say", "_say", "words", "list")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                key = str(node.args[0].value)
                if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", key) and key.partition(".")[0] in tables and key not in known:
                    missing.append(f"{file.name}: {key}")
    assert missing == []


def fixed_words(file: Path) -> tuple[set[str], set[str]]:
    """Return the strings and names in a Python file, and the patterns of keys whose blanks are filled in as it runs."""
    found, patterns = set(), set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [re.escape(part.value) if isinstance(part, ast.Constant) else "(.+)" for part in node.values]
            patterns.add("".join(map(str, parts)))
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found, patterns


def test_every_sentence_is_asked_for():
    """No sentence stands in the files that neither the program nor its page can say."""
    names: set[str] = set()
    patterns: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        found, filled_in = fixed_words(file)
        names |= found
        patterns |= {one for one in filled_in if re.match(r"[a-z_]+\\\.", one)}
    for file in (PACKAGE / "exporting" / "page").iterdir():
        text = file.read_text(encoding="utf-8")
        names |= set(re.findall(r"[\w.]+", text))
        patterns |= {re.sub(r"\$\{[^}]*\}", "(.+)", one) for one in re.findall(r"`([a-z_]+\.[^`\s]*)`", text)}
    # A pattern that only says in which table to look names a key when that stands somewhere as a word.
    compiled = [re.compile(one) for one in patterns]
    unused = []
    for key in NL:
        table, _, last = key.rpartition(".")
        asked = table if last in ("one", "other") and f"{table}.one" in NL else key
        fits = (match for one in compiled if (match := one.fullmatch(asked)))
        if asked not in names and not any(names.issuperset(match.groups()) for match in fits):
            unused.append(key)
    assert unused == []


@pytest.mark.parametrize(
    ("count", "nl", "en"),
    [
        (1, "Vraag 3. Hierna nog hooguit 1 vraag.", "Question 3. After this at most 1 question."),
        (2, "Vraag 3. Hierna nog hooguit 2 vragen.", "Question 3. After this at most 2 questions."),
        (0, "Vraag 3. Hierna nog hooguit 0 vragen.", "Question 3. After this at most 0 questions."),
    ],
)
def test_one_and_more(count, nl, en):
    """One thing is named in the singular, none and several in the plural."""
    assert words("nl")("ask.progress", number=3, count=count) == nl
    assert words("en")("ask.progress", number=3, count=count) == en


def test_dates():
    """A day is written as people write it in each language, and a partial date keeps to what is known."""
    assert [format_date("2022-03-01", language) for language in LANGUAGES] == ["1 maart 2022", "1 March 2022"]
    assert [format_date("2022-10", language) for language in LANGUAGES] == ["oktober 2022", "October 2022"]
    assert format_date("2022", "nl") == "2022"


def test_the_programs_words_mean_one_thing():
    """No word of the program stands for two commands, in whatever language it is said."""
    meanings: dict[str, set[str]] = {}
    for found in (NL, EN):
        for key, value in found.items():
            if key.startswith("ask.words."):
                assert isinstance(value, list)
                for word in value:
                    meanings.setdefault(str(word).casefold(), set()).add(key)
    assert {word: keys for word, keys in meanings.items() if len(keys) > 1} == {}


@pytest.mark.parametrize(
    ("asked", "environ", "language"),
    [
        ("en", {"LANG": "nl_NL.UTF-8"}, "en"),
        (None, {"CAKWIZARD_LANG": "en", "LANG": "nl_NL.UTF-8"}, "en"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LC_ALL": "nl_NL.UTF-8", "LANG": "en_GB.UTF-8"}, "nl"),
        (None, {"LANG": "pl_PL.UTF-8"}, "nl"),
        (None, {"LANG": "C"}, "nl"),
        (None, {}, "nl"),
        ("nl", {"CAKWIZARD_LANG": "en"}, "nl"),
    ],
)
def test_language(asked, environ, language):
    """The language asked for comes first, then CAKWIZARD_LANG, then the locale; what is not English gives Dutch."""
    assert pick_language(asked, environ) == language
