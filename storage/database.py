"""Ask one SQLite connection: rows as mappings, a row written as one statement.

sqlite-utils makes the tables (`storage/schema.py`) and the copies for others (`storage/public_copy.py`). Here it is not
used: it opens a savepoint for each question, looks the columns up for each row, and importing it takes as long as a
search.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from storage.remembered import RememberedMembers

SqlValues = Sequence[Any] | Mapping[str, Any]


class Database:
    """A connection to an archive. A statement outside a transaction is one of its own, and is committed."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self._remembered, self._version = RememberedMembers(), 0

    def execute(self, sql: str, values: SqlValues = ()) -> sqlite3.Cursor:
        """Run a statement; `values` are those of `?` or of `:name`."""
        conn = self.conn
        if conn.in_transaction:
            return conn.execute(sql, values)
        try:
            cursor = conn.execute(sql, values)
        except Exception:
            self.roll_back()  # the driver began a transaction for the statement
            raise
        if cursor.description is None:
            conn.commit()
        return cursor

    def query(self, sql: str, values: SqlValues = ()) -> Iterator[dict[str, Any]]:
        """Return the rows of a question, each by the names of its columns; it is asked at once."""
        cursor = self.conn.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def count(self, table: str, condition: str = "1", values: SqlValues = ()) -> int:
        """Return how many rows of a table meet a condition."""
        (number,) = self.execute(f"SELECT count(*) FROM {table} WHERE {condition}", values).fetchone()  # noqa: S608  fixed
        return int(number)

    def insert(self, table: str, row: Mapping[str, Any], *, replaces: bool = False) -> int:
        """Insert a row, or put it in the place of the one with its key, and return its id."""
        number = self.execute(_inserting(table, row, replaces=replaces), row).lastrowid
        assert number is not None
        return number

    def insert_all(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows with the same columns, in a transaction that the caller opened."""
        rows = list(rows)
        if rows:
            self.conn.executemany(_inserting(table, rows[0]), rows)

    def update(self, table: str, row_id: int, row: Mapping[str, Any]) -> None:
        """Change columns of the row with this id."""
        columns = ", ".join(f"{name} = :{name}" for name in row)
        self.execute(f"UPDATE {table} SET {columns} WHERE id = :row_id", {**row, "row_id": row_id})  # noqa: S608  fixed

    def remembered(self) -> RememberedMembers:
        """Return the articles that are as they were when they were read, within the open transaction.

        Outside of one nothing is remembered: others may write between two questions. SQLite changes the version when
        another connection has committed; who changes an article over this one calls `forget`.
        """
        if not self.conn.in_transaction:
            return RememberedMembers()
        (version,) = self.conn.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._remembered, self._version = RememberedMembers(), version
        return self._remembered

    def forget(self, article_id: int) -> None:
        """Remember an article no longer, for its row or its facts are changed."""
        self._remembered.forget(article_id)

    def roll_back(self) -> None:
        """Undo the open transaction, if there is one; nothing that was read in it is remembered."""
        self._remembered = RememberedMembers()
        self.conn.rollback()

    def close(self) -> None:
        """Close the connection."""
        self.conn.close()


def _inserting(table: str, row: Mapping[str, Any], *, replaces: bool = False) -> str:
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    return f"INSERT {'OR REPLACE ' if replaces else ''}INTO {table} ({names}) VALUES ({values})"  # noqa: S608  fixed
