"""The rules that come with the program: every edge is walked, and every mistake noticed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.measured import measured

pytestmark = pytest.mark.slow


@pytest.mark.skipif(os.name == "nt", reason="what a process used is not known there")
def test_the_walks_cover_the_rules_and_notice_every_mistake(tmp_path: Path) -> None:
    """Coverage is full and no mutant goes unnoticed, within 20 seconds of work and 300 MB."""
    call = [sys.executable, "-m", "cakwizard", "test", "--coverage", "--mutants", "--fail-under", "100", "--json"]
    ran = measured(*call, cwd=ROOT, scratch=tmp_path)
    data = json.loads(ran.out)
    assert [case["name"] for case in data["cases"] if not case["passed"]] == []
    assert data["below"] == {}
    assert data["mutants"]["survived"] == data["mutants"]["unsettled"] == []
    assert (ran.status, ran.err) == (0, "")
    assert ran.seconds < 20
    assert ran.megabytes < 300
