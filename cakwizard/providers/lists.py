"""The contracted providers and what must be said with every use of them.

`data/providers.csv` holds the five lists that the CAK published late in 2022,
names and places letter by letter as published, misspellings included; only
blanks are tidied. One published row is left out: the list of aids suppliers
ends its heading 'O' with 'Oss,' and no name, so 66 of its 67 rows are here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

__all__ = ["CAK_PAGE", "KINDS", "Caveat", "Provider", "as_json", "bundled_providers", "list_caveats"]

KINDS = ("pharmacy", "hospital", "mental_health", "long_term_care", "aids")
"""Every kind of provider, in the order in which the CAK publishes the lists."""

CAK_PAGE = "https://www.hetcak.nl/zakelijk/regelingen/onverzekerbare-vreemdelingen"
"""The page of the CAK that leads to its current lists."""

# The page that carried the bundled lists says that the tender closed on 3 October
# 2022 and that new pharmacy contracts start on 1 January 2023, so it was published
# between these days. The data file can only say '2022-10', which means its start.
_DATE = "2022-10"
_PUBLISHED = ("2022-10-03", "2022-12-31")
_BUNDLED = {
    "cak-2022-pharmacy": "2023-01-01",
    "cak-2022-hospital": None,
    "cak-2022-mental-health": None,
    "cak-2022-long-term-care": None,
    "cak-2022-aids": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One entry of a list of providers that have a contract with the CAK.

    Attributes:
        name: As published, blanks tidied.
        place: As published, blanks tidied; may be misspelt.
        kind: One of `KINDS`.
        list: Id of the list that the entry stands in.
        date: Date of that list in ISO 8601, possibly only year or year and month.
    """

    name: str
    place: str
    kind: str
    list: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """What must be said when entries of one list are shown.

    Attributes:
        list: Id of the list.
        kind: What the list holds.
        date: Date of the list as its entries give it.
        published: First and last day on which the list can have been published,
            or None when only `date` is known.
        replaced_from: The day from which other contracts hold, or None when not known.
        current: Address of the page that leads to the current list.
    """

    list: str
    kind: str
    date: str
    published: tuple[str, str] | None
    replaced_from: str | None
    current: str = CAK_PAGE


@cache
def bundled_providers() -> tuple[Provider, ...]:
    """Return the entries of the five lists that come with the program."""
    # These two are imported late, so that importing the package stays quick.
    from importlib.resources import files

    from cakwizard.providers.reading import providers_from_bytes

    resource = files("cakwizard") / "data" / "providers.csv"
    return providers_from_bytes(resource.read_bytes(), file="providers.csv")


def list_caveats(providers: Iterable[Provider]) -> tuple[Caveat, ...]:
    """Return one caveat per list that `providers` come from, in the order of `KINDS`.

    Give what is shown, or the whole list where nothing was found.
    """
    lists = {(KINDS.index(entry.kind), entry.list, entry.date): entry for entry in providers}
    return tuple(
        Caveat(
            list=entry.list,
            kind=entry.kind,
            date=entry.date,
            published=_PUBLISHED if entry.list in _BUNDLED and entry.date == _DATE else None,
            replaced_from=_BUNDLED.get(entry.list) if entry.date == _DATE else None,
        )
        for _, entry in sorted(lists.items())
    )


def as_json(providers: Iterable[Provider]) -> list[dict[str, str]]:
    """Return the entries as plain objects, ready for `json.dumps`."""
    return [
        {"name": entry.name, "place": entry.place, "kind": entry.kind, "list": entry.list, "date": entry.date}
        for entry in providers
    ]
