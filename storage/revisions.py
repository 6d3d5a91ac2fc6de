"""Keep the texts of articles before they were edited, and the time when each is to be read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from storage.connection import day_of, moment_of, text_of, transaction
from storage.database import Database
from storage.frontier import UNFINISHED_ERROR
from storage.not_before import LONGEST_REREAD_WAIT, due, times
from storage.records import Fact, Revision

Plan: TypeAlias = Literal["edited", "unfilled"]

# After an article was taken in. Edited: portals correct a page within its first hours, and a document within its first
# week. Unfilled: a page that is put online before its text gets it within minutes or hours, sometimes after a weekend.
REREAD_WAITS: Mapping[Plan, tuple[timedelta, ...]] = {
    "edited": (
        timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(days=3), timedelta(days=7),
    ),
    "unfilled": (
        timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=3), timedelta(hours=8),
        timedelta(hours=24), timedelta(days=2), timedelta(days=4),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """An article that is to be read again. `etag` and `last_modified` are its validators, None where it has none.

    `number` counts from 1 within its `plan`; `is_last`: no other follows. `is_quiet`: nobody is told of it, whatever it
    says now. `day` stood beside its row, None where none did.
    """

    article_id: int
    key: str
    address: str
    title: str
    page_id: int
    number: int
    is_quiet: bool
    etag: str | None
    last_modified: str | None
    plan: Plan
    day: date | None

    @property
    def is_last(self) -> bool:
        """Whether no other re-read follows."""
        return self.number >= len(REREAD_WAITS[self.plan])


class Revisions:
    """The revisions of an archive's articles."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, article_id: int, now: datetime) -> None:
        """Keep what an article says, before it is overwritten with what was fetched at `now`."""
        with transaction(self._db):
            facts = self._db.query(
                "SELECT kind, value, quote, place, start, year, number, unit FROM facts WHERE article_id = ?",
                [article_id],
            )
            self._db.execute(
                """INSERT INTO revisions (article_id, page_id, title, text, text_sha256, attachments, label, score,
                                          lexicon_version, facts, replaced_at)
                   SELECT a.id, a.page_id, a.title, a.text, a.text_sha256, a.attachments, s.label, s.score,
                          s.lexicon_version, :facts, :now
                   FROM articles AS a JOIN assessments AS s ON s.article_id = a.id WHERE a.id = :id""",
                {"id": article_id, "now": text_of(now), "facts": json.dumps(list(facts), ensure_ascii=False)},
            )

    def of(self, article_id: int) -> list[Revision]:
        """Return what an article has said, the oldest first and the present wording last; empty when unknown."""
        now = self._db.query(
            """SELECT a.title, a.text, a.page_id, p.fetched_at, s.label, s.score, NULL AS replaced_at,
                      (SELECT json_group_array(json_object('kind', kind, 'value', value, 'quote', quote, 'place', place,
                              'start', start, 'year', year, 'number', number, 'unit', unit))
                       FROM facts WHERE article_id = a.id) AS facts
               FROM articles AS a JOIN assessments AS s ON s.article_id = a.id JOIN pages AS p ON p.id = a.page_id
               WHERE a.id = ?""",
            [article_id],
        )
        before = self._db.query(
            """SELECT r.title, r.text, r.page_id, p.fetched_at, r.label, r.score, r.replaced_at, r.facts
               FROM revisions AS r JOIN pages AS p ON p.id = r.page_id WHERE r.article_id = ? ORDER BY r.id""",
            [article_id],
        )
        return [_revision(row) for row in (*before, *now)]

    def find(self, url_or_id: str) -> int | None:
        """Return the article with an id or at an address, None when there is none."""
        row = self._db.execute(
            """SELECT id FROM articles WHERE url = :it OR key = :it OR id = :it
               UNION SELECT article_id FROM addresses WHERE key = :it
               UNION SELECT a.id FROM articles AS a JOIN pages AS p ON p.id = a.page_id WHERE p.url = :it LIMIT 1""",
            {"it": url_or_id},
        ).fetchone()
        return int(row[0]) if row else None

    # re-reads

    def watch(self, article_id: int, plan: Plan, now: datetime) -> None:
        """Let an article be read again by a plan that begins `now`. One that is watched by this plan stays as it is."""
        row = {
            "id": article_id, "plan": plan, "now": text_of(now), "due": text_of(now + REREAD_WAITS[plan][0]),
        }  # fmt: skip
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO rereads (article_id, plan, since, due_at) VALUES (:id, :plan, :now, :due)
                   ON CONFLICT DO UPDATE SET plan = :plan, since = :now, due_at = :due, number = 0
                   WHERE rereads.plan <> :plan""",
                row,
            )

    def end_plan(self, article_id: int, plan: Plan) -> None:
        """Read an article no more by a plan: what it waited for has come."""
        with transaction(self._db):
            self._db.execute("UPDATE rereads SET due_at = NULL WHERE article_id = ? AND plan = ?", [article_id, plan])

    def due(self, source: str, now: datetime, *, limit: int) -> list[Reread]:
        """Return the articles of a source that are to be read again now, those that wait longest first."""
        rows = self._db.query(
            f"""SELECT a.id AS article_id, a.key, p.url AS address, a.title, a.page_id, r.number + 1 AS number,
                      r.plan, p.headers, coalesce((SELECT is_quiet FROM links WHERE links.key = a.key), 1) AS is_quiet,
                      (SELECT day FROM links WHERE links.key = a.key) AS day
               FROM rereads AS r JOIN articles AS a ON a.id = r.article_id JOIN pages AS p ON p.id = a.page_id
               WHERE a.source = :source AND {due("r.due_at")} ORDER BY r.due_at LIMIT :limit""",  # noqa: S608  fixed text
            {"source": source, "limit": limit, **times(now, LONGEST_REREAD_WAIT)},
        )
        return [_reread(row) for row in rows]

    def begin_reading(self, article_id: int, now: datetime) -> None:
        """Note that a re-read begins. One that did not come to its end the time before is counted as done.

        So a page that ends the program is not read at every start, and an edit is not missed for one crash.
        """
        with transaction(self._db):
            row = self._db.execute("SELECT answer FROM rereads WHERE article_id = ?", [article_id]).fetchone()
            if row and row[0] == UNFINISHED_ERROR:
                self.reread(article_id, f"{UNFINISHED_ERROR}, twice", now)
            else:
                self._answer(article_id, UNFINISHED_ERROR)

    def put_back(self, article_id: int) -> None:
        """Take back that a re-read was begun: nothing is wrong with the page."""
        self._answer(article_id, None)

    def _answer(self, article_id: int, answer: str | None) -> None:
        with transaction(self._db):
            self._db.execute("UPDATE rereads SET answer = ? WHERE article_id = ?", [answer, article_id])

    def reread(self, article_id: int, answer: str, now: datetime) -> None:
        """Note what a re-read gave; the next one is due when its time after the first reading has come."""
        with transaction(self._db):
            row = self._db.execute(
                """SELECT r.number, coalesce(r.since, a.first_seen_at), r.plan
                   FROM rereads AS r JOIN articles AS a ON a.id = r.article_id WHERE r.article_id = ?""",
                [article_id],
            ).fetchone()
            if row is None:
                return
            number, terms = row[0] + 1, REREAD_WAITS[row[2]]
            first = min(moment_of(row[1]), now)  # one that lies ahead was noted while the clock was wrong
            while number < len(terms) and first + terms[number] <= now:
                number += 1  # one look makes up for those that were missed while the program stood still
            due = first + terms[number] if number < len(terms) else None
            self._db.execute(
                "UPDATE rereads SET number = ?, due_at = ?, answer = ? WHERE article_id = ?",
                [number, text_of(due), answer, article_id],
            )


def _revision(row: Mapping[str, Any]) -> Revision:
    same = ("title", "text", "label", "score", "page_id")
    return Revision(
        **{name: row[name] for name in same},
        facts=tuple(Fact(**fact) for fact in json.loads(row["facts"])),
        fetched_at=moment_of(row["fetched_at"]),
        replaced_at=moment_of(row["replaced_at"]) if row["replaced_at"] else None,
    )


def _reread(row: Mapping[str, Any]) -> Reread:
    headers = {name.lower(): value for name, value in json.loads(row["headers"]).items()}
    same = ("article_id", "key", "address", "title", "page_id", "number", "plan")
    return Reread(
        **{name: row[name] for name in same},
        day=day_of(row["day"]),
        is_quiet=bool(row["is_quiet"]),
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
    )
