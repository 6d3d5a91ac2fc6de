"""Open one connection to one archive: pragmas, migrations, transactions, times as text."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from storage.database import Database
from storage.errors import ArchiveError, ArchiveGoneError, ArchiveMissingError, FailureKind, kind_of
from storage.lock import is_there, trace_of_archive
from storage.schema import APPLICATION_ID
from storage.upgrade import unknown_migrations, upgrade

WRITER_WAIT_SECONDS = 30  # how long a writer waits for another process's transaction


def connect(path: Path | None, *, creates: bool = True) -> Database:
    """Return an archive with all migrations applied; None keeps it in memory.

    Without `creates` one that is not there is never made; with it only where none was before.

    Raises:
        ArchiveMissingError, ArchiveGoneError: there is none, and none is made.
        ArchiveError: the file is not an archive, not SQLite, of a newer program, or cannot be written.
    """
    if path is not None:
        check_creation(path, creates=creates)
    try:
        db = Database(sqlite3.connect(path or ":memory:", timeout=WRITER_WAIT_SECONDS))
        _prepare(db, path)
    except sqlite3.DatabaseError as error:
        why = f"{error}; its file system is read-only" if _is_read_only(path) else str(error)
        raise ArchiveError(str(path), why, kind=_kind(path, error)) from error
    return db


def check_creation(path: Path, *, creates: bool) -> None:
    """Raise `ArchiveError` when opening a path would make an archive that nobody wants. An empty file is none."""
    if is_there(path):
        return
    if not creates:
        raise ArchiveMissingError(path)
    trace = trace_of_archive(path)
    if trace is not None:
        raise ArchiveGoneError(path, trace)


def _kind(path: Path | None, error: sqlite3.Error) -> FailureKind:
    """Return whose matter it is that a file cannot be opened: what may not be opened at all was configured so.

    A file system that is read-only mostly has become so: the system saw a fault of the disk.
    """
    if _is_read_only(path):
        return "transient"
    opened = path if path is None or path.exists() else path.parent
    is_allowed = opened is None or os.access(opened, os.R_OK | os.W_OK)
    return kind_of(error) if is_allowed else "configuration"


def _is_read_only(path: Path | None) -> bool:
    try:
        return path is not None and bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _prepare(db: Database, path: Path | None) -> None:
    if _is_new(db, str(path)):
        db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    newer = unknown_migrations(db)
    if newer:
        problem = f"was written by a newer futurewatch, which added {', '.join(newer)}: this one cannot work on it"
        raise ArchiveError(str(path), problem)
    db.conn.execute("PRAGMA journal_mode = WAL")
    db.conn.execute("PRAGMA synchronous = FULL")  # an alert must survive a power cut; 3,200 commits a second suffice
    db.conn.execute("PRAGMA foreign_keys = ON")
    upgrade(db, path)


def _is_new(db: Database, path: str) -> bool:
    """True when a file is empty. Raises `ArchiveError` when it is another program's."""
    # one statement: between two, another process may make the file an archive
    mark, tables = db.execute(
        "SELECT application_id, (SELECT count(*) FROM sqlite_master) FROM pragma_application_id"
    ).fetchone()
    if mark == 0 and tables:
        raise ArchiveError(path, "is an SQLite file of another program")
    if mark not in {0, APPLICATION_ID}:
        raise ArchiveError(path, f"belongs to another program (application_id {mark:#x})")
    return bool(mark == 0)


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """Run a block as one transaction that holds the write lock from its start; inner blocks join the outer one.

    The lock comes first (BEGIN IMMEDIATE) because what is read here decides what is written.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        db.roll_back()
        raise


@contextmanager
def one_moment(db: Database) -> Iterator[None]:
    """Read in a block as of one moment, while others go on writing; nothing that the block writes is kept."""
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.roll_back()


def text_of(moment: datetime | date | None) -> str | None:
    """Return a time as the archive writes it: UTC with Z, a day as it is."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return moment.isoformat() if moment else None


def day_of(text: str | None) -> date | None:
    """Return a day that the archive wrote, None where it wrote none."""
    return date.fromisoformat(text) if text else None


def moment_of(text: str) -> datetime:
    """Return a time that the archive wrote."""
    return datetime.fromisoformat(text)
