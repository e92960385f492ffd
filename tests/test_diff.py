"""What is different between two trees, held against walking every walk of both."""

from __future__ import annotations

import datetime
import itertools
import json
import random
from collections import Counter
from pathlib import Path

import pytest

from cakwizard.diffing import compare
from cakwizard.diffing.reporting import as_json
from cakwizard.diffing.reporting import as_markdown
from cakwizard.diffing.reporting import as_text
from cakwizard.diffing.walks import NO_RULE
from cakwizard.diffing.walks import NOT_OFFERED
from cakwizard.diffing.walks import OTHER_ENDS
from cakwizard.diffing.walks import count_walks
from cakwizard.loading import load_tree
from cakwizard.loading import read_tree
from cakwizard.model import DecisionTree
from cakwizard.model import Window
from cakwizard.scripts.ways import spans
from tests.conftest import Cakwizard

HERE = Path(__file__).parent
SMALL = HERE / "trees" / "small.yaml"
TEXT = SMALL.read_text(encoding="utf-8")

HEAD = """\
format: 1
edition: "1"
checked_until: 2026-01-08
title: {nl: t, en: t}
origin: {nl: o, en: o}
authority: {nl: l, en: d}
languages: [nl, en]
schemes: {s: {name: {nl: S, en: S}}}
advice_kinds: {step: {heading: {nl: d, en: d}, numbered: true}}
advice: {go: {kind: step, text: {nl: a, en: b}, sources: [law]}}
source_kinds: {law: {name: {nl: w, en: l}, supports: settled}}
sources: {law: {title: {nl: w, en: l}, publisher: p, url: u, date: 2026, kind: law}}
"""
OPTIONS = {"a": "{text: {nl: aa, en: aa}, key: {nl: a, en: a}}", "b": "{text: {nl: b, en: b}, key: {nl: b, en: b}}"}
OPTIONS["c"] = "{text: {nl: c, en: c}, key: {nl: c, en: c}}"


def made(start: str, nodes: dict[str, tuple[str, dict[str, str]]]) -> DecisionTree:
    """Return a tree from its nodes: the question of each, and where its options lead."""
    asked = sorted({question for question, _ in nodes.values()})
    leads = " ".join(to for _, routes in nodes.values() for to in routes.values())
    ends = [end for end in ("x", "y", "z") if f" {end}" in f" {leads}".replace("to:", "").replace("{", " ")]
    options = ", ".join(f"{key}: {value}" for key, value in OPTIONS.items())
    lines = [HEAD, f"start: {start}", "questions:"]
    lines += [f"  {question}: {{text: {{nl: v, en: v}}, options: {{{options}}}}}" for question in asked]
    lines.append("nodes:")
    for key, (question, routes) in nodes.items():
        to = ", ".join(f"{option}: {target}" for option, target in routes.items())
        lines.append(f"  {key}: {{asks: {question}, certainty: settled, sources: [law], to: {{{to}}}}}")
    lines.append("outcomes:")
    common = "scheme: s, certainty: settled, pays: {nl: a, en: b}, sources: [law], advice: [go]"
    lines += [f"  {end}: {{{common}, title: {{nl: {end}, en: {end}}}}}" for end in ends]
    return read_tree("\n".join(lines) + "\n", "made.yaml")


def random_tree(draw: random.Random) -> DecisionTree:
    """Return a small tree in which questions come in any order, some options are missing and some days too."""
    questions = draw.sample(["q1", "q2", "q3", "q4", "q5"], draw.randint(2, 5))
    names = [f"n{question[1]}" for question in questions]
    nodes: dict[str, tuple[str, dict[str, str]]] = {}
    wanted = {names[0]}
    for number, name in enumerate(names):
        if name not in wanted:
            continue
        routes = {}
        for option in draw.sample("abc", draw.randint(1, 3)):
            target = draw.choice([*names[number + 1 :], "x", "y", "z"])
            days = draw.choice(["", "", "", ", valid_from: 2020-01-01", ", valid_until: 2021-12-31"])
            routes[option] = f"{{to: {target}{days}}}"
            wanted.add(target)
        nodes[name] = (questions[number], routes)
    return made(names[0], nodes)


