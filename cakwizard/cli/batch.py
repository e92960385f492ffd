"""`cakwizard walk --batch`: decide many cases, one a row; each row says what came of it, or why nothing did."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar

from cakwizard.cli import common
from cakwizard.cli.common import Dates, progress
from cakwizard.cli.helping import said_here, say
from cakwizard.deciding.answers import check_dates, parse_answer, parse_day, parse_settings
from cakwizard.deciding.countries import Country
from cakwizard.deciding.days import Due
from cakwizard.deciding.many import Decider
from cakwizard.deciding.verdict import Verdict
from cakwizard.errors import CakwizardError, FileError, UsageError, nearest, spoken
from cakwizard.files import check_target, open_bytes
from cakwizard.saying.phrases import outcome_text
from cakwizard.showing.as_json import plain_number
from cakwizard.tree.records import DecisionTree

COLUMNS = (
    "status scheme outcome title percent maximum certainty contract deadline late possible decide_next note".split()
)
"""What is added to a row, each as `result_…`, in JSON under `result`; what has that name already is replaced."""

_ADDED = [f"result_{name}" for name in COLUMNS]
_KEPT = 20_000  # How many different answers and dates are remembered.
_STEP = 500  # After how many rows the bar moves.
_OR = re.compile(r"[,;|]")
# What a spreadsheet takes for a formula; an amount is none.
_FORMULA = re.compile(r"(?![-+]?[\d.,]+\Z)[=+\-@\t\r]")
_DATES = ("care_date", "claim_date")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """What to decide, and where to."""

    tree: DecisionTree
    tree_file: str | None
    cases: str
    output: str | None
    settings: Sequence[str]
    dates: Dates
    language: str
    force: bool


class _Case(NamedTuple):
    """A row: what passes through, its questions and answers (several in a cell are open), its dates, what is wrong."""

    kept: Sequence[str] | Mapping[str, Any]
    questions: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    care: str = ""
    claim: str = ""
    fault: str = ""


def run(job: Job) -> int:
    """Decide every row and return the exit status: 0 all decided, 3 some are open or out of range, 2 some are wrong.

    Raises:
        CakwizardError: The files cannot be read or written, or hold no cases.
    """
    if job.output is not None:
        inputs = [one for one in (job.cases, job.tree_file) if one is not None and one != "-"]
        check_target(job.output, kind=_is_ours, force=job.force, inputs=inputs)
    counts: Counter[str] = Counter(dict.fromkeys(("decided", "open", "out_of_range", "error"), 0))
    target = Target(job.output)
    opened = nullcontext(sys.stdin.buffer) if job.cases == "-" else open_bytes(job.cases)
    # How much comes from standard input nobody knows.
    size = None if job.cases == "-" else Path(job.cases).stat().st_size
    with opened as source, progress(say("batch.progress"), size, sys.stderr) as show:
        lines = io.TextIOWrapper(source, encoding="utf-8-sig", newline="")
        try:
            with suppress(KeyboardInterrupt), target:
                for number, status in enumerate(_rows(job, lines, target)):
                    counts[status] += 1
                    if number % _STEP == 0 and size:
                        show(source.tell())
                    if target.asked:
                        break
        except UnicodeDecodeError:
            raise _fault("no_text", file=job.cases) from None
        except csv.Error as error:
            raise _fault("no_csv", file=job.cases, line=str(counts.total()), reason=str(error)) from None
    common.err(say("batch.stopped" if target.asked else "batch.done", total=counts.total(), **counts))
    if target.asked:
        return 128 + target.asked
    return 2 if counts["error"] else 0 if counts["decided"] == counts.total() else 3


def _rows(job: Job, lines: IO[str], target: Target) -> Iterator[str]:
    """Decide and write row after row; yield the status of each."""
    first = target.wait(lines) or ""
    json_in = first.lstrip().startswith("{")
    end = (".jsonl" if json_in else ".csv") if job.output is None else Path(job.output).suffix.casefold()
    if end not in (".csv", ".jsonl"):
        raise _fault("no_end", file=str(job.output))
    if json_in and end == ".csv":
        raise _fault("json_to_csv")
    names: list[str] = []
    delimiter = max(",;\t", key=first.count)
    again = (line for part in ([first], lines) for line in part)
    cases = _json_cases(job.tree, again) if json_in else _csv_cases(job, csv.reader(again, delimiter=delimiter), names)
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\n")
    teller = _Teller(job)
    case = target.wait(cases)
    if end == ".csv":
        writer.writerow([*map(_harmless_cell, names), *_ADDED])
    while case is not None:
        row = teller.row(case)
        if end == ".csv":
            writer.writerow([*map(_harmless_cell, case.kept), *map(_cell, row.values())])
        else:
            through = case.kept if isinstance(case.kept, Mapping) else dict(zip(names, case.kept, strict=True))
            target.write(f"{json.dumps({**through, 'result': row})}\n")
        yield row["status"]
        case = target.wait(cases)


def _csv_cases(job: Job, rows: Iterator[list[str]], names: list[str]) -> Iterator[_Case]:
    """Yield the cases of a table; `names` gets the columns that pass through."""
    header = [name.strip() for name in next(rows, [])]
    questions = tuple(name for name in header if name in job.tree.questions)
    if not (questions or job.settings):
        raise _fault("no_column", offered=", ".join(job.tree.questions))
    known = (*job.tree.questions, *_DATES)
    for name in header:
        near = nearest(name, known) if name not in known and name not in _ADDED else None
        if near is not None:
            common.err(say("batch.unread", name=name[:100], near=near))
    care, claim = (header.index(name) if name in header else None for name in _DATES)
    answers = [header.index(name) for name in questions]
    through = [number for number, name in enumerate(header) if name not in _ADDED]
    names += [header[place] for place in through]
    for cells in rows:
        if not cells:
            continue
        more = len(cells) - len(header)
        cells += [""] * -more
        yield _Case(
            [cells[place] for place in through],
            questions,
            tuple([cells[place] for place in answers]),
            "" if care is None else cells[care].strip(),
            "" if claim is None else cells[claim].strip(),
            say("batch.too_many", count=more) if more > 0 else "",
        )


def _json_cases(tree: DecisionTree, lines: Iterable[str]) -> Iterator[_Case]:
    """Yield the cases of lines of JSON, whose answers are keys of the object or are under `answers`."""
    for line in filter(str.strip, lines):
        case: Any = None
        with suppress(ValueError, RecursionError):
            case = json.loads(line)
        if not isinstance(case, dict):
            yield _Case({"line": line.rstrip("\n")}, fault=say("batch.no_object"))
            continue
        nested = case.get("answers")
        given = {name: value for name, value in case.items() if name in tree.questions}
        answers, fault = {}, ""
        for name, value in (dict(nested if isinstance(nested, dict) else {}) | given).items():
            words = value if isinstance(value, list) else [] if value is None else [value]
            if all(isinstance(word, str) for word in words):
                answers[name] = "|".join(words)
            else:
                fault = say("batch.no_words", question=name[:100])
        care, claim = (str(case.get(name) or "").strip() for name in _DATES)
        yield _Case(case, tuple(answers), tuple(answers.values()), care, claim, fault)


class _Teller:
    """Says what comes of a case; answers and dates that were read before are not read again."""

    def __init__(self, job: Job) -> None:
        self.job, self.decider = job, Decider(job.tree)
        self.fixed = parse_settings(job.tree, job.settings, [], job.language)
        self.answers = lru_cache(_KEPT)(self._answers)
        self.days = lru_cache(_KEPT)(self._days)

    def row(self, case: _Case) -> Row:
        """Return the columns that are added to a case."""
        try:
            if case.fault:
                return _error(case.fault)
            answers, note = self.answers(case.questions, case.answers)
            verdict, until = self.decider.decide(answers, *self.days(case.care, case.claim))
        except CakwizardError as error:
            message, hint = said_here(error.issues[0])
            return _error(f"{message}; {hint}" if hint else message)
        row = _row(verdict, self.job.language)
        return {**row, **_due(until), "note": note or row["note"]} if until or note else row

    def _answers(self, questions: tuple[str, ...], cells: tuple[str, ...]) -> tuple[dict[str, frozenset[str]], str]:
        tree, language = self.job.tree, self.job.language
        taken: list[Country] = []
        answers = dict(self.fixed)
        for question, cell in zip(questions, cells, strict=True):
            words = [word for part in _OR.split(cell) if (word := part.strip())]
            if words:
                answers[question] = parse_answer(tree, question, words, taken=taken, language=language)
        notes = [say("walk.taken", typed=one.typed, name=one.name) for one in taken if one.guessed]
        return answers, "; ".join(notes)

    def _days(self, care: str, claim: str) -> tuple[datetime.date, datetime.date]:
        dates = self.job.dates
        care_date = parse_day(care, "care_date") if care else dates.care_date
        claim_date = parse_day(claim, "claim_date") if claim else dates.claim_date
        if not (claim or dates.claim_given):
            claim_date = max(claim_date, care_date)
        check_dates(care_date, claim_date)
        return care_date, claim_date


@lru_cache(_KEPT)
def _row(verdict: Verdict, language: str) -> Row:
    row: Row = {**dict.fromkeys(COLUMNS), "status": verdict.status, "decide_next": verdict.decide_next}
    one = verdict.outcome
    if one is not None:
        row |= {"scheme": one.outcome.scheme, "outcome": one.outcome.id, "maximum": one.outcome.maximum}
        row |= {"title": outcome_text(one, one.outcome.title, language), "percent": plain_number(one.percent)}
        row |= {"certainty": one.certainty.name, "contract": one.outcome.contract}
    elif verdict.possible:
        row["possible"] = [possible.outcome.id for possible in verdict.possible]
    else:
        row["note"] = say("batch.out_of_range")
    return row


def _due(until: Due | None) -> Row:
    return {} if until is None else {"deadline": until.date and until.date.isoformat(), "late": until.late}


def _error(message: str) -> Row:
    return {**dict.fromkeys(COLUMNS), "status": "error", "note": message}


def _fault(key: str, **values: str) -> CakwizardError:
    issue = spoken(f"batch.{key}", **values)
    return FileError(issue) if "file" in values else UsageError(issue)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "|".join(value) if isinstance(value, list) else _harmless_cell(str(value))


def _harmless_cell(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _is_ours(head: bytes) -> bool:
    first = head.split(b"\n")[0]
    return all(name.encode() in first for name in _ADDED) or b'"result": {"status"' in first


# Where the rows of many cases go.

_PIECE = 1000
Case = TypeVar("Case")


class Target:
    """Writes rows to a file or standard output: whole rows, also when Ctrl-C or SIGTERM comes between.

    Attributes:
        asked: The signal that asked to stop, or 0.
    """

    def __init__(self, file: str | None) -> None:
        self.asked = 0
        self._file = Path(file or "")
        self._stream: IO[str] | None = None if file else sys.stdout
        if isinstance(self._stream, io.TextIOWrapper):
            # What passes through stays as it came, whatever the terminal speaks.
            self._stream.reconfigure(encoding="utf-8", errors="replace", newline="")
        self._held: list[str] = []
        self._waiting = False
        self._before: list[tuple[int, Any]] = []

    def __enter__(self) -> Target:
        """Let a signal come between two rows."""
        with suppress(ValueError):  # Only the main thread may set handlers.
            self._before = [(one, signal.signal(one, self._stop)) for one in (signal.SIGINT, signal.SIGTERM)]
        return self

    def __exit__(self, *_: object) -> None:
        """Write what is held."""
        try:
            self._flush()
        finally:
            for number, handler in self._before:
                signal.signal(number, handler)
            if self._stream not in (None, sys.stdout):
                self._stream.close()

    def _stop(self, number: int, _frame: object) -> None:
        self.asked = number
        if self._waiting:
            raise KeyboardInterrupt

    def wait(self, cases: Iterator[Case]) -> Case | None:
        """Return the next case, or None; only here a signal stops at once, so that no row is left half made."""
        self._waiting = True
        try:
            return next(cases, None)
        finally:
            self._waiting = False

    def write(self, row: str) -> None:
        """Take a row."""
        self._held.append(row)
        if len(self._held) >= _PIECE:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            # Not before there is a row: what is wrong with the cases leaves the file as it was.
            self._stream = self._stream or self._file.open("w", encoding="utf-8", errors="replace", newline="")
            self._stream.write("".join(self._held))
            self._stream.flush()
        self._held.clear()
