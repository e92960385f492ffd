"""`cakwizard walk`: a case, or very many, decided without asking, for people and for programs."""

from __future__ import annotations

import csv
import datetime
import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it has no types, and stubs are one more thing to install
import pytest

from cakwizard.cli.walk import COLUMNS
from cakwizard.deciding.decide import Decider, decide, offered
from cakwizard.showing.as_json import SCHEMA
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL, Cakwizard, Ran

OVV = ("--set", "payer=nobody", "--set", "nationality=Ghana", "--set", "stay=none", "--set", "provider=midwife")
SOV = ("--set", "payer=nobody", "--set", "nationality=dutch", "--set", "provider=midwife")


@pytest.fixture
def walk(cakwizard: Cakwizard) -> Cakwizard:
    """Walk through the small tree."""

    def call(*arguments: str, stdin: str = "") -> Ran:
        return cakwizard("walk", "--tree", str(SMALL), *arguments, stdin=stdin)

    return call


valid = jsonschema.Draft202012Validator(SCHEMA).validate


def test_the_schema_is_published(walk: Cakwizard) -> None:
    """`--schema` writes a JSON Schema, by which the other tests of this file judge."""
    assert json.loads(walk("--schema").out) == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_case_is_told_as_a_card(walk: Cakwizard) -> None:
    """Decided with status 0; open, or on a day without a rule, with 3 and what to find out."""
    ran = walk(*OVV)
    assert (ran.status, ran.err) == (0, "")
    assert "OVV" in ran.out
    assert "100%" in ran.out
    assert "Betaler" not in walk(*OVV, "--lang", "en").out
    opened = (("--set", "payer=nobody"), "Welke nationaliteit heeft zij?")
    for arguments, said in (opened, ((*SOV, "--date", "28-02-2017"), "1-3-2017")):
        ran = walk(*arguments)
        assert (ran.status, said in ran.out) == (3, True)


def test_answers_come_from_a_file_or_standard_input_and_settings_go_first(walk: Cakwizard, tmp_path: Path) -> None:
    """A file, `-`, and --set over both."""
    text = "answers: {payer: nobody, nationality: GH, stay: none, provider: gp, pregnant: no}\n"
    (tmp_path / "a.yaml").write_text(text)
    from_file = walk(str(tmp_path / "a.yaml"), "--json")
    assert from_file.status == 0
    assert walk("-", "--json", stdin=text) == from_file
    assert json.loads(from_file.out)["outcome"]["id"] == "ovv_part"
    changed = walk(str(tmp_path / "a.yaml"), "--set", "pregnant=yes", "--json")
    assert json.loads(changed.out)["outcome"]["id"] == "ovv_full"


def test_all_can_be_written_as_text_markdown_or_picture(walk: Cakwizard, cakwizard: Cakwizard) -> None:
    """--format gives what can be pasted or a picture that fetches nothing, --full all there is to say."""
    card, full = walk(*OVV), walk(*OVV, "--full")
    assert "https://example.org/law" in full.out
    assert "https://example.org/law" not in card.out
    marked = walk(*OVV, "--full", "--format", "markdown")
    assert marked.out.count("\n## ") > 3
    assert "\x1b" not in card.out + full.out + marked.out
    ran = cakwizard("walk", "--format", "svg", "--set", "payer=coa")
    assert ran.out.startswith("<svg")
    assert "Betaler" in ran.out
    assert "@font-face" not in ran.out


def test_the_options_may_stand_before_the_command(cakwizard: Cakwizard) -> None:
    """`cakwizard --lang en --tree FILE --date DAY walk` is the same."""
    before = cakwizard("--lang", "en", "--tree", str(SMALL), "--date", "1-7-2020", "walk", *OVV, "--json")
    behind = cakwizard("walk", "--lang", "en", "--tree", str(SMALL), "--date", "2020-07-01", *OVV, "--json")
    assert before == behind
    assert json.loads(before.out)["care_date"] == "2020-07-01"


