"""14,000 sites every half hour, by the real timetable in virtual time: is any visit late, and what does it cost?

    python benchmarks/country.py [--sites 14000] [--minutes 60] [--answer 2.0] [--poll 10]

A tick comes every five seconds of a clock that is turned. A visit waits for room, takes the spacing and the answer, and
ends. Nothing is fetched: what a poll costs is measured by visits.py, and `--poll` takes its CPU milliseconds.
"""

from __future__ import annotations

import argparse
import heapq
import resource
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from figures import note_figure
from rich.console import Console
from rich.table import Table

from crawler.sources import Source
from crawler.toml import validate
from scheduler.visits.crawls import hosts_at_once
from scheduler.visits.pace import JITTER_SHARE, Pace
from scheduler.visits.round import hosts_a_tick
from scheduler.visits.timetable import Timetable
from storage.records import Run

EVERY = timedelta(minutes=30)
TICK = timedelta(seconds=5)
SPACING_SECONDS = 2.0
START = datetime(2026, 3, 18, 2, tzinfo=UTC)


@dataclass
class Country:
    """Sites that are visited in virtual time. `late` is by how much each visit began after an interval was over."""

    timetable: Timetable
    visit: timedelta
    ended: dict[str, datetime]
    under_way: list[tuple[datetime, str]] = field(default_factory=list)
    waiting: deque[str] = field(default_factory=deque)
    late: list[timedelta] = field(default_factory=list)
    cpu_seconds: float = 0.0

    def tick(self, now: datetime) -> None:
        """End what has ended, begin what is due; only the timetable's own time is counted."""
        over = []
        while self.under_way and self.under_way[0][0] <= now:
            over.append(heapq.heappop(self.under_way))
        busy = {f"{id}.example.org" for id in (*(id for _, id in self.under_way), *self.waiting)}
        began = time.process_time()
        for at, id in over:
            self.timetable.visited(_run(id, at), now)
        groups = self.timetable.take(now, busy=busy, hosts=hosts_a_tick(self.timetable.hosts))
        self.cpu_seconds += time.process_time() - began
        self.ended |= {id: at for at, id in over}
        self.waiting += [source.id for group in groups for source in group]
        while self.waiting and len(self.under_way) < hosts_at_once(self.timetable.hosts):
            id = self.waiting.popleft()
            self.late.append(now - self.ended[id] - EVERY)
            heapq.heappush(self.under_way, (now + self.visit, id))


def _run(id: str, at: datetime) -> Run:
    return Run(
        source=id, started_at=at, finished_at=at, outcome="unchanged", cause=None, error=None, listed=0, new=0,
        announcements=0, requests=1,
    )  # fmt: skip


def _site(id: str) -> Source:
    return validate(Source, {
        "id": id, "name": id, "region": "460000", "level": "city", "kind": "government",
        "listings": (f"https://{id}.example.org/list/",),
    }, file="a benchmark")  # fmt: skip


def opened(sites: int, visit: timedelta) -> Country:
    """Return a country whose sites were visited last at moments spread over an interval."""
    sources = [_site(f"s{n}") for n in range(sites)]
    ended = {one.id: START - EVERY * (n % 3600) / 3600 for n, one in enumerate(sources)}
    timetable = Timetable()
    standings = {id: (_run(id, at), 0) for id, at in ended.items()}
    timetable.fill(sources, {one.id: Pace(every=EVERY) for one in sources}, standings, START)
    return Country(timetable=timetable, visit=visit, ended=ended)


def main() -> None:
    """Turn the clock and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=14_000)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--answer", type=float, default=2.0)
    parser.add_argument("--poll", type=float, default=10.0)
    chosen = parser.parse_args()
    began = time.process_time()
    country = opened(chosen.sites, timedelta(seconds=SPACING_SECONDS + chosen.answer))
    start_seconds = time.process_time() - began
    ticks = timedelta(minutes=chosen.minutes) // TICK
    for number in range(ticks):
        country.tick(START + number * TICK)
    passed, late = ticks * TICK, sorted(country.late)
    polls = len(late) / passed.total_seconds()
    keeping = country.cpu_seconds / passed.total_seconds()
    table = Table("figure", "measured", "limit", title=f"{chosen.sites} sites, {chosen.minutes} virtual minutes")
    for figure, measured, limit in (
        ("visits an hour", f"{polls * 3600:.0f}", f"{chosen.sites * 2}"),
        ("latest visit, seconds", f"{late[-1].total_seconds():.0f}", f"{JITTER_SHARE * EVERY.total_seconds():.0f}"),
        ("declaring and planning all, CPU s", f"{start_seconds:.1f}", "3"),
        ("timetable, share of a core", f"{keeping:.2%}", ""),
        ("with polls, share of a core", f"{keeping + polls * chosen.poll / 1000:.1%}", "10%"),
        ("memory, MB", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}", "350"),
    ):  # fmt: skip
        table.add_row(figure, measured, limit)
        told = float(measured.removesuffix("%"))
        most = float(limit.removesuffix("%")) if limit and figure != "visits an hour" else None
        note_figure(f"{chosen.sites} sites: {figure}", told, "%" * measured.endswith("%"), at_most=most)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
