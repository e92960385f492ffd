"""What is said of a tree that is broken, doubtful or grows old, by `cakwizard check` and `cakwizard recheck`.

Broken trees are one table: a patch on tests/trees/small.yaml, and what the check says of it.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cakwizard import checking
from cakwizard.checking import page_text, pages
from cakwizard.checking.ages import due_sources, is_succeeded, sources_towards, stale_names
from cakwizard.errors import Issue
from cakwizard.loading import load, tree_and_issues
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL, TODAY, Cakwizard
from tests.made import TEXT, changed, tree_with

DAY = datetime.date
AFTER = DAY(2027, 3, 1)
PACKAGE = Path(checking.__file__).parent.parent
CASES: dict[str, Any] = {**pages(), **tomllib.loads(Path(__file__).with_name("broken.toml").read_text("utf-8"))}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the small tree that may be changed."""
    path = tmp_path / "tree.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def line_of(part: str) -> int:
    """Return the number of the line of the small tree that holds a part."""
    return TEXT[: TEXT.index(part)].count("\n") + 1


def aged(tree: DecisionTree, on: DAY) -> list[str]:
    """Return what is said of what has ended, will end or was long not read."""
    return [one.message for one in checking.warnings(tree, on) if one.code in ("CW050", "CW051", "CW052")]


def issues_of(text: str, on: datetime.date | None) -> list[Issue]:
    """Return what `check` finds: warnings only where there is no error."""
    tree, issues = tree_and_issues(text, "tree.yaml")
    if tree is not None and not issues:
        issues = checking.warnings(tree, on or TODAY, strict=on is not None)
    return issues


@pytest.mark.parametrize("name", CASES)
def test_fault_is_told_with_place_and_way_out(name: str) -> None:
    """A fault gives its own message at its own place, and nothing that only follows from it."""
    case = CASES[name]
    text = TEXT
    for old, new in ((case["fixed"], case["broken"]), *([case["with"]] if "with" in case else [])):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    issues = issues_of(text, case.get("on"))
    code, says = name.split()[0], re.escape(case["says"]).replace("…", ".+")
    found = [one for one in issues if one.code == code and re.fullmatch(says, one.message)]
    assert found, "\n".join(map(str, issues))
    assert sorted(one.code for one in issues) == sorted([code, *case.get("also", ())]), "\n".join(map(str, issues))
    assert found[0].hint == case.get("hint", found[0].hint)
    if "at" in case:
        place = found[0].location
        assert place is not None
        assert str(found[0].source_line)[place.column - 1 :][: place.width] == case["at"]


def test_every_code_has_a_page_and_a_case() -> None:
    """There is a page, and by it a case, for each code that the program gives."""
    given = {code for path in PACKAGE.rglob("*.py") for code in re.findall(r'"(CW\d{3})"', path.read_text("utf-8"))}
    assert given == set(pages())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page_shows_broken_and_fixed(language: str) -> None:
    """A page names its check, and shows what gives the message and what does not."""
    for code, page in pages().items():
        text = page_text(code, language)
        assert text.startswith(f"{code}: {page['title'][language]}\n")
        assert page["says"] in text
        assert len(page["title"][language]) <= 72


# -- the commands -----------------------------------------------------------------------


def test_good_trees_have_no_fault(tree: DecisionTree) -> None:
    """The tree of the program has no error, and ten lines of warnings at most; the small one has nothing."""
    assert checking.errors(tree) == []
    assert len({(one.code, one.values.get("day")) for one in checking.warnings(tree, TODAY)}) <= 10
    assert issues_of(TEXT, None) == []


def test_check_sums_up_a_good_tree(cakwizard: Cakwizard) -> None:
    """A tree without faults gives one line, in the language of the user, and status 0."""
    ran = cakwizard("check", str(SMALL))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith(": 0 fouten, 0 waarschuwingen, 6 vragen, 7 knopen, 31 routes, 11 uitkomsten\n")
    assert cakwizard("--lang", "en", "--tree", str(SMALL), "check").out.endswith(" 31 routes, 11 outcomes\n")
    assert cakwizard("check").status == 0


