"""Judge the machine by its disk and its clock. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from statistics import median

from storage.records import Run

GIB_BYTES = 1 << 30
SHARE_FREE, LEAST_FREE = 0.05, GIB_BYTES  # nearly full: less than the smaller of both
AGAIN_FREE_FACTOR = 1.2  # times that much must be free again: a log that is rotated must not open and resolve all day
CLOCK_OFF, CLOCK_RIGHT = 120.0, 60.0  # seconds: certificates and "today" still hold; portals differ by some seconds
AGREEING_HOSTS = 3  # whose clocks must agree that ours is wrong
HEARD_WITHIN = timedelta(hours=6)
AHEAD = timedelta(minutes=2)


def disk_problem(free: int, total: int, *, is_open: bool) -> str | None:
    """Return that the archive's disk is nearly full, None when it is not; sizes in bytes."""
    least = min(LEAST_FREE, total * SHARE_FREE) * (AGAIN_FREE_FACTOR if is_open else 1.0)
    if free >= least:
        return None
    return f"{free / GIB_BYTES:.2f} GiB of {total / GIB_BYTES:.0f} GiB are free"


def clock_problem(last_runs: Mapping[str, Iterable[Run]], now: datetime, *, is_open: bool) -> str | None:
    """Return that this machine's clock is wrong, None when it is not; `last_runs` by host.

    It is wrong by the median of what portals' clocks say, or when visits lie in the future.
    """
    runs = [run for of_host in last_runs.values() for run in of_host]
    future = max((run.started_at for run in runs), default=now)
    if future - now > AHEAD:
        return f"visits were recorded up to {future - now} ahead of now: the clock was wrong then, or was set back"
    heard = [
        max(offsets)
        for of_host in last_runs.values()
        if (offsets := [
            run.clock_offset_seconds for run in of_host
            if run.clock_offset_seconds is not None and now - run.finished_at < HEARD_WITHIN
        ])
    ]  # fmt: skip
    if len(heard) < AGREEING_HOSTS or abs(median(heard)) < (CLOCK_RIGHT if is_open else CLOCK_OFF):
        return None
    offset = median(heard)
    off = timedelta(seconds=round(abs(offset)))
    return f"it is {off} {'behind' if offset > 0 else 'ahead of'} the clocks of {len(heard)} portals"
