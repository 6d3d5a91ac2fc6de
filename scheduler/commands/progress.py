"""Show on stderr how far a command is: a bar with numbers on a terminal, nothing in a file or pipe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class ProgressStep(Protocol):
    """The function that is told each step."""

    def __call__(self, done: int = 1, what: str | None = None, total: int | None = None) -> None:
        """Note that `done` more are done; `what` is worked on now, and `total` is known now, unless they are None."""


@contextmanager
def progress(total: int | None, what: str = "", *, quiet: bool = False) -> Iterator[ProgressStep]:
    """Yield what is told each step; a `total` of None is not known yet: then the bar moves to and fro."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    out = Console(stderr=True)
    columns = (BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.description}", markup=False))  # fmt: skip
    with Progress(*columns, console=out, transient=True, disable=quiet or not out.is_terminal) as bar:
        task = bar.add_task(what, total=total)

        def step(done: int = 1, what: str | None = None, total: int | None = None) -> None:
            bar.update(task, advance=done, description=what, total=total)

        yield step
