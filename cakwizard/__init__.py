"""Under which scheme can care for an uninsured patient in the Netherlands be claimed?

What stands here is promised to stay; every other module is the program's own affair:

- `load(path=None)`: the checked `DecisionTree` in a file, or the one that comes with the program.
- `decide(tree, answers, care_date, claim_date=None)`: the `Verdict` on answers, by question the options still open.
- `verdict_to_dict(verdict, language)`: a verdict as plain data, as `cakwizard walk --json` writes it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cakwizard.deciding.decide import decide
    from cakwizard.deciding.verdict import Verdict
    from cakwizard.loading import load
    from cakwizard.showing.as_json import verdict_to_dict

__all__ = ["Verdict", "__version__", "decide", "load", "verdict_to_dict"]

__version__ = "0.2.0"

_HOMES = {
    "Verdict": "deciding.verdict",
    "decide": "deciding.decide",
    "load": "loading",
    "verdict_to_dict": "showing.as_json",
}


def __getattr__(name: str) -> object:
    """Import what is promised when it is first asked for: `--version` needs none of it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