def walk(tree: DecisionTree, answers: dict[str, str], day: datetime.date) -> tuple[str, list[str]]:
    """Return where the answers end in a tree, and the questions that were asked."""
    place, asked = tree.start, list[str]()
    while place in tree.nodes:
        question = tree.nodes[place].question
        asked.append(question)
        routes = [route for route in tree.routes(place) if route.option == answers[question]]
        open_ = [route for route in routes if day in route.window]
        place = open_[0].target if open_ else NO_RULE if routes else NOT_OFFERED
    return place, asked


def by_walking(old: DecisionTree, new: DecisionTree) -> tuple[int, Counter[tuple[str, str]]]:
    """Return how many walks there are and which end elsewhere, by taking every answer to every question."""
    questions = sorted({*old.questions, *new.questions})
    total, ends = 0, Counter[tuple[str, str]]()
    for span in spans(route.window for tree in (old, new) for route in tree.routes()):
        day = span.start or span.end or datetime.date(2026, 1, 1)
        seen = set()
        for chosen in itertools.product("abc", repeat=len(questions)):
            answers = dict(zip(questions, chosen, strict=True))
            (before, asked), (after, also) = walk(old, answers, day), walk(new, answers, day)
            given = frozenset((question, answers[question]) for question in (*asked, *also))
            # An answer that is offered by no tree that asks for it is none.
            none = (before == NOT_OFFERED and asked[-1] not in also) or (after == NOT_OFFERED and also[-1] not in asked)
            if none or given in seen or not {before, after} & {"x", "y", "z"}:
                continue
            seen.add(given)
            total += 1
            if before != after:
                ends[before, after] += 1
    return total, ends


@pytest.mark.parametrize("seed", range(150))
def test_counts_are_those_of_walking_every_walk(seed: int) -> None:
    """Numbers of walks, and from where to where they moved, are what enumeration finds."""
    draw = random.Random(seed)  # noqa: S311 - reproducible, not secret
    old, new = random_tree(draw), random_tree(draw)
    counted = count_walks(old, new)
    total, ends = by_walking(old, new)
    found: Counter[tuple[str, str]] = Counter()
    for turn in counted.turns:
        found.update(turn.ends)
    assert counted.complete
    assert (counted.total, counted.changed, found) == (total, sum(ends.values()), ends)


@pytest.mark.parametrize("seed", range(20))
def test_a_tree_is_no_different_from_itself(seed: int) -> None:
    """Two readings of one tree have the same walks, and nothing changed."""
    one, other = (random_tree(random.Random(seed)) for _ in range(2))  # noqa: S311 - reproducible, not secret
    difference = compare(one, other)
    assert difference.is_empty
    assert (difference.walks.changed, difference.changes) == (0, ())
    assert difference.walks.total == sum(difference.walks.same_end.values())


def diamonds(turned: int | None = None, length: int = 60) -> DecisionTree:
    """Return questions in a row, of which each answer leads to the next, but for the last."""
    nodes = {}
    for number in range(length):
        onward = f"n{number + 1}"
        nodes[f"n{number}"] = (f"q{number}", {"a": onward, "b": onward if number != turned else "y"})
    last = length - 1
    nodes[f"n{last}"] = (f"q{last}", {"a": "x", "b": "y"})
    return made("n0", nodes)


def test_more_walks_than_can_be_walked_are_counted_exactly() -> None:
    """Of 2^60 walks it is told how many end elsewhere, to the last one."""
    counted = count_walks(diamonds(), diamonds(turned=29))
    assert counted.total == 2**60
    # One answer at the thirtieth question no longer leads on; half of those walks ended in the other outcome.
    assert counted.changed == 2**58
    (turn,) = counted.turns
    assert (turn.old_node, turn.step.option, dict(turn.ends)) == ("n29", "b", {("x", "y"): 2**58})


