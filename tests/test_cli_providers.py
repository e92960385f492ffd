"""`cakwizard providers`: looking up, what to mind, and reading in a newer list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cakwizard import providers
from cakwizard.model import PROVIDER_KINDS
from tests.conftest import Cakwizard

NARROW = 40

URK = """\
Niets gevonden in deze lijst.
Dat wil niet zeggen dat er nu geen is: de lijst van nu kan anders zijn.

Let op
- De lijst (ziekenhuizen en klinieken) is van eind 2022 (tussen 3 oktober 2022 en 31 december 2022).
- Wie een contract heeft, kan nu anders zijn. Vraag het na voordat u verwijst.
- De lijst van nu vindt u via het CAK: https://www.hetcak.nl/zakelijk/regelingen/onverzekerbare-vreemdelingen
"""

AALTEN = """\
Aalten
- Benu Apotheek De Weef

1 zorgverlener met een contract, volgens deze lijst.

Let op
- De lijst (apotheken) is van eind 2022 (tussen 3 oktober 2022 en 31 december 2022).
- De lijst van apotheken is verouderd: vanaf 1 januari 2023 gelden nieuwe contracten.
- Wie een contract heeft, kan nu anders zijn. Vraag het na voordat u verwijst.
- De lijst van nu vindt u via het CAK: https://www.hetcak.nl/zakelijk/regelingen/onverzekerbare-vreemdelingen
"""

PASTED = """\
Lijst met gecontracteerde apotheken
A
Aalsmeer, Apotheek van der Mooren BV
Aalten, Benu Apotheek De Weeff
Almelo, Apotheek Geheel Nieuw
Almelo, Apotheek Geheel Nieuw
, Zonder Plaats
Oss,
"""


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the window as wide as any line, so that whole messages can be compared."""
    monkeypatch.setenv("COLUMNS", "400")


def test_found_by_place(cakwizard: Cakwizard) -> None:
    """What is found stands under its place, with of when the list is and where the list of now is."""
    ran = cakwizard("providers", "aalten")
    assert (ran.status, ran.out, ran.err) == (0, AALTEN, "")


def test_nothing_found_claims_nothing_about_today(cakwizard: Cakwizard) -> None:
    """Where the list has nothing it is said that this says nothing about today, and the status is 3."""
    ran = cakwizard("providers", "--kind", "hospital", "Urk")
    assert (ran.status, ran.out, ran.err) == (3, URK, "")


def test_places_near_in_spelling(cakwizard: Cakwizard) -> None:
    """Nothing found names the places of the list that are near in spelling."""
    ran = cakwizard("providers", "--kind", "hospital", "Leidenhuizen", "--lang", "en")
    assert ran.status == 3
    assert ran.out.splitlines()[1] == "Places in the list that resemble it: Leiden."


def test_what_was_assumed_is_said(cakwizard: Cakwizard) -> None:
    """A misspelt place and another name of a place are said to have been read as what was searched."""
    assert cakwizard("providers", "Utrect").out.splitlines()[0] == '"Utrect" is gelezen als: Utrecht.'
    first = cakwizard("providers", "--place", "s-hertogenbosch", "--lang", "en").out.splitlines()[0]
    assert first == '"s-hertogenbosch" was read as: Den Bosch.'


def test_kinds_are_told_apart_only_where_needed(cakwizard: Cakwizard) -> None:
    """With several kinds in view each provider has its kind behind it; with one kind none has."""
    several = cakwizard("providers", "Den Bosch").out
    assert "- Zanob BV (apotheek)\n" in several
    assert "- Stichting Vivent (Wlz-instelling)\n" in several
    assert "(apotheek)" not in cakwizard("providers", "Den Bosch", "--kind", "pharmacy").out


def test_a_name_that_is_not_in_a_place(cakwizard: Cakwizard) -> None:
    """A name that is not found in a place that is in the list is said to be missing there."""
    ran = cakwizard("providers", "--place", "Aalten", "Erasmus", "--lang", "en")
    assert ran.status == 3
    assert ran.out.splitlines()[0] == 'This list does not have "Erasmus" in Aalten.'
    ran = cakwizard("providers", "--place", "Aalten", "--kind", "hospital", "--lang", "en")
    assert ran.out.splitlines()[0] == "This list has nothing in Aalten."


def test_json_is_a_list(cakwizard: Cakwizard) -> None:
    """As JSON every provider has its five fields; without words it is everything that the filters leave."""
    found = json.loads(cakwizard("providers", "Wezep", "--json").out)
    assert found == [
        {
            "name": "BENU Apotheek Wezep",
            "place": "Wezen",
            "kind": "pharmacy",
            "list": "cak-2022-pharmacy",
            "date": "2022-10",
        }
    ]
    hospitals = json.loads(cakwizard("providers", "--kind", "hospital", "--json").out)
    assert len(hospitals) == 111
    assert {one["kind"] for one in hospitals} == {"hospital"}
    ran = cakwizard("providers", "Nergenshuizen", "--kind", "aids", "--json")
    assert (ran.status, ran.out) == (3, "[]\n")


