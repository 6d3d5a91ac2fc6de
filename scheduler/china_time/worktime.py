"""Measure how much working time has passed: the measure of silence. No I/O, no clock.

Authorities publish in office hours: of 73 future-industry items of a wire 63 came between 07 and 18 o'clock, three
after 22, seven at weekends. So a Friday's evening is no long silence, and the week of 春节 is none at all.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

from scheduler.china_time.workdays import is_arranged, is_workday
from storage.records import BEIJING

# The weight of each hour of the day in Beijing, from the same wire; a workday is worth 1.
HOUR_WEIGHTS = (
    *[0.002] * 7,
    0.02,
    0.07,
    0.1,
    0.11,
    0.1,
    0.05,
    0.05,
    0.1,
    0.1,
    0.1,
    0.09,
    0.05,
    0.02,
    0.01,
    0.01,
    0.003,
    0.003,
)
SHARE_UNTIL_HOUR = tuple(sum(HOUR_WEIGHTS[:hour]) / sum(HOUR_WEIGHTS) for hour in range(25))
WEEKEND_WEIGHT = 0.1  # seven of 73 on two days, against 66 on five, most of them of news portals
AROUND_CLOSURE_WEIGHT = 0.5  # a workday just before or after a long closure: offices are open, few publish
CLOSURE_DAYS = 3  # days off in a row that are a holiday and no weekend
LONG_CLOSURE_DAYS = 5  # 春节, 国庆, 劳动节
DAYS_BEFORE_CLOSURE, DAYS_AFTER_CLOSURE = 3, 7
UNSURE_DAY_WEIGHT = 0.25  # a day about which the State Council's notice of its year will decide
ONE_DAY = timedelta(days=1)
FIRST_SUMMED_DAY = date(2015, 1, 1)  # of the sums below: nothing that is watched has a rhythm from before


def working_days(start: datetime, end: datetime) -> float:
    """Return the working time between two moments, in workdays; 0 when the end comes first."""
    return max(0.0, _at(end) - _at(start))


def is_closed(now: datetime) -> bool:
    """True on a day on which nobody is expected to publish."""
    return day_worth(now.astimezone(BEIJING).date()) == 0


@cache
def day_worth(day: date) -> float:
    """Return what a day is worth, in workdays: nothing in a holiday, little at a weekend, half around 春节."""
    if not is_arranged(day.year) and any(_is_lawful_holiday(day + ONE_DAY * days) for days in range(-7, 8)):
        return UNSURE_DAY_WEIGHT if is_workday(day) else 0.0
    if not is_workday(day):
        return 0.0 if _days_off(day) >= CLOSURE_DAYS else WEEKEND_WEIGHT
    near = [day + ONE_DAY * days for days in (*range(-DAYS_AFTER_CLOSURE, 0), *range(1, DAYS_BEFORE_CLOSURE + 1))]
    return (
        AROUND_CLOSURE_WEIGHT
        if any(not is_workday(other) and _days_off(other) >= LONG_CLOSURE_DAYS for other in near)
        else 1.0
    )


def _is_lawful_holiday(day: date) -> bool:
    return day.weekday() < 5 and not is_workday(day)


@cache
def _days_off(day: date) -> int:
    """Return how many days off in a row a day belongs to."""
    first, last = day, day
    while not is_workday(first - ONE_DAY):
        first -= ONE_DAY
    while not is_workday(last + ONE_DAY):
        last += ONE_DAY
    return (last - first).days + 1


def _at(moment: datetime) -> float:
    local = moment.astimezone(BEIJING)
    hour = local.hour + local.minute / 60 + local.second / 3600
    whole = SHARE_UNTIL_HOUR[local.hour] + (SHARE_UNTIL_HOUR[local.hour + 1] - SHARE_UNTIL_HOUR[local.hour]) * (
        hour - local.hour
    )
    return _sums(local.year)[local.timetuple().tm_yday - 1] + whole * day_worth(local.date())


@cache
def _sums(year: int) -> tuple[float, ...]:
    """Return what has passed before each day of a year, since the epoch."""
    if year < FIRST_SUMMED_DAY.year:
        return (0.0,) * 366
    first = date(year, 1, 1)
    before = _sums(year - 1)[-1] if year > FIRST_SUMMED_DAY.year else 0.0
    found = [before]
    for number in range((date(year + 1, 1, 1) - first).days):
        found.append(found[-1] + day_worth(first + ONE_DAY * number))
    return tuple(found)
