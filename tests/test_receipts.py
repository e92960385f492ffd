"""A second opinion: receipts replayed on the same tree and on changed ones, and what is no receipt."""

# ruff: noqa: E501 - pieces of a tree and messages are quoted whole, as they stand.

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from cakwizard.errors import FileError
from cakwizard.loading import read_tree
from cakwizard.model import DecisionTree
from cakwizard.presenting import verdict_json
from cakwizard.receipts import MAX_BYTES
from cakwizard.receipts import read_receipt
from cakwizard.replaying import replay
from cakwizard.walking import Verdict
from cakwizard.walking import decide
from tests.conftest import ROOT
from tests.conftest import SMALL
from tests.conftest import Cakwizard

DAY = datetime.date(2022, 5, 1)
CLAIM = datetime.date(2022, 12, 1)
SMALL_TEXT = SMALL.read_text(encoding="utf-8")
BUNDLED_TEXT = (ROOT / "decision_tree.yaml").read_text(encoding="utf-8")

PART = {"resident": "yes", "nationality": "fled", "provider": "gp", "pregnant": "no"}


def verdict_on(tree: DecisionTree, answers: dict[str, str], day: datetime.date = DAY) -> Verdict:
    """Return the verdict on answers with commas between the options left open."""
    given = {question: frozenset(options.split(",")) for question, options in answers.items()}
    return decide(tree, given, day, max(day, CLAIM))


def receipt_of(verdict: Verdict, language: str = "nl") -> str:
    """Return the JSON of a verdict."""
    return json.dumps(verdict_json(verdict, language))


def changed(*swaps: tuple[str, str]) -> DecisionTree:
    """Return the small tree with pieces of its text swapped."""
    text = SMALL_TEXT
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return read_tree(text, "changed.yaml")


def every_outcome(tree: DecisionTree) -> Iterator[Verdict]:
    """Yield a verdict for every outcome of a tree, on a day on which its path is open."""
    for key in tree.outcomes:
        yield _ending_in(tree, key)


def _ending_in(tree: DecisionTree, outcome: str) -> Verdict:
    """Return a decided verdict that ends in an outcome, found backwards along the routes."""
    into: dict[str, list[Any]] = {}
    for route in tree.routes():
        into.setdefault(route.target, []).append(route)
    days = [
        *(datetime.date(year, 6, 1) for year in (2026, 2022, 2017, 2028, 2019, 2023, 2024)),
        datetime.date(2022, 3, 1),
        datetime.date(2026, 1, 1),
    ]
    for day in days:
        frontier: list[tuple[str, dict[str, str]]] = [(outcome, {})]
        while frontier:
            key, answers = frontier.pop()
            if key == tree.start:
                verdict = verdict_on(tree, answers, day)
                if verdict.outcome is not None and verdict.outcome.outcome.id == outcome:
                    return verdict
            for route in into.get(key, ()):
                if day in route.window:
                    frontier.append((route.node, {tree.nodes[route.node].question: route.option, **answers}))
    raise AssertionError(outcome)


# -- replaying ---------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_outcome_is_the_same_on_the_same_tree(tree: DecisionTree, language: str) -> None:
    """The receipt of every outcome of the rules, in either language, is verified as the same by the same rules."""
    count = 0
    for verdict in every_outcome(tree):
        receipt = read_receipt(receipt_of(verdict, language), "r.json")
        found = replay(receipt, tree, "nl")
        assert (found.status, found.differences) == ("same", ()), verdict.outcome
        assert found.notes == (f"De regels zijn dezelfde als toen (uitgave {tree.edition}).",)
        count += 1
    assert count == len(tree.outcomes)


def test_every_outcome_is_the_same_on_a_tree_that_only_has_more(tree: DecisionTree) -> None:
    """A new edition that changes nothing for a case verifies it as the same and says that the rules are others."""
    newer = read_tree(BUNDLED_TEXT.replace(f'edition: "{tree.edition}"', 'edition: "next"'), "next.yaml")
    for verdict in every_outcome(tree):
        found = replay(read_receipt(receipt_of(verdict), "r.json"), newer, "en")
        assert (found.status, found.differences) == ("same", ())
        assert f"then: edition {tree.edition}" in found.notes[0]
        assert "now edition next" in found.notes[0]


