"""The contracted providers: what is in the lists, how it is found, read and compared."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given
from hypothesis import settings

import cakwizard
from cakwizard.errors import CakwizardError
from cakwizard.errors import FileError
from cakwizard.errors import UsageError
from cakwizard.providers import CAK_PAGE
from cakwizard.providers import KINDS
from cakwizard.providers import Caveat
from cakwizard.providers import Found
from cakwizard.providers import Provider
from cakwizard.providers import Reading
from cakwizard.providers import RejectedLine
from cakwizard.providers import Respelling
from cakwizard.providers import as_json
from cakwizard.providers import bundled_providers
from cakwizard.providers import compare_lists
from cakwizard.providers import find_providers
from cakwizard.providers import list_caveats
from cakwizard.providers import parse_published_list
from cakwizard.providers import read_providers
from cakwizard.providers.places import PlaceIndex
from cakwizard.providers.reading import MAX_BYTES
from cakwizard.providers.reading import MAX_ISSUES
from cakwizard.providers.reading import providers_from_bytes
from cakwizard.providers.spelling import alike
from cakwizard.providers.spelling import distance
from cakwizard.providers.spelling import fold
from cakwizard.providers.spelling import place_key
from tests.measured import slowness

PACKAGE = Path(cakwizard.__file__).parent
HEADER = "name,place,kind,list,date\n"
ROW = "Apotheek Rond,Gouda,pharmacy,mine,2026\n"


def find(*words: str, kind: str | None = None, place: str | None = None) -> Found:
    """Return what the bundled lists give."""
    return find_providers(bundled_providers(), words, kind=kind, place=place)


def places(found: Found) -> list[str]:
    """Return the places of the groups."""
    return [group.place for group in found.groups]


def provider(name: str, place: str = "Gouda", kind: str = "pharmacy") -> Provider:
    """Return an entry of a list of our own."""
    return Provider(name=name, place=place, kind=kind, list="mine", date="2026-01")


def faults(data: bytes | str) -> list[str]:
    """Return every message about a file with these contents."""
    with pytest.raises(FileError) as caught:
        providers_from_bytes(data.encode() if isinstance(data, str) else data, file="f.csv")
    return [str(issue) for issue in caught.value.issues]


# -- the lists ------------------------------------------------------------------


def test_each_list_has_as_many_entries_as_were_published():
    """The five lists are whole, but for the one row of the aids suppliers without a name."""
    assert Counter(entry.kind for entry in bundled_providers()) == {
        "pharmacy": 270,
        "hospital": 111,
        "mental_health": 74,
        "long_term_care": 89,
        "aids": 66,
    }


def test_every_entry_tells_its_list_and_date():
    """No entry can be shown without the list and the date it comes from."""
    assert {(entry.kind, entry.list, entry.date) for entry in bundled_providers()} == {
        ("pharmacy", "cak-2022-pharmacy", "2022-10"),
        ("hospital", "cak-2022-hospital", "2022-10"),
        ("mental_health", "cak-2022-mental-health", "2022-10"),
        ("long_term_care", "cak-2022-long-term-care", "2022-10"),
        ("aids", "cak-2022-aids", "2022-10"),
    }


def test_names_stand_as_published():
    """Neither misspellings nor odd signs of the published lists are mended."""
    entries = {(entry.place, entry.name) for entry in bundled_providers()}
    assert {
        ("Ermelo", "Apotheek Ermel, Centrum"),
        ("Groesbeek", "ZZG Zoprggroep"),
        ("Amersfoort", "\u2018s Heeren Loo"),
        ("Bilthoven", "Prinses Máxima Centrum voor kinderoncologie ( SKION)"),
        ("Wezen", "BENU Apotheek Wezep"),
        ("utrecht", "Stichting Axion Continu"),
        ("Sittard- Geleen", "Zuyderland"),
    } <= entries


def test_the_data_file_is_tidy():
    """The data file has Unix line ends, no stray blanks and no entry twice."""
    data = (PACKAGE / "data" / "providers.csv").read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"\n")
    for entry in bundled_providers():
        for value in (entry.name, entry.place):
            assert value == " ".join(value.split())
    assert len({(entry.kind, entry.place, entry.name) for entry in bundled_providers()}) == 610


def test_json_holds_the_five_fields():
    """The JSON form of an entry is one flat object."""
    assert json.loads(json.dumps(as_json(bundled_providers()[:1]))) == [
        {
            "name": "Apotheek van der Mooren BV",
            "place": "Aalsmeer",
            "kind": "pharmacy",
            "list": "cak-2022-pharmacy",
            "date": "2022-10",
        }
    ]


def test_the_lists_are_found_in_a_zipped_package(tmp_path):
    """The lists and the names of places are read from a package inside a zip file too."""
    archive = tmp_path / "cakwizard.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for path in [
            PACKAGE / "__init__.py",
            PACKAGE / "errors.py",
            *(PACKAGE / "data").glob("*.csv"),
            *(PACKAGE / "providers").glob("*.py"),
        ]:
            target.write(path, Path("cakwizard") / path.relative_to(PACKAGE))
    code = "from cakwizard.providers import *; print(len(find_providers(bundled_providers(), ['Wezep']).matches))"
    script = f"import sys; sys.path.insert(0, {str(archive)!r}); {code}; import cakwizard; print(cakwizard.__file__)"
    run = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["1", str(archive / "cakwizard" / "__init__.py")]


# -- caveats --------------------------------------------------------------------


def test_the_pharmacies_are_known_to_have_been_replaced():
    """Every use of the pharmacy list can say that other contracts hold since 2023."""
    caveat = list_caveats(bundled_providers())[0]
    assert caveat == Caveat(
        list="cak-2022-pharmacy",
        kind="pharmacy",
        date="2022-10",
        published=("2022-10-03", "2022-12-31"),
        replaced_from="2023-01-01",
        current=CAK_PAGE,
    )
    assert caveat.current == "https://www.hetcak.nl/zakelijk/regelingen/onverzekerbare-vreemdelingen"


def test_there_is_a_caveat_per_list_that_is_shown():
    """Caveats come in the order of the kinds, one per list, and only for what is given."""
    assert [caveat.kind for caveat in list_caveats(bundled_providers())] == list(KINDS)
    assert [(caveat.kind, caveat.replaced_from) for caveat in list_caveats(find(place="Goes").matches)] == [
        ("hospital", None)
    ]
    assert list_caveats(()) == ()


def test_of_another_list_only_its_own_date_is_known():
    """Nothing that holds for the bundled lists is said of a list that a user brings."""
    newer = Provider(name="A", place="B", kind="pharmacy", list="cak-2022-pharmacy", date="2026-01")
    assert list_caveats([newer]) == (
        Caveat(list="cak-2022-pharmacy", kind="pharmacy", date="2026-01", published=None, replaced_from=None),
    )


# -- look-up --------------------------------------------------------------------


def test_every_entry_is_found_by_its_own_name():
    """Whoever types a published name gets that entry, and only entries of that name."""
    for entry in bundled_providers():
        matches = find(entry.name).matches
        assert entry in matches
        assert {fold(match.name) for match in matches} == {fold(entry.name)}


def test_every_entry_is_found_by_its_own_place():
    """Whoever types a published place gets every entry there, in words as by --place."""
    for published in sorted({entry.place for entry in bundled_providers()}):
        there = {entry for entry in bundled_providers() if entry.place == published}
        for found in (find(published), find(place=published)):
            assert there <= set(found.matches)
            assert found.readings[0].how == "exact"
            assert found.near_places == ()


def test_every_entry_is_found_by_name_and_place_together():
    """Words of a name may stand beside the place."""
    for entry in bundled_providers()[::7]:
        assert entry in find(entry.name, entry.place).matches
        assert entry in find(entry.name, place=entry.place).matches


def test_without_words_all_that_the_filters_leave_is_given():
    """No words, no place and no kind give the whole list."""
    assert len(find().matches) == 610
    assert len(find(kind="mental_health").matches) == 74
    assert set(find(kind="hospital", place="Utrecht").matches) == {
        entry for entry in bundled_providers() if entry.kind == "hospital" and entry.place in {"Utrecht", "utrecht"}
    }


# What is typed, the places it must find, and how it must have been understood.
LOOKUPS = [
    # Other case, accents, signs, IJ and Y, and 'aan den' in all its forms.
    ("UTRECHT", ["Utrecht"], "form"),
    ("alphen a/d rijn", ["Alphen aan den Rijn"], "form"),
    ("Alphen a.d. Rijn", ["Alphen aan den Rijn"], "form"),
    ("Alphen ad Rijn", ["Alphen aan den Rijn"], "form"),
    ("Alphen aan de Rijn", ["Alphen aan den Rijn"], "form"),
    ("Capelle a/d IJssel", ["Capelle aan den IJssel"], "form"),
    ("Capelle aan den Yssel", ["Capelle aan den IJssel"], "form"),
    ("Nieuwerkerk aan den IJssel", ["Nieuwerkerk aan den IJssel"], "exact"),
    ("Nieuwerkerk a/d ĳssel", ["Nieuwerkerk aan den IJssel"], "form"),
    ("Ouderkerk a/d Amstel", ["Ouderkerk aan de Amstel"], "form"),
    ("Nymegen", ["Nijmegen"], "form"),
    ("Nĳmegen", ["Nijmegen"], "form"),
    ("Wychen", ["Wijchen"], "form"),
    ("Ysselstein", ["IJsselstein"], "form"),
    ("Ijmuiden", ["IJmuiden"], "form"),
    ("st. anthonis", ["Sint Anthonis"], "form"),
    ("St Pancras", ["Sint Pancras"], "form"),
    ("Sint Michielsgestel", ["Sint-Michielsgestel"], "form"),
    ("etten leur", ["Etten-Leur"], "form"),
    ("Nieuw-Vennep", ["Nieuw-Vennep"], "exact"),
    ("Nieuwvennep", ["Nieuw-Vennep"], "form"),
    ("Hendrik-Ido-Ambacht", ["Hendrik-Ido-Ambacht"], "exact"),
    ("Bergen op Zoom", ["Bergen op Zoom"], "exact"),
    ("Wijk bij Duurstede", ["Wijk bij Duurstede"], "exact"),
    ("Zóétermeer", ["Zoetermeer"], "form"),
    # Right names of places that the list misspells.
    ("Alblasserdam", ["Alblasserdam"], "exact"),
    ("Terneuzen", ["Terneuzen"], "exact"),
    ("Wezep", ["Wezep"], "exact"),
    ("Zoeterwoude", ["Zoeterwoude"], "exact"),
    ("Bolsward", ["Bolsward"], "exact"),
    ("Oegstgeest", ["Oegstgeest"], "exact"),
    ("Velserbroek", ["Velserbroek"], "exact"),
    ("Wolvega", ["Wolvega"], "exact"),
    # Other names.
    ("'s-Hertogenbosch", ["Den Bosch"], "other_name"),
    ("\u2019s Hertogenbosch", ["Den Bosch"], "other_name"),
    ("sHertogenbosch", ["Den Bosch"], "other_name"),
    ("'s-Gravenhage", ["Den Haag"], "other_name"),
    ("s gravenhage", ["Den Haag"], "other_name"),
    ("The Hague", ["Den Haag"], "other_name"),
    ("Haag", ["Den Haag"], "other_name"),
    ("H.I. Ambacht", ["Hendrik-Ido-Ambacht"], "other_name"),
    ("HI Ambacht", ["Hendrik-Ido-Ambacht"], "other_name"),
    ("Capelle", ["Capelle aan den IJssel"], "other_name"),
    ("Alphen", ["Alphen aan den Rijn"], "other_name"),
    ("Driebergen", ["Driebergen-Rijsenburg"], "other_name"),
    ("Spakenburg", ["Bunschoten"], "other_name"),
    ("Son en Breugel", ["Son"], "other_name"),
    ("Wijk b/d Duurstede", ["Wijk bij Duurstede"], "other_name"),
    ("B.o.Z.", ["Bergen op Zoom"], "other_name"),
    ("Gorkum", ["Gorinchem"], "other_name"),
    ("Dordt", ["Dordrecht"], "other_name"),
    ("Den Briel", ["Brielle"], "other_name"),
    ("Ljouwert", ["Leeuwarden"], "other_name"),
    ("Surhusterfean", ["Surhuisterveen"], "other_name"),
    ("Hengelo (Ov.)", ["Hengelo"], "other_name"),
    ("Hoogezand-Sappemeer", ["Hoogezand", "Sappemeer"], "other_name"),
    # Parts of one another.
    ("Sittard", ["Sittard", "Sittard-Geleen"], "exact"),
    ("Geleen", ["Geleen", "Sittard-Geleen"], "exact"),
    ("Sittard-Geleen", ["Geleen", "Sittard", "Sittard-Geleen"], "exact"),
    ("Sittard Geleen", ["Geleen", "Sittard", "Sittard-Geleen"], "form"),
    # The beginning of one place only.
    ("Rotterd", ["Rotterdam"], "beginning"),
    ("Hendrik", ["Hendrik-Ido-Ambacht"], "beginning"),
    # Slips of the keys, and what is written as it sounds.
    ("Rotterdm", ["Rotterdam"], "spelling"),
    ("Roterdam", ["Rotterdam"], "spelling"),
    ("Amsterdan", ["Amsterdam"], "spelling"),
    ("Amstredam", ["Amsterdam"], "spelling"),
    ("Utrehct", ["Utrecht"], "spelling"),
    ("Utregt", ["Utrecht"], "spelling"),
    ("Eindoven", ["Eindhoven"], "spelling"),
    ("Groninge", ["Groningen"], "beginning"),
    ("Groninegn", ["Groningen"], "spelling"),
    ("Tilbrug", ["Tilburg"], "spelling"),
    ("Almeer", ["Almere"], "spelling"),
    ("Brda", ["Breda"], "spelling"),
    ("Nijmeegen", ["Nijmegen"], "spelling"),
    ("Nijmege", ["Nijmegen"], "beginning"),
    ("Enschedé", ["Enschede"], "form"),
    ("Enchede", ["Enschede"], "spelling"),
    ("Haerlem", ["Haarlem"], "spelling"),
    ("Arnem", ["Arnhem"], "spelling"),
    ("Amersfort", ["Amersfoort"], "spelling"),
    ("Apeldorn", ["Apeldoorn"], "spelling"),
    ("Mastricht", ["Maastricht"], "spelling"),
    ("Leyden", ["Leiden"], "spelling"),
    ("Zwole", ["Zwolle"], "spelling"),
    ("Zoetemeer", ["Zoetermeer"], "spelling"),
    ("Leuwarden", ["Leeuwarden"], "spelling"),
    ("Den Hag", ["Den Haag"], "spelling"),
    ("Den Bos", ["Den Bosch"], "beginning"),
    ("Den Bosh", ["Den Bosch"], "spelling"),
    ("Gravenhaage", ["Den Haag"], "spelling"),
    ("s-Hertogenbos", ["Den Bosch"], "spelling"),
    ("Vugt", ["Vught"], "spelling"),
    ("Gorichem", ["Gorinchem"], "spelling"),
    ("Alphen aan den Rjn", ["Alphen aan den Rijn"], "spelling"),
    ("Capelle aan den Isel", ["Capelle aan den IJssel"], "spelling"),
    ("Bergen op Zom", ["Bergen op Zoom"], "spelling"),
    ("Hendrik Idoambagt", ["Hendrik-Ido-Ambacht"], "spelling"),
    ("Ternuezen", ["Terneuzen"], "spelling"),
    ("Roozendaal", ["Roosendaal"], "spelling"),
    ("Veenendal", ["Veenendaal"], "spelling"),
    ("Heerhugowaart", ["Heerhugowaard"], "spelling"),
    ("Vlisingen", ["Vlissingen"], "spelling"),
    ("Spijkenise", ["Spijkenisse"], "spelling"),
    ("Osss", ["Oss"], "spelling"),
]


@pytest.mark.parametrize(("asked", "expected", "how"), LOOKUPS)
def test_a_place_is_found_however_it_is_written(asked, expected, how):
    """A place is found by other spellings, other names and with slips, and the result says how."""
    for found in (find(asked), find(*asked.split()), find(place=asked)):
        assert places(found) == expected
        assert [reading.how for reading in found.readings] == [how]
        assert found.readings[0].assumed == (how in {"other_name", "beginning", "spelling"})
        assert found.name_words == ()


def test_enough_of_the_table_is_misspelt():
    """The table holds at least forty look-ups that are not as published or right."""
    assert sum(how != "exact" for _, _, how in LOOKUPS) >= 40
    assert sum(how == "spelling" for _, _, how in LOOKUPS) >= 30


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("olvg", {"Stichting OLVG", "Stichting OLVG (PAAZ)"}),
        ("Zuyderlnd", {"Zuyderland Medisch Centrum", "Zuyderland"}),
        ("heeren loo", {"\u2018s Heeren Loo"}),
        ("bartimeus", {"Stichting Bartiméus Sonneheerdt"}),
        ("Canisius Wilhelmina", {"St. Nijmeegs Interconfessioneel ziekenhuis Canisius-Wilhelmina"}),
        ("Elisabeth Tweesteden", {"Elisabeth-TweeSteden Ziekenhuis"}),
        ("gasthuis", {"Spaarne Gasthuis", "St. Sint Franciscus Gasthuis Vlietland Groep", "Sunt Jans Gasthuis (SJG)"}),
        ("Zwolle Isala", {"Isalaklinieken"}),
        ("Zwole Isala", {"Isalaklinieken"}),
        ("apoteek vugt", {"BENU Apotheek Willekens"}),
        ("benu wester amsterdam", {"BENU Apotheek Wester"}),
        ("Ziekenhuis Delft", {"Reinier de Graaf"}),
        ("BENU Apotheek De Meern", {"BENU Apotheek De Meern"}),
        ("E en G Zorg", {"E&G Zorg Nederland B.V."}),
        ("DJ Vinkers", {"Dr. D.J. Vinkers, Psychiater"}),
        ("BENU Aptheek De Meern", {"BENU Apotheek De Meern"}),
    ],
)
def test_a_provider_is_found_by_words_of_its_name(asked, expected):
    """Parts of a name find it, beside a place or alone, with slips where nothing fits better."""
    assert {entry.name for entry in find(*asked.split()).matches} == expected


def test_what_a_misspelt_word_of_a_name_was_taken_for_is_told():
    """A slip in a name is shown as typed and as it stands in the list."""
    assert find("Rijnstatte").readings == (Reading(asked="Rijnstatte", taken=("Rijnstate",), how="spelling"),)
    assert find("Ziekenhuis Rijnstaate").name_words == ("Ziekenhuis", "Rijnstaate")


@pytest.mark.parametrize("place", ["Assen", "Haren", "Haaren", "Almelo", "Horst", "Hoorn", "Beek", "Stein", "Epe"])
def test_a_place_in_the_list_brings_no_neighbour_in_spelling(place):
    """Where a place is spelt right, nothing else is found: Assen never gives Aalten."""
    assert places(find(place)) == [place]


@pytest.mark.parametrize(
    ("place", "near"),
    [
        ("Bergen", "Beugen"),
        ("Heerle", "Heerlen"),
        ("Haarle", "Haarlem"),
        ("Laren", "Haren"),
        ("Huissen", "Huizen"),
        ("Etten", "Etten-Leur"),
        ("Rozendaal", "Roosendaal"),
        ("Muiden", "IJmuiden"),
        ("Ouderkerk aan den IJssel", "Ouderkerk aan de Amstel"),
        ("Purmer", "Purmerend"),
    ],
)
def test_a_place_that_exists_is_not_taken_for_another(place, near):
    """A patient in Bergen is not sent to Beugen, though the result names it as near."""
    found = find(place=place)
    assert found.matches == ()
    assert found.readings == ()
    assert near in found.near_places


def test_a_place_of_the_same_name_elsewhere_is_not_taken_apart():
    """Elst in Utrecht is neither the other Elst nor the city of Utrecht."""
    assert find("Elst", "Utrecht").matches == ()
    assert places(find("Zeist", "Utrecht")) == ["Utrecht", "Zeist"]


def test_where_two_places_are_equally_near_none_is_chosen():
    """'Harren' may be Haren or Haaren: both are named, neither is assumed."""
    found = find(place="Harren")
    assert found.matches == ()
    assert found.near_places[:2] == ("Haaren", "Haren")
    assert find("Harren").readings == (Reading(asked="Harren", taken=("Haaren", "Haren"), how="spelling"),)


@pytest.mark.parametrize("words", ["Leek VAL", "Stein Stichting", "Best Stichting"])
def test_a_place_that_is_spelt_right_is_not_a_misspelt_name(words):
    """'Leek VAL' never gives VAL-Apotheek Beek, however much alike they are."""
    found = find(words)
    assert found.matches == ()
    assert found.near_places == (words.split()[0],)


def test_nothing_found_names_the_places_near_in_spelling():
    """Where nothing is found the nearest places are given, and nothing is claimed."""
    found = find("Amstelhoef")
    assert found == Found(groups=(), readings=(), name_words=("Amstelhoef",), near_places=found.near_places)
    assert "Amstelveen" in found.near_places
    assert find("xqzwv").near_places == ()


def test_a_place_without_the_kind_that_is_asked_is_still_recognised():
    """No pharmacy in the list for Goes is told apart from a place that is not known."""
    found = find("Goes", kind="pharmacy")
    assert found.matches == ()
    assert [reading.taken for reading in find(place="Goes", kind="pharmacy").readings] == [("Goes",)]
    assert "Goes" not in found.near_places


def test_a_name_that_is_not_in_the_place_gives_the_place_as_near():
    """Where the place is known but no name there fits, the place is what is offered."""
    found = find("Amsterdam", "verloskundige")
    assert found.matches == ()
    assert found.near_places == ("Amsterdam",)


def test_the_spellings_of_one_place_are_one_group():
    """'utrecht' and 'Utrecht' are one place, shown by its right name."""
    (group,) = find("utrecht").groups
    assert (group.place, group.published) == ("Utrecht", ("utrecht",))
    (group,) = find("wezep").groups
    assert (group.place, group.published) == ("Wezep", ("Wezen",))


def test_groups_are_in_the_order_of_an_index():
    """Groups are sorted by place; within one the kinds stand in the order of the lists."""
    found = find()
    assert places(found)[:3] == ["Aalsmeer", "Aalten", "Alblasserdam"]
    assert places(found).index("IJmuiden") < places(found).index("Joure")
    for group in found.groups:
        kinds = [KINDS.index(entry.kind) for entry in group.providers]
        assert kinds == sorted(kinds)


def test_a_kind_that_does_not_exist_is_refused():
    """An unknown kind is a wrong call, with the nearest kind as the way out."""
    with pytest.raises(UsageError) as caught:
        find(kind="pharmacie")
    assert str(caught.value) == "error: there is no kind 'pharmacie'\nhint: did you mean 'pharmacy'?"
    with pytest.raises(UsageError) as caught:
        find(kind="x", place="y" * 201)
    assert str(caught.value) == (
        "error: there is no kind 'x'\n"
        "hint: the kinds are: pharmacy, hospital, mental_health, long_term_care, aids\n"
        "error: the query is longer than 200 characters\n"
        "hint: give a few words of it"
    )


def test_punctuation_alone_finds_nothing():
    """Words without a letter are not the same as no words."""
    assert find("...").matches == ()
    assert len(find("", " ").matches) == 610


@pytest.mark.skipif(sys.gettrace() is not None, reason="measuring coverage takes several times as long")
@pytest.mark.parametrize(
    "words",
    [
        ("Rotterdm",),
        ("xqzwvkj",),
        ("Amsterdam", "verloskundige"),
        ("Utrehct", "Overveght", "appotheek", "carnegiedref", "neckardref", "westr"),
        ("ab",) * 60,
        ("a" * 200,),
    ],
)
def test_a_look_up_is_done_within_50_ms(words):
    """Nobody waits for a look-up, whatever is typed."""
    spent = []
    for _ in range(5):
        fold.cache_clear()
        alike.cache_clear()
        start = time.process_time()
        find(*words)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.05 * slowness()


@given(st.lists(st.text(max_size=40), max_size=8), st.sampled_from([None, *KINDS]), st.none() | st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_query_is_answered(words, kind, place):
    """Whatever is typed gives a result or a `CakwizardError`, never anything else."""
    try:
        found = find(*words, kind=kind, place=place)
    except CakwizardError:
        return
    assert set(found.matches) <= set(bundled_providers())
    assert not (found.matches and found.near_places)


# -- the names of places ----------------------------------------------------------


def test_the_table_of_places_fits_the_lists():
    """Every row of the table is about a place in the lists, or about one that is not."""
    text = (PACKAGE / "data" / "places.csv").read_text(encoding="utf-8")
    index = PlaceIndex(bundled_providers())
    published = {entry.place for entry in bundled_providers()}
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["why"] for row in rows} == {"right_name", "other_name", "part_of", "elsewhere"}
    for row in rows:
        name, means = row["name"], row["means"]
        if row["why"] == "elsewhere":
            assert not means
            assert index.named(name) is None
            assert index.begun(name) is None
            assert index.misspelt(name) is None
        else:
            assert means in index.right.values()
            assert (name in published) == (row["why"] == "right_name" or name.startswith(("Sittard", "Geleen")))
    keys = Counter((place_key(row["name"]), row["means"]) for row in rows)
    assert max(keys.values()) == 1


def test_a_list_of_ones_own_brings_its_own_places():
    """A place that the bundled lists lack is found as soon as a list has it."""
    own = [provider("Apotheek Bergen", "Bergen"), provider("Apotheek Zoom", "Bergen op Zoom")]
    assert [entry.place for entry in find_providers(own, ["bergen"]).matches] == ["Bergen"]
    assert find_providers((), ["Utrecht"], place="Utrecht").matches == ()


@given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7), st.integers(0, 7))
def test_distance_counts_slips(first, second, limit):
    """The distance is the one of the textbook, cut off at the limit."""
    rows = [[i + j if i * j == 0 else 0 for j in range(len(second) + 1)] for i in range(len(first) + 1)]
    for i in range(1, len(first) + 1):
        for j in range(1, len(second) + 1):
            changed = first[i - 1] != second[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + changed)
            if i > 1 and j > 1 and first[i - 2 : i] == second[j - 2 : j][::-1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    assert distance(first, second, limit) == min(rows[-1][-1], limit + 1)


@pytest.mark.parametrize(
    ("first", "second", "slips"),
    [
        ("zwolle", "zwolle", 0),
        ("zwole", "zwolle", 1),
        ("leyden", "leiden", 1),
        ("utregt", "utrecht", 1),
        ("enchede", "enschede", 1),
        ("idoambagt", "idoambacht", 1),
        ("assen", "aalten", None),
        ("oss", "son", None),
        ("best", "beesel", None),
    ],
)
def test_short_words_are_forgiven_less(first, second, slips):
    """How many slips are forgiven depends on the length; what sounds the same is one slip."""
    assert alike(first, second) == alike(second, first) == slips


# -- reading a file -----------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        (HEADER + ROW).encode(),
        ("\ufeff" + HEADER + ROW).encode(),
        (HEADER + ROW).replace("\n", "\r\n").encode(),
        (HEADER + ROW).replace(",", ";").encode(),
        ("\ufeff" + HEADER + ROW + ",,,,\n\n").replace(",", ";").replace("\n", "\r\n").encode(),
        b"DATE , List,kind,place,name\n2026,mine,pharmacy, Gouda,  Apotheek \t Rond ",
        b'"name","place","kind","list","date"\n"Apotheek Rond","Gouda","pharmacy","mine","2026"\n',
    ],
)
def test_a_file_is_read_as_excel_writes_it(data, tmp_path):
    """Semicolons, a byte order mark, CRLF, quotes and emptied rows are no faults."""
    file = tmp_path / "list.csv"
    file.write_bytes(data)
    assert read_providers(file) == (
        Provider(name="Apotheek Rond", place="Gouda", kind="pharmacy", list="mine", date="2026"),
    )


@pytest.mark.parametrize("date", ["2022", "2024-02", "2024-02-29"])
def test_a_date_may_lack_day_and_month(date):
    """A date is ISO 8601, whole or without its end."""
    assert providers_from_bytes((HEADER + f"a,b,aids,mine,{date}").encode(), file="f")[0].date == date


def test_all_faults_of_a_file_are_told_at_once():
    """Each fault has its line, its column, the line itself and a way out."""
    assert faults(
        HEADER
        + "Apotheek Rond,Gouda,apothecary,mine,2026\n"
        + ",,pharmacy,mine,2026-13\n"
        + 'Apotheek "De Brug,Gouda,pharmacy,mine,1-10-2022\n'
        + "Apotheek Ermel, Centrum,Ermelo,pharmacy,mine,2026\n"
        + '"Apotheek Rond,Gouda,pharmacy,mine,2026\n'
        + "Apotheek \u202eRond,Gouda,pharmacy,mine,2026\n"
        + "Apotheek\x00,Gouda,pharmacy,mine,2026\n"
        + ROW
        + ROW
    ) == [
        "f.csv:2:21: error: there is no kind 'apothecary'\n"
        "   2 | Apotheek Rond,Gouda,apothecary,mine,2026\n"
        "     |                     ^^^^^^^^^^\n"
        "hint: the kinds are: pharmacy, hospital, mental_health, long_term_care, aids",
        "f.csv:3:1: error: the name is missing\n"
        "   3 | ,,pharmacy,mine,2026-13\n"
        "     | ^\n"
        "hint: fill in the name, or delete the line",
        "f.csv:3:2: error: the place is missing\n"
        "   3 | ,,pharmacy,mine,2026-13\n"
        "     |  ^\n"
        "hint: fill in the place, or delete the line",
        "f.csv:3:17: error: '2026-13' is not a date\n"
        "   3 | ,,pharmacy,mine,2026-13\n"
        "     |                 ^^^^^^^\n"
        "hint: write YYYY, YYYY-MM or YYYY-MM-DD (in Excel give the column the format Text first)",
        "f.csv:4:39: error: '1-10-2022' is not a date\n"
        '   4 | Apotheek "De Brug,Gouda,pharmacy,mine,1-10-2022\n'
        "     |                                       ^^^^^^^^^\n"
        "hint: write YYYY, YYYY-MM or YYYY-MM-DD (in Excel give the column the format Text first)",
        "f.csv:5:1: error: the line has 6 columns instead of 5\n"
        "   5 | Apotheek Ermel, Centrum,Ermelo,pharmacy,mine,2026\n"
        "     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        'hint: a name that holds the delimiter must stand in quotes: "Apotheek De Brug, Centrum"',
        "f.csv:6:1: error: a quote is not closed\n"
        '   6 | "Apotheek Rond,Gouda,pharmacy,mine,2026\n'
        "     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "hint: close the quote, and write a quote inside a name twice",
        "f.csv:7:1: error: the name holds the invisible character U+202E\nhint: delete it, or type the name anew",
        "f.csv:8:1: error: the name holds the invisible character U+0000\nhint: delete it, or type the name anew",
        "f.csv:10:1: error: 'Apotheek Rond' in 'Gouda' stands here again\n"
        "  10 | Apotheek Rond,Gouda,pharmacy,mine,2026\n"
        "     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "hint: delete this line or line 9",
    ]


HEADER_HINT = "hint: the first line must be: name,place,kind,list,date (or the same with semicolons)"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["f.csv:1:1: error: the first line does not name the columns\n   1 | \n     | ^\n" + HEADER_HINT]),
        (
            b"Apotheek Rond\tGouda\n",
            ["f.csv:1:1: error: the first line does not name the columns\n" + HEADER_HINT],
        ),
        (
            b"name,name,place,soort,list,date\n",
            [
                f"f.csv:1:1: error: {fault}\n   1 | name,name,place,soort,list,date\n     | {'^' * 31}\n{HEADER_HINT}"
                for fault in ("column 'kind' is missing", "column 'name' stands twice", "column 'soort' is not known")
            ],
        ),
        (HEADER.encode(), ["f.csv:1:1: error: the list has no providers\nhint: add one provider per line"]),
        (
            "\ufeff".encode() + HEADER.encode() + b"Apotheek\xe9,",
            [
                "f.csv:2:9: error: the file is not UTF-8: byte 0xe9 cannot be read\n"
                "hint: in Excel save it as 'CSV UTF-8 (delimited)'"
            ],
        ),
        (
            HEADER.encode("utf-16"),
            [
                "f.csv:1:1: error: the file is not UTF-8: byte 0xff cannot be read\n"
                "hint: in Excel save it as 'CSV UTF-8 (delimited)'"
            ],
        ),
        (
            b"PK\x03\x04rest of a workbook",
            [
                "f.csv:1:1: error: this is a workbook or another zipped file, not CSV\n"
                "hint: in Excel save it as 'CSV UTF-8 (delimited)'"
            ],
        ),
        (
            b" " * (MAX_BYTES + 1),
            ["f.csv:1:1: error: the file is larger than 1,000,000 bytes\nhint: give a list of providers in CSV"],
        ),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(data, expected):
    """A wrong header, another encoding, a workbook or a huge file are told in one message."""
    assert faults(data) == expected


def test_a_name_as_long_as_a_page_is_a_fault():
    """A field that swallowed others is told as what it is."""
    (message,) = faults(HEADER + "a" * 201 + ",b,aids,mine,2026")
    assert message.startswith("f.csv:2:1: error: the name is longer than 200 characters\n")


def test_of_very_many_faults_the_first_are_told():
    """A file that is wrong throughout does not flood the screen."""
    messages = faults(HEADER + "x\n" * 300_000)
    assert len(messages) == MAX_ISSUES + 1
    assert messages[-1] == (
        "error: there are more faults from line 202 on\nhint: mend the first ones and read the file again"
    )


@pytest.mark.parametrize("line", ['"' * 900_000, "x," * 450_000, "a" * 900_000, '"a",' * 200_000])
def test_a_hostile_line_is_read_in_time(line):
    """No line makes the reader slow."""
    start = time.process_time()
    faults(line)
    (message,) = faults(HEADER + line)
    assert message.startswith("f.csv:2:1: error: the line is longer than 10,000 characters\n")
    assert time.process_time() - start < 2


def test_a_file_that_cannot_be_opened_is_told(tmp_path):
    """A missing file, a folder and an impossible name are faults of the call, not of the program."""
    missing = tmp_path / "none.csv"
    with pytest.raises(FileError) as caught:
        read_providers(missing)
    assert caught.value.issues[0].hint == "check the name after --providers"
    assert "cannot read the providers in '" in str(caught.value)
    for path in (tmp_path, "a\0b"):
        with pytest.raises(FileError):
            read_providers(path)


FIELD = st.text(st.characters(categories=["L", "N", "P", "S"]) | st.just(" "), min_size=1, max_size=30).filter(
    lambda text: text.isprintable() and text.strip(" ")
)


@given(st.lists(st.tuples(FIELD, FIELD, st.sampled_from(KINDS)), min_size=1), st.sampled_from(",;"))
@settings(deadline=None)
def test_what_a_csv_writer_writes_is_read_back(rows, delimiter):
    """Every name survives the way through a CSV file, quotes and delimiters included."""
    entries = {
        Provider(name=" ".join(name.split(" ")), place=place, kind=kind, list="mine", date="2026"): None
        for name, place, kind in ((" ".join(n.split()), " ".join(p.split()), k) for n, p, k in rows)
        if name and place
    }
    if not entries:
        return
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(["name", "place", "kind", "list", "date"])
    writer.writerows([e.name, e.place, e.kind, e.list, e.date] for e in entries)
    assert providers_from_bytes(stream.getvalue().encode(), file="f") == tuple(entries)


@given(
    st.binary(max_size=300)
    | st.binary(max_size=300).map(lambda data: HEADER.encode() + data)
    | st.text(max_size=300).map(lambda text: (HEADER + ROW + text).encode(errors="replace"))
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    """Whatever the bytes, the reader gives providers or a `CakwizardError`."""
    try:
        entries = providers_from_bytes(data, file="f.csv")
    except CakwizardError as error:
        refused = error
    else:
        refused = None
    if refused:
        assert all(issue.hint for issue in refused.issues)
        assert "\x1b" not in str(refused)
        return
    assert entries
    assert all(entry.kind in KINDS and entry.name and entry.place for entry in entries)
    assert len(find_providers(entries).matches) == len(entries)


# -- pasted text ------------------------------------------------------------------


def test_a_pasted_list_becomes_entries_and_reasons():
    """Headings, blanks and bullets are passed over; every other line that is no entry is told."""
    text = (
        "Bekijk de lijst\r\nA\r\nAalsmeer, Apotheek van der Mooren BV\r\n\u00a0\r\nE\n"
        "• Ermelo , Apotheek  Ermel, Centrum\n"
        "Oss,\n, Apotheek\nAalsmeer, Apotheek van der Mooren BV\nGouda, Apotheek\x1b[31m Rond\n" + "a" * 201 + ", b\n"
    )
    parsed = parse_published_list(text, "pharmacy", " mine ", "2026-02")
    assert parsed.entries == (
        Provider(name="Apotheek van der Mooren BV", place="Aalsmeer", kind="pharmacy", list="mine", date="2026-02"),
        Provider(name="Apotheek Ermel, Centrum", place="Ermelo", kind="pharmacy", list="mine", date="2026-02"),
    )
    assert parsed.rejected == (
        RejectedLine(line=1, text="Bekijk de lijst", reason="no_comma"),
        RejectedLine(line=7, text="Oss,", reason="no_name"),
        RejectedLine(line=8, text=", Apotheek", reason="no_place"),
        RejectedLine(line=9, text="Aalsmeer, Apotheek van der Mooren BV", reason="repeated"),
        RejectedLine(line=10, text="Gouda, Apotheek\x1b[31m Rond", reason="unprintable"),
        RejectedLine(line=11, text="a" * 201 + ", b", reason="too_long"),
    )


def test_a_bundled_list_survives_being_pasted():
    """A list written as the CAK writes it is read back entry by entry."""
    for kind in KINDS:
        entries = find(kind=kind).matches
        text = "\n".join(f"{entry.place}, {entry.name}" for entry in entries)
        parsed = parse_published_list(text, kind, entries[0].list, entries[0].date)
        assert (parsed.entries, parsed.rejected) == (entries, ())


def test_what_is_said_about_a_pasted_list_is_checked():
    """A wrong kind, no id and a wrong date are told together."""
    with pytest.raises(UsageError) as caught:
        parse_published_list("", "hospitals", " ", "yesterday")
    assert str(caught.value) == (
        "error: there is no kind 'hospitals'\nhint: did you mean 'hospital'?\n"
        "error: the list is missing\nhint: fill in the list, or delete the line\n"
        "error: 'yesterday' is not a date\n"
        "hint: write YYYY, YYYY-MM or YYYY-MM-DD (in Excel give the column the format Text first)"
    )


@given(st.text())
def test_any_text_can_be_pasted(text):
    """Whatever is pasted, each line is an entry, has a reason, or is blank or a heading."""
    parsed = parse_published_list(text, "aids", "mine", "2026")
    assert len(parsed.entries) + len(parsed.rejected) <= text.count("\n") + text.count("\r") + 1


# -- comparing --------------------------------------------------------------------


def test_a_list_is_the_same_as_itself():
    """Nothing is new, gone or respelt when nothing changed."""
    comparison = compare_lists(bundled_providers(), iter(bundled_providers()))
    assert (comparison.new, comparison.gone, comparison.respelt, comparison.unchanged) == ((), (), (), 610)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (provider("BENU Apotheek Rond BV"), provider("Benu Apotheek Rond B.V.")),
        (provider("Apotheek Rond BV"), provider("Apotheek Rond")),
        (provider("Stichting Zorggroep Florence"), provider("Zorggroep Florence")),
        (provider("ZZG Zoprggroep"), provider("ZZG Zorggroep")),
        (provider("GGz Eindhoven(GGzE)"), provider("GGz Eindhoven (GGzE)")),
        (provider("Elisabeth-TweeSteden"), provider("Elisabeth Twee Steden")),
        (provider("Apotheek Rond", "Wezen"), provider("Apotheek Rond", "Wezep")),
        (provider("Apotheek Rond", "utrecht"), provider("Apotheek Rond", "Utrecht")),
        (provider("Apotheek Rond", "Roterdam"), provider("Apotheek Rond", "Rotterdam")),
    ],
)
def test_a_provider_written_otherwise_is_respelt(old, new):
    """Other case, legal forms, slips and another spelling of the place are the same provider."""
    comparison = compare_lists([old], [new])
    assert comparison.respelt == (Respelling(old=old, new=new),)
    assert (comparison.new, comparison.gone, comparison.unchanged) == ((), (), 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (provider("BENU Apotheek Carnegiedreef"), provider("BENU Apotheek Neckardreef")),
        (provider("Apotheek Rond"), provider("Apotheek Rond", "Zwolle")),
        (provider("Apotheek Rond"), provider("Apotheek Rond", kind="hospital")),
        (provider("Apotheek Noord"), provider("Apotheek Zuid")),
        (provider("Apotheek"), provider("Apotheek Zuid")),
    ],
)
def test_another_provider_is_not_taken_for_a_respelling(old, new):
    """Two branches of a chain, two places and two kinds are gone and new."""
    comparison = compare_lists([old], [new])
    assert (comparison.new, comparison.gone, comparison.respelt) == ((new,), (old,), ())


def test_two_places_that_resemble_each_other_stay_two():
    """A chain that leaves Haren and comes to Haaren has moved when both lists know both places."""
    both = [provider("A", "Haren"), provider("B", "Haaren")]
    comparison = compare_lists([*both, provider("Livit", "Haren")], [*both, provider("Livit", "Haaren")])
    assert comparison.respelt == ()
    assert comparison.unchanged == 2


def test_the_closest_spelling_is_paired():
    """Of two candidates the one that is the same but for its case is the respelt one."""
    old = [provider("Apotheek Lindeboom")]
    new = [provider("Apotheek Lindebooms"), provider("APOTHEEK LINDEBOOM")]
    comparison = compare_lists(old, new)
    assert comparison.respelt == (Respelling(old=old[0], new=new[1]),)
    assert comparison.new == (new[0],)


def test_an_entry_that_stands_twice_counts_twice():
    """An entry that stands once less in the newer list is gone once."""
    comparison = compare_lists([provider("A"), provider("A")], [provider("A")])
    assert (comparison.gone, comparison.unchanged) == ((provider("A"),), 1)


@given(st.lists(st.sampled_from(bundled_providers()), max_size=30), st.lists(st.sampled_from(bundled_providers())))
@settings(deadline=None)
def test_a_comparison_accounts_for_every_entry(old, new):
    """Each entry of both lists is unchanged, respelt, gone or new, and only one of these."""
    comparison = compare_lists(old, new)
    assert comparison.unchanged + len(comparison.respelt) + len(comparison.gone) == len(old)
    assert comparison.unchanged + len(comparison.respelt) + len(comparison.new) == len(new)
