"""The format as editors (JSON Schema) and people (a page) are told of it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it has no types, and stubs are one more thing to install
import pytest
import yaml

from cakwizard.loading import bundled_text
from cakwizard.tree.format import BLOCKS, HEAD, format_page, tree_schema
from tests.conftest import SMALL

TEXT = SMALL.read_text(encoding="utf-8")
SCHEMA = jsonschema.Draft202012Validator(tree_schema())


def as_editors_read(text: str, loader: Any) -> Any:
    """Return a YAML text as an editor hands it to a schema: with scalars of its own, or all as text."""
    return json.loads(json.dumps(yaml.load(text, Loader=loader), default=str))  # noqa: S506 - safe loaders only


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.CBaseLoader])
@pytest.mark.parametrize("text", [TEXT, bundled_text()[1]], ids=["small", "bundled"])
def test_schema_takes_what_is_right(text: str, loader: Any) -> None:
    """The schema for editors takes every good tree, whatever the editor makes of its scalars."""
    SCHEMA.check_schema(SCHEMA.schema)
    SCHEMA.validate(as_editors_read(text, loader))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    maximum: true", "    maximun: true"),
        ("    contract: daeb\n    deadline: {months: 12,", "    contract: daeb\n    deadline: {months: 0,"),
        ("checked_until: 2026-11-01", "checked_until: 1-11-2026"),
        ("format: 2", "format: 1"),
        ("{id: send_on, ", "{"),
        ("hospital: {to: sov_hospital, during: sov}", "hospital: {during: sov}"),
        ("    percent: [{value: 80,", "    percent: [{value: 180,"),
        ("kind: pharmacy", "kind: shop"),
    ],
)
def test_schema_refuses_what_is_wrong(old: str, new: str) -> None:
    """The schema for editors refuses keys, dates, numbers and words that check refuses."""
    assert TEXT.count(old) == 1
    with pytest.raises(jsonschema.ValidationError):
        SCHEMA.validate(as_editors_read(TEXT.replace(old, new), yaml.CBaseLoader))


def test_format_page_tells_every_field() -> None:
    """The reference page of the format names every block and key, says what each is for, and fits a terminal."""
    page = format_page()
    for record in (HEAD, *(block.record for block in BLOCKS.values() if block.record)):
        assert all(f"  {key} " in page for key in record.fields)
    assert all(f"\n{name}" in page for name in BLOCKS)
    assert "during" in page
    assert max(map(len, page.splitlines())) <= 88
