"""The contracted providers: what is in the lists, how it is found, read, compared and kept."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest

import cakwizard as package
from cakwizard.errors import CakwizardError, FileError
from cakwizard.providers.listing import age_lines, compare_lists, found_lines
from cakwizard.providers.lookup import Found, PlaceIndex, find_by_place, find_providers, fold, place_key, right_name
from cakwizard.providers.reading import (
    KINDS,
    Provider,
    as_csv,
    bundled_providers,
    parse_published_list,
    providers_from_text,
    read_providers,
)
from cakwizard.tree.records import PROVIDER_KINDS
from tests.conftest import Cakwizard

HEADER = "name,place,kind,list,date\n"
ROW = "Apotheek Rond,Gouda,pharmacy,mine,2026\n"
PASTED = """\
Lijst met gecontracteerde apotheken
A
Aalsmeer, Apotheek van der Mooren BV
• Aalten, Benu Apotheek De Weeff
Almelo, Apotheek Geheel Nieuw
Almelo, Apotheek Geheel Nieuw
, Zonder Plaats
Oss,
"""


def find(*words: str, kind: str | None = None, place: str | None = None) -> Found:
    """Return what the bundled lists give."""
    return find_providers(bundled_providers(), words, kind=kind, place=place)


def places(found: Found) -> list[str]:
    """Return the right names of the places, each once."""
    return list(dict.fromkeys(right_name(one.place) for one in found.providers))


def provider(name: str, place: str = "Gouda", kind: str = "pharmacy") -> Provider:
    """Return an entry of a list of our own."""
    return Provider(name=name, place=place, kind=kind, list="mine", date="2026-01")


# -- the lists -------------------------------------------------------------------------------------


def test_each_list_is_whole_and_as_published() -> None:
    """The five lists have every entry that was published, with its list and date, misspellings included."""
    assert Counter((one.kind, one.list, one.date) for one in bundled_providers()) == {
        ("pharmacy", "cak-2022-pharmacy", "2022-10"): 270,
        ("hospital", "cak-2022-hospital", "2022-10"): 111,
        ("mental_health", "cak-2022-mental-health", "2022-10"): 74,
        ("long_term_care", "cak-2022-long-term-care", "2022-10"): 89,
        ("aids", "cak-2022-aids", "2022-10"): 66,
    }
    entries = {(one.place, one.name) for one in bundled_providers()}
    assert {("Groesbeek", "ZZG Zoprggroep"), ("Wezen", "BENU Apotheek Wezep")} <= entries
    assert KINDS == PROVIDER_KINDS


def test_every_entry_is_found_by_its_own_name_and_place() -> None:
    """Whoever types a published name gets only entries of that name; a published place gives everyone there."""
    for one in bundled_providers():
        matches = find(one.name).providers
        assert one in matches
        assert {fold(match.name) for match in matches} == {fold(one.name)}
    for place in sorted({one.place for one in bundled_providers()}):
        there = {one for one in bundled_providers() if one.place == place}
        assert there <= set(find(place).providers) == set(find(place=place).providers)
    assert len(find().providers) == 610
    assert len(find(kind="mental_health").providers) == 74


# What is typed, the places it must find, and whether the reader must be told what was assumed.
LOOKUPS = [
    *((asked, "Alphen aan den Rijn", False) for asked in ("alphen a/d rijn", "Alphen ad Rijn", "ALPHEN AAN DE RIJN")),
    *((asked, "Capelle aan den IJssel", False) for asked in ("Capelle a/d IJssel", "Capelle aan den Yssel")),
    *((asked, "Nijmegen", False) for asked in ("Nymegen", "Nĳmegen", "nijmegen")),
    ("Ouderkerk a/d Amstel", "Ouderkerk aan de Amstel", False),
    ("st. anthonis", "Sint Anthonis", False),
    ("etten leur", "Etten-Leur", False),
    ("Nieuwvennep", "Nieuw-Vennep", False),
    ("Zóétermeer", "Zoetermeer", False),
    *((asked, asked, False) for asked in ("Alblasserdam", "Terneuzen", "Wezep", "Zoeterwoude", "Bolsward")),
    *((asked, "Den Bosch", True) for asked in ("'s-Hertogenbosch", "sHertogenbosch", "Den Bos", "Den Bosh")),
    *((asked, "Den Haag", True) for asked in ("'s-Gravenhage", "The Hague", "Den Hag", "Gravenhaage")),
    *((asked, "Hendrik-Ido-Ambacht", True) for asked in ("H.I. Ambacht", "HI Ambacht", "Hendrik", "Hendrik Idoambagt")),
    ("B.o.Z.", "Bergen op Zoom", True),
    ("Gorkum", "Gorinchem", True),
    ("Ljouwert", "Leeuwarden", True),
    ("Surhusterfean", "Surhuisterveen", True),
    *((asked, "Rotterdam", True) for asked in ("Rotterd", "Rotterdm", "Roterdam")),
    *((asked, "Amsterdam", True) for asked in ("Amsterdan", "Amstredam")),
    *((asked, "Utrecht", True) for asked in ("Utrehct", "Utregt")),
    *((asked, "Groningen", True) for asked in ("Groninge", "Groninegn")),
    ("Eindoven", "Eindhoven", True),
    ("Brda", "Breda", True),
    ("Enchede", "Enschede", True),
    ("Haerlem", "Haarlem", True),
    ("Arnem", "Arnhem", True),
    ("Leyden", "Leiden", True),
    ("Vugt", "Vught", True),
    ("Alphen aan den Rjn", "Alphen aan den Rijn", True),
    ("Bergen op Zom", "Bergen op Zoom", True),
    ("Heerhugowaart", "Heerhugowaard", True),
]


@pytest.mark.parametrize(("asked", "expected", "assumed"), LOOKUPS)
def test_a_place_is_found_however_it_is_written(asked: str, expected: str, assumed: bool) -> None:
    """A place is found by other spellings, other names and with slips, and what was assumed is said."""
    for found in (find(asked), find(*asked.split()), find(place=asked)):
        assert places(found) == [expected]
        assert [reading.assumed for reading in found.readings] == [assumed]


def test_a_place_that_lies_in_another_brings_the_other() -> None:
    """Who asks for Sittard also gets Sittard-Geleen, and for Hoogezand-Sappemeer both."""
    assert places(find("Sittard")) == ["Sittard", "Sittard-Geleen"]
    assert places(find("Hoogezand-Sappemeer")) == ["Hoogezand", "Sappemeer"]


@pytest.mark.parametrize(
    ("place", "near"),
    [
        ("Bergen", "Bergen op Zoom"),
        ("Heerle", "Heerlen"),
        ("Laren", "Haren"),
        ("Etten", "Etten-Leur"),
        ("Muiden", "IJmuiden"),
    ],
)
def test_a_place_that_exists_is_not_taken_for_another(place: str, near: str) -> None:
    """A patient in Bergen is not sent to Bergen op Zoom, though the result names it as near."""
    found = find(place=place)
    assert (found.providers, found.readings) == ((), ())
    assert near in found.near_places


@pytest.mark.parametrize("place", ["Assen", "Haren", "Haaren", "Almelo", "Horst", "Hoorn", "Beek", "Stein", "Epe"])
def test_a_place_in_the_list_brings_no_neighbour_in_spelling(place: str) -> None:
    """Where a place is spelt right, nothing else is found: Assen never gives Aalten."""
    assert places(find(place)) == [place]
    assert find("Elst", "Utrecht").providers == ()
    assert find(place="Harren").providers == ()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("olvg", {"Stichting OLVG", "Stichting OLVG (PAAZ)"}),
        ("Zuyderlnd", {"Zuyderland Medisch Centrum", "Zuyderland"}),
        ("bartimeus", {"Stichting Bartiméus Sonneheerdt"}),
        ("Elisabeth Tweesteden", {"Elisabeth-TweeSteden Ziekenhuis"}),
        ("Zwolle Isala", {"Isalaklinieken"}),
        ("Zwole Isala", {"Isalaklinieken"}),
        ("apoteek vugt", {"BENU Apotheek Willekens"}),
        ("benu wester amsterdam", {"BENU Apotheek Wester"}),
        ("Ziekenhuis Delft", {"Reinier de Graaf"}),
        ("E en G Zorg", {"E&G Zorg Nederland B.V."}),
        ("DJ Vinkers", {"Dr. D.J. Vinkers, Psychiater"}),
    ],
)
def test_a_provider_is_found_by_words_of_its_name(asked: str, expected: set[str]) -> None:
    """Parts of a name find it, beside a place or alone, with slips where nothing fits better."""
    assert {one.name for one in find(*asked.split()).providers} == expected


def test_typing_narrows_key_by_key() -> None:
    """While typing, whoever is in a place that begins so comes first, then names; a slip still finds the place."""
    by_kind = {kind: tuple(one for one in bundled_providers() if one.kind == kind) for kind in KINDS}
    typed = [find_by_place("Gouda"[:length], by_kind["hospital"]) for length in range(6)]
    assert [len(one) for one in typed] == sorted((len(one) for one in typed), reverse=True)
    assert (len(typed[0]), {one.place for one in typed[-1]}) == (111, {"Gouda"})
    assert find_by_place("isala zwol", by_kind["hospital"])[0].name == "Isalaklinieken"
    assert {one.place for one in find_by_place("rotterdm", by_kind["pharmacy"])} == {"Rotterdam"}
    for nothing in ("xqzwv", "acht of meer woorden die bij geen enkele zorgverlener passen"):
        assert not find_by_place(nothing, bundled_providers())


ANYTHING = ["", " ", "\x00", "\ud800", "a" * 500, "é" * 40, "İstanbul ﬁ", "\u202e", ", ,", "-", "'s-", "\n\r\t😀"]


@pytest.mark.parametrize("word", ANYTHING)
def test_any_query_is_answered(word: str) -> None:
    """Whatever is typed gives a result or a `CakwizardError`, never anything else."""
    for words, kind, place in (([word], None, None), ([word, "Gouda"], "aids", None), ([], "hospital", word)):
        with contextlib.suppress(CakwizardError):
            assert set(find(*words, kind=kind, place=place).providers) <= set(bundled_providers())
        assert find_by_place(" ".join(words), bundled_providers()) is not None


def test_the_table_of_places_fits_the_lists() -> None:
    """Every row of the table is about a place in the lists, or about one that is not."""
    text = (Path(package.__file__).parent / "data" / "places.csv").read_text(encoding="utf-8")
    index = PlaceIndex(one.place for one in bundled_providers())
    rows = list(csv.DictReader(io.StringIO(text)))
    for row in rows:
        if row["why"] == "elsewhere":
            assert not row["means"]
            assert not index.named(row["name"])
            assert not index.guessed(row["name"])
        else:
            assert row["means"] in map(right_name, {one.place for one in bundled_providers()})
    assert max(Counter((place_key(row["name"]), row["means"]) for row in rows).values()) == 1


# -- how old, and reading --------------------------------------------------------------------------


def test_the_faults_of_a_list_are_said() -> None:
    """How old a list is, and which was replaced, is said; a misspelt place is shown right, beside its own."""
    lines = list(age_lines(bundled_providers(), "nl"))
    assert lines[0] == "De lijst (apotheken) is van eind 2022 (tussen 3-10-2022 en 31-12-2022)."
    assert lines[1] == "De lijst van apotheken is verouderd: vanaf 1-1-2023 gelden nieuwe contracten."
    assert lines[-1].endswith("https://www.hetcak.nl/zakelijk/regelingen/onverzekerbare-vreemdelingen")
    assert next(age_lines([provider("A")], "en")) == "The list (pharmacies) is from 1-2026."
    assert next(found_lines(find("Wezep"), (), "nl")) == "Wezep (in de lijst: Wezen), BENU Apotheek Wezep"
    assert next(found_lines(find("Zwolle"), (), "nl")).endswith(" (apotheek)")


@pytest.mark.parametrize(
    "text",
    [
        HEADER + ROW,
        (HEADER + ROW).replace("\n", "\r\n"),
        (HEADER + ROW + ",,,,\n\n").replace(",", ";"),
        "DATE , List,kind,place,name\n2026,mine,pharmacy, Gouda,  Apotheek \t Rond ",
        '"name","place","kind","list","date"\n"Apotheek Rond","Gouda","pharmacy","mine","2026"\n',
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(text: str, tmp_path: Path) -> None:
    """Semicolons, a byte order mark, CRLF, quotes and emptied rows are no faults."""
    file = tmp_path / "list.csv"
    file.write_text("\ufeff" + text, encoding="utf-8", newline="")
    wanted = Provider(name="Apotheek Rond", place="Gouda", kind="pharmacy", list="mine", date="2026")
    assert read_providers(file) == (wanted,)


def test_all_faults_of_a_file_are_told_at_once() -> None:
    """Each fault has its line, the line itself and a way out; a shifted column is never read as an entry."""
    rows = [
        "Apotheek Rond,Gouda,apothecary,mine,2026",
        ",Gouda,pharmacy,mine,2026-13",
        "Apotheek Ermel, Centrum,Ermelo,pharmacy,mine,2026",
        '"Apotheek Rond,Gouda,pharmacy,mine,2026',
        "Apotheek \u202eRond,Gouda,pharmacy,mine,2026",
        ROW.strip(),
        ROW.strip(),
    ]
    with pytest.raises(FileError) as caught:
        providers_from_text(HEADER + "\n".join(rows), file="f.csv")
    found = [(issue.location and issue.location.line, issue.message, issue.hint) for issue in caught.value.issues]
    assert [(line, message) for line, message, _ in found] == [
        (2, "there is no kind 'apothecary'"),
        (3, "the name is missing"),
        (3, "'2026-13' is not a date"),
        (4, "the line has 6 columns instead of 5"),
        (5, "a quote is not closed"),
        (6, "the name holds an invisible character"),
        (8, "'Apotheek Rond' is here again"),
    ]
    assert all(hint for *_, hint in found)
    for text, message in (("Apotheek\tGouda", "does not name the columns"), (HEADER, "has no providers")):
        with pytest.raises(FileError, match=message):
            providers_from_text(text, file="f.csv")


def test_a_bundled_list_survives_being_pasted_and_kept() -> None:
    """A list written as the CAK writes it is read back entry by entry, and so is what is kept of it."""
    for kind in KINDS:
        entries = find(kind=kind).providers
        text = "\n".join(f"{one.place}, {one.name}" for one in entries)
        assert parse_published_list(text, kind, entries[0].list, entries[0].date) == (entries, ())
    assert providers_from_text(as_csv(bundled_providers()), file="f") == bundled_providers()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_what_is_kept_is_harmless_in_a_spreadsheet(sign: str) -> None:
    """A cell that a spreadsheet would run as a formula is kept as text, and read back as it was."""
    entries = (provider(f"{sign}HYPERLINK(1)", f"{sign}x"), provider(f"'{sign}1"), provider("'s Heeren Loo"))
    written = as_csv(entries)
    cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'s Heeren Loo" in cells
    assert providers_from_text(written, file="f") == entries


@pytest.mark.parametrize("text", [*ANYTHING, ",\n,,\r\n•", "a, b\n\x85c, d\u2028e", '"', "A\n\nB, C\n" * 3])
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is pasted, each line is an entry, has a reason, or is blank or a heading; a file is read or refused."""
    entries, rejected = parse_published_list(text, "aids", "mine", "2026")
    assert len(entries) + len(rejected) <= text.count("\n") + text.count("\r") + 1
    with pytest.raises(FileError):
        providers_from_text(HEADER + "x\n" + text, file="f.csv")


