"""Contracted providers in words: what was found, how it was understood, and of when the lists are.

That a list has no entry somewhere says nothing about today, so that is never said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cakwizard.errors import harmless
from cakwizard.providers.comparing import ListComparison
from cakwizard.providers.lists import KINDS, Provider
from cakwizard.providers.lookup import Found
from cakwizard.providers.places import PlaceIndex
from cakwizard.providers.reading import ParsedList
from cakwizard.words import words

CAK_PAGE = "https://www.hetcak.nl/zakelijk/regelingen/onverzekerbare-vreemdelingen"
"""The page of the CAK that leads to its current lists."""

_MAX_REJECTED = 20
# The page that carried the bundled lists says that the tender closed on 3 October 2022 and that new pharmacy contracts
# start on 1 January 2023, so it was published between these days. The file can only say '2022-10', which is the start.
_BUNDLED_DATE = "2022-10"
_PUBLISHED = ("2022-10-03", "2022-12-31")
_REPLACED = {"cak-2022-pharmacy": "2023-01-01"}


def provider_line(one: Provider, language: str, *, kind: bool = False) -> str:
    """Return a provider as one line: place, name, and the kind if asked."""
    say = words(language)
    (place,) = PlaceIndex([one]).right.values()
    published = f" ({say('providers.published', name=one.place)})" if one.place != place else ""
    return f"{place}{published}, {one.name}" + (f" ({say(f'providers.{one.kind}')})" if kind else "")


def age_lines(providers: Iterable[Provider], language: str) -> Iterator[str]:
    """Yield of when the lists are that `providers` come from, which were replaced, and where the list of now is.

    Give what is shown, or all that was searched where nothing was found.
    """
    say = words(language)
    ages: dict[tuple[str, str], list[str]] = {}
    for kind, name, date in sorted({(KINDS.index(one.kind), one.list, one.date) for one in providers}):
        bundled = date == _BUNDLED_DATE and name.startswith("cak-2022-")
        first, last = (_day(day) for day in _PUBLISHED)
        age = say("providers.between", first=first, last=last) if bundled else _day(date)
        replaced = _REPLACED.get(name, "") if bundled else ""
        ages.setdefault((age, replaced), []).append(say(f"providers.{KINDS[kind]}_many"))
    for (age, replaced), found in ages.items():
        kinds = ", ".join(dict.fromkeys(found))
        yield say("providers.dated", kinds=kinds, age=age)
        if replaced:
            yield say("providers.replaced", kinds=kinds, date=_day(replaced))
    yield say("providers.may_differ")
    yield say("providers.current", address=CAK_PAGE)


def _day(date: str) -> str:
    """Return a date that may lack day and month as 24-11-2026, 11-2026 or 2026."""
    return "-".join(str(int(part)) for part in reversed(date.split("-")))


def found_lines(found: Found, searched: Sequence[Provider], language: str) -> Iterator[str]:
    """Yield what a look-up gave, and of when its lists are.

    Args:
        searched: All of the kinds that were asked for, from which the lists are known when nothing was found.
    """
    say = words(language)
    for reading in found.readings:
        if reading.assumed:
            yield say("providers.reading", asked=reading.asked, taken=", ".join(reading.taken))
    if found.providers:
        several = len({one.kind for one in found.providers}) > 1
        yield from (provider_line(one, language, kind=several) for one in found.providers)
        yield ""
        yield say("providers.found", count=len(found.providers))
    else:
        places = ", ".join(name for one in found.readings for name in one.taken)
        yield say("providers.nothing_in", places=places) if places else say("providers.nothing")
        if found.near_places:
            yield say("providers.near", places=", ".join(found.near_places))
        yield say("providers.not_none")
    yield ""
    yield from age_lines(found.providers or searched, language)


def comparison_lines(parsed: ParsedList, comparison: ListComparison, language: str) -> Iterator[str]:
    """Yield what a list that was read has otherwise than the one before it, and the lines that are no entries."""
    say = words(language)
    yield say("providers.read", count=len(parsed.entries), unchanged=comparison.unchanged)
    for key, entries in (("new", comparison.new), ("gone", comparison.gone)):
        if entries:
            yield from ("", say(f"providers.{key}", count=len(entries)))
            yield from (f"- {one.place}, {one.name}" for one in entries)
    if comparison.respelt:
        yield from ("", say("providers.respelt", count=len(comparison.respelt)))
        for pair in comparison.respelt:
            old, new = (f"{one.place}, {one.name}" for one in pair)
            yield f"- {say('providers.respelling', old=old, new=new)}"
    if parsed.rejected:
        yield from ("", say("providers.rejected", count=len(parsed.rejected)))
        for number, reason, line in parsed.rejected[:_MAX_REJECTED]:
            text = harmless(line)[:80]
            yield f"- {say('providers.line', number=number, reason=say(f'providers.{reason}'), text=text)}"
        if len(parsed.rejected) > _MAX_REJECTED:
            yield say("providers.more_lines", count=len(parsed.rejected) - _MAX_REJECTED)
