"""A second opinion: decide again what `walk --json` decided before, on the tree at hand.

What comes from somebody else is held against the published schema first: what that does not know is refused, which
also keeps out whatever could say who the patient is.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cakwizard.comparing.telling import unlike_text
from cakwizard.comparing.walker import end_of, unlike
from cakwizard.deciding.decide import decide
from cakwizard.deciding.verdict import Verdict
from cakwizard.errors import AnswerError, FileError, Location, spoken
from cakwizard.saying.phrases import format_date, headline
from cakwizard.showing.as_json import SCHEMA, verdict_to_dict
from cakwizard.tree.reading import parse_date
from cakwizard.tree.records import DecisionTree
from cakwizard.words import Words, words

_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null", int: "integer"}
_TYPES |= {float: "number"}
_TEXTS = frozenset(("title", "pays", "text", "more"))
_Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of deciding again (`undecidable`: what was decided no longer is), and by which rules then and now."""

    status: Literal["same", "changed", "undecidable"]
    sentence: str
    notes: Sequence[str]


def read_receipt(text: str, file: str, language: str) -> dict[str, Any]:
    """Return what `walk --json` wrote, or raise `FileError` when it is anything else."""
    say, place, key = words(language), Location(file), "no_receipt"
    data: dict[str, Any] = {}
    try:
        data = json.loads(text, parse_int=lambda word: int(word[:20]))
        reason = next(_unfit(SCHEMA["$defs"]["verdict"], data, say("verify.it"), say), None)
        if reason is None and not _consistent(data):
            reason = say("verify.disagree")
    except json.JSONDecodeError as error:
        place, key, reason = Location(file, error.lineno, error.colno), "no_json", error.msg
    except (RecursionError, ValueError):
        key, reason = "no_json", "nested too deep"
    if reason is not None:
        raise FileError(spoken(f"verify.{key}", place, file=file, reason=reason))
    return data


