"""Decide from the signs of life whether the daemon lives and does its work. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.upkeep.vitals import QueueHead

TURN_LIMIT = timedelta(seconds=60)  # without a turn of the loop; SQLite alone may hold it for 30 s
JOB_LIMIT = timedelta(minutes=2)  # past its interval, before a job counts as standing still
OVERDUE_LIMIT = timedelta(minutes=3)  # a message that is due goes out within 5 s, or has a new time
FAILING_LIMIT = timedelta(minutes=15)  # of an endpoint that takes nothing: nobody restarts a receiver for so long
LEAST_DISK_MB = 200  # a day's pages of the whole catalogue
VITAL_JOBS = ("tick", "deliver")  # the jobs without which nothing is found or told


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSign:
    """How a job does: when it last ended (None: not yet), how often it has failed since it last ended well."""

    every: timedelta
    ended_at: datetime | None
    failures: int
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The signs of life of the daemon. `turned` is how long ago its loop turned; `archive` is what is wrong with it.

    `troubles` are what else keeps alerts from people, in words.
    """

    turned: timedelta
    started_at: datetime
    is_stopping: bool
    jobs: Mapping[str, JobSign]
    archive: str | None = None
    disk_free_mb: int | None = None
    heads: Iterable[QueueHead] = ()
    troubles: Iterable[str] = ()


def is_alive(signs: Signs) -> bool:
    """True while the loop turns."""
    return signs.turned <= TURN_LIMIT


def hangs(signs: Signs, now: datetime) -> bool:
    """True when the loop or a job that matters stands still: only a restart helps. A job that fails does not hang."""
    return not is_alive(signs) or any(_late_by(signs.jobs.get(name), signs, now) for name in VITAL_JOBS)


def reasons_against(signs: Signs, now: datetime) -> list[str]:
    """Return why the daemon does not do its work, empty when it does."""
    found = [] if is_alive(signs) else [f"the loop has not turned for {signs.turned.total_seconds():.0f} s"]
    if signs.is_stopping:
        found.append("the daemon is stopping")
    if signs.archive:
        found.append(f"the archive cannot be written: {signs.archive}")
    if signs.disk_free_mb is not None and signs.disk_free_mb < LEAST_DISK_MB:
        found.append(f"{signs.disk_free_mb} MB are free on the archive's disk")
    for name in VITAL_JOBS:
        found += _job(name, signs, now)
    watch = signs.jobs.get("watch")
    if watch is not None and watch.failures:
        found.append(f"watch has failed {watch.failures} times: {watch.error}")
    for head in signs.heads:
        found += _delivery(head, now)
    found += signs.troubles
    return found


def _job(name: str, signs: Signs, now: datetime) -> Iterator[str]:
    job = signs.jobs.get(name)
    if job is None:
        yield f"{name} is not running"
        return
    if job.failures:
        yield f"{name} has failed {job.failures} times: {job.error}"
    late = _late_by(job, signs, now)
    if late:
        yield f"{name} has not ended for {late.total_seconds():.0f} s"


def _late_by(job: JobSign | None, signs: Signs, now: datetime) -> timedelta | None:
    """Return how long a job has not ended, None while that is no longer than it may take."""
    if job is None:
        return None
    silent = now - (job.ended_at or signs.started_at)
    return silent if silent > job.every + JOB_LIMIT else None


def _delivery(head: QueueHead, now: datetime) -> Iterator[str]:
    if now - head.next_attempt_at > OVERDUE_LIMIT:
        yield f"a message to {head.endpoint} is overdue by {(now - head.next_attempt_at).total_seconds():.0f} s"
    if head.failing_since and now - head.failing_since > FAILING_LIMIT:
        minutes = (now - head.failing_since).total_seconds() / 60
        yield f"{head.endpoint} has taken nothing for {minutes:.0f} minutes"
