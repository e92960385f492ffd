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

from cakwizard.checking import ages, claims, wording
from cakwizard.errors import Issue, Location
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import NOWHERE

Check = Callable[[DecisionTree], Iterator[Issue]]

ERRORS: Mapping[Check, Collection[str]] = {
    claims.loose_ends: ("CW002", "CW003", "CW004", "CW005", "CW012", "CW013", "CW022"),
    claims.cycles: (),
    claims.asked_twice: (),
    claims.longest_path: (),
    claims.without_source: ("CW003", "CW004", "CW005", "CW020"),
    claims.incomplete: ("CW003", "CW004", "CW005", "CW021", "CW022"),
    wording.shortcut_keys: (),
    wording.placeholders: ("CW003", "CW004", "CW009"),
    wording.country_names: (),
    wording.synonyms: (),
}
"""Each check with the faults in reading from which its own would only follow: then it is left out."""
WARNINGS: tuple[Check, ...] = (
    claims.pointless,
    claims.no_next_step,
    claims.beyond_sources,
    claims.undated,
    claims.same_titles,
    claims.fractions,
    wording.each_text,
    wording.likeness,
    wording.synonyms_elsewhere,
    wording.unmentioned,
    ages.unused,
)


def errors(tree: DecisionTree, found: Collection[str] = ()) -> list[Issue]:
    """Return every fault that makes the tree unusable, sorted by place; `found` are the codes of faults in reading."""
    checks = [check for check, faults in ERRORS.items() if not set(faults).intersection(found)]
    return _told(tree, (one for check in checks for one in check(tree)))


def warnings(tree: DecisionTree, on: datetime.date, *, strict: bool = False) -> list[Issue]:
    """Return what the author of a tree without errors should know, sorted by place, with what is old on a day.

    If strict, what should not be used any more on that day is an error.
    """
    checks = (*(check(tree) for check in WARNINGS), ages.stale_names(tree, on))
    issues = [replace(one, severity="warning") for found in checks for one in found]
    return _told(tree, [*issues, *ages.old(tree, on, strict)])


def _told(tree: DecisionTree, issues: Iterable[Issue]) -> list[Issue]:
    """Return issues in the order of the file, each with its line, and the way out that its page gives."""
    lines = dict(enumerate(tree.source_lines, 1))
    told = [(one, lines.get((one.location or NOWHERE).line)) for one in sorted(issues, key=by_place)]
    return [replace(one, hint=one.hint or pages()[one.code].get("hint"), source_line=line) for one, line in told]


def by_place(issue: Issue) -> tuple[Location, str]:
    """Return by what issues are sorted: where in the file they are."""
    return issue.location or NOWHERE, issue.code


# The page of each check: what it means, and an example, broken and fixed, which the tests hold it to.


@cache
def pages() -> Mapping[str, Mapping[str, Any]]:
    """Return every page by its code; what it holds is said at the head of `pages.toml`."""
    return tomllib.loads((resources.files(__name__) / "pages.toml").read_text("utf-8"))


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
