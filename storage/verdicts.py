"""Keep the reviewers' verdicts on articles, and list the articles that nearly caused an alert."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from storage.connection import insert, moment_of, text_of, transaction
from storage.records import VerdictValue
from storage.search.index import SearchIndex

# An article with up to 20 % less than an alert is worth a look. The words are those of the index assessments_near: only
# then SQLite uses it.
NEAR_MISS_SQL = "s.label <> 'announcement' AND s.score >= s.threshold * 0.8 AND s.score < s.threshold"

VERDICTS_SQL = """SELECT v.*, a.url, a.title FROM verdicts AS v JOIN articles AS a ON a.id = v.article_id"""
STANDING_VERDICTS_SQL = """(SELECT id, article_id, verdict,
               row_number() OVER (PARTITION BY article_id ORDER BY id DESC) AS latest
               FROM verdicts WHERE undone_at IS NULL)"""
NEAR_MISSES_SQL = f"""
SELECT a.id, a.url, a.title, a.publisher, a.published_at, a.first_seen_at, a.source, s.label, s.score, s.threshold,
       s.hits, v.verdict, coalesce(v.id, 0) AS verdict_id
FROM assessments AS s JOIN articles AS a ON a.id = s.article_id
LEFT JOIN {STANDING_VERDICTS_SQL} AS v ON v.article_id = a.id AND v.latest = 1
WHERE {NEAR_MISS_SQL}
  AND (v.verdict IS NULL OR v.verdict = 'watch')
  AND (:since IS NULL OR date(coalesce(a.published_at, a.first_seen_at), '+8 hours') >= :since)
  AND (:day IS NULL OR date(a.first_seen_at, '+8 hours') = :day)
ORDER BY s.score DESC, a.id DESC LIMIT :limit
"""  # noqa: S608  fixed text


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A reviewer's judgement of an article: it is an announcement (`confirmed`), it is none, or it is to be watched.

    `announcement_id` is the announcement that it was said of by its leading article, None: of the article alone.
    `score` and `lexicon_version` are those of the article then. `undone_at` is None while it stands.
    """

    id: int
    article_id: int
    url: str
    title: str
    verdict: VerdictValue
    who: str
    reason: str
    score: float
    lexicon_version: str
    given_at: datetime
    undone_at: datetime | None
    announcement_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenState:
    """The state that a page showed of an announcement or article: version (0: an article) and standing verdict.

    `verdict` is that verdict's id, 0 where there was none.
    """

    version: int
    verdict: int

    def __str__(self) -> str:
        return f"{self.version}.{self.verdict}"

    @classmethod
    def parse(cls, text: str) -> SeenState | None:
        """Return what a form says that its page showed, None when it says nothing that can be read."""
        version, _, verdict = text.partition(".")
        if not (text.isascii() and version.isdigit() and verdict.isdigit() and len(text) < 32):
            return None
        return cls(version=int(version), verdict=int(verdict))


class VerdictError(ValueError):
    """A verdict cannot be given or undone. Carries what it was about."""

    def __init__(self, about: int, problem: str) -> None:
        self.about = about
        super().__init__(problem)


