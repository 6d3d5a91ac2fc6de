"""Name the stretches of time that briefs are about: a week, a day, from one sending to the next. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from storage.records import BEIJING

WEEK_PATTERN = re.compile(r"(\d{4})-W(\d{2})")
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


class PeriodError(ValueError):
    """A text names no week and no day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From one moment to before another, both in Beijing time."""

    start: datetime
    end: datetime

    @property
    def is_week(self) -> bool:
        """True for a week from Monday to Sunday."""
        return self.end - self.start == WEEK and self.start.weekday() == 0 and self.start.time() == time()

    @property
    def is_day(self) -> bool:
        """True for a day of the calendar."""
        return self.end - self.start == DAY and self.start.time() == time()

    @property
    def name(self) -> str:
        """A week as ISO 8601 writes it (2026-W48), a day as a date, another stretch by its two ends."""
        if self.is_week:
            return f"{self.start:%G-W%V}"
        return f"{self.first}" if self.is_day else f"{self.start:%Y-%m-%dT%H%M}-{self.end:%Y-%m-%dT%H%M}"

    @property
    def shown(self) -> str:
        """Its ends as people read them."""
        if self.is_day:
            return f"{self.first}"
        return f"{self.first} 至 {self.last}" if self.is_week else f"{self.start:%m-%d %H:%M} 至 {self.end:%m-%d %H:%M}"

    @property
    def title(self) -> str:
        """The title of a brief of it."""
        return "未来产业政策周报" if self.is_week else "未来产业政策日报" if self.is_day else "未来产业政策简报"

    @property
    def word(self) -> str:
        """The word by which a brief speaks of it."""
        return "本周" if self.is_week else "当日" if self.is_day else "本期"

    @property
    def word_before(self) -> str:
        """How a brief calls the one before it."""
        return "上周" if self.is_week else "前一日" if self.is_day else "上期"

    @property
    def first(self) -> date:
        """The day on which it begins."""
        return self.start.date()

    @property
    def last(self) -> date:
        """Its last day."""
        return (self.end - timedelta(microseconds=1)).date()

    def moved(self, by: int) -> Period:
        """Return the stretch as long that lies so many lengths later."""
        length = (self.end - self.start) * by
        return Period(start=self.start + length, end=self.end + length)


def period_named(text: str) -> Period:
    """Return the week (2026-W48) or the day (2026-11-28) that a text names.

    Raises:
        PeriodError: it names none.
    """
    match = WEEK_PATTERN.fullmatch(text)
    try:
        if match:
            return _from(date.fromisocalendar(int(match[1]), int(match[2]), 1), WEEK)
        if len(text) == len("2026-11-28"):
            return _from(date.fromisoformat(text), DAY)
    except ValueError as error:
        raise PeriodError(f"{text!r} is no week and no day; write 2026-W48 or 2026-11-28") from error
    raise PeriodError(f"{text!r} is no week and no day; write 2026-W48 or 2026-11-28")


def week_of(now: datetime) -> Period:
    """Return the week of a moment."""
    today = now.astimezone(BEIJING).date()
    return _from(today - timedelta(days=today.weekday()), WEEK)


def day_of(now: datetime) -> Period:
    """Return the day of a moment."""
    return _from(now.astimezone(BEIJING).date(), DAY)


def _from(first: date, length: timedelta) -> Period:
    start = datetime.combine(first, time(), BEIJING)
    return Period(start=start, end=start + length)