def test_numbers_too_long_to_write_are_rounded() -> None:
    """More walks than Python writes in digits are told as a power of ten, in text and in JSON."""
    difference = compare(diamonds(length=2000), diamonds(turned=1000, length=2000))
    assert "10^601 of 10^602 walks end elsewhere." in as_text(difference, "en")
    data = json.loads(json.dumps(as_json(difference)))
    assert (data["walks"]["total"], data["walks"]["changed"]) == ("10^602", "10^601")


def test_a_question_put_in_front_does_not_hide_where_walks_part() -> None:
    """Walks are compared through a new question, and the change below it is named by itself."""
    old = made("n1", {"n1": ("q1", {"a": "x", "b": "y"})})
    new = made("n9", {"n9": ("q9", {"a": "n1", "b": "n1"}), "n1": ("q1", {"a": "x", "b": "x"})})
    counted = count_walks(old, new)
    assert (counted.total, counted.changed) == (4, 2)
    assert [(turn.new_node, turn.step.option, turn.ends) for turn in counted.turns] == [("n1", "b", {("y", "x"): 2})]


def test_questions_in_another_order_are_the_same_walks() -> None:
    """Asking the same in another order moves nothing."""
    old = made("n1", {"n1": ("q1", {"a": "n2", "b": "y"}), "n2": ("q2", {"a": "x", "b": "y"})})
    new = made("n2", {"n2": ("q2", {"a": "n1", "b": "y"}), "n1": ("q1", {"a": "x", "b": "y"})})
    assert count_walks(old, new).changed == 0


def test_renamed_places_are_the_same_places() -> None:
    """Another id for a node or an outcome turns no walk."""
    old = load_tree(SMALL)
    renamed = TEXT.replace("provider_a", "caregiver_a").replace("scheme_a_part", "scheme_a_mostly")
    counted = count_walks(old, read_tree(renamed, "new.yaml"))
    assert (counted.total, counted.changed) == (41, 0)


def changed(*replacements: tuple[str, str]) -> str:
    """Return the small tree with some of its text replaced."""
    text = TEXT
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """An old and a new tree in files, of which the new one differs in one of each sort of thing."""
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(TEXT, encoding="utf-8")
    new = changed(
        ('edition: "1"', 'edition: "2"'),
        ("dutch: insurer", "dutch: scheme_a_ended"),
        ("valid_until: 2027-02-28, to: provider_a", "valid_until: 2026-12-31, to: provider_a"),
        ("valid_from: 2027-03-01, to: scheme_a_ended", "valid_from: 2027-01-01, to: scheme_a_ended"),
        ("percent: 100", "percent: 95"),
        ("gp: unsettled_abroad", "gp: {to: unsettled_abroad, certainty: unsettled, sources: [law]}"),
        ("advice: [ask_insurer]", "advice: [ask_insurer, ask_desk]"),
        ("Stuur de rekening", "Stuur nu de rekening"),
    )
    Path("new.yaml").write_text(new, encoding="utf-8")
    return "old.yaml", "new.yaml"


EXPECTED = """\
old.yaml (edition 1) -> new.yaml (edition 2)

9 of 49 walks end elsewhere.
  new.yaml:56:7: 'What is her nationality?' 'From the Netherlands': 6 walks
    Health insurer: The insurer pays [insurer] -> Not decided: Scheme A was to end [scheme_a_ended]: 6
  new.yaml:61:7: 'What is her nationality?' 'Other': 3 walks
    for care from 2027-01-01 until 2027-02-28
    Scheme A: Scheme A: 100% [scheme_a_full] -> Not decided: Scheme A was to end [scheme_a_ended]: 2
    Scheme A: Scheme A: at most 80% [scheme_a_part] -> Not decided: Scheme A was to end [scheme_a_ended]: 1

Routes:
  new.yaml:56:7: route 'nationality.dutch' target
    - insurer
    + scheme_a_ended

Amounts:
  new.yaml:92:3: outcome 'scheme_a_full' percent (12 walks end there)
    - 100
    + 95

Dates:
  new.yaml:61:7: route 'nationality.other@2022-03-01..2027-02-28' valid_until
    - 2027-02-28
    + 2026-12-31
  new.yaml:61:7: route 'nationality.other@2027-03-01..' valid_from
    - 2027-03-01
    + 2027-01-01

Certainty:
  new.yaml:71:41: route 'provider_b.gp' certainty
    - settled
    + unsettled

Texts:
  new.yaml:130:3: advice 'ask_insurer' text.nl
    - Stuur de rekening naar de verzekeraar.
    + Stuur nu de rekening naar de verzekeraar.

Advice given:
  new.yaml:85:3: outcome 'insurer' advice (9 walks end there)
    - ask_insurer
    + ask_insurer, ask_desk

Sources:
  new.yaml:71:41: route 'provider_b.gp' sources
    - page
    + law

Other:
  new.yaml:1:1: head edition
    - 1
    + 2
"""


