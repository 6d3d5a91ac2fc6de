"""Copy an archive while others read and write it, check the copy, and only then give it its name.

SQLite's own backup in one step: it reads one moment of the archive, so a writer neither spoils it nor starts it again.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from glob import escape
from pathlib import Path

from storage.lock import is_running
from storage.schema import APPLICATION_ID

PARTIAL_SUFFIX = ".partial"  # the end of the name of a copy that is not checked yet
RESCUED_INFIX = ".rescued-"  # between the archive's name and the moment
RESCUED_TIME_FORMAT = "%Y%m%dT%H%M%SZ"
COPY_ROOM_FACTOR = 1.05  # times the archive's size: the copy, and a little for what is written meanwhile
COPY_BUSY_SECONDS = 30


class BackupError(Exception):
    """A copy could not be made. Carries where it was to go; nothing is there, or what was there before."""

    def __init__(self, target: Path, problem: str) -> None:
        super().__init__(f"{target}: {problem}")
        self.target = target


class BackupExistsError(BackupError):
    """There is a file already, and nobody said that it may be replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy that was checked: every table has as many rows as the archive had at that moment."""

    path: Path
    bytes: int
    rows: int


def back_up(archive: Path, target: Path, *, replaces: bool = False) -> Backup:
    """Copy an archive to `target`, safely while a daemon writes into it, and return what was copied.

    Raises:
        BackupExistsError: `target` exists and `replaces` is false.
        BackupError: the archive or the target's folder is not there, there is no room, or the copy is not whole.
    """
    if not archive.is_file():
        raise BackupError(target, f"there is no archive {archive}")
    if target.exists() and not replaces:
        raise BackupExistsError(target, "exists; --force replaces it")
    _check_room(archive, target)
    _sweep(target.parent, archive, target)
    return _written(target, lambda partial: _copy(archive, partial), replaces=replaces)


def rescue(connection: sqlite3.Connection, archive: Path, *, now: datetime) -> Backup:
    """Copy an archive whose file was deleted or moved, over the connection that still has it, and return the copy.

    It lies beside the archive's place, as `NAME.rescued-TIME`. No transaction may be open.

    Raises:
        BackupError: it could not be written, or is not whole.
    """
    target = archive.with_name(f"{archive.name}{RESCUED_INFIX}{now.strftime(RESCUED_TIME_FORMAT)}")
    return _written(target, lambda partial: _copy_from(connection, partial), replaces=True)


def newest_backup(folder: Path, archive: Path, *, now: datetime) -> datetime | None:
    """Return when the newest backup in a folder was made, None when there is none that can be believed.

    A backup of the future was made while the clock was wrong, and may be of any age.
    """
    return max((moment for moment, _ in _backups(folder, archive) if moment <= now), default=None)


def _keep_newest(folder: Path, archive: Path, *, kept: int, now: datetime) -> None:
    """Delete all but the newest backups; those of the future count as the oldest."""
    made = sorted(_backups(folder, archive), key=lambda one: (one[0] <= now, one[0]))
    for _, path in made[:-kept]:
        path.unlink(missing_ok=True)


def _written(target: Path, copy: Callable[[Path], int], *, replaces: bool) -> Backup:
    """Write a copy beside its place, give it its name when it is whole, and return what was copied."""
    unnamed = target.with_name(f".{target.name}.{os.getpid()}{PARTIAL_SUFFIX}")
    try:
        rows = copy(unnamed)
        size = unnamed.stat().st_size
        _name(unnamed, target, replaces=replaces)
    except (sqlite3.Error, OSError) as error:
        raise BackupError(target, str(error)) from error
    finally:
        unnamed.unlink(missing_ok=True)
    return Backup(path=target, bytes=size, rows=rows)


def _sweep(folder: Path, archive: Path, target: Path) -> None:
    """Delete the copies that processes left which were killed: under the target's name, or one of the archive's."""
    for name in (f".{archive.stem}-", f".{archive.name}.", f".{target.name}."):
        for leftover in folder.glob(f"{escape(name)}*{PARTIAL_SUFFIX}"):
            pid = leftover.name.removesuffix(PARTIAL_SUFFIX).rpartition(".")[2]
            if not (pid.isdecimal() and is_running(int(pid))):
                leftover.unlink(missing_ok=True)


def back_up_into(folder: Path, archive: Path, *, kept: int, now: datetime) -> Backup:
    """Write a backup that is named after the moment into a folder, and delete all but the newest `kept`.

    Raises:
        BackupError: as `back_up`; the older backups are then all kept.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BackupError(folder, error.strerror or str(error)) from error
    made = back_up(archive, folder / f"{archive.stem}-{now.strftime(RESCUED_TIME_FORMAT)}.db", replaces=True)
    _keep_newest(folder, archive, kept=kept, now=now)
    return made


