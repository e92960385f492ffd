"""What several test files use: the bundled tree, the small one, and the program itself."""

from __future__ import annotations

import datetime
import gc
import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from cakwizard import loading
from cakwizard.loading import load
from cakwizard.tree.records import DecisionTree

SMALL = Path(__file__).parent / "trees" / "small.yaml"
SCREENS = Path(__file__).parent / "screens"
TODAY = datetime.date(2026, 11, 24)


def pytest_collection_finish() -> None:
    """Keep what is loaded by now out of the garbage collector, which would look through it all the time."""
    gc.freeze()


@pytest.fixture(scope="session")
def tree() -> DecisionTree:
    """The tree that comes with the program."""
    return load()


@pytest.fixture(scope="session")
def small() -> DecisionTree:
    """A small tree with everything that the format has."""
    return load(SMALL)


@pytest.fixture(params=["tree", "small"])
def each(request: pytest.FixtureRequest) -> DecisionTree:
    """Either of them."""
    found: DecisionTree = request.getfixturevalue(request.param)
    return found


@dataclass(frozen=True)
class Ran:
    """What a call of the program left behind."""

    status: int
    out: str
    err: str


Cakwizard = Callable[..., Ran]


@cache
def _as_it_was(path: str | None, *_changed: int) -> DecisionTree:
    return load(path)


def load_once(path: str | None = None) -> DecisionTree:
    """Load a tree, or give the one that was loaded while its file has not changed: most calls read the same two."""
    if path is None:
        return _as_it_was(None, hash(loading.bundled_text()))
    if not Path(path).is_file():
        return load(path)
    there = Path(path).stat()
    return _as_it_was(path, there.st_mtime_ns, there.st_size, there.st_ino)


@pytest.fixture
def cakwizard(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cakwizard:
    """Call the program in this process, on a fixed day, in Dutch unless told otherwise."""
    from cakwizard.cli import main

    monkeypatch.setattr("cakwizard.loading.load", load_once)
    monkeypatch.setenv("CAKWIZARD_TODAY", str(TODAY))
    ours = ("CAKWIZARD_LANG", "CAKWIZARD_AS", "CAKWIZARD_LINE", "CAKWIZARD_PROVIDERS")
    for name in (*ours, "ACCESSIBLE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        captured = capsys.readouterr()
        return Ran(int(left.value.code or 0), captured.out, captured.err)

    return call


def assert_screen(name: str, text: str) -> None:
    """Compare a screen with the one that is kept under a name; CAKWIZARD_NEW_SCREENS=1 writes it anew."""
    kept = SCREENS / f"{name}.txt"
    text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    if os.environ.get("CAKWIZARD_NEW_SCREENS"):
        kept.write_text(text, encoding="utf-8")
    assert kept.exists(), f"{kept.name} is missing; CAKWIZARD_NEW_SCREENS=1 writes it"
    assert text == kept.read_text("utf-8"), f"{kept.name} differs: CAKWIZARD_NEW_SCREENS=1 writes it anew"
