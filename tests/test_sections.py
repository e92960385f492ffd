"""Everything there is to say of a verdict, as sections that every way of showing shares."""

from __future__ import annotations

import datetime
from dataclasses import replace
from types import MappingProxyType

import pytest

from cakwizard.deciding.verdict import Verdict
from cakwizard.saying.phrases import fill, format_date, percent_text
from cakwizard.saying.sections import Section, make_outcome_sections, make_sections, source_numbers
from cakwizard.showing.text import escaped, full_text, section_text, wrapped
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Text
from tests.conftest import TODAY
from tests.made import decided, verdicts


def by_id(sections: tuple[Section, ...]) -> dict[str, Section]:
    """Return sections by their id."""
    return {section.id: section for section in sections}


def told(verdict: Verdict, language: str = "nl", *, assumed: bool = False) -> dict[str, Section]:
    """Return all there is to say of a verdict, by the id of the section."""
    return by_id(make_sections(verdict, language, today=TODAY, assumed=assumed))


@pytest.fixture(scope="module")
def ovv(small: DecisionTree) -> Verdict:
    """A decided case of the small tree."""
    return decided(small, payer="nobody", nationality="other", stay="none", provider="midwife")


def test_every_part_has_its_section(ovv: Verdict) -> None:
    """What to do, where to refer, papers, what to mind, what would change it, and sources have a section each."""
    found = told(ovv)
    assert list(found) == ["answer", "steps", "referral", "documents", "mind", "change", "sources", "dates"]
    assert found["steps"].numbered
    assert found["documents"].checklist
    assert found["steps"].items[0].text == "Vraag of zij of een ander kan betalen."
    assert found["steps"].items[0].more == "Declareer alleen de rest."
    assert found["referral"].items[1].more == "In de verwijsbrief: “Patiënt valt onder de OVV.”"
    assert found["mind"].tab == "Let op"
    changes = told(ovv)["change"].items
    assert any(item.text.startswith("Betaler: ") and item.more.startswith("Dan: ") for item in changes)
    assert any("● zeker" in item.more for item in changes)


def test_the_answer_says_all_of_it(small: DecisionTree) -> None:
    """The answer holds the share and what lies beyond it, the certainty, the contract and how the deadline counts."""
    found = told(decided(small, payer="nobody", nationality="dutch", provider="gp"), "en")
    said = [item.text for item in found["answer"].items]
    assert said[:2] == ["The desk pays 100% of what is left.", "Certain: the law or an official text says so."]
    assert said[2:] == [
        "Contract: an agreement once.",
        "Deadline: by 31-12-2027, 12 months after the end of the quarter.",
    ]
    more = found["answer"].items[-1].more
    assert more == "Counted from the end of the quarter, with 24-11-2026 as the day of care."


def test_every_source_is_listed_once(tree: DecisionTree) -> None:
    """Every source that a sentence cites stands in the list, once, with its address; own advice cites none."""
    for one in {one.possible[0].outcome.id: one for one in verdicts(tree)}.values():
        sections = make_sections(one, "nl", today=TODAY)
        numbers = source_numbers(sections)
        cited = [key for section in sections for item in section.items for key in item.sources]
        assert set(cited) == set(numbers)
        listed = by_id(sections)["sources"].items
        assert all(item.link == tree.sources[item.sources[0]].url for item in listed)
        assert all(not item.sources for section in sections for item in section.items if item.ours)


def test_other_days_and_unused_answers(small: DecisionTree) -> None:
    """The days say what earlier and later care would give, whether the day was given, which answers were unused."""
    case = decided(small, payer="nobody", nationality="dutch", stay="none", provider="midwife")
    texts = [item.text for item in told(case, assumed=True)["dates"].items]
    assert texts[0] == "Dag van de zorg: 24-11-2026, vandaag; u gaf geen dag op."
    assert "Zorg vanaf 1-3-2027: Niet beslist · de subsidie is gestopt (○ niet zeker)." in texts
    assert "Niet gebruikt, want niet gevraagd: Verblijf." in texts
    assert texts[-1] == "Alleen om te testen."
    later = decided(small, TODAY, datetime.date(2027, 1, 5), payer="policy")
    days = [item.text for item in told(later, "en")["dates"].items]
    assert days[:2] == ["Day of care: 24-11-2026.", "Day of claiming: 5-1-2027."]


def test_open_says_what_to_do_and_what_is_possible(small: DecisionTree) -> None:
    """While several outcomes are open, what to do meanwhile comes first, then what to find out, and the questions."""
    found = told(decided(small, payer="nobody", nationality="other", provider="gp"))
    assert list(found)[:4] == ["steps", "find_out", "possible", "ask"]
    assert found["steps"].heading == "Wat u intussen doet"
    assert found["find_out"].items[0].more == "Vraag naar een pas of een brief."
    assert any("als: Verblijf Geen" in item.more for item in found["possible"].items)
    assert found["ask"].heading == "Vragen voor het loket"
    assert found["ask"].items[0].more.endswith("declareer ik nodige zorg?")


