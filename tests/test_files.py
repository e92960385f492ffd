"""Nobody's file is overwritten unasked, and nothing is waited for."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cakwizard.errors import FileError
from cakwizard.files import MAX_BYTES, check_target, read_text, write_whole
from tests.conftest import SMALL, Cakwizard


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Nothing here waits: what would is interrupted."""
    signal.alarm(20)
    yield
    signal.alarm(0)


def key_of(call: Callable[[], object]) -> str:
    """Return the key of the fault that a call gives."""
    with pytest.raises(FileError) as fault:
        call()
    return fault.value.issues[0].key


def not_files(tmp_path: Path) -> list[Path]:
    """Return a pipe that nobody writes to, a folder and a device."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    return [tmp_path / "pipe", tmp_path / "folder", Path("/dev/full")]


def test_a_file_is_read_as_text_or_says_why_not(tmp_path: Path) -> None:
    """A file is text without its byte order mark; a missing, too large or not UTF-8 one says so, with the line."""
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfzo\xc3\xa9")
    assert read_text(tmp_path / "a") == "zoé"
    (tmp_path / "large").write_bytes(b"x" * (MAX_BYTES + 1))
    (tmp_path / "latin").write_bytes(b"een\nzo\xe9\n")
    assert key_of(lambda: read_text(tmp_path / "none")) == "no_file"
    assert key_of(lambda: read_text(tmp_path / "large")) == "too_large"
    with pytest.raises(FileError, match="latin:2:1"):
        read_text(tmp_path / "latin")
    assert key_of(lambda: read_text("\0")) == "unreadable"


def test_a_pipe_folder_or_device_is_neither_read_nor_written(tmp_path: Path) -> None:
    """What is no plain file gives a clear sentence and is never waited for, also with --force."""
    for path in not_files(tmp_path):
        assert key_of(lambda path=path: read_text(path)) == "no_plain_file"  # type: ignore[misc]
        assert key_of(lambda path=path: write_whole(path, b"x", force=True)) == "no_plain_file"  # type: ignore[misc]


def test_an_input_is_never_the_target(tmp_path: Path) -> None:
    """What is read is not overwritten: not under another spelling, by a link or a hard link, nor with --force."""
    source = tmp_path / "in"
    source.write_text("rules")
    (tmp_path / "link").symlink_to(source)
    (tmp_path / "hard").hardlink_to(source)
    for target in (source, tmp_path / "." / "x" / ".." / "in", tmp_path / "link", tmp_path / "hard"):
        (tmp_path / "x").mkdir(exist_ok=True)
        for force in (False, True):
            call = lambda: write_whole(target, b"new", force=force, inputs=[source])  # noqa: B023, E731
            assert key_of(call) == "same_file"
    assert source.read_text() == "rules"


def test_a_file_of_another_kind_is_only_overwritten_by_force(tmp_path: Path) -> None:
    """A file that is there stays unless it is of the kind that is written, is empty, or --force is given."""
    target = tmp_path / "out"

    def kind(head: bytes) -> bool:
        return head.startswith(b"answers")

    write_whole(target, b"a letter", kind=kind)
    assert key_of(lambda: write_whole(target, b"answers: 1", kind=kind)) == "not_that_kind"
    assert key_of(lambda: write_whole(target, b"anything")) == "not_that_kind"
    assert target.read_bytes() == b"a letter"
    write_whole(target, b"answers: 1", kind=kind, force=True)
    write_whole(target, b"answers: 2", kind=kind)
    assert target.read_bytes() == b"answers: 2"
    target.write_bytes(b"")
    write_whole(target, b"anything")
    assert target.read_bytes() == b"anything"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk what was there stays as it was, and nothing is left beside it."""
    target = tmp_path / "out"
    target.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left"):
        write_whole(target, b"new", force=True)
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
    assert target.read_bytes() == b"old"


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    """A file keeps who may read it, a link keeps pointing where it does, and answers are for their owner alone."""
    target = tmp_path / "out"
    target.write_bytes(b"old")
    target.chmod(0o640)
    (tmp_path / "link").symlink_to(target)
    write_whole(tmp_path / "link", b"new", force=True)
    assert (tmp_path / "link").is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640
    write_whole(target, b"mine", force=True, mode=0o600)
    write_whole(tmp_path / "new", b"mine", mode=0o600)
    assert {one.stat().st_mode & 0o777 for one in (target, tmp_path / "new")} == {0o600}


