"""Read the data of an audit of recall: announcements, and the pages that their own sources listed and fetched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.connection import moment_of, text_of
from storage.database import Database
from storage.site_looks import SitePath


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedAct:
    """An announcement as the audit sees it; `first_source` is whose page was first."""

    id: int
    title: str
    region: str | None
    issuers: tuple[str, ...]
    policy_titles: tuple[str, ...]
    first_seen_at: datetime
    first_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedArticle:
    """An article of a source. `announcement_id` is None when it is about no announcement; `is_empty`: no text.

    `found_by` is the site's search or sitemap where the archive lacked it until that showed it, else None.
    """

    url: str
    source: str
    title: str
    seen_at: datetime
    label: str
    score: float
    is_empty: bool
    announcement_id: int | None
    found_by: SitePath | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedListing:
    """A row of a source's listing that is not in the archive. `error` is None before the first attempt."""

    url: str
    source: str
    title: str
    listed_at: datetime
    attempts: int
    error: str | None
    is_given_up: bool


class Audit:
    """The questions of an audit to an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def acts(self, *, since: datetime) -> list[AuditedAct]:
        """Return the announcements first seen since a moment, oldest first; without those rejected or merged."""
        rows = self._db.query(
            """SELECT id, title, region, issuers, policy_titles, first_seen_at, coalesce(
                   (SELECT a.source FROM mentions AS m JOIN articles AS a ON a.id = m.article_id
                    WHERE m.announcement_id = announcements.id ORDER BY a.first_seen_at, a.id LIMIT 1), ''
               ) AS first_source
               FROM announcements
               WHERE first_seen_at >= ? AND merged_into IS NULL
                 AND id NOT IN (SELECT announcement_id FROM rejections)
               ORDER BY first_seen_at, id""",
            [text_of(since)],
        )
        return [
            AuditedAct(**row | {
                "issuers": tuple(json.loads(row["issuers"])), "policy_titles": tuple(json.loads(row["policy_titles"])),
                "first_seen_at": moment_of(row["first_seen_at"]),
            })
            for row in rows
        ]  # fmt: skip

    def kept(self, sources: Sequence[str], *, since: datetime, until: datetime) -> list[AuditedArticle]:
        """Return what sources' pages gave within a time, the first seen first."""
        where = f"a.source IN ({_marks(sources)}) AND a.first_seen_at BETWEEN ? AND ?"
        return self._kept(where, [*sources, text_of(since), text_of(until)])

    def mentions(self, announcement_id: int) -> list[AuditedArticle]:
        """Return the articles of an announcement, the first seen first."""
        return self._kept("m.announcement_id = ?", [announcement_id])

    def shown_by_sites(self, announcement_id: int) -> dict[SitePath, datetime]:
        """Return when sites' searches and sitemaps first showed articles of an announcement that was known already."""
        rows = self._db.execute(
            """SELECT f.path, min(f.found_at) FROM site_finds AS f JOIN articles AS a ON a.key = f.key
               JOIN mentions AS m ON m.article_id = a.id WHERE m.announcement_id = ? AND NOT f.was_lacking
               GROUP BY f.path""",
            [announcement_id],
        ).fetchall()
        return {path: moment_of(found_at) for path, found_at in rows}

    def _kept(self, where: str, values: list[Any]) -> list[AuditedArticle]:
        rows = self._db.query(
            f"""SELECT a.url, a.source, a.title, a.first_seen_at AS seen_at, s.label, s.score,
                       a.text = '' AS is_empty, m.announcement_id, (
                           SELECT f.path FROM site_finds AS f WHERE f.key = a.key AND f.was_lacking
                           ORDER BY f.found_at LIMIT 1
                       ) AS found_by
                FROM articles AS a JOIN assessments AS s ON s.article_id = a.id
                LEFT JOIN mentions AS m ON m.article_id = a.id
                WHERE {where} ORDER BY a.first_seen_at, a.id""",  # noqa: S608  fixed, and question marks
            values,
        )
        return [
            AuditedArticle(**row | {"seen_at": moment_of(row["seen_at"]), "is_empty": bool(row["is_empty"])})
            for row in rows
        ]

    def listed(self, sources: Sequence[str], *, since: datetime, until: datetime) -> list[AuditedListing]:
        """Return the rows that sources listed within a time and whose pages are not in the archive."""
        rows = self._db.query(
            f"""SELECT address AS url, source, title, listed_at, attempts, error, next_attempt_at IS NULL AS is_given_up
                FROM links WHERE source IN ({_marks(sources)}) AND listed_at BETWEEN ? AND ?
                  AND (next_attempt_at IS NOT NULL OR error IS NOT NULL)
                  AND key NOT IN (SELECT key FROM site_finds WHERE was_lacking) ORDER BY listed_at""",  # noqa: S608  as above
            [*sources, text_of(since), text_of(until)],
        )
        return [
            AuditedListing(**row | {"listed_at": moment_of(row["listed_at"]), "is_given_up": bool(row["is_given_up"])})
            for row in rows
        ]  # fmt: skip

    def visits(self, sources: Sequence[str], *, since: datetime, until: datetime) -> dict[str, int]:
        """Return how sources' visits within a time ended: numbers by outcome or cause of the error.

        Quiet visits of days that are rolled up count where any of their day's lies within it.
        """
        span = [text_of(since), text_of(until)]
        rows = self._db.execute(
            f"""SELECT ended, sum(runs) FROM (
                    SELECT coalesce(cause, outcome) AS ended, 1 AS runs FROM runs
                    WHERE source IN ({_marks(sources)}) AND started_at BETWEEN ? AND ?
                    UNION ALL
                    SELECT outcome, runs FROM run_days
                    WHERE source IN ({_marks(sources)}) AND last_started_at >= ? AND first_started_at <= ?)
                GROUP BY ended""",  # noqa: S608  as above
            [*sources, *span, *sources, *span],
        ).fetchall()
        return dict(rows)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
