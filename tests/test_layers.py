"""The layers of the program: who may import whom, read from the source."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import networkx as nx
import pytest

PACKAGE = Path(__file__).parent.parent / "cakwizard"
THIRD_PARTY = {"babel", "click", "networkx", "prompt_toolkit", "pytest", "questionary", "rapidfuzz", "rich", "typst"}
THIRD_PARTY |= {"yaml"}

# By package from the ground up: which packages it may import, and which libraries of others.
ALLOWED: dict[str, tuple[str, str]] = {
    "words": ("", ""),
    "errors": ("words", ""),
    "files": ("errors", ""),
    "tree": ("errors", "networkx yaml"),
    "deciding": ("errors tree", "networkx babel rapidfuzz yaml"),
    "checking": ("errors tree deciding words", "networkx"),
    "loading": ("errors files tree deciding checking", "yaml"),
    "saying": ("errors words tree deciding checking", ""),
    "showing": ("errors words tree deciding checking saying", "rich"),
    "providers": ("errors files words", "rapidfuzz"),
    "comparing": ("errors words tree deciding saying showing", "networkx"),
    "testing": ("errors files words tree deciding loading saying showing comparing", "networkx pytest yaml"),
    "asking": (
        "errors files words tree deciding checking saying showing providers testing",
        "questionary prompt_toolkit rapidfuzz rich",
    ),
    "exporting": ("errors words tree deciding checking saying showing comparing", "networkx typst"),
}


def files(package: str) -> list[Path]:
    """The files of a module, or of a package with everything in it."""
    single = PACKAGE / f"{package}.py"
    return [single] if single.exists() else sorted((PACKAGE / package).rglob("*.py"))


@cache
def parsed(file: Path) -> ast.Module:
    """A module as a syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def imported(file: Path) -> list[str]:
    """Every module or name that a file imports, also only for its types."""
    found = []
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    """The engine knows no screen, the reader no engine, and nothing but the commands knows them all."""
    own, others = (set(names.split()) for names in ALLOWED[package])
    assert files(package), f"there is no package {package}"
    for file in files(package):
        for name in imported(file):
            first, _, rest = name.partition(".")
            if first == "cakwizard" and not rest.startswith("__version__"):
                assert rest.split(".")[0] in own | {package}, f"{file.name} imports {name}"
            elif first in THIRD_PARTY:
                assert first in others, f"{file.name} imports {name}"


def test_no_package_is_missing_from_the_table() -> None:
    """What is added to the house gets a floor of its own in the table."""
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert there - {"__init__", "__main__", "cli", "data"} == set(ALLOWED)


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Whoever reads a module finds everything it stands on below it."""
    paths = {file: file.relative_to(PACKAGE.parent).with_suffix("") for file in PACKAGE.rglob("*.py")}
    names = {".".join(path.parts).removesuffix(".__init__"): file for file, path in paths.items()}
    graph: nx.DiGraph[str] = nx.DiGraph()
    for module, file in names.items():
        for name in imported(file):
            target = name if name in names else name.rpartition(".")[0]
            if target in names and target != module:
                graph.add_edge(module, target)
    assert list(nx.simple_cycles(graph)) == []
