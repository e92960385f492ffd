"""The pytest plugin: walk files are tests in any project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SMALL

# Plugins of this environment that cost time and have no part in it.
UNUSED = ("cacheprovider", "hypothesispytest", "syrupy", "pytest_cov")

WALKS = """\
- name: a dutch patient
  answers: {resident: yes, nationality: NL}
  expect: {scheme: insurer}

- name: a european patient
  answers: {resident: yes, nationality: PL}
  expect: {scheme: scheme_a}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of somebody else, with a tree and a walk file for it."""
    (tmp_path / "rules.yaml").write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "patients.walks.yaml").write_text(WALKS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


def run(project: Path, *arguments: str, folder: str = ".") -> tuple[int, list[str]]:
    """Run pytest there; return its status and the lines that do not depend on the machine."""
    # In CI pytest does not shorten what it says, and this test compares lines as a person sees them.
    other = ("PYTEST", "COV", "COLUMNS", "CI", "BUILD_NUMBER")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(other)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *(word for name in UNUSED for word in ("-p", f"no:{name}")), *arguments],
        cwd=project / folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
    return done.returncode, [line for line in lines if line and not re.search(r" in \d+\.\d+s", line)]


def test_each_case_is_a_test_and_a_failure_is_in_the_authors_words(project: Path) -> None:
    """The failure names case, expectation and edge, and shows no line of the program."""
    status, lines = run(project, "--cakwizard-tree=rules.yaml")
    assert status == 1
    assert lines[1:] == [
        "=================================== FAILURES ===================================",
        "______________________________ a european patient ______________________________",
        "patients.walks.yaml:5:9: a european patient",
        "scheme: expected scheme_a, came insurer",
        "path:",
        "  rules.yaml:49:7: resident = yes",
        "  rules.yaml:57:7: nationality = europe   <- here it turned off",
        "=========================== short test summary info ============================",
        "FAILED patients.walks.yaml::a european patient - patients.walks.yaml:5:9: a e...",
    ]


def test_k_finds_a_case_and_the_ini_file_names_the_tree(project: Path) -> None:
    """Cases are chosen by words of their names, also from another folder."""
    (project / "pytest.ini").write_text("[pytest]\ncakwizard_tree = rules.yaml\n", encoding="utf-8")
    (project / "deeper").mkdir()
    (project / "patients.walks.yaml").rename(project / "deeper" / "patients.walks.yaml")
    status, lines = run(project, "-k", "dutch", "-rA", folder="deeper")
    assert status == 0
    assert lines[-1] == "PASSED patients.walks.yaml::a dutch patient"


def test_a_fault_in_a_walk_file_or_tree_is_an_error_of_collecting(project: Path) -> None:
    """All faults are told with their places, without a traceback."""
    text = WALKS.replace("NL", "Atlantis").replace("scheme_a", "schema_a")
    (project / "patients.walks.yaml").write_text(text, encoding="utf-8")
    status, lines = run(project, "--cakwizard-tree=rules.yaml")
    assert status == 2
    said = "\n".join(lines)
    assert "patients.walks.yaml:7:20: error[CW022]: 'scheme' of 'a european patient' names scheme 'schema_a'" in said
    assert "patients.walks.yaml:2:41: error: 'Atlantis' is not an answer to 'nationality'" in said
    assert "Traceback" not in said
    status, lines = run(project, "--cakwizard-tree=none.yaml")
    assert (status, "there is no file 'none.yaml'" in "\n".join(lines)) == (2, True)


def test_without_a_tree_the_bundled_one_is_used(project: Path) -> None:
    """A walk file for the rules that come with the program needs no setting."""
    text = "- {name: insured, answers: {payer: dutch_policy}, expect: {scheme: insurer}}\n"
    (project / "patients.walks.yaml").write_text(text, encoding="utf-8")
    assert run(project)[0] == 0


def test_a_project_without_walk_files_imports_nothing_of_it(project: Path) -> None:
    """The plugin is loaded in every pytest run, so it must cost nothing there."""
    (project / "patients.walks.yaml").unlink()
    (project / "rules.yaml").rename(project / "test_rules.yaml")
    (project / "test_imports.py").write_text(
        "import sys\n\n"
        "def test_imports():\n"
        "    assert 'cakwizard.pytest_plugin' in sys.modules\n"
        "    heavy = ('networkx', 'yaml', 'questionary', 'rich.console', 'cakwizard.model', 'cakwizard.walking')\n"
        "    assert [name for name in heavy if name in sys.modules] == []\n",
        encoding="utf-8",
    )
    status, lines = run(project)
    assert status == 0, lines


def test_a_fault_of_the_program_keeps_its_traceback(project: Path) -> None:
    """Only what a case did not expect is told in the author's words."""
    (project / "conftest.py").write_text(
        "import cakwizard.scripts.running as running\n\n"
        "def broken(tree, case):\n"
        "    raise ZeroDivisionError('a fault of the program')\n\n"
        "running.run_case = broken\n",
        encoding="utf-8",
    )
    status, lines = run(project, "--cakwizard-tree=rules.yaml", "-k", "dutch")
    assert status == 1
    assert "raise ZeroDivisionError('a fault of the program')" in "\n".join(lines)
