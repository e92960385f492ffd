import datetime
import re
from pathlib import Path

import pytest

from cakwizard import checking
from cakwizard import loading
from cakwizard import yaml_reader
from cakwizard.checking.pages import Page
from cakwizard.checking.pages import page_text
from cakwizard.checking.pages import pages
from cakwizard.cli import check
from cakwizard.errors import Issue
from cakwizard.expiry import expiring
from cakwizard.loading import tree_and_issues

HERE = Path(__file__).parent
BASE = (HERE / "trees" / "base.yaml").read_text(encoding="utf-8")
CODE = re.compile(r"\bCW\d{3}\b")
_BLOCK = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)
_ENTRY = re.compile(r"^(?=  [^\s#])", re.MULTILINE)


def overlay(base: str, part: str) -> str:
    """Return `base` with the blocks and entries of `part` in the place of those of the same name, or added."""
    blocks = _parts(_BLOCK, base)
    for name, text in _parts(_BLOCK, part.strip("\n") + "\n").items():
        if name in blocks and "\n  " in text:
            text = "".join({**_parts(_ENTRY, blocks[name]), **_parts(_ENTRY, text)}.values())
        blocks[name] = text if text.endswith("\n") else text + "\n"
    return "".join(blocks.values())


def _parts(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    """Return the parts that begin where the pattern matches, by the word that they begin with."""
    found: dict[str, str] = {}
    for piece in pattern.split(text):
        if piece:
            name = piece.split(":")[0].strip()
            found[name] = found.get(name, "") + piece
    return found


def everything(part: str, on: datetime.date | None) -> tuple[set[str], list[Issue]]:
    """Return the codes of all that `check` would say of the base tree with a part laid over it."""
    tree, issues = tree_and_issues(overlay(BASE, part), "example.yaml")
    found = list(issues)
    codes = {issue.code for issue in issues}
    if tree is not None:
        found += checking.warnings(tree)
        codes |= {issue.code for issue in checking.warnings(tree)}
        notices = expiring(tree, on or datetime.date(2026, 1, 9))
        codes |= {check.CODES[notice.kind] for notice in notices}
    return codes, found


def test_base_tree_is_sound() -> None:
    """The tree that the examples are laid over has no fault of its own."""
    assert everything("", None) == (set(), [])


@pytest.mark.parametrize("page", pages().values(), ids=lambda page: page.code)
def test_broken_example_gives_its_code(page: Page) -> None:
    """The broken example of a page triggers the check that it explains."""
    assert page.code in everything(page.broken, page.on)[0]


@pytest.mark.parametrize("page", pages().values(), ids=lambda page: page.code)
def test_mended_example_gives_nothing(page: Page) -> None:
    """The mended example of a page is without any fault or warning."""
    assert everything(page.mended, page.on) == (set(), [])


def test_every_code_has_a_page_and_the_other_way_round() -> None:
    """No code is used that cannot be explained, and no page explains what is not checked."""
    files = [Path(loading.__file__), Path(yaml_reader.__file__), Path(check.__file__)]
    files += [path for path in Path(checking.__file__).parent.glob("*.py") if path.name != "pages.py"]
    used = {code for path in files for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert sorted(used) == list(pages())


@pytest.mark.parametrize("page", pages().values(), ids=lambda page: page.code)
def test_page_fits_a_terminal(page: Page) -> None:
    """A page says what is wrong, why it matters and how it is mended, without a line that runs off the screen."""
    text = page_text(page)
    assert text.startswith(f"{page.code}: {page.title}\n\n{page.why.strip()}\n\nBroken")
    assert page.mended.strip("\n").split("\n")[0] in text
    assert [line for line in page.why.splitlines() if len(line) > 90] == []
