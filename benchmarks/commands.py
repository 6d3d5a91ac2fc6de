"""CPU of short commands in multiples of `python -c pass`: help, a search, and how the program is.

    python benchmarks/commands.py [--articles 200] [--rounds 7]

Over an archive with the shipped catalogue, each source visited 20 times; the least of some rounds counts. The first
search of a configuration reads it whole and remembers its outline; it is shown as well.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from figures import note_figure
from rich.console import Console
from rich.table import Table

from crawler.intake import take_in
from crawler.sources import catalogue
from pages import LEXICON, NOW, made
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from storage.archive import Archive
from storage.records import Run

PASS = "python -c pass"
LIMITS = {"--help": 4.0, "search": 8.0, "status": 8.0}  # multiples


def _fill(path: Path, articles: int) -> None:
    with Archive(path) as archive:
        for number in range(articles):
            take_in(made(number, PRESS_CONFERENCE if number % 5 == 0 else GOVERNMENT[number % 3]), archive, LEXICON,
                    lambda *_: ())  # fmt: skip
        sources = catalogue()
        archive.runs.register(one.row for one in sources)
        with archive.transaction():
            for source in sources:
                for n in range(20):
                    at = NOW + n * timedelta(minutes=30)
                    archive.runs.record(Run(source=source.id, started_at=at, finished_at=at, outcome="unchanged"))


def _cpu_seconds(command: list[str], environment: dict[str, str]) -> float:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, _, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text('[archive]\npath = "archive.db"\n', encoding="utf-8")
        _fill(config.with_name("archive.db"), chosen.articles)
        environment = os.environ | {"XDG_CACHE_HOME": folder, "LANG": "C.UTF-8"}
        ours = str(Path(sys.executable).with_name("futurewatch"))
        commands = {
            PASS: [sys.executable, "-c", "pass"],
            "--help": [ours, "--help"],
            "search": [ours, "search", "未来产业", "--config", str(config)],
            "status": [ours, "status", "--config", str(config)],
        }
        first = _cpu_seconds(commands["search"], environment)
        least = {
            name: min(_cpu_seconds(command, environment) for _ in range(chosen.rounds))
            for name, command in commands.items()
        }
    table = Table("command", "CPU ms", "multiple", "at most", title=f"Commands over {chosen.articles} articles")
    for name, seconds in {**least, "search, for the first time": first}.items():
        multiple = seconds / least[PASS]
        limit = LIMITS.get(name)
        table.add_row(name, f"{seconds * 1000:.0f}", f"{multiple:.1f}", f"{limit:.0f}" if limit else "")
        if limit:
            note_figure(f"CPU of {name}", seconds * 1000, "ms", peer=least[PASS] * 1000, peer_name=PASS,
                        ratio=multiple, at_most=limit)  # fmt: skip
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
