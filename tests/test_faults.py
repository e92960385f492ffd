"""What can go wrong outside the program: files that cannot be written, a full disk, an end halfway, hostile names."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cakwizard import writing
from cakwizard.errors import FileError
from cakwizard.writing import write_atomically
from tests.conftest import ROOT
from tests.conftest import SMALL
from tests.conftest import TODAY
from tests.conftest import Cakwizard

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX permissions and signals")

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
NASTY = "a\x1b[2J\x9b31m\u202eb\r\x07"
OLD = b"what was there\n"
TALK = "ja\neuropese\nstop\n"
WALKS = "- {name: a, answers: {resident: yes, nationality: PL}, expect: {scheme: insurer}}\n"

WRITERS = {
    "save": (("--line", "--tree", str(SMALL), "--save"), "kept.yaml"),
    "save walk": (("--line", "--tree", str(SMALL), "--save-walk"), "kept.walks.yaml"),
    "export": (("export", "mermaid", "--tree", str(SMALL), "-o"), "tree.mmd"),
    "junit": (("test", "{walks}", "--tree", str(SMALL), "--junit"), "junit.xml"),
    "providers": (("providers", "--read", "{pasted}", "--kind", "pharmacy", "--write"), "new.csv"),
}


@pytest.fixture(params=WRITERS)
def writer(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[list[str], str]:
    """The arguments of a command that writes a file, and a name for that file."""
    arguments, name = WRITERS[request.param]
    (tmp_path / "mine.walks.yaml").write_text(WALKS, encoding="utf-8")
    (tmp_path / "pasted.txt").write_text("Arnhem, De Eenhoorn\n", encoding="utf-8")
    places = {"walks": str(tmp_path / "mine.walks.yaml"), "pasted": str(tmp_path / "pasted.txt")}
    return [argument.format(**places) for argument in arguments], name


def old_file(folder: Path, name: str) -> Path:
    """Put a file there that must survive."""
    file = folder / name
    file.write_bytes(WALKS.encode() if name.endswith(".walks.yaml") else OLD)
    return file


def names(folder: Path) -> list[str]:
    """Return what stands in a folder."""
    return sorted(entry.name for entry in folder.iterdir())


def run(*arguments: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own, perhaps as somebody who is not root."""
    environment = {**os.environ, "CAKWIZARD_TODAY": TODAY, "CAKWIZARD_LANG": "nl", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "cakwizard", *arguments],
        env=environment,
        input=TALK,
        capture_output=True,
        text=True,
        check=False,
        user=user,
    )


# -- where nothing can be written ------------------------------------------------------


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A disk on which hardly anything fits."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "full"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k,mode=777", "tmpfs", str(disk)], check=False)
    if done.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_on_a_full_disk_the_old_file_stays(writer: tuple[list[str], str], full: Path) -> None:
    """Where nothing fits any more the program says so, keeps what was there, and leaves nothing behind."""
    arguments, name = writer
    file = old_file(full, name)
    before = file.read_bytes()
    filler = full / "filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            while stream.write(b"x" * 4096):
                pass
        except OSError:
            pass
    ran = run(*arguments, str(file))
    assert ran.returncode == 2
    assert "No space left on device" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert file.read_bytes() == before
    assert names(full) == sorted([name, "filler"])


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing can be written, not even by root."""
    folder = tmp_path / "fixed"
    folder.mkdir()
    if os.name != "nt" and os.geteuid() == 0:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], check=False).returncode == 0
        if not mounted:
            pytest.skip("root can write everywhere, and a disk that is read only cannot be mounted here")
        try:
            yield folder
        finally:
            subprocess.run(["umount", str(folder)], check=True)
        return
    yield folder
    folder.chmod(0o755)


def close(folder: Path) -> None:
    """Let nothing more be written in a folder."""
    if os.name != "nt" and os.geteuid() == 0:
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    else:
        folder.chmod(0o555)


@posix
def test_in_a_read_only_folder_the_old_file_stays(writer: tuple[list[str], str], read_only: Path) -> None:
    """Where nothing may be written the program says so in a sentence and leaves with 2."""
    arguments, name = writer
    file = old_file(read_only, name)
    before = file.read_bytes()
    close(read_only)
    ran = run(*arguments, str(file))
    assert ran.returncode == 2
    assert f"'{file}'" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert file.read_bytes() == before
    assert names(read_only) == [name]


@pytest.mark.parametrize("place", ["there/is/no/folder", "", "name" * 100])
def test_a_place_that_is_none_is_said(place: str, writer: tuple[list[str], str], tmp_path: Path) -> None:
    """A folder that is missing, a folder instead of a file, and a name that is too long: one sentence and status 2."""
    arguments, name = writer
    target = tmp_path / "empty" / place / (name if place.startswith("there") else "")
    (tmp_path / "empty").mkdir()
    if place.startswith("name"):
        target = target.parent / f"{place}{name}"
    ran = run(*arguments, f"{target}")
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr.strip()
    assert names(tmp_path / "empty") == []


# -- ended halfway ----------------------------------------------------------------------

KILLED = """
import os, signal, sys
from cakwizard import writing
moment, path, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
def die(*ignored, **also):
    os.kill(os.getpid(), signal.SIGKILL)
