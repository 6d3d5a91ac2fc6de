"""Keep messages that are not sent one by one: some wait for a digest, some are held until a person decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from storage.connection import text_of, transaction
from storage.database import Database
from storage.not_before import LONGEST_DELIVERY_WAIT, times
from storage.outbox import DELIVERY_COLUMNS, DUE_SQL, delivery_of, put_one
from storage.records import Delivery

OPEN_MESSAGES_SQL = """endpoint = :endpoint AND type GLOB 'announcement.*' AND (state = 'waiting' OR
          (state = 'pending' AND attempts = 0 AND leased_until IS NULL AND is_aside = 0))"""


class Digests:
    """The deliveries that share a message."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def is_idle(self, endpoint: str) -> bool:
        """True when no announcement of an endpoint waits to be sent or gathered: asking costs no write lock."""
        return self._db.execute(
            f"SELECT 1 FROM deliveries WHERE {OPEN_MESSAGES_SQL} LIMIT 1",  # noqa: S608  fixed text
            {"endpoint": endpoint},
        ).fetchone() is None  # fmt: skip

    def drop_rejected(self, endpoint: str) -> int:
        """Discard what waits about announcements that were rejected, corrections apart; return how many."""
        with transaction(self._db):
            done = self._db.execute(
                f"""UPDATE deliveries SET withdrawn_from = state, state = 'discarded',
                                          last_answer = 'rejected before it was sent'
                    WHERE {OPEN_MESSAGES_SQL} AND type <> 'announcement.corrected'
                      AND announcement_id IN (SELECT announcement_id FROM rejections)""",  # noqa: S608  fixed text
                {"endpoint": endpoint},
            )
        return int(done.rowcount)

    def due(self, endpoint: str, *, now: datetime) -> list[Delivery]:
        """Return the messages whose digest is due, oldest first."""
        return self._rows(
            f"endpoint = :endpoint AND state = 'waiting' AND {DUE_SQL}",
            {"endpoint": endpoint, **times(now, LONGEST_DELIVERY_WAIT)},
        )

    def untried(self, endpoint: str) -> list[Delivery]:
        """Return the announcements that are to go out one by one, as far as nobody has tried to send them."""
        return self._rows(f"{OPEN_MESSAGES_SQL} AND state = 'pending'", {"endpoint": endpoint})

    def untried_digest(self, endpoint: str) -> Delivery | None:
        """Return the endpoint's latest digest of an overflow if nobody has tried to send it, else None."""
        found = self._rows(
            """endpoint = :endpoint AND type = 'digest' AND source IS NULL AND state = 'pending' AND attempts = 0
               AND parts_sent = 0 AND leased_until IS NULL""",
            {"endpoint": endpoint},
        )
        return found[-1] if found else None

    def crowded(self, endpoint: str, *, since: datetime, now: datetime, more_than: int) -> list[str]:
        """Return the sources that made more than so many announcements for an endpoint since then, and go on.

        Messages that a person has decided about are not counted again.
        """
        rows = self._db.execute(
            f"""SELECT source FROM deliveries AS d
                WHERE endpoint = :endpoint AND created_at BETWEEN :since AND :now AND type = 'announcement.new'
                  AND source IS NOT NULL
                  AND created_at > coalesce((SELECT max(decided_at) FROM deliveries AS asked WHERE asked.type = 'digest'
                                             AND asked.endpoint = d.endpoint AND asked.source = d.source), '')
                GROUP BY source HAVING count(*) > :most AND sum({OPEN_MESSAGES_SQL}) > 0 ORDER BY source""",  # noqa: S608  fixed text
            {"endpoint": endpoint, "since": text_of(since), "now": text_of(now), "most": more_than},
        ).fetchall()
        return [str(row[0]) for row in rows]

    def open_of(self, endpoint: str, source: str) -> list[Delivery]:
        """Return a source's announcements for an endpoint that nobody has tried to send."""
        return self._rows(
            f"{OPEN_MESSAGES_SQL} AND source = :source AND type = 'announcement.new'",
            {"endpoint": endpoint, "source": source},
        )

    def question(self, endpoint: str, source: str, *, since: datetime) -> Delivery | None:
        """Return the question about a flood of this source that was asked since then and nobody has answered."""
        found = self._rows(
            "endpoint = :endpoint AND source = :source AND type = 'digest' AND created_at >= :since "
            "AND decided_at IS NULL",
            {"endpoint": endpoint, "source": source, "since": text_of(since)},
        )
        return found[-1] if found else None

    def members(self, digest_id: str) -> list[Delivery]:
        """Return the messages that a digest carries or asks about, oldest first."""
        return self._rows("digest_id = :id", {"id": digest_id})

    def gather(self, digest: Delivery, members: Iterable[Delivery]) -> None:
        """Put a digest where the first of its members stands in the line; they go with it."""
        members = list(members)
        self._collapse(digest, members, "gathered", number=self._first(members))

    def hold(self, question: Delivery, members: Iterable[Delivery]) -> None:
        """Hold messages until a person decides; the question, if it is a new one, takes their place in the line."""
        members = list(members)
        self._collapse(question, members, "held", number=self._first(members))

    def _first(self, members: Iterable[Delivery]) -> int:
        numbers = [
            self._db.execute("SELECT number FROM deliveries WHERE id = ?", [member.id]).fetchone()[0]
            for member in members
        ]
        return int(min(numbers))

    def _collapse(self, digest: Delivery, members: Iterable[Delivery], state: str, *, number: int | None) -> None:
        with transaction(self._db):
            if not self._db.execute("SELECT 1 FROM deliveries WHERE id = ?", [digest.id]).fetchone():
                put_one(self._db, digest, number=number)
            for member in members:
                self._db.execute(
                    "UPDATE deliveries SET state = ?, digest_id = ? WHERE id = ?", [state, digest.id, member.id]
                )

    def send_alone(self, id: str, *, now: datetime) -> None:
        """Send a waiting message as itself: it is the only one of its digest."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE deliveries SET state = 'pending', next_attempt_at = ? WHERE id = ?", [text_of(now), id]
            )

    def dissolve(self, digest_id: str, *, until: datetime) -> int:
        """Give the messages of a digest that nobody took back to the next one; return how many."""
        with transaction(self._db):
            self._db.execute("UPDATE deliveries SET state = 'dissolved' WHERE id = ?", [digest_id])
            done = self._db.execute(
                """UPDATE deliveries SET state = 'waiting', digest_id = NULL, next_attempt_at = ?
                   WHERE digest_id = ? AND state = 'gathered'""",
                [text_of(until), digest_id],
            )
        return int(done.rowcount)

    def held(self, flood_id: str) -> list[Delivery]:
        """Return the messages that a question holds, oldest first."""
        return self._rows("digest_id = :id AND state = 'held'", {"id": flood_id})

    def decide(self, flood_id: str, *, digest: Delivery | None, now: datetime) -> int:
        """Send what a question held as one digest, or drop it if there is none; return how many messages that were."""
        with transaction(self._db):
            held = self.held(flood_id)
            if digest is not None and held:
                self._collapse(digest, held, "gathered", number=None)
            self._db.execute(
                "UPDATE deliveries SET state = 'discarded' WHERE digest_id = ? AND state = 'held'", [flood_id]
            )
            self._db.execute("UPDATE deliveries SET decided_at = ? WHERE id = ?", [text_of(now), flood_id])
        return len(held)

    def _rows(self, condition: str, values: dict[str, object]) -> list[Delivery]:
        rows = self._db.query(
            f"SELECT {DELIVERY_COLUMNS} FROM deliveries WHERE {condition} ORDER BY number, rowid",  # noqa: S608  fixed text
            values,
        )
        return [delivery_of(row) for row in rows]
