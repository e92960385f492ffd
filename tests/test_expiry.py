"""What is old on a day: in `check` and under an outcome, in the same words."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from cakwizard.expiry import Used
from cakwizard.expiry import expiring
from cakwizard.expiry import sentences
from cakwizard.loading import read_tree
from cakwizard.model import DecisionTree
from tests.conftest import Cakwizard

HERE = Path(__file__).parent
BASE = (HERE / "trees" / "base.yaml").read_text(encoding="utf-8")
CHECKED = datetime.date(2026, 1, 8)
END = datetime.date(2026, 6, 30)


def made(*replacements: tuple[str, str]) -> DecisionTree:
    """Return the base tree with some of its text replaced."""
    text = BASE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return read_tree(text, "tree.yaml")


SCHEME = ("city: {name: {nl: Stad, en: City}}", "city: {name: {nl: Stad, en: City}, valid_until: 2026-06-30}")
OUTCOME = ("    percent: 100\n", "    percent: 100\n    valid_until: 2026-06-30\n")
SOURCE = ("    kind: talk\n", "    kind: talk\n    valid_until: 2026-06-30\n")
OPTION = ("{yes: found, no: lost}", "{yes: found, no: {to: lost, valid_until: 2026-06-30}}")
ENDS = {"scheme": SCHEME, "outcome": OUTCOME, "source": SOURCE, "option": OPTION}
IDS = {"scheme": "city", "outcome": "found", "source": "leaflet", "option": "marked.no"}


def found(tree: DecisionTree, on: datetime.date) -> list[tuple[str, str, str, int, bool]]:
    """Return what is old, without what was not looked at."""
    return [
        (one.kind, one.subject, one.id, one.days, one.over) for one in expiring(tree, on) if one.kind != "unchecked"
    ]


@pytest.mark.parametrize("subject", ENDS)
@pytest.mark.parametrize(
    ("days", "kind", "distance", "over"),
    [(-61, None, 0, False), (-60, "ends", 60, False), (0, "ends", 0, False), (1, "ended", 1, True)],
)
def test_an_end_is_told_from_sixty_days_before(
    subject: str, days: int, kind: str | None, distance: int, over: bool
) -> None:
    """What a tree uses and ends is told from 60 days before, and is over on the day after its last."""
    tree = made(ENDS[subject])
    expected = [] if kind is None else [(kind, subject, IDS[subject], distance, over)]
    assert found(tree, END + datetime.timedelta(days)) == expected


@pytest.mark.parametrize(
    ("on", "told", "over"),
    [
        (CHECKED + datetime.timedelta(179), False, False),
        (CHECKED + datetime.timedelta(180), True, False),
        (datetime.date(2027, 7, 7), True, False),
        (datetime.date(2027, 7, 8), True, True),
    ],
)
def test_a_source_is_told_of_from_180_days_unchecked(on: datetime.date, told: bool, over: bool) -> None:
    """A source that nobody looked at is told of from 180 days, and is over at eighteen months."""
    notices = [one for one in expiring(made(), on) if one.kind == "unchecked"]
    assert [(one.id, one.day, one.over) for one in notices] == (
        [("rules", CHECKED, over), ("leaflet", CHECKED, over)] if told else []
    )


def test_a_source_may_have_its_own_day_of_checking() -> None:
    """The day at a source goes before that at the head of the file."""
    tree = made(("    kind: talk\n", "    kind: talk\n    checked: 2026-12-01\n"))
    assert [one.id for one in expiring(tree, datetime.date(2027, 1, 8))] == ["rules"]


def test_an_option_with_a_successor_has_not_ended() -> None:
    """An option that leads elsewhere from the next day on is not told of."""
    to = "[{to: found, valid_until: 2026-06-30}, {to: lost, valid_from: 2026-07-01}]"
    tree = made(("{yes: found, no: lost}", f"{{yes: found, no: {to}}}"))
    assert found(tree, datetime.date(2026, 8, 1)) == []


def test_what_nothing_uses_is_not_told_of() -> None:
    """A source, or a scheme, to which nothing refers is left alone."""
    extra = "  old: {title: {nl: O, en: O}, publisher: P, url: u, date: 2000, valid_until: 2000-12-31, kind: talk}\n"
    tree = made(("sources:\n  rules:", f"sources:\n{extra}  rules:"), ("schemes:\n", f"schemes:\n{GONE}"))
    assert found(tree, CHECKED) == []


GONE = "  gone: {name: {nl: Weg, en: Gone}, valid_until: 2000-12-31}\n"


def test_only_what_an_outcome_rests_on_is_looked_at_when_asked() -> None:
    """With a choice of sources and schemes the others are not told of."""
    tree = made(SCHEME, SOURCE)
    used = Used(sources=["rules"], schemes=["city"])
    notices = expiring(tree, datetime.date(2026, 12, 1), used)
    assert [(one.kind, one.id) for one in notices] == [("ended", "city"), ("unchecked", "rules")]


def test_sources_of_the_same_day_are_told_in_one_sentence() -> None:
    """Sources last looked at on one day share a sentence, which names a few of them."""
    more = "".join(
        f"  s{n}: {{title: {{nl: Bron {n}, en: Source {n}}}, publisher: P, url: u, date: 2000, kind: talk}}\n"
        for n in range(3)
    )
    tree = made(
        ("sources:\n  rules:", f"sources:\n{more}  rules:"), ("sources: [leaflet]", "sources: [leaflet, s0, s1, s2]")
    )
    notices = expiring(tree, datetime.date(2026, 7, 27))
    assert sentences(notices, "nl") == [
        "al 200 dagen niet nagekeken, het laatst op 8 januari 2026: 5 van de bronnen. Kijk na of dit nog geldt."
    ]
    assert sentences(notices[:1], "en") == [
        "not checked for 200 days, last on 8 January 2026: the source Source 0. Find out whether this still holds."
    ]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A tree of which the scheme ends, in a file."""
    monkeypatch.chdir(tmp_path)
    Path("tree.yaml").write_text(BASE.replace(*SCHEME), encoding="utf-8")
    return "tree.yaml"


