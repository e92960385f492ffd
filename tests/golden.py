"""Screens kept as text in tests/screens; CAKWIZARD_NEW_SCREENS=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

SCREENS = Path(__file__).parent / "screens"


def assert_screen(name: str, text: str) -> None:
    """Compare a screen with the one that is kept under a name."""
    kept = SCREENS / f"{name}.txt"
    text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    if os.environ.get("CAKWIZARD_NEW_SCREENS"):
        kept.write_text(text, encoding="utf-8")
    assert kept.exists(), f"{kept.name} is missing; CAKWIZARD_NEW_SCREENS=1 writes it"
    assert text == kept.read_text("utf-8"), f"{kept.name} differs: CAKWIZARD_NEW_SCREENS=1 writes it anew"
