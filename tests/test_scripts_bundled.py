"""The rules that come with the program: every edge is walked, and every mistake noticed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

MEASURE = """
import pathlib, resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
pathlib.Path(sys.argv[1]).write_text(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss}")
sys.exit(status)
"""


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the work and memory of one process cannot be measured here")
def test_the_walks_cover_the_rules_and_notice_every_mistake(tmp_path: Path) -> None:
    """Coverage is full and no mutant goes unnoticed, within 20 seconds of work and 300 MB."""
    call = [sys.executable, "-m", "cakwizard", "test", "--coverage", "--mutants", "--fail-under", "100", "--json"]
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        # A process counts the memory of the one it was split off from: so a small one stands between.
        between = [sys.executable, "-c", MEASURE, str(tmp_path / "used"), *call]
        running = subprocess.run(between, cwd=ROOT, stdout=out, stderr=err, check=False)
    data = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    seconds, kilobytes = map(float, (tmp_path / "used").read_text().split())
    assert [case["name"] for case in data["cases"] if not case["passed"]] == []
    assert data["below"] == {}
    assert data["mutants"]["survived"] == data["mutants"]["unsettled"] == []
    assert (running.returncode, (tmp_path / "err").read_text(encoding="utf-8")) == (0, "")
    # The work is measured and not the wait: another program may use the machine meanwhile.
    assert seconds < 20
    assert (kilobytes if sys.platform != "darwin" else kilobytes / 1024) < 300 * 1024
