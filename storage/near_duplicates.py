"""Find the announcements that a new article is compared with: by key, by wording, by region and days.

Everything is looked up in tables, so nothing is rebuilt when the archive is opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from storage.connection import moment_of, transaction
from storage.database import Database
from storage.records import Article, Attachment, Fact, Facts, Key, Member, Region
from storage.remembered import Membership

LEAST_SHARED_KEYS = 2  # a lone key in common is a turn of phrase ...
FEW_FINGERPRINT_KEYS = 20  # ... but of a text with so few, hardly more than one meets the sample of a long source
MOST_COMPARED_COPIES = 20  # articles that are compared exactly, those with most keys in common first
FACT_COLUMNS = ("kind", "value", "quote", "place", "start", "year", "number", "unit")
MEMBERS_PER_ANNOUNCEMENT = 6  # its lead, its most official ones, its first ones: a hundred reprints tell nothing new

# The day in China that an article counts for.
ARTICLE_DAY_SQL = "date(coalesce(a.published_at, a.first_seen_at), '+8 hours')"
# The lead and the first ones by an index, so that an act with a thousand articles takes no longer than one with ten.
PLACES_SQL = """
SELECT m.article_id, m.announcement_id, n.region, m.standing
FROM mentions AS m JOIN announcements AS n ON n.id = m.announcement_id
WHERE m.article_id IN (
    SELECT value FROM json_each(:articles)
    UNION SELECT article_id FROM (
        SELECT o.article_id, row_number() OVER (PARTITION BY o.announcement_id
               ORDER BY o.article_id <> of.lead_article_id, o.standing DESC, o.joined_at, o.article_id) AS place
        FROM announcements AS of JOIN mentions AS o ON +o.announcement_id = of.id AND o.article_id IN (
            SELECT of.lead_article_id UNION ALL SELECT article_id FROM (
                SELECT article_id FROM mentions WHERE announcement_id = of.id
                ORDER BY standing DESC, joined_at, article_id LIMIT :limit))
        WHERE of.id IN (SELECT value FROM json_each(:announcements)))
    WHERE place <= :limit)
