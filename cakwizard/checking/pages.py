"""The page of each check: what it means, and an example, broken and fixed, which the tests hold it to."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def pages() -> Mapping[str, Mapping[str, Any]]:
    """Return every page by its code; what it holds is said at the head of `pages.toml`."""
    text = (resources.files("cakwizard") / "checking" / "pages.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def page_text(code: str, language: str) -> str:
    """Return a page as it is shown in a terminal; its title is in a language, the rest in English."""
    page = pages()[code]
    day = f" on {page['on']}" if "on" in page else ""
    said = "\n".join([f"{code}: {page['says']}", *([f"hint: {page['hint']}"] if "hint" in page else [])])
    parts = [f"{code}: {page['title'][language]}", page["why"].strip()]
    for what, part in ((f"Broken{day}:", page["broken"]), ("gives:", said), ("Fixed:", page["fixed"])):
        if part:
            shown = textwrap.dedent(part).strip("\n")
            parts.append(f"{what}\n\n{textwrap.indent(shown, '    ')}")
    return "\n\n".join(parts) + "\n"
