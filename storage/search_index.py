"""Keep the search index in step with the articles. Every method runs in the transaction of its caller.

The index has no content of its own and SQLite 3.40 no other way to take a row out of it than to be given the very
tokens that went in, so they are made again from the article: `remove` comes before a change, `add` after it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from storage.records import BEIJING
from storage.search_text import Searched, searched, tokens
from storage.selection import KEYS_OF_A_DAY, first_key

TIMED = 1 << KEYS_OF_A_DAY - 1  # from here on the keys of a day are for articles that tell their time
MINUTE = 1 << 10  # keys: 1,440 times that are less than the half of a day's

INSERT = "INSERT INTO search_index (rowid, title, text, attachments) VALUES (?, ?, ?, ?)"
DELETE = "INSERT INTO search_index (search_index, rowid, title, text, attachments) VALUES ('delete', ?, ?, ?, ?)"


class SearchIndex:
    """The search index of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, article_id: int) -> None:
        """Index what an article says now; its words must not be in the index."""
        title, text, attachments, published_at, first_seen_at = self._db.execute(
            "SELECT title, text, attachments, published_at, first_seen_at FROM articles WHERE id = ?", [article_id]
        ).fetchone()
        words = searched(title, text, attachments)
        key = self._next_key(published_at or first_seen_at)
        self._db.conn.execute(INSERT, [key, *_columns(words)])
        self._db.conn.execute(
            "UPDATE articles SET search_key = ?, search_crc = ? WHERE id = ?", [key, words.crc, article_id]
        )

    def remove(self, article_id: int) -> None:
        """Take the words of an article out, before they are changed; it must be added again.

        Words that were changed by another program, past the index, cannot be taken out. They stay under a key that
        leads nowhere: nobody finds them, and `doctor` names them.
        """
        title, text, attachments, key, crc = self._db.execute(
            "SELECT title, text, attachments, search_key, search_crc FROM articles WHERE id = ?", [article_id]
        ).fetchone()
        words = searched(title, text, attachments)
        if words.crc == crc:
            self._db.conn.execute(DELETE, [key, *_columns(words)])

    def rebuild(self) -> int:
        """Index all articles from their rows, whatever the index held; return how many these are."""
        self._db.conn.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
        self._db.conn.execute("UPDATE articles SET search_key = NULL, search_crc = NULL")
        number = 0
        for number, article_id in enumerate(self._ids(), 1):  # noqa: B007  the last number is the answer
            self.add(article_id)
        return number

    def _ids(self) -> list[int]:
        """Return all articles as their keys grow: FTS5 writes out what it holds at every key below the one before."""
        rows = self._db.execute(
            """SELECT id FROM (SELECT id, coalesce(published_at, first_seen_at) AS at FROM articles)
               ORDER BY date(at, '+8 hours'), length(at) > 10, at, id"""
        )
        return [int(row[0]) for row in rows.fetchall()]

    def _next_key(self, at: str) -> int:
        """Return a key that no article has, for a time or day that the archive wrote.

        The first half of a day's keys is for what tells no time; then comes a range for each minute in China. Within a
        range keys grow in the order in which they are given; a full one runs over.
        """
        first = first_key(day_of(at))
        if "T" not in at:
            return self._free_key(first, first + TIMED)
        moment = datetime.fromisoformat(at).astimezone(BEIJING)
        start = first + TIMED + (moment.hour * 60 + moment.minute) * MINUTE
        while (key := self._free_key(start, start + MINUTE)) == start + MINUTE:
            start += MINUTE
        return key

    def _free_key(self, first: int, after: int) -> int:
        """Return the key after the last one that is taken in a range; `after` when the range is full."""
        (last,) = self._db.execute(
            "SELECT max(search_key) FROM articles WHERE search_key >= ? AND search_key < ?", [first, after]
        ).fetchone()
        return first if last is None else int(last) + 1


def fill(db: Database) -> None:
    """Index the articles of an archive that had no index: about 0.5 ms each."""
    SearchIndex(db).rebuild()


def day_of(text: str) -> date:
    """Return the day in China of a time or day that the archive wrote."""
    return datetime.fromisoformat(text).astimezone(BEIJING).date() if "T" in text else date.fromisoformat(text)


def _columns(words: Searched) -> list[str]:
    return [tokens(words.title), tokens(words.text), tokens(words.attachments)]
