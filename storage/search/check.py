"""Check the search index against the articles: missing entries, surplus entries, changes that the index missed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from storage.connection import transaction
from storage.database import Database
from storage.search.index import ENTRIES_SQL, IndexEntry, entry_of

SAMPLED_ARTICLES = 200  # articles whose tokens are compared one by one, a few milliseconds each; of all, the sums
MISSING_ENTRIES_SQL = """SELECT id FROM articles WHERE search_key IS NULL
             OR search_key NOT IN (SELECT id FROM search_index_docsize)"""
SURPLUS_ENTRIES_SQL = """SELECT id FROM (SELECT id FROM search_index_docsize UNION SELECT key FROM search_entries)
             WHERE id NOT IN (SELECT search_key FROM articles WHERE search_key IS NOT NULL)"""
COUNTED_SQL = "SELECT counted, issuers FROM search_entries WHERE key = ?"


def faults_of_index(db: Database) -> Iterator[str]:
    """Yield what is wrong with the index; nothing when it holds. Takes about 0.1 ms an article."""
    try:
        with transaction(db):  # SQLite takes this for a write
            db.conn.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        yield f"SQLite's check of the index: {error}"
        return
    for (article_id,) in db.execute(MISSING_ENTRIES_SQL).fetchall():
        yield f"article {article_id} is not in the index"
    for (key,) in db.execute(SURPLUS_ENTRIES_SQL).fetchall():
        yield f"entry {key} of the index belongs to no article"
    yield from _other_words(db)


def _other_words(db: Database) -> Iterator[str]:
    """Yield the articles that were changed past the index, and those of a sample of which it has something else."""
    (count,) = db.execute("SELECT count(*) FROM articles").fetchone()
    step = max(1, count // SAMPLED_ARTICLES)
    for number, row in enumerate(db.execute(f"{ENTRIES_SQL} WHERE a.search_key IS NOT NULL")):
        entry = entry_of(row)
        if entry.sum != entry.crc:
            yield f"article {entry.article_id}: its words or facts are not those that were indexed"
        elif db.execute(COUNTED_SQL, [entry.key]).fetchone() != (entry.known.counted, entry.known.issuers):
            yield f"article {entry.article_id}: facets count something else"
        elif number % step == 0 and not _is_indexed(db, entry):
            yield f"article {entry.article_id}: the index has other words"


def _is_indexed(db: Database, entry: IndexEntry) -> bool:
    """Whether each column was indexed with exactly these tokens, from its first on."""
    match = " AND ".join(f'({{{name}}} : ^ "{found}")' for name, found in entry.columns.items() if found)
    found = db.execute("SELECT 1 FROM search_index WHERE search_index MATCH ? AND rowid = ?", [match, entry.key])
    return found.fetchone() is not None
