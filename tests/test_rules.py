"""What the rules themselves must be, where no walk can say it: texts, lines and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from cakwizard.loading import bundled_text
from cakwizard.tree.format import every_record
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Text

ROW = 65
"""How many characters of a sentence fit beside its label on a card of 80 columns."""


def every_text(tree: DecisionTree) -> Iterator[tuple[str, str, str]]:
    """Yield each text of the tree with what it is of and its language."""
    for what, _, one in every_record(tree):
        for name in getattr(type(one), "__slots__", ()) or vars(one):
            value = getattr(one, name)
            if isinstance(value, Text):
                yield from ((what, language, value[language]) for language in tree.languages)


def test_a_sentence_on_the_card_fits_one_row(tree: DecisionTree) -> None:
    """What a midwife reads in a hurry is not broken: steps, referral, terms and what to mind."""
    kinds = ("step", "referral", "deadline", "next", "warning")
    shown = [one for one in tree.advice.values() if one.kind in kinds]
    assert [one.id for one in shown if any(len(one.text[language]) > ROW for language in tree.languages)] == []


def test_no_line_of_the_rules_is_too_long_to_read(tree: DecisionTree) -> None:
    """Nothing is wider than 120 columns, but an address, which is never broken in two."""
    lines = bundled_text()[1].splitlines()
    assert [line for line in lines if len(line) > 120 and "https://" not in line] == []


def test_questions_for_the_authority_are_questions_and_hold_nobody(tree: DecisionTree) -> None:
    """Whoever sends one as it stands asks something, and names no patient."""
    asks = [one for one in tree.advice.values() if one.kind == "ask"]
    assert len(asks) > 15
    for one in asks:
        for text in filter(None, (one.text, one.more)):
            assert all(text[language].endswith("?") for language in tree.languages), one.id
            assert not re.search(r"\b(mevrouw|mevr|BSN:|geboren op|naam:)", text["nl"]), one.id


def test_every_unsettled_outcome_has_its_question_ready(tree: DecisionTree) -> None:
    """Where sources conflict or are silent, the question for the CAK stands beside it."""
    for outcome in tree.outcomes.values():
        ways = [route for route in tree.routes() if route.target == outcome.id]
        if outcome.certainty.name == "unsettled":
            asked = [tree.advice[key].kind for key in outcome.advice]
            asked += [tree.advice[key].kind for route in ways for key in route.advice]
            assert "ask" in asked, outcome.id


def test_own_advice_bears_no_source_and_everything_else_does(tree: DecisionTree) -> None:
    """A source mark stands only where a source says it."""
    assert [one.id for one in tree.advice.values() if one.ours == bool(one.sources)] == []


def test_addresses_are_safe_and_whole(tree: DecisionTree) -> None:
    """Each leads to a page of its own by https, and no text holds another sort."""
    for key, source in tree.sources.items():
        assert re.fullmatch(r"https://[\w.-]+/[^\s]+", source.url), key
    assert [what for what, _, text in every_text(tree) if "http://" in text] == []


@pytest.mark.parametrize("word", ["bladzijde", "illegaal", "de vrouw ", "dekking thuis", "is de weg", "0,8"])
def test_words_that_the_rules_do_not_use(word: str, tree: DecisionTree) -> None:
    """One word for one thing: a page is a 'pagina', she is 'zij' or 'de patiënt', a share is in percents."""
    dutch = [(what, text) for what, language, text in every_text(tree) if language == "nl"]
    assert len(dutch) > 500
    assert [one for one in dutch if word in one[1].lower()] == []


def test_what_lapses_says_until_when(tree: DecisionTree) -> None:
    """The SOV ends on the last day of February 2027, for every edge to it and for what is sent in."""
    under_it = {key for key, outcome in tree.outcomes.items() if outcome.scheme == "sov"}
    ends = {str(route.window.end) for route in tree.routes() if route.target in under_it}
    assert ends == {"2018-02-28", "2019-02-28", "2027-02-28"}
    assert str(tree.schemes["sov"].valid_until) == "2027-02-28"
