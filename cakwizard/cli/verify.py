"""`cakwizard verify`: a second opinion on what was decided before."""

from __future__ import annotations

from typing import Any

import click

from cakwizard.cli import common
from cakwizard.cli.helping import Spoken

_EXIT = {"same": 0, "changed": 1, "undecidable": 3}
_MAX_BYTES = 1024 * 1024


@click.command("verify", cls=Spoken, help="help.verify.long")
@click.argument("receipt_file", metavar="RECEIPT.json|-", type=common.FILE)
@common.tree_option
@common.lang_option
def command(given: Any) -> int:
    """Leave with 0 when the same is decided, 1 when it changed, 3 when it can no longer be decided."""
    from cakwizard.comparing.verify import read_receipt, replay

    name = "<stdin>" if given.receipt_file == "-" else given.receipt_file
    receipt = read_receipt(common.read_input(given.receipt_file, limit=_MAX_BYTES), name, given.language)
    found = replay(receipt, common.load_named(given.tree_file), given.language)
    common.out_lines([found.sentence, *found.notes])
    return _EXIT[found.status]