def test_text_says_which_walks_turn_and_what_changed(cakwizard: Cakwizard, two: tuple[str, str]) -> None:
    """The difference names each change with its place, and how many walks it turns."""
    ran = cakwizard("diff", *two, "--lang", "en")
    assert (ran.out, ran.err, ran.status) == (EXPECTED, "", 1)


def test_markdown_says_the_same(cakwizard: Cakwizard, two: tuple[str, str]) -> None:
    """As Markdown the same stands in headings and lists, and no sign of a text is taken for Markdown."""
    ran = cakwizard("diff", *two, "--lang", "en", "--format", "markdown")
    lines = ran.out.splitlines()
    assert lines[0] == "# old.yaml (edition 1) → new.yaml (edition 2)"
    assert [line for line in lines if line.startswith("## ")] == [
        "## Walks that end elsewhere",
        *(f"## {line[:-1]}" for line in EXPECTED.splitlines() if line[:1].isalpha() and line.endswith(":")),
    ]
    assert "- outcome 'scheme\\_a\\_full' percent (12 walks end there): 100 → 95" in lines
    assert ran.status == 1


def test_json_holds_the_exact_numbers(cakwizard: Cakwizard, two: tuple[str, str]) -> None:
    """As JSON every turn has its days, its routes and its ends."""
    ran = cakwizard("diff", *two, "--format", "json")
    data = json.loads(ran.out)
    assert (data["format"], data["same"], data["walks"]["total"], data["walks"]["changed"]) == (1, False, 49, 9)
    assert data["walks"]["turns"][1] == {
        "walks": 3,
        "old_node": "nationality",
        "new_node": "nationality",
        "question": "nationality",
        "option": "other",
        "asked": "in both",
        "old": {"target": "provider_a", "file": "old.yaml", "line": 61},
        "new": {"target": "scheme_a_ended", "file": "new.yaml", "line": 61},
        "days": [{"from": "2027-01-01", "until": "2027-02-28"}],
        "ends": [
            {"old": "scheme_a_full", "new": "scheme_a_ended", "walks": 2},
            {"old": "scheme_a_part", "new": "scheme_a_ended", "walks": 1},
        ],
    }
    assert {change["sort"] for change in data["changes"]} == {
        *("route", "amount", "date", "certainty", "text", "advice", "source", "other")
    }


def test_same_trees_leave_with_nought(cakwizard: Cakwizard, two: tuple[str, str]) -> None:
    """When only a comment differs nothing changed, and the exit status says so."""
    Path("new.yaml").write_text(TEXT + "# more\n", encoding="utf-8")
    ran = cakwizard("diff", *two)
    assert ran.status == 0
    assert ran.out.splitlines()[-1] == "Nothing changed: 41 walks compared."


def test_invalid_tree_is_no_difference(cakwizard: Cakwizard, two: tuple[str, str]) -> None:
    """A tree with faults gives them and leaves with 2, so that 1 always means a difference."""
    Path("new.yaml").write_text(TEXT.replace("dutch: insurer", "dutch: nobody"), encoding="utf-8")
    ran = cakwizard("diff", *two)
    assert (ran.status, ran.out) == (2, "")
    assert "new.yaml:56:14: error[CW012]" in ran.err
    assert cakwizard("diff", "old.yaml", "none.yaml").status == 2


