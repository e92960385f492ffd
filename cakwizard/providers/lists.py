"""The contracted providers, and what can be wrong with a list of them.

`data/providers.csv` holds the five lists that the CAK published late in 2022, names and places letter by letter as
published, misspellings included; only blanks are tidied. One published row is left out: the list of aids suppliers
ends its heading 'O' with 'Oss,' and no name, so 66 of its 67 rows are here.
"""

from __future__ import annotations

from dataclasses import dataclass

from cakwizard.errors import Issue, Location, spoken

KINDS = ("pharmacy", "hospital", "mental_health", "long_term_care", "aids")
"""Every kind of provider, in the order in which the CAK publishes the lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One entry of a list of providers that have a contract with the CAK.

    Attributes:
        name: As published, blanks tidied; `place` likewise, and so maybe misspelt.
        kind: One of `KINDS`.
        list: Id of the list that the entry is in.
        date: Date of that list in ISO 8601, possibly only year, or year and month.
    """

    name: str
    place: str
    kind: str
    list: str
    date: str


def fault(key: str, place: Location | None = None, line: str | None = None, **values: object) -> Issue:
    """Return a fault of a list, or of what was asked of it."""
    return spoken(f"faults.providers.{key}", place, line if line and line.isprintable() else None, **values)
