"""Damaged and invented input for everything that reads: `python -m tests.bench.fuzz --inputs 1000000`.

Each target takes one input the way the program does and must either accept it or
refuse it with a `CakwizardError` that says where; within a second, and without a
character that steers a terminal. The tests run the same targets for a short while.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import io
import json
import os
import random
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from pathlib import Path
from unittest import mock

from cakwizard import checking
from cakwizard.answers import parse_answer
from cakwizard.answers import parse_settings
from cakwizard.answers import read_answers
from cakwizard.asking.saving import read_saved
from cakwizard.cli import main as program
from cakwizard.errors import CakwizardError
from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.exporting import FORMATS
from cakwizard.exporting.drawing import draw
from cakwizard.listing import comparison_blocks
from cakwizard.listing import found_blocks
from cakwizard.loading import bundled_text
from cakwizard.loading import bundled_tree
from cakwizard.loading import load_tree
from cakwizard.loading import tree_and_issues
from cakwizard.model import DecisionTree
from cakwizard.presenting import verdict_json
from cakwizard.providers import bundled_providers
from cakwizard.providers import compare_lists
from cakwizard.providers import find_providers
from cakwizard.providers import parse_published_list
from cakwizard.providers.reading import providers_from_bytes
from cakwizard.receipts import read_receipt
from cakwizard.rendering import lines_of
from cakwizard.rendering import plain_text
from cakwizard.rendering import verdict_blocks
from cakwizard.replaying import replay
from cakwizard.scripts.running import run_case
from cakwizard.scripts.walkfile import read_cases
from cakwizard.walking import decide

TESTS = Path(__file__).resolve().parent.parent
SMALL = TESTS / "trees" / "small.yaml"
DAY = datetime.date(2026, 2, 1)
SLOWEST = 1.0

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")

SIGNS = """: - ? , [ ] { } # & * ! | > ' " % @ ` = ~ < ( ) / \\ ; . _ + $ ^ €""".split()
WORDS = (
    *SIGNS,
    *"yes no null true on 0 -1 1e999 0x10 .inf .nan 012 12:30 2026-02-30 0000-01-01 9999-12-31 2026-01-31".split(),
    *": |- |2- >+ --- ... %YAML %TAG !!python/object:os.system !x &a *a <<: ? {} [] [[[[ {{{{ {percent} {x {}}".split(),
    *"questions nodes outcomes to asks payer nobody resident provider unknown expect scheme answers name".split(),
    *"nl en key text title waarom terug stop herhaal opnieuw weet datum 1 2 3 99 j n w < ? ja nee Polen".split(),
    *("\t", "\n", "\r\n", "\r", " ", "  ", "    ", "\x00", "\x1b[2J", "\x9b31m", "\u202e", "\u2028", "\ufeff", "\x85"),
    *("\ud800", "é", "\u0301", "ß", "İ", "👶🏽", "\ufffe", "\U000e0001", "ﬁ", "²", "٣", "Ⅷ", "a" * 300, "9" * 400),
    *('"\\ud800"', '"\\e[2J"', '"\\x00"', "\\u202e", "\\", "'", '"', '""', "''", ";;;;", ",,,,", "\n\n\n", ": : :"),
)
"""What is put into real files: what has a meaning in some format, and what breaks programs."""


@dataclass(frozen=True)
class Target:
    """Something that reads; `share` is how often it comes up, the cheap ones more often."""

    name: str
    take: Callable[[bytes], None]
    seeds: Callable[[], tuple[str, ...]]
    share: int


@dataclass
class Tally:
    """What a run came to."""

    inputs: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)


class Fault(Exception):  # noqa: N818 - a finding of this run
    """Something the program must never do."""


# -- the trees that files are held against -----------------------------------------


@cache
def small() -> DecisionTree:
    """Return the small tree of the tests."""
    return load_tree(SMALL)


@cache
def bundled() -> DecisionTree:
    """Return the tree that comes with the program."""
    return bundled_tree()