def test_a_place_where_nothing_can_be_written_is_refused_beforehand(tmp_path: Path) -> None:
    """A folder that is not there is told before the work is done."""
    assert key_of(lambda: check_target(tmp_path / "none" / "out")) == "no_folder"
    check_target(tmp_path / "out")
    assert not (tmp_path / "out").exists()


ONTO_AN_INPUT = [
    "export dot --tree {tree} -o {dot}",
    "export html --tree {tree} -o {html}",
    "providers --read {list} --kind hospital --write {list}",
    "walk --tree {tree} --batch {list} -o {list}",
    "walk --tree {tree} --batch {list} -o {link} --force",
    "--line --tree {tree} --save {tree}",
    "--line --tree {tree} --save {link} --force",
]
ONTO_ANOTHER_KIND = [
    "export dot --tree {tree} -o {letter}",
    "providers --read {list} --kind hospital --write {other}",
    "walk --tree {tree} --batch {list} -o {other}",
    "--line --tree {tree} --save {other}",
    "--line --tree {tree} --save-walk {walks}",
]


@pytest.mark.parametrize("command", [*ONTO_AN_INPUT, *ONTO_ANOTHER_KIND])
def test_no_command_overwrites_what_it_reads_or_is_of_another_kind(
    command: str, tmp_path: Path, cakwizard: Cakwizard
) -> None:
    """A command whose target is its own input or something else says so before the work is done, and leaves it."""
    held = {"tree.yaml": SMALL.read_text(), "list.csv": "payer\nnobody\n"}
    held |= dict.fromkeys(("other.csv", "mine.walks.yaml", "letter.dot"), "a letter of mine\n")
    for name, text in held.items():
        (tmp_path / name).write_text(text)
    names = {name.split(".")[-2]: tmp_path / name for name in (*held, "link.yaml")}
    names |= {"dot": tmp_path / "tree.dot", "html": tmp_path / "tree.html"}
    names["link"].symlink_to(names["tree"])
    names["dot"].symlink_to(names["tree"])
    names["html"].hardlink_to(names["tree"])
    ran = cakwizard(*command.format(**names).split(), stdin="n\n")
    assert (ran.status, "Traceback" in ran.err) == (2, False)
    assert "niet overschreven" in ran.err or command in ONTO_ANOTHER_KIND
    assert {name: (tmp_path / name).read_text() for name in held} == held


@pytest.mark.parametrize("what", ["pipe", "folder"])
@pytest.mark.parametrize(
    "command",
    [
        "walk --tree {tree} {path}",
        "walk --tree {path}",
        "walk --tree {tree} --batch {path}",
        "walk --tree {tree} --batch {list} -o {path}",
        "export dot --tree {tree} -o {path}",
        "--line --tree {tree} --save {path}",
        "--line --tree {tree} --answers {path}",
        "providers --read {path} --kind hospital",
    ],
)
def test_no_command_waits_for_what_is_no_file(command: str, what: str, tmp_path: Path, cakwizard: Cakwizard) -> None:
    """A pipe or folder where a file is asked for gives a sentence at once."""
    not_files(tmp_path)
    (tmp_path / "list.csv").write_text("payer\nnobody\n")
    # A name that tells which kind of file is meant.
    path = (tmp_path / what).rename(tmp_path / f"{what}.{'dot' if 'export' in command else 'csv'}")
    ran = cakwizard(*command.format(path=path, tree=SMALL, list=tmp_path / "list.csv").split(), stdin="n\n")
    assert ran.status == 2
    assert "geen gewoon bestand" in ran.err
