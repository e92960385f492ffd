"""Hold a conversation with the program as it is installed in each way: `python tests/where.py pipx wheel uvx user …`.

Each way is tried in a folder of its own, in a pseudo-terminal of 80 by 24, with the versions of the lock. Without
names all are tried; one whose installer is not there is said to be so, and fails only when it was named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pexpect

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "constraints.txt"
Command = tuple[list[str], Mapping[str, str]]


def run(*command: str | Path, **environment: str) -> None:
    """Run an installer quietly; what it says is shown when it fails."""
    env = {**os.environ, **environment}
    ran = subprocess.run([str(word) for word in command], env=env, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{ran.stdout}{ran.stderr}")


def pipx(folder: Path) -> Command:
    """Install as `pipx install` does, with the lock."""
    homes = {"PIPX_HOME": str(folder / "home"), "PIPX_BIN_DIR": str(folder / "bin")}
    run(sys.executable, "-m", "pipx", "install", "--pip-args", f"-c {LOCK}", ROOT, **homes)
    return [str(folder / "bin" / "cakwizard")], {}


def wheel(folder: Path) -> Command:
    """Build the wheel, and install it in an empty environment."""
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    run(sys.executable, "-m", "venv", folder / "env")
    run(folder / "env" / "bin" / "pip", "install", "-q", "-c", LOCK, next(folder.glob("*.whl")))
    return [str(folder / "env" / "bin" / "cakwizard")], {}


def uvx(folder: Path) -> Command:
    """Run as `uvx --from .` does, without installing."""
    uv = shutil.which("uvx") or str(Path(sys.executable).parent / "uvx")
    run(uv, "--from", ROOT, "cakwizard", "--version", UV_CACHE_DIR=str(folder / "cache"))
    return [uv, "--from", str(ROOT), "cakwizard"], {"UV_CACHE_DIR": str(folder / "cache")}


def user(folder: Path) -> Command:
    """Install as `pip install --user` does."""
    home = {"PYTHONUSERBASE": str(folder)}
    run(sys._base_executable, "-m", "pip", "install", "-q", "--user", "-c", LOCK, ROOT, **home)  # type: ignore[attr-defined]
    return [str(folder / "bin" / "cakwizard")], home


def shiv(folder: Path) -> Command:
    """Put everything in one zipped file that Python runs."""
    target = folder / "cakwizard.pyz"
    run(sys.executable, "-m", "shiv", "-q", "-c", "cakwizard", "-o", target, "--constraint", LOCK, ROOT)
    return [sys.executable, str(target)], {"SHIV_ROOT": str(folder / "unpacked")}


def pyinstaller(folder: Path) -> Command:
    """Make a one-file program, which needs no Python."""
    run(sys.executable, "-m", "venv", folder / "env")
    run(folder / "env" / "bin" / "pip", "install", "-q", "-c", LOCK, ROOT, "pyinstaller")
    start = folder / "start.py"
    start.write_text("from cakwizard.cli import main\nmain()\n", encoding="utf-8")
    build = (folder / "env" / "bin" / "pyinstaller", "-F", "-n", "cakwizard", "--collect-all", "cakwizard")
    places = ("--distpath", folder / "made", "--workpath", folder / "work", "--specpath", folder)
    run(*build, "--copy-metadata", "cakwizard", *places, start)
    return [str(folder / "made" / "cakwizard")], {}


WAYS: dict[str, Callable[[Path], Command]] = {way.__name__: way for way in (pipx, wheel, uvx, user, shiv, pyinstaller)}


def talk(command: list[str], environment: Mapping[str, str], folder: Path) -> None:
    """Ask about an insured patient from another folder, and leave; raise when the answer is not there."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    env = {**clean, **environment, "TERM": "xterm-256color", "CAKWIZARD_LANG": "nl"}
    screen = pexpect.spawn(
        command[0], [*command[1:], "--as", "midwife"], cwd=folder, env=env, dimensions=(24, 80), timeout=60
    )
    screen.expect("Wie kan of moet de zorg betalen")
    screen.send("z\r")
    screen.expect("Zorgverzekeraar betaalt|zorgverzekeraar betaalt")
    screen.send("q")
    screen.expect(pexpect.EOF)
    screen.close()
    if screen.exitstatus != 0:
        raise RuntimeError(f"the conversation ended with {screen.exitstatus}")


def main() -> int:
    """Try every way that was named, or all; return how many failed."""
    failed = 0
    for name in sys.argv[1:] or WAYS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                command, environment = WAYS[name](Path(folder))
                talk(command, environment, Path(folder))
            except (RuntimeError, OSError, pexpect.ExceptionPexpect) as fault:
                failed += bool(sys.argv[1:])
                sys.stdout.write(f"{name}: FAILED\n{fault}\n")
            else:
                sys.stdout.write(f"{name}: holds a conversation\n")
    return failed


if __name__ == "__main__":
    sys.exit(main())
