"""The pytest plugin: walk files are tests in any project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SMALL

pytestmark = pytest.mark.slow

WALKS = """\
- name: an insured patient
  tags: [payers, quick]
  answers: {payer: policy}
  expect: {scheme: insurer}
- name: a Ghanaian patient
  care_date: 2026-11-10
  answers: {payer: nobody, nationality: Ghana, stay: none, provider: midwife}
  expect: {scheme: sov}
- name: a misspelt patient
  answers: {payer: polcy}
  expect: {scheme: insurer}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of somebody else, with a tree and a walk file for it."""
    (tmp_path / "rules.yaml").write_text(SMALL.read_text("utf-8"), encoding="utf-8")
    (tmp_path / "patients.walks.yaml").write_text(WALKS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


def run(project: Path, *arguments: str, folder: str = ".") -> tuple[int, str]:
    """Run pytest there with nothing but the plugin; return its status and what it says."""
    # In CI pytest does not shorten what it says; an entry point may have loaded the plugin already.
    environ = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV", "COLUMNS", "CI"))
    }
    environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    words = ("-p", "cakwizard.testing.plugin", "-p", "no:cacheprovider", *arguments)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=project / folder, env=environ, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_each_case_is_a_test_and_one_bad_id_does_not_stop_the_rest(project: Path) -> None:
    """The tree is named; failures are in the author's words, without a line of the program."""
    status, said = run(project, "--cakwizard-tree=rules.yaml")
    assert status == 1
    assert "cakwizard: tree rules.yaml, edition 1" in said
    assert "patients.walks.yaml:5:9: a Ghanaian patient\n  scheme: expected sov, came ovv\n  path:\n" in said
    assert "= nobody" in said
    assert "patients.walks.yaml:10:20: error: 'polcy' is not an answer to 'payer'" in said
    assert "2 failed, 1 passed" in said
    assert "Traceback" not in said
    assert "def runtest" not in said
    assert "cakwizard coverage" not in said


def test_tags_are_markers_and_the_ini_file_names_the_tree(project: Path) -> None:
    """Cases are chosen by tag, with strict markers, also from another folder."""
    (project / "pytest.ini").write_text("[pytest]\ncakwizard_tree = rules.yaml\naddopts = --strict-markers\n", "utf-8")
    (project / "deeper").mkdir()
    (project / "patients.walks.yaml").rename(project / "deeper" / "patients.walks.yaml")
    status, said = run(project, "-m", "quick and payers", "-rA", folder="deeper")
    assert (status, "PASSED patients.walks.yaml::an insured patient" in said) == (0, True), said


def test_coverage_is_told_for_each_tree(project: Path) -> None:
    """Also of files that name their own tree, of which alone is spoken then."""
    (project / "other").mkdir()
    text = f"tree: ../rules.yaml\ncases:\n{WALKS}".replace("scheme: sov", "scheme: ovv")
    (project / "other" / "more.walks.yaml").write_text(text, encoding="utf-8")
    status, said = run(project, "--cakwizard-coverage", "-k", "insured or Ghanaian", "other")
    assert status == 0, said
    assert re.search(r"= cakwizard coverage of \S*rules.yaml, edition 1 =", said)
    assert re.search(r"^nodes +4 of +7 +57.1%\nedges +5 of +31 ", said, re.MULTILINE), said
    assert "tree decision_tree.yaml" not in said


def test_what_cannot_be_read_fails_and_the_session_goes_on(project: Path) -> None:
    """A broken file, or a tree that is not there, is a failing test with its faults."""
    (project / "broken.walks.yaml").write_text("- {name: [\n", encoding="utf-8")
    (project / "test_other.py").write_text("def test_other():\n    pass\n", encoding="utf-8")
    status, said = run(project, "--cakwizard-tree=none.yaml")
    assert (status, "2 failed, 1 passed" in said) == (1, True)
    assert "broken.walks.yaml:2:1: error[CW001]" in said
    assert "there is no file 'none.yaml'" in said


def test_without_a_tree_the_bundled_one_is_used_and_named(project: Path) -> None:
    """A walk file for the rules that come with the program needs no setting."""
    text = "- {name: insured, answers: {payer: dutch_policy}, expect: {scheme: insurer}}\n"
    (project / "patients.walks.yaml").write_text(text, encoding="utf-8")
    status, said = run(project)
    assert (status, "cakwizard: tree decision_tree.yaml, edition " in said) == (0, True)


def test_a_project_without_walk_files_imports_nothing_of_it(project: Path) -> None:
    """The plugin is loaded in every pytest run, so it must cost nothing there, nor say anything."""
    (project / "patients.walks.yaml").unlink()
    (project / "test_imports.py").write_text(
        "import sys\n\n"
        "def test_imports():\n"
        "    assert 'cakwizard.testing.plugin' in sys.modules\n"
        "    heavy = ('networkx', 'yaml', 'questionary', 'rich.console', 'cakwizard.tree.records')\n"
        "    assert [name for name in heavy if name in sys.modules] == []\n",
        encoding="utf-8",
    )
    status, said = run(project)
    assert (status, "cakwizard" in said.replace(str(project), "")) == (0, False), said