def test_check_fails_for_a_day_on_which_something_has_ended(cakwizard: Cakwizard, file: str) -> None:
    """`--on` names what is over by that day with its place, and leaves with 1."""
    ran = cakwizard("check", file, "--on", "2026-07-01")
    assert ran.status == 1
    assert ran.out.startswith(
        "tree.yaml:63:3: error[CW050]: no longer valid after 30 June 2026: City\n"
        "  63 |   city: {name: {nl: Stad, en: City}, valid_until: 2026-06-30}\n"
        "     |   ^^^^\n"
        "hint: say what holds now, and until when\n"
    )


def test_check_fails_for_a_day_eighteen_months_on(cakwizard: Cakwizard, file: str) -> None:
    """`--on` fails when a source was last looked at eighteen months before that day."""
    Path(file).write_text(BASE, encoding="utf-8")
    assert cakwizard("check", file, "--on", "2027-07-07").status == 0
    ran = cakwizard("check", file, "--on", "2027-07-08")
    assert (ran.status, ran.out.count("error[CW051]")) == (1, 2)


def test_check_only_warns_of_today(cakwizard: Cakwizard, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a day the same is a warning, for today."""
    monkeypatch.setenv("CAKWIZARD_TODAY", "2030-01-01")
    ran = cakwizard("check", file)
    assert ran.status == 0
    assert ran.out.count("warning[CW050]") == 1
    assert ran.out.count("warning[CW051]") == 2
    monkeypatch.setenv("CAKWIZARD_TODAY", "2026-05-01")
    assert "warning[CW052]: valid for 60 more days, until 30 June 2026: City" in cakwizard("check", file).out


@pytest.mark.parametrize(
    ("today", "care", "told"),
    [
        ("2026-02-01", "2026-02-01", []),
        ("2026-06-01", "2026-06-01", ["nog 29 dagen geldig, tot en met 30 juni 2026: Stad."]),
        ("2026-07-01", "2026-07-01", ["niet meer geldig na 30 juni 2026: Stad."]),
        ("2026-07-01", "2026-06-30", []),
    ],
)
def test_an_outcome_warns_in_the_same_words(
    cakwizard: Cakwizard, file: str, monkeypatch: pytest.MonkeyPatch, today: str, care: str, told: list[str]
) -> None:
    """Under an outcome stands what check says of what it rests on, unless it still held on the day of care."""
    monkeypatch.setenv("CAKWIZARD_TODAY", today)
    monkeypatch.setenv("COLUMNS", "200")
    answers = ("--set", "locked=yes", "--set", "marked=yes", "--date", care)
    ran = cakwizard("walk", "--tree", file, *answers)
    assert ran.status == 0
    said = [line.partition("Let op: ")[2] for line in ran.out.splitlines() if "Let op: " in line]
    assert said == told


def test_an_outcome_says_how_long_nobody_looked(
    cakwizard: Cakwizard, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under an outcome stands which of its own sources nobody looked at for long."""
    monkeypatch.setenv("CAKWIZARD_TODAY", "2026-07-27")
    monkeypatch.setenv("COLUMNS", "200")
    Path(file).write_text(BASE, encoding="utf-8")
    ran = cakwizard("--lang", "en", "walk", "--tree", file, "--set", "locked=yes", "--set", "marked=yes")
    assert "Mind: not checked for 200 days, last on 8 January 2026: the source The rules." in ran.out
    assert "The leaflet" not in ran.out