class Verdicts:
    """The verdicts of an archive. An article's last one that was not undone stands."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._index = SearchIndex(db)

    def give(
        self,
        article_id: int,
        verdict: VerdictValue,
        *,
        who: str,
        reason: str,
        now: datetime,
        announcement_id: int | None = None,
        seen: SeenState | None = None,
        press: str | None = None,
    ) -> Verdict:
        """Note a verdict, with what its author saw; earlier ones of the article stay in the record.

        `press` names the button on a card that was pressed for it.

        `scheduler.review.give_verdict` draws the consequences.

        Raises:
            VerdictError: there is no such article.
        """
        with transaction(self._db):
            assessed = self._db.execute(
                "SELECT score, lexicon_version FROM assessments WHERE article_id = ?", [article_id]
            ).fetchone()
            if assessed is None:
                raise VerdictError(article_id, f"there is no article {article_id}")
            row = {
                "article_id": article_id, "verdict": verdict, "who": who, "reason": reason, "score": assessed[0],
                "lexicon_version": assessed[1], "given_at": text_of(now), "announcement_id": announcement_id,
                "seen_version": seen and seen.version, "seen_verdict": seen and seen.verdict,
                "press": press,
            }  # fmt: skip
            with self._index.changing(article_id):
                return self.get(insert(self._db, "verdicts", row))

    def undo(self, verdict_id: int, *, now: datetime) -> Verdict:
        """Let a verdict stand no longer; the article's verdict before it does again.

        Raises:
            VerdictError: there is no such verdict, or it was undone before.
        """
        with transaction(self._db):
            before = self.get(verdict_id)
            if before.undone_at is not None:
                raise VerdictError(verdict_id, f"there is no verdict {verdict_id} that could be undone")
            with self._index.changing(before.article_id):
                self._db.execute("UPDATE verdicts SET undone_at = ? WHERE id = ?", [text_of(now), verdict_id])
            return self.get(verdict_id)

    def of(self, article_id: int) -> Verdict | None:
        """Return the verdict on an article that stands, None without one."""
        rows = self._db.query(
            f"{VERDICTS_SQL} WHERE v.article_id = ? AND v.undone_at IS NULL ORDER BY v.id DESC LIMIT 1", [article_id]
        )
        return next(map(_verdict, rows), None)

    def of_announcements(self, announcement_ids: Iterable[int]) -> dict[int, Verdict]:
        """Return the verdicts on announcements that stand; who has none is left out."""
        rows = self._db.query(
            f"""{VERDICTS_SQL} WHERE v.id IN (
                    SELECT max(id) FROM verdicts WHERE undone_at IS NULL
                    AND announcement_id IN (SELECT value FROM json_each(?)) GROUP BY announcement_id)""",  # noqa: S608  fixed text
            [json.dumps(list(announcement_ids))],
        )
        return {int(row["announcement_id"]): _verdict(row) for row in rows}

    def last_of(self, who: str) -> Verdict | None:
        """Return what somebody said last and did not undo, None when there is nothing."""
        rows = self._db.query(
            f"{VERDICTS_SQL} WHERE v.who = ? AND v.undone_at IS NULL ORDER BY v.id DESC LIMIT 1", [who]
        )
        return next(map(_verdict, rows), None)

    def get(self, verdict_id: int) -> Verdict:
        """Return a verdict. Raises `VerdictError` when there is none."""
        rows = self._db.query(f"{VERDICTS_SQL} WHERE v.id = ?", [verdict_id])
        found = next(map(_verdict, rows), None)
        if found is None:
            raise VerdictError(verdict_id, f"there is no verdict {verdict_id}")
        return found

    def pressed(self, press: str) -> Verdict | None:
        """Return the verdict that the press of a button gave, be it undone, None when there is none."""
        return next(map(_verdict, self._db.query(f"{VERDICTS_SQL} WHERE v.press = ?", [press])), None)

    def all(self) -> list[Verdict]:
        """Return all verdicts, oldest first, those that were undone too."""
        return [_verdict(row) for row in self._db.query(f"{VERDICTS_SQL} ORDER BY v.id")]

    def part(self, *, below: int | None, limit: int) -> list[Verdict]:
        """Return verdicts, the latest first, those that were undone too; `below` is an id, None for the beginning."""
        where = "WHERE :below IS NULL OR v.id < :below ORDER BY v.id DESC LIMIT :limit"
        return [_verdict(row) for row in self._db.query(f"{VERDICTS_SQL} {where}", {"below": below, "limit": limit})]

    def labelled(self) -> Iterator[Mapping[str, Any]]:
        """Yield the articles that were confirmed or rejected, as labelled lines: `announcement` or `other`."""
        yield from self._db.query(
            f"""SELECT a.id, a.title, a.text, a.url, a.publisher, a.published_at,
                       CASE v.verdict WHEN 'confirmed' THEN 'announcement' ELSE 'other' END AS label
                FROM {STANDING_VERDICTS_SQL} AS v JOIN articles AS a ON a.id = v.article_id
                WHERE v.latest = 1 AND v.verdict <> 'watch' ORDER BY a.id"""  # noqa: S608  fixed text
        )

    def near_misses(self, *, since: str | None = None, day: date | None = None, limit: int) -> list[Mapping[str, Any]]:
        """Return the articles that miss the threshold by 20 % or less and wait for a verdict, the highest first.

        Those that are watched are among them. `since` is a day of publication in China, `day` the day in China on which
        they were first seen; None for all.
        """
        return list(self._db.query(NEAR_MISSES_SQL, {"since": since, "day": day and day.isoformat(), "limit": limit}))


def _verdict(row: Mapping[str, Any]) -> Verdict:
    same = (
        "id", "article_id", "url", "title", "verdict", "who", "reason", "score", "lexicon_version", "announcement_id",
    )  # fmt: skip
    return Verdict(
        **{name: row[name] for name in same},
        given_at=moment_of(row["given_at"]),
        undone_at=moment_of(row["undone_at"]) if row["undone_at"] else None,
    )
