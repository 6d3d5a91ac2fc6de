"""14,000 sites every half hour by the daemon's own scheduler: is any visit late, and what does each part cost?

    python benchmarks/country.py [--sites 14000] [--virtual-minutes 30] [--real-minutes 5]

First the ticks of the real scheduler, over a clock that is turned: visits wait for room, take the spacing and the
answer, and end; nothing is fetched. Then the real daemon, for some minutes, over sites on loopback addresses of their
own: all were visited in the last half hour and answer that nothing has changed. What both spend is put together to the
share of a core that a country takes. CPU seconds are those of this machine as busy as it is: its load is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import country_sites
import psutil
from figures import note_figure
from rich.console import Console
from rich.table import Table

from crawler.sources import Source
from scheduler.config import config, log
from scheduler.config.config import Settings
from scheduler.config.program import program
from scheduler.health.source_looks import SourceLooks
from scheduler.health.watch import look
from scheduler.visits.crawls import hosts_at_once
from scheduler.visits.learning import PaceQuestion, answer
from scheduler.visits.pace import JITTER_SHARE
from scheduler.visits.round import Visiting
from storage.records import Run

EVERY = country_sites.EVERY
TICK = timedelta(seconds=5)
VISIT = timedelta(seconds=4)  # 2 s of spacing, 2 s until the answer is there
MOST_LATE_SECONDS = JITTER_SHARE * EVERY.total_seconds()
MOST_SHARE, MOST_MB, MOST_START_SECONDS = 0.1, 350, 3.0
A_DAY_SECONDS = 86_400


@dataclass
class VirtualCrawls:
    """Stands where the crawls stand, and lets visits pass in virtual time. `late` is by how much each began."""

    room: asyncio.Semaphore
    now: datetime
    ended: dict[str, datetime]
    under_way: list[tuple[datetime, int, asyncio.Future[None]]] = field(default_factory=list)
    late: list[timedelta] = field(default_factory=list)

    def make_room(self, watched: int) -> None:
        """Keep the room: that of the real crawls for so many hosts."""

    def change(self, _context: object) -> None:
        """Go on: nothing here depends on settings."""

    async def visit(self, sources: Sequence[Source]) -> list[Run]:
        """Visit sources of one host."""
        async with self.room:
            began = self.now
            over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            heapq.heappush(self.under_way, (began + VISIT, id(over), over))
            await over
        for source in sources:
            self.late.append(began - self.ended[source.id] - EVERY)
            self.ended[source.id] = self.now
        return [
            Run(source=source.id, started_at=began, finished_at=self.now, outcome="unchanged", requests=1)
            for source in sources
        ]

    async def pass_until(self, moment: datetime) -> None:
        """End the visits that end until a moment, each at its own."""
        while self.under_way and self.under_way[0][0] <= moment:
            self.now, _, over = heapq.heappop(self.under_way)
            over.set_result(None)
            for _ in range(4):
                await asyncio.sleep(0)
        self.now = moment


@dataclass
class Parts:
    """What was measured: CPU seconds of single things, and of how many visits."""

    begin: float = 0.0
    plan: float = 0.0
    tick_idle: float = 0.0
    virtual: float = 0.0
    virtual_visits: int = 0
    late: list[timedelta] = field(default_factory=list)
    learn: float = 0.0
    first_look: float = 0.0
    next_look: float = 0.0


async def virtual(settings: Settings, minutes: int) -> Parts:
    """Turn the clock of the real scheduler, and return what its parts took."""
    parts, start = Parts(), datetime.now(UTC)
    with program(settings, settings.named(())) as opened:
        archive = opened.context.archive
        ended = dict(country_sites.last_visits(archive))
        crawls = VirtualCrawls(room=asyncio.Semaphore(hosts_at_once(len(ended))), now=start, ended=ended)
        visiting = Visiting(opened, clock=lambda: crawls.now, after=_nothing)
        visiting._crawls = crawls  # type: ignore[assignment]  # what a poll costs is measured with the daemon below
        with _counted(parts, "begin"):
            visiting.begin(opened, start)
        rhythmic = replace(opened, settings=_adaptive(settings))
        with _counted(parts, "plan"):
            visiting.change(rhythmic, start)
        visiting.change(opened, start)
        with _counted(parts, "tick_idle"):
            await visiting.tick(opened, start - EVERY / 2)
        with _counted(parts, "virtual"):
            for number in range(timedelta(minutes=minutes) // TICK):
                await crawls.pass_until(start + number * TICK)
                await visiting.tick(opened, crawls.now)
                await asyncio.sleep(0)
        parts.late, parts.virtual_visits = sorted(crawls.late), len(crawls.late)
        with _counted(parts, "learn"):
            answer(PaceQuestion(archive=settings.archive.path, sources=opened.sources,
                            schedule=rhythmic.settings.schedule, now=start))  # fmt: skip
        seen = SourceLooks()
        with _counted(parts, "first_look"):
            look(archive, settings, opened.sources, start, {}, seen)
        country_sites.visit_again(archive, opened.sources[: round(60 * len(ended) / EVERY.total_seconds())], start)
        with _counted(parts, "next_look"):
            look(archive, settings, opened.sources, start, {}, seen)
    return parts


def _adaptive(settings: Settings) -> Settings:
    """Return settings by which the paces follow rhythms, as they do by default; the visits here are at fixed times."""
    return settings.model_copy(update={"schedule": settings.schedule.model_copy(update={"adaptive": True})})


async def _nothing() -> None:
    pass


@contextmanager
def _counted(parts: Parts, name: str) -> Iterator[None]:
    began = time.process_time()
    yield
    setattr(parts, name, time.process_time() - began)


@dataclass
class Daemon:
    """How the real daemon did: CPU seconds until it watches and after that, MB at most, lateness of visits."""

    start: float
    start_wall: float
    cpu: float
    seconds: float
    mb: float
    mb_of_children: float
    late: list[float]


def real(path: Path, minutes: float) -> Daemon:
    """Run the daemon over its sites, and return how it did."""
    before = dict(country_sites.last_visits_at(path.with_name("archive.db")))
    began = time.monotonic()
    with path.with_name("daemon.log").open("w", encoding="utf-8") as out:
        command = [sys.executable, "-m", "scheduler", "run", "--config", str(path), "--log", "json"]
        child = psutil.Popen(command, stderr=out, stdout=subprocess.DEVNULL)
    while "watching" not in path.with_name("daemon.log").read_text(encoding="utf-8"):
        if child.poll() is not None:
            raise SystemExit(path.with_name("daemon.log").read_text(encoding="utf-8"))
        time.sleep(0.05)
    start, start_wall, mb, below = sum(child.cpu_times()[:2]), time.monotonic() - began, 0.0, 0.0
    while time.monotonic() - began < start_wall + minutes * 60:
        time.sleep(1)
        mb = max(mb, child.memory_info().rss / 1e6)
        below = max(below, sum(one.memory_info().rss for one in child.children(recursive=True)) / 1e6)
    cpu, seconds = sum(child.cpu_times()[:2]) - start, time.monotonic() - began - start_wall
    child.send_signal(signal.SIGTERM)
    child.wait(90)
    with sqlite3.connect(path.with_name("archive.db")) as db:
        rows = db.execute("SELECT source, started_at, finished_at FROM runs ORDER BY id").fetchall()
    late = []
    for id, started, finished in rows[-(len(rows) - len(before)) :]:
        late.append((datetime.fromisoformat(started) - before[id] - EVERY).total_seconds())
        before[id] = datetime.fromisoformat(finished)
    return Daemon(start=start, start_wall=start_wall, cpu=cpu, seconds=seconds, mb=mb, mb_of_children=below,
                  late=sorted(late))  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=14_000)
    parser.add_argument("--virtual-minutes", type=int, default=30)
    parser.add_argument("--real-minutes", type=float, default=5)
    chosen = parser.parse_args()
    log.quiet()
    with tempfile.TemporaryDirectory() as folder, country_sites.served() as port:
        path = country_sites.write(Path(folder), chosen.sites, port)
        reading = time.process_time()
        settings = config.load(path)
        reading = time.process_time() - reading
        country_sites.fill(settings)
        parts = asyncio.run(virtual(settings, chosen.virtual_minutes))
        country_sites.fill(settings)
        daemon = real(path, chosen.real_minutes)
    show(chosen.sites, reading, parts, daemon, virtual_hours=chosen.virtual_minutes / 60)


def shares_of(sites: int, parts: Parts, daemon: Daemon) -> dict[str, tuple[float, str, float]]:
    """Return what each part costs, in which unit, and its share of a core."""
    a_second = sites / EVERY.total_seconds()
    scheduling = parts.virtual / parts.virtual_visits
    learning, looking = parts.learn / A_DAY_SECONDS, parts.next_look / 60
    visit = daemon.cpu / max(1, len(daemon.late))
    return {
        "scheduling: ticks, timetable, tasks": (scheduling * 1000, "ms a visit", scheduling * a_second),
        "the watch over freshness, each minute": (parts.next_look, "s", looking),
        "learning, each day": (parts.learn, "s", learning),
        "all else of the daemon: polls, archive, jobs": (
            (visit - scheduling - looking / a_second) * 1000, "ms a visit", (visit - scheduling) * a_second - looking,
        ),
    }  # fmt: skip


def show(sites: int, reading: float, parts: Parts, daemon: Daemon, *, virtual_hours: float) -> None:
    """Print every part with its share of a core, and the figures with their limits."""
    shares = shares_of(sites, parts, daemon)
    table = Table("part", "CPU", "", "share of a core", title=f"{sites} sites, load {os.getloadavg()[0]:.1f}")
    for name, (cost, unit, share) in shares.items():
        table.add_row(name, f"{cost:.2f}", unit, f"{share:.2%}")
    table.add_row("all", "", "", f"{sum(share for *_, share in shares.values()):.2%}")
    for name, seconds in (
        ("reading the configuration", reading), ("planning all visits", parts.begin),
        ("the same by rhythms", parts.plan), ("an idle tick", parts.tick_idle),
        ("the first look after a start, in a thread", parts.first_look),
    ):  # fmt: skip
        table.add_row(name, f"{seconds:.3f}", "s", "")
    Console(width=110).print(table)
    figures = Table("figure", "measured", "limit")
    for figure, measured, unit, limit in (
        ("visits an hour, virtual", parts.virtual_visits / virtual_hours, "", None),
        ("latest visit, virtual", parts.late[-1].total_seconds(), "s", MOST_LATE_SECONDS),
        ("visits of the daemon an hour", len(daemon.late) / daemon.seconds * 3600, "", None),
        ("latest visit of the daemon", daemon.late[-1] if daemon.late else 0.0, "s", MOST_LATE_SECONDS),
        ("CPU until it watches, by rhythms", daemon.start + parts.plan - parts.begin, "s", MOST_START_SECONDS),
        ("seconds until it watches", daemon.start_wall, "s", None),
        ("memory of the daemon", daemon.mb, "MB", MOST_MB),
        ("memory of its readers", daemon.mb_of_children, "MB", None),
        ("share of a core, daemon as it ran", daemon.cpu / daemon.seconds * 100, "%", None),
        ("share of a core, all parts", sum(share for *_, share in shares.values()) * 100, "%", MOST_SHARE * 100),
    ):  # fmt: skip
        figures.add_row(figure, f"{measured:.1f} {unit}", "" if limit is None else f"{limit:g}")
        note_figure(f"{sites} sites: {figure}", measured, unit, at_most=limit)
    Console(width=110).print(figures)


if __name__ == "__main__":
    main()