def is_backup_due(folder: Path, archive: Path, *, every: timedelta, now: datetime) -> bool:
    """True when the newest backup is older than `every`, or there is none."""
    newest = newest_backup(folder, archive, now=now)
    return newest is None or now - newest >= every


def _backups(folder: Path, archive: Path) -> Iterator[tuple[datetime, Path]]:
    """Yield the backups in a folder with the moment in their name; other files are none of ours."""
    for path in sorted(folder.glob(f"{archive.stem}-*.db")):
        try:
            moment = datetime.strptime(path.stem.removeprefix(f"{archive.stem}-") + "+0000", f"{RESCUED_TIME_FORMAT}%z")
        except ValueError:
            continue
        yield moment, path


def _check_room(archive: Path, target: Path) -> None:
    if not target.parent.is_dir():
        raise BackupError(target, "there is no such folder")
    wanted, free = int(archive.stat().st_size * COPY_ROOM_FACTOR), shutil.disk_usage(target.parent).free
    if free < wanted:
        raise BackupError(target, f"needs {wanted / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free")


def _copy(archive: Path, partial: Path) -> int:
    """Copy, check the copy against what was read, and return how many rows it has."""
    partial.unlink(missing_ok=True)
    partial.touch(mode=archive.stat().st_mode & 0o777)
    with _opened(f"{archive.resolve().as_uri()}?mode=ro") as source:
        return _copy_from(source, partial)


def _copy_from(source: sqlite3.Connection, partial: Path) -> int:
    with _opened(partial.resolve().as_uri()) as copy:
        source.execute("BEGIN")  # the rows that are counted are those that are copied
        try:
            counted = _row_counts(source)
            source.backup(copy)
        finally:
            source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode = DELETE")  # a copy is one file, without -wal and -shm
        _check(copy, counted)
    _flush(partial)
    return sum(counted.values())


@contextmanager
def _opened(uri: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(uri, uri=True, timeout=COPY_BUSY_SECONDS, isolation_level=None)) as connection:
        yield connection


def _check(copy: sqlite3.Connection, counted: dict[str, int]) -> None:
    """Raise `sqlite3.DatabaseError` when a copy is not whole."""
    (mark,) = copy.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID:
        raise sqlite3.DatabaseError("what was copied is no archive")
    said = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        raise sqlite3.DatabaseError(f"the archive is damaged: {'; '.join(said)}")
    if _row_counts(copy) != counted:
        raise sqlite3.DatabaseError("the copy has other rows than the archive")


def _row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the rows of each table; full text tables are counted by the tables that they are made of."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}  # noqa: S608


def _name(partial: Path, target: Path, *, replaces: bool) -> None:
    """Give a checked copy its name, at once or not at all."""
    if not replaces:
        try:
            target.touch(exist_ok=False)  # a rename alone would replace what somebody has put there meanwhile
        except FileExistsError as error:
            raise BackupExistsError(target, "exists; --force replaces it") from error
    partial.replace(target)
    _flush(target.parent)


def _flush(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
