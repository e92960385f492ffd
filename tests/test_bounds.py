"""What is bounded, so that no file can make a message endless or a hint slow."""

from __future__ import annotations

import datetime
import gc
from decimal import Decimal
from pathlib import Path

import pytest

from cakwizard.errors import FileError
from cakwizard.errors import Issue
from cakwizard.errors import TreeError
from cakwizard.errors import nearest
from cakwizard.loading import bundled_text
from cakwizard.loading import read_text
from cakwizard.loading import read_tree
from cakwizard.wording import format_value
from tests.conftest import SMALL


def small(*changes: tuple[str, str]) -> str:
    """Return the small tree with parts of it replaced."""
    text = SMALL.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_a_hint_is_found_among_very_many_names() -> None:
    """Among tens of thousands of names only those that begin alike are compared, and the near one is found."""
    names = [f"name_{number}" for number in range(50_000)]
    assert nearest("name_49999x", [*names, "other"]) is not None
    assert nearest("zzz", names) is None


def test_a_message_of_a_megabyte_is_shortened_in_the_middle() -> None:
    """What was typed or written is quoted, but never at full length when that is absurd."""
    shown = str(Issue(message="x" * 1_000_000))
    assert len(shown) < 10_000
    assert shown.startswith("error: xxx")
    assert " … " in shown


def test_a_tree_of_tags_is_refused_with_some_of_them() -> None:
    """Thousands of tags give a bounded list of issues."""
    with pytest.raises(TreeError) as error:
        read_tree("\n".join(f"k{number}: !t x" for number in range(5_000)), "tags.yaml")
    assert 1 < len(error.value.issues) < 1_000
    assert all(issue.code == "CW006" for issue in error.value.issues)


def test_a_tree_in_a_hundred_languages_is_refused() -> None:
    """The number of languages is bounded, since every text is looked for in each."""
    languages = ", ".join(f"l{number}" for number in range(100))
    with pytest.raises(TreeError) as error:
        read_tree(small(("languages: [nl, en]", f"languages: [{languages}]")), "many.yaml")
    assert any("'languages' names more than" in issue.message for issue in error.value.issues)


def test_a_word_that_stands_twice_in_a_list_is_a_fault() -> None:
    """A source named twice is refused once and used once."""
    with pytest.raises(TreeError) as error:
        read_tree(small(("    sources: [law]\n    to:", "    sources: [law, law]\n    to:")), "twice.yaml")
    assert [issue.code for issue in error.value.issues] == ["CW002"]


def test_a_list_among_words_is_a_fault() -> None:
    """A list inside a list of ids is refused with its place."""
    with pytest.raises(TreeError) as error:
        read_tree(small(("    sources: [law]\n    to:", "    sources: [[law]]\n    to:")), "list.yaml")
    assert "must be a single value" in str(error.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """What cannot be opened is a fault that says so, not a crash."""
    with pytest.raises(FileError) as error:
        read_text(tmp_path)
    assert "cannot be read" in str(error.value)


def test_the_garbage_collector_is_left_as_it_was() -> None:
    """Loading holds the collector back and then leaves it on or off as it found it."""
    gc.disable()
    try:
        read_tree(small(), "small.yaml")
        assert not gc.isenabled()
    finally:
        gc.enable()
    read_tree(small(), "small.yaml")
    assert gc.isenabled()


def test_the_tree_inside_the_package_is_found_where_none_stands_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from a checkout the tree is the one that the package carries."""
    monkeypatch.setattr(Path, "is_file", lambda self: False)
    monkeypatch.setattr("pkgutil.get_data", lambda package, name: f"{package}/{name}".encode())
    assert bundled_text() == ("decision_tree.yaml", "cakwizard/decision_tree.yaml")


def test_values_are_written_in_the_language() -> None:
    """Amounts and dates follow the language, and a word stays as it is."""
    assert [format_value(Decimal("4.70"), language) for language in ("nl", "en")] == ["4,70", "4.70"]
    assert format_value(datetime.date(2026, 1, 8), "en") == "8 January 2026"
    assert format_value("3100a", "nl") == "3100a"
