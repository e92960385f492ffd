"""A second opinion: decide again what `walk --json` decided before, on the tree at hand.

What comes from somebody else is held against the published schema first: what that does not know is refused, which
also keeps out whatever could say who the patient is.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from cakwizard.comparing.telling import unlike_text
from cakwizard.comparing.walker import End, unlike
from cakwizard.deciding.verdict import Verdict, decide
from cakwizard.errors import AnswerError, FileError, Issue, Location
from cakwizard.saying.phrases import format_date, headline
from cakwizard.showing.as_json import SCHEMA, verdict_to_dict
from cakwizard.tree.reading import parse_date
from cakwizard.tree.records import DecisionTree, Route
from cakwizard.words import Words, words

__all__ = ["Replay", "read_receipt", "replay"]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of deciding again.

    Attributes:
        status: `same`; `changed`; or `undecidable`, when what was decided no longer is.
        sentence: It in words, with what is different.
        notes: By which rules then and now, and what else is good to know.
    """

    status: Literal["same", "changed", "undecidable"]
    sentence: str
    notes: tuple[str, ...]


def read_receipt(text: str, file: str, language: str) -> dict[str, Any]:
    """Return what `walk --json` wrote, or raise `FileError` when it is anything else."""
    say = words(language)
    try:
        data = json.loads(text, parse_int=lambda word: int(word[:20]))
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        message = getattr(error, "msg", "nested too deep")
        place = Location(file, getattr(error, "lineno", 1), getattr(error, "colno", 1))
        raise _refused("no_json", file, message, place) from None
    reason = _unfit(SCHEMA["$defs"]["verdict"], data, say("verify.it"), say)
    if reason is None and not _consistent(data):
        reason = say("verify.disagree")
    if reason is not None:
        raise _refused("no_receipt", file, reason, Location(file))
    found: dict[str, Any] = data
    return found


def _refused(key: str, file: str, reason: str, place: Location) -> FileError:
    hint = "give what 'cakwizard walk --json' wrote"
    values = {"file": file, "reason": reason}
    message = f"this is not what 'cakwizard walk --json' writes: {reason}"
    return FileError(Issue(message=message, hint=hint, location=place, key=f"verify.{key}", values=values))


