"""Summarise the endpoints: waiting and dead messages, and how long delivery takes. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.connection import moment_of, text_of
from storage.database import Database
from storage.outbox import DELIVERY_COLUMNS, delivery_of
from storage.overview.sources import Delay, delay_of
from storage.records import Delivery

DELAYS_SPAN = timedelta(days=30)  # the time over which delays are measured
TAKEN_SQL = """
SELECT endpoint, created_at, delivered_at FROM deliveries
WHERE state = 'delivered' AND type GLOB 'announcement.*' AND delivered_at >= ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointHealth:
    """How an endpoint is: its messages by state, the oldest that waits to go out, the last taken, and how long it took.

    `delay` is from writing a message about an announcement until it was taken, over the last 30 days.
    """

    name: str
    states: Mapping[str, int]
    oldest_at: datetime | None
    last_delivered_at: datetime | None
    delay: Delay | None


class DeliveryOverview:
    """The deliveries of an archive as the people who look after them see them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def endpoints(self, *, now: datetime) -> dict[str, EndpointHealth]:
        """Return how each endpoint is that was ever written to, by its name."""
        states: dict[str, dict[str, int]] = defaultdict(dict)
        for name, state, count in self._db.execute(
            "SELECT endpoint, state, count(*) FROM deliveries GROUP BY state, endpoint"
        ).fetchall():
            states[name][state] = count
        oldest = dict(self._db.execute(
            "SELECT endpoint, min(created_at) FROM deliveries WHERE state = 'pending' GROUP BY endpoint"
        ).fetchall())  # fmt: skip
        latest = dict(self._db.execute(
            "SELECT endpoint, max(delivered_at) FROM deliveries WHERE state = 'delivered' GROUP BY endpoint"
        ).fetchall())  # fmt: skip
        durations: dict[str, list[timedelta]] = defaultdict(list)
        for name, created, delivered in self._db.execute(TAKEN_SQL, [text_of(now - DELAYS_SPAN)]).fetchall():
            durations[name].append(moment_of(delivered) - moment_of(created))
        return {
            name: EndpointHealth(
                name=name, states=states[name], delay=delay_of(durations[name]),
                oldest_at=moment_of(oldest[name]) if name in oldest else None,
                last_delivered_at=moment_of(latest[name]) if latest.get(name) else None,
            )
            for name in sorted(states)
        }  # fmt: skip

    def waiting(self, *, limit: int) -> list[Delivery]:
        """Return messages that are on their way, failing ones first, then those that are due first."""
        return self._rows("state IN ('pending', 'waiting') ORDER BY attempts DESC, next_attempt_at", limit)

    def dead(self, *, limit: int) -> list[Delivery]:
        """Return messages that were given up, the latest first."""
        return self._rows("state = 'dead' ORDER BY created_at DESC", limit)

    def questions(self, *, limit: int) -> list[Delivery]:
        """Return the questions about floods that still hold messages and wait for a decision, oldest first."""
        return self._rows(
            "id IN (SELECT digest_id FROM deliveries WHERE state = 'held') AND decided_at IS NULL ORDER BY created_at",
            limit,
        )

    def _rows(self, condition: str, limit: int) -> list[Delivery]:
        rows = self._db.query(f"SELECT {DELIVERY_COLUMNS} FROM deliveries WHERE {condition} LIMIT ?", [limit])  # noqa: S608  fixed
        return [delivery_of(row) for row in rows]