def test_check_tells_every_error(cakwizard: Cakwizard, copy: Path, tmp_path: Path) -> None:
    """Each error has its place, caret and way out, with status 1 and no warnings yet; no file at all is wrong usage."""
    copy.write_text(changed(("scheme: rmo", "scheme: rno"), ("nl: Verblijf,", "nl: Verblijfspapier,")), "utf-8")
    ran = cakwizard("check", str(copy))
    assert ran.status == 1
    line = line_of("scheme: rmo")
    assert f"{copy}:{line}:13: error[CW022]" in ran.out
    assert f" {line} |     scheme: rno\n     |             ^^^\nhint: did you mean 'rmo'?" in ran.out
    assert "CW043" not in ran.out
    assert "1 fout, waarschuwingen komen als er geen fout meer is" in ran.out
    path = tmp_path / "tree.yaml"
    path.write_bytes(b"title: \xff\n")
    ran = cakwizard("check", str(path))
    assert ran.status == 1
    assert "CW001" in ran.out
    assert cakwizard("check", str(tmp_path / "none.yaml")).status == 2
    path.write_text("")
    assert "CW004" in cakwizard("check", str(path)).out


def test_check_groups_warnings(cakwizard: Cakwizard, copy: Path) -> None:
    """Warnings of one kind and day are one line with the first places of many; --verbose shows each whole."""
    labels = changed(("nl: Verblijf,", "nl: Verblijfspapier,"), ("nl: Zorg door,", "nl: Zorg gegeven door,"))
    copy.write_text(labels.replace("2026-11-01", "2026-01-01"), "utf-8")
    ran = cakwizard("check", str(copy))
    assert ran.status == 0
    stay, by, law, page = map(line_of, ("nl: Verblijf,", "nl: Zorg door,", "  law:\n    title", "  page:\n    title"))
    assert ran.out.splitlines()[:2] == [
        f"{copy}:{stay}: waarschuwing[CW043]: Een tekst is te lang voor zijn plaats: 2 keer, op regels {stay}, {by}",
        f"{copy}:{law}: waarschuwing[CW051]: Een bron is lang niet gelezen (1-1-2026): "
        f"2 keer, op regels {law} (law), {page} (page)",
    ]
    verbose = cakwizard("check", str(copy), "--verbose", "--lang", "en").out
    assert verbose.count("warning[CW051]") == 2
    assert "hint: read the source again, then run 'cakwizard recheck page'" in verbose
    unused = "".join(f"  c{number}: {{text: {{nl: Iets, en: Something}}}}\n" for number in range(8))
    copy.write_text(TEXT.replace("contracts:\n", f"contracts:\n{unused}"), "utf-8")
    assert " en 3 meer\n" in cakwizard("check", str(copy)).out


def test_check_for_programs(cakwizard: Cakwizard, copy: Path) -> None:
    """With --json every issue is an object, with --github a line that GitHub marks in a change."""
    copy.write_text(changed(("scheme: rmo", "scheme: rno")), "utf-8")
    found = json.loads(cakwizard("check", str(copy), "--json").out)
    assert (found["errors"], found["warnings"], found["file"]) == (1, 0, str(copy))
    assert found["issues"][0]["code"] == "CW022"
    line = line_of("scheme: rmo")
    assert (found["issues"][0]["line"], found["issues"][0]["column"], found["issues"][0]["width"]) == (line, 13, 3)
    mark = cakwizard("check", str(copy), "--github").out
    assert mark.startswith(f"::error file={copy.as_posix()},line={line},col=13,endColumn=15,title=CW022::'scheme' of")
    assert "%0Ahint: did you mean 'rmo'?" in mark
    assert mark.count("\n") == 1


def test_check_explains_itself_and_the_format(cakwizard: Cakwizard) -> None:
    """--explain shows the page of a check or names the nearest; --schema and --format-help tell the format."""
    assert cakwizard("check", "--explain", "cw018").out.startswith("CW018: Twee perioden overlappen\n")
    ran = cakwizard("check", "--explain", "CW999")
    assert ran.status == 2
    assert "CW0" in ran.err
    assert json.loads(cakwizard("check", "--schema").out)["properties"]["outcomes"]
    assert "\noutcomes: where a walk ends\n" in cakwizard("check", "--format-help").out


