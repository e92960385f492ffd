import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies

from cakwizard import checking
from cakwizard.errors import Issue
from cakwizard.expiry import expiring
from cakwizard.expiry import sentences
from cakwizard.loading import tree_and_issues

HERE = Path(__file__).parent
SMALL = (HERE / "trees" / "small.yaml").read_text(encoding="utf-8")
LINES = SMALL.splitlines(keepends=True)
WORDS = sorted({word for line in LINES for word in line.replace("{", " ").replace("}", " ").split()})


def look_at_everything(text: str) -> list[Issue]:
    """Return all that can be said of a file, in words too."""
    tree, issues = tree_and_issues(text, "some.yaml")
    if tree is not None:
        issues = [*issues, *checking.warnings(tree)]
        for day in (datetime.date(2026, 1, 9), datetime.date(2030, 1, 1)):
            sentences(expiring(tree, day), "nl")
    assert all(str(issue) for issue in issues)
    return issues


@pytest.mark.parametrize("number", range(len(LINES)))
def test_line_left_out(number: int) -> None:
    """Whichever line of a tree is lost, the checks say something or nothing, and never fail themselves."""
    look_at_everything("".join([*LINES[:number], *LINES[number + 1 :]]))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(strategies.data())
def test_words_replaced(data: strategies.DataObject) -> None:
    """Whatever words of a tree are replaced by others, the checks never fail themselves."""
    text = SMALL
    for _ in range(data.draw(strategies.integers(1, 4))):
        old = data.draw(strategies.sampled_from(WORDS))
        new = data.draw(strategies.sampled_from([*WORDS, "", "[]", "{}", "null", "0", "-1", "9999-12-31", "true"]))
        text = text.replace(old, new, data.draw(strategies.integers(1, 3)))
    look_at_everything(text)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(strategies.text(max_size=60))
def test_any_text(text: str) -> None:
    """Any text at all gives messages."""
    assert look_at_everything(text)
