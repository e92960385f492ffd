"""What a tree file may hold, how it is read, what is said of one that is none, and what editors are told of it."""

from __future__ import annotations

import dataclasses
import datetime
import json
import random
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it has no types, and stubs are one more thing to install
import pytest
import yaml

from cakwizard import checking
from cakwizard.errors import MAX_ISSUES, FileError, Location, TreeError
from cakwizard.loading import bundled_text, load, read_tree, tree_and_issues
from cakwizard.tree import kinds, reading
from cakwizard.tree.format import BLOCKS, HEAD, format_page, tree_schema
from cakwizard.tree.reading import MAX_DEPTH, Reader
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.tree.values import ALWAYS, Certainty, Window
from tests.made import TEXT, tree_with

DAY = datetime.date
WITHOUT_LIBYAML = pytest.mark.parametrize("loader", [reading._LOADER, yaml.SafeLoader], ids=["as installed", "pure"])


def routes(tree: DecisionTree, node: str, option: str) -> list[Route]:
    """Return the edges of one option at one node."""
    return [route for route in tree.routes(node) if route.option == option]


def test_options_with_commas_are_routes_of_their_own(small: DecisionTree) -> None:
    """One line for several options gives each the same route; without days it holds always, with its option as key."""
    one, other = (routes(small, "ovv_provider", option)[0] for option in ("midwife", "maternity_nurse"))
    assert one.target == "ovv_full"
    assert dataclasses.replace(one, option="") == dataclasses.replace(other, option="")
    (route,) = routes(small, "payer", "policy")
    assert route.window == ALWAYS
    assert route.key == "policy"


def test_schedule_gives_an_edge_for_each_row(small: DecisionTree) -> None:
    """Behind a schedule an edge holds in each row's window, with the weaker certainty, both sources and both advice."""
    first, usual, last = routes(small, "sov_provider", "midwife")
    assert first.window == Window(DAY(2017, 3, 1), DAY(2018, 2, 28))
    assert (first.target, first.certainty, first.sources) == ("sov", Certainty.likely, ("decree", "page"))
    assert first.advice == ("report",)
    assert (usual.target, usual.certainty, usual.sources) == ("sov", Certainty.settled, ("decree",))
    assert (last.target, last.certainty, last.window.end) == ("sov_ended", Certainty.unsettled, None)
    assert len({one.key for one in (first, usual, last)}) == 3


def test_schedule_and_own_window_both_hold() -> None:
    """An edge with a window of its own during a schedule holds where both do."""
    days = "valid_from: 2018-01-01, valid_until: 2020-12-31"
    tree = tree_with(("{to: sov_hospital, during: sov}", f"{{to: sov_hospital, during: sov, {days}}}"))
    assert [one.window for one in routes(tree, "sov_provider", "hospital")] == [
        Window(DAY(2018, 1, 1), DAY(2018, 2, 28)),
        Window(DAY(2018, 3, 1), DAY(2020, 12, 31)),
    ]


def test_advice_and_percentages(small: DecisionTree) -> None:
    """A run stands for its advice in order, advice may be written in a list, and a percentage be rows with days."""
    claim = ("ask_payment", "form_2024", "form_2025", "claim_papers")
    assert small.outcomes["ovv_full"].advice == (*claim, "any_hospital", "child_too")
    assert small.advice["child_too"].kind == "warning"
    assert small.advice["child_too"].more is not None
    assert small.meanwhile == ("care_first", "note_care")
    assert small.advice["note_care"].ours
    assert not small.advice["note_care"].sources
    assert [one.value for one in small.outcomes["ovv_full"].percent] == [Decimal(100)]
    assert [(one.value, one.window) for one in small.outcomes["ovv_part"].percent] == [
        (Decimal(80), Window(None, DAY(2027, 12, 31))),
        (Decimal(75), Window(DAY(2028, 1, 1), None)),
    ]
    assert small.outcomes["insurer"].percent == ()


