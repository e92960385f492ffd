"""The page held against judges that are not ours: a headless Chromium, axe-core, html-validate and vnu."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cakwizard.exporting.page import make_page
from cakwizard.saying.card import make_card
from cakwizard.saying.sections import make_sections
from cakwizard.tree.records import DecisionTree
from cakwizard.tree.values import Text
from tests import judging
from tests.conftest import TODAY
from tests.made import decided
from tests.test_page import way_to

pytestmark = pytest.mark.slow

HOSTILE = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> ]]> @DATA@ &amp; \\"
WITHOUT_PAPERS = "#payer=nobody&nationality=other&stay=none"


def judge(script: str, page: Path, **job: Any) -> dict[str, Any]:
    """Return what a script of tests/judges says of a page."""
    given = json.dumps({"html": str(page), "today": TODAY.isoformat(), **job}).encode()
    found: dict[str, Any] = judging.node(script, given, "playwright-core")
    return found


def read(page: Path, cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is on the page at each address; no case may make it complain or ask the network."""
    found = judge("page_read.mjs", page, cases=list(cases))
    assert found["faults"] == []
    assert {url.partition("#")[0] for url in found["requests"]} == {page.as_uri()}
    read: list[dict[str, Any]] = found["result"]
    return read


@pytest.fixture(scope="module")
def small_page(small: DecisionTree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the small tree."""
    file = tmp_path_factory.mktemp("small") / "page.html"
    file.write_bytes(make_page(small, "nl", today=TODAY))
    return file


@pytest.fixture(scope="module")
def page(tree: DecisionTree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the bundled tree."""
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_bytes(make_page(tree, "nl", today=TODAY))
    return file


def test_every_outcome_is_told_as_python_tells_it_and_prints_on_one_sheet(tree: DecisionTree, page: Path) -> None:
    """For a way to every outcome card and sections say what `make_card` and `make_sections` say, on one A4."""
    chance = random.Random(4)  # noqa: S311 - the same ways on every run
    cases, verdicts = [], []
    for number, outcome in enumerate(tree.outcomes):
        way, days = way_to(tree, outcome, chance)
        care = TODAY if TODAY in days else days.end or days.start or TODAY
        language = "en" if number % 3 == 0 else "nl"
        verdicts.append((decided(tree, care, max(care, TODAY), **way), language))
        parts = [*(f"{question}={option}" for question, option in way.items()), f"date={care}", f"lang={language}"]
        cases.append({"fragment": f"#{'&'.join(parts)}", "print": True})
    for (verdict, language), found, case in zip(verdicts, read(page, cases), cases, strict=True):
        where = case["fragment"]
        assert found["sheets"] == 1, where
        card = make_card(verdict, language, today=TODAY)
        if card.kind in ("open", "out_of_range"):
            continue
        assert found["heading"] == f"{card.title} · {card.name}", where
        assert card.certainty_text in found["whole"]
        assert card.lead in found["whole"]
        assert ("late" in found["kind"]) == (card.kind == "late")
        shown = dict(found["card"])
        assert list(shown) == [row.heading for row in card.rows], where
        for row in card.rows:
            for line, item in zip(shown[row.heading], row.items, strict=False):
                assert line in (item.text, *item.shorter), (where, row.id)
        said = {section.id: section for section in make_sections(verdict, language, today=TODAY)}
        for key in ("steps", "ask", "referral", "documents", "mind"):
            told = [[item.text, item.more] for item in said[key].items] if key in said else []
            assert [item[:2] for item in found["sections"].get(key, [])] == told, (where, key)
        titles = [item.text for item in said["sources"].items]
        assert [line.startswith(title) for (line, *_), title in zip(found["sections"]["sources"], titles, strict=True)]
        assert all(link.startswith("https://") for link in found["links"])


def test_a_page_says_first_how_old_it_is(page: Path, tree: DecisionTree) -> None:
    """The top line is calm while the rules are new, warns after half a year or an end, and is red after a year."""
    days = ["2026-11-25", "2027-06-01", "2028-02-01"]
    found = read(page, [{"fragment": "", "today": day} for day in days])
    assert [one["age"][0] for one in found] == ["calm", "mind", "late"]
    assert "24-11-2026" in found[0]["age"][1]
    assert "SOV is gestopt op 28-2-2027." in found[1]["age"][1]
    assert found[2]["age"][1].startswith("Verouderd")
    assert "14 maanden geleden" in found[2]["age"][1]


def test_what_cannot_be_decided_looks_so(small_page: Path) -> None:
    """Late, not settled, open and out of range each have a look and a word of their own, and lead on by one tap."""
    start = "#payer=nobody&nationality"
    late, unsettled, several, outside = read(
        small_page,
        [
            {"fragment": f"{start}=dutch&provider=gp&date=2025-01-05"},
            {"fragment": f"{start}=other&stay=asylum"},
            {"fragment": f"{start}=other&stay=unknown&provider=midwife"},
            {"fragment": f"{start}=dutch&provider=gp&date=2010-01-05"},
        ],
    )
    assert "late" in late["kind"]
    assert dict(late["card"])["Termijn"][0].startswith("✗ Te laat: moest binnen zijn op 31-3-2026.")
    assert "unsettled" in unsettled["kind"]
    assert "○ niet zeker" in unsettled["whole"]
    assert list(dict(unsettled["card"])) == ["Intussen", "Nu doen", "Waarom"]
    assert several["heading"] == "Nog 3 mogelijk"
    assert dict(several["card"])["Zoek eerst uit"] == ["Welk papier heeft zij?", "Vraag naar een pas of een brief."]
    assert "Een visum of vrije weken" in several["answers"]
    assert outside["heading"] == "Geen regel voor deze dag"
    assert dict(outside["card"])["Wel bekend"] == ["Vanaf 1-3-2017 is er een regel."]


def test_an_address_that_makes_no_sense_opens_the_page(small_page: Path) -> None:
    """What a link holds that is no answer is left out, also when it was mangled on the way."""
    fragments = ["#%E0%A4%A&payer=nobody%2Cpatient&x=1&date=2026-02-30", "#payer=zzz&__proto__=1&change=x", "#&=&=="]
    found = read(small_page, [{"fragment": one} for one in fragments])
    assert found[0]["trail"] == [
        "Zorgdag vandaag, 24-11-2026",
        "Betaler Niemand, of maar een deel / Patiënt of een ander betaalt alles",
    ]
    assert [one["heading"] for one in found[1:]] == ["Wie kan of moet de zorg betalen?"] * 2


def test_texts_of_a_tree_are_never_markup(small: DecisionTree, tmp_path: Path) -> None:
    """Texts of a tree that try to be markup, script or the template are shown as they are."""

    def hostile(text: Text) -> Text:
        return Text({language: f"{said} {HOSTILE}" for language, said in text.by_language.items()})

    child, asked = small.advice["child_too"], small.questions["stay"]
    tree = dataclasses.replace(
        small,
        title=hostile(small.title),
        advice={**small.advice, child.id: dataclasses.replace(child, text=hostile(child.text))},
        questions={**small.questions, asked.id: dataclasses.replace(asked, text=hostile(asked.text))},
    )
    page = tmp_path / "hostile.html"
    page.write_bytes(make_page(tree, "nl", today=TODAY))
    (found,) = read(page, [{"fragment": f"{WITHOUT_PAPERS}&provider=midwife"}])
    assert f"Het kind valt er ook onder. {HOSTILE}" in found["text"]
    assert found["markup"] == 0
    assert small.title["nl"] in found["text"]


def test_the_page_is_used_as_people_do(small_page: Path) -> None:
    """One tap an answer; Back, reload, change, countries, dates, faults, copying and keys do what they say."""
    found = judge("page_use.mjs", small_page)["result"]
    assert found["second question"]["fragment"] == "#payer=nobody"
    assert found["second question"]["focus"] == "H2"
    assert found["typed a country"]["answers"][0] == "Oekraïne"
    assert found["country that fits several"]["answers"][:2] == ["Een ander land", "Gevlucht uit Oekraïne"]
    assert found["answered by the country"]["heading"] == "RMO · mensen uit Oekraïne"
    assert found["browser back"]["heading"] == found["second question"]["heading"]
    assert found["one country"] == {**found["reloaded"], "focus": "H2"}
    assert found["back"]["fragment"] == "#payer=nobody"
    assert found["in English"]["heading"] == "Which paper does she have?"
    assert found["left open"]["trail"][-1] == "Verblijf Weet ik niet"
    assert found["changing"]["heading"] == "Welk papier heeft zij?"
    assert (found["all ruled out"]["wrong"], found["all ruled out"]["focus"]) == (
        "Laat ten minste één antwoord aangevinkt.",
        "INPUT",
    )
    assert found["ruled one out"]["fragment"].endswith("stay=none,visitor")
    assert (found["no date"]["wrong"], found["no date"]["focus"]) == (
        "Kies een bestaande datum tussen 1990 en 2099.",
        "INPUT#care",
    )
    assert found["another date"]["trail"][0] == "Zorgdag 1-1-2018"
    assert found["answered on the card"]["heading"] == "SOV · subsidie voor onverzekerden"
    assert found["a source"]["focus"] == "LI#source-decree"
    assert found["copied"]["status"] == "Gekopieerd."
    assert found["pasted"].startswith("SOV · subsidie voor onverzekerden\n◐ waarschijnlijk")
    assert found["kept"] == ["", 0, 0]
    assert found["sent"] == "TypeError"
    assert found["start again"]["fragment"] == ""
    assert found["keys"] == ["Welke nationaliteit heeft zij?", "Welk papier heeft zij?", "Wie geeft de zorg?"]


def test_without_a_script_all_is_there_as_text(tree: DecisionTree, page: Path) -> None:
    """Where no script runs the questions and where they lead can be read."""
    found = judge("page_plain.mjs", page)["result"]
    assert not found["conversation"]
    assert found["note"].startswith("Het gesprek heeft JavaScript nodig")
    for key in ("payer", "nationality", "stay"):
        assert tree.questions[key].text["nl"] in found["outline"]


def test_axe_finds_no_fault_in_any_state(page: Path, small_page: Path) -> None:
    """Question, country, fault and every kind of outcome pass WCAG 2.2 AA in both languages, light, dark, 320 px."""
    judging.package("axe-core")
    done = f"{WITHOUT_PAPERS}&provider=midwife&maternity_care=maternity"
    kinds = {
        "start": "",
        "country": "#payer=nobody",
        "fault": "#payer=nobody",
        "open details": done,
        "late": "#payer=nobody&nationality=dutch&insurance_duty=over_4_months&provider=gp&in_package=yes"
        "&date=2024-01-05",
        "several": "#payer=nobody&nationality=other&stay=unknown&provider=midwife&maternity_care=maternity",
    }
    states = [[name, fragment, "light", 375] for name, fragment in kinds.items()]
    states += [[f"{name}, dark", kinds[name], "dark", 1280] for name in ("country", "open details", "late", "several")]
    states += [["open details, English", f"{done}&lang=en", "light", 320], ["start, narrow", "", "light", 320]]
    found = judge("page_axe.mjs", page, states=states)
    assert found["faults"] == []
    small = [["unsettled", "#payer=nobody&nationality=other&stay=asylum", scheme, 375] for scheme in ("light", "dark")]
    small.append(["outside", "#payer=nobody&nationality=dutch&provider=gp&date=2010-01-05", "light", 375])
    results = found["result"] + judge("page_axe.mjs", small_page, states=small)["result"]
    old = [["old", "", scheme, 375] for scheme in ("light", "dark")]
    results += judge("page_axe.mjs", small_page, today="2029-01-01", states=old)["result"]
    assert [(one["name"], one["violations"]) for one in results if one["violations"]] == []
    assert [one["name"] for one in results if one["wide"] > 0] == []
    assert {one["language"] for one in results} == {"nl", "en"}
    assert min(one["rules"] for one in results) > 15


def test_html_validate_and_vnu_find_no_fault(page: Path, small: DecisionTree) -> None:
    """Page and fact sheets are valid HTML to html-validate and to the checker of the W3C."""
    from cakwizard.exporting.factsheet import make_factsheet

    sheets = page.parent / "sheets.html"
    sheets.write_bytes(make_factsheet(small, "nl"))
    rules = {"long-title": "off", "no-inline-style": "error"}
    config = page.parent / ".htmlvalidate.json"
    config.write_text(json.dumps({"extends": ["html-validate:recommended"], "root": True, "rules": rules}))
    tool = judging.package("html-validate") / "bin" / "html-validate.mjs"
    judging.run(judging.program("node"), str(tool), "--config", str(config), str(page), str(sheets))
    assert judging.nu_errors(page, sheets) == []
