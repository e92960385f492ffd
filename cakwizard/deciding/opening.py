"""From one sentence to the answers that it gives; nothing counts before somebody has confirmed it.

The words are those of the tree: at an option `also` names what answers it, `never` what looks like that and does not.
The longest phrase goes first. What stands behind a word of doubt ("not", "formerly"), is about somebody else or could
mean two things is named and not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cakwizard.deciding.countries import fold, said_countries
from cakwizard.tree.records import DecisionTree
from cakwizard.words import words

__all__ = ["Found", "Understood", "understand"]

_Meant = tuple[str, frozenset[str], str]

_LONGEST = 1000
_WORD = re.compile(r"\w+")
_BREAK = re.compile(r"[,;:.!?()/\n]| [-\u2013\u2014] ")
_BEFORE, _AFTER = 2, 4  # How far a word of doubt reaches.


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
    words: str
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


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the sentence: folded, where it is, and in which clause."""

    text: str
    start: int
    end: int
    clause: int


@dataclass(slots=True)
class _Phrases:
    """What a tree knows in a language: by the folded words the (question, options, country) they answer."""

    answers: dict[tuple[str, ...], list[_Meant]] = field(default_factory=dict)
    never: set[tuple[str, ...]] = field(default_factory=set)
    countries: dict[str, list[_Meant]] = field(default_factory=dict)
    doubt: frozenset[str] = frozenset()
    longest: int = 5


def understand(tree: DecisionTree, sentence: str, language: str) -> Understood:
    """Return what a sentence answers in a tree, in the words of a language; countries are known in every language."""
    say, known = words(language), _phrases(tree, language)
    lists = {name: frozenset(map(fold, say.list(f"sentence.{name}"))) for name in ("joins", "small", "after")}
    typed = _split(sentence[:_LONGEST], lists["joins"])
    free = set(range(len(typed)))
    matched: list[tuple[int, int]] = []
    for length in range(min(known.longest, len(typed)), 0, -1):
        for start in range(len(typed) - length + 1):
            here = range(start, start + length)
            key = tuple(word.text for word in typed[start : start + length])
            if free.issuperset(here) and (
                key in known.answers or key in known.never or "".join(key) in known.countries
            ):
                free.difference_update(here)
                matched.append((start, length))
    found: list[Found] = []
    doubtful: list[Found] = []
    for start, length in sorted(matched):
        key = tuple(word.text for word in typed[start : start + length])
        if key in known.never:
            continue
        meant = known.answers.get(key) or known.countries.get("".join(key), [])
        around = _around(typed, free, start, length)
        country = key not in known.answers
        doubt = _is_doubted(around, known.doubt, lists["after"]) or (country and _is_elsewhere(around, language))
        shown = sentence[typed[start].start : typed[start + length - 1].end]
        for question, options, name in meant:
            one = Found(question=question, options=options, words=shown, said=name)
            (doubtful if doubt or len(options) > 1 else found).append(one)
    answers, taken = _agreeing(found)
    left = tuple(
        sentence[word.start : word.end]
        for number, word in enumerate(typed)
        if number in free and word.text not in lists["small"] | lists["joins"] | known.doubt
    )
    clashing = [one for one in found if one not in taken]
    return Understood(answers=answers, found=tuple(taken), doubtful=(*doubtful, *clashing), left_over=left)


@lru_cache(maxsize=4)
def _phrases(tree: DecisionTree, language: str) -> _Phrases:
    known = _Phrases(doubt=frozenset(map(fold, tree.doubt.get(language, ()))))
    for question in tree.questions.values():
        by_phrase: dict[tuple[str, ...], set[str]] = {}
        for option in question.options.values():
            for phrase in option.also.get(language, ()):
                by_phrase.setdefault(_key(phrase), set()).add(option.id)
            known.never.update(_key(phrase) for phrase in option.never.get(language, ()))
        for key, options in by_phrase.items():
            known.answers.setdefault(key, []).append((question.id, frozenset(options), ""))
        if question.countries is not None:
            for word, country in said_countries(question, language):
                known.countries.setdefault(word, []).append((question.id, country.options, country.name))
    known.longest = max(map(len, (*known.answers, *known.never)), default=1)
    known.longest = max(known.longest, 5 if known.countries else 1)
    return known


def _key(phrase: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in _WORD.findall(phrase))


def _split(sentence: str, joins: Iterable[str]) -> list[_Word]:
    """Return the words; a clause ends at a sign, and before a word that joins two of them."""
    found: list[_Word] = []
    clause = end = 0
    for match in _WORD.finditer(sentence):
        text = fold(match.group())
        clause += bool(_BREAK.search(sentence, end, match.start())) or text in joins
        end = match.end()
        found.append(_Word(text, match.start(), end, clause))
    return found


def _around(typed: list[_Word], free: set[int], start: int, length: int) -> tuple[list[str], list[str]]:
    """Return the words of the clause before and after a phrase that are no part of another, the nearest first."""

    def clause(numbers: Iterable[int]) -> list[str]:
        return [
            typed[number].text if number in free else ""
            for number in numbers
            if typed[number].clause == typed[start].clause
        ]

    return clause(range(start - 1, -1, -1)), clause(range(start + length, len(typed)))


def _is_doubted(around: tuple[list[str], list[str]], doubt: frozenset[str], after: frozenset[str]) -> bool:
    return not doubt.isdisjoint(around[0][:_BEFORE]) or not after.isdisjoint(around[1][:_AFTER])


def _is_elsewhere(around: tuple[list[str], list[str]], language: str) -> bool:
    """Tell whether a country is only where something is, or another person's or thing's."""
    say = words(language)
    places, others = (set(map(fold, say.list(f"sentence.{name}"))) for name in ("places", "others"))
    return bool(places.intersection(around[0][:1]) or others.intersection(around[0] + around[1]))


def _agreeing(found: list[Found]) -> tuple[dict[str, frozenset[str]], list[Found]]:
    """Return the answers on which all words of the sentence agree, and these words."""
    answers: dict[str, frozenset[str]] = {}
    for one in found:
        answers[one.question] = answers.get(one.question, one.options) & one.options
    answers = {question: options for question, options in answers.items() if options}
    return answers, [one for one in found if one.question in answers]