if moment == "before writing":
    writing.os.fdopen = die
elif moment == "before syncing":
    writing.os.fsync = die
elif moment == "before replacing":
    writing.Path.replace = die
writing.write_atomically(path, b"n" * size)
if moment == "afterwards":
    die()
"""


@posix
@pytest.mark.parametrize("size", [10, 1_000_000])
@pytest.mark.parametrize("moment", ["before writing", "before syncing", "before replacing", "afterwards"])
def test_a_kill_while_saving_leaves_the_old_file_or_the_new(moment: str, size: int, tmp_path: Path) -> None:
    """At whatever moment the process is killed, the file is what it was or what it should become, never half."""
    file = old_file(tmp_path, "file.yaml")
    command = [sys.executable, "-c", KILLED, moment, str(file), str(size)]
    done = subprocess.run(command, cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert file.read_bytes() == (b"n" * size if moment == "afterwards" else OLD)


@pytest.mark.parametrize("moment", ["fsync", "fdopen"])
@pytest.mark.parametrize("end", [KeyboardInterrupt, MemoryError, OSError(5, "Input/output error")])
def test_an_end_while_saving_leaves_nothing_behind(
    moment: str, end: type[BaseException] | BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C or a failing disk halfway leaves the old file and no temporary one."""
    file = old_file(tmp_path, "file.yaml")

    def stop(handle: object, *ignored: object) -> None:
        if moment == "fdopen" and isinstance(handle, int):
            os.close(handle)
        raise end

    monkeypatch.setattr(writing.os, moment, stop)
    with pytest.raises((KeyboardInterrupt, MemoryError, FileError)):
        write_atomically(file, b"new")
    assert file.read_bytes() == OLD
    assert names(tmp_path) == ["file.yaml"]


# -- links and permissions ------------------------------------------------------------------


@posix
def test_a_link_keeps_pointing_and_its_target_is_written(tmp_path: Path) -> None:
    """Who keeps a file elsewhere behind a link finds the new text there, also when the target was not there yet."""
    target, link, hanging = tmp_path / "target", tmp_path / "link", tmp_path / "hanging"
    target.write_bytes(OLD)
    link.symlink_to(target)
    hanging.symlink_to(tmp_path / "later")
    write_atomically(link, b"new")
    write_atomically(hanging, b"new")
    assert link.is_symlink()
    assert hanging.is_symlink()
    assert target.read_bytes() == (tmp_path / "later").read_bytes() == b"new"


@posix
def test_a_link_that_goes_round_is_said(tmp_path: Path) -> None:
    """A link to itself gives a message."""
    (tmp_path / "round").symlink_to(tmp_path / "round")
    with pytest.raises(FileError, match="cannot be written: Too many levels of symbolic links"):
        write_atomically(tmp_path / "round", b"new")


