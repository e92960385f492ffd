"""`cakwizard verify`: a second opinion on what was decided before."""

from __future__ import annotations

import click

from cakwizard.cli import common
from cakwizard.cli.common import fitted
from cakwizard.cli.helping import SpokenHelp

_EXIT = {"same": 0, "changed": 1, "undecidable": 3}
_MAX_BYTES = 1024 * 1024


@click.command("verify", cls=SpokenHelp, help="help.verify.long")
@click.argument("receipt_file", metavar="RECEIPT.json|-", type=common.FILE)
@common.tree_option
@common.lang_option
@click.pass_context
def command(ctx: click.Context, receipt_file: str, tree_file: str | None, language: str) -> None:
    """Leave with 0 when the same is decided, 1 when it changed, 3 when it can no longer be decided."""
    from cakwizard.comparing.verify import read_receipt, replay

    name = "<stdin>" if receipt_file == "-" else receipt_file
    receipt = read_receipt(common.read_input(receipt_file, limit=_MAX_BYTES), name, language)
    found = replay(receipt, common.load_named(tree_file), language)
    common.out("\n".join(map(fitted, [found.sentence, *found.notes])))
    ctx.exit(_EXIT[found.status])