def test_records_as_the_format_has_them(small: DecisionTree) -> None:
    """Keys, synonyms, exceptions and countries by language and option, yes and no as words; the usual where none is."""
    policy = small.questions["payer"].options["policy"]
    assert policy.keys == {"nl": "z", "en": "h"}
    assert policy.also["en"] == ("insured", "policy")
    assert policy.never == {"nl": ("polis geweigerd",), "en": ("policy refused",)}
    assert small.questions["payer"].options["nobody"].never == {}
    nationality = small.questions["nationality"]
    assert nationality.countries is not None
    assert nationality.countries["UA"] == {"fled", "other"}
    assert nationality.countries["NO"] == {"europe"}
    assert list(small.questions["pregnant"].options) == ["yes", "no"]
    assert small.doubt["en"] == ("not", "no", "without", "formerly")
    assert small.nodes["nationality"].outside["fled"]["en"] == "The RMO began in 2022."
    assert small.source_kinds["law"].ages
    assert not small.source_kinds["decree"].ages
    assert small.outcomes["patient"].more is None
    assert small.outcomes["patient"].deadline is None
    assert small.sources["page"].date == ""
    assert small.sources["decree"].checked == DAY(2024, 1, 15)
    deadline = small.outcomes["sov_hospital"].deadline
    assert deadline is not None
    assert deadline.undated
    assert deadline.text is not None


def test_an_empty_value_counts_as_left_out() -> None:
    """A key without a value is as good as no key."""
    assert tree_with(("    contract: not_needed\n", "    contract:\n")).outcomes["ovv_full"].contract is None


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_one_fingerprint_however_lines_end(end: str) -> None:
    """A tree sent through a system with other line ends is the same tree."""
    other = read_tree(TEXT.replace("\n", end), "tree.yaml")
    assert other.sha256 == read_tree(TEXT, "tree.yaml").sha256
    assert other.sha256 != read_tree(TEXT + "# more\n", "tree.yaml").sha256


