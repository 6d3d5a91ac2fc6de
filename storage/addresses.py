"""Keep an article once, whatever address of its host it is found at."""

from __future__ import annotations

from urllib.parse import urlsplit

from storage.connection import text_of, transaction
from storage.database import Database
from storage.records import Article

OF_HOST_SQL = "key >= 'http://' || :host || '/' AND key < 'http://' || :host || '0'"  # "0" follows "/"


class Addresses:
    """The keys of articles: the one that each is kept under, and those of its other addresses."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def main(self, key: str, article: Article, *, identity: str) -> str:
        """Return the key that an article is kept under; its own when it is new.

        The same title and text on one host is the same article, unless the two give different days: notices of every
        year, warnings of every week. The key is remembered, so that an edit of the text is found at either address.
        """
        with transaction(self._db):
            known = self._db.execute(
                "SELECT a.key FROM addresses AS o JOIN articles AS a ON a.id = o.article_id WHERE o.key = ?", [key]
            ).fetchone()
            if known:
                return str(known[0])
            twin = self._twin(key, article, identity)
            if twin is None:
                return key
            self._db.execute("INSERT INTO addresses (key, article_id) VALUES (?, ?)", [key, twin[0]])
            return twin[1]

    def title(self, key: str) -> str | None:
        """Return the title of the article that is known by a key, None when there is none."""
        row = self._db.execute(
            """SELECT title FROM articles WHERE key = :key UNION ALL
               SELECT a.title FROM addresses AS o JOIN articles AS a ON a.id = o.article_id WHERE o.key = :key
               LIMIT 1""",
            {"key": key},
        ).fetchone()
        return str(row[0]) if row else None

    def keys_of_host(self, host: str) -> list[str]:
        """Return the keys that the articles of a host are kept under, the first seen first."""
        rows = self._db.execute(f"SELECT key FROM articles WHERE {OF_HOST_SQL} ORDER BY id", {"host": host})  # noqa: S608
        return [str(key) for (key,) in rows.fetchall()]

    def alias(self, key: str, other: str) -> None:
        """Let the article that is kept under a key be found by another one, unless that is known already."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO addresses (key, article_id) SELECT :other, id FROM articles WHERE key = :key
                   AND NOT EXISTS (SELECT 1 FROM articles WHERE key = :other) ON CONFLICT DO NOTHING""",
                {"key": key, "other": other},
            )

    def _twin(self, key: str, article: Article, identity: str) -> tuple[int, str] | None:
        host, day = urlsplit(key).hostname, text_of(article.published_day)
        if not host or not article.text:
            return None
        rows = self._db.execute(
            """SELECT id, key FROM articles WHERE text_sha256 = :identity AND title = :title AND key <> :key
               AND (:day IS NULL OR published_at IS NULL OR date(published_at, '+8 hours') = :day) ORDER BY id""",
            {"identity": identity, "title": article.title, "key": key, "day": day},
        ).fetchall()
        return next(((int(id), str(other)) for id, other in rows if urlsplit(other).hostname == host), None)
