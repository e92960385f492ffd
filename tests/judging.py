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
    assert done.returncode == 0, f"{command[0]}: {(done.stderr or done.stdout)[-2000:].decode(errors='replace')}"
    return done.stdout


def node(script: str, given: bytes, *packages: str) -> Any:
    """Return what a script of tests/judges answers, with packages that it needs."""
    for name in packages:
        package(name)
    if "playwright-core" in packages and not Path(CHROMIUM).is_file():
        no_judge(f"there is no {CHROMIUM} (CAKWIZARD_CHROMIUM)")
    return json.loads(run(program("node"), str(JUDGES / script), given=given))


def nu_errors(*files: Path) -> list[str]:
    """Return the errors that the W3C's Nu checker finds in HTML and SVG files."""
    command = [program("java"), "-jar", str(package("vnu-jar") / "build" / "dist" / "vnu.jar"), "--format", "json"]
    kind = ["--svg"] if {file.suffix for file in files} == {".svg"} else []
    done = subprocess.run([*command, *kind, *map(str, files)], capture_output=True, check=False, timeout=120)
    return [str(one) for one in json.loads(done.stderr)["messages"] if one["type"] == "error"]
