"""From a YAML file to a checked `DecisionTree`, with every fault found in one run."""

from __future__ import annotations

from pathlib import Path

from cakwizard import checking
from cakwizard.errors import Issue, TreeError
from cakwizard.files import read_text
from cakwizard.tree.format import tree_of
from cakwizard.tree.reading import Reader
from cakwizard.tree.records import DecisionTree

_NAME = "decision_tree.yaml"


def load(path: str | Path | None = None) -> DecisionTree:
    """Return the tree in a file (without one that of the program), or raise `TreeError` or `FileError`."""
    name, text = bundled_text() if path is None else (str(path), read_text(path))
    return read_tree(text, name)


def bundled_file() -> Path | None:
    """Return the file of the tree that comes with the program where that can be edited: beside the package."""
    root = Path(__file__).resolve().parent.parent
    return root / _NAME if (root / _NAME).is_file() and (root / "pyproject.toml").is_file() else None


def bundled_text() -> tuple[str, str]:
    """Return (name, text) of the tree that comes with the program; a wheel carries it inside the package."""
    if file := bundled_file():
        return _NAME, file.read_text(encoding="utf-8")
    import pkgutil

    return _NAME, (pkgutil.get_data("cakwizard", _NAME) or b"").decode()


def read_tree(text: str, file: str) -> DecisionTree:
    """Return the tree that `text` holds, or raise `TreeError` with every fault."""
    tree, issues = tree_and_issues(text, file)
    if issues or tree is None:
        raise TreeError(issues)
    return tree


def tree_and_issues(text: str, file: str) -> tuple[DecisionTree | None, list[Issue]]:
    """Return the tree as far as it can be read, and its faults sorted by place."""
    reader = Reader(file, text)
    tree = tree_of(reader)
    beyond = checking.errors(tree, {issue.code for issue in reader.issues}) if tree else []
    return tree, sorted(reader.issues + beyond, key=checking.by_place)
