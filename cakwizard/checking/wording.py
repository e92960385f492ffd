"""What must hold of the words of a tree: keys, placeholders, names, synonyms, length, language."""

from __future__ import annotations

import datetime
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import networkx as nx

from cakwizard.deciding.countries import unaccented, words_of
from cakwizard.errors import Issue
from cakwizard.tree.format import every_record
from cakwizard.tree.records import Advice, DecisionTree, Option, Outcome, Question
from cakwizard.tree.values import Text
from cakwizard.words import words

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_LONGEST_DATE = "30 september 2026"
_QUOTES = "\"'“”„‟‘’«»"
_SMALL_WORDS = {
    "nl": frozenset("de het een en van voor met zij niet geen wie wordt naar als ook bij dat deze uit zijn of".split()),
    "en": frozenset("the and to for with she not no who from if also by this these out are her or".split()),
}


class Found(NamedTuple):
    """A text where it is."""

    what: str  # for a message
    text: Text
    most: int  # how many characters it may have; 0 when nobody counts
    known: Mapping[str, str]  # what its placeholders stand for, at its longest
    owner: object  # the record that it is part of


def every_text(tree: DecisionTree) -> Iterator[Found]:
    """Yield every text of the tree."""
    for what, record, owner in every_record(tree):
        known = _values(owner)
        for name, kind in record.fields.items():
            value = getattr(owner, kind.into, None)
            if isinstance(value, Text):
                yield Found(f"'{name}' of {what}", value, kind.most, known, owner)
            for key, text in value.items() if isinstance(value, Mapping) else ():
                if isinstance(text, Text):
                    yield Found(f"{name.removesuffix('s')} '{key}' of {what}", text, kind.most, known, owner)
    for key, start in tree.deadline_starts.items():
        yield Found(f"deadline start '{key}'", start, 80, {}, start)
    for node in tree.nodes.values():
        for option, text in node.outside.items():
            yield Found(f"'outside' of option '{option}' of node '{node.id}'", text, 250, {}, node)


def _values(owner: object) -> dict[str, str]:
    """Return what the placeholders in the texts of a record stand for; of what changes by date the longest."""
    if isinstance(owner, Outcome):
        amounts = [f"{amount.value:f}" for amount in owner.percent]
        return {"percent": max(amounts, key=len)} if amounts else {}
    values = owner.values.items() if isinstance(owner, Advice) else ()
    return {key: _LONGEST_DATE if isinstance(value, datetime.date) else str(value) for key, value in values}


def shortcut_keys(tree: DecisionTree) -> Iterator[Issue]:
    """CW023, CW024: at one question every option has its own letter, taken from its wording."""
    for question, language in itertools.product(tree.questions.values(), tree.languages):
        taken = {words(language)("ask.unknown_key"): "the answer 'I do not know'"}
        for option in question.options.values():
            key = option.keys.get(language, "")
            what = f"key '{key}' of option '{option.id}' of question '{question.id}' in '{language}'"
            if key and (len(key) != 1 or not key.isalpha() or unaccented(key) not in unaccented(option.text[language])):
                message = f"{what} is not a letter of '{option.text[language]}'"
                yield Issue(message, option.location, "CW024")
            if key and taken.setdefault(key.casefold(), f"option '{option.id}'") != f"option '{option.id}'":
                message = f"{what} is taken by {taken[key.casefold()]}"
                yield Issue(message, option.location, "CW023")


def placeholders(tree: DecisionTree) -> Iterator[Issue]:
    """CW025, CW026: every placeholder has a value, and all languages use the same ones."""
    for found in every_text(tree):
        used = {one: set(PLACEHOLDER.findall(text)) for one, text in found.text.by_language.items()}
        for name in sorted(set().union(*used.values()) - found.known.keys()):
            hint = f"known here: {', '.join(sorted(found.known))}" if found.known else "this text takes no placeholder"
            yield Issue(f"{found.what} uses '{{{name}}}', which has no value", found.text.location, "CW025", hint)
        if len({frozenset(names) for names in used.values()}) > 1:
            differ = "; ".join(f"{language}: {', '.join(sorted(names)) or 'none'}" for language, names in used.items())
            message = f"the placeholders of {found.what} differ ({differ})"
            yield Issue(message, found.text.location, "CW026")


def country_names(tree: DecisionTree) -> Iterator[Issue]:
    """CW029: a country, another name of one, and every other country lead to options that are there."""
    for question in tree.questions.values():
        what, known = f"question '{question.id}'", question.options
        if question.countries is not None and question.otherwise is None:
            message = f"{what} has countries but no 'otherwise'"
            yield Issue(message, question.location, "CW029", "name the option of every other country")
        named = {question.otherwise} if question.otherwise is not None else set()
        for option in sorted(named.union(*(question.countries or {}).values()) - known.keys()):
            message = f"{what} has countries for option '{option}', which it does not have"
            yield Issue(message, question.location, "CW029", f"known here: {', '.join(known)}")
        for name, target in question.names.items():
            if target not in known and not re.fullmatch("[A-Z]{2}", target or ""):
                message = f"name '{name}' of {what} leads to '{target}'"
                yield Issue(message, question.location, "CW029", "write a country code or an option")


