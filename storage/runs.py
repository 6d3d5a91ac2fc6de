"""Keep how each visit to a source went, and answer how the sources are."""

from __future__ import annotations

import json
from collections import defaultdict
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
NAMED = "json_each(:sources) AS s"
LAST_RUNS_SQL = f"""
SELECT s.value AS watched, {RUN_COLUMNS} FROM {NAMED}
LEFT JOIN runs AS r ON r.id = (SELECT id FROM runs WHERE source = s.value ORDER BY id DESC LIMIT 1)
"""  # noqa: S608  fixed
LAST_HEALTHY_SQL = f"""
SELECT s.value, (SELECT max(finished_at) FROM runs WHERE source = s.value AND outcome IN ('ok', 'unchanged'))
FROM {NAMED}
"""  # noqa: S608  fixed
TROUBLES_SQL = f"""
SELECT s.value, coalesce(r.cause, r.outcome), count(*) FROM {NAMED}
CROSS JOIN runs AS r ON r.source = s.value AND r.outcome NOT IN ('ok', 'unchanged')
GROUP BY 1, 2 ORDER BY 1, 3 DESC
"""  # noqa: S608  fixed
LIARS_SQL = f"""
SELECT source, url FROM listings WHERE distrusted_at IS NOT NULL AND source IN (SELECT s.value FROM {NAMED})
"""  # noqa: S608  fixed


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
        return self.standings([source])[source]

    def standings(self, sources: Iterable[str]) -> dict[str, tuple[Run | None, int]]:
        """Return of each source what `standing` does: of all in one question, one more for each that fails."""
        found: dict[str, tuple[Run | None, int]] = {}
        for row in self._db.query(LAST_RUNS_SQL, {"sources": json.dumps(list(sources))}):
            watched = str(row.pop("watched"))
            last = run_of(row) if row["source"] else None
            is_failing = last is not None and last.outcome not in HEALTHY_OUTCOMES
            found[watched] = last, self._failures(watched) if is_failing else 0
        return found

    def _failures(self, source: str) -> int:
        outcomes = self._db.execute(
            "SELECT outcome FROM runs WHERE source = ? ORDER BY id DESC LIMIT ?", [source, RECENT_RUNS]
        )
        return len(list(takewhile(lambda row: row[0] not in HEALTHY_OUTCOMES, outcomes)))

    def state(self, source: str) -> SourceState:
        """Return how a source is, over all its runs."""
        (state,) = self.states([source])
        return state

    def states(self, sources: Iterable[str]) -> list[SourceState]:
        """Return how each of some sources is, over all its runs, in their order."""
        standings = self.standings(sources)
        named = {"sources": json.dumps(list(standings))}
        healthy = dict(self._db.execute(LAST_HEALTHY_SQL, named).fetchall())
        troubles: dict[str, dict[str, int]] = defaultdict(dict)
        for source, trouble, number in self._db.execute(TROUBLES_SQL, named):
            troubles[source][trouble] = number
        liars: dict[str, list[str]] = defaultdict(list)
        for source, url in self._db.execute(LIARS_SQL, named):
            liars[source].append(url)
        return [
            SourceState(
                source=source, last=last, failures=failures, troubles=troubles[source], liars=tuple(liars[source]),
                last_healthy_at=moment_of(healthy[source]) if healthy[source] else None,
            )
            for source, (last, failures) in standings.items()
        ]  # fmt: skip

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
    uses = json.loads(row["exits"]).items() if row["exits"] != "{}" else ()
    exits = {name: ExitUse(requests=asked, failed=failed, seconds=seconds) for name, (asked, failed, seconds) in uses}
    return Run(**{**row, **moments, "flaws": json.loads(row["flaws"]) if row["flaws"] != "{}" else {}, "exits": exits})


def _written(exits: Mapping[str, ExitUse]) -> str:
    return json.dumps({name: (use.requests, use.failed, round(use.seconds, 3)) for name, use in exits.items()})
