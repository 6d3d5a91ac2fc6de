"""Bring an archive's tables up to date: all missing migrations or none, one process at a time, after a copy."""

from __future__ import annotations

import logging
from pathlib import Path

from storage.database import Database
from storage.schema import SCRIPTS, applied_migrations, apply_migrations

log = logging.getLogger(__name__)


def unknown_migrations(db: Database) -> list[str]:
    """Return the migrations that a newer program has applied, in order; empty when this one knows them all."""
    return [name for name in applied_migrations(db) if name not in SCRIPTS]


def missing_migrations(db: Database) -> list[str]:
    """Return the migrations that are still to be applied, in order."""
    applied = set(applied_migrations(db))
    return [name for name in SCRIPTS if name not in applied]


def upgrade(db: Database, path: Path | None) -> None:
    """Apply the missing migrations in one transaction: it fails as a whole, and the archive is as it was.

    An archive that has tables already is copied first, to `NAME.before-MIGRATION`: an older program refuses newer
    tables, so this copy is the way back to it. Without room for it the upgrade goes on and says so: a watch that
    stands still costs more than a way back.
    """
    if not missing_migrations(db):
        return
    db.conn.execute("BEGIN IMMEDIATE")  # a second process waits here, and then finds nothing to do
    try:
        missing = missing_migrations(db)
        if missing and path is not None and applied_migrations(db):
            _keep_copy(path, path.with_name(f"{path.name}.before-{missing[0]}"))
        apply_migrations(db)
        db.conn.execute("COMMIT")
    except BaseException:
        db.roll_back()
        raise


def _keep_copy(path: Path, copy: Path) -> None:
    from storage.backup import BackupError, back_up

    try:
        back_up(path, copy, replaces=True)
    except BackupError as error:
        log.warning("upgrading without a copy: %s", error)
    else:
        log.warning("upgrading the archive's tables; as it was, it is kept as %s", copy)
