"""Allow one crawling process per archive: two would ask a host twice as often, and write one act twice.

The lock's file stays beside the archive, with the id of the process that crawled last: the trace by which a program
that is started again knows that there was an archive.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from storage.errors import ArchiveError, ArchiveGoneError

_held: set[Path] = set()  # the archives that this process crawls into: it makes them when it starts


class ArchiveLockedError(Exception):
    """Another process crawls into this archive. Carries its process id, None when it is not known."""

    def __init__(self, path: Path, pid: str | None) -> None:
        self.pid = pid
        super().__init__(f"{path}: another futurewatch is crawling into this archive (process {pid or 'unknown'})")


@contextmanager
def sole_crawler(archive: Path) -> Iterator[None]:
    """Hold the archive's lock. The system releases it when the process ends, however it ends.

    Raises:
        ArchiveLockedError: another process holds it.
        ArchiveGoneError: there was an archive, and it is gone.
        ArchiveError: its folder is not there, or cannot be written.
    """
    with _opened(_lock_of(archive)) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise ArchiveLockedError(archive, file.read().strip() or None) from error
        trace = None if is_there(archive) else trace_of_archive(archive)
        if trace is not None:
            raise ArchiveGoneError(archive, trace)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        was_there = is_there(archive)
        _held.add(archive)
        try:
            yield
        except BaseException:
            if not was_there and not is_there(archive):  # it was never made: the configuration had faults
                file.truncate(0)
            raise
        finally:
            _held.discard(archive)


def _opened(lock: Path) -> TextIO:
    try:
        return lock.open("a+", encoding="ascii")
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        problem = f"the archive's folder cannot be used ({error.strerror}): make it, or [archive] path is wrong"
        raise ArchiveError(str(lock.parent), problem) from error


def is_there(archive: Path) -> bool:
    """True when there is a file that holds something."""
    try:
        return archive.stat().st_size > 0
    except OSError:
        return False


def trace_of_archive(archive: Path) -> Path | None:
    """Return the file that tells of an archive that was there before, None when none does: it may be made."""
    wal, lock = archive.with_name(archive.name + "-wal"), _lock_of(archive)
    if is_there(wal):
        return wal
    return lock if _text(lock) and archive not in _held else None


def _lock_of(archive: Path) -> Path:
    return archive.with_name(archive.name + ".lock")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def crawler_of(archive: Path) -> int | None:
    """Return the process that holds an archive's lock, None when nobody does.

    By the id that it left in the file: to try the lock would keep a crawler that begins just then from its work.
    """
    text = _text(_lock_of(archive))
    return int(text) if text.isdecimal() and is_running(int(text)) else None


def is_running(pid: int) -> bool:
    """True when there is a process of this id, ours or somebody else's."""
    try:
        os.kill(pid, 0)  # asks only whether it is there
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
