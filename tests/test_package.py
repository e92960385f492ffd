"""The built wheel: it carries the tree and everything else, installed or zipped, from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

CASE = ("walk", "--json", "--set", "payer=nobody", "--set", "nationality=Ghana", "--set", "stay=none")
CASE += ("--set", "provider=midwife", "--set", "maternity_care=maternity", "--date", "2022-11-10")


def run(*command: str | Path, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a program outside the checkout, with nothing of this environment on its path."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**env, **environ},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, cwd=folder)
    if built.returncode:
        if os.environ.get("CAKWIZARD_JUDGES") == "1":
            pytest.fail(built.stderr)
        pytest.skip(f"no wheel can be built here (is the package index within reach?): {built.stderr[-200:]}")
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_carries_the_tree_and_its_data(wheel: Path) -> None:
    """The tree, the words, the lists and the page's parts travel inside the wheel; the tests do not."""
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "cakwizard/decision_tree.yaml",
        "cakwizard/interface/nl.toml",
        "cakwizard/interface/en.toml",
        "cakwizard/data/providers.csv",
        "cakwizard/py.typed",
    ):
        assert needed in names
    assert not [name for name in names if name.startswith("tests/")]


@pytest.mark.slow
def test_the_wheel_runs_in_an_empty_environment_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    """Installed with its dependencies alone, the program decides a case from any folder."""
    home = tmp_path / "environment"
    venv.create(home, with_pip=True)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    installed = run(scripts / "python", "-m", "pip", "install", "-q", wheel, cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ran = run(scripts / "cakwizard", *CASE, cwd=elsewhere)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["outcome"]["scheme"] == "ovv"
    found = run(scripts / "cakwizard", "providers", "Leeuwarden", "--json", cwd=elsewhere)
    assert found.returncode == 0, found.stderr
    assert len(json.loads(found.stdout)) > 3


@pytest.mark.slow
def test_the_wheel_runs_without_being_unpacked(wheel: Path, tmp_path: Path) -> None:
    """Put on the path as a zip, the program still finds its tree, its words and its lists."""
    for arguments in (CASE, ("providers", "Leeuwarden", "--json"), ("--help",)):
        ran = run(sys.executable, "-m", "cakwizard", *arguments, cwd=tmp_path, PYTHONPATH=str(wheel))
        assert ran.returncode == 0, ran.stderr