def decoded(data: bytes) -> str:
    """Return the text of a file as the program reads it, or raise what it raises."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(Issue(message="this is not UTF-8 text, in file")) from None


# -- targets -----------------------------------------------------------------------


def take_tree(data: bytes) -> None:
    """Read a tree; when it is accepted, use it."""
    text = decoded(data)
    tree, issues = tree_and_issues(text, "file")
    if issues:
        raise CakwizardError(issues)
    assert tree is not None
    checking.warnings(tree)
    verdict = decide(tree, {}, DAY, DAY)
    json.dumps(verdict_json(verdict, "nl"))
    harmless(plain_text(list(verdict_blocks(verdict, "nl", assumed=True, today=DAY)), 20))
    drawing = draw(tree, tree.languages[0])
    for name in ("mermaid", "dot", "outline"):
        FORMATS[name].make(drawing)


def read_walks(data: bytes) -> None:
    """Read a walk file."""
    read_cases(decoded(data), "file", small())


def read_given(data: bytes) -> None:
    """Read a file of answers."""
    read_answers(decoded(data), "file", small())


def read_kept(data: bytes) -> None:
    """Read a file of answers to go on with."""
    read_saved(decoded(data), "file", small())


def take_walks(data: bytes) -> None:
    """Read a walk file and run its cases."""
    for case in read_cases(decoded(data), "file", small()):
        run_case(small(), case)


def take_answers(data: bytes) -> None:
    """Read a file of answers for the small tree, to decide and to go on with."""
    text = decoded(data)
    with contextlib.suppress(CakwizardError):
        read_saved(text, "file", small())
    given = read_answers(text, "file", small())
    verdict = decide(small(), given.answers, given.care_date or DAY, given.claim_date or DAY)
    json.dumps(verdict_json(verdict, "en"))


def take_receipt(data: bytes) -> None:
    """Read a receipt and hold it against the tree."""
    found = replay(read_receipt(decoded(data), "file"), small(), "nl")
    harmless("\n".join([found.summary, *found.differences, *found.notes]))


def take_list(data: bytes) -> None:
    """Read providers from CSV."""
    providers = providers_from_bytes(data, file="file")
    harmless("\n".join(f"{one.name} {one.place}" for one in providers))


def take_pasted(data: bytes) -> None:
    """Read a pasted list and compare it."""
    parsed = parse_published_list(decoded(data), "pharmacy", "pasted", "2026-01")
    compared = compare_lists(parsed.entries, parsed.entries[1:])
    harmless("\n".join(line for line, _ in lines_of(comparison_blocks(parsed, compared, "nl"), 40)))


def take_country(data: bytes) -> None:
    """Take words as a country, an answer and a setting."""
    word = data.decode(errors="surrogateescape")
    with contextlib.suppress(CakwizardError):
        parse_settings(small(), [word])
    parse_answer(small(), "nationality", [word])


def take_place(data: bytes) -> None:
    """Look up a provider by whatever words."""
    words = data.decode(errors="surrogateescape").split(" ")[:6]
    found = find_providers(bundled_providers(), words)
    harmless("\n".join(line for line, _ in lines_of(found_blocks(found, bundled_providers(), "nl"), 60)))


def take_talk(data: bytes) -> None:
    """Hold a whole conversation over lines, in this process."""
    talk(data, "--tree", str(SMALL))


def take_long_talk(data: bytes) -> None:
    """Hold a conversation with the bundled tree."""
    with mock.patch("cakwizard.cli.common.the_tree", return_value=bundled()):
        talk(data)


def talk(data: bytes, *arguments: str) -> None:
    """Run the program in line mode with this input; it must leave with a status of its own."""
    written = io.StringIO()
    typed = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
    with (
        mock.patch.object(sys, "stdin", typed),
        mock.patch.object(sys, "stdout", written),
        mock.patch.object(sys, "stderr", written),
        mock.patch.dict(os.environ, {"CAKWIZARD_TODAY": DAY.isoformat(), "CAKWIZARD_LANG": "nl"}),
    ):
        # Signal handlers stay as they are: a conversation has its own.
        try:
            program(["--line", *arguments])
        except SystemExit as leave:
            status = leave.code
    harmless(written.getvalue())
    if status not in (0, 3):
        raise Fault(f"a conversation left with {status}: {written.getvalue()[-300:]}")


def harmless(text: str) -> None:
    """Fail when something that is shown steers a terminal."""
    found = STEERING.search(text)
    if found is not None:
        raise Fault(f"U+{ord(found.group()):04X} would reach the screen: {text[max(0, found.start() - 60) :][:120]!r}")


# -- real files to damage ------------------------------------------------------------


def _tree_seeds() -> tuple[str, ...]:
    names = ("base", "hostile", "referral")
    return (
        SMALL.read_text(),
        *(path.read_text() for name in names if (path := TESTS / "trees" / f"{name}.yaml").exists()),
    )


def _walk_seeds() -> tuple[str, ...]:
    case = """\
- name: abroad
  care_date: 2026-01-10
  answers: {resident: no, provider: [midwife, gp]}
  expect: {outcome: unsettled_abroad, certainty: unsettled, percent: null, says: [loket], max_questions: 2}
- name: a Pole
  answers: {resident: yes, nationality: PL}
  expect: {scheme: insurer, status: decided, possible: [insurer], advice: [ask_insurer], never_says: x}
