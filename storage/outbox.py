"""The outbox: messages wait here, written in the transaction of the match, until an endpoint has taken them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from storage.connection import moment_of, text_of, transaction
from storage.records import Delivery

COLUMNS = """id, announcement_id, version, endpoint, type, payload, state, attempts, created_at, next_attempt_at,
             last_answer"""


class Outbox:
    """The deliveries of an archive. Order is kept within an endpoint; endpoints do not wait for each other."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, deliveries: Iterable[Delivery]) -> None:
        """Put messages into the outbox, in the transaction that is open."""
        with transaction(self._db):
            for delivery in deliveries:
                self._db.execute(
                    """INSERT INTO deliveries (id, number, announcement_id, version, endpoint, type, payload,
                                               state, created_at, next_attempt_at)
                       SELECT :id, coalesce(max(number), 0) + 1, :announcement_id, :version, :endpoint, :type,
                              :payload, 'pending', :created_at, :next_attempt_at
                       FROM deliveries WHERE endpoint = :endpoint""",
                    {
                        "id": delivery.id, "announcement_id": delivery.announcement_id, "version": delivery.version,
                        "endpoint": delivery.endpoint, "type": delivery.type, "payload": delivery.payload,
                        "created_at": text_of(delivery.created_at),
                        "next_attempt_at": text_of(delivery.next_attempt_at),
                    },
                )  # fmt: skip

    def claim(self, endpoint: str, *, now: datetime, lease: timedelta) -> Delivery | None:
        """Lease the endpoint's oldest pending message, None when it has none, it is not due or somebody is at it.

        A lease that has passed counts for nothing: its sender died, and the message goes out again under the same id.
        """
        with transaction(self._db):
            row = next(self._db.query(
                f"""SELECT {COLUMNS}, leased_until FROM deliveries
                    WHERE endpoint = ? AND state = 'pending' ORDER BY number LIMIT 1""", [endpoint]), None)  # noqa: S608  # fmt: skip
            if row is None or row["next_attempt_at"] > str(text_of(now)):
                return None
            leased_until = row.pop("leased_until")
            if leased_until and moment_of(leased_until) > now:
                return None
            self._db.execute("UPDATE deliveries SET leased_until = ? WHERE id = ?", [text_of(now + lease), row["id"]])
            return _delivery(row)

    def delivered(self, id: str, *, answer: str, now: datetime) -> None:
        """Note that an endpoint has taken a message."""
        with transaction(self._db):
            self._db.execute(
                """UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, leased_until = NULL,
                                         delivered_at = ?, last_answer = ? WHERE id = ?""",
                [text_of(now), answer, id],
            )

    def failed(self, id: str, *, answer: str, next_attempt_at: datetime | None) -> None:
        """Note that a try failed; without a next attempt the message is dead and waits for `outbox replay`."""
        with transaction(self._db):
            self._db.execute(
                """UPDATE deliveries SET state = iif(:next IS NULL, 'dead', 'pending'), attempts = attempts + 1,
                                         leased_until = NULL, last_answer = :answer,
                                         next_attempt_at = coalesce(:next, next_attempt_at) WHERE id = :id""",
                {"id": id, "answer": answer, "next": text_of(next_attempt_at)},
            )

    def list(self, *, state: str | None = None) -> list[Delivery]:
        """Return the deliveries, oldest first, all or those of one state."""
        rows = self._db.query(
            f"SELECT {COLUMNS} FROM deliveries WHERE :state IS NULL OR state = :state ORDER BY created_at, rowid",  # noqa: S608  fixed columns
            {"state": state},
        )
        return [_delivery(row) for row in rows]

    def replay(self, ids: Iterable[str] | None, *, now: datetime) -> int:
        """Make dead messages pending again, the named ones or all; return how many."""
        wanted = None if ids is None else set(ids)
        dead = [d for d in self.list(state="dead") if wanted is None or d.id in wanted]
        with transaction(self._db):
            for delivery in dead:
                self._db.execute(
                    "UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = ? WHERE id = ?",
                    [text_of(now), delivery.id],
                )
        return len(dead)


def _delivery(row: dict[str, object]) -> Delivery:
    moments = {name: moment_of(str(row[name])) for name in ("created_at", "next_attempt_at")}
    return Delivery(**{**row, **moments})  # type: ignore[arg-type]  # the columns are the fields
