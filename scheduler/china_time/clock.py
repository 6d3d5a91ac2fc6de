"""Read clock times of China: when a digest is due, when it is quiet. Pure: moments in, moments out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, WithJsonSchema

from storage.records import BEIJING

CLOCK_PATTERN = r"([01]\d|2[0-3]):([0-5]\d)"
DigestDay = Literal["daily", "mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[DigestDay, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of every day, in Beijing time; one that ends before it starts runs over midnight."""

    start: time
    end: time

    def covers(self, at: time) -> bool:
        """True from the start on, up to the end."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def next_at(clock: time, day: DigestDay, now: datetime) -> datetime:
    """Return the next moment after `now` when clocks in Beijing show a time, on a day of the week or on any."""
    local = now.astimezone(BEIJING)
    moment = local.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    if moment <= local:
        moment += timedelta(days=1)
    while day != "daily" and WEEKDAYS[moment.weekday()] != day:
        moment += timedelta(days=1)
    return moment


def next_hour(now: datetime) -> datetime:
    """Return the next full hour after `now`, in Beijing time."""
    return now.astimezone(BEIJING).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def end_of_quiet(quiet: Span | None, now: datetime) -> datetime | None:
    """Return when the quiet hours that `now` lies in end, None when it lies in none."""
    if quiet is None or not quiet.covers(now.astimezone(BEIJING).time()):
        return None
    return next_at(quiet.end, "daily", now)


def _clock(value: object) -> object:
    match = re.fullmatch(CLOCK_PATTERN, value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('not a time of day: write "08:30"')
    return time(int(match[1]), int(match[2]))


def _span(value: object) -> object:
    match = re.fullmatch(f"{CLOCK_PATTERN}-{CLOCK_PATTERN}", value) if isinstance(value, str) else None
    if match is None or match[0][:5] == match[0][6:]:
        raise ValueError('not a span of the day: write "22:00-07:30"')
    return Span(start=time(int(match[1]), int(match[2])), end=time(int(match[3]), int(match[4])))


ClockTime: TypeAlias = Annotated[
    time, BeforeValidator(_clock), WithJsonSchema({"type": "string", "pattern": f"^{CLOCK_PATTERN}$"})
]
QuietHours: TypeAlias = Annotated[
    Span, BeforeValidator(_span), WithJsonSchema({"type": "string", "pattern": f"^{CLOCK_PATTERN}-{CLOCK_PATTERN}$"})
]