@posix
@pytest.mark.parametrize(
    ("there", "wanted", "given"),
    [(None, 0o644, 0o640), (None, 0o600, 0o600), (0o600, 0o644, 0o600), (0o664, 0o644, 0o664), (0o644, 0o600, 0o600)],
)
def test_a_file_becomes_no_more_readable_than_it_was(
    there: int | None, wanted: int, given: int, tmp_path: Path
) -> None:
    """A file keeps its permissions, a new one heeds the umask, and answers are for their owner alone."""
    file = tmp_path / "file"
    if there is not None:
        file.write_bytes(OLD)
        file.chmod(there)
    before = os.umask(0o027)
    try:
        write_atomically(file, b"new", mode=wanted)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == given


def test_a_name_as_long_as_a_name_can_be_is_written(tmp_path: Path) -> None:
    """The temporary file beside it has a shorter name."""
    file = tmp_path / ("é" * 127)
    write_atomically(file, b"new")
    assert file.read_bytes() == b"new"


# -- names and surroundings that steer a terminal ------------------------------------------------


def shown(cakwizard: Cakwizard, *arguments: str, stdin: str = "") -> str:
    """Run a command and return all that it writes, which must steer nothing."""
    ran = cakwizard(*arguments, stdin=stdin)
    text = ran.out + ran.err
    assert not STEERING.search(text), f"{arguments}: {text!r}"
    return text


@posix
def test_a_file_name_steers_no_terminal(tmp_path: Path, cakwizard: Cakwizard) -> None:
    """Escapes and turned text in the name of any file are replaced wherever the name is shown."""
    tree = tmp_path / f"tree{NASTY}.yaml"
    tree.write_bytes(SMALL.read_bytes())
    wrong = tmp_path / f"wrong{NASTY}.yaml"
    wrong.write_bytes(SMALL.read_bytes().replace(b"to: scheme_a_ended", b"to: nowhere"))
    walks = tmp_path / f"a{NASTY}.walks.yaml"
    walks.write_text(WALKS.replace("scheme: insurer", "scheme: scheme_a"), encoding="utf-8")
    answers = tmp_path / f"answers{NASTY}.yaml"
    answers.write_text("answers: {resident: yes, nationality: PL, stay: x}\n", encoding="utf-8")
    junit = tmp_path / "junit.xml"
    receipt = tmp_path / f"receipt{NASTY}.json"
    receipt.write_text(cakwizard("walk", "--tree", str(SMALL), "--json").out, encoding="utf-8")
    old = ("--tree", str(tree))
    for arguments in (
        ("check", str(tree)),
        ("check", str(wrong)),
        ("check", str(wrong), "--format", "github"),
        ("check", str(wrong), "--format", "json"),
        ("walk", "--tree", str(wrong)),
        ("walk", str(answers), *old),
        ("walk", str(tmp_path / NASTY), *old),
        ("walk", *old, "--json"),
        ("walk", *old, "--format", "markdown"),
        ("test", str(walks), *old, "--junit", str(junit), "--coverage", "--mutants"),
        ("diff", str(SMALL), str(tree)),
        ("diff", str(tree), str(ROOT / "tests" / "trees" / "base.yaml")),
        ("diff", str(SMALL), str(ROOT / "tests" / "trees" / "base.yaml"), "--format", "markdown"),
        ("verify", str(receipt), *old),
        ("verify", str(receipt), "--tree", str(ROOT / "tests" / "trees" / "base.yaml")),
        ("verify", str(answers)),
        ("show", "resident", *old),
        ("tree", *old, "--all"),
        ("providers", "--providers", str(tree)),
        ("providers", "--read", str(tmp_path / NASTY), "--kind", "pharmacy"),
        *(("export", name, *old) for name in ("mermaid", "dot", "outline", "json", "graphml", "html")),
    ):
        shown(cakwizard, *arguments)
    ElementTree.parse(junit)  # noqa: S314 - the program wrote it just now
    kept = tmp_path / f"kept{NASTY}.yaml"
    text = shown(cakwizard, "--line", *old, "--answers", str(answers), "--save", str(kept), stdin=TALK)
    assert "kept" in text
    assert kept.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (NASTY,),
        (f"--{NASTY}",),
        ("walk", f"--{NASTY}"),
        ("walk", "--set", NASTY),
        ("walk", "--set", f"payer={NASTY}"),
        ("walk", "--set", f"nationality={NASTY}"),
        ("walk", "--date", NASTY),
        ("walk", "--lang", NASTY),
        ("--line", "--as", NASTY),
        ("show", NASTY),
        ("tree", NASTY),
        ("export", NASTY),
        ("export", "mermaid", "--from", NASTY),
        ("export", "mermaid", "--only", NASTY),
        ("export", "-o", f"{NASTY}.{NASTY}"),
        ("check", "--explain", NASTY),
        ("test", NASTY),
        ("test", "--fail-under", NASTY),
        ("providers", NASTY),
        ("providers", "--kind", NASTY),
        ("providers", "--place", NASTY),
        ("verify", NASTY),
        ("walk", "--set", "payer=\udc9b31m"),
    ],
    ids=repr,
)
def test_an_argument_steers_no_terminal(arguments: tuple[str, ...], cakwizard: Cakwizard) -> None:
    """Whatever is wrong on the command line is quoted without what could write over the screen."""
    assert shown(cakwizard, *arguments)