def test_added_and_removed_records_are_named(tmp_path: Path) -> None:
    """What one of the trees does not have at all is named once, not field by field."""
    new = changed(
        ("gp: pregnant}", "gp: scheme_a_part}"),
        (TEXT[TEXT.index("  pregnant:\n    asks") : TEXT.index("\nschedules")], ""),
        (TEXT[TEXT.index("  pregnant:\n    text") : TEXT.index("\nnodes")], ""),
        ("  desk:", "  bill: {name: {nl: Rekening, en: Bill}, text: {nl: Wat u stuurt., en: What you send.}}\n  desk:"),
    )
    found = compare(load_tree(SMALL), read_tree(new, "new.yaml")).changes
    whole = {(change.sort, change.kind, change.id) for change in found if change.sort in ("added", "removed")}
    assert whole == {
        ("added", "term", "bill"),
        ("removed", "question", "pregnant"),
        ("removed", "option", "pregnant.yes"),
        ("removed", "option", "pregnant.no"),
        ("removed", "node", "pregnant"),
        ("removed", "route", "pregnant.yes"),
        ("removed", "route", "pregnant.no"),
    }


def test_saved_walks_that_break_are_named(cakwizard: Cakwizard, two: tuple[str, str]) -> None:
    """A saved walk that held and no longer does is shown with what was expected; one that still holds is not."""
    Path("saved.yaml").write_text(
        "- name: Dutch\n  care_date: 2026-01-08\n  answers: {resident: yes, nationality: dutch}\n"
        "  expect: {outcome: insurer}\n"
        "- name: European\n  care_date: 2026-01-08\n  answers: {resident: yes, nationality: europe}\n"
        "  expect: {outcome: insurer}\n",
        encoding="utf-8",
    )
    ran = cakwizard("diff", *two, "--walks", "saved.yaml", "--format", "json")
    saved = json.loads(ran.out)["saved"]
    assert (saved["total"], [one["name"] for one in saved["broken"]]) == (2, ["Dutch"])
    assert saved["broken"][0]["problems"][0] == {"key": "outcome", "expected": "insurer", "came": "scheme_a_ended"}
    assert "1 of 2 saved walks no longer holds." in cakwizard("diff", *two, "--walks", "saved.yaml").out


def test_windows_that_touch_are_told_as_one() -> None:
    """Days on which the same change holds are joined, though a window elsewhere divides them."""
    old = made("n1", {"n1": ("q1", {"a": "x", "b": "{to: y, valid_until: 2020-12-31}", "c": "y"})})
    new = made("n1", {"n1": ("q1", {"a": "y", "b": "{to: y, valid_until: 2020-12-31}", "c": "x"})})
    turns = count_walks(old, new).turns
    assert [(turn.step.option, turn.windows) for turn in turns] == [("a", (Window(),)), ("c", (Window(),))]


def test_questions_no_longer_or_newly_asked_are_named() -> None:
    """Where the trees ask something else, the text says which question came or went."""
    old = made("n1", {"n1": ("q1", {"a": "n2", "b": "x"}), "n2": ("q2", {"a": "x", "b": "y"})})
    new = made("n3", {"n3": ("q3", {"a": "n1", "b": "y"}), "n1": ("q1", {"a": "x", "b": "x"})})
    text = as_text(compare(old, new), "nl")
    assert "now asked: 'v' 'b': 2 walks" in text
    assert "no longer asked" not in text
    back = as_text(compare(new, old), "nl")
    assert "no longer asked: 'v' 'b': 2 walks" in back


