"""What README.md shows of the program: its two commands, a conversation, the diagram.

`python -m tests.readme` writes the conversation and the diagram into it anew;
`python -m tests.readme start` or `test` prints one of the commands.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
COMMANDS = ("start", "test")
ANSWERS = "niemand\nGhana\ng\nz\n\n"
CUT = "Gegevens en papieren"


def command(name: str) -> str:
    """Return the command as it stands in the README: the first or the second block of shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return str(blocks[COMMANDS.index(name)]).strip()


def block(name: str) -> str:
    """Return what stands between the two comments of that name."""
    found = re.search(rf"<!-- {name} -->\n(.*)<!-- /{name} -->", README.read_text(encoding="utf-8"), re.DOTALL)
    return found.group(1) if found else ""


def cakwizard(*arguments: str, stdin: str = "") -> str:
    """Return what the program writes, with fixed day, width and language."""
    words = {"CAKWIZARD_TODAY": "2026-11-21", "COLUMNS": "100", "CAKWIZARD_LANG": "nl", "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run(
        [sys.executable, "-m", "cakwizard", *arguments],
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, **words},
        check=False,
    )
    return ran.stdout


def conversation() -> str:
    """Return a whole conversation over plain lines, up to the papers to send."""
    lines = [
        line.rstrip()
        for line in cakwizard("--line", "--as", "midwife", "--date", "2026-11-16", stdin=ANSWERS).splitlines()
    ]
    return "```text\n" + "\n".join(lines[: lines.index(CUT)]).rstrip() + "\n…\n```\n"


def diagram() -> str:
    """Return the tree up to the question who gives the care, as Mermaid."""
    return (
        "```mermaid\n"
        + cakwizard("export", "mermaid", "--until", "provider", "--date", "2026-01-08", "--lang", "nl").rstrip()
        + "\n```\n"
    )


def main() -> None:
    """Print a command, or bring the README up to date."""
    if sys.argv[1:]:
        sys.stdout.write(command(sys.argv[1]) + "\n")
        return
    text = README.read_text(encoding="utf-8")
    for name, made in (("conversation", conversation()), ("diagram", diagram())):
        text = text.replace(
            f"<!-- {name} -->\n{block(name)}<!-- /{name} -->", f"<!-- {name} -->\n{made}<!-- /{name} -->"
        )
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
