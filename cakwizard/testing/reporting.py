"""What `cakwizard test` says, in words and as data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cakwizard.errors import Location
from cakwizard.testing.coverage import KINDS, Coverage, Item
from cakwizard.testing.crawler import Fault
from cakwizard.testing.mutants import Fate, Mutant
from cakwizard.testing.running import Run, failure_text, problem_text
from cakwizard.tree.records import DecisionTree
from cakwizard.words import words

_MOST_NAMES = 8


class Report:
    """What there is to say, as lines and as data; of what is not walked or noticed the `top` first groups (0: all)."""

    def __init__(self, language: str, top: int) -> None:
        self.language, self.top, self.say = language, top, words(language)
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
                self.lines += [self.say("test.failed", place=place, name=name), failure_text(run, self.language), ""]
        failed = sum(not run.passed for run in runs)
        self.lines.append(self.say("test.passed", count=len(runs) - failed))
        self.lines += [self.say("test.failures", count=failed)] if failed else []
        self.data["passed"] &= not failed

    def add_tree(self, tree: DecisionTree) -> None:
        """Tell of which tree is spoken next."""
        self.data["trees"].append({"file": tree.file, "edition": tree.edition, "sha256": tree.sha256})

    def add_coverage(self, coverage: Coverage, least: Mapping[str, float]) -> None:
        """Tell in a table what is walked, and what is not with its place: edges and windows by their node."""
        say, table = self.say, {}
        names = {kind: say(f"test.coverage.{kind}") for kind in KINDS}
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
        say, survivors = self.say, [one.mutant for one in fates if one.became == "survived"]
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

    def add_faults(self, faults: Sequence[Fault], count: int, seed: int) -> None:
        """Tell which promises random walks broke."""
        self.lines += ["", self.say("test.random.done", count=count, seed=seed, faults=len(faults))]
        self.lines += [f"  {self.say(f'test.random.{one.promise}')}: {one.detail}" for one in faults]
        self.data["random"] = [{"promise": one.promise, "detail": one.detail} for one in faults]
        self.data["passed"] &= not faults

    def _groups(self, key: str, told: list[tuple[int, Location, str]]) -> None:
        """Tell what belongs together on a line each, the largest first, and how many are left out."""
        rows = sorted(told, key=lambda one: -one[0])
        shown = rows[: self.top] if self.top else rows
        self.lines += ["", self.say(key), *(f"  {place}: {text}" for _, place, text in shown)] if rows else []
        self.lines += [f"  {self.say('test.more', count=len(rows) - len(shown))}"] if len(shown) < len(rows) else []

    def _listed(self, names: Iterable[str]) -> str:
        names = list(names)
        return ", ".join(names if not self.top or len(names) <= _MOST_NAMES else [*names[:_MOST_NAMES], "…"])
