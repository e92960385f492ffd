"""SVG: what the layout program drew, made fit for people, screen readers and paper."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.layout import run_layout
from cakwizard.exporting.outline import answer_words
from cakwizard.exporting.outline import outcome_words
from cakwizard.exporting.outline import outline_text
from cakwizard.exporting.picture import FONT_SIZE
from cakwizard.exporting.sheet import make_sheet

__all__ = ["make", "svg_text"]

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_FONTS = "Helvetica, Arial, 'Liberation Sans', sans-serif"


def svg_text(drawing: Drawing) -> str:
    """Return the picture as SVG text without an XML declaration, so that a page can hold it as it is."""
    sheet = make_sheet(drawing)
    root = ElementTree.fromstring(run_layout(sheet.dot, "svg", *sheet.options))  # noqa: S314 - written just now
    width, height = (float((root.get(side) or "0").removesuffix("pt")) for side in ("width", "height"))
    scale = sheet.page.points / FONT_SIZE * 25.4 / 72
    title = drawing.tree.title[drawing.language]
    root.attrib.update(
        {
            "width": f"{width * scale:.1f}mm",
            "height": f"{height * scale:.1f}mm",
            # A reader that knows graphics offers the links inside; one that does not sees one picture.
            "role": "graphics-document img",
            "aria-labelledby": "tree-title",
            "aria-describedby": "tree-description",
            f"{{{_XML}}}lang": drawing.language,
        }
    )
    names = _names(drawing)
    for group in root.iter(f"{{{_SVG}}}g"):
        _tidy(group, names)
    for text in root.iter(f"{{{_SVG}}}text"):
        text.set("font-family", _FONTS)
        text.attrib.pop(f"{{{_XML}}}space", None)
    for link in root.iter(f"{{{_SVG}}}a"):
        _plain_link(link)
    head = ElementTree.Element(f"{{{_SVG}}}title", {"id": "tree-title"})
    head.text = " | ".join([title, *drawing.parts])
    description = ElementTree.Element(f"{{{_SVG}}}desc", {"id": "tree-description"})
    description.text = outline_text(drawing)
    root.insert(0, head)
    root.insert(1, description)
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _names(drawing: Drawing) -> dict[str, tuple[str, str]]:
    """Return by the id of a drawn thing its class and what it is in words."""
    found = {drawing.names[node.id]: ("question", drawing.question(node.id)) for node in drawing.nodes}
    for outcome in drawing.outcomes:
        found[drawing.names[outcome.id]] = ("outcome", outcome_words(drawing, outcome))
    for number, route in enumerate(drawing.routes(), 1):
        words = f"{drawing.question(route.node)} {answer_words(drawing, route)}"
        found[f"e{number}"] = (f"answer {route.certainty.name}", words)
    return found


def _tidy(group: ElementTree.Element, names: dict[str, tuple[str, str]]) -> None:
    """Replace the names that only the layout program needed by words; drop those that say nothing."""
    title = group.find(f"{{{_SVG}}}title")
    known = names.get(group.get("id") or "")
    if known is not None and group.get("class") in ("node", "edge"):
        group.set("class", f"{group.get('class')} {known[0]}")
        if title is not None:
            title.text = known[1]
    elif title is not None:
        group.remove(title)
    if re.fullmatch(r"a_.*|graph0", group.get("id") or ""):
        del group.attrib["id"]


def _plain_link(link: ElementTree.Element) -> None:
    """Write a link in the way of today's SVG; its tooltip only repeats the words inside."""
    address = link.attrib.pop(f"{{{_XLINK}}}href", None)
    link.attrib.pop(f"{{{_XLINK}}}title", None)
    if address is not None:
        link.set("href", address)


def make(drawing: Drawing) -> bytes:
    """Write the picture as an SVG file."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{svg_text(drawing)}'.encode()