def _synonyms(tree: DecisionTree) -> Iterator[tuple[str, str, tuple[tuple[Question, Option], ...]]]:
    """Yield a phrase, its language, and two options that it means."""
    meant: dict[tuple[str, str], list[tuple[Question, Option]]] = defaultdict(list)
    for question, language in itertools.product(tree.questions.values(), tree.languages):
        for option in question.options.values():
            for phrase in {" ".join(words_of(phrase)): None for phrase in option.also.get(language, ())}:
                meant[phrase, language].append((question, option))
    for (phrase, language), options in meant.items():
        for pair in itertools.combinations(options, 2):
            yield phrase, language, pair


def synonyms(tree: DecisionTree) -> Iterator[Issue]:
    """CW035: a synonym means one option of a question."""
    for phrase, language, ((one, this), (other, that)) in _synonyms(tree):
        if one is other:
            what = f"option '{this.id}' and option '{that.id}' of question '{one.id}'"
            yield Issue(f"'{phrase}' means {what} in '{language}'", that.location, "CW035")


def synonyms_elsewhere(tree: DecisionTree) -> Iterator[Issue]:
    """CW054: one synonym does not mean answers that no walk has both, or the opening line contradicts itself."""
    routes = defaultdict(list)
    for route in tree.routes():
        routes[tree.nodes[route.node].question, route.option].append(route)
    for phrase, language, ((one, this), (other, that)) in _synonyms(tree):
        sides = routes[one.id, this.id], routes[other.id, that.id]
        pairs = [*itertools.product(*sides), *itertools.product(*reversed(sides))]
        together = any(nx.has_path(tree.graph, earlier.target, later.node) for earlier, later in pairs)
        if one is not other and not together:
            what = f"'{this.id}' at question '{one.id}' and '{that.id}' at question '{other.id}' in '{language}'"
            message = f"'{phrase}' means {what}, and no walk has both"
            yield Issue(message, that.location, "CW054")


def likeness(tree: DecisionTree) -> Iterator[Issue]:
    """CW044: nobody can take one option of a question for another."""
    for question, language in itertools.product(tree.questions.values(), tree.languages):
        for one, other in itertools.combinations(question.options.values(), 2):
            texts = [option.text[language] for option in (one, other)]
            short, long = sorted((words_of(text) for text in texts), key=len)
            if short and long[: len(short)] == short:
                how = "the same" if short == long else "at first the same"
                what = f"option '{other.id}' of question '{question.id}' reads in '{language}'"
                message = f"{what} {how} as option '{one.id}': '{texts[1]}' and '{texts[0]}'"
                yield Issue(message, other.location, "CW044")


def each_text(tree: DecisionTree) -> Iterator[Issue]:
    """CW043, CW049, CW053: a text is short enough, without an editor's quotes around it, and in its own language."""
    for found in every_text(tree):
        for language, text in found.text.by_language.items():
            filled = [name for name in PLACEHOLDER.findall(text) if name in found.known]
            count = len(text) + sum(len(found.known[name]) - len(f"{{{name}}}") for name in filled)
            if found.most and count > found.most:
                message = f"{found.what} has {count} characters in '{language}', where {found.most} is the most"
                yield Issue(message, found.text.location, "CW043")
            if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
                message = f"{found.what} is between quotes that are shown, in '{language}': {text[0]} {text[-1]}"
                yield Issue(message, found.text.location, "CW049")
            for other in _SMALL_WORDS.keys() - {language} if language in _SMALL_WORDS else ():
                own, foreign = (sum(word in _SMALL_WORDS[one] for word in words_of(text)) for one in (language, other))
                # What is alike in both is so on purpose: a name, or a letter that is read in one language only.
                if foreign >= 2 and own == 0 and text != found.text.by_language.get(other):
                    message = f"{found.what} reads in '{language}' like '{other}'"
                    yield Issue(message, found.text.location, "CW053")


def unmentioned(tree: DecisionTree) -> Iterator[Issue]:
    """CW045: the name of a term, or a part of it in brackets or before them, is in some other text."""
    texts = [
        (found.owner, f" {' '.join(words_of(text))} ")
        for found in every_text(tree)
        for text in found.text.by_language.values()
    ]
    for key, term in tree.glossary.items():
        names = [part for name in term.name.by_language.values() for part in (name, *name.rstrip(")").split("("))]
        sought = [f" {' '.join(parts)} " for parts in map(words_of, names) if parts]
        if not any(name in text for owner, text in texts if owner is not term for name in sought):
            yield Issue(f"no text mentions term '{key}' by its name", term.location, "CW045")
