"""What is different between two trees, held against walking every walk of both; and a second opinion on an answer."""

from __future__ import annotations

import datetime
import itertools
import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cakwizard.comparing.diff import compare
from cakwizard.comparing.telling import parts, written
from cakwizard.comparing.walker import NO_RULE, NOT_OFFERED, Side, unlike
from cakwizard.deciding.days import spans
from cakwizard.loading import read_tree
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL, Cakwizard, Ran
from tests.made import TEXT, changed, made, random_tree

DAY = datetime.date(2022, 1, 1)


def said(old: DecisionTree, new: str | DecisionTree, language: str = "nl", form: str = "text") -> str:
    """Return what is said of a change."""
    tree = read_tree(new, "new.yaml") if isinstance(new, str) else new
    return written(parts(compare(old, tree), language), form)


def walk(
    tree: DecisionTree, answers: dict[str, str], day: datetime.date
) -> tuple[str, list[str], tuple[int, set[str]]]:
    """Return where answers end in a tree, the questions asked, and the certainty and advice met."""
    place, asked, sure, advice = tree.start, list[str](), 0, set[str]()
    while place in tree.nodes:
        question = tree.nodes[place].question
        asked.append(question)
        routes = [route for route in tree.routes(place) if route.option == answers[question]]
        open_ = [route for route in routes if day in route.window]
        place = open_[0].target if open_ else NO_RULE if routes else NOT_OFFERED
        if open_:
            sure = max(sure, open_[0].certainty)
            advice |= {key for key in open_[0].advice if tree.advice[key].holds(day, max(day, tree.checked_until))}
    return place, asked, (sure, advice)


def by_walking(old: DecisionTree, new: DecisionTree) -> tuple[int, Counter[tuple[object, ...]]]:
    """Return how many cases there are and which come to something else, by taking every answer to every question."""
    questions = sorted({*old.questions, *new.questions})
    windows = [route.window for tree in (old, new) for route in tree.routes()]
    windows += [one.window for one in old.advice.values() if not one.by_claim_date]
    total, ends = 0, Counter[tuple[object, ...]]()
    for span in spans(windows):
        day = old.checked_until if old.checked_until in span else span.end or span.start or DAY
        seen = set()
        for chosen in itertools.product("abc", repeat=len(questions)):
            answers = dict(zip(questions, chosen, strict=True))
            (before, asked, met), (after, also, also_met) = (walk(tree, answers, day) for tree in (old, new))
            given = frozenset((question, answers[question]) for question in (*asked, *also))
            # An answer that is offered by no tree that asks for it is none.
            none = (before == NOT_OFFERED and asked[-1] not in also) or (after == NOT_OFFERED and also[-1] not in asked)
            if none or given in seen or not {before, after} & {"x", "y", "z"}:
                continue
            seen.add(given)
            total += 1
            sides = [Side(tree, (day, max(day, tree.checked_until))) for tree in (old, new)]
            ends_met = zip(sides, (before, after), (met, also_met), strict=True)
            come = [side.end(at, sure, frozenset(advice)) for side, at, (sure, advice) in ends_met]
            if come[0] != come[1]:
                ends[before, after, unlike(*come)] += 1
    return total, ends


@pytest.mark.parametrize("seed", range(50))
def test_counts_are_those_of_walking_every_case(small: DecisionTree, seed: int) -> None:
    """How many cases there are, and from what to what they moved, is what taking every answer finds."""
    pick = random.Random(seed)  # noqa: S311 - reproducible, not secret
    old, new = random_tree(small, pick), random_tree(small, pick)
    counted = compare(old, new)
    total, ends = by_walking(old, new)
    found: Counter[tuple[object, ...]] = Counter()
    for turn in counted.turns:
        found.update(turn.ends)
    assert counted.complete
    assert (counted.total, counted.changed, found) == (total, ends.total(), ends)


def test_the_small_tree_is_no_different_from_itself(small: DecisionTree) -> None:
    """A comment more, and nothing changed: not the cases, not the edition, and that is said."""
    found = compare(small, read_tree("# more\n" + TEXT, "new.yaml"))
    assert (found.turns, found.changes, found.same_edition) == ((), (), False)
    assert "Niets veranderd: " in said(small, "# more\n" + TEXT)