def test_ended_scheme_without_a_successor_is_an_error(cakwizard: Cakwizard) -> None:
    """On a day after its end a scheme whose rows lead to what does not decide is an error; before, a warning."""
    assert cakwizard("check", str(SMALL), "--on", "2027-02-28").status == 0
    ran = cakwizard("check", str(SMALL), "--on", "2027-03-01")
    assert ran.status == 1
    assert "fout[CW050]: Iets wat de boom gebruikt is geëindigd (28-2-2027): regel" in ran.out


SUCCESSOR = (
    ("to: sov_ended, certainty: unsettled, sources: [page]}", "to: sov_next, sources: [page]}"),
    ("  sov_ended:\n    scheme: undecided", "  sov_next:\n    scheme: next"),
    (
        "    certainty: unsettled\n    advice: [care_first, ask_after",
        "    certainty: settled\n    advice: [care_first, ask_after",
    ),
    (
        "schemes:\n  ovv:",
        "schemes:\n  next: {short: {nl: NSV, en: NSV}, name: {nl: de nieuwe, en: the new}, group: cak}\n  ovv:",
    ),
)


def test_ended_scheme_with_a_successor_is_quiet() -> None:
    """When every row leads to what decides, be it behind a question, an ended scheme is as it should be."""
    tree = tree_with(*SUCCESSOR)
    assert is_succeeded(tree, "sov", AFTER)
    assert not aged(tree, AFTER)
    assert not is_succeeded(tree, "sov", DAY(2027, 2, 28))
    tree = tree_with(
        ("to: sov_ended, certainty: unsettled, sources: [page]}", "to: ovv_pregnant, sources: [page]}"),
        ("asylum: {to: undecided,", "asylum: {to: sov_ended,"),
        ("  undecided:\n    scheme: undecided\n", "  undecided2:\n    scheme: undecided\n"),
        ("patient: {to: patient, advice", "patient: {to: undecided2, advice"),
        ("      policy: insurer\n", "      policy: patient\n"),
        ("      dutch, europe: sov_provider\n", "      dutch: sov_provider\n      europe: insurer\n"),
    )
    assert is_succeeded(tree, "sov", AFTER)


def test_texts_that_name_what_has_ended(small: DecisionTree) -> None:
    """After a scheme was replaced, texts of that day that still name it are told; others, or that it ended, are not."""
    tree = tree_with(
        *SUCCESSOR,
        ("text: {nl: Vraag wie deze zorg nu betaalt.,", "text: {nl: Vraag of de SOV nog betaalt.,"),
        ("help: {nl: Het gaat om de dag van de zorg.,", "help: {nl: De subsidie voor onverzekerden kan ook.,"),
        ("text: {nl: Een visum of vrije weken,", "text: {nl: Een visum (geen sov),"),
    )
    told = [one.message.split(" names ")[0] for one in stale_names(tree, AFTER)]
    assert told == ["'help' of question 'payer'", "'text' of advice 'ask_after_sov'"]
    assert list(stale_names(tree, TODAY)) == []
    assert list(stale_names(small, AFTER)) == []


def test_source_is_due_by_its_own_day(small: DecisionTree) -> None:
    """A source is due 180 days after it was read, over after eighteen months, and never if it cannot change."""
    assert [one.id for one in due_sources(small, DAY(2027, 4, 29))] == []
    assert [one.id for one in due_sources(small, DAY(2027, 4, 30))] == ["law", "page"]
    for day, severity in ((DAY(2027, 4, 30), "warning"), (DAY(2028, 5, 1), "error")):
        unread = [one for one in checking.warnings(small, day, strict=True) if one.code == "CW051"]
        assert [one.severity for one in unread] == [severity, severity]
    assert [one.id for one in due_sources(small, DAY(2028, 5, 1), ["page", "decree"])] == ["page"]
    assert "source 'law' was last read on 2026-11-01, 180 days before" in aged(small, DAY(2027, 4, 30))
    assert "scheme 'sov' ends on 2027-02-28, in 1 day" in aged(small, DAY(2027, 2, 27))


