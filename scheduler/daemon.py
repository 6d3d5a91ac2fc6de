"""The daemon: visits what is due, delivers what waits, and ends cleanly.

tick ─ due sources ─ crawl ─┐
                            ├─ archive and outbox
deliver ────────────────────┘
"""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from crawler.sources import Source
from scheduler.crawl import Crawls, by_host, host_of
from scheduler.notify.deliver import deliver_due
from scheduler.notify.dispatch import dispatch_of
from scheduler.notify.feed_files import write_feeds
from scheduler.polling import next_due
from scheduler.setup import Program
from storage.checks import standing_here
from storage.records import Run

log = structlog.get_logger()

TICK_SECONDS = 5
DELIVER_SECONDS = 5
FEEDS_SECONDS = 60
STOP_SECONDS = 60.0  # how long a running visit may take to end; its hard limit is the timeout of one request


class Daemon:
    """Whatever happens because time passes."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._crawls = Crawls(program.context)
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._visiting: dict[str, asyncio.Task[None]] = {}
        self._standings: dict[str, tuple[Run | None, int]] = {}  # only this process crawls: nobody else changes them
        self._delivering = asyncio.Lock()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT, then let what is under way come to its end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        jobs = ((self._tick, TICK_SECONDS), (self._deliver, DELIVER_SECONDS), (self._write_feeds, FEEDS_SECONDS))
        for job, seconds in jobs:
            # A run that is missed (a suspended machine, a busy loop) is made up for once; the default drops it.
            self._scheduler.add_job(
                job, "interval", seconds=seconds, next_run_time=datetime.now(UTC), misfire_grace_time=None,
                coalesce=True, max_instances=1,
            )  # fmt: skip
        self._scheduler.start()
        log.info("watching", sources=len(self._program.sources), archive=str(self._program.settings.archive.path))
        await self._stop.wait()
        await self._end()

    async def _tick(self) -> None:
        """Start a visit to each host that has sources due and no visit under way."""
        due = [source for source in self._program.sources if self._is_due(source)]
        for group in by_host(due):
            host = host_of(group[0])
            if host not in self._visiting:
                self._visiting[host] = asyncio.create_task(self._visit(host, group))

    def _is_due(self, source: Source) -> bool:
        if source.id not in self._standings:
            archive = self._program.context.archive
            self._standings[source.id] = standing_here(archive.checks.of(source.id), *archive.runs.standing(source.id))
        last, failures = self._standings[source.id]
        schedule, now = self._program.settings.schedule, datetime.now(UTC)
        every = source.interval(schedule.every)
        return next_due(last, failures, every=every, adaptive=schedule.adaptive, now=now) <= now

    async def _visit(self, host: str, group: list[Source]) -> None:
        try:
            await self._crawls.visit(group)
        finally:
            for source in group:
                self._standings.pop(source.id, None)
            del self._visiting[host]
        await self._deliver()

    async def _deliver(self) -> None:
        async with self._delivering:
            archive, dispatch = self._program.context.archive, dispatch_of(self._program.settings)
            await deliver_due(archive, dispatch, clock=lambda: datetime.now(UTC))

    async def _write_feeds(self) -> None:
        write_feeds(self._program.context.archive, self._program.settings)

    async def _end(self) -> None:
        """Stop asking, let visits end, deliver what they found, then stop the clock.

        In this order: the scheduler's own shutdown cancels running jobs, and a cancelled crawl goes on unseen.
        """
        log.info("stopping", visits=len(self._visiting))
        self._scheduler.pause()
        await self._crawls.stop()
        if self._visiting:
            await asyncio.wait(self._visiting.values(), timeout=STOP_SECONDS)
        await self._deliver()
        self._scheduler.shutdown(wait=False)
        log.info("stopped")
