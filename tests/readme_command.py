"""Print one of the two commands with which README.md starts: `start` or `test`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

NAMES = ("start", "test")


def readme_command(name: str) -> str:
    """Return the command as it stands in the README: the first or the second block of shell."""
    text = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return str(blocks[NAMES.index(name)]).strip()


if __name__ == "__main__":
    sys.stdout.write(readme_command(sys.argv[1]) + "\n")
