"""The long run of the fuzzers.

    python tests/attack/fuzz_run.py [--inputs 1000000] [--hours 2] [--only NAME] [--seed 0]

Each parser gets an equal share of the time, in batches, until there were so many inputs or the hours are over. A parser
that fails is told with the input that was made small, and left out of the rest. Exits with 1 when one failed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from fuzz import Failure, fuzz
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from targets import TARGETS, Target

BATCH_SECONDS = 4.0
FIRST_EXAMPLES, MOST_EXAMPLES = 20, 2000  # of a batch
COPIES = 19  # changed copies of each example


@dataclass
class Tally:
    """What a parser was fed, and the longest that it took, in seconds of the processor."""

    inputs: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, seconds: float) -> None:
        self.inputs[name] += 1
        self.longest[name] = max(self.longest.get(name, 0.0), seconds)


def batch(target: Target, examples: int, start: int, tally: Tally) -> tuple[Failure | None, int]:
    """Feed a parser with a batch; return a failure, and how many examples the next batch has."""
    began = time.monotonic()
    failure = fuzz(target, examples, start=start, copies=COPIES, count=lambda seconds: tally.note(target.name, seconds))
    taken = max(0.01, time.monotonic() - began)
    return failure, int(min(MOST_EXAMPLES, max(2, examples * min(4.0, BATCH_SECONDS / taken))))


def run(targets: tuple[Target, ...], *, inputs: int, hours: float, start: int, console: Console) -> list[Failure]:
    """Feed parsers in turn and return what they did not take."""
    tally, failures, ends = Tally(), [], time.monotonic() + hours * 3600
    examples = dict.fromkeys((target.name for target in targets), FIRST_EXAMPLES)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("inputs", total=inputs)
        waiting = list(targets)
        while waiting and tally.inputs.total() < inputs and time.monotonic() < ends:
            start += 1
            for target in tuple(waiting):
                progress.update(bar, description=target.name, completed=tally.inputs.total())
                failure, examples[target.name] = batch(target, examples[target.name], start, tally)
                if failure:
                    failures.append(failure)
                    waiting.remove(target)
                    console.print(
                        f"[red]{failure.target}[/red]: {failure.value!r:.600}", failure.error, sep="\n", markup=False
                    )
                if tally.inputs.total() >= inputs:
                    break
    _show(tally, failures, console)
    return failures


def _show(tally: Tally, failures: list[Failure], console: Console) -> None:
    table = Table("parser", "inputs", "longest, s", "unhandled", title=f"{tally.inputs.total()} inputs")
    failed = {failure.target for failure in failures}
    for name, number in sorted(tally.inputs.items()):
        table.add_row(name, str(number), f"{tally.longest[name]:.2f}", "yes" if name in failed else "0")
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    targets = tuple(target for target in TARGETS if not chosen.only or target.name in chosen.only)
    failures = run(targets, inputs=chosen.inputs, hours=chosen.hours, start=chosen.seed, console=Console(width=120))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
