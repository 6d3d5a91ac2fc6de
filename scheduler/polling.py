"""When a source is due. Pure: rhythms and moments in, a moment out.

Portals publish during working hours: of 73 future-industry items of a wire 63 came between 07 and 18 o'clock, three
after 22. Looking seldom at night costs little and spares every portal a third of the requests.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import BEIJING, Run

NIGHT_STARTS, NIGHT_ENDS = 22, 7  # o'clock in Beijing
NIGHT_FACTOR = 4
JITTER = 0.1  # of the interval, earlier, fixed per source: sources with one rhythm do not all come at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Retreat:
    """How a failing source is left alone: its interval times `first`, doubling with each failure, at most `longest`."""

    first: float = 1.0
    longest: timedelta = timedelta(hours=2)


PASSING = Retreat()  # what a portal recovers from by itself: look again as usual, then seldom
STANDING = Retreat(first=2.0, longest=timedelta(hours=6))  # what stays until somebody mends it, here or there
SHUT = Retreat(first=4.0, longest=timedelta(hours=12))  # who shuts us out must not be knocked at
RETREATS = {
    "blocked": SHUT, "script_list": STANDING, "empty": STANDING, "4xx": STANDING, "robots": STANDING, "parse": STANDING,
    "tls": STANDING, "private": STANDING, "size": STANDING, "dns": PASSING, "timeout": PASSING, "connection": PASSING,
    "5xx": PASSING, "silence": PASSING, "limit": PASSING, "other": PASSING,
}  # fmt: skip


def next_due(last: Run | None, failures: int, *, every: timedelta, adaptive: bool, now: datetime) -> datetime:
    """Return when a source is to be visited next: now when it never was, else an interval after its last visit.

    `failures` are the unhealthy runs since the last healthy one. With `adaptive` the interval is four times as long
    while it is night in Beijing.
    """
    if last is None:
        return now
    interval = _retreated(last, failures, every) if failures else every
    factor = NIGHT_FACTOR if adaptive and is_night(now) else 1
    return last.finished_at + interval * factor * (1 - JITTER * _share(last.source))


def _retreated(last: Run, failures: int, every: timedelta) -> timedelta:
    retreat = RETREATS[last.cause or last.outcome]
    doubled = every * (retreat.first * (1 << min(failures - 1, 16)))  # 2^16 intervals are beyond any longest wait
    return max(every, min(doubled, retreat.longest))


def is_night(now: datetime) -> bool:
    """True between 22 and 7 o'clock in Beijing."""
    hour = now.astimezone(BEIJING).hour
    return hour >= NIGHT_STARTS or hour < NIGHT_ENDS


def _share(source: str) -> float:
    """Return a number from 0 to 1 that is always the same for a source."""
    return zlib.crc32(source.encode()) / 0xFFFFFFFF
