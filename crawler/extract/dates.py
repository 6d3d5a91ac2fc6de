"""Read days and clock times as Chinese pages write them. Pure: no clock, no host time zone.

A day stays a `date`; a clock time makes an aware `datetime` in Beijing time, whatever the zone of the host.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from storage.records import BEIJING

DAY = r"(?P<year>(?:19|20)\d\d)\s*(?P<unit>[-/.年])\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?!\d)\s*日?"
CLOCK = r"(?P<hour>[01]?\d|2[0-3])\s*[:：时]\s*(?P<minute>[0-5]\d)(?:\s*[:：分]\s*(?P<second>[0-5]\d))?(?:\.\d+)?"
WEEKDAY = r"(?:\s*[（(]?(?:星期|周)[一二三四五六日天][）)]?)?"
STAMP = re.compile(rf"(?<![\d.]){DAY}(?:{WEEKDAY}\s*[T,，]?\s*(?:{CLOCK}\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?", re.ASCII)
COMPACT = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?!\d)")


def read_moment(text: str) -> datetime | date | None:
    """Return the first moment that a value names, None when it names none. A clock of 00:00 is made up by a CMS."""
    text = text.strip()
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return from_epoch(int(text))
    if match := STAMP.search(text):
        return moment_of(match)
    if match := COMPACT.search(text):
        return day_of(match)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return _without_midnight(moment.astimezone(BEIJING) if moment.tzinfo else moment.replace(tzinfo=BEIJING))


def from_epoch(number: float) -> datetime | date | None:
    """Return the moment of a Unix time in seconds or milliseconds, None when it is no time of the web."""
    seconds = number / 1000 if number > 1e11 else number
    if not 7.5e8 < seconds < 4.2e9:  # 1993 to 2103
        return None
    return _without_midnight(datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING))


def _without_midnight(moment: datetime) -> datetime | date:
    return moment.date() if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else moment


def day_of(match: re.Match[str]) -> date | None:
    """Return the day of a match of the patterns here, None when the calendar has no such day."""
    year = int(match["year"])
    try:
        return date(year if year > 99 else 2000 + year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def moment_of(match: re.Match[str]) -> datetime | date | None:
    """Return the moment of a match of `STAMP`: a day, or a Beijing time where it has a clock."""
    day = day_of(match)
    if day is None or match["hour"] is None:
        return day
    clock = datetime(
        day.year,
        day.month,
        day.day,
        int(match["hour"]),
        int(match["minute"]),
        int(match["second"] or 0),
        tzinfo=BEIJING,
    )
    zone = match["zone"]
    if zone:
        sign = -1 if zone[0] == "-" else 1
        ahead = timedelta() if zone == "Z" else sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        clock = (clock.replace(tzinfo=UTC) - ahead).astimezone(BEIJING)
    return _without_midnight(clock)