@pytest.mark.parametrize("name", ["CAKWIZARD_AS", "CAKWIZARD_TODAY", "CAKWIZARD_LANG", "LANG", "LC_ALL", "COLUMNS"])
def test_the_environment_steers_no_terminal(name: str, cakwizard: Cakwizard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable with an escape sequence in it is quoted harmlessly or not at all."""
    monkeypatch.setenv(name, NASTY)
    # The fixture clears some of these before each test; they are set once more.
    assert shown(cakwizard, "--line", "--tree", str(SMALL), stdin=TALK)
    assert shown(cakwizard, "walk", "--tree", str(SMALL))


def test_what_is_typed_steers_no_terminal(cakwizard: Cakwizard) -> None:
    """Piped input is written back behind the prompt, without its escapes."""
    text = shown(cakwizard, "--line", "--tree", str(SMALL), stdin=f"{NASTY}\nja\n{NASTY}\neuropese\nstop\n")
    assert "De verzekeraar betaalt" in text


def test_lists_and_receipts_steer_no_terminal(tmp_path: Path, cakwizard: Cakwizard) -> None:
    """Escapes in a CSV file, a pasted list, a receipt, answers and cases are refused or replaced."""
    plain = NASTY.replace("\r", "")
    files = {
        "list.csv": f"name,place,kind,list,date\n{plain},Arnhem,pharmacy,x,2022\n",
        "column.csv": f"name,place,kind,list,date,{plain}\n",
        "pasted.txt": f"Arnhem, De {plain}\n{plain}\n",
        "receipt.json": f'{{"{plain}": "{plain}"}}',
        "answers.yaml": f'answers: {{resident: "{plain}"}}\n',
        "escaped.yaml": 'answers: {resident: "\\e[2J", "\\u202e": x}\n',
        "a.walks.yaml": '- {name: "\\e[2J", answers: {"\\x9b": "\\u2066"}, expect: {scheme: "\\a"}}\n',
        "tree.yaml": SMALL.read_text(encoding="utf-8").replace("nl: Kleine boom", 'nl: "Kleine \\e]0;x\\a boom"'),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    place = {name: str(tmp_path / name) for name in files}
    for arguments in (
        ("providers", "x", "--providers", place["list.csv"]),
        ("providers", "x", "--providers", place["column.csv"]),
        ("providers", "--read", place["pasted.txt"], "--kind", "pharmacy"),
        ("verify", place["receipt.json"]),
        ("walk", place["answers.yaml"], "--tree", str(SMALL)),
        ("walk", place["escaped.yaml"], "--tree", str(SMALL)),
        ("--line", "--answers", place["escaped.yaml"], "--tree", str(SMALL)),
        ("test", place["a.walks.yaml"], "--tree", str(SMALL)),
        ("check", place["tree.yaml"]),
        ("walk", "--tree", place["tree.yaml"]),
    ):
        assert shown(cakwizard, *arguments)
