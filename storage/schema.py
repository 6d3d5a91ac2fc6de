"""Make the archive's tables by an append-only list of migrations: migrations/NNNN_name.sql, one transaction each.

docs/archive.md describes the tables for people. Times are RFC 3339 in UTC (`2024-02-29T01:30:00Z`); a publication known
to the day only is `2024-02-29`. A statement ends with a semicolon at the end of its line. A step that SQL
cannot do runs after a script, in its transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.database import Database

if TYPE_CHECKING:
    from sqlite_utils import Migrations

APPLICATION_ID = 0x46575443  # "FWTC": lets `file` and other programs tell the archive from any SQLite file
MIGRATIONS_FOLDER = Path(__file__).parent / "migrations"
MIGRATION_SET = "futurewatch"
SCRIPTS = {path.stem.partition("_")[2]: path for path in sorted(MIGRATIONS_FOLDER.glob("*.sql"))}


@cache
def migrations() -> Migrations:
    """Return the migrations, to apply them. sqlite-utils is imported here: an archive is up to date nearly always."""
    from sqlite_utils import Migrations

    from storage.search.index import fill

    steps_after = {"entries_in_search": fill}
    found = Migrations(MIGRATION_SET)
    for name, script in SCRIPTS.items():
        found(name=name)(_running(script.read_text(encoding="utf-8"), steps_after.get(name)))
    return found


def applied_migrations(db: Database) -> list[str]:
    """Return the names of the migrations that an archive had, in order."""
    if not db.count("sqlite_master", "name = '_sqlite_migrations'"):
        return []
    found = db.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid", [MIGRATION_SET]
    ).fetchall()
    return [str(name) for (name,) in found]


def apply_migrations(db: Database, *, stop_before: str | None = None) -> None:
    """Apply what is missing, up to a migration where one is named."""
    from sqlite_utils import Database as MigratedDatabase

    migrations().apply(MigratedDatabase(db.conn), stop_before=stop_before)


def _running(script: str, then: Callable[[Database], None] | None) -> Callable[[Any], None]:
    """Return a migration that runs a script, one statement after another: all of it is kept, or nothing."""

    def run(migrated: Any) -> None:
        db = Database(migrated.conn)
        for statement in script.split(";\n"):
            if statement.strip():
                db.execute(statement)
        if then is not None:
            then(db)

    return run
