"""Run the daemon's periodic jobs. A job that fails is logged, and runs again at its next time.

APScheduler keeps the times: a run that is missed (a suspended machine, a busy loop) is made up for once, and a job
never runs twice at the same time. A clock that is set back it does not notice: every next run would then be hours
away. `Jobs` looks after that.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.config.log import get_logger

if TYPE_CHECKING:
    from scheduler.config.program import Program

log = get_logger()

JobRun: TypeAlias = "Callable[[Program, datetime], Awaitable[None]]"

CLOCK_CHECK_SECONDS = 5.0  # how often the clock is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that is done every so many seconds, on the loop, with the program as it is then and the time.

    It must not hold the loop for long; what takes more than a blink goes into `asyncio.to_thread`, where it opens the
    archive for itself (a connection belongs to one thread).
    """

    name: str
    seconds: float
    run: JobRun


@dataclass(slots=True, kw_only=True)
class JobState:
    """How a job does. `failures` counts from its last run that ended well; `error` is what the last run failed with.

    `seconds` is how long the last run took; None before the first has ended.
    """

    every: timedelta
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: float | None = None
    failures: int = 0
    error: str | None = None


class Service:
    """Runs beside the jobs for as long as the daemon does. A service that does not start is logged, no more."""

    name = ""

    async def start(self, program: Program, jobs: Jobs) -> None:
        """Begin, beside these jobs; they begin after it."""

    async def reloaded(self, program: Program) -> None:
        """Take up a configuration that was read again."""

    async def stopping(self) -> None:
        """The daemon begins to end; its visits still run."""

    async def stop(self) -> None:
        """End; visits and jobs have ended before, the archive is still open."""


class Jobs:
    """Runs jobs until it is told to end. `states` says how they do, by name."""

    def __init__(self, jobs: Iterable[Job], *, program: Callable[[], Program], clock: Callable[[], datetime]) -> None:
        self._jobs = tuple(jobs)
        self._program = program
        self.clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._running: set[asyncio.Task[None]] = set()
        self.clock_watch: asyncio.Task[None] | None = None
        self._states = {job.name: JobState(every=timedelta(seconds=job.seconds)) for job in self._jobs}

    @property
    def states(self) -> Mapping[str, JobState]:
        """How the jobs do, by name."""
        return self._states

    def start(self) -> None:
        """Run each job now, and from then on at its interval."""
        for job in self._jobs:
            self._scheduler.add_job(
                self._run, "interval", args=[job], id=job.name, seconds=job.seconds, next_run_time=datetime.now(UTC),
                misfire_grace_time=None, coalesce=True, max_instances=1,
            )  # fmt: skip
        self._scheduler.start()
        self.clock_watch = asyncio.create_task(self._watch_clock())

    def pause(self) -> None:
        """Start no job any more; those that run go on."""
        self._scheduler.pause()

    async def end(self, *, timeout_seconds: float) -> None:
        """Wait for the jobs that run, then forget all. Call `pause` before: the scheduler's own end cancels them."""
        if self._running:
            await asyncio.wait(self._running, timeout=timeout_seconds)
        if self.clock_watch is not None:
            self.clock_watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.clock_watch
        self._scheduler.shutdown(wait=False)

    async def _run(self, job: Job) -> None:
        """Run a job once. The first failure of several alike is logged with its traceback, and so is their end."""
        state, task = self._states[job.name], asyncio.current_task()
        assert task is not None
        self._running.add(task)
        state.started_at, started = self.clock(), asyncio.get_running_loop().time()
        try:
            await job.run(self._program(), state.started_at)
        except Exception as error:  # noqa: BLE001  a job's failure is that job's, never the daemon's
            _note_failure(job, state, error)
        else:
            _note_success(job, state)
        finally:
            self._running.discard(task)
            state.ended_at, state.seconds = self.clock(), asyncio.get_running_loop().time() - started

    async def _watch_clock(self) -> None:
        """Run at once whatever waits longer than its interval: the clock was set back."""
        while True:
            await asyncio.sleep(CLOCK_CHECK_SECONDS)
            now = datetime.now(UTC)
            late = [
                job
                for job in self._scheduler.get_jobs()
                if job.next_run_time is not None and job.next_run_time > now + self._states[job.id].every
            ]
            for job in late:
                job.modify(next_run_time=now)
            if late:
                log.warning("clock was set back", jobs=len(late), now=now.isoformat(timespec="seconds"))


def _note_failure(job: Job, state: JobState, error: Exception) -> None:
    said = f"{type(error).__name__}: {error}"
    if said != state.error:
        log.error("job failed", job=job.name, error=said, exc_info=error)
    state.error = said
    state.failures += 1


def _note_success(job: Job, state: JobState) -> None:
    if state.failures:
        log.info("job works again", job=job.name, failures=state.failures)
    state.error, state.failures = None, 0
