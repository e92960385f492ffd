"""The page of each check: what it means, a broken and a mended example."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["Page", "page_text", "pages"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a code means; the examples are parts of a tree.

    `on` is the day for which the examples are looked at, where that matters.
    """

    code: str
    title: str
    why: str
    broken: str
    mended: str
    on: datetime.date | None = None


@cache
def pages() -> Mapping[str, Page]:
    """Return every page by its code."""
    text = (resources.files("cakwizard") / "data" / "checks.toml").read_text(encoding="utf-8")
    return {code: Page(code=code, **fields) for code, fields in tomllib.loads(text).items()}


def page_text(page: Page) -> str:
    """Return a page as it is shown in a terminal."""
    day = f" on {page.on}" if page.on else ""
    parts = [
        f"{page.code}: {page.title}",
        page.why.strip(),
        f"Broken{day}:\n\n{_indented(page.broken)}",
        f"Mended{day}:\n\n{_indented(page.mended)}",
    ]
    return "\n\n".join(parts) + "\n"


def _indented(part: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in part.strip("\n").split("\n"))