# -- comparing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (provider("BENU Apotheek Rond BV"), provider("Benu Apotheek Rond B.V.")),
        (provider("Stichting Zorggroep Florence"), provider("Zorggroep Florence")),
        (provider("ZZG Zoprggroep"), provider("ZZG Zorggroep")),
        (provider("Elisabeth-TweeSteden"), provider("Elisabeth Twee Steden")),
        (provider("Apotheek Rond", "Wezen"), provider("Apotheek Rond", "Wezep")),
        (provider("Apotheek Rond", "Roterdam"), provider("Apotheek Rond", "Rotterdam")),
    ],
)
def test_a_provider_written_otherwise_is_respelt(old: Provider, new: Provider) -> None:
    """Other case, legal forms, slips and another spelling of the place are the same provider."""
    assert compare_lists([old], [new]) == ([], [], [(old, new)], 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (provider("BENU Apotheek Carnegiedreef"), provider("BENU Apotheek Neckardreef")),
        (provider("Apotheek Rond"), provider("Apotheek Rond", "Zwolle")),
        (provider("Apotheek Rond"), provider("Apotheek Rond", kind="hospital")),
        (provider("Apotheek"), provider("Apotheek Zuid")),
    ],
)
def test_another_provider_is_not_taken_for_a_respelling(old: Provider, new: Provider) -> None:
    """Two branches of a chain, two places and two kinds are gone and new."""
    assert compare_lists([old], [new]) == ([new], [old], [], 0)