def test_an_answer_that_is_gone_and_one_that_is_new() -> None:
    """Walks by an answer that only one of the trees offers end nowhere in the other."""
    old = made("n1", {"n1": ("q1", {"a": "x", "b": "y"})})
    new = made("n1", {"n1": ("q1", {"a": "x", "c": "y"})})
    difference = compare(old, new)
    assert [(turn.step.option, turn.ends) for turn in difference.walks.turns] == [
        ("b", {("y", NOT_OFFERED): 1}),
        ("c", {(NOT_OFFERED, "y"): 1}),
    ]
    assert f"S: y [y] -> {NOT_OFFERED}: 1" in as_text(difference, "nl")
    whole = [(change.sort, change.id, change.old, change.new) for change in difference.changes]
    assert whole == [("removed", "n1.b", "y", None), ("added", "n1.c", None, "y")]


def test_days_without_a_rule_are_an_end() -> None:
    """A walk that meets no rule on its days any more ends elsewhere, and the days are told."""
    old = made("n1", {"n1": ("q1", {"a": "x", "b": "y"})})
    new = made("n1", {"n1": ("q1", {"a": "x", "b": "{to: y, valid_from: 2020-01-01, valid_until: 2020-12-31}"})})
    difference = compare(old, new)
    (turn,) = difference.walks.turns
    before, after = (datetime.date(2019, 12, 31), datetime.date(2021, 1, 1))
    assert turn.windows == (Window(None, before), Window(after, None))
    assert dict(turn.ends) == {("y", NO_RULE): 2}
    text = as_text(difference, "nl")
    assert "    for care until 2019-12-31\n    for care from 2021-01-01\n" in text


def test_trees_too_far_apart_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """When not every pair of places can be looked at, that is said, and nothing is claimed."""
    monkeypatch.setattr("cakwizard.diffing.walks.MAX_PAIRS", 3)
    difference = compare(load_tree(SMALL), read_tree(changed(("dutch: insurer", "dutch: scheme_a_full")), "new.yaml"))
    said = "The trees ask so differently that not every walk could be compared."
    assert not difference.walks.complete
    assert said in as_text(difference, "nl")
    assert said in as_markdown(difference, "nl")


def test_only_so_many_ends_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past a number of outcomes the rest is put together; the numbers stay exact."""
    monkeypatch.setattr("cakwizard.diffing.walks.MAX_ENDS", 1)
    old = made("n1", {"n1": ("q1", {"a": "n2", "b": "z"}), "n2": ("q2", {"a": "x", "b": "y", "c": "x"})})
    new = made("n1", {"n1": ("q1", {"a": "z", "b": "z"})})
    (turn,) = count_walks(old, new).turns
    assert turn.ends == {("x", "z"): 2, (OTHER_ENDS, OTHER_ENDS): 1}
    assert f"{OTHER_ENDS} -> {OTHER_ENDS}: 1" in as_text(compare(old, new), "nl")


def test_saved_walks_in_markdown(cakwizard: Cakwizard, two: tuple[str, str]) -> None:
    """As Markdown the saved walks that break are a list with what was expected."""
    case = "- name: Dutch *one*\n  answers: {resident: yes, nationality: dutch}\n  expect: {outcome: insurer}\n"
    Path("saved.yaml").write_text(case, encoding="utf-8")
    ran = cakwizard("diff", *two, "--walks", "saved.yaml", "--format", "markdown")
    assert "## Saved walks\n\n1 of 1 saved walk no longer holds.\n\n- Dutch \\*one\\* (`saved.yaml:1:" in ran.out


def test_a_window_that_came_or_went_is_named_with_its_days() -> None:
    """A route that one tree has on days on which the other has none is added or removed."""
    schedule = "    - {valid_from: 2022-03-01, valid_until: 2027-02-28, to: provider_a, sources: [page]}\n"
    new = changed((schedule, ""), ("valid_until: 2022-02-28, to", "valid_until: 2027-02-28, to"))
    found = compare(load_tree(SMALL), read_tree(new, "new.yaml")).changes
    assert [(change.sort, change.id, change.old) for change in found if change.sort == "removed"] == [
        ("removed", "nationality.other", "provider_a from 2022-03-01 until 2027-02-28")
    ]
