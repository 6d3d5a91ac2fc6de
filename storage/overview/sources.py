"""Summarise all sources: health, freshness, delays. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.connection import moment_of, text_of
from storage.database import Database
from storage.records import Run
from storage.runs import HEALTHY_OUTCOMES, RUN_COLUMNS, run_of

RUNS_IN_STRIP = 30  # runs that a strip shows: with a visit every 30 minutes the last 15 hours
DELAYS_SPAN = timedelta(days=30)  # the time over which delays are measured

NEWEST_SQL = """
SELECT s.id, s.name, s.region, s.level, s.kind, s.first_crawled_at,
       (SELECT max(published_at) FROM articles WHERE source = s.id AND published_at < :tomorrow) AS newest,
       (SELECT max(first_seen_at) FROM articles WHERE source = s.id) AS newest_seen,
       (SELECT max(finished_at) FROM runs WHERE source = s.id AND outcome IN ('ok', 'unchanged')) AS healthy,
       (SELECT group_concat(url, char(10)) FROM listings WHERE source = s.id AND distrusted_at IS NOT NULL) AS liars
FROM sources AS s WHERE :source IS NULL OR s.id = :source ORDER BY s.region, s.id
"""
LATEST_SQL = f"""
SELECT {", ".join(f"r.{name.strip()}" for name in RUN_COLUMNS.split(","))} FROM sources AS s
CROSS JOIN runs AS r ON r.id IN (SELECT id FROM runs WHERE source = s.id ORDER BY started_at DESC, id DESC LIMIT :strip)
WHERE :source IS NULL OR s.id = :source ORDER BY r.source, r.started_at, r.id
"""  # noqa: S608  fixed columns
# The sources of the articles from the index, one step each: DISTINCT would read all of it.
NAMES_SQL = """
WITH RECURSIVE kept(id) AS
  (SELECT min(source) FROM articles
   UNION ALL SELECT (SELECT min(source) FROM articles WHERE source > kept.id) FROM kept WHERE kept.id IS NOT NULL)
SELECT id, name FROM sources UNION ALL SELECT id, id FROM kept WHERE id NOT IN (SELECT id FROM sources)
"""
# Rows found on a source's first crawl (is_quiet) say nothing about how fast they were found, nor does an old page that
# a portal lists again.
FOUND_SQL = """
SELECT a.source, l.listed_at AS listed, a.first_seen_at AS seen,
       iif(a.published_precision = 'minute' AND julianday(a.first_seen_at) - julianday(a.published_at) < 30,
           a.published_at, NULL) AS published
FROM sources AS s CROSS JOIN articles AS a ON a.source = s.id AND a.first_seen_at >= :since
JOIN links AS l ON l.key = a.key AND l.is_quiet = 0
WHERE :source IS NULL OR s.id = :source
"""
SENT_SQL = """
SELECT source, created_at AS seen, delivered_at AS sent FROM deliveries
WHERE state = 'delivered' AND type = 'announcement.new' AND delivered_at >= :since AND source IS NOT NULL
  AND (:source IS NULL OR source = :source)
"""
# With one max() alone SQLite takes bare columns (outcome, error) from its row: the last run.
TROUBLED_SQL = """
SELECT source, name, sum(runs) AS runs, sum(outcome NOT IN ('ok', 'unchanged')) AS failed, outcome, error,
       max(started_at) AS last_at
FROM (
    SELECT s.id AS source, s.name, 1 AS runs, r.outcome, r.error, r.started_at
    FROM sources AS s CROSS JOIN runs AS r ON r.source = s.id AND r.started_at >= :since AND r.started_at < :until
    UNION ALL
    SELECT s.id, s.name, d.runs, d.outcome, NULL, d.last_started_at
    FROM sources AS s CROSS JOIN run_days AS d ON d.source = s.id AND d.last_started_at >= :since
                                              AND d.last_started_at < :until)
GROUP BY source HAVING outcome NOT IN ('ok', 'unchanged') ORDER BY failed DESC, source
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTrouble:
    """A source whose last visit in a span of time failed, and how many of its visits did."""

    source: str
    name: str
    runs: int
    failed: int
    outcome: str
    error: str | None
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long something took: the median, and what 95 of 100 stay under. `count` is how many were measured."""

    count: int
    p50: timedelta
    p95: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source is.

    `newest` is the latest publication among its articles (a day or a time as the archive writes them), `newest_seen_at`
    when its latest article was first read; None before the first. `strip` holds its last runs, oldest first, and
    `failures` how many of them failed since the last healthy one. Delays are None where nothing could be measured:
    `found` is from a publication known to the minute to first sight, `fetched` from the row on a listing page to first
    sight, `sent` from first sight to an endpoint. `liars` are listing pages whose validators hid a change.
    """

    id: str
    name: str
    region: str
    level: str
    kind: str
    first_crawled_at: datetime | None
    newest: str | None
    newest_seen_at: datetime | None
    last_healthy_at: datetime | None
    strip: tuple[Run, ...]
    failures: int
    found: Delay | None
    fetched: Delay | None
    sent: Delay | None
    liars: tuple[str, ...]

    @property
    def last(self) -> Run | None:
        """The last run, None before the first."""
        return self.strip[-1] if self.strip else None