def test_more_cases_than_can_be_walked_are_counted_exactly(small: DecisionTree) -> None:
    """Of 2^60 cases it is told how many come to something else, to the last one."""
    row = {f"n{n}": (f"q{n}", {"a": f"n{n + 1}", "b": f"n{n + 1}"}) for n in range(59)}
    old = made(small, {**row, "n59": ("q59", {"a": "x", "b": "x"})})
    new = made(small, {**row, "n59": ("q59", {"a": "x", "b": "y"})})
    counted = compare(old, new)
    days = len(spans(one.window for one in small.advice.values() if not one.by_claim_date))
    assert (counted.total, counted.changed) == (2**60 * days, 2**59 * days)


def test_cases_are_compared_through_another_order_names_and_questions(small: DecisionTree) -> None:
    """Neither order nor names move a case; through a new question in front the change below it is named by itself."""
    old = made(small, {"n1": ("q1", {"a": "n2", "b": "y"}), "n2": ("q2", {"a": "x", "b": "y"})})
    new = made(small, {"n2": ("q2", {"a": "n1", "b": "y"}), "n1": ("q1", {"a": "x", "b": "y"})})
    assert compare(old, new).changed == 0
    renamed = compare(small, read_tree(changed(("ovv_provider", "ovv_giver"), ("ovv_part", "ovv_mostly")), "new.yaml"))
    assert (renamed.changed, renamed.total) == (0, compare(small, small).total)
    old = made(small, {"n1": ("q1", {"a": "x", "b": "y"})})
    new = made(small, {"n9": ("q9", {"a": "n1", "b": "n1"}), "n1": ("q1", {"a": "x", "b": "x"})})
    (turn,) = compare(old, new).turns
    assert (turn.place, [step.option for step in turn.steps]) == ("n1", ["b"])
    assert [key[:2] for key in turn.ends] == [("y", "x")]


def test_edges_to_one_target_are_listed_once_with_the_days(small: DecisionTree) -> None:
    """A row of a schedule moves by a month: the cases that turn, by whom, and on which days; the rows once."""
    row = "valid_until: 2027-0{}}}\n    - {{valid_from: 2027-0{}-01"
    text = said(small, changed((row.format("2-28", 3), row.format("3-31", 4))))
    assert '"Wie geeft de zorg?" "Verloskundige", "Kraamzorg", "Huisarts": 9 gevallen' in text
    assert "voor zorg van 1-3-2027 tot en met 31-3-2027" in text
    assert "Niet beslist · de subsidie is gestopt [sov_ended] → SOV · subsidie voor onverzekerden [sov]: 9" in text
    assert text.count("was: 2027-02-28") == 1
    assert "4 routes valid_until: 'sov_provider' (midwife@2018-03-01..2027-02-28, " in text


def test_the_end_of_a_case_carries_outcome_certainty_and_advice(small: DecisionTree) -> None:
    """A doubt at an edge, a percentage and a piece of advice are told for the cases that have them now."""
    pays = "percent: {}\n    contract: daeb\n    deadline: {{months: {},"
    new = changed(
        ("none: {to: ovv_provider, certainty: settled}", "none: {to: ovv_provider, certainty: likely}"),
        (pays.format(100, 12), pays.format(90, 6)),
        ("patient: {to: patient, advice: [instalments]}", "patient: patient"),
        ("policy: insurer", "policy: {to: insurer, advice: [instalments]}"),
    )
    text = said(small, new, "en")
    assert "certainty ● certain → ◐ likely" in text
    assert "percentage 100% → 90%; deadline in months 12 (quarter_end, 2027-12-31) → 6 (quarter_end, 2027-06-" in text
    assert '"Who can or must pay for the care?" "Patient or someone else pays all": ' in text
    assert "advice gone: instalments" in text
    assert "advice added: instalments" in text


def test_an_edition_that_stayed_and_sources_read_again_are_told_in_short(small: DecisionTree) -> None:
    """Rules changed under the same edition: that is said; sources read again on one day are one line."""
    read = [(f"checked: {day}", "checked: 2026-12-01") for day in ("2026-11-01", "2024-01-15")]
    text = said(small, changed(*read))
    assert "De regels zijn veranderd, maar de editie bleef 1: geef het bestand een nieuwe editie." in text
    assert "3 bronnen checked: 'law', 'decree', 'page'\n    nu: 2026-12-01" in text
    assert "maar de editie bleef" not in said(small, changed(('edition: "1"', 'edition: "2"')))


