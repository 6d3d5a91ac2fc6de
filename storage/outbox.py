"""Keep the outbox: messages wait here, written in the transaction of the match, until an endpoint has taken them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.not_before import LONGEST_DELIVERY_WAIT, LONGEST_LEASE, LONGEST_MESSAGE_FAILURE, believed, due, times
from storage.records import Delivery

DELIVERY_COLUMNS = """id, announcement_id, version, endpoint, type, payload, state, attempts, created_at,
             next_attempt_at, last_answer, reason, source, digest_id, parts_sent, failing_since"""
DUE_SQL = due("next_attempt_at")
DELIVERY_MOMENTS = ("created_at", "next_attempt_at", "failing_since")


class Outbox:
    """The deliveries of an archive. Order is kept within an endpoint; endpoints do not wait for each other."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def has(self, id: str) -> bool:
        """Whether a message is there, in whatever state."""
        return self._db.execute("SELECT 1 FROM deliveries WHERE id = ?", [id]).fetchone() is not None

    def put(self, deliveries: Iterable[Delivery]) -> None:
        """Put messages into the outbox, in the transaction that is open: at once, or until a digest takes them."""
        with transaction(self._db):
            for delivery in deliveries:
                put_one(self._db, delivery)

    def claim(self, endpoint: str, *, now: datetime, lease: timedelta) -> Delivery | None:
        """Lease the endpoint's oldest pending message, None when it has none, it is not due or somebody is at it.

        A lease that has passed counts for nothing: its sender died, and the message goes out again under the same id.
        Messages that were set aside hold nobody up; they are tried when no other is due.
        """
        with transaction(self._db):
            head = next(self._db.query(
                f"""SELECT {DELIVERY_COLUMNS}, leased_until FROM deliveries
                    WHERE endpoint = ? AND state = 'pending' AND is_aside = 0
                    ORDER BY number LIMIT 1""", [endpoint]), None)  # noqa: S608  # fmt: skip
            aside = self._db.query(
                f"""SELECT {DELIVERY_COLUMNS}, leased_until FROM deliveries
                    WHERE endpoint = ? AND state = 'pending' AND is_aside = 1
                    ORDER BY next_attempt_at, number LIMIT 1""", [endpoint])  # noqa: S608  # fmt: skip
            row = head if head and _is_free(head, now) else next((r for r in aside if _is_free(r, now)), None)
            if row is None:
                return None
            self._db.execute("UPDATE deliveries SET leased_until = ? WHERE id = ?", [text_of(now + lease), row["id"]])
            delivery = delivery_of(row)
            since = delivery.failing_since
            is_believed = since is None or now - LONGEST_MESSAGE_FAILURE <= since <= now
            return delivery if is_believed else replace(delivery, failing_since=None)

    def is_due(self, endpoint: str, *, now: datetime) -> bool:
        """True when `claim` may find something: asking costs no write lock."""
        return self._db.execute(
            f"SELECT 1 FROM deliveries WHERE endpoint = :endpoint AND state = 'pending' AND {DUE_SQL} LIMIT 1",  # noqa: S608
            {"endpoint": endpoint, **times(now, LONGEST_DELIVERY_WAIT)},
        ).fetchone() is not None  # fmt: skip

    def next_due(self, endpoints: Iterable[str]) -> datetime | None:
        """Return when the next pending message of these endpoints is due, None when they have none."""
        found = [
            row[0]
            for name in endpoints
            for row in self._db.execute(
                "SELECT min(next_attempt_at) FROM deliveries WHERE endpoint = ? AND state = 'pending'", [name]
            ).fetchall()
            if row[0]
        ]
        return moment_of(min(found)) if found else None

    def delivered(self, id: str, *, answer: str, now: datetime) -> None:
        """Note that an endpoint has taken a message, and with it what was gathered in it."""
        with transaction(self._db):
            self._db.execute(
                """UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, leased_until = NULL,
                                         failing_since = NULL, delivered_at = ?, last_answer = ? WHERE id = ?""",
                [text_of(now), answer, id],
            )
            self._db.execute(
                """UPDATE deliveries SET state = 'delivered', delivered_at = ?, last_answer = 'in its digest'
                   WHERE digest_id = ? AND state = 'gathered'""",
                [text_of(now), id],
            )

    def failed(
        self, id: str, *, answer: str, now: datetime, next_attempt_at: datetime | None, set_aside: bool = False
    ) -> None:
        """Note that a try failed; without a next attempt the message is dead and waits for `outbox replay`."""
        with transaction(self._db):
            self._db.execute(
                """UPDATE deliveries SET state = iif(:next IS NULL, 'dead', 'pending'), attempts = attempts + 1,
                                         leased_until = NULL, last_answer = :answer,
                                         failing_since = iif(failing_since BETWEEN :oldest AND :now,
                                                             failing_since, :now),
                                         is_aside = is_aside OR :aside,
                                         next_attempt_at = coalesce(:next, next_attempt_at) WHERE id = :id""",
                {
                    "id": id,
                    "answer": answer,
                    "now": text_of(now),
                    "oldest": text_of(now - LONGEST_MESSAGE_FAILURE),
                    "next": text_of(next_attempt_at),
                    "aside": set_aside,
                },
            )

    def stopped(self, endpoint: str, *, answer: str, now: datetime) -> None:
        """Note why nothing that is due goes out to an endpoint, though no try was made of it."""
        with transaction(self._db):
            self._db.execute(
                f"""UPDATE deliveries SET last_answer = :answer
                    WHERE endpoint = :endpoint AND state = 'pending' AND {DUE_SQL}""",  # noqa: S608  fixed text
                {"answer": answer, "endpoint": endpoint, **times(now, LONGEST_DELIVERY_WAIT)},
            )

    def advanced(self, id: str, *, parts: int, leased_until: datetime) -> None:
        """Note how many parts of a message have arrived, and hold it longer."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE deliveries SET parts_sent = ?, leased_until = ? WHERE id = ?",
                [parts, text_of(leased_until), id],
            )

    def postponed(self, id: str, *, until: datetime) -> None:
        """Give a message back that could not be tried: a quota is used up."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE deliveries SET leased_until = NULL, next_attempt_at = ? WHERE id = ?", [text_of(until), id]
            )

    def list(self, *, state: str | None = None, endpoint: str | None = None) -> list[Delivery]:
        """Return the deliveries, oldest first, all or those of one state or endpoint."""
        rows = self._db.query(
            f"""SELECT {DELIVERY_COLUMNS} FROM deliveries
                WHERE (:state IS NULL OR state = :state) AND (:endpoint IS NULL OR endpoint = :endpoint)
                ORDER BY created_at, rowid""",  # noqa: S608  fixed columns
            {"state": state, "endpoint": endpoint},
        )
        return [delivery_of(row) for row in rows]

    def replay(self, ids: Iterable[str] | None, *, now: datetime) -> int:
        """Make dead messages pending again, the named ones or all; return how many."""
        with transaction(self._db):
            dead = [d.id for d in self.list(state="dead") if ids is None or d.id in set(ids)]
            for id in dead:
                self._db.execute(
                    """UPDATE deliveries SET state = 'pending', attempts = 0, failing_since = NULL, is_aside = 0,
                                             next_attempt_at = ? WHERE id = ?""",
                    [text_of(now), id],
                )
        return len(dead)

    def told(self, announcement_id: int) -> Iterator[Delivery]:
        """Yield the messages about an announcement that an endpoint has, or may have: the last one of each endpoint."""
        rows = self._db.query(
            f"""SELECT {DELIVERY_COLUMNS}, max(number) FROM deliveries
                WHERE announcement_id = ? AND type <> 'announcement.corrected'
                  AND state IN ('delivered', 'gathered', 'pending', 'dead') GROUP BY endpoint ORDER BY endpoint""",  # noqa: S608
            [announcement_id],
        )
        yield from [delivery_of({k: v for k, v in row.items() if k != "max(number)"}) for row in rows]

    def withdraw(self, announcement_id: int) -> int:
        """Discard the messages about an announcement that were never tried; return how many. See `reinstate`."""
        return self._discard(announcement_id, "type <> 'announcement.corrected'", kept="state")

    def withdraw_corrections(self, announcement_id: int) -> int:
        """Discard the corrections of an announcement that were never tried, for good; return how many."""
        return self._discard(announcement_id, "type = 'announcement.corrected'", kept="NULL")

    def _discard(self, announcement_id: int, which: str, *, kept: str) -> int:
        with transaction(self._db):
            done = self._db.execute(
                f"""UPDATE deliveries SET withdrawn_from = {kept}, state = 'discarded',
                                          last_answer = 'withdrawn before it was sent'
                    WHERE announcement_id = ? AND leased_until IS NULL AND {which}
                      AND (state IN ('waiting', 'held') OR (state = 'pending' AND attempts = 0))""",  # noqa: S608  fixed text
                [announcement_id],
            )
        return int(done.rowcount)

    def reinstate(self, announcement_id: int) -> int:
        """Take up the messages again that were discarded because an announcement was rejected; return how many."""
        with transaction(self._db):
            done = self._db.execute(
                """UPDATE deliveries SET state = withdrawn_from, withdrawn_from = NULL, last_answer = NULL
                   WHERE announcement_id = ? AND state = 'discarded' AND withdrawn_from IS NOT NULL""",
                [announcement_id],
            )
        return int(done.rowcount)

    def corrected(self, announcement_id: int) -> frozenset[str]:
        """Return the endpoints whose last word about an announcement is, or may be, that it was none."""
        rows = self._db.execute(
            """SELECT endpoint, type, max(number) FROM deliveries
               WHERE announcement_id = ? AND state IN ('delivered', 'gathered', 'pending') GROUP BY endpoint""",
            [announcement_id],
        ).fetchall()
        return frozenset(str(endpoint) for endpoint, type, _ in rows if type == "announcement.corrected")

    def set_aside(self, ids: Iterable[str]) -> None:
        """Let messages hold nobody up while they wait: others overtake them."""
        with transaction(self._db):
            for id in ids:
                self._db.execute("UPDATE deliveries SET is_aside = 1 WHERE id = ?", [id])


