import datetime
import os
import sys
from pathlib import Path

import pytest

from cakwizard import checking
from cakwizard.checking.pages import pages
from cakwizard.cli import check
from cakwizard.errors import TreeError
from cakwizard.loading import load_tree
from cakwizard.loading import tree_and_issues
from tests.measured import measured
from tests.measured import slowness

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
MESSAGE = "#| "
DAY = "#! on "

WHOLE = (HERE / "trees" / "base.yaml").read_text(encoding="utf-8")
DEEP = 1_000_000
LAUGHS = ["a0: &a0 [ha, ha]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]

HOSTILE: dict[str, tuple[bytes, str]] = {
    "unknown target": (WHOLE.replace("no: lost}", "no: lsot}").encode(), "error[CW012]"),
    "two equal keys": (WHOLE.replace("start: locked", "start: locked\nstart: marked").encode(), "error[CW002]"),
    "yes as a key": (WHOLE.replace("start: locked", "start: locked\nyes: no").encode(), "error[CW003]"),
    "a billion laughs": ("\n".join(LAUGHS).encode(), "error[CW006]"),
    "an escape sequence": (WHOLE.replace("Lost bicycle", '"\\e[2JLost"').encode(), "error[CW010]"),
    "a raw escape sequence": (WHOLE.replace("Lost bicycle", "\x1b[2JLost").encode(), "error[CW001]"),
    "an escape sequence in a key": (WHOLE.replace("start: locked", '"\\e[2J": x').encode(), "error[CW003]"),
    "brackets": (b"a: " + b"[" * DEEP, "error[CW007]"),
    "brackets behind quoted ones": (b'a: "' + b"]" * DEEP + b'"\nb: ' + b"[" * DEEP, "error[CW007]"),
    "brackets with a quoted one in each": (b'["]", ' * (DEEP // 6), "error[CW007]"),
    "braces": (b"{a: " * (DEEP // 4), "error[CW007]"),
    "dashes": (b"- " * (DEEP // 2), "error[CW007]"),
    "question marks": (b"? " * (DEEP // 2), "error[CW007]"),
    "indentation": (b"".join(b" " * n + b"a:\n" for n in range(1400)), "error[CW007]"),
    "NUL bytes": (WHOLE.encode().replace(b"locked", b"\x00"), "error[CW001]"),
    "only NUL bytes": (b"\x00" * DEEP, "error[CW001]"),
    "not UTF-8": (WHOLE.encode().replace(b"Lost", b"\xff\xfe"), "error[CW001]: this is not UTF-8 text"),
    "UTF-16": (WHOLE.encode("utf-16"), "error[CW001]: this is not UTF-8 text"),
    "an empty file": (b"", "error[CW004]: the file is empty"),
    "only a comment": (b"# nothing\n", "error[CW004]: the file is empty"),
    "a list": (b"- a\n- b\n", "error[CW005]"),
    "one word": (b"tree\n", "error[CW005]"),
    "one line": (b"a" * DEEP, "error[CW005]"),
    "one long key": (b"a: 1\n" + b"b" * 900 + b": 1\n", "error[CW003]"),
    "many keys": (b"".join(b"k%d: 1\n" % n for n in range(DEEP // 10)), "error[CW003]"),
    "many small lists": (b"[" + b"[]," * (DEEP // 4) + b"]", "error[CW005]"),
    "an anchor": (WHOLE.replace("start: locked", "start: &s locked").encode(), "error[CW006]"),
    "a Python object": (WHOLE.replace("start: locked", "start: !!python/object:os.system").encode(), "error[CW006]"),
    "a tag of its own": (WHOLE.replace("start: locked", "start: !env HOME").encode(), "error[CW006]"),
    "a tag directive": (b"%TAG ! tag:x,2000:\n---\na: !b c\n", "error[CW006]"),
    "a merge key": (b"a: &a {b: c}\nd: {<<: *a}\n", "error[CW006]"),
    "a lone surrogate": (WHOLE.replace("Lost bicycle", '"\\ud800"').encode(), "error[CW0"),
    "text running backwards": (WHOLE.replace("Lost bicycle", '"\u202etsoL"').encode(), "error[CW010]"),
    "an enormous number": (WHOLE.replace("percent: 100", "percent: " + "9" * 1000).encode(), "error[CW009]"),
    "infinity": (WHOLE.replace("percent: 100", "percent: .inf").encode(), "error[CW009]"),
    "the year nought": (WHOLE.replace("2026-01-08", "0000-01-01").encode(), "error[CW009]"),
}


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_file_says_what_its_head_expects(path: Path) -> None:
    """A file with one fault gives exactly the message that stands at its head."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    expected = [line.removeprefix(MESSAGE).rstrip() for line in lines if line.startswith(MESSAGE.rstrip())]
    day = next((line.removeprefix(DAY) for line in lines if line.startswith(DAY)), "2026-01-09")
    tree, issues = tree_and_issues(text, path.name)
    if tree is not None and not issues:
        old = check._old(tree, datetime.date.fromisoformat(day))
        issues = checking.by_place(path.name, [*checking.warnings(tree), *old])
    assert [line.rstrip() for issue in issues for line in str(issue).splitlines()] == expected


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_file_is_refused_or_warned_about(path: Path) -> None:
    """A file with an error is no tree; a file with a warning is."""
    head = path.read_text(encoding="utf-8").split("\nformat:")[0]
    if "error[CW0" in head and "error[CW05" not in head:
        with pytest.raises(TreeError):
            load_tree(path)
    else:
        assert load_tree(path).title["en"] == "Lost bicycle"


def test_every_code_has_a_broken_file() -> None:
    """There is a broken file for each check that has a page."""
    assert {path.stem[:5].upper() for path in BROKEN} == set(pages())


@pytest.mark.skipif(os.name == "nt", reason="what a process used is not known there")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_gives_a_message(name: str, tmp_path: Path) -> None:
    """A file made to bring the program down gives a short message, at once and in little memory."""
    data, expected = HOSTILE[name]
    path = tmp_path / "tree.yaml"
    path.write_bytes(data)
    ran = measured(sys.executable, "-m", "cakwizard", "check", "tree.yaml", cwd=tmp_path, scratch=tmp_path)
    text = ran.out + ran.err
    assert ran.status == 1, text[-2000:]
    assert text.startswith("tree.yaml:")
    assert expected in text
    assert "Traceback" not in text
    assert "\x1b" not in text
    assert len(text) < 100_000
    assert ran.seconds < 1.0 or ran.seconds / slowness() < 1.0
    assert ran.megabytes < 300


def test_id_that_yaml_takes_for_a_switch(tmp_path: Path) -> None:
    """The ids yes and no stay the words that they are."""
    path = tmp_path / "tree.yaml"
    path.write_text(WHOLE, encoding="utf-8")
    assert list(load_tree(path).questions["locked"].options) == ["yes", "no"]