def test_every_outcome_notices_another_title(tree: DecisionTree) -> None:
    """When the titles of all outcomes change, no receipt is verified as the same, and each names the line."""
    text = re.sub(r'(?m)^(    title: \{nl: ")(.*)(en: ")', r"\1NIEUW \2\3NEW ", BUNDLED_TEXT)
    other = read_tree(text, "other.yaml")
    for verdict in every_outcome(tree):
        assert verdict.outcome is not None
        found = replay(read_receipt(receipt_of(verdict), "r.json"), other, "en")
        assert found.status == "changed"
        place = f"(other.yaml:{other.outcomes[verdict.outcome.outcome.id].location.line})"
        assert any(one.startswith("The title was ") and one.endswith(f"{place}.") for one in found.differences)


OPEN = {"resident": "yes", "nationality": "fled,other", "provider": "gp"}


@pytest.mark.parametrize(
    ("answers", "swaps", "status", "differences"),
    [
        pytest.param(
            PART,
            [("valid_until: 2022-06-30, advice", "valid_until: 2022-04-30, advice"), ("from: 2022-07-01}", "from: 2022-05-01}")],
            "changed",
            [
                'The outcome was "Regeling A: hooguit 80%" and now is "Health insurer: The insurer pays".',
                'At "What is her nationality?" the answer "Fled" now leads to "The insurer pays" (changed.yaml:60).',
            ],
            id="another outcome by an edge",
        ),
        pytest.param(
            PART,
            [("percent: 80", "percent: 75"), ("certainty: settled\n    percent", "certainty: likely\n    percent")],
            "changed",
            [
                "The percentage was 80 and now is 75 (changed.yaml:101).",
                'The title was "Regeling A: hooguit 80%" and now is "Regeling A: hooguit 75%" (changed.yaml:101).',
                "The certainty was settled and now is likely (changed.yaml:101).",
            ],
            id="percentage and certainty",
        ),
        pytest.param(
            PART,
            [("    maximum: true\n", ""), ("contract: needed", "contract: not_needed"), ("months: 12", "months: 6")],
            "changed",
            [
                "Whether the percentage is an upper bound was true and now is false (changed.yaml:101).",
                'Whether a contract is needed was "needed" and now is "not_needed" (changed.yaml:101).',
                "The time limit was months 12, from care_date, date 2023-05-01 and now is months 6, from care_date, "
                "date 2022-11-01 (changed.yaml:101).",
            ],
            id="contract and deadline",
        ),
        pytest.param(
            PART,
            [("Stuur het formulier van {version}.", "Stuur een formulier van {version}.")],
            "changed",
            [
                "Advice 'send_form_old' was: Stuur het formulier van 11 mei 2022. Now: Stuur een formulier van "
                "11 mei 2022. (changed.yaml:138)"
            ],
            id="text of advice",
        ),
        pytest.param(
            PART,
            [("advice: [send_form_old, send_form_new]\n    sources: [law, page]", "advice: [ask_desk]\n    sources: [law]")],
            "changed",
            [
                "New advice 'ask_desk': Vraag het aan het loket. (changed.yaml:134)",
                "Advice 'send_form_old' that is gone: Stuur het formulier van 11 mei 2022. (changed.yaml:138)",
            ],
            id="new advice and advice that is gone",
        ),
        pytest.param(
            PART,
            [("version: 2022-05-11}\n    text: {nl: \"Stuur het formulier van {version}.\", en: \"Send the form of {version}.\"}\n    sources: [page]", "version: 2022-05-11}\n    text: {nl: \"Stuur het formulier van {version}.\", en: \"Send the form of {version}.\"}\n    sources: [law]")],
            "changed",
            ["Advice 'send_form_old' stands under another heading or has other sources (changed.yaml:138)."],
            id="sources of advice",
        ),
        pytest.param(
            PART,
            [("pregnant:\n    asks: pregnant", "pregnant:\n    asks: weeks"), ("  pregnant:\n    text", "  weeks:\n    text")],
            "undecidable",
            ["The question 'pregnant' no longer exists."],
            id="a question that is gone",
        ),
        pytest.param(
            PART,
            [("    to: {midwife: scheme_a_full, gp: pregnant}", "    to: {midwife: scheme_a_full, doctor: pregnant}"),
             ("to: {midwife: unsettled_abroad, gp: unsettled_abroad}", "to: {midwife: unsettled_abroad, doctor: unsettled_abroad}"),
             ("      gp: {text: {nl: Huisarts", "      doctor: {text: {nl: Huisarts")],
            "undecidable",
            ["The answer 'gp' to 'provider' no longer exists here. The answers are: midwife, doctor."],
            id="an answer that is gone",
        ),
        pytest.param(
            {"resident": "yes", "nationality": "fled", "provider": "midwife"},
            [("to: {midwife: scheme_a_full, gp: pregnant}", "to: {midwife: pregnant, gp: pregnant}")],
            "undecidable",
            [
                "More is needed now: Is it about a pregnancy?",
                "After \"Who gives the care?\" Midwife the question now is: Is it about a pregnancy? (changed.yaml:66).",
            ],
            id="a question more",
        ),
        pytest.param(
            {"resident": "yes", "nationality": "other", "provider": "midwife"},
            [("valid_from: 2022-03-01, valid_until", "valid_from: 2022-06-01, valid_until"), ("until: 2022-02-28, to", "until: 2022-05-31, to"),
             ("valid_from: 2017-03-01", "valid_from: 2022-05-02")],
            "undecidable",
            [
                "There is no rule any more for the date of care.",
                'At "What is her nationality?" the answer "Other" no longer holds on that date (changed.yaml:61).',
            ],
            id="no rule on that date",
        ),
        pytest.param(
            OPEN,
            [("to: {yes: scheme_a_full, no: scheme_a_part}", "to: {yes: scheme_a_full, no: insurer}"),
             ("gp: unsettled_abroad}", "gp: scheme_a_part}")],
            "changed",
            [
                'The outcome was "Regeling A: 100% / Regeling A: hooguit 80%" and now is "Health insurer: The insurer '
                'pays / Scheme A: Scheme A: 100%".',
                'At "Is it about a pregnancy?" the answer "No" now leads to "The insurer pays" (changed.yaml:76).',
            ],
            id="an open case with another outcome",
        ),
    ],
)  # fmt: skip
def test_a_changed_tree_is_told_in_words(
    small: DecisionTree, answers: dict[str, str], swaps: list[tuple[str, str]], status: str, differences: list[str]
) -> None:
    """What a changed tree decides otherwise is named, each with the line of the tree where it stands."""
    receipt = read_receipt(receipt_of(verdict_on(small, answers)), "r.json")
    found = replay(receipt, changed(*swaps), "en")
    assert (found.status, list(found.differences)) == (status, differences)