"""
    return (case, (TESTS / "walks" / "dates.walks.yaml").read_text()[:3000])


def _answer_seeds() -> tuple[str, ...]:
    return (
        "care_date: 2022-06-30\nclaim_date: 2026-01-01\nanswers:\n  resident: yes\n  nationality: [fled, other]\n",
        "answers: {resident: unknown, nationality: UA, provider: gp, pregnant: no}\n",
    )


@cache
def _receipt_seeds() -> tuple[str, ...]:
    given = [{}, {"resident": frozenset({"no"})}, {"nationality": frozenset({"other"}), "provider": frozenset({"gp"})}]
    return tuple(json.dumps(verdict_json(decide(small(), one, DAY, DAY), "nl")) for one in given)


def _list_seeds() -> tuple[str, ...]:
    head = "name,place,kind,list,date\n"
    return (
        f'{head}De Eenhoorn,Arnhem,pharmacy,x,2022-10\n"Tergooi, locatie ""Blaricum""",Blaricum,hospital,x,2022\n',
        f"{head.replace(',', ';')}Het Dolhuys;’s-Gravenhage;mental_health;y;2022-10-03\r\n;;;;\r\n",
    )


def _pasted_seeds() -> tuple[str, ...]:
    return ("A\nAmsterdam, Apotheek Oost\n• Arnhem, De Eenhoorn\n\nB\nBreda, Apotheek 't Ginneken\nZiekenhuizen\n",)


def _country_seeds() -> tuple[str, ...]:
    return ("Polen", "Côte d’Ivoire", "nationality=PL", "resident=yes,no", "bosnië en herzegovina", "staatloos", "UA")


def _place_seeds() -> tuple[str, ...]:
    return ("Amsterdam", "apotheek den haag", "s gravenhage", "ziekenhuis Utrecht", "'s-Hertogenbosch", "kliniek")


def _talk_seeds() -> tuple[str, ...]:
    return (
        "ja\nnederlandse\nstop\n",
        "n\nv\nantwoord veranderen\n1\nj\nwaarom\nherhaal\nterug\nw\n1,2\ndatum\n1-1-2020\nopnieuw\nnee\n",
        "w\nw\n1, 3\nPolen\n\n<\n\nh\nn\nbronnen\nbewaren\n\nkopie\nstop\n",
    )


TARGETS = (
    Target("tree", take_tree, _tree_seeds, 30),
    Target("bundled tree", take_tree, lambda: (bundled_text()[1],), 2),
    Target("walk file", take_walks, _walk_seeds, 100),
    Target("answers", take_answers, _answer_seeds, 250),
    Target("receipt", take_receipt, _receipt_seeds, 250),
    Target("providers", take_list, _list_seeds, 250),
    Target("pasted list", take_pasted, _pasted_seeds, 60),
    Target("country", take_country, _country_seeds, 40),
    Target("look-up", take_place, _place_seeds, 3),
    Target("conversation", take_talk, _talk_seeds, 12),
    Target("long conversation", take_long_talk, _talk_seeds, 3),
)


# -- inputs --------------------------------------------------------------------------


def damaged(dice: random.Random, seeds: tuple[str, ...]) -> bytes:
    """Return a real file with a few things wrong, or something that was never a file."""
    kind = dice.random()
    if kind < 0.03:
        return dice.randbytes(dice.randrange(200))
    if kind < 0.10:
        return encoded(
            "".join(dice.choice(WORDS) + dice.choice(("", " ", "\n", ": ")) for _ in range(dice.randrange(40)))
        )
    text = dice.choice(seeds)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        text = dice.choice(_WAYS)(dice, text)
    data = encoded(text)
    if kind > 0.97 and data:
        place = dice.randrange(len(data))
        data = data[:place] + bytes([dice.randrange(256)]) + data[place + 1 :]
    elif kind > 0.965:
        data = text.encode("utf-16", "surrogatepass")
    return data


