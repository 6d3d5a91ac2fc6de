"""Keep the address parameters whose value changes at every visit, and the votes that prove nothing yet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from storage.connection import text_of, transaction
from storage.database import Database

VOTES_THAT_PROVE = 2  # votes; a document may be put online again once, under another id


class VolatileParameters:
    """The parameters of an archive that change at every visit; `shape` is of the addresses that have them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def learned(self, shape: str) -> frozenset[str]:
        """Return the parameters that keys of this shape are without."""
        rows = self._db.execute(
            "SELECT name FROM volatile_parameters WHERE shape = ? AND learned_at IS NOT NULL", [shape]
        )
        return frozenset(name for (name,) in rows.fetchall())

    def suspected(self, shapes: Iterable[str]) -> frozenset[tuple[str, str]]:
        """Return shapes and names of the parameters with votes that are no proof yet."""
        rows = self._db.execute(
            """SELECT shape, name FROM volatile_parameters
               WHERE shape IN (SELECT value FROM json_each(?)) AND learned_at IS NULL""",
            [json.dumps(sorted(set(shapes)))],
        )
        return frozenset((shape, name) for shape, name in rows.fetchall())

    def vote(self, shape: str, name: str, votes: int) -> int:
        """Count votes for a parameter; return how many it has now."""
        with transaction(self._db):
            (total,) = self._db.execute(
                """INSERT INTO volatile_parameters (shape, name, votes) VALUES (?, ?, ?)
                   ON CONFLICT DO UPDATE SET votes = votes + excluded.votes RETURNING votes""",
                [shape, name, votes],
            ).fetchone()
        return int(total)

    def clear(self, shape: str, name: str) -> None:
        """Drop the votes for a parameter: a row came back with its value."""
        with transaction(self._db):
            self._db.execute(
                "DELETE FROM volatile_parameters WHERE shape = ? AND name = ? AND learned_at IS NULL", [shape, name]
            )

    def learn(self, shape: str, name: str, now: datetime) -> None:
        """Keep that keys of this shape are without a parameter from now on."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE volatile_parameters SET learned_at = ? WHERE shape = ? AND name = ?",
                [text_of(now), shape, name],
            )
