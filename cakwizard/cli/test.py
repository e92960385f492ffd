"""`cakwizard test`, `diff` and `verify`: the rules against cases, an earlier version, and what was decided before."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from cakwizard import loading
from cakwizard.cli import common
from cakwizard.cli.common import Spoken, say
from cakwizard.comparing.diff import compare
from cakwizard.comparing.telling import as_json, parts, written
from cakwizard.comparing.verify import read_receipt, replay
from cakwizard.errors import FileError, Location, TreeError, UsageError, spoken, unknown
from cakwizard.testing.coverage import KINDS, Coverage, Item, missing_walks, walked
from cakwizard.testing.crawler import crawl
from cakwizard.testing.mutants import Fate, Mutant, try_mutants
from cakwizard.testing.recording import accept, add_cases, cases_yaml, with_own_names
from cakwizard.testing.running import Run, failure_text, problem_text, run_case
from cakwizard.testing.walkfile import SUFFIX, Case, WalkFile, load_walks, schema
from cakwizard.tree.records import DecisionTree

_FORMS = click.Choice(["text", "markdown", "json"])
_MOST_NAMES = 8
_ALL = "\0"  # `--accept` without a name


@click.command("test", cls=Spoken, help="help.test.long")
@click.argument("files", metavar="[FILES]...", type=common.FILE, nargs=-1)
@common.tree_option
@click.option("--coverage", "with_coverage", is_flag=True, help="help.test.coverage")
@click.option("--fail-under", metavar="[KIND=]N", multiple=True, help="help.test.fail_under")
@click.option("--mutants", "with_mutants", is_flag=True, help="help.test.mutants")
@click.option("--accept", metavar="[NAME]", is_flag=False, flag_value=_ALL, help="help.test.accept")
@click.option("--only", metavar="OPTION", multiple=True, help="help.test.only")
@click.option("--top", metavar="N", type=click.IntRange(min=0), default=10, help="help.test.top")
@click.option("--write", metavar=f"FILE{SUFFIX}", type=common.FILE, help="help.test.write")
@click.option("--random", "walks", metavar="N", type=click.IntRange(min=1), help="help.test.random")
@click.option("--seed", metavar="S", type=int, default=1, help="help.test.seed")
@click.option("--schema", "as_schema", is_flag=True, help="help.test.schema")
@click.option("--json", "as_json", is_flag=True, help="help.test.json")
@common.lang_option
def test(given: Any) -> int:
    """Run cases and leave with 1 when one fails, coverage is low, a mutant goes unnoticed or a promise is broken."""
    given.least = _least(given.fail_under)
    tree = loading.load(given.tree_file)
    if given.as_schema:
        common.write_json(schema(tree))
        return 0
    files, accepted, write, walks = given.files, given.accept, given.write, given.walks
    if accepted is not None and (accepted.endswith(SUFFIX) or Path(accepted).is_dir()):
        # What follows `--accept` is a file, not the name of a case.
        files, accepted = (accepted, *files), _ALL
    paths = [] if walks and not files else _walk_files(files)
    found = _chosen(load_walks(paths, tree), given.only)
    report = _Report(given.language, given.top)
    if accepted is not None:
        report.lines += _accept(found, accepted)
        found = _chosen(load_walks(paths, tree), given.only)
    runs = [(file.tree, run_case(file.tree, case)) for file in found for case in file.cases]
    if paths:
        report.add_runs([run for _, run in runs])
    proposed: list[tuple[DecisionTree, list[Case]]] = []
    for one in {id(file.tree): file.tree for file in found}.values():
        proposed.append((one, _measured(report, one, [run for tree, run in runs if tree is one], given)))
    if walks:
        proposed.append((tree, report.add_random(tree, walks, given.seed)))
    proposed = [(one, cases) for one, cases in proposed if cases]
    if write and len({id(one) for one, _ in proposed}) > 1:
        raise UsageError(spoken("test.one_tree"))
    taken = {run.case.written for _, run in runs}
    for one, cases in proposed if write else ():
        add_cases(write, cases, one, taken=taken, dates=False)
    text = "".join(cases_yaml(with_own_names(cases, taken), one, dates=False) for one, cases in proposed)
    count = sum(len(cases) for _, cases in proposed)
    if count:
        report.lines += ["", say("test.written" if write else "test.proposed", count=count, file=write)]
        report.lines += [text] if walks and not write else []
    if given.as_json:
        common.write_json({**report.data, "walks": text})
    else:
        common.out_lines(report.lines)
    return 0 if report.data["passed"] else 1


class _Report:
    """What there is to say, as lines and as data; of what is not walked or noticed the `top` first groups (0: all)."""

    def __init__(self, language: str, top: int) -> None:
        self.language, self.top = language, top
        self.lines: list[str] = []
        self.data: dict[str, Any] = {"format": 2, "passed": True, "cases": [], "trees": []}

    def add_runs(self, runs: Sequence[Run]) -> None:
        """Tell each failure with its reason, and how many cases pass and fail."""
        for run in runs:
            place, name = run.case.location, run.case.name
            said = [problem_text(problem, self.language) for problem in run.problems]
            told = {"name": name, "place": str(place), "tags": run.case.tags, "passed": run.passed, "problems": said}
            self.data["cases"].append(told)
            if not run.passed:
                self.lines += [say("test.failed", place=place, name=name), failure_text(run, self.language), ""]
        failed = sum(not run.passed for run in runs)
        self.lines.append(say("test.passed", count=len(runs) - failed))
        self.lines += [say("test.failures", count=failed)] if failed else []
        self.data["passed"] &= not failed

    def add_coverage(self, coverage: Coverage, least: Mapping[str, float]) -> None:
        """Tell in a table what is walked, and what is not with its place: edges and windows by their node."""
        table, names = {}, {kind: say(f"test.coverage.{kind}") for kind in KINDS}
        width = max(map(len, names.values()))
        heads = [say(f"test.coverage.{key}") for key in ("walked", "all", "percent")]
        self.lines += ["", say("test.coverage.heading", file=coverage.tree.file)]
        self.lines.append(f"{'':{width}}  {heads[0]:>10} {heads[1]:>6} {heads[2]:>6}")
        groups: dict[tuple[str, str], list[Item]] = defaultdict(list)
        for kind in KINDS:
            done, total, percent = coverage.numbers(kind)
            self.lines.append(f"{names[kind]:{width}}  {done:>10} {total:>6} {percent:>6}")
            missing = [{"place": str(one.location), "id": one.id} for one in coverage.missing[kind]]
            never = [one.id for one in coverage.never if one.kind == kind]
            table[kind] = {"walked": done, "all": total, "percent": percent, "missing": missing, "never": never}
            for item in coverage.missing[kind]:
                # A window of an edge is missing with its edge.
                if kind != "windows" or item.id in coverage.tree.advice:
                    groups[kind, item.group].append(item)
        told = []
        for (kind, group), items in groups.items():
            of = sum(one.group == group for one in coverage.items[kind])
            said = say("test.coverage.group", count=len(items), of=of, kind=names[kind], group=group).strip()
            told.append((len(items), items[0].location, f"{said}: {self._listed(one.what for one in items)}"))
        self._groups("test.coverage.missing", told)
        told = [(1, one.location, f"{names[one.kind]}: {one.id}") for one in coverage.never]
        self._groups("test.coverage.never", told)
        for kind, number in least.items():
            if (percent := coverage.numbers(kind)[2]) < number:
                self.lines += ["", say("test.coverage.below", what=names[kind], percent=percent, least=f"{number:g}")]
                self.data["passed"] = False
        self.data["trees"][-1]["coverage"] = table

    def add_mutants(self, fates: Sequence[Fate], tree: DecisionTree) -> None:
        """Tell what became of the mutants; those that no case notices together by node and kind of mistake."""
        survivors = [one.mutant for one in fates if one.became == "survived"]
        counts = Counter(one.became for one in fates)
        found: dict[str, Any] = {key: counts[key] for key in ("killed", "survived", "equivalent", "unsettled")}
        self.lines += ["", say("test.mutants.heading", file=tree.file)]
        self.lines.append(say("test.mutants.counts", all=len(fates), **found))
        groups: dict[tuple[str, str], list[Mutant]] = defaultdict(list)
        for mutant in survivors:
            groups[mutant.kind, mutant.places[0][0]].append(mutant)
        told = []
        for (kind, place), mutants in groups.items():
            options = [option for mutant in mutants for node, option in mutant.places if node == place]
            names = list(dict.fromkeys([mutant.detail for mutant in mutants if mutant.detail] or options))
            of = len({route.option for route in tree.routes(place)}) if place in tree.nodes else 0
            key = f"test.mutants.{'node' if of else 'record'}.{kind}"
            text = say(key, count=len(names), of=of, place=place, names=self._listed(names))
            told.append((len(mutants), mutants[0].location, text))
        self._groups("test.mutants.survived", told)
        if counts["unsettled"]:
            self.lines += ["", say("test.mutants.unsettled", count=counts["unsettled"])]
        self.data["passed"] &= not survivors
        listed = [{"kind": one.kind, "place": str(one.location), "what": one.what} for one in survivors]
        self.data["trees"][-1]["mutants"] = {"all": len(fates), **found, "survivors": listed}

    def add_random(self, tree: DecisionTree, count: int, seed: int) -> list[Case]:
        """Walk at random, tell which promises were broken, and return a case that breaks each."""
        with common.progress(say("test.random.walking")) as update:
            faults = crawl(tree, count, seed, lambda done: update(done / count))
        self.lines += ["", say("test.random.done", count=count, seed=seed, faults=len(faults))]
        self.lines += [f"  {say(f'test.random.{one.promise}')}: {one.detail}" for one in faults]
        self.data["random"] = [{"promise": one.promise, "detail": one.detail} for one in faults]
        self.data["passed"] &= not faults
        return [one.case for one in faults]

    def _groups(self, key: str, told: list[tuple[int, Location, str]]) -> None:
        """Tell what belongs together on a line each, the largest first, and how many are left out."""
        rows = sorted(told, key=lambda one: -one[0])
        shown = rows[: self.top] if self.top else rows
        self.lines += ["", say(key), *(f"  {place}: {text}" for _, place, text in shown)] if rows else []
        self.lines += [f"  {say('test.more', count=len(rows) - len(shown))}"] if len(shown) < len(rows) else []

    def _listed(self, names: Iterable[str]) -> str:
        names = list(names)
        return ", ".join(names if not self.top or len(names) <= _MOST_NAMES else [*names[:_MOST_NAMES], "…"])


def _measured(report: _Report, tree: DecisionTree, runs: Sequence[Run], given: Any) -> list[Case]:
    """Say what the cases of a tree walk and which mistakes in it they notice; return those that are missing."""
    limits = _limits(tree, given.only)
    cases: list[Case] = []
    report.data["trees"].append({"file": tree.file, "edition": tree.edition, "sha256": tree.sha256})
    if given.with_coverage or given.least:
        met = frozenset(item for run in runs if run.verdict is not None for item in walked(run.verdict))
        covered = Coverage(tree=tree, met=met, only=limits)
        cases = missing_walks(covered)
        report.add_coverage(covered, given.least)
    if given.with_mutants:
        with common.progress(say("test.mutants.trying")) as update:
            found = try_mutants(tree, [run.case for run in runs], proposed=cases, only=limits, progress=update)
        survived = [fate.case for fate in found if fate.case and fate.became == "survived"]
        cases = list({id(case): case for case in (*cases, *survived)}.values())
        report.add_mutants(found, tree)
    return cases


def _accept(files: Sequence[WalkFile], name: str) -> list[str]:
    """Write into the files what came of the cases that fail, and return what was changed."""
    lines = []
    every = {case.written: None for file in files for case in file.cases}
    if name not in (_ALL, *every):
        raise UsageError(unknown("test.no_case", name, every))
    for file in files:
        runs = [run_case(file.tree, case) for case in file.cases if name in (_ALL, case.written)]
        for case, keys in accept(file.path, file.tree, runs).items():
            lines.append(say("test.accepted", file=file.path, name=case))
            lines += [f"  {key}: {old or '-'} → {new or '-'}" for key, (old, new) in keys.items()]
    return [*(lines or [say("test.none_accepted")]), ""]


def _chosen(files: Sequence[WalkFile], only: Sequence[str]) -> list[WalkFile]:
    """Return the files with those of their cases that are wanted: by an option in their answers, or by a tag."""
    kept = [
        replace(file, cases=tuple(case for case in file.cases if all(_has(case, word) for word in only)))
        for file in files
    ]
    if only and not any(file.cases for file in kept):
        known = [option for file in files for question in file.tree.questions.values() for option in question.options]
        known += [tag for file in files for case in file.cases for tag in case.tags]
        missing = next((word for word in only if word.rpartition("=")[2] not in known), only[0])
        raise UsageError(unknown("test.no_such_option", missing, known))
    return kept


def _has(case: Case, word: str) -> bool:
    question, _, option = word.rpartition("=")
    answers = [case.answers.get(question, ())] if question else [*case.answers.values(), case.tags]
    return any(option in options for options in answers)


def _limits(tree: DecisionTree, only: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return by question the options that were asked for; a tag limits no answer."""
    limits: dict[str, frozenset[str]] = {}
    for word in only:
        named, _, option = word.rpartition("=")
        for key, question in tree.questions.items():
            if option in question.options and named in ("", key):
                limits[key] = limits.get(key, frozenset()) | {option}
    return limits


