"""`cakwizard providers`: look up who has a contract, and read in a newer list."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import click

from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp
from cakwizard.cli.helping import name_files
from cakwizard.cli.helping import say
from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.interface import pick_language
from cakwizard.providers import KINDS
from cakwizard.providers import Provider
from cakwizard.providers import as_json
from cakwizard.providers import bundled_providers
from cakwizard.providers import compare_lists
from cakwizard.providers import find_providers
from cakwizard.providers import parse_published_list
from cakwizard.providers import read_providers

__all__ = ["command"]

MAX_LIST = 1024 * 1024
NOTHING_FOUND = 3


@click.command("providers", cls=SpokenHelp, help="help.providers.long")
@click.argument("wanted", metavar=say("help.providers.words"), nargs=-1)
@click.option("--kind", metavar="|".join(KINDS), help="help.providers.kind")
@click.option("--place", metavar="PLACE", help="help.providers.place")
@click.option("--json", "as_data", is_flag=True, help="help.option.json")
@click.option("--providers", "list_file", metavar="FILE.csv", shell_complete=name_files, help="help.providers.list")
@click.option("--read", "read_file", metavar="FILE|-", shell_complete=name_files, help="help.providers.read")
@click.option("--list-date", metavar="YYYY-MM-DD", help="help.providers.list_date")
@click.option("--write", "write_file", metavar="FILE.csv", shell_complete=name_files, help="help.providers.write")
@click.option("--lang", type=click.Choice(["nl", "en"]), help="help.option.lang")
@click.pass_context
def command(
    ctx: click.Context,
    wanted: tuple[str, ...],
    kind: str | None,
    place: str | None,
    as_data: bool,
    list_file: str | None,
    read_file: str | None,
    list_date: str | None,
    write_file: str | None,
    lang: str | None,
) -> None:
    """Leave with 0 when something was found or read, 3 when nothing was."""
    outer = ctx.parent.params if ctx.parent else {}
    language = pick_language(lang or outer.get("lang"))
    list_file = list_file or outer.get("providers_file")
    everything = bundled_providers() if list_file is None else read_providers(list_file)
    if read_file is not None:
        if wanted or place:
            raise UsageError(Issue(message="--read takes no words and no --place", hint="read the list in first"))
        found = _read(everything, read_file, kind, list_date, write_file, language, as_data=as_data)
    elif list_date is not None or write_file is not None:
        raise UsageError(Issue(message="--list-date and --write go with --read", hint="add --read FILE"))
    else:
        found = _find(everything, wanted, kind, place, language, as_data=as_data)
    ctx.exit(0 if found else NOTHING_FOUND)


def _find(
    everything: tuple[Provider, ...],
    wanted: tuple[str, ...],
    kind: str | None,
    place: str | None,
    language: str,
    *,
    as_data: bool,
) -> bool:
    """Write what the words find; return whether they found anything."""
    found = find_providers(everything, wanted, kind, place)
    if as_data:
        common.write_json(as_json(found.matches))
    else:
        from cakwizard.listing import found_blocks
        from cakwizard.rendering import print_blocks

        searched = [provider for provider in everything if kind is None or provider.kind == kind]
        print_blocks(found_blocks(found, searched, language))
    return bool(found.matches)


def _read(
    everything: tuple[Provider, ...],
    read_file: str,
    kind: str | None,
    list_date: str | None,
    write_file: str | None,
    language: str,
    *,
    as_data: bool,
) -> bool:
    """Hold a pasted list against the one at hand and write what is new, gone or respelt; return whether it had any."""
    if kind is None:
        raise UsageError(Issue(message="--read needs --kind", hint=f"the kinds are: {', '.join(KINDS)}"))
    date = list_date or common.today().isoformat()
    text = common.read_input(read_file, limit=MAX_LIST)
    parsed = parse_published_list(text, kind, f"read-{kind.replace('_', '-')}", date)
    before = [provider for provider in everything if provider.kind == kind]
    if write_file is not None and parsed.entries:
        others = [provider for provider in everything if provider.kind != kind]
        common.write_atomically(write_file, _csv([*others, *parsed.entries]).encode())
    if as_data:
        common.write_json(as_json(parsed.entries))
    else:
        from cakwizard.listing import comparison_blocks
        from cakwizard.rendering import print_blocks

        print_blocks(comparison_blocks(parsed, compare_lists(before, parsed.entries), language))
    return bool(parsed.entries)


def _csv(providers: Iterable[Provider]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["name", "place", "kind", "list", "date"])
    writer.writerows([one.name, one.place, one.kind, one.list, one.date] for one in providers)
    return stream.getvalue()