def test_json_says_what_the_contract_promises(walk: Cakwizard) -> None:
    """Format 2: dates, answers, path, outcome with its deadline, and the sources it rests on."""
    data = json.loads(walk(*SOV, "--date", "10-11-2026", "--json").out)
    valid(data)
    assert {key: data[key] for key in ("format", "status", "care_date", "claim_date")} == {
        "format": 2,
        "status": "decided",
        "care_date": "2026-11-10",
        "claim_date": "2026-11-24",
    }
    assert data["answers"] == {"payer": "nobody", "nationality": "dutch", "provider": "midwife"}
    assert data["path"][0] == {"question": "payer", "option": "nobody"}
    outcome = data["outcome"]
    assert outcome["deadline"] == {"months": 12, "from": "quarter_end", "date": "2027-12-31", "late": False}
    assert (outcome["percent"], outcome["maximum"], outcome["contract"]) == (100, False, "daeb")
    assert outcome["advice"][0].keys() == {"id", "kind", "text", "more", "sources"}
    assert data["possible"] == [{**outcome, "path": data["path"]}]
    cited = {source for advice in outcome["advice"] for source in advice["sources"]}
    assert cited <= data["sources"].keys()
    assert (data["next"], data["decide_next"], data["meanwhile"]) == (None, None, [])


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (OVV, "decided"),
        ((), "open"),
        (("--set", "payer=nobody,patient", "--set", "provider=hospital"), "open"),
        ((*SOV, "--date", "2017-02-28"), "out_of_range"),
        ((*SOV, "--date", "2027-03-01"), "decided"),
        ((*SOV, "--set", "provider=hospital"), "decided"),
        ((*SOV, "--date", "2020-01-01"), "decided"),
        ((*OVV, "--set", "provider=gp", "--set", "pregnant=no", "--date", "2028-01-01"), "decided"),
    ],
)
def test_every_answer_fits_the_published_schema(arguments: tuple[str, ...], status: str, walk: Cakwizard) -> None:
    """Decided, open and out of range, whole and with --ids-only, which leaves out texts and sources."""
    for language in ("nl", "en"):
        data = json.loads(walk(*arguments, "--json", "--lang", language).out)
        valid(data)
        assert data["status"] == status
    small = walk(*arguments, "--ids-only")
    valid(json.loads(small.out))
    assert '"text"' not in small.out
    assert '"title"' not in small.out
    assert json.loads(small.out)["path"] == data["path"]


def test_json_says_what_is_late_open_or_outside_all_days(walk: Cakwizard) -> None:
    """Whether a claim is late, null where no day is known; while open what to do meanwhile, and the ways on."""
    late = json.loads(walk(*SOV, "--date", "2025-03-31", "--claim-date", "2026-04-01", "--json").out)
    assert late["outcome"]["deadline"] == {"months": 12, "from": "quarter_end", "date": "2026-03-31", "late": True}
    hospital = json.loads(walk(*SOV, "--set", "provider=hospital", "--json").out)
    assert hospital["outcome"]["deadline"]["date"] is None
    assert hospital["outcome"]["deadline"]["late"] is None
    data = json.loads(walk("--set", "payer=nobody", "--json").out)
    assert [one["id"] for one in data["meanwhile"]] == ["care_first", "note_care"]
    assert data["outcome"] is None
    assert (data["next"]["question"], data["decide_next"]) == ("nationality", "nationality")
    assert {one["path"][0]["option"] for one in data["possible"]} == {"nobody"}
    outside = json.loads(walk(*SOV, "--date", "2017-02-28", "--json").out)
    assert outside["nearest"] == {
        "question": "provider",
        "option": "midwife",
        "from": "2017-03-01",
        "until": "2018-02-28",
    }


def test_another_program_can_hold_the_conversation(walk: Cakwizard, small: DecisionTree) -> None:
    """`next` has the question with its texts and the options offered; taking the last each time ends in an outcome."""
    settings: list[str] = []
    asked = []
    while True:
        data = json.loads(walk(*settings, "--json").out)
        if data["next"] is None:
            break
        question = data["next"]
        asked.append(question["question"])
        record = small.questions[question["question"]]
        given = {key: frozenset([value]) for key, value in data["answers"].items()}
        assert question["text"] == record.text["nl"]
        assert [one["id"] for one in question["options"]] == list(offered(small, record.id, given))
        assert question["country"] == (record.id == "nationality")
        assert question["left"] >= 1
        settings += ["--set", f"{question['question']}={question['options'][0]['id']}"]
    assert data["status"] == "decided"
    assert asked == ["payer", "nationality", "stay", "provider"]


