"""Answers as people write them: in a file, on the command line, as a nationality, in one sentence."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

import pytest

from cakwizard.deciding.answers import (
    Slips,
    check_dates,
    parse_answer,
    parse_day,
    parse_settings,
    preset_option,
    read_answers,
)
from cakwizard.deciding.countries import (
    Country,
    country_names,
    find_countries,
    fold,
    said_countries,
    understand_country,
)
from cakwizard.deciding.opening import understand
from cakwizard.errors import AnswerError, FileError, UsageError
from cakwizard.tree.records import DecisionTree, Question
from tests.conftest import TODAY


def test_a_file_gives_options_lists_countries_and_dates(small: DecisionTree) -> None:
    """One option, several, `unknown`, a country, a bare yes, which YAML takes for a truth, and both ways of a day."""
    answers = "{payer: nobody, nationality: Poolse, stay: [none, asylum], provider: unknown, pregnant: yes}"
    text = f"care_date: 24-11-2026\nclaim_date: 2026-11-25\nanswers: {answers}\n"
    found = read_answers(text, "mine.yaml", small)
    assert (found.care_date, found.claim_date) == (TODAY, datetime.date(2026, 11, 25))
    assert found.answers == {
        "payer": {"nobody"},
        "nationality": {"europe"},
        "stay": {"none", "asylum"},
        "provider": set(small.questions["provider"].options),
        "pregnant": {"yes"},
    }


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("answers:\n  payr: nobody", "mine.yaml:2:3", "did you mean 'payer'?"),
        ("answers:\n  payer: nobdy", "mine.yaml:2:10", "did you mean 'nobody'?"),
        ("answers:\n  nationality: Poolsse", "mine.yaml:2:16", "did you mean 'Polen'?"),
        ("answers:\n  payer: []", "mine.yaml:2:10", "is not an answer"),
    ],
)
def test_an_answer_that_does_not_exist_is_shown_in_its_place(
    text: str, place: str, said: str, small: DecisionTree
) -> None:
    """The file, line and column are named, with a caret and the nearest answer."""
    with pytest.raises(FileError) as fault:
        read_answers(text, "mine.yaml", small)
    assert place in str(fault.value)
    assert "^" in str(fault.value)
    assert said in str(fault.value)


@pytest.mark.parametrize(
    "text", ["answers: ]", "answers: 3", "anwsers: {}", "care_date: 31-02-2026", "answers: {payer: &a nobody}", "- a"]
)
def test_a_file_that_holds_something_else_is_refused(text: str, small: DecisionTree) -> None:
    """What is no file of answers is a fault with a place, never a traceback."""
    with pytest.raises(FileError, match=r"mine\.yaml:1:"):
        read_answers(text, "mine.yaml", small)


def test_all_that_is_wrong_is_told_at_once(small: DecisionTree) -> None:
    """An answer that is no word, one that does not exist and a wrong date: each with its place."""
    text = "answers:\n  payer: {a: b}\n  stay: nne\ncare_date: 31-02-2026\n"
    with pytest.raises(FileError) as fault:
        read_answers(text, "mine.yaml", small)
    places = [one.location.line for one in fault.value.issues if one.location]
    assert sorted(places) == [2, 3, 4]


def test_answers_that_are_gone_are_named(small: DecisionTree) -> None:
    """Answers that this edition does not know are named, and the others are taken."""
    gone: list[str] = []
    found = read_answers("answers: {payer: nobody, colour: red, provider: [gp, baker]}", "x", small, Slips(gone=gone))
    assert gone == ["colour: red", "provider: gp, baker"]
    assert found.answers == {"payer": {"nobody"}}


def test_settings_are_written_with_an_equals_sign(small: DecisionTree) -> None:
    """QUESTION=OPTION[,OPTION…]; anything else says how."""
    assert parse_settings(small, ["payer=nobody, policy", " nationality = UA"]) == {
        "payer": {"nobody", "policy"},
        "nationality": {"fled", "other"},
    }
    with pytest.raises(UsageError, match="QUESTION=OPTION"):
        parse_settings(small, ["payer nobody"])
    with pytest.raises(AnswerError):
        parse_settings(small, ["payer="])


def test_the_preset_question_is_answered_as_people_say_it(small: DecisionTree) -> None:
    """By id, label or synonym in either language; what is none of these, or a tree without such a question, is told."""
    assert {preset_option(small, word, "--as") for word in ("midwife", " Verloskundige ", "VROEDVROUW")} == {"midwife"}
    with pytest.raises(AnswerError, match="midwife"):
        preset_option(small, "midwif", "--as")
    with pytest.raises(UsageError, match="--as"):
        preset_option(replace(small, preset=None), "midwife", "--as")


def test_a_misspelt_country_is_only_taken_where_it_is_said_back(small: DecisionTree) -> None:
    """Without a list to note it in a guess is refused; with one it is taken and noted, unless it could be two."""
    with pytest.raises(AnswerError):
        parse_answer(small, "nationality", ["Poolsse"])
    taken: list[Country] = []
    assert parse_answer(small, "nationality", ["Poolsse"], Slips("en", taken)) == {"europe"}
    assert [(one.typed, one.name, one.guessed) for one in taken] == [("Poolsse", "Poland", True)]


@pytest.mark.parametrize("word", ["2026-11-24", "24-11-2026", " 24-11-2026 "])
def test_a_day_is_written_in_two_ways(word: str) -> None:
    """Year first or day first; the month is always in the middle."""
    assert parse_day(word, "--date") == TODAY


@pytest.mark.parametrize("word", ["31-02-2026", "2026-13-01", "11/24/2026", "24-11-26", "vandaag", "٢٤-11-2026", ""])
def test_what_is_no_day_says_how_to_write_one(word: str) -> None:
    """A date that does not exist or is written otherwise names itself and the way."""
    with pytest.raises(UsageError, match="31-01-2026"):
        parse_day(word, "--date")


def test_a_claim_is_not_before_the_care() -> None:
    """The same day is fine, the day before is not."""
    check_dates(TODAY, TODAY)
    with pytest.raises(UsageError, match="23-11-2026"):
        check_dates(TODAY, TODAY - datetime.timedelta(days=1))


# -- nationality: country, code, what its people are called, also misspelt ----------------


@pytest.fixture(scope="module")
def question(tree: DecisionTree) -> Question:
    """The question that is answered by a country."""
    return tree.questions["nationality"]


def understood(word: str, question: Question, language: str = "nl") -> Country:
    """Return the country, or countries, that a word is taken for."""
    found = understand_country(question, word, language)
    assert found is not None
    return found


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
    found = understood(word, question)
    assert (found.codes, found.guessed) == ((code,), False)


MISSPELT = [
    ("Marokaans", "MA"), ("Poollse", "PL"), ("Ghanesee", "GH"), ("Surinams", "SR"), ("Oekrains", "UA"),
    ("Afgaans", "AF"), ("Filippijense", "PH"), ("Ethiopie", "ET"), ("Ethopisch", "ET"), ("Ethiopiche", "ET"),
    ("Roemens", "RO"), ("Duitsand", "DE"), ("Eritreaans", "ER"), ("Phillipines", "PH"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "code"), MISSPELT)
def test_a_misspelt_country_is_said_back(word: str, code: str, question: Question) -> None:
    """A slip still names the country, in the language asked for."""
    found = understood(word, question, "en")
    assert (found.codes, found.name) == ((code,), country_names("en")[code])


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
    found = understood(word, question)
    assert set(found.codes) == codes
    assert found.options == frozenset().union(*(understood(code, question).options for code in codes))


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
    assert understood(word, question).options == options


def test_other_names_of_a_tree_go_first(small: DecisionTree) -> None:
    """A tree may say what a name means there: a country or an option."""
    question = small.questions["nationality"]
    named, meant = (understood(word, question, "en") for word in ("Engeland", "Staatloos"))
    assert (named.name, meant.name, meant.codes) == ("United Kingdom", "Other country", ())


@pytest.mark.parametrize("word", ["onbekend", "unknown", "weet niet"])
def test_not_known_leaves_everything_open(word: str, question: Question) -> None:
    """Somebody who does not know the nationality can say so there."""
    assert understood(word, question).options == set(question.options)


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
    codes = [code for one in find_countries(question, typed, "nl") for code in one.codes]
    assert codes[0] == first
    assert among in codes
    assert len(codes) == len(set(codes))


def test_a_list_names_each_country_that_a_word_may_mean(question: Question) -> None:
    """What could be several countries is offered as each of them; nothing typed offers nothing."""
    assert {one.codes for one in find_countries(question, "Antillen", "nl")} == {("AW",), ("BQ",), ("CW",), ("SX",)}
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


# -- the opening line: what a sentence answers, and what must not be taken from it ---------

TAKEN = """
zwanger, uit Ghana, geen papieren | maternity_care=maternity nationality=other stay=none
ZWANGER UIT GHÁNA GEEN PAPIEREN | maternity_care=maternity nationality=other stay=none
Poolse vrouw, zwanger, niet verzekerd | nationality=eu_efta_uk maternity_care=maternity payer=nobody
Vrouw uit Syrië, asiel aangevraagd, zwanger | nationality=other waiting_for=asylum maternity_care=maternity
asielzoekster uit Eritrea, RMA-pas | waiting_for=asylum nationality=other payer=coa
gevlucht uit Oekraïne, bevalling | nationality=ukraine maternity_care=maternity
Marokkaanse, visum verlopen, bevallen | nationality=other stay=none maternity_care=maternity
illegaal, Nigeriaanse, miskraam | stay=none nationality=other maternity_care=maternity
Braziliaanse toeriste, in verwachting | nationality=other stay=visitor maternity_care=maternity
Surinaamse, visum, zwanger, geen verzekering | nationality=other stay=visitor maternity_care=maternity payer=nobody
Nederlandse zonder verzekering, zwanger | nationality=dutch payer=nobody maternity_care=maternity
NIPT, Ghanese, geen papieren | maternity_care=screening nationality=other stay=none
20-wekenecho, uit China, ongedocumenteerd | maternity_care=screening nationality=other stay=none
abortus, Roemeense, onverzekerd | maternity_care=abortion nationality=eu_efta_uk payer=nobody
zit vast, zwanger | payer=custody maternity_care=maternity
EHIC, Duitse, bevalling | payer=foreign_cover nationality=eu_efta_uk maternity_care=maternity
kraamzorg, Ethiopische, uitgeprocedeerd | maternity_care=maternity nationality=other stay=none
Turkse, wacht op de IND | nationality=other stay=waiting
zwanger, Dublin, uit Guinee | maternity_care=maternity stay=deferred nationality=other
uit India, studievergunning, zwanger | nationality=other permit_kind=study maternity_care=maternity
zij kan zelf betalen | payer=patient
zwangere uit Congo, geen verblijfsvergunning | maternity_care=maternity nationality=other stay=none
woont op Curaçao, bevalling | nationality=aruba_curacao_sint_maarten maternity_care=maternity
artikel 64, Iraakse, zwanger | stay=deferred nationality=other maternity_care=maternity
eerste vergunning, Amerikaanse, zwanger | waiting_for=first_permit nationality=other maternity_care=maternity
heeft een Nederlandse zorgverzekering, Marokkaanse | payer=dutch_policy nationality=other
zwangerschap voorkomen, Poolse | maternity_care=contraception nationality=eu_efta_uk
Vietnamese vrouw in vreemdelingendetentie | nationality=other payer=custody
Pools en Oekraïens paspoort | nationality=eu_efta_uk
Poolse en haar man is Nederlander | nationality=eu_efta_uk
zuid-afrikaanse, geen verblijfsrecht | nationality=other stay=none
Sierra Leoonse en zwanger | nationality=other maternity_care=maternity
en: pregnant, from Ghana, no papers | maternity_care=maternity nationality=other stay=none
en: Polish woman, not insured, giving birth | nationality=eu_efta_uk payer=nobody maternity_care=maternity
en: asylum seeker from Eritrea, RMA card | waiting_for=asylum nationality=other payer=coa
en: undocumented, Nigerian, miscarriage | stay=none nationality=other maternity_care=maternity
en: Brazilian tourist, expecting | nationality=other stay=visitor maternity_care=maternity
en: fled from Ukraine, labour | nationality=ukraine maternity_care=maternity
en: dutch passport, uninsured | nationality=dutch payer=nobody
en: Filipino, waiting for the IND, pregnant | nationality=other stay=waiting maternity_care=maternity
"""

NOT_TAKEN = """
niet zwanger
niet meer zwanger
ongewenst zwanger
misschien zwanger
haar zus is zwanger
geen asiel
asiel afgewezen
wil asiel aanvragen
asielzoeker geweest
asiel heeft zij niet
vroeger in Polen
haar man is Pools
getrouwd met een Duitser
partner komt uit Ghana
vader van het kind is Brits
de Poolse vriend
haar Nederlandse man
spreekt alleen Frans
woont in Nederland
geboren in Marokko
werkt in Duitsland
Poolse werkgever
Duitse verzekering
van Turkse afkomst
haar man is verzekerd
was verzekerd
verzekerd is zij niet
zorgverzekering opgezegd
geen EHIC
RMA-pas verlopen
COA betaalt niet
niet gedetineerd
heeft geen visum
heeft zij een visum?
nog geen verblijfsvergunning
geen loonstrook
niet uit Polen
Oekraïense
Antilliaanse
kan niet alles betalen
en: not pregnant
en: her husband is Polish
en: speaks French only
en: formerly in Poland
en: no asylum
en: asylum refused
en: is she insured?
en: German insurance
en: her sister is pregnant
"""


def split(sentence: str) -> tuple[str, str]:
    """Return a sentence with its language."""
    return (sentence.removeprefix("en: "), "en") if sentence.startswith("en: ") else (sentence, "nl")


@pytest.mark.parametrize("line", TAKEN.strip().splitlines())
def test_a_sentence_answers_what_it_says(line: str, tree: DecisionTree) -> None:
    """Each answer is found, and no other; whatever the case, the accents and the order."""
    sentence, _, expected = line.partition(" | ")
    found = understand(tree, *split(sentence))
    assert {key: "|".join(options) for key, options in found.answers.items()} == dict(
        one.split("=") for one in expected.split()
    )
    assert {one.question for one in found.found} == found.answers.keys()


@pytest.mark.parametrize("line", NOT_TAKEN.strip().splitlines())
def test_what_a_sentence_does_not_say_is_not_taken(line: str, tree: DecisionTree) -> None:
    """Negations, what was or may be, and what is about somebody or something else answer nothing."""
    assert understand(tree, *split(line)).answers == {}


def test_what_was_found_is_said_back(tree: DecisionTree) -> None:
    """A doubtful phrase keeps its words, a word that says nothing is named; a country is said back by its name."""
    found = understand(tree, "Poolse tandarts-assistente, heeft géén Visum en een Ghanees kind", "nl")
    assert [one.words for one in found.doubtful] == ["Visum", "Ghanees"]
    assert found.left_over == ("tandarts", "assistente", "kind")
    assert found.answers == {"nationality": {"eu_efta_uk"}}
    said = understand(tree, "Marokkaanse, zwanger", "en").found
    assert [(one.words, one.said) for one in said] == [("Marokkaanse", "Morocco")]
    assert [one.said for one in understand(tree, "zwanger", "nl").found] == [""]


def test_two_answers_that_exclude_each_other_are_both_doubtful(tree: DecisionTree) -> None:
    """A sentence that says two different things of one question answers neither."""
    found = understand(tree, "geen papieren, artikel 64", "nl")
    assert "stay" not in found.answers
    assert [one.words for one in found.doubtful] == ["geen papieren", "artikel 64"]


@pytest.mark.parametrize("sentence", ["", "   ", "?!", "\x1b[2J", "\udcff", "zwanger " * 5000, "a" * 100_000, "😀"])
def test_any_text_is_read(sentence: str, tree: DecisionTree) -> None:
    """Nothing typed or pasted makes it fail, or take long."""
    found = understand(tree, sentence, "nl")
    assert found.answers.keys() <= {"maternity_care"}


def test_a_word_of_two_options_is_asked_and_one_of_two_questions_answers_both(small: DecisionTree) -> None:
    """UA leaves two options open, so it is doubtful; a phrase takes the longest reading."""
    found = understand(small, "Oekraïense, niet verzekerd", "nl")
    assert [(one.words, one.options) for one in found.doubtful] == [("Oekraïense", frozenset({"fled", "other"}))]
    assert found.answers == {"payer": {"nobody"}}
    assert understand(small, "polis geweigerd", "nl").answers == {}
