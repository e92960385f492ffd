"""`cakwizard providers`: look up who has a contract, and read a newer list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

from cakwizard.cli import common
from cakwizard.cli.common import Spoken, say
from cakwizard.errors import UsageError
from cakwizard.files import check_target, write_whole
from cakwizard.providers import reading
from cakwizard.providers.listing import comparison_lines, found_lines
from cakwizard.providers.lookup import find_providers
from cakwizard.providers.reading import KINDS, Provider, bundled_providers, fault, is_list
from cakwizard.showing.text import wrapped


@click.command("providers", cls=Spoken, help="help.providers.long")
@click.argument("wanted", metavar=say("help.providers.words"), nargs=-1)
@click.option("--kind", metavar="|".join(KINDS), help="help.providers.kind")
@click.option("--place", metavar="PLACE", help="help.providers.place")
@click.option("--json", "as_data", is_flag=True, help="help.providers.json")
@common.providers_option
@click.option("--read", "read_file", metavar="FILE|-", type=common.FILE, help="help.providers.read")
@click.option("--list-date", metavar="YYYY-MM-DD", help="help.providers.list_date")
@click.option("--write", "write_file", metavar="FILE.csv", type=common.FILE, help="help.providers.write")
@common.force_option
@common.lang_option
def providers(given: Any) -> int:
    """Leave with 0 when something was found or read, 3 when nothing was."""
    kind, read_file, write_file = given.kind, given.read_file, given.write_file
    if read_file is None and (given.list_date or write_file or given.force):
        raise UsageError(fault("with_read"))
    if read_file is not None and (given.wanted or given.place):
        raise UsageError(fault("read_alone"))
    everybody = reading.read_providers(given.providers_file) if given.providers_file else bundled_providers()
    searched = [one for one in everybody if kind in {None, one.kind}]
    if read_file is None:
        found = find_providers(everybody, given.wanted, kind, given.place)
        return _write(found.providers, found_lines(found, searched, given.language), as_data=given.as_data)
    if kind is None:
        raise UsageError(fault("read_kind", offered=", ".join(KINDS)))
    inputs = (read_file, given.providers_file)
    if write_file:
        check_target(write_file, kind=is_list, force=given.force, inputs=inputs)
    text, _ = common.read_input(read_file)
    name = f"read-{kind.replace('_', '-')}"
    entries, rejected = reading.parse_published_list(text, kind, name, given.list_date or common.today().isoformat())
    if write_file and entries:
        kept = [*(one for one in everybody if one.kind != kind), *entries]
        write_whole(write_file, reading.as_csv(kept).encode(), kind=is_list, force=given.force, inputs=inputs)
    return _write(entries, comparison_lines(searched, entries, rejected, given.language), as_data=given.as_data)


def _write(providers: Sequence[Provider], lines: Iterable[str], *, as_data: bool) -> int:
    """Write the providers as JSON, or the lines in the width of the window; an address stays whole."""
    if as_data:
        common.write_json([one._asdict() for one in providers])
    for line in () if as_data else lines:
        start = "- " if line.startswith("- ") else ""
        common.out("\n".join(wrapped(line.removeprefix(start), common.text_width(), start=start)))
    return 0 if providers else 3
