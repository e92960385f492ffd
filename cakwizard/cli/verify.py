"""`cakwizard verify`: a second opinion on what was decided before."""

from __future__ import annotations

import click

from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp
from cakwizard.cli.helping import name_files
from cakwizard.interface import pick_language
from cakwizard.receipts import MAX_BYTES
from cakwizard.receipts import read_receipt

__all__ = ["command"]

_EXIT = {"same": 0, "changed": 1, "undecidable": 3}


@click.command("verify", cls=SpokenHelp, help="help.verify.long")
@click.argument("receipt_file", metavar="RECEIPT.json|-", shell_complete=name_files)
@click.option("--tree", "tree_file", metavar="FILE", shell_complete=name_files, help="help.option.tree")
@click.option("--lang", type=click.Choice(["nl", "en"]), help="help.option.lang")
@click.pass_context
def command(ctx: click.Context, receipt_file: str, tree_file: str | None, lang: str | None) -> None:
    """Leave with 0 when the same is decided, 1 when it changed, 3 when it can no longer be decided."""
    from cakwizard.replaying import replay

    outer = ctx.parent.params if ctx.parent else {}
    name = "<stdin>" if receipt_file == "-" else receipt_file
    receipt = read_receipt(common.read_input(receipt_file, limit=MAX_BYTES), name)
    tree = common.the_tree(tree_file or outer.get("tree_file"))
    found = replay(receipt, tree, pick_language(lang or outer.get("lang")))
    lines = [found.summary, *(f"- {one}" for one in found.differences), *found.notes]
    common.write_text("\n".join(lines) + "\n")
    ctx.exit(_EXIT[found.status])
