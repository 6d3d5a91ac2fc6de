"""Keep the quotas of chat robots in the archive, so that all processes share them.

A bucket holds tokens; sending takes one, and each comes back by itself when its window has passed. So no stretch of
that length ever sees more messages than there are tokens, wherever it begins: a bucket that is refilled steadily lets
up to twice as many through in its first minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.connection import transaction
from storage.database import Database
from storage.not_before import LONGEST_HOST_SILENCE

MOST_CLOCK_SKEW = timedelta(minutes=1)  # a token that was taken later than that from now was taken by a wrong clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many tokens in any window of this length."""

    tokens: int
    window: timedelta


class Quotas:
    """The buckets of an archive, by name."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, bucket: str, limits: Iterable[Limit], *, now: datetime) -> timedelta:
        """Take a token and return zero; if there is none, take nothing and return how long until there is one."""
        with transaction(self._db):
            wait = self.wait(bucket, limits, now=now)
            if wait:
                return wait
            self._db.execute("INSERT INTO tokens (bucket, taken_at) VALUES (?, ?)", [bucket, _ms(now)])
            oldest = _ms(now - timedelta(hours=1))  # longer than any window
            self._db.execute(
                "DELETE FROM tokens WHERE bucket = ? AND (taken_at < ? OR taken_at > ?)",
                [bucket, oldest, _ms(now + MOST_CLOCK_SKEW)],
            )
            return timedelta()

    def wait(self, bucket: str, limits: Iterable[Limit], *, now: datetime) -> timedelta:
        """Return how long until the bucket has a token, zero when it has one."""
        row = self._db.execute("SELECT until FROM closed_buckets WHERE bucket = ?", [bucket]).fetchone()
        until = row[0] if row else 0
        ready = [_ms(now), until if until <= _ms(now + LONGEST_HOST_SILENCE) else 0]
        for limit in limits:
            taken = self._db.execute(
                """SELECT taken_at FROM tokens WHERE bucket = ? AND taken_at <= ?
                   ORDER BY taken_at DESC LIMIT 1 OFFSET ?""",
                [bucket, _ms(now + MOST_CLOCK_SKEW), limit.tokens - 1],
            ).fetchone()
            if taken:
                ready.append(taken[0] + _ms_of(limit.window))
        return timedelta(milliseconds=max(ready) - _ms(now))

    def left(self, bucket: str, limits: Iterable[Limit], *, now: datetime) -> int | None:
        """Return how many tokens the longest window has left, None when nothing limits the bucket."""
        limit = max(limits, key=lambda one: one.window, default=None)
        if limit is None:
            return None
        (taken,) = self._db.execute(
            "SELECT count(*) FROM tokens WHERE bucket = ? AND taken_at > ? AND taken_at <= ?",
            [bucket, _ms(now - limit.window), _ms(now + MOST_CLOCK_SKEW)],
        ).fetchone()
        return max(0, limit.tokens - int(taken))

    def close(self, bucket: str, *, until: datetime) -> None:
        """Let nobody take a token until then: the robot asked for silence."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO closed_buckets (bucket, until) VALUES (?, ?)
                   ON CONFLICT (bucket) DO UPDATE SET
                       until = iif(until > excluded.until + ?, excluded.until, max(until, excluded.until))""",
                [bucket, _ms(until), _ms_of(LONGEST_HOST_SILENCE)],
            )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _ms_of(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)