def test_a_list_is_the_same_as_itself() -> None:
    """Nothing is new, gone or respelt when nothing changed; two places that resemble each other stay two."""
    assert compare_lists(bundled_providers(), bundled_providers()) == ([], [], [], 610)
    both = [provider("A", "Haren"), provider("B", "Haaren")]
    *_, respelt, unchanged = compare_lists([*both, provider("Livit", "Haren")], [*both, provider("Livit", "Haaren")])
    assert (respelt, unchanged) == ([], 2)


# -- the command -----------------------------------------------------------------------------------


def test_found_by_place(cakwizard: Cakwizard) -> None:
    """What is found has its place beside it, and how old the list is below; where nothing is, the status is 3."""
    ran = cakwizard("providers", "Aalten")
    assert ran.status == 0
    assert ran.out.startswith("Aalten, Benu Apotheek De Weef\n\n1 zorgverlener met een contract, volgens deze lijst.\n")
    assert "verouderd" in ran.out
    ran = cakwizard("providers", "--kind", "hospital", "Urk")
    assert ran.status == 3
    assert "Dat wil niet zeggen dat er nu geen is" in ran.out
    assert cakwizard("providers", "Utrect").out.startswith('"Utrect" is gelezen als: Utrecht.\n')
    assert cakwizard("providers", "--place", "Aalten", "Erasmus").out.startswith("Niets gevonden in Aalten")
    found = json.loads(cakwizard("providers", "Wezep", "--json").out)
    assert [(one["name"], one["place"]) for one in found] == [("BENU Apotheek Wezep", "Wezen")]


