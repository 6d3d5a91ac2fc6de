"""Keep the search index in step with the articles. Every method runs in the transaction of its caller.

The index has no content of its own and SQLite 3.40 no other way to take a row out of it than to be given the very
tokens that went in, so they are made again from the article as it was before a change.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from storage.database import Database
from storage.records import BEIJING
from storage.search.filters import VERDICT_STATE_SQL
from storage.search.selection import DAY_KEY_BITS, first_key
from storage.search.terms import FACT_FILTERS, Known, terms_of, titled
from storage.search.text import Searched, searched, tokens

FIRST_TIMED_KEY = 1 << DAY_KEY_BITS - 1  # from here on the keys of a day are for articles that tell their time
KEYS_OF_A_MINUTE = 1 << 10  # keys: 1,440 times that are less than the half of a day's
INDEX_COLUMNS = ("title", "text", "attachments", "terms")
INSERT_SQL = f"INSERT INTO search_index (rowid, {', '.join(INDEX_COLUMNS)}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608  fixed names
DELETE_SQL = f"""INSERT INTO search_index (search_index, rowid, {", ".join(INDEX_COLUMNS)})
             VALUES ('delete', ?, ?, ?, ?, ?)"""  # noqa: S608  fixed names
KNOWN_SQL = "INSERT INTO search_entries (key, counted, issuers) VALUES (?, ?, ?)"
ENTRIES_SQL = f"""
SELECT a.id, a.search_key, a.search_crc, coalesce(a.published_at, a.first_seen_at), a.title, a.text, a.attachments,
       a.source, s.label, s.score, {VERDICT_STATE_SQL},
       (SELECT json_group_array(json_array(f.kind, f.value)) FROM facts AS f
        WHERE f.article_id = a.id AND f.kind IN {FACT_FILTERS})
FROM articles AS a LEFT JOIN assessments AS s ON s.article_id = a.id
"""  # noqa: S608  fixed names


@dataclass(frozen=True, kw_only=True)
class IndexEntry:
    """An article as the index has it, or is to have it. `key` and `crc` are those of the index, None without it.

    `words` are title, text and attachments as the row has them, `at` the time or day that it counts for.
    """

    article_id: int
    key: int | None
    crc: int | None
    at: str
    words: tuple[str, str, str]
    known: Known

    @cached_property
    def searched(self) -> Searched:
        """Its words, folded."""
        return searched(*self.words)

    @cached_property
    def filters(self) -> str:
        """The terms of what it is filtered by."""
        return terms_of(self.known)

    @property
    def columns(self) -> dict[str, str]:
        """The tokens of each column of the index."""
        said = self.searched
        words = {name: tokens(getattr(said, name)) for name in ("title", "text", "attachments")}
        return words | {"terms": f"{self.filters} {titled(said.title)}".rstrip()}

    @property
    def sum(self) -> int:
        """A sum by which it shows that this is no longer what was indexed."""
        said = self.searched
        whole = "\0".join((said.title, said.text, said.attachments, self.filters))
        return zlib.crc32(whole.encode(errors="surrogatepass"))

    def is_indexed_as(self, other: IndexEntry) -> bool:
        """Whether both say the same and have the same place."""
        return (self.at, self.words, self.known) == (other.at, other.words, other.known)


def entry_of(row: Sequence[Any]) -> IndexEntry:
    """Return the entry of a row that `ENTRIES_SQL` gives."""
    id, key, crc, at, title, text, attachments, source, label, score, state, facts = row
    values = sorted({(kind, value) for kind, value in json.loads(facts)})
    known = Known(source=source, label=label, score=score, state=state, facts=tuple(values))
    return IndexEntry(article_id=id, key=key, crc=crc, at=at, words=(title, text, attachments), known=known)


class SearchIndex:
    """The search index of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, article_id: int) -> None:
        """Index an article as it is now; it must not be in the index."""
        self._add(self._entry(article_id))

    @contextmanager
    def changing(self, article_id: int) -> Iterator[None]:
        """Keep an article in step that is changed within: its words, its day, or what it is filtered by."""
        before = self._entry(article_id)
        yield
        after = self._entry(article_id)
        if before.key is None or not after.is_indexed_as(before):
            self._take_out(before)
            self._add(after)

    def remove(self, article_id: int) -> None:
        """Take an article out, before it is deleted."""
        self._take_out(self._entry(article_id))

    def rebuild(self) -> int:
        """Index all articles from their rows, whatever the index held; return how many these are."""
        self._db.conn.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
        self._db.conn.execute("DELETE FROM search_entries")
        self._db.conn.execute("UPDATE articles SET search_key = NULL, search_crc = NULL")
        number = 0
        for number, article_id in enumerate(self._ids(), 1):  # noqa: B007  the last number is the answer
            self.add(article_id)
        return number

    def _entry(self, article_id: int) -> IndexEntry:
        return entry_of(self._db.execute(f"{ENTRIES_SQL} WHERE a.id = ?", [article_id]).fetchone())

    def _add(self, entry: IndexEntry) -> None:
        key = self._next_key(entry.at)
        self._db.conn.execute(INSERT_SQL, [key, *entry.columns.values()])
        self._db.conn.execute(KNOWN_SQL, [key, entry.known.counted, entry.known.issuers])
        self._db.conn.execute(
            "UPDATE articles SET search_key = ?, search_crc = ? WHERE id = ?", [key, entry.sum, entry.article_id]
        )

    def _take_out(self, entry: IndexEntry) -> None:
        """Take the tokens of an entry out.

        An entry whose article another program changed, past the index, cannot be taken out. It stays under a key that
        leads nowhere: nobody finds it, and `doctor` names it.
        """
        self._db.conn.execute("DELETE FROM search_entries WHERE key = ?", [entry.key])
        if entry.sum == entry.crc:
            self._db.conn.execute(DELETE_SQL, [entry.key, *entry.columns.values()])

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
            return self._free_key(first, first + FIRST_TIMED_KEY)
        moment = datetime.fromisoformat(at).astimezone(BEIJING)
        start = first + FIRST_TIMED_KEY + (moment.hour * 60 + moment.minute) * KEYS_OF_A_MINUTE
        while (key := self._free_key(start, start + KEYS_OF_A_MINUTE)) == start + KEYS_OF_A_MINUTE:
            start += KEYS_OF_A_MINUTE
        return key

    def _free_key(self, first: int, after: int) -> int:
        """Return the key after the last one that is taken in a range; `after` when the range is full."""
        (last,) = self._db.execute(
            "SELECT max(search_key) FROM articles WHERE search_key >= ? AND search_key < ?", [first, after]
        ).fetchone()
        return first if last is None else int(last) + 1


def fill(db: Database) -> None:
    """Index the articles of an archive that had no such index: about 1 ms each."""
    SearchIndex(db).rebuild()


def day_of(text: str) -> date:
    """Return the day in China of a time or day that the archive wrote."""
    return datetime.fromisoformat(text).astimezone(BEIJING).date() if "T" in text else date.fromisoformat(text)
