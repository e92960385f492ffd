"""The tree as one page that holds everything: conversation, picture, outline and pocket card.

The page needs no network and is not allowed any: its policy names the hashes of
its own script and style and forbids all connections.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import escape
from importlib import resources

from cakwizard.errors import CakwizardError
from cakwizard.exporting import FORMATS
from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.page_data import languages_of
from cakwizard.exporting.page_data import page_data
from cakwizard.exporting.page_data import script_json
from cakwizard.exporting.page_outline import edition_html
from cakwizard.exporting.page_outline import outline_html
from cakwizard.exporting.page_outline import picture_html
from cakwizard.interface import words

__all__ = ["make"]

# Each uses only what stands in those before it, so together they are one script.
_SCRIPTS = ("engine.js", "words.js", "changes.js", "expiry.js", "card.js", "page.js")
_HOLE = re.compile("@([A-Z_]+)@")


@cache
def _asset(name: str) -> str:
    return (resources.files("cakwizard.exporting") / "page" / name).read_text(encoding="utf-8")


def make(drawing: Drawing) -> bytes:
    """Return the page; it opens in the drawing's language and can be switched to the other.

    The conversation always walks the whole tree. Picture and outline show what was
    asked to be drawn.
    """
    tree = drawing.tree
    languages = languages_of(tree)
    first = drawing.language if drawing.language in languages else languages[0]
    ordered = [first, *(language for language in languages if language != first)]
    drawings = [
        drawing if language == drawing.language else replace(drawing, language=language) for language in ordered
    ]
    style = "\n" + _asset("page.css")
    script = "\n" + "\n".join(_asset(name) for name in _SCRIPTS)
    say = words(first)
    filling = {
        "LANGUAGE": first,
        "POLICY": _policy(script, style),
        "STYLE": style,
        "TITLE": escape(tree.title[first]),
        "SKIP": escape(say("page.skip")),
        "LANGUAGES": " ".join(_language_button(language, chosen=language == first) for language in languages),
        "NO_SCRIPT": _in_each(drawings, lambda one: f"<p>{escape(words(one.language)('page.no_script'))}</p>"),
        "PICTURE": escape(say("page.picture")),
        "PICTURES": _in_each(drawings, lambda one: picture_html(one, _picture(one))),
        "OUTLINE": escape(say("page.outline")),
        "OUTLINES": _in_each(drawings, outline_html),
        "CARD": escape(say("page.card")),
        "FOOTERS": _in_each(drawings, edition_html),
        "DATA": script_json(page_data(tree, first)),
        "SCRIPT": script,
    }
    # One pass, so that a text that looks like a hole is never filled.
    return _HOLE.sub(lambda found: filling[found.group(1)], _asset("template.html")).encode()


def _policy(script: str, style: str) -> str:
    """Return the content security policy: nothing is loaded, sent or run but what stands in the page."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "img-src data:",
            "connect-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _language_button(language: str, *, chosen: bool) -> str:
    name = escape(words(language)("page.language"))
    pressed = "true" if chosen else "false"
    return f'<button type="button" lang="{language}" data-choose="{language}" aria-pressed="{pressed}">{name}</button>'


def _in_each(drawings: list[Drawing], content: Callable[[Drawing], str]) -> str:
    """Return the content once per language; the script shows the one that is chosen."""
    return "\n".join(
        f'<div lang="{one.language}" data-language="{one.language}">\n{content(one)}\n</div>' for one in drawings
    )


def _picture(drawing: Drawing) -> bytes | None:
    """Return the picture, or None where no program can draw it."""
    try:
        return FORMATS["svg"].make(drawing)
    except CakwizardError:
        return None
