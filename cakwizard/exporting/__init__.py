"""One registered function per format: from a drawing of the tree to bytes.

A format is one function `make` in one module of this package; it is imported
when it is used, so that text formats never pay for the others.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.errors import nearest

if TYPE_CHECKING:
    from cakwizard.exporting.drawing import Drawing

__all__ = ["FORMATS", "Format", "find_format", "format_of_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to write a tree.

    Attributes:
        suffixes: Endings of file names that mean this format, with the dot.
        binary: Whether the bytes are unfit for a terminal.
        make: Returns the whole file.
    """

    name: str
    suffixes: tuple[str, ...]
    binary: bool
    make: Callable[[Drawing], bytes]


def _from(module: str) -> Callable[[Drawing], bytes]:
    """Return the function `make` of a module here, imported when it is called."""

    def make(drawing: Drawing) -> bytes:
        found: Callable[[Drawing], bytes] = importlib.import_module(f"{__name__}.{module}").make
        return found(drawing)

    return make


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(name="mermaid", suffixes=(".mmd", ".mermaid"), binary=False, make=_from("mermaid")),
        Format(name="dot", suffixes=(".dot", ".gv"), binary=False, make=_from("dot")),
        Format(name="svg", suffixes=(".svg",), binary=False, make=_from("svg")),
        Format(name="png", suffixes=(".png",), binary=True, make=_from("png")),
        Format(name="html", suffixes=(".html", ".htm"), binary=False, make=_from("html")),
        Format(name="outline", suffixes=(".txt",), binary=False, make=_from("outline")),
        Format(name="json", suffixes=(".json",), binary=False, make=_from("json_graph")),
        Format(name="graphml", suffixes=(".graphml",), binary=False, make=_from("graphml")),
        Format(name="factsheet", suffixes=(".md",), binary=False, make=_from("factsheet")),
    )
}


def find_format(name: str) -> Format:
    """Return a format by its name, or raise `UsageError` naming those that exist."""
    if name in FORMATS:
        return FORMATS[name]
    near = nearest(name, FORMATS)
    raise UsageError(
        Issue(
            message=f"'{name}' is not a format; the formats are: {', '.join(FORMATS)}",
            hint=f"did you mean '{near}'?" if near else None,
        )
    )


def format_of_file(file: str) -> Format:
    """Return the format that the ending of a file name means, or raise `UsageError`."""
    suffix = PurePath(file).suffix.lower()
    for one in FORMATS.values():
        if suffix in one.suffixes:
            return one
    known = ", ".join(one.suffixes[0] for one in FORMATS.values())
    raise UsageError(
        Issue(message=f"'{file}' does not say which format to write", hint=f"name the format, or end it in {known}")
    )
