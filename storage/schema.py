"""Make the archive's tables by an append-only list of migrations: migrations/NNNN_name.sql, one transaction each.

docs/archive.md describes the tables for people. Times are RFC 3339 in UTC (`2024-02-29T01:30:00Z`); a publication known
to the day only is `2024-02-29`. A statement ends with a semicolon at the end of its line. A step that SQL
cannot do runs after a script, in its transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database, Migrations

from storage.search.index import fill

APPLICATION_ID = 0x46575443  # "FWTC": lets `file` and other programs tell the archive from any SQLite file
MIGRATIONS_FOLDER = Path(__file__).parent / "migrations"

migrations = Migrations("futurewatch")


STEP_AFTER_MIGRATION: dict[str, Callable[[Database], None]] = {"look_alikes_in_search": fill}


def _running(script: str, then: Callable[[Database], None] | None) -> Callable[[Database], None]:
    """Return a migration that runs a script, one statement after another: all of it is kept, or nothing."""

    def run(db: Database) -> None:
        for statement in script.split(";\n"):
            if statement.strip():
                db.execute(statement)
        if then is not None:
            then(db)

    return run


for path in sorted(MIGRATIONS_FOLDER.glob("*.sql")):
    name = path.stem.partition("_")[2]
    migrations(name=name)(_running(path.read_text(encoding="utf-8"), STEP_AFTER_MIGRATION.get(name)))