ORDER BY m.announcement_id, m.article_id
"""


class NearDuplicates:
    """The candidates of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, article_id: int, fingerprint: Sequence[int]) -> None:
        """Keep the sampled hashes of an article's text."""
        with transaction(self._db):
            self._db.conn.executemany(
                "INSERT INTO fingerprints (key, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(key, article_id) for key in fingerprint],
            )

    def alike(self, fingerprint: Sequence[int]) -> list[int]:
        """Return the articles that share sampled hashes with a text, those that share most first."""
        rows = self._db.execute(
            """SELECT article_id, count(*) AS shared FROM fingerprints WHERE key IN (SELECT value FROM json_each(:keys))
               GROUP BY article_id HAVING shared >= :least ORDER BY shared DESC, article_id LIMIT :limit""",
            {
                "keys": json.dumps(fingerprint),
                "least": LEAST_SHARED_KEYS if len(fingerprint) > FEW_FINGERPRINT_KEYS else 1,
                "limit": MOST_COMPARED_COPIES,
            },
        ).fetchall()
        return [int(row[0]) for row in rows]

    def sharing(self, keys: Iterable[Key]) -> set[int]:
        """Return the announcements that have one of these keys."""
        rows = self._db.execute(
            "SELECT DISTINCT announcement_id FROM announcement_keys WHERE key IN (SELECT value FROM json_each(?))",
            [json.dumps([key.text for key in keys], ensure_ascii=False)],
        ).fetchall()
        return {int(row[0]) for row in rows}

    def document(self, keys: Sequence[Key]) -> int | None:
        """Return the announcement of a document that has one of these keys, its issue before other acts; None without.

        A year in a key must be that of the document, where it is known.
        """
        row = self._db.execute(
            """SELECT n.id FROM announcement_keys AS k JOIN announcements AS n ON n.id = k.announcement_id
               WHERE k.key IN (SELECT value FROM json_each(:keys)) AND n.merged_into IS NULL
                 AND (:year IS NULL OR k.year IS NULL OR k.year = :year)
               ORDER BY n.act IS NOT '印发', n.id LIMIT 1""",
            {
                "keys": json.dumps([key.text for key in keys], ensure_ascii=False),
                "year": keys[0].year if keys else None,
            },
        ).fetchone()
        return int(row[0]) if row else None

    def around(self, regions: tuple[str, str], day: date, window: timedelta) -> set[int]:
        """Return the announcements of regions with an article published within `window` of a day.

        `regions` are the first and the last code. A day without a time stays that day when eight hours are added.
        """
        within = "= :first" if regions[0] == regions[1] else "BETWEEN :first AND :last"  # = uses all of the index
        rows = self._db.execute(
            f"""SELECT n.id FROM announcements AS n WHERE n.region {within} AND n.last_day >= :since AND EXISTS (
                    SELECT 1 FROM mentions AS m JOIN articles AS a ON a.id = m.article_id
                    WHERE m.announcement_id = n.id AND {ARTICLE_DAY_SQL} BETWEEN :since AND :until)""",  # noqa: S608  fixed text
            {"first": regions[0], "last": regions[1], "since": str(day - window), "until": str(day + window)},
        ).fetchall()
        return {int(row[0]) for row in rows}

    def members(self, announcement_ids: Iterable[int], article_ids: Iterable[int]) -> list[Member]:
        """Return what an article is compared with: some articles of each announcement, and these articles.

        Articles that belong to no announcement are left out. Older announcements come first. Within a transaction an
        article that nobody changed is the same object again, so that what is read of it is read once.
        """
        asked = {
            "articles": json.dumps(sorted(article_ids)), "announcements": json.dumps(sorted(announcement_ids)),
            "limit": MEMBERS_PER_ANNOUNCEMENT,
        }  # fmt: skip
        places: list[Membership] = self._db.execute(PLACES_SQL, asked).fetchall()
        remembered = self._db.remembered()
        known = {place: remembered.get(place) for place in places}
        for member, place in self._read([place for place, member in known.items() if member is None]):
            known[place] = member
            remembered.put(place, member)
        return [member for member in known.values() if member is not None]

    def _read(self, places: Sequence[Membership]) -> Iterator[tuple[Member, Membership]]:
        """Yield the articles at some places."""
        if not places:
            return
        at, facts = {place[0]: place for place in places}, facts_of(self._db, [place[0] for place in places])
        rows = self._db.query(
            "SELECT * FROM articles WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(list(at))]
        )
        for row in rows:
            yield _member(row, facts[row["id"]], at[row["id"]]), at[row["id"]]

    def members_of(self, announcement_id: int) -> list[Member]:
        """Return the articles of an announcement that new ones are compared with."""
        return self.members([announcement_id], [])

    def source(self, id: str) -> tuple[str, str] | None:
        """Return the kind of a source and the code of its region, None when it is not known."""
        row = self._db.execute("SELECT kind, region FROM sources WHERE id = ?", [id]).fetchone()
        return (str(row[0]), str(row[1])) if row else None


def facts_of(db: Database, article_ids: Sequence[int]) -> Mapping[int, Facts]:
    """Return the facts of some articles, each in the order in which they were established; the region is not told."""
    found: dict[int, list[Fact]] = {id: [] for id in article_ids}
    rows = db.execute(
        f"""SELECT article_id, {", ".join(FACT_COLUMNS)}
            FROM facts WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY rowid""",  # noqa: S608  fixed
        [json.dumps(list(article_ids))],
    )
    for id, *fact in rows:
        found[id].append(Fact(**dict(zip(FACT_COLUMNS, fact, strict=True))))
    return {id: Facts(all=tuple(facts)) for id, facts in found.items()}


def _member(row: Mapping[str, Any], facts: Facts, place: Membership) -> Member:
    """Return the article that a row holds; one that tells no region itself is of its announcement's."""
    article_id, announcement_id, region, standing = place
    code = facts.first("region") or region
    return Member(
        announcement_id=announcement_id,
        article_id=article_id,
        article=article_of(row),
        facts=replace(facts, region=Region(code=code, name=code) if code else None),
        first_seen_at=moment_of(row["first_seen_at"]),
        standing=standing,
    )


def article_of(row: Mapping[str, Any]) -> Article:
    """Return the article that a row of `articles` holds."""
    same = ("url", "title", "text", "publisher", "byline", "published_from", "document_number", "agreement",
            "index_number", "published_doubt")  # fmt: skip
    return Article(
        **{name: row[name] for name in same},
        published_at=_published(row["published_at"]),
        document_date=date.fromisoformat(row["document_date"]) if row["document_date"] else None,
        attachments=tuple(Attachment(**attachment) for attachment in json.loads(row["attachments"])),
    )


def _published(text: str | None) -> datetime | date | None:
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