def _unfit(schema: Mapping[str, Any], value: Any, where: str, say: Words) -> str | None:
    """Return why a value does not fit a schema, as far as ours goes; None when it does."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        reasons = [_unfit(one, value, where, say) for one in schema["anyOf"]]
        return reasons[0] if all(reasons) else None
    types = schema.get("type", [*_TYPES])
    types = [types] if isinstance(types, str) else types
    fits = any(isinstance(value, _TYPES[one]) for one in types) and (not isinstance(value, bool) or "boolean" in types)
    if not fits or value not in schema.get("enum", [schema.get("const", value)]):
        return say("verify.unfit", where=where)
    if isinstance(value, list):
        return next(filter(None, (_unfit(schema["items"], one, f"{where}[]", say) for one in value)), None)
    missing = [key for key in schema.get("required", ()) if key not in value]
    if missing or not isinstance(value, dict):
        return say("verify.missing", where=where, named=missing[0]) if missing else None
    for key, one in value.items():
        inner = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        named = json.dumps(key)[:60]
        reason = _unfit(inner, one, key, say) if inner else say("verify.strange", where=where, named=named)
        if reason is not None:
            return reason
    return None


def _consistent(data: Mapping[str, Any]) -> bool:
    possible, outcome = data["possible"], data["outcome"]
    days = [parse_date(data[key]) for key in ("care_date", "claim_date")]
    status = "decided" if len(possible) == 1 else "open" if possible else "out_of_range"
    whole = {**outcome, "path": possible[0]["path"]} == possible[0] if outcome and possible else outcome is None
    decided = (outcome is not None) == (status == "decided")
    return status == data["status"] and whole and decided and None not in days and days == sorted(filter(None, days))


def replay(data: Mapping[str, Any], tree: DecisionTree, language: str) -> Replay:
    """Return whether a tree decides the same as was decided then, in the words of `language`."""
    say = words(language)
    rules = {"edition": tree.edition}
    if data["tree"]["sha256"] != tree.sha256:
        days = {"old_until": data["tree"]["checked_until"], "new_until": tree.checked_until.isoformat()}
        rules = {"old": data["tree"]["edition"], "new": tree.edition}
        rules |= {key: format_date(day, language) for key, day in days.items()}
    notes = [say("verify.other_rules" if "old" in rules else "verify.same_rules", **rules)]
    answers = {key: frozenset([one] if isinstance(one, str) else one) for key, one in data["answers"].items()}
    care_date, claim_date = (datetime.date.fromisoformat(data[key]) for key in ("care_date", "claim_date"))
    try:
        verdict = decide(tree, answers, care_date, claim_date)
    except AnswerError as error:
        key = "verify.no_question" if error.given is None else "verify.no_answer"
        reason = say(key, question=error.question, given=error.given)
        return Replay(status="undecidable", sentence=say("verify.undecidable", reason=reason), notes=tuple(notes))
    then = _titles(data["possible"], tree, language) or say("verify.nothing")
    if verdict.status != data["status"] and verdict.status != "decided" and data["possible"]:
        question = tree.questions[verdict.decide_next].text[language] if verdict.decide_next else ""
        reason = say(f"verify.{verdict.status}", old=then, question=question, day=format_date(care_date, language))
        parts = [reason, *(_partings(data["possible"], verdict, language) if verdict.possible else ())]
        status: Literal["changed", "undecidable"] = (
            "undecidable" if data["status"] == "decided" or not verdict.possible else "changed"
        )
        key = {"changed": "differences", "undecidable": "reason"}[status]
        return Replay(status=status, sentence=say(f"verify.{status}", **{key: "; ".join(parts)}), notes=tuple(notes))
    differences = list(_differences(data, verdict, then, language))
    if differences:
        sentence = say("verify.changed", differences="; ".join(differences))
        return Replay(status="changed", sentence=sentence, notes=tuple(notes))
    if verdict_to_dict(verdict, language, ids_only=True)["path"] != data["path"]:
        notes.append(say("verify.other_way"))
    now = " / ".join(headline(verdict, one, language) for one in verdict.possible)
    return Replay(status="same", sentence=say("verify.same", outcome=now or say("verify.nothing")), notes=tuple(notes))


def _titles(outcomes: Sequence[Mapping[str, Any]], tree: DecisionTree, language: str) -> str:
    named = [(tree.schemes.get(one["scheme"]), one.get("title", one["id"])[:300]) for one in outcomes]
    return " / ".join(f"{scheme.short[language]} · {title}" if scheme else title for scheme, title in named)


def _end(one: Mapping[str, Any]) -> End:
    deadline = one["deadline"]
    return End(
        outcome=one["id"],
        scheme=one["scheme"],
        percent=None if one["percent"] is None else f"{Decimal(str(one['percent'])).normalize():f}",
        maximum=one["maximum"],
        contract=one["contract"],
        deadline=deadline and tuple(deadline[key] for key in ("months", "from", "date", "late")),
        certainty=one["certainty"],
        advice=frozenset(advice["id"] for advice in one["advice"]),
    )


def _differences(data: Mapping[str, Any], verdict: Verdict, then: str, language: str) -> Iterator[str]:
    """Yield what is decided otherwise than then; nothing when all is the same."""
    say = words(language)
    old = {one["id"]: one for one in data["possible"]}
    # Then it may have been written in another language; the one that differs least is meant.
    versions = [verdict_to_dict(verdict, one)["possible"] for one in verdict.tree.languages]
    new = {one["id"]: one for one in min(versions, key=lambda found: len(_reworded(old, found)))}
    if old.keys() != new.keys():
        now = " / ".join(headline(verdict, one, language) for one in verdict.possible) or say("verify.nothing")
        yield say("verify.outcome", old=then, new=now)
        yield from _partings([one for key, one in old.items() if key not in new], verdict, language)
        return
    same = []
    for key, one in old.items():
        found = [unlike_text(found, language) for found in unlike(_end(one), _end(new[key]))]
        same += [] if found else [new[key]]
        yield from found
    if reworded := _reworded(old, same):
        yield say("verify.texts", count=len(reworded), what=", ".join(reworded))


def _reworded(old: Mapping[str, Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the outcomes and advice that say something else than then, in one language."""
    found: dict[str, None] = {}
    for outcome in new:
        before = old.get(outcome["id"], {})
        advice = {one["id"]: one for one in before.get("advice", ())}
        for was, now in ((before, outcome), *((advice.get(one["id"], {}), one) for one in outcome["advice"])):
            if any(key in was and was[key] != now[key] for key in ("title", "pays", "text", "more")):
                found[now["id"]] = None
    return list(found)


def _partings(outcomes: Sequence[Mapping[str, Any]], verdict: Verdict, language: str) -> list[str]:
    """Return the edges after which the tree leads elsewhere than the paths of these outcomes, each once."""
    tree, say = verdict.tree, words(language)
    found: dict[Route, str] = {}
    for outcome in outcomes:
        key, last = tree.start, None
        for step in outcome["path"]:
            asked = key in tree.nodes and tree.nodes[key].question == step["question"]
            routes = [one for one in tree.routes(key) if one.option == step["option"]] if asked else []
            route: Route | None = next((one for one in routes if verdict.care_date in one.window), None)
            if route is None:
                break
            key, last = route.target, route
        if last is not None:
            question = tree.questions[tree.nodes[last.node].question]
            target = tree.outcomes[key].title if key in tree.outcomes else tree.questions[tree.nodes[key].question].text
            found[last] = say(
                "verify.edge",
                question=question.text[language],
                answer=question.options[last.option].text[language],
                target=f'"{target[language]}"',
                place=f"{last.location.file}:{last.location.line}",
            )
    return list(found.values())
