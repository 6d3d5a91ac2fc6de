"""The long run of the fuzzers.

    python tests/attack/fuzz_run.py [--inputs 1000000] [--hours 2] [--only NAME] [--seed 0]

Each parser gets an equal share of the time, in batches, until there were so many inputs or the hours are over. A batch
runs in a process of its own with 2 GB, whose end is a failure too. A parser that fails is told with the input, and left
out of the rest. Exits with 1 when one failed.
"""

from __future__ import annotations

import argparse
import os
import pickle
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import IO, TypeAlias

from fuzz import Failure, fuzz
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from targets import TARGETS, Target

BATCH_SECONDS = 4.0
FIRST_EXAMPLES, MOST_EXAMPLES = 10, 2000  # of a batch
COPIES = 19  # changed copies of each example
MEMORY_BYTES = 2 << 30

Batch: TypeAlias = tuple[int, float, Failure | None]  # inputs, the longest in seconds of the processor, a failure


@dataclass
class Tally:
    """What each parser was fed, and the longest that it took."""

    inputs: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def note(self, name: str, batch: Batch) -> None:
        """Add a batch."""
        number, longest, failure = batch
        self.inputs[name] += number
        self.longest[name] = max(self.longest.get(name, 0.0), longest)
        self.failures += [failure] if failure else []


def in_child(target: Target, examples: int, start: int) -> Batch:
    """Feed a parser with a batch in a forked process."""
    answers, given = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(answers)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            with os.fdopen(given, "wb", buffering=0) as out:  # who is ended has told what was read before
                tell = partial(pickle.dump, file=out)
                tell(fuzz(target, examples, start=start, copies=COPIES, count=tell))
        except BaseException:  # noqa: BLE001  nobody above would see it
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(given)
    with os.fdopen(answers, "rb") as stream:
        told = list(_told(stream))
    _, status = os.waitpid(child, 0)
    taken = [one for one in told if isinstance(one, float)]
    failure = next((one for one in told if isinstance(one, Failure)), None)
    if status and not target.may_end:
        ended = f"its process ended with {os.waitstatus_to_exitcode(status)}"
        failure = Failure(target=target.name, value=f"seed {start}, {examples} examples", error=ended)
    return len(taken), max(taken, default=0.0), failure


def _told(stream: IO[bytes]) -> Iterator[object]:
    """Yield what a child tells: the seconds of each input, and at its end a failure or None."""
    while True:
        try:
            yield pickle.load(stream)
        except (EOFError, pickle.UnpicklingError):
            return


def run(targets: tuple[Target, ...], *, inputs: int, hours: float, start: int, console: Console) -> Tally:
    """Feed parsers in turn."""
    tally, ends = Tally(), time.monotonic() + hours * 3600
    examples = dict.fromkeys((target.name for target in targets), FIRST_EXAMPLES)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("inputs", total=inputs)
        waiting = list(targets)
        while waiting and tally.inputs.total() < inputs and time.monotonic() < ends:
            start += 1
            for target in tuple(waiting):
                began = time.monotonic()
                batch = in_child(target, examples[target.name], start)
                tally.note(target.name, batch)
                grown = examples[target.name] * min(4.0, BATCH_SECONDS / max(0.01, time.monotonic() - began))
                examples[target.name] = int(min(MOST_EXAMPLES, max(2, grown)))
                progress.update(bar, description=target.name, completed=tally.inputs.total())
                if batch[2]:
                    waiting.remove(target)
                    console.print(f"{batch[2].target}: {batch[2].value}\n{batch[2].error}", style="red", markup=False)
            if not console.is_terminal:
                console.print(f"{tally.inputs.total()} inputs")
    return tally


def show(tally: Tally, console: Console) -> None:
    """Print what was fed, and who failed."""
    table = Table("parser", "inputs", "longest, s", "unhandled", title=f"{tally.inputs.total()} inputs")
    failed = {failure.target for failure in tally.failures}
    for name, number in sorted(tally.inputs.items()):
        table.add_row(name, str(number), f"{tally.longest[name]:.2f}", "yes" if name in failed else "0")
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--seed", type=int, default=0)
    chosen, console = parser.parse_args(), Console(width=120)
    targets = tuple(target for target in TARGETS if not chosen.only or target.name in chosen.only)
    for target in targets:
        if not target.is_alone:
            fuzz(
                target, 1, start=0, copies=COPIES, count=lambda _: None
            )  # dictionaries and tables are loaded here, not in each child
    tally = run(targets, inputs=chosen.inputs, hours=chosen.hours, start=chosen.seed, console=console)
    show(tally, console)
    sys.exit(1 if tally.failures else 0)


if __name__ == "__main__":
    main()