def test_an_open_case_verifies_too(small: DecisionTree) -> None:
    """What was open and still is, with the same outcomes, is the same; decided by now, it is changed."""
    receipt = read_receipt(receipt_of(verdict_on(small, OPEN)), "r.json")
    assert replay(receipt, small, "nl").status == "same"
    tree = changed(
        ("to: {yes: scheme_a_full, no: scheme_a_part}", "to: {yes: scheme_a_full, no: scheme_a_full}"),
        ("gp: unsettled_abroad}", "gp: scheme_a_part}"),
    )
    assert replay(receipt, tree, "nl").status == "changed"


def test_out_of_range_verifies_too(small: DecisionTree) -> None:
    """A case on which there was no rule is the same while there is none, and changed when the nearest is another."""
    early = datetime.date(2010, 1, 1)
    answers = {"resident": "yes", "nationality": "other"}
    receipt = read_receipt(receipt_of(verdict_on(small, answers, early)), "r.json")
    assert replay(receipt, small, "en").summary == "The same: This program knows no rule for this date."
    found = replay(receipt, changed(("valid_from: 2017-03-01", "valid_from: 2016-03-01")), "en")
    assert (found.status, found.differences) == ("changed", ("The rule nearest in time is another.",))
    found = replay(receipt, changed(("valid_from: 2017-03-01, ", "")), "en")
    assert found.status == "changed"
    assert 'The outcome was "This program knows no rule for this date" and now is' in found.differences[0]


