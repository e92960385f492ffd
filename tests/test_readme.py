"""What README.md shows, run."""

from __future__ import annotations

import doctest
import re

from tests.readme import COMMANDS, README, command


def test_the_python_example_runs() -> None:
    """The lines of Python in the README give what stands below them."""
    (example,) = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    test = doctest.DocTestParser().get_doctest(example, {}, "README.md", str(README), 0)
    results = doctest.DocTestRunner().run(test)
    assert results.attempted > 5
    assert results.failed == 0


def test_both_commands_install_what_was_tested() -> None:
    """Whoever types a command of the README gets the versions of the lock, with Python and pip alone."""
    for name in COMMANDS:
        assert "pip install -q -c constraints.txt" in command(name)
        assert command(name).startswith("python3 -m venv .venv && ")
