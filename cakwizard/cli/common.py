"""What several commands share: the tree, the dates, writing out."""

from __future__ import annotations

import datetime
import json
import os
import sys
from typing import Any

from cakwizard.answers import check_dates
from cakwizard.answers import parse_day
from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import harmless
from cakwizard.loading import bundled_tree
from cakwizard.loading import load_tree
from cakwizard.loading import read_text
from cakwizard.model import DecisionTree
from cakwizard.writing import write_atomically

__all__ = ["Dates", "read_input", "the_dates", "the_tree", "today", "write_atomically", "write_json", "write_text"]


def today() -> datetime.date:
    """Return today in local time; the only place of the program that reads a clock.

    CAKWIZARD_TODAY (YYYY-MM-DD) stands in for it, for reproducible transcripts and tests.
    """
    given = os.environ.get("CAKWIZARD_TODAY")
    return parse_day(given, "CAKWIZARD_TODAY") if given else datetime.date.today()


def the_tree(file: str | None) -> DecisionTree:
    """Return the tree in a file, or the one that comes with the program."""
    return bundled_tree() if file is None else load_tree(file)


class Dates:
    """The date of care and of claiming, and whether the first was assumed."""

    def __init__(self, care_date: datetime.date, claim_date: datetime.date, *, assumed: bool) -> None:
        self.care_date = care_date
        self.claim_date = claim_date
        self.assumed = assumed


def the_dates(
    care: str | None, claim: str | None, file_care: datetime.date | None = None, file_claim: datetime.date | None = None
) -> Dates:
    """Return the dates to use: the flag, else the file, else today; care still to come is claimed on its day."""
    now = today()
    given_care = parse_day(care, "--date") if care else file_care
    given_claim = parse_day(claim, "--claim-date") if claim else file_claim
    care_date = given_care or now
    claim_date = given_claim or max(now, care_date)
    check_dates(care_date, claim_date)
    return Dates(care_date, claim_date, assumed=given_care is None)


def read_input(name: str, *, limit: int) -> str:
    """Return the text of a file, or of standard input for `-`; at most `limit` bytes.

    Raises:
        FileError: It cannot be read, is larger, or is not UTF-8.
    """
    if name != "-":
        return read_text(name, limit=limit)
    if sys.__stdin__ is None and sys.stdin.name == os.devnull:
        raise FileError(Issue(message="standard input is closed", hint="give a file, or send one in: … - < FILE"))
    data = sys.stdin.buffer.read(limit + 1)
    if len(data) > limit:
        raise FileError(Issue(message=f"standard input is larger than {limit // 1024} KiB"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(Issue(message="standard input is not UTF-8 text")) from None


def write_text(text: str) -> None:
    """Write to standard output; what its encoding lacks, or what steers a terminal, is replaced."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(harmless(text).encode(encoding, "replace").decode(encoding))


def write_json(data: Any) -> None:
    """Write JSON to standard output, in ASCII so that every encoding carries it."""
    sys.stdout.write(json.dumps(data, indent=2) + "\n")
