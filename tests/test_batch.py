"""`cakwizard walk --batch`: many cases, a row each."""

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

import pytest

from cakwizard.cli.batch import COLUMNS
from cakwizard.deciding.decide import decide
from cakwizard.deciding.many import Decider
from cakwizard.tree.records import DecisionTree
from tests.conftest import SMALL, Cakwizard, Ran

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
    """A wrong answer, a claim before the care and too many cells; the exit status says that some were wrong."""
    ran = batch()
    notes = {row["name"]: row["result_note"] for row in table(ran.out) if row["result_status"] == "error"}
    assert notes.keys() == {"e", "f", "h"}
    assert "bedoelt u 'nobody'?" in notes["e"]
    assert "23-11-2026" in notes["f"]
    assert ran.status == 2
    assert ran.err == "8 gevallen: 3 beslist, 1 open, 1 zonder regel voor die datum, 3 met een fout.\n"


def test_the_exit_status_tells_whether_all_are_decided(batch: Cakwizard) -> None:
    """0 when all are, 3 when one is open."""
    assert batch(stdin="payer\npolicy\n").status == 0
    assert batch(stdin="payer\npolicy\nnobody\n").status == 3


def test_a_guess_is_said_back_in_its_row(batch: Cakwizard) -> None:
    """A misspelt country is taken and named."""
    rows = table(batch("--lang", "en").out)
    assert rows[1]["result_note"] == "'Marokaans' was read as Morocco"


def test_cells_that_a_spreadsheet_would_run_are_text(batch: Cakwizard) -> None:
    """A cell that begins a formula gets an apostrophe; an amount does not."""
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


def test_what_is_remembered_is_bounded(small: DecisionTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many different cases there are, few verdicts are kept, and each case gets its own."""
    monkeypatch.setattr("cakwizard.deciding.many._KEPT", 1)
    decider, day = Decider(small), datetime.date(2026, 11, 24)
    for _ in range(2):
        for payer in ("policy", "patient"):
            verdict, until = decider.decide({"payer": frozenset({payer})}, day, day)
            assert (verdict.path[0].option, until) == (payer, None)


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
