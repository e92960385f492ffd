"""What the schema takes and refuses, held against the loader."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cakwizard import loading
from cakwizard.checking.schema import tree_schema
from cakwizard.loading import bundled_text
from cakwizard.loading import tree_and_issues
from tests.conftest import Cakwizard

HERE = Path(__file__).parent
TREES = [path for path in sorted((HERE / "trees").glob("*.yaml")) if not path.name.endswith(".walks.yaml")]
SMALL = (HERE / "trees" / "small.yaml").read_text(encoding="utf-8")
VALIDATOR = jsonschema.Draft202012Validator(tree_schema())

SHAPES = {"CW003", "CW004", "CW005", "CW008", "CW009"}
"""The faults that a schema can express; the others need the rest of the file."""


def takes(text: str) -> bool:
    """Tell whether the schema takes a file, with every scalar as the text that it is."""
    return bool(VALIDATOR.is_valid(yaml.load(text, Loader=yaml.CBaseLoader)))  # noqa: S506 - makes only text


@pytest.mark.parametrize("path", [*TREES, loading.__file__], ids=lambda path: Path(path).stem)
def test_schema_takes_what_the_loader_takes(path: Path | str) -> None:
    """A tree that can be used is valid; so is the one that comes with the program."""
    text = path.read_text(encoding="utf-8") if isinstance(path, Path) else bundled_text()[1]
    tree, issues = tree_and_issues(text, "tree.yaml")
    assert (tree is not None, [str(issue) for issue in issues]) == (True, [])
    data = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - makes only text
    assert [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(data)] == []


def test_schema_takes_what_an_editor_makes_of_a_tree() -> None:
    """Numbers and switches are taken too where an editor reads them as such."""
    data = yaml.load(SMALL, Loader=yaml.CBaseLoader)  # noqa: S506 - makes only text
    data["format"] = 1
    data["longest_path"] = 4
    data["outcomes"]["scheme_a_full"]["percent"] = 100
    data["outcomes"]["scheme_a_part"]["maximum"] = True
    data["outcomes"]["scheme_a_part"]["deadline"]["months"] = 12
    data["sources"]["law"]["date"] = 2026
    assert list(VALIDATOR.iter_errors(data)) == []


def test_schema_is_a_schema() -> None:
    """The schema itself follows the dialect that it names."""
    jsonschema.Draft202012Validator.check_schema(tree_schema())


def test_schema_and_loader_know_the_same_keys() -> None:
    """At the top of a file both know the same keys, and demand the same ones."""
    schema = tree_schema()
    assert set(schema["required"]) == {*loading.HEAD, *loading.BLOCKS}
    assert set(schema["properties"]) == {*loading.HEAD, *loading.BLOCKS, *loading.OPTIONAL}


def mappings(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every mapping in the data."""
    if isinstance(data, dict):
        yield path
        for key, value in data.items():
            yield from mappings(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from mappings(value, (*path, number))


def at(data: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at a path."""
    for key in path:
        data = data[key]
    return data


WHOLE = yaml.load(SMALL, Loader=yaml.CBaseLoader)  # noqa: S506 - makes only text
# One place of each sort: the same keys at the same depth of the same block.
PLACES = list({(len(path), path[:1], *sorted(at(WHOLE, path))): path for path in mappings(WHOLE)}.values())


def problems(data: Any, path: tuple[Any, ...]) -> list[str]:
    """Return what the schema says against the part of a file in which a path lies."""
    if not path:
        return [error.message for error in VALIDATOR.iter_errors(data)]
    schema = tree_schema()
    part = {**schema["properties"][path[0]], "$defs": schema["$defs"]}
    return [error.message for error in jsonschema.Draft202012Validator(part).iter_errors(data[path[0]])]


def agree(data: Any, path: tuple[Any, ...]) -> None:
    """Hold the schema against the loader: it refuses wrong shapes, and nothing that the loader takes."""
    text = json.dumps(data, ensure_ascii=False)
    _, issues = tree_and_issues(text, "tree.yaml")
    codes = {issue.code for issue in issues}
    valid = not problems(data, path)
    if not issues:
        assert valid, text
    if codes & SHAPES:
        assert not valid, [str(issue) for issue in issues]


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_schema_agrees_with_the_loader_on_each_key(path: tuple[Any, ...]) -> None:
    """Whichever key is left out, emptied, misspelt or of another shape, both say the same of it."""
    languages = set(WHOLE["languages"])
    for key in at(WHOLE, path):
        is_text = set(at(WHOLE, path)) <= languages
        for change in ("out", "empty", "list" if isinstance(at(WHOLE, path)[key], dict) else "mapping", "misspelt"):
            data = copy.deepcopy(WHOLE)
            place = at(data, path)
            if change == "out":
                del place[key]
            elif change == "misspelt":
                place[f"{key}-x"] = place.pop(key)
            else:
                place[key] = {"empty": None, "list": [["a"]], "mapping": {"a-b": {"c": "d"}}}[change]
            if is_text and change in ("out", "misspelt"):
                # Which languages a tree has, its schema does not know.
                continue
            agree(data, path)


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_schema_knows_every_key_that_the_loader_knows(path: tuple[Any, ...]) -> None:
    """Each key that the loader names as known may stand in the file for an editor too."""
    data = copy.deepcopy(WHOLE)
    at(data, path)["zzzzzzzzzz"] = "x"
    _, issues = tree_and_issues(json.dumps(data), "tree.yaml")
    hints = [issue.hint for issue in issues if "unknown key 'zzzzzzzzzz'" in issue.message]
    for key in (hints[0] or "").removeprefix("known here: ").split(", ") if hints else []:
        data = copy.deepcopy(WHOLE)
        at(data, path).setdefault(key, None)
        assert problems(data, path) == []


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((HERE / "broken").glob("*.yaml")) if path.stem[:5].upper() in SHAPES],
    ids=lambda path: path.stem,
)
def test_schema_refuses_the_broken_files_it_can_express(path: Path) -> None:
    """A broken file with a wrong key, shape, id, date or number is invalid in an editor too."""
    expressible = path.stem not in {"cw003_other_language", "cw009_date"}
    assert takes(path.read_text(encoding="utf-8")) is not expressible


def test_command_writes_the_schema(cakwizard: Cakwizard) -> None:
    """`check --schema` writes the schema and nothing else."""
    ran = cakwizard("check", "--schema")
    assert (ran.status, json.loads(ran.out), ran.err) == (0, tree_schema(), "")