@WITHOUT_LIBYAML
@pytest.mark.slow
def test_same_tree_without_libyaml(loader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python without libyaml reads the bundled tree, and the small one, as the other does."""
    monkeypatch.setattr(reading, "_LOADER", loader)
    for text in (TEXT, bundled_text()[1]):
        tree, issues = tree_and_issues(text, "tree.yaml")
        assert not issues
        assert tree is not None


# Texts with the place of the first level too many.
NESTED = {
    "brackets": ("a: " + "[" * 20_000, 1, 35),
    "brackets that are closed": ("a: " + "[" * 2_000 + "]" * 2_000 + "\nb: c\n", 1, 35),
    "brackets at the margin": ("a: 1\nb: [\n" + "[\n" * 5_000, 33, 1),
    "braces": ("{a: " * 5_000, 1, 129),
    "brackets and braces": ("[{" * 5_000, 1, 33),
    "dashes": ("- " * 5_000, 1, 65),
    "question marks": ("? " * 5_000, 1, 65),
    "indentation": ("".join(" " * n + "a:\n" for n in range(1_400)), 33, 33),
    "indented dashes": ("".join(" " * n + "-\n" for n in range(1_400)), 33, 33),
    "behind a tag": ("x: !y 1\na: " + "[" * 5_000, 2, 35),
    "behind an anchor": ("x: &y 1\na: " + "[" * 5_000, 2, 35),
    "behind an alias": ("x: *y\na: " + "[" * 5_000, 2, 35),
    "under a tag": ("a: !y " + "[" * 5_000, 1, 38),
    "behind letters of more bytes": ("é: €\r\n\U0001f600: " + "[" * 5_000, 2, 35),
}


@WITHOUT_LIBYAML
@pytest.mark.parametrize("name", NESTED)
def test_too_deep_is_said_as_such(name: str, loader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is nested too deep says so with its way out, on every version of PyYAML and libyaml, however deep."""
    monkeypatch.setattr(reading, "_LOADER", loader)
    text, line, column = NESTED[name]
    _, issues = tree_and_issues(text, "tree.yaml")
    (deep,) = [one for one in issues if one.code != "CW006"]
    assert (deep.code, deep.message) == ("CW007", f"nested more than {MAX_DEPTH} levels deep")
    assert deep.hint == "a bracket too many, or a file that is no tree"
    assert deep.location == Location("tree.yaml", line, column)


def test_amount_is_read_as_written() -> None:
    """An amount keeps its digits, and what is none is a fault."""
    reader = Reader("tree.yaml", "[4.70, four]")
    assert [str(kinds.number.read(reader, node, "x")) for node in reader.listed(reader.root())] == ["4.70", "None"]
    assert [one.code for one in reader.issues] == ["CW009"]


def test_depth_that_fits_is_read() -> None:
    """As many levels as are allowed are no fault by themselves."""
    reader = Reader("tree.yaml", "[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert reader.root() is not None


HOSTILE = {
    "a billion laughs": ("a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(30)), "CW006"),
    "a Python object": (TEXT.replace("start: payer", "start: !!python/object:os.system"), "CW006"),
    "NUL bytes": ("\x00" * 1_000, "CW001"),
    "half a character": (TEXT.replace("Kleine", "\ud800"), "CW001"),
    "half a character, escaped": (TEXT.replace("{nl: Kleine boom,", '{nl: "\\ud800 boom",'), "CW0"),
    "text that runs backwards": (TEXT.replace("Kleine", "\u202eenielK"), "CW010"),
    "an empty file": ("", "CW004"),
    "only a comment": ("# nothing\n", "CW004"),
    "a list": ("- a\n- b\n", "CW005"),
    "one word": ("tree\n", "CW005"),
    "one long line": ("a" * 500_000, "CW005"),
    "many keys": ("".join(f"k{n}: 1\n" for n in range(5_000)), "CW003"),
    "many small lists": ("[" + "[]," * 2_000 + "]", "CW005"),
    "many small lists and a fault": ("[" + "[]," * 2_000 + "}", "CW001"),
    "a merge key": ("a: &a {b: c}\nd: {<<: *a}\n", "CW006"),
    "a tag directive": ("%TAG ! tag:x,2000:\n---\na: !b c\n", "CW006"),
    "an enormous number": (TEXT.replace("percent: 100", f"percent: {'9' * 1000}"), "CW009"),
    "infinity": (TEXT.replace("percent: 100", "percent: .inf"), "CW009"),
    "the year nought": (TEXT.replace("checked_until: 2026-11-01", "checked_until: 0000-01-01"), "CW009"),
    "no nodes": (TEXT[: TEXT.index("nodes:\n")] + "nodes: {}\n" + TEXT[TEXT.index("outcomes:\n") :], "CW022"),
    "no languages": (TEXT.replace("languages: [nl, en]", "languages: []"), "CW004"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_gives_messages(name: str) -> None:
    """A file made to bring the program down gives a few short messages."""
    text, code = HOSTILE[name]
    _, issues = tree_and_issues(text, "tree.yaml")
    assert any(one.code.startswith(code) for one in issues)
    assert len(issues) <= 2 * MAX_ISSUES
    assert all(len(line) < 5_000 for one in issues for line in str(one).splitlines())
    assert str(issues[0]).isascii() or all(char.isprintable() or char == "\n" for char in str(issues[0]))


WORDS = sorted(set(re.findall(r"[+\w]+", TEXT)))


@pytest.mark.parametrize("seed", range(100))
@pytest.mark.slow
def test_reading_never_raises(seed: int) -> None:
    """Whatever happens to a tree file, it is read to a tree or to faults, never to an exception."""
    pick = random.Random(seed)  # noqa: S311 - the same files every time
    lines = TEXT.split("\n")
    for _ in range(pick.randint(1, 4)):
        at = pick.randrange(len(lines))
        change = pick.choice(["drop", "double", "move", "text", "cut", "value", "word"])
        if change == "drop":
            del lines[at : at + pick.randint(1, 3)]
        elif change == "double":
            lines.insert(pick.randrange(len(lines)), lines[at])
        elif change == "move":
            lines[at] = " " * pick.randint(0, 3) + lines[at]
        elif change == "text":
            lines[at] += "".join(pick.choices("a: -[]{}&*!|>'\"%@`#,?\t\x00\x85\u2028\ud800é😀", k=pick.randint(1, 8)))
        elif change == "word" and (words := re.findall(r"[+\w]+", lines[at])):
            lines[at] = lines[at].replace(pick.choice(words), pick.choice(WORDS), 1)
        elif change == "cut":
            lines[at] = lines[at][: pick.randint(0, 60)]
        else:
            key = lines[at].partition(":")[0]
            lines[at] = f"{key}: " + pick.choice(["[]", "{}", "~", "[a, [b]]", "{a: {b: c}}", "x", "3"])
    tree, issues = tree_and_issues("\n".join(lines), "tree.yaml")
    assert tree is not None or issues
    if tree is not None and not issues:
        issues = checking.warnings(tree, DAY(2027, 3, 1))
    assert all(one.code and one.location for one in issues)


def test_all_faults_are_told_in_one_run() -> None:
    """Faults in several blocks are told together, in the order of the file."""
    slips = [
        ("scheme: rmo", "scheme: rno"),
        ("policy: insurer", "policy: insurrer"),
        ("kind: hospital", "kind: hospitel"),
    ]
    with pytest.raises(TreeError) as caught:
        tree_with(*slips)
    assert [one.code for one in caught.value.issues] == ["CW012", "CW022", "CW022"]
    lines = [one.location.line for one in caught.value.issues if one.location]
    assert lines == sorted(lines)


def test_faults_and_messages_have_an_end() -> None:
    """Nobody reads a thousand faults, or a message that quotes all there is in the file."""
    text = TEXT + "".join(f"k{number}: 1\n" for number in range(1_000))
    _, issues = tree_and_issues(text, "tree.yaml")
    assert len([one for one in issues if one.code == "CW003"]) == MAX_ISSUES
    _, long = tree_and_issues(TEXT.replace("start: payer", f"start: {'p' * 9_000}"), "tree.yaml")
    assert len(long[0].message) < 500


def test_load_says_why_a_file_cannot_be_read(tmp_path: Path) -> None:
    """A file that is not there is a `FileError`; the tree that comes with the program needs no name."""
    with pytest.raises(FileError):
        load(tmp_path / "none.yaml")
    assert load().file == "decision_tree.yaml"


def test_bundled_tree_without_a_file_beside_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed from a wheel the tree is inside the package, and there is no file to edit."""
    import pkgutil

    from cakwizard import loading

    monkeypatch.setattr(loading, "__file__", "/nowhere/cakwizard/loading.py")
    monkeypatch.setattr(pkgutil, "get_data", lambda package, name: f"{package}/{name}".encode())
    assert bundled_text() == ("decision_tree.yaml", "cakwizard/decision_tree.yaml")
    assert loading.bundled_file() is None


# -- what editors and people are told of it -----------------------------------------------

SCHEMA = jsonschema.Draft202012Validator(tree_schema())


def as_editors_read(text: str, loader: Any) -> Any:
    """Return a YAML text as an editor hands it to a schema: with scalars of its own, or all as text."""
    return json.loads(json.dumps(yaml.load(text, Loader=loader), default=str))  # noqa: S506 - safe loaders only


@pytest.mark.parametrize(("text", "loader"), [(TEXT, yaml.CSafeLoader), (bundled_text()[1], yaml.CBaseLoader)])
def test_schema_takes_what_is_right(text: str, loader: Any) -> None:
    """The schema for editors takes every good tree, whatever the editor makes of its scalars."""
    SCHEMA.check_schema(SCHEMA.schema)
    SCHEMA.validate(as_editors_read(text, loader))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    maximum: true", "    maximun: true"),
        ("    contract: daeb\n    deadline: {months: 12,", "    contract: daeb\n    deadline: {months: 0,"),
        ("checked_until: 2026-11-01", "checked_until: 1-11-2026"),
        ("format: 2", "format: 1"),
        ("{id: send_on, ", "{"),
        ("hospital: {to: sov_hospital, during: sov}", "hospital: {during: sov}"),
        ("    percent: [{value: 80,", "    percent: [{value: 180,"),
        ("kind: pharmacy", "kind: shop"),
    ],
)
def test_schema_refuses_what_is_wrong(old: str, new: str) -> None:
    """The schema for editors refuses keys, dates, numbers and words that check refuses."""
    assert TEXT.count(old) == 1
    with pytest.raises(jsonschema.ValidationError):
        SCHEMA.validate(as_editors_read(TEXT.replace(old, new), yaml.CBaseLoader))


def test_format_page_tells_every_field() -> None:
    """The reference page of the format names every block and key, says what each is for, and fits a terminal."""
    page = format_page()
    for record in (HEAD, *(block.record for block in BLOCKS.values() if block.record)):
        assert all(f"  {key} " in page for key in record.fields)
    assert all(f"\n{name}" in page for name in BLOCKS)
    assert "during" in page
    assert max(map(len, page.splitlines())) <= 88
