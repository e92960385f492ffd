"""The rules that come with the program: every edge is walked, and every mistake noticed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the work and memory of one process cannot be measured here")
def test_the_walks_cover_the_rules_and_notice_every_mistake(tmp_path: Path) -> None:
    """Coverage is full and no mutant goes unnoticed, within 20 seconds of work and 300 MB."""
    call = [sys.executable, "-m", "cakwizard", "test", "--coverage", "--mutants", "--fail-under", "100", "--json"]
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        running = subprocess.Popen(call, cwd=ROOT, stdout=out, stderr=err)
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    data = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    assert [case["name"] for case in data["cases"] if not case["passed"]] == []
    assert data["below"] == {}
    assert data["mutants"]["survived"] == data["mutants"]["unsettled"] == []
    assert (running.returncode, (tmp_path / "err").read_text(encoding="utf-8")) == (0, "")
    # The work is measured and not the wait: another program may use the machine meanwhile.
    assert used.ru_utime + used.ru_stime < 20
    kilobytes = used.ru_maxrss if sys.platform != "darwin" else used.ru_maxrss / 1024
    assert kilobytes < 300 * 1024