def test_every_sort_of_change_is_named_in_both_languages_and_forms(small: DecisionTree) -> None:
    """Texts with was and now, amounts, what is new and what is gone; as Markdown no sign of a text means anything."""
    new = changed(
        ("De wet en het loket zeggen iets anders", "De *wet* zegt iets anders"),
        ("start: quarter_end, sources: [decree]", "start: quarter_end, sources: [decree, law]"),
        (
            "  premium_debt:\n    name: {nl: premieschuld, en: premium debt}\n"
            "    text: {nl: Wat nog aan premie openstaat., en: What is still owed in premiums.}\n",
            "",
        ),
        ("contracts:\n", "contracts:\n  extra: {text: {nl: Extra, en: Extra}}\n"),
    )
    text = said(small, new)
    assert "Teksten:\n" in text
    assert "uitkomst pays.nl: 'undecided'\n    was: De wet en het loket zeggen iets anders.\n    nu: De *wet*" in text
    assert "termijn van uitkomst sources: 'sov'\n    was: decree\n    nu: decree, law" in text
    assert "Nieuw:\n" in text
    assert "contract: 'extra'" in text
    assert "Vervallen:\n" in text
    assert "woord: 'premium_debt'" in text
    markdown = said(small, new, "en", "markdown")
    assert markdown.startswith("# ")
    assert "## Removed\n\n- term: 'premium\\_debt' (`" in markdown
    assert "  - now: De \\*wet\\* zegt iets anders." in markdown


def test_questions_and_answers_that_came_or_went_are_named(small: DecisionTree) -> None:
    """Where the new tree asks more, offers an answer no more, or has no rule any more, the text says so."""
    old = made(small, {"n1": ("q1", {"a": "x", "b": "y"})})
    more = made(small, {"n1": ("q1", {"a": "n2", "b": "y"}), "n2": ("q2", {"a": "x", "b": "z"})})
    assert "nu gevraagd" not in said(old, more)  # parted at the answer, where both trees still stand together
    assert "[x] → Verzekeraar · eind z [z]" in said(old, more)
    fewer = made(small, {"n1": ("q1", {"a": "x"})})
    assert "[y] → (antwoord bestaat hier niet)" in said(old, fewer)
    later = made(small, {"n1": ("q1", {"a": ("x", {"start": DAY}), "b": "y"})})
    text = said(old, later)
    assert "voor zorg tot en met 31-12-2021\n    Verzekeraar · eind x [x] → (geen regel op deze datum)" in text
    first = made(small, {"n2": ("q2", {"a": "n1", "b": "x"}), "n1": ("q1", {"a": "x", "b": "y"})})
    assert 'nu gevraagd: "Welk papier heeft zij?"' in said(old, first)
    assert 'niet meer gevraagd: "Welk papier heeft zij?"' in said(first, old)


