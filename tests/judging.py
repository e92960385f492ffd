"""Judges that are not ours: found, or the test skips with a reason, or fails where all of them must be there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest

JUDGES = Path(__file__).parent / "judges"
CHROMIUM = os.environ.get("CAKWIZARD_CHROMIUM", "/usr/bin/chromium")


def no_judge(reason: str) -> NoReturn:
    """Skip, or fail where CAKWIZARD_JUDGES=1 says that every judge is there."""
    if os.environ.get("CAKWIZARD_JUDGES") == "1":
        pytest.fail(f"a judge is missing: {reason}")
    pytest.skip(reason)


def program(name: str) -> str:
    """Return the path of a program."""
    return shutil.which(name) or no_judge(f"there is no program {name}")


def package(name: str) -> Path:
    """Return the folder of a package for node."""
    folder = os.environ.get("CAKWIZARD_JUDGES_DIR", "")
    found = Path(folder) / "node_modules" / name
    if not folder or not found.is_dir():
        no_judge(f"there is no {name} in the node_modules of CAKWIZARD_JUDGES_DIR")
    return found


def run(*command: str, given: bytes = b"") -> bytes:
    """Return what a program writes, which must be satisfied."""
    done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, f"{command[0]}: {done.stderr.decode(errors='replace')[-2000:]}"
    return done.stdout


def mermaid_parsed(source: str) -> dict[str, Any]:
    """Return what Mermaid's own parser makes of a flowchart."""
    package("mermaid")
    package("jsdom")
    answer: dict[str, Any] = json.loads(run(program("node"), str(JUDGES / "mermaid.mjs"), given=source.encode()))
    return answer


def mermaid_drawn(*sources: str) -> list[dict[str, Any]]:
    """Return the words that can be read in flowcharts drawn by Mermaid in Chromium."""
    package("mermaid")
    package("playwright-core")
    if not Path(CHROMIUM).is_file():
        no_judge(f"there is no {CHROMIUM} (CAKWIZARD_CHROMIUM)")
    job = json.dumps({"sources": sources}).encode()
    answer: list[dict[str, Any]] = json.loads(run(program("node"), str(JUDGES / "mermaid_drawn.mjs"), given=job))
    return answer


def nu_messages(file: Path) -> list[dict[str, Any]]:
    """Return the errors that the W3C's Nu checker finds in an SVG file."""
    jar = package("vnu-jar") / "build" / "dist" / "vnu.jar"
    done = subprocess.run(
        [program("java"), "-jar", str(jar), "--format", "json", "--svg", str(file)],
        capture_output=True,
        check=False,
        timeout=120,
    )
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return [one for one in messages if one["type"] == "error"]
