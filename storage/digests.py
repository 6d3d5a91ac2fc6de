"""What becomes of messages that do not go out one by one: they wait, are gathered in one, are held for a decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from storage.connection import text_of, transaction
from storage.outbox import COLUMNS, delivery_of, put_one
from storage.records import Delivery

OPEN = """endpoint = :endpoint AND type GLOB 'announcement.*' AND (state = 'waiting' OR
          (state = 'pending' AND attempts = 0 AND leased_until IS NULL AND is_aside = 0))"""


class Digests:
    """The deliveries that share a message."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def due(self, endpoint: str, *, now: datetime) -> list[Delivery]:
        """Return the messages whose digest is due, oldest first."""
        return self._rows(
            "endpoint = :endpoint AND state = 'waiting' AND next_attempt_at <= :now",
            {"endpoint": endpoint, "now": text_of(now)},
        )

    def untried(self, endpoint: str) -> list[Delivery]:
        """Return the announcements that are to go out one by one, as far as nobody has tried to send them."""
        return self._rows(f"{OPEN} AND state = 'pending'", {"endpoint": endpoint})

    def untried_digest(self, endpoint: str) -> Delivery | None:
        """Return the endpoint's latest digest of an overflow if nobody has tried to send it, else None."""
        found = self._rows(
            """endpoint = :endpoint AND type = 'digest' AND source IS NULL AND state = 'pending' AND attempts = 0
               AND parts_sent = 0 AND leased_until IS NULL""",
            {"endpoint": endpoint},
        )
        return found[-1] if found else None

    def crowded(self, endpoint: str, *, since: datetime, more_than: int) -> list[str]:
        """Return the sources that made more than so many announcements for an endpoint since then, and go on."""
        rows = self._db.execute(
            f"""SELECT source FROM deliveries
                WHERE endpoint = :endpoint AND created_at >= :since AND type = 'announcement.new' AND source IS NOT NULL
                GROUP BY source HAVING count(*) > :most AND sum({OPEN}) > 0 ORDER BY source""",  # noqa: S608  fixed text
            {"endpoint": endpoint, "since": text_of(since), "most": more_than},
        ).fetchall()
        return [str(row[0]) for row in rows]

    def open_of(self, endpoint: str, source: str) -> list[Delivery]:
        """Return a source's announcements for an endpoint that nobody has tried to send."""
        return self._rows(
            f"{OPEN} AND source = :source AND type = 'announcement.new'", {"endpoint": endpoint, "source": source}
        )

    def flood(self, endpoint: str, source: str, *, since: datetime) -> Delivery | None:
        """Return the message that asked about a flood of this source since then, None when nobody asked."""
        found = self._rows(
            "endpoint = :endpoint AND source = :source AND type = 'digest' AND created_at >= :since",
            {"endpoint": endpoint, "source": source, "since": text_of(since)},
        )
        return found[-1] if found else None

    def members(self, digest_id: str) -> list[Delivery]:
        """Return the messages that a digest carries or asks about, oldest first."""
        return self._rows("digest_id = :id", {"id": digest_id})

    def gather(self, digest: Delivery, members: Iterable[Delivery]) -> None:
        """Put a digest where the first of its members stands in the line; they go with it."""
        self._collapse(digest, members, "gathered")

    def hold(self, flood: Delivery, members: Iterable[Delivery]) -> None:
        """Hold messages until a person decides; the question, if it is a new one, takes their place in the line."""
        self._collapse(flood, members, "held")

    def _collapse(self, digest: Delivery, members: Iterable[Delivery], state: str) -> None:
        ids = [member.id for member in members]
        marks = ", ".join("?" * len(ids))
        with transaction(self._db):
            (number,) = self._db.execute(f"SELECT min(number) FROM deliveries WHERE id IN ({marks})", ids).fetchone()  # noqa: S608
            if not self._db.execute("SELECT 1 FROM deliveries WHERE id = ?", [digest.id]).fetchone():
                put_one(self._db, digest, number=number)
            self._db.execute(
                f"UPDATE deliveries SET state = ?, digest_id = ? WHERE id IN ({marks})",  # noqa: S608  question marks
                [state, digest.id, *ids],
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

    def release(self, flood_id: str, *, now: datetime) -> int:
        """Let a flood out as one digest; return how many messages it held."""
        return self._decide(flood_id, "waiting", now)

    def discard(self, flood_id: str, *, now: datetime) -> int:
        """Drop what a flood held; return how many messages that were."""
        return self._decide(flood_id, "discarded", now)

    def _decide(self, flood_id: str, state: str, now: datetime) -> int:
        with transaction(self._db):
            done = self._db.execute(
                "UPDATE deliveries SET state = ?, next_attempt_at = ? WHERE digest_id = ? AND state = 'held'",
                [state, text_of(now), flood_id],
            )
        return int(done.rowcount)

    def _rows(self, condition: str, values: dict[str, object]) -> list[Delivery]:
        rows = self._db.query(f"SELECT {COLUMNS} FROM deliveries WHERE {condition} ORDER BY number, rowid", values)  # noqa: S608
        return [delivery_of(row) for row in rows]