def test_trees_too_far_apart_say_so(small: DecisionTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """When not every case can be looked at, that is said, and nothing is claimed."""
    monkeypatch.setattr("cakwizard.comparing.diff.BUDGET", 2)
    doubt = changed(("policy: insurer", "policy: {to: insurer, certainty: likely}"))
    assert "niet elk geval vergeleken" in said(small, doubt)


def test_the_command_leaves_as_diff_does(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """0 when nothing changed, 1 when something did, 2 when one of them is no tree; JSON holds it all."""
    same, new, wrong = tmp_path / "same.yaml", tmp_path / "new.yaml", tmp_path / "wrong.yaml"
    same.write_text("# more\n" + TEXT, encoding="utf-8")
    pair = "      policy: {}\n      patient: {{to: {},"
    new.write_text(changed((pair.format("insurer", "patient"), pair.format("patient", "insurer"))), encoding="utf-8")
    wrong.write_text(changed(("policy: insurer", "policy: nowhere")), encoding="utf-8")
    assert cakwizard("diff", str(SMALL), str(same)).status == 0
    assert cakwizard("diff", str(SMALL), str(wrong)).status == 2
    walks = tmp_path / "my.walks.yaml"
    walks.write_text("- {name: insured, answers: {payer: policy}, expect: {scheme: insurer}}\n", encoding="utf-8")
    ran = cakwizard("diff", str(SMALL), str(new), "--walks", str(walks))
    assert ran.status == 1
    assert "1 van de 1 bewaarde gevallen klopt niet meer:\n" in ran.out
    assert "scheme: verwacht insurer, gekomen patient" in ran.out
    data = json.loads(cakwizard("diff", str(SMALL), str(new), "--walks", str(walks), "--format", "json").out)
    assert (data["same"], data["same_edition"], data["saved"]["total"]) == (False, True, 1)
    assert data["turns"][0]["answers"] == [{"kind": "leads", "question": "payer", "option": "policy"}]
    sides = {"old": "insurer", "new": "patient"}
    assert data["turns"][0]["ends"][0] | {"cases": 0} == sides | {"cases": 0, "unlike": [{"field": "outcome", **sides}]}
    assert data["changes"][0]["field"] == "target"


# -- a second opinion: what `walk --json` decided is decided again -----------------------------

MIDWIFE = ("payer=nobody", "nationality=other", "stay=none", "provider=midwife")
Verify = Callable[..., Ran]


@pytest.fixture
def verify(cakwizard: Cakwizard, tmp_path: Path) -> Verify:
    """Decide answers by the small tree, change the tree, and verify what was decided."""

    def call(
        *changes: tuple[str, str], answers: tuple[str, ...] = MIDWIFE, lang: str = "nl", form: str = "--json"
    ) -> Ran:
        dates = ("--date", "2026-11-10", "--claim-date", "2026-11-20")
        receipt = cakwizard("walk", *(f"--set={one}" for one in answers), *dates, form, "--tree", str(SMALL)).out
        tree = tmp_path / "rules.yaml"
        tree.write_text(changed(*changes), encoding="utf-8")
        return cakwizard("verify", "-", "--tree", str(tree), "--lang", lang, stdin=receipt)

    return call


@pytest.mark.parametrize(
    "answers", [MIDWIFE, ("payer=nobody",), ("payer=nobody", "nationality=UA"), ("payer=unknown",)]
)
def test_the_same_is_said_to_be_the_same(verify: Verify, answers: tuple[str, ...]) -> None:
    """Decided or open, with open answers, in either language, with texts or ids alone: a sentence, and 0."""
    assert verify(answers=answers).status == 0
    assert verify(answers=answers, lang="en").status == 0
    assert verify(answers=answers, form="--ids-only").status == 0


def test_it_is_said_in_a_sentence_and_by_which_rules(verify: Verify) -> None:
    """What was decided, and whether the rules are the same as then."""
    lines = verify().out.splitlines()
    assert lines == ["Hetzelfde als toen: OVV · onverzekerbare vreemdelingen.", "Volgens dezelfde regels (editie 1)."]
    lines = verify(('edition: "1"', 'edition: "2"'), lang="en").out.splitlines()
    assert lines[0] == "The same as then: OVV · foreigners who cannot insure."
    assert lines[1] == "Then edition 1 (rules checked until 1-11-2026), now edition 2 (until 1-11-2026)."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("percent: 100\n    contract: not", "percent: 90\n    contract: not", "percentage 100% → 90%."),
        ("none: {to: ovv_provider, certainty: settled}", "none: ovv_provider", "zekerheid ● zeker → ◐ waarschijnlijk."),
        ("any_hospital, {id", "travel_first, {id", "advies weg: any_hospital, advies erbij: travel_first."),
        ("Het kind valt er ook onder.", "Het kind niet.", "de tekst van child_too."),
        ("title: {nl: onverzekerbare", "title: {nl: zulke", "de tekst van ovv_full."),
    ],
)
def test_what_changed_is_in_the_sentence(verify: Verify, old: str, new: str, said: str) -> None:
    """An amount, the certainty, advice or a text: told with what it was and is, and 1."""
    doubt = [("    asks: stay\n", "    asks: stay\n    certainty: likely\n")] if new == "none: ovv_provider" else []
    ran = verify((old, new), *doubt)
    assert ran.status == 1
    assert ran.out.startswith("Nu anders dan toen: ")
    assert said in ran.out.splitlines()[0]