def test_another_way_to_the_same_outcome_is_a_note(small: DecisionTree) -> None:
    """Where only the way along the questions differs, the outcome is the same and that is said."""
    receipt = read_receipt(receipt_of(verdict_on(small, {"resident": "no", "provider": "gp"})), "r.json")
    tree = changed(
        ("no: {to: provider_b, certainty: likely, advice: [abroad_note]}", "no: {to: unsettled_abroad, certainty: likely, advice: [abroad_note]}"),
        ("      other: scheme_a\n", "      other: scheme_a\n      away: provider_b\n"),
        ("      other: {text: {nl: Andere, en: Other}, key: {nl: a, en: o}}\n",
         "      other: {text: {nl: Andere, en: Other}, key: {nl: a, en: o}}\n      away: {text: {nl: Weg, en: Away}, key: {nl: g, en: a}}\n"
         .replace("key: {nl: g", "key: {nl: e")),
        ("Europese", "Uropase"),
        ("europe: {text: {nl: Uropase, en: European}, key: {nl: e, en: e}}", "europe: {text: {nl: Uropase, en: European}, key: {nl: u, en: e}}"),
    )  # fmt: skip
    found = replay(receipt, tree, "en")
    assert (found.status, found.differences) == ("same", ())
    assert found.notes[1] == "The way along the questions is not that of then; the outcome is."


def test_a_receipt_without_answers_serves_when_decided(small: DecisionTree) -> None:
    """The path of a decided case holds its answers, so it is verified without the key 'answers' too."""
    data = verdict_json(verdict_on(small, PART), "nl")
    del data["answers"]
    assert replay(read_receipt(json.dumps(data), "r.json"), small, "nl").status == "same"


# -- what is no receipt ---------------------------------------------------------------


def _edit(path: str, value: object) -> Callable[[dict[str, Any]], object]:
    """Return an edit that sets what a dotted path of keys and numbers leads to."""

    def edit(data: dict[str, Any]) -> None:
        target: Any = data
        *way, last = path.split(".")
        for part in way:
            target = target[int(part)] if part.isdigit() else target[part]
        target[int(last) if last.isdigit() else last] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (_edit("name", "Jansen"), "the receipt holds \"name\", which no receipt holds"),
        (_edit("outcome.bsn", "123456782"), "'outcome' holds \"bsn\", which no receipt holds"),
        (_edit("path.0.patient", "x"), "item 1 of 'path' holds \"patient\", which no receipt holds"),
        (_edit("\x1b[31m", 1), 'the receipt holds "\\u001b[31m", which no receipt holds'),
        (_edit("answers", {"J. Jansen": "yes"}), "a question in 'answers' is \"J. Jansen\", which is not an id"),
        (_edit("answers", {"resident": "Jan Jansen"}), "the answer to 'resident' is \"Jan Jansen\", which is not an id"),
        (_edit("answers", {"resident": []}), "the answer to 'resident' must be an option or a list of options, not []"),
        (_edit("answers", {"resident": {"a": 1}}), "the answer to 'resident' must be an option or a list of options, not {\"a\": 1}"),
        (_edit("answers", ["yes"]), "'answers' must be an object, not [\"yes\"]"),
        (_edit("format", 2), "'format' is 2, not one of 1"),
        (_edit("format", True), "'format' is true, not one of 1"),
        (_edit("status", "done"), "'status' is \"done\", not one of decided, open, out_of_range"),
        (_edit("status", []), "'status' is [], not one of decided, open, out_of_range"),
        (_edit("status", "open"), "its status is 'open', but its outcomes say otherwise"),
        (_edit("outcome", None), "its status is 'decided', but its outcomes say otherwise"),
        (_edit("outcome.title", "Regeling B"), "'outcome' and 'possible' are not the same"),
        (_edit("care_date", "1-5-2022"), "'care_date' is \"1-5-2022\", which is not a date"),
        (_edit("care_date", 20220501), "'care_date' is 20220501, which is not a date"),
        (_edit("care_date", "2023-05-01"), "its claim date lies before its date of care"),
        (_edit("tree.sha256", "abc"), "'sha256' of 'tree' is \"abc\", which is not a SHA-256"),
        (_edit("tree", None), "'tree' must be an object, not null"),
        (_edit("outcome.percent", "80"), "'percent' of 'outcome' must be a number, not \"80\""),
        (_edit("outcome.percent", True), "'percent' of 'outcome' must be a number, not true"),
        (_edit("outcome.maximum", 1), "'maximum' of 'outcome' must be true or false, not 1"),
        (_edit("outcome.title", 7), "'title' of 'outcome' must be a text, not 7"),
        (_edit("outcome.title", "a\x1b[2Jb"), "'title' of 'outcome' holds the unprintable character U+001B"),
        (_edit("outcome.title", "a\u202eb"), "'title' of 'outcome' holds the unprintable character U+202E"),
        (_edit("outcome.title", "a\ud800b"), "'title' of 'outcome' holds the unprintable character U+D800"),
        (_edit("outcome.title", "a" * 10_001), f"'title' of 'outcome' must be a text, not \"{'a' * 59}…"),
        (_edit("path", {"a": 1}), "'path' must be a list, not {\"a\": 1}"),
        (_edit("possible.0.advice.0.sources.0", "A B"), "item 1 of 'sources' of item 1 of 'advice' of item 1 of 'possible' is \"A B\", which is not an id"),
    ],
)  # fmt: skip
def test_what_no_receipt_holds_is_refused(
    small: DecisionTree, edit: Callable[[dict[str, Any]], object], problem: str
) -> None:
    """A key, type or value that 'walk' never writes is refused by name, so that nothing personal gets in either."""
    data = json.loads(receipt_of(verdict_on(small, PART)))
    edit(data)
    with pytest.raises(FileError) as caught:
        read_receipt(json.dumps(data), "r.json")
    (issue,) = caught.value.issues
    assert issue.message == f"this is not a receipt: {problem}"
    assert issue.message.isprintable()
    assert issue.hint == "give what 'cakwizard walk --json' wrote"


