"""Contracted providers as blocks of text: what was found, how it was understood, and what to mind.

Every list says of when it is. That a list has no entry somewhere says nothing about
today, so that is never said.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence

from cakwizard.interface import words
from cakwizard.providers import Caveat
from cakwizard.providers import Found
from cakwizard.providers import ListComparison
from cakwizard.providers import ParsedList
from cakwizard.providers import Provider
from cakwizard.providers import list_caveats
from cakwizard.rendering import Block
from cakwizard.wording import format_date

__all__ = ["caveat_blocks", "comparison_blocks", "found_blocks"]

MAX_REJECTED = 20


def found_blocks(found: Found, searched: Sequence[Provider], language: str, *, mind: bool = True) -> Iterator[Block]:
    """Yield what a look-up gave, grouped by place, and what to mind about the lists.

    Args:
        mind: Whether to say what to mind; False where that has just been said.
        searched: The providers of the kinds that were asked for, from which the lists are known when nothing was found.
    """
    say = words(language)
    for reading in found.readings:
        if reading.assumed:
            yield Block(say("providers.reading", asked=reading.asked, taken=", ".join(reading.taken)))
    matches = found.matches
    if not matches:
        yield from _nothing(found, language)
    kinds = {provider.kind for provider in matches}
    for group in found.groups:
        yield Block(group.place, "heading")
        if group.published:
            yield Block(say("providers.published", names=", ".join(group.published)))
        for provider in group.providers:
            kind = f" ({say(f'providers.{provider.kind}')})" if len(kinds) > 1 else ""
            yield Block(f"{provider.name}{kind}", "item", "-")
    if matches:
        yield Block("")
        yield Block(say("providers.found", count=len(matches)))
    if mind:
        yield from caveat_blocks(matches or searched, language)


def _nothing(found: Found, language: str) -> Iterator[Block]:
    say = words(language)
    places = [name for reading in found.readings for name in reading.taken if reading.asked not in found.name_words]
    asked = " ".join(found.name_words)
    if places and asked:
        yield Block(say("providers.nothing_named_in", name=asked, places=", ".join(places)))
    elif places:
        yield Block(say("providers.nothing_in", places=", ".join(places)))
    else:
        yield Block(say("providers.nothing"))
    if found.near_places:
        yield Block(say("providers.near", places=", ".join(found.near_places)))
    yield Block(say("providers.not_none"))


def caveat_blocks(providers: Iterable[Provider], language: str) -> Iterator[Block]:
    """Yield of when the lists are, which of them was replaced, and where the list of now is."""
    say = words(language)
    yield Block(say("providers.mind"), "heading")
    caveats = list_caveats(providers)
    by_age: dict[str, list[Caveat]] = {}
    for caveat in caveats:
        by_age.setdefault(_age(caveat, language), []).append(caveat)
    for age, ones in by_age.items():
        kinds = ", ".join(dict.fromkeys(say(f"providers.{one.kind}_many") for one in ones))
        yield Block(say("providers.dated", kinds=kinds, age=age), "item", "-")
    for caveat in caveats:
        if caveat.replaced_from is not None:
            kinds = say(f"providers.{caveat.kind}_many")
            day = format_date(caveat.replaced_from, language)
            yield Block(say("providers.replaced", kinds=kinds, date=day), "item", "-")
    yield Block(say("providers.may_differ"), "item", "-")
    for address in dict.fromkeys(caveat.current for caveat in caveats):
        yield Block(say("providers.current", address=address), "item", "-")


def _age(caveat: Caveat, language: str) -> str:
    if caveat.published is None:
        return format_date(caveat.date, language)
    first, last = caveat.published
    return words(language)("providers.between", first=format_date(first, language), last=format_date(last, language))


def comparison_blocks(parsed: ParsedList, comparison: ListComparison, language: str) -> Iterator[Block]:
    """Yield what a list that was read in has otherwise than the one before it, and the lines that are no entries."""
    say = words(language)
    yield Block(say("providers.read", count=len(parsed.entries), unchanged=comparison.unchanged), "title")
    for key, providers in (("new", comparison.new), ("gone", comparison.gone)):
        if providers:
            yield Block(say(f"providers.{key}", count=len(providers)), "heading")
            for provider in providers:
                yield Block(f"{provider.place}, {provider.name}", "item", "-")
    if comparison.respelt:
        yield Block(say("providers.respelt", count=len(comparison.respelt)), "heading")
        for pair in comparison.respelt:
            old, new = (f"{one.place}, {one.name}" for one in (pair.old, pair.new))
            yield Block(say("providers.respelling", old=old, new=new), "item", "-")
    if parsed.rejected:
        yield Block(say("providers.rejected", count=len(parsed.rejected)), "heading")
        for line in parsed.rejected[:MAX_REJECTED]:
            text = "".join(char if char.isprintable() else "?" for char in line.text)[:80]
            reason = say(f"providers.{line.reason}")
            yield Block(say("providers.line", number=line.line, reason=reason, text=text), "item", "-")
        if len(parsed.rejected) > MAX_REJECTED:
            yield Block(say("providers.more_lines", count=len(parsed.rejected) - MAX_REJECTED))
