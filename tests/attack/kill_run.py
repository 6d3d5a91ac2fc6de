"""The long run of the kills: `python tests/attack/kill_run.py [--kills 500] [--seed 0] [--folder F] [--only NAME]`.

Exits with 1 on a fault.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kills import NAMES, Killer, kill
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table


def show(killer: Killer, console: Console) -> None:
    """Print what was killed, and what was lost."""
    table = Table("command", "killed", "ended first", title=f"{killer.kills.total()} SIGKILLs")
    for name in sorted({*killer.kills, *killer.ended}):
        table.add_row(name, str(killer.kills[name]), str(killer.ended[name]))
    console.print(table)
    acts = len(killer.world.issued)
    told = [sum(counts[act.path] == 1 for act in killer.world.issued) for counts in killer.world.told()]
    console.print(f"acts told exactly once: {', '.join(f'{number} of {acts}' for number in told)}")
    for fault in killer.faults:
        console.print(fault, style="red", markup=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", action="append", default=[], choices=NAMES, metavar="NAME", help="Only this.")
    chosen, console = parser.parse_args(), Console(width=120)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with TemporaryDirectory() as scratch, Progress(*columns, console=console) as progress:
        bar = progress.add_task("SIGKILLs", total=chosen.kills)

        def shown(killer: Killer) -> None:
            progress.update(bar, completed=killer.kills.total())
            if not console.is_terminal:
                console.print(f"{dict(killer.kills)} {killer.faults}", markup=False)

        killer = kill(
            chosen.folder or Path(scratch), chosen.kills, start=chosen.seed, only=chosen.only, shown=shown
        )  # fmt: skip
    show(killer, console)
    sys.exit(1 if killer.faults else 0)


if __name__ == "__main__":
    main()
