"""Decide when a source is due. Pure: paces and moments in, a moment out.

A pace is a number of visits an hour for each kind of day and hour; a source is due when one visit has come together
since its last one. So an interval that begins in the evening does not last until noon, and none begins anew because
the hour changes. `scheduler.visits.budget` makes the paces.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.china_time.clock import Span, next_at
from scheduler.china_time.workdays import day_kind
from scheduler.visits.shape import Shape
from storage.records import BEIJING, Run

JITTER_SHARE = 0.1  # of the interval, earlier, fixed per source: sources with one rhythm do not all come at once
ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a source is looked at. `an_hour` are visits by kind of day and hour, None for a fixed `every`.

    `hours` are those in which it is looked at, on Beijing's clocks; None at all.
    """

    every: timedelta
    an_hour: Shape | None = None
    hours: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retreat:
    """How a failing source is left alone: its interval times `first`, doubling with each failure, at most `longest`."""

    first: float = 1.0
    longest: timedelta = timedelta(hours=2)


PASSING = Retreat()  # the portal recovers by itself: look again as usual, then seldom
LASTING = Retreat(first=2.0, longest=timedelta(hours=6))  # it stays until somebody mends it, here or there
SHUT_OUT = Retreat(first=4.0, longest=timedelta(hours=12))  # a portal that shuts us out must not be pressed
RETREATS = {
    "blocked": SHUT_OUT, "script_list": LASTING, "empty": LASTING, "4xx": LASTING, "robots": LASTING, "parse": LASTING,
    "tls": LASTING, "private": LASTING, "size": LASTING, "dns": PASSING, "timeout": PASSING, "connection": PASSING,
    "5xx": PASSING, "silence": PASSING, "old_list": PASSING, "other_list": PASSING, "limit": PASSING, "exit": PASSING,
    "other": PASSING,
}  # fmt: skip


def next_due(last: Run | None, failures: int, *, pace: Pace, now: datetime) -> datetime:
    """Return when a source is to be visited next: now when it never was, else an interval after its last visit.

    `failures` are the unhealthy runs since the last healthy one. A last visit that lies in the future (the clock was
    set back since) counts as one that ended now.
    """
    if last is None:
        return now
    start = min(last.finished_at, now)
    due = _following(start, pace, _part(last.source))
    return _opened(start + _retreated(last, failures, due - start), pace.hours) if failures else due


def missed(due: datetime, until: datetime, *, pace: Pace) -> int:
    """Return how many visits were due in a time without any, from the first `due` one on."""
    count = 0
    while due < until:
        count += 1
        due = _following(due, pace, 1.0)
    return count


def _following(start: datetime, pace: Pace, part: float) -> datetime:
    """Return when `part` of an interval has passed, within the hours."""
    due = start + pace.every if pace.an_hour is None else _come_together(start, pace.an_hour, part)
    return _opened(due, pace.hours)


def _opened(due: datetime, hours: Span | None) -> datetime:
    """Return a moment, or when the hours that it does not lie in begin next."""
    if hours is None or hours.covers(due.astimezone(BEIJING).time()):
        return due
    return next_at(hours.start, "daily", due)


def _come_together(start: datetime, an_hour: Shape, part: float) -> datetime:
    """Return when `part` of a visit has come together since `start`, hour by hour in Beijing."""
    at = start.astimezone(BEIJING)
    kind, hour = day_kind(at.date()), at.hour
    left = 1.0 - (at.minute * 60 + at.second + at.microsecond / 1e6) / 3600  # of this hour
    passed = 0.0
    while part > (made := an_hour[kind][hour] * left):
        part -= made
        passed, left, hour = passed + left, 1.0, hour + 1
        if hour == 24:
            hour, kind = 0, day_kind((at + ONE_HOUR * (passed + 0.5)).date())
    return start + ONE_HOUR * (passed + part / an_hour[kind][hour])


def _retreated(last: Run, failures: int, interval: timedelta) -> timedelta:
    retreat = RETREATS[last.cause or last.outcome]
    doubled = interval * (retreat.first * (1 << min(failures - 1, 16)))  # 2^16 intervals are beyond any longest wait
    return max(interval, min(doubled, retreat.longest))


def _part(source: str) -> float:
    """Return the part of an interval after which a source is due: always the same for it, a little under one."""
    return 1.0 - JITTER_SHARE * zlib.crc32(source.encode()) / 0xFFFFFFFF
