"""Keep announcements: one row for each policy act, the keys that tell it, the articles about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from storage.announcement_rows import COMPLETED_FIELDS, announcement_of, completed, row_of, said_of
from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.near_duplicates import ARTICLE_DAY_SQL
from storage.records import (
    ActSoFar,
    Announcement,
    Assessment,
    Hit,
    Judged,
    Key,
    Member,
    Mention,
    Milestone,
    Relation,
)

# As `Announcement.earliest` has it: of one day's articles one that gives its time. `{}`: what is chosen from.
EARLIEST_SQL = """SELECT published_at FROM ({}) WHERE published_at <> ''
ORDER BY date(published_at, '+8 hours'), instr(published_at, 'T') = 0, published_at LIMIT 1"""
ARTICLES_SQL = "FROM mentions AS m JOIN articles AS a ON a.id = m.article_id WHERE m.announcement_id = :id"
# The days of an announcement: as its articles have them, and when one has joined, as they were known before and it has.
DAYS_SQL = f"""UPDATE announcements SET
first_published_at = ({EARLIEST_SQL.format(f"SELECT a.published_at {ARTICLES_SQL}")}),
last_day = (SELECT max({ARTICLE_DAY_SQL}) {ARTICLES_SQL}) WHERE id = :id"""  # noqa: S608  fixed text
KNOWN_DAY_AND_ITS_SQL = """SELECT first_published_at AS published_at FROM announcements WHERE id = :id
UNION SELECT published_at FROM articles WHERE id = :article"""
DAYS_WITH_ONE_MORE_SQL = f"""UPDATE announcements SET
first_published_at = ({EARLIEST_SQL.format(KNOWN_DAY_AND_ITS_SQL)}),
last_day = max(coalesce(last_day, ''), (SELECT {ARTICLE_DAY_SQL} FROM articles AS a WHERE a.id = :article))
WHERE id = :id"""  # noqa: S608  fixed text
# When people were told of an announcement or of one that was merged into it.
TOLD_SQL = "coalesce(n.told_at, (SELECT min(o.told_at) FROM announcements AS o WHERE o.merged_into = n.id))"


class Announcements:
    """The announcements of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of_article(self, article_id: int) -> int | None:
        """Return the announcement that an article belongs to, None when it belongs to none."""
        row = self._db.execute("SELECT announcement_id FROM mentions WHERE article_id = ?", [article_id]).fetchone()
        return int(row[0]) if row else None

    def led_by(self, article_id: int) -> int | None:
        """Return the announcement that an article leads, None when it leads none."""
        row = self._db.execute(
            """SELECT n.id FROM mentions AS m JOIN announcements AS n ON n.id = m.announcement_id
               WHERE m.article_id = ? AND n.lead_article_id = m.article_id AND n.merged_into IS NULL""",
            [article_id],
        ).fetchone()
        return int(row[0]) if row else None

    def open(
        self,
        article_id: int,
        judged: Judged,
        *,
        keys: Iterable[Key],
        standing: int = 0,
        follows: int | None = None,
        held_back: str | None = None,
        now: datetime,
    ) -> Announcement:
        """Open an announcement that an article is the first to make. `follows` is an earlier act of its policy."""
        with transaction(self._db):
            row = row_of(judged) | {
                "version": self._next_version(follows), "first_seen_at": text_of(now), "updated_at": text_of(now),
                "policy_id": follows and self._policy_of(follows), "lead_article_id": article_id,
                "held_back": held_back,
            }  # fmt: skip
            announcement_id = self._db.insert("announcements", row)
            self._db.execute(
                "UPDATE announcements SET policy_id = coalesce(policy_id, id) WHERE id = ?", [announcement_id]
            )
            self.join(announcement_id, article_id, relation="original", keys=keys, standing=standing, now=now)
            return self.get(announcement_id)

    def join(
        self,
        announcement_id: int,
        article_id: int,
        *,
        relation: Relation,
        keys: Iterable[Key],
        standing: int = 0,
        reason: str = "",
        now: datetime,
    ) -> None:
        """Add an article to an announcement, with the keys that it brings; its day may be the first or the last."""
        with transaction(self._db):
            joined = self._db.execute(
                """INSERT INTO mentions (article_id, announcement_id, relation, standing, reason, joined_at)
                   VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (article_id) DO NOTHING""",
                [article_id, announcement_id, relation, standing, reason, text_of(now)],
            )
            self.add_keys(announcement_id, keys)
            if joined.rowcount:
                self._db.execute(DAYS_WITH_ONE_MORE_SQL, {"id": announcement_id, "article": article_id})

    def add_keys(self, announcement_id: int, keys: Iterable[Key]) -> None:
        """Let an announcement be found by more keys."""
        for key in keys:
            self._db.execute(
                "INSERT INTO announcement_keys (key, announcement_id, year) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [key.text, announcement_id, key.year],
            )

    def lead(self, announcement_id: int, article_id: int, judged: Judged) -> None:
        """Let a more official article speak for an announcement; what it leaves out stays as it was known.

        Score and explanation change only to a higher score: what passed an endpoint's least score goes on passing.
        """
        with transaction(self._db):
            known = self._known(announcement_id)
            row = completed(row_of(judged), known) | {"lead_article_id": article_id}
            del row["first_published_at"]
            if row["score"] < known["score"]:
                row |= {name: known[name] for name in ("score", "threshold", "explanation")}
            self._db.update("announcements", announcement_id, row)

    def complete(self, announcement_id: int, judged: Judged) -> None:
        """Add what an article knows more: documents that it names, and whatever the lead leaves out."""
        with transaction(self._db):
            known = self._known(announcement_id)
            row = completed(dict(known), said_of(judged))
            added = {name: row[name] for name in COMPLETED_FIELDS if row[name] != known[name]}
            if added:  # most reprints add nothing
                self._db.update("announcements", announcement_id, added)

    def rebuild(self, announcement_id: int, members: Sequence[Member]) -> None:
        """Let an announcement say what these articles say, the most official first; its version stays."""
        with transaction(self._db):
            lead = min(members, key=lambda m: (-m.standing, m.article_id))
            row = row_of(self.judged(lead)) | {"lead_article_id": lead.article_id}
            for member in members:
                row = completed(row, row_of(self.judged(member)))
            row["region_name"] = self._region_name(row["region"])
            self._db.update("announcements", announcement_id, row)
            self._db.execute(DAYS_SQL, {"id": announcement_id})

    def renew_days(self, article_id: int) -> None:
        """Let the announcement of an article that was edited have the days that its articles have now."""
        announcement_id = self.of_article(article_id)
        if announcement_id is not None:
            self._db.execute(DAYS_SQL, {"id": announcement_id})

    def judged(self, member: Member) -> Judged:
        """Return an article of an announcement with how it was assessed."""
        return Judged(article=member.article, facts=member.facts, assessment=self.assessment(member.article_id))

    def assessment(self, article_id: int) -> Assessment:
        """Return how an article was assessed. Raises `KeyError` when there is no such article."""
        row = next(self._db.query("SELECT * FROM assessments WHERE article_id = ?", [article_id]), None)
        if row is None:
            raise KeyError(article_id)
        same = ("score", "threshold", "label", "lexicon_version")
        return Assessment(
            **{name: row[name] for name in same}, hits=tuple(Hit(**hit) for hit in json.loads(row["hits"]))
        )

    def raise_version(self, announcement_id: int, *, now: datetime) -> Announcement:
        """Note that an announcement has changed in a way that people are told about, and return it as it is now."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE announcements SET version = version + 1, updated_at = ? WHERE id = ?",
                [text_of(now), announcement_id],
            )
            return self.get(announcement_id)

    def note_told(self, announcement_id: int, *, now: datetime) -> None:
        """Note that people have a message about an announcement."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE announcements SET told_at = coalesce(told_at, ?) WHERE id = ?", [text_of(now), announcement_id]
            )

    def is_policy_told(self, announcement_id: int) -> bool:
        """True when people have had a message about an act of this announcement's policy."""
        told = "SELECT 1 FROM announcements WHERE policy_id = ? AND told_at IS NOT NULL"
        return self._db.execute(told, [self._policy_of(announcement_id)]).fetchone() is not None

    def get(self, announcement_id: int) -> Announcement:
        """Return an announcement with its articles, the first ones first. Raises `KeyError` when there is none."""
        row = self._known(announcement_id)
        return announcement_of(row, self._mentions(announcement_id), self._timeline(row["policy_id"]))

    def so_far(self, announcement_id: int) -> ActSoFar:
        """Return what of an announcement decides about one more article. Raises `KeyError` when there is none."""
        row = self._known(announcement_id)
        return ActSoFar(
            **{name: row[name] for name in ("id", "lead_article_id", "held_back", "first_published_at")},
            is_told=row["known_since"] is not None,
            first_seen_at=moment_of(row["first_seen_at"]),
        )

    def list(self, *, limit: int) -> list[Announcement]:
        """Return the latest announcements, newest first, without those that were merged into others."""
        latest = "SELECT id FROM announcements WHERE merged_into IS NULL ORDER BY id DESC LIMIT ?"
        return [self.get(row[0]) for row in self._db.execute(latest, [limit]).fetchall()]

    def _region_name(self, code: str | None) -> str | None:
        """Return what a region is called; facts keep its code only."""
        named = "SELECT region_name FROM announcements WHERE region = ? AND region_name <> region LIMIT 1"
        row = self._db.execute(named, [code]).fetchone()
        return str(row[0]) if row else code

    def _known(self, announcement_id: int) -> Mapping[str, Any]:
        known = f"SELECT n.*, {TOLD_SQL} AS known_since FROM announcements AS n WHERE n.id = ?"  # noqa: S608  fixed
        row = next(self._db.query(known, [announcement_id]), None)
        if row is None:
            raise KeyError(announcement_id)
        return row

    def _policy_of(self, announcement_id: int) -> int:
        return int(self._known(announcement_id)["policy_id"])

    def _next_version(self, follows: int | None) -> int:
        """Return 1, or one more than the highest version of the policy that a new act belongs to."""
        if follows is None:
            return 1
        (highest,) = self._db.execute(
            "SELECT max(version) FROM announcements WHERE policy_id = ?", [self._policy_of(follows)]
        ).fetchone()
        return int(highest) + 1

    def _mentions(self, announcement_id: int) -> tuple[Mention, ...]:
        rows = self._db.query(
            """SELECT m.article_id, a.url, a.title, a.publisher, a.source, a.published_at, m.relation, m.standing,
                      m.reason
               FROM mentions AS m JOIN articles AS a ON a.id = m.article_id
               WHERE m.announcement_id = ? ORDER BY m.joined_at, m.article_id""",
            [announcement_id],
        )
        return tuple(Mention(**row) for row in rows)

    def _timeline(self, policy_id: int) -> tuple[Milestone, ...]:
        rows = self._db.query(
            """SELECT id AS announcement_id, act, title, first_published_at FROM announcements
               WHERE policy_id = ? AND merged_into IS NULL ORDER BY coalesce(first_published_at, first_seen_at), id""",
            [policy_id],
        )
        return tuple(Milestone(**row) for row in rows)
