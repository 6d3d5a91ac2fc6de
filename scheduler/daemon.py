"""The daemon: visits what is due, delivers what waits, and ends cleanly.

tick ─ due sources ─ crawl ─┐
                            ├─ archive and outbox
deliver ────────────────────┘
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog

from crawler.sources import Source
from scheduler.crawl import Crawls, by_host, host_of
from scheduler.jobs import Job, Jobs, Service
from scheduler.monitor.service import Monitor
from scheduler.notify.deliver import deliver_due
from scheduler.notify.dispatch import dispatch_of
from scheduler.notify.feed_files import write_feeds
from scheduler.polling import next_due
from scheduler.review_process import ReviewProcess
from scheduler.setup import Program
from storage.checks import standing_here
from storage.records import Run

log = structlog.get_logger()

STOP_SECONDS = 60.0  # how long a running visit may take to end; its hard limit is the timeout of one request


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Daemon:
    """Whatever happens because time passes. `program` is what it works with now: a reload replaces it."""

    def __init__(self, program: Program, *, config: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self.program = program
        self.clock = clock
        self.jobs = Jobs(
            (
                Job(name="tick", seconds=5, run=self._tick),
                Job(name="deliver", seconds=5, run=self._deliver),
                Job(name="feeds", seconds=60, run=_write_feeds),
            ),
            program=lambda: self.program,
            clock=clock,
        )
        self._services: tuple[Service, ...] = (Monitor(), ReviewProcess(config))
        self._crawls = Crawls(program.context)
        self._visiting: dict[str, asyncio.Task[None]] = {}
        self._standings: dict[str, tuple[Run | None, int]] = {}  # only this process crawls: nobody else changes them
        self._delivering = asyncio.Lock()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT, then let what is under way come to its end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        for service in self._services:
            await _guarded(service.start(self), service)
        self.jobs.start()
        log.info("watching", sources=len(self.program.sources), archive=str(self.program.settings.archive.path))
        await self._stop.wait()
        await self._end()

    async def _tick(self, program: Program, now: datetime) -> None:
        """Start a visit to each host that has sources due and no visit under way."""
        due = [source for source in program.sources if self._is_due(source, now)]
        for group in by_host(due):
            host = host_of(group[0])
            if host not in self._visiting:
                self._visiting[host] = asyncio.create_task(self._visit(host, group))

    def _is_due(self, source: Source, now: datetime) -> bool:
        if source.id not in self._standings:
            archive = self.program.context.archive
            self._standings[source.id] = standing_here(archive.checks.of(source.id), *archive.runs.standing(source.id))
        last, failures = self._standings[source.id]
        schedule = self.program.settings.schedule
        every = source.interval(schedule.every)
        return next_due(last, failures, every=every, adaptive=schedule.adaptive, now=now) <= now

    async def _visit(self, host: str, group: list[Source]) -> None:
        try:
            await self._crawls.visit(group)
        finally:
            for source in group:
                self._standings.pop(source.id, None)
            del self._visiting[host]
        await self._deliver(self.program, self.clock())

    async def _deliver(self, program: Program, _now: datetime) -> None:
        async with self._delivering:
            await deliver_due(program.context.archive, dispatch_of(program.settings), clock=self.clock)

    async def _end(self) -> None:
        """Stop asking, let visits end, deliver what they found, then stop the clock.

        In this order: the scheduler's own shutdown cancels running jobs, and a cancelled crawl goes on unseen.
        """
        log.info("stopping", visits=len(self._visiting))
        self.jobs.pause()
        for service in self._services:
            await _guarded(service.stopping(), service)
        await self._crawls.stop()
        if self._visiting:
            await asyncio.wait(self._visiting.values(), timeout=STOP_SECONDS)
        await self._deliver(self.program, self.clock())
        await self.jobs.end(timeout_seconds=STOP_SECONDS)
        for service in reversed(self._services):
            await _guarded(service.stop(), service)
        log.info("stopped")


async def _write_feeds(program: Program, _now: datetime) -> None:
    write_feeds(program.context.archive, program.settings)


async def _guarded(work: Awaitable[None], service: Service) -> None:
    try:
        await work
    except Exception as error:
        log.exception("service failed", service=service.name, error=f"{type(error).__name__}: {error}")
