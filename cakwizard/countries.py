"""From a country, as people write it, to the options it leaves open.

The names in Dutch and English are those of the Unicode CLDR, through the
package Babel, which is imported only when somebody writes a name or a code.
"""

from __future__ import annotations

from functools import cache

from cakwizard.errors import nearest
from cakwizard.model import Question
from cakwizard.wording import same_words

__all__ = ["country_code", "country_name", "country_names", "near_country", "options_of_country"]

# The CLDR also names regions that are no country of ISO 3166-1. Kosovo (XK) is
# none either, but issues passports, so people will look for it.
_NOT_A_COUNTRY = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())
_LANGUAGES = ("nl", "en")


@cache
def _names() -> dict[str, dict[str, str]]:
    """Return per language the name of each country by its code."""
    from babel import Locale

    return {
        language: {
            code: name
            for code, name in Locale.parse(language).territories.items()
            if len(code) == 2 and code.isalpha() and code not in _NOT_A_COUNTRY
        }
        for language in _LANGUAGES
    }


@cache
def _codes() -> dict[str, str]:
    """Return the code by each name without accents, spaces and case, and by the code itself."""
    found = {same_words(name): code for names in _names().values() for code, name in names.items()}
    return found | {code.casefold(): code for code in _names()["en"]}


def country_code(word: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country written as code or as Dutch or English name."""
    return _codes().get(same_words(word)) if len(word) <= 100 else None


def country_name(code: str, language: str) -> str:
    """Return the name of a country in `language` (Dutch or English), or its code when it has none."""
    return _names().get(language, _names()["en"]).get(code, code)


def country_names(language: str) -> dict[str, str]:
    """Return the name of every country in `language` (Dutch or English) by its code, sorted by code."""
    return dict(sorted(_names()[language].items()))


def options_of_country(question: Question, word: str) -> frozenset[str] | None:
    """Return the options that a country leaves open at a question, or None when `word` names none."""
    if question.countries is None:
        return None
    alias = question.names.get(word.strip().casefold())
    if alias is not None and alias in question.options:
        return frozenset({alias})
    code = alias or country_code(word)
    if code is None:
        return None
    if code in question.countries:
        return question.countries[code]
    return frozenset({question.otherwise}) if question.otherwise else None


def near_country(word: str) -> str | None:
    """Return the name of a country that is close in spelling, for a hint only."""
    names = [name for names in _names().values() for name in names.values()]
    return nearest(word, names)