def test_wrong_usage_is_said_in_the_users_language(cakwizard: Cakwizard) -> None:
    """What does not go together is refused with the way out, in Dutch or in English."""
    calls = [
        (["--kind", "farmacy"], "fout: er is geen soort 'farmacy'\ntip: bedoelt u 'pharmacy'?\n"),
        (["--list-date", "2026-01-01", "--lang", "en"], "hint: add --read FILE\n"),
        (["--read", "x", "Aalten"], "tip: lees eerst de lijst in\n"),
        (["--read", "-"], "tip: de soorten zijn: pharmacy, hospital, mental_health, long_term_care, aids\n"),
        (["--read", "-", "--kind", "aids", "--list-date", "gisteren"], "'gisteren' is geen datum"),
    ]
    for arguments, message in calls:
        ran = cakwizard("providers", *arguments)
        assert (ran.status, ran.out) == (2, "")
        assert message in ran.err


def test_reading_a_newer_list(cakwizard: Cakwizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a pasted list is told what is new, gone, respelt, or was not read; kept, it can be searched."""
    monkeypatch.setenv("COLUMNS", "200")
    kept = tmp_path / "kept.csv"
    arguments = ["--read", "-", "--kind", "pharmacy", "--lang", "en", "--write", str(kept)]
    ran = cakwizard("providers", *arguments, stdin=PASTED)
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[:4] == [
        "3 providers read, of which 1 exactly as in the list before.",
        "",
        "New: 1",
        "- Almelo, Apotheek Geheel Nieuw",
    ]
    assert lines[-7:] == [
        "- Aalten, Benu Apotheek De Weef is now: Aalten, Benu Apotheek De Weeff",
        "",
        "4 lines not read",
        "- line 1, no comma between place and name: Lijst met gecontracteerde apotheken",
        "- line 6, is there already: Almelo, Apotheek Geheel Nieuw",
        "- line 7, no place: , Zonder Plaats",
        "- line 8, no name: Oss,",
    ]
    assert len(read_providers(kept)) == 610 - 270 + 3
    ran = cakwizard("providers", "Almelo", "--kind", "pharmacy", "--providers", str(kept))
    assert "Almelo, Apotheek Geheel Nieuw\n" in ran.out
    assert "De lijst (apotheken) is van 24-11-2026." in ran.out
    assert cakwizard("providers", *arguments, stdin=PASTED).status == 0


def test_nothing_is_written_over_what_is_read(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """A list that is searched stays as it was, also with --force; a paste of nothing writes nothing."""
    mine, none = tmp_path / "mine.csv", tmp_path / "none.csv"
    mine.write_text(HEADER + ROW, encoding="utf-8")
    reading = ["providers", "--kind", "pharmacy", "--read", "-", "--write"]
    assert cakwizard(*reading, str(mine), "--providers", str(mine), "--force", stdin=PASTED).status == 2
    assert mine.read_text(encoding="utf-8") == HEADER + ROW
    assert cakwizard(*reading, str(mine), "--force", stdin=PASTED).status == 0
    assert len(read_providers(mine)) == 610 - 270 + 3
    assert cakwizard(*reading, str(none), stdin="geen lijst\n").status == 3
    assert not none.exists()