def test_a_country_is_said_back_where_it_was_guessed(walk: Cakwizard, cakwizard: Cakwizard) -> None:
    """A guess and what may be two answers, which stay open, are told on standard error: the JSON stays alone."""
    ran = walk("--set", "payer=nobody", "--set", "nationality=Marokaans", "--json", "--lang", "en")
    assert json.loads(ran.out)["answers"]["nationality"] == "other"
    assert ran.err == "'Marokaans' was read as Morocco\n"
    ran = cakwizard("walk", "--set", "payer=nobody", "--set", "nationality=Antillen", "--ids-only")
    assert json.loads(ran.out)["answers"]["nationality"] == ["dutch", "aruba_curacao_sint_maarten"]
    assert ran.err == (
        "'Antillen' kan meer dan één antwoord zijn, dus dat blijft open: "
        "Aruba / Caribisch Nederland / Curaçao / Sint-Maarten\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--set", "payer=nobdy"), "bedoelt u 'nobody'?"),
        (("--set", "payr=nobody"), "bedoelt u 'payer'?"),
        (("--set", "nationality=Xanadu"), "'Xanadu' is geen antwoord"),
        (("--set", "payer"), "VRAAG=ANTWOORD"),
        (("--date", "gisteren"), "31-01-2026"),
        (("--date", "24-11-2026", "--claim-date", "23-11-2026"), "23-11-2026"),
        (("none.yaml",), "none.yaml"),
        (("--json", "--full"), "gaan niet samen"),
        (("--json", "--format", "text"), "gaan niet samen"),
        (("--batch", "a.csv", "--json"), "gaan niet samen"),
        (("-o", "a.csv"), "--batch"),
        (("a.yaml", "b.yaml"), "b.yaml"),
    ],
)
def test_wrong_usage_says_what_and_the_way_out(arguments: tuple[str, ...], said: str, walk: Cakwizard) -> None:
    """Status 2 and a sentence in the user's language; under --json also an object with the same."""
    ran = walk(*arguments)
    assert ran.status == 2
    assert said in ran.err
    assert ran.err.startswith("fout: ")
    assert "error: " in walk(*arguments, "--lang", "en").err
    as_json = walk(*arguments, "--json")
    assert as_json.err
    data = json.loads(as_json.out)
    valid(data)
    assert data["error"]["status"] == 2


