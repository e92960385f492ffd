"""One function per format: from a drawing of the tree to bytes.

Its module is imported when it is used, so that text never pays for pictures.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from cakwizard.errors import FileError, UsageError, spoken, unknown

if TYPE_CHECKING:
    from cakwizard.exporting.drawing import Drawing


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a tree."""

    name: str
    suffixes: tuple[str, ...]  # endings of file names that mean this format
    sign: bytes  # a pattern of what is near the start of such a file: only such a file is replaced unasked
    maker: str = ""  # the module here, and the function in it that makes the file, or its lines, of a drawing
    binary: bool = False  # unfit for a terminal

    def make(self, drawing: Drawing, *, dpi: int = 150) -> bytes:
        """Return the whole file; `dpi` is the resolution of a picture in dots."""
        module, _, function = self.maker.partition(".")
        maker = getattr(importlib.import_module(f"{__name__}.{module}"), function)
        made: bytes | str | Iterable[str] = maker(drawing, self.name, dpi=dpi) if module == "chart" else maker(drawing)
        if isinstance(made, bytes):
            return made
        return (made if isinstance(made, str) else "\n".join(made) + "\n").encode()

    def is_kind(self, head: bytes) -> bool:
        """Tell from its first bytes whether a file is of this format."""
        return re.search(self.sign, head[:4096], re.IGNORECASE) is not None


_FORMATS = (
    Format("pdf", (".pdf",), b"%pdf", "chart.set_chart", binary=True),
    Format("png", (".png",), b"\x89png", "chart.set_chart", binary=True),
    Format("svg", (".svg",), b"<svg", "chart.set_chart"),
    Format("html", (".html", ".htm"), b"<!doctype html"),
    Format("outline", (".txt",), b"start ", "diagrams.outline_text"),
    Format("mermaid", (".mmd", ".mermaid"), b"flowchart", "diagrams.make_mermaid"),
    Format("dot", (".dot", ".gv"), b"digraph", "diagrams.make_dot"),
    Format("json", (".json",), b'"directed"', "diagrams.make_json"),
    Format("graphml", (".graphml",), b"<graphml", "diagrams.make_graphml"),
    Format("factsheet", (".html", ".htm", ".pdf"), b"<!doctype html|%pdf"),
)
FORMATS = {one.name: one for one in _FORMATS}
"""All formats by name; a page and fact sheets are made of a whole tree, and have no maker here."""


def import_typst() -> Any:
    """Return typst, which sets type; `FileError` with the way out where the extra `chart` is not installed."""
    try:
        return importlib.import_module("typst")
    except ImportError:
        raise FileError(spoken("export.no_typst")) from None


def format_of(name: str | None, file: str | None) -> Format:
    """Return the format that a name or else the ending of a file means.

    Raises:
        UsageError: There is none, or the file's name says that it is another one.
    """
    suffix = PurePath(file).suffix.lower() if file else ""
    if name is None and file is None:
        raise UsageError(spoken("export.which_format", offered=", ".join(FORMATS)))
    if name is None:
        for one in FORMATS.values():
            if suffix in one.suffixes:
                return one
        endings = dict.fromkeys(one.suffixes[0] for one in FORMATS.values())
        raise UsageError(spoken("export.no_ending", given=str(file), offered=", ".join(endings)))
    if name not in FORMATS:
        a_file = spoken("export.a_file", given=name)
        raise UsageError(a_file if "." in name else unknown("export.no_format", name, FORMATS))
    if suffix and suffix not in FORMATS[name].suffixes:
        ends = " / ".join(FORMATS[name].suffixes)
        raise UsageError(spoken("export.other_ending", given=str(file), format=name, ends=ends))
    return FORMATS[name]
