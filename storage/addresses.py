"""Keep an article once, whatever address of its host it is found at."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlite_utils import Database

from storage.connection import text_of, transaction
from storage.records import Article


class Addresses:
    """The other addresses of articles."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def main(self, article: Article, *, identity: str) -> str:
        """Return the address that an article is kept under; its own when it is new.

        The same title and text on one host is the same article, unless the two give different days: notices of every
        year, warnings of every week. The address is remembered, so that an edit of the text is found at either.
        """
        with transaction(self._db):
            known = self._db.execute(
                "SELECT a.url FROM addresses AS o JOIN articles AS a ON a.id = o.article_id WHERE o.url = ?",
                [article.url],
            ).fetchone()
            if known:
                return str(known[0])
            twin = self._twin(article, identity)
            if twin is None:
                return article.url
            self._db.execute("INSERT INTO addresses (url, article_id) VALUES (?, ?)", [article.url, twin[0]])
            return twin[1]

    def of(self, article_id: int) -> list[str]:
        """Return the other addresses of an article."""
        rows = self._db.execute("SELECT url FROM addresses WHERE article_id = ? ORDER BY url", [article_id]).fetchall()
        return [str(row[0]) for row in rows]

    def _twin(self, article: Article, identity: str) -> tuple[int, str] | None:
        host, day = urlsplit(article.url).hostname, text_of(article.published_day)
        if not host or not article.text:
            return None
        rows = self._db.execute(
            """SELECT id, url FROM articles WHERE text_sha256 = :identity AND title = :title AND url <> :url
               AND (:day IS NULL OR published_at IS NULL OR date(published_at, '+8 hours') = :day) ORDER BY id""",
            {"identity": identity, "title": article.title, "url": article.url, "day": day},
        ).fetchall()
        return next(((int(id), str(url)) for id, url in rows if urlsplit(url).hostname == host), None)
