"""The page as a file: what stands in it, and what it may not do. How it behaves is for the judges."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import pytest

from cakwizard.countries import country_code
from cakwizard.countries import country_names
from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.exporting import FORMATS
from cakwizard.exporting.drawing import draw
from cakwizard.exporting.html import make
from cakwizard.loading import load_tree
from cakwizard.loading import read_tree
from cakwizard.model import DecisionTree
from tests.conftest import SMALL


class Page(HTMLParser):
    """The elements of a page with their attributes and their text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.open = [tag if tag == "style" else str(dict(attrs).get("type", "script"))]

    def handle_endtag(self, tag: str) -> None:
        """Leave a script or style."""
        if tag in ("script", "style"):
            self.open = []

    def handle_data(self, data: str) -> None:
        """Note the text of scripts and styles, and of everything else together."""
        self.inside.setdefault(self.open[0] if self.open else "text", []).append(data)

    def text_of(self, what: str) -> str:
        """Return the text of `style`, `script`, `application/json`, or the rest (`text`)."""
        return "".join(self.inside.get(what, []))

    def attribute(self, tag: str, name: str) -> list[str]:
        """Return the values of an attribute on all elements of a kind."""
        return [str(attrs[name]) for one, attrs in self.elements if one == tag and name in attrs]


def page_of(tree: DecisionTree, language: str = "nl", **how: Any) -> Page:
    """Return the parsed page of a tree."""
    return Page(make(draw(tree, language, **how)).decode())


@pytest.fixture(scope="module")
def small_page() -> Page:
    """The page of the small tree, in Dutch."""
    return page_of(load_tree(SMALL))


def test_the_same_tree_gives_the_same_bytes() -> None:
    """A page made again from the same file does not differ in one byte."""
    assert make(draw(load_tree(SMALL), "nl")) == make(draw(load_tree(SMALL), "nl"))


def test_the_page_is_a_format_of_export() -> None:
    """The registry makes the same page, and files that end in .html or .htm mean it."""
    assert FORMATS["html"].make(draw(load_tree(SMALL), "en")) == make(draw(load_tree(SMALL), "en"))
    assert FORMATS["html"].suffixes == (".html", ".htm")


def test_the_policy_allows_only_what_stands_in_the_page(small_page: Page) -> None:
    """Nothing may be loaded or sent, and only this very script and this very style may be used."""
    meta = next(attrs for tag, attrs in small_page.elements if tag == "meta" and "http-equiv" in attrs)
    assert meta["http-equiv"] == "Content-Security-Policy"

    def hash_of(what: str) -> str:
        digest = hashlib.sha256(small_page.text_of(what).encode()).digest()
        return "sha256-" + base64.b64encode(digest).decode()

    assert meta["content"] == (
        f"default-src 'none'; script-src '{hash_of('script')}'; style-src '{hash_of('style')}'; "
        "img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'"
    )


def test_the_page_holds_everything_it_shows(small_page: Page) -> None:
    """No file is loaded: pictures are data, and there is no link, frame, font or script from elsewhere."""
    tags = {tag for tag, _ in small_page.elements}
    assert not tags & {"link", "iframe", "object", "embed", "video", "audio", "source", "base", "form"}
    assert all(source.startswith("data:image/svg+xml;base64,") for source in small_page.attribute("img", "src"))
    assert small_page.attribute("script", "src") == []
    assert "url(" not in small_page.text_of("style")
    assert "@import" not in small_page.text_of("style")


@pytest.mark.parametrize(
    "word",
    """innerHTML outerHTML insertAdjacentHTML document.write eval( Function( fetch( XMLHttpRequest WebSocket sendBeacon
    localStorage sessionStorage indexedDB document.cookie import( postMessage serviceWorker history.""".split(),
)
def test_the_script_makes_no_markup_keeps_nothing_and_sends_nothing(small_page: Page, word: str) -> None:
    """The script never uses what could turn a text into markup, or keep or send an answer."""
    assert word not in small_page.text_of("script")


def test_without_a_script_the_outline_and_the_picture_are_there(small_page: Page, small: DecisionTree) -> None:
    """Every question, answer, outcome, advice and source stands in the page itself, in both languages."""
    text = " ".join(small_page.text_of("text").split())
    for language in ("nl", "en"):
        for question in small.questions.values():
            assert question.text[language] in text
            assert all(option.text[language] in text for option in question.options.values())
        assert all(source.title[language] in text for source in small.sources.values())
        assert all(one.pays[language].split("{")[0] in text for one in small.outcomes.values())
        assert all(one.text[language].split("{")[0] in text for one in small.advice.values())
        assert all(term.text[language] in text for term in small.glossary.values())
    assert "Stuur het formulier van 11 mei 2022. (t/m 29 juni 2025)" in text
    assert len(small_page.attribute("img", "src")) == 2
    hidden = [attrs.get("id") or attrs.get("class") for _, attrs in small_page.elements if "hidden" in attrs]
    assert hidden == ["languages script-only", "conversation", "card"]


