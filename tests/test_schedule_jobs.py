"""The daemon's periodic jobs: guarded, never twice at once, and not stopped by a clock that is set back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import apscheduler.schedulers.base
import pytest

from crawler.visit import utc_now
from scheduler.config.program import Program
from scheduler.daemon import jobs as periodic
from scheduler.daemon.jobs import Job, Jobs

PROGRAM: Any = object()  # jobs get it and these do nothing with it


PATIENCE_SECONDS = 20.0  # for a busy machine


async def until(came: Callable[[], bool]) -> None:
    """Wait until something came, or for as long as patience lasts."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not came() and time.monotonic() < deadline:  # noqa: ASYNC110  what is waited for tells nobody
        await asyncio.sleep(0.02)


def run_for(seconds: float, *made: Job, then: Callable[[Jobs], Awaitable[None]] | None = None) -> Jobs:
    """Run jobs for so long, then until something is done with them, and return them."""

    async def main() -> Jobs:
        found = Jobs(made, program=lambda: PROGRAM, clock=utc_now)
        found.start()
        await asyncio.sleep(seconds)
        if then is not None:
            await then(found)
        found.pause()
        await found.end(timeout_seconds=5)
        return found

    return asyncio.run(main())


def test_job_that_fails_goes_on_and_harms_no_other(capfd: pytest.CaptureFixture[str]) -> None:
    """A failing job is tried again at each of its times and logged once; another job does not notice."""
    done: list[datetime] = []

    async def fails(_program: Program, _now: datetime) -> None:
        raise ValueError("broken")

    async def works(_program: Program, now: datetime) -> None:
        done.append(now)

    async def three_of_each(jobs: Jobs) -> None:
        await until(lambda: len(done) >= 3 and jobs.states["bad"].failures >= 3)

    made = (Job(name="bad", seconds=0.1, run=fails), Job(name="good", seconds=0.1, run=works))
    found = run_for(0.1, *made, then=three_of_each)
    assert len(done) >= 3
    assert found.states["bad"].failures >= 3
    assert found.states["bad"].error == "ValueError: broken"
    assert found.states["good"].error is None
    said = capfd.readouterr()
    assert (said.out + said.err).count("job failed") == 1


def test_job_that_works_again_has_no_failures() -> None:
    """The state of a job is that of its last run."""
    faults = [ValueError("broken"), ValueError("broken")]

    async def fails_twice(_program: Program, _now: datetime) -> None:
        if faults:
            raise faults.pop()

    async def works_again(jobs: Jobs) -> None:
        await until(lambda: not faults and jobs.states["job"].failures == 0)

    state = run_for(0.1, Job(name="job", seconds=0.1, run=fails_twice), then=works_again).states["job"]
    assert (state.failures, state.error) == (0, None)
    assert state.ended_at is not None


def test_job_never_runs_twice_at_once() -> None:
    """A job that takes longer than its interval is not begun again before it ends; at the end it is waited for."""
    running, most, ended = 0, 0, 0

    async def slow(_program: Program, _now: datetime) -> None:
        nonlocal running, most, ended
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.25)
        running -= 1
        ended += 1

    run_for(0.35, Job(name="slow", seconds=0.05, run=slow))
    assert most == 1
    assert running == 0
    assert ended == 2


class Turned(datetime):
    """The clock of APScheduler, which can be set."""

    by = timedelta(0)

    @classmethod
    def now(cls, tz: Any = None) -> Turned:
        moment = datetime.now(tz) + cls.by
        return cls.combine(moment.date(), moment.timetz())


@pytest.mark.parametrize("hours", [-8, 8])
def test_clock_that_jumps_stops_no_job(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """With the clock set eight hours back or ahead, jobs go on at their intervals, and none is made up for twice."""
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Turned)
    monkeypatch.setattr(periodic, "datetime", Turned)
    monkeypatch.setattr(periodic, "CLOCK_CHECK_SECONDS", 0.1)
    monkeypatch.setattr(Turned, "by", timedelta(0))
    ran: list[datetime] = []

    async def job(_program: Program, _now: datetime) -> None:
        ran.append(datetime.now(UTC))

    async def jump(_jobs: Jobs) -> None:
        ran.clear()
        Turned.by = timedelta(hours=hours)
        await until(lambda: len(ran) >= 4)

    run_for(0.3, Job(name="job", seconds=0.2, run=job), then=jump)
    assert 4 <= len(ran) <= 7  # to be made up for were 144,000
