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

LONGEST_SECONDS = 30.0  # that a busy machine may take
INTERVAL_SECONDS = 0.2
PROGRAM: Any = object()  # jobs get it and these do nothing with it


async def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so, for as long as a busy machine may take."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def run_until(
    condition: Callable[[Jobs], bool], *made: Job, then: Callable[[Jobs], Awaitable[None]] | None = None
) -> Jobs:
    """Run jobs until something is so of them, and return them."""

    async def main() -> Jobs:
        found = Jobs(made, program=lambda: PROGRAM, clock=utc_now)
        found.start()
        await wait_for(lambda: condition(found))
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

    bad, good = Job(name="bad", seconds=0.1, run=fails), Job(name="good", seconds=0.1, run=works)
    found = run_until(lambda jobs: len(done) >= 3 and jobs.states["bad"].failures >= 3, bad, good)
    assert found.states["bad"].error == "ValueError: broken"
    assert found.states["good"].error is None
    said = capfd.readouterr()
    assert (said.out + said.err).count("job failed") == 1


def test_job_that_works_again_has_no_failures() -> None:
    """The state of a job is that of its last run."""
    tries = 0

    async def fails_twice(_program: Program, _now: datetime) -> None:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise ValueError("broken")

    job = Job(name="job", seconds=0.1, run=fails_twice)
    state = run_until(lambda jobs: tries > 2 and not jobs.states["job"].failures, job).states["job"]
    assert (state.failures, state.error) == (0, None)
    assert state.ended_at is not None


def test_job_never_runs_twice_at_once() -> None:
    """A job that takes longer than its interval is not begun again before it ends; at the end it is waited for."""
    running, most, ended = 0, 0, 0

    async def slow(_program: Program, _now: datetime) -> None:
        nonlocal running, most, ended
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.15)
        running -= 1
        ended += 1

    run_until(lambda _: ended == 2 and running == 1, Job(name="slow", seconds=0.05, run=slow))
    assert most == 1
    assert running == 0
    assert ended == 3


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
        began = time.monotonic()
        await wait_for(lambda: len(ran) >= 3)
        await asyncio.sleep(0.5)  # a run for each of the hours would come now
        assert len(ran) <= 4 + (time.monotonic() - began) / INTERVAL_SECONDS

    run_until(lambda _: bool(ran), Job(name="job", seconds=INTERVAL_SECONDS, run=job), then=jump)
    assert len(ran) >= 3
