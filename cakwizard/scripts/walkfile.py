"""Walk files: a list of cases, each with answers and what is expected of them.

Every name in a case is held against the tree while reading, so that a typing
error is a fault with a place and not a failed expectation.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cakwizard.answers import answers_from
from cakwizard.errors import CakwizardError
from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import Location
from cakwizard.errors import TreeError
from cakwizard.loading import read_text
from cakwizard.model import Certainty
from cakwizard.model import DecisionTree
from cakwizard.yaml_reader import Reader
from cakwizard.yaml_reader import no_collecting

if TYPE_CHECKING:
    import yaml

__all__ = ["EXPECTATIONS", "NULLABLE", "STATUSES", "SUFFIX", "Case", "load_cases", "read_cases"]

SUFFIX = ".walks.yaml"
"""How the name of a walk file ends; pytest collects files by it."""

STATUSES = ("decided", "open", "out_of_range")
NULLABLE = ("percent", "contract")
"""What may be expected to be null: no percentage known, no word about a contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One scripted walk: answers on a date, and what must come of them.

    Attributes:
        expect: By key of `EXPECTATIONS` what is expected; a key that is absent is not looked at.
        care_date: As given, else the day up to which the rules of the tree were checked.
        claim_date: As given, else the same day, or the day of care when that is later.
        location: Where the name of the case stands.
    """

    name: str
    answers: Mapping[str, frozenset[str]]
    expect: Mapping[str, object]
    care_date: datetime.date
    claim_date: datetime.date
    location: Location


def load_cases(paths: Iterable[str], tree: DecisionTree) -> list[Case]:
    """Return the cases of several walk files, or raise one `FileError` with the faults of all."""
    cases: list[Case] = []
    issues: list[Issue] = []
    for path in paths:
        try:
            cases += read_cases(read_text(path), str(path), tree)
        except CakwizardError as error:
            issues += error.issues
    if issues:
        raise FileError(issues)
    return cases


@no_collecting()
def read_cases(text: str, file: str, tree: DecisionTree) -> list[Case]:
    """Return the cases of a walk file, or raise `FileError` with all its faults."""
    reader = Reader(file, text)
    try:
        root = reader.root()
    except TreeError as error:
        raise FileError(error.issues) from None
    cases: list[Case] = []
    if root is not None and root.id != "sequence":  # type: ignore[attr-defined]
        reader.report("CW005", root, "a walk file must be a list of cases (`- name: …`)")
    elif root is not None:
        named: dict[str, int] = {}
        for item in root.value:
            case = _case(reader, item, tree, named)
            if case is not None:
                cases.append(case)
    if reader.issues:
        raise FileError(sorted(reader.issues, key=lambda issue: issue.location or Location(file)))
    return cases


def _case(reader: Reader, item: yaml.Node, tree: DecisionTree, named: dict[str, int]) -> Case | None:
    fields = reader.fields(item, "the case", ("name", "answers", "expect"), ("care_date", "claim_date"))
    name = reader.word(fields.get("name"), "the name of the case")
    if name is None:
        return None
    where = fields["name"]
    if name in named:
        reader.report("CW002", where, f"there are two cases '{name}'; the first on line {named[name]}")
    named.setdefault(name, reader.place(where).line)
    answers = answers_from(reader, fields.get("answers"), tree, collect=True)
    given_care = reader.date(fields.get("care_date"), f"'care_date' of '{name}'")
    given_claim = reader.date(fields.get("claim_date"), f"'claim_date' of '{name}'")
    care_date = given_care or tree.checked_until
    if given_claim is not None and given_claim < care_date:
        message = f"the claim date {given_claim} lies before the date of care {care_date}"
        reader.report("CW009", fields["claim_date"], message, "care is claimed after it was given; mend one of the two")
    return Case(
        name=name,
        answers=answers,
        expect=_expectations(reader, fields.get("expect"), name, tree),
        care_date=care_date,
        claim_date=given_claim or max(care_date, tree.checked_until),
        location=reader.place(where),
    )


# -- expectations -------------------------------------------------------------

_Read = Callable[[Reader, "yaml.Node", str, DecisionTree], object]


def _one_of(kind: str, known: Callable[[DecisionTree], Collection[str]]) -> _Read:
    def read(reader: Reader, node: yaml.Node, what: str, tree: DecisionTree) -> object:
        word = reader.word(node, what)
        return word if word is not None and _known(reader, node, word, what, kind, known(tree)) else None

    return read


def _some_of(kind: str, known: Callable[[DecisionTree], Collection[str]]) -> _Read:
    def read(reader: Reader, node: yaml.Node, what: str, tree: DecisionTree) -> object:
        return tuple(
            word for word, item in reader.words(node, what) if _known(reader, item, word, what, kind, known(tree))
        )

    return read


def _known(reader: Reader, node: yaml.Node, word: str, what: str, kind: str, known: Collection[str]) -> bool:
    if word in known:
        return True
    reader.report("CW022", node, f"{what} names {kind} '{word}', which does not exist", reader.maybe(word, known))
    return False


def _number(reader: Reader, node: yaml.Node, what: str, tree: DecisionTree) -> object:
    return reader.number(node, what)


def _count(reader: Reader, node: yaml.Node, what: str, tree: DecisionTree) -> object:
    number = reader.number(node, what)
    if number is not None and (number < 0 or number != int(number)):
        reader.report("CW009", node, f"{what} is '{number}', which is not a number of questions", "write it as 4")
    return None if number is None else int(number)


def _flag(reader: Reader, node: yaml.Node, what: str, tree: DecisionTree) -> object:
    return reader.flag(node, what)


def _texts(reader: Reader, node: yaml.Node, what: str, tree: DecisionTree) -> object:
    return tuple(word for word, _ in reader.words(node, what))


EXPECTATIONS: Mapping[str, _Read] = {
    "outcome": _one_of("outcome", lambda tree: tree.outcomes),
    "scheme": _one_of("scheme", lambda tree: tree.schemes),
    "percent": _number,
    "maximum": _flag,
    "certainty": _one_of("certainty", lambda tree: Certainty.__members__),
    "contract": _one_of("contract", lambda tree: tree.contracts),
    "status": _one_of("status", lambda tree: STATUSES),
    "possible": _some_of("outcome", lambda tree: tree.outcomes),
    "advice": _some_of("advice", lambda tree: tree.advice),
    "not_advice": _some_of("advice", lambda tree: tree.advice),
    "says": _texts,
    "never_says": _texts,
    "max_questions": _count,
}
"""What a case may expect, and how each is read."""


def _expectations(reader: Reader, node: yaml.Node | None, name: str, tree: DecisionTree) -> dict[str, object]:
    fields = reader.fields(node, f"'expect' of '{name}'", (), EXPECTATIONS)
    expect = {key: EXPECTATIONS[key](reader, value, f"'{key}' of '{name}'", tree) for key, value in fields.items()}
    # `percent: null` says that none is known, which the reader of fields takes for "left out".
    if node is None or not _is_mapping(node):
        return {}
    if not node.value:
        reader.report("CW004", node, f"'{name}' expects nothing", "say at least one thing, such as `scheme:`")
    for key_node, value in node.value:
        key = key_node.value
        if isinstance(key, str) and key in EXPECTATIONS and key not in fields:
            if key in NULLABLE and value.value:
                expect[key] = None
            else:
                message = f"'{key}' of '{name}' is empty"
                reader.report("CW004", key_node, message, "write what is expected, or leave it out")
    return expect


def _is_mapping(node: yaml.Node) -> bool:
    return node.id == "mapping"  # type: ignore[attr-defined,no-any-return]
