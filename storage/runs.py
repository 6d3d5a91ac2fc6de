"""Keep how each visit to a source went, and answer how the sources are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.records import ExitUse, Run

RUN_COLUMNS = (
    "source, started_at, finished_at, outcome, cause, listed, new, announcements, requests, not_extracted, error, "
    "clock_offset_seconds, links, known, fetched, extracted, failed, flaws, exits"
)
HEALTHY_OUTCOMES = ("ok", "unchanged")
RECENT_RUNS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source is: its last run (None before the first), its last healthy one, failures since then.

    `troubles` counts the unhealthy runs on record by class (an error's cause, else the outcome); `liars` are the
    listing pages whose validators hid a change.
    """

    source: str
    last: Run | None
    last_healthy_at: datetime | None
    failures: int
    troubles: Mapping[str, int]
    liars: tuple[str, ...]


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
                                                      level = excluded.level, kind = excluded.kind
                       WHERE (name, region, level, kind)
                             IS NOT (excluded.name, excluded.region, excluded.level, excluded.kind)""",
                    row,
                )

    def had_first_crawl(self, source: str) -> bool:
        """True when a crawl of the source has ended well before: from then on it alerts."""
        row = self._db.execute("SELECT first_crawled_at FROM sources WHERE id = ?", [source]).fetchone()
        return bool(row and row[0])

    def record(self, run: Run) -> None:
        """Keep a run; the first one that listed something ends the source's first crawl."""
        with transaction(self._db):
            row = asdict(run) | {
                "started_at": text_of(run.started_at), "finished_at": text_of(run.finished_at),
                "flaws": json.dumps(dict(run.flaws), ensure_ascii=False), "exits": _written(run.exits),
            }  # fmt: skip
            self._db.insert("runs", row)
            if run.outcome == "ok":
                self._db.execute(
                    "UPDATE sources SET first_crawled_at = coalesce(first_crawled_at, ?) WHERE id = ?",
                    [text_of(run.finished_at), run.source],
                )

    def standing(self, source: str) -> tuple[Run | None, int]:
        """Return a source's last run (None before the first), and how many runs since the last healthy one failed.

        Counts at most RECENT_RUNS failures: no schedule asks for more. The last run is the one that was recorded last:
        after the clock was set back it started before others.
        """
        of_source = "FROM runs WHERE source = ? ORDER BY id DESC LIMIT ?"
        last = next(self._db.query(f"SELECT {RUN_COLUMNS} {of_source}", [source, 1]), None)
        outcomes = self._db.execute(f"SELECT outcome {of_source}", [source, RECENT_RUNS])
        failures = len(list(takewhile(lambda row: row[0] not in HEALTHY_OUTCOMES, outcomes)))
        return run_of(last) if last else None, failures

    def state(self, source: str) -> SourceState:
        """Return how a source is, over all its runs."""
        last, failures = self.standing(source)
        (healthy,) = self._db.execute(
            "SELECT max(finished_at) FROM runs WHERE source = ? AND outcome IN ('ok', 'unchanged')", [source]
        ).fetchone()
        troubles = self._db.execute(
            """SELECT coalesce(cause, outcome), count(*) FROM runs
               WHERE source = ? AND outcome NOT IN ('ok', 'unchanged') GROUP BY 1 ORDER BY 2 DESC""",
            [source],
        ).fetchall()
        liars = self._db.execute(
            "SELECT url FROM listings WHERE source = ? AND distrusted_at IS NOT NULL", [source]
        ).fetchall()
        return SourceState(
            source=source, last=last, failures=failures, last_healthy_at=moment_of(healthy) if healthy else None,
            troubles=dict(troubles), liars=tuple(url for (url,) in liars),
        )  # fmt: skip

    def counts(self) -> dict[str, int]:
        """Return how many rows of each kind the archive holds."""
        return {
            "sources": self._db.count("sources"),
            "articles": self._db.count("articles"),
            "announcements": self._db.count("announcements"),
            "links_waiting": self._db.count("links", "next_attempt_at IS NOT NULL"),
            "links_given_up": self._db.count("links", "next_attempt_at IS NULL AND error IS NOT NULL"),
            "deliveries_pending": self._db.count("deliveries", "state = 'pending'"),
            "deliveries_dead": self._db.count("deliveries", "state = 'dead'"),
            "incidents_open": self._db.count("incidents", "resolved_at IS NULL"),
            "deliveries_delivered": self._db.count("deliveries", "state = 'delivered'"),
        }


def run_of(row: dict[str, Any]) -> Run:
    """Return a run as it is kept: a row of COLUMNS."""
    moments = {name: moment_of(row[name]) for name in ("started_at", "finished_at")}
    uses = json.loads(row["exits"]).items()
    exits = {name: ExitUse(requests=asked, failed=failed, seconds=seconds) for name, (asked, failed, seconds) in uses}
    return Run(**{**row, **moments, "flaws": json.loads(row["flaws"]), "exits": exits})


def _written(exits: Mapping[str, ExitUse]) -> str:
    return json.dumps({name: (use.requests, use.failed, round(use.seconds, 3)) for name, use in exits.items()})
