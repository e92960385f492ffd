"""The card on a terminal: the one place with colours, drawn by rich so that it fits the window.

Colours are the sixteen of the terminal itself, which suit a light and a dark one, and each stands beside a word or a
sign. What does not fit is left behind a key and counted; no sentence is cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rich.theme import Theme

__all__ = ["STYLES", "THEME", "prompt_styles"]

STYLES: Mapping[str, str] = MappingProxyType(
    {
        "key": "bold cyan",
        "heading": "bold cyan",
        "label": "bold",
        "pointed": "bold cyan",
        "frame": "cyan",
        "done": "green",
        "mind": "yellow",
        "late": "red",
        "help": "dim",
        "link": "underline",
    }
)
"""By what it is for, a style of ANSI colours; in rich's words."""

THEME = Theme(dict(STYLES), inherit=False)


def prompt_styles() -> dict[str, str]:
    """Return the same styles for prompt_toolkit's `Style.from_dict`, by the same names."""
    from prompt_toolkit.styles.base import Attrs

    # prompt_toolkit before 3.0.49 cannot dim.
    known = {"dim": "dim" if "dim" in Attrs._fields else ""}
    plain = ("bold", "underline", "reverse")
    return {
        name: " ".join(known.get(part, part if part in plain else f"ansi{part}") for part in style.split())
        for name, style in STYLES.items()
    }