def test_another_outcome_is_told_with_the_edge_that_now_leads_there(verify: Verify) -> None:
    """The author sees which line of the tree made it another."""
    swapped = ("      midwife, maternity_nurse: ovv_full\n", "      maternity_nurse: ovv_full\n      midwife: sov\n")
    ran = verify(swapped)
    assert ran.status == 1
    assert "toen OVV · onverzekerbare vreemdelingen, nu SOV · subsidie voor onverzekerden; " in ran.out
    edge = 'het antwoord "Verloskundige" op "Wie geeft de zorg?" leidt nu naar "subsidie voor onverzekerden" ('
    assert edge in ran.out
    assert "rules.yaml:" in ran.out


def test_what_can_no_longer_be_decided_leaves_with_3(verify: Verify) -> None:
    """A date without a rule, a question more, an answer that is gone."""
    none, gone = "none: {to: ovv_provider, certainty: settled", '      none:\n        text: {nl: "Geen,'
    later = verify((none, f"{none}, valid_from: 2026-12-01"))
    asked = verify(
        ("      midwife, maternity_nurse: ovv_full\n      gp:", "      maternity_nurse: ovv_full\n      gp, midwife:")
    )
    lost = verify((gone, gone.replace("none", "nothing")), (none, none.replace("none", "nothing")))
    assert [ran.status for ran in (later, asked, lost)] == [3, 3, 3]
    assert all(ran.out.startswith("Dit is nu niet meer te beslissen: ") for ran in (later, asked, lost))
    assert "nu geen regel op 10-11-2026" in later.out
    assert 'nu hangt het nog af van "Komt het door een zwangerschap?"' in asked.out
    assert "het antwoord 'none' op 'stay' bestaat hier niet meer" in lost.out


def test_by_another_way_is_the_same_with_a_note(verify: Verify) -> None:
    """What is decided did not change; that the questions did is good to know."""
    node = "  insured: {asks: contract, certainty: settled, sources: [law], to: {yes: insurer, no: insurer}}\n"
    asked = ("  ovv_provider:\n    asks", f"{node}  ovv_provider:\n    asks")
    ran = verify(("policy: insurer", "policy: insured"), asked, answers=("payer=policy",))
    assert (ran.status, ran.err, ran.out.splitlines()[-1]) == (0, "", "Langs een andere weg dan toen.")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda data: data.update(bsn="123456782"), 'in het geheel staat "bsn", wat er niet hoort'),
        (lambda data: data["outcome"].update(patient="A. B."), 'in outcome staat "patient", wat er niet hoort'),
        (lambda data: data.pop("answers"), "in het geheel ontbreekt 'answers'"),
        (lambda data: data.update(format=1), "format heeft niet de juiste vorm"),
        (lambda data: data.update(status="open"), "status, uitkomsten en datums spreken elkaar tegen"),
        (lambda data: data["outcome"].update(percent=50), "status, uitkomsten en datums spreken elkaar tegen"),
        (lambda data: data.update(care_date="2099-01-01"), "status, uitkomsten en datums spreken elkaar tegen"),
        (lambda data: data.update(claim_date="soon"), "status, uitkomsten en datums spreken elkaar tegen"),
        (lambda data: data.update(answers={"payer": 7}), "payer heeft niet de juiste vorm"),
        (lambda data: data["possible"][0]["advice"].append({"id": "x"}), "in advice[] ontbreekt 'kind'"),
    ],
)
def test_other_data_is_refused(cakwizard: Cakwizard, spoil: Callable[[dict[str, Any]], Any], reason: str) -> None:
    """What `walk --json` does not write is not taken, least of all who the patient is; the message says what it is."""
    data = json.loads(cakwizard("walk", "--json", "--set", "payer=policy", "--tree", str(SMALL)).out)
    spoil(data)
    ran = cakwizard("verify", "-", "--tree", str(SMALL), stdin=json.dumps(data))
    assert (ran.status, ran.out) == (2, "")
    assert f"is niet wat 'cakwizard walk --json' schrijft: {reason}" in ran.err
    assert "123456782" not in ran.err


@pytest.mark.parametrize("text", ["", "no", "[" * 100_000, '{"format": 2', "[1, 2]", '"\\ud800"', "1" * 5000])
def test_what_is_no_json_gets_a_sentence(cakwizard: Cakwizard, text: str) -> None:
    """Whatever comes in, there is a message and 2, never a traceback."""
    ran = cakwizard("verify", "-", "--tree", str(SMALL), stdin=text)
    assert (ran.status, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    assert "<stdin>" in ran.err
