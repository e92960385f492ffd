"""Trees made for a test: only questions, nodes and outcomes, without a word that matters."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence

from cakwizard.loading import read_tree
from cakwizard.model import DecisionTree

Route = str | Mapping[str, str]

HEAD = """\
format: 1
edition: "1"
checked_until: 2026-01-08
title: {nl: Boom, en: Tree}
origin: {nl: Test, en: Test}
authority: {nl: loket, en: desk}
languages: [nl, en]
start: %s
%s
schemes: {s: {name: {nl: S, en: S}}}
advice_kinds: {step: {heading: {nl: Stap, en: Step}}}
source_kinds: {k: {name: {nl: K, en: K}, supports: settled}}
sources: {law: {title: {nl: Wet, en: Law}, publisher: P, url: "https://example.org", date: "2026", kind: k}}
"""


def plain_tree(
    nodes: Mapping[str, tuple[str, Mapping[str, Route | Sequence[Route]]]],
    outcomes: Mapping[str, Mapping[str, str]],
    advice: Mapping[str, str] | None = None,
    *,
    preset: str | None = None,
) -> DecisionTree:
    """Return a tree.

    Args:
        nodes: By node its question, and by option where that leads: a target, or the fields of a route.
        outcomes: By outcome what differs from the usual (settled, no percentage, no advice).
        advice: By piece of advice more of its fields, as YAML.
        preset: The question that is answered before the conversation.
    """
    lines = [HEAD % (next(iter(nodes)), f"preset: {preset}" if preset else ""), "questions:"]
    options: dict[str, dict[str, None]] = {}
    for question, to in nodes.values():
        options.setdefault(question, {}).update(dict.fromkeys(to))
    for question, known in options.items():
        lines += [f"  {question}:", f"    text: {{nl: {question}, en: {question}}}", "    options:"]
        for number, option in enumerate(known):
            key = "abcefghijk"[number]
            lines.append(
                f"      {option}: {{text: {{nl: {option} {key}, en: {option} {key}}}, key: {{nl: {key}, en: {key}}}}}"
            )
    lines.append("nodes:")
    for node, (question, to) in nodes.items():
        lines += [f"  {node}:", f"    asks: {question}", "    certainty: settled", "    sources: [law]", "    to:"]
        for option, routes in to.items():
            listed = [routes] if isinstance(routes, (str, Mapping)) else routes
            shown = ", ".join(_flow({"to": one} if isinstance(one, str) else one) for one in listed)
            lines.append(f"      {option}: [{shown}]" if len(listed) > 1 else f"      {option}: {shown}")
    lines.append("outcomes:")
    for outcome, more in outcomes.items():
        usual = {"scheme": "s", "certainty": "settled", "sources": "[law]"}
        texts = {"title": f"{{nl: {outcome}, en: {outcome}}}", "pays": f"{{nl: {outcome}, en: {outcome}}}"}
        lines.append(f"  {outcome}: {_flow({**usual, **texts, **more})}")
    lines.append("advice:")
    for key, fields in (advice or {"a": ""}).items():
        lines.append(
            f"  {key}: {{kind: step, text: {{nl: {key}, en: {key}}}, sources: [law]{fields and ', ' + fields}}}"
        )
    return read_tree("\n".join(lines) + "\n", "plain.yaml")


def _flow(fields: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}"


def diamonds(count: int) -> DecisionTree:
    """Return a tree in which each of many questions splits and joins: 2^count paths to one outcome."""
    nodes: dict[str, tuple[str, Mapping[str, Route | Sequence[Route]]]] = {}
    for number in range(count):
        after = f"n{number + 1}" if number + 1 < count else "end"
        nodes[f"n{number}"] = (f"q{number}", {"yes": after, "no": after})
    return plain_tree(nodes, {"end": {}})
