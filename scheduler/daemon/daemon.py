"""Run the daemon: visit the sources that are due, deliver the messages that wait, and end cleanly.

tick ─ due sources ─ crawl ─┐
                            ├─ archive and outbox
deliver ────────────────────┘
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from crawler.toml import ConfigurationError
from crawler.visit import utc_now
from scheduler.config.log import get_logger
from scheduler.config.program import Program, adopt_earlier_ids, reread
from scheduler.config.written import ConfigFile
from scheduler.daemon.jobs import Job, JobRun, Jobs, Service
from scheduler.daemon.monitor.service import Monitor
from scheduler.daemon.review_process import ReviewProcess
from scheduler.daemon.upkeep import back_up, prune
from scheduler.feeds.files import write_feeds
from scheduler.health.job import Watch
from scheduler.notify.dispatch import dispatch_of
from scheduler.notify.due_briefs import send_due_briefs
from scheduler.notify.remind import remind
from scheduler.notify.rounds import Rounds
from scheduler.sources.recheck import recheck
from scheduler.sources.weekly_audit import audit_weekly
from scheduler.visits.round import Visiting
from storage.errors import ArchiveMovedError

log = get_logger()

TICK_SECONDS = 5.0
DELIVER_SECONDS = 5.0
DELIVER_WAIT_SECONDS = 2.0  # for rounds to end; one that hangs goes on beside the next ones
CONFIGURATION_SECONDS = 5.0
REMIND_SECONDS = 300.0
UPKEEP_SECONDS = 24 * 3600.0
STOP_SECONDS = 60.0  # how long a running visit may take to end; its hard limit is the timeout of one request


class Daemon:
    """Does all work that is due because time passes. `program` is the present one: a reload replaces it."""

    def __init__(self, program: Program, *, config: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self.program = program
        self.clock = clock
        self.visiting = Visiting(program, clock=clock, after=self._deliver_now)
        self.jobs = Jobs(
            (
                Job(name="tick", seconds=TICK_SECONDS, run=_in_place(self.visiting.tick)),
                Job(name="learn", seconds=UPKEEP_SECONDS, run=_in_place(self.visiting.learn)),
                Job(name="deliver", seconds=DELIVER_SECONDS, run=_in_place(self._deliver)),
                Job(name="briefs", seconds=60, run=_in_place(send_due_briefs)),
                Job(name="feeds", seconds=60, run=_in_place(_write_feeds)),
                Job(name="remind", seconds=REMIND_SECONDS, run=_in_place(remind)),
                Job(name="watch", seconds=60, run=Watch().run),
                Job(name="backup", seconds=600, run=_in_place(back_up)),
                Job(name="configuration", seconds=CONFIGURATION_SECONDS, run=self._look_at_the_file),
                Job(name="prune", seconds=UPKEEP_SECONDS, run=_in_place(prune)),
                Job(name="recheck", seconds=UPKEEP_SECONDS, run=_in_place(recheck)),
                Job(name="audit", seconds=7 * UPKEEP_SECONDS, run=_in_place(audit_weekly)),
            ),
            program=lambda: self.program,
            clock=clock,
        )
        self._config = config
        self._file_mark = ConfigFile(config).mark()
        self._dispatch = dispatch_of(program.settings)
        self._services: tuple[Service, ...] = (Monitor(), ReviewProcess(config))
        self._rounds = Rounds()
        self._reloading = asyncio.Lock()
        self._reloads: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT, then let what is under way come to its end. SIGHUP reads the configuration."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._ask_for_reload)
        self.visiting.begin(self.program, self.clock())
        for service in self._services:
            await _guarded(service.start(self.program, self.jobs), service)
        self.jobs.start()
        log.info("watching", sources=len(self.program.sources), archive=str(self.program.settings.archive.path))
        await self._stop.wait()
        await self._end()

    async def _look_at_the_file(self, _program: Program, _now: datetime) -> None:
        """Take up a change that was made on a page or by `setup`; what is changed by hand waits for SIGHUP."""
        mark = ConfigFile(self._config).mark()
        if mark != self._file_mark:
            self._file_mark = mark
            self._ask_for_reload()

    def _ask_for_reload(self) -> None:
        task = asyncio.get_running_loop().create_task(self._reload())
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)

    async def _reload(self) -> None:
        """Take up the configuration as it is now: sources, lexicon, endpoints, schedule. Faulty, it changes nothing."""
        async with self._reloading:
            try:
                program = await asyncio.to_thread(reread, self.program, self._config)
            except ConfigurationError as error:
                faults = [str(fault) for fault in error.faults]
                log.error("configuration has faults: nothing was changed", faults=faults)  # noqa: TRY400  the faults say it
                return
            adopt_earlier_ids(program.settings, program.context.archive)
            before, self.program = self.program, program
            self._dispatch = dispatch_of(program.settings)
            program.context.hosts.space(program.settings.crawl.delay_seconds)
            self.visiting.change(program, self.clock())
            for service in self._services:
                await _guarded(service.reloaded(program), service)
            log.info("configuration read again", sources=len(program.sources), **_difference(before, program))
            await self.visiting.learn(program, self.clock())

    async def _deliver_now(self) -> None:
        with contextlib.suppress(ArchiveMovedError):  # the job says so, and the operator is told
            await _in_place(self._deliver)(self.program, self.clock())

    async def _deliver(self, program: Program, _now: datetime) -> None:
        self._rounds.begin(program.context.archive, self._dispatch, clock=self.clock)
        await self._rounds.wait(timeout_seconds=DELIVER_WAIT_SECONDS)

    async def _end(self) -> None:
        """Stop asking, let visits end, deliver what they found, then stop the clock.

        In this order: the scheduler's own shutdown cancels running jobs, and a cancelled crawl goes on unseen.
        """
        log.info("stopping", visits=len(self.visiting.hosts))
        self.jobs.pause()
        for service in self._services:
            await _guarded(service.stopping(), service)
        await self.visiting.stop(timeout_seconds=STOP_SECONDS)
        await self._deliver_now()
        await self._rounds.end(timeout_seconds=STOP_SECONDS)
        await self.jobs.end(timeout_seconds=STOP_SECONDS)
        for service in reversed(self._services):
            await _guarded(service.stop(), service)
        log.info("stopped")


def _difference(before: Program, after: Program) -> dict[str, list[str]]:
    """Return which sources a reload has added and removed."""
    old, new = ({source.id for source in program.sources} for program in (before, after))
    return {"added": sorted(new - old), "removed": sorted(old - new)}


def _in_place(run: JobRun) -> JobRun:
    """Return a job that fails while the archive does not lie where it was opened: what it keeps would be lost.

    So nobody is told of what is not kept, and no backup is made of another file.
    """

    async def checked(program: Program, now: datetime) -> None:
        program.context.archive.check_place()
        await run(program, now)

    return checked


async def _write_feeds(program: Program, _now: datetime) -> None:
    write_feeds(program.context.archive, program.settings)


async def _guarded(work: Awaitable[None], service: Service) -> None:
    try:
        await work
    except Exception as error:
        log.exception("service failed", service=service.name, error=f"{type(error).__name__}: {error}")
