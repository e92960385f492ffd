"""Contracted providers in words: what was found, how it was understood, and of when the lists are.

That a list has no entry somewhere says nothing about today, so that is never said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from cakwizard.errors import harmless
from cakwizard.providers.lookup import Found, close, fold, place_key, right_name
from cakwizard.providers.reading import KINDS, Provider, Rejected
from cakwizard.words import in_digits, words

# It leads to the current lists.
_CAK_PAGE = "https://www.hetcak.nl/zakelijk/regelingen/onverzekerbare-vreemdelingen"
_MAX_REJECTED = 20
# The page that carried the bundled lists says that the tender closed on 3 October 2022 and that new pharmacy contracts
# start on 1 January 2023, so it was published between these days. The file can only say '2022-10', which is the start.
_BUNDLED = "cak-2022-"
_PUBLISHED = {"first": "3-10-2022", "last": "31-12-2022"}
_REPLACED = {"cak-2022-pharmacy": "1-1-2023"}
# Words that come and go in front of or behind a name that stays the same.
_LEGAL_WORDS = frozenset({"bv", "coop", "cooperatie", "nv", "stg", "stichting", "vof"})


def age_lines(providers: Iterable[Provider], language: str) -> Iterator[str]:
    """Yield of when the lists are that `providers` come from, which were replaced, and where the list of now is."""
    say = words(language)
    ages: dict[tuple[str, str], list[str]] = {}
    for kind, name, date in sorted({(KINDS.index(one.kind), one.list, one.date) for one in providers}):
        age = say("providers.between", **_PUBLISHED) if name.startswith(_BUNDLED) else in_digits(date)
        ages.setdefault((age, _REPLACED.get(name, "")), []).append(say(f"providers.{KINDS[kind]}_many"))
    for (age, replaced), found in ages.items():
        kinds = ", ".join(dict.fromkeys(found))
        yield say("providers.dated", kinds=kinds, age=age)
        if replaced:
            yield say("providers.replaced", kinds=kinds, date=replaced)
    yield say("providers.may_differ")
    yield say("providers.current", address=_CAK_PAGE)


def found_lines(found: Found, searched: Sequence[Provider], language: str) -> Iterator[str]:
    """Yield what a look-up gave, and of when its lists are: where nothing was found, all that were `searched`."""
    say = words(language)
    for reading in found.readings:
        if reading.assumed:
            yield say("providers.reading", asked=reading.asked, taken=", ".join(reading.taken))
    several = len({one.kind for one in found.providers}) > 1
    for one in found.providers:
        place, kind = right_name(one.place), f" ({say(f'providers.{one.kind}')})" if several else ""
        published = f" ({say('providers.published', name=one.place)})" if one.place != place else ""
        yield f"{place}{published}, {one.name}{kind}"
    if found.providers:
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


def comparison_lines(
    before: Iterable[Provider], entries: Sequence[Provider], rejected: Sequence[Rejected], language: str
) -> Iterator[str]:
    """Yield what the entries of a list are otherwise than the ones before, and the lines that are no entries."""
    say, shown = words(language), "{0.place}, {0.name}".format
    new, gone, respelt, unchanged = compare_lists(before, entries)
    yield say("providers.read", count=len(entries), unchanged=unchanged)
    told = {
        "new": [*map(shown, new)],
        "gone": [*map(shown, gone)],
        "respelt": [say("providers.respelling", old=shown(one), new=shown(other)) for one, other in respelt],
        "rejected": [
            say("providers.line", number=number, reason=say(f"providers.{reason}"), text=harmless(line)[:80])
            for number, reason, line in rejected
        ],
    }
    for key, lines in told.items():
        yield from ("", say(f"providers.{key}", count=len(lines))) if lines else ()
        yield from (f"- {line}" for line in lines[: _MAX_REJECTED if key == "rejected" else None])
    if len(rejected) > _MAX_REJECTED:
        yield say("providers.more_lines", count=len(rejected) - _MAX_REJECTED)


def compare_lists(
    old: Iterable[Provider], new: Iterable[Provider]
) -> tuple[list[Provider], list[Provider], list[tuple[Provider, Provider]], int]:
    """Return what is new, gone and respelt in another list, and how many stayed; id and date of a list do not count.

    Entries are respelt versions of each other when they are of one kind, and either are in one place under names that
    are the same or close in spelling, or have one name in places that are close in spelling, each of which is in one
    list only (Haren and Haaren in both lists are two places).
    """
    before, after = ({(one.kind, one.place, one.name): one for one in entries} for entries in (old, new))
    places = {_place(one) for one in before.values()} ^ {_place(one) for one in after.values()}
    gone = [one for key, one in before.items() if key not in after]
    fresh = [one for key, one in after.items() if key not in before]
    respelt = []
    # The same but for case and form first, so that the closest find each other.
    for guess in (False, True):
        for one in [*gone]:
            other = next((other for other in fresh if _is_respelt(one, other, places, guess=guess)), None)
            if other is not None:
                respelt.append((one, other))
                gone.remove(one)
                fresh.remove(other)
    return fresh, gone, respelt, len(before.keys() & after.keys())


def _is_respelt(one: Provider, other: Provider, places: set[str], *, guess: bool) -> bool:
    """Tell whether two entries are one provider: the same once evened out, or by a guess but for slips of the keys."""
    here, there = _place(one), _place(other)
    words, others = (Counter(word for word in fold(each.name) if word not in _LEGAL_WORDS) for each in (one, other))
    # Only the words that differ are compared: two pharmacies of one chain share most of their letters.
    first, second = "".join((words - others).elements()), "".join((others - words).elements())
    same_place = here == there or (guess and first == second and {here, there} <= places and close(here, [there]))
    same_name = first == second or (guess and close(first, [second]))
    return one.kind == other.kind and bool(same_place and same_name)


def _place(one: Provider) -> str:
    return place_key(right_name(one.place))