def test_wrong_usage(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """An unknown kind, options that do not go together and a list that is none are wrong usage, with the way out."""
    calls: list[tuple[list[str], str]] = [
        (["--kind", "farmacy"], "error: there is no kind 'farmacy'\nhint: did you mean 'pharmacy'?\n"),
        (["--list-date", "2026-01-01"], "error: --list-date and --write go with --read\nhint: add --read FILE\n"),
        (["--read", "x", "Aalten"], "error: --read takes no words and no --place\nhint: read the list in first\n"),
        (
            ["--read", "x"],
            "error: --read needs --kind\n"
            "hint: the kinds are: pharmacy, hospital, mental_health, long_term_care, aids\n",
        ),
    ]
    for arguments, message in calls:
        ran = cakwizard("providers", *arguments)
        assert (ran.status, ran.out, ran.err) == (2, "", message)
    assert cakwizard("providers", "--providers", str(tmp_path / "none.csv")).status == 2
    assert cakwizard("providers", "--read", "-", "--kind", "farmacy", stdin=PASTED).status == 2
    assert cakwizard("providers", "--read", "-", "--kind", "aids", "--list-date", "gisteren", stdin="A, B").status == 2


def test_a_list_of_ones_own(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """A list that is given is searched in place of the one that comes along, and its own date is told."""
    file = tmp_path / "mine.csv"
    file.write_text(
        "name,place,kind,list,date\nApotheek Een,Aalten,pharmacy,mine,2026-02\n<b>Twee</b>,Urk,aids,mine,2026\n",
        encoding="utf-8",
    )
    assert cakwizard("providers", "Aalten", "--providers", str(file), "--lang", "en").out == (
        "Aalten\n"
        "- Apotheek Een\n"
        "\n"
        "1 provider with a contract, by this list.\n"
        "\n"
        "Mind\n"
        "- The list (pharmacies) is of February 2026.\n"
        "- Who has a contract may be different now. Ask before you refer.\n"
        "- The list of now can be found through the CAK: "
        "https://www.hetcak.nl/zakelijk/regelingen/onverzekerbare-vreemdelingen\n"
    )
    assert "- <b>Twee</b>\n" in cakwizard("providers", "Urk", "--providers", str(file)).out


def test_reading_in_a_pasted_list(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """A pasted list is reported as new, gone and respelt, with every line that was not read and why."""
    file = tmp_path / "pasted.txt"
    file.write_text(PASTED, encoding="utf-8")
    ran = cakwizard("providers", "--read", str(file), "--kind", "pharmacy", "--lang", "en")
    lines = ran.out.splitlines()
    assert ran.status == 0
    assert lines[0] == "3 providers read, of which 1 letter by letter as in the list before"
    assert lines[2:5] == ["New: 1", "- Almelo, Apotheek Geheel Nieuw", ""]
    assert lines[5] == "No longer in the list: 268"
    assert lines[-8:] == [
        "Spelt otherwise: 1",
        "- Aalten, Benu Apotheek De Weef is now: Aalten, Benu Apotheek De Weeff",
        "",
        "4 lines not read",
        "- line 1, no comma between place and name: Lijst met gecontracteerde apotheken",
        "- line 6, is there already: Almelo, Apotheek Geheel Nieuw",
        "- line 7, no place: , Zonder Plaats",
        "- line 8, no name: Oss,",
    ]


def test_a_list_that_was_read_in_can_be_kept(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """What was read in is kept with the other kinds in one file, that can then be searched."""
    kept = tmp_path / "kept.csv"
    ran = cakwizard(
        "providers",
        "--read",
        "-",
        "--kind",
        "pharmacy",
        "--list-date",
        "2026-11-01",
        "--write",
        str(kept),
        stdin=PASTED,
    )
    assert ran.status == 0
    found = providers.read_providers(kept)
    assert [one.name for one in found if one.kind == "pharmacy"] == [
        "Apotheek van der Mooren BV",
        "Benu Apotheek De Weeff",
        "Apotheek Geheel Nieuw",
    ]
    bundled = providers.bundled_providers()
    assert [one for one in found if one.kind != "pharmacy"] == [one for one in bundled if one.kind != "pharmacy"]
    ran = cakwizard("providers", "Almelo", "--kind", "pharmacy", "--providers", str(kept))
    assert "- Apotheek Geheel Nieuw\n" in ran.out
    assert "- De lijst (apotheken) is van 1 november 2026.\n" in ran.out


def test_nothing_read_keeps_nothing(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """A paste without any provider leaves with 3 and writes no file."""
    kept = tmp_path / "kept.csv"
    ran = cakwizard("providers", "--read", "-", "--kind", "aids", "--write", str(kept), stdin="geen lijst\n")
    assert ran.status == 3
    assert not kept.exists()
    assert json.loads(cakwizard("providers", "--read", "-", "--kind", "aids", "--json", stdin="").out) == []


def test_a_paste_full_of_rubbish_is_cut_short(cakwizard: Cakwizard) -> None:
    """Of many lines that are no providers twenty are shown and the rest counted; none can steer the terminal."""
    ran = cakwizard("providers", "--read", "-", "--kind", "aids", "--lang", "en", stdin="x\x1b[31m\n" * 50)
    assert "\x1b" not in ran.out
    assert ran.out.splitlines()[-1] == "and 30 more lines"


def test_every_kind_of_the_lists_is_one_of_the_rules() -> None:
    """The kinds that a tree may name are those that the lists have."""
    assert providers.KINDS == PROVIDER_KINDS


@pytest.mark.parametrize("words", [["Amsterdam"], ["Nergenshuizen"], ["--kind", "hospital", "Roterdam"]])
def test_no_line_is_cut_in_a_narrow_window(words: list[str]) -> None:
    """In a window of 40 columns every line fits, but for the address, which stays whole so that it can be copied."""
    environment = {**os.environ, "COLUMNS": str(NARROW), "LC_ALL": "C.UTF-8", "CAKWIZARD_LANG": "nl"}
    ran = subprocess.run(
        [sys.executable, "-m", "cakwizard", "providers", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    assert ran.stdout
    assert [line for line in ran.stdout.splitlines() if len(line) > NARROW and "https://" not in line] == []
