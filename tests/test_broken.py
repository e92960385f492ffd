"""Broken trees as one table: a patch on tests/trees/small.yaml, and what the check says of it."""

from __future__ import annotations

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cakwizard import checking
from cakwizard.checking import page_text, pages
from cakwizard.errors import Issue
from cakwizard.loading import tree_and_issues
from tests.conftest import SMALL

TABLE = Path(__file__).with_name("broken.toml")
PACKAGE = Path(checking.__file__).parent.parent
TODAY = datetime.date(2026, 11, 24)
CASES: dict[str, Any] = {**pages(), **tomllib.loads(TABLE.read_text(encoding="utf-8"))}


def patched(case: Any) -> str:
    """Return the small tree with the patches of a case; each must change exactly one place."""
    text = SMALL.read_text(encoding="utf-8")
    for old, new in ((case["fixed"], case["broken"]), *([case["with"]] if "with" in case else [])):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def issues_of(text: str, on: datetime.date | None) -> list[Issue]:
    """Return what `check` finds: warnings only where there is no error."""
    tree, issues = tree_and_issues(text, "tree.yaml")
    if tree is not None and not issues:
        issues = checking.warnings(tree, on or TODAY, strict=on is not None)
    return issues


def under_caret(issue: Issue) -> str:
    """Return the part of the file that the caret is under."""
    assert issue.location is not None
    assert issue.source_line is not None
    start = issue.location.column - 1
    return issue.source_line[start : start + issue.location.width]


@pytest.mark.parametrize("name", CASES)
def test_fault_is_told_with_place_and_way_out(name: str) -> None:
    """A fault gives its own message at its own place, and nothing that only follows from it."""
    case = CASES[name]
    issues = issues_of(patched(case), case.get("on"))
    code = name.split()[0]
    found = [one for one in issues if one.code == code and re.fullmatch(_pattern(case["says"]), one.message)]
    assert found, "\n".join(map(str, issues))
    assert sorted(one.code for one in issues) == sorted([code, *case.get("also", ())]), "\n".join(map(str, issues))
    assert found[0].hint == case["hint"] if "hint" in case else True
    assert under_caret(found[0]) == case["at"] if "at" in case else True


def _pattern(says: str) -> str:
    return re.escape(says[:-1]) + ".+" if says.endswith("…") else re.escape(says)


def test_small_tree_has_no_fault() -> None:
    """The tree that the patches are put on has nothing wrong with it."""
    assert issues_of(SMALL.read_text(encoding="utf-8"), None) == []


def test_every_code_has_a_page_and_a_case() -> None:
    """There is a page, and by it a case, for each code that the program gives."""
    given = {code for path in PACKAGE.rglob("*.py") for code in re.findall(r'"(CW\d{3})"', path.read_text("utf-8"))}
    assert given == set(pages())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page_shows_broken_and_fixed(language: str) -> None:
    """A page names its check, and shows what gives the message and what does not."""
    for code, page in pages().items():
        text = page_text(code, language)
        assert text.startswith(f"{code}: {page['title'][language]}\n")
        assert page["says"] in text
        assert len(page["title"][language]) <= 72
