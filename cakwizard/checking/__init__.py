"""What a whole tree must satisfy, beyond being readable.

Each check is a generator over the tree; none raises. `errors` are what stops a tree from being used, `warnings` what
its author should know. A check is added as one generator here, and one page and case in `pages.toml`.
"""

from __future__ import annotations

import datetime
import textwrap
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from cakwizard.checking import claims, ways, wording
from cakwizard.errors import Issue, Location
from cakwizard.tree.records import DecisionTree

Check = Callable[[DecisionTree], Iterator[Issue]]

ERRORS: tuple[Check, ...] = (
    ways.dead_ends,
    ways.unreachable,
    ways.cycles,
    ways.asked_twice,
    ways.longest_path,
    wording.shortcut_keys,
    wording.placeholders,
    wording.country_names,
    wording.synonyms,
    claims.without_source,
    claims.incomplete,
)
WARNINGS: tuple[Check, ...] = (
    ways.pointless,
    claims.no_next_step,
    claims.beyond_sources,
    claims.undated,
    claims.same_titles,
    claims.fractions,
    wording.each_text,
    wording.likeness,
    wording.synonyms_elsewhere,
)
_UNREAD = ("CW002", "CW003", "CW004", "CW005", "CW012", "CW013", "CW022")
FOLLOWS_FROM: Mapping[Check, Collection[str]] = {
    ways.dead_ends: _UNREAD,
    ways.unreachable: _UNREAD,
    claims.without_source: ("CW003", "CW004", "CW005", "CW020"),
    wording.placeholders: ("CW003", "CW004", "CW009"),
    claims.incomplete: ("CW003", "CW004", "CW005", "CW021", "CW022"),
}
"""What is not looked for when a fault in reading left something out: it would only follow from that."""


def errors(tree: DecisionTree, found: Collection[str] = ()) -> list[Issue]:
    """Return every fault that makes the tree unusable, sorted by place.

    Args:
        found: The codes of what was wrong in reading it.
    """
    checks = [check for check in ERRORS if not set(FOLLOWS_FROM.get(check, ())).intersection(found)]
    return _told(tree, (one for check in checks for one in check(tree)))


def warnings(tree: DecisionTree, on: datetime.date, *, strict: bool = False) -> list[Issue]:
    """Return what the author of a tree without errors should know, sorted by place.

    Args:
        on: The day for which it is said what is old.
        strict: What should not be used any more on that day is an error.
    """
    from cakwizard.checking.ages import old, stale_names
    from cakwizard.checking.uses import unused

    checks = (*(check(tree) for check in WARNINGS), unused(tree), stale_names(tree, on))
    issues = [replace(one, severity="warning") for found in checks for one in found]
    issues += [one if strict and over else replace(one, severity="warning") for one, over in old(tree, on)]
    return _told(tree, issues)


def _told(tree: DecisionTree, issues: Iterable[Issue]) -> list[Issue]:
    """Return issues in the order of the file, with the lines that they are in."""
    lines = dict(enumerate(tree.source_lines, 1))
    found = [replace(one, source_line=lines.get(one.location.line)) for one in issues if one.location]
    return by_place(tree.file, found)


def by_place(file: str, issues: Iterable[Issue]) -> list[Issue]:
    """Return issues in the order of the file."""
    return sorted(issues, key=lambda issue: (issue.location or Location(file), issue.code))


# The page of each check: what it means, and an example, broken and fixed, which the tests hold it to.


@cache
def pages() -> Mapping[str, Mapping[str, Any]]:
    """Return every page by its code; what it holds is said at the head of `pages.toml`."""
    text = (resources.files("cakwizard") / "checking" / "pages.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def page_text(code: str, language: str) -> str:
    """Return a page as it is shown in a terminal; its title is in a language, the rest in English."""
    page = pages()[code]
    day = f" on {page['on']}" if "on" in page else ""
    said = "\n".join([f"{code}: {page['says']}", *([f"hint: {page['hint']}"] if "hint" in page else [])])
    parts = [f"{code}: {page['title'][language]}", page["why"].strip()]
    for what, part in ((f"Broken{day}:", page["broken"]), ("gives:", said), ("Fixed:", page["fixed"])):
        if part:
            shown = textwrap.dedent(part).strip("\n")
            parts.append(f"{what}\n\n{textwrap.indent(shown, '    ')}")
    return "\n\n".join(parts) + "\n"