def encoded(text: str) -> bytes:
    """Return text as bytes; half a character becomes bytes that are no UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def _put_in(dice: random.Random, text: str) -> str:
    place = dice.randint(0, len(text))
    return text[:place] + dice.choice(WORDS) + text[place:]


def _instead(dice: random.Random, text: str) -> str:
    place = dice.randint(0, len(text))
    return text[:place] + dice.choice(WORDS) + text[place + dice.choice((1, 1, 4, 20)) :]


def _word_instead(dice: random.Random, text: str) -> str:
    place = dice.randint(0, len(text))
    found = re.compile(r"\w+").search(text, place)
    return text if found is None else text[: found.start()] + dice.choice(WORDS) + text[found.end() :]


def _take_out(dice: random.Random, text: str) -> str:
    place = dice.randint(0, len(text))
    return text[:place] + text[place + dice.choice((1, 1, 2, 10, 100)) :]


def _again(dice: random.Random, text: str) -> str:
    start = dice.randint(0, len(text))
    piece = text[start : start + dice.choice((1, 5, 50, 500))] * dice.choice((1, 1, 2, 20))
    place = dice.randint(0, len(text))
    return text[:place] + piece + text[place:]


def _line(dice: random.Random, text: str) -> str:
    """Move, repeat, drop or shift one line."""
    lines = text.split("\n")
    number = dice.randrange(len(lines))
    line = lines.pop(number)
    for _ in range(dice.choice((0, 1, 1, 2))):
        lines.insert(dice.choice((number, dice.randint(0, len(lines)))), dice.choice(("", "", "  ", "\t")) + line)
    return dice.choice(("\n", "\n", "\n", "\r\n", "\r")).join(lines)


def _cut_off(dice: random.Random, text: str) -> str:
    return text[: dice.randint(0, len(text))]


_WAYS = (_put_in, _put_in, _instead, _word_instead, _word_instead, _take_out, _again, _line, _cut_off)


# -- running -------------------------------------------------------------------------


def try_one(target: Target, data: bytes, tally: Tally) -> None:
    """Give one input to a target and write down what came of it."""
    start = time.process_time()
    try:
        target.take(data)
    except CakwizardError as error:
        tally.refused += 1
        wrong = _wrong_message(target, error)
    except Exception:
        wrong = traceback.format_exc(limit=-4)
    else:
        wrong = None
    taken = time.process_time() - start
    tally.inputs += 1
    tally.seconds += taken
    tally.slowest = max(tally.slowest, taken)
    # Each line that is typed is a question put, and an outcome may come of it.
    if wrong is None and taken > SLOWEST + (0.1 * data.count(b"\n") if "conversation" in target.name else 0):
        wrong = f"took {taken:.1f} s"
    if wrong is not None:
        tally.faults.append(f"{target.name}: {wrong}\n  input: {data[:2000]!r}")


def _wrong_message(target: Target, error: CakwizardError) -> str | None:
    """Return what is wrong with a refusal: no place, too long, or something that steers a terminal."""
    if not error.issues:
        return "a refusal without an issue"
    text = str(error)
    if STEERING.search(text):
        return f"a message steers the terminal: {text!r}"
    in_file = target.name not in ("country", "look-up", "conversation", "long conversation")
    for issue in error.issues:
        if in_file and issue.location is None and "file" not in issue.message and "more faults" not in issue.message:
            return f"a message without a place: {issue}"
        if len(str(issue)) > 5000:
            return f"a message of {len(str(issue))} characters"
    return None


def run(inputs: int, seed: int, *, only: str | None = None) -> Iterator[tuple[int, dict[str, Tally]]]:
    """Try so many inputs, and yield now and then how far it is."""
    dice = random.Random(seed)  # noqa: S311 - reproducible on purpose
    targets = [target for target in TARGETS if only is None or target.name == only]
    tallies = {target.name: Tally() for target in targets}
    shares = [target.share for target in targets]
    told = time.monotonic()
    for number in range(1, inputs + 1):
        target = dice.choices(targets, shares)[0]
        try_one(target, damaged(dice, target.seeds()), tallies[target.name])
        if time.monotonic() - told > 10:
            told = time.monotonic()
            yield number, tallies
    yield inputs, tallies


def main() -> int:
    """Run from the command line; leave with 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[target.name for target in TARGETS])
    parser.add_argument("--seconds", type=float, help="stop after this long")
    asked = parser.parse_args()
    # A conversation may be asked to keep answers in a file.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return _report(asked)


def _report(asked: argparse.Namespace) -> int:
    start = time.monotonic()
    said: set[str] = set()
    number, tallies = 0, {}
    for number, tallies in run(asked.inputs, asked.seed, only=asked.only):
        seconds = time.monotonic() - start
        found = [fault for tally in tallies.values() for fault in tally.faults]
        sys.stdout.write(
            f"{number:,} of {asked.inputs:,} inputs, {number / seconds:,.0f} a second, {len(found)} faults\n"
        )
        for fault in found:
            # The same place in the program once.
            key = fault.split("\n  input:")[0][-200:]
            if key not in said and len(said) < 40:
                said.add(key)
                sys.stdout.write(f"{fault}\n")
        sys.stdout.flush()
        if asked.seconds is not None and seconds > asked.seconds:
            break
    for name, tally in tallies.items():
        each = 1000 * tally.seconds / max(1, tally.inputs)
        sys.stdout.write(
            f"{name:18} {tally.inputs:>9,} inputs, {tally.refused:>9,} refused, {each:7.2f} ms each, "
            f"{1000 * tally.slowest:6.0f} ms the slowest, {len(tally.faults)} faults\n"
        )
    return 1 if any(tally.faults for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