def test_links_inside_the_page_lead_somewhere(small_page: Page) -> None:
    """Every link to a place in the page has that place, and no id is used twice."""
    ids = [str(attrs["id"]) for _, attrs in small_page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    inside = {target[1:] for target in small_page.attribute("a", "href") if target.startswith("#")}
    assert inside <= set(ids)
    assert len(inside) > 20


def test_the_page_opens_in_the_language_of_the_drawing(small: DecisionTree) -> None:
    """Dutch or English first, the other one a button away."""
    for language, title in (("nl", "Kleine boom"), ("en", "Small tree")):
        page = page_of(small, language)
        assert page.attribute("html", "lang") == [language]
        assert title in page.text_of("text")
        assert json.loads(page.text_of("application/json"))["language"] == language
        assert page.attribute("button", "data-choose") == ["nl", "en"]


def test_a_tree_in_one_language_has_a_page_in_one_language() -> None:
    """Where a tree has only Dutch texts the page offers no English, also when English was asked for."""
    text = re.sub(r", en: (\"[^\"]*\"|[^,}]*)}", "}", SMALL.read_text(encoding="utf-8"))
    tree = read_tree(text.replace("languages: [nl, en]", "languages: [nl]"), "one.yaml")
    page = page_of(tree, "en")
    assert page.attribute("html", "lang") == ["nl"]
    assert page.attribute("button", "data-choose") == ["nl"]
    assert json.loads(page.text_of("application/json"))["languages"] == ["nl"]


def test_no_text_of_a_tree_becomes_markup() -> None:
    """Texts that look like tags, comments or holes of the template are shown as they are written."""
    word = "</script><script>alert(1)</script><!-- @DATA@ <b onclick=alert(2)> &amp; ]]>"
    text = SMALL.read_text(encoding="utf-8").replace("De verzekeraar betaalt alles.", json.dumps(word))
    text = text.replace("https://example.org/page", "'javascript:alert(3)'")
    plain, hostile = page_of(load_tree(SMALL)), page_of(read_tree(text, "hostile.yaml"))
    assert [tag for tag, _ in hostile.elements if tag not in ("a", "span")] == [
        tag for tag, _ in plain.elements if tag not in ("a", "span")
    ]
    assert word in hostile.text_of("text")
    assert not any(name.startswith("on") for _, attrs in hostile.elements for name in attrs)
    assert not any("javascript" in target for target in hostile.attribute("a", "href"))
    data = json.loads(hostile.text_of("application/json"))
    assert data["outcomes"][0]["pays"]["nl"] == word


def test_a_part_of_the_tree_limits_the_picture_but_not_the_conversation(small: DecisionTree) -> None:
    """With --only the outline leaves out what that provider never meets; the page still asks everything."""
    page = page_of(small, "nl", only="midwife")
    outlined = page.text_of("text")
    assert "Regeling A: hooguit 80%" not in outlined
    assert "Wie geeft de zorg? Verloskundige" in outlined
    assert len(json.loads(page.text_of("application/json"))["outcomes"]) == len(small.outcomes)


def test_a_page_without_a_picture_says_so(small: DecisionTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no program can draw, the page is made all the same, with a sentence in place of the picture."""

    def refuse(_: object) -> bytes:
        raise FileError(Issue(message="no layout program"))

    monkeypatch.setitem(FORMATS, "svg", replace(FORMATS["svg"], make=refuse))
    page = page_of(small)
    assert page.attribute("img", "src") == []
    assert "Hier is geen plaatje, want het kon niet worden getekend." in page.text_of("text")


def test_countries_are_there_only_where_a_question_asks_for_them(small: DecisionTree) -> None:
    """The names of countries are in the page in both languages when a question takes them, else not at all."""
    named = json.loads(page_of(small).text_of("application/json"))["countries"]
    assert {"id": "PL", "nl": "Polen", "en": "Poland"} in named
    text = re.sub(r"    countries: .*\n    otherwise: .*\n    names: .*\n", "", SMALL.read_text(encoding="utf-8"))
    assert json.loads(page_of(read_tree(text, "none.yaml")).text_of("application/json"))["countries"] == []


def test_no_two_countries_share_a_name() -> None:
    """A name means one country in both languages, so the order in which the page learns them does not matter."""
    for language in ("nl", "en"):
        assert {code for code, name in country_names(language).items() if country_code(name) != code} == set()


def test_the_assets_travel_with_the_package() -> None:
    """Template, style and scripts are files of the package, so that a wheel carries them."""
    folder = resources.files("cakwizard.exporting") / "page"
    found = {one.name for one in folder.iterdir()}
    assert {
        "template.html",
        "page.css",
        "engine.js",
        "words.js",
        "changes.js",
        "expiry.js",
        "card.js",
        "page.js",
    } <= found
