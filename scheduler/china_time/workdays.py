"""Tell which days China works: weekends, public holidays, and the weekends worked in their place (调休). Pure.

The days come from the package `holidays`, which knows the State Council's notice of each year once a release holds it.
For a later year it knows the holidays by law only: no weekend is worked then, and `is_arranged` says so.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import holidays

DAY_KINDS = 6  # Monday to Friday while they are worked, and a day off
DAY_OFF_KIND = 5
WORKED_WEEKEND_KIND = 1  # a weekend that is worked passes for a Tuesday: no start and no end of a week
WORKDAYS_A_YEAR = 249  # 250 in 2024, 248 in 2025 and in 2026


@cache
def is_workday(day: date) -> bool:
    """True when offices are open on a day."""
    return bool(_china().is_working_day(day))


def day_kind(day: date) -> int:
    """Return 0 to 4 for a worked Monday to Friday (a worked weekend is a 1), 5 for a day off."""
    if not is_workday(day):
        return DAY_OFF_KIND
    return day.weekday() if day.weekday() < DAY_OFF_KIND else WORKED_WEEKEND_KIND


@cache
def is_arranged(year: int) -> bool:
    """True when it is known which weekends of a year are worked: each year since 2001 has some."""
    calendar = _china()
    is_workday(date(year, 1, 1))  # fills the year in
    return any(day.year == year for day in calendar.weekend_workdays)


@cache
def _china() -> Any:
    return holidays.country_holidays("CN")  # years are filled in when they are asked for
