"""What the README shows is what the program does."""

from __future__ import annotations

from tests import readme


def test_the_readme_starts_with_the_two_commands() -> None:
    """The first command sets up and starts the conversation, the second sets up and passes the tests."""
    assert readme.command("start").endswith("/cakwizard")
    assert readme.command("test").endswith("pytest -q -n auto --dist loadfile")
    for name in readme.COMMANDS:
        assert readme.command(name).startswith("python3 -m venv .venv && .venv/bin/pip install")


def test_the_conversation_in_the_readme_is_real() -> None:
    """The conversation in the README is what the program writes today, letter for letter."""
    assert readme.block("conversation") == readme.conversation()


def test_the_diagram_in_the_readme_is_current() -> None:
    """The diagram in the README is what the program exports today."""
    assert readme.block("diagram") == readme.diagram()
