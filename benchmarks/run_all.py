"""Run every benchmark once with what it needs, and end in one table of all figures, and one of those that did not run.

    python benchmarks/run_all.py [--figures figures.jsonl] [--only NAME ...] [--most-minutes 4] [--saved FOLDER]

`make bench` is this, `make bench SAVED=FOLDER` with saved pages where a benchmark takes some. Each benchmark is a
process of its own, in turn; one that fails, lacks a package or takes too long ends, is told at the end with its last
line, and the next one begins. What the fits of the program are worth on texts that they have not seen is printed, and
they are written to a folder that goes: its tables stay.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from figures import table_of
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
HELPERS = frozenset({"country_sites", "figures", "odds", "run_all"})  # of the others
OWN = (*sorted((HERE / "texts").glob("*.jsonl.gz")),)
MIXED = (*sorted((HERE / "texts").glob("mixed-*.jsonl.gz")),)
CASES = (*sorted((HERE.parent / "tests" / "corpus").glob("*.toml")), HERE.parent / "tests" / "test_facts_styles.toml")
OUT = "{out}"  # in an argument: the folder that goes

# What a benchmark is run with where it needs texts, or where its own defaults take longer than a look at all may.
ARGUMENTS: Mapping[str, Sequence[str | Path]] = {
    "acts": (*OWN, *CASES, "--unseen", "--out", f"{OUT}/acts.tsv"),
    "country": ("--real-minutes", "1"),
    "crawl": ("--crawls", "50"),
    "directions": (*OWN, *CASES, "--unseen", "--out", f"{OUT}/directions.tsv"),
    "duplicates": ("--sizes", "10000", "--texts", HERE / "texts" / "notices.jsonl.gz", "--stored", "50"),
    "exit_troubles": ("--rows", "10", "--only", "two of three killed"),
    "exits": ("--rows", "30", "--replies", "500", "--exits", "direct", "sz"),
    "freshness": ("--sources", "100", "--years", "2"),
    "goal_years": (*MIXED, "--unseen", "--out", f"{OUT}/targets.tsv"),
    "growth": ("--start", "1000", "listing", "extract", "facts", "assess", "group"),
    "issuers": (*OWN, *CASES, "--unseen", "--out", f"{OUT}/issuers.tsv"),
    "names": (*MIXED, "--unseen", "--out", f"{OUT}/names.tsv"),
    "opinion": (*OWN, *CASES, "--out", f"{OUT}/opinion.tsv"),
    "pairs": (*MIXED, "--unseen", "--out", OUT),
    "points": (*MIXED, "--out", f"{OUT}/points.json"),
    "polling": ("--sources", "8", "--seeds", "2"),
    "readers": ("--rows", "15", "--only", "in the program", "1 process", "1 process, 1 elsewhere"),
    "reassess": ("3000",),
    "review": ("--articles", "4000", "--rounds", "3"),
    "search": ("--sizes", "5000", "--against", "5000", "--queries", "3"),
    "soak": ("--rounds", "150", "--skip-idle"),
    "tracks": (*MIXED, "--beside", *CASES, "--unseen", "--out", OUT),
    "verify": ("--wanted", "40"),
    "visits": ("--sources", "200", "--crawls", "300"),
}

# What takes saved pages, with the option in front of their folder.
ON_SAVED: Mapping[str, Sequence[str]] = {"bodies": ("--files",), "extraction": (), "pages": ("--files",)}

# The packages, by the names that they are imported by, without which a benchmark does not begin: tools of developers.
NEEDS = {
    **dict.fromkeys(("acts", "directions", "goal_years", "issuers", "names", "opinion", "points", "tracks"), "sklearn"),
    "pairs": "scipy", "tasks": "playwright",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a benchmark ended: `reason` is empty where it ran to its end."""

    name: str
    seconds: float
    reason: str


def names() -> list[str]:
    """Return the benchmarks, in the order of their names."""
    return [file.stem for file in sorted(HERE.glob("[a-z]*.py")) if file.stem not in HELPERS]


def ran(chosen: Sequence[str], figures: Path, most_seconds: float, saved: Path | None) -> Iterator[Ended]:
    """Run benchmarks in turn, and yield how each ended; `saved` is a folder of pages."""
    with tempfile.TemporaryDirectory() as out:
        for name in chosen:
            print(f"== {name}", flush=True)
            arguments = [str(one).replace(OUT, out) for one in ARGUMENTS.get(name, ())]
            if saved and name in ON_SAVED:
                arguments += [*ON_SAVED[name], str(saved)]
            command = [sys.executable, str(HERE / f"{name}.py"), *arguments]
            began = time.monotonic()
            if (package := NEEDS.get(name)) and find_spec(package) is None:
                reason = f"needs the package {package}, which is not installed"
            else:
                reason = _reason(command, {**os.environ, "FIGURES": str(figures)}, most_seconds)
            yield Ended(name=name, seconds=time.monotonic() - began, reason=reason)


def _reason(command: Sequence[str], environment: Mapping[str, str], most_seconds: float) -> str:
    """Run a command, and return why it did not reach its end, an empty string where it did."""
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        process = subprocess.Popen(command, env=environment, stderr=said, start_new_session=True)
        try:
            code = process.wait(most_seconds)
        except subprocess.TimeoutExpired:
            return f"took longer than {most_seconds:.0f} s"
        finally:
            _end(process)
            said.seek(0)
            told = said.read().strip()
            sys.stderr.write(f"{told}\n" if told else "")
        return (told.splitlines() or [f"ended with {code}"])[-1] if code else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a benchmark with the servers that it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def main() -> int:
    """Run, and print the tables; 1 where something did not run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=Path, default=Path("figures.jsonl"))
    parser.add_argument("--only", nargs="*", choices=names(), default=names())
    parser.add_argument("--most-minutes", type=float, default=4)
    parser.add_argument("--saved", type=Path)
    options = parser.parse_args()
    options.figures.write_text("", encoding="utf-8")
    ended = list(ran(options.only, options.figures, 60 * options.most_minutes, options.saved))
    console = Console(width=150)
    console.print(table_of(options.figures))
    took = sum(one.seconds for one in ended)
    missed = Table("did not run", "after, s", "why", title=f"{len(ended)} benchmarks in {took / 60:.0f} minutes")
    for one in ended:
        if one.reason:
            missed.add_row(one.name, f"{one.seconds:.0f}", one.reason)
    console.print(missed)
    return 1 if any(one.reason for one in ended) else 0


if __name__ == "__main__":
    sys.exit(main())
