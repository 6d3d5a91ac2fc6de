"""Read days as people write them in a filter: 2026-01-31, 2026-01, 2026年1月, 2026. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

DAY_PATTERN = re.compile(r"(\d{4})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?|年)?")


def days_of(text: str) -> tuple[date, date] | None:
    """Return the first and the last day that a text names, None when it names none."""
    match = DAY_PATTERN.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None  # the pattern wants it
    try:
        first = date(year, month or 1, day or 1)
        after = first.replace(month=month or 12, day=28) + timedelta(days=4)  # in the month that follows
    except (ValueError, OverflowError):
        return None
    return first, first if day else after.replace(day=1) - timedelta(days=1)
