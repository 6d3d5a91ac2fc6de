"""Keep when the daemon last looked for due sources, and the gaps in which it failed to look."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from storage.connection import moment_of, text_of, transaction
from storage.database import Database

GapCause = Literal["stopped", "asleep", "busy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time without visits. `missed` were due meanwhile; each source was then visited once for all of its own.

    `stopped`: no daemon ran; `asleep`: the machine was suspended, or its clock was set forward; `busy`: the daemon
    was held up.
    """

    started_at: datetime
    ended_at: datetime
    cause: GapCause
    missed: int

    @property
    def length(self) -> timedelta:
        """How long nothing was visited."""
        return self.ended_at - self.started_at


class Ticks:
    """The ticks of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def last(self) -> datetime | None:
        """Return when the daemon looked last what is due, to the minute; None when none ever did."""
        row = self._db.execute("SELECT ticked_at FROM ticks").fetchone()
        return moment_of(row[0]) if row else None

    def tick(self, now: datetime) -> None:
        """Note that the daemon looks now."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO ticks (id, ticked_at) VALUES (1, ?)
                   ON CONFLICT (id) DO UPDATE SET ticked_at = excluded.ticked_at""",
                [text_of(now)],
            )

    def note_gap(self, gap: Gap) -> None:
        """Keep a gap."""
        with transaction(self._db):
            times = {"started_at": text_of(gap.started_at), "ended_at": text_of(gap.ended_at)}
            self._db.insert("gaps", asdict(gap) | times)

    def gaps(self, since: datetime) -> list[Gap]:
        """Return the gaps that ended since then, the last recorded first."""
        rows = self._db.query(
            """SELECT started_at, ended_at, cause, missed FROM gaps
               WHERE ended_at >= ? ORDER BY id DESC""",
            [text_of(since)],
        )
        return [
            Gap(
                started_at=moment_of(row["started_at"]), ended_at=moment_of(row["ended_at"]), cause=row["cause"],
                missed=row["missed"],
            )
            for row in rows
        ]  # fmt: skip
