"""Return when sources had something new and whether it was relevant; their rhythms are learned from that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from storage.connection import moment_of, text_of
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A new item of a source: it was published after `after`, and not after `seen_at`.

    `is_relevant`: it was assessed as an announcement, or as related to one.
    """

    source: str
    after: datetime
    seen_at: datetime
    is_relevant: bool


class Rhythms:
    """The sightings of an archive. Rows found on a source's first crawl are no sightings."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def watched_since(self) -> dict[str, datetime]:
        """Return when the first crawl of each source ended well: from then on what it lists is new."""
        rows = self._db.execute("SELECT id, first_crawled_at FROM sources WHERE first_crawled_at IS NOT NULL")
        return {source: moment_of(text) for source, text in rows}

    def sightings(self, since: datetime) -> Iterator[Sighting]:
        """Yield what was listed for the first time since then, source by source, oldest first.

        An item was published between the last visit that read its source and the one that saw it; where the page gives
        a minute in between, at that minute.
        """
        rows = self._db.query(
            """SELECT l.source, l.listed_at, a.published_at, a.published_precision, s.label,
                      (SELECT r.finished_at FROM runs AS r
                       WHERE r.source = l.source AND r.started_at < l.listed_at AND r.finished_at <= l.listed_at
                             AND r.outcome IN ('ok', 'unchanged')
                       ORDER BY r.started_at DESC LIMIT 1) AS before
               FROM links AS l
               LEFT JOIN articles AS a ON a.key = l.key
               LEFT JOIN assessments AS s ON s.article_id = a.id
               WHERE l.is_quiet = 0 AND l.listed_at >= :since
               ORDER BY l.source, l.listed_at""",
            {"since": text_of(since)},
        )
        for row in rows:
            if row["before"] is not None:
                yield _sighting(row)


def _sighting(row: dict[str, str | None]) -> Sighting:
    source, listed, before = str(row["source"]), moment_of(str(row["listed_at"])), moment_of(str(row["before"]))
    after, seen = before, listed
    if row["published_precision"] == "minute" and row["published_at"]:
        published = moment_of(row["published_at"])
        if before < published <= listed:
            after = seen = published
    return Sighting(
        source=source, after=after, seen_at=seen, is_relevant=row["label"] in {"announcement", "related"}
    )  # fmt: skip