def test_a_broken_tree_is_status_1(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """Every fault in it is told with its place, under --json as data."""
    (tmp_path / "tree.yaml").write_text(SMALL.read_text().replace("nobody: nationality", "nobody: nationalty"))
    ran = cakwizard("walk", "--tree", str(tmp_path / "tree.yaml"), "--json")
    assert ran.status == 1
    data = json.loads(ran.out)
    valid(data)
    assert data["error"]["issues"][0]["line"] > 1
    assert "tree.yaml:" in ran.err


# -- many cases, a row each ---------------------------------------------------------------

CASES = """name;nationality;payer;stay;provider;pregnant;contract;care_date;claim_date;remark
a;Ghana;nobody;none;midwife;;;10-11-2026;24-11-2026;=1+1
b;Marokaans;nobody;none;gp;no;;2026-11-10;;-5,50
c;nl;nobody;;midwife;;;2025-03-31;2026-04-01;@x
d;Poolse;nobody|patient;;;;;;;
e;Ghana;nobdy;;;;;;;
f;NL;nobody;;gp;;;2026-11-24;2026-11-23;
g;NL;nobody;;gp;;;2017-02-28;;
h;NL;nobody;;gp;;;;;;;
"""


@pytest.fixture
def batch(cakwizard: Cakwizard, tmp_path: Path) -> Cakwizard:
    """Decide the cases that are sent in by the small tree."""

    def call(*arguments: str, stdin: str = "") -> Ran:
        (tmp_path / "cases.csv").write_text(stdin or CASES)
        return cakwizard("walk", "--tree", str(SMALL), "--batch", str(tmp_path / "cases.csv"), *arguments)

    return call


def table(text: str, delimiter: str = ";") -> list[dict[str, str]]:
    """Return the rows of a table by their first column."""
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def test_each_row_says_what_came_of_it(batch: Cakwizard) -> None:
    """Decided, late, open and out of range, with the columns that were there, in the same order and form."""
    ran = batch()
    found = {row["name"]: row for row in table(ran.out)}
    assert list(found) == list("abcdefgh")
    assert ran.out.splitlines()[0] == CASES.splitlines()[0] + "".join(f";result_{name}" for name in COLUMNS)
    assert [found[key]["result_status"] for key in "abcdg"] == ["decided"] * 3 + ["open", "out_of_range"]
    first = found["a"]
    assert (first["result_outcome"], first["result_percent"], first["result_late"]) == ("ovv_full", "100", "")
    assert (found["c"]["result_deadline"], found["c"]["result_late"]) == ("2026-03-31", "true")
    assert found["d"]["result_possible"] == "sov|sov_hospital|patient"
    assert found["d"]["result_decide_next"] == "payer"
    assert found["g"]["result_note"]
    assert found["a"]["contract"] == ""
    assert found["a"]["result_contract"] == "not_needed"


def test_a_row_that_cannot_be_decided_says_why_and_the_rest_goes_on(batch: Cakwizard) -> None:
    """What is wrong is told in its row: answer, dates, number of cells; the status tells whether all are decided."""
    ran = batch()
    notes = {row["name"]: row["result_note"] for row in table(ran.out) if row["result_status"] == "error"}
    assert notes.keys() == {"e", "f", "h"}
    assert "bedoelt u 'nobody'?" in notes["e"]
    assert "23-11-2026" in notes["f"]
    assert ran.status == 2
    assert ran.err == "8 gevallen: 3 beslist, 1 open, 1 zonder regel voor die datum, 3 met een fout.\n"
    assert batch(stdin="payer\npolicy\n").status == 0
    assert batch(stdin="payer\npolicy\nnobody\n").status == 3


def test_a_guess_is_said_back_and_no_cell_is_run(batch: Cakwizard) -> None:
    """A misspelt country is taken and named; a cell that begins a formula gets an apostrophe, an amount does not."""
    rows = table(batch("--lang", "en").out)
    assert rows[1]["result_note"] == "'Marokaans' was read as Morocco"
    assert [row["remark"] for row in table(batch().out)[:3]] == ["'=1+1", "-5,50", "'@x"]


def test_a_column_that_looks_like_a_question_is_told(batch: Cakwizard) -> None:
    """Other columns pass through unread, so a misspelt question is said; none at all is wrong usage."""
    ran = batch(stdin="payer,natonality\npolicy,GH\n")
    assert "bedoelt u 'nationality'?" in ran.err
    assert table(ran.out, ",")[0]["natonality"] == "GH"
    assert batch(stdin="name,age\na,3\n").status == 2
    assert batch(stdin="\n").status == 2


def test_settings_and_dates_are_for_every_row_that_says_nothing_else(batch: Cakwizard) -> None:
    """--set, --date and --claim-date fill in what a row leaves blank."""
    arguments = ("--set", "payer=policy", "--date", "1-2-2026", "--claim-date", "1-3-2026")
    rows = table(batch(*arguments, stdin="name,payer\na,\nb,patient\n").out, ",")
    assert [row["result_scheme"] for row in rows] == ["insurer", "patient"]


def test_json_lines_go_in_and_out(batch: Cakwizard, cakwizard: Cakwizard, tmp_path: Path) -> None:
    """A table becomes lines of JSON, and these are read again; answers may stand under `answers`, and as lists."""
    out = tmp_path / "out.jsonl"
    batch("-o", str(out))
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert lines[0]["name"] == "a"
    assert lines[0]["remark"] == "=1+1"
    assert lines[0]["result"]["percent"] == 100
    assert lines[2]["result"]["late"] is True
    again = cakwizard("walk", "--tree", str(SMALL), "--batch", "-", stdin=out.read_text())
    assert [json.loads(line)["result"]["status"] for line in again.out.splitlines()][:7] == [
        line["result"]["status"] for line in lines[:7]
    ]
    text = '{"answers": {"payer": ["policy", "patient"], "stay": null}}\n[]\n{"payer": 3}\n{"payer": "policy"\n'
    ran = cakwizard("walk", "--tree", str(SMALL), "--batch", "-", stdin=text)
    found = [json.loads(line)["result"] for line in ran.out.splitlines()]
    assert [one["status"] for one in found] == ["open", "error", "error", "error"]
    assert all(one["note"] for one in found[1:])


@pytest.mark.parametrize(
    ("name", "text"),
    [("out.txt", CASES), ("out.csv", '{"payer": "policy"}\n'), ("none/out.csv", CASES), ("out.csv", 'payer\n"open')],
)
def test_what_cannot_be_written_so_says_so(name: str, text: str, batch: Cakwizard, tmp_path: Path) -> None:
    """An unknown ending, JSON lines into a table, no folder: status 2 and nothing written; a fault keeps the rows."""
    ran = batch("-o", str(tmp_path / name), stdin=text)
    assert ran.status == 2
    assert "Traceback" not in ran.err
    assert text.startswith("payer") or not (tmp_path / name).exists()


def test_an_earlier_outcome_may_be_written_over_and_nothing_else(batch: Cakwizard, tmp_path: Path) -> None:
    """A file that --batch wrote is replaced; another needs --force."""
    out = tmp_path / "out.csv"
    for _ in range(2):
        assert batch("-o", str(out), stdin="payer\npolicy\n").status == 0
    assert len(out.read_text().splitlines()) == 2
    out.write_text("mine\n")
    assert batch("-o", str(out), stdin="payer\npolicy\n").status == 2
    assert out.read_text() == "mine\n"
    assert batch("-o", str(out), "--force", stdin="payer\npolicy\n").status == 0


def test_text_that_is_not_utf8_is_told(cakwizard: Cakwizard, tmp_path: Path) -> None:
    """A table in another encoding gives a sentence."""
    (tmp_path / "cases.csv").write_bytes(b"payer;land\npolicy;Belgi\xeb\n")
    ran = cakwizard("walk", "--tree", str(SMALL), "--batch", str(tmp_path / "cases.csv"))
    assert (ran.status, "UTF-8" in ran.err) == (2, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_stops_it_keeps_whole_rows(number: int, tmp_path: Path) -> None:
    """After Ctrl-C or SIGTERM what was written is whole rows, and how many is said."""
    out = tmp_path / "out.csv"
    command = [sys.executable, "-m", "cakwizard", "walk", "--tree", str(SMALL), "--batch", "-", "-o", str(out)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write("name,payer\n" + "x,policy\n" * 3000)
    process.stdin.flush()
    while not out.exists():
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    text = out.read_text()
    assert text.endswith("\n")
    assert {len(row) for row in csv.reader(io.StringIO(text))} == {2 + len(COLUMNS)}
    count = len(text.splitlines()) - 1
    assert f" {count} " in said


def test_what_is_decided_once_is_what_each_would_be(small: DecisionTree) -> None:
    """Dates between which no rule begins or ends share a verdict; on every border, and beside it, it is the same."""
    decider = Decider(small)
    answers = {"payer": frozenset({"nobody"}), "nationality": frozenset({"dutch", "fled"})}
    days = [datetime.date.fromisoformat(day) for day in ("2017-03-01", "2018-03-01", "2022-07-01", "2027-03-01")]
    near = [day + datetime.timedelta(days=shift) for day in days for shift in (-1, 0, 1, 40)]
    for provider in ("midwife", "hospital", "gp"):
        for care in near:
            for later in (0, 400, 900):
                claim = care + datetime.timedelta(days=later)
                given = {**answers, "provider": frozenset({provider})}
                found, until = decider.decide(given, care, claim)
                alone = decide(small, given, care, claim)
                assert found.status == alone.status
                assert [(one.outcome.id, one.certainty, one.percent) for one in found.possible] == [
                    (one.outcome.id, one.certainty, one.percent) for one in alone.possible
                ]
                assert until == (alone.outcome.due if alone.outcome else None)
