"""Keep how each visit to a source went, and answer how the sources are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.connection import moment_of, text_of, transaction
from storage.records import Run

COLUMNS = "source, started_at, finished_at, outcome, cause, listed, new, announcements, requests, error"
HEALTHY = ("ok", "unchanged")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source is: its last run (None before the first), its last healthy one, failures since then."""

    source: str
    last: Run | None
    last_healthy_at: datetime | None
    failures: int


class Runs:
    """The runs of an archive, and the sources they visited."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def register(self, rows: Iterable[dict[str, str]]) -> None:
        """Keep the declared sources (id, name, region, level, kind), changed ones as they are now."""
        with transaction(self._db):
            for row in rows:
                self._db.execute(
                    """INSERT INTO sources (id, name, region, level, kind) VALUES (:id, :name, :region, :level, :kind)
                       ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region,
                                                      level = excluded.level, kind = excluded.kind""",
                    row,
                )

    def had_first_crawl(self, source: str) -> bool:
        """True when a crawl of the source has ended well before: from then on it alerts."""
        row = self._db.execute("SELECT first_crawled_at FROM sources WHERE id = ?", [source]).fetchone()
        return bool(row and row[0])

    def record(self, run: Run) -> None:
        """Keep a run; the first one that listed something ends the source's first crawl."""
        with transaction(self._db):
            row = asdict(run) | {"started_at": text_of(run.started_at), "finished_at": text_of(run.finished_at)}
            self._db.table("runs").insert(row)
            if run.outcome == "ok":
                self._db.execute(
                    "UPDATE sources SET first_crawled_at = coalesce(first_crawled_at, ?) WHERE id = ?",
                    [text_of(run.finished_at), run.source],
                )

    def last(self, source: str) -> Run | None:
        """Return the source's last run, None before the first."""
        row = next(self._db.query(
            f"SELECT {COLUMNS} FROM runs WHERE source = ? ORDER BY id DESC LIMIT 1", [source]), None)  # noqa: S608  # fmt: skip
        return _run(row) if row else None

    def state(self, source: str) -> SourceState:
        """Return how a source is."""
        healthy, failures = self._db.execute(
            """SELECT max(finished_at) FILTER (WHERE outcome IN ('ok', 'unchanged')),
                      count(*) FILTER (WHERE id > (SELECT coalesce(max(id), 0) FROM runs
                                                   WHERE source = :source AND outcome IN ('ok', 'unchanged')))
               FROM runs WHERE source = :source""",
            {"source": source},
        ).fetchone()
        return SourceState(
            source=source, last=self.last(source), failures=failures,
            last_healthy_at=moment_of(healthy) if healthy else None,
        )  # fmt: skip

    def counts(self) -> dict[str, int]:
        """Return how many rows of each kind the archive holds."""
        return {
            "sources": self._db.table("sources").count,
            "articles": self._db.table("articles").count,
            "announcements": self._db.table("announcements").count,
            "links_waiting": self._db.table("links").count_where("next_attempt_at IS NOT NULL"),
            "links_given_up": self._db.table("links").count_where("next_attempt_at IS NULL AND error IS NOT NULL"),
            "deliveries_pending": self._db.table("deliveries").count_where("state = 'pending'"),
            "deliveries_dead": self._db.table("deliveries").count_where("state = 'dead'"),
            "deliveries_delivered": self._db.table("deliveries").count_where("state = 'delivered'"),
        }


def _run(row: dict[str, Any]) -> Run:
    moments = {name: moment_of(row[name]) for name in ("started_at", "finished_at")}
    return Run(**{**row, **moments})
