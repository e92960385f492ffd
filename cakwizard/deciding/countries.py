"""From a country or nationality, as people say it, to the options it leaves open.

Official names in Dutch and English are those of the Unicode CLDR (package Babel, imported when somebody writes one);
how people call themselves and other names of a country stand in `data/demonyms.csv` and in the tree. What is misspelt
is never more than a guess, which the caller must say back.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cakwizard.tree.records import Question

# The CLDR also names regions that are no country of ISO 3166-1. Kosovo (XK) is none either, but issues passports.
_NOT_A_COUNTRY = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())
_LANGUAGES = ("nl", "en")
_UNKNOWN = frozenset(("onbekend", "unknown", "weetniet", "weetikniet", "geenidee", "dontknow"))
_LONGEST = 100
# Shorter words have too many neighbours; from eight letters two slips still leave one.
_SHORTEST_GUESS, _LONG = 5, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What a word was taken for.

    Attributes:
        codes: ISO 3166-1 alpha-2; several where the word names more than one country, none where it names an option.
        name: To say back, in the language asked for.
        options: What it leaves open at the question.
        typed: The word.
        guessed: That the word is misspelt.
    """

    codes: tuple[str, ...]
    name: str
    options: frozenset[str]
    typed: str
    guessed: bool = False


def understand_country(question: Question, word: str, language: str) -> Country | None:
    """Return what a country, its code or its people's name leaves open at a question, or None when `word` is none.

    A misspelt word is a guess; countries that lie equally near are guessed together.
    """
    key = fold(word)
    if question.countries is None or not key or len(word) > _LONGEST:
        return None
    if key in _UNKNOWN:
        return Country(codes=(), name=word.strip(), options=frozenset(question.options), typed=word)
    meant = next((meant for name, meant in question.names.items() if fold(name) == key), "")
    if meant in question.options:
        text = question.options[meant].text[language]
        return Country(codes=(), name=text, options=frozenset({meant}), typed=word)
    known = (meant,) if meant else _codes().get(key) or _by_code().get(key)
    codes = known or _guess(key)
    return _country(question, codes, word, language, guessed=not known) if codes else None


def find_countries(question: Question, typed: str, language: str) -> list[Country]:
    """Return the countries that somebody who has typed this may be typing, the likeliest first."""
    key = fold(typed)
    if question.countries is None or not key or len(typed) > _LONGEST:
        return []
    names = {code: fold(name) for code, name in country_names(language).items()}
    exact = understand_country(question, typed, language)
    found: dict[str, None] = {}

    def add(codes: Iterable[str]) -> None:
        found.update(dict.fromkeys(sorted(codes, key=lambda code: names.get(code, ""))))

    add(exact.codes if exact is not None and not exact.guessed else ())
    add(code for code, name in names.items() if name.startswith(key))
    add(code for name, codes in _codes().items() if name.startswith(key) for code in codes)
    if not found or len(key) < 3:
        # Letters left out: "ga" may become Ghana.
        between = re.compile(".*".join(map(re.escape, key)))
        add(code for code, name in names.items() if between.match(name))
    guess = exact.codes if exact is not None and not found else ()
    add(guess)
    return [_country(question, (code,), typed, language, guessed=code in guess) for code in found]


def said_countries(question: Question, language: str) -> Iterator[tuple[str, Country]]:
    """Yield every word (folded, see `fold`) that in a sentence can only mean a country, with the country.

    Short words and what a nationality has in common with other words are left out.
    """
    for word, codes in _codes().items():
        if (len(word) >= _SHORTEST_GUESS and word not in _OTHER_WORDS) or word in _SHORT_NAMES:
            yield word, _country(question, codes, word, language)
    for word, meant in question.names.items():
        if meant not in question.options and len(fold(word)) >= _SHORTEST_GUESS:
            yield fold(word), _country(question, (meant,), word, language)


# Names too short to be told from other words by their length, which mean nothing else in Dutch or English.
_SHORT_NAMES = frozenset(
    "belg cuba deens drc fiji fins iers irak iran iraq laos lets mali oman peru rus thai togo turk uk usa vk".split()
)
_OTHER_WORDS = frozenset("engel spaan jersey jordan".split())


@cache
def country_names(language: str) -> dict[str, str]:
    """Return the name of every country in `language` (Dutch or English) by its code, sorted by code."""
    from babel import Locale

    names = sorted(Locale.parse(language if language in _LANGUAGES else "en").territories.items())
    return {code: name for code, name in names if re.fullmatch("[A-Z]{2}", code) and code not in _NOT_A_COUNTRY}


def fold(text: str) -> str:
    """Return only the letters and digits of a text: case, accents, spaces and signs do not matter."""
    return "".join(filter(str.isalnum, unaccented(text)))


def unaccented(text: str) -> str:
    """Return a text in small letters and without accents, to compare words."""
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    """Return the words of a text, in small letters and without accents."""
    return re.findall(r"[^\W_]+", unaccented(text))


def _country(
    question: Question, codes: tuple[str, ...], typed: str, language: str, *, guessed: bool = False
) -> Country:
    names = country_names(language)
    usual = frozenset({question.otherwise}) if question.otherwise else frozenset(question.options)
    options = frozenset().union(*((question.countries or {}).get(code, usual) for code in codes))
    name = " / ".join(names.get(code, code) for code in codes)
    return Country(codes=codes, name=name, options=options, typed=typed, guessed=guessed)


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    """Return the codes by every folded name and demonym; what the CLDR says goes before what people say."""
    found: dict[str, tuple[str, ...]] = {}
    text = (files("cakwizard") / "data" / "demonyms.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        codes = tuple(row["codes"].split())
        for word in row["en"].split("|"):
            found.setdefault(fold(word), codes)
        for word in row["nl"].split("|"):
            for form in _forms(fold(word)):
                found.setdefault(form, codes)
    for language in _LANGUAGES:
        for code, name in country_names(language).items():
            for part in (name, *name.replace(")", "").split("(")):
                found[fold(part)] = (code,)
    return found


def _forms(word: str) -> Iterator[str]:
    """Yield a Dutch adjective as it is bent, and who it makes: Pools, Poolse; Marokkaan; Ghanese; Syriër."""
    yield word
    if word.endswith("ees"):
        yield f"{word[:-3]}ese"
    elif word.endswith("s"):
        yield from (f"{word}e", word[:-1])
    elif word.endswith("isch"):
        yield from (f"{word}e", f"{word[:-3]}er")


@cache
def _by_code() -> dict[str, tuple[str, ...]]:
    """Return the country by its code of two letters, or of three as a passport has it."""
    from babel.core import get_global

    known = country_names("en")
    aliases = get_global("territory_aliases").items()
    longer = {code: codes[0] for code, codes in aliases if re.fullmatch("[A-Z]{3}", code) and len(codes) == 1}
    every = {**longer, **dict(zip(known, known, strict=True))}
    return {code.casefold(): (country,) for code, country in every.items() if country in known}


def _guess(key: str) -> tuple[str, ...]:
    """Return the countries whose names lie nearest a misspelt one, or none when all are too far."""
    if len(key) < _SHORTEST_GUESS:
        return ()
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    slips = 2 if len(key) >= _LONG else 1
    near = process.extract(key, _codes().keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
    least = min((distance for _, distance, _ in near), default=0)
    return tuple(dict.fromkeys(code for name, distance, _ in near if distance <= least for code in _codes()[name]))