class SourceOverview:
    """The sources of an archive as the people who look after them see them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def name(self, source: str) -> str | None:
        """Return what a source is called, None when it is not known."""
        row = self._db.execute("SELECT name FROM sources WHERE id = ?", [source]).fetchone()
        return str(row[0]) if row else None

    def names(self) -> dict[str, str]:
        """Return what each source is called that was declared or has an article; its id where that is not known."""
        return {str(id): str(name) for id, name in self._db.execute(NAMES_SQL).fetchall()}

    def all(self, *, now: datetime) -> list[SourceHealth]:
        """Return how every source is that was ever declared, by region; delays are those of the last 30 days."""
        return self._read(None, now)

    def of(self, source: str, *, now: datetime) -> SourceHealth:
        """Return how one source is. Raises `KeyError` when there is none."""
        found = self._read(source, now)
        if not found:
            raise KeyError(source)
        return found[0]

    def incidents(self, source: str, *, limit: int) -> list[int]:
        """Return the incidents that a source was ever part of, the latest first."""
        rows = self._db.execute(
            "SELECT incident_id FROM incident_members WHERE source = ? ORDER BY incident_id DESC LIMIT ?",
            [source, limit],
        ).fetchall()
        return [int(row[0]) for row in rows]

    def troubled(self, since: datetime, until: datetime) -> list[SourceTrouble]:
        """Return the sources that ended a span of time with a failure, those with the most failures first."""
        rows = self._db.query(TROUBLED_SQL, {"since": text_of(since), "until": text_of(until)})
        return [SourceTrouble(**{**row, "last_at": moment_of(row["last_at"])}) for row in rows]

    def _read(self, source: str | None, now: datetime) -> list[SourceHealth]:
        values = {
            "source": source, "strip": RUNS_IN_STRIP, "since": text_of(now - DELAYS_SPAN),
            "tomorrow": text_of(now + timedelta(days=1)),
        }  # fmt: skip
        runs: dict[str, list[Run]] = defaultdict(list)
        for row in self._db.query(LATEST_SQL, values):
            runs[row["source"]].append(run_of(row))
        found, sent = list(self._db.query(FOUND_SQL, values)), list(self._db.query(SENT_SQL, values))
        delays = {
            "found": _delays(found, "published", "seen"), "fetched": _delays(found, "listed", "seen"),
            "sent": _delays(sent, "seen", "sent"),
        }  # fmt: skip
        return [_health(row, runs[row["id"]], delays) for row in self._db.query(NEWEST_SQL, values)]


def delay_of(durations: Iterable[timedelta]) -> Delay | None:
    """Return the median and the 95th percentile by the nearest rank, None of nothing."""
    ordered = sorted(durations)
    if not ordered:
        return None
    p50, p95 = (ordered[max(0, -(-len(ordered) * percent // 100) - 1)] for percent in (50, 95))
    return Delay(count=len(ordered), p50=p50, p95=p95)


def _delays(rows: Iterable[Mapping[str, Any]], start: str, end: str) -> dict[str, Delay | None]:
    """Return the delay of each source. One below zero (a page dated ahead) counts as none at all."""
    durations: dict[str, list[timedelta]] = defaultdict(list)
    for row in rows:
        if row[start] is not None:
            durations[row["source"]].append(max(timedelta(0), moment_of(row[end]) - moment_of(row[start])))
    return {source: delay_of(some) for source, some in durations.items()}


def _health(
    row: Mapping[str, Any], strip: Sequence[Run], delays: Mapping[str, Mapping[str, Delay | None]]
) -> SourceHealth:
    failures = next((n for n, run in enumerate(reversed(strip)) if run.outcome in HEALTHY_OUTCOMES), len(strip))
    source = row["id"]
    return SourceHealth(
        **{name: row[name] for name in ("id", "name", "region", "level", "kind", "newest")},
        first_crawled_at=_moment(row["first_crawled_at"]), newest_seen_at=_moment(row["newest_seen"]),
        last_healthy_at=_moment(row["healthy"]), strip=tuple(strip), failures=failures,
        found=delays["found"].get(source), fetched=delays["fetched"].get(source), sent=delays["sent"].get(source),
        liars=tuple((row["liars"] or "").split()),
    )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return moment_of(text) if text else None
