"""Believe a stored "not before" only up to the longest wait that the program ever sets.

One that lies further away was stored while this machine's clock was ahead, or is read while it is behind: what waits
counts as due, or it would wait for years in silence. A clock that is wrong once may so cost a try too early, never an
alert.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from storage.connection import text_of

# The longest wait of each kind, with room: a clock may be a little off.
LONGEST_DELIVERY_WAIT = timedelta(days=8)  # a digest once a week is the longest; Retry-After is a day
LONGEST_MESSAGE_FAILURE = timedelta(days=10)  # of a message: after 48 hours its next try, a wait later, is the last
LONGEST_LEASE = timedelta(minutes=10)  # 30 s, and a longer one when parts are sent
LONGEST_LINK_WAIT = timedelta(days=8)  # of a page that failed or was refused
LONGEST_REREAD_WAIT = timedelta(days=8)  # the last re-read is a week after the first reading
LONGEST_HOST_SILENCE = timedelta(days=1, minutes=5)  # of a host or a robot: a Retry-After counts up to a day


def due(column: str) -> str:
    """Return the SQL condition that a stored time has come, or cannot be believed; `times` gives its values."""
    return f"({column} <= :now OR {column} > :furthest)"


def times(now: datetime, longest: timedelta) -> Mapping[str, str | None]:
    """Return the values of `due`."""
    return {"now": text_of(now), "furthest": text_of(now + longest)}


def believed(until: datetime, now: datetime, longest: timedelta) -> bool:
    """True when something is to wait until a stored time: it lies ahead, and no further than any wait is long."""
    return now < until <= now + longest
