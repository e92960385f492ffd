"""Hold a receipt against the tree at hand: the same, changed, or no longer decidable, in words."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from typing import Literal

from cakwizard.errors import AnswerError
from cakwizard.errors import Location
from cakwizard.interface import words
from cakwizard.model import DecisionTree
from cakwizard.model import Route
from cakwizard.presenting import verdict_json
from cakwizard.receipts import Receipt
from cakwizard.sentences import headline
from cakwizard.walking import Verdict
from cakwizard.walking import decide
from cakwizard.walking import walking_order
from cakwizard.wording import fill

__all__ = ["Replay", "replay"]

MAX_SHOWN = 300
_FIELDS = ("scheme", "percent", "maximum", "contract", "deadline", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of replaying a receipt.

    Attributes:
        status: `same`; `changed`; or `undecidable`, when what was decided no longer is.
        summary: One sentence.
        differences: What is different and where in the tree that stands, in words.
        notes: What does not change the outcome but is good to know.
    """

    status: Literal["same", "changed", "undecidable"]
    summary: str
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def replay(receipt: Receipt, tree: DecisionTree, language: str) -> Replay:
    """Return whether a tree decides a receipt as it was decided then, in the words of `language`."""
    say = words(language)
    notes = _edition_notes(receipt, tree, language)
    try:
        verdict = decide(tree, receipt.answers, receipt.care_date, receipt.claim_date)
    except AnswerError as error:
        key = "no_question" if error.given is None else "no_answer"
        gone = say(f"verify.{key}", question=error.question, answer=error.given, offered=", ".join(error.offered))
        return Replay(status="undecidable", summary=say("verify.undecidable"), differences=(gone,), notes=notes)
    paths = [one["path"] for one in receipt.data["possible"]]
    if verdict.status == "out_of_range" and receipt.data["status"] != "out_of_range":
        return Replay(
            status="undecidable",
            summary=say("verify.undecidable"),
            differences=(say("verify.out_of_range"), *_partings(paths, verdict, language)),
            notes=notes,
        )
    if verdict.status == "open" and receipt.data["status"] == "decided":
        asked = verdict.decide_next
        first = tree.questions[asked].text[language] if asked else ""
        return Replay(
            status="undecidable",
            summary=say("verify.undecidable"),
            differences=(say("verify.open", question=first), *_partings(paths, verdict, language)),
            notes=notes,
        )
    differences = tuple(_differences(receipt, verdict, language))
    if differences:
        return Replay(status="changed", summary=say("verify.changed"), differences=differences, notes=notes)
    if verdict_json(verdict, language)["path"] != receipt.data["path"]:
        notes = (*notes, say("verify.other_way"))
    return Replay(status="same", summary=say("verify.same", outcome=_conclusion(verdict, language)), notes=notes)


def _edition_notes(receipt: Receipt, tree: DecisionTree, language: str) -> tuple[str, ...]:
    say = words(language)
    old = receipt.data["tree"]
    if old["sha256"] == tree.sha256:
        return (say("verify.same_rules", edition=tree.edition),)
    return (
        say(
            "verify.other_rules",
            old=_cut(old["edition"]),
            old_until=old["checked_until"],
            new=tree.edition,
            new_until=tree.checked_until.isoformat(),
        ),
    )


def _conclusion(verdict: Verdict, language: str) -> str:
    """Return what a verdict comes to, in one line."""
    if not verdict.possible:
        return words(language)("outcome.out_of_range").rstrip(".")
    return " / ".join(headline(verdict, one, language) for one in verdict.possible)


def _differences(receipt: Receipt, verdict: Verdict, language: str) -> Iterator[str]:
    """Yield what is decided otherwise than then; nothing when all is the same."""
    say = words(language)
    old = {one["id"]: one for one in receipt.data["possible"]}
    new = {one["id"]: one for one in _in_its_language(receipt, verdict)["possible"]}
    if set(old) != set(new):
        was = " / ".join(_cut(one["title"]) for one in old.values()) or say("outcome.out_of_range").rstrip(".")
        yield say("verify.outcome", old=was, new=_conclusion(verdict, language))
        gone = [one["path"] for key, one in old.items() if key not in new]
        yield from _partings(gone, verdict, language)
        if not gone:
            fresh = [one for one in verdict.possible if one.outcome.id not in old and one.routes]
            yield from dict.fromkeys(_edge("verify.edge", one.routes[-1], verdict, language) for one in fresh)
    elif not old and receipt.data["nearest"] != verdict_json(verdict, language)["nearest"]:
        yield say("verify.nearest")
    for key in new:
        if key in old:
            yield from _changed_outcome(verdict, old[key], new[key], language)


