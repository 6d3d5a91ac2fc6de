"""Keep what sites' own searches and sitemaps showed, and say what the archive has by them alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.records import Link

SitePath = Literal["search", "sitemap"]

LACKED_SQL = "EXISTS (SELECT 1 FROM site_finds AS f WHERE f.key = a.key AND f.was_lacking)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLook:
    """The last look at a site by a path. `site` is its home page, `address` what was asked, empty for nothing.

    `listed` counts rows, `recent` those from the day `since` on, `lacking` those of them that the archive did not
    have. `reason` says why it could not be asked, or showed nothing; empty when all is well.
    """

    site: str
    path: SitePath
    looked_at: datetime
    since: date
    address: str = ""
    listed: int = 0
    recent: int = 0
    lacking: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAlone:
    """An announcement all of whose articles the archive lacked until a search or a sitemap showed them."""

    id: int
    title: str
    url: str
    path: SitePath


class SiteLooks:
    """The looks of an archive, and what they found."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(self, look: SiteLook) -> None:
        """Keep a look in place of the last one at that site by that path."""
        row = asdict(look) | {"looked_at": text_of(look.looked_at), "since": text_of(look.since)}
        with transaction(self._db):
            self._db.execute(
                """INSERT OR REPLACE INTO site_looks
                   (site, path, looked_at, since, address, listed, recent, lacking, reason) VALUES
                   (:site, :path, :looked_at, :since, :address, :listed, :recent, :lacking, :reason)""",
                row,
            )

    def note(self, look: SiteLook, rows: Iterable[tuple[str, Link]], *, was_lacking: bool) -> None:
        """Remember rows that were lacking, each with its key; of others those whose article tells of an announcement.

        The first sight of a row by a path stands.
        """
        with transaction(self._db):
            for key, link in rows:
                row = {
                    "key": key, "path": look.path, "site": look.site, "url": link.url, "title": link.title,
                    "day": text_of(link.date), "now": text_of(look.looked_at), "was_lacking": int(was_lacking),
                }  # fmt: skip
                self._db.execute(
                    """INSERT INTO site_finds (key, path, site, url, title, day, found_at, was_lacking)
                       SELECT :key, :path, :site, :url, :title, :day, :now, :was_lacking WHERE :was_lacking OR EXISTS
                           (SELECT 1 FROM articles AS a JOIN mentions AS m ON m.article_id = a.id WHERE a.key = :key)
                       ON CONFLICT DO NOTHING""",
                    row,
                )

    def last(self) -> list[SiteLook]:
        """Return the last look at each site by each path, in their order."""
        return [
            SiteLook(**row | {"looked_at": moment_of(row["looked_at"]), "since": date.fromisoformat(row["since"])})
            for row in self._db.query("SELECT * FROM site_looks ORDER BY site, path")
        ]

    def has(self, key: str) -> bool:
        """Return whether the archive has an article with a key, or a row that leads to one."""
        known = """SELECT 1 FROM articles WHERE key = :key UNION ALL SELECT 1 FROM addresses WHERE key = :key
                   UNION ALL SELECT 1 FROM links WHERE key = :key LIMIT 1"""
        return self._db.execute(known, {"key": key}).fetchone() is not None

    def titles_since(self, moment: datetime) -> frozenset[str]:
        """Return the titles of the articles first seen since a moment."""
        rows = self._db.execute("SELECT title FROM articles WHERE first_seen_at >= ?", [text_of(moment)]).fetchall()
        return frozenset(str(title) for (title,) in rows)

    def watched_since(self, sources: Iterable[str]) -> datetime | None:
        """Return when the first of some sources was visited first, None before that."""
        starts = (self._db.execute("SELECT min(started_at) FROM runs WHERE source = ?", [one]) for one in sources)
        known = [moment for start in starts if (moment := start.fetchone()[0])]
        return moment_of(min(known)) if known else None

    def found_alone(self, since: datetime, until: datetime) -> tuple[FoundAlone, ...]:
        """Return the announcements first seen within a time that nothing but searches and sitemaps showed."""
        rows = self._db.query(
            f"""SELECT n.id, n.title, a.url, f.path FROM announcements AS n
                JOIN mentions AS m ON m.announcement_id = n.id JOIN articles AS a ON a.id = m.article_id
                JOIN site_finds AS f ON f.key = a.key AND f.was_lacking
                WHERE n.first_seen_at >= ? AND n.first_seen_at < ? AND n.merged_into IS NULL
                  AND n.id NOT IN (SELECT announcement_id FROM rejections)
                  AND NOT EXISTS (SELECT 1 FROM mentions AS o JOIN articles AS a ON a.id = o.article_id
                                  WHERE o.announcement_id = n.id AND NOT {LACKED_SQL})
                GROUP BY n.id ORDER BY n.first_seen_at, n.id""",  # noqa: S608  fixed text
            [text_of(since), text_of(until)],
        )
        return tuple(FoundAlone(**row) for row in rows)
