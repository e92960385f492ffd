"""Trees of any size, as the YAML that an author could write."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["DAY", "diamonds", "full", "large"]

DAY = "2026-11-21"
OPTIONS = "abc"

HEAD = """\
format: 1
edition: "1"
checked_until: 2026-01-08
title: {nl: Een boom, en: A tree}
origin: {nl: Om te meten., en: For measuring.}
authority: {nl: het loket, en: the desk}
languages: [nl, en]
start: n0
schemes: {s: {name: {nl: Regeling, en: Scheme}}}
advice_kinds: {step: {heading: {nl: Doe nu, en: Do now}, numbered: true}}
source_kinds: {law: {name: {nl: Wet, en: Law}, supports: settled}}
sources: {law: {title: {nl: Wet, en: Law}, publisher: P, url: "https://example.org", date: "2026", kind: law}}
advice:
  now: {kind: step, text: {nl: Doe dit., en: Do this.}, sources: [law]}
"""


def full(depth: int) -> str:
    """Return a tree of three answers per node without a shared place: 3^depth paths, one question per level."""
    count = (3**depth - 1) // 2
    return "".join(
        (
            HEAD,
            "questions:\n",
            *(_question(f"q{number}") for number in range(depth)),
            "nodes:\n",
            *(
                _node(node, f"q{depth_of}", [_place(3 * node + 1 + one, count) for one in range(3)])
                for node, depth_of in _nodes(depth)
            ),
            "outcomes:\n",
            *(_outcome(number) for number in range(3**depth)),
        )
    )


def _nodes(depth: int) -> Iterator[tuple[int, int]]:
    node = 0
    for level in range(depth):
        for _ in range(3**level):
            yield node, level
            node += 1


def _place(number: int, nodes: int) -> str:
    return f"n{number}" if number < nodes else f"o{number - nodes}"


def large(nodes: int) -> str:
    """Return a tree of so many nodes, three routes from each, a tenth as many questions and outcomes.

    Every node has its own way from the start, and several share each question of their level.
    """
    outcomes = max(1, nodes // 10)
    parts = [HEAD, "nodes:\n"]
    used: dict[str, None] = {}
    level, first, width = 0, 0, 1
    for node in range(nodes):
        if node == first + width:
            level, first, width = level + 1, node, min(3 * width, nodes - node)
        question = f"q{level}_{node % max(1, width // 10)}"
        used[question] = None
        targets = [3 * node + 1 + one for one in range(3)]
        parts.append(_node(node, question, [f"n{one}" if one < nodes else f"o{one % outcomes}" for one in targets]))
    parts += ["questions:\n", *(_question(one) for one in used), "outcomes:\n"]
    parts += [_outcome(number) for number in range(outcomes)]
    return "".join(parts)


def diamonds(count: int, *, turned: int | None = None, advised: bool = False) -> str:
    """Return a chain in which each question splits and joins: 3^count paths.

    Args:
        turned: The question of which one answer ends elsewhere; the last when None.
        advised: Whether one answer to each question adds advice of its own, so that all of them matter.
    """
    parts = [HEAD]
    if advised:
        parts += [_advice(f"a{number}") for number in range(count)]
    parts.append("nodes:\n")
    for number in range(count):
        after = f"n{number + 1}" if number + 1 < count else "o0"
        noted = f"{{to: {after}, advice: [a{number}]}}" if advised else after
        other = "o1" if number == (count - 1 if turned is None else turned) else after
        parts.append(_node(number, f"q{number}", [after, noted, other]))
    parts += ["questions:\n", *(_question(f"q{number}") for number in range(count))]
    return "".join([*parts, "outcomes:\n", _outcome(0), _outcome(1)])


def _advice(key: str) -> str:
    return f"  {key}: {{kind: step, text: {{nl: Doe {key}., en: Do {key}.}}, sources: [law]}}\n"


def _question(key: str) -> str:
    options = "".join(
        f"      {one}: {{text: {{nl: Antwoord {one}, en: Answer {one}}}, key: {{nl: {one}, en: {one}}}}}\n"
        for one in OPTIONS
    )
    return f"  {key}:\n    text: {{nl: Wat is {key}?, en: What is {key}?}}\n    options:\n{options}"


def _node(number: int, question: str, targets: list[str]) -> str:
    to = ", ".join(f"{option}: {target}" for option, target in zip(OPTIONS, targets, strict=True))
    return f"  n{number}:\n    asks: {question}\n    certainty: settled\n    sources: [law]\n    to: {{{to}}}\n"


def _outcome(number: int) -> str:
    return (
        f"  o{number}:\n    scheme: s\n    certainty: settled\n"
        f"    title: {{nl: Uitkomst {number}, en: Outcome {number}}}\n"
        "    pays: {nl: Iemand betaalt., en: Somebody pays.}\n    sources: [law]\n    advice: [now]\n"
    )
