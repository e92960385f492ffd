"""Print the lowest version of every dependency that pyproject.toml allows, as pip constraints."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path


def lowest(pyproject: Path) -> list[str]:
    """Return `name==version` for each dependency of the project that names a lower bound."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    found = (re.match(r"([\w.-]+)>=([\w.]+)", line) for line in project["dependencies"])
    return [f"{match[1]}=={match[2]}" for match in found if match]


if __name__ == "__main__":
    sys.stdout.write("\n".join(lowest(Path(__file__).parent.parent / "pyproject.toml")) + "\n")
