"""Collect walk files (`*.walks.yaml`) as tests: an item per case, failures in the author's words, tags as markers.

This module is imported in every pytest run of an environment that has cakwizard, so what reads and walks a tree is
imported when the first walk file is met. A file or a tree that cannot be read is one failing test, so that the rest
of the session goes on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cakwizard.testing.walkfile import Case
    from cakwizard.tree.records import DecisionTree

_MET = "cakwizard"
_TREES = pytest.StashKey["dict[str, DecisionTree]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a project say which tree its walk files are for."""
    group, about = parser.getgroup("cakwizard"), "the decision tree that *.walks.yaml files are run on"
    group.addoption("--cakwizard-tree", metavar="FILE", help=about)
    group.addoption("--cakwizard-coverage", action="store_true", help="tell how much of the tree *.walks.yaml walk")
    parser.addini("cakwizard_tree", f"{about}, from the root folder")


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say which trees were read, once it is known that there are walk files."""
    return [f"cakwizard: tree {one.file}, edition {one.edition}" for one in config.stash.get(_TREES, {}).values()]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Tell how much of each tree is walked, when that was gathered."""
    met: dict[str, set[Any]] = {}
    for report in itertools.chain(*terminalreporter.stats.values()):
        for name, found in getattr(report, "user_properties", ()):
            if name == _MET:
                met.setdefault(found[0], set()).update(map(tuple, found[1:]))
    for file, walked in met.items():
        from cakwizard.testing.coverage import KINDS, Coverage

        coverage = Coverage(_tree(Path(file) if file else None, config), walked)
        terminalreporter.section(f"cakwizard coverage of {coverage.tree.file}, edition {coverage.tree.edition}")
        for kind in KINDS:
            done, total, percent = coverage.numbers(kind)
            terminalreporter.write_line(f"{kind:9} {done:5} of {total:5} {percent:6}%")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Any:
    """Collect walk files, wherever pytest looks."""
    # The end is `walkfile.SUFFIX`, which cannot be imported here without importing the rest.
    return WalkFile.from_parent(parent, path=file_path) if file_path.name.endswith(".walks.yaml") else None


class WalkFile(pytest.File):
    """A walk file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test per case, or one that fails with every fault of the file."""
        from cakwizard.errors import CakwizardError
        from cakwizard.files import read_text
        from cakwizard.testing.walkfile import read_walks

        config = self.config
        try:
            walks = read_walks(read_text(self.path), _shown(self.path, config), None, lambda file: _tree(file, config))
        except CakwizardError as error:
            faulty: WalkItem = WalkItem.from_parent(self, name="cases")
            faulty.fault = str(error)
            yield faulty
            return
        for case in walks.cases:
            item: WalkItem = WalkItem.from_parent(self, name=case.name)
            item.case, item.tree = case, walks.tree
            for tag in case.tags:
                config.addinivalue_line("markers", f"{tag}: a tag in walk files")
                item.add_marker(tag)
            yield item


class WalkItem(pytest.Item):
    """One case of a walk file, or a file that cannot be read."""

    case: Case | None = None
    tree: DecisionTree | None = None
    fault = ""

    def runtest(self) -> None:
        """Walk the case, and fail when something else came than it expects."""
        from cakwizard.testing.coverage import walked
        from cakwizard.testing.running import failure_text, run_case

        if self.case is None or self.tree is None:
            pytest.fail(self.fault, pytrace=False)
        run = run_case(self.tree, self.case)
        if self.config.getoption("cakwizard_coverage") and run.verdict is not None:
            file = next(file for file, tree in self.config.stash[_TREES].items() if tree is self.tree)
            # Properties come along from workers (pytest-xdist) as well.
            self.user_properties.append((_MET, [file, *map(list, sorted(walked(run.verdict)))]))
        if not run.passed:
            pytest.fail(f"{self.case.location}: {self.case.name}\n{failure_text(run, 'en')}", pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the case is; pytest counts lines from 0."""
        return self.path, self.case.location.line - 1 if self.case else 0, self.name


def _tree(path: Path | None, config: pytest.Config) -> DecisionTree:
    """Return the tree in a file, or else the one that the project names, or the bundled one; each is read once."""
    from cakwizard.loading import load

    option, ini = config.getoption("cakwizard_tree"), config.getini("cakwizard_tree")
    trees = config.stash.setdefault(_TREES, {})
    if path is None and (option or ini):
        path = config.invocation_params.dir / option if option else config.rootpath / ini
    file = str(path.resolve()) if path else ""
    if file not in trees:
        trees[file] = load(_shown(Path(file), config) if file else None)
    return trees[file]


def _shown(path: Path, config: pytest.Config) -> str:
    """Return a path as messages give it: from the folder where pytest was called, when it lies there."""
    here = config.invocation_params.dir
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
