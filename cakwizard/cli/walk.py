"""`cakwizard walk`: decide one case without asking, or many, one a row; each row says what came of it, or why not."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext, suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import click

from cakwizard import loading
from cakwizard.cli import common
from cakwizard.cli.common import Spoken, say
from cakwizard.deciding.answers import AnswerFile, Slips, parse_answer, parse_day, parse_settings, read_answers
from cakwizard.deciding.countries import Country
from cakwizard.deciding.decide import Decider, decide
from cakwizard.deciding.verdict import Verdict
from cakwizard.errors import CakwizardError, FileError, UsageError, nearest, spoken
from cakwizard.files import check_target, open_bytes
from cakwizard.saying.phrases import outcome_text
from cakwizard.showing.as_json import SCHEMA, facts, verdict_to_dict
from cakwizard.tree.records import DecisionTree

COLUMNS = (
    "status scheme outcome title percent maximum certainty contract deadline late possible decide_next note".split()
)
"""What is added to a row, each as `result_…`, in JSON under `result`; what has that name already is replaced."""

_APART = [("--json", "--format"), ("--json", "--full"), ("--batch", "--json"), ("--batch", "--format")]
_APART += [("--batch", "ANSWERS.yaml")]
_ADDED = [f"result_{name}" for name in COLUMNS]
_NOTHING: Mapping[str, Any] = dict.fromkeys(COLUMNS)
_DATES = ("care_date", "claim_date")
_KEPT = 20_000  # How many different answers and dates are remembered.
_STEP = 500  # After how many rows the bar moves.
_OR = re.compile(r"[,;|]")
# What a spreadsheet takes for a formula; an amount is none.
_FORMULA = re.compile(r"(?![-+]?[\d.,]+\Z)[=+\-@\t\r]")

_Case = tuple[Sequence[str] | Mapping[str, Any], dict[str, str], str]
"""What passes through, the answers (several in one are open) and dates by name as written, and what is wrong."""
_Row = tuple[str, str]


@click.command("walk", cls=Spoken, help="help.walk.long")
@click.argument("answers_file", metavar="[ANSWERS.yaml|-]", type=common.FILE, required=False)
@click.option("--set", "settings", metavar="QUESTION=OPTION[,OPTION]", multiple=True, help="help.walk.set")
@common.date_option
@common.claim_date_option
@common.lang_option
@click.option("--json", "as_json", is_flag=True, help="help.walk.json")
@click.option("--ids-only", is_flag=True, help="help.walk.ids_only")
@click.option("--schema", is_flag=True, help="help.walk.schema")
@common.form_option
@common.full_option
@click.option("--batch", "cases_file", metavar="CASES.csv", type=common.FILE, help="help.walk.batch")
@click.option("--output", "-o", metavar="OUT.csv|.jsonl", type=common.FILE, help="help.walk.output")
@common.force_option
@common.tree_option
def walk(given: Any) -> int:
    """Decide one case and leave with 0 when decided, 3 when open or out of range."""
    if given.schema:
        common.write_json(SCHEMA)
        return 0
    wished = {"--json": given.as_json or given.ids_only, "--format": given.form, "--full": given.full}
    wished |= {"--batch": given.cases_file, "ANSWERS.yaml": given.answers_file}
    for one, other in _APART:
        if wished[one] and wished[other]:
            raise UsageError(spoken("walk.together", one=one, other=other))
    if given.output is not None and given.cases_file is None:
        raise UsageError(spoken("walk.output_alone"))
    tree, language = loading.load(given.tree_file), given.language
    if given.cases_file is not None:
        return _walk_all(given, tree)
    taken: list[Country] = []
    case, slips = given.answers_file, Slips(language, taken)
    file = AnswerFile() if case is None else read_answers(*common.read_input(case), tree, slips)
    answers = {**file.answers, **parse_settings(tree, given.settings, slips)}
    days = given.care_date or file.care_date, given.claim_date or file.claim_date
    verdict = decide(tree, answers, *common.the_dates(*days))
    for country in dict.fromkeys(taken):
        if country.guessed:
            common.err(say("walk.taken", typed=country.typed, name=country.name))
        elif len(country.options) > 1:
            common.err(say("walk.either", typed=country.typed, options=country.name))
    if wished["--json"]:
        common.write_json(verdict_to_dict(verdict, language, ids_only=given.ids_only))
    else:
        common.out(_text(verdict, given, assumed=days[0] is None))
    return 0 if verdict.status == "decided" else 3


def _text(verdict: Verdict, given: Any, *, assumed: bool) -> str:
    """Return the card, or all there is to say; what is asked for in a form is to paste, so no line is broken."""
    from cakwizard.saying.card import make_card
    from cakwizard.showing.text import full_text

    language, day = given.language, common.today()
    if given.form == "svg":
        from cakwizard.showing.terminal import card_svg

        asked = [(verdict.tree.questions[one], option) for one, option in verdict.path]
        trail = [(one.short[language], one.options[option].text[language]) for one, option in asked]
        return card_svg(make_card(verdict, language, today=day), trail)
    form: Any = given.form or "text"
    width = None if given.form else common.text_width()
    return full_text(verdict, language, form, today=day, assumed=assumed, width=width, brief=not given.full)


def _walk_all(given: Any, tree: DecisionTree) -> int:
    """Decide every row and return the exit status: 0 all decided, 3 some are open or out of range, 2 some are wrong."""
    cases, output = given.cases_file, given.output
    if output is not None:
        check_target(output, kind=_is_ours, force=given.force, inputs=(cases, given.tree_file))
    counts: Counter[str] = Counter(dict.fromkeys(("decided", "open", "out_of_range", "error"), 0))
    with ExitStack() as opened:
        source = sys.stdin.buffer if cases == "-" else opened.enter_context(open_bytes(cases))
        # How much comes from standard input nobody knows.
        size = None if cases == "-" else Path(cases).stat().st_size
        show = opened.enter_context(common.progress(say("batch.progress"), size))
        lines = io.TextIOWrapper(source, encoding="utf-8-sig", newline="")
        rows, asked = _until_stopped(_rows(given, tree, lines), opened)
        target: IO[str] | None = None
        try:
            for number, (text, status) in enumerate(rows):
                # Not opened before there is a row: what is wrong with the cases leaves the file as it was.
                target = target or opened.enter_context(_opened(output))
                target.write(text)
                if status:
                    counts[status] += 1
                if number % _STEP == 0 and size:
                    show(source.tell())
        except UnicodeDecodeError:
            raise FileError(spoken("batch.no_text", file=cases)) from None
        except csv.Error as error:
            raise FileError(spoken("batch.no_csv", file=cases, line=counts.total(), reason=error)) from None
    common.err(say("batch.stopped" if asked else "batch.done", total=counts.total(), **counts))
    if asked:
        return 128 + asked[0]
    return 2 if counts["error"] else 0 if counts["decided"] == counts.total() else 3


def _opened(file: str | None) -> Any:
    """Return where the rows go, in UTF-8: what passes through stays as it came, whatever the terminal speaks."""
    if file is not None:
        return Path(file).open("w", encoding="utf-8", errors="replace", newline="")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")
    return nullcontext(sys.stdout)


def _until_stopped(rows: Iterator[_Row], opened: ExitStack) -> tuple[Iterator[_Row], list[int]]:
    """Return rows until Ctrl-C or SIGTERM comes, and what gets that signal; both do as before when all is closed.

    Only who waits for the next row is interrupted, so that none is left half written.
    """
    asked: list[int] = []
    waiting = False

    def ask(number: int, _frame: object) -> None:
        asked.append(number)
        if waiting and len(asked) == 1:
            raise KeyboardInterrupt

    def each() -> Iterator[_Row]:
        nonlocal waiting
        with suppress(KeyboardInterrupt):
            while True:
                waiting = True
                row = None if asked else next(rows, None)
                waiting = False
                if row is None:
                    return
                yield row

    for number in (signal.SIGINT, signal.SIGTERM):
        opened.callback(signal.signal, number, signal.signal(number, ask))
    return each(), asked


def _rows(given: Any, tree: DecisionTree, lines: IO[str]) -> Iterator[_Row]:
    """Decide row after row; yield each as it is written, and its status (none of the names of the columns)."""
    first = next(lines, "")
    json_in = first.lstrip().startswith("{")
    end = (".jsonl" if json_in else ".csv") if given.output is None else Path(given.output).suffix.casefold()
    if end not in (".csv", ".jsonl"):
        raise FileError(spoken("batch.no_end", file=given.output))
    if json_in and end == ".csv":
        raise UsageError(spoken("batch.json_to_csv"))
    delimiter = max(",;\t", key=first.count)
    again = chain([first], lines)
    if json_in:
        names, cases = list[str](), _json_cases(tree, again)
    else:
        names, cases = _csv_cases(given, tree, csv.reader(again, delimiter=delimiter))
    tell = _teller(given, tree)
    # A writer of rows returns what the file does that it writes to.
    file: Any = SimpleNamespace(write=str)
    as_text = csv.writer(file, delimiter=delimiter, lineterminator="\n").writerow
    if end == ".csv":
        yield as_text([*map(_cell, names), *_ADDED]), ""
    for kept, found, fault in cases:
        result = {**_NOTHING, "status": "error", "note": fault} if fault else tell(found)
        if end == ".csv":
            yield as_text(map(_cell, (*kept, *result.values()))), result["status"]
        else:
            through = kept if isinstance(kept, Mapping) else dict(zip(names, kept, strict=True))
            yield f"{json.dumps({**through, 'result': result})}\n", result["status"]


def _csv_cases(given: Any, tree: DecisionTree, rows: Iterator[list[str]]) -> tuple[list[str], Iterator[_Case]]:
    """Return the columns of a table that pass through, and its cases."""
    header = [name.strip() for name in next(rows, [])]
    if not (given.settings or tree.questions.keys() & set(header)):
        raise UsageError(spoken("batch.no_column", offered=", ".join(tree.questions)))
    known = (*tree.questions, *_DATES)
    for name in header:
        near = nearest(name, known) if name not in (*known, *_ADDED) else None
        if near is not None:
            common.err(say("batch.unread", name=name[:100], near=near))
    places = {name: header.index(name) for name in header if name in known}
    through = [number for number, name in enumerate(header) if name not in _ADDED]

    def each() -> Iterator[_Case]:
        for cells in filter(None, rows):
            more = len(cells) - len(header)
            cells += [""] * -more
            fault = say("batch.too_many", count=more) if more > 0 else ""
            yield [cells[place] for place in through], {name: cells[place] for name, place in places.items()}, fault

    return [header[place] for place in through], each()


def _json_cases(tree: DecisionTree, lines: Iterable[str]) -> Iterator[_Case]:
    """Yield the cases of lines of JSON, whose answers are keys of the object or are under `answers`."""
    for line in filter(str.strip, lines):
        case: Any = None
        with suppress(ValueError, RecursionError):
            case = json.loads(line)
        if not isinstance(case, dict):
            yield {"line": line.rstrip("\n")}, {}, say("batch.no_object")
            continue
        nested = case.get("answers")
        found: dict[str, Any] = {**nested} if isinstance(nested, dict) else {}
        found |= {name: value for name, value in case.items() if name in tree.questions or name in _DATES}
        given, fault = {}, ""
        for name, value in found.items():
            words = value if isinstance(value, list) else [] if value is None else [value]
            if all(isinstance(word, str) for word in words):
                given[name] = "|".join(words)
            else:
                fault = say("batch.no_words", question=name[:100])
        yield case, given, fault


def _teller(given: Any, tree: DecisionTree) -> Callable[[Mapping[str, str]], dict[str, Any]]:
    """Return what says what comes of a case; answers and dates that were read before are not read again."""
    decider, language = Decider(tree), given.language
    fixed = parse_settings(tree, given.settings, Slips(language, []))
    usual = given.care_date, given.claim_date
    common.the_dates(*usual)

    @lru_cache(_KEPT)
    def read(cells: tuple[tuple[str, str], ...]) -> tuple[dict[str, frozenset[str]], str]:
        taken: list[Country] = []
        answers = dict(fixed)
        for question, cell in cells:
            words = [word for part in _OR.split(cell) if (word := part.strip())]
            if words:
                answers[question] = parse_answer(tree, question, words, Slips(language, taken))
        return answers, "; ".join(say("walk.taken", typed=one.typed, name=one.name) for one in taken if one.guessed)

    @lru_cache(_KEPT)
    def dates(*cells: str) -> tuple[datetime.date, datetime.date]:
        named = zip(_DATES, cells, usual, strict=True)
        return common.the_dates(*(parse_day(cell, name) if cell.strip() else day for name, cell, day in named))

    @lru_cache(_KEPT)
    def said(verdict: Verdict) -> Mapping[str, Any]:
        result = {**_NOTHING, "status": verdict.status, "decide_next": verdict.decide_next}
        if (one := verdict.outcome) is not None:
            known = facts(one)
            result |= {name: known[name] for name in ("scheme", "percent", "maximum", "certainty", "contract")}
            result |= {"outcome": one.outcome.id, "title": outcome_text(one, one.outcome.title, language)}
        elif verdict.possible:
            result["possible"] = [possible.outcome.id for possible in verdict.possible]
        else:
            result["note"] = say("batch.out_of_range")
        return result

    def tell(case: Mapping[str, str]) -> dict[str, Any]:
        try:
            answers, note = read(tuple([item for item in case.items() if item[0] not in _DATES]))
            days = dates(*[case.get(name, "") for name in _DATES])
            verdict, until = decider.decide(answers, *days)
        except CakwizardError as error:
            note = "; ".join(filter(None, error.issues[0].said(say.words().language)))
            return {**_NOTHING, "status": "error", "note": note}
        result = {**said(verdict)}
        if until is not None:
            result |= {"deadline": until.isoformat(), "late": days[1] > until}
        return result | ({"note": note} if note else {})

    return tell


def _cell(value: Any) -> str:
    """Return a value as a cell; what a spreadsheet would take for a formula becomes text by an apostrophe."""
    if isinstance(value, list):
        value = "|".join(value)
    elif isinstance(value, bool):
        value = str(value).lower()
    cell = "" if value is None else str(value)
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _is_ours(head: bytes) -> bool:
    first = head.split(b"\n")[0]
    return all(name.encode() in first for name in _ADDED) or b'"result": {"status"' in first