def test_out_of_range_still_helps(small: DecisionTree) -> None:
    """Without a rule for the day there is still what to do meanwhile, and when there is a rule."""
    found = told(decided(small, datetime.date(2016, 1, 1), payer="nobody", nationality="dutch"))
    assert list(found) == ["steps", "sources", "dates"]
    assert any(item.text == "Vanaf 1-3-2017 is er een regel." for item in found["dates"].items)


def test_an_outcome_by_itself(small: DecisionTree) -> None:
    """A sheet can have an outcome without a case: what it says on a day, with its sources."""
    found = by_id(make_outcome_sections(small, small.outcomes["ovv_part"], "nl", on=datetime.date(2028, 1, 1)))
    assert found["answer"].items[0].text == "Het loket betaalt hooguit 75%."
    assert "change" not in found
    assert len(found["sources"].items) == 2


def test_full_text(ovv: Verdict) -> None:
    """Everything as text: sentences with the numbers of their sources, addresses unbroken on rows of their own."""
    text = full_text(ovv, "nl", today=TODAY, width=30)
    assert text.startswith("OVV, onverzekerbare\nvreemdelingen. Zeker.\n")
    assert "\n1. Vraag of zij of een ander\n   kan betalen. [1]\n   Declareer alleen de rest.\n" in text
    assert "\n[ ] Nationaliteit, voorletters" in text
    assert "\n   https://example.org/law\n" in text
    assert "\x1b" not in text


def test_full_markdown(small: DecisionTree, ovv: Verdict) -> None:
    """Everything as Markdown: headings, lists and boxes, and no sign of a tree's text means anything in it."""
    text = full_text(ovv, "en", "markdown", today=TODAY)
    assert text.startswith("# OVV, foreigners who cannot insure. Certain.\n")
    assert "\n## Do now\n\n1. Ask whether she or someone else can pay. \\[1\\]\n   Claim only the rest.\n" in text
    assert "\n- [ ] Nationality, initials and tariff" in text
    assert "\n   <https://example.org/law>\n" in text
    assert "\n\n\n" not in text
    hostile = replace(small.outcomes["insurer"], pays=Text({"nl": "# *kop* <b> [x](y)"}))
    with_hostile = replace(small, outcomes=MappingProxyType({**small.outcomes, "insurer": hostile}))
    full = full_text(decided(with_hostile, payer="policy"), "nl", "markdown", today=TODAY)
    assert "\\# \\*kop\\* \\<b\\> \\[x\\](y)" in full


def test_one_section_to_copy(ovv: Verdict) -> None:
    """A section is copied with the numbers that it has on the screen, and own advice is called so."""
    sections = make_sections(ovv, "nl", today=TODAY)
    text = section_text(by_id(sections)["documents"], sections, "nl")
    assert text == "Papieren\n[ ] Nationaliteit, voorletters en tarief [2]\n"
    patient = make_sections(decided(ovv.tree, payer="patient"), "nl", today=TODAY)
    assert "1. Geef de rekening mee. (ons advies)" in section_text(by_id(patient)["steps"], patient, "nl")


def test_dates_and_amounts() -> None:
    """Days, months, years, shares and placeholders are written as the language writes them."""
    from decimal import Decimal

    assert format_date(TODAY, "nl") == "24-11-2026"
    assert format_date(TODAY, "nl", long=True) == "24 november 2026"
    assert [format_date(day, "en") for day in ("2022", "2025-12")] == ["2022", "December 2025"]
    assert percent_text(Decimal("62.5"), "nl", maximum=True) == "max. 62,5%"
    assert percent_text(None, "en") == "?"
    text = Text({"nl": "{part} tot {day} {nowhere}"})
    assert fill(text, "nl", {"part": Decimal("0.5"), "day": TODAY}) == "0,5 tot 24 november 2026 {nowhere}"


def test_words_are_broken_between_words() -> None:
    """Lines break between words, hang under their sign and never break an address; Markdown signs are escaped."""
    address = "https://example.org/a/very/long/address/that/is/longer"
    assert wrapped(f"Zie {address} voor meer", 20, start="1. ") == ["1. Zie", f"   {address}", "   voor meer"]
    assert wrapped("een  twee", None) == ["een twee"]
    assert [escaped(text) for text in ("- a", "1. b", "a|b")] == ["\\- a", "1\\. b", "a\\|b"]
