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

from cakwizard.checking import ages, checks
from cakwizard.errors import Issue, Location
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import NOWHERE

Check = Callable[[DecisionTree], Iterator[Issue]]

ERRORS: Mapping[Check, Collection[str]] = {
    checks.loose_ends: ("CW002", "CW003", "CW004", "CW005", "CW012", "CW013", "CW022"),
    checks.cycles: (),
    checks.asked_twice: (),
    checks.longest_path: (),
    checks.without_source: ("CW003", "CW004", "CW005", "CW020"),
    checks.incomplete: ("CW003", "CW004", "CW005", "CW021", "CW022"),
    checks.shortcut_keys: (),
    checks.placeholders: ("CW003", "CW004", "CW009"),
    checks.country_names: (),
    checks.synonyms: (),
}
"""Each check with the faults in reading from which its own would only follow: then it is left out."""
WARNINGS: tuple[Check, ...] = (
    checks.pointless,
    checks.no_next_step,
    checks.beyond_sources,
    checks.undated,
    checks.same_titles,
    checks.fractions,
    checks.each_text,
    checks.likeness,
    checks.synonyms_elsewhere,
    checks.unmentioned,
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


@cache
def pages() -> Mapping[str, Mapping[str, Any]]:
    """Return by code what each check means, with an example that tests hold it to; see the head of `pages.toml`."""
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
