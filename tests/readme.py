"""The two commands at the top of README.md, as they stand there: `python3 tests/readme.py start` or `test`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
COMMANDS = ("start", "test")


def command(name: str) -> str:
    """Return the first or the second block of shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return str(blocks[COMMANDS.index(name)]).strip()


if __name__ == "__main__":
    sys.stdout.write(command(sys.argv[1]) + "\n")
