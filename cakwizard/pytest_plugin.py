"""Collect walk files (`*.walks.yaml`) as tests: an item per case, failures in the author's words.

This module is imported in every pytest run of an environment that has cakwizard, so
what reads and walks a tree is imported when the first walk file is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import pytest

if TYPE_CHECKING:
    from cakwizard.model import DecisionTree
    from cakwizard.scripts.running import Run
    from cakwizard.scripts.walkfile import Case

__all__ = ["WalkFile", "WalkItem"]

# The same as `scripts.walkfile.SUFFIX`, which cannot be imported here without importing the rest.
SUFFIX = ".walks.yaml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a project say which tree its walk files are for."""
    group = parser.getgroup("cakwizard")
    group.addoption("--cakwizard-tree", metavar="FILE", help="the decision tree that *.walks.yaml files are run on")
    parser.addini("cakwizard_tree", "the decision tree that *.walks.yaml files are run on, from the root folder")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> WalkFile | None:
    """Collect walk files, wherever pytest looks."""
    if not file_path.name.endswith(SUFFIX):
        return None
    collected: WalkFile = WalkFile.from_parent(parent, path=file_path)
    return collected


class WalkFile(pytest.File):
    """A walk file; a fault in it, or in its tree, is a fault of collecting."""

    def collect(self) -> Iterator[WalkItem]:
        """Yield a test per case, or fail with every fault of the file."""
        from cakwizard.errors import CakwizardError
        from cakwizard.loading import read_text
        from cakwizard.scripts.walkfile import read_cases

        try:
            tree = _tree(self.config)
            cases = read_cases(read_text(self.path), _shown(self.path, self.config), tree)
        except CakwizardError as error:
            raise self.CollectError(str(error)) from None
        for case in cases:
            item: WalkItem = WalkItem.from_parent(self, name=case.name, case=case, tree=tree)
            yield item


class WalkItem(pytest.Item):
    """One case of a walk file."""

    def __init__(self, *, case: Case, tree: DecisionTree, **more: Any) -> None:
        super().__init__(**more)
        self.case = case
        self.tree = tree

    def runtest(self) -> None:
        """Walk the case, and fail when something else came than it expects."""
        from cakwizard.scripts.running import run_case

        run = run_case(self.tree, self.case)
        if not run.passed:
            raise UnexpectedError(run)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what was expected and what came; a fault of the program keeps its traceback."""
        if isinstance(excinfo.value, UnexpectedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the case stands; pytest counts lines from 0."""
        return self.path, self.case.location.line - 1, self.name


class UnexpectedError(Exception):
    """A case came to something else than it expects."""

    def __init__(self, run: Run) -> None:
        from cakwizard.scripts.reporting import failure_text

        super().__init__(f"{run.case.location}: {run.case.name}\n{failure_text(run, 'en')}")


_TREE = pytest.StashKey[Any]()


def _tree(config: pytest.Config) -> DecisionTree:
    """Return the tree to run on, read once: that of the option, of the ini file, or the bundled one."""
    from cakwizard.loading import bundled_tree
    from cakwizard.loading import load_tree

    found: DecisionTree | None = config.stash.get(_TREE, None)
    if found is None:
        option, ini = config.getoption("cakwizard_tree"), config.getini("cakwizard_tree")
        if option:
            found = load_tree(_shown(config.invocation_params.dir / option, config))
        elif ini:
            found = load_tree(_shown(config.rootpath / ini, config))
        else:
            found = bundled_tree()
        config.stash[_TREE] = found
    return found


def _shown(path: Path, config: pytest.Config) -> str:
    """Return a path as messages give it: from the folder where pytest was called, when it lies there."""
    here = config.invocation_params.dir
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