def _unfit(schema: _Data, value: Any, where: str, say: Words) -> Iterator[str]:
    """Yield why a value does not fit a schema, as far as ours goes."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        reasons = [next(_unfit(one, value, where, say), "") for one in schema["anyOf"]]
        yield from reasons[:1] if all(reasons) else []
        return
    kind = _TYPES[type(value)]
    named = schema.get("type", kind)
    fits = {kind, "number" if kind == "integer" else kind} & {*([named] if isinstance(named, str) else named)}
    if not fits or value not in schema.get("enum", [schema.get("const", value)]):
        yield say("verify.unfit", where=where)
    elif kind == "array":
        for one in value:
            yield from _unfit(schema["items"], one, f"{where}[]", say)
    elif kind == "object":
        yield from (
            say("verify.missing", where=where, named=key) for key in schema.get("required", ()) if key not in value
        )
        for key, one in value.items():
            if inner := schema.get("properties", {}).get(key, schema.get("additionalProperties")):
                yield from _unfit(inner, one, key, say)
            else:
                yield say("verify.strange", where=where, named=json.dumps(key)[:60])


def _consistent(data: _Data) -> bool:
    possible, outcome = data["possible"], data["outcome"]
    days = [parse_date(data[key]) or datetime.date.max for key in ("care_date", "claim_date")]
    status = "decided" if len(possible) == 1 else "open" if possible else "out_of_range"
    whole = [{**outcome, "path": possible[0]["path"]}] == possible if outcome and possible else status != "decided"
    return bool(status == data["status"] and whole and days[0] <= days[1] < datetime.date.max)


def replay(data: _Data, tree: DecisionTree, language: str) -> Replay:
    """Return whether a tree decides the same as was decided then, in the words of `language`."""
    say, then = words(language), data["tree"]
    rules = "same_rules" if then["sha256"] == tree.sha256 else "other_rules"
    days = [format_date(day, language) for day in (then["checked_until"], tree.checked_until)]
    said = {"old": then["edition"], "new": tree.edition, "old_until": days[0], "new_until": days[1]}
    notes = [say(f"verify.{rules}", edition=tree.edition, **said)]
    answers = {key: frozenset([one] if isinstance(one, str) else one) for key, one in data["answers"].items()}
    care_date, claim_date = (datetime.date.fromisoformat(data[key]) for key in ("care_date", "claim_date"))
    try:
        verdict = decide(tree, answers, care_date, claim_date)
    except AnswerError as error:
        key = "verify.no_question" if error.given is None else "verify.no_answer"
        reason = say(key, question=error.question, given=error.given)
        return Replay("undecidable", say("verify.undecidable", reason=reason), notes)
    differences = "; ".join(_differences(data, verdict, language))
    if (verdict.status == "open" and data["status"] == "decided") or (data["possible"] and not verdict.possible):
        return Replay("undecidable", say("verify.undecidable", reason=differences), notes)
    if differences:
        return Replay("changed", say("verify.changed", differences=differences), notes)
    if verdict_to_dict(verdict, language, ids_only=True)["path"] != data["path"]:
        notes.append(say("verify.other_way"))
    return Replay("same", say("verify.same", outcome=_now(verdict, language)), notes)


def _now(verdict: Verdict, language: str) -> str:
    named = " / ".join(headline(verdict.tree, one, language) for one in verdict.possible)
    return named or words(language)("verify.nothing")


def _then(outcomes: Iterable[_Data], tree: DecisionTree, language: str) -> str:
    named = [(tree.schemes.get(one["scheme"]), one.get("title", one["id"])[:300]) for one in outcomes]
    titles = " / ".join(f"{scheme.short[language]} · {title}" if scheme else title for scheme, title in named)
    return titles or words(language)("verify.nothing")


def _differences(data: _Data, verdict: Verdict, language: str) -> Iterator[str]:
    """Yield what is decided otherwise than then; nothing when all is the same."""
    say, tree = words(language), verdict.tree
    old = {one["id"]: one for one in data["possible"]}
    # Then it may have been written in another language; the one that differs least is meant.
    versions = [verdict_to_dict(verdict, one)["possible"] for one in tree.languages]
    new = {one["id"]: one for one in min(versions, key=lambda found: len(_reworded(old.values(), found)))}
    if old.keys() != new.keys():
        key = "outcome" if data["status"] != "decided" or verdict.status == "decided" else verdict.status
        asked = tree.questions[verdict.decide_next].text[language] if verdict.decide_next else ""
        values = {"old": _then(old.values(), tree, language), "new": _now(verdict, language), "question": asked}
        yield say(f"verify.{key}", day=format_date(verdict.care_date, language), **values)
        gone = [one["path"] for key, one in old.items() if key not in new] if new else []
        yield from dict.fromkeys(filter(None, (_parting(path, verdict, language) for path in gone)))
        return
    same = []
    for key, one in old.items():
        ends = (end_of(side, (advice["id"] for advice in side["advice"])) for side in (one, new[key]))
        told = [unlike_text(found, language) for found in unlike(*ends)]
        same += [] if told else [new[key]]
        yield from told
    if reworded := _reworded(old.values(), same):
        yield say("verify.texts", count=len(reworded), what=", ".join(reworded))


def _reworded(old: Iterable[_Data], new: Iterable[_Data]) -> list[str]:
    """Return the outcomes and advice that say something else than then, in one language."""
    was, now = ({one["id"]: one for end in ends for one in (end, *end["advice"])} for ends in (old, new))
    both = [(key, was[key], one) for key, one in now.items() if key in was]
    return [key for key, before, after in both if any(before[text] != after[text] for text in _TEXTS & before.keys())]


def _parting(path: Sequence[Mapping[str, str]], verdict: Verdict, language: str) -> str | None:
    """Return the edge after which the tree leads elsewhere than a path of then."""
    tree, key, last = verdict.tree, verdict.tree.start, None
    for step in path:
        asked = key in tree.nodes and tree.nodes[key].question == step["question"]
        there = [one for one in tree.routes(key) if one.option == step["option"] and verdict.care_date in one.window]
        if not asked or not there:
            break
        key, last = there[0].target, there[0]
    if last is None:
        return None
    question = tree.questions[tree.nodes[last.node].question]
    target = tree.outcomes[key].title if key in tree.outcomes else tree.questions[tree.nodes[key].question].text
    said = {"question": question.text[language], "answer": question.options[last.option].text[language]}
    place = f"{last.location.file}:{last.location.line}"
    return words(language)("verify.edge", target=f'"{target[language]}"', place=place, **said)
