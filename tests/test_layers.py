"""The layers of the program: who may import whom, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "cakwizard"
THIRD_PARTY = ("babel", "click", "networkx", "prompt_toolkit", "questionary", "rich", "yaml", "pytest")

CORE = {"errors", "model"}
WORDS = {"wording", "interface", "sentences", "markdown"}
ENGINE = {"walking", "changes"}
SAID = {"presenting", "outlook", "expiry"}
SHOWN = {"rendering", "formats", "listing", "providers"}
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    # module or package: (what it may import of cakwizard, what of others)
    "errors": (set(), set()),
    "model": ({"errors"}, {"networkx"}),
    "wording": (CORE, set()),
    "interface": (set(), set()),
    "markdown": (set(), set()),
    "yaml_reader": (CORE, {"yaml"}),
    "checking": (CORE | {"wording"}, {"networkx"}),
    "loading": (CORE | {"checking", "yaml_reader"}, {"yaml", "networkx"}),
    "walking": (CORE, {"networkx"}),
    "changes": (CORE | {"walking"}, {"networkx"}),
    "countries": (CORE | {"wording"}, {"babel"}),
    "answers": (CORE | {"countries", "yaml_reader"}, {"yaml"}),
    "sentences": (CORE | {"walking", "wording"}, set()),
    "expiry": (CORE | WORDS | ENGINE | {"checking"}, set()),
    "outlook": (CORE | WORDS | ENGINE, set()),
    "presenting": (CORE | WORDS | ENGINE | SAID, set()),
    "providers": (CORE, set()),
    "rendering": (CORE | WORDS | ENGINE | SAID, {"rich"}),
    "formats": (CORE | WORDS | ENGINE | SAID | SHOWN, set()),
    "listing": (CORE | WORDS | SHOWN, set()),
    "receipt_shape": ({"yaml_reader"}, set()),
    "receipts": (CORE | {"receipt_shape"}, set()),
    "replaying": (CORE | WORDS | ENGINE | SAID | {"receipts"}, set()),
    "writing": (CORE, set()),
    "scripts": (CORE | WORDS | ENGINE | SAID | {"answers", "loading", "writing", "yaml_reader"}, {"yaml", "networkx"}),
    "diffing": (CORE | WORDS | ENGINE | {"scripts"}, {"networkx"}),
    "exporting": (CORE | WORDS | ENGINE | SAID | {"countries", "scripts"}, {"networkx", "babel"}),
    "asking": (
        CORE | WORDS | ENGINE | SAID | SHOWN | {"answers", "countries", "scripts", "yaml_reader"},
        {"questionary", "prompt_toolkit", "rich"},
    ),
}


def modules() -> list[str]:
    """Every module or package directly inside the program that the table names."""
    return sorted(ALLOWED)


def files(module: str) -> list[Path]:
    """The files of a module, or of a package with everything in it."""
    single = PACKAGE / f"{module}.py"
    return [single] if single.exists() else sorted((PACKAGE / module).rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    """Yield what a file imports when it runs; what only type checkers read does not count."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    unseen = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "cakwizard":
                yield from (f"cakwizard.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_from_the_layers_below_it(module: str) -> None:
    """The engine knows no screen, the loader no engine, and nothing but the commands knows them all."""
    own, others = ALLOWED[module]
    assert files(module), f"there is no module {module}"
    for file in files(module):
        for name in imported(file):
            first, _, rest = name.partition(".")
            if first == "cakwizard" and rest != "__version__":
                assert rest.split(".")[0] in own | {module}, f"{file.name} imports {name}"
            elif first in THIRD_PARTY:
                assert first in others, f"{file.name} imports {name}"


def test_only_the_commands_print() -> None:
    """Nothing below the command line writes to the terminal by itself."""
    for file in PACKAGE.rglob("*.py"):
        if file.parent.name == "cli":
            continue
        calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        assert not [c for c in calls if isinstance(c.func, ast.Name) and c.func.id in ("print", "input")], file


def test_the_program_knows_nothing_of_its_subject() -> None:
    """Schemes, questions and options of the bundled tree are named nowhere in the program's code."""
    from cakwizard.loading import bundled_tree

    tree = bundled_tree()
    ids = {*tree.schemes, *tree.questions, *tree.outcomes, *tree.advice, *tree.contracts}
    ids |= {option for question in tree.questions.values() for option in question.options}
    # Words of every tree, or of the program itself, that happen to be an id as well.
    ids -= {"yes", "no", "other", "none", "later", "contract", "provider", "patient", "foreign", "needed", "never"}
    ids -= {"hospital", "pharmacy", "mental_health", "long_term_care", "nobody", "special", "regular", "planned"}
    ids -= {"screening", "emergency", "institution", "medical", "insurer", "justice", "in_package"}
    for file in PACKAGE.rglob("*.py"):
        # The contracted providers are the one part of the program that is about the CAK.
        if file.parent.name == "providers":
            continue
        strings = {
            node.value
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not strings & ids, f"{file.relative_to(ROOT)}: {strings & ids}"
