"""Show on stderr how far a command is: a bar with numbers on a terminal, nothing in a file or pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(total: int | None, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Yield what is told each step by its name; a `total` of None is not known: then the step itself is shown."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    out = Console(stderr=True)
    counted = (BarColumn(bar_width=24), MofNCompleteColumn()) if total is not None else (SpinnerColumn(),)
    columns = (*counted, TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=out, transient=True, disable=quiet or not out.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda step: bar.update(task, advance=1, description=step)
