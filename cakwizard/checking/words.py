"""What must hold of the words of a tree: keys, placeholders, names, length, wording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping
from operator import itemgetter

from cakwizard.checking.places import error
from cakwizard.checking.places import warning
from cakwizard.checking.texts import every_text
from cakwizard.errors import Issue
from cakwizard.model import DecisionTree
from cakwizard.model import Question
from cakwizard.wording import PLACEHOLDER
from cakwizard.wording import UNKNOWN_KEYS
from cakwizard.wording import fold

__all__ = ["LONGEST", "country_names", "long_texts", "overlapping_options", "placeholders", "shortcut_keys"]

LONGEST: Mapping[str, int] = {
    "title": 90,
    "origin": 300,
    "authority": 40,
    "question": 120,
    "option": 120,
    "help": 400,
    "find_out": 300,
    "outside": 250,
    "outcome": 100,
    "pays": 350,
    "ask": 400,
    "advice": 360,
    "name": 60,
    "contract": 200,
    "heading": 40,
    "start": 80,
    "referral": 80,
    "letter": 300,
    "message": 300,
    "field": 100,
    "term": 300,
    "source": 160,
    "dated": 200,
}
"""How many characters a text of each kind may have: what is longer is not read at a counter or on a phone."""

_WORD = re.compile(r"\w+")


def shortcut_keys(tree: DecisionTree) -> Iterator[Issue]:
    """CW023, CW024: at one question every option has its own letter, taken from its wording."""
    for question in tree.questions.values():
        for language in tree.languages:
            taken = {UNKNOWN_KEYS.get(language, ""): "the answer 'I do not know'"}
            for option in question.options.values():
                key = option.keys.get(language, "")
                what = f"key '{key}' of option '{option.id}' of question '{question.id}' in '{language}'"
                if not key:
                    continue
                if len(key) != 1 or not key.isalpha() or fold(key) not in fold(option.text[language]):
                    message = f"{what} is not a letter of '{option.text[language]}'"
                    yield error(tree, "CW024", option.location, message, "take one letter from the wording")
                if key.casefold() in taken:
                    message = f"{what} is taken by {taken[key.casefold()]}"
                    yield error(tree, "CW023", option.location, message, "take another letter from the wording")
                taken.setdefault(key.casefold(), f"option '{option.id}'")


def placeholders(tree: DecisionTree) -> Iterator[Issue]:
    """CW025, CW026: every placeholder has a value, and all languages use the same ones."""
    for found in every_text(tree):
        text = found.text
        if not any("{" in words for words in text.by_language.values()):
            continue
        used = {language: set(PLACEHOLDER.findall(words)) for language, words in text.by_language.items()}
        for name in sorted(set().union(*used.values()) - set(found.known)):
            hint = f"known here: {', '.join(sorted(found.known))}" if found.known else "this text takes no placeholder"
            yield error(tree, "CW025", text.location, f"{found.what} uses '{{{name}}}', which has no value", hint)
        if len({frozenset(names) for names in used.values()}) > 1:
            differ = "; ".join(f"{language}: {', '.join(sorted(names)) or 'none'}" for language, names in used.items())
            message = f"the placeholders of {found.what} differ ({differ})"
            yield error(tree, "CW026", text.location, message, "use the same ones in every language")


def country_names(tree: DecisionTree) -> Iterator[Issue]:
    """CW029: another name of a country leads to a code or to an option."""
    for question in tree.questions.values():
        if question.countries is not None and question.otherwise is None:
            message = f"question '{question.id}' has countries but no 'otherwise'"
            yield error(tree, "CW029", question.location, message, "name the option of every other country")
        for name, target in question.names.items():
            if target not in question.options and not re.fullmatch("[A-Z]{2}", target):
                message = f"name '{name}' of question '{question.id}' leads to '{target}'"
                yield error(tree, "CW029", question.location, message, "write a country code or an option")


def long_texts(tree: DecisionTree) -> Iterator[Issue]:
    """CW043: a text is short enough to be read where it is shown."""
    for kind, what, text, *_ in every_text(tree):
        limit = LONGEST[kind]
        for language, words in text.by_language.items():
            if len(words) > limit:
                message = f"{what} has {len(words)} characters in '{language}', where {limit} is the most"
                yield warning(tree, "CW043", text.location, message, "say it shorter, or in two texts")


def overlapping_options(tree: DecisionTree) -> Iterator[Issue]:
    """CW044: nobody can take one option of a question for another."""
    for question in tree.questions.values():
        for language in tree.languages:
            yield from _overlapping(tree, question, language)


def _overlapping(tree: DecisionTree, question: Question, language: str) -> Iterator[Issue]:
    options = question.options.values()
    worded = [(tuple(_WORD.findall(fold(option.text[language]))), option.id) for option in options]
    worded.sort(key=itemgetter(0))
    # In this order what begins with some words comes right after them.
    open_: list[tuple[tuple[str, ...], str]] = []
    for words, key in worded:
        while open_ and words[: len(open_[-1][0])] != open_[-1][0]:
            open_.pop()
        if open_ and words:
            option, other = question.options[key], question.options[open_[-1][1]]
            likeness = "the same" if words == open_[-1][0] else "at first the same"
            message = (
                f"option '{key}' of question '{question.id}' reads in '{language}' {likeness} as option '{other.id}': "
                f"'{option.text[language]}' and '{other.text[language]}'"
            )
            hint = "word them so that nobody takes one for the other"
            yield warning(tree, "CW044", option.location, message, hint)
        open_.append((words, key))