def test_recheck_changes_only_the_days(cakwizard: Cakwizard, copy: Path) -> None:
    """Writing the day leaves comments, layout and line ends as they are."""
    text = TEXT.replace("\n", "\r\n")
    copy.write_bytes(text.encode())
    ran = cakwizard("recheck", "--tree", str(copy), "--on", "2026-11-20", "law")
    assert ran.status == 0
    assert ran.out.splitlines()[0] == "1 bron gelezen op 20-11-2026: law"
    old, new = "checked: 2026-11-01   # read whole", "checked: 2026-11-20   # read whole"
    assert copy.read_bytes().decode() == text.replace(old, new)


def test_recheck_of_sources_on_one_line(cakwizard: Cakwizard, copy: Path) -> None:
    """Two sources that are written on one line, with quotes, both get the day."""
    url, kind = "url: https://example.org", "kind: law"
    flow = ", ".join(
        f"{name}: {{title: {{nl: A, en: A}}, publisher: P, {url}, {kind}, date: 2020, checked: '2020-01-01'}}"
        for name in ("one", "two")
    )
    text = TEXT.replace("law]", "one]").replace("decree]", "two]").replace("page]", "one]").replace("[law, ", "[two, ")
    start, end = text.index("sources:\n  law:"), text.index("glossary:\n")
    copy.write_text(f"{text[:start]}sources: {{{flow}}}\n\n{text[end:]}", "utf-8")
    assert cakwizard("recheck", "--tree", str(copy), "--on", "2026-11-20", "one", "two").status == 0
    tree = load(copy)
    assert {source.checked for source in tree.sources.values()} == {DAY(2026, 11, 20)}


def test_recheck_refuses_a_day_to_come(cakwizard: Cakwizard, copy: Path) -> None:
    """Nobody has read a source tomorrow: the file stays as it is, and a sentence says why and what to do."""
    ran = cakwizard("recheck", "--tree", str(copy), "--on", "2026-11-25", "law")
    assert (ran.status, ran.out, copy.read_text("utf-8")) == (2, "", TEXT)
    assert "op een dag die nog komt (25-11-2026)" in ran.err
    assert "--list" in ran.err
    assert cakwizard("recheck", "--tree", str(copy), "--on", "2026-11-24", "law").status == 0


def test_recheck_lists_what_is_due(cakwizard: Cakwizard, copy: Path, small: DecisionTree) -> None:
    """Without a source, or with --list, what is due is shown: of all, of the ways to an outcome, or of an option."""
    ran = cakwizard("recheck", "--tree", str(copy), "--on", "2027-06-01")
    assert ran.out.splitlines() == [
        "2 bronnen moeten opnieuw gelezen worden (op 1-6-2027):",
        " 1-11-2026  law                   De wet",
        " 1-11-2026  page                  De pagina",
    ]
    listed = cakwizard("recheck", "--tree", str(copy), "--on", "2027-06-01", "--list", "--outcome", "insurer")
    assert [line.split()[1] for line in listed.out.splitlines()[1:]] == ["law"]
    assert copy.read_text("utf-8") == TEXT
    assert "geen bron" in cakwizard("recheck", "--tree", str(copy)).out
    assert sources_towards(small, outcome="insurer") == {"law"}
    assert sources_towards(small, outcome="sov") == {"law", "page", "decree"}
    assert sources_towards(small, option="gp") == {"law", "page", "decree"}


def test_recheck_refuses_what_is_not_there(cakwizard: Cakwizard, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source, outcome or option that does not exist is named with the nearest; a tree in a wheel is not changed."""
    for arguments in (["laws"], ["--outcome", "insure"], ["--only", "midwif"]):
        ran = cakwizard("recheck", "--tree", str(copy), *arguments)
        assert (ran.status, "bedoelt u" in ran.err) == (2, True)
    from cakwizard import loading

    monkeypatch.setattr(loading, "bundled_file", lambda: None)
    monkeypatch.setattr(loading, "bundled_text", lambda: ("decision_tree.yaml", TEXT))
    ran = cakwizard("recheck", "law")
    assert ran.status == 2
    assert "--tree" in ran.err


def test_one_word_for_two_answers_that_go_together_is_no_fault() -> None:
    """A synonym may answer two questions that one walk asks, in either order."""
    tree = tree_with(
        ("also: {nl: [zwanger],", "also: {nl: [zwanger, dokter],"),
        ("also: {nl: [toerist, visum]", "also: {nl: [toerist, vroedvrouw]"),
    )
    assert checking.warnings(tree, TODAY) == []
