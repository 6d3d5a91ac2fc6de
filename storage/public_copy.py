"""Write a public copy of an archive: an SQLite file with the published tables only, ready for Datasette."""

from __future__ import annotations

import json
from pathlib import Path

from sqlite_utils import Database as CopiedDatabase

from storage.backup import PARTIAL_SUFFIX, Backup, BackupError, BackupExistsError
from storage.connection import one_moment
from storage.database import Database
from storage.published import PUBLISHED_TABLES, PublishedTable, published_rows
from storage.search.selection import Selection

SQLITE_TYPES = {"integer": int, "number": float, "string": str, "list": str}


def copy_public(source: Database, target: Path, *, replaces: bool = False) -> Backup:
    """Copy what may be given away to `target`: tables with keys, references and a full-text index of the articles.

    The source is read as of one moment.

    Raises:
        BackupExistsError: `target` exists and `replaces` is false.
        BackupError: it cannot be written.
    """
    if target.exists() and not replaces:
        raise BackupExistsError(target, "exists; --force replaces it")
    draft = target.with_name(target.name + PARTIAL_SUFFIX)
    draft.unlink(missing_ok=True)
    try:
        with one_moment(source):
            rows = _write(draft, source)
    except OSError as error:
        raise BackupError(target, str(error)) from error
    draft.replace(target)
    return Backup(path=target, bytes=target.stat().st_size, rows=rows)


def _write(draft: Path, source: Database) -> int:
    """Write all tables, and return how many rows they have."""
    copy = CopiedDatabase(draft)
    try:
        rows = sum(_fill(copy, table, source) for table in PUBLISHED_TABLES)
        # pieces of three characters: words of Chinese have no spaces between them
        copy.table("articles").enable_fts(["title", "text"], tokenize="trigram")
        copy.vacuum()
    finally:
        copy.close()
    return rows


def _fill(copy: CopiedDatabase, table: PublishedTable, source: Database) -> int:
    """Make a table, and return how many rows it has."""
    made = copy.table(table.name)
    made.create(
        {column.name: SQLITE_TYPES[column.type] for column in table.columns},
        pk=table.key[0] if len(table.key) == 1 else table.key,
    )
    lists = [column.name for column in table.columns if column.type == "list"]
    made.insert_all(
        row | {name: json.dumps(row[name], ensure_ascii=False) for name in lists}
        for row in map(dict, published_rows(source, table, Selection()))
    )
    for column in table.columns:
        if column.refers_to:
            made.create_index([column.name], if_not_exists=True)
    return made.count
