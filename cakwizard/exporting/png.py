"""PNG: the same picture as the SVG, in dots."""

from __future__ import annotations

from cakwizard.exporting.drawing import Drawing
from cakwizard.exporting.layout import run_layout
from cakwizard.exporting.sheet import make_sheet

__all__ = ["make"]

_DOTS_PER_INCH = 144


def make(drawing: Drawing) -> bytes:
    """Write the picture as a PNG file, sharp enough to print."""
    sheet = make_sheet(drawing)
    return run_layout(sheet.dot, "png", *sheet.options, f"-Gdpi={_DOTS_PER_INCH}")