def _walk_files(given: Sequence[str]) -> list[str]:
    """Return the walk files named, those in the folders named, or those of the checkout one is in."""
    paths: list[str] = []
    for name in given or ["tests/walks"]:
        inside = sorted(path.as_posix() for path in Path(name).glob(f"*{SUFFIX}") if path.is_file())
        if not inside and (not given or Path(name).is_dir()):
            raise FileError(spoken("test.no_files", folder=name))
        paths += inside or [name]
    # A file that is named twice would count twice.
    return list(dict.fromkeys(paths))


def _least(given: Sequence[str]) -> dict[str, float]:
    """Return by kind the least percentage that was asked for."""
    least: dict[str, float] = {}
    for word in given:
        kind, sign, number = word.rpartition("=")
        percent = float(number) if re.fullmatch(r"\d{1,3}(\.\d+)?", number) else -1.0
        if (sign and kind not in KINDS) or not 0 <= percent <= 100:
            raise UsageError(spoken("test.fail_under", given=word, offered=", ".join(KINDS)))
        least |= dict.fromkeys([kind] if sign else KINDS, percent)
    return least


@click.command("diff", cls=Spoken, help="help.diff.long")
@click.argument("old", metavar="OLD.yaml", type=common.FILE)
@click.argument("new", metavar="NEW.yaml", type=common.FILE)
@click.option("--format", "form", type=_FORMS, default="text", help="help.diff.format")
@click.option("--walks", "walk_files", metavar="FILE", type=common.FILE, multiple=True, help="help.diff.walks")
@common.lang_option
def diff(given: Any) -> int:
    """Leave with 0 when nothing changed, 1 when something did, 2 when there is nothing to compare: as diff does."""
    language = given.language
    try:
        trees = loading.load(given.old), loading.load(given.new)
    except TreeError as error:
        # A tree with faults is no difference, so it does not leave with 1.
        raise FileError(error.issues) from None
    found = compare(*trees)
    files: Any = zip(*(load_walks(given.walk_files, tree) for tree in trees), strict=True)
    pairs = [pair for both in files for pair in zip(*(file.cases for file in both), strict=True)]
    runs = [[run_case(tree, case) for tree, case in zip(trees, pair, strict=True)] for pair in pairs]
    broken = [after for before, after in runs if before.passed and not after.passed]
    if given.form == "json":
        cases = [{"name": run.case.name, "place": str(run.case.location)} for run in broken]
        common.write_json({**as_json(found), "saved": {"total": len(runs), "broken": cases}})
    else:
        told = list(parts(found, language))
        if given.walk_files:
            failures = [tuple(failure_text(run, language).splitlines()) for run in broken]
            entries = [(run.case.name, run.case.location, why) for run, why in zip(broken, failures, strict=True)]
            told.append((say("diff.saved", count=len(broken), total=len(runs)), entries))
        common.out_lines(written(told, given.form).splitlines())
    return 1 if found.turns or found.changes or broken else 0


@click.command("verify", cls=Spoken, help="help.verify.long")
@click.argument("receipt_file", metavar="RECEIPT.json|-", type=common.FILE)
@common.tree_option
@common.lang_option
def verify(given: Any) -> int:
    """Leave with 0 when the same is decided, 1 when it changed, 3 when it can no longer be decided."""
    receipt = read_receipt(*common.read_input(given.receipt_file), given.language)
    found = replay(receipt, loading.load(given.tree_file), given.language)
    common.out_lines([found.sentence, *found.notes])
    return {"same": 0, "changed": 1, "undecidable": 3}[found.status]
