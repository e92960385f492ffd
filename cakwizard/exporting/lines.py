"""The lines of the chart: in the gutters between columns, in lanes that cross as little as can be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any, NamedTuple

_COLORS = ("#3c4a63", "#7a5230", "#2f6f73", "#7b4b7e")
_MANY = 5  # With more lines in a gutter, not every order of lanes is tried.
_MOST = 2  # More crossings than this in a gutter help nobody: the numbers say where to go on.


class _Trunk(NamedTuple):
    """The upright part of the lines to one box: at which heights they come in (how sure, whether bold) and go out."""

    sources: list[tuple[float, bool, bool]]
    out: float
    right: bool


def draw_lines(pieces: Sequence[dict[str, Any]], gutter: float) -> list[dict[str, Any]]:
    """Return the lines from rows to boxes of the same or the next column of a sheet; farther away a number suffices."""
    boxes = {piece["keys"][0]: piece for piece in pieces if "mark" in piece}
    gutters: dict[float, dict[str, _Trunk]] = {}
    for box in boxes.values():
        edge, y = box["x"] + box["width"], box["y"] + box["heights"][0]
        for row, high in zip(box["rows"], box["heights"][1:], strict=True):
            there = boxes.get(row["target"])
            if there is not None and there["column"] - box["column"] in (0, 1):
                trunk = _Trunk([], there["y"] + there["heights"][0] / 2, there["x"] > edge)
                trunk = gutters.setdefault(edge, {}).setdefault(row["target"], trunk)
                bold = any("case" in one["marks"] for one in row["answers"])
                trunk.sources.append((y + high / 2, row["certainty"] == "settled", bold))
            y += high
    found: list[dict[str, Any]] = []
    for edge, trunks in gutters.items():
        lanes = _best([*trunks.values()])
        while _crossings(lanes) > _MOST:
            lanes = min((_best([*lanes[:at], *lanes[at + 1 :]]) for at in range(len(lanes))), key=_crossings)
        # Beside the last column lies the edge of the paper.
        wide = gutter if any(box["x"] > edge for box in boxes.values()) else gutter / 2
        for lane, trunk in enumerate(lanes, 1):
            x = edge + lane * (wide - 8) / (len(lanes) + 1)
            goal = (edge + gutter, trunk.out) if trunk.right else (edge + 1, trunk.out)
            look = {"color": _COLORS[(len(found) + lane) % len(_COLORS)], "way": 1 if trunk.right else -1}
            for y, sure, bold in trunk.sources:
                found.append({"points": [(edge, y), (x, y), (x, trunk.out), goal], "sure": sure, "bold": bold} | look)
    return sorted(found, key=lambda one: one["bold"])  # Bold lines lie on top.


def _best(trunks: Sequence[_Trunk]) -> Sequence[_Trunk]:
    """Return trunks in the order of lanes in which they cross least."""
    some = permutations(trunks) if len(trunks) <= _MANY else [sorted(trunks, key=lambda one: one.out)]
    return min(some, key=_crossings)


def _crossings(lanes: Sequence[_Trunk]) -> int:
    """Count where level parts cross upright ones, or run over one another."""
    count = 0
    for lane, trunk in enumerate(lanes):
        for other, upright in enumerate(lanes):
            heights = [upright.out, *(y for y, *_ in upright.sources)]
            levels = [y for y, *_ in trunk.sources] if other < lane else []
            if (other < lane and not trunk.right) or (other > lane and trunk.right):
                levels.append(trunk.out)
            count += sum(min(heights) - 3 < y < max(heights) + 3 for y in levels)
    return count
