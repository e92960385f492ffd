"""How far a long job is: a bar on a terminal, nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def progress(text: str, total: float | None, stream: TextIO) -> Iterator[Callable[[float], None]]:
    """Draw a bar on `stream` while the job runs, if that is a terminal; it is gone afterwards.

    Yields:
        What to call with how much is done, of `total`; where that is not known the bar only shows that it goes on.
    """
    if not stream.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task(text, total=total)
        yield lambda done: bar.update(task, completed=done)
