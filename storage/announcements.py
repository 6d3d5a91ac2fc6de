"""Keep announcements: one row for each policy act, the keys that tell it, the articles about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.articles import dump
from storage.connection import insert, moment_of, text_of, transaction
from storage.records import (
    Announcement,
    Article,
    Assessment,
    Candidate,
    Facts,
    Hit,
    Key,
    Mention,
    Region,
    Relation,
    Target,
)

EXPLAINED_BY = 12  # hits that an alert shows, strongest first: a screenful


class Announcements:
    """The announcements of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def sharing(self, keys: Iterable[Key]) -> list[Candidate]:
        """Return the announcements that share a key, oldest first, whatever their year."""
        found = []
        for key in keys:
            rows = self._db.query("SELECT announcement_id, key, year FROM announcement_keys WHERE key = ?", [key.text])
            found += [
                Candidate(announcement_id=row["announcement_id"], key=Key(text=row["key"], year=row["year"]))
                for row in rows
            ]
        return sorted(found, key=lambda candidate: candidate.announcement_id)

    def of_article(self, article_id: int) -> int | None:
        """Return the announcement that an article belongs to, None when it belongs to none."""
        row = self._db.execute("SELECT announcement_id FROM mentions WHERE article_id = ?", [article_id]).fetchone()
        return int(row[0]) if row else None

    def open(
        self,
        article_id: int,
        article: Article,
        facts: Facts,
        assessment: Assessment,
        *,
        keys: Iterable[Key],
        now: datetime,
    ) -> Announcement:
        """Open an announcement that an article is the first to make."""
        with transaction(self._db):
            row = _row(article, facts, assessment) | {"first_seen_at": text_of(now), "updated_at": text_of(now)}
            announcement_id = insert(self._db, "announcements", row)
            self.join(announcement_id, article_id, relation="original", keys=keys, now=now)
            return self.get(announcement_id)

    def join(
        self, announcement_id: int, article_id: int, *, relation: Relation, keys: Iterable[Key], now: datetime
    ) -> None:
        """Add an article to an announcement, and the keys that it brings."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO mentions (article_id, announcement_id, relation, joined_at) VALUES (?, ?, ?, ?)
                   ON CONFLICT (article_id) DO NOTHING""",
                [article_id, announcement_id, relation, text_of(now)],
            )
            for key in keys:
                self._db.execute(
                    """INSERT INTO announcement_keys (key, announcement_id, year) VALUES (?, ?, ?)
                       ON CONFLICT DO NOTHING""",
                    [key.text, announcement_id, key.year],
                )

    def get(self, announcement_id: int) -> Announcement:
        """Return an announcement with its articles, the first ones first. Raises `KeyError` when there is none."""
        row = next(self._db.query("SELECT * FROM announcements WHERE id = ?", [announcement_id]), None)
        if row is None:
            raise KeyError(announcement_id)
        return _announcement(row, self._mentions(announcement_id))

    def _mentions(self, announcement_id: int) -> tuple[Mention, ...]:
        rows = self._db.query(
            """SELECT m.article_id, a.url, a.title, a.publisher, a.source, a.published_at, m.relation
               FROM mentions AS m JOIN articles AS a ON a.id = m.article_id
               WHERE m.announcement_id = ? ORDER BY m.joined_at, m.article_id""",
            [announcement_id],
        )
        return tuple(Mention(**row) for row in rows)


def _row(article: Article, facts: Facts, assessment: Assessment) -> dict[str, Any]:
    strongest = sorted(assessment.hits, key=lambda hit: -abs(hit.points))[:EXPLAINED_BY]
    return {
        "version": 1, "title": article.title,
        "region": facts.region and facts.region.code, "region_name": facts.region and facts.region.name,
        "issuers": dump(list(facts.values("issuer"))), "policy_titles": dump(list(facts.values("policy_title"))),
        "document_number": facts.first("document_number"), "instrument": facts.first("instrument"),
        "act": facts.first("act"), "tracks": dump(list(facts.values("track"))),
        "targets": dump([Target(year=t.year, text=t.quote) for t in facts.of("target")]),
        "score": assessment.score, "threshold": assessment.threshold, "explanation": dump(strongest),
        "first_published_at": text_of(article.published_at),
    }  # fmt: skip


def _announcement(row: Mapping[str, Any], mentions: tuple[Mention, ...]) -> Announcement:
    region = Region(code=row["region"], name=row["region_name"]) if row["region"] else None
    same = (
        "id",
        "version",
        "title",
        "document_number",
        "instrument",
        "act",
        "score",
        "threshold",
        "first_published_at",
    )
    return Announcement(
        **{name: row[name] for name in same},
        region=region,
        issuers=tuple(json.loads(row["issuers"])),
        policy_titles=tuple(json.loads(row["policy_titles"])),
        tracks=tuple(json.loads(row["tracks"])),
        targets=tuple(Target(**target) for target in json.loads(row["targets"])),
        explanation=tuple(Hit(**hit) for hit in json.loads(row["explanation"])),
        first_seen_at=moment_of(row["first_seen_at"]),
        mentions=mentions,
    )
