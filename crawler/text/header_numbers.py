"""Read numbers and dates from HTTP headers, which servers fill with anything. No I/O, no clock.

Every reader returns None for what it cannot read, and nothing beyond its bounds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

NUMBER = re.compile(r"0*([0-9]{1,12})", re.ASCII)
ENDLESS = re.compile(r"[0-9]+", re.ASCII)
LONGEST_SECONDS = float(10**12)
LONGEST_SILENCE_SECONDS = 24 * 3600.0  # a Retry-After beyond a day is a mistake


def seconds_in(header: str) -> float | None:
    """Return a header's whole number of seconds, None when it holds anything else: a sign, a fraction, a ²."""
    text = header.strip(" \t")
    number = NUMBER.fullmatch(text)
    if number:
        return float(number[1])
    return LONGEST_SECONDS if ENDLESS.fullmatch(text) else None  # too many digits for any clock


def date_in(header: str) -> datetime | None:
    """Return a header's date with its zone, None when it holds none; one without a zone is UTC (RFC 9110, 5.6.7)."""
    try:
        moment = parsedate_to_datetime(header)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # a year or an offset beyond what a date can be
        return None


def retry_after_seconds(header: str, *, since: datetime | None) -> float | None:
    """Return for how long `Retry-After` asks to wait, from 0 to a day; it holds seconds or a date (RFC 9110, 10.2.3).

    `since` is what a date is counted from; a date means nothing without it.
    """
    seconds = seconds_in(header)
    until = date_in(header) if seconds is None else None
    if until is not None and since is not None:
        seconds = (until - since).total_seconds()
    return None if seconds is None else min(LONGEST_SILENCE_SECONDS, max(0.0, seconds))


def clock_offset_seconds_in(date: str, age: str, *, now: datetime) -> float | None:
    """Return by how much a server's clock is ahead of ours, None when it does not say.

    `Date` is when the answer was made, `Age` how long a cache has kept it since (RFC 9110, 6.6.1; RFC 9111, 5.1).
    """
    made = date_in(date)
    return None if made is None else (made - now).total_seconds() + (seconds_in(age) or 0.0)
