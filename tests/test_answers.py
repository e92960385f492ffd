"""Answers as people write them, in a file and on the command line."""

from __future__ import annotations

import datetime

import pytest

from cakwizard.deciding.answers import check_dates, parse_answer, parse_day, parse_settings, read_answers
from cakwizard.deciding.countries import Country
from cakwizard.errors import AnswerError, FileError, UsageError
from cakwizard.tree.records import DecisionTree

DAY = datetime.date(2026, 11, 24)


def test_a_file_gives_options_lists_countries_and_dates(small: DecisionTree) -> None:
    """One option, several, `unknown`, a country and both ways of writing a day."""
    text = """
care_date: 24-11-2026
claim_date: 2026-11-25
answers:
  payer: nobody
  nationality: Poolse
  stay: [none, asylum]
  provider: unknown
"""
    found = read_answers(text, "mine.yaml", small)
    assert (found.care_date, found.claim_date) == (DAY, datetime.date(2026, 11, 25))
    assert found.answers["payer"] == {"nobody"}
    assert found.answers["nationality"] == {"europe"}
    assert found.answers["stay"] == {"none", "asylum"}
    assert found.answers["provider"] == set(small.questions["provider"].options)


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


def test_yes_and_no_are_words(small: DecisionTree) -> None:
    """`yes` and `no` stay what they are; YAML would make truths of them."""
    assert read_answers("answers: {pregnant: yes}", "f", small).answers == {"pregnant": {"yes"}}


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


def test_a_misspelt_country_is_only_taken_where_it_is_said_back(small: DecisionTree) -> None:
    """Without a list to note it in a guess is refused; with one it is taken and noted, unless it could be two."""
    with pytest.raises(AnswerError):
        parse_answer(small, "nationality", ["Poolsse"])
    taken: list[Country] = []
    assert parse_answer(small, "nationality", ["Poolsse"], taken=taken, language="en") == {"europe"}
    assert [(one.typed, one.name, one.guessed) for one in taken] == [("Poolsse", "Poland", True)]


@pytest.mark.parametrize("word", ["2026-11-24", "24-11-2026", " 24-11-2026 "])
def test_a_day_is_written_in_two_ways(word: str) -> None:
    """Year first or day first; the month is always in the middle."""
    assert parse_day(word, "--date") == DAY


@pytest.mark.parametrize("word", ["31-02-2026", "2026-13-01", "11/24/2026", "24-11-26", "vandaag", "٢٤-11-2026", ""])
def test_what_is_no_day_says_how_to_write_one(word: str) -> None:
    """A date that does not exist or is written otherwise names itself and the way."""
    with pytest.raises(UsageError, match="31-01-2026"):
        parse_day(word, "--date")


def test_a_claim_is_not_before_the_care() -> None:
    """The same day is fine, the day before is not."""
    check_dates(DAY, DAY)
    with pytest.raises(UsageError, match="23-11-2026"):
        check_dates(DAY, DAY - datetime.timedelta(days=1))
