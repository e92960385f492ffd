"""From one sentence to the answers that it gives; nothing counts before somebody has confirmed it.

The words are those of the tree: at an option `also` names what answers it, `never` what looks like that and does not.
The longest phrase goes first. What stands behind a word of doubt ("not", "formerly"), is about somebody else or could
mean two things is named and not taken.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from cakwizard.deciding.countries import fold, said_countries
from cakwizard.tree.records import DecisionTree

_LONGEST = 1000
_COUNTRY_WORDS = 5  # That is how many the name of a country may have.
_WORD = re.compile(r"\w+")
_BREAK = re.compile(r"[,;:.!?()/\n]| [-\u2013\u2014] ")
# How far a word of doubt reaches, and what is said of somebody else or comes behind.
_BEFORE, _AFTER = 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What some words of the sentence answer.

    Attributes:
        options: What they leave open at the question.
        words: As typed.
        said: The name of the country, where that is what they are; else empty.
    """

    question: str
    options: frozenset[str]
    words: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a sentence says.

    Attributes:
        answers: By question, to be confirmed.
        found: What these come from, in the order of the sentence.
        doubtful: What may be an answer; it must be asked.
        left_over: Words that say nothing to this tree, as typed.
    """

    answers: Mapping[str, frozenset[str]]
    found: tuple[Found, ...]
    doubtful: tuple[Found, ...]
    left_over: tuple[str, ...]


class _Word(NamedTuple):
    """A word of the sentence: folded, where it is, and in which clause."""

    text: str
    start: int
    end: int
    clause: int


class _Phrases(NamedTuple):
    """What a tree and a language know, by folded words; `never` has the questions that a phrase does not answer."""

    lists: dict[str, frozenset[str]]
    answers: dict[tuple[str, ...], dict[str, set[str]]]
    countries: dict[str, list[Found]]
    never: dict[tuple[str, ...], set[str]]


def understand(tree: DecisionTree, sentence: str, language: str) -> Understood:
    """Return what a sentence answers in a tree, in the words of a language; countries are known in every language."""
    known = _phrases(tree, language)
    lists = known.lists
    typed, asked = _split(sentence[:_LONGEST], lists["joins"])
    matched, unread = _match(typed, known)
    words = [word.text if number in unread else "" for number, word in enumerate(typed)]
    found: list[Found] = []
    doubtful: list[Found] = []
    for (start, length), meant in sorted(matched.items()):
        shown = sentence[typed[start].start : typed[start + length - 1].end]
        # The words of the clause before and after it, the nearest first; blank what is in another phrase.
        clause = [number for number, word in enumerate(typed) if word.clause == typed[start].clause]
        before = [words[number] for number in reversed(clause) if number < start]
        after = [words[number] for number in clause if number >= start + length]
        doubt = typed[start].clause in asked
        doubt |= bool({*before[:_BEFORE]} & (lists["doubt"] | lists["persons"]) or {*after[:_AFTER]} & lists["after"])
        # A country may be only where something is, or another person's or thing's.
        near = {*before[:_AFTER], *after[:1]}
        elsewhere = bool(lists["places"] & {*before[:1]} or near & (lists["persons"] | lists["things"]))
        for one in meant:
            unsure = doubt or len(one.options) > 1 or (one.said and elsewhere)
            (doubtful if unsure else found).append(replace(one, words=shown))
    agreed: dict[str, frozenset[str]] = {}
    for one in found:
        agreed[one.question] = agreed.get(one.question, one.options) & one.options
    answers = {question: options for question, options in agreed.items() if options}
    doubtful += [one for one in found if one.question not in answers]
    small = lists["small"] | lists["joins"] | lists["doubt"]
    left = [typed[number] for number in sorted(unread) if typed[number].text not in small]
    return Understood(
        answers=answers,
        found=tuple(one for one in found if one.question in answers),
        doubtful=tuple(doubtful),
        left_over=tuple(sentence[word.start : word.end] for word in left),
    )


@lru_cache(maxsize=4)
def _phrases(tree: DecisionTree, language: str) -> _Phrases:
    text = (files("cakwizard") / "data" / "sentences.toml").read_text("utf-8")
    table = tomllib.loads(text)["nl" if language == "nl" else "en"]
    lists = {name: frozenset(map(fold, said.split())) for name, said in table.items()}
    lists["doubt"] = lists["wishes"] | frozenset(map(fold, tree.doubt.get(language, ())))
    known = _Phrases(lists, {}, {}, {})
    for question in tree.questions.values():
        for option in question.options.values():
            for phrase in option.also.get(language, ()):
                known.answers.setdefault(_key(phrase), {}).setdefault(question.id, set()).add(option.id)
            for phrase in option.never.get(language, ()):
                known.never.setdefault(_key(phrase), set()).add(question.id)
        if question.countries is not None:
            for word, country in dict(said_countries(question, language)).items():
                one = Found(question=question.id, options=country.options, said=country.name)
                known.countries.setdefault(word, []).append(one)
    return known


def _key(phrase: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in _WORD.findall(phrase))


def _split(sentence: str, joins: frozenset[str]) -> tuple[list[_Word], set[int]]:
    """Return the words, and the clauses that ask; one ends at a sign, and before a word that joins two of them."""
    found: list[_Word] = []
    asked: set[int] = set()
    clause = end = 0
    for match in _WORD.finditer(sentence):
        text, between = fold(match.group()), sentence[end : match.start()]
        asked |= {clause} if "?" in between else set()
        clause += bool(_BREAK.search(between)) or text in joins
        end = match.end()
        found.append(_Word(text, match.start(), end, clause))
    return found, asked | ({clause} if "?" in sentence[end:] else set())


def _match(typed: list[_Word], known: _Phrases) -> tuple[dict[tuple[int, int], list[Found]], set[int]]:
    """Return by (first word, length) what the phrases mean, the longest first, and the words that are in none."""
    free = set(range(len(typed)))
    blocked: dict[str, set[int]] = {}
    matched: dict[tuple[int, int], list[Found]] = {}
    longest = max(_COUNTRY_WORDS, *map(len, known.answers), *map(len, known.never))
    for length in range(min(longest, len(typed)), 0, -1):
        for start in range(len(typed) - length + 1):
            here = set(range(start, start + length))
            key = tuple(word.text for word in typed[start : start + length])
            answers = known.answers.get(key, {}).items()
            meant = [Found(question=question, options=frozenset(options)) for question, options in answers]
            meant = meant or known.countries.get("".join(key), [])
            meant = [one for one in meant if not here & blocked.get(one.question, set())]
            if meant and here <= free:
                free -= here
                matched[start, length] = meant
            for question in known.never.get(key, ()):
                blocked.setdefault(question, set()).update(here)
    return matched, free.difference(*blocked.values())
