"""Input that is damaged, invented or made to hurt: refused with a place, in time, or taken."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys

import pytest
from hypothesis import HealthCheck
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from cakwizard.errors import CakwizardError
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.errors import TreeError
from cakwizard.errors import harmless
from cakwizard.yaml_reader import Reader
from tests.bench import fuzz
from tests.conftest import ROOT
from tests.hostile import KINDS

pytestmark = pytest.mark.slow

COUNTS = {
    "tree": 150,
    "bundled tree": 8,
    "walk file": 400,
    "answers": 1000,
    "receipt": 1000,
    "providers": 1000,
    "pasted list": 400,
    "country": 200,
    "look-up": 20,
    "conversation": 40,
    "long conversation": 8,
}

SECONDS = 1.0
MEGABYTES = 300


@pytest.mark.parametrize("target", fuzz.TARGETS, ids=lambda target: target.name.replace(" ", "-"))
def test_damaged_input_is_taken_or_refused_with_a_place(target: fuzz.Target, tmp_path) -> None:
    """Whatever is wrong with a file or typed, it is understood or refused, saying where, within a second."""
    dice = random.Random(20260108)  # noqa: S311 - reproducible on purpose
    tally = fuzz.Tally()
    with contextlib.chdir(tmp_path):
        for _ in range(COUNTS[target.name]):
            fuzz.try_one(target, fuzz.damaged(dice, target.seeds()), tally)
    assert tally.faults == []
    assert tally.inputs == COUNTS[target.name]


def test_the_fuzz_finds_what_is_wrong() -> None:
    """The judge of all this is not blind: a traceback, a message without a place or with an escape, and slowness."""

    def steers(data: bytes) -> None:
        fuzz.harmless("\x1b[2J")

    def nowhere(data: bytes) -> None:
        raise CakwizardError(Issue(message="wrong"))

    def breaks(data: bytes) -> None:
        raise KeyError(data)

    for take, said in ((steers, "U+001B would reach"), (nowhere, "without a place"), (breaks, "KeyError")):
        tally = fuzz.Tally()
        fuzz.try_one(fuzz.Target("answers", take, tuple, 1), b"x", tally)
        assert len(tally.faults) == 1
        assert said in tally.faults[0]


WORDS = st.one_of(
    st.sampled_from(fuzz.WORDS),
    st.text(max_size=8),
    st.integers().map(str),
    st.sampled_from(["resident", "yes", "no", "nationality", "answers", "name", "expect", "care_date", "2026-01-31"]),
)
VALUES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(WORDS, inner), max_size=4).map(
            lambda items: f"{{{', '.join(f'{key}: {value}' for key, value in items)}}}"
        ),
    ),
    max_leaves=12,
)
FILES = st.lists(st.tuples(st.sampled_from(["", "- ", "  ", "\t"]), WORDS, VALUES), max_size=8).map(
    lambda lines: "\n".join(f"{start}{key}: {value}" for start, key, value in lines)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(text=st.one_of(FILES, st.text(max_size=60), st.binary(max_size=60)))
@example(text='"\\ud800": 1')
@example(text="a: \ufeff\u202e")
@example(text="\r\r: ]")
@example(text=b"\xff\xfe\x00")
def test_text_that_looks_like_a_file_is_taken_or_refused(text: str | bytes) -> None:
    """What hypothesis makes up, in YAML and out of it, gives a message with a place in every reader."""
    data = text if isinstance(text, bytes) else fuzz.encoded(text)
    tally = fuzz.Tally()
    for target in fuzz.TARGETS:
        if target.name in ("tree", "walk file", "answers", "receipt", "providers", "pasted list", "country"):
            fuzz.try_one(target, data, tally)
    assert tally.faults == []


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=[pytest.mark.slow] if kind in ("yaml as walk file", "yaml as answers", "tree") else [])
        for kind in KINDS
    ],
)
def test_a_megabyte_made_to_hurt_costs_a_second_at_most(kind: str) -> None:
    """Deep, long, repeated, self-similar or unreadable: a second of processor time and 300 MB are enough."""
    command = [sys.executable, "-m", "tests.hostile", kind]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    costs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(costs) >= 4
    for cost in costs:
        assert cost["said"], f"{cost['name']} killed its reader"
        assert "FAULT" not in cost["said"], cost
        assert cost["seconds"] < SECONDS, cost
        assert cost["megabytes"] < MEGABYTES, cost


def test_a_place_behind_its_line_is_shown_at_the_end_of_the_line() -> None:
    """The caret stays under the line, also where the reader counts other line ends than the editor."""
    issue = Issue(message="wrong", location=Location("file", 1, 9000), source_line="short")
    assert str(issue) == "file:1:9000: error: wrong\n   1 | short\n     |      ^"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_unreadable_character_is_found_whatever_ends_the_lines(end: str) -> None:
    """A file from an old Mac, from Windows or from elsewhere: the line and column are those of the editor."""
    reader = Reader("file", f"a: 1{end}b: 2{end}c: \x01")
    with pytest.raises(TreeError) as caught:
        reader.root()
    assert caught.value.issues[0].location == Location("file", 3, 4)


def test_thousands_of_faults_are_counted_not_all_shown() -> None:
    """Past two hundred faults nobody reads on: the rest is a number."""
    lines = str(TreeError(Issue(message=str(number)) for number in range(1000))).splitlines()
    assert len(lines) == 201
    assert lines[-1] == "and 800 more"


def test_what_steers_a_terminal_is_replaced_and_nothing_else() -> None:
    """Escapes and turned text go; letters, accents, emoji, hard spaces and line ends stay."""
    assert harmless("\x1b[2J\x9b\x07\x7f\u202eab\u2066\ud800") == "\ufffd[2J\ufffd\ufffd\ufffd\ufffdab\ufffd\ufffd"
    kept = "été ’s-Gravenhage €\u00a04,70\u202f% 👶🏽 \t\nשלום"
    assert harmless(kept) == kept