def _in_its_language(receipt: Receipt, verdict: Verdict) -> dict[str, Any]:
    """Return the verdict in the language of the receipt: that in which most texts are the same."""
    old = {text for one in receipt.data["possible"] for text in _texts(one)}
    versions = [verdict_json(verdict, language) for language in verdict.tree.languages]
    return max(versions, key=lambda version: sum(text in old for one in version["possible"] for text in _texts(one)))


def _texts(outcome: Mapping[str, Any]) -> list[str]:
    return [outcome["title"], *(advice["text"] for advice in outcome["advice"])]


def _changed_outcome(verdict: Verdict, old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> Iterator[str]:
    """Yield what is different in one outcome, each with the line of the tree where it stands."""
    say = words(language)
    tree = verdict.tree
    place = _place(tree.outcomes[new["id"]].location)
    for field in _FIELDS:
        if old[field] != new[field]:
            name = say(f"verify.{field}")
            yield say("verify.field", field=name, old=_value(old[field]), new=_value(new[field]), place=place)
    if old["certainty"] != new["certainty"]:
        possible = next(one for one in verdict.possible if one.outcome.id == new["id"])
        weakest = next((route for route in possible.routes if route.certainty == possible.certainty), None)
        where = _place(weakest.location) if weakest else place
        name = say("verify.certainty")
        yield say("verify.field", field=name, old=old["certainty"], new=new["certainty"], place=where)
    before = {one["id"]: one for one in old["advice"]}
    after = {one["id"]: one for one in new["advice"]}
    for key, advice in after.items():
        where = _place(tree.advice[key].location)
        if key not in before:
            yield say("verify.advice_new", advice=key, text=_cut(advice["text"]), place=where)
        elif advice["text"] != before[key]["text"]:
            texts = {"old": _cut(before[key]["text"]), "new": _cut(advice["text"])}
            yield say("verify.advice_text", advice=key, place=where, **texts)
        elif advice != before[key]:
            yield say("verify.advice_other", advice=key, place=where)
    for key, advice in before.items():
        if key not in after:
            where = _place(tree.advice[key].location) if key in tree.advice else place
            yield say("verify.advice_gone", advice=key, text=_cut(advice["text"]), place=where)


def _partings(paths: Iterable[Sequence[Mapping[str, str]]], verdict: Verdict, language: str) -> list[str]:
    """Return the edges after which the tree leads elsewhere than these paths of the receipt, each once."""
    return list(dict.fromkeys(one for path in paths for one in _parting(path, verdict, language)))


def _parting(path: Sequence[Mapping[str, str]], verdict: Verdict, language: str) -> Iterator[str]:
    tree = verdict.tree
    places = walking_order(tree)
    key = tree.start
    last: Route | None = None
    for step in path:
        place = places.get(key)
        if place is None or place.question != step["question"]:
            break
        routes = place.routes.get(step["option"], ())
        onward = next((route for route in routes if verdict.care_date in route.window), None)
        if onward is None:
            yield from (_edge("verify.edge_date", route, verdict, language) for route in routes[:1])
            return
        key, last = onward.target, onward
    if last is not None:
        yield _edge("verify.edge" if key in tree.outcomes else "verify.edge_asks", last, verdict, language)


def _edge(sentence: str, route: Route, verdict: Verdict, language: str) -> str:
    """Return a sentence about an edge: where it starts, where it leads, and where in the file it stands."""
    tree = verdict.tree
    question = tree.questions[tree.nodes[route.node].question]
    if route.target in tree.outcomes:
        target = tree.outcomes[route.target].title
        values = {} if (percent := tree.outcomes[route.target].percent) is None else {"percent": percent}
    else:
        target, values = tree.questions[tree.nodes[route.target].question].text, {}
    return words(language)(
        sentence,
        question=question.text[language],
        answer=question.options[route.option].text[language],
        target=fill(target, language, values),
        place=_place(route.location),
    )


def _place(location: Location) -> str:
    return f"{location.file}:{location.line}"


def _value(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    if isinstance(value, str):
        return f'"{_cut(value)}"'
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
