"""The tree as one page for a telephone: the conversation, and without a script all of it as text.

The page needs no network and is allowed none: its policy names the hashes of its own script and style and forbids all
else. It is whole in itself, so that it can be mailed around; how old its rules are is told on the day it is opened.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib import resources

from cakwizard.exporting.merging import make_drawing
from cakwizard.exporting.outline import outline_text
from cakwizard.exporting.page_data import languages_of, page_data, script_json
from cakwizard.exporting.part import find_part
from cakwizard.saying.phrases import format_date
from cakwizard.tree.records import DecisionTree
from cakwizard.words import words

_SCRIPTS = ("walker.js", "page.js")
_HOLE = re.compile("@([A-Z_]+)@")


def make_page(
    tree: DecisionTree,
    language: str,
    *,
    only: str | None = None,
    date: datetime.date | None = None,
    today: datetime.date,
) -> bytes:
    """Return the page; it opens in `language` and can be switched to the other.

    Args:
        only: The answer to the tree's preset question with which the conversation starts, by its id, label or synonym.
        date: The day of care with which it starts; the day on which the page is opened when None.
        today: The day on which it is made.
    """
    languages = languages_of(tree, language)
    first = languages[0]
    say = words(first)
    style, script = "\n" + asset("page.css"), "\n" + "\n".join(asset(name) for name in _SCRIPTS)
    age = say("page.age_now", date=format_date(tree.checked_until, first), edition=tree.edition)
    part = find_part(tree, first, day=date or today, only=only)
    filling = {
        "LANGUAGE": first,
        "POLICY": policy(script=script, style=style),
        "STYLE": style,
        "TITLE": escape(tree.title[first]),
        "LANGUAGES": " ".join(
            f'<button type="button" lang="{one}" data-lang="{one}">{escape(words(one)("page.language"))}</button>'
            for one in languages
        ),
        "AGE": escape(f"{age} {say('page.made', date=format_date(today, first))}"),
        "NO_SCRIPT": escape(say("page.no_script")),
        "OUTLINE": escape(outline_text(make_drawing(part))),
        "DISCLAIMER": escape(say("page.disclaimer")),
        "PRIVATE": escape(say("page.private")),
        "DATA": script_json(page_data(tree, languages, preset=part.preset, date=date)),
        "SCRIPT": script,
    }
    return filled("template.html", filling)


def filled(template: str, filling: Mapping[str, str]) -> bytes:
    """Return a template of this package with its holes filled, in one pass: a text like a hole is never filled."""
    return _HOLE.sub(lambda found: filling[found.group(1)], asset(template)).encode()


@cache
def asset(name: str) -> str:
    """Return the text of a file from `page/`."""
    return (resources.files(__package__) / "page" / name).read_text(encoding="utf-8")


def policy(*, style: str, script: str = "") -> str:
    """Return the content security policy: nothing is loaded, sent or run but what is in the page."""
    parts = ["default-src 'none'", f"style-src '{_hash(style)}'", "form-action 'none'", "base-uri 'none'"]
    return "; ".join([*parts, *([f"script-src '{_hash(script)}'"] if script else [])])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
