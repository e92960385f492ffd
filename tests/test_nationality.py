"""Nationality as people say it: country, code, what its people are called, also misspelt."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files

import pytest

from cakwizard.deciding.countries import country_names, find_countries, fold, said_countries, understand_country
from cakwizard.tree.records import DecisionTree, Question


@pytest.fixture(scope="module")
def question(tree: DecisionTree) -> Question:
    """The question that is answered by a country."""
    return tree.questions["nationality"]


SAID = [
    ("Poolse", "PL"), ("Pools", "PL"), ("polish", "PL"), ("POL", "PL"), ("pl", "PL"), ("Polen", "PL"),
    ("Marokkaans", "MA"), ("Marokkaan", "MA"), ("Ghanees", "GH"), ("Ghanese", "GH"), ("Ghanaian", "GH"),
    ("VK", "GB"), ("UK", "GB"), ("Engels", "GB"), ("Engelse", "GB"), ("Schotland", "GB"), ("british", "GB"),
    ("DR Congo", "CD"), ("DRC", "CD"), ("Turkse", "TR"), ("Turk", "TR"), ("Türkiye", "TR"), ("Turkey", "TR"),
    ("Syrische", "SY"), ("Syriër", "SY"), ("syrier", "SY"), ("Oekraiens", "UA"), ("Oekraïense", "UA"),
    ("Eritrese", "ER"), ("Somalisch", "SO"), ("Afghaanse", "AF"), ("Iraakse", "IQ"), ("Iraanse", "IR"),
    ("Surinaamse", "SR"), ("Braziliaanse", "BR"), ("Filipijnse", "PH"), ("Vietnamese", "VN"), ("Chinese", "CN"),
    ("U.S.A.", "US"), ("Amerikaanse", "US"), ("Ivoorkust", "CI"), ("Ivory Coast", "CI"), ("Kaapverdische", "CV"),
    ("Birma", "MM"), ("Moldova", "MD"), ("Wit-Rusland", "BY"), ("Zuid Afrika", "ZA"), ("zuid-afrikaanse", "ZA"),
    ("Guinee", "GN"), ("Guinea", "GN"), ("Guinee-Bissau", "GW"), ("Nigerees", "NE"), ("Nigeriaanse", "NG"),
    ("Roemeense", "RO"), ("Bulgaarse", "BG"), ("Spaanse", "ES"), ("Deense", "DK"), ("Noorse", "NO"), ("IJslands", "IS"),
    ("Palestijnse", "PS"), ("Kosovaarse", "XK"), ("Hongkong", "HK"), ("Bonaire", "BQ"), ("Arubaanse", "AW"),
    ("Ierland", "IE"), ("Iran", "IR"), ("Irak", "IQ"), ("Slovaakse", "SK"), ("Sloveense", "SI"), ("Dutch", "NL"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "code"), SAID)
def test_a_country_is_understood_as_people_say_it(word: str, code: str, question: Question) -> None:
    """A name, a code or what its people are called is that country, without a guess."""
    found = understand_country(question, word, "nl")
    assert found is not None
    assert (found.code, found.guessed) == (code, False)


MISSPELT = [
    ("Marokaans", "MA"), ("Poollse", "PL"), ("Ghanesee", "GH"), ("Surinams", "SR"), ("Oekrains", "UA"),
    ("Afgaans", "AF"), ("Filippijense", "PH"), ("Ethiopie", "ET"), ("Ethopisch", "ET"), ("Ethiopiche", "ET"),
    ("Roemens", "RO"), ("Duitsand", "DE"), ("Eritreaans", "ER"), ("Phillipines", "PH"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "code"), MISSPELT)
def test_a_misspelt_country_is_said_back(word: str, code: str, question: Question) -> None:
    """A slip still names the country, in the language asked for."""
    found = understand_country(question, word, "en")
    assert found is not None
    assert (found.code, found.name) == (code, country_names("en")[code])


@pytest.mark.parametrize(
    "word", ["", "xyz", "Gana", "zwanger", "geen papieren", "x" * 5000, "Middle-earth", "nee", "…"]
)
def test_what_is_no_country_is_none(word: str, question: Question) -> None:
    """A word that is too far from every name, or too short to tell, is not guessed."""
    assert understand_country(question, word, "nl") is None


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("Antillen", {"AW", "BQ", "CW", "SX"}),
        ("Congolees", {"CD", "CG"}),
        ("Koreaanse", {"KP", "KR"}),
        ("Koerdisch", {"IQ", "IR", "SY", "TR"}),
        ("Joegoslavië", {"BA", "HR", "ME", "MK", "RS", "SI", "XK"}),
        ("Austrlia", {"AT", "AU"}),
        ("Dominicaanse", {"DM", "DO"}),
    ],
)
def test_what_could_be_two_countries_leaves_both_open(word: str, codes: set[str], question: Question) -> None:
    """The options of all of them stay open, and it says that it could be more than one."""
    found = understand_country(question, word, "nl")
    assert found is not None
    assert found.ambiguous
    assert set(found.codes) == codes
    each = [understand_country(question, code, "nl") for code in codes]
    assert found.options == frozenset().union(*(one.options for one in each if one))


@pytest.mark.parametrize(
    ("word", "options"),
    [
        ("UA", {"ukraine", "other"}),
        ("NL", {"dutch"}),
        ("Bonaire", {"dutch"}),
        ("Curaçao", {"aruba_curacao_sint_maarten"}),
        ("Antillen", {"aruba_curacao_sint_maarten", "dutch"}),
        ("Zwitserse", {"eu_efta_uk"}),
        ("Schots", {"eu_efta_uk"}),
        ("Servisch", {"other"}),
        ("staatloos", {"stateless"}),
    ],
)
def test_a_country_opens_the_options_of_the_contract(word: str, options: set[str], question: Question) -> None:
    """UA leaves two open, the islands go by themselves, the EU, EFTA and UK are one answer."""
    found = understand_country(question, word, "nl")
    assert found is not None
    assert found.options == options


def test_other_names_of_a_tree_go_first(small: DecisionTree) -> None:
    """A tree may say what a name means there: a country or an option."""
    question = small.questions["nationality"]
    named, meant = understand_country(question, "Engeland", "en"), understand_country(question, "Staatloos", "en")
    assert (named and named.name, meant and (meant.name, meant.codes)) == ("United Kingdom", ("Other country", ()))


@pytest.mark.parametrize("word", ["onbekend", "unknown", "weet niet"])
def test_not_known_leaves_everything_open(word: str, question: Question) -> None:
    """Somebody who does not know the nationality can say so there."""
    found = understand_country(question, word, "nl")
    assert found is not None
    assert found.options == set(question.options)


def slips(word: str) -> Iterator[str]:
    """Yield a word with one letter left out, doubled or swapped."""
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
        yield word[:place] + word[place] + word[place:]
        yield word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]


@pytest.mark.slow
def test_a_slip_never_makes_another_country_of_it_silently(question: Question) -> None:
    """Whatever letter is lost, doubled or swapped: what is guessed has the country meant among it."""
    for word, meant in list(said_countries(question, "nl"))[::8]:
        for slip in slips(word):
            found = understand_country(question, slip, "nl")
            if found is not None and found.guessed:
                assert set(found.codes) & set(meant.codes), (word, slip, found)


@pytest.mark.parametrize(
    ("typed", "first", "among"),
    [("ga", "GA", "GH"), ("marok", "MA", "MA"), ("poo", "PL", "PL"), ("pl", "PL", "PL"), ("Eritr", "ER", "ER")],
)
def test_a_list_while_typing_has_the_likeliest_first(typed: str, first: str, among: str, question: Question) -> None:
    """Beginnings of names go first, then of what people are called, then names with letters left out."""
    codes = [one.code for one in find_countries(question, typed, "nl")]
    assert codes[0] == first
    assert among in codes
    assert len(codes) == len(set(codes))


def test_a_list_names_each_country_that_a_word_may_mean(question: Question) -> None:
    """What could be several countries is offered as each of them; nothing typed offers nothing."""
    assert {one.code for one in find_countries(question, "Antillen", "nl")} == {"AW", "BQ", "CW", "SX"}
    assert find_countries(question, " ", "nl") == []
    assert [one.guessed for one in find_countries(question, "Marokaans", "nl")] == [True]


def test_demonyms_are_those_of_countries_and_say_one_thing() -> None:
    """Every row names countries that exist, and no word stands in two rows."""
    text = (files("cakwizard") / "data" / "demonyms.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {code for row in rows for code in row["codes"].split()} <= country_names("en").keys()
    by_word: dict[str, str] = {}
    for row in rows:
        for word in {fold(word) for word in f"{row['nl']}|{row['en']}".split("|")}:
            assert by_word.setdefault(word, row["codes"]) == row["codes"], word