def test_every_key_must_be_there(small: DecisionTree) -> None:
    """A receipt that lacks any one key is refused with the name of that key."""
    data = json.loads(receipt_of(verdict_on(small, OPEN)))
    for key in list(data):
        rest = {name: value for name, value in data.items() if name != key}
        with pytest.raises(FileError, match=f"this is not a receipt: the receipt has no '{key}'"):
            read_receipt(json.dumps(rest), "r.json")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "r.json:1:1: error: this is not JSON: Expecting value"),
        ("{", "r.json:1:2: error: this is not JSON: Expecting property name enclosed in double quotes"),
        ('{"a": 1,\n "b": }', "r.json:2:7: error: this is not JSON: Expecting value"),
        ("[1, 2]", "r.json:1:1: error: this is not a receipt: the receipt must be an object, not [1, 2]"),
        ('"tekst"', 'r.json:1:1: error: this is not a receipt: the receipt must be an object, not "tekst"'),
        ("null", "r.json:1:1: error: this is not a receipt: the receipt must be an object, not null"),
        ('{"format": NaN}', "r.json:1:1: error: this is not a receipt: NaN is not a number"),
        ('{"format": -Infinity}', "r.json:1:1: error: this is not a receipt: -Infinity is not a number"),
        ('{"format": 1e999}', "r.json:1:1: error: this is not a receipt: a number is too large or too long"),
        ('{"format": ' + "9" * 5000 + "}", "r.json:1:1: error: this is not a receipt: a number is too long"),
        ('{"format": 1, "format": 1}', "r.json:1:1: error: this is not a receipt: a key stands twice in one object"),
        ("[" * 100_000, "r.json:1:1: error: this is not a receipt: it is nested more than 16 levels deep"),
        ('\n{"a":' * 50, "r.json:18:1: error: this is not a receipt: it is nested more than 16 levels deep"),
    ],
)
def test_broken_and_hostile_json(text: str, problem: str) -> None:
    """What is not JSON, or made to do harm, gives one message with its place, and never a traceback."""
    with pytest.raises(FileError) as caught:
        read_receipt(text, "r.json")
    assert str(caught.value).splitlines()[0] == problem