def put_one(db: Database, delivery: Delivery, *, number: int | None = None) -> None:
    """Insert a delivery behind its endpoint's others, or in the place `number`."""
    db.execute(
        """INSERT INTO deliveries (id, number, announcement_id, version, endpoint, type, payload, state, reason,
                                   source, created_at, next_attempt_at)
           SELECT :id, coalesce(:number, max(number) + 1, 1), :announcement_id, :version, :endpoint, :type,
                  :payload, :state, :reason, :source, :created_at, :next_attempt_at
           FROM deliveries WHERE endpoint = :endpoint""",
        {
            "id": delivery.id, "number": number, "announcement_id": delivery.announcement_id,
            "version": delivery.version, "endpoint": delivery.endpoint, "type": delivery.type,
            "payload": delivery.payload, "state": delivery.state, "reason": delivery.reason,
            "source": delivery.source, "created_at": text_of(delivery.created_at),
            "next_attempt_at": text_of(delivery.next_attempt_at),
        },
    )  # fmt: skip


def delivery_of(row: Mapping[str, Any]) -> Delivery:
    """Return the delivery that a row of the columns describes; `leased_until` is the outbox's own."""
    values = {name: value for name, value in row.items() if name not in {"leased_until", "number"}}
    moments = {name: moment_of(str(values[name])) for name in DELIVERY_MOMENTS if values[name]}
    return Delivery(**(values | moments))


def _is_free(row: Mapping[str, Any], now: datetime) -> bool:
    """True when a message is due and no living sender is at it."""
    leased_until, due_at = row["leased_until"], moment_of(row["next_attempt_at"])
    is_leased = leased_until and believed(moment_of(leased_until), now, LONGEST_LEASE)
    return not is_leased and not believed(due_at, now, LONGEST_DELIVERY_WAIT)