def test_brackets_in_a_text_are_no_nesting(small: DecisionTree) -> None:
    """A text full of brackets is a text."""
    data = json.loads(receipt_of(verdict_on(small, PART)))
    data["outcome"]["title"] = data["possible"][0]["title"] = '[{"' * 40
    assert replay(read_receipt(json.dumps(data), "r.json"), small, "nl").status == "changed"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_receipt_with_anything_in_it_never_crashes(small: DecisionTree, data: st.DataObject) -> None:
    """Whatever stands at any place of a receipt, it is refused with a message or replayed; nothing else happens."""
    receipt = json.loads(receipt_of(verdict_on(small, data.draw(st.sampled_from([PART, OPEN])))))
    anything = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.dates().map(str),
        st.sampled_from(
            ["yes", "gp", "resident", "scheme_a_part", "settled", "open", "decided", [], {}, ["yes", "no"]]
        ),
    )
    for _ in range(data.draw(st.integers(1, 3))):
        target: Any = receipt
        while True:
            keys = sorted(target) if isinstance(target, dict) else range(len(target))
            key = data.draw(st.sampled_from(list(keys))) if keys else None
            if key is None:
                break
            if not isinstance(target[key], dict | list) or not target[key] or data.draw(st.booleans()):
                target[key] = data.draw(anything)
                break
            target = target[key]
    refused = ""
    try:
        found = replay(read_receipt(json.dumps(receipt), "r.json"), small, "nl")
    except FileError as fault:
        refused = str(fault)
    if refused:
        assert "not a receipt" in refused
    else:
        assert all(line.isprintable() for line in (found.summary, *found.differences, *found.notes))


# -- the command ------------------------------------------------------------------


def test_the_command_says_the_same(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """What 'walk --json' wrote, 'verify' finds the same and leaves with 0; also from standard input."""
    settings = [part for question, option in PART.items() for part in ("--set", f"{question}={option}")]
    walked = cakwizard("walk", "--tree", str(SMALL), *settings, "--date", "2022-05-01", "--json")
    file = tmp_path / "receipt.json"
    file.write_text(walked.out, encoding="utf-8")
    ran = cakwizard("verify", str(file), "--tree", str(SMALL))
    assert (ran.status, ran.out, ran.err) == (
        0,
        "Hetzelfde: Regeling A: Regeling A: hooguit 80%.\nDe regels zijn dezelfde als toen (uitgave 1).\n",
        "",
    )
    assert cakwizard("verify", "-", "--tree", str(SMALL), stdin=walked.out) == ran


def test_the_command_says_what_changed(cakwizard: Cakwizard, tmp_path: Path, small: DecisionTree) -> None:
    """A changed outcome leaves with 1, one that cannot be decided any more with 3, both in words on standard output."""
    file = tmp_path / "receipt.json"
    file.write_text(receipt_of(verdict_on(small, PART)), encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(SMALL_TEXT.replace("percent: 80", "percent: 75"), encoding="utf-8")
    ran = cakwizard("verify", str(file), "--tree", str(other), "--lang", "en")
    assert ran.status == 1
    assert ran.out == (
        "Changed: these rules give something else.\n"
        f"- The percentage was 80 and now is 75 ({other}:101).\n"
        f'- The title was "Regeling A: hooguit 80%" and now is "Regeling A: hooguit 75%" ({other}:101).\n'
        "The rules are not the same as then: edition 1 (checked up to 2026-01-08), now edition 1 (checked up to "
        "2026-01-08).\n"
    )
    other.write_text(
        SMALL_TEXT.replace("  pregnant:\n    text", "  weeks:\n    text").replace("asks: pregnant", "asks: weeks"),
        encoding="utf-8",
    )
    ran = cakwizard("verify", str(file), "--tree", str(other))
    assert ran.status == 3
    assert ran.out.splitlines()[1] == "- De vraag 'pregnant' bestaat niet meer."


def test_the_command_refuses_what_is_no_receipt(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """What is missing, too large, no text or no receipt is wrong usage with a message, and nothing else."""
    file = tmp_path / "receipt.json"
    calls: list[tuple[bytes, str]] = [
        (b'{"a": 1}', f'{file}:1:1: error: this is not a receipt: the receipt holds "a", which no receipt holds'),
        (b"\xff\xfe", f"{file}:1:1: fout[CW001]: dit bestand is geen UTF-8-tekst"),
        (b" " * (MAX_BYTES + 1), f"error[CW007]: '{file}' is larger than 1024 KiB"),
    ]
    for data, problem in calls:
        file.write_bytes(data)
        ran = cakwizard("verify", str(file))
        assert (ran.status, ran.out, ran.err.splitlines()[0]) == (2, "", problem)
    assert cakwizard("verify", str(tmp_path / "none.json")).status == 2
    ran = cakwizard("verify", "-", stdin=" " * (MAX_BYTES + 1))
    assert (ran.status, ran.err) == (2, "error: standard input is larger than 1024 KiB\n")
